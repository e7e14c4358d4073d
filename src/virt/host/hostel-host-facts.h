/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_FACTS (hostel_host_facts_get_type ())

/* What a connection can do, from its capabilities and domain capabilities. Plain data once made,
 * so that HostelDomainXml needs no connection. Properties, read only: "arch", "domain-type" ("kvm",
 * "qemu"), "kvm" (boolean), "kvm-reason" (why not, translated), "machine", "emulator",
 * "efi" (boolean), "memory" and "memory-free" (MiB), "cpus", "user-network-backend" ("passt",
 * "slirp"), "networks" (GStrv of all, active or not), "session" (boolean). */
G_DECLARE_FINAL_TYPE (HostelHostFacts, hostel_host_facts, HOSTEL, HOST_FACTS, GObject)

void                hostel_host_facts_load_async      (HostelConnection     *connection,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
HostelHostFacts    *hostel_host_facts_load_finish     (HostelConnection     *connection,
                                                       GAsyncResult         *result,
                                                       GError              **error);
const char         *hostel_host_facts_get_arch        (HostelHostFacts      *self);
gboolean            hostel_host_facts_get_kvm         (HostelHostFacts      *self);
const char         *hostel_host_facts_get_kvm_reason  (HostelHostFacts      *self);
const char         *hostel_host_facts_get_domain_type (HostelHostFacts      *self);
gboolean            hostel_host_facts_get_efi         (HostelHostFacts      *self);
gboolean            hostel_host_facts_get_session     (HostelHostFacts      *self);
guint64             hostel_host_facts_get_memory      (HostelHostFacts      *self);
guint64             hostel_host_facts_get_memory_free (HostelHostFacts      *self);
guint               hostel_host_facts_get_cpus        (HostelHostFacts      *self);
const char * const *hostel_host_facts_get_networks    (HostelHostFacts      *self);
const char         *hostel_host_facts_get_machine     (HostelHostFacts      *self);
const char         *hostel_host_facts_get_emulator    (HostelHostFacts      *self);
/* "passt" or "slirp" */
const char         *hostel_host_facts_get_user_network_backend (HostelHostFacts *self);
gboolean            hostel_host_facts_has_network     (HostelHostFacts      *self,
                                                       const char           *name);
gboolean            hostel_host_facts_is_network_active (HostelHostFacts    *self,
                                                       const char           *name);
gboolean            hostel_host_facts_has_cpu_mode    (HostelHostFacts      *self,
                                                       const char           *mode);
/* Whether a channel of that name can have its socket in the machine of that name. */
gboolean            hostel_host_facts_has_room_for_channel (HostelHostFacts *self,
                                                            const char      *machine,
                                                            const char      *channel);
/* Gives @spec the limits to validate against. */
void                hostel_host_facts_get_limits      (HostelHostFacts      *self,
                                                       HostelMachineLimits  *limits);

/* What the daemon said, for hostel_host_facts_new_from_data(); nothing is owned. */
typedef struct
{
  const char         *uri;
  const char         *capabilities;        /* virConnectGetCapabilities() */
  const char         *domain_capabilities; /* virConnectGetDomainCapabilities(), nullable */
  const char * const *networks;            /* nullable: all, by name */
  const char * const *active_networks;     /* nullable */
  guint64             memory;              /* MiB, 0 unknown */
  guint64             memory_free;         /* MiB, 0 unknown */
  guint               cpus;
  gboolean            session;
  gboolean            has_passt;           /* the program is there, and libvirt takes it */
  const char         *config_dir;          /* the daemon's XDG_CONFIG_HOME in a session, nullable */
  const char         *kvm_refusal;         /* why QEMU cannot use the KVM offered, nullable */
  gulong              version;             /* libvirt's, as virConnectGetLibVersion() has it */
} HostelHostData;

/* Plain data in, facts out: no connection is needed, any thread. */
HostelHostFacts    *hostel_host_facts_new_from_data   (const HostelHostData *data,
                                                       GError              **error);

G_END_DECLS
