/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "hostel-socket-watch.h"
#include "wait.h"

#define LONG 20000

typedef struct
{
  char              *dir;   /* owned */
  char              *path;  /* owned: of the socket, in a directory that is not there yet */
  char              *other; /* owned: of another one, beside */
  HostelSocketWatch *watch;
  guint              n_calls;
} Fixture;

static void
called_cb (gpointer data)
{
  ((Fixture *) data)->n_calls++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("hostel-watch-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "run", "libvirt", "libvirt-sock", NULL);
  fixture->other = g_build_filename (fixture->dir, "virtqemud-sock", NULL);
  fixture->watch = hostel_socket_watch_new ((const char * const []) { fixture->path, fixture->other, NULL },
                                            called_cb, fixture);
}

static void
remove_file (Fixture    *fixture,
             const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

  g_remove (path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  static const char * const names[] = { "run/libvirt/libvirt-sock", "run/libvirt/elsewhere", "run/libvirt",
                                        "run", "virtqemud-sock", "unrelated", "" };

  g_clear_pointer (&fixture->watch, hostel_socket_watch_free);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    remove_file (fixture, names[i]);
  g_free (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->other);
}

static void
make_directories (Fixture *fixture)
{
  g_autofree char *directory = g_path_get_dirname (fixture->path);

  g_assert_no_errno (g_mkdir_with_parents (directory, 0755));
}

static void
make_socket (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) server = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (server, address, TRUE, &error));
  g_assert_no_error (error);
}

/* A service that was never started: not even the directories of its socket are there. */
static void
test_appears_with_its_directories (Fixture       *fixture,
                                   gconstpointer  data)
{
  make_directories (fixture);
  WAIT_UNTIL (FALSE, 300);
  g_assert_cmpuint (fixture->n_calls, ==, 0);

  make_socket (fixture->path);
  ASSERT_WITHIN (fixture->n_calls > 0, LONG);
}

/* All at once: it is there before its directories are watched. */
static void
test_appears_at_once (Fixture       *fixture,
                      gconstpointer  data)
{
  make_directories (fixture);
  make_socket (fixture->path);
  ASSERT_WITHIN (fixture->n_calls > 0, LONG);
}

static void
test_second_path (Fixture       *fixture,
                  gconstpointer  data)
{
  make_socket (fixture->other);
  ASSERT_WITHIN (fixture->n_calls > 0, LONG);
}

/* As systemd does it, which makes the socket and then gives it to a group. */
static void
test_rights (Fixture       *fixture,
             gconstpointer  data)
{
  guint n_calls;

  make_socket (fixture->other);
  ASSERT_WITHIN (fixture->n_calls > 0, LONG);
  WAIT_UNTIL (FALSE, 300);
  n_calls = fixture->n_calls;
  g_assert_no_errno (g_chmod (fixture->other, 0600));
  ASSERT_WITHIN (fixture->n_calls > n_calls, LONG);
}

static void
test_moved_there (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->dir, "run", "libvirt", "elsewhere", NULL);

  make_directories (fixture);
  WAIT_UNTIL (FALSE, 300);
  make_socket (elsewhere);
  WAIT_UNTIL (FALSE, 300);
  g_assert_cmpuint (fixture->n_calls, ==, 0);
  g_assert_no_errno (g_rename (elsewhere, fixture->path));
  ASSERT_WITHIN (fixture->n_calls > 0, LONG);
}

/* Other files are nobody's business, and nothing is told after the end. */
static void
test_unrelated (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *unrelated = g_build_filename (fixture->dir, "unrelated", NULL);

  make_socket (unrelated);
  WAIT_UNTIL (FALSE, 300);
  g_assert_cmpuint (fixture->n_calls, ==, 0);

  make_socket (fixture->other);
  g_clear_pointer (&fixture->watch, hostel_socket_watch_free);
  WAIT_UNTIL (FALSE, 300);
  g_assert_cmpuint (fixture->n_calls, ==, 0);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/socket-watch/appears-with-its-directories", test_appears_with_its_directories);
  add ("/socket-watch/appears-at-once", test_appears_at_once);
  add ("/socket-watch/second-path", test_second_path);
  add ("/socket-watch/rights", test_rights);
  add ("/socket-watch/moved-there", test_moved_there);
  add ("/socket-watch/unrelated", test_unrelated);

  return g_test_run ();
}
