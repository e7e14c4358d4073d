/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-virt-handle.h"

G_BEGIN_DECLS

/* For this room alone: a device has gone when libvirt says so, not when it was asked to go. */
typedef struct _HostelDeviceRemoval HostelDeviceRemoval;

typedef enum
{
  HOSTEL_REMOVAL_DONE,
  HOSTEL_REMOVAL_REFUSED, /* by the guest */
  HOSTEL_REMOVAL_WAITS,   /* the guest has not answered in time */
} HostelRemovalState;

HostelDeviceRemoval *hostel_device_removal_new  (virDomainPtr         domain,
                                                 const char          *alias);
HostelRemovalState   hostel_device_removal_wait (HostelDeviceRemoval *self,
                                                 gint64               usec);
void                 hostel_device_removal_free (HostelDeviceRemoval *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDeviceRemoval, hostel_device_removal_free)

G_END_DECLS
