#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include "hostel-domain-metadata.h"

static gboolean
is_element (const xmlNode *node,
            const char    *ns,
            const char    *name)
{
  if (node->type != XML_ELEMENT_NODE || !g_str_equal (node->name, name))
    return FALSE;

  return ns == NULL || (node->ns && node->ns->href && g_str_equal (node->ns->href, ns));
}

static xmlNode *
find_child (xmlNode    *parent,
            const char *ns,
            const char *name)
{
  for (xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
    if (is_element (node, ns, name))
      return node;

  return NULL;
}

static char *
dup_attribute (xmlNode    *node,
               const char *name)
{
  xmlChar *value = node ? xmlGetNoNsProp (node, (const xmlChar *) name) : NULL;
  char *copy = g_strdup (value ? (const char *) value : "");

  xmlFree (value);

  return copy;
}

/**
 * hostel_domain_metadata_read:
 * @domain: the <domain> element
 *
 * From any thread.
 *
 * Returns: (transfer full): what is written there; empty where nothing is
 */
HostelDomainMetadata *
hostel_domain_metadata_read (xmlNode *domain)
{
  HostelDomainMetadata *self = g_new0 (HostelDomainMetadata, 1);
  xmlNode *metadata = find_child (domain, NULL, "metadata");
  xmlNode *ours = find_child (metadata, HOSTEL_DOMAIN_METADATA_URI, HOSTEL_DOMAIN_METADATA_ELEMENT);
  xmlNode *osinfo = find_child (metadata, HOSTEL_LIBOSINFO_METADATA_URI, "libosinfo");
  g_autofree char *in_place = dup_attribute (ours, HOSTEL_DOMAIN_METADATA_IN_PLACE);
  g_autofree char *port = dup_attribute (ours, HOSTEL_DOMAIN_METADATA_SSH_PORT);
  guint64 number;

  self->user = dup_attribute (ours, HOSTEL_DOMAIN_METADATA_USER);
  self->host_key = dup_attribute (ours, HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY);
  self->in_place = *in_place != '\0';
  self->base = dup_attribute (ours, HOSTEL_DOMAIN_METADATA_BASE);
  self->os_id = dup_attribute (find_child (osinfo, HOSTEL_LIBOSINFO_METADATA_URI, "os"), "id");
  if (g_ascii_string_to_unsigned (port, 10, 1, G_MAXUINT16, &number, NULL))
    self->ssh_port = number;

  return self;
}

/**
 * hostel_domain_metadata_free:
 * @self: (transfer full): what was read
 *
 * Frees @self.
 */
void
hostel_domain_metadata_free (HostelDomainMetadata *self)
{
  g_free (self->user);
  g_free (self->host_key);
  g_free (self->base);
  g_free (self->os_id);
  g_free (self);
}
