/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no addresses of a domain. */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "hostel-domain-consoles.h"
#include "hostel-domain-details.h"
#include "hostel-domain-metadata.h"
#include "hostel-known-hosts.h"
#include "hostel-os-list.h"
#include "hostel-own-key.h"
#include "hostel-ssh-command.h"
#include "hostel-visible.h"
#include "hostel-xml.h"

/* An IPv4 address in IPv6's clothes. */
#define MAPPED "::ffff:"

/* libxml2 and not libvirt-gconfig: GVirConfigDomain 4.0 reads neither aliases nor the metadata of
 * others, nor a channel's state. */

static gboolean
has_node (xmlDoc     *doc,
          const char *xpath)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  return nodes->len > 0;
}

/* A guest tells what it likes: never this computer itself, and written anew. */
static char *
dup_useful (virDomainIPAddressPtr address,
            int                   type)
{
  g_autoptr (GInetAddress) parsed = NULL;

  if (address->type != type || address->addr == NULL ||
      (parsed = g_inet_address_new_from_string (address->addr)) == NULL)
    return NULL;

  if (g_inet_address_get_is_loopback (parsed) || g_inet_address_get_is_link_local (parsed) ||
      g_inet_address_get_is_any (parsed) || g_inet_address_get_is_multicast (parsed) ||
      g_ascii_strncasecmp (address->addr, MAPPED, strlen (MAPPED)) == 0)
    return NULL;

  return g_inet_address_to_string (parsed);
}

/* The first IPv4 address, else the first IPv6 address, that others can reach. */
static char *
pick_address (virDomainInterfacePtr *interfaces,
              int                    n_interfaces)
{
  const int types[] = { VIR_IP_ADDR_TYPE_IPV4, VIR_IP_ADDR_TYPE_IPV6 };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    for (int i = 0; i < n_interfaces; i++)
      for (guint a = 0; a < interfaces[i]->naddrs; a++)
        {
          char *address = dup_useful (&interfaces[i]->addrs[a], types[t]);

          if (address != NULL)
            return address;
        }

  return NULL;
}

static char *
ask_address (virDomainPtr  domain,
             guint         source)
{
  virDomainInterfacePtr *interfaces = NULL;
  int n_interfaces = virDomainInterfaceAddresses (domain, &interfaces, source, 0);
  char *address = pick_address (interfaces, n_interfaces);

  for (int i = 0; i < n_interfaces; i++)
    virDomainInterfaceFree (interfaces[i]);
  free (interfaces);

  return address;
}

/* An agent that hangs is given 5 s by libvirt, or for ever where it hangs late, and a limit of our
 * own (virDomainAgentSetResponseTimeout()) would count for every other client. So one agent at a
 * time is asked: the worker's other threads stay free. */
static char *
ask_agent (virDomainPtr  domain,
           HostelLink   *link)
{
  char *address;

  if (!g_atomic_int_compare_and_exchange (&link->asking_agent, FALSE, TRUE))
    return NULL;

  address = ask_address (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT);
  g_atomic_int_set (&link->asking_agent, FALSE);

  return address;
}

static char *
dup_address (virDomainPtr  domain,
             HostelLink   *link,
             xmlDoc       *doc)
{
  char *address = NULL;

  /* Nobody reaches a machine of which all networks are user-mode by an address of its own. */
  if (virDomainGetID (domain) == (unsigned int) -1 ||
      !has_node (doc, "/domain/devices/interface[@type != 'user']"))
    return g_strdup ("");

  address = ask_address (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE);
  if (address == NULL &&
      has_node (doc, "/domain/devices/channel/target[@name = 'org.qemu.guest_agent.0' and "
                     "@state = 'connected']"))
    address = ask_agent (domain, link);
  if (address == NULL)
    address = ask_address (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP);

  return address ? address : g_strdup ("");
}

/* Another user of this host, or another computer, may have made the machine. Looked at once in a
 * program's life. */
static void
remember_host_key (const char *uuid,
                   const char *public_key)
{
  static GMutex mutex;
  static GHashTable *known;
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  g_mutex_lock (&mutex);
  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  is_new = g_hash_table_add (known, g_strdup (uuid));
  g_mutex_unlock (&mutex);

  if (is_new && !hostel_known_hosts_add (uuid, public_key, &error))
    g_message ("%s", error->message);
}

/* Where its host key came from us, ssh knows it and asks nothing; under its UUID, since addresses
 * come and go. No "~": ssh(1) takes the home directory from the user database. */
static char *
dup_known_hosts (const HostelDomainMetadata *metadata,
                 const char                 *uuid)
{
  if (*metadata->host_key == '\0' || uuid == NULL)
    return NULL;

  remember_host_key (uuid, metadata->host_key);

  return hostel_known_hosts_dup_path ();
}

/* Where the machine was given the key that this user has; ssh would try no other ones beside it. */
static char *
dup_identity (const HostelDomainMetadata *metadata)
{
  g_autofree char *own = *metadata->login_key != '\0' ? hostel_own_key_read () : NULL;

  return g_strcmp0 (own, metadata->login_key) == 0 ? hostel_own_key_dup_path () : NULL;
}

static void
read_ssh (HostelDomainDetails        *self,
          const HostelDomainMetadata *metadata,
          const char                 *uuid)
{
  g_autofree char *known_hosts = dup_known_hosts (metadata, uuid);
  g_autofree char *identity = dup_identity (metadata);
  const char *host = metadata->ssh_port != 0 ? "localhost" : self->address;

  self->ssh_command = hostel_ssh_command_dup (metadata->user, host, metadata->ssh_port, identity,
                                              known_hosts, uuid);
  self->ssh_label = hostel_ssh_command_dup_label (metadata->user, host, metadata->ssh_port);
}

/* libosinfo's database is read by the first who needs a name, in this worker thread. */
static char *
dup_os_name (const char *os_id)
{
  HostelOsList *list = hostel_os_list_get_default ();
  HostelOs *os = NULL;

  if (*os_id != '\0' && hostel_os_list_load_sync (list, NULL))
    os = hostel_os_list_lookup (list, os_id);

  return g_strdup (os ? hostel_os_get_name (os) : "");
}

/* Whoever defined the machine wrote it. */
static char *
dup_text (xmlDoc     *doc,
          const char *xpath,
          gboolean    line)
{
  g_autofree char *text = hostel_xml_dup_string (doc, NULL, xpath);

  if (text == NULL)
    return g_strdup ("");
  g_strstrip (text);

  return line ? hostel_visible_dup_line (text) : hostel_visible_dup (text, -1);
}

static HostelDomainDetails *
parse_details (virDomainPtr  domain,
               HostelLink   *link,
               xmlDoc       *doc)
{
  HostelDomainDetails *self = g_new0 (HostelDomainDetails, 1);
  g_autoptr (HostelDomainMetadata) metadata = NULL;
  g_autofree char *uuid = hostel_xml_dup_string (doc, NULL, "/domain/uuid");

  metadata = hostel_domain_metadata_read (xmlDocGetRootElement (doc));
  self->os_name = dup_os_name (metadata->os_id);
  self->os_id = g_steal_pointer (&metadata->os_id);
  self->title = dup_text (doc, "/domain/title", TRUE);
  self->notes = dup_text (doc, "/domain/description", FALSE);
  /* libvirt writes sizes in KiB whatever unit they were defined in. */
  self->memory = hostel_xml_get_uint64 (doc, NULL, "/domain/currentMemory") / 1024;
  if (self->memory == 0)
    self->memory = hostel_xml_get_uint64 (doc, NULL, "/domain/memory") / 1024;
  self->vcpus = hostel_xml_get_uint64 (doc, NULL, "/domain/vcpu/@current");
  if (self->vcpus == 0)
    self->vcpus = hostel_xml_get_uint64 (doc, NULL, "/domain/vcpu");
  self->consoles = hostel_domain_consoles_dup (doc);
  self->console_note = hostel_domain_consoles_dup_note (doc);
  self->address = dup_address (domain, link, doc);
  self->medium = has_node (doc, "/domain/devices/disk[@device = 'cdrom']/source");
  self->screen = has_node (doc, "/domain/devices/graphics[@type = 'vnc']");
  read_ssh (self, metadata, uuid);

  return self;
}

/**
 * hostel_domain_details_read:
 * @domain: a domain
 * @link: the way to its connection
 * @error: return location for an error
 *
 * One call for the XML; of a machine that is on, up to three more for its address: the leases of
 * libvirt's networks, the guest's agent where it is connected, the host's ARP table. Blocks.
 *
 * Returns: (transfer full) (nullable): what they say
 */
HostelDomainDetails *
hostel_domain_details_read (virDomainPtr   domain,
                            HostelLink    *link,
                            GError       **error)
{
  const char *name = virDomainGetName (domain);
  g_autoptr (xmlDoc) doc = NULL;
  char *xml;

  if ((xml = virDomainGetXMLDesc (domain, 0)) == NULL)
    {
      hostel_virt_set_error (error, _("The description of “%s” cannot be read."), name);
      return NULL;
    }

  doc = hostel_xml_parse (xml);
  free (xml);
  if (doc == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, NULL,
                        _("The description of “%s” is not XML."), name);
      return NULL;
    }

  return parse_details (domain, link, doc);
}

/**
 * hostel_domain_details_free:
 * @self: (transfer full): details
 *
 * Frees @self.
 */
void
hostel_domain_details_free (HostelDomainDetails *self)
{
  g_free (self->os_id);
  g_free (self->os_name);
  g_free (self->title);
  g_free (self->notes);
  g_strfreev (self->consoles);
  g_free (self->console_note);
  g_free (self->address);
  g_free (self->ssh_command);
  g_free (self->ssh_label);
  g_free (self);
}
