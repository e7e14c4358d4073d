/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <json-glib/json-glib.h>

#include "hostel-host-check.h"

/* This very computer, in the time that a window has for it, and told in both forms. */
static void
test_real (void)
{
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  g_autofree char *summary = NULL;
  JsonObject *object;
  gint64 start = g_get_monotonic_time ();
  guint n;

  report = hostel_host_report_new_local (hostel_host_system_get_real ());
  g_test_message ("%d ms", (int) ((g_get_monotonic_time () - start) / 1000));
  n = g_list_model_get_n_items (G_LIST_MODEL (report));
  g_assert_cmpuint (n, >, 15);

  json = hostel_host_report_to_json (report);
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "checks")), ==, n);
  g_assert_cmpstr (json_object_get_string_member (object, "verdict"), ==,
                   hostel_host_verdict_to_id (hostel_host_report_get_verdict (report)));

  text = hostel_host_report_to_text (report);
  summary = hostel_host_report_dup_summary (report);
  g_assert_true (g_str_has_prefix (text, summary));
}

static HostelHostCheck *
make (const char       *id,
      const char       *group,
      HostelCheckState  state)
{
  return hostel_host_check_new (id, group, id, state, "x", NULL, "Do it.");
}

static void
test_order (void)
{
  g_autoptr (HostelHostReport) report = hostel_host_report_new ();
  static const struct { const char *id; const char *group; HostelCheckState state; } added[] = {
    { "a", "storage", HOSTEL_CHECK_STATE_GOOD },
    { "b", "processor", HOSTEL_CHECK_STATE_GOOD },
    { "c", "storage", HOSTEL_CHECK_STATE_WARNING },
    { "d", "elsewhere", HOSTEL_CHECK_STATE_GOOD },
    { "e", "processor", HOSTEL_CHECK_STATE_UNKNOWN },
    { "a", "storage", HOSTEL_CHECK_STATE_MISSING },
  };
  GString *order = g_string_new (NULL);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (added); i++)
    {
      g_autoptr (HostelHostCheck) check = make (added[i].id, added[i].group, added[i].state);

      g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_READY);
      hostel_host_report_add (report, check);
    }
  for (i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (G_LIST_MODEL (report), i);

      g_string_append (order, hostel_host_check_get_id (check));
    }

  g_assert_cmpstr (order->str, ==, "ebacd");
  g_assert_cmpint (hostel_host_report_get_verdict (report), ==, HOSTEL_HOST_VERDICT_NOT_READY);
  g_string_free (order, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-check/real", test_real);
  g_test_add_func ("/host-check/order", test_order);

  return g_test_run ();
}
