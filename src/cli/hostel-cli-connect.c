/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "hostel-cli.h"

#include <glib/gi18n.h>

#include "hostel-error.h"

/**
 * hostel_cli_dup_uri:
 * @cli: what stood before the command
 *
 * Returns: (transfer full): --connect's URI, or the first of the default ones
 */
char *
hostel_cli_dup_uri (HostelCli *cli)
{
  g_auto (GStrv) uris = NULL;

  if (cli->uri)
    return g_strdup (cli->uri);

  uris = hostel_connection_dup_default_uris ();

  return g_strdup (uris[0]);
}

/**
 * hostel_cli_connect:
 * @uri: a libvirt URI
 * @error: set to what the connection says
 *
 * Opens a connection and waits, the main loop running, until its first list is in.
 *
 * Returns: (transfer full): the open connection; hostel_connection_close() it
 */
HostelConnection *
hostel_cli_connect (const char  *uri,
                    GError     **error)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new (uri);
  g_autoptr (GAsyncResult) result = NULL;

  hostel_connection_open_async (connection, NULL, hostel_cli_take_result, &result);
  if (!hostel_connection_open_finish (connection, hostel_cli_wait (&result), error))
    {
      /* It would go on trying. */
      hostel_connection_close (connection);
      return NULL;
    }

  return g_steal_pointer (&connection);
}

static HostelDomain *
lookup (HostelConnection *connection,
        const char       *name)
{
  HostelDomain *domain = hostel_connection_lookup_name (connection, name);

  return domain ? domain : hostel_connection_lookup_uuid (connection, name);
}

/* On every default URI: a name that two of them have would be a guess. */
static HostelDomain *
find_anywhere (const char        *name,
               HostelConnection **connection,
               GError           **error)
{
  g_auto (GStrv) uris = hostel_connection_dup_default_uris ();
  g_autoptr (HostelConnection) found_on = NULL;
  g_autoptr (GError) first_error = NULL;
  HostelDomain *found = NULL;
  guint i;

  for (i = 0; uris[i]; i++)
    {
      g_autoptr (HostelConnection) other = NULL;
      HostelDomain *domain;

      other = hostel_cli_connect (uris[i], first_error ? NULL : &first_error);
      if (other == NULL)
        continue;

      if ((domain = lookup (other, name)) == NULL)
        {
          hostel_connection_close (other);
          continue;
        }
      if (found)
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID,
                            _("Say which one is meant by --connect."), NULL,
                            _("Both %s and %s have a machine named “%s”."),
                            hostel_connection_get_uri (found_on), uris[i], name);
          hostel_connection_close (other);
          hostel_connection_close (found_on);
          return NULL;
        }

      found = domain;
      found_on = g_steal_pointer (&other);
    }

  if (found)
    *connection = g_steal_pointer (&found_on);
  else if (first_error)
    g_propagate_error (error, g_steal_pointer (&first_error));
  else
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("“hostel-cli list” shows them all."), NULL,
                      _("There is no machine “%s”."), name);

  return found;
}

/**
 * hostel_cli_find_domain:
 * @cli: what stood before the command
 * @name: a machine's name or UUID
 * @connection: (out) (transfer full): the open connection that has it
 * @error: set to %HOSTEL_ERROR_NOT_FOUND, or to what a connection says
 *
 * Looks on --connect's URI, else on all the default ones.
 *
 * Returns: (transfer full) (nullable): the machine, which may be deleted by others meanwhile
 */
HostelDomain *
hostel_cli_find_domain (HostelCli         *cli,
                        const char        *name,
                        HostelConnection **connection,
                        GError           **error)
{
  HostelDomain *domain;

  if (cli->uri == NULL)
    {
      domain = find_anywhere (name, connection, error);
      return domain != NULL ? g_object_ref (domain) : NULL;
    }

  if ((*connection = hostel_cli_connect (cli->uri, error)) == NULL)
    return NULL;

  if ((domain = lookup (*connection, name)))
    return g_object_ref (domain);

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("“hostel-cli list” shows them all."), NULL,
                    _("%s has no machine “%s”."), cli->uri, name);
  hostel_connection_close (*connection);
  g_clear_object (connection);

  return NULL;
}
