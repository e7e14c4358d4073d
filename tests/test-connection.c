#include "config.h"

#include "hostel-connection.h"
#include "hostel-error.h"

typedef struct
{
  gboolean  done;
  GError   *error;
} Outcome;

static void
on_opened (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Outcome *outcome = user_data;

  hostel_connection_open_finish (HOSTEL_CONNECTION (object), result, &outcome->error);
  outcome->done = TRUE;
}

static HostelConnection *
open_connection (const char *uri)
{
  HostelConnection *connection = hostel_connection_new (uri);
  Outcome outcome = { 0 };

  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  g_assert_cmpint (hostel_connection_get_state (connection), ==,
                   HOSTEL_CONNECTION_STATE_CONNECTING);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (outcome.error);

  return connection;
}

/* libvirt's test driver begins with one running machine, "test". */
static void
test_list (void)
{
  g_autoptr (HostelConnection) connection = open_connection ("test:///default");
  HostelDomain *domain;

  g_assert_cmpint (hostel_connection_get_state (connection), ==,
                   HOSTEL_CONNECTION_STATE_CONNECTED);
  g_assert_true (hostel_connection_get_loaded (connection));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (connection)), ==, 1);

  domain = hostel_connection_lookup_name (connection, "test");
  g_assert_nonnull (domain);
  g_assert_cmpint (hostel_domain_get_state (domain), ==, HOSTEL_DOMAIN_STATE_RUNNING);
  g_assert_true (hostel_domain_get_persistent (domain));
  g_assert_true (hostel_connection_lookup_uuid (connection, hostel_domain_get_uuid (domain)) ==
                 domain);

  hostel_connection_close (connection);
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_CLOSED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (connection)), ==, 0);
}

static void
test_unsupported (void)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new ("nonsense:///system");
  Outcome outcome = { 0 };

  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);

  g_assert_error (outcome.error, HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED);
  g_assert_nonnull (hostel_error_get_remedy (outcome.error));
  g_assert_cmpint (hostel_connection_get_state (connection), ==, HOSTEL_CONNECTION_STATE_FAILED);
  g_assert_nonnull (hostel_connection_get_error (connection));
  g_clear_error (&outcome.error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/connection/list", test_list);
  g_test_add_func ("/connection/unsupported", test_unsupported);

  return g_test_run ();
}
