#pragma once

#include <adwaita.h>

#include "hostel-os-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_OS_ROW (hostel_os_row_get_type ())

/* A system of libosinfo and the address of its cloud image, to copy or to open in the browser. */
G_DECLARE_FINAL_TYPE (HostelOsRow, hostel_os_row, HOSTEL, OS_ROW, AdwActionRow)

GtkWidget *hostel_os_row_new     (HostelOs    *os);
gboolean   hostel_os_row_matches (HostelOsRow *self,
                                  const char  *words);

G_END_DECLS
