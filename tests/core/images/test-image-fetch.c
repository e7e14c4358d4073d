/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-error.h"
#include "hostel-image-entry-private.h"
#include "hostel-image-fetch.h"
#include "hostel-signature.h"
#include "http-server.h"
#include "image-builder.h"
#include "wait.h"

#define PATIENCE 60000

static char *folder; /* of this run, removed at its end */
static GHashTable *files; /* path -> GBytes: what the server has */
static char *fingerprint; /* of the test's own key; NULL where gpg is not installed */
static char *stranger;    /* another key's */

static void
serve_cb (HttpServer        *server,
          const HttpRequest *request,
          HttpAnswer        *answer,
          gpointer           user_data)
{
  GBytes *bytes = g_hash_table_lookup (files, request->path);

  answer->offset = 0;
  answer->length = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  answer->told = (gint64) answer->length;
  answer->status = bytes != NULL ? 200 : 404;
  if (bytes != NULL)
    answer->body = bytes;
}

static void
serve (const char    *path,
       gconstpointer  data,
       gssize         length)
{
  g_hash_table_replace (files, g_strdup (path),
                        g_bytes_new (data, length < 0 ? strlen (data) : (gsize) length));
}

static gboolean
run (const char * const *argv)
{
  g_autofree char *errors = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                               &errors, &status, NULL));
  if (status != 0)
    g_test_message ("%s", errors);

  return status == 0;
}

static GBytes *
sign (const char *text,
      const char *key,
      const char *how)
{
  g_autofree char *home = g_build_filename (folder, "gnupg", NULL);
  g_autofree char *in = g_build_filename (folder, "to-sign", NULL);
  g_autofree char *out = g_build_filename (folder, "signed", NULL);
  const char *argv[] = { "gpg", "--homedir", home, "--batch", "--yes", "--local-user", key,
                         "--output", out, how, in, NULL };
  char *contents;
  gsize length;

  g_assert_true (g_file_set_contents (in, text, -1, NULL));
  g_assert_true (run (argv));
  g_assert_true (g_file_get_contents (out, &contents, &length, NULL));

  return g_bytes_new_take (contents, length);
}

static char *
dup_fingerprint (const char *home,
                 const char *name)
{
  const char *argv[] = { "gpg", "--homedir", home, "--batch", "--with-colons", "--list-keys", name,
                         NULL };
  g_autofree char *out = NULL;
  const char *line;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out,
                               NULL, NULL, NULL));
  line = strstr (out, "\nfpr:::::::::");
  g_assert_nonnull (line);

  return g_strndup (line + strlen ("\nfpr:::::::::"), 40);
}

static char *
make_key (const char *name,
          gboolean    armor)
{
  g_autofree char *home = g_build_filename (folder, "gnupg", NULL);
  g_autofree char *keys = g_build_filename (folder, "config", "hostel", "keys", NULL);
  g_autofree char *file = g_strconcat (name, armor ? ".asc" : ".gpg", NULL);
  g_autofree char *path = g_build_filename (keys, file, NULL);
  const char *generate[] = { "gpg", "--homedir", home, "--batch", "--passphrase", "",
                             "--quick-generate-key", name, "ed25519", "sign", "never", NULL };
  const char *export[] = { "gpg", "--homedir", home, "--batch", "--output", path, "--export", name,
                           armor ? "--armor" : NULL, NULL };

  if (armor)
    {
      export[6] = "--armor";
      export[7] = "--export";
      export[8] = name;
    }
  g_mkdir_with_parents (home, 0700);
  g_mkdir_with_parents (keys, 0700);
  g_assert_true (run (generate));
  g_assert_true (run (export));

  return dup_fingerprint (home, name);
}

typedef struct
{
  HttpServer        *server; /* owned, as all */
  HostelImageEntry  *entry;
  HostelStoredImage *image;
  GError            *error;
  char              *note;
  gboolean           done;
} Case;

static void
case_clear (Case *self)
{
  if (self->image != NULL)
    hostel_image_store_remove (self->image, NULL);
  g_clear_object (&self->image);
  g_clear_object (&self->entry);
  g_clear_error (&self->error);
  g_free (self->note);
  g_clear_pointer (&self->server, http_server_free);
  g_hash_table_remove_all (files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

/* The entry "test", whose YAML has further lines. */
static void
begin (Case       *self,
       const char *file,
       const char *lines)
{
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                          g_object_unref);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                       (GDestroyNotify) hostel_image_key_free);
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_autofree char *url = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  self->server = http_server_new (none, serve_cb, NULL, NULL);
  url = http_server_dup_url (self->server, file);
  text = g_strdup_printf ("images:\n  test:\n    name: Test\n    x86_64: %s\n%s"
                          "keys:\n  own:\n    fingerprints: [%s]\n"
                          "  absent:\n    fingerprints: [%s]\n", url, lines,
                          fingerprint != NULL ? fingerprint : "none",
                          fingerprint != NULL ? fingerprint : "none");
  hostel_image_catalogue_read (text, strlen (text), entries, keys, &error);
  g_assert_no_error (error);
  self->entry = g_object_ref (g_hash_table_lookup (entries, "test/x86_64"));
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Case *self = user_data;

  self->image = hostel_image_fetch_run_finish (HOSTEL_IMAGE_FETCH (source), result, &self->error);
  self->note = g_strdup (hostel_image_fetch_get_note (HOSTEL_IMAGE_FETCH (source)));
  self->done = TRUE;
}

static void
fetch (Case *self)
{
  g_autoptr (HostelImageFetch) fetch = hostel_image_fetch_new (self->entry);

  g_clear_object (&self->image);
  g_clear_error (&self->error);
  g_clear_pointer (&self->note, g_free);
  self->done = FALSE;
  hostel_image_fetch_run_async (fetch, NULL, fetched_cb, self);
  ASSERT_WITHIN (self->done, PATIENCE);
}

static void
assert_nothing_kept (void)
{
  g_autoptr (GPtrArray) images = hostel_image_store_list ();
  g_autofree char *incoming = hostel_image_store_dup_incoming ("test", "x86_64", "a.qcow2");

  g_assert_cmpuint (images->len, ==, 0);
  g_assert_false (g_file_test (incoming, G_FILE_TEST_EXISTS));
}

static void
assert_refused (Case *self,
                int   code)
{
  g_assert_null (self->image);
  g_assert_error (self->error, HOSTEL_ERROR, code);
  assert_nothing_kept ();
}

static char *
serve_image (const char *name)
{
  g_autoptr (GByteArray) image = image_build_qcow2 (3);
  g_autofree char *path = g_strconcat ("/", name, NULL);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->data, image->len);

  serve (path, image->data, image->len);

  return g_strdup_printf ("%s  %s\n", digest, name);
}

static void
test_digest (void)
{
  g_auto (Case) self = { 0 };
  g_autofree char *sums = serve_image ("a.qcow2");
  g_autofree char *folder_path = NULL;
  guint requests;

  serve ("/SUMS", sums, -1);
  begin (&self, "/a.qcow2", "    checksums: SUMS\n");
  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpint (hostel_stored_image_get_trust (self.image), ==, HOSTEL_IMAGE_TRUST_DIGEST);
  g_assert_true (g_str_has_suffix (hostel_stored_image_get_path (self.image), "/a.qcow2"));
  g_assert_cmpstr (self.note, ==, "");
  g_assert_true (strncmp (sums, hostel_stored_image_get_sha256 (self.image), 64) == 0);

  /* It is here: nothing but the checksums is fetched again. */
  requests = http_server_get_requests (self.server);
  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpuint (http_server_get_requests (self.server), ==, requests + 1);
}

static void
newer_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  int *newer = user_data;
  gboolean value;

  if (!hostel_image_fetch_newer_finish (HOSTEL_IMAGE_FETCH (source), result, &value, NULL))
    *newer = -2;
  else
    *newer = value;
}

static int
ask_newer (Case *self)
{
  g_autoptr (HostelImageFetch) fetch = hostel_image_fetch_new (self->entry);
  int newer = -1;

  hostel_image_fetch_newer_async (fetch, self->image, NULL, newer_cb, &newer);
  ASSERT_WITHIN (newer != -1, PATIENCE);

  return newer;
}

static void
test_newer (void)
{
  g_auto (Case) self = { 0 };
  g_autofree char *sums = serve_image ("a.qcow2");
  g_autofree char *old = NULL;
  g_autofree char *new_sums = NULL;
  g_autoptr (GByteArray) image = image_build_qcow2 (2);
  g_autoptr (GPtrArray) images = NULL;
  g_autofree char *digest = NULL;

  image_put64 (image, 72, 0);
  serve ("/SUMS", sums, -1);
  begin (&self, "/a.qcow2", "    checksums: SUMS\n");
  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpint (ask_newer (&self), ==, FALSE);
  old = g_strdup (hostel_stored_image_get_path (self.image));

  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, image->data, image->len);
  new_sums = g_strdup_printf ("%s  a.qcow2\n", digest);
  serve ("/a.qcow2", image->data, image->len);
  serve ("/SUMS", new_sums, -1);
  g_assert_cmpint (ask_newer (&self), ==, TRUE);
  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpstr (hostel_stored_image_get_sha256 (self.image), ==, digest);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  images = hostel_image_store_list ();
  g_assert_cmpuint (images->len, ==, 1);

  g_hash_table_remove (files, "/SUMS");
  g_assert_cmpint (ask_newer (&self), ==, -2);
}

static void
test_no_digest (void)
{
  g_auto (Case) self = { 0 };
  g_autofree char *sums = serve_image ("a.qcow2");

  begin (&self, "/a.qcow2", "");
  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpint (hostel_stored_image_get_trust (self.image), ==, HOSTEL_IMAGE_TRUST_NONE);
  g_assert_nonnull (strstr (self.note, "No checksum"));
  g_assert_true (strncmp (sums, hostel_stored_image_get_sha256 (self.image), 64) == 0);
}

static void
test_refused (void)
{
  static const struct { const char *sums; const char *image; int code; } cases[] = {
    { "0000000000000000000000000000000000000000000000000000000000000000  a.qcow2\n", NULL,
      HOSTEL_ERROR_INVALID },
    { "0000000000000000000000000000000000000000000000000000000000000000  b.qcow2\n", NULL,
      HOSTEL_ERROR_NOT_FOUND },
    { NULL, NULL, HOSTEL_ERROR_NOT_FOUND },
    { "", "<html>Please log in to the network of this hotel</html>", HOSTEL_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Case) self = { 0 };
      g_autofree char *sums = serve_image ("a.qcow2");
      g_autofree char *right = NULL;

      if (cases[i].image != NULL)
        {
          g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256,
                                                                   cases[i].image, -1);

          right = g_strdup_printf ("%s  a.qcow2\n", digest);
          serve ("/a.qcow2", cases[i].image, -1);
        }
      if (cases[i].sums != NULL)
        serve ("/SUMS", right != NULL ? right : cases[i].sums, -1);
      begin (&self, "/a.qcow2", "    checksums: SUMS\n");
      fetch (&self);
      assert_refused (&self, cases[i].code);
    }
}

static void
test_packed (void)
{
  static const struct { const char *suffix; const char *program; } packings[] = {
    { "gz", "gzip" }, { "xz", "xz" }, { "zst", "zstd" }, { "bz2", "bzip2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (packings); i++)
    {
      g_auto (Case) self = { 0 };
      g_autoptr (GByteArray) image = image_build_qcow2 (3);
      g_autofree char *plain = g_build_filename (folder, "plain", NULL);
      g_autofree char *packed = g_strconcat (plain, ".", packings[i].suffix, NULL);
      g_autofree char *path = g_strconcat ("/a.qcow2.", packings[i].suffix, NULL);
      g_autofree char *program = g_find_program_in_path (packings[i].program);
      const char *argv[] = { packings[i].program, "-k", "-f", plain, NULL };
      g_autofree char *contents = NULL;
      g_autofree char *digest = NULL;
      g_autofree char *sums = NULL;
      gsize length;

      if (program == NULL)
        continue;
      g_assert_true (g_file_set_contents (plain, (const char *) image->data, image->len, NULL));
      g_assert_true (run (argv));
      g_assert_true (g_file_get_contents (packed, &contents, &length, NULL));
      serve (path, contents, (gssize) length);
      digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) contents, length);
      sums = g_strdup_printf ("%s  %s\n", digest, path + 1);
      serve ("/SUMS", sums, -1);

      begin (&self, path, "    checksums: SUMS\n");
      fetch (&self);
      g_assert_no_error (self.error);
      g_assert_true (g_str_has_suffix (hostel_stored_image_get_path (self.image), "/a.qcow2"));
      g_assert_cmpuint (hostel_stored_image_get_size (self.image), ==, image->len);
      /* The newest version is known by the digest of what is published, not of what is kept. */
      g_assert_cmpstr (hostel_stored_image_get_published (self.image), ==, digest);
    }
}

static void
test_packed_damaged (void)
{
  g_auto (Case) self = { 0 };
  static const char damaged[] = "\xfd" "7zXZ\0\0\4this is no xz at all";

  serve ("/a.qcow2.xz", damaged, sizeof damaged - 1);
  begin (&self, "/a.qcow2.xz", "");
  fetch (&self);
  assert_refused (&self, HOSTEL_ERROR_INVALID);
}

typedef struct
{
  const char *what;
  const char *lines;
  const char *signer; /* 'o' own, 's' a stranger */
  gboolean    tamper;
  int         expected; /* -1: trusted as signed, -2: only the digest, else refused with that code */
} Signature;

static const Signature signatures[] = {
  { "detached", "    signature: SUMS.gpg\n    key: own\n", "o", FALSE, -1 },
  { "detached, of a stranger", "    signature: SUMS.gpg\n    key: own\n", "s", FALSE,
    HOSTEL_ERROR_DENIED },
  { "detached, text changed", "    signature: SUMS.gpg\n    key: own\n", "o", TRUE,
    HOSTEL_ERROR_DENIED },
  { "inline", "    signature: inline\n    key: own\n", "o", FALSE, -1 },
  { "inline, of a stranger", "    signature: inline\n    key: own\n", "s", FALSE,
    HOSTEL_ERROR_DENIED },
  { "inline, text changed", "    signature: inline\n    key: own\n", "o", TRUE,
    HOSTEL_ERROR_DENIED },
  { "inline, none there", "    signature: inline\n    key: own\n", "", FALSE, HOSTEL_ERROR_DENIED },
  { "missing", "    signature: MISSING.gpg\n    key: own\n", "o", FALSE, HOSTEL_ERROR_NOT_FOUND },
  { "no key here", "    signature: SUMS.gpg\n    key: absent\n", "o", FALSE, -2 },
};

static void
test_signature (gconstpointer data)
{
  const Signature *signature = data;
  g_auto (Case) self = { 0 };
  g_autofree char *sums = NULL;
  g_autoptr (GBytes) detached = NULL;
  g_autoptr (GBytes) clear = NULL;
  const char *key;

  if (fingerprint == NULL || !hostel_signature_is_available ())
    {
      g_test_skip ("gpg or gpgv is not installed");
      return;
    }

  key = *signature->signer == 's' ? stranger : fingerprint;
  sums = serve_image ("a.qcow2");
  detached = sign (sums, key, "--detach-sign");
  clear = sign (sums, key, "--clear-sign");
  serve ("/SUMS.gpg", g_bytes_get_data (detached, NULL), (gssize) g_bytes_get_size (detached));
  if (strstr (signature->lines, "inline") != NULL && *signature->signer != '\0')
    {
      g_autofree char *text = g_strndup (g_bytes_get_data (clear, NULL), g_bytes_get_size (clear));

      if (signature->tamper)
        strstr (text, "a.qcow2")[0] = 'b';
      serve ("/SUMS", text, -1);
    }
  else
    {
      g_autofree char *text = g_strconcat (sums, signature->tamper ? "\n" : "", NULL);

      serve ("/SUMS", text, -1);
    }

  {
    g_autofree char *lines = g_strconcat ("    checksums: SUMS\n", signature->lines, NULL);

    begin (&self, "/a.qcow2", lines);
  }
  fetch (&self);
  if (signature->expected >= 0)
    {
      assert_refused (&self, signature->expected);
      return;
    }

  g_assert_no_error (self.error);
  g_assert_cmpint (hostel_stored_image_get_trust (self.image), ==,
                   signature->expected == -1 ? HOSTEL_IMAGE_TRUST_SIGNED : HOSTEL_IMAGE_TRUST_DIGEST);
  g_assert_cmpstr (hostel_stored_image_get_signer (self.image), ==,
                   signature->expected == -1 ? fingerprint : "");
  g_assert_cmpint (*self.note != '\0', ==, signature->expected == -2);
}

static void
test_image_signature (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Case) self = { 0 };
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *home = g_build_filename (folder, "gnupg", NULL);
      g_autofree char *in = g_build_filename (folder, "image", NULL);
      g_autofree char *out = g_build_filename (folder, "image.sig", NULL);
      const char *argv[] = { "gpg", "--homedir", home, "--batch", "--yes", "--local-user",
                             fingerprint, "--output", out, "--detach-sign", in, NULL };
      g_autofree char *contents = NULL;
      g_autofree char *sums = NULL;
      gsize length;
      GBytes *image;

      if (fingerprint == NULL || !hostel_signature_is_available ())
        {
          g_test_skip ("gpg or gpgv is not installed");
          return;
        }

      sums = serve_image ("a.qcow2");
      image = g_hash_table_lookup (files, "/a.qcow2");
      argv[6] = i == 0 ? fingerprint : stranger;
      g_assert_true (g_file_set_contents (in, g_bytes_get_data (image, NULL),
                                          (gssize) g_bytes_get_size (image), NULL));
      g_assert_true (run (argv));
      g_assert_true (g_file_get_contents (out, &contents, &length, NULL));
      serve ("/a.qcow2.sig", contents, (gssize) length);
      serve ("/SUMS", sums, -1);
      begin (&self, "/a.qcow2",
             "    checksums: SUMS\n    signature: \"image:{file}.sig\"\n    key: own\n");
      fetch (&self);
      if (i == 0)
        {
          g_assert_no_error (self.error);
          g_assert_cmpint (hostel_stored_image_get_trust (self.image), ==, HOSTEL_IMAGE_TRUST_SIGNED);
        }
      else
        assert_refused (&self, HOSTEL_ERROR_DENIED);
    }
}

static void
test_store (void)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autofree char *path = g_build_filename (folder, "mine.qcow2", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelStoredImage) image = NULL;
  g_autoptr (HostelStoredImage) again = NULL;
  g_autofree char *kept = NULL;
  FILE *file;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  image = hostel_image_store_import (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (hostel_stored_image_get_name (image), ==, "mine.qcow2");
  kept = g_strdup (hostel_stored_image_get_path (image));

  again = hostel_image_store_verify (image, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hostel_stored_image_get_verified (again), >=,
                   hostel_stored_image_get_verified (image));

  file = fopen (kept, "r+b");
  g_assert_cmpint (fseek (file, -1, SEEK_END), ==, 0);
  g_assert_cmpint (fputc ('x', file), ==, 'x');
  fclose (file);
  g_assert_null (hostel_image_store_verify (image, NULL, NULL, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_true (hostel_image_store_remove (image, &error));
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
  assert_nothing_kept ();

  /* What is no image is not taken, and nothing is left of it. */
  g_assert_true (g_file_set_contents (path, "text", -1, NULL));
  g_assert_null (hostel_image_store_import (path, NULL, NULL, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  assert_nothing_kept ();
}

/* An image whose note was never written, or whose file is another, is none. */
static void
test_store_interrupted (void)
{
  g_auto (Case) self = { 0 };
  g_autofree char *sums = serve_image ("a.qcow2");
  g_autofree char *note = NULL;
  g_autofree char *dir = NULL;

  begin (&self, "/a.qcow2", "");
  fetch (&self);
  g_assert_no_error (self.error);
  dir = g_path_get_dirname (hostel_stored_image_get_path (self.image));
  note = g_build_filename (dir, "image.ini", NULL);
  g_unlink (note);
  g_assert_null (hostel_image_store_lookup ("test", "x86_64"));

  fetch (&self);
  g_assert_no_error (self.error);
  g_assert_cmpint (truncate (hostel_stored_image_get_path (self.image), 1000), ==, 0);
  g_assert_null (hostel_image_store_lookup ("test", "x86_64"));
}

static void
stop_agent (void)
{
  g_autofree char *home = g_build_filename (folder, "gnupg", NULL);
  const char *argv[] = { "gpgconf", "--homedir", home, "--kill", "gpg-agent", NULL };

  run (argv);
}

int
main (int    argc,
      char **argv)
{
  static const char * const variables[] = { "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME" };
  static const char * const names[] = { "data", "cache", "config" };
  const char *remove[] = { "rm", "-rf", NULL, NULL };
  g_autofree char *gpg = g_find_program_in_path ("gpg");
  int status;

  folder = g_dir_make_tmp ("hostel-fetch-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_setenv (variables[i], path, TRUE);
    }
  g_test_init (&argc, &argv, NULL);
  files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  if (gpg != NULL)
    {
      fingerprint = make_key ("own", TRUE);
      stranger = make_key ("stranger", FALSE);
    }

  g_test_add_func ("/image-fetch/digest", test_digest);
  g_test_add_func ("/image-fetch/newer", test_newer);
  g_test_add_func ("/image-fetch/no-digest", test_no_digest);
  g_test_add_func ("/image-fetch/refused", test_refused);
  g_test_add_func ("/image-fetch/packed", test_packed);
  g_test_add_func ("/image-fetch/packed/damaged", test_packed_damaged);
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      g_autofree char *path = g_strconcat ("/image-fetch/signature/", signatures[i].what, NULL);

      g_test_add_data_func (path, &signatures[i], test_signature);
    }
  g_test_add_func ("/image-fetch/image-signature", test_image_signature);
  g_test_add_func ("/image-fetch/store", test_store);
  g_test_add_func ("/image-fetch/store/interrupted", test_store_interrupted);

  status = g_test_run ();
  if (gpg != NULL)
    stop_agent ();
  g_hash_table_unref (files);
  remove[2] = folder;
  run (remove);
  g_free (fingerprint);
  g_free (stranger);
  g_free (folder);

  return status;
}
