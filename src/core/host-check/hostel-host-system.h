/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* More of a file than this is not read; the processors of the largest computers fit. */
#define HOSTEL_HOST_MAX_BYTES (2 * 1024 * 1024)

typedef enum
{
  HOSTEL_HOST_FOUND,
  HOSTEL_HOST_ABSENT,
  HOSTEL_HOST_UNKNOWN, /* there may be one, and this user cannot tell */
} HostelHostFind;

/* What /dev/kvm says; each code an errno, 0 for success. */
typedef struct
{
  int open_code;
  int version;
  int create_code;
} HostelHostKvm;

typedef struct
{
  guint64 available;   /* bytes, for those who are not root */
  guint64 total;
  guint64 inodes_free; /* 0 where the file system does not count them */
  guint64 inodes;
  guint64 type;        /* the magic number of statfs(2) */
} HostelHostSpace;

typedef struct _HostelHostSystem HostelHostSystem;

/* The computer and the person that are looked at; borrowed, all of it. A test gives a directory for
 * "/" and answers for what a directory cannot stand for. */
struct _HostelHostSystem
{
  const char  *root;
  const char  *machine;     /* as uname -m */
  const char  *user;
  const char  *home;
  const char  *runtime_dir; /* XDG_RUNTIME_DIR */
  const char  *data_dir;    /* XDG_DATA_HOME */
  const char  *config_dir;  /* XDG_CONFIG_HOME */
  uid_t        uid;
  const gid_t *groups;      /* of this login */
  guint        n_groups;
  gint64       now;         /* s since 1970, 0 for the clock's */

  /* Each nullable: then the real thing is asked. All return 0 or an errno. */
  int        (*access)  (const HostelHostSystem *system,
                         const char             *path,
                         int                     mode);
  void       (*kvm)     (const HostelHostSystem *system,
                         HostelHostKvm          *kvm);
  int        (*space)   (const HostelHostSystem *system,
                         const char             *path,
                         HostelHostSpace        *space);
  gpointer     data;
};

const HostelHostSystem *hostel_host_system_get_real    (void);
char                   *hostel_host_system_dup_path    (const HostelHostSystem *self,
                                                        const char             *path);
HostelHostFind          hostel_host_system_find        (const HostelHostSystem *self,
                                                        const char             *path,
                                                        char                  **reason);
HostelHostFind          hostel_host_system_read        (const HostelHostSystem *self,
                                                        const char             *path,
                                                        char                  **text,
                                                        char                  **reason);
HostelHostFind          hostel_host_system_read_tail   (const HostelHostSystem *self,
                                                        const char             *path,
                                                        char                  **text,
                                                        char                  **reason);
char                   *hostel_host_system_dup_line    (const HostelHostSystem *self,
                                                        const char             *path);
gboolean                hostel_host_system_has         (const HostelHostSystem *self,
                                                        const char             *path);
GStrv                   hostel_host_system_list        (const HostelHostSystem *self,
                                                        const char             *path);
char                   *hostel_host_system_find_program (const HostelHostSystem *self,
                                                        const char             *name);
int                     hostel_host_system_access      (const HostelHostSystem *self,
                                                        const char             *path,
                                                        int                     mode);
int                     hostel_host_system_get_space   (const HostelHostSystem *self,
                                                        const char             *path,
                                                        HostelHostSpace        *space);
void                    hostel_host_system_ask_kvm     (const HostelHostSystem *self,
                                                        HostelHostKvm          *kvm);
gint64                  hostel_host_system_get_now     (const HostelHostSystem *self);
gboolean                hostel_host_system_is_member   (const HostelHostSystem *self,
                                                        gid_t                   gid);
char                   *hostel_host_system_redact      (const HostelHostSystem *self,
                                                        const char             *text);

G_END_DECLS
