/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-domain-consoles.h"

#define DEVICES "/domain/devices/serial | /domain/devices/console"

/* Without an alias (the machine is off) libvirt will name the device by its kind and its place;
 * the first console of a machine with a serial port is that port under another name. */
static char *
make_alias (xmlDoc     *doc,
            xmlNode    *node,
            const char *kind,
            guint       place)
{
  g_autofree char *target = hostel_xml_dup_string (doc, node, "target/@type");

  if (place == 0 && g_str_equal (kind, "console") && g_strcmp0 (target, "serial") == 0)
    return g_strdup ("serial0");

  return g_strdup_printf ("%s%u", kind, place);
}

/* virDomainOpenConsole() opens PTYs alone. */
static void
add_consoles (xmlDoc     *doc,
              const char *kind,
              GPtrArray  *aliases)
{
  g_autofree char *xpath = g_strdup_printf ("/domain/devices/%s", kind);
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *type = hostel_xml_dup_string (doc, node, "@type");
      g_autofree char *alias = hostel_xml_dup_string (doc, node, "alias/@name");

      if (alias == NULL)
        alias = make_alias (doc, node, kind, i);

      if (g_strcmp0 (type, "pty") == 0 &&
          !g_ptr_array_find_with_equal_func (aliases, alias, g_str_equal, NULL))
        g_ptr_array_add (aliases, g_steal_pointer (&alias));
    }
}

/**
 * hostel_domain_consoles_dup:
 * @doc: a domain's XML
 *
 * Returns: (transfer full): the aliases of the consoles that can be joined, serial ports first
 */
GStrv
hostel_domain_consoles_dup (xmlDoc *doc)
{
  GPtrArray *aliases = g_ptr_array_new_with_free_func (g_free);

  add_consoles (doc, "serial", aliases);
  add_consoles (doc, "console", aliases);
  g_ptr_array_add (aliases, NULL);

  return (GStrv) g_ptr_array_free (aliases, FALSE);
}

/* @kind: of a character device that is no PTY */
static char *
dup_place (xmlDoc     *doc,
           xmlNode    *node,
           const char *kind)
{
  g_autofree char *path = hostel_xml_dup_string (doc, node, "source/@path");
  g_autofree char *host = hostel_xml_dup_string (doc, node, "source/@host");
  g_autofree char *service = hostel_xml_dup_string (doc, node, "source/@service");

  if (g_str_equal (kind, "unix") && path != NULL)
    return g_strdup_printf (_("Its console is a socket, “%s”: join it there."), path);
  if (g_str_equal (kind, "file") && path != NULL)
    return g_strdup_printf (_("Its console goes into a file, “%s”: read it there."), path);
  if (path != NULL)
    return g_strdup_printf (_("Its console is “%s” on the host: join it there."), path);
  if (host != NULL && service != NULL)
    return g_strdup_printf (_("Its console is at %s, port %s: join it there."), host, service);

  return g_strdup_printf (_("Its console is of the kind “%s”, which cannot be joined."), kind);
}

/**
 * hostel_domain_consoles_dup_note:
 * @doc: a domain's XML
 *
 * Returns: (transfer full): a sentence that says where the console is, where there is one but none
 *   that can be joined; "" else
 */
char *
hostel_domain_consoles_dup_note (xmlDoc *doc)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, DEVICES);
  g_autofree char *kind = NULL;

  if (nodes->len == 0)
    return g_strdup ("");

  kind = hostel_xml_dup_string (doc, nodes->pdata[0], "@type");
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *type = hostel_xml_dup_string (doc, nodes->pdata[i], "@type");

      if (g_strcmp0 (type, "pty") == 0)
        return g_strdup ("");
    }

  return dup_place (doc, nodes->pdata[0], kind != NULL ? kind : "");
}
