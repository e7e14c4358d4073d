/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-host-list.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_DIALOG (hostel_host_dialog_get_type ())

/* Asks for a libvirt URI and puts that host into the list. Signal: "added". */
G_DECLARE_FINAL_TYPE (HostelHostDialog, hostel_host_dialog, HOSTEL, HOST_DIALOG, AdwMessageDialog)

HostelHostDialog *hostel_host_dialog_new     (GtkWindow      *parent,
                                              HostelHostList *hosts);
char             *hostel_host_dialog_dup_uri (const char     *text);

G_END_DECLS
