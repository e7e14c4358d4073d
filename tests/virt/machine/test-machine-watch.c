/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libvirt/libvirt.h>

#include "connection-fixture.h"
#include "hostel-address-look-private.h"
#include "hostel-shut-down-watch.h"

#define URI "test:///default"
/* The test driver gives a machine with an interface an address of its network: its own "test" has one. */
#define NO_NETWORK_XML \
  "<domain type='test'><name>alone</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>"

typedef struct
{
  virConnectPtr     handle;     /* owned: somebody else's */
  HostelConnection *connection; /* owned */
  HostelDomain     *alone;      /* owned: has no address */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  virDomainPtr domain;
  HostelDomain *alone;

  fixture->handle = virConnectOpen (URI);
  domain = virDomainDefineXML (fixture->handle, NO_NETWORK_XML);
  g_assert_nonnull (domain);
  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  virDomainFree (domain);

  fixture->connection = open_connection (URI);
  ASSERT_WITHIN ((alone = hostel_connection_lookup_name (fixture->connection, "alone")) != NULL, 20000);
  fixture->alone = g_object_ref (alone);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  virDomainPtr domain = virDomainLookupByName (fixture->handle, "alone");

  hostel_connection_close (fixture->connection);
  g_clear_object (&fixture->connection);
  g_clear_object (&fixture->alone);
  virDomainDestroy (domain);
  virDomainUndefine (domain);
  virDomainFree (domain);
  virConnectClose (fixture->handle);
}

static void
run_verb (HostelDomain     *domain,
          HostelDomainVerb  verb)
{
  Outcome outcome = { 0 };

  hostel_domain_run_verb_async (domain, verb, on_verb_done, &outcome);
  ASSERT_WITHIN (outcome.done, 20000);
  g_assert_no_error (outcome.error);
}

/* However many look, one timer asks; where nobody looks, none. */
static void
test_address_while_looked_at (Fixture       *fixture,
                              gconstpointer  data)
{
  HostelDomain *domain = fixture->alone;

  g_assert_false (hostel_address_look_is_on (domain));
  hostel_address_look_hold (domain);
  g_assert_true (hostel_address_look_is_on (domain));
  hostel_address_look_hold (domain);
  hostel_address_look_release (domain);
  g_assert_true (hostel_address_look_is_on (domain));
  /* It was asked, and will be again. */
  ASSERT_WITHIN (hostel_domain_get_memory (domain) > 0, 20000);
  g_assert_true (hostel_address_look_is_on (domain));

  hostel_address_look_release (domain);
  g_assert_false (hostel_address_look_is_on (domain));
  g_assert_cmpuint (hostel_address_look_count_timers (), ==, 0);
}

/* Ten widgets that look at one machine: one timer. */
static void
test_address_lookers (Fixture       *fixture,
                      gconstpointer  data)
{
  HostelDomain *other = hostel_connection_lookup_name (fixture->connection, "test");
  HostelDomain *places[10] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      hostel_address_look_move (&places[i], fixture->alone);
      hostel_address_look_move (&places[i], fixture->alone);
    }
  g_assert_cmpuint (hostel_address_look_count_timers (), ==, 1);

  /* One looks at another machine now, whose address may be known by and by. */
  hostel_address_look_move (&places[0], other);
  g_assert_cmpuint (hostel_address_look_count_timers (), ==, 2);
  hostel_address_look_move (&places[0], NULL);
  g_assert_cmpuint (hostel_address_look_count_timers (), ==, 1);

  for (guint i = 1; i < G_N_ELEMENTS (places); i++)
    {
      g_assert_true (hostel_address_look_is_on (fixture->alone));
      hostel_address_look_move (&places[i], NULL);
      g_assert_null (places[i]);
    }
  g_assert_cmpuint (hostel_address_look_count_timers (), ==, 0);
}

/* A machine that is off has none; what begins anew is looked at anew. */
static void
test_address_while_running (Fixture       *fixture,
                            gconstpointer  data)
{
  HostelDomain *domain = fixture->alone;

  hostel_address_look_hold (domain);
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  ASSERT_WITHIN (!hostel_address_look_is_on (domain), 20000);
  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  ASSERT_WITHIN (hostel_address_look_is_on (domain), 20000);
  /* A machine that goes while somebody looks takes the timer along. */
}

static void
test_address_found (Fixture       *fixture,
                    gconstpointer  data)
{
  HostelDomain *domain = hostel_connection_lookup_name (fixture->connection, "test");

  hostel_address_look_hold (domain);
  ASSERT_WITHIN (*hostel_domain_get_address (domain) != '\0', 20000);
  g_assert_false (hostel_address_look_is_on (domain));
  hostel_address_look_release (domain);
}

/* One for each machine, and it goes with it. */
static void
test_shut_down_watch (Fixture       *fixture,
                      gconstpointer  data)
{
  HostelShutDownWatch *watch = hostel_shut_down_watch_of (fixture->alone);

  g_assert_true (hostel_shut_down_watch_of (fixture->alone) == watch);
  g_object_add_weak_pointer (G_OBJECT (watch), (gpointer *) &watch);
  hostel_shut_down_watch_start (watch);
  g_assert_cmpint (hostel_domain_get_state (fixture->alone), ==, HOSTEL_DOMAIN_STATE_SHUTTING_DOWN);

  hostel_connection_close (fixture->connection);
  g_clear_object (&fixture->alone);
  ASSERT_WITHIN (watch == NULL, 20000);
}

#define ADD(path, func) g_test_add ("/machine-watch/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("address-while-looked-at", test_address_while_looked_at);
  ADD ("address-lookers", test_address_lookers);
  ADD ("address-while-running", test_address_while_running);
  ADD ("address-found", test_address_found);
  ADD ("shut-down-watch", test_shut_down_watch);

  return g_test_run ();
}
