/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-cloud-user.h"

G_BEGIN_DECLS

/* user-data larger than this is refused: the seed would not be read by every platform. */
#define HOSTEL_CLOUD_CONFIG_MAX_SIZE (1024 * 1024)

/**
 * HostelCloudPowerState:
 *
 * What the guest does when cloud-init has finished.
 */
typedef enum
{
  HOSTEL_CLOUD_POWER_STATE_NONE,
  HOSTEL_CLOUD_POWER_STATE_POWER_OFF,
  HOSTEL_CLOUD_POWER_STATE_REBOOT,
  HOSTEL_CLOUD_POWER_STATE_HALT,
} HostelCloudPowerState;

#define HOSTEL_TYPE_CLOUD_POWER_STATE (hostel_cloud_power_state_get_type ())
GType hostel_cloud_power_state_get_type (void);

/* A file for write_files. */
typedef struct
{
  char     *path;        /* absolute, in the guest */
  GBytes   *content;     /* any bytes; written as base64 where it is not UTF-8 text */
  char     *owner;       /* "user:group" or "" */
  char     *permissions; /* "0644" or "" */
  gboolean  append;
} HostelCloudFile;

#define HOSTEL_TYPE_CLOUD_FILE (hostel_cloud_file_get_type ())
GType            hostel_cloud_file_get_type (void);
HostelCloudFile *hostel_cloud_file_new      (const char *path, GBytes *content);
HostelCloudFile *hostel_cloud_file_copy     (const HostelCloudFile *file);
void             hostel_cloud_file_free     (HostelCloudFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelCloudFile, hostel_cloud_file_free)

#define HOSTEL_TYPE_CLOUD_CONFIG (hostel_cloud_config_get_type ())

/* The user-data document: the form's fields as properties; everything else that was parsed is kept
 * and written back. Properties (readable, writable, notifying):
 *   "hostname", "fqdn", "time-zone", "locale", "final-message", "keyboard-layout", "swap-size" ("2G"),
 *   "phone-home-url" string, never NULL
 *   "keep-default-user" boolean (default TRUE), "root-login" boolean (disable_root: false),
 *   "root-password-hash" string (chpasswd.users, cloud-init 22.3 or newer),
 *   "root-ssh-keys" GStrv, "default-user-ssh-keys" GStrv (of the image's own user),
 *   "package-update", "package-upgrade", "grow-partition" boolean,
 *   "packages", "ntp-servers", "boot-commands", "run-commands" GStrv (one shell command line each),
 *   "mounts" GStrv (a line of fstab each, at least device and folder), "ca-certificates" GStrv (PEM)
 *   "power-state" HostelCloudPowerState
 * "changed" is emitted after any change, of users and files too. */
G_DECLARE_FINAL_TYPE (HostelCloudConfig, hostel_cloud_config, HOSTEL, CLOUD_CONFIG, GObject)

HostelCloudConfig *hostel_cloud_config_new             (void);
HostelCloudConfig *hostel_cloud_config_new_from_string (const char         *text,
                                                        gssize              length,
                                                        GError            **error);
gboolean           hostel_cloud_config_parse           (HostelCloudConfig  *self,
                                                        const char         *text,
                                                        gssize              length,
                                                        GError            **error);
char              *hostel_cloud_config_to_string       (HostelCloudConfig  *self,
                                                        GError            **error);
gboolean           hostel_cloud_config_equal           (HostelCloudConfig  *self,
                                                        HostelCloudConfig  *other);

/* A list model of HostelCloudUser without the "default" entry and without root; the first is the
 * form's own. */
GListModel        *hostel_cloud_config_get_users       (HostelCloudConfig  *self);
void               hostel_cloud_config_add_user        (HostelCloudConfig  *self,
                                                        HostelCloudUser    *user);
void               hostel_cloud_config_remove_user     (HostelCloudConfig  *self,
                                                        HostelCloudUser    *user);

GPtrArray         *hostel_cloud_config_get_files       (HostelCloudConfig  *self);
void               hostel_cloud_config_set_files       (HostelCloudConfig  *self,
                                                        GPtrArray          *files);

const char        *hostel_cloud_config_get_hostname    (HostelCloudConfig  *self);
void               hostel_cloud_config_set_hostname    (HostelCloudConfig  *self,
                                                        const char         *hostname);
void               hostel_cloud_config_set_packages    (HostelCloudConfig  *self,
                                                        const char * const *packages);
const char * const *hostel_cloud_config_get_packages   (HostelCloudConfig  *self);
void               hostel_cloud_config_set_run_commands (HostelCloudConfig *self,
                                                        const char * const *commands);
const char * const *hostel_cloud_config_get_run_commands (HostelCloudConfig *self);

/* What a person should know before Create: nobody can log in, a password hash in a form that older
 * images ignore... Translated sentences, empty where all is well. */
GStrv              hostel_cloud_config_dup_warnings    (HostelCloudConfig  *self);

/* One field's rule, for messages while typing. @field is a property name of HostelCloudConfig or,
 * with "user-" before it, of HostelCloudUser ("user-name", "user-password", "user-ssh-keys"). */
gboolean           hostel_cloud_config_check_field     (const char         *field,
                                                        const char         *value,
                                                        GError            **error);
gboolean           hostel_cloud_config_is_same_item    (const char         *field,
                                                        const char         *item,
                                                        const char         *other);

G_END_DECLS
