/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 cannot rename. */
#define G_LOG_DOMAIN "hostel-machine-rename"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-machine-lock.h"
#include "hostel-machine-name.h"
#include "hostel-machine-rename.h"
#include "hostel-xml.h"

/* Where libvirt keeps UEFI variables by the machine's name. */
#define LIBVIRTS_NVRAM_FOLDER "/qemu/nvram/"

typedef struct
{
  char *uuid; /* owned */
  char *name; /* owned */
  char *wish; /* owned */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uuid);
  g_free (order->name);
  g_free (order->wish);
  g_free (order);
}

static gboolean
refuse (GError     **error,
        const char  *remedy,
        const char  *format,
        const char  *name)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, remedy, NULL, format, name);
#pragma GCC diagnostic pop

  return FALSE;
}

/* libvirt names the file of a machine's UEFI variables by the machine, and makes a new one after a rename
 * (tried with 9.0): its boot entries would be gone. A path outside libvirt's own folder is kept. */
static gboolean
check_variables (virDomainPtr   domain,
                 const Order   *order,
                 GError       **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  g_autoptr (xmlDoc) doc = xml != NULL ? hostel_xml_parse (xml) : NULL;
  g_autofree char *variables = NULL;
  g_autofree char *loader = NULL;
  g_autofree char *firmware = NULL;

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The description of “%s” cannot be read."), order->name);
      return FALSE;
    }

  variables = hostel_xml_dup_string (doc, NULL, "/domain/os/nvram");
  loader = hostel_xml_dup_string (doc, NULL, "/domain/os/loader[@type = 'pflash']");
  firmware = hostel_xml_dup_string (doc, NULL, "/domain/os/@firmware");
  if ((loader == NULL && g_strcmp0 (firmware, "efi") != 0) ||
      (variables != NULL && *variables == '/' && strstr (variables, LIBVIRTS_NVRAM_FOLDER) == NULL))
    return TRUE;

  return refuse (error, _("Give it a title instead."),
                 _("“%s” starts by UEFI, and would lose its boot entries with its name: libvirt keeps them in a "
                   "file of that name."), order->name);
}

static gboolean
check_state (virDomainPtr   domain,
             const Order   *order,
             GError       **error)
{
  if (virDomainIsPersistent (domain) == 0)
    return refuse (error, NULL, _("“%s” is gone when it is off: it cannot be renamed."), order->name);
  if (virDomainIsActive (domain) != 0)
    return refuse (error, _("Shut it down first."), _("“%s” runs, and can be renamed only while it is off."),
                   order->name);
  if (virDomainHasManagedSaveImage (domain, 0) == 1)
    return refuse (error, _("Start it and shut it down first."),
                   _("“%s” goes on from a saved state, which knows it by its name."), order->name);

  return check_variables (domain, order, error);
}

static gboolean
rename_domain (virConnectPtr   handle,
               virDomainPtr    domain,
               const Order    *order,
               GError        **error)
{
  g_autoptr (HostelMachineLock) lock = hostel_machine_lock_take (handle, order->uuid, order->name, error);
  g_autoptr (virDomain) other = NULL;

  if (lock == NULL)
    return FALSE;

  if ((other = virDomainLookupByName (handle, order->wish)) != NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Choose another name."), NULL,
                        _("There is a machine named “%s” already."), order->wish);
      return FALSE;
    }
  if (!check_state (domain, order, error))
    return FALSE;
  if (virDomainRename (domain, order->wish, 0) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” could not be renamed."), order->name);

  return FALSE;
}

static void
rename_worker (GTask         *task,
               virConnectPtr  handle,
               gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);

  if (domain != NULL && rename_domain (handle, domain, order, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_machine_rename_async:
 * @domain: a machine that is off
 * @name: its new name
 * @callback: called when libvirt has answered
 * @user_data: handed to @callback
 *
 * All that Hostel keeps of a machine is by its UUID, its volumes too: nothing else changes. To rename it back
 * undoes it.
 */
void
hostel_machine_rename_async (HostelDomain        *domain,
                             const char          *name,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;
  Order *order;
  GError *error = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (name != NULL);

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_machine_rename_async);
  if (!hostel_machine_name_check (name, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));
  order->wish = g_strdup (name);
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, rename_worker);
}

/**
 * hostel_machine_rename_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: return location for an error: %HOSTEL_ERROR_INVALID for a name that no machine may have,
 *   %HOSTEL_ERROR_EXISTS for one that is taken, %HOSTEL_ERROR_WRONG_STATE while it runs or is saved, or where
 *   it would lose its UEFI variables
 *
 * Returns: whether it has the new name
 */
gboolean
hostel_machine_rename_finish (HostelDomain  *domain,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
