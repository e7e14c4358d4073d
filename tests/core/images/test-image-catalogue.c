/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-checksum-file.h"
#include "hostel-error.h"
#include "hostel-http.h"
#include "hostel-image-entry-private.h"

#define SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define SHA512 "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7" \
               "2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"

static char *folder; /* of this run, removed at its end */

static const struct
{
  const char *what;
  const char *text;
  gboolean    any_name;
  const char *expected; /* NULL: refused */
} samples[] = {
  { "GNU", OTHER "  other.img\n" SHA256 "  a.img\n", FALSE, SHA256 },
  { "GNU, binary", SHA256 " *a.img\n", FALSE, SHA256 },
  { "GNU, below the folder", SHA256 "  ./a.img\n", FALSE, SHA256 },
  { "GNU, upper case", "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824  a.img\n",
    FALSE, SHA256 },
  { "GNU, DOS line ends", SHA256 "  a.img\r\n", FALSE, SHA256 },
  { "GNU, no line end", SHA256 "  a.img", FALSE, SHA256 },
  { "BSD", "SHA256 (a.img) = " SHA256 "\n", FALSE, SHA256 },
  { "BSD, with sizes", "# a.img: 12 bytes\nSHA256 (a.img) = " SHA256 "\n", FALSE, SHA256 },
  { "both strengths", "SHA256 (a.img) = " SHA256 "\nSHA512 (a.img) = " SHA512 "\n", FALSE, SHA512 },
  { "bare", SHA512 "\n", FALSE, SHA512 },
  { "a build's name beside the latest", SHA256 "  a-Build16.43.img\n", TRUE, SHA256 },
  { "a build's name elsewhere", SHA256 "  a-Build16.43.img\n", FALSE, NULL },
  { "MD5 alone", "MD5 (a.img) = 5d41402abc4b2a76b9719d911017c592\n", FALSE, NULL },
  { "a longer name", SHA256 "  xa.img\n" SHA256 "  a.img.xz\n", FALSE, NULL },
  { "nothing", "", FALSE, NULL },
  { "a page", "<html><body>404</body></html>\n", FALSE, NULL },
  { "contradiction", SHA256 "  a.img\n" OTHER "  a.img\n", FALSE, NULL },
  { "cut in the digest", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e7304336293  a.img", FALSE,
    NULL },
  { "clear-signed",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# a.img: 12 bytes\nSHA256 (a.img) = " SHA256
    "\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n-----END PGP SIGNATURE-----\n", FALSE,
    SHA256 },
  { "clear-signed, with a lie in front",
    OTHER "  a.img\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" SHA256 "  a.img\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQIz\n-----END PGP SIGNATURE-----\n", FALSE, SHA256 },
  { "clear-signed, with a lie behind",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" SHA256 "  a.img\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQIz\n-----END PGP SIGNATURE-----\n" OTHER "  a.img\n", FALSE,
    SHA256 },
  { "clear-signed, with a lie in the headers",
    "-----BEGIN PGP SIGNED MESSAGE-----\n" OTHER "  a.img\n\n" SHA256 "  a.img\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQIz\n-----END PGP SIGNATURE-----\n", FALSE, SHA256 },
};

static void
test_samples (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *hex = NULL;
      g_autoptr (GError) error = NULL;
      GChecksumType type;
      gboolean found;

      g_test_message ("%s", samples[i].what);
      found = hostel_checksum_file_find (samples[i].text, strlen (samples[i].text), "a.img",
                                         samples[i].any_name, &type, &hex, &error);
      g_assert_cmpint (found, ==, samples[i].expected != NULL);
      g_assert_cmpstr (hex, ==, samples[i].expected);
      g_assert_true (found || error->domain == HOSTEL_ERROR);
      g_assert_true (!found || type == (strlen (hex) == 64 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA512));
    }
}

/* Whatever stands there, the answer is a digest or a sentence. */
static void
test_random_samples (void)
{
  for (guint i = 0; i < 3000; i++)
    {
      const char *text = samples[i % G_N_ELEMENTS (samples)].text;
      gsize length = strlen (text);
      g_autofree char *copy = g_strdup (text);
      g_autofree char *hex = NULL;
      g_autoptr (GError) error = NULL;
      GChecksumType type;

      for (gint32 j = g_test_rand_int_range (0, 6); j > 0 && length > 0; j--)
        copy[g_test_rand_int_range (0, (gint32) length)] = (char) g_test_rand_int ();
      if (hostel_checksum_file_find (copy, length, "a.img", FALSE, &type, &hex, &error))
        g_assert_true (strlen (hex) == 64 || strlen (hex) == 128);
      else
        g_assert_nonnull (error);
    }
}

static HostelImageCatalogue *
load (void)
{
  HostelImageCatalogue *catalogue = hostel_image_catalogue_new ();
  g_autoptr (GError) error = NULL;

  hostel_image_catalogue_load_sync (catalogue, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  return catalogue;
}

/* How each distribution writes its checksums, as published; "%s" is the image's file name. */
static const struct { const char *id; const char *format; } formats[] = {
  { "debian", SHA512 "  %s\n" },
  { "ubuntu", SHA256 " *%s\n" },
  { "fedora", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# %s: 528154624 bytes\n"
              "SHA256 (%s) = " SHA256 "\n-----BEGIN PGP SIGNATURE-----\n\niQIz\n"
              "-----END PGP SIGNATURE-----\n" },
  { "rocky", "# %s: 619315200 bytes\nSHA256 (%s) = " SHA256 "\n" },
  { "almalinux", SHA256 "  %s\n" },
  { "centos", "# %s: 1234 bytes\nSHA256 (%s) = " SHA256 "\n" },
  { "opensuse", SHA256 "  another-Build16.43.qcow2\n" },
  { "alpine", SHA512 "\n" },
  { "archlinux", SHA256 "  %s\n" },
};

static void
assert_sample (HostelImageEntry *entry)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *file = hostel_image_entry_dup_file_name (entry);
      g_autoptr (GString) text = g_string_new (formats[i].format);
      g_autofree char *hex = NULL;
      g_autoptr (GError) error = NULL;
      GChecksumType type;

      if (!g_str_has_prefix (hostel_image_entry_get_id (entry), formats[i].id))
        continue;

      g_string_replace (text, "%s", file, 0);
      hostel_checksum_file_find (text->str, text->len, file,
                                 hostel_image_entry_has_own_checksums (entry), &type, &hex, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_equal (hex, SHA256) || g_str_equal (hex, SHA512));
      g_assert_cmpint (hostel_image_entry_has_inline_signature (entry), ==,
                       hostel_checksum_file_is_signed (text->str, text->len));
      return;
    }

  g_assert_not_reached ();
}

static void
assert_https (const char *url)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_http_check_url (url, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (url, "https://"));
  g_assert_null (strchr (url, '{'));
}

static void
assert_entry (HostelImageEntry *entry)
{
  const HostelImageKey *key = hostel_image_entry_get_key (entry);
  gboolean is_signed = hostel_image_entry_has_inline_signature (entry) ||
                       *hostel_image_entry_get_signature_url (entry) != '\0';

  g_assert_true (*hostel_image_entry_get_name (entry) != '\0');
  /* libosinfo's own are what they are. */
  if (*hostel_image_entry_get_checksums_url (entry) == '\0')
    {
      g_assert_true (hostel_http_check_url (hostel_image_entry_get_url (entry), NULL));
      return;
    }

  assert_https (hostel_image_entry_get_url (entry));
  assert_https (hostel_image_entry_get_checksums_url (entry));
  if (*hostel_image_entry_get_signature_url (entry) != '\0')
    assert_https (hostel_image_entry_get_signature_url (entry));
  g_assert_cmpint (is_signed, ==, key != NULL);
  for (guint i = 0; key != NULL && key->fingerprints[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (key->fingerprints[i]), ==, 40);
      g_assert_cmpuint (strspn (key->fingerprints[i], "0123456789ABCDEF"), ==, 40);
    }
  assert_sample (entry);
}

static void
test_ours (void)
{
  static const char * const wanted[] = {
    "debian-13", "ubuntu-24.04", "fedora-44", "rocky-9", "almalinux-9", "centos-stream-9",
    "opensuse-leap-16.0", "alpine-3.24", "archlinux",
  };
  g_autoptr (HostelImageCatalogue) catalogue = load ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));
  gboolean ended = FALSE;

  g_assert_cmpuint (n, >, 30);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HostelImageEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);
      char *key = g_strjoin ("/", hostel_image_entry_get_id (entry),
                             hostel_image_entry_get_arch (entry), NULL);

      g_test_message ("%s %s", key, hostel_image_entry_get_url (entry));
      assert_entry (entry);
      g_assert_true (hostel_image_catalogue_lookup (catalogue, key) == entry);
      g_assert_true (g_hash_table_add (seen, key));

      /* What has ended stands last. */
      if (g_str_equal (hostel_image_entry_get_arch (entry), hostel_image_get_host_arch ()))
        {
          g_assert_true (!ended || hostel_image_entry_get_end_of_life (entry));
          ended = hostel_image_entry_get_end_of_life (entry);
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *id = g_strconcat (wanted[i], "/x86_64", NULL);

      g_assert_nonnull (hostel_image_catalogue_lookup (catalogue, id));
    }
  g_assert_null (hostel_image_catalogue_lookup (catalogue, "no-such-image"));
  g_assert_null (hostel_image_catalogue_lookup (catalogue, ""));
  g_assert_null (hostel_image_catalogue_get_problem (catalogue));
}

static char *
write_override (const char *directory,
                const char *text)
{
  g_autofree char *dir = g_build_filename (folder, directory, "hostel", NULL);
  char *path = g_build_filename (dir, "images.yaml", NULL);

  g_mkdir_with_parents (dir, 0755);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  return path;
}

static void
test_overrides (void)
{
  g_autofree char *theirs = write_override ("etc",
    "images:\n"
    "  debian-13:\n    hidden: true\n"
    "  company:\n    name: Theirs\n    x86_64: https://example.org/a.qcow2\n"
    "  fedora-44:\n    name: Mirrored\n    x86_64: https://example.org/f.qcow2\n"
    "    checksums: \"sums/{file}.sha256\"\n    signature: inline\n    key: own\n"
    "keys:\n  own:\n    fingerprints: [" "36F612DCF27F7D1A48A835E4DBFCF71C6D9F90A6]\n");
  g_autofree char *mine = write_override ("home",
    "images:\n  company:\n    name: Mine\n    x86_64: http://example.org/b.qcow2?x=1\n");
  g_autoptr (HostelImageCatalogue) catalogue = load ();
  g_autofree char *file = NULL;
  HostelImageEntry *entry;

  g_assert_null (hostel_image_catalogue_get_problem (catalogue));
  g_assert_null (hostel_image_catalogue_lookup (catalogue, "debian-13/x86_64"));
  g_assert_null (hostel_image_catalogue_lookup (catalogue, "debian-13/aarch64"));
  g_assert_nonnull (hostel_image_catalogue_lookup (catalogue, "debian-12/x86_64"));

  entry = hostel_image_catalogue_lookup (catalogue, "company/x86_64");
  g_assert_cmpstr (hostel_image_entry_get_name (entry), ==, "Mine");
  file = hostel_image_entry_dup_file_name (entry);
  g_assert_cmpstr (file, ==, "b.qcow2");

  entry = hostel_image_catalogue_lookup (catalogue, "fedora-44/x86_64");
  g_assert_cmpstr (hostel_image_entry_get_checksums_url (entry), ==,
                   "https://example.org/sums/f.qcow2.sha256");
  g_assert_cmpstr (hostel_image_entry_get_key (entry)->id, ==, "own");
  g_assert_null (hostel_image_catalogue_lookup (catalogue, "fedora-44/aarch64"));

  g_unlink (theirs);
  g_unlink (mine);
}

static void
test_broken_overrides (void)
{
  static const char * const texts[] = {
    "images: [", "- a\n", "images:\n  ../x:\n    x86_64: https://a/b\n",
    "images:\n  x:\n    x86_64: file:///etc/passwd\n", "images:\n  x:\n    name: no address\n",
    "images:\n  x: 1\n", "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = write_override ("home", texts[i]);
      g_autoptr (HostelImageCatalogue) catalogue = load ();
      const GError *problem = hostel_image_catalogue_get_problem (catalogue);
      g_autofree char *printed = g_strescape (texts[i], NULL);

      g_test_message ("%s", printed);
      g_assert_nonnull (problem);
      g_assert_nonnull (strstr (problem->message, path));
      g_assert_nonnull (hostel_image_catalogue_lookup (catalogue, "debian-13/x86_64"));
      g_unlink (path);
    }
}

static void
test_matches (void)
{
  g_autoptr (HostelImageCatalogue) catalogue = load ();
  HostelImageEntry *entry = hostel_image_catalogue_lookup (catalogue, "ubuntu-24.04/aarch64");

  g_assert_true (hostel_image_entry_matches (entry, ""));
  g_assert_true (hostel_image_entry_matches (entry, "UBUNTU"));
  g_assert_true (hostel_image_entry_matches (entry, "24.04 arm64"));
  g_assert_true (hostel_image_entry_matches (entry, "noble"));
  g_assert_false (hostel_image_entry_matches (entry, "ubuntu 22.04"));
}

static void
test_file_names (void)
{
  static const struct { const char *url; const char *name; } cases[] = {
    { "https://a/b/c.qcow2", "c.qcow2" }, { "https://a/c.img?sig=1/2#x", "c.img" },
    { "https://a/x%20y.img", "x y.img" }, { "https://a/..", "image" },
    { "https://a/%2e%2e%2fetc", "image" }, { "https://a/.hidden", "image" },
    { "https://a/b%0Ac", "b_c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HostelImageEntry) entry = hostel_image_entry_new_for_url (cases[i].url);
      g_autofree char *name = hostel_image_entry_dup_file_name (entry);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *etc = NULL;
  g_autofree char *home = NULL;
  const char *remove[] = { "rm", "-rf", NULL, NULL };
  int status;

  folder = g_dir_make_tmp ("hostel-catalogue-XXXXXX", NULL);
  etc = g_build_filename (folder, "etc", NULL);
  home = g_build_filename (folder, "home", NULL);
  g_setenv ("XDG_CONFIG_DIRS", etc, TRUE);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-catalogue/samples", test_samples);
  g_test_add_func ("/image-catalogue/samples/random", test_random_samples);
  g_test_add_func ("/image-catalogue/ours", test_ours);
  g_test_add_func ("/image-catalogue/overrides", test_overrides);
  g_test_add_func ("/image-catalogue/overrides/broken", test_broken_overrides);
  g_test_add_func ("/image-catalogue/matches", test_matches);
  g_test_add_func ("/image-catalogue/file-names", test_file_names);

  status = g_test_run ();
  remove[2] = folder;
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (folder);

  return status;
}
