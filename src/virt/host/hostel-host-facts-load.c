/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no memory statistics and no native command line; its
 * capabilities are parsed twice. */
#define G_LOG_DOMAIN "hostel-host-facts"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-host-facts-load.h"
#include "hostel-kvm-access.h"
#include "hostel-uri.h"
#include "hostel-xml.h"

typedef struct
{
  char     *uri;
  gboolean  session;
} LoadRequest;

static void
load_request_free (LoadRequest *request)
{
  g_free (request->uri);
  g_free (request);
}

static void
load_networks (virConnectPtr   handle,
               GStrv          *names,
               GStrv          *active)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) running = g_strv_builder_new ();
  virNetworkPtr *networks = NULL;
  int n = virConnectListAllNetworks (handle, &networks, VIR_CONNECT_LIST_NETWORKS_ACTIVE);

  for (int i = 0; i < n; i++)
    {
      g_strv_builder_add (all, virNetworkGetName (networks[i]));
      g_strv_builder_add (running, virNetworkGetName (networks[i]));
      virNetworkFree (networks[i]);
    }
  g_clear_pointer (&networks, free);

  /* Two calls whatever the number of networks; virNetworkIsActive() would be one for each. */
  n = virConnectListAllNetworks (handle, &networks, VIR_CONNECT_LIST_NETWORKS_INACTIVE);
  for (int i = 0; i < n; i++)
    {
      g_strv_builder_add (all, virNetworkGetName (networks[i]));
      virNetworkFree (networks[i]);
    }
  free (networks);

  *names = g_strv_builder_end (all);
  *active = g_strv_builder_end (running);
}

/* MiB: free is what a new machine could have, with what the kernel's caches would give back. What
 * the node's information says of the total is wrong where memory was added since the boot. */
static void
load_memory (virConnectPtr  handle,
             guint64       *total,
             guint64       *free)
{
  g_autofree virNodeMemoryStats *stats = NULL;
  guint64 free_kib = 0;
  int n = 0;

  if (virNodeGetMemoryStats (handle, VIR_NODE_MEMORY_STATS_ALL_CELLS, NULL, &n, 0) < 0 || n <= 0)
    return;

  stats = g_new0 (virNodeMemoryStats, n);
  if (virNodeGetMemoryStats (handle, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats, &n, 0) < 0)
    return;

  for (int i = 0; i < n; i++)
    if (g_str_equal (stats[i].field, VIR_NODE_MEMORY_STATS_TOTAL))
      *total = MAX (*total, stats[i].value / 1024);
    else if (g_str_equal (stats[i].field, VIR_NODE_MEMORY_STATS_FREE) ||
             g_str_equal (stats[i].field, VIR_NODE_MEMORY_STATS_BUFFERS) ||
             g_str_equal (stats[i].field, VIR_NODE_MEMORY_STATS_CACHED))
      free_kib += stats[i].value;

  *free = free_kib / 1024;
}

/* Asked for the type that will be used: the answers differ in their CPU modes. */
static char *
load_domain_capabilities (virConnectPtr handle,
                          const char   *capabilities,
                          const char   *kvm_refusal)
{
  HostelHostData data = { .capabilities = capabilities, .kvm_refusal = kvm_refusal };
  g_autoptr (HostelHostFacts) facts = hostel_host_facts_new_from_data (&data, NULL);
  const char *machine;

  if (facts == NULL)
    return NULL;

  machine = hostel_host_facts_get_machine (facts);

  return virConnectGetDomainCapabilities (handle, NULL, hostel_host_facts_get_arch (facts),
                                          *machine ? machine : NULL,
                                          hostel_host_facts_get_domain_type (facts), 0);
}

/* A session has no such label: there the daemon has QEMU's rights, and knows. */
static char *
dup_kvm_refusal (const char *uri,
                 const char *capabilities)
{
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *label = NULL;
  uid_t uid;
  gid_t gid;

  if (!hostel_uri_is_local (uri) || (doc = hostel_xml_parse (capabilities)) == NULL)
    return NULL;

  label = hostel_xml_dup_string (doc, NULL, "/capabilities/host/secmodel[model='dac']"
                                            "/baselabel[@type='kvm']");
  if (!hostel_kvm_access_parse_label (label, &uid, &gid))
    return NULL;

  return hostel_kvm_access_dup_refusal (hostel_host_system_get_real (), uid, gid);
}

/* Whether libvirt's parser takes it: some builds of 9.0 do not, and the domain capabilities do not
 * tell. Nothing is made, the answer is a command line. */
static gboolean
takes_passt (virConnectPtr handle)
{
  static const char xml[] =
    "<domain type='qemu'><name>probe</name><memory>65536</memory><os><type>hvm</type></os><devices>"
    "<interface type='user'><backend type='passt'/></interface></devices></domain>";
  g_autofree char *native = virConnectDomainXMLToNative (handle, "qemu-argv", xml, 0);
  virErrorPtr last = virGetLastError ();

  return native != NULL ||
         (last != NULL && last->code != VIR_ERR_XML_ERROR && last->code != VIR_ERR_XML_DETAIL &&
          last->code != VIR_ERR_NO_SUPPORT);
}

static gboolean
find_passt (virConnectPtr  handle,
            const char    *uri)
{
  g_autofree char *path = NULL;

  if (!hostel_uri_is_local (uri))
    return FALSE;

  path = g_find_program_in_path ("passt");

  return path != NULL && takes_passt (handle);
}

/**
 * hostel_host_facts_load_sync:
 * @handle: a connection
 * @uri: its URI
 * @session: whether it is a session's daemon
 *
 * Blocks: for a worker.
 */
HostelHostFacts *
hostel_host_facts_load_sync (virConnectPtr   handle,
                             const char     *uri,
                             gboolean        session,
                             GError        **error)
{
  g_autofree char *capabilities = NULL;
  g_autofree char *domain_capabilities = NULL;
  g_autofree char *kvm_refusal = NULL;
  g_auto (GStrv) networks = NULL;
  g_auto (GStrv) active = NULL;
  HostelHostData data = { .uri = uri, .session = session };
  virNodeInfo node;

  if (!(capabilities = virConnectGetCapabilities (handle)))
    {
      hostel_virt_set_error (error, _("What this host can do is not known."));
      return NULL;
    }

  kvm_refusal = dup_kvm_refusal (uri, capabilities);
  domain_capabilities = load_domain_capabilities (handle, capabilities, kvm_refusal);
  load_networks (handle, &networks, &active);
  if (virNodeGetInfo (handle, &node) == 0)
    {
      data.memory = node.memory / 1024;
      data.cpus = node.cpus;
    }
  virConnectGetLibVersion (handle, &data.version);
  load_memory (handle, &data.memory, &data.memory_free);
  data.capabilities = capabilities;
  data.kvm_refusal = kvm_refusal;
  data.domain_capabilities = domain_capabilities;
  data.networks = (const char * const *) networks;
  data.active_networks = (const char * const *) active;
  data.has_passt = session && find_passt (handle, uri);
  if (session && hostel_uri_is_local (uri))
    data.config_dir = g_get_user_config_dir ();

  return hostel_host_facts_new_from_data (&data, error);
}

static void
load_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  LoadRequest *request = task_data;
  GError *error = NULL;
  HostelHostFacts *facts =
    hostel_host_facts_load_sync (handle, request->uri, request->session, &error);

  if (facts != NULL)
    g_task_return_pointer (task, facts, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_host_facts_load_async:
 * @connection: a connected host
 * @cancellable: (nullable): gives the answer up, harms nothing
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks the daemon: eight short calls, none of which looks at pools or devices.
 */
void
hostel_host_facts_load_async (HostelConnection    *connection,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  LoadRequest *request;
  GTask *task;

  g_return_if_fail (HOSTEL_IS_CONNECTION (connection));

  request = g_new0 (LoadRequest, 1);
  request->uri = g_strdup (hostel_connection_get_uri (connection));
  request->session = hostel_connection_is_session (connection);

  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_host_facts_load_async);
  g_task_set_task_data (task, request, (GDestroyNotify) load_request_free);
  hostel_connection_call (connection, task, load_worker);
}

/**
 * hostel_host_facts_load_finish:
 *
 * Returns: (transfer full) (nullable): the facts; errors are %HOSTEL_ERROR_HOST_LACKS where no
 *   hypervisor is there, and those of a connection
 */
HostelHostFacts *
hostel_host_facts_load_finish (HostelConnection  *connection,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
