#pragma once

#include "hostel-host-facts.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

/* Where the volumes of a machine are; NULL members are shown as place-holders by --dry-run. */
typedef struct
{
  const char *disk;   /* path of the overlay */
  const char *seed;   /* path of the seed */
  const char *serial_log; /* path of the serial's log volume */
} HostelDomainVolumes;

char *hostel_domain_xml_build (HostelMachineSpec          *spec,
                               HostelHostFacts            *facts,
                               const HostelDomainVolumes  *volumes,
                               GError                    **error);

G_END_DECLS
