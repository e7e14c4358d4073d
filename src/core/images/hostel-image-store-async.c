/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-store"

#include "config.h"

#include "hostel-image-store.h"
#include "hostel-progress.h"

/* One piece of work on the store, from the main thread to a worker. */
typedef struct
{
  HostelStoredImage *image;    /* owned, nullable */
  char              *path;     /* owned, nullable */
  HostelProgress    *progress; /* owned */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->image);
  g_free (work->path);
  hostel_progress_free (work->progress);
  g_free (work);
}

static void
return_image (GTask             *task,
              HostelStoredImage *image,
              GError            *error)
{
  if (image != NULL)
    g_task_return_pointer (task, image, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
import_worker (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  HostelStoredImage *image = hostel_image_store_import (work->path, hostel_progress_take,
                                                        work->progress, cancellable, &error);

  return_image (task, image, error);
}

static void
verify_worker (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  HostelStoredImage *image = hostel_image_store_verify (work->image, hostel_progress_take,
                                                        work->progress, cancellable, &error);

  return_image (task, image, error);
}

static void
remove_worker (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;

  if (hostel_image_store_remove (work->image, &error))
    return_image (task, g_object_ref (work->image), NULL);
  else
    return_image (task, NULL, error);
}

static void
list_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_task_return_pointer (task, hostel_image_store_list (), (GDestroyNotify) g_ptr_array_unref);
}

/* Takes @work. */
static void
start (Work                *work,
       GTaskThreadFunc      worker,
       HostelProgressFunc   progress,
       gpointer             progress_data,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  work->progress = hostel_progress_new (task, progress, progress_data);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, worker);
}

/**
 * hostel_image_store_list_async:
 * @cancellable: (nullable): ends the waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * As hostel_image_store_list(), in a worker.
 */
void
hostel_image_store_list_async (GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  start (g_new0 (Work, 1), list_worker, NULL, NULL, cancellable, callback, user_data);
}

/**
 * hostel_image_store_list_finish:
 * @result: of hostel_image_store_list_async()
 * @error: set to %G_IO_ERROR_CANCELLED alone
 *
 * Returns: (transfer full) (element-type HostelStoredImage) (nullable): the images
 */
GPtrArray *
hostel_image_store_list_finish (GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hostel_image_store_import_async:
 * @path: a person's own file
 * @progress: (nullable): called on the main thread, with bytes
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * As hostel_image_store_import(), in a worker.
 */
void
hostel_image_store_import_async (const char          *path,
                                 HostelProgressFunc   progress,
                                 gpointer             progress_data,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->path = g_strdup (path);
  start (work, import_worker, progress, progress_data, cancellable, callback, user_data);
}

/**
 * hostel_image_store_verify_async:
 *
 * As hostel_image_store_verify(), in a worker; for the parameters see
 * hostel_image_store_import_async().
 */
void
hostel_image_store_verify_async (HostelStoredImage   *image,
                                 HostelProgressFunc   progress,
                                 gpointer             progress_data,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->image = g_object_ref (image);
  start (work, verify_worker, progress, progress_data, cancellable, callback, user_data);
}

/**
 * hostel_image_store_remove_async:
 *
 * As hostel_image_store_remove(), in a worker.
 */
void
hostel_image_store_remove_async (HostelStoredImage   *image,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  Work *work = g_new0 (Work, 1);

  work->image = g_object_ref (image);
  start (work, remove_worker, NULL, NULL, NULL, callback, user_data);
}

/**
 * hostel_image_store_finish:
 * @result: of an import, a verification or a removal
 * @error: as of the function in question
 *
 * Returns: (transfer full) (nullable): the image as it is now; the removed one, as it was
 */
HostelStoredImage *
hostel_image_store_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
