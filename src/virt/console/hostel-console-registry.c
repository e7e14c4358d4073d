/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-registry"

#include "config.h"

#include "hostel-connection.h"
#include "hostel-console-registry.h"

typedef struct
{
  HostelConsole    *console;    /* borrowed, owned while it is kept */
  HostelDomain     *domain;     /* owned */
  HostelConnection *connection; /* owned, nullable */
  char             *device;     /* owned */
  gboolean          kept;
} Entry;

static GPtrArray *entries; /* of Entry, owned; NULL while there is none */

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_signal_handlers_disconnect_by_data (entry->domain, entry);
  if (entry->connection != NULL)
    g_signal_handlers_disconnect_by_data (entry->connection, entry);
  g_clear_object (&entry->connection);
  g_object_unref (entry->domain);
  g_free (entry->device);
  g_free (entry);
}

static void
console_gone_cb (gpointer  data,
                 GObject  *console)
{
  g_ptr_array_remove_fast (entries, data);
  if (entries->len == 0)
    g_clear_pointer (&entries, g_ptr_array_unref);
}

/* What a machine wrote last is still in the stream when its state is told: that ends first. */
static gboolean
is_to_be_kept (Entry *entry)
{
  HostelConsoleState state = hostel_console_get_state (entry->console);

  /* Let go of, or its host was. */
  if (!hostel_console_is_activated (entry->console) || entry->connection == NULL ||
      hostel_connection_get_state (entry->connection) == HOSTEL_CONNECTION_STATE_CLOSED)
    return FALSE;

  return state == HOSTEL_CONSOLE_STATE_OPEN || state == HOSTEL_CONSOLE_STATE_OPENING ||
         (hostel_domain_get_present (entry->domain) && hostel_domain_is_active (entry->domain));
}

static void
review_cb (Entry *entry)
{
  gboolean keep = is_to_be_kept (entry);

  if (keep == entry->kept)
    return;

  entry->kept = keep;
  if (keep)
    g_object_ref (entry->console);
  else
    g_object_unref (entry->console); /* may free @entry */
}

static Entry *
find (HostelDomain *domain,
      const char   *device)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (entry->domain == domain && g_str_equal (entry->device, device))
        return entry;
    }

  return NULL;
}

/**
 * hostel_console_registry_get:
 * @domain: a machine
 * @device: the alias of one of its consoles, "serial0"
 *
 * From hostel_console_activate() on, the console is recorded until the machine ends or
 * hostel_console_close() lets it go, also where the caller's reference goes before.
 *
 * Returns: (transfer full): the console, the same for everybody who asks
 */
HostelConsole *
hostel_console_registry_get (HostelDomain *domain,
                             const char   *device)
{
  Entry *entry;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);
  g_return_val_if_fail (device != NULL, NULL);

  if ((entry = find (domain, device)) != NULL)
    return g_object_ref (entry->console);

  entry = g_new0 (Entry, 1);
  entry->domain = g_object_ref (domain);
  entry->device = g_strdup (device);
  entry->console = hostel_console_new (domain, device);
  g_object_weak_ref (G_OBJECT (entry->console), console_gone_cb, entry);
  g_signal_connect_swapped (entry->console, "notify::state", G_CALLBACK (review_cb), entry);
  if (g_set_object (&entry->connection, hostel_domain_get_connection (domain)))
    g_signal_connect_swapped (entry->connection, "notify::state", G_CALLBACK (review_cb), entry);
  g_signal_connect_swapped (domain, "notify::state", G_CALLBACK (review_cb), entry);
  g_signal_connect_swapped (domain, "notify::present", G_CALLBACK (review_cb), entry);
  if (entries == NULL)
    entries = g_ptr_array_new_with_free_func (entry_free);
  g_ptr_array_add (entries, entry);

  return entry->console;
}

static void
record_first (HostelDomain *domain)
{
  const char * const *devices = hostel_domain_get_consoles (domain);
  g_autoptr (HostelConsole) console = NULL;

  if (devices[0] == NULL)
    return;

  console = hostel_console_registry_get (domain, devices[0]);
  hostel_console_activate (console);
}

static void
details_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    record_first (HOSTEL_DOMAIN (source));
  else
    g_debug ("no consoles of %s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)),
             error->message);
}

/**
 * hostel_console_registry_record:
 * @domain: a machine that was just started
 *
 * Records its first console until it ends, whoever looks. One that another program has is left to
 * that.
 */
void
hostel_console_registry_record (HostelDomain *domain)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  if (hostel_domain_get_consoles (domain)[0] != NULL)
    record_first (domain);
  else
    hostel_domain_load_details_async (domain, NULL, details_cb, NULL);
}
