/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-pending"

#include "config.h"

#include <glib/gstdio.h>

#include "hostel-boot-pending.h"

static char *
dup_path (const char *uuid)
{
  return g_build_filename (g_get_user_state_dir (), "hostel", "boots", uuid, NULL);
}

/**
 * hostel_boot_pending_add:
 * @uuid: a machine's
 *
 * Where it cannot be written, only this program watches.
 */
void
hostel_boot_pending_add (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (dir, 0700);
  if (!g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_message ("%s", error->message);
}

/**
 * hostel_boot_pending_remove:
 * @uuid: a machine's, pending or not
 */
void
hostel_boot_pending_remove (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);

  g_unlink (path);
}

/**
 * hostel_boot_pending_has:
 * @uuid: a machine's
 *
 * Returns: whether the end of its boot is still to be told
 */
gboolean
hostel_boot_pending_has (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
remove_worker (GTask        *task,
               gpointer      source,
               gpointer      uuid,
               GCancellable *cancellable)
{
  hostel_boot_pending_remove (uuid);
  g_task_return_boolean (task, TRUE);
}

static void
has_worker (GTask        *task,
            gpointer      source,
            gpointer      uuid,
            GCancellable *cancellable)
{
  g_task_return_boolean (task, hostel_boot_pending_has (uuid));
}

static void
run (HostelDomain        *domain,
     GTaskThreadFunc      worker,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (domain, NULL, callback, user_data);

  g_task_set_source_tag (task, hostel_boot_pending_has_async);
  g_task_set_task_data (task, g_strdup (hostel_domain_get_uuid (domain)), g_free);
  g_task_run_in_thread (task, worker);
}

/**
 * hostel_boot_pending_remove_async:
 * @domain: a machine, pending or not
 *
 * As hostel_boot_pending_remove(), in a worker; nobody needs to know when it is done.
 */
void
hostel_boot_pending_remove_async (HostelDomain *domain)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  run (domain, remove_worker, NULL, NULL);
}

/**
 * hostel_boot_pending_has_async:
 * @domain: a machine
 * @callback: called on the main thread
 * @user_data: for @callback
 */
void
hostel_boot_pending_has_async (HostelDomain        *domain,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  run (domain, has_worker, callback, user_data);
}

gboolean
hostel_boot_pending_has_finish (HostelDomain *domain,
                                GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
