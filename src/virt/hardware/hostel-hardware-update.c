/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 changes no device with flags. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-device-xml-private.h"
#include "hostel-hardware-edit-private.h"

/* What one device is to be: of the running one and of the defined one, which differ in details. */
typedef struct
{
  char       *live;   /* owned, nullable */
  char       *stored; /* owned, nullable */
  const char *what;   /* a sentence's beginning */
} Update;

static void
update_clear (Update *update)
{
  g_free (update->live);
  g_free (update->stored);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Update, update_clear)

static gboolean
store (HostelHardwareWork  *self,
       const Update        *update,
       gboolean             is_live,
       GError             **error)
{
  if (update->stored == NULL ||
      virDomainUpdateDeviceFlags (self->domain, update->stored, VIR_DOMAIN_AFFECT_CONFIG) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("%s of “%s” cannot be changed."), self->done->device, self->name);
  if (is_live && virDomainUpdateDeviceFlags (self->domain, self->done->xml, VIR_DOMAIN_AFFECT_LIVE) < 0)
    g_warning ("%s of “%s” stays changed until it is off: %s", self->done->device, self->name,
               virGetLastErrorMessage ());

  return FALSE;
}

/* The running machine first: what it is given back is what it had. */
static gboolean
apply (HostelHardwareWork  *self,
       xmlNode             *running,
       const Update        *update,
       GError             **error)
{
  gboolean live = update->live != NULL;
  gboolean done = live && virDomainUpdateDeviceFlags (self->domain, update->live, VIR_DOMAIN_AFFECT_LIVE) == 0;
  g_autofree char *refusal = live && !done ? g_strdup (virGetLastErrorMessage ()) : NULL;

  if (live && !done && (update->stored == NULL || !hostel_hardware_is_not_live ()))
    {
      hostel_virt_set_error (error, _("%s of “%s” cannot be changed."), self->done->device, self->name);
      return FALSE;
    }
  if (done)
    {
      self->done->back = HOSTEL_HARDWARE_BACK_UPDATE;
      self->done->xml = hostel_device_xml_dup_node (running);
    }
  if (!store (self, update, done, error))
    return FALSE;

  if (done)
    hostel_hardware_work_tell (self, _("%s: %s, now."), self->done->device, update->what);
  else if (live)
    hostel_hardware_work_tell (self, _("%s: %s, from the next start on. The running machine refused it: %s"),
                               self->done->device, update->what, refusal);
  else
    hostel_hardware_work_tell (self, _("%s: %s, from the next start on."), self->done->device, update->what);

  return TRUE;
}

/* The device @id of both, of a kind. */
static gboolean
find (HostelHardwareWork  *self,
      const char          *id,
      const char          *kind,
      xmlNode            **running,
      xmlNode            **stored,
      GError             **error)
{
  g_autofree char *live_kind = NULL;
  g_autofree char *stored_kind = NULL;
  const char *found;

  *running = self->live ? hostel_hardware_find_node (self->running, id, &live_kind) : NULL;
  *stored = self->stored != NULL ? hostel_hardware_find_node (self->stored, id, &stored_kind) : NULL;
  found = live_kind != NULL ? live_kind : stored_kind;
  if (found != NULL && g_str_equal (found, kind))
    {
      self->done->device = g_strdup (id);
      return TRUE;
    }

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, NULL, NULL,
                    g_str_equal (kind, "cdrom") ? _("“%s” has no drive “%s” for discs.")
                                                : _("“%s” has no network card “%s”."), self->name, id);

  return FALSE;
}

gboolean
hostel_hardware_work_set_medium (HostelHardwareWork  *self,
                                 const char          *id,
                                 const char          *path,
                                 gboolean             block,
                                 GError             **error)
{
  g_auto (Update) update = { .what = path != NULL ? path : _("empty") };
  xmlNode *running;
  xmlNode *stored;

  if (!find (self, id, "cdrom", &running, &stored, error))
    return FALSE;

  update.live = running != NULL ? hostel_device_xml_dup_medium (running, path, block) : NULL;
  update.stored = stored != NULL ? hostel_device_xml_dup_medium (stored, path, block) : NULL;

  return apply (self, running, &update, error);
}

static gboolean
set_link (HostelHardwareWork  *self,
          GError             **error)
{
  gboolean up = self->edit.kind == HOSTEL_HARDWARE_PLUG;
  g_auto (Update) update = { .what = up ? _("plugged in") : _("unplugged") };
  xmlNode *running;
  xmlNode *stored;

  if (!find (self, self->edit.device, "network", &running, &stored, error))
    return FALSE;

  update.live = running != NULL ? hostel_device_xml_dup_link (running, up) : NULL;
  update.stored = stored != NULL ? hostel_device_xml_dup_link (stored, up) : NULL;

  return apply (self, running, &update, error);
}

static gboolean
set_connection (HostelHardwareWork  *self,
                GError             **error)
{
  g_auto (Update) update = { 0 };
  g_autofree char *type = NULL;
  g_autofree char *source = NULL;
  xmlNode *running;
  xmlNode *stored;

  if (!find (self, self->edit.device, "network", &running, &stored, error) ||
      !hostel_hardware_work_find_network (self, &type, &source, error))
    return FALSE;

  update.what = source != NULL ? source : _("user mode");
  update.live = running != NULL ? hostel_device_xml_dup_connection (running, type, source) : NULL;
  update.stored = stored != NULL ? hostel_device_xml_dup_connection (stored, type, source) : NULL;

  return apply (self, running, &update, error);
}

/* The definition alone changes; the running machine has it already. */
static gboolean
keep (HostelHardwareWork  *self,
      GError             **error)
{
  const char *id = self->edit.device;
  xmlNode *running = self->running != NULL ? hostel_hardware_find_node (self->running, id, NULL) : NULL;
  xmlNode *stored = self->stored != NULL ? hostel_hardware_find_node (self->stored, id, NULL) : NULL;
  g_autofree char *xml = running != NULL ? hostel_device_xml_dup_node (running)
                         : stored != NULL ? hostel_device_xml_dup_node (stored) : NULL;
  int result;

  if (!self->active || !self->persistent || xml == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Look at what the machine has now."), NULL,
                        _("Nothing of %s waits for the next start of “%s” any more."), id, self->name);
      return FALSE;
    }

  self->done->device = g_strdup (id);
  if (running == NULL)
    result = virDomainDetachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG);
  else if (stored == NULL)
    result = virDomainAttachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG);
  else
    result = virDomainUpdateDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG);
  if (result < 0)
    {
      hostel_virt_set_error (error, _("%s of “%s” cannot be kept as it is."), id, self->name);
      return FALSE;
    }

  hostel_hardware_work_tell (self, _("%s stays as it is now."), id);

  return TRUE;
}

gboolean
hostel_hardware_work_update (HostelHardwareWork  *self,
                             GError             **error)
{
  g_auto (HostelDeviceSource) source = { 0 };

  if (self->edit.kind == HOSTEL_HARDWARE_PLUG || self->edit.kind == HOSTEL_HARDWARE_UNPLUG)
    return set_link (self, error);
  if (self->edit.kind == HOSTEL_HARDWARE_KEEP)
    return keep (self, error);
  if (self->edit.kind == HOSTEL_HARDWARE_CONNECT)
    return set_connection (self, error);
  if (self->edit.kind == HOSTEL_HARDWARE_INSERT &&
      !hostel_device_source_find_disc (&source, self->handle, self->edit.file, error))
    return FALSE;

  return hostel_hardware_work_set_medium (self, self->edit.device, source.path, source.block, error);
}
