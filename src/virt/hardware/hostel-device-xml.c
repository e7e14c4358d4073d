/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-device-xml"

#include "config.h"

#include "hostel-device-xml-private.h"

#define MAX_TARGETS 702 /* "a" to "zz" */

static xmlNode *
add (xmlNode    *parent,
     const char *name,
     const char *key,
     const char *value)
{
  xmlNode *node = xmlNewChild (parent, NULL, BAD_CAST name, NULL);

  xmlNewProp (node, BAD_CAST key, BAD_CAST value);

  return node;
}

static char *
take_string (xmlDoc *doc)
{
  char *text = hostel_xml_to_string (doc);

  xmlFreeDoc (doc);

  return text;
}

char *
hostel_device_xml_dup_disk (const HostelDiskSpec *spec)
{
  xmlDoc *doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNode *disk = xmlNewNode (NULL, BAD_CAST "disk");
  gboolean drive = g_str_equal (spec->device, "cdrom");
  xmlNode *node;

  xmlDocSetRootElement (doc, disk);
  xmlNewProp (disk, BAD_CAST "type", BAD_CAST (spec->block ? "block" : "file"));
  xmlNewProp (disk, BAD_CAST "device", BAD_CAST spec->device);
  node = add (disk, "driver", "name", "qemu");
  xmlNewProp (node, BAD_CAST "type", BAD_CAST spec->format);
  if (!drive)
    xmlNewProp (node, BAD_CAST "discard", BAD_CAST "unmap");
  if (spec->path != NULL)
    add (disk, "source", spec->block ? "dev" : "file", spec->path);
  node = add (disk, "target", "dev", spec->target);
  xmlNewProp (node, BAD_CAST "bus", BAD_CAST spec->bus);
  if (drive)
    xmlNewChild (disk, NULL, BAD_CAST "readonly", NULL);

  return take_string (doc);
}

static void
set_connection (xmlNode    *nic,
                const char *type,
                const char *source)
{
  xmlSetProp (nic, BAD_CAST "type", BAD_CAST type);
  if (source != NULL)
    add (nic, "source", g_str_equal (type, "network") ? "network"
                        : g_str_equal (type, "bridge") ? "bridge" : "dev", source);
}

char *
hostel_device_xml_dup_nic (const HostelNicSpec *spec)
{
  xmlDoc *doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNode *nic = xmlNewNode (NULL, BAD_CAST "interface");

  xmlDocSetRootElement (doc, nic);
  set_connection (nic, spec->type, spec->source);
  add (nic, "mac", "address", spec->mac);
  add (nic, "model", "type", spec->model);

  return take_string (doc);
}

static gboolean
has (xmlDoc     *doc,
     const char *xpath)
{
  g_autoptr (GPtrArray) found = doc != NULL ? hostel_xml_find_nodes (doc, xpath) : NULL;

  return found != NULL && found->len > 0;
}

/* What the guest has drivers for, as it has one already; virtio-scsi takes a drive while the guest runs. */
char *
hostel_device_xml_dup_bus (xmlDoc     *stored,
                           xmlDoc     *live,
                           const char *device)
{
  xmlDoc *doc = stored != NULL ? stored : live;
  gboolean drive = g_str_equal (device, "cdrom");
  g_autofree char *machine = hostel_xml_dup_string (doc, NULL, "/domain/os/type/@machine");
  g_autofree char *bus =
    hostel_xml_dup_string (doc, NULL, drive ? "/domain/devices/disk[@device = 'cdrom']/target/@bus"
                                            : "/domain/devices/disk[not(readonly) and (not(@device) or "
                                              "@device = 'disk')]/target/@bus");

  if (drive && live != NULL && has (live, "/domain/devices/controller[@type = 'scsi' and @model = 'virtio-scsi']"))
    return g_strdup ("scsi");
  if (bus != NULL && *bus != '\0')
    return g_steal_pointer (&bus);
  if (!drive)
    return g_strdup ("virtio");
  if (machine != NULL && strstr (machine, "q35") != NULL)
    return g_strdup ("sata");

  return g_strdup (machine != NULL && (g_str_has_prefix (machine, "pc") || g_str_has_prefix (machine, "xenfv"))
                     ? "ide" : "scsi");
}

static const char *
prefix_of (const char *bus)
{
  static const char * const prefixes[][2] = {
    { "virtio", "vd" }, { "scsi", "sd" }, { "sata", "sd" }, { "usb", "sd" }, { "ide", "hd" }, { "fdc", "fd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_equal (prefixes[i][0], bus))
      return prefixes[i][1];

  return NULL;
}

static gboolean
has_target (xmlDoc     *doc,
            const char *target)
{
  g_auto (GStrv) all = doc != NULL ? hostel_xml_dup_strings (doc, NULL, "/domain/devices/disk/target/@dev") : NULL;

  return all != NULL && g_strv_contains ((const char * const *) all, target);
}

char *
hostel_device_xml_dup_target (xmlDoc     *stored,
                              xmlDoc     *live,
                              const char *bus)
{
  const char *prefix = prefix_of (bus);

  for (guint i = 0; prefix != NULL && i < MAX_TARGETS; i++)
    {
      g_autofree char *target = i < 26 ? g_strdup_printf ("%s%c", prefix, 'a' + i)
                                       : g_strdup_printf ("%s%c%c", prefix, 'a' + i / 26 - 1, 'a' + i % 26);

      if (!has_target (stored, target) && !has_target (live, target))
        return g_steal_pointer (&target);
    }

  return NULL;
}

static xmlDoc *
copy_node (xmlNode *node)
{
  xmlDoc *doc = xmlNewDoc (BAD_CAST "1.0");

  xmlDocSetRootElement (doc, xmlDocCopyNode (node, doc, 1));

  return doc;
}

static void
drop_children (xmlNode    *node,
               const char *name)
{
  xmlNode *next;

  for (xmlNode *child = node->children; child != NULL; child = next)
    {
      next = child->next;
      if (child->type != XML_ELEMENT_NODE || !g_str_equal ((const char *) child->name, name))
        continue;
      xmlUnlinkNode (child);
      xmlFreeNode (child);
    }
}

char *
hostel_device_xml_dup_node (xmlNode *node)
{
  return take_string (copy_node (node));
}

char *
hostel_device_xml_dup_medium (xmlNode    *drive,
                              const char *path,
                              gboolean    block)
{
  xmlDoc *doc = copy_node (drive);
  xmlNode *copy = xmlDocGetRootElement (doc);

  drop_children (copy, "source");
  drop_children (copy, "backingStore");
  xmlSetProp (copy, BAD_CAST "type", BAD_CAST (block ? "block" : "file"));
  if (path != NULL)
    add (copy, "source", block ? "dev" : "file", path);

  return take_string (doc);
}

char *
hostel_device_xml_dup_link (xmlNode  *nic,
                            gboolean  up)
{
  xmlDoc *doc = copy_node (nic);
  xmlNode *copy = xmlDocGetRootElement (doc);

  drop_children (copy, "link");
  if (!up)
    add (copy, "link", "state", "down");

  return take_string (doc);
}

/* What belongs to the old connection alone goes with it. */
char *
hostel_device_xml_dup_connection (xmlNode    *nic,
                                  const char *type,
                                  const char *source)
{
  static const char * const old[] = { "source", "target", "backend", "portForward", "virtualport", "ip", "route" };
  xmlDoc *doc = copy_node (nic);
  xmlNode *copy = xmlDocGetRootElement (doc);

  for (guint i = 0; i < G_N_ELEMENTS (old); i++)
    drop_children (copy, old[i]);
  set_connection (copy, type, source);

  return take_string (doc);
}
