/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-seed.h"
#include "hostel-virt-handle.h"
#include "hostel-xml.h"

G_BEGIN_DECLS

/* For the rooms of src/virt alone. */

/* Of the definition that the next start takes. */
#define HOSTEL_SEED_DISKS "/domain/devices/disk[readonly or @device = 'cdrom']"

typedef struct
{
  char   *uuid;      /* owned */
  char   *name;      /* owned */
  GBytes *user_data; /* owned, nullable: what is to be applied */
} HostelSeedRequest;

/* What a machine's definition leads to. */
typedef struct
{
  xmlDocPtr         doc;    /* owned: the definition */
  xmlNodePtr        disk;   /* borrowed from doc: the seed's */
  char             *path;   /* owned: of the seed's volume */
  virStorageVolPtr  volume; /* owned */
  HostelSeed       *seed;   /* owned */
} HostelSeedFound;

void      hostel_seed_found_clear            (HostelSeedFound          *found);
xmlDocPtr hostel_domain_seed_read_definition (virDomainPtr              domain,
                                              const char               *name,
                                              GError                  **error);
gboolean  hostel_domain_seed_find            (virConnectPtr             handle,
                                              virDomainPtr              domain,
                                              const char               *name,
                                              HostelSeedFound          *found,
                                              GError                  **error);
gboolean  hostel_domain_seed_swap            (virConnectPtr             handle,
                                              virDomainPtr              domain,
                                              const HostelSeedRequest  *request,
                                              GError                  **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HostelSeedFound, hostel_seed_found_clear)

G_END_DECLS
