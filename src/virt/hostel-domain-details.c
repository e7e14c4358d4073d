#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "hostel-domain-details.h"
#include "hostel-domain-metadata.h"

/* libxml2 and not libvirt-gconfig: GVirConfigDomain 4.0 reads neither aliases nor the metadata of
 * others, nor a channel's state. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathObject, xmlXPathFreeObject)

static char *
eval_string (xmlXPathContext *context,
             xmlNode         *node,
             const char      *expression)
{
  g_autoptr (xmlXPathObject) object = NULL;

  xmlXPathSetContextNode (node, context);
  object = xmlXPathEvalExpression ((const xmlChar *) expression, context);

  return g_strdup (object && object->stringval ? (const char *) object->stringval : "");
}

static guint64
eval_number (xmlXPathContext *context,
             const char      *expression)
{
  g_autofree char *text = eval_string (context, xmlDocGetRootElement (context->doc), expression);

  return g_ascii_strtoull (text, NULL, 10);
}

static gboolean
eval_boolean (xmlXPathContext *context,
              const char      *expression)
{
  g_autoptr (xmlXPathObject) object = NULL;

  xmlXPathSetContextNode (xmlDocGetRootElement (context->doc), context);
  object = xmlXPathEvalExpression ((const xmlChar *) expression, context);

  return object && object->boolval;
}

/* virDomainOpenConsole() opens PTYs alone. Without an alias (the machine is off) libvirt will
 * name the device by its kind and its place. */
static void
add_consoles (xmlXPathContext *context,
              const char      *kind,
              GPtrArray       *aliases)
{
  g_autofree char *expression = g_strdup_printf ("/domain/devices/%s", kind);
  g_autoptr (xmlXPathObject) object = NULL;
  int n_nodes;

  object = xmlXPathEvalExpression ((const xmlChar *) expression, context);
  n_nodes = object && object->nodesetval ? object->nodesetval->nodeNr : 0;

  for (int i = 0; i < n_nodes; i++)
    {
      xmlNode *node = object->nodesetval->nodeTab[i];
      g_autofree char *type = eval_string (context, node, "string(@type)");
      g_autofree char *target = eval_string (context, node, "string(target/@type)");
      g_autofree char *alias = eval_string (context, node, "string(alias/@name)");

      if (*alias == '\0')
        {
          g_free (alias);
          /* The first console of a machine with a serial port is that port under another name. */
          alias = i == 0 && g_str_equal (kind, "console") && g_str_equal (target, "serial")
                    ? g_strdup ("serial0") : g_strdup_printf ("%s%d", kind, i);
        }

      if (g_str_equal (type, "pty") &&
          !g_ptr_array_find_with_equal_func (aliases, alias, g_str_equal, NULL))
        g_ptr_array_add (aliases, g_steal_pointer (&alias));
    }
}

static GStrv
dup_consoles (xmlXPathContext *context)
{
  GPtrArray *aliases = g_ptr_array_new_with_free_func (g_free);

  add_consoles (context, "serial", aliases);
  add_consoles (context, "console", aliases);
  g_ptr_array_add (aliases, NULL);

  return (GStrv) g_ptr_array_free (aliases, FALSE);
}

static gboolean
is_useful (virDomainIPAddressPtr address,
           int                   type)
{
  g_autoptr (GInetAddress) parsed = NULL;

  if (address->type != type || address->addr == NULL ||
      (parsed = g_inet_address_new_from_string (address->addr)) == NULL)
    return FALSE;

  return !g_inet_address_get_is_loopback (parsed) && !g_inet_address_get_is_link_local (parsed);
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
        if (is_useful (&interfaces[i]->addrs[a], types[t]))
          return g_strdup (interfaces[i]->addrs[a].addr);

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
dup_address (virDomainPtr     domain,
             HostelLink      *link,
             xmlXPathContext *context)
{
  char *address = NULL;

  /* Nobody reaches a machine of which all networks are user-mode by an address of its own. */
  if (virDomainGetID (domain) == (unsigned int) -1 ||
      !eval_boolean (context, "boolean(/domain/devices/interface[@type != 'user'])"))
    return g_strdup ("");

  address = ask_address (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE);
  if (address == NULL &&
      eval_boolean (context, "boolean(/domain/devices/channel/target"
                             "[@name = 'org.qemu.guest_agent.0' and @state = 'connected'])"))
    address = ask_agent (domain, link);
  if (address == NULL)
    address = ask_address (domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP);

  return address ? address : g_strdup ("");
}

static char *
dup_ssh_command (const HostelDomainMetadata *metadata,
                 const char                 *address)
{
  if (*metadata->user == '\0')
    return g_strdup ("");

  if (metadata->ssh_port != 0)
    return g_strdup_printf ("ssh -p %u %s@localhost", metadata->ssh_port, metadata->user);

  if (*address != '\0')
    return g_strdup_printf ("ssh %s@%s", metadata->user, address);

  return g_strdup ("");
}

static HostelDomainDetails *
parse_details (virDomainPtr  domain,
               HostelLink   *link,
               xmlDoc       *doc)
{
  HostelDomainDetails *self = g_new0 (HostelDomainDetails, 1);
  g_autoptr (xmlXPathContext) context = xmlXPathNewContext (doc);
  g_autoptr (HostelDomainMetadata) metadata = NULL;

  metadata = hostel_domain_metadata_read (xmlDocGetRootElement (doc));
  self->os_id = g_steal_pointer (&metadata->os_id);
  /* libvirt writes sizes in KiB whatever unit they were defined in. */
  self->memory = eval_number (context, "string(/domain/memory)") / 1024;
  self->vcpus = eval_number (context, "string((/domain/vcpu/@current | /domain/vcpu)[1])");
  self->consoles = dup_consoles (context);
  self->address = dup_address (domain, link, context);
  self->ssh_command = dup_ssh_command (metadata, self->address);

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
  g_autoptr (xmlDoc) doc = NULL;
  char *xml;

  if ((xml = virDomainGetXMLDesc (domain, 0)) == NULL)
    {
      hostel_virt_set_error (error, _("The description of “%s” cannot be read."),
                             virDomainGetName (domain));
      return NULL;
    }

  doc = xmlReadMemory (xml, strlen (xml), NULL, NULL,
                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  free (xml);
  if (doc == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, NULL, NULL,
                        _("The description of “%s” is not XML."), virDomainGetName (domain));
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
  g_strfreev (self->consoles);
  g_free (self->address);
  g_free (self->ssh_command);
  g_free (self);
}
