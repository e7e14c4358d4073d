/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 defines no network and sets no autostart. */
#define G_LOG_DOMAIN "hostel-host-act"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-host-act.h"
#include "hostel-host-act-run.h"
#include "hostel-storage.h"
#include "hostel-uri.h"

/* As libvirt ships it. */
static const char default_network[] =
  "<network><name>default</name><forward mode='nat'/>"
  "<bridge name='virbr0' stp='on' delay='0'/>"
  "<ip address='192.168.122.1' netmask='255.255.255.0'>"
  "<dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>";

static virNetworkPtr
get_network (virConnectPtr   handle,
             const char     *name,
             GError        **error)
{
  virNetworkPtr network = virNetworkLookupByName (handle, name);

  if (network == NULL && g_str_equal (name, "default"))
    network = virNetworkDefineXML (handle, default_network);
  if (network == NULL)
    hostel_virt_set_error (error, _("The network “%s” cannot be made."), name);

  return network;
}

static gboolean
start_network (virConnectPtr   handle,
               const char     *name,
               GError        **error)
{
  g_autoptr (virNetwork) network = get_network (handle, name, error);

  if (network == NULL)
    return FALSE;

  if ((virNetworkIsActive (network) != 1 && virNetworkCreate (network) < 0) ||
      virNetworkSetAutostart (network, TRUE) < 0)
    {
      hostel_virt_set_error (error, _("The network “%s” cannot be started."), name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
start_pool (virConnectPtr   handle,
            const char     *name,
            GError        **error)
{
  g_autofree char *uri = virConnectGetURI (handle);
  g_autoptr (virStoragePool) pool =
    hostel_storage_get_pool (handle, name, uri != NULL && hostel_uri_is_session (uri), error);

  if (pool == NULL)
    return FALSE;

  virStoragePoolSetAutostart (pool, TRUE);

  return TRUE;
}

static void
libvirt_worker (GTask         *task,
                virConnectPtr  handle,
                gpointer       task_data)
{
  HostelHostRemedy *remedy = task_data;
  const char *name = hostel_host_remedy_get_arguments (remedy)[0];
  gboolean network = hostel_host_remedy_get_kind (remedy) == HOSTEL_HOST_REMEDY_NETWORK;
  GError *error = NULL;

  if (network ? start_network (handle, name, &error) : start_pool (handle, name, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gpointer
local_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  HostelHostRemedy *remedy = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  gboolean done;

  if (hostel_host_remedy_get_kind (remedy) == HOSTEL_HOST_REMEDY_HELPER)
    done = hostel_host_act_by_helper (remedy, "/usr/bin/pkexec", cancellable, &error);
  else
    done = hostel_host_act_on_bus (remedy, cancellable, &error);

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);

  return NULL;
}

static void
libvirt_done_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_host_remedy_run_async:
 * @remedy: one that can act
 * @connection: (nullable): the libvirt of networks and pools
 * @cancellable: (nullable): gives up; what systemd or libvirt was told already stays done
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * systemd and PackageKit are asked over the system bus, hostel-helper is run by pkexec, networks and
 * pools go through @connection; nothing passes through a shell.
 */
void
hostel_host_remedy_run_async (HostelHostRemedy    *remedy,
                              HostelConnection    *connection,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  HostelHostRemedyKind kind;
  GTask *call;

  g_return_if_fail (HOSTEL_IS_HOST_REMEDY (remedy));
  g_return_if_fail (hostel_host_remedy_can_act (remedy));

  kind = hostel_host_remedy_get_kind (remedy);
  task = g_task_new (remedy, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_host_remedy_run_async);
  g_task_set_task_data (task, g_object_ref (remedy), g_object_unref);
  if (kind != HOSTEL_HOST_REMEDY_NETWORK && kind != HOSTEL_HOST_REMEDY_POOL)
    {
      g_thread_unref (g_thread_new ("hostel-act", local_thread, g_object_ref (task)));
      return;
    }

  if (connection == NULL)
    {
      g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_DISCONNECTED,
                                                   _("Connect to libvirt first."), NULL,
                                                   _("There is no connection to libvirt.")));
      return;
    }

  call = g_task_new (connection, NULL, libvirt_done_cb, g_object_ref (task));
  g_task_set_task_data (call, g_object_ref (remedy), g_object_unref);
  hostel_connection_call (connection, call, libvirt_worker);
}

/**
 * hostel_host_remedy_run_finish:
 * @remedy: the remedy
 * @result: what the callback was given
 * @error: (out) (optional): %HOSTEL_ERROR, or %G_IO_ERROR_CANCELLED where a person thought better
 *   of it
 *
 * Returns: whether it was done
 */
gboolean
hostel_host_remedy_run_finish (HostelHostRemedy  *remedy,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, remedy), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
