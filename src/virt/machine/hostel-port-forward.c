/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no monitor command and no metadata of our own. */
#define G_LOG_DOMAIN "hostel-port-forward"

#include "config.h"

#include <glib/gi18n.h>
#include <libvirt/libvirt-qemu.h>

#include "hostel-domain-metadata.h"
#include "hostel-port-forward.h"
#include "hostel-xml.h"

/* Below the ports that the kernel hands out to outgoing connections (32768 up), above the
 * registered ones that are often in use. */
#define FIRST_PORT 22000
#define LAST_PORT 29999
#define TRIES 32

static gboolean
is_free (guint port)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  return socket != NULL && g_socket_bind (socket, address, FALSE, NULL);
}

/**
 * hostel_port_forward_pick:
 *
 * Returns: a TCP port that is free on this computer now, chosen at random so that machines which
 *   are off at the moment seldom have the same
 */
guint
hostel_port_forward_pick (void)
{
  guint port = FIRST_PORT;

  for (int i = 0; i < TRIES; i++)
    {
      port = g_random_int_range (FIRST_PORT, LAST_PORT + 1);
      if (is_free (port))
        break;
    }

  return port;
}

/* HMP answers with nothing where it has done it, else with the reason. */
static gboolean
add_forward (virDomainPtr   domain,
             guint          port,
             char         **answer)
{
  /* libvirt names the back end of the first interface so. */
  g_autofree char *command = g_strdup_printf ("hostfwd_add hostnet0 tcp:127.0.0.1:%u-:22", port);

  *answer = NULL;
  if (virDomainQemuMonitorCommand (domain, command, answer,
                                   VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) < 0)
    return FALSE;

  return *answer == NULL || *g_strstrip (*answer) == '\0';
}

/* "  TCP[HOST_FORWARD]  12  127.0.0.1  2222  10.0.2.15  22  0  0": another program of ours that saw
 * the same start may have been faster. */
static gboolean
has_forward (virDomainPtr domain)
{
  g_autofree char *answer = NULL;
  g_auto (GStrv) lines = NULL;

  if (virDomainQemuMonitorCommand (domain, "info usernet", &answer,
                                   VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) < 0 || answer == NULL)
    return FALSE;

  lines = g_strsplit (answer, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_regex_match_simple ("TCP\\[HOST_FORWARD\\]\\s+\\S+\\s+127\\.0\\.0\\.1\\s+\\d+\\s+\\S+\\s+"
                              "22\\s", lines[i], 0, 0))
      return TRUE;

  return FALSE;
}

static void
store_port (virDomainPtr  domain,
            xmlDocPtr     doc,
            guint         port)
{
  xmlNodePtr node = xmlDocGetRootElement (doc);
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_autofree char *xml = NULL;

  xmlSetProp (node, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_PORT, BAD_CAST text);
  xml = hostel_xml_to_string (doc);
  if (virDomainSetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT, xml, HOSTEL_DOMAIN_METADATA_PREFIX,
                            HOSTEL_DOMAIN_METADATA_URI,
                            VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG) < 0)
    g_debug ("port %u is not kept: %s", port, virGetLastErrorMessage ());
}

static gboolean
needs_forward (virDomainPtr domain)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) found = NULL;

  if (doc == NULL)
    return FALSE;

  found = hostel_xml_find_nodes (doc, "/domain[@type='qemu' or @type='kvm']/devices/"
                                      "interface[1][@type='user' and "
                                      "not(backend[@type='passt'])]");

  return found->len > 0;
}

/**
 * hostel_port_forward_restore:
 * @domain: a machine that has just been started
 * @error: (out) (optional): why its SSH cannot be reached
 *
 * Adds the forward that the machine's metadata tells, which QEMU forgets when it ends. Where the
 * port is taken meanwhile, another one is chosen and kept. Does nothing to a machine without
 * user-mode networking of ours.
 *
 * Returns: whether all is as it should be
 */
gboolean
hostel_port_forward_restore (virDomainPtr   domain,
                             GError       **error)
{
  g_autofree char *metadata = virDomainGetMetadata (domain, VIR_DOMAIN_METADATA_ELEMENT,
                                                    HOSTEL_DOMAIN_METADATA_URI, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (metadata);
  g_autofree char *answer = NULL;
  guint port = doc ? hostel_domain_metadata_read_port (xmlDocGetRootElement (doc)) : 0;

  if (port == 0 || !needs_forward (domain) || has_forward (domain))
    return TRUE;

  if (add_forward (domain, port, &answer) || has_forward (domain))
    return TRUE;

  g_debug ("port %u: %s", port, answer ? answer : virGetLastErrorMessage ());
  if (answer != NULL)
    {
      g_clear_pointer (&answer, g_free);
      port = hostel_port_forward_pick ();
      if (add_forward (domain, port, &answer))
        {
          store_port (domain, doc, port);
          return TRUE;
        }
    }

  if (answer != NULL)
    hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Use the machine’s console."), answer,
                      _("No port of this computer leads to the machine’s SSH."));
  else
    hostel_virt_set_error (error, _("No port of this computer leads to the machine’s SSH."));

  return FALSE;
}
