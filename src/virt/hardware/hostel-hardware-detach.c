/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 detaches no device. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-device-removal.h"
#include "hostel-device-xml-private.h"
#include "hostel-disk-users.h"
#include "hostel-hardware-edit-private.h"

/* libvirt's own call waits 5 s. */
#define PATIENCE_USEC (15 * G_USEC_PER_SEC)
/* A guest that is just taking in the device is busy for about so long. */
#define BUSY_USEC (5 * G_USEC_PER_SEC)

static void
set_no_device (HostelHardwareWork  *self,
               GError             **error)
{
  g_autofree char *remedy = g_strdup_printf (_("“hostel-cli show %s” tells what it has."), self->name);

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, remedy, NULL, _("“%s” has no device “%s”."), self->name,
                    self->edit.device);
}

/* What the machine, or its console here, could not do without is not among them. */
static gboolean
check_kind (HostelHardwareWork  *self,
            const char          *kind,
            GError             **error)
{
  static const char * const kinds[] = { "disk", "cdrom", "floppy", "lun", "network", "filesystem", "hostdev", "redirdev",
                                        "rng", "sound", "watchdog", "vsock", "smartcard", "shmem", NULL };

  if (g_strv_contains (kinds, kind))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Change it with “virsh edit” while the machine is off."), NULL,
                    _("%s, which is of the kind “%s”, cannot be taken out here."), self->edit.device, kind);

  return FALSE;
}

/* By libvirt's own: what another program changed in the definition meanwhile stays. */
static void
put_back (HostelHardwareWork *self,
          xmlNode            *node)
{
  g_autofree char *xml = hostel_device_xml_dup_node (node);

  if (virDomainAttachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG) < 0)
    g_warning ("%s is gone from the definition of “%s”: %s", self->edit.device, self->name, virGetLastErrorMessage ());
}

static gboolean
call_detach (HostelHardwareWork *self,
             const char         *xml)
{
  virErrorPtr last;

  if (virDomainDetachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_LIVE) == 0)
    return TRUE;

  last = virGetLastError ();
  if (last == NULL || last->message == NULL || strstr (last->message, "busy") == NULL)
    return FALSE;

  g_usleep (BUSY_USEC);

  return virDomainDetachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_LIVE) == 0;
}

static gboolean
say_state (HostelHardwareWork  *self,
           HostelRemovalState   state,
           GError             **error)
{
  const char *id = self->edit.device;

  if (state == HOSTEL_REMOVAL_DONE)
    {
      hostel_hardware_work_tell (self, _("%s is gone now."), id);
      return TRUE;
    }

  hostel_error_set (error, state == HOSTEL_REMOVAL_REFUSED ? HOSTEL_ERROR_WRONG_STATE : HOSTEL_ERROR_TIMED_OUT,
                    self->persistent
                      ? _("It goes when the guest lets go, at the latest with the next start; leave its file alone until "
                          "then.")
                      : _("Stop using it in the guest, then try again."),
                    NULL, state == HOSTEL_REMOVAL_REFUSED ? _("The guest of “%s” refused to let go of %s.")
                                                          : _("The guest of “%s” has not let go of %s yet."),
                    self->name, id);

  return FALSE;
}

/* @stored: the element in the definition, which it has lost by now, or NULL */
static gboolean
detach_live (HostelHardwareWork  *self,
             xmlNode             *node,
             xmlNode             *stored,
             GError             **error)
{
  g_autofree char *alias = hostel_xml_dup_string (self->running, node, "alias/@name");
  g_autofree char *xml = hostel_device_xml_dup_node (node);
  g_autoptr (HostelDeviceRemoval) removal = hostel_device_removal_new (self->domain, alias != NULL ? alias : "");

  if (call_detach (self, xml))
    {
      self->done->back = HOSTEL_HARDWARE_BACK_ATTACH;
      self->done->xml = g_steal_pointer (&xml);
      return say_state (self, hostel_device_removal_wait (removal, PATIENCE_USEC), error);
    }
  if (stored != NULL && hostel_hardware_is_not_live ())
    {
      hostel_hardware_work_tell (self, _("%s is gone from the next start on. The running machine keeps it: %s"),
                                 self->edit.device, virGetLastErrorMessage ());
      return TRUE;
    }

  hostel_virt_set_error (error, _("%s cannot be taken out of “%s”."), self->edit.device, self->name);
  if (stored != NULL)
    put_back (self, stored);

  return FALSE;
}

/* A file is never deleted unasked. */
static void
tell_file (HostelHardwareWork *self,
           const char         *path)
{
  g_autoptr (HostelDiskUsers) users = path != NULL ? hostel_disk_users_read_anew (self->handle, NULL) : NULL;
  g_autofree char *need = users != NULL ? hostel_disk_users_dup_need (users, path, NULL, NULL) : NULL;

  if (users == NULL)
    return;

  if (need != NULL)
    hostel_hardware_work_tell (self, _("Its file “%s” stays. %s"), path, need);
  else
    hostel_hardware_work_tell (self, _("Its file “%s” stays, and no machine uses it any more."), path);
}

static gboolean
detach (HostelHardwareWork  *self,
        xmlNode             *running,
        xmlNode             *stored,
        GError             **error)
{
  g_autofree char *xml = stored != NULL ? hostel_device_xml_dup_node (stored) : NULL;

  if (stored != NULL && virDomainDetachDeviceFlags (self->domain, xml, VIR_DOMAIN_AFFECT_CONFIG) < 0)
    {
      hostel_virt_set_error (error, _("%s cannot be taken out of “%s”."), self->edit.device, self->name);
      return FALSE;
    }
  if (running != NULL && self->live)
    return detach_live (self, running, stored, error);

  hostel_hardware_work_tell (self, _("%s is gone from the next start on."), self->edit.device);

  return TRUE;
}

gboolean
hostel_hardware_work_detach (HostelHardwareWork  *self,
                             GError             **error)
{
  g_autofree char *kind = NULL;
  g_autofree char *live_kind = NULL;
  g_autofree char *path = NULL;
  xmlNode *stored = self->stored != NULL
                      ? hostel_hardware_find_node (self->stored, self->edit.device, &kind) : NULL;
  xmlNode *running = self->running != NULL
                       ? hostel_hardware_find_node (self->running, self->edit.device, &live_kind) : NULL;
  const char *own = kind != NULL ? kind : live_kind;

  self->done->device = g_strdup (self->edit.device);
  if (own == NULL)
    {
      set_no_device (self, error);
      return FALSE;
    }
  if (stored == NULL && !self->live)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, NULL, NULL,
                        _("%s is not in the definition of “%s”: it goes by itself when the machine is off."),
                        self->edit.device, self->name);
      return FALSE;
    }
  if (!check_kind (self, own, error))
    return FALSE;

  if (g_str_equal (own, "disk"))
    path = hostel_disk_users_dup_source (self->handle, stored != NULL ? self->stored : self->running,
                                         stored != NULL ? stored : running);
  if (!detach (self, running, stored, error))
    return FALSE;

  tell_file (self, path);

  return TRUE;
}
