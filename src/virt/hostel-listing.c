#define G_LOG_DOMAIN "hostel-listing"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-listing.h"

/* REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX of libvirt's protocol: the daemon refuses to answer with
 * more records at once. */
#define MAX_STATS 4096

/* libvirt-glib is not used here: gvir_connection_fetch_domains() gives neither persistence nor
 * managed saves nor states, and asking its GVirDomain for them is one call for each domain. Here a
 * list of any length is four calls. */

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

static void
fill_identity (HostelDomainInfo *info,
               virDomainPtr      domain)
{
  unsigned int id = virDomainGetID (domain);

  virDomainGetUUIDString (domain, info->uuid);
  info->name = g_strdup (virDomainGetName (domain));
  info->id = id == (unsigned int) -1 ? -1 : (int) id;
}

static GArray *
new_infos (guint n_reserved)
{
  GArray *infos = g_array_sized_new (FALSE, TRUE, sizeof (HostelDomainInfo), n_reserved);

  g_array_set_clear_func (infos, (GDestroyNotify) hostel_domain_info_clear);

  return infos;
}

/**
 * hostel_listing_read:
 * @handle: an open connection
 * @error: return location for an error
 *
 * All domains with their states, in a number of calls that does not depend on theirs (where the
 * driver has bulk statistics, as those of QEMU, LXC and Xen and the test driver have).
 *
 * Returns: (transfer full) (nullable) (element-type HostelDomainInfo): what is there
 */
GArray *
hostel_listing_read (virConnectPtr   handle,
                     GError        **error)
{
  g_autoptr (GHashTable) states = NULL;
  g_autoptr (GHashTable) saved = NULL;
  g_autoptr (GHashTable) transient = NULL;
  virDomainPtr *domains = NULL;
  GArray *infos;
  int n_domains;

  if ((n_domains = virConnectListAllDomains (handle, &domains, 0)) < 0)
    {
      hostel_virt_set_error (error, _("The list of virtual machines cannot be read."));
      return NULL;
    }

  states = read_states (handle, domains, n_domains);
  saved = list_uuids (handle, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE);
  transient = list_uuids (handle, VIR_CONNECT_LIST_DOMAINS_TRANSIENT);
  infos = new_infos (n_domains);

  for (int i = 0; i < n_domains; i++)
    {
      HostelDomainInfo info = { 0 };
      gpointer state;

      fill_identity (&info, domains[i]);
      if (!g_hash_table_lookup_extended (states, info.uuid, NULL, &state))
        state = GINT_TO_POINTER (read_state (domains[i]));
      info.state = hostel_domain_state_from_virt (GPOINTER_TO_INT (state),
                                                  g_hash_table_contains (saved, info.uuid));
      info.persistent = !g_hash_table_contains (transient, info.uuid);
      g_array_append_val (infos, info);
    }
  free_domains (domains, n_domains);

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
      g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, *uuids);
      HostelDomainInfo info = { .id = -1 };

      if (domain == NULL && virGetLastErrorCode () != VIR_ERR_NO_DOMAIN)
        {
          hostel_virt_set_error (error, _("The state of a virtual machine cannot be read."));
          return NULL;
        }

      g_strlcpy (info.uuid, *uuids, sizeof info.uuid);
      if (domain)
        {
          fill_identity (&info, domain);
          info.persistent = virDomainIsPersistent (domain) == 1;
          info.state = hostel_domain_state_from_virt (
            read_state (domain), virDomainHasManagedSaveImage (domain, 0) == 1);
        }
      g_array_append_val (infos, info);
    }

  return g_steal_pointer (&infos);
}
