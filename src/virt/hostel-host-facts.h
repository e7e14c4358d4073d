#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_FACTS (hostel_host_facts_get_type ())

/* What a connection can do, from its capabilities and domain capabilities. Plain data once made,
 * so that HostelDomainXml needs no connection. Properties, read only: "arch", "kvm" (boolean),
 * "kvm-reason" (why not, translated), "machine", "emulator", "efi" (boolean), "memory" and
 * "memory-free" (MiB), "cpus", "user-network-backend" ("passt", "slirp", ""), "networks" (GStrv of
 * all, active or not), "session" (boolean). */
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
gboolean            hostel_host_facts_get_efi         (HostelHostFacts      *self);
gboolean            hostel_host_facts_get_session     (HostelHostFacts      *self);
guint64             hostel_host_facts_get_memory      (HostelHostFacts      *self);
guint64             hostel_host_facts_get_memory_free (HostelHostFacts      *self);
guint               hostel_host_facts_get_cpus        (HostelHostFacts      *self);
const char * const *hostel_host_facts_get_networks    (HostelHostFacts      *self);

G_END_DECLS
