/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_SIZE_DIALOG (hostel_size_dialog_get_type ())

/* Asks how large a disk is to become. Its "response" is "apply" or "cancel". */
G_DECLARE_FINAL_TYPE (HostelSizeDialog, hostel_size_dialog, HOSTEL, SIZE_DIALOG, AdwMessageDialog)

HostelSizeDialog *hostel_size_dialog_new         (GtkWindow          *parent,
                                                  const char         *name,
                                                  guint64             bytes);
void              hostel_size_dialog_set_choices (HostelSizeDialog   *self,
                                                  const char * const *names,
                                                  GArray             *sizes);
guint             hostel_size_dialog_get_choice  (HostelSizeDialog   *self);
guint64           hostel_size_dialog_get_bytes   (HostelSizeDialog   *self);

G_END_DECLS
