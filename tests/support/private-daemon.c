/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>

#include "private-daemon.h"

/* As root the daemon would be the system's: it gets the rights of "nobody". */
#define UNPRIVILEGED_ID 65534

struct _PrivateDaemon
{
  char  *dir;        /* owned */
  char  *socket_dir; /* owned */
  char  *socket;     /* owned */
  char  *program;    /* owned */
  GPid   pid;        /* 0 while it does not run */
};

static void
remove_tree (const char *path)
{
  GDir *dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && (dir = g_dir_open (path, 0, NULL)))
    {
      while ((name = g_dir_read_name (dir)))
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
      g_dir_close (dir);
    }

  g_remove (path);
}

static char *
make_dir (const char *parent,
          const char *name)
{
  char *dir = g_build_filename (parent, name, NULL);

  g_assert_no_errno (g_mkdir (dir, 0755));
  if (geteuid () == 0)
    g_assert_no_errno (chown (dir, UNPRIVILEGED_ID, UNPRIVILEGED_ID));

  return dir;
}

static void
write_file (PrivateDaemon *self,
            const char    *name,
            const char    *text)
{
  g_autofree char *path = g_build_filename (self->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
write_config (PrivateDaemon *self)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf ("unix_sock_dir = \"%s/socket\"\n"
                          "auth_unix_rw = \"none\"\n"
                          "log_outputs = \"3:file:%s/data/libvirtd.log\"\n",
                          self->dir, self->dir);
  write_file (self, "libvirtd.conf", text);
  g_free (make_dir (self->dir, "config/libvirt"));
  /* Else it starts a virtlogd, which outlives it. */
  write_file (self, "config/libvirt/qemu.conf", "stdio_handler = \"file\"\n");
}

static char **
make_environment (PrivateDaemon *self)
{
  static const char * const names[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME",
                                        "XDG_DATA_HOME" };
  g_autofree char *data = g_build_filename (self->dir, "data", NULL);
  g_autofree char *config = g_build_filename (self->dir, "config", NULL);
  char **environment = g_get_environ ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    environment = g_environ_setenv (environment, names[i], data, TRUE);

  return g_environ_setenv (environment, "XDG_CONFIG_HOME", config, TRUE);
}

/**
 * private_daemon_new:
 *
 * Makes the directories of a daemon and starts it.
 *
 * Returns: (transfer full) (nullable): a daemon that takes connections, %NULL where none is
 *   installed
 */
PrivateDaemon *
private_daemon_new (void)
{
  g_autoptr (PrivateDaemon) self = g_new0 (PrivateDaemon, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *sbin = g_find_program_in_path ("libvirtd");
  g_autofree char *setpriv = g_find_program_in_path ("setpriv");
  g_autofree char *data_dir = NULL;
  g_autofree char *config_dir = NULL;

  self->program = sbin ? g_steal_pointer (&sbin) : g_strdup ("/usr/sbin/libvirtd");
  if (setpriv == NULL || !g_file_test (self->program, G_FILE_TEST_IS_EXECUTABLE))
    return NULL;

  self->dir = g_dir_make_tmp ("hostel-daemon-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_no_errno (g_chmod (self->dir, 0755));
  self->socket_dir = g_build_filename (self->dir, "socket", NULL);
  self->socket = g_build_filename (self->socket_dir, "libvirt-sock", NULL);
  data_dir = make_dir (self->dir, "data");
  config_dir = make_dir (self->dir, "config");
  write_config (self);
  private_daemon_start (self);

  return g_steal_pointer (&self);
}

static gboolean
answers (PrivateDaemon *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket);
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

  return connection != NULL;
}

/**
 * private_daemon_start:
 * @self: a daemon that does not run
 *
 * Starts it and waits until it takes connections.
 */
void
private_daemon_start (PrivateDaemon *self)
{
  g_auto (GStrv) environment = make_environment (self);
  g_autofree char *config = g_build_filename (self->dir, "libvirtd.conf", NULL);
  g_autofree char *pid_file = g_build_filename (self->dir, "data", "libvirtd.pid", NULL);
  g_autoptr (GError) error = NULL;
  const char *as_root[] = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                            "--pdeathsig=KILL", self->program, "--config", config,
                            "--pid-file", pid_file, NULL };
  const char *as_user[] = { "setpriv", "--pdeathsig=KILL", self->program, "--config", config,
                            "--pid-file", pid_file, NULL };

  g_assert_cmpint (self->pid, ==, 0);
  if (!g_file_test (self->socket_dir, G_FILE_TEST_IS_DIR))
    g_free (make_dir (self->dir, "socket"));
  g_spawn_async (NULL, (char **) (geteuid () == 0 ? as_root : as_user), environment,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->pid, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 500 && !answers (self); i++)
    g_usleep (20000);
  g_assert_true (answers (self));
}

/**
 * private_daemon_kill:
 * @self: a daemon
 *
 * Ends it at once (SIGKILL), as a crash does: its socket stays behind, refusing.
 */
void
private_daemon_kill (PrivateDaemon *self)
{
  int status;

  g_assert_cmpint (self->pid, >, 0);
  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  self->pid = 0;
}

/**
 * private_daemon_remove_socket:
 * @self: a daemon that does not run
 *
 * Makes it a daemon that has never run: the socket goes, with its directory.
 */
void
private_daemon_remove_socket (PrivateDaemon *self)
{
  g_assert_cmpint (self->pid, ==, 0);
  remove_tree (self->socket_dir);
}

void
private_daemon_freeze (PrivateDaemon *self)
{
  g_assert_no_errno (kill (self->pid, SIGSTOP));
}

void
private_daemon_thaw (PrivateDaemon *self)
{
  g_assert_no_errno (kill (self->pid, SIGCONT));
}

void
private_daemon_free (PrivateDaemon *self)
{
  if (self->pid != 0)
    private_daemon_kill (self);
  if (self->dir)
    remove_tree (self->dir);

  g_free (self->dir);
  g_free (self->socket_dir);
  g_free (self->socket);
  g_free (self->program);
  g_free (self);
}

const char *
private_daemon_get_dir (PrivateDaemon *self)
{
  return self->dir;
}

char *
private_daemon_dup_uri (PrivateDaemon *self,
                        const char    *driver,
                        const char    *path)
{
  return g_strdup_printf ("%s+unix://%s?socket=%s", driver, path, self->socket);
}

/**
 * private_daemon_virsh:
 * @self: a daemon
 * @uri: one of its URIs
 * @command: virsh's words, as a shell would split them
 *
 * The actor outside.
 */
void
private_daemon_virsh (PrivateDaemon *self,
                      const char    *uri,
                      const char    *command)
{
  g_autofree char *line = g_strdup_printf ("virsh -q -c '%s' %s", uri, command);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (line, &output, &errors, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", line, errors);
}
