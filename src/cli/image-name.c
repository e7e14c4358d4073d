/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "image-name.h"

#include <glib/gi18n.h>

#include "hostel-error.h"

#define MAX_PROPOSALS 3

/**
 * hostel_cli_is_address:
 * @name: what names an image
 *
 * Returns: whether it is a web address
 */
gboolean
hostel_cli_is_address (const char *name)
{
  return g_ascii_strncasecmp (name, "https://", 8) == 0 ||
         g_ascii_strncasecmp (name, "http://", 7) == 0;
}

static gboolean
is_same_title (const char *title,
               const char *name)
{
  g_autofree char *first = g_utf8_casefold (title, -1);
  g_autofree char *second = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    return FALSE;
  second = g_utf8_casefold (name, -1);

  return g_str_equal (first, second);
}

/* "debian-12" is a good guess for "debian". */
static void
propose (GPtrArray  *proposals,
         const char *id,
         const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (*lower != '\0' && strstr (id, lower) != NULL && proposals->len < MAX_PROPOSALS &&
      !g_ptr_array_find_with_equal_func (proposals, id, g_str_equal, NULL))
    g_ptr_array_add (proposals, g_strdup (id));
}

static char *
dup_proposals (const char *name)
{
  GListModel *entries = G_LIST_MODEL (hostel_image_catalogue_get_default ());
  g_autoptr (GPtrArray) images = hostel_image_store_list ();
  g_autoptr (GPtrArray) proposals = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < images->len; i++)
    propose (proposals, hostel_stored_image_get_id (images->pdata[i]), name);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (HostelImageEntry) entry = g_list_model_get_item (entries, i);

      if (!hostel_image_entry_get_end_of_life (entry))
        propose (proposals, hostel_image_entry_get_id (entry), name);
    }
  if (proposals->len == 0)
    return NULL;
  g_ptr_array_add (proposals, NULL);

  return g_strjoinv (", ", (char **) proposals->pdata);
}

/**
 * hostel_cli_set_no_image:
 * @name: what names neither a file nor an image
 * @error: (out) (optional): set to %HOSTEL_ERROR_NOT_FOUND
 *
 * Says so, with names like it where there are any.
 */
void
hostel_cli_set_no_image (const char  *name,
                         GError     **error)
{
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *proposals = dup_proposals (shown);
  g_autofree char *remedy = NULL;

  if (proposals != NULL)
    remedy = g_strdup_printf (_("There is %s; “hostel-cli images” lists them all."), proposals);
  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                    remedy != NULL ? remedy
                                   : _("“hostel-cli images” lists the names; a file is named by "
                                       "its path."), NULL,
                    _("There is neither a file nor an image “%s”."), shown);
}

/**
 * hostel_cli_find_entry:
 * @name: an address, or an id, "id/architecture" or title of the catalogue, which is loaded
 * @error: (out) (optional): set to %HOSTEL_ERROR_NOT_FOUND
 *
 * Returns: (transfer full) (nullable): the image that can be fetched
 */
HostelImageEntry *
hostel_cli_find_entry (const char  *name,
                       GError     **error)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_get_default ();
  HostelImageEntry *found = hostel_image_catalogue_lookup (catalogue, name);

  if (hostel_cli_is_address (name))
    return hostel_image_entry_new_for_url (name);
  if (found != NULL)
    return g_object_ref (found);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (catalogue)); i++)
    {
      g_autoptr (HostelImageEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);

      /* That of this computer's architecture, which the id alone stands for. */
      if (is_same_title (hostel_image_entry_get_name (entry), name))
        return g_object_ref (hostel_image_catalogue_lookup (catalogue,
                                                            hostel_image_entry_get_id (entry)));
    }

  hostel_cli_set_no_image (name, error);

  return NULL;
}

static gboolean
is_kept_as (HostelStoredImage *image,
            const char        *name)
{
  const char *id = hostel_stored_image_get_id (image);
  g_autofree char *key = g_strjoin ("/", id, hostel_stored_image_get_arch (image), NULL);

  return g_str_equal (id, name) || g_str_equal (key, name);
}

/**
 * hostel_cli_find_kept:
 * @name: an id, "id/architecture" or title
 * @error: (out) (optional): set to %HOSTEL_ERROR_NOT_FOUND, or to %HOSTEL_ERROR_INVALID where
 *   several have that title
 *
 * Returns: (transfer full) (nullable): the image that is here
 */
HostelStoredImage *
hostel_cli_find_kept (const char  *name,
                      GError     **error)
{
  g_autoptr (GPtrArray) images = hostel_image_store_list ();
  HostelStoredImage *found = NULL;

  for (guint i = 0; i < images->len; i++)
    if (is_kept_as (images->pdata[i], name))
      return g_object_ref (images->pdata[i]);

  for (guint i = 0; i < images->len; i++)
    {
      if (!is_same_title (hostel_stored_image_get_name (images->pdata[i]), name))
        continue;
      if (found != NULL)
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID,
                            _("Name it by what stands first in “hostel-cli images”."), NULL,
                            _("Several images are called “%s”."), name);
          return NULL;
        }
      found = images->pdata[i];
    }

  if (found != NULL)
    return g_object_ref (found);
  hostel_cli_set_no_image (name, error);

  return NULL;
}
