/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-config.h"
#include "long.h"

/* Documents of tests/corpus, changed at random: whatever is read can be changed by the form, and says
 * the same when it is read again. HOSTEL_TEST_LONG=1 goes on for a minute, HOSTEL_FUZZ_SEED says from
 * where; what it finds is kept as one more file of the corpus. */

#define SECONDS long_count (2, 60)
#define DEFAULT_SEED 20240229
#define MAX_LENGTH 4096

static GPtrArray *
load_corpus (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "corpus", "cloud-config", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      char *text = NULL;
      gsize length = 0;

      g_assert_true (g_file_get_contents (file, &text, &length, NULL));
      g_ptr_array_add (corpus, g_bytes_new_take (text, length));
    }

  return corpus;
}

static guint32
get_seed (void)
{
  const char *text = g_getenv ("HOSTEL_FUZZ_SEED");

  return text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : DEFAULT_SEED;
}

static void
assert_holds (const char *text,
              gsize       length)
{
  /* As a file has it, without a NUL: the address sanitizer sees who reads on. */
  g_autofree char *bytes = g_memdup2 (text, length);
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (bytes, length, NULL);
  g_autoptr (HostelCloudConfig) again = NULL;
  g_autoptr (HostelCloudUser) user = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  if (config == NULL)
    return;

  written = hostel_cloud_config_to_string (config, &error);
  if (written == NULL || strlen (written) != length || memcmp (written, text, length) != 0)
    g_error ("changed by reading: [%.*s]", (int) length, text);
  g_clear_pointer (&written, g_free);

  user = hostel_cloud_user_new ("fuzz");
  hostel_cloud_config_add_user (config, user);
  hostel_cloud_config_set_hostname (config, "fuzz");
  hostel_cloud_config_set_packages (config, (const char * const []) { "fuzz", "b", NULL });
  hostel_cloud_config_set_run_commands (config, NULL);
  g_object_set (config,
                "groups", (const char * const []) { "admins: root", "web", NULL },
                "apt-sources", (const char * const []) { "docker: ppa:a/b key=9DC858229FC7DD38", NULL },
                "yum-repositories", (const char * const []) { "tools: http://a", NULL },
                "partitions", (const char * const []) { "/dev/vdb gpt 50 50", NULL },
                "file-systems", (const char * const []) { "/dev/vdb1 xfs a b", NULL }, NULL);

  written = hostel_cloud_config_to_string (config, &error);
  g_assert_no_error (error);
  again = hostel_cloud_config_new_from_string (written, -1, &error);
  if (again == NULL || !hostel_cloud_config_equal (config, again))
    g_error ("[%.*s] became [%s]", (int) length, text, written);
}

static void
mutate (GRand     *rand,
        GString   *text,
        GPtrArray *corpus)
{
  static const char pieces[] = "-:?#&*!|>'\"%@`{}[],\n\n  \t~<=\\0aé\r";
  GBytes *other = g_ptr_array_index (corpus, g_rand_int_range (rand, 0, corpus->len));
  gsize size;
  const char *data = g_bytes_get_data (other, &size);
  gsize at = g_rand_int_range (rand, 0, text->len);
  gsize from = g_rand_int_range (rand, 0, size);
  gsize length = g_rand_int_range (rand, 1, 40);

  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      text->str[at] = pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];
      break;
    case 1:
      g_string_erase (text, at, MIN (text->len - at, length));
      break;
    case 2:
      g_string_insert_len (text, at, data + from, MIN (size - from, length));
      break;
    case 3:
      g_string_insert_len (text, at, text->str + at, MIN (text->len - at, 16));
      break;
    default:
      g_string_insert_c (text, at, pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)]);
    }
}

static void
test_corpus (void)
{
  g_autoptr (GPtrArray) corpus = load_corpus ();

  for (guint i = 0; i < corpus->len; i++)
    {
      gsize size;
      const char *data = g_bytes_get_data (g_ptr_array_index (corpus, i), &size);

      assert_holds (data, size);
    }
}

static void
test_mutations (void)
{
  gint64 deadline = g_get_monotonic_time () + SECONDS * G_TIME_SPAN_SECOND;
  g_autoptr (GRand) rand = g_rand_new_with_seed (get_seed ());
  g_autoptr (GPtrArray) corpus = load_corpus ();
  guint tried = 0;

  for (; g_get_monotonic_time () < deadline; tried++)
    {
      GBytes *seed = g_ptr_array_index (corpus, g_rand_int_range (rand, 0, corpus->len));
      gsize size;
      const char *data = g_bytes_get_data (seed, &size);
      g_autoptr (GString) text = g_string_new_len (data, size);

      for (int i = g_rand_int_range (rand, 1, 6); i > 0 && text->len > 4; i--)
        mutate (rand, text, corpus);

      if (text->len > 0 && text->len < MAX_LENGTH)
        assert_holds (text->str, text->len);
    }

  g_test_message ("%u documents", tried);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-fuzz/corpus", test_corpus);
  g_test_add_func ("/cloud-fuzz/mutations", test_mutations);

  return g_test_run ();
}
