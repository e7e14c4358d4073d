/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_DELETE_DIALOG (hostel_delete_dialog_get_type ())

/* Asks whether to delete a machine, and whether its disks go too; tells who else uses them. */
G_DECLARE_FINAL_TYPE (HostelDeleteDialog, hostel_delete_dialog, HOSTEL, DELETE_DIALOG,
                      AdwMessageDialog)

HostelDeleteDialog *hostel_delete_dialog_new (GtkWindow    *window,
                                              HostelDomain *domain);

G_END_DECLS
