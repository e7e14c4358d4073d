/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "create-fixture.h"
#include "hostel-create-journal.h"
#include "hostel-delete-job.h"
#include "wait.h"

#define CHILD_ARGUMENT "--create"
#define BASE_PREFIX "hostel-base-"
#define IMAGE_SIZE (64 * 1024 * 1024)

static const char *self_path;

static const char *
get_uri (void)
{
  const char *uri = g_getenv ("HOSTEL_TEST_URI");

  return uri ? uri : geteuid () == 0 ? "qemu:///system" : "qemu:///session";
}

static void
take_result (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static HostelConnection *
open_connection (GError **error)
{
  g_autoptr (HostelConnection) connection = hostel_connection_new (get_uri ());
  g_autoptr (GAsyncResult) result = NULL;

  hostel_connection_open_async (connection, NULL, take_result, &result);
  if (hostel_connection_open_finish (connection, wait_for_result (&result), error))
    return g_steal_pointer (&connection);

  hostel_connection_close (connection);

  return NULL;
}

char *
create_fixture_virsh (CreateFixture *self,
                      const char    *format,
                      ...)
{
  g_autofree char *command = NULL;
  g_autofree char *line = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  va_list args;
  int status;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);

  line = g_strdup_printf ("virsh -q -c %s %s", get_uri (), command);
  g_assert_true (g_spawn_command_line_sync (line, &output, &errors, &status, &error));
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s: %s", line, errors);

  return output;
}

/**
 * create_fixture_make_image:
 *
 * A boot sector, and enough of its own after it that an upload takes a while; the rest is a hole.
 */
char *
create_fixture_make_image (CreateFixture *self,
                           guint32        seed)
{
  g_autofree char *name = g_strdup_printf ("image-%u.raw", seed);
  char *path = g_build_filename (self->dir, name, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint32 block[4096];
  FILE *file = fopen (path, "wb");

  g_assert_nonnull (file);
  for (guint i = 0; i < 2048; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (block); j++)
        block[j] = g_rand_int (random);
      if (i == 0)
        ((guint8 *) block)[510] = 0x55, ((guint8 *) block)[511] = 0xaa;
      g_assert_cmpuint (fwrite (block, sizeof block, 1, file), ==, 1);
    }
  g_assert_no_errno (ftruncate (fileno (file), IMAGE_SIZE));
  g_assert_no_errno (fclose (file));

  return path;
}

/**
 * create_fixture_new:
 *
 * Returns: (transfer full) (nullable): a fixture on root's system daemon, else on the user's
 */
CreateFixture *
create_fixture_new (void)
{
  g_autoptr (CreateFixture) self = g_new0 (CreateFixture, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  g_autofree char *cache = NULL;

  if ((self->connection = open_connection (&error)) == NULL)
    {
      g_test_message ("%s", error->message);
      return NULL;
    }

  self->dir = g_dir_make_tmp ("hostel-create-XXXXXX", &error);
  g_assert_no_error (error);
  /* QEMU's user has to get through. */
  g_assert_no_errno (g_chmod (self->dir, 0711));
  self->pool_dir = g_build_filename (self->dir, "pool", NULL);
  self->pool = g_path_get_basename (self->dir);
  g_free (create_fixture_virsh (self, "pool-create-as %s dir --target %s --build", self->pool,
                                self->pool_dir));
  g_assert_no_errno (g_chmod (self->pool_dir, 0711));
  self->image_path = create_fixture_make_image (self, 1);

  return g_steal_pointer (&self);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      g_unlink (child);
    }
  g_rmdir (path);
}

void
create_fixture_free (CreateFixture *self)
{
  if (self == NULL)
    return;

  if (self->pool != NULL)
    {
      g_free (create_fixture_virsh (self, "pool-destroy %s", self->pool));
      remove_dir (self->pool_dir);
      remove_dir (self->dir);
    }
  if (self->connection != NULL)
    hostel_connection_close (self->connection);
  g_clear_object (&self->connection);
  g_free (self->dir);
  g_free (self->pool_dir);
  g_free (self->pool);
  g_free (self->image_path);
  g_free (self);
}

static HostelMachineSpec *
new_spec (const char *name,
          const char *pool,
          const char *image_path)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImage) image = hostel_image_new_from_path (image_path, &error);

  g_assert_no_error (error);
  hostel_machine_spec_set_name (spec, name);
  hostel_machine_spec_set_image (spec, image);
  hostel_machine_spec_set_memory (spec, 64);
  hostel_machine_spec_set_disk_size (spec, 2 * IMAGE_SIZE);
  hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NONE, NULL);
  g_object_set (spec, "pool", pool, NULL);

  return spec;
}

HostelMachineSpec *
create_fixture_new_spec (CreateFixture *self,
                         const char    *name)
{
  /* Names are the whole daemon's. */
  g_autofree char *unique = g_strdup_printf ("%s-%s", self->pool, name);

  return new_spec (unique, self->pool, self->image_path);
}

HostelDomain *
create_fixture_create (CreateFixture      *self,
                       HostelMachineSpec  *spec,
                       GCancellable       *cancellable,
                       GError            **error)
{
  g_autoptr (HostelCreateJob) job = hostel_create_job_new (self->connection, spec);
  g_autoptr (GAsyncResult) result = NULL;

  hostel_create_job_run_async (job, cancellable, take_result, &result);

  return hostel_create_job_run_finish (job, wait_for_result (&result), error);
}

void
create_fixture_delete (CreateFixture *self,
                       HostelDomain  *domain,
                       gboolean       with_disks)
{
  g_autoptr (HostelDeleteJob) job = hostel_delete_job_new (domain);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_delete_job_run_async (job, with_disks, take_result, &result);
  g_assert_true (hostel_delete_job_run_finish (job, wait_for_result (&result), NULL, &error));
  g_assert_no_error (error);
}

/**
 * create_fixture_spawn:
 * @stop: (nullable): where it ends or waits
 * @uuid: (out): the machine's
 *
 * Returns: the program, to be waited for
 */
GPid
create_fixture_spawn (CreateFixture     *self,
                      const char        *name,
                      const CreateStop  *stop,
                      char             **uuid)
{
  g_autofree char *unique = g_strdup_printf ("%s-%s", self->pool, name);
  g_autofree char *step = g_strdup_printf ("%d", stop ? (int) stop->step : 0);
  g_autofree char *delay = g_strdup_printf ("%u", stop ? stop->delay : 0);
  g_autofree char *signal_text = g_strdup_printf ("%d", stop ? stop->signal : 0);
  const char *argv[] = { self_path, CHILD_ARGUMENT, unique, self->pool, self->image_path, step,
                         delay, signal_text, NULL };
  g_autoptr (GError) error = NULL;
  char line[64] = "";
  FILE *file;
  GPid pid;
  int out;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  file = fdopen (out, "r");
  g_assert_nonnull (fgets (line, sizeof line, file));
  fclose (file);
  *uuid = g_strdup (g_strstrip (line));

  return pid;
}

/**
 * create_fixture_wait:
 * @options: waitpid()'s: WUNTRACED to wait for a stop
 *
 * The connection goes on meanwhile: a client that is silent for 30 s is dropped by the daemon.
 *
 * Returns: waitpid()'s status
 */
int
create_fixture_wait (GPid pid,
                     int  options)
{
  int status = 0;
  pid_t changed;

  while ((changed = waitpid (pid, &status, options | WNOHANG)) == 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpint (changed, ==, pid);

  return status;
}

void
create_fixture_clean_up (CreateFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_create_clean_up_async (self->connection, take_result, &result);
  g_assert_true (hostel_create_clean_up_finish (self->connection, wait_for_result (&result),
                                                &error));
  g_assert_no_error (error);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char **) a, *(char **) b);
}

GStrv
create_fixture_list (CreateFixture *self,
                     const char    *part)
{
  GPtrArray *names = g_ptr_array_new ();
  g_autoptr (GDir) dir = g_dir_open (self->pool_dir, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    if (strstr (name, part) != NULL &&
        g_str_has_prefix (name, BASE_PREFIX) == g_str_has_prefix (part, BASE_PREFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (names, FALSE);
}

guint
create_fixture_count_journals (void)
{
  g_autofree char *path = hostel_create_journal_dup_dir ();
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir))
    n++;

  return n;
}

gboolean
create_fixture_is_running (CreateFixture *self,
                           const char    *uuid)
{
  g_autofree char *state = create_fixture_virsh (self, "domstate %s", uuid);

  return g_str_equal (g_strstrip (state), "running");
}

static gpointer
stop_later (gpointer data)
{
  const CreateStop *stop = data;

  g_usleep (stop->delay * 1000);
  kill (getpid (), stop->signal);

  return NULL;
}

/* In a thread: the main loop's own pace must not choose where it is. */
static void
on_step (HostelCreateJob  *job,
         GParamSpec       *pspec,
         CreateStop       *stop)
{
  if (stop->signal == 0 || hostel_create_job_get_step (job) != stop->step)
    return;

  if (stop->delay == 0)
    kill (getpid (), stop->signal);
  else
    g_thread_unref (g_thread_new ("stop", stop_later, stop));
}

static int
run_child (char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelMachineSpec) spec = new_spec (argv[0], argv[1], argv[2]);
  g_autoptr (HostelConnection) connection = open_connection (&error);
  g_autoptr (HostelCreateJob) job = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  CreateStop stop = { atoi (argv[3]), atoi (argv[4]), atoi (argv[5]) };

  g_assert_no_error (error);
  printf ("%s\n", hostel_machine_spec_get_uuid (spec));
  fflush (stdout);

  job = hostel_create_job_new (connection, spec);
  g_signal_connect (job, "notify::step", G_CALLBACK (on_step), &stop);
  hostel_create_job_run_async (job, NULL, take_result, &result);
  domain = hostel_create_job_run_finish (job, wait_for_result (&result), &error);
  if (domain == NULL)
    g_printerr ("%s\n", error->message);
  hostel_connection_close (connection);

  return domain ? 0 : 1;
}

static char *home;

static void
remove_home (void)
{
  g_autofree char *line = g_strdup_printf ("rm -r %s", home);

  g_spawn_command_line_sync (line, NULL, NULL, NULL, NULL);
  g_clear_pointer (&home, g_free);
}

void
create_fixture_main (int    *argc,
                     char ***argv)
{
  self_path = (*argv)[0];
  signal (SIGPIPE, SIG_IGN);
  if (*argc == 8 && g_str_equal ((*argv)[1], CHILD_ARGUMENT))
    exit (run_child (*argv + 2));

  /* Journals and digests of the test's own, for the programs that it starts too. */
  if ((home = g_dir_make_tmp ("hostel-create-home-XXXXXX", NULL)) != NULL)
    {
      g_autofree char *state = g_build_filename (home, "state", NULL);
      g_autofree char *cache = g_build_filename (home, "cache", NULL);

      g_setenv ("XDG_STATE_HOME", state, TRUE);
      g_setenv ("XDG_CACHE_HOME", cache, TRUE);
      atexit (remove_home);
    }
}
