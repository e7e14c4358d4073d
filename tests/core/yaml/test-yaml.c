/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-yaml.h"

static HostelYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  /* As a file has it, without a NUL: the address sanitizer sees who reads on. */
  g_autofree char *bytes = g_memdup2 (text, strlen (text));
  HostelYaml *root = hostel_yaml_parse (bytes, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

static void
test_tree (void)
{
  g_autoptr (HostelYaml) root = parse ("a: 1\nb: [x, 'y']\nc:\n  d: null\n  e: ~\n");
  HostelYaml *b = hostel_yaml_lookup (root, "b");

  g_assert_cmpstr (hostel_yaml_lookup_string (root, "a"), ==, "1");
  g_assert_cmpuint (hostel_yaml_get_length (b), ==, 2);
  g_assert_cmpuint (hostel_yaml_get_child (b, 1)->line, ==, 2);
  g_assert_true (hostel_yaml_is_null (hostel_yaml_lookup (hostel_yaml_lookup (root, "c"), "d")));
  g_assert_null (hostel_yaml_lookup (root, "z"));
  g_assert_null (hostel_yaml_lookup (b, "z"));
}

static void
test_ends_in_comment (void)
{
  g_autoptr (HostelYaml) root = parse ("a: 1 # the last line");

  g_assert_cmpstr (hostel_yaml_lookup_string (root, "a"), ==, "1");
}

/* PyYAML: own keys win, then the first of a list of merged mappings. */
static void
test_merge (void)
{
  g_autoptr (HostelYaml) root =
    parse ("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\nw: {<<: *x, a: 9}\n");
  HostelYaml *z = hostel_yaml_lookup (root, "z");

  g_assert_cmpstr (hostel_yaml_lookup_string (z, "a"), ==, "1");
  g_assert_cmpstr (hostel_yaml_lookup_string (z, "b"), ==, "1");
  g_assert_cmpstr (hostel_yaml_lookup_string (z, "c"), ==, "3");
  g_assert_null (hostel_yaml_lookup (z, "<<"));
  g_assert_cmpstr (hostel_yaml_lookup_string (hostel_yaml_lookup (root, "w"), "a"), ==, "9");
}

static gboolean
equal (const char *one,
       const char *two)
{
  g_autoptr (HostelYaml) first = parse (one);
  g_autoptr (HostelYaml) second = parse (two);

  return hostel_yaml_equal (first, second);
}

static void
test_equal (void)
{
  g_assert_true (equal ("a: word", "'a': \"word\""));
  g_assert_true (equal ("a: [1, 2]", "a:\n- 1\n- 2\n"));
  g_assert_true (equal ("a: ~", "a:"));
  g_assert_true (equal ("a: x\nb: y", "b: y\na: x"));
  g_assert_true (equal ("a: |\n  x\n", "a: \"x\\n\""));
  g_assert_false (equal ("a: yes", "a: 'yes'"));
  g_assert_false (equal ("a: 1", "a: '1'"));
  g_assert_false (equal ("a: ''", "a:"));
  g_assert_false (equal ("a: x", "b: x"));
  g_assert_false (equal ("a: [x, y]", "a: [y, x]"));
  g_assert_false (equal ("a: [x]", "a: {x: }"));
}

static void
test_depth (void)
{
  g_autofree char *open = g_strnfill (HOSTEL_YAML_MAX_DEPTH, '[');
  g_autofree char *close = g_strnfill (HOSTEL_YAML_MAX_DEPTH, ']');
  g_autofree char *fits = g_strconcat (open, close, NULL);
  g_autofree char *deep = g_strconcat ("[", open, close, "]", NULL);
  g_autoptr (HostelYaml) root = parse (fits);
  g_autoptr (GError) error = NULL;

  g_assert_null (hostel_yaml_parse (deep, strlen (deep), &error));
  g_assert_nonnull (strstr (error->message, "levels deep"));
}

/* What is parsed, written and parsed again is the same. */
static void
assert_round_trip (const char *text)
{
  g_autoptr (HostelYaml) root = hostel_yaml_parse (text, strlen (text), NULL);
  g_autoptr (HostelYaml) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  if (root == NULL)
    return;

  written = hostel_yaml_emit (root, NULL);
  again = hostel_yaml_parse (written, strlen (written), &error);
  if (again == NULL || !hostel_yaml_equal (root, again))
    g_error ("%s: [%s] became [%s]", error != NULL ? error->message : "not equal", text, written);
}

static const char * const documents[] = {
  "#cloud-config\nusers:\n- default\n- name: alice\n  groups: [sudo, adm]\n  passwd: '$6$x'\n",
  "a: &x [1, {b: c}]\nd: *x\n\"e\": 'it''s'\nf: >-\n  folded\n  text\n\n  more\ng: |+\n  keep\n\n",
  "x: &a {k: v}\ny:\n  <<: *a\n  z: !!str 5\n? long key\n: - nested\n  - - deeper\n",
  "# comment\nkey: [\n  one, # note\n  two ]\nempty: {}\nnone:\nlist: []\nu: \"\\u263a \\x41\\t\"\n",
  "write_files:\n- path: /a\n  content: !!binary aGVsbG8=\n- {path: /b, content: \"x\\ny\"}\n",
};

static void
test_round_trip (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    assert_round_trip (documents[i]);

  assert_round_trip ("[a, , null, ~]");
  assert_round_trip ("{a: , b: ''}");
  assert_round_trip ("'key: with': \"#x\"");
  assert_round_trip ("a: |2\n    indented\n  less\n");
  assert_round_trip ("\"tab\\tkey\": x");
}

/* Deterministic mutations: whatever comes out is refused or survives a round trip. */
static void
test_mutations (void)
{
  static const char pieces[] = "-:?#&*!|>'\"%@`{}[],\n\n  \t~<=\\0aé";
  gint64 deadline = g_get_monotonic_time () + 1500 * 1000;
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);
  guint taken = 0;
  guint tried = 0;

  for (; tried < 20000 && g_get_monotonic_time () < deadline; tried++)
    {
      const char *document = documents[g_rand_int_range (rand, 0, G_N_ELEMENTS (documents))];
      g_autoptr (GString) text = g_string_new (document);
      g_autoptr (HostelYaml) root = NULL;

      for (int i = g_rand_int_range (rand, 1, 6); i > 0 && text->len > 4; i--)
        {
          gsize at = g_rand_int_range (rand, 0, text->len);
          gsize from = g_rand_int_range (rand, 0, text->len);
          gsize length = g_rand_int_range (rand, 1, 8);
          g_autofree char *part = g_strndup (text->str + from, g_rand_int_range (rand, 1, 12));

          switch (g_rand_int_range (rand, 0, 4))
            {
            case 0:
              text->str[at] = pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];
              break;

            case 1:
              g_string_erase (text, at, MIN (text->len - at, length));
              break;

            case 2:
              g_string_insert (text, at, part);
              break;

            default:
              g_string_insert_c (text, at, pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)]);
            }
        }

      if ((root = hostel_yaml_parse (text->str, text->len, NULL)))
        {
          taken++;
          assert_round_trip (text->str);
        }
    }

  g_test_message ("%u of %u mutations were YAML", taken, tried);
  g_assert_cmpuint (tried, >, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/yaml/tree", test_tree);
  g_test_add_func ("/yaml/ends-in-comment", test_ends_in_comment);
  g_test_add_func ("/yaml/merge", test_merge);
  g_test_add_func ("/yaml/equal", test_equal);
  g_test_add_func ("/yaml/depth", test_depth);
  g_test_add_func ("/yaml/round-trip", test_round_trip);
  g_test_add_func ("/yaml/mutations", test_mutations);

  return g_test_run ();
}
