/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hostel-create-journal.h"
#include "hostel-lock-file.h"
#include "hostel-error.h"

#define URI "test:///default"

static const char uuid_1[] = "6c6cfb1e-2d4d-4cf8-9d36-5d2cb3d0a001";
static const char uuid_2[] = "6c6cfb1e-2d4d-4cf8-9d36-5d2cb3d0a002";

static guint
count_files (void)
{
  g_autofree char *path = hostel_create_journal_dup_dir ();
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
test_journal_lives (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelCreateJournal) journal = NULL;
  g_autoptr (GPtrArray) left = NULL;

  journal = hostel_create_journal_new (URI, "default", uuid_1, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (journal->path, G_FILE_TEST_IS_REGULAR));

  /* A job that is alive is nobody's to clean up, in this process either, nor after a rewrite. */
  left = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (left->len, ==, 0);
  g_clear_pointer (&left, g_ptr_array_unref);

  g_assert_true (hostel_create_journal_set_base (journal, "hostel-base-x.qcow2", &error));
  left = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (left->len, ==, 0);

  hostel_create_journal_remove (journal);
  g_assert_cmpuint (count_files (), ==, 0);
}

/* Ends as a killed program does: nothing of its own runs any more. */
static void
kill_after_writing (const char *uri,
                    const char *uuid,
                    const char *base,
                    gboolean    defined)
{
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      HostelCreateJournal *journal = hostel_create_journal_new (uri, "pool1", uuid, NULL);

      hostel_create_journal_set_base (journal, base, NULL);
      if (defined)
        hostel_create_journal_set_defined (journal);
      kill (getpid (), SIGKILL);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
}

static void
test_journal_killed (void)
{
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GPtrArray) again = NULL;
  HostelCreateJournal *journal;

  kill_after_writing (URI, uuid_1, "hostel-base-1.raw", TRUE);
  kill_after_writing ("test:///other", uuid_2, "", FALSE);

  left = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (left->len, ==, 1);
  journal = g_ptr_array_index (left, 0);
  g_assert_cmpstr (journal->uri, ==, URI);
  g_assert_cmpstr (journal->pool, ==, "pool1");
  g_assert_cmpstr (journal->uuid, ==, uuid_1);
  g_assert_cmpstr (journal->base, ==, "hostel-base-1.raw");
  g_assert_true (journal->defined);

  /* Two clean-ups do not take the same one. */
  again = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (again->len, ==, 0);

  /* Kept where it could not be finished. */
  g_clear_pointer (&left, g_ptr_array_unref);
  left = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (left->len, ==, 1);
  hostel_create_journal_remove (g_ptr_array_index (left, 0));
  g_clear_pointer (&left, g_ptr_array_unref);
  g_assert_cmpuint (count_files (), ==, 1);

  hostel_create_journal_forget (uuid_2);
  g_assert_cmpuint (count_files (), ==, 0);
}

static void
write_file (const char *name,
            const char *text)
{
  g_autofree char *dir = hostel_create_journal_dup_dir ();
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_mkdir_with_parents (dir, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_journal_foreign (void)
{
  g_autoptr (GPtrArray) left = NULL;

  /* Volumes are deleted by what stands there: "" or "a" would match everything. */
  write_file ("a.journal", "[create]\nuri=" URI "\npool=default\nuuid=\nbase=\n");
  write_file ("b.journal", "[create]\nuri=" URI "\npool=default\nuuid=a\nbase=\n");
  write_file ("c.journal", "not a key file");
  write_file ("d.journal", "");
  write_file ("notes.txt", "a person's");
  /* Cut off before the rename, and a lock whose holder was killed. */
  write_file ("e.journal.new", "[cre");
  write_file ("f.lock", "");

  left = hostel_create_journal_take_left (URI);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_cmpuint (count_files (), ==, 5);
}

static void
test_journal_unwritable (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = hostel_create_journal_dup_dir ();
  g_autofree char *away = g_strconcat (dir, ".away", NULL);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_no_errno (g_rename (dir, away));
  g_assert_true (g_file_set_contents (dir, "in the way", -1, NULL));
  g_assert_null (hostel_create_journal_new (URI, "default", uuid_1, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_FAILED);
  g_assert_nonnull (hostel_error_get_remedy (error));
}

static void
test_lock (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "a.lock", NULL);
  HostelLockFile *lock;
  gboolean held;

  g_mkdir_with_parents (g_get_user_state_dir (), 0700);
  lock = hostel_lock_file_try (path, &held, &error);
  g_assert_no_error (error);
  g_assert_nonnull (lock);
  g_assert_false (held);

  g_assert_null (hostel_lock_file_try (path, &held, &error));
  g_assert_no_error (error);
  g_assert_true (held);

  hostel_lock_file_free (lock);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  lock = hostel_lock_file_try (path, &held, &error);
  g_assert_nonnull (lock);
  hostel_lock_file_free (lock);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("hostel-journal-XXXXXX", NULL);
  g_autofree char *remove = g_strdup_printf ("rm -r %s", state);
  int status;

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/create-journal/lives", test_journal_lives);
  g_test_add_func ("/create-journal/killed", test_journal_killed);
  g_test_add_func ("/create-journal/foreign", test_journal_foreign);
  g_test_add_func ("/create-journal/lock", test_lock);
  /* The last: nothing can be written there after it. */
  g_test_add_func ("/create-journal/unwritable", test_journal_unwritable);

  status = g_test_run ();
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);

  return status;
}
