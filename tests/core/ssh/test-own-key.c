/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hostel-own-key.h"
#include "hostel-ssh-key.h"

/* With this argument the program makes the key and ends. */
#define CHILD "--make"

static char *directory; /* XDG_DATA_HOME of all tests */
static const char *program;

static void
forget (void)
{
  static const char * const ends[] = { "", ".pub", ".new", ".pub.new", ".lock" };
  g_autofree char *path = hostel_own_key_dup_path ();

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);

      g_unlink (file);
    }
}

static void
assert_whole (void)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *made = hostel_own_key_ensure (NULL);
  g_autofree char *read = hostel_own_key_read ();
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  struct stat info;

  g_assert_nonnull (made);
  g_assert_true (hostel_ssh_key_check (made, NULL));
  g_assert_true (g_str_has_prefix (made, read));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_once (void)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  forget ();
  g_assert_null (hostel_own_key_read ());
  first = hostel_own_key_ensure (NULL);
  second = hostel_own_key_ensure (NULL);
  g_assert_cmpstr (first, ==, second);
  assert_whole ();

  /* The public half comes back, and others cannot read the private one. */
  g_unlink (public_path);
  g_chmod (path, 0644);
  third = hostel_own_key_ensure (NULL);
  g_assert_cmpstr (first, ==, third);
  assert_whole ();
}

static void
test_no_place (void)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  forget ();
  g_rmdir (folder);
  g_assert_true (g_file_set_contents (folder, "", -1, NULL));
  g_assert_null (hostel_own_key_ensure (&error));
  g_assert_nonnull (strstr (error->message, "cannot be made"));
  g_unlink (folder);
}

static GPid
run_child (void)
{
  const char *argv[] = { program, CHILD, NULL };
  GPid pid;
  g_autoptr (GError) error = NULL;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                 NULL, &pid, &error);
  g_assert_no_error (error);

  return pid;
}

/* Several programs find one key. */
static void
test_at_once (void)
{
  GPid pids[6];
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  int status;

  forget ();
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = run_child ();
  before = hostel_own_key_ensure (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_cmpint (status, ==, 0);
    }
  after = hostel_own_key_ensure (NULL);
  g_assert_cmpstr (before, ==, after);
  assert_whole ();
}

/* Killed at any moment it leaves a whole key or none. */
static void
test_killed (void)
{
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);

  for (guint i = 0; i < 20; i++)
    {
      GPid pid;

      forget ();
      pid = run_child ();
      g_usleep (g_test_rand_int_range (0, 40000));
      kill (pid, SIGKILL);
      waitpid (pid, NULL, 0);
      assert_whole ();
      g_assert_false (g_file_test (new_path, G_FILE_TEST_EXISTS));
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *child = NULL;
  int result;

  if (argc > 1 && strcmp (argv[1], CHILD) == 0)
    {
      child = hostel_own_key_ensure (NULL);
      return child != NULL ? 0 : 1;
    }

  g_test_init (&argc, &argv, NULL);
  program = argv[0];
  directory = g_dir_make_tmp ("hostel-own-key-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", directory, TRUE);

  g_test_add_func ("/own-key/no-place", test_no_place);
  g_test_add_func ("/own-key/once", test_once);
  g_test_add_func ("/own-key/at-once", test_at_once);
  g_test_add_func ("/own-key/killed", test_killed);

  result = g_test_run ();
  forget ();
  g_free (directory);

  return result;
}
