/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-disk-users.h"

G_BEGIN_DECLS

/* A device that is a file. */
#define HOSTEL_DISK_LOOP_PREFIX "/dev/loop"

/* One machine that names a file. */
typedef struct
{
  char     *uuid;    /* owned */
  char     *name;    /* owned */
  gboolean  running;
} HostelDiskUser;

/* One file, device or network image. */
typedef struct
{
  char       *path;     /* owned: as it was first seen */
  char       *volume;   /* owned, nullable: its path as an active pool has it */
  GHashTable *overlays; /* owned, a set: ids of files that stand on it */
  GPtrArray  *below;    /* owned: paths of what it stands on itself */
  GPtrArray  *users;    /* owned: of HostelDiskUser, borrowed from the table of machines */
  gboolean    known;    /* what it stands on has been read */
} HostelDisk;

/* What could not be read, so that anything may be below it. */
typedef struct
{
  char *id;     /* owned, nullable: of a file */
  char *volume; /* owned, nullable: only a file of that name may be it */
  char *uuid;   /* owned, nullable: of the machine that may need it */
  char *reason; /* owned: a sentence */
} HostelDiskUnknown;

/* A folder of the host that a machine sees as it is. */
typedef struct
{
  char           *id;   /* owned */
  char           *path; /* owned */
  HostelDiskUser *user; /* borrowed from the table of machines */
} HostelDiskShare;

struct _HostelDiskUsers
{
  virConnectPtr  handle;   /* borrowed, while it is read */
  char          *uri;      /* owned */
  gboolean       local;    /* the host's files are this computer's */
  gboolean       anew;
  GHashTable    *disks;    /* owned: id -> HostelDisk */
  GHashTable    *machines; /* owned: UUID -> HostelDiskUser */
  GPtrArray     *unknown;  /* owned: of HostelDiskUnknown */
  GPtrArray     *shares;   /* owned: of HostelDiskShare */
  GHashTable    *looked;   /* owned: folder that was looked through -> whether it could be */
  GHashTable    *followed; /* owned: folder's id and name of what was followed -> whether it would have
                            * been said where it cannot be read */
};

HostelDisk     *hostel_disk_users_get_disk     (HostelDiskUsers      *self,
                                                const char           *path);
void            hostel_disk_users_add_user     (HostelDiskUsers      *self,
                                                const char           *path,
                                                HostelDiskUser       *user);
void            hostel_disk_users_add_below    (HostelDiskUsers      *self,
                                                const char           *path,
                                                const char           *below);
void            hostel_disk_users_add_unknown  (HostelDiskUsers      *self,
                                                const char           *path,
                                                char                 *reason);
void            hostel_disk_users_add_lost     (HostelDiskUsers      *self,
                                                HostelDiskUser       *user,
                                                const char           *pool,
                                                const char           *volume);
void            hostel_disk_users_add_share    (HostelDiskUsers      *self,
                                                const char           *path,
                                                HostelDiskUser       *user);
void            hostel_disk_share_free         (HostelDiskShare      *share);
void            hostel_disk_users_read_loops   (HostelDiskUsers      *self);
gboolean        hostel_disk_users_read_pools   (HostelDiskUsers      *self,
                                                GError              **error);
gboolean        hostel_disk_users_read_pool    (HostelDiskUsers      *self,
                                                virStoragePoolPtr     pool,
                                                gboolean              stays);
gboolean        hostel_disk_users_look         (HostelDiskUsers      *self,
                                                const char           *path,
                                                gboolean              detached);
gboolean        hostel_disk_users_read_domains (HostelDiskUsers      *self,
                                                GError              **error);
void            hostel_disk_users_follow       (HostelDiskUsers      *self,
                                                const char           *path,
                                                const char           *machine,
                                                gboolean              needed);

G_END_DECLS
