/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-fetches"

#include "config.h"

#include "hostel-image-fetches.h"

/* One that is under way. */
typedef struct
{
  HostelImageFetch *fetch;       /* owned */
  GCancellable     *cancellable; /* owned */
} Item;

struct _HostelImageFetches
{
  GObject     parent_instance;

  GHashTable *items; /* owned: HostelImageEntry, owned -> Item */
};

G_DEFINE_FINAL_TYPE (HostelImageFetches, hostel_image_fetches, G_TYPE_OBJECT)

enum { CHANGED, ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
item_free (gpointer data)
{
  Item *item = data;

  g_object_unref (item->fetch);
  g_object_unref (item->cancellable);
  g_free (item);
}

static void
hostel_image_fetches_finalize (GObject *object)
{
  g_hash_table_unref (HOSTEL_IMAGE_FETCHES (object)->items);

  G_OBJECT_CLASS (hostel_image_fetches_parent_class)->finalize (object);
}

static void
hostel_image_fetches_class_init (HostelImageFetchesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_image_fetches_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_IMAGE_ENTRY);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 3, HOSTEL_TYPE_IMAGE_ENTRY,
                                 HOSTEL_TYPE_STORED_IMAGE, G_TYPE_ERROR);
}

static void
hostel_image_fetches_init (HostelImageFetches *self)
{
  self->items = g_hash_table_new_full (NULL, NULL, g_object_unref, item_free);
}

/**
 * hostel_image_fetches_get_default:
 *
 * Returns: (transfer none): the program's
 */
HostelImageFetches *
hostel_image_fetches_get_default (void)
{
  static HostelImageFetches *instance;

  if (instance == NULL)
    instance = g_object_new (HOSTEL_TYPE_IMAGE_FETCHES, NULL);

  return instance;
}

static void
changed_cb (HostelImageFetches *self,
            HostelImageFetch   *fetch)
{
  g_signal_emit (self, signals[CHANGED], 0, hostel_image_fetch_get_entry (fetch));
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  HostelImageFetches *self = user_data;
  HostelImageFetch *fetch = HOSTEL_IMAGE_FETCH (source);
  g_autoptr (HostelImageEntry) entry = g_object_ref (hostel_image_fetch_get_entry (fetch));
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = hostel_image_fetch_run_finish (fetch, result, &error);

  g_signal_handlers_disconnect_by_data (fetch, self);
  g_hash_table_remove (self->items, entry);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *file = hostel_image_entry_dup_file_name (entry);
      g_autofree char *path = hostel_image_store_dup_incoming (hostel_image_entry_get_id (entry),
                                                               hostel_image_entry_get_arch (entry),
                                                               file);

      /* Pausing is for those who want to go on; cancelling gives the disk back. */
      hostel_download_discard (path);
      g_clear_error (&error);
    }
  g_signal_emit (self, signals[ENDED], 0, entry, image, error);
}

/**
 * hostel_image_fetches_start:
 * @entry: which image
 *
 * Returns: (transfer none): the fetch, begun now or before
 */
HostelImageFetch *
hostel_image_fetches_start (HostelImageFetches *self,
                            HostelImageEntry   *entry)
{
  HostelImageFetch *fetch;
  Item *item;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCHES (self), NULL);
  g_return_val_if_fail (HOSTEL_IS_IMAGE_ENTRY (entry), NULL);

  if ((fetch = hostel_image_fetches_lookup (self, entry)) != NULL)
    return fetch;

  item = g_new0 (Item, 1);
  item->fetch = hostel_image_fetch_new (entry);
  item->cancellable = g_cancellable_new ();
  g_hash_table_insert (self->items, g_object_ref (entry), item);
  g_signal_connect_swapped (item->fetch, "changed", G_CALLBACK (changed_cb), self);
  hostel_image_fetch_run_async (item->fetch, item->cancellable, ended_cb, self);
  changed_cb (self, item->fetch);

  return item->fetch;
}

/**
 * hostel_image_fetches_lookup:
 *
 * Returns: (transfer none) (nullable): the fetch of that image, where it is under way
 */
HostelImageFetch *
hostel_image_fetches_lookup (HostelImageFetches *self,
                             HostelImageEntry   *entry)
{
  Item *item;

  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCHES (self), NULL);

  item = g_hash_table_lookup (self->items, entry);

  return item != NULL ? item->fetch : NULL;
}

/**
 * hostel_image_fetches_cancel:
 *
 * Stops it and removes what has come.
 */
void
hostel_image_fetches_cancel (HostelImageFetches *self,
                             HostelImageEntry   *entry)
{
  Item *item;

  g_return_if_fail (HOSTEL_IS_IMAGE_FETCHES (self));

  if ((item = g_hash_table_lookup (self->items, entry)) != NULL)
    g_cancellable_cancel (item->cancellable);
}

guint
hostel_image_fetches_get_n (HostelImageFetches *self)
{
  g_return_val_if_fail (HOSTEL_IS_IMAGE_FETCHES (self), 0);

  return g_hash_table_size (self->items);
}
