/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 attaches and detaches without flags, so that it cannot say whether the
 * running machine or its definition is meant. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-hardware-edit-private.h"

#define MIN_SIZE (G_GUINT64_CONSTANT (1) << 20)

void
hostel_hardware_done_unref (HostelHardwareDone *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->builder, g_strv_builder_unref);
  g_strfreev (self->told);
  g_free (self->device);
  g_free (self->xml);
  g_free (self->before);
  g_free (self->after);
  g_free (self->pool);
  g_free (self->volume);
  g_free (self);
}

const char * const *
hostel_hardware_done_get_told (HostelHardwareDone *self)
{
  return (const char * const *) self->told;
}

const char *
hostel_hardware_done_get_device (HostelHardwareDone *self)
{
  return self->device != NULL ? self->device : "";
}

static void
work_free (gpointer data)
{
  HostelHardwareWork *self = data;

  g_free ((char *) self->edit.device);
  g_free ((char *) self->edit.file);
  g_free ((char *) self->edit.bus);
  g_free ((char *) self->edit.network);
  g_free ((char *) self->edit.mac);
  g_free (self->uuid);
  g_free (self->name);
  g_clear_pointer (&self->lock, hostel_machine_lock_free);
  g_clear_pointer (&self->running, xmlFreeDoc);
  g_clear_pointer (&self->stored, xmlFreeDoc);
  g_clear_pointer (&self->done, hostel_hardware_done_unref);
  g_free (self);
}

xmlDoc *
hostel_hardware_work_get_doc (HostelHardwareWork *self)
{
  return self->stored != NULL ? self->stored : self->running;
}

void
hostel_hardware_work_tell (HostelHardwareWork *self,
                           const char         *format,
                           ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strv_builder_add (self->done->builder, text);
}

gboolean
hostel_hardware_is_not_live (void)
{
  static const int codes[] = { VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_CONFIG_UNSUPPORTED,
                               VIR_ERR_ARGUMENT_UNSUPPORTED };
  static const char * const texts[] = { "does not support hotplug", "No more available PCI slots",
                                        "must not have null value", "cannot be hotplugged", "hotplug is not supported",
                                        "controller with index" };
  virErrorPtr last = virGetLastError ();

  for (guint i = 0; last != NULL && i < G_N_ELEMENTS (codes); i++)
    if (last->code == codes[i])
      return TRUE;
  for (guint i = 0; last != NULL && last->message != NULL && i < G_N_ELEMENTS (texts); i++)
    if (strstr (last->message, texts[i]) != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
check_states (HostelHardwareWork  *self,
              GError             **error)
{
  if (virDomainHasManagedSaveImage (self->domain, 0) == 1)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                      _("Start it and shut it down first, so that nothing of it is lost."), NULL,
                      _("“%s” goes on from a saved state, which has devices of its own."), self->name);
  else if (!self->persistent && self->edit.next_start)
    hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                      _("“%s” is gone when it is off: it has no definition to change."), self->name);
  else
    return TRUE;

  return FALSE;
}

static char *
dup_definition (HostelHardwareWork *self)
{
  g_autofree char *xml = virDomainGetXMLDesc (self->domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

  return g_strdup (xml);
}

gboolean
hostel_hardware_work_open (HostelHardwareWork  *self,
                           GError             **error)
{
  g_autofree char *running = NULL;

  if ((self->lock = hostel_machine_lock_take (self->handle, self->uuid, self->name, error)) == NULL)
    return FALSE;

  self->active = virDomainIsActive (self->domain) == 1;
  self->persistent = virDomainIsPersistent (self->domain) == 1;
  self->live = self->active && !self->edit.next_start;
  if (!check_states (self, error))
    return FALSE;

  running = self->active ? virDomainGetXMLDesc (self->domain, VIR_DOMAIN_XML_SECURE) : NULL;
  self->running = hostel_xml_parse (running);
  self->done->before = self->persistent ? dup_definition (self) : NULL;
  self->stored = hostel_xml_parse (self->done->before);
  if ((self->running != NULL) == self->active && (self->stored != NULL) == self->persistent &&
      hostel_hardware_work_get_doc (self) != NULL)
    return TRUE;

  hostel_virt_set_error (error, _("The description of “%s” cannot be read."), self->name);

  return FALSE;
}

static gboolean
edit (HostelHardwareWork  *self,
      GError             **error)
{
  switch (self->edit.kind)
    {
    case HOSTEL_HARDWARE_ADD_DISK:
    case HOSTEL_HARDWARE_ADD_DRIVE:
    case HOSTEL_HARDWARE_ADD_NIC:
      return hostel_hardware_work_attach (self, error);
    case HOSTEL_HARDWARE_REMOVE:
      return hostel_hardware_work_detach (self, error);
    case HOSTEL_HARDWARE_INSERT:
    case HOSTEL_HARDWARE_EJECT:
    case HOSTEL_HARDWARE_PLUG:
    case HOSTEL_HARDWARE_UNPLUG:
    case HOSTEL_HARDWARE_CONNECT:
    case HOSTEL_HARDWARE_KEEP:
    default:
      return hostel_hardware_work_update (self, error);
    }
}

static void
edit_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  HostelHardwareWork *self = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, self->uuid, self->name, &error);
  gboolean done;

  self->handle = handle;
  self->domain = domain;
  done = domain != NULL && hostel_hardware_work_open (self, &error) && edit (self, &error);
  if (done && self->persistent)
    self->done->after = dup_definition (self);
  /* Not with the task, which may live on: the next edit would find the machine taken. */
  g_clear_pointer (&self->lock, hostel_machine_lock_free);
  if (!done)
    {
      g_task_return_error (task, error);
      return;
    }

  self->done->told = g_strv_builder_end (self->done->builder);
  g_task_return_pointer (task, g_steal_pointer (&self->done), (GDestroyNotify) hostel_hardware_done_unref);
}

static HostelHardwareDone *
done_new (void)
{
  HostelHardwareDone *self = g_new0 (HostelHardwareDone, 1);

  g_atomic_ref_count_init (&self->refs);
  self->builder = g_strv_builder_new ();

  return self;
}

static gboolean
check_bus (const HostelHardwareEdit  *self,
           GError                   **error)
{
  static const char * const buses[] = { "virtio", "scsi", "sata", "usb", "ide", NULL };

  if (self->bus == NULL ||
      (g_strv_contains (buses, self->bus) &&
       !(self->kind == HOSTEL_HARDWARE_ADD_DRIVE && g_str_equal (self->bus, "virtio"))))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, self->kind == HOSTEL_HARDWARE_ADD_DRIVE
                                                   ? _("Choose scsi, sata, usb or ide.")
                                                   : _("Choose virtio, scsi, sata, usb or ide."), NULL,
                    _("“%s” is no bus for it."), self->bus);

  return FALSE;
}

static gboolean
check_mac (const HostelHardwareEdit  *self,
           GError                   **error)
{
  if (self->mac == NULL || g_regex_match_simple ("^[[:xdigit:]][02468ace](:[[:xdigit:]]{2}){5}$", self->mac,
                                                 G_REGEX_CASELESS, 0))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type six pairs of digits, such as 52:54:00:12:34:56."), NULL,
                    _("“%s” is no address of a network card."), self->mac);

  return FALSE;
}

/**
 * hostel_hardware_edit_check:
 * @edit: a change
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * What can be said without asking libvirt.
 *
 * Returns: whether it can be tried
 */
gboolean
hostel_hardware_edit_check (const HostelHardwareEdit  *edit,
                            GError                   **error)
{
  if (edit->kind == HOSTEL_HARDWARE_ADD_DISK && edit->file == NULL && edit->size < MIN_SIZE)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give it 1 MiB or more."), NULL, _("A disk needs a size."));
      return FALSE;
    }

  return check_bus (edit, error) && check_mac (edit, error);
}

static HostelHardwareWork *
work_new (HostelDomain             *domain,
          const HostelHardwareEdit *edit)
{
  HostelHardwareWork *self = g_new0 (HostelHardwareWork, 1);

  self->edit = *edit;
  self->edit.device = g_strdup (edit->device);
  self->edit.file = g_strdup (edit->file);
  self->edit.bus = g_strdup (edit->bus);
  self->edit.network = g_strdup (edit->network);
  self->edit.mac = g_strdup (edit->mac);
  self->uuid = g_strdup (hostel_domain_get_uuid (domain));
  self->name = g_strdup (hostel_domain_get_name (domain));
  self->done = done_new ();

  return self;
}

/**
 * hostel_hardware_edit_async:
 * @domain: a machine
 * @edit: one change
 * @callback: called when it holds, now or later
 * @user_data: handed to @callback
 *
 * Takes no cancellable: "cancelled" would hide that it happened. What fails half way is undone.
 */
void
hostel_hardware_edit_async (HostelDomain             *domain,
                            const HostelHardwareEdit *edit,
                            GAsyncReadyCallback       callback,
                            gpointer                  user_data)
{
  GTask *task;
  GError *error = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_hardware_edit_async);
  if (!hostel_hardware_edit_check (edit, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  g_task_set_task_data (task, work_new (domain, edit), work_free);
  hostel_domain_call (domain, task, edit_worker);
}

/**
 * hostel_hardware_edit_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: %HOSTEL_ERROR_INVALID for what no machine here can have, %HOSTEL_ERROR_WRONG_STATE for a saved one or
 *   what another machine uses, %HOSTEL_ERROR_TIMED_OUT where the guest does not let go, ...
 *
 * Returns: (transfer full) (nullable): what was done
 */
HostelHardwareDone *
hostel_hardware_edit_finish (HostelDomain  *domain,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
