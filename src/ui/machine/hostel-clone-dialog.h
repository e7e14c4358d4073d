/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CLONE_DIALOG (hostel_clone_dialog_get_type ())

/* Name and kind of a clone, then its progress; closing cancels. Signal: "cloned" (HostelDomain), before
 * it closes. */
G_DECLARE_FINAL_TYPE (HostelCloneDialog, hostel_clone_dialog, HOSTEL, CLONE_DIALOG, AdwWindow)

HostelCloneDialog *hostel_clone_dialog_new (GtkWindow    *parent,
                                            HostelDomain *domain);

G_END_DECLS
