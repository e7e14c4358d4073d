/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-machine-lock.h"
#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

/* For this room alone: the file that a disk or a drive gets. Every function blocks: for a worker. */
typedef struct
{
  char     *path;   /* owned */
  char     *format; /* owned: "qcow2" or "raw" */
  gboolean  block;  /* a device */
  char     *pool;   /* owned, nullable: of a volume that was made for it */
  char     *volume; /* owned, nullable: its name */
} HostelDeviceSource;

gboolean hostel_device_source_find_disk (HostelDeviceSource  *self,
                                         virConnectPtr        handle,
                                         const char          *file,
                                         GError             **error);
gboolean hostel_device_source_find_disc (HostelDeviceSource  *self,
                                         virConnectPtr        handle,
                                         const char          *file,
                                         GError             **error);
gboolean hostel_device_source_create    (HostelDeviceSource  *self,
                                         virConnectPtr        handle,
                                         HostelMachineLock   *lock,
                                         xmlDoc              *machine,
                                         const char          *stem,
                                         guint64              bytes,
                                         GError             **error);
/* Deletes a volume that was made, unless somebody names it. */
void     hostel_device_source_undo      (HostelDeviceSource  *self,
                                         virConnectPtr        handle);
void     hostel_device_source_clear     (HostelDeviceSource  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostelDeviceSource, hostel_device_source_clear)

G_END_DECLS
