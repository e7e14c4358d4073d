/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: one call for all states; libvirt-glib 4.0 has one for each domain. */
#define G_LOG_DOMAIN "hostel-listing"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-listing.h"

/* REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX of libvirt's protocol: the daemon refuses to answer with
 * more records at once. */
#define MAX_STATS 4096

/* gvir_connection_fetch_domains() brings the domains. What it does not bring (states, persistence,
 * managed saves) its GVirDomain would ask for one call at a time; libvirt's own bulk calls keep it
 * at four for a list of any length. */

static void
free_domains (virDomainPtr *domains,
              int           n_domains)
{
  if (domains == NULL)
    return;

  for (int i = 0; i < n_domains; i++)
    virDomainFree (domains[i]);
  free (domains);
}

/* The UUIDs of the domains that @flags of virConnectListAllDomains() select; the daemon selects,
 * so that few answers travel. */
static GHashTable *
list_uuids (virConnectPtr handle,
            unsigned int  flags)
{
  GHashTable *uuids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  virDomainPtr *domains = NULL;
  char uuid[VIR_UUID_STRING_BUFLEN];
  int n_domains;

  /* A driver without the filter (or without managed saves) has none of them. */
  n_domains = virConnectListAllDomains (handle, &domains, flags);
  for (int i = 0; i < n_domains; i++)
    if (virDomainGetUUIDString (domains[i], uuid) == 0)
      g_hash_table_add (uuids, g_strdup (uuid));
  free_domains (domains, n_domains);

  return uuids;
}

static int
get_state_param (virDomainStatsRecordPtr record)
{
  int state = VIR_DOMAIN_NOSTATE;

  virTypedParamsGetInt (record->params, record->nparams, "state.state", &state);

  return state;
}

static gboolean
add_stats (virConnectPtr  handle,
           virDomainPtr  *batch,
           GHashTable    *states)
{
  virDomainStatsRecordPtr *records = NULL;
  char uuid[VIR_UUID_STRING_BUFLEN];
  int n_records;

  /* NOWAIT: a domain that is busy is not waited for. Drivers without it refuse the flag. */
  n_records = virDomainListGetStats (batch, VIR_DOMAIN_STATS_STATE, &records,
                                     VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (n_records < 0)
    n_records = virDomainListGetStats (batch, VIR_DOMAIN_STATS_STATE, &records, 0);
  if (n_records < 0)
    return FALSE;

  for (int i = 0; i < n_records; i++)
    if (virDomainGetUUIDString (records[i]->dom, uuid) == 0)
      g_hash_table_insert (states, g_strdup (uuid), GINT_TO_POINTER (get_state_param (records[i])));
  virDomainStatsRecordListFree (records);

  return TRUE;
}

/* UUID -> virDomainState for all of them: one call, or one for each 4096 machines. Where the driver
 * has no bulk statistics the table stays empty. */
static GHashTable *
read_states (virConnectPtr  handle,
             virDomainPtr  *domains,
             int            n_domains)
{
  GHashTable *states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < n_domains; i += MAX_STATS)
    {
      int n_batch = MIN (MAX_STATS, n_domains - i);
      g_autofree virDomainPtr *batch = g_new0 (virDomainPtr, n_batch + 1);

      memcpy (batch, domains + i, n_batch * sizeof *batch);
      if (!add_stats (handle, batch, states))
        break;
    }

  return states;
}

static int
read_state (virDomainPtr domain)
{
  int state = VIR_DOMAIN_NOSTATE;

  virDomainGetState (domain, &state, NULL, 0);

  return state;
}

/* Nothing here is a call: the handle carries it. */
static void
fill_identity (HostelDomainInfo *info,
               GVirDomain       *domain)
{
  info->handle = g_object_ref (domain);
  g_strlcpy (info->uuid, gvir_domain_get_uuid (domain), sizeof info->uuid);
  info->name = g_strdup (gvir_domain_get_name (domain));
  info->id = gvir_domain_get_id (domain, NULL); /* -1 where it is off */
}

static GArray *
new_infos (guint n_reserved)
{
  GArray *infos = g_array_sized_new (FALSE, TRUE, sizeof (HostelDomainInfo), n_reserved);

  g_array_set_clear_func (infos, (GDestroyNotify) hostel_domain_info_clear);

  return infos;
}

/* What of libvirt's bulk calls belongs to one domain. */
typedef struct
{
  GHashTable *states;    /* owned: UUID -> virDomainState */
  GHashTable *saved;     /* owned, a set of UUIDs */
  GHashTable *transient; /* owned, a set of UUIDs */
} Bulk;

static void
bulk_clear (Bulk *bulk)
{
  g_clear_pointer (&bulk->states, g_hash_table_unref);
  g_clear_pointer (&bulk->saved, g_hash_table_unref);
  g_clear_pointer (&bulk->transient, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bulk, bulk_clear)

static void
bulk_read (Bulk          *bulk,
           virConnectPtr  handle,
           virDomainPtr  *domains,
           int            n_domains)
{
  bulk->states = read_states (handle, domains, n_domains);
  bulk->saved = list_uuids (handle, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE);
  bulk->transient = list_uuids (handle, VIR_CONNECT_LIST_DOMAINS_TRANSIENT);
}

static void
bulk_fill (const Bulk       *bulk,
           HostelDomainInfo *info,
           virDomainPtr      domain)
{
  gpointer state;

  if (!g_hash_table_lookup_extended (bulk->states, info->uuid, NULL, &state))
    state = GINT_TO_POINTER (read_state (domain));
  info->state = hostel_domain_state_from_virt (GPOINTER_TO_INT (state),
                                               g_hash_table_contains (bulk->saved, info->uuid));
  info->persistent = !g_hash_table_contains (bulk->transient, info->uuid);
}

static GPtrArray *
fetch_domains (GVirConnection  *connection,
               GError         **error)
{
  g_autoptr (GPtrArray) domains = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (virConnect) handle = NULL;
  g_autoptr (GError) gvir_error = NULL;
  GList *list;

  /* libvirt-glib 4.0 leaks the array of a host that has none; to count them no list travels. */
  g_object_get (connection, "handle", &handle, NULL);
  if (virConnectListAllDomains (handle, NULL, 0) == 0)
    return g_steal_pointer (&domains);

  if (!gvir_connection_fetch_domains (connection, NULL, &gvir_error))
    {
      hostel_virt_set_error (error, _("The list of virtual machines cannot be read."));
      return NULL;
    }

  list = gvir_connection_get_domains (connection);
  for (GList *l = list; l != NULL; l = l->next)
    g_ptr_array_add (domains, l->data);
  g_list_free (list);

  return g_steal_pointer (&domains);
}

/**
 * hostel_listing_read:
 * @connection: an open connection
 * @error: return location for an error
 *
 * All domains with their states, in a number of calls that does not depend on theirs (where the
 * driver has bulk statistics, as those of QEMU, LXC and Xen and the test driver have).
 *
 * Returns: (transfer full) (nullable) (element-type HostelDomainInfo): what is there
 */
GArray *
hostel_listing_read (GVirConnection  *connection,
                     GError         **error)
{
  g_autoptr (GPtrArray) domains = fetch_domains (connection, error);
  g_autoptr (virConnect) handle = NULL;
  g_autofree virDomainPtr *handles = NULL;
  g_auto (Bulk) bulk = { NULL };
  GArray *infos;

  if (domains == NULL)
    return NULL;

  g_object_get (connection, "handle", &handle, NULL);
  handles = g_new0 (virDomainPtr, domains->len + 1);
  for (guint i = 0; i < domains->len; i++)
    handles[i] = hostel_virt_dup_handle (g_ptr_array_index (domains, i));

  bulk_read (&bulk, handle, handles, domains->len);
  infos = new_infos (domains->len);
  for (guint i = 0; i < domains->len; i++)
    {
      HostelDomainInfo info = { 0 };

      fill_identity (&info, g_ptr_array_index (domains, i));
      bulk_fill (&bulk, &info, handles[i]);
      g_array_append_val (infos, info);
      virDomainFree (handles[i]);
    }

  return infos;
}

/**
 * hostel_listing_refresh:
 * @handle: an open connection
 * @uuids: the domains to look at
 * @error: return location for an error
 *
 * As hostel_listing_read() for the few domains of which an event did not tell all; one that libvirt
 * does not have (any more) has no name in the result.
 *
 * Returns: (transfer full) (nullable) (element-type HostelDomainInfo): what is there, in the order
 *   of @uuids
 */
GArray *
hostel_listing_refresh (virConnectPtr        handle,
                        const char * const  *uuids,
                        GError             **error)
{
  g_autoptr (GArray) infos = new_infos (g_strv_length ((GStrv) uuids));

  for (; *uuids; uuids++)
    {
      /* libvirt-glib looks up in what it has listed alone. */
      g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, *uuids);
      g_autoptr (GVirDomain) object = NULL;
      HostelDomainInfo info = { .id = -1 };

      if (domain == NULL && virGetLastErrorCode () != VIR_ERR_NO_DOMAIN)
        {
          hostel_virt_set_error (error, _("The state of a virtual machine cannot be read."));
          return NULL;
        }

      g_strlcpy (info.uuid, *uuids, sizeof info.uuid);
      if (domain)
        {
          object = g_object_new (GVIR_TYPE_DOMAIN, "handle", domain, NULL);
          fill_identity (&info, object);
          info.persistent = virDomainIsPersistent (domain) == 1;
          info.state = hostel_domain_state_from_virt (
            read_state (domain), virDomainHasManagedSaveImage (domain, 0) == 1);
        }
      g_array_append_val (infos, info);
    }

  return g_steal_pointer (&infos);
}
