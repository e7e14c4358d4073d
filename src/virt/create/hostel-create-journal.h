/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* For the files of src/virt alone. */

/* What a create has to be known by when it was killed: written and locked before its first call. */
typedef struct
{
  char           *uri;
  char           *pool;
  char           *uuid;
  GStrv           volumes; /* names of the volumes that are made for the machine alone */
  char           *base;    /* the base image's volume that is being uploaded, "" */
  gboolean        defined; /* the machine was there: its volumes are its own from then on */

  char           *path;
  int             fd;
} HostelCreateJournal;

HostelCreateJournal *hostel_create_journal_new      (const char           *uri,
                                                     const char           *pool,
                                                     const char           *uuid,
                                                     GError              **error);
gboolean             hostel_create_journal_set_pool (HostelCreateJournal  *self,
                                                     const char           *pool,
                                                     GError              **error);
gboolean             hostel_create_journal_set_volumes (HostelCreateJournal *self,
                                                     const char * const   *volumes,
                                                     GError              **error);
gboolean             hostel_create_journal_set_base (HostelCreateJournal  *self,
                                                     const char           *base,
                                                     GError              **error);
void                 hostel_create_journal_set_defined (HostelCreateJournal *self);
void                 hostel_create_journal_forget   (const char           *uuid);
void                 hostel_create_journal_remove   (HostelCreateJournal  *self);
void                 hostel_create_journal_free     (HostelCreateJournal  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelCreateJournal, hostel_create_journal_free)

GPtrArray           *hostel_create_journal_take_left (const char          *uri);
char                *hostel_create_journal_dup_dir   (void);

G_END_DECLS
