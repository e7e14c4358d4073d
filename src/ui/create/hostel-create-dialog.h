/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-connection.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_DIALOG (hostel_create_dialog_get_type ())

/* The wizard: Image, Machine, Cloud-init, Review, then the progress of the create. Signal
 * "created" (HostelDomain *domain, HostelConsoleStream *console): the machine runs; @console is its
 * open serial0, or NULL. The dialog closes itself after it. */
G_DECLARE_FINAL_TYPE (HostelCreateDialog, hostel_create_dialog, HOSTEL, CREATE_DIALOG, AdwWindow)

HostelCreateDialog *hostel_create_dialog_new (GtkWindow        *parent,
                                              HostelConnection *preferred,
                                              GListModel       *connections);
HostelMachineSpec  *hostel_create_dialog_get_spec        (HostelCreateDialog *self);

gboolean            hostel_create_dialog_takes_files (HostelCreateDialog *self);
gboolean            hostel_create_dialog_use_file    (HostelCreateDialog *self,
                                                      GFile              *file);

G_END_DECLS
