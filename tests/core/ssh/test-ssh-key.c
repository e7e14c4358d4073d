/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hostel-cloud-user.h"
#include "hostel-error.h"
#include "hostel-host-key.h"
#include "hostel-known-hosts.h"
#include "hostel-ssh-command.h"
#include "hostel-ssh-key.h"
#include "hostel-user-data.h"
#include "hostel-vendor-data.h"
#include "whole-stacks.h"

static char *home;     /* a home directory with keys made by ssh-keygen */
static char *ssh_keygen;

static const char * const kinds[][2] = {
  { "ed25519", "256" },
  { "rsa", "2048" },
  { "ecdsa", "256" },
  { "ecdsa", "384" },
  { "ecdsa", "521" },
  { "dsa", "1024" },
};

static char *
key_path (gsize       kind,
          const char *suffix)
{
  return g_strdup_printf ("%s/.ssh/id_%s%s%s", home, kinds[kind][0],
                          kind == 0 ? "" : kinds[kind][1], suffix);
}

static void
make_keys (void)
{
  g_autofree char *directory = NULL;

  home = g_dir_make_tmp ("hostel-ssh-XXXXXX", NULL);
  directory = g_build_filename (home, ".ssh", NULL);
  g_mkdir (directory, 0700);

  for (gsize i = 0; ssh_keygen != NULL && i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = key_path (i, "");
      /* New ssh-keygen makes no DSA keys; the test then has one kind less. */
      const char *argv[] = { ssh_keygen, "-q", "-t", kinds[i][0], "-b", kinds[i][1], "-N", "", "-C",
                             "alice@laptop", "-f", path, NULL };

      g_spawn_sync (NULL, (char **) argv, NULL,
                    G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                    NULL, NULL);
    }
}

static void
remove_keys (void)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", home);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

static gboolean
skip_without_keys (void)
{
  if (ssh_keygen == NULL)
    g_test_skip ("ssh-keygen is not installed");

  return ssh_keygen == NULL;
}

static void
assert_refused (const char *line)
{
  g_autoptr (GError) error = NULL;

  if (hostel_ssh_key_check (line, &error))
    g_error ("taken: %s", line);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_assert_nonnull (hostel_error_get_remedy (error));
}

static void
assert_taken (const char *line)
{
  g_autoptr (GError) error = NULL;

  hostel_ssh_key_check (line, &error);
  g_assert_no_error (error);
}

/* Each real key is taken, with and without comment and options; cut anywhere it is refused. */
static void
test_real_keys (void)
{
  guint n = 0;

  if (skip_without_keys ())
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = key_path (i, ".pub");
      g_autofree char *text = NULL;
      g_autofree char *with_options = NULL;
      g_autofree char *no_comment = NULL;
      g_auto (GStrv) words = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;

      n++;
      g_strchomp (text);
      words = g_strsplit (text, " ", 3);
      no_comment = g_strdup_printf ("%s %s", words[0], words[1]);
      with_options = g_strdup_printf ("command=\"echo \\\"a b\\\"\",no-pty %s", text);
      assert_taken (text);
      assert_taken (no_comment);
      assert_taken (with_options);

      for (gsize length = 0; length < strlen (no_comment); length++)
        {
          g_autofree char *cut = g_strndup (no_comment, length);
          g_autofree char *beginning = g_strdup_printf ("%s %s alice", words[0],
                                                        no_comment + strlen (words[0]) + 1 +
                                                        MIN (length + 1, strlen (words[1])));

          assert_refused (cut);
          assert_refused (beginning);
        }
    }
  g_assert_cmpuint (n, >=, 5);
}

static void
test_security_key (void)
{
  /* Made with a security key; such a key cannot be made here. */
  assert_taken ("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAECAwQFBgcI"
                "CQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gAAAABHNzaDo= alice");
}

/* The private half is never stored, whole or in part, and no message repeats it. */
static void
test_private (void)
{
  if (skip_without_keys ())
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = key_path (i, "");
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) file_error = NULL;
      g_autoptr (HostelCloudUser) user = hostel_cloud_user_new ("alice");
      g_auto (GStrv) lines = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;

      g_assert_null (hostel_ssh_key_parse_lines (text, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "private key"));
      lines = g_strsplit (text, "\n", -1);
      g_assert_null (strstr (error->message, lines[1]));
      assert_refused (lines[1]);

      g_assert_null (hostel_ssh_key_read_file (path, &file_error));
      g_assert_error (file_error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);

      hostel_cloud_user_set_ssh_keys (user, (const char * const []) { text, lines[1], NULL });
      g_assert_null (hostel_cloud_user_get_ssh_keys (user));
    }
}

static void
test_refused (void)
{
  assert_refused ("");
  assert_refused ("hello");
  assert_refused ("ssh-ed25519");
  assert_refused ("ssh-ed25519 ");
  assert_refused ("ssh-ed25519 !!!!");
  assert_refused ("ssh-foo AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g");
  /* The type outside is not the one inside. */
  assert_refused ("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g");
  assert_refused ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
                  " a\nssh-ed25519 x");
  assert_refused ("command=\"open ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMU"
                  "FRYXGBkaGxwdHh8g");
  assert_refused ("-----BEGIN OPENSSH PRIVATE KEY-----");
  assert_refused ("PuTTY-User-Key-File-3: ssh-ed25519");
  assert_refused ("---- BEGIN SSH2 PUBLIC KEY ----");
  assert_refused ("\xff\xfe");
  /* Something behind the key, in the same base64. */
  assert_refused ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gAAAA");
  /* 512 bits. */
  assert_refused ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp9"
                  "8C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvuNMoSfm76");
}

static void
test_lines (void)
{
  const char *key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
  g_autofree char *text = g_strdup_printf ("# mine\r\n\r\n  %s one  \r\n%s two\n", key, key);
  g_autofree char *bad = g_strdup_printf ("%s\n%.60s\n", key, key);
  g_autofree char *first = g_strdup_printf ("%s one", key);
  g_autofree char *label = hostel_ssh_key_dup_label (first);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = hostel_ssh_key_parse_lines (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (keys), ==, 2);
  g_assert_cmpstr (keys[0], ==, first);
  g_assert_cmpstr (label, ==, "one (ED25519)");

  g_assert_null (hostel_ssh_key_parse_lines (bad, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

static void
test_find_own (void)
{
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) none = hostel_ssh_key_find_own ("/nonexistent");
  g_autofree char *junk = g_build_filename (home, ".ssh", "aaa.pub", NULL);
  g_autofree char *copy = g_build_filename (home, ".ssh", "copy.pub", NULL);
  g_autofree char *path = key_path (0, ".pub");
  g_autofree char *text = NULL;
  guint n_ed25519 = 0;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  if (skip_without_keys ())
    return;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_file_set_contents (junk, "no key", -1, NULL));
  g_assert_true (g_file_set_contents (copy, text, -1, NULL));
  keys = hostel_ssh_key_find_own (home);
  g_assert_cmpuint (g_strv_length (keys), >=, 5);
  g_assert_cmpstr (keys[0], ==, g_strchomp (text));
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      assert_taken (keys[i]);
      n_ed25519 += g_str_has_prefix (keys[i], "ssh-ed25519");
    }
  g_assert_cmpuint (n_ed25519, ==, 1);
}

/* Without a comment the key's name is its fingerprint, as ssh-keygen has it. */
static void
test_fingerprint (void)
{
  g_autofree char *path = key_path (0, ".pub");
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;
  g_autofree char *output = NULL;
  g_autofree char *command = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) fields = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *line = NULL;

  if (skip_without_keys ())
    return;

  command = g_strdup_printf ("%s -l -f %s", ssh_keygen, path);
  g_assert_true (g_spawn_command_line_sync (command, &output, NULL, NULL, NULL));
  fields = g_strsplit (output, " ", 3);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", 3);
  line = g_strdup_printf ("%s %s", words[0], words[1]);
  label = hostel_ssh_key_dup_label (line);
  expected = g_strdup_printf ("%s (ED25519)", fields[1]);
  g_assert_cmpstr (label, ==, expected);
}

/* What OpenSSH says of a file, without white space around it. */
static char *
ask_ssh_keygen (const char *option,
                const char *argument,
                const char *path)
{
  const char *argv[] = { ssh_keygen, option, argument, "-f", path, NULL };
  char *output = NULL;

  /* Two forms: "-y -f PATH" and "-F ALIAS -f PATH". */
  if (argument == NULL)
    {
      argv[2] = "-f";
      argv[3] = path;
      argv[4] = NULL;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &output, NULL, NULL, NULL));

  return g_strstrip (output);
}

/* What ssh-keygen(1) writes of the same key, but for the random check number in the middle. */
static void
assert_same_file (HostelHostKey *key,
                  const char    *path)
{
  const char *argv[] = { ssh_keygen, "-q", "-p", "-N", "", "-C", "", "-f", path, NULL };
  g_autofree char *text = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               NULL, NULL, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpuint (strlen (text), ==, strlen (key->private_key));
  g_assert_cmpint (memcmp (text, key->private_key, 160), ==, 0);
  g_assert_cmpstr (text + 184, ==, key->private_key + 184);
}

/* Both halves belong together, and each time another one. */
static void
test_host_key (void)
{
  g_autoptr (HostelHostKey) key = NULL;
  g_autoptr (HostelHostKey) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) vendor_data = NULL;
  g_autofree char *path = g_build_filename (home, "host-key", NULL);
  g_autofree char *public_key = NULL;
  g_autofree char *text = NULL;

  if (skip_without_keys ())
    return;

  key = hostel_host_key_new (&error);
  g_assert_no_error (error);
  other = hostel_host_key_new (&error);
  g_assert_no_error (error);
  g_assert_cmpstr (key->public_key, !=, other->public_key);
  assert_taken (key->public_key);

  g_assert_true (g_file_set_contents_full (path, key->private_key, -1,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  public_key = ask_ssh_keygen ("-y", NULL, path);
  g_assert_cmpstr (public_key, ==, key->public_key);

  assert_same_file (key, path);

  vendor_data = hostel_vendor_data_new (HOSTEL_VENDOR_DATA_NONE, key, NULL);
  text = g_strndup (g_bytes_get_data (vendor_data, NULL), g_bytes_get_size (vendor_data));
  g_assert_nonnull (strstr (text, "\n#cloud-config\nssh_keys:\n  ed25519_private: |\n    -----BEGIN "));
  g_assert_nonnull (strstr (text, key->public_key));
}

#define KEY_A \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqXgRLKG73K+sIxs5oj3E2nhu/4FHxOcrmAd4Wv7ki7"
#define KEY_B \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID4j6BYAOVlKM4lPZWThsTSLvXoAiNQsSstz7q7VnACd"
#define KEY_C \
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC59LAOpUHriZez1tTVohaUzk6ICnSQTlJlyZaGiWu/G"

static void
assert_known_hosts (const char *expected)
{
  g_autofree char *path = hostel_known_hosts_dup_path ();
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_known_hosts (void)
{
  g_autofree char *path = hostel_known_hosts_dup_path ();
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hostel_known_hosts_remove ("one", &error));
  g_assert_true (hostel_known_hosts_add ("one", KEY_A, &error));
  g_assert_true (hostel_known_hosts_add ("one-more", KEY_B " of-somebody", &error));
  g_assert_true (hostel_known_hosts_add ("one", KEY_C, &error));
  g_assert_no_error (error);
  assert_known_hosts ("one-more " KEY_B "\none " KEY_C "\n");
  if (ssh_keygen != NULL)
    {
      found = ask_ssh_keygen ("-F", "one", path);
      g_assert_nonnull (strstr (found, "one " KEY_C));
    }

  g_assert_true (hostel_known_hosts_remove ("one", &error));
  assert_known_hosts ("one-more " KEY_B "\n");
}

/* What a stranger calls a key, or a name for it. */
static void
test_known_hosts_hostile (void)
{
  static const char * const keys[] = {
    "", " ", "*", "ssh-ed25519 AAAA", KEY_A "\n* " KEY_B, KEY_A "\r\n* " KEY_B, "* " KEY_A,
    "@cert-authority * " KEY_A, "@revoked " KEY_A, "from=\"*\" " KEY_A, "\xff" KEY_A,
    "-----BEGIN OPENSSH PRIVATE KEY-----",
  };
  static const char * const aliases[] = {
    "", "*", "?", "!one", "one,two", "one two", "one\ntwo", "@revoked", "|1|x|y", "[one]:22", "-o",
  };

  g_assert_true (hostel_known_hosts_remove ("one-more", NULL));
  g_assert_true (hostel_known_hosts_add ("mine", KEY_C, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hostel_known_hosts_add ("one", keys[i], &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hostel_known_hosts_add (aliases[i], KEY_A, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
    }
  assert_known_hosts ("mine " KEY_C "\n");
}

static void
assert_names (gboolean           (*check) (const char *text),
              const char * const  *yes,
              const char * const  *no)
{
  for (gsize i = 0; yes[i] != NULL; i++)
    if (!check (yes[i]))
      g_error ("“%s” is refused", yes[i]);
  for (gsize i = 0; no[i] != NULL; i++)
    if (check (no[i]))
      g_error ("“%s” is taken", no[i]);
}

static void
test_ssh_names (void)
{
  static const char * const users[] = {
    "alice", "first.last", "Ops", "_apt", "a-b_c", "svc$", "j\xc3\xbcrgen", "0day", NULL
  };
  static const char * const no_users[] = {
    "", "-l", "-oProxyCommand=x", "\"-oProxyCommand=x\" y", "a b", "a\nb", "a@b", "a:b", "a;b",
    "$(x)", "`x`", "a/b", "..", "a$b", "$", "\xff", "a\xe2\x80\xae" "b", "a\xc2\x9b" "b", "a'b",
    "a\\b", NULL
  };
  static const char * const hosts[] = {
    "localhost", "192.168.122.7", "2001:db8::1", "web-1.example.com", "3com.com", NULL
  };
  static const char * const no_hosts[] = {
    "", "-oProxyCommand=x", "-p", "a b", "a_b", "a..b", "a-.b", ".", "a\nb", "fe80::1%eth0", "*.b",
    "b\xc3\xbc" "cher", "ssh://x", NULL
  };
  g_autofree char *long_user = g_strnfill (257, 'a');
  g_autofree char *long_label = g_strnfill (64, 'a');

  assert_names (hostel_ssh_command_is_user, users, no_users);
  assert_names (hostel_ssh_command_is_host, hosts, no_hosts);
  g_assert_false (hostel_ssh_command_is_user (long_user));
  g_assert_false (hostel_ssh_command_is_host (long_label));
}

static void
test_ssh_command (void)
{
  static const char * const expected[] = {
    "ssh", "-o", "UserKnownHostsFile=\"/home/a b/100%%\"", "-o", "HostKeyAlias=one", "-p", "2222",
    "--", "svc$@localhost", NULL
  };
  g_autofree char *command = hostel_ssh_command_dup ("svc$", "localhost", 2222, NULL, "/home/a b/100%",
                                                     "one");
  g_autofree char *label = hostel_ssh_command_dup_label ("alice", "2001:db8::1", 0);
  g_autofree char *none = hostel_ssh_command_dup ("-oProxyCommand=x", "localhost", 0, NULL, NULL, NULL);
  g_auto (GStrv) words = NULL;

  g_assert_true (g_shell_parse_argv (command, NULL, &words, NULL));
  g_assert_cmpstrv (words, expected);
  g_assert_cmpstr (label, ==, "ssh alice@2001:db8::1");
  g_assert_cmpstr (none, ==, "");
}

/* A person's own host keys are not touched. */
static void
test_own_host_keys (void)
{
  static const char * const with[] = {
    "#cloud-config\nssh_keys:\n  rsa_private: x\n",
    "#cloud-config\nssh_keys: {}\n",
  };
  static const char * const without[] = { "#cloud-config\nusers: []\n# no ssh_keys:\n", "", "#!/bin/sh\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (with); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (with[i], strlen (with[i]));

      g_assert_true (hostel_user_data_has_host_keys (bytes));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (without); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (without[i], strlen (without[i]));

      g_assert_false (hostel_user_data_has_host_keys (bytes));
    }
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ssh_keygen = g_find_program_in_path ("ssh-keygen");
  make_keys ();

  g_test_add_func ("/ssh-key/real-keys", test_real_keys);
  g_test_add_func ("/ssh-key/security-key", test_security_key);
  g_test_add_func ("/ssh-key/private", test_private);
  g_test_add_func ("/ssh-key/refused", test_refused);
  g_test_add_func ("/ssh-key/lines", test_lines);
  g_test_add_func ("/ssh-key/find-own", test_find_own);
  g_test_add_func ("/ssh-key/fingerprint", test_fingerprint);
  g_test_add_func ("/host-key/new", test_host_key);
  g_test_add_func ("/host-key/known-hosts", test_known_hosts);
  g_test_add_func ("/host-key/known-hosts/hostile", test_known_hosts_hostile);
  g_test_add_func ("/ssh-command/names", test_ssh_names);
  g_test_add_func ("/ssh-command/words", test_ssh_command);
  g_test_add_func ("/host-key/own", test_own_host_keys);

  status = g_test_run ();
  remove_keys ();
  g_free (home);
  g_free (ssh_keygen);

  return status;
}
