/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cloud-config.h"
#include "hostel-yaml.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_CLOUD_HOSTNAME,
  HOSTEL_CLOUD_FQDN,
  HOSTEL_CLOUD_TIME_ZONE,
  HOSTEL_CLOUD_LOCALE,
  HOSTEL_CLOUD_FINAL_MESSAGE,
  HOSTEL_CLOUD_ROOT_PASSWORD_HASH,
  HOSTEL_CLOUD_KEYBOARD_LAYOUT,
  HOSTEL_CLOUD_SWAP_SIZE,
  HOSTEL_CLOUD_PHONE_HOME_URL,
  HOSTEL_CLOUD_N_STRINGS
} HostelCloudString;

typedef enum
{
  HOSTEL_CLOUD_KEEP_DEFAULT_USER,
  HOSTEL_CLOUD_ROOT_LOGIN,
  HOSTEL_CLOUD_PACKAGE_UPDATE,
  HOSTEL_CLOUD_PACKAGE_UPGRADE,
  HOSTEL_CLOUD_GROW_PARTITION,
  HOSTEL_CLOUD_N_BOOLEANS
} HostelCloudBoolean;

typedef enum
{
  HOSTEL_CLOUD_ROOT_SSH_KEYS,
  HOSTEL_CLOUD_DEFAULT_USER_SSH_KEYS,
  HOSTEL_CLOUD_PACKAGES,
  HOSTEL_CLOUD_BOOT_COMMANDS,
  HOSTEL_CLOUD_RUN_COMMANDS,
  HOSTEL_CLOUD_NTP_SERVERS,
  HOSTEL_CLOUD_MOUNTS,
  HOSTEL_CLOUD_CA_CERTIFICATES,
  HOSTEL_CLOUD_GROUPS,
  HOSTEL_CLOUD_APT_SOURCES,
  HOSTEL_CLOUD_YUM_REPOSITORIES,
  HOSTEL_CLOUD_PARTITIONS,
  HOSTEL_CLOUD_FILE_SYSTEMS,
  HOSTEL_CLOUD_N_LISTS
} HostelCloudList;

/* What an item of a list may be beside a string, which is shown as one line. */
typedef enum
{
  HOSTEL_CLOUD_ITEMS_PLAIN,
  HOSTEL_CLOUD_ITEMS_COMMANDS, /* the words of a command; a string is a line for the shell */
  HOSTEL_CLOUD_ITEMS_FSTAB,    /* the fields of a line of fstab; written so, too */
  HOSTEL_CLOUD_ITEMS_GROUPS,   /* a name, or a mapping of one to its members */
  HOSTEL_CLOUD_ITEMS_FILE_SYSTEMS,

  /* Of a mapping: one entry each. */
  HOSTEL_CLOUD_ITEMS_APT_SOURCES,
  HOSTEL_CLOUD_ITEMS_YUM_REPOSITORIES,
  HOSTEL_CLOUD_ITEMS_PARTITIONS,
} HostelCloudItems;

/* What the form knows of a document. */
typedef struct
{
  char                   *strings[HOSTEL_CLOUD_N_STRINGS];   /* owned, never NULL */
  gboolean                booleans[HOSTEL_CLOUD_N_BOOLEANS];
  char                  **lists[HOSTEL_CLOUD_N_LISTS];       /* owned, NULL when empty */
  HostelCloudPowerState   power_state;
  GPtrArray              *files;                             /* of HostelCloudFile */
} HostelCloudFields;

/* The document that was parsed last, against which changes are written. */
typedef struct
{
  char              *text;   /* owned; NULL where nothing was parsed */
  HostelYaml        *root;   /* owned, a mapping */
  HostelYaml        *users;  /* owned, "users" as a list whatever its form */
  HostelCloudFields  fields; /* as read from root */
} HostelCloudDocument;

void              hostel_cloud_fields_init          (HostelCloudFields    *fields);
void              hostel_cloud_fields_clear         (HostelCloudFields    *fields);

/* hostel-cloud-config-read.c */
gboolean          hostel_cloud_document_parse       (HostelCloudDocument  *document,
                                                     const char           *text,
                                                     gsize                 length,
                                                     GError              **error);
void              hostel_cloud_document_init        (HostelCloudDocument  *document);
void              hostel_cloud_document_clear       (HostelCloudDocument  *document);
gboolean          hostel_cloud_is_user_entry        (HostelYaml           *entry);
gboolean          hostel_cloud_is_named             (HostelYaml           *entry,
                                                     const char           *name);
HostelYaml       *hostel_cloud_user_lookup          (HostelYaml           *entry,
                                                     const char           *key);
HostelCloudUser  *hostel_cloud_user_new_from_entry  (HostelYaml           *entry);
char            **hostel_cloud_read_list            (HostelYaml           *list,
                                                     HostelCloudItems      items);
char            **hostel_cloud_read_mapping         (HostelYaml           *mapping,
                                                     HostelCloudItems      items);
HostelYaml       *hostel_cloud_dup_groups           (HostelYaml           *root);
HostelCloudFile  *hostel_cloud_read_file            (HostelYaml           *entry);
HostelYaml       *hostel_cloud_find_root_password   (HostelYaml           *root);
const char       *hostel_cloud_find_ca_key          (HostelYaml           *root);

/* hostel-cloud-config-line.c */
char             *hostel_cloud_read_item            (HostelYaml           *item,
                                                     HostelCloudItems      items);
char             *hostel_cloud_read_entry           (const char           *name,
                                                     HostelYaml           *value,
                                                     HostelCloudItems      items);
HostelYaml       *hostel_cloud_new_item             (const char           *line,
                                                     HostelCloudItems      items);
HostelYaml       *hostel_cloud_new_entry            (const char           *line,
                                                     HostelCloudItems      items,
                                                     char                **name);
HostelYaml       *hostel_cloud_merge_line           (HostelYaml           *old,
                                                     HostelYaml           *fresh,
                                                     HostelCloudItems      items);

/* hostel-cloud-config-write.c */
HostelYaml       *hostel_cloud_document_apply       (HostelCloudDocument     *document,
                                                     const HostelCloudFields *fields,
                                                     GPtrArray               *users,
                                                     GHashTable              *entries);

/* hostel-cloud-config-text.c */
char             *hostel_cloud_document_write       (HostelCloudDocument  *document,
                                                     HostelYaml           *root);

/* hostel-cloud-config.c */
HostelYaml       *hostel_cloud_config_dup_tree      (HostelCloudConfig    *self);

G_END_DECLS
