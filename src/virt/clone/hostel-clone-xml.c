/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-clone"

#include "config.h"

#include "hostel-clone-xml.h"
#include "hostel-domain-metadata.h"

#define MACHINE "/domain/metadata/*[local-name() = 'machine' and namespace-uri() = '" \
                HOSTEL_DOMAIN_METADATA_URI "']"

static xmlNodePtr
get_child (xmlNodePtr  node,
           const char *name)
{
  for (xmlNodePtr child = node->children; child != NULL; child = child->next)
    if (child->type == XML_ELEMENT_NODE && g_str_equal (child->name, name))
      return child;

  return NULL;
}

static void
remove_node (xmlNodePtr node)
{
  xmlUnlinkNode (node);
  xmlFreeNode (node);
}

static void
remove_child (xmlNodePtr  node,
              const char *name)
{
  xmlNodePtr child = get_child (node, name);

  if (child != NULL)
    remove_node (child);
}

/* Elements of which none is inside another. */
static void
remove_all (xmlDocPtr   doc,
            const char *xpath)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    remove_node (nodes->pdata[i]);
}

static void
unset_all (xmlDocPtr   doc,
           const char *xpath,
           const char *attribute)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    xmlUnsetProp (nodes->pdata[i], BAD_CAST attribute);
}

static void
set_all (xmlDocPtr   doc,
         const char *xpath,
         const char *attribute,
         const char *value)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    xmlSetProp (nodes->pdata[i], BAD_CAST attribute, BAD_CAST value);
}

static void
set_text (xmlDocPtr   doc,
          const char *xpath,
          const char *text)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, xpath);

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNodeSetContent (nodes->pdata[i], NULL);
      xmlNodeAddContent (nodes->pdata[i], BAD_CAST text);
    }
}

/* Below a file, libvirt finds out itself what that stands on. */
static void
set_file (xmlNodePtr  disk,
          const char *path,
          const char *format)
{
  xmlNodePtr driver = get_child (disk, "driver");
  xmlNodePtr source;

  remove_child (disk, "source");
  remove_child (disk, "backingStore");
  xmlSetProp (disk, BAD_CAST "type", BAD_CAST "file");
  if (driver != NULL)
    xmlSetProp (driver, BAD_CAST "type", BAD_CAST format);
  source = xmlNewChild (disk, NULL, BAD_CAST "source", NULL);
  xmlNewProp (source, BAD_CAST "file", BAD_CAST path);
}

static xmlNodePtr
find_disk (xmlDocPtr   doc,
           const char *target)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, "/domain/devices/disk");

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *other = hostel_xml_dup_string (doc, nodes->pdata[i], "target/@dev");

      if (g_strcmp0 (other, target) == 0)
        return nodes->pdata[i];
    }

  return NULL;
}

static void
set_disks (xmlDocPtr               doc,
           HostelClonePlan        *plan,
           const HostelCloneNames *names)
{
  xmlNodePtr seed = names->seed != NULL ? find_disk (doc, names->seed_target) : NULL;

  for (guint i = 0; i < plan->disks->len; i++)
    {
      HostelCloneDisk *disk = plan->disks->pdata[i];

      set_file (find_disk (doc, disk->target), disk->copy_path,
                disk->front_name != NULL ? "qcow2" : disk->format);
    }
  if (seed != NULL)
    set_file (seed, names->seed, "raw");
}

/* Of several logs the first goes on in a file of the clone's. */
static void
set_logs (xmlDocPtr   doc,
          const char *path)
{
  g_autoptr (GPtrArray) logs = hostel_xml_find_nodes (doc, "/domain/devices/*/log");

  for (guint i = 0; i < logs->len; i++)
    if (i == 0 && path != NULL)
      xmlSetProp (logs->pdata[i], BAD_CAST "file", BAD_CAST path);
    else
      remove_node (logs->pdata[i]);
}

static void
set_variables (xmlDocPtr   doc,
               const char *path)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, "/domain/os/nvram");

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNodePtr node = nodes->pdata[i];

      xmlUnsetProp (node, BAD_CAST "type");
      xmlNodeSetContent (node, NULL);
      if (path != NULL)
        xmlNodeAddContent (node, BAD_CAST path);
    }
}

/* What libvirt gives to each machine anew. */
static void
drop_addresses (xmlDocPtr doc)
{
  static const char * const of_graphics[] = { "port", "tlsPort", "websocket", "socket", "address" };

  remove_all (doc, "/domain/devices/interface/mac");
  remove_all (doc, "/domain/devices/interface/target[@dev]");
  unset_all (doc, "/domain/devices/interface/source[@portid]", "portid");
  remove_all (doc, "/domain/genid/text()");
  unset_all (doc, "/domain/devices/vsock/cid", "address");
  set_all (doc, "/domain/devices/vsock/cid", "auto", "yes");
  unset_all (doc, "/domain/devices/graphics/listen", "socket");
  set_all (doc, "/domain/devices/graphics[@type = 'vnc' or @type = 'spice']", "autoport", "yes");
  for (guint i = 0; i < G_N_ELEMENTS (of_graphics); i++)
    unset_all (doc, "/domain/devices/graphics", of_graphics[i]);
}

/* The disk is never a person's own image, and a clone in full stands on no base. */
static void
set_metadata (xmlDocPtr               doc,
              gboolean                linked,
              const HostelCloneNames *names)
{
  g_autoptr (GPtrArray) found = hostel_xml_find_nodes (doc, MACHINE);
  xmlNodePtr machine = found->len > 0 ? found->pdata[0] : NULL;

  if (machine == NULL)
    return;

  xmlUnsetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_IN_PLACE);
  if (!linked)
    xmlUnsetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_BASE);
  if (names->host_key != NULL)
    xmlSetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY, BAD_CAST names->host_key);
  else if (!names->exact)
    xmlUnsetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY);
  if (xmlHasProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_PORT) != NULL)
    {
      g_autofree char *port = g_strdup_printf ("%u", names->ssh_port);

      xmlSetProp (machine, BAD_CAST HOSTEL_DOMAIN_METADATA_SSH_PORT, BAD_CAST port);
    }
}

/**
 * hostel_clone_xml_build:
 * @plan: with the paths of all that was made
 * @names: the clone's own
 *
 * The machine's definition, but for what two machines cannot both have.
 *
 * Returns: (transfer full): the clone's definition
 */
char *
hostel_clone_xml_build (HostelClonePlan        *plan,
                        const HostelCloneNames *names)
{
  g_autoptr (xmlDoc) doc = xmlCopyDoc (plan->doc, 1);
  HostelCloneDisk *first = plan->disks->pdata[0];

  set_text (doc, "/domain/name", names->name);
  set_text (doc, "/domain/uuid", names->uuid);
  set_text (doc, "/domain/sysinfo/system/entry[@name = 'uuid']", names->uuid);
  remove_all (doc, "/domain/title");
  xmlUnsetProp (xmlDocGetRootElement (doc), BAD_CAST "id");
  set_disks (doc, plan, names);
  set_logs (doc, names->log);
  set_variables (doc, names->variables);
  drop_addresses (doc);
  set_metadata (doc, first->front_name != NULL, names);

  return hostel_xml_to_string (doc);
}

/**
 * hostel_clone_xml_build_disk:
 * @path: its file from now on
 * @format: the format of that
 *
 * Returns: (transfer full): the element of @disk with that file
 */
char *
hostel_clone_xml_build_disk (HostelClonePlan       *plan,
                             const HostelCloneDisk *disk,
                             const char            *path,
                             const char            *format)
{
  xmlNodePtr node = xmlDocCopyNode (disk->node, plan->doc, 1);
  xmlBufferPtr buffer = xmlBufferCreate ();
  char *xml;

  set_file (node, path, format);
  xmlNodeDump (buffer, plan->doc, node, 0, 0);
  xml = g_strdup ((const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  xmlFreeNode (node);

  return xml;
}
