#pragma once

#include <osinfo/osinfo.h>

#include "hostel-os-list.h"

G_BEGIN_DECLS

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
  guint      memory;         /* MiB */
  guint      memory_minimum; /* MiB */
  guint      vcpus;
  guint64    disk_size;      /* bytes */
  gboolean   end_of_life;
};

HostelOs *hostel_os_new_from_osinfo (OsinfoOs   *osinfo,
                                     const char *arch);
void      hostel_os_borrow          (HostelOs   *self,
                                     HostelOs   *other);
HostelOs *hostel_os_guess           (GPtrArray  *table,
                                     const char *file_name);

G_END_DECLS
