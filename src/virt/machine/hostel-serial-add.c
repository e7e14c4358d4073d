/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 attaches no device with flags. */
#define G_LOG_DOMAIN "hostel-serial-add"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-serial-add.h"
#include "hostel-xml.h"

#define SERIAL_XML "<serial type='pty'/>"

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

/* Asked for before, while it ran. */
static gboolean
has_serial (virDomainPtr domain)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) found = NULL;

  if (doc == NULL)
    return FALSE;

  found = hostel_xml_find_nodes (doc, "/domain/devices/serial[@type='pty']");

  return found->len > 0;
}

static gboolean
add_serial (virDomainPtr   domain,
            const Order   *order,
            GError       **error)
{
  if (virDomainIsPersistent (domain) == 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                        _("“%s” is gone when it is off: it has no definition to change."),
                        order->name);
      return FALSE;
    }

  /* No serial port can be plugged into a machine that runs: QEMU's ISA bus does not take one. */
  if (has_serial (domain)
      || virDomainAttachDeviceFlags (domain, SERIAL_XML, VIR_DOMAIN_AFFECT_CONFIG) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” could not be given a serial console."), order->name);

  return FALSE;
}

static void
add_worker (GTask         *task,
            virConnectPtr  handle,
            gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = NULL;

  domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);
  if (domain != NULL && add_serial (domain, order, &error))
    g_task_return_int (task, virDomainIsActive (domain) == 1);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_serial_add_async:
 * @domain: a machine without a serial console
 * @callback: called when its definition was changed
 * @user_data: handed to @callback
 *
 * Gives the machine's definition a serial port with a pty, so that it has a console. Where it has
 * one already, and runs without, nothing is changed.
 */
void
hostel_serial_add_async (HostelDomain        *domain,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Order *order;
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_serial_add_async);
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, add_worker);
}

/**
 * hostel_serial_add_finish:
 * @domain: a machine
 * @result: the callback's
 * @later: (out): whether the machine runs, and has its console from its next start on
 * @error: return location for an error: %HOSTEL_ERROR_UNSUPPORTED for a transient machine, ...
 *
 * Returns: whether its definition has a serial console now
 */
gboolean
hostel_serial_add_finish (HostelDomain  *domain,
                          GAsyncResult  *result,
                          gboolean      *later,
                          GError       **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  *later = value > 0;

  return value >= 0;
}
