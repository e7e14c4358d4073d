/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no autostart of a machine, and its definition only as an object of
 * libvirt-gconfig, which reads few of these elements. */
#define G_LOG_DOMAIN "hostel-hardware"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-hardware-private.h"

typedef struct
{
  char *uuid; /* owned */
  char *name; /* owned */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uuid);
  g_free (order->name);
  g_free (order);
}

static void
device_free (gpointer data)
{
  HostelDevice *device = data;

  g_free (device->id);
  g_free (device->kind);
  g_free (device->live);
  g_free (device->next);
  g_free (device);
}

/**
 * hostel_hardware_free:
 * @self: (transfer full): what a machine has
 *
 * Frees @self.
 */
void
hostel_hardware_free (HostelHardware *self)
{
  g_ptr_array_unref (self->devices);
  g_free (self->title);
  g_free (self->notes);
  g_free (self);
}

static char *
dup_first (xmlDoc     *doc,
           xmlNode    *node,
           const char *xpaths)
{
  g_auto (GStrv) all = g_strsplit (xpaths, " ", -1);

  for (guint i = 0; all[i] != NULL; i++)
    {
      g_autofree char *found = hostel_xml_dup_string (doc, node, all[i]);

      if (found != NULL && *found != '\0')
        return g_steal_pointer (&found);
    }

  return g_strdup ("");
}

/* "vda" of a disk, the address of a network card, else its kind and which of that kind it is. */
static char *
dup_id (xmlDoc     *doc,
        xmlNode    *node,
        GHashTable *counts)
{
  const char *element = (const char *) node->name;
  const char *own = g_str_equal (element, "disk") ? "target/@dev"
                    : g_str_equal (element, "interface") ? "mac/@address" : NULL;
  g_autofree char *id = own != NULL ? dup_first (doc, node, own) : g_strdup ("");
  guint count;

  if (*id != '\0')
    return g_steal_pointer (&id);

  count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, element));
  g_hash_table_insert (counts, g_strdup (element), GUINT_TO_POINTER (count + 1));

  return g_strdup_printf ("%s%u", element, count);
}

static char *
dup_kind (xmlDoc  *doc,
          xmlNode *node)
{
  const char *element = (const char *) node->name;
  g_autofree char *device = NULL;

  if (g_str_equal (element, "interface"))
    return g_strdup ("network");
  if (!g_str_equal (element, "disk"))
    return g_strdup (element);

  device = dup_first (doc, node, "@device");

  return g_strdup (*device != '\0' ? device : "disk");
}

static void
append (GString    *text,
        const char *word)
{
  if (*word != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", word);
}

#define SOURCES "source/@file source/@dev source/@volume source/@name source/@dir"

static char *
dup_disk_words (xmlDoc  *doc,
                xmlNode *node)
{
  GString *text = g_string_new (NULL);
  g_autofree char *source = dup_first (doc, node, SOURCES);
  g_autofree char *bus = dup_first (doc, node, "target/@bus");
  g_autofree char *device = dup_kind (doc, node);
  g_autofree char *read_only = hostel_xml_dup_string (doc, node, "readonly");

  append (text, *source != '\0' ? source : g_str_equal (device, "disk") ? _("unknown source") : _("empty"));
  append (text, bus);
  if (read_only != NULL)
    append (text, _("read only"));

  return g_string_free (text, FALSE);
}

static char *
dup_network_words (xmlDoc  *doc,
                   xmlNode *node)
{
  GString *text = g_string_new (NULL);
  g_autofree char *type = dup_first (doc, node, "@type");
  g_autofree char *source = dup_first (doc, node, "source/@network source/@bridge source/@dev source/@name");
  g_autofree char *model = dup_first (doc, node, "model/@type");
  g_autofree char *link = dup_first (doc, node, "link/@state");

  append (text, g_str_equal (type, "user") ? _("user mode") : type);
  append (text, source);
  append (text, model);
  if (g_str_equal (link, "down"))
    append (text, _("unplugged"));

  return g_string_free (text, FALSE);
}

/* What tells one device of its kind from another. */
static char *
dup_words (xmlDoc  *doc,
           xmlNode *node)
{
  GString *text;
  g_autofree char *type = NULL;
  g_autofree char *model = NULL;
  g_autofree char *source = NULL;
  g_autofree char *target = NULL;

  if (g_str_equal ((const char *) node->name, "disk"))
    return dup_disk_words (doc, node);
  if (g_str_equal ((const char *) node->name, "interface"))
    return dup_network_words (doc, node);

  text = g_string_new (NULL);
  type = dup_first (doc, node, "@type");
  model = dup_first (doc, node, "@model model/@type backend/@model");
  /* Sockets and ttys of a running machine have paths that its definition does not name. */
  source = dup_first (doc, node, "source/@dir source/address/@bus source/vendor/@id");
  target = dup_first (doc, node, "target/@name target/@dir target/@type");
  append (text, type);
  append (text, model);
  append (text, source);
  append (text, target);

  return g_string_free (text, FALSE);
}

static HostelDevice *
ensure_device (HostelHardware *self,
               const char     *id,
               const char     *kind)
{
  HostelDevice *device;

  for (guint i = 0; i < self->devices->len; i++)
    {
      device = self->devices->pdata[i];
      if (g_str_equal (device->id, id) && g_str_equal (device->kind, kind))
        return device;
    }

  device = g_new0 (HostelDevice, 1);
  device->id = g_strdup (id);
  device->kind = g_strdup (kind);
  g_ptr_array_add (self->devices, device);

  return device;
}

/* Controllers and the like come and go with what needs them. A first console is its serial port's other
 * name. */
#define DEVICES \
  "/domain/devices/*[not(self::emulator or self::controller or self::alias or self::memballoon or " \
  "self::audio or self::input or (self::console and position() >= 1 and target/@type = 'serial'))]"

static void
add_devices (HostelHardware *self,
             xmlDoc         *doc,
             gboolean        live)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, DEVICES);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *id = dup_id (doc, nodes->pdata[i], counts);
      g_autofree char *kind = dup_kind (doc, nodes->pdata[i]);
      HostelDevice *device = ensure_device (self, id, kind);
      char **place = live ? &device->live : &device->next;
      g_autofree char *source = dup_first (doc, nodes->pdata[i], SOURCES);
      g_autofree char *link = dup_first (doc, nodes->pdata[i], "link/@state");

      g_free (*place);
      *place = dup_words (doc, nodes->pdata[i]);
      /* What runs is read first. */
      if (live || device->live == NULL)
        {
          device->empty = *source == '\0';
          device->unplugged = g_str_equal (link, "down");
        }
    }
}

/**
 * hostel_hardware_find_node:
 * @doc: a machine's XML
 * @id: a device's, as #HostelDevice has it
 * @kind: (out) (optional) (transfer full): its kind
 *
 * Returns: (transfer none) (nullable): its element
 */
xmlNode *
hostel_hardware_find_node (xmlDoc      *doc,
                           const char  *id,
                           char       **kind)
{
  g_autoptr (GPtrArray) nodes = hostel_xml_find_nodes (doc, DEVICES);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *own = dup_id (doc, nodes->pdata[i], counts);

      if (g_ascii_strcasecmp (own, id) != 0)
        continue;

      if (kind != NULL)
        *kind = dup_kind (doc, nodes->pdata[i]);

      return nodes->pdata[i];
    }

  return NULL;
}

static guint
read_vcpus (xmlDoc *doc)
{
  guint64 vcpus = hostel_xml_get_uint64 (doc, NULL, "/domain/vcpu/@current");

  return vcpus > 0 ? vcpus : hostel_xml_get_uint64 (doc, NULL, "/domain/vcpu");
}

/* libvirt writes KiB, whatever unit was defined. */
static guint
read_memory (xmlDoc *doc)
{
  guint64 current = hostel_xml_get_uint64 (doc, NULL, "/domain/currentMemory");

  return (current > 0 ? current : hostel_xml_get_uint64 (doc, NULL, "/domain/memory")) / 1024;
}

/**
 * hostel_hardware_new_from_xml:
 * @live_xml: (nullable): the running machine's XML, %NULL while it is off
 * @stored_xml: (nullable): its definition, %NULL for a machine that has none
 *
 * Pure, in any thread.
 *
 * Returns: (transfer full): what both say
 */
HostelHardware *
hostel_hardware_new_from_xml (const char *live_xml,
                              const char *stored_xml)
{
  HostelHardware *self = g_new0 (HostelHardware, 1);
  g_autoptr (xmlDoc) live = live_xml != NULL ? hostel_xml_parse (live_xml) : NULL;
  g_autoptr (xmlDoc) stored = stored_xml != NULL ? hostel_xml_parse (stored_xml) : NULL;
  xmlDoc *any = stored != NULL ? stored : live;

  self->devices = g_ptr_array_new_with_free_func (device_free);
  self->active = live != NULL;
  self->persistent = stored != NULL;
  if (live != NULL)
    {
      self->memory_live = read_memory (live);
      self->vcpus_live = read_vcpus (live);
      add_devices (self, live, TRUE);
    }
  if (stored != NULL)
    {
      self->memory_next = read_memory (stored);
      self->vcpus_next = read_vcpus (stored);
      add_devices (self, stored, FALSE);
    }
  self->title = any != NULL ? dup_first (any, NULL, "/domain/title") : g_strdup ("");
  self->notes = any != NULL ? dup_first (any, NULL, "/domain/description") : g_strdup ("");

  return self;
}

static void
add_change (GStrvBuilder *builder,
            char         *text)
{
  g_strv_builder_add (builder, text);
  g_free (text);
}

static void
add_device_change (GStrvBuilder *builder,
                   HostelDevice *device)
{
  if (g_strcmp0 (device->live, device->next) == 0)
    return;

  if (device->next == NULL)
    add_change (builder, g_strdup_printf (_("%s is gone from the next start on"), device->id));
  else if (device->live == NULL)
    add_change (builder, g_strdup_printf (_("%s comes with the next start: %s"), device->id, device->next));
  else
    add_change (builder, g_strdup_printf (_("%s: %s now, %s from the next start on"), device->id, device->live,
                                          device->next));
}

/**
 * hostel_hardware_dup_pending:
 * @self: what a machine has
 *
 * Compared, never remembered: what differs between the running machine and its definition.
 *
 * Returns: (transfer full): a sentence for each, translated; empty where nothing waits
 */
GStrv
hostel_hardware_dup_pending (HostelHardware *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (self->active && self->persistent)
    {
      if (self->memory_live != self->memory_next)
        add_change (builder, g_strdup_printf (_("Memory: %u MiB now, %u MiB from the next start on"),
                                              self->memory_live, self->memory_next));
      if (self->vcpus_live != self->vcpus_next)
        add_change (builder, g_strdup_printf (_("vCPUs: %u now, %u from the next start on"), self->vcpus_live,
                                              self->vcpus_next));
      for (guint i = 0; i < self->devices->len; i++)
        add_device_change (builder, self->devices->pdata[i]);
    }

  return g_strv_builder_end (builder);
}

static HostelHardware *
read_hardware (virDomainPtr   domain,
               const char    *name,
               GError       **error)
{
  HostelHardware *self;
  gboolean active = virDomainIsActive (domain) == 1;
  gboolean persistent = virDomainIsPersistent (domain) == 1;
  char *live = active ? virDomainGetXMLDesc (domain, 0) : NULL;
  char *stored = persistent ? virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE) : NULL;
  int autostart = 0;

  if (live == NULL && stored == NULL)
    {
      hostel_virt_set_error (error, _("The description of “%s” cannot be read."), name);
      return NULL;
    }

  self = hostel_hardware_new_from_xml (live, stored);
  self->saved = virDomainHasManagedSaveImage (domain, 0) == 1;
  self->autostart = virDomainGetAutostart (domain, &autostart) == 0 && autostart;
  free (live);
  free (stored);

  return self;
}

static void
load_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);
  HostelHardware *hardware = domain != NULL ? read_hardware (domain, order->name, &error) : NULL;

  if (hardware != NULL)
    g_task_return_pointer (task, hardware, (GDestroyNotify) hostel_hardware_free);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_hardware_load_async:
 * @domain: a machine
 * @callback: called when it was read
 * @user_data: handed to @callback
 *
 * Reads what the machine has. Changes of a definition's memory, vCPUs and autostart have no event in
 * libvirt 9.0: whoever shows them reads again.
 */
void
hostel_hardware_load_async (HostelDomain        *domain,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;
  Order *order;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));
  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_hardware_load_async);
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, load_worker);
}

/**
 * hostel_hardware_load_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what it has
 */
HostelHardware *
hostel_hardware_load_finish (HostelDomain  *domain,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
