/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-store"

#include "config.h"

#include "hostel-image-store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-image-private.h"

/* images/<id>.<arch>/<part of the digest>/<file> and, written last, image.ini: an image counts only
 * with it, so that whatever was interrupted left nothing that could be taken for one. */
#define NOTE "image.ini"
#define GROUP "Image"
#define INCOMING "incoming"
/* The id of what is no download begins with it. */
#define IMPORTED "file-"
#define COPY_SIZE (1024 * 1024)

struct _HostelStoredImage
{
  GObject           parent_instance;

  char             *folder;    /* owned, as all */
  char             *path;
  char             *id;
  char             *arch;
  char             *name;
  char             *url;
  char             *sha256;
  char             *published;
  char             *signer;
  HostelImageTrust  trust;
  guint64           size;      /* bytes */
  gint64            verified;  /* seconds since 1970 */
};

G_DEFINE_ENUM_TYPE (HostelImageTrust, hostel_image_trust,
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_TRUST_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_TRUST_DIGEST, "digest"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_IMAGE_TRUST_SIGNED, "signed"))

G_DEFINE_FINAL_TYPE (HostelStoredImage, hostel_stored_image, G_TYPE_OBJECT)

static void
hostel_stored_image_finalize (GObject *object)
{
  HostelStoredImage *self = HOSTEL_STORED_IMAGE (object);

  g_free (self->folder);
  g_free (self->path);
  g_free (self->id);
  g_free (self->arch);
  g_free (self->name);
  g_free (self->url);
  g_free (self->sha256);
  g_free (self->published);
  g_free (self->signer);

  G_OBJECT_CLASS (hostel_stored_image_parent_class)->finalize (object);
}

static void
hostel_stored_image_class_init (HostelStoredImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_stored_image_finalize;
}

static void
hostel_stored_image_init (HostelStoredImage *self)
{
}

/**
 * hostel_image_store_dup_dir:
 *
 * Returns: (transfer full): where images are kept, $XDG_DATA_HOME/hostel/images
 */
char *
hostel_image_store_dup_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "hostel", "images", NULL);
}

static char *
dup_image_dir (const char *id,
               const char *arch)
{
  g_autofree char *dir = hostel_image_store_dup_dir ();
  g_autofree char *name = g_strjoin (*arch != '\0' ? "." : "", id, arch, NULL);

  return g_build_filename (dir, name, NULL);
}

/**
 * hostel_image_store_dup_incoming:
 *
 * Returns: (transfer full): where a download of that image goes, until it is known to be good
 */
char *
hostel_image_store_dup_incoming (const char *id,
                                 const char *arch,
                                 const char *file_name)
{
  g_autofree char *dir = dup_image_dir (id, arch);

  return g_build_filename (dir, INCOMING, file_name, NULL);
}

static char *
take (GKeyFile   *note,
      const char *key)
{
  char *value = g_key_file_get_string (note, GROUP, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

/* NULL where the note is missing or tells of another file than the one that is there. */
static HostelStoredImage *
load (const char *folder)
{
  g_autoptr (HostelStoredImage) self = NULL;
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *note_path = g_build_filename (folder, NOTE, NULL);
  g_autofree char *file = NULL;
  struct stat info;

  if (!g_key_file_load_from_file (note, note_path, G_KEY_FILE_NONE, NULL))
    return NULL;

  self = g_object_new (HOSTEL_TYPE_STORED_IMAGE, NULL);
  file = take (note, "file");
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, file, NULL);
  self->id = take (note, "id");
  self->arch = take (note, "arch");
  self->name = take (note, "name");
  self->url = take (note, "url");
  self->sha256 = take (note, "sha256");
  self->published = take (note, "published");
  self->signer = take (note, "signer");
  self->size = g_key_file_get_uint64 (note, GROUP, "size", NULL);
  self->verified = g_key_file_get_int64 (note, GROUP, "verified", NULL);
  self->trust = (HostelImageTrust) CLAMP (g_key_file_get_integer (note, GROUP, "trust", NULL),
                                          HOSTEL_IMAGE_TRUST_NONE, HOSTEL_IMAGE_TRUST_SIGNED);

  if (*file == '\0' || strchr (file, '/') != NULL || g_lstat (self->path, &info) != 0 ||
      !S_ISREG (info.st_mode) || (guint64) info.st_size != self->size)
    return NULL;

  return g_steal_pointer (&self);
}

static gboolean
save (HostelStoredImage  *self,
      GError            **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *path = g_build_filename (self->folder, NOTE, NULL);
  g_autofree char *file = g_path_get_basename (self->path);
  g_autofree char *text = NULL;
  gsize length;

  g_key_file_set_string (note, GROUP, "file", file);
  g_key_file_set_string (note, GROUP, "id", self->id);
  g_key_file_set_string (note, GROUP, "arch", self->arch);
  g_key_file_set_string (note, GROUP, "name", self->name);
  g_key_file_set_string (note, GROUP, "url", self->url);
  g_key_file_set_string (note, GROUP, "sha256", self->sha256);
  g_key_file_set_string (note, GROUP, "published", self->published);
  g_key_file_set_string (note, GROUP, "signer", self->signer);
  g_key_file_set_uint64 (note, GROUP, "size", self->size);
  g_key_file_set_int64 (note, GROUP, "verified", self->verified);
  g_key_file_set_integer (note, GROUP, "trust", (int) self->trust);
  text = g_key_file_to_data (note, &length, NULL);

  return g_file_set_contents_full (path, text, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0644, error);
}

static void
list_folder (const char *folder,
             GPtrArray  *images)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      HostelStoredImage *image = load (path);

      if (image != NULL)
        g_ptr_array_add (images, image);
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const HostelStoredImage *first = *(HostelStoredImage * const *) a;
  const HostelStoredImage *second = *(HostelStoredImage * const *) b;
  int order = g_utf8_collate (first->name, second->name);

  if (order != 0)
    return order;

  return first->verified < second->verified ? 1 : first->verified > second->verified ? -1 : 0;
}

/**
 * hostel_image_store_list:
 *
 * Returns: (transfer full) (element-type HostelStoredImage): all that is kept, by name
 */
GPtrArray *
hostel_image_store_list (void)
{
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *store = hostel_image_store_dup_dir ();
  g_autoptr (GDir) dir = g_dir_open (store, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (store, name, NULL);

      list_folder (folder, images);
    }
  g_ptr_array_sort (images, compare);

  return images;
}

/**
 * hostel_image_store_lookup:
 *
 * Returns: (transfer full) (nullable): the one that is kept of that image, the newest where there
 *   are several
 */
HostelStoredImage *
hostel_image_store_lookup (const char *id,
                           const char *arch)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *folder = NULL;

  g_return_val_if_fail (id != NULL && arch != NULL, NULL);

  folder = dup_image_dir (id, arch);
  list_folder (folder, images);
  g_ptr_array_sort (images, compare);

  return images->len > 0 ? g_object_ref (images->pdata[0]) : NULL;
}

static char *
dup_string (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static gboolean
failed (const char  *path,
        int          code,
        GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  hostel_error_set (error, code == ENOSPC ? HOSTEL_ERROR_NO_SPACE : HOSTEL_ERROR_FAILED,
                    _("Look whether the disk is full or in order."), g_strerror (code),
                    _("“%s” cannot be kept."), name);

  return FALSE;
}

/* All that is in it; nothing here has folders within. */
static gboolean
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *note = g_build_filename (folder, NOTE, NULL);
  const char *name;

  /* From here on it counts no more. */
  g_unlink (note);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }

  return g_rmdir (folder) == 0;
}

static void
remove_others (HostelStoredImage *self)
{
  g_autofree char *parent = g_path_get_dirname (self->folder);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);

  list_folder (parent, images);
  for (guint i = 0; i < images->len; i++)
    {
      HostelStoredImage *other = images->pdata[i];

      if (!g_str_equal (other->folder, self->folder))
        remove_folder (other->folder);
    }
}

/**
 * hostel_image_store_add:
 * @path: a file of the store's own incoming folder, which is moved
 * @record: what is known about it
 * @cancellable: (nullable): to stop it
 * @error: set to what hostel_image_new_from_path() says of a file that is no usable image, ...
 *
 * The file is read once more for its digest and its header. It takes the place of an older version
 * of the same image. Machines that were made from that one are not touched: they have their own.
 *
 * Returns: (transfer full) (nullable): the image, kept
 */
HostelStoredImage *
hostel_image_store_add (const char               *path,
                        const HostelImageRecord  *record,
                        GCancellable             *cancellable,
                        GError                  **error)
{
  g_autoptr (HostelImage) image = hostel_image_new_from_path (path, error);
  g_autoptr (HostelStoredImage) self = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *part = NULL;
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *sha256 = NULL;

  if (image == NULL ||
      (sha256 = hostel_image_dup_sha256 (image, NULL, NULL, cancellable, error)) == NULL)
    return NULL;

  self = g_object_new (HOSTEL_TYPE_STORED_IMAGE, NULL);
  dir = dup_image_dir (record->id, record->arch);
  part = g_strndup (sha256, 16);
  self->folder = g_build_filename (dir, part, NULL);
  self->path = g_build_filename (self->folder, file, NULL);
  self->id = dup_string (record->id);
  self->arch = dup_string (record->arch);
  self->name = dup_string (record->name);
  self->url = dup_string (record->url);
  self->sha256 = g_steal_pointer (&sha256);
  self->published = dup_string (record->published);
  self->signer = dup_string (record->signer);
  self->trust = record->trust;
  self->size = hostel_image_get_file_size (image);
  self->verified = g_get_real_time () / G_USEC_PER_SEC;

  if (g_mkdir_with_parents (self->folder, 0755) != 0 || g_rename (path, self->path) != 0)
    {
      failed (self->path, errno, error);
      return NULL;
    }
  if (!save (self, error))
    return NULL;
  hostel_image_keep_digest (self->path, self->sha256);
  remove_others (self);

  return g_steal_pointer (&self);
}

static gboolean
copy_file (const char           *path,
           const char           *target,
           HostelProgressFunc    progress,
           gpointer              user_data,
           GCancellable         *cancellable,
           GError              **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autoptr (GFile) copy = g_file_new_for_path (target);

  /* It shares the blocks where the file system can. */
  return g_file_copy (source, copy, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS,
                      cancellable, (GFileProgressCallback) (GCallback) progress, user_data, error);
}

/* The copy is ours, and so is its name: one that can be shown, and written into the note. */
static char *
dup_import_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *unpacked = hostel_image_dup_unpacked_name (base);
  char *name = g_utf8_make_valid (unpacked, -1);

  for (char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '_';
  if (!g_str_equal (name, NOTE))
    return name;
  g_free (name);

  return g_strdup ("image");
}

/* Held as long as somebody copies into it: what is not held is left over. -1 where it is held. */
static int
hold_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      close (fd);
      return -1;
    }

  return fd;
}

/* What imports that were killed have left. Half a download is kept: it goes on. */
static void
remove_left_over (void)
{
  g_autofree char *store = hostel_image_store_dup_dir ();
  g_autoptr (GDir) dir = g_dir_open (store, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *parent = g_build_filename (store, name, NULL);
      g_autofree char *folder = g_build_filename (parent, INCOMING, NULL);
      int fd = g_str_has_prefix (name, IMPORTED) ? hold_folder (folder) : -1;

      if (fd < 0)
        continue;

      remove_folder (folder);
      g_rmdir (parent);
      close (fd);
    }
}

static HostelStoredImage *
import_held (const char               *path,
             const char               *incoming,
             const HostelImageRecord  *record,
             HostelProgressFunc        progress,
             gpointer                  user_data,
             GCancellable             *cancellable,
             GError                  **error)
{
  if (hostel_image_is_packed (path)
        ? !hostel_image_unpack (path, incoming, progress, user_data, cancellable, error)
        : !copy_file (path, incoming, progress, user_data, cancellable, error))
    return NULL;

  return hostel_image_store_add (incoming, record, cancellable, error);
}

/**
 * hostel_image_store_import:
 * @path: a person's own file, packed or not; it stays as it is
 * @progress: (nullable): called in this thread
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: set to a %HOSTEL_ERROR or a %G_IO_ERROR
 *
 * The same file imported again takes the place of the copy of before; another one of that name, in
 * another folder, does not.
 *
 * Returns: (transfer full) (nullable): a copy of it in the store
 */
HostelStoredImage *
hostel_image_store_import (const char           *path,
                           HostelProgressFunc    progress,
                           gpointer              user_data,
                           GCancellable         *cancellable,
                           GError              **error)
{
  g_autofree char *name = dup_import_name (path);
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, full, -1);
  g_autofree char *id = g_strdup_printf (IMPORTED "%.12s", key);
  g_autofree char *incoming = hostel_image_store_dup_incoming (id, "", name);
  g_autofree char *folder = g_path_get_dirname (incoming);
  const HostelImageRecord record = { .id = id, .arch = "", .name = name,
                                     .trust = HOSTEL_IMAGE_TRUST_NONE };
  HostelStoredImage *image;
  int fd;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *shown = g_filename_display_name (path);

      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Check the path."), NULL,
                        _("There is no file “%s”."), shown);
      return NULL;
    }

  remove_left_over ();
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      failed (incoming, errno, error);
      return NULL;
    }
  if ((fd = hold_folder (folder)) < 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, _("Wait until it is done."), NULL,
                        _("Another program is copying “%s” at this moment."), name);
      return NULL;
    }

  image = import_held (path, incoming, &record, progress, user_data, cancellable, error);
  remove_folder (folder);
  close (fd);

  return image;
}

/**
 * hostel_image_store_verify:
 * @image: one that is kept
 * @progress: (nullable): called in this thread
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: set to %HOSTEL_ERROR_INVALID where the file is not what it was any more
 *
 * Reads all of it again.
 *
 * Returns: (transfer full) (nullable): the same image, verified now
 */
HostelStoredImage *
hostel_image_store_verify (HostelStoredImage    *image,
                           HostelProgressFunc    progress,
                           gpointer              user_data,
                           GCancellable         *cancellable,
                           GError              **error)
{
  g_autofree char *sha256 = NULL;
  HostelStoredImage *again;

  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (image), NULL);

  sha256 = hostel_image_hash_file (image->path, progress, user_data, cancellable, error);
  if (sha256 == NULL)
    return NULL;

  if (!g_str_equal (sha256, image->sha256) || (again = load (image->folder)) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Remove it and download it again."), NULL,
                        _("The image “%s” has changed since it was downloaded."), image->name);
      return NULL;
    }

  again->verified = g_get_real_time () / G_USEC_PER_SEC;
  if (!save (again, error))
    g_clear_object (&again);

  return again;
}

/**
 * hostel_image_store_remove:
 * @image: one that is kept
 * @error: set to %HOSTEL_ERROR_FAILED
 */
gboolean
hostel_image_store_remove (HostelStoredImage  *image,
                           GError            **error)
{
  g_autofree char *parent = NULL;
  g_autofree char *incoming = NULL;

  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (image), FALSE);

  parent = g_path_get_dirname (image->folder);
  if (!remove_folder (image->folder) && g_file_test (image->path, G_FILE_TEST_EXISTS))
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Look who owns that folder."), image->folder,
                        _("The image “%s” cannot be removed."), image->name);
      return FALSE;
    }
  incoming = g_build_filename (parent, INCOMING, NULL);
  g_rmdir (incoming);
  g_rmdir (parent);

  return TRUE;
}

const char *
hostel_stored_image_get_id (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->id;
}

const char *
hostel_stored_image_get_arch (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->arch;
}

const char *
hostel_stored_image_get_name (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->name;
}

const char *
hostel_stored_image_get_path (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->path;
}

const char *
hostel_stored_image_get_url (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->url;
}

const char *
hostel_stored_image_get_sha256 (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->sha256;
}

/**
 * hostel_stored_image_get_published:
 *
 * Returns: the digest that the server published for it, or "": a later one that is another tells of
 *   a newer version
 */
const char *
hostel_stored_image_get_published (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->published;
}

const char *
hostel_stored_image_get_signer (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  return self->signer;
}

guint64
hostel_stored_image_get_size (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), 0);

  return self->size;
}

/**
 * hostel_stored_image_get_verified:
 *
 * Returns: when its digest was last made and found right, in seconds since 1970
 */
gint64
hostel_stored_image_get_verified (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), 0);

  return self->verified;
}

HostelImageTrust
hostel_stored_image_get_trust (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), HOSTEL_IMAGE_TRUST_NONE);

  return self->trust;
}

/**
 * hostel_stored_image_dup_trust_text:
 *
 * Returns: (transfer full): that in a few words, translated
 */
char *
hostel_stored_image_dup_trust_text (HostelStoredImage *self)
{
  g_return_val_if_fail (HOSTEL_IS_STORED_IMAGE (self), NULL);

  switch (self->trust)
    {
    case HOSTEL_IMAGE_TRUST_SIGNED:
      return g_strdup (_("Signed by the distribution"));
    case HOSTEL_IMAGE_TRUST_DIGEST:
      return g_strdup (_("Published checksum, not signed"));
    case HOSTEL_IMAGE_TRUST_NONE:
    default:
      return g_strdup (_("No published checksum"));
    }
}
