/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-fetch"

#include "config.h"

#include "hostel-image-fetch.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-image-proof.h"

struct _HostelImageFetch
{
  GObject                parent_instance;

  HostelImageEntry      *entry;    /* owned */
  HostelDownload        *download; /* owned, nullable: once it has begun */
  HostelImageProof      *proof;    /* owned, nullable until it is loaded */
  GTask                 *task;     /* owned, nullable: the run */
  char                  *incoming; /* owned: the file that is downloaded */
  HostelImageFetchStage  stage;
};

G_DEFINE_ENUM_TYPE (HostelImageFetchStage, hostel_image_fetch_stage,
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FETCH_STAGE_CHECKSUMS, "checksums"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD, "download"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FETCH_STAGE_CHECK, "check"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_FETCH_STAGE_DONE, "done"))

G_DEFINE_FINAL_TYPE (HostelImageFetch, hostel_image_fetch, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
emit_changed_cb (HostelImageFetch *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_stage (HostelImageFetch      *self,
           HostelImageFetchStage  stage)
{
  self->stage = stage;
  emit_changed_cb (self);
}

static void
hostel_image_fetch_finalize (GObject *object)
{
  HostelImageFetch *self = HOSTEL_IMAGE_FETCH (object);

  g_clear_object (&self->entry);
  g_clear_object (&self->download);
  g_clear_pointer (&self->proof, hostel_image_proof_free);
  g_clear_pointer (&self->incoming, g_free);

  G_OBJECT_CLASS (hostel_image_fetch_parent_class)->finalize (object);
}

static void
hostel_image_fetch_class_init (HostelImageFetchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_image_fetch_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_image_fetch_init (HostelImageFetch *self)
{
}

/**
 * hostel_image_fetch_new:
 * @entry: which image
 *
 * Returns: (transfer full): a fetch, to be run once
 */
HostelImageFetch *
hostel_image_fetch_new (HostelImageEntry *entry)
{
  HostelImageFetch *self;
  g_autofree char *file = NULL;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (entry), NULL);

  self = g_object_new (HOSTEL_TYPE_IMAGE_FETCH, NULL);
  file = hostel_image_entry_dup_file_name (entry);
  self->entry = g_object_ref (entry);
  self->incoming = hostel_image_store_dup_incoming (hostel_image_entry_get_id (entry),
                                                    hostel_image_entry_get_arch (entry), file);

  return self;
}

static void
end (HostelImageFetch  *self,
     HostelStoredImage *image,
     GError            *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  set_stage (self, HOSTEL_IMAGE_FETCH_STAGE_DONE);
  if (image != NULL)
    g_task_return_pointer (task, image, g_object_unref);
  else
    g_task_return_error (task, error);
}

static char *
unpack_incoming (HostelImageFetch  *self,
                 GCancellable      *cancellable,
                 GError           **error)
{
  g_autofree char *unpacked = hostel_image_dup_unpacked_name (self->incoming);
  g_autofree char *target = NULL;

  if (!hostel_image_is_packed (self->incoming))
    return g_strdup (self->incoming);

  target = g_str_equal (unpacked, self->incoming) ? g_strconcat (unpacked, ".raw", NULL)
                                                  : g_strdup (unpacked);
  if (!hostel_image_unpack (self->incoming, target, NULL, NULL, cancellable, error))
    return NULL;
  g_unlink (self->incoming);

  return g_steal_pointer (&target);
}

static void
check_worker (GTask        *task,
              gpointer      source_object,
              gpointer      task_data,
              GCancellable *cancellable)
{
  HostelImageFetch *self = source_object;
  HostelImageProof *proof = self->proof;
  HostelStoredImage *image = NULL;
  g_autofree char *path = NULL;
  g_autofree char *folder = g_path_get_dirname (self->incoming);
  GError *error = NULL;

  if (hostel_image_proof_check_file (proof, self->entry, self->incoming, NULL, cancellable, &error) &&
      (path = unpack_incoming (self, cancellable, &error)) != NULL)
    {
      const HostelImageRecord record = {
        .id = hostel_image_entry_get_id (self->entry),
        .arch = hostel_image_entry_get_arch (self->entry),
        .name = hostel_image_entry_get_name (self->entry),
        .url = hostel_image_entry_get_url (self->entry),
        .published = proof->hex,
        .signer = proof->signer,
        .trust = proof->trust,
      };

      image = hostel_image_store_add (path, &record, cancellable, &error);
    }

  /* What is not good is not kept, and what was cancelled is fetched again whole. */
  if (image == NULL)
    {
      g_unlink (self->incoming);
      if (path != NULL)
        g_unlink (path);
    }
  g_rmdir (folder);

  if (image != NULL)
    g_task_return_pointer (task, image, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError *error = NULL;
  HostelStoredImage *image = g_task_propagate_pointer (G_TASK (result), &error);

  end (HOSTEL_IMAGE_FETCH (source), image, error);
}

static void
check (HostelImageFetch *self)
{
  g_autoptr (GTask) task = g_task_new (self, g_task_get_cancellable (self->task), checked_cb, NULL);

  set_stage (self, HOSTEL_IMAGE_FETCH_STAGE_CHECK);
  g_task_set_source_tag (task, check);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, check_worker);
}

static void
downloaded_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (HostelImageFetch) self = user_data;
  GError *error = NULL;

  if (hostel_download_run_finish (HOSTEL_DOWNLOAD (source), result, &error))
    check (self);
  else
    end (self, NULL, error);
}

static void
download (HostelImageFetch *self)
{
  self->download = hostel_download_new (hostel_image_entry_get_url (self->entry), self->incoming);
  if (self->proof->hex != NULL)
    hostel_download_set_digest (self->download, self->proof->type, self->proof->hex);
  g_signal_connect_object (self->download, "notify", G_CALLBACK (emit_changed_cb), self,
                           G_CONNECT_SWAPPED);
  set_stage (self, HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD);
  hostel_download_run_async (self->download, g_task_get_cancellable (self->task), downloaded_cb,
                             g_object_ref (self));
}

static void
proof_worker (GTask        *task,
              gpointer      source_object,
              gpointer      task_data,
              GCancellable *cancellable)
{
  HostelImageFetch *self = source_object;
  GError *error = NULL;
  HostelImageProof *proof = hostel_image_proof_load (self->entry, NULL, cancellable, &error);

  if (proof != NULL)
    g_task_return_pointer (task, proof, (GDestroyNotify) hostel_image_proof_free);
  else
    g_task_return_error (task, error);
}

static void
load_proof (HostelImageFetch    *self,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, load_proof);
  g_task_run_in_thread (task, proof_worker);
}

static void
proof_loaded_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  HostelImageFetch *self = HOSTEL_IMAGE_FETCH (source);
  GError *error = NULL;
  HostelStoredImage *image;

  self->proof = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->proof == NULL)
    {
      end (self, NULL, error);
      return;
    }

  /* The very file is here already. */
  image = hostel_image_store_lookup (hostel_image_entry_get_id (self->entry),
                                     hostel_image_entry_get_arch (self->entry));
  if (image != NULL && self->proof->hex != NULL &&
      g_str_equal (hostel_stored_image_get_published (image), self->proof->hex))
    {
      end (self, image, NULL);
      return;
    }

  g_clear_object (&image);
  download (self);
}

/**
 * hostel_image_fetch_run_async:
 * @cancellable: (nullable): keeps what was downloaded, to go on with at the next fetch
 * @callback: called in the main thread
 * @user_data: for @callback
 *
 * Main thread.
 */
void
hostel_image_fetch_run_async (HostelImageFetch    *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (HOSTEL_IS_IMAGE_FETCH (self));
  g_return_if_fail (self->proof == NULL && self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, hostel_image_fetch_run_async);
  g_task_set_check_cancellable (self->task, FALSE);
  load_proof (self, cancellable, proof_loaded_cb, NULL);
}

/**
 * hostel_image_fetch_run_finish:
 * @error: as for hostel_download_run_finish(), or what hostel_image_new_from_path() says of a file
 *   that is no usable image
 *
 * Returns: (transfer full) (nullable): the image; it was here already if the server has no other one
 */
HostelStoredImage *
hostel_image_fetch_run_finish (HostelImageFetch  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
newer_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  HostelStoredImage *image = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HostelImageProof) proof = g_task_propagate_pointer (G_TASK (result), &error);

  if (proof == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, proof->hex != NULL &&
                             *hostel_stored_image_get_published (image) != '\0' &&
                             !g_str_equal (proof->hex, hostel_stored_image_get_published (image)));
}

/**
 * hostel_image_fetch_newer_async:
 * @image: what is kept of it
 * @cancellable: (nullable): to stop it
 * @callback: called in the main thread
 * @user_data: for @callback
 *
 * Fetches nothing but the published checksums.
 */
void
hostel_image_fetch_newer_async (HostelImageFetch    *self,
                                HostelStoredImage   *image,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_IMAGE_FETCH (self));
  g_return_if_fail (HOSTEL_IS_STORED_IMAGE (image));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_image_fetch_newer_async);
  g_task_set_task_data (task, g_object_ref (image), g_object_unref);
  load_proof (self, cancellable, newer_cb, task);
}

/**
 * hostel_image_fetch_newer_finish:
 * @newer: (out): whether another file is published now
 *
 * Returns: %FALSE where nobody knows
 */
gboolean
hostel_image_fetch_newer_finish (HostelImageFetch  *self,
                                 GAsyncResult      *result,
                                 gboolean          *newer,
                                 GError           **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  *newer = value > 0;

  return value >= 0;
}

HostelImageEntry *
hostel_image_fetch_get_entry (HostelImageFetch *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), NULL);

  return self->entry;
}

HostelImageFetchStage
hostel_image_fetch_get_stage (HostelImageFetch *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), HOSTEL_IMAGE_FETCH_STAGE_CHECKSUMS);

  return self->stage;
}

/**
 * hostel_image_fetch_get_download:
 *
 * Returns: (transfer none) (nullable): the download, to be paused and resumed; %NULL before it began
 */
HostelDownload *
hostel_image_fetch_get_download (HostelImageFetch *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), NULL);

  return self->download;
}

const char *
hostel_image_fetch_get_note (HostelImageFetch *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), NULL);

  return self->proof != NULL && self->proof->note != NULL ? self->proof->note : "";
}

/**
 * hostel_image_fetch_get_fraction:
 *
 * Returns: from 0 to 1, or -1 where nobody knows
 */
double
hostel_image_fetch_get_fraction (HostelImageFetch *self)
{
  guint64 total;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), -1);

  if (self->stage != HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD || self->download == NULL ||
      (total = hostel_download_get_total (self->download)) == 0)
    return -1;

  return (double) hostel_download_get_done (self->download) / (double) total;
}

static char *
dup_time_left (guint seconds)
{
  if (seconds < 60)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u second left", "%u seconds left",
                                         seconds), seconds);
  if (seconds < 3600)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u minute left", "%u minutes left",
                                         (seconds + 30) / 60), (seconds + 30) / 60);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u hour left", "%u hours left",
                                       (seconds + 1800) / 3600), (seconds + 1800) / 3600);
}

static char *
dup_download_text (HostelDownload *download)
{
  HostelDownloadState state = hostel_download_get_state (download);
  guint64 total = hostel_download_get_total (download);
  g_autofree char *done = g_format_size (hostel_download_get_done (download));
  g_autofree char *all = g_format_size (total);
  g_autofree char *amount = total > 0 ? g_strdup_printf (_("%s of %s"), done, all)
                                      : g_strdup (done);
  g_autofree char *size = g_format_size (hostel_download_get_rate (download));
  /* Translators: a rate, "5.2 MB/s". The invisible character after the slash keeps it on one line. */
  g_autofree char *rate = g_strdup_printf (_("%s/\342\201\240s"), size);
  g_autofree char *left = NULL;
  guint seconds = hostel_download_get_time_left (download);

  if (state == HOSTEL_DOWNLOAD_STATE_PAUSED)
    return g_strdup_printf (_("Paused · %s"), amount);
  if (state == HOSTEL_DOWNLOAD_STATE_WAITING)
    return g_strdup_printf (_("Waiting for the server · %s"), amount);
  if (state == HOSTEL_DOWNLOAD_STATE_CONNECTING)
    return g_strdup (_("Connecting…"));
  if (seconds == 0)
    return g_steal_pointer (&amount);

  left = dup_time_left (seconds);

  /* Translators: "12.3 MB of 400 MB · 5.2 MB/s · 3 minutes left". */
  return g_strdup_printf (_("%s · %s · %s"), amount, rate, left);
}

/**
 * hostel_image_fetch_dup_text:
 *
 * Returns: (transfer full): how far it is, in a line to be shown, translated
 */
char *
hostel_image_fetch_dup_text (HostelImageFetch *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCH (self), NULL);

  switch (self->stage)
    {
    case HOSTEL_IMAGE_FETCH_STAGE_CHECKSUMS:
      return g_strdup (_("Looking for the newest version…"));
    case HOSTEL_IMAGE_FETCH_STAGE_DOWNLOAD:
      return dup_download_text (self->download);
    case HOSTEL_IMAGE_FETCH_STAGE_CHECK:
      return g_strdup (_("Checking the image…"));
    case HOSTEL_IMAGE_FETCH_STAGE_DONE:
    default:
      return g_strdup (_("Downloaded"));
    }
}
