/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-device-source.h"
#include "hostel-hardware-edit.h"
#include "hostel-hardware-private.h"

G_BEGIN_DECLS

/* How the running machine gets back what it had. */
typedef enum
{
  HOSTEL_HARDWARE_BACK_NOTHING,
  HOSTEL_HARDWARE_BACK_DETACH,
  HOSTEL_HARDWARE_BACK_ATTACH,
  HOSTEL_HARDWARE_BACK_UPDATE,
} HostelHardwareBack;

struct _HostelHardwareDone
{
  gatomicrefcount     refs;
  GStrvBuilder       *builder; /* owned, while it is told */
  GStrv               told;    /* owned, then */
  char               *device;  /* owned */
  HostelHardwareBack  back;
  char               *xml;     /* owned, nullable: the live device as it was */
  char               *before;  /* owned, nullable: the definition with its passwords, which stay in memory */
  char               *after;   /* owned, nullable */
  char               *pool;    /* owned, nullable: of a volume that was made */
  char               *volume;  /* owned, nullable */
};

typedef struct
{
  /* What is wanted: the strings are owned. */
  HostelHardwareEdit  edit;
  char               *uuid;    /* owned */
  char               *name;    /* owned */

  /* In the worker. */
  virConnectPtr       handle;  /* borrowed */
  virDomainPtr        domain;  /* borrowed */
  HostelMachineLock  *lock;    /* owned */
  gboolean            active;
  gboolean            persistent;
  gboolean            live;    /* whether the running machine is changed */
  xmlDoc             *running; /* owned, nullable */
  xmlDoc             *stored;  /* owned, nullable */
  HostelHardwareDone *done;    /* owned */
} HostelHardwareWork;

typedef int (*HostelHardwareCall) (virDomainPtr  domain,
                                   const char   *xml,
                                   unsigned int  flags);

/* The machine's XML: of both where it has both, the definition first. */
xmlDoc   *hostel_hardware_work_get_doc    (HostelHardwareWork  *self);
void      hostel_hardware_work_tell       (HostelHardwareWork  *self,
                                           const char          *format,
                                           ...) G_GNUC_PRINTF (2, 3);
/* Whether the last error says that only a machine that is off can. */
gboolean  hostel_hardware_is_not_live     (void);
/* Takes the lock and reads what the machine has. */
gboolean  hostel_hardware_work_open       (HostelHardwareWork  *self,
                                           GError             **error);
gboolean  hostel_hardware_work_attach     (HostelHardwareWork  *self,
                                           GError             **error);
gboolean  hostel_hardware_work_detach     (HostelHardwareWork  *self,
                                           GError             **error);
gboolean  hostel_hardware_work_update     (HostelHardwareWork  *self,
                                           GError             **error);
/* A disc, "" or a path, into the drive @id. */
gboolean  hostel_hardware_work_set_medium (HostelHardwareWork  *self,
                                           const char          *id,
                                           const char          *path,
                                           gboolean             block,
                                           GError             **error);
/* Which connection a new card gets: "type" and "source". */
gboolean  hostel_hardware_work_find_network (HostelHardwareWork  *self,
                                             char               **type,
                                             char               **source,
                                             GError             **error);
char     *hostel_hardware_work_dup_mac    (HostelHardwareWork  *self,
                                           GError             **error);

G_END_DECLS
