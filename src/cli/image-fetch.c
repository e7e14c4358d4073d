/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "image-fetch.h"

#include <signal.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "hostel-error.h"
#include "image-name.h"
#include "print.h"

#define BAR_WIDTH 24

static void
changed_cb (HostelImageFetch *fetch)
{
  double fraction = hostel_image_fetch_get_fraction (fetch);
  g_autofree char *bar = g_strnfill (BAR_WIDTH, ' ');
  g_autofree char *text = hostel_image_fetch_dup_text (fetch);

  hostel_cli_print_clear_line ();
  if (hostel_image_fetch_get_stage (fetch) == HOSTEL_IMAGE_FETCH_STAGE_DONE)
    return;

  if (fraction < 0)
    g_printerr ("%s", text);
  else
    {
      memset (bar, '=', (gsize) (CLAMP (fraction, 0, 1) * BAR_WIDTH));
      g_printerr ("[%s] %3u %%  %s", bar, (guint) (fraction * 100), text);
    }
}

static gboolean
stop_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_CONTINUE;
}

/**
 * hostel_cli_fetch_image:
 * @entry: which image
 * @error: as for hostel_image_fetch_run_finish()
 *
 * Returns: (transfer full) (nullable): the image, fetched now or before
 */
HostelStoredImage *
hostel_cli_fetch_image (HostelImageEntry  *entry,
                        GError           **error)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
  g_autoptr (HostelImageFetch) fetch = hostel_image_fetch_new (entry);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  HostelStoredImage *image;
  guint sources[G_N_ELEMENTS (numbers)];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sources[i] = g_unix_signal_add (numbers[i], stop_cb, cancellable);
  if (isatty (STDERR_FILENO))
    g_signal_connect (fetch, "changed", G_CALLBACK (changed_cb), NULL);

  hostel_image_fetch_run_async (fetch, cancellable, hostel_cli_take_result, &result);
  image = hostel_image_fetch_run_finish (fetch, hostel_cli_wait (&result), error);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_source_remove (sources[i]);

  if (image != NULL && *hostel_image_fetch_get_note (fetch) != '\0')
    g_printerr (_("Note: %s\n"), hostel_image_fetch_get_note (fetch));

  return image;
}

static char *
fetch_path (HostelImageEntry  *entry,
            gboolean           only_kept,
            GError           **error)
{
  g_autoptr (HostelStoredImage) image = NULL;

  /* The one that is here is good enough: looking for a newer one is for "images fetch". */
  image = hostel_image_store_lookup (hostel_image_entry_get_id (entry),
                                     hostel_image_entry_get_arch (entry));
  if (image == NULL && only_kept)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                        _("Fetch it with “hostel-cli images fetch”."), NULL,
                        _("The image “%s” is not here yet."), hostel_image_entry_get_name (entry));
      return NULL;
    }
  if (image == NULL && (image = hostel_cli_fetch_image (entry, error)) == NULL)
    return NULL;

  return g_strdup (hostel_stored_image_get_path (image));
}

/* That of the catalogue by its id comes before what is kept: the id alone is this architecture's. */
static char *
find_image (const char  *name,
            gboolean     only_kept,
            GError     **error)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_get_default ();
  g_autoptr (HostelImageEntry) entry = NULL;
  g_autoptr (HostelStoredImage) kept = NULL;
  g_autoptr (GError) cause = NULL;

  if (hostel_image_catalogue_lookup (catalogue, name) == NULL &&
      (kept = hostel_cli_find_kept (name, &cause)) != NULL)
    return g_strdup (hostel_stored_image_get_path (kept));
  if (g_error_matches (cause, HOSTEL_ERROR, HOSTEL_ERROR_INVALID))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  entry = hostel_cli_find_entry (name, error);

  return entry != NULL ? fetch_path (entry, only_kept, error) : NULL;
}

/**
 * hostel_cli_resolve_image:
 * @image: a path, an http or https address, or an image by one of the names that "images" lists
 * @only_kept: whether nothing may be fetched
 * @error: as for hostel_cli_fetch_image(), or %HOSTEL_ERROR_NOT_FOUND
 *
 * A file of that name comes before an image.
 *
 * Returns: (transfer full) (nullable): the path of a file
 */
char *
hostel_cli_resolve_image (const char  *image,
                          gboolean     only_kept,
                          GError     **error)
{
  g_autoptr (GError) cause = NULL;
  char *path;

  if (!hostel_cli_is_address (image) &&
      (g_file_test (image, G_FILE_TEST_EXISTS) ||
       !hostel_image_catalogue_load_sync (hostel_image_catalogue_get_default (), NULL)))
    return g_strdup (image);

  path = find_image (image, only_kept, &cause);
  /* "debian-12/x86_64" has a slash, too; what else has one was meant to be a path. */
  if (g_error_matches (cause, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND) && strchr (image, '/') != NULL &&
      !hostel_cli_is_address (image))
    return g_strdup (image);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));

  return path;
}
