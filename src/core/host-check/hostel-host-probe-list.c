/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

/* All that files and devices tell, in the order in which it is shown. */
static void
run_all (HostelHostReport       *report,
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

/**
 * hostel_host_report_new_local:
 * @system: this computer, or for a test one that a directory stands for
 *
 * Checks what files and devices tell, without a daemon's help and without starting or changing
 * anything. Waits for nothing, whatever the files are: for a worker.
 *
 * Returns: (transfer full): the report
 */
HostelHostReport *
hostel_host_report_new_local (const HostelHostSystem *system)
{
  HostelHostReport *self = hostel_host_report_new ();

  g_return_val_if_fail (system != NULL, self);

  run_all (self, system);

  return self;
}
