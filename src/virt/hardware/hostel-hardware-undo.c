/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 defines nothing with flags, and the definition has to be what
 * libvirt wrote, to the byte. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-device-removal.h"
#include "hostel-device-xml-private.h"
#include "hostel-hardware-edit-private.h"

#define PATIENCE_USEC (15 * G_USEC_PER_SEC)

typedef struct
{
  char               *uuid; /* owned */
  char               *name; /* owned */
  HostelHardwareDone *done; /* owned */
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_free (undo->uuid);
  g_free (undo->name);
  hostel_hardware_done_unref (undo->done);
  g_free (undo);
}

static gboolean
detach (virDomainPtr  domain,
        const Undo   *undo,
        GError      **error)
{
  g_autofree char *running = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (running);
  xmlNode *node = doc != NULL ? hostel_hardware_find_node (doc, undo->done->device, NULL) : NULL;
  g_autofree char *alias = node != NULL ? hostel_xml_dup_string (doc, node, "alias/@name") : NULL;
  g_autofree char *xml = node != NULL ? hostel_device_xml_dup_node (node) : NULL;
  g_autoptr (HostelDeviceRemoval) removal = NULL;

  if (node == NULL)
    return TRUE;

  removal = hostel_device_removal_new (domain, alias != NULL ? alias : "");
  if (virDomainDetachDeviceFlags (domain, xml, VIR_DOMAIN_AFFECT_LIVE) < 0)
    {
      hostel_virt_set_error (error, _("%s cannot be taken out of “%s”."), undo->done->device, undo->name);
      return FALSE;
    }
  if (hostel_device_removal_wait (removal, PATIENCE_USEC) == HOSTEL_REMOVAL_DONE)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_TIMED_OUT, _("Stop using it in the guest, then try again."), NULL,
                    _("The guest of “%s” has not let go of %s yet."), undo->name, undo->done->device);

  return FALSE;
}

static gboolean
undo_live (virDomainPtr  domain,
           const Undo   *undo,
           GError      **error)
{
  const HostelHardwareDone *done = undo->done;
  int result;

  if (done->back == HOSTEL_HARDWARE_BACK_NOTHING || virDomainIsActive (domain) != 1)
    return TRUE;
  if (done->back == HOSTEL_HARDWARE_BACK_DETACH)
    return detach (domain, undo, error);

  result = done->back == HOSTEL_HARDWARE_BACK_ATTACH
             ? virDomainAttachDeviceFlags (domain, done->xml, VIR_DOMAIN_AFFECT_LIVE)
             : virDomainUpdateDeviceFlags (domain, done->xml, VIR_DOMAIN_AFFECT_LIVE);
  if (result == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” cannot get %s back as it was."), undo->name, done->device);

  return FALSE;
}

/* What others changed since then would be lost. */
static gboolean
check_unchanged (virDomainPtr  domain,
                 const Undo   *undo,
                 GError      **error)
{
  g_autofree char *now = undo->done->after != NULL
                           ? virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE) : NULL;

  if (virDomainHasManagedSaveImage (domain, 0) == 1)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                      _("Start it and shut it down first, so that nothing of it is lost."), NULL,
                      _("“%s” goes on from a saved state, which has devices of its own."), undo->name);
  else if (g_strcmp0 (now, undo->done->after) != 0)
    hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Change it back by hand."), NULL,
                      _("“%s” has been changed since then, so that this alone cannot be undone."), undo->name);
  else
    return TRUE;

  return FALSE;
}

/* Nothing can be on it where no machine has run with it. */
static void
delete_volume (virConnectPtr             handle,
               const HostelHardwareDone *done)
{
  HostelDeviceSource source = { .pool = done->pool, .volume = done->volume };

  if (done->volume != NULL && done->back == HOSTEL_HARDWARE_BACK_NOTHING)
    hostel_device_source_undo (&source, handle);
}

static gboolean
undo_all (virConnectPtr  handle,
          virDomainPtr   domain,
          const Undo    *undo,
          GError       **error)
{
  g_autoptr (HostelMachineLock) lock = hostel_machine_lock_take (handle, undo->uuid, undo->name, error);
  g_autoptr (virDomain) defined = NULL;

  if (lock == NULL || !check_unchanged (domain, undo, error) || !undo_live (domain, undo, error))
    return FALSE;

  if (undo->done->before != NULL && (defined = virDomainDefineXML (handle, undo->done->before)) == NULL)
    {
      hostel_virt_set_error (error, _("“%s” cannot get its definition back."), undo->name);
      return FALSE;
    }
  delete_volume (handle, undo->done);

  return TRUE;
}

static void
undo_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  const Undo *undo = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, undo->uuid, undo->name, &error);

  if (domain != NULL && undo_all (handle, domain, undo, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_hardware_undo_async:
 * @domain: a machine
 * @done: what was done to it
 * @callback: called when it is as it was before
 * @user_data: handed to @callback
 *
 * The definition is then, byte for byte, what it was; the running machine has its device back, or is rid of it.
 */
void
hostel_hardware_undo_async (HostelDomain        *domain,
                            HostelHardwareDone  *done,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;
  Undo *undo;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  undo = g_new0 (Undo, 1);
  undo->uuid = g_strdup (hostel_domain_get_uuid (domain));
  undo->name = g_strdup (hostel_domain_get_name (domain));
  undo->done = done;
  g_atomic_ref_count_inc (&done->refs);
  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_hardware_undo_async);
  g_task_set_task_data (task, undo, undo_free);
  hostel_domain_call (domain, task, undo_worker);
}

/**
 * hostel_hardware_undo_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: %HOSTEL_ERROR_WRONG_STATE where it has been changed since then, ...
 *
 * Returns: whether it is as it was
 */
gboolean
hostel_hardware_undo_finish (HostelDomain  *domain,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
