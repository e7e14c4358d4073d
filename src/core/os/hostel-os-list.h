/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-loaded-list.h"
#include "hostel-os-disc.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_OS (hostel_os_get_type ())

/* One operating system of libosinfo. Properties, read only: "id" (the URI in libosinfo's metadata),
 * "short-id", "name", "distro" ("fedora"), "version" ("42"), "memory" and "memory-minimum" (MiB),
 * "vcpus", "disk-size" (bytes; 0 where libosinfo says nothing), "release-date" (ISO 8601 or ""),
 * "image-url" (a cloud image's address for this computer's architecture, or ""), "end-of-life"
 * (boolean), "user-name" (the one that its cloud image makes, or ""). They never change, so that any
 * thread may read them. */
G_DECLARE_FINAL_TYPE (HostelOs, hostel_os, HOSTEL, OS, GObject)

const char *hostel_os_get_id             (HostelOs *self);
const char *hostel_os_get_short_id       (HostelOs *self);
const char *hostel_os_get_name           (HostelOs *self);
const char *hostel_os_get_distro         (HostelOs *self);
const char *hostel_os_get_version        (HostelOs *self);
const char *hostel_os_get_release_date   (HostelOs *self);
guint       hostel_os_get_memory         (HostelOs *self);
guint       hostel_os_get_memory_minimum (HostelOs *self);
guint       hostel_os_get_vcpus          (HostelOs *self);
guint64     hostel_os_get_disk_size      (HostelOs *self);
const char *hostel_os_get_image_url      (HostelOs *self);
const char *hostel_os_get_user_name      (HostelOs *self);
gboolean    hostel_os_get_end_of_life    (HostelOs *self);
gboolean    hostel_os_is_newer           (HostelOs *self);

#define HOSTEL_TYPE_OS_LIST (hostel_os_list_get_type ())

/* libosinfo's database, loaded once in a worker. A GListModel of HostelOs. */
G_DECLARE_FINAL_TYPE (HostelOsList, hostel_os_list, HOSTEL, OS_LIST, HostelLoadedList)

HostelOsList *hostel_os_list_get_default   (void);
void          hostel_os_list_load_async    (HostelOsList         *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean      hostel_os_list_load_finish   (HostelOsList         *self,
                                            GAsyncResult         *result,
                                            GError              **error);
gboolean      hostel_os_list_load_sync     (HostelOsList         *self,
                                            GError              **error);
HostelOs     *hostel_os_list_lookup        (HostelOsList         *self,
                                            const char           *id);
/* The best guess from an image's file name, or NULL. Any thread, once the list is loaded. */
HostelOs     *hostel_os_list_guess         (HostelOsList         *self,
                                            const char           *file_name);
/* The OS of a disc, or NULL. Any thread, once the list is loaded. */
HostelOs     *hostel_os_list_guess_disc      (HostelOsList           *self,
                                              const HostelDiscLabel  *label);
GPtrArray    *hostel_os_list_dup_disc_files  (HostelOsList           *self,
                                              const HostelDiscLabel  *label,
                                              HostelOs               *os);
/* Newest OS with a cloud-init image first, for "where do I get an image". */
GListModel   *hostel_os_list_dup_with_images (HostelOsList       *self);

G_END_DECLS
