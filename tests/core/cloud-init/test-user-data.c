/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <time.h>

#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-user-data.h"

static gboolean
check (const char  *text,
       gssize       length,
       GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length < 0 ? strlen (text) : (gsize) length);

  return hostel_user_data_check (bytes, error);
}

static void
assert_taken (const char *text)
{
  g_autoptr (GError) error = NULL;

  check (text, -1, &error);
  g_assert_no_error (error);
}

/* The message names the line where there is one, and always the next action. */
static void
assert_refused (const char *text,
                gssize      length,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  if (check (text, length, &error))
    g_error ("taken: %s", text);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_assert_nonnull (hostel_error_get_remedy (error));
  if (strstr (error->message, message) == NULL)
    g_error ("“%s” is not in “%s”", message, error->message);
}

static void
test_taken (void)
{
  assert_taken ("#cloud-config\nhostname: web1\n");
  assert_taken ("#cloud-config\r\nhostname: web1\r\n");
  assert_taken ("#cloud-config\n");
  assert_taken ("#cloud-config\n# nothing\n");
  assert_taken ("#cloud-config\nruncmd:\n- |\n  if true; then\n  \techo tab\n  fi\n- \"a\tb\"\n# a\ttab\n");
  assert_taken ("#cloud-config\na: &x [1, 2]\nb: *x\nc: {d: e}\n");
  assert_taken ("#cloud-config\nbase: &b {shell: /bin/sh}\nusers:\n- <<: *b\n  name: a\n");
}

/* Other kinds that are well. */
static void
test_other_kinds (void)
{
  assert_taken ("#!/bin/sh\n\techo\n");
  assert_taken ("#include\nhttp://example.org/\n");
  assert_taken ("#include-once\nhttp://example.org/\n");
  assert_taken ("#cloud-boothook\n#!/bin/sh\n");
  assert_taken ("#cloud-config-archive\n- a: b\n- 'a: b'\n- |\n  #!/bin/sh\n");
  assert_taken ("#cloud-config-jsonp\n[]\n");
  assert_taken ("#part-handler\n");
  assert_taken ("## template: jinja\n#cloud-config\nhostname: {{ v1.x }}\n");
  assert_taken ("Content-Type: multipart/mixed; boundary=\"x\"\nMIME-Version: 1.0\n\n--x--\n");
}

#define CONFIG "#cloud-config\nhostname: web1\n"
#define MIME "Content-Type: multipart/mixed; boundary=\"sep\"\nMIME-Version: 1.0\n\n--sep\n"

static GBytes *
pack (const char *text)
{
  g_autoptr (GConverter) converter =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, converter);

  g_assert_true (g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static void
assert_kind (const char         *text,
             HostelUserDataKind  kind)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  g_assert_cmpint (hostel_user_data_get_kind (bytes), ==, kind);
}

/* The first words after white space count, and a header only at the very top. */
static void
test_kind (void)
{
  assert_kind ("#cloud-config\n# MIME-Version: 1.0\n", HOSTEL_USER_DATA_CLOUD_CONFIG);
  assert_kind ("\n \f#Cloud-Config and words\r\na: b\r\n", HOSTEL_USER_DATA_CLOUD_CONFIG);
  assert_kind ("\n#cloud-config\nMIME-Version: 1.0\n", HOSTEL_USER_DATA_CLOUD_CONFIG);
  assert_kind (" x: y\nMIME-Version: 1.0\n\n#cloud-config\n", HOSTEL_USER_DATA_OTHER);
  assert_kind ("mime-VERSION: 1.0\n\n" CONFIG, HOSTEL_USER_DATA_OTHER);
  assert_kind ("\xef\xbb\xbf" CONFIG, HOSTEL_USER_DATA_UNKNOWN);
  assert_kind ("# cloud-config\na: b\n", HOSTEL_USER_DATA_UNKNOWN);
  assert_kind ("##template: jinja\n" CONFIG, HOSTEL_USER_DATA_UNKNOWN);
}

/* A script is a file that the kernel looks at; a template needs its first line as it is. */
static void
test_scripts (void)
{
  assert_taken ("#!/bin/sh\r\necho\r\n");
  assert_refused ("\n\n#!/bin/sh\necho\n", -1, "empty line or a blank before “#!”");
  assert_refused (" #!/bin/sh\necho\n", -1, "cannot run");
  assert_taken ("#cloud-boothook\n\n  #!/bin/sh\necho\n");
  assert_refused ("#cloud-boothook\necho\n", -1, "does not begin with “#!”");
  assert_refused ("\n#cloud-boothook\n#!/bin/sh\n", -1, "very begin");
  assert_taken ("## template: jinja\n{% set a = 1 %}\n#cloud-config\n");
  assert_refused ("## template: jinja2\n" CONFIG, -1, "first line is not");
  assert_refused ("\n## template: jinja\n" CONFIG, -1, "first line is not");
  assert_refused ("## template: jinja\nhostname: a\n", -1, "does not go on");
}

/* What is inside is judged, too, at the line of the file. */
static void
test_parts (void)
{
  g_autoptr (GBytes) good = pack (CONFIG);
  g_autoptr (GBytes) bad = pack ("#cloud-config\na: [\n");
  gsize size = g_bytes_get_size (good);

  assert_taken (MIME "Content-Type: text/cloud-config\n\na: b\n--sep--\n");
  assert_taken (MIME "\n" CONFIG "--sep\nContent-Type: text/x-other\n\nx\n--sep--\n");
  assert_refused (MIME "Content-Type: text/cloud-config\n\na: b\nc: [\n--sep--\n", -1, "Line 8 is");
  assert_refused (MIME "Content-Type: text/x-shellscript\n\necho\n--sep--\n", -1, "“#!”");
  assert_refused (MIME "Content-Type: text/plain\n\nhello\n--sep\n\nx\n--sep--\n", -1, "of none");
  assert_refused (MIME "\n#cloud-config\na: \303\274\n--sep--\n", -1, "beyond ASCII");
  assert_refused ("#cloud-config\n# MIME-Version: \303\274\n", -1, "beyond ASCII");
  assert_refused ("#cloud-config-archive\na: b\n", -1, "not a list");
  assert_refused ("#cloud-config-archive\n- '#cloud-config\n\n  - x'\n", -1, "begins a list");
  assert_refused ("\x1f\x8b\x08\xff\xff", -1, "cannot be unpacked");
  assert_refused (g_bytes_get_data (good, NULL), size - 3, "cannot be unpacked");
  g_assert_true (check (g_bytes_get_data (good, NULL), size, NULL));
  assert_refused (g_bytes_get_data (bad, NULL), g_bytes_get_size (bad), "not valid YAML");
}

static gboolean
has_keys (const char *text,
          gboolean    packed)
{
  g_autoptr (GBytes) bytes = packed ? pack (text) : g_bytes_new_static (text, strlen (text));

  return hostel_user_data_has_host_keys (bytes);
}

/* Wherever a person's own host key is, and where it could come from, ours is not taken for the guest's. */
static void
test_host_keys (void)
{
  static const char * const with[] = {
    "#cloud-config\nssh_keys: {rsa_private: x}\n",
    "#cloud-config\n'ssh_keys':\n  rsa_private: x\n",
    "#cloud-config\n{\"a\": 1, \"ssh_keys\": {\"ed25519_private\": \"x\"}}\n",
    "#cloud-config\n\"ssh\\x5fkeys\": {}\n",
    "#cloud-config\n<<: {ssh_keys: {rsa_private: x}}\n",
    "#cloud-config\nwrite_files: [{path: /etc/ssh/ssh_host_rsa_key, content: x}]\n",
    "#cloud-config\nruncmd: [ssh-keygen -A]\n",
    "#cloud-config\nvendor_data: {enabled: off}\n",
    "#cloud-config\ncloud_init_modules: [bootcmd, users-groups]\n",
    MIME "Content-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\n"
      "c3NoX2tleXM6IHtyc2FfcHJpdmF0ZTogeH0K\n--sep--\n",
    MIME "Content-Type: text/plain\n\n#cloud-config\n\"ssh_keys\": {}\n--sep--\n",
    "#cloud-config-archive\n- {type: text/cloud-config, content: 'ssh_keys: {rsa_private: x}'}\n",
    "## template: jinja\n" CONFIG,
    "#include\nhttps://example.org/\n",
    "#part-handler\nimport os\n",
    "#cloud-boothook\n#!/bin/sh\ncp /key /etc/ssh/ssh_host_ed25519_key\n",
    "#!/bin/sh\necho HostKey /srv/key >> /etc/ssh/sshd_config\n",
  };
  static const char * const without[] = {
    CONFIG, "", "#!/bin/sh\nssh-keygen -t ed25519 -f key\n", "#cloud-config\n# ssh_keys: {}\n",
    "#cloud-config\ncloud_init_modules: [[ssh, always]]\nvendor_data: {enabled: true}\n",
    MIME "\n" CONFIG "--sep--\n", "#cloud-config\nssh_deletekeys: true\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (with); i++)
    {
      if (!has_keys (with[i], FALSE) || !has_keys (with[i], TRUE))
        g_error ("not seen: %s", with[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (without); i++)
    {
      if (has_keys (without[i], FALSE) || has_keys (without[i], TRUE))
        g_error ("seen: %s", without[i]);
    }
  g_assert_true (has_keys ("\x1f\x8b\x08\xff", FALSE));
}

static void
test_refused (void)
{
  assert_refused ("", 0, "#cloud-config");
  assert_refused ("hostname: web1\n", -1, "#cloud-config");
  assert_refused ("\xef\xbb\xbf#cloud-config\nhostname: web1\n", -1, "#cloud-config");
  assert_refused ("#cloud-config\n- a\n- b\n", -1, "Line 2 begins a list");
  assert_refused ("#cloud-config\njust text\n", -1, "Line 2 begins a text");
  assert_refused ("#cloud-config\nruncmd:\n\t- a\n", -1, "Line 3 has a tab");
  assert_refused ("#cloud-config\nruncmd:\n- a\n\n\tpackages: x\n", -1, "Line 5 has a tab");
  assert_refused ("#cloud-config\nhostname:\tweb1\n", -1, "Line 2 has a tab");
  assert_refused ("#cloud-config\nhostname: web1\t\n", -1, "Line 2 has a tab");
  assert_refused ("#cloud-config\nhostname: a\tb\n", -1, "Line 2 has a tab");
  assert_refused ("#cloud-config\na: b: c\n", -1, "Line 2 is not valid YAML");
  assert_refused ("#cloud-config\nx: 1\nusers: [a\n", -1, "is not valid YAML");
  assert_refused ("#cloud-config\nx: \"a\n", -1, "is not valid YAML");
  assert_refused ("#cloud-config\nx: 1\n---\ny: 2\n", -1, "Line 3 begins a second");
  assert_refused ("#cloud-config\nx: a\xff" "b\n", -1, "Line 2 is not valid UTF-8");
  assert_refused ("#cloud-config\nx: a\0b\n", 20, "Line 2 is not valid UTF-8");
  assert_refused ("#cloud-config\nx: \"a\\0b\"\n", -1, "Line 2 holds a NUL");
  assert_refused ("#cloud-config\nx: *nowhere\n", -1, "Line 2 uses");
  assert_refused ("#cloud-config\nx: &x [*x]\n", -1, "Line 2 uses");
  assert_refused ("#cloud-config\nx: !python/object y\n", -1, "Line 2 has the tag");
  assert_refused ("#cloud-config\n? [a, b]\n: c\n", -1, "as a key");
}

/* What PyYAML with cloud-init's loader takes, though others do not. */
static void
test_taken_as_pyyaml (void)
{
  assert_taken ("#cloud-config\n!!python/unicode 'locale': !!python/unicode 'de_DE.UTF-8'\n");
  assert_taken ("#cloud-config\n!!python/unicode packages:\n- !!python/unicode git\n");
  assert_taken ("#cloud-config\n=: x\n'<<': y\nz: '='\n");
  assert_taken ("#cloud-config\na: 2024-02-29\nb: '2024-13-45'\nc: 2024-1-45\n");
  assert_taken ("#cloud-config\na: !!binary aGV\\sbG8=\nb: !!set {x, y}\nc: !!omap [d: e]\n");
  assert_taken ("#cloud-config\n%YAML 1.9\n---\na: |\n \ttab\n...\n");
  assert_taken ("#cloud-config\na: {<<: {b: 1}, <<: {b: 2}}\nc: &d e\nf: [*d, *d]\n");
}

/* What it refuses, though others take it; at the line that it names. */
static void
test_refused_as_pyyaml (void)
{
  assert_refused ("#cloud-config\na: &m x\nb: &n y\nc: &m z\n", -1,
                  "Line 4 has the anchor “&m”, which line 2 has already");
  assert_refused ("#cloud-config\na: &m [&m x]\n", -1, "Line 2 has the anchor");
  assert_refused ("#cloud-config\na:\n- 2023-02-29\n", -1, "Line 3 has “2023-02-29”, a date");
  assert_refused ("#cloud-config\na: 2023-01-01 24:00:00\n", -1, "a date that does not exist");
  assert_refused ("#cloud-config\na:\n- =\n", -1, "Line 3 has a lone “=”");
  assert_refused ("#cloud-config\na: <<\n", -1, "Line 2 has a lone “<<”");
  assert_refused ("#cloud-config\n<<: text\n", -1, "Line 2 merges");
  assert_refused ("#cloud-config\na: !!binary aGVsbG8\n", -1, "not complete base64");
  assert_refused ("#cloud-config\na: !!binary Grüße\n", -1, "not complete base64");
  assert_refused ("#cloud-config\na: 0x_\n", -1, "cannot read as a number");
  assert_refused ("#cloud-config\na: !!int twelve\nb: !!bool maybe\n", -1, "Line 2");
  assert_refused ("#cloud-config\na: !!bool maybe\n", -1, "neither true nor false");
  assert_refused ("#cloud-config\na: !!python/str b\n", -1, "Line 2 has the tag");
  assert_refused ("#cloud-config\na: !!seq {b: c}\n", -1, "another kind of value");
  assert_refused ("#cloud-config\na: !!omap [{b: c, d: e}]\n", -1, "one pair");
  assert_refused ("#cloud-config\n? {a: b}\n: c\n", -1, "as a key");
  assert_refused ("#cloud-config\na: [http://x/?b=c]\n", -1, "Line 2 is not valid YAML");
  assert_refused ("#cloud-config\na: x\x07y\n", -1, "U+0007");
  assert_refused ("#cloud-config\na: \"\\ud83d\\ude00\"\n", -1, "no character in UTF-8");
  assert_refused ("#cloud-config\n%YAML 2.0\n---\na: b\n", -1, "Line 2 is not valid YAML");
  assert_refused ("#cloud-config\na: b\n...\n---\n", -1, "Line 4 begins a second");
}

static void
test_long_key (void)
{
  g_autofree char *key = g_strnfill (1025, 'k');
  g_autofree char *text = g_strconcat ("#cloud-config\n", key, ": x\n", NULL);

  assert_refused (text, -1, "Line 2 is not valid YAML");
  memmove (text + 14, text + 15, strlen (text + 15) + 1);
  assert_taken (text);
}

static void
test_large (void)
{
  gsize size = 50 * 1000 * 1000;
  g_autofree char *text = g_strnfill (size, 'x');
  clock_t start = clock ();

  memcpy (text, "#cloud-config\nx: ", 17);
  assert_refused (text, size, "47.7");
  memcpy (text, "#!/bin/sh\n", 10);
  assert_refused (text, size, "large");
  g_assert_cmpint (clock () - start, <, 2 * CLOCKS_PER_SEC);
}

/* A page of text that would be ten to the tenth values. */
static void
test_bomb (void)
{
  g_autoptr (GString) text = g_string_new ("#cloud-config\nl0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
  clock_t start = clock ();

  for (int i = 1; i < 10; i++)
    {
      g_string_append_printf (text, "l%d: &l%d [", i, i);
      for (int j = 0; j < 10; j++)
        g_string_append_printf (text, "%s*l%d", j > 0 ? ", " : "", i - 1);
      g_string_append (text, "]\n");
    }

  assert_refused (text->str, -1, "aliases");
  g_assert_cmpint (clock () - start, <, CLOCKS_PER_SEC);
}

/* Nothing that fits in the limit takes long. */
static void
test_worst_case (void)
{
  static const char * const patterns[] = {
    "[", "{", "[a, ", "{a: ", "? ", "- ", "? - ", "a: ", "!", "&a ", "\"", "'", "|\n", "x: [],\n", "#",
    "a:\n ", "\n", "%", "- - - ", "{a,", ": ", "- &x\n", "*x ", "[]\n", "a\n"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GString) text = g_string_new ("#cloud-config\n");
      g_autoptr (GError) error = NULL;
      clock_t start = clock ();

      while (text->len < 256 * 1024)
        g_string_append (text, patterns[i]);
      check (text->str, text->len, &error);
      g_test_message ("%zu: %.3f s, %s", i, (double) (clock () - start) / CLOCKS_PER_SEC,
                      error != NULL ? error->message : "taken");
      g_assert_cmpint (clock () - start, <, 5 * CLOCKS_PER_SEC);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/user-data/taken", test_taken);
  g_test_add_func ("/user-data/other-kinds", test_other_kinds);
  g_test_add_func ("/user-data/kind", test_kind);
  g_test_add_func ("/user-data/scripts", test_scripts);
  g_test_add_func ("/user-data/parts", test_parts);
  g_test_add_func ("/user-data/host-keys", test_host_keys);
  g_test_add_func ("/user-data/refused", test_refused);
  g_test_add_func ("/user-data/taken-as-pyyaml", test_taken_as_pyyaml);
  g_test_add_func ("/user-data/refused-as-pyyaml", test_refused_as_pyyaml);
  g_test_add_func ("/user-data/long-key", test_long_key);
  g_test_add_func ("/user-data/large", test_large);
  g_test_add_func ("/user-data/bomb", test_bomb);
  g_test_add_func ("/user-data/worst-case", test_worst_case);

  return g_test_run ();
}
