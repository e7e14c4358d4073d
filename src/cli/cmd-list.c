/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hostel-cli.h"

typedef struct
{
  guint    waiting;
  guint    failed;
  GError  *error; /* owned: the first connection's that failed */
} Opening;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelConnection *connection = HOSTEL_CONNECTION (source);
  Opening *opening = user_data;
  g_autoptr (GError) error = NULL;

  opening->waiting--;
  if (hostel_connection_open_finish (connection, result, &error))
    return;

  opening->failed++;
  if (opening->error == NULL)
    opening->error = g_steal_pointer (&error);
}

static void
details_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  guint *waiting = user_data;
  g_autoptr (GError) error = NULL;

  (*waiting)--;
  /* A machine that went away meanwhile has no details, and is listed as it was. */
  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("%s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)), error->message);
}

static GPtrArray *
open_all (GStrv     uris,
          Opening  *opening)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  guint i;

  /* All at once: a slow host keeps no other one waiting. */
  for (i = 0; uris[i]; i++)
    {
      HostelConnection *connection = hostel_connection_new (uris[i]);

      g_ptr_array_add (connections, connection);
      opening->waiting++;
      hostel_connection_open_async (connection, NULL, opened_cb, opening);
    }

  while (opening->waiting > 0)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (&connections);
}

static void
load_details (GListModel *domains)
{
  guint waiting = g_list_model_get_n_items (domains);
  guint i;

  for (i = 0; i < g_list_model_get_n_items (domains); i++)
    {
      g_autoptr (HostelDomain) domain = g_list_model_get_item (domains, i);

      hostel_domain_load_details_async (domain, NULL, details_cb, &waiting);
    }

  while (waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value ? value : "");
}

static void
add_domain (JsonBuilder  *builder,
            HostelDomain *domain,
            const char   *uri)
{
  json_builder_begin_object (builder);
  add_string (builder, "name", hostel_domain_get_name (domain));
  add_string (builder, "uuid", hostel_domain_get_uuid (domain));
  add_string (builder, "state", hostel_domain_state_to_id (hostel_domain_get_state (domain)));
  add_string (builder, "uri", uri);
  add_string (builder, "os", hostel_domain_get_os_name (domain));
  add_string (builder, "address", hostel_domain_get_address (domain));
  json_builder_set_member_name (builder, "persistent");
  json_builder_add_boolean_value (builder, hostel_domain_get_persistent (domain));
  json_builder_set_member_name (builder, "memory");
  json_builder_add_int_value (builder, hostel_domain_get_memory (domain));
  json_builder_set_member_name (builder, "vcpus");
  json_builder_add_int_value (builder, hostel_domain_get_vcpus (domain));
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *connections)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
  guint i;
  guint j;

  json_builder_begin_array (builder);
  for (i = 0; i < connections->len; i++)
    {
      GListModel *domains = connections->pdata[i];

      load_details (domains);
      for (j = 0; j < g_list_model_get_n_items (domains); j++)
        {
          g_autoptr (HostelDomain) domain = g_list_model_get_item (domains, j);

          add_domain (builder, domain, hostel_connection_get_uri (connections->pdata[i]));
        }
    }
  json_builder_end_array (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, TRUE);
  g_print ("%s\n", json);
}

/* Columns are as wide as their longest cell, counted in characters. */
static void
print_table (GPtrArray *connections)
{
  const gboolean several = connections->len > 1;
  glong width = 0;
  guint i;
  guint j;

  for (i = 0; i < connections->len; i++)
    for (j = 0; j < g_list_model_get_n_items (connections->pdata[i]); j++)
      {
        g_autoptr (HostelDomain) domain = g_list_model_get_item (connections->pdata[i], j);

        width = MAX (width, g_utf8_strlen (hostel_domain_get_name (domain), -1));
      }

  for (i = 0; i < connections->len; i++)
    for (j = 0; j < g_list_model_get_n_items (connections->pdata[i]); j++)
      {
        g_autoptr (HostelDomain) domain = g_list_model_get_item (connections->pdata[i], j);
        const char *name = hostel_domain_get_name (domain);
        const char *uri = hostel_connection_get_uri (connections->pdata[i]);
        int padding = (int) (width - g_utf8_strlen (name, -1));

        g_print ("%s%*s  %s%s%s\n", name, padding, "",
                 hostel_domain_state_to_label (hostel_domain_get_state (domain)),
                 several ? "  " : "", several ? uri : "");
      }
}

static int
list_uris (GStrv    uris,
           gboolean json)
{
  g_autoptr (GPtrArray) connections = NULL;
  Opening opening = { 0 };
  int status = HOSTEL_CLI_DONE;
  guint i;

  connections = open_all (uris, &opening);

  /* One of several that failed is told, and the others are listed all the same. */
  if (opening.error)
    status = hostel_cli_fail (opening.error);
  if (opening.failed < connections->len)
    {
      if (json)
        print_json (connections);
      else
        print_table (connections);
    }

  for (i = 0; i < connections->len; i++)
    hostel_connection_close (connections->pdata[i]);
  g_clear_error (&opening.error);

  return status;
}

/**
 * hostel_cli_cmd_list:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Lists the machines of --connect's URI, or of all the default ones.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_list (HostelCli  *cli,
                     int         argc,
                     char      **argv)
{
  g_auto (GStrv) uris = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print JSON for programs"), NULL },
    { NULL }
  };
  int status;

  status = hostel_cli_parse (cli, argc, argv, entries, "",
                             _("Lists the machines of one connection, or of all."));
  if (status >= 0)
    return status;

  if (cli->uri)
    {
      const char *given[] = { cli->uri, NULL };

      uris = g_strdupv ((char **) given);
    }
  else
    uris = hostel_connection_dup_default_uris ();

  return list_uris (uris, json);
}
