/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <osinfo/osinfo.h>

#include "hostel-os-list.h"

G_BEGIN_DECLS

/* A disc of an OS as libosinfo knows it: regular expressions for what its label says, %NULL where
 * nothing is asked for, and the installer's files on it, %NULL where there is none to boot alone. */
typedef struct
{
  char *volume_id;      /* owned, as all */
  char *system_id;
  char *publisher_id;
  char *application_id;
  char *kernel;
  char *initrd;
} HostelOsDisc;

/* Made once in the loading thread, never changed after that. */
struct _HostelOs
{
  GObject    parent_instance;

  char      *id;             /* owned */
  char      *short_id;       /* owned */
  GStrv      short_ids;      /* owned: "centos7.0", "centos7" */
  char      *name;           /* owned */
  char      *distro;         /* owned, never NULL */
  char      *version;        /* owned, never NULL */
  char      *codename;       /* owned, never NULL: the first word, lower case */
  char      *release_date;   /* owned, never NULL */
  char      *image_url;      /* owned, never NULL */
  char      *user_name;      /* owned, never NULL */
  GPtrArray *image_names;    /* owned: file names of all its images, lower case */
  GPtrArray *discs;          /* owned, of HostelOsDisc: those for this computer's architecture */
  guint      memory;         /* MiB */
  guint      memory_minimum; /* MiB */
  guint      vcpus;
  guint64    disk_size;      /* bytes */
  gboolean   end_of_life;
  gboolean   newer;          /* than the database */
};

HostelOs *hostel_os_new_from_osinfo (OsinfoOs   *osinfo,
                                     const char *arch);
void      hostel_os_borrow          (HostelOs   *self,
                                     HostelOs   *other);
HostelOs *hostel_os_new_like        (HostelOs   *other,
                                     const char *id,
                                     const char *short_id,
                                     const char *name);
HostelOs *hostel_os_find_newer      (GPtrArray  *table,
                                     const char *id);
HostelOs *hostel_os_guess           (GPtrArray  *table,
                                     const char *file_name);
HostelOs *hostel_os_guess_disc      (GPtrArray              *table,
                                     const HostelDiscLabel  *label,
                                     const HostelOsDisc    **disc);
GPtrArray *hostel_os_find_disc_files (GPtrArray              *table,
                                      const HostelDiscLabel  *label,
                                      HostelOs               *os);

G_END_DECLS
