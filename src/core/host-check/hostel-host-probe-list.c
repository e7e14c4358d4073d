/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"
#include "hostel-host-probe-list.h"

/*< private >
 * hostel_host_probe_run:
 * @report: where the checks go
 * @system: where to look
 *
 * All that files and devices tell.
 */
void
hostel_host_probe_run (HostelHostReport       *report,
                       const HostelHostSystem *system)
{
  HostelHostProbe probe;

  hostel_host_probe_init (&probe, report, system);
  hostel_host_probe_cpu (&probe);
  hostel_host_probe_kvm (&probe);
  hostel_host_probe_platform (&probe);
  hostel_host_probe_cgroups (&probe);
  hostel_host_probe_services (&probe);
  hostel_host_probe_access (&probe);
  hostel_host_probe_network (&probe);
  hostel_host_probe_storage (&probe);
  hostel_host_probe_emulator (&probe);
  hostel_host_probe_memory (&probe);
  hostel_host_probe_security (&probe);
  hostel_host_probe_clear (&probe);
}
