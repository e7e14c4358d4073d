/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For the rooms of src/virt alone: held while one machine is changed in several steps, since a
 * window and a hostel-cli of the same person may do so at once. Other users are found out by looking
 * again. Its file tells the volumes that come and go, should the program be killed. */
typedef struct _HostelMachineLock HostelMachineLock;

HostelMachineLock *hostel_machine_lock_take      (virConnectPtr       handle,
                                                  const char         *uuid,
                                                  const char         *name,
                                                  GError            **error);
gboolean           hostel_machine_lock_note      (HostelMachineLock  *self,
                                                  const char         *pool,
                                                  const char * const *volumes,
                                                  GError            **error);
void               hostel_machine_lock_free      (HostelMachineLock  *self);
void               hostel_machine_lock_undo_left (virConnectPtr       handle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelMachineLock, hostel_machine_lock_free)

G_END_DECLS
