/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: runs beside the connection's objects, from a UUID alone. */
#define G_LOG_DOMAIN "hostel-port-forward"

#include "config.h"

#include "hostel-connection-call.h"
#include "hostel-port-forward.h"
#include "hostel-port-forward-keep.h"

static void
restore_worker (GTask         *task,
                virConnectPtr  handle,
                gpointer       task_data)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, task_data);
  g_autoptr (GError) error = NULL;

  if (domain != NULL && !hostel_port_forward_restore (domain, &error))
    g_debug ("%s: %s", virDomainGetName (domain), error->message);

  g_task_return_boolean (task, TRUE);
}

/* One short call for a machine that is not ours or has no such network. */
static gboolean
domain_started_cb (GSignalInvocationHint *hint,
                   guint                  n_values,
                   const GValue          *values,
                   gpointer               user_data)
{
  HostelConnection *connection = g_value_get_object (&values[0]);
  GTask *task = g_task_new (connection, NULL, NULL, NULL);

  g_task_set_source_tag (task, hostel_port_forward_keep);
  g_task_set_task_data (task, g_value_dup_string (&values[1]), g_free);
  hostel_connection_call (connection, task, restore_worker);

  return G_SOURCE_CONTINUE;
}

/**
 * hostel_port_forward_keep:
 *
 * Makes the machines of every connection keep the way to their SSH: QEMU forgets it when it ends.
 */
void
hostel_port_forward_keep (void)
{
  static gulong hook;
  g_autoptr (GTypeClass) klass = NULL;

  if (hook != 0)
    return;

  klass = g_type_class_ref (HOSTEL_TYPE_CONNECTION); /* makes the signal */
  hook = g_signal_add_emission_hook (g_signal_lookup ("domain-started", HOSTEL_TYPE_CONNECTION), 0,
                                     domain_started_cb, NULL, NULL);
}
