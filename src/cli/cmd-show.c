/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hostel-cli.h"
#include "hostel-hardware.h"

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_boolean (JsonBuilder *builder,
             const char  *name,
             gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* null where there is no such truth: off, or without a definition */
static void
add_both (JsonBuilder *builder,
          const char  *name,
          guint        live,
          guint        next)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "live");
  if (live > 0)
    json_builder_add_int_value (builder, live);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "next");
  if (next > 0)
    json_builder_add_int_value (builder, next);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}

static void
add_devices (JsonBuilder    *builder,
             HostelHardware *hardware)
{
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < hardware->devices->len; i++)
    {
      HostelDevice *device = hardware->devices->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "id", device->id);
      add_string (builder, "kind", device->kind);
      add_string (builder, "summary", device->live != NULL ? device->live : device->next);
      add_string (builder, "live", device->live);
      add_string (builder, "next", device->next);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (HostelDomain   *domain,
            HostelHardware *hardware)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) pending = hostel_hardware_dup_pending (hardware);
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "name", hostel_domain_get_name (domain));
  add_string (builder, "uuid", hostel_domain_get_uuid (domain));
  add_string (builder, "state", hostel_domain_state_to_id (hostel_domain_get_state (domain)));
  add_string (builder, "title", hardware->title);
  add_string (builder, "notes", hardware->notes);
  add_boolean (builder, "persistent", hardware->persistent);
  add_boolean (builder, "autostart", hardware->autostart);
  add_both (builder, "memory", hardware->memory_live, hardware->memory_next);
  add_both (builder, "vcpus", hardware->vcpus_live, hardware->vcpus_next);
  add_devices (builder, hardware);
  json_builder_set_member_name (builder, "pending");
  json_builder_begin_array (builder);
  for (guint i = 0; pending[i] != NULL; i++)
    json_builder_add_string_value (builder, pending[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  g_print ("%s\n", json);
}

/* As wide as an address of a network card; words are counted in characters. */
static void
print_line (const char *what,
            const char *value)
{
  if (*value != '\0')
    g_print ("%s%*s %s\n", what, (int) MAX (0, 17 - g_utf8_strlen (what, -1)), "", value);
}

static void
print_number (const char *what,
              const char *unit,
              guint       live,
              guint       next)
{
  g_autofree char *value = g_strdup_printf ("%u%s", live > 0 ? live : next, unit);

  print_line (what, value);
}

static void
print_text (HostelDomain   *domain,
            HostelHardware *hardware)
{
  g_auto (GStrv) pending = hostel_hardware_dup_pending (hardware);

  print_line (_("Name"), hostel_domain_get_name (domain));
  print_line (_("Title"), hardware->title);
  print_line (_("UUID"), hostel_domain_get_uuid (domain));
  print_line (_("State"), hostel_domain_state_to_label (hostel_domain_get_state (domain)));
  print_line (_("Autostart"), hardware->autostart ? _("on") : _("off"));
  print_number (_("Memory"), " MiB", hardware->memory_live, hardware->memory_next);
  print_number (_("vCPUs"), "", hardware->vcpus_live, hardware->vcpus_next);
  for (guint i = 0; i < hardware->devices->len; i++)
    {
      HostelDevice *device = hardware->devices->pdata[i];
      g_autofree char *value = g_strdup_printf ("%s (%s)", device->live != NULL ? device->live : device->next,
                                                device->kind);

      print_line (device->id, value);
    }
  if (*hardware->notes != '\0')
    g_print ("\n%s\n", hardware->notes);
  if (pending[0] != NULL)
    g_print ("\n%s\n", _("Waiting for the next start:"));
  for (guint i = 0; pending[i] != NULL; i++)
    g_print ("  %s\n", pending[i]);
}

/**
 * hostel_cli_cmd_show:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Shows what a machine has, and what of it waits for the next start.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_show (HostelCli  *cli,
                     int         argc,
                     char      **argv)
{
  gboolean json = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME") },
    { NULL }
  };
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelHardware) hardware = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Shows what a machine has, now and from its next start on."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 1)
    return hostel_cli_usage_error (_("Name one machine."));
  if ((domain = hostel_cli_find_domain (cli, words[0], &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  hostel_hardware_load_async (domain, hostel_cli_take_result, &result);
  if ((hardware = hostel_hardware_load_finish (domain, hostel_cli_wait (&result), &error)) == NULL)
    status = hostel_cli_fail (error);
  else
    {
      if (json)
        print_json (domain, hardware);
      else
        print_text (domain, hardware);
      status = HOSTEL_CLI_DONE;
    }
  hostel_connection_close (connection);

  return status;
}
