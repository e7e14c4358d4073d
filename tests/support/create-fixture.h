/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-create-job.h"

G_BEGIN_DECLS

/* What the tests of create and delete share: a pool of their own on a real daemon, an image, and
 * creates that run in a program of their own, which can be killed or stopped at a step. */
typedef struct
{
  char             *dir;        /* owned, as all */
  char             *pool_dir;
  char             *pool;       /* its name */
  char             *image_path;
  HostelConnection *connection;
} CreateFixture;

/* Where a create in a program of its own ends or waits. */
typedef struct
{
  HostelCreateStep  step;
  guint             delay;  /* milliseconds after the step has begun */
  int               signal; /* SIGKILL or SIGSTOP, 0 none: it runs to its end */
} CreateStop;

/* NULL where no daemon can be reached: the test skips. */
CreateFixture     *create_fixture_new        (void);
void               create_fixture_free       (CreateFixture     *self);

HostelMachineSpec *create_fixture_new_spec   (CreateFixture     *self,
                                              const char        *name);
/* A 64 MiB image with @seed's random bytes in it, so that each has a base image of its own. */
char              *create_fixture_make_image (CreateFixture     *self,
                                              guint32            seed);
HostelDomain      *create_fixture_create     (CreateFixture     *self,
                                              HostelMachineSpec *spec,
                                              GCancellable      *cancellable,
                                              GError           **error);
void               create_fixture_delete     (CreateFixture     *self,
                                              HostelDomain      *domain,
                                              gboolean           with_disks);
GPid               create_fixture_spawn      (CreateFixture     *self,
                                              const char        *name,
                                              const CreateStop  *stop,
                                              char             **uuid);
int                create_fixture_wait       (GPid               pid,
                                              int                options);
void               create_fixture_clean_up   (CreateFixture     *self);

/* The pool's files whose name contains @part, by name; base images only where @part begins so. */
GStrv              create_fixture_list       (CreateFixture     *self,
                                              const char        *part);
guint              create_fixture_count_journals (void);
gboolean           create_fixture_is_running (CreateFixture     *self,
                                              const char        *uuid);
/* Runs virsh with the words of @format and waits; it must succeed. */
char              *create_fixture_virsh      (CreateFixture     *self,
                                              const char        *format,
                                              ...) G_GNUC_PRINTF (2, 3);

/* To be called first in main(): runs the create where this is such a program. */
void               create_fixture_main       (int               *argc,
                                              char            ***argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CreateFixture, create_fixture_free)

G_END_DECLS
