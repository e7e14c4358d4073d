/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libvirt/libvirt.h>

#include "hostel-connection-private.h"
#include "hostel-virt.h"

#define FIRST "00000000-0000-0000-0000-000000000001"
#define SECOND "00000000-0000-0000-0000-000000000002"
#define THIRD "00000000-0000-0000-0000-000000000003"

/* The list alone, of a connection that is never opened: listings and events are told by the test. */
typedef struct
{
  virConnectPtr     handle; /* of libvirt's test driver, for domains that events can be about */
  HostelConnection *connection;
  HostelLink       *link;
  HostelDomainList *list;
  GString          *changes; /* "position-removed+added" of each "items-changed" */
} Fixture;

/* What the list asked to be looked at, in the order of the UUIDs; the function has no data. */
static GString *asked;

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return g_strcmp0 (*(char **) a, *(char **) b);
}

static void
refresh_cb (HostelConnection   *connection,
            const char * const *uuids)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; uuids[i] != NULL; i++)
    g_ptr_array_add (sorted, (gpointer) uuids[i]);
  g_ptr_array_sort (sorted, compare_strings);
  for (guint i = 0; i < sorted->len; i++)
    g_string_append_printf (asked, "%s%s", i > 0 ? "," : "", (char *) sorted->pdata[i]);
  g_string_append_c (asked, ';');
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       n_removed,
                  guint       n_added,
                  Fixture    *fixture)
{
  g_string_append_printf (fixture->changes, "%u-%u+%u ", position, n_removed, n_added);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->handle = virConnectOpen ("test:///default");
  g_assert_nonnull (fixture->handle);
  fixture->connection = hostel_connection_new ("test:///default");
  fixture->changes = g_string_new (NULL);
  g_signal_connect (fixture->connection, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  fixture->link = hostel_link_new (fixture->connection);
  fixture->list = hostel_domain_list_new (fixture->connection, fixture->link, refresh_cb);
  asked = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  hostel_domain_list_free (fixture->list);
  hostel_link_unref (fixture->link);
  g_signal_handlers_disconnect_by_data (fixture->connection, fixture);
  hostel_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
  g_string_free (fixture->changes, TRUE);
  g_string_free (asked, TRUE);
  virConnectClose (fixture->handle);
}

static void
clear_info (gpointer data)
{
  hostel_domain_info_clear (data);
}

static GArray *
new_listing (void)
{
  GArray *infos = g_array_new (FALSE, TRUE, sizeof (HostelDomainInfo));

  g_array_set_clear_func (infos, clear_info);

  return infos;
}

/* @name: %NULL for one that libvirt does not have */
static void
add_info (GArray            *infos,
          const char        *uuid,
          const char        *name,
          HostelDomainState  state)
{
  HostelDomainInfo info = { .name = g_strdup (name), .id = state == HOSTEL_DOMAIN_STATE_OFF ? -1 : 7,
                            .state = state, .persistent = TRUE };

  g_strlcpy (info.uuid, uuid, sizeof info.uuid);
  g_array_append_val (infos, info);
}

static void
merge_three (Fixture *fixture)
{
  g_autoptr (GArray) infos = new_listing ();

  add_info (infos, FIRST, "one", HOSTEL_DOMAIN_STATE_OFF);
  add_info (infos, SECOND, "two", HOSTEL_DOMAIN_STATE_RUNNING);
  add_info (infos, THIRD, "three", HOSTEL_DOMAIN_STATE_OFF);
  hostel_domain_list_begin_merge (fixture->list);
  hostel_domain_list_merge (fixture->list, infos);
}

static void
assert_changes (Fixture    *fixture,
                const char *expected)
{
  g_assert_cmpstr (fixture->changes->str, ==, expected);
  g_string_truncate (fixture->changes, 0);
}

static void
assert_asked (const char *expected)
{
  g_assert_cmpstr (asked->str, ==, expected);
  g_string_truncate (asked, 0);
}

/* "name:state:position " of each. */
static void
assert_list (Fixture    *fixture,
             const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < hostel_domain_list_get_length (fixture->list); i++)
    {
      HostelDomain *domain = hostel_domain_list_get (fixture->list, i);

      g_assert_cmpuint (hostel_domain_get_position (domain), ==, i);
      g_assert_true (hostel_domain_list_lookup (fixture->list, hostel_domain_get_uuid (domain))
                     == domain);
      g_string_append_printf (text, "%s:%s ", hostel_domain_get_name (domain),
                              hostel_domain_is_active (domain) ? "on" : "off");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_listing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GArray) infos = new_listing ();
  g_autoptr (HostelDomain) gone = NULL;
  HostelDomain *kept;

  merge_three (fixture);
  assert_list (fixture, "one:off two:on three:off ");
  assert_changes (fixture, "0-0+3 ");
  g_assert_null (hostel_domain_list_get (fixture->list, 3));
  kept = hostel_domain_list_lookup (fixture->list, THIRD);
  g_set_object (&gone, hostel_domain_list_lookup (fixture->list, SECOND));

  /* One is gone, one has another name and runs, one is new. */
  add_info (infos, "00000000-0000-0000-0000-000000000004", "four", HOSTEL_DOMAIN_STATE_PAUSED);
  add_info (infos, THIRD, "drei", HOSTEL_DOMAIN_STATE_RUNNING);
  add_info (infos, FIRST, "one", HOSTEL_DOMAIN_STATE_OFF);
  hostel_domain_list_begin_merge (fixture->list);
  hostel_domain_list_merge (fixture->list, infos);
  assert_list (fixture, "one:off drei:on four:on ");
  assert_changes (fixture, "2-1+1 1-1+0 2-0+1 ");
  g_assert_true (hostel_domain_list_lookup (fixture->list, THIRD) == kept);
  g_assert_false (hostel_domain_get_present (gone));
  g_assert_true (hostel_domain_get_present (kept));
  assert_asked ("");

  hostel_domain_list_clear (fixture->list);
  assert_list (fixture, "");
  assert_changes (fixture, "0-3+0 ");
}

/* Makes a machine that libvirt has, for events about it. */
static virDomainPtr
define (Fixture    *fixture,
        const char *uuid,
        const char *name)
{
  g_autofree char *xml = g_strdup_printf ("<domain type='test'><name>%s</name><uuid>%s</uuid>"
                                          "<memory>65536</memory><os><type>hvm</type></os></domain>",
                                          name, uuid);
  virDomainPtr domain = virDomainDefineXML (fixture->handle, xml);

  g_assert_nonnull (domain);

  return domain;
}

static void
tell (Fixture      *fixture,
      virDomainPtr  domain,
      int           event,
      int           detail)
{
  hostel_domain_list_lifecycle (fixture->list, domain, event, detail);
}

/* From its definition to its end; what the events tell is not asked for. */
static void
test_events_of_a_life (Fixture       *fixture,
                       gconstpointer  data)
{
  virDomainPtr domain = define (fixture, FIRST, "one");
  HostelDomain *item;

  tell (fixture, domain, VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_ADDED);
  assert_list (fixture, "one:off ");
  assert_changes (fixture, "0-0+1 ");
  item = hostel_domain_list_lookup (fixture->list, FIRST);
  g_assert_true (hostel_domain_get_persistent (item));

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
  g_assert_cmpint (hostel_domain_get_state (item), ==, HOSTEL_DOMAIN_STATE_RUNNING);
  tell (fixture, domain, VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
  g_assert_cmpint (hostel_domain_get_state (item), ==, HOSTEL_DOMAIN_STATE_PAUSED);
  tell (fixture, domain, VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
  g_assert_cmpint (hostel_domain_get_state (item), ==, HOSTEL_DOMAIN_STATE_RUNNING);
  tell (fixture, domain, VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_GUEST);
  g_assert_cmpint (hostel_domain_get_state (item), ==, HOSTEL_DOMAIN_STATE_SHUTTING_DOWN);

  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
  assert_list (fixture, "one:off ");
  assert_changes (fixture, "");
  assert_asked ("");

  /* Saved to where, is what the event does not tell. */
  tell (fixture, domain, VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SAVED);
  assert_asked (FIRST ";");

  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
  assert_list (fixture, "");
  assert_changes (fixture, "0-1+0 ");
  virDomainFree (domain);
}

/* Its old name goes and its new one comes, and it is the same machine all the time. */
static void
test_rename (Fixture       *fixture,
             gconstpointer  data)
{
  virDomainPtr domain = define (fixture, FIRST, "new");
  HostelDomain *item;

  merge_three (fixture);
  assert_changes (fixture, "0-0+3 ");
  item = hostel_domain_list_lookup (fixture->list, FIRST);
  tell (fixture, domain, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
  assert_changes (fixture, "");
  tell (fixture, domain, VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_RENAMED);
  assert_list (fixture, "new:off two:on three:off ");
  g_assert_true (hostel_domain_list_lookup (fixture->list, FIRST) == item);
  /* Who sorts by name does so again. */
  assert_changes (fixture, "0-1+1 ");
  virDomainUndefine (domain);
  virDomainFree (domain);
}

/* Nobody has defined it: it comes and goes with its run. */
static void
test_transient (Fixture       *fixture,
                gconstpointer  data)
{
  virDomainPtr domain = define (fixture, FIRST, "one");

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
  assert_list (fixture, "one:on ");
  assert_asked (FIRST ";");
  hostel_domain_list_refreshed (fixture->list, NULL);

  tell (fixture, domain, VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
  assert_list (fixture, "");
  assert_asked ("");
  virDomainDestroy (domain);
  virDomainUndefine (domain);
  virDomainFree (domain);
}

/* One look at a time, for all that wait; an event in between makes its answer old. */
static void
test_looks (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GArray) first = new_listing ();
  g_autoptr (GArray) second = new_listing ();
  virDomainPtr domain = define (fixture, FIRST, "one");

  merge_three (fixture);
  hostel_domain_list_refresh_one (fixture->list, FIRST);
  assert_asked (FIRST ";");
  hostel_domain_list_refresh_one (fixture->list, THIRD);
  hostel_domain_list_refresh_one (fixture->list, SECOND);
  assert_asked ("");

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
  add_info (first, FIRST, "one", HOSTEL_DOMAIN_STATE_OFF);
  hostel_domain_list_refreshed (fixture->list, first);
  assert_list (fixture, "one:on two:on three:off ");
  assert_asked (FIRST "," SECOND "," THIRD ";");

  /* libvirt has one of them no more. */
  add_info (second, FIRST, "one", HOSTEL_DOMAIN_STATE_PAUSED);
  add_info (second, SECOND, NULL, HOSTEL_DOMAIN_STATE_OFF);
  add_info (second, THIRD, "three", HOSTEL_DOMAIN_STATE_RUNNING);
  hostel_domain_list_refreshed (fixture->list, second);
  assert_list (fixture, "one:on three:on ");
  g_assert_cmpint (hostel_domain_get_state (hostel_domain_list_get (fixture->list, 0)), ==,
                   HOSTEL_DOMAIN_STATE_PAUSED);
  assert_asked ("");
  virDomainDestroy (domain);
  virDomainUndefine (domain);
  virDomainFree (domain);
}

/* While a listing is read nobody knows whether it or an event is newer: of those it is asked again. */
static void
test_events_during_a_listing (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (GArray) infos = new_listing ();
  virDomainPtr domain = define (fixture, FIRST, "one");
  virDomainPtr other = define (fixture, "00000000-0000-0000-0000-000000000009", "nine");

  merge_three (fixture);
  hostel_domain_list_begin_merge (fixture->list);
  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  tell (fixture, domain, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED);
  tell (fixture, other, VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_ADDED);
  assert_asked ("");

  /* It was made before either. */
  add_info (infos, FIRST, "one", HOSTEL_DOMAIN_STATE_OFF);
  add_info (infos, SECOND, "two", HOSTEL_DOMAIN_STATE_OFF);
  hostel_domain_list_merge (fixture->list, infos);
  assert_list (fixture, "one:on two:off nine:off ");
  assert_asked (FIRST ",00000000-0000-0000-0000-000000000009;");
  virDomainDestroy (domain);
  virDomainUndefine (domain);
  virDomainFree (domain);
  virDomainUndefine (other);
  virDomainFree (other);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hostel_virt_init ();

  add ("/domain-list/listing", test_listing);
  add ("/domain-list/events-of-a-life", test_events_of_a_life);
  add ("/domain-list/rename", test_rename);
  add ("/domain-list/transient", test_transient);
  add ("/domain-list/looks", test_looks);
  add ("/domain-list/events-during-a-listing", test_events_during_a_listing);

  return g_test_run ();
}
