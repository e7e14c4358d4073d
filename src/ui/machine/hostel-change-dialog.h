/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CHANGE_DIALOG (hostel_change_dialog_get_type ())

/* A machine's name, title, notes, memory, vCPUs and autostart. Signal "changed" (told: GStrv of sentences,
 * back: HostelChangeBack*, borrowed): after it they are as they were entered. */
G_DECLARE_FINAL_TYPE (HostelChangeDialog, hostel_change_dialog, HOSTEL, CHANGE_DIALOG, AdwWindow)

/* How a machine was before: what leads back. */
typedef struct
{
  char    *name;  /* owned, NULL where it is the same; as all */
  char    *title;
  char    *notes;
  guint    memory; /* MiB, 0 where it is the same */
  guint    vcpus;
  int      autostart; /* -1 where it is the same */
} HostelChangeBack;

HostelChangeDialog *hostel_change_dialog_new (GtkWindow    *parent,
                                              HostelDomain *domain);

HostelDomain       *hostel_change_dialog_get_domain (HostelChangeDialog *self);

HostelChangeBack   *hostel_change_back_copy  (HostelChangeBack *self);
void                hostel_change_back_free  (HostelChangeBack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelChangeBack, hostel_change_back_free)

G_END_DECLS
