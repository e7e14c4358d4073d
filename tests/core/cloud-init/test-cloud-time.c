/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <time.h>

#include "hostel-cloud-check.h"
#include "hostel-cloud-config.h"
#include "hostel-cloud-secrets.h"
#include "hostel-user-data.h"

/* Documents as large as they are taken, of the shapes that cost most. What counts is the time of the
 * processor, for the machine that this runs on may be a busy one; a step that took the square of the
 * length would need many times the bounds. */

#define WHOLE (HOSTEL_CLOUD_CONFIG_MAX_SIZE - 64 * 1024)
#define MAX_SECONDS 2.5 /* for a whole one */

#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define SLOWER 8
#else
#define SLOWER 1
#endif

/* Of the smaller document that tells how the time grows: not much more than its length. */
#define PART 4
#define MAX_GROWTH (2 * PART)
#define MEASURABLE 0.1 /* below it, growth is noise */

typedef struct
{
  const char *name;
  const char *head;
  const char *format; /* of a line or item */
  const char *tail;
  guint       levels; /* of anchors, each with the one before in it, between head and lines */
  gboolean    whole;  /* these took longest; of the others a third tells as much */
} Shape;

/* The numbers of a format are %1$u, and %2$u for the one before. */
static const Shape shapes[] = {
  { "plain", "", "key-%1$u: value\n", "", .whole = TRUE },
  { "packages", "packages:\n", "- package-%1$u\n", "" },
  { "one line", "packages: [", "p%1$u, ", "last]\n" },
  { "lines in a flow list", "packages: [\n", "  p%1$u, # why %1$u\n", "  last\n]\n" },
  { "anchors", "", "a%1$u: &a%1$u value\n", "packages: [*a1]\n" },
  { "anchors and aliases", "x: &a0 v\n", "a%1$u: [&a%1$u v, *a%2$u]\n", "" },
  { "anchored secrets", "x: &a0 v\n", "password%1$u: {passwd: &a%1$u w%1$u, z: *a%2$u}\n", "", .whole = TRUE },
  { "secrets", "users:\n", "- {name: u%1$u, passwd: x%1$u}\n", "", .whole = TRUE },
  { "the same key", "", "hostname: h%1$u\n", "" },
  { "the same secret", "", "key: h%1$u\n", "" },
  { "unknown keys", "", "usres%1$u: h\n", "", .whole = TRUE },
  { "errors", "packages: 1\nusers:\n", "- nmae: [%1$u]\n", "", .whole = TRUE },
  { "comments", "hostname: a\n", "# comment %1$u\n", "packages: [a]\n" },
  { "merges", "x: &d {a: 1, b: 2}\ny:\n", "- {<<: *d, c: %1$u}\n", "" },
  { "merges in one", "x: &d {a: 1}\ny:\n", "  <<: *d\n", "" },
  { "numbers", "a:\n", "- [%1$u, 0x%1$u, 1.%1$u, 12:30:%1$u]\n", "" },
  { "dates", "a:\n", "- 2024-01-01 10:10:10.%1$u\n", "" },
  { "files", "write_files:\n", "- path: /etc/f%1$u\n  content: |\n    text\n", "" },
  { "commands", "runcmd:\n", "- [echo, \"%1$u\"]\n", "" },
  { "quoted", "a: \"", "\\u00e9 %1$u ", "\"\n" },
  { "long words", "a:\n- ", "x%1$u", "\n" },
  { "folded", "a: >\n", "  line %1$u\n\n", "" },
  { "blank lines", "a: b\n", "\n", "" },
  { "addresses", "apt:\n  sources:\n", "    s%1$u: {source: 'deb http://u:p@h%1$u/'}\n", "", .whole = TRUE },
  { "underscores", "a: '", "_-_passw", "'\n" },
  { "mounts", "mounts:\n", "- [//h/s%1$u, /m, cifs, 'password=x,ro']\n", "" },
  { "groups", "groups:\n", "- g%1$u: [root]\n", "" },
  { "repositories", "yum_repos:\n", "  r%1$u: {baseurl: 'http://x/'}\n", "" },
  { "complex keys", "", "? k%1$u\n: v\n", "" },
  { "brackets", "a: ", "[", "\n" },
  { "indentation", "a:\n", "- - - - - - %1$u\n", "" },
  { "tags", "a:\n", "- !!str x%1$u\n", "" },
  { "a chain of secrets", "t0: &t0 [v]\n", "key-%1$u: value\n", "password: *t200\n", 200, TRUE },
  { "other releases", "users:\n", "- {name: u%1$u, doas: [permit %1$u]}\n", "" },
  { "unlike servers", "ntp:\n  servers:\n", "  - s%1$u\n", "" },
  { "one file again and again", "write_files:\n", "- {path: /f, content: t%1$u}\n", "", .whole = TRUE },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
static GString *
make (const Shape *shape,
      gsize        size)
{
  GString *text = g_string_new ("#cloud-config\n");

  g_string_append (text, shape->head);
  for (guint i = 1; i <= shape->levels; i++)
    g_string_append_printf (text, "t%u: &t%u [*t%u]\n", i, i, i - 1);
  for (guint i = 1; text->len < size; i++)
    g_string_append_printf (text, shape->format, i, i - 1);
  g_string_append (text, shape->tail);

  return text;
}
#pragma GCC diagnostic pop

static double
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void
judge (const char *text,
       gsize       length)
{
  g_autoptr (GPtrArray) marks = hostel_cloud_check (text, length);

  g_assert_cmpuint (marks->len, <=, 1001);
}

/* One line more in each of the lists. */
static void
add_lines (HostelCloudConfig *config)
{
  static const char * const lists[] = { "packages", "run-commands", "mounts", "groups", "yum-repositories" };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (GStrv) old = NULL;
      g_autoptr (GStrvBuilder) now = g_strv_builder_new ();
      g_auto (GStrv) lines = NULL;

      g_object_get (config, lists[i], &old, NULL);
      if (old == NULL)
        continue;
      g_strv_builder_addv (now, (const char **) old);
      g_strv_builder_add (now, old[0]);
      lines = g_strv_builder_end (now);
      g_object_set (config, lists[i], lines, NULL);
    }
}

static void
add_file (HostelCloudConfig *config)
{
  GPtrArray *old = hostel_cloud_config_get_files (config);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_cloud_file_free);
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);

  if (old->len == 0)
    return;
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add (files, hostel_cloud_file_copy (g_ptr_array_index (old, i)));
  g_ptr_array_add (files, hostel_cloud_file_new ("/etc/more", content));
  hostel_cloud_config_set_files (config, files);
}

static void
edit (const char *text,
      gsize       length)
{
  g_autoptr (HostelCloudConfig) config = hostel_cloud_config_new_from_string (text, length, NULL);
  g_autofree char *written = NULL;

  if (config == NULL)
    return;

  hostel_cloud_config_set_hostname (config, "another");
  add_lines (config);
  add_file (config);
  written = hostel_cloud_config_to_string (config, NULL);
  g_assert_nonnull (written);
}

static void
strip (const char *text,
       gsize       length)
{
  g_autofree char *stripped = hostel_cloud_secrets_strip (text, length, NULL);
}

static void
look_for_keys (const char *text,
               gsize       length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);

  hostel_user_data_has_host_keys (bytes);
}

static const struct
{
  const char *name;
  void      (*run) (const char *text, gsize length);
} steps[] = {
  { "marks", judge },
  { "form", edit },
  { "secrets", strip },
  { "host keys", look_for_keys },
};

static double
run (const Shape *shape,
     guint        step,
     gsize        size)
{
  GString *text = make (shape, size);
  double start = get_seconds ();
  double seconds;

  steps[step].run (text->str, text->len);
  seconds = get_seconds () - start;
  g_string_free (text, TRUE);

  return seconds;
}

/* How many times as long the document, which took @seconds, takes as a part of it does; a busy machine may
 * spoil one of the measurements. */
static double
measure_growth (const Shape *shape,
                guint        step,
                gsize        size,
                double       seconds)
{
  double least = seconds / run (shape, step, size / PART);

  for (guint i = 0; i < 2 && least >= MAX_GROWTH; i++)
    least = MIN (least, run (shape, step, size) / run (shape, step, size / PART));

  return least;
}

static void
test_shape (gconstpointer data)
{
  const Shape *shape = data;
  gsize size = (shape->whole ? WHOLE : WHOLE / 3) / SLOWER;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double seconds = run (shape, i, size);
      double growth = seconds >= MEASURABLE ? measure_growth (shape, i, size, seconds) : 0;

      g_test_message ("%s: %.3f s, growth %.1f", steps[i].name, seconds, growth);
      g_assert_cmpfloat (seconds, <, MAX_SECONDS * size * SLOWER / WHOLE);
      g_assert_cmpfloat (growth, <, MAX_GROWTH);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cloud-time/%s", shapes[i].name);

      g_test_add_data_func (path, &shapes[i], test_shape);
    }

  return g_test_run ();
}
