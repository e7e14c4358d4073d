/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-report"

#include "config.h"

#include "hostel-host-check.h"

#include <json-glib/json-glib.h>

/* Below the title of a check. */
#define INDENT 13

static void
add_member (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/**
 * hostel_host_report_to_json:
 * @self: a report
 *
 * Returns: (transfer full): {verdict, summary, checks: [{id, group, title, state, evidence, why,
 *   remedy, command}]}, with a line break at its end
 */
char *
hostel_host_report_to_json (HostelHostReport *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *json = NULL;
  guint n;

  g_return_val_if_fail (HOSTEL_IS_HOST_REPORT (self), NULL);

  summary = hostel_host_report_dup_summary (self);
  json_builder_begin_object (builder);
  add_member (builder, "verdict",
              hostel_host_verdict_to_id (hostel_host_report_get_verdict (self)));
  add_member (builder, "summary", summary);
  json_builder_set_member_name (builder, "checks");
  json_builder_begin_array (builder);
  n = g_list_model_get_n_items (G_LIST_MODEL (self));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (G_LIST_MODEL (self), i);
      HostelHostRemedy *action = hostel_host_check_get_action (check);

      json_builder_begin_object (builder);
      add_member (builder, "id", hostel_host_check_get_id (check));
      add_member (builder, "group", hostel_host_check_get_group (check));
      add_member (builder, "title", hostel_host_check_get_title (check));
      add_member (builder, "state",
                  hostel_check_state_to_id (hostel_host_check_get_state (check)));
      add_member (builder, "evidence", hostel_host_check_get_evidence (check));
      add_member (builder, "why", hostel_host_check_get_why (check));
      add_member (builder, "remedy", hostel_host_check_get_remedy (check));
      add_member (builder, "command", action ? hostel_host_remedy_get_command (action) : "");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);

  return g_strconcat (json, "\n", NULL);
}

/**
 * hostel_host_report_to_text:
 * @self: a report
 *
 * Returns: (transfer full): the report for a person's terminal or for a bug report, translated
 */
char *
hostel_host_report_to_text (HostelHostReport *self)
{
  g_autofree char *summary = NULL;
  const char *group = NULL;
  GString *text;
  guint n;

  g_return_val_if_fail (HOSTEL_IS_HOST_REPORT (self), NULL);

  summary = hostel_host_report_dup_summary (self);
  text = g_string_new (summary);
  g_string_append_c (text, '\n');
  n = g_list_model_get_n_items (G_LIST_MODEL (self));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (G_LIST_MODEL (self), i);
      HostelHostRemedy *action = hostel_host_check_get_action (check);
      const char *why = hostel_host_check_get_why (check);

      if (g_strcmp0 (group, hostel_host_check_get_group (check)) != 0)
        {
          group = hostel_host_check_get_group (check);
          g_string_append_printf (text, "\n%s\n", hostel_host_check_group_to_title (group));
        }

      g_string_append_printf (text, "  %-10s %s: %s\n",
                              hostel_check_state_to_label (hostel_host_check_get_state (check)),
                              hostel_host_check_get_title (check),
                              hostel_host_check_get_evidence (check));
      if (action == NULL)
        continue;

      g_string_append_printf (text, "%*s%s %s\n", INDENT, "", why,
                              hostel_host_remedy_get_text (action));
      if (*hostel_host_remedy_get_command (action) != '\0')
        g_string_append_printf (text, "%*s$ %s\n", INDENT, "",
                                hostel_host_remedy_get_command (action));
    }

  return g_string_free (text, FALSE);
}
