/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <string.h>

#include "hostel-domain-metadata.h"
#include "hostel-ssh-command.h"
#include "hostel-ssh-key.h"

#define MAX_NAME 255

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

/* Not more than a name may have, on one line, and no way into another folder. */
static gboolean
is_name (const char *text)
{
  if (strlen (text) > MAX_NAME || !g_utf8_validate (text, -1, NULL) || strchr (text, '/') != NULL)
    return FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;

  return !g_str_equal (text, ".") && !g_str_equal (text, "..");
}

static gboolean
is_id (const char *text)
{
  return strlen (text) <= MAX_NAME && g_str_is_ascii (text) && strpbrk (text, " \t\r\n") == NULL;
}

static char *
dup_checked (xmlNode    *node,
             const char *name,
             gboolean  (*check) (const char *text))
{
  g_autofree char *value = dup_attribute (node, name);

  if (*value == '\0' || check (value))
    return g_steal_pointer (&value);

  g_debug ("the metadata’s %s is none", name);

  return g_strdup ("");
}

static char *
dup_key (xmlNode    *node,
         const char *name)
{
  g_autofree char *value = dup_attribute (node, name);
  char *key = hostel_ssh_key_dup_plain (value);

  return key != NULL ? key : g_strdup ("");
}

static guint
get_port (xmlNode *node)
{
  g_autofree char *port = dup_attribute (node, HOSTEL_DOMAIN_METADATA_SSH_PORT);
  guint64 number;

  return g_ascii_string_to_unsigned (port, 10, 1, G_MAXUINT16, &number, NULL) ? number : 0;
}

/**
 * hostel_domain_metadata_read_port:
 * @machine: (nullable): our element alone, as virDomainGetMetadata() brings it
 *
 * Returns: the port that is forwarded to the guest's SSH, 0 for none
 */
guint
hostel_domain_metadata_read_port (xmlNode *machine)
{
  return machine != NULL ? get_port (machine) : 0;
}

/**
 * hostel_domain_metadata_read:
 * @domain: the <domain> element
 *
 * Whoever may define a machine, or another host, can write there what they like. So each value is
 * checked here, where it comes in, and is as if it was not there where it cannot be one of ours.
 * Nothing in it proves that a file is ours. From any thread.
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

  self->user = dup_checked (ours, HOSTEL_DOMAIN_METADATA_USER, hostel_ssh_command_is_user);
  self->host_key = dup_key (ours, HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY);
  self->login_key = dup_key (ours, HOSTEL_DOMAIN_METADATA_LOGIN_KEY);
  self->in_place = *in_place != '\0';
  self->base = dup_checked (ours, HOSTEL_DOMAIN_METADATA_BASE, is_name);
  self->os_id = dup_checked (find_child (osinfo, HOSTEL_LIBOSINFO_METADATA_URI, "os"), "id", is_id);
  self->ssh_port = get_port (ours);

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
  g_free (self->login_key);
  g_free (self->base);
  g_free (self->os_id);
  g_free (self);
}
