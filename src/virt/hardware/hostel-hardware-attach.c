/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 attaches no device with flags. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-device-xml-private.h"
#include "hostel-hardware-edit-private.h"

#define MAX_STEM 200

/* One call for both truths: libvirt stores it when the running machine has taken it, and not before. */
static gboolean
attach (HostelHardwareWork  *self,
        const char          *xml,
        GError             **error)
{
  unsigned int both = (self->persistent ? VIR_DOMAIN_AFFECT_CONFIG : 0) | (self->live ? VIR_DOMAIN_AFFECT_LIVE : 0);
  const char *id = self->done->device;
  g_autofree char *refusal = NULL;

  if (virDomainAttachDeviceFlags (self->domain, xml, both) == 0)
    {
      if (self->live)
        self->done->back = HOSTEL_HARDWARE_BACK_DETACH;
      if (!self->live)
        hostel_hardware_work_tell (self, _("%s is there from the next start on."), id);
      else
        hostel_hardware_work_tell (self, _("%s is there now."), id);
      return TRUE;
    }

  if (self->live && self->persistent && hostel_hardware_is_not_live ())
    {
      refusal = g_strdup (virGetLastErrorMessage ());
      if (virDomainAttachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG) == 0)
        {
          hostel_hardware_work_tell (self, _("%s is there from the next start on. The running machine refused it: %s"), id,
                                     refusal);
          return TRUE;
        }
    }
  hostel_virt_set_error (error, _("“%s” cannot have %s."), self->name, id);

  return FALSE;
}

/* The one that libvirt would add by itself is older than most systems' drivers. Nothing is lost where it cannot be
 * had: libvirt then adds its own, or says why not. */
static void
ensure_scsi (HostelHardwareWork *self,
             const char         *bus)
{
  static const char any[] = "/domain/devices/controller[@type = 'scsi']";
  static const char controller[] = "<controller type='scsi' model='virtio-scsi'/>";
  xmlDoc *docs[] = { self->stored, self->live ? self->running : NULL };
  const unsigned int flags[] = { VIR_DOMAIN_AFFECT_CONFIG, VIR_DOMAIN_AFFECT_LIVE };

  for (guint i = 0; g_str_equal (bus, "scsi") && i < G_N_ELEMENTS (docs); i++)
    {
      g_autoptr (GPtrArray) found = docs[i] != NULL ? hostel_xml_find_nodes (docs[i], any) : NULL;

      if (found != NULL && found->len == 0 && virDomainAttachDeviceFlags (self->domain, controller, flags[i]) < 0)
        g_debug ("no virtio-scsi: %s", virGetLastErrorMessage ());
    }
}

/* libvirt says yes to some of what it leaves out. */
static gboolean
check_stored (HostelHardwareWork  *self,
              GError             **error)
{
  g_autofree char *xml = self->persistent ? virDomainGetXMLDesc (self->domain, VIR_DOMAIN_XML_INACTIVE) : NULL;
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);

  if (!self->persistent || (doc != NULL && hostel_hardware_find_node (doc, self->done->device, NULL) != NULL))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Look at what the machine has now."), NULL,
                    _("%s was stored, and is not there: another program changes “%s” at the same time."),
                    self->done->device, self->name);

  return FALSE;
}

static gboolean
attach_disk (HostelHardwareWork        *self,
             const char                *device,
             const char                *bus,
             const HostelDeviceSource  *source,
             GError                   **error)
{
  HostelDiskSpec spec = { .device = device, .path = source->path, .block = source->block, .bus = bus,
                          .format = source->format != NULL ? source->format : "raw",
                          .target = self->done->device };
  g_autofree char *xml = hostel_device_xml_dup_disk (&spec);

  ensure_scsi (self, bus);

  return attach (self, xml, error) && check_stored (self, error);
}

static char *
choose_target (HostelHardwareWork  *self,
               const char          *device,
               GError             **error)
{
  char *bus = self->edit.bus != NULL ? g_strdup (self->edit.bus)
                                     : hostel_device_xml_dup_bus (self->stored, self->running, device);

  self->done->device = hostel_device_xml_dup_target (self->stored, self->running, bus);
  if (self->done->device != NULL)
    return bus;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Choose another bus."), NULL,
                    _("“%s” has no room for one more disk on the bus “%s”."), self->name, bus);
  g_free (bus);

  return NULL;
}

static gboolean
add_disk (HostelHardwareWork  *self,
          GError             **error)
{
  g_auto (HostelDeviceSource) source = { 0 };
  g_autofree char *bus = choose_target (self, "disk", error);
  /* A file's name has 255 bytes at most. */
  const char *own = strlen (self->name) > MAX_STEM ? self->uuid : self->name;
  g_autofree char *stem = bus != NULL ? g_strdup_printf ("%s-%s", own, self->done->device) : NULL;
  gboolean found;

  if (bus == NULL)
    return FALSE;

  found = self->edit.file != NULL
            ? hostel_device_source_find_disk (&source, self->handle, self->edit.file, error)
            : hostel_device_source_create (&source, self->handle, self->lock, hostel_hardware_work_get_doc (self),
                                           stem, self->edit.size, error);
  if (!found)
    return FALSE;
  if (!attach_disk (self, "disk", bus, &source, error))
    {
      hostel_device_source_undo (&source, self->handle);
      return FALSE;
    }

  if (source.volume != NULL)
    hostel_hardware_work_tell (self, _("Its file is “%s”."), source.path);
  self->done->pool = g_steal_pointer (&source.pool);
  self->done->volume = g_steal_pointer (&source.volume);

  return TRUE;
}

/* One that was emptied while it ran still has a <source> with a number. */
static char *
dup_empty_drive (HostelHardwareWork *self)
{
  return hostel_xml_dup_string (self->live ? self->running : hostel_hardware_work_get_doc (self), NULL,
                                "/domain/devices/disk[@device = 'cdrom' and not(source/@file or source/@dev or "
                                "source/@volume or source/@name)]/target/@dev");
}

static gboolean
add_drive (HostelHardwareWork  *self,
           GError             **error)
{
  g_auto (HostelDeviceSource) source = { 0 };
  g_autofree char *empty = self->edit.file != NULL && self->edit.bus == NULL ? dup_empty_drive (self) : NULL;
  g_autofree char *bus = NULL;

  if (self->edit.file != NULL && !hostel_device_source_find_disc (&source, self->handle, self->edit.file, error))
    return FALSE;
  if (empty != NULL)
    return hostel_hardware_work_set_medium (self, empty, source.path, source.block, error);

  return (bus = choose_target (self, "cdrom", error)) != NULL && attach_disk (self, "cdrom", bus, &source, error);
}

static gboolean
add_nic (HostelHardwareWork  *self,
         GError             **error)
{
  xmlDoc *doc = hostel_hardware_work_get_doc (self);
  g_autofree char *type = NULL;
  g_autofree char *source = NULL;
  g_autofree char *model = hostel_xml_dup_string (doc, NULL, "/domain/devices/interface/model/@type");
  g_autofree char *xml = NULL;

  if (!hostel_hardware_work_find_network (self, &type, &source, error) ||
      (self->done->device = hostel_hardware_work_dup_mac (self, error)) == NULL)
    return FALSE;

  xml = hostel_device_xml_dup_nic (&(HostelNicSpec) { .type = type, .source = source, .mac = self->done->device,
                                                      .model = model != NULL ? model : "virtio" });

  return attach (self, xml, error) && check_stored (self, error);
}

gboolean
hostel_hardware_work_attach (HostelHardwareWork  *self,
                             GError             **error)
{
  if (self->edit.kind == HOSTEL_HARDWARE_ADD_DISK)
    return add_disk (self, error);
  if (self->edit.kind == HOSTEL_HARDWARE_ADD_DRIVE)
    return add_drive (self, error);

  return add_nic (self, error);
}
