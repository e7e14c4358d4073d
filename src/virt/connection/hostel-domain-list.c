/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt's own events bring bare handles. */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include "hostel-connection-private.h"

/* The domains of one connection in the order in which they were met, and what libvirt's events make
 * of them. An event tells nearly all by itself; what it does not tell (is that new machine
 * transient, was it saved) is read by one call in the worker for all domains that wait for it. */
struct _HostelDomainList
{
  HostelConnection  *connection; /* borrowed, its owner */
  HostelLink        *link;       /* owned */
  HostelRefreshFunc  refresh;

  GPtrArray         *domains;    /* owned, of HostelDomain, owned */
  GHashTable        *by_uuid;    /* borrowed UUID -> borrowed HostelDomain */
  GHashTable        *dirty;      /* owned UUIDs: to be looked at */
  GHashTable        *asked;      /* owned UUIDs: being looked at, nullable */
  GHashTable        *touched;    /* owned UUIDs: an event came while a listing was being read */
  gboolean           merging;
};

static GHashTable *
new_uuid_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
renumber (HostelDomainList *self,
          guint             from)
{
  for (guint i = from; i < self->domains->len; i++)
    hostel_domain_set_position (g_ptr_array_index (self->domains, i), i);
}

static void
tell_items_changed (HostelDomainList *self,
                    guint             position,
                    guint             n_removed,
                    guint             n_added)
{
  g_list_model_items_changed (G_LIST_MODEL (self->connection), position, n_removed, n_added);
}

/* Who shows the list by name has to sort it anew. */
static void
tell_if_renamed (HostelDomainList *self,
                 HostelDomain     *domain,
                 const char       *old_name)
{
  if (!g_str_equal (old_name, hostel_domain_get_name (domain)))
    tell_items_changed (self, hostel_domain_get_position (domain), 1, 1);
}

static void
update (HostelDomainList       *self,
        HostelDomain           *domain,
        const HostelDomainInfo *info)
{
  g_autofree char *old_name = g_strdup (hostel_domain_get_name (domain));

  hostel_domain_update (domain, info);
  tell_if_renamed (self, domain, old_name);
}

static HostelDomain *
append (HostelDomainList       *self,
        const HostelDomainInfo *info)
{
  HostelDomain *domain = hostel_domain_new (self->link, info);

  hostel_domain_set_position (domain, self->domains->len);
  g_ptr_array_add (self->domains, domain);
  g_hash_table_insert (self->by_uuid, (gpointer) hostel_domain_get_uuid (domain), domain);

  return domain;
}

static void
add (HostelDomainList       *self,
     const HostelDomainInfo *info)
{
  append (self, info);
  tell_items_changed (self, self->domains->len - 1, 0, 1);
}

/* @n_domains neighbours leave the list. */
static void
remove_range (HostelDomainList *self,
              guint             position,
              guint             n_domains)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = position; i < position + n_domains; i++)
    {
      HostelDomain *domain = g_ptr_array_index (self->domains, i);

      hostel_domain_set_handle (domain, NULL);
      g_hash_table_remove (self->by_uuid, hostel_domain_get_uuid (domain));
      g_ptr_array_add (gone, g_object_ref (domain));
    }

  g_ptr_array_remove_range (self->domains, position, n_domains);
  renumber (self, position);
  tell_items_changed (self, position, n_domains, 0);

  for (guint i = 0; i < gone->len; i++)
    hostel_domain_set_present (g_ptr_array_index (gone, i), FALSE);
}

static void
remove_domain (HostelDomainList *self,
               HostelDomain     *domain)
{
  remove_range (self, hostel_domain_get_position (domain), 1);
}

/**
 * hostel_domain_list_new:
 * @connection: its owner, which emits the model's signal
 * @link: the way from the domains to @connection
 * @refresh: called when domains are to be looked at
 *
 * Returns: (transfer full): an empty list
 */
HostelDomainList *
hostel_domain_list_new (HostelConnection  *connection,
                        HostelLink        *link,
                        HostelRefreshFunc  refresh)
{
  HostelDomainList *self = g_new0 (HostelDomainList, 1);

  self->connection = connection;
  self->link = hostel_link_ref (link);
  self->refresh = refresh;
  self->domains = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_uuid = g_hash_table_new (g_str_hash, g_str_equal);
  self->dirty = new_uuid_set ();
  self->touched = new_uuid_set ();

  return self;
}

void
hostel_domain_list_free (HostelDomainList *self)
{
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->by_uuid);
  g_ptr_array_unref (self->domains);
  hostel_link_unref (self->link);
  g_free (self);
}

guint
hostel_domain_list_get_length (HostelDomainList *self)
{
  return self->domains->len;
}

/**
 * hostel_domain_list_get:
 * @self: a list
 * @position: the place
 *
 * Returns: (transfer none) (nullable): the domain there, %NULL past the end
 */
HostelDomain *
hostel_domain_list_get (HostelDomainList *self,
                        guint             position)
{
  return position < self->domains->len ? g_ptr_array_index (self->domains, position) : NULL;
}

/**
 * hostel_domain_list_lookup:
 * @self: a list
 * @uuid: a UUID as libvirt writes it
 *
 * Returns: (transfer none) (nullable): the domain
 */
HostelDomain *
hostel_domain_list_lookup (HostelDomainList *self,
                           const char       *uuid)
{
  return g_hash_table_lookup (self->by_uuid, uuid);
}

/**
 * hostel_domain_list_clear:
 * @self: a list
 *
 * Forgets the domains: the connection was closed. That says nothing of their presence.
 */
void
hostel_domain_list_clear (HostelDomainList *self)
{
  guint n_domains = self->domains->len;

  hostel_domain_list_drop_handles (self);
  self->merging = FALSE;
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_hash_table_remove_all (self->touched);
  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->by_uuid);
  g_ptr_array_set_size (self->domains, 0);
  if (n_domains > 0)
    tell_items_changed (self, 0, n_domains, 0);
}

/**
 * hostel_domain_list_drop_handles:
 * @self: a list
 *
 * Before the connection's session is let go: afterwards no domain holds it any more.
 */
void
hostel_domain_list_drop_handles (HostelDomainList *self)
{
  for (guint i = 0; i < self->domains->len; i++)
    hostel_domain_set_handle (g_ptr_array_index (self->domains, i), NULL);
}

void
hostel_domain_list_begin_merge (HostelDomainList *self)
{
  self->merging = TRUE;
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_hash_table_remove_all (self->touched);
  g_hash_table_remove_all (self->dirty);
}

/* What the listing does not name any more goes, in runs of neighbours. */
static void
remove_missing (HostelDomainList *self,
                GHashTable       *listed)
{
  for (guint end = self->domains->len; end > 0; end--)
    {
      guint start = end;

      while (start > 0 &&
             !g_hash_table_contains (
               listed, hostel_domain_get_uuid (g_ptr_array_index (self->domains, start - 1))))
        start--;

      if (start < end)
        {
          remove_range (self, start, end - start);
          end = start;
          if (end == 0)
            break;
        }
    }
}

static void
append_new (HostelDomainList *self,
            GArray           *infos)
{
  guint n_before = self->domains->len;

  for (guint i = 0; i < infos->len; i++)
    {
      const HostelDomainInfo *info = &g_array_index (infos, HostelDomainInfo, i);

      if (!hostel_domain_list_lookup (self, info->uuid) &&
          !g_hash_table_contains (self->touched, info->uuid))
        append (self, info);
    }

  if (self->domains->len > n_before)
    tell_items_changed (self, n_before, 0, self->domains->len - n_before);
}

/**
 * hostel_domain_list_merge:
 * @self: a list
 * @infos: (element-type HostelDomainInfo): all domains there are
 *
 * Makes the list what @infos says; a domain that stays is the same object. Domains of which an
 * event came since hostel_domain_list_begin_merge() are looked at again instead: nobody knows which
 * of the two is newer.
 */
void
hostel_domain_list_merge (HostelDomainList *self,
                          GArray           *infos)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer uuid;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    {
      g_hash_table_add (listed, uuid);
      g_hash_table_add (self->dirty, g_strdup (uuid));
    }

  for (guint i = 0; i < infos->len; i++)
    {
      HostelDomainInfo *info = &g_array_index (infos, HostelDomainInfo, i);
      HostelDomain *domain = hostel_domain_list_lookup (self, info->uuid);

      g_hash_table_add (listed, info->uuid);
      if (domain && !g_hash_table_contains (self->touched, info->uuid))
        update (self, domain, info);
    }

  remove_missing (self, listed);
  append_new (self, infos);
  self->merging = FALSE;
  g_hash_table_remove_all (self->touched);
  hostel_domain_list_flush (self);
}

void
hostel_domain_list_flush (HostelDomainList *self)
{
  g_autofree const char **uuids = NULL;

  if (self->asked || self->merging || g_hash_table_size (self->dirty) == 0)
    return;

  self->asked = g_steal_pointer (&self->dirty);
  self->dirty = new_uuid_set ();
  uuids = (const char **) g_hash_table_get_keys_as_array (self->asked, NULL);
  self->refresh (self->connection, uuids);
}

static void
apply_refreshed (HostelDomainList       *self,
                 const HostelDomainInfo *info)
{
  HostelDomain *domain = hostel_domain_list_lookup (self, info->uuid);

  /* An event came meanwhile: the next look tells. */
  if (g_hash_table_contains (self->dirty, info->uuid))
    return;

  if (info->name == NULL && domain)
    remove_domain (self, domain);
  else if (info->name && domain)
    update (self, domain, info);
  else if (info->name)
    add (self, info);
}

/**
 * hostel_domain_list_refreshed:
 * @self: a list
 * @infos: (element-type HostelDomainInfo) (nullable): the answer to the refresh function's
 *   question, %NULL where there was none
 */
void
hostel_domain_list_refreshed (HostelDomainList *self,
                              GArray           *infos)
{
  g_clear_pointer (&self->asked, g_hash_table_unref);

  for (guint i = 0; infos && i < infos->len; i++)
    apply_refreshed (self, &g_array_index (infos, HostelDomainInfo, i));

  hostel_domain_list_flush (self);
}

/**
 * hostel_domain_list_refresh_one:
 * @self: a list
 * @uuid: the domain to look at again
 */
void
hostel_domain_list_refresh_one (HostelDomainList *self,
                                const char       *uuid)
{
  g_hash_table_add (self->dirty, g_strdup (uuid));
  hostel_domain_list_flush (self);
}

static void
on_defined (HostelDomainList *self,
            HostelDomain     *domain,
            HostelDomainInfo *info)
{
  g_autofree char *old_name = NULL;

  if (domain == NULL)
    {
      info->state = info->id < 0 ? HOSTEL_DOMAIN_STATE_OFF : HOSTEL_DOMAIN_STATE_RUNNING;
      info->persistent = TRUE;
      add (self, info);
      if (info->id >= 0)
        hostel_domain_list_refresh_one (self, info->uuid);
      return;
    }

  /* Also VIR_DOMAIN_EVENT_DEFINED_RENAMED, and a transient one made persistent */
  old_name = g_strdup (hostel_domain_get_name (domain));
  if (info->handle != NULL)
    hostel_domain_set_handle (domain, info->handle);
  hostel_domain_set_name (domain, info->name);
  tell_if_renamed (self, domain, old_name);
  hostel_domain_set_persistent (domain, TRUE);
  hostel_domain_details_changed (domain);
}

static void
on_undefined (HostelDomainList *self,
              HostelDomain     *domain,
              HostelDomainInfo *info,
              int               detail)
{
  /* The old name's; VIR_DOMAIN_EVENT_DEFINED_RENAMED follows with the new one. */
  if (detail == VIR_DOMAIN_EVENT_UNDEFINED_RENAMED || domain == NULL)
    return;

  if (info->id >= 0)
    hostel_domain_set_persistent (domain, FALSE);
  else
    remove_domain (self, domain);
}

static void
on_stopped (HostelDomainList *self,
            HostelDomain     *domain,
            HostelDomainInfo *info,
            int               detail)
{
  if (domain == NULL)
    return;

  if (!hostel_domain_get_persistent (domain))
    {
      remove_domain (self, domain);
      return;
    }

  hostel_domain_set_state (domain, HOSTEL_DOMAIN_STATE_OFF, -1);
  /* Its address is gone. */
  hostel_domain_details_changed (domain);
  /* To a managed save or to a file of the person's own: the event does not tell. */
  if (detail == VIR_DOMAIN_EVENT_STOPPED_SAVED)
    hostel_domain_list_refresh_one (self, info->uuid);
}

/* It is active and in @state. */
static void
on_active (HostelDomainList  *self,
           HostelDomain      *domain,
           HostelDomainInfo  *info,
           HostelDomainState  state)
{
  if (domain)
    {
      hostel_domain_set_state (domain, state,
                               info->id >= 0 ? info->id : hostel_domain_get_id (domain));
      return;
    }

  /* virDomainCreateXML(): nothing defined it, so it is transient until the look says otherwise. */
  info->state = state;
  info->persistent = FALSE;
  add (self, info);
  hostel_domain_list_refresh_one (self, info->uuid);
}

static void
apply_lifecycle (HostelDomainList *self,
                 HostelDomain     *domain,
                 HostelDomainInfo *info,
                 int               event,
                 int               detail)
{
  switch (event)
    {
    case VIR_DOMAIN_EVENT_DEFINED:
      on_defined (self, domain, info);
      break;
    case VIR_DOMAIN_EVENT_UNDEFINED:
      on_undefined (self, domain, info, detail);
      break;
    case VIR_DOMAIN_EVENT_STOPPED:
      on_stopped (self, domain, info, detail);
      break;
    case VIR_DOMAIN_EVENT_STARTED:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_RUNNING);
      if (domain)
        hostel_domain_details_changed (domain);
      break;
    case VIR_DOMAIN_EVENT_RESUMED:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_RUNNING);
      break;
    case VIR_DOMAIN_EVENT_SUSPENDED:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_PAUSED);
      break;
    case VIR_DOMAIN_EVENT_SHUTDOWN:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_SHUTTING_DOWN);
      break;
    case VIR_DOMAIN_EVENT_PMSUSPENDED:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_SUSPENDED);
      break;
    case VIR_DOMAIN_EVENT_CRASHED:
      on_active (self, domain, info, HOSTEL_DOMAIN_STATE_CRASHED);
      break;
    default:
      hostel_domain_list_refresh_one (self, info->uuid);
      break;
    }
}

/**
 * hostel_domain_list_lifecycle:
 * @self: a list
 * @domain: the event's domain, borrowed; its ID is the one of the event's moment
 * @event: a virDomainEventType
 * @detail: of that event
 *
 * Asks nothing of libvirt but what the event carries.
 */
void
hostel_domain_list_lifecycle (HostelDomainList *self,
                              virDomainPtr      domain,
                              int               event,
                              int               detail)
{
  HostelDomainInfo info = { 0 };
  g_autoptr (GVirDomain) handle = NULL;
  unsigned int id = virDomainGetID (domain);

  virDomainGetUUIDString (domain, info.uuid);
  info.name = (char *) virDomainGetName (domain);
  info.id = id == (unsigned int) -1 ? -1 : (int) id;
  g_debug ("%s %s: event %d, detail %d", info.uuid, info.name, event, detail);
  /* A handle has the name that its domain had. While a session opens the listing brings them. */
  if (self->connection->session != NULL)
    info.handle = handle = g_object_new (GVIR_TYPE_DOMAIN, "handle", domain, NULL);

  if (self->merging)
    g_hash_table_add (self->touched, g_strdup (info.uuid));
  /* What a look that is out will say may be older than this. */
  else if (self->asked && g_hash_table_contains (self->asked, info.uuid))
    g_hash_table_add (self->dirty, g_strdup (info.uuid));

  apply_lifecycle (self, hostel_domain_list_lookup (self, info.uuid), &info, event, detail);
}
