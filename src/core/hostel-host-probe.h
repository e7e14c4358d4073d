#pragma once

#include "hostel-host-check.h"

G_BEGIN_DECLS

/* The check on which the verdict "ready without KVM" stands. */
#define HOSTEL_HOST_CHECK_KVM "kvm-usable"

/* More of a file than this is not read: what is of interest is in front. */
#define HOSTEL_HOST_PROBE_MAX_BYTES (256 * 1024)

char     *hostel_host_probe_path      (const char       *root,
                                       const char       *path);
char     *hostel_host_probe_read      (const char       *root,
                                       const char       *path);
gboolean  hostel_host_probe_exists    (const char       *root,
                                       const char       *path);
void      hostel_host_probe_add       (HostelHostReport *report,
                                       const char       *id,
                                       const char       *group,
                                       const char       *title,
                                       HostelCheckState  state,
                                       char             *evidence,
                                       const char       *why,
                                       const char       *remedy);

void      hostel_host_probe_processor (HostelHostReport *report,
                                       const char       *root);
void      hostel_host_probe_services  (HostelHostReport *report,
                                       const char       *root);
void      hostel_host_probe_resources (HostelHostReport *report,
                                       const char       *root);

G_END_DECLS
