/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run as root by pkexec for the host check's remedies. Reads nothing, takes two words from a fixed
 * list, starts programs by their absolute paths in an empty environment. */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostel-helper-request.h"

enum
{
  DONE = 0,
  FAILED = 1,
  REFUSED = 2,
};

static int
run (const char *program,
     char       *argv[])
{
  char *environment[] = { (char *) "PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *) "LC_ALL=C", NULL };
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      execve (program, argv, environment);
      _exit (FAILED);
    }
  if (pid < 0)
    return FAILED;
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return FAILED;

  return WIFEXITED (status) && WEXITSTATUS (status) == 0 ? DONE : FAILED;
}

/* Written beside and renamed: a reader at boot sees the old file or the new one. */
static int
write_file (const char *path,
            const char *text)
{
  char temporary[128];
  ssize_t length = (ssize_t) strlen (text);
  int fd;

  if (snprintf (temporary, sizeof temporary, "%s.new", path) >= (int) sizeof temporary)
    return FAILED;
  unlink (temporary);
  if ((fd = open (temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644)) < 0)
    {
      perror (temporary);
      return FAILED;
    }
  if (write (fd, text, (size_t) length) != length || fsync (fd) != 0 || close (fd) != 0 ||
      rename (temporary, path) != 0)
    {
      perror (path);
      unlink (temporary);
      return FAILED;
    }

  return DONE;
}

/* What was never written is gone already. */
static int
remove_file (const char *path)
{
  if (unlink (path) == 0 || errno == ENOENT)
    return DONE;

  perror (path);

  return FAILED;
}

static int
load_module (const char *module,
             bool        keep)
{
  char *argv[] = { (char *) "modprobe", (char *) "--", (char *) module, NULL };
  char path[128];
  char text[64];

  snprintf (path, sizeof path, "/etc/modules-load.d/hostel-%s.conf", module);
  snprintf (text, sizeof text, "%s\n", module);
  if (!keep)
    return remove_file (path); /* what uses the module now goes on */
  if (run ("/sbin/modprobe", argv) != DONE)
    return FAILED;

  return write_file (path, text);
}

/* A module in use stays as it is until the computer is restarted. */
static int
set_nested (const char *module,
            bool        enabled)
{
  static const char path[] = "/etc/modprobe.d/hostel-nested.conf";
  char *unload[] = { (char *) "modprobe", (char *) "-r", (char *) "--", (char *) module, NULL };
  char *load[] = { (char *) "modprobe", (char *) "--", (char *) module, NULL };
  char text[64];

  snprintf (text, sizeof text, "options %s nested=1\n", module);
  if ((enabled ? write_file (path, text) : remove_file (path)) != DONE)
    return FAILED;
  if (run ("/sbin/modprobe", unload) == DONE)
    return run ("/sbin/modprobe", load);

  return DONE;
}

static int
change_group (const char *group,
              uid_t       uid,
              bool        member)
{
  struct passwd *user = getpwuid (uid);
  char *join[] = { (char *) "usermod", (char *) "-aG", (char *) group, (char *) "--", NULL, NULL };
  char *leave[] = { (char *) "gpasswd", (char *) "-d", NULL, (char *) group, NULL };

  if (user == NULL || user->pw_name == NULL || *user->pw_name == '-' || user->pw_uid != uid)
    {
      fprintf (stderr, "No such user.\n");
      return FAILED;
    }
  join[4] = user->pw_name;
  leave[2] = user->pw_name;

  return member ? run ("/usr/sbin/usermod", join) : run ("/usr/bin/gpasswd", leave);
}

int
main (int    argc,
      char **argv)
{
  HostelHelperRequest request = { 0 };

  if (geteuid () != 0 || !hostel_helper_parse (argc, argv, environ, &request))
    {
      fprintf (stderr, "hostel-helper: refused\n");
      return REFUSED;
    }

  umask (022);
  if (chdir ("/") != 0)
    return FAILED;

  switch (request.verb)
    {
    case HOSTEL_HELPER_DISABLE_NESTED: return set_nested (request.argument, false);
    case HOSTEL_HELPER_ENABLE_NESTED:  return set_nested (request.argument, true);
    case HOSTEL_HELPER_FORGET_MODULE:  return load_module (request.argument, false);
    case HOSTEL_HELPER_LOAD_MODULE:    return load_module (request.argument, true);
    case HOSTEL_HELPER_JOIN_GROUP:     return change_group (request.argument, request.uid, true);
    case HOSTEL_HELPER_LEAVE_GROUP:    return change_group (request.argument, request.uid, false);
    default:                           return REFUSED;
    }
}
