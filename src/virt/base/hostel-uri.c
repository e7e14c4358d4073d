/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-virt"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-uri.h"

/* libvirt's remote driver: https://libvirt.org/uri.html, "Remote URIs" */
static GUri *
parse (const char *uri)
{
  return g_uri_parse (uri, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED_QUERY, NULL);
}

static const char *
get_transport (GUri *uri)
{
  const char *plus = strchr (g_uri_get_scheme (uri), '+');

  return plus ? plus + 1 : NULL;
}

static gboolean
has_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  return host != NULL && *host != '\0';
}

static char *
get_socket_param (GUri *uri)
{
  g_autoptr (GHashTable) params = NULL;
  const char *query = g_uri_get_query (uri);

  if (query == NULL)
    return NULL;

  params = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL);

  return params ? g_strdup (g_hash_table_lookup (params, "socket")) : NULL;
}

/**
 * hostel_uri_is_local:
 * @uri: a libvirt URI
 *
 * Returns: %TRUE where the hypervisor is on this computer: no host in @uri, and no transport but a
 *   UNIX socket
 */
gboolean
hostel_uri_is_local (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed == NULL ||
         (!has_host (parsed) && (get_transport (parsed) == NULL ||
                                 g_str_equal (get_transport (parsed), "unix")));
}

/**
 * hostel_uri_is_session:
 * @uri: a libvirt URI
 *
 * Returns: %TRUE where the machines are those of one user. As root a local session URI is the
 *   system's daemon, unless it names another's socket.
 */
gboolean
hostel_uri_is_session (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autofree char *param = NULL;

  if (parsed == NULL || !g_str_equal (g_uri_get_path (parsed), "/session"))
    return FALSE;

  param = get_socket_param (parsed);

  return geteuid () != 0 || has_host (parsed) || param != NULL;
}

/**
 * hostel_uri_is_ssh:
 * @uri: a libvirt URI
 *
 * Returns: %TRUE where libvirt runs ssh to get there
 */
gboolean
hostel_uri_is_ssh (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && get_transport (parsed) != NULL &&
         g_str_equal (get_transport (parsed), "ssh");
}

/**
 * hostel_uri_dup_title:
 * @uri: a libvirt URI
 *
 * Returns: (transfer full): what a person calls that host, translated
 */
char *
hostel_uri_dup_title (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  if (parsed == NULL)
    return g_strdup (uri);

  if (has_host (parsed))
    return g_str_equal (g_uri_get_path (parsed), "/session")
             /* Translators: the machines of one user on another computer; %s is its name */
             ? g_strdup_printf (_("%s (session)"), g_uri_get_host (parsed))
             : g_strdup (g_uri_get_host (parsed));

  if (!g_str_has_prefix (uri, "qemu:"))
    return g_strdup (uri);

  if (hostel_uri_is_session (uri) || geteuid () == 0)
    return g_strdup (_("This computer"));

  return g_strdup (_("This computer (system)"));
}

/**
 * hostel_uri_dup_sockets:
 * @uri: a libvirt URI
 *
 * The paths of libvirt's own rule: $XDG_RUNTIME_DIR/libvirt for a session and /run/libvirt for the
 * system, libvirt-sock of the one daemon or virtqemud-sock of the modular one.
 *
 * Returns: (transfer full): paths, of which none need exist; empty for a remote URI and for drivers
 *   inside this process ("test:///default")
 */
GStrv
hostel_uri_dup_sockets (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *param = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *driver = NULL;
  g_autofree char *one_daemon = NULL;
  g_autofree char *modular = NULL;

  if (parsed == NULL || !hostel_uri_is_local (uri))
    return g_strv_builder_end (builder);

  if ((param = get_socket_param (parsed)))
    {
      g_strv_builder_add (builder, param);
      return g_strv_builder_end (builder);
    }

  driver = g_strndup (g_uri_get_scheme (parsed), strcspn (g_uri_get_scheme (parsed), "+"));
  if (get_transport (parsed) == NULL && g_str_equal (driver, "test"))
    return g_strv_builder_end (builder);

  directory = hostel_uri_is_session (uri)
                ? g_build_filename (g_get_user_runtime_dir (), "libvirt", NULL)
                : g_strdup ("/run/libvirt");
  one_daemon = g_build_filename (directory, "libvirt-sock", NULL);
  modular = g_strdup_printf ("%s/virt%sd-sock", directory, driver);
  g_strv_builder_add_many (builder, one_daemon, modular, NULL);

  return g_strv_builder_end (builder);
}
