/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_CLOUD_USER (hostel_cloud_user_get_type ())

/* One entry of cloud-init's "users". Properties (all readable and writable, all notify):
 *   "name" string; "full-name" string; "password-hash" string, a crypt(5) hash or "" for none;
 *   "ssh-keys" GStrv; "ssh-import-ids" GStrv ("gh:alice", "lp:bob"); "sudo" boolean (ALL without
 *   a password); "shell" string; "groups" GStrv.
 * Strings are never NULL, lists are NULL when empty. */
G_DECLARE_FINAL_TYPE (HostelCloudUser, hostel_cloud_user, HOSTEL, CLOUD_USER, GObject)

HostelCloudUser    *hostel_cloud_user_new                (const char          *name);
const char         *hostel_cloud_user_get_name           (HostelCloudUser     *self);
void                hostel_cloud_user_set_name           (HostelCloudUser     *self,
                                                          const char          *name);
const char         *hostel_cloud_user_get_full_name      (HostelCloudUser     *self);
void                hostel_cloud_user_set_full_name      (HostelCloudUser     *self,
                                                          const char          *full_name);
const char         *hostel_cloud_user_get_password_hash  (HostelCloudUser     *self);
void                hostel_cloud_user_set_password_hash  (HostelCloudUser     *self,
                                                          const char          *hash);
gboolean            hostel_cloud_user_set_password       (HostelCloudUser     *self,
                                                          const char          *password,
                                                          GError             **error);
const char * const *hostel_cloud_user_get_ssh_keys       (HostelCloudUser     *self);
void                hostel_cloud_user_set_ssh_keys       (HostelCloudUser     *self,
                                                          const char * const  *keys);
const char * const *hostel_cloud_user_get_ssh_import_ids (HostelCloudUser     *self);
void                hostel_cloud_user_set_ssh_import_ids (HostelCloudUser     *self,
                                                          const char * const  *ids);
gboolean            hostel_cloud_user_get_sudo           (HostelCloudUser     *self);
void                hostel_cloud_user_set_sudo           (HostelCloudUser     *self,
                                                          gboolean             sudo);
const char         *hostel_cloud_user_get_shell          (HostelCloudUser     *self);
void                hostel_cloud_user_set_shell          (HostelCloudUser     *self,
                                                          const char          *shell);
const char * const *hostel_cloud_user_get_groups         (HostelCloudUser     *self);
void                hostel_cloud_user_set_groups         (HostelCloudUser     *self,
                                                          const char * const  *groups);

G_END_DECLS
