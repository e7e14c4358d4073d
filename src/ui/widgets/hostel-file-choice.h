/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*HostelFileChosen) (GtkWidget *owner,
                                  GFile     *file);

GtkFileChooserNative *hostel_file_choice_new (GtkWidget            *owner,
                                              const char           *title,
                                              GtkFileChooserAction  action,
                                              const char           *accept,
                                              HostelFileChosen      chosen);

G_END_DECLS
