/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-system"

#include "config.h"

#include "hostel-host-system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

static gpointer
make_real (gpointer data)
{
  static HostelHostSystem real;
  static struct utsname name;
  static gid_t groups[512];
  int n = getgroups (G_N_ELEMENTS (groups) - 1, groups);

  uname (&name);
  groups[MAX (n, 0)] = getegid ();
  real.root = "/";
  real.machine = name.machine;
  real.user = g_get_user_name ();
  real.home = g_get_home_dir ();
  real.runtime_dir = g_get_user_runtime_dir ();
  real.data_dir = g_get_user_data_dir ();
  real.config_dir = g_get_user_config_dir ();
  real.uid = geteuid ();
  real.groups = groups;
  real.n_groups = (guint) MAX (n, 0) + 1;

  return &real;
}

/**
 * hostel_host_system_get_real:
 *
 * Returns: (transfer none): this computer as this user sees it, from any thread
 */
const HostelHostSystem *
hostel_host_system_get_real (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_real, NULL);
}

/**
 * hostel_host_system_dup_path:
 * @self: a system
 * @path: an absolute path
 *
 * Returns: (transfer full): where @path is to be looked for
 */
char *
hostel_host_system_dup_path (const HostelHostSystem *self,
                             const char             *path)
{
  return g_build_filename (self->root, path, NULL);
}

static HostelHostFind
not_found (const char  *path,
           int          code,
           char       **reason)
{
  if (reason != NULL)
    *reason = g_strdup_printf ("%s: %s", path, g_strerror (code));

  return code == ENOENT || code == ENOTDIR ? HOSTEL_HOST_ABSENT : HOSTEL_HOST_UNKNOWN;
}

/**
 * hostel_host_system_find:
 * @self: a system
 * @path: an absolute path
 * @reason: (out) (optional): why it was not found, for a person
 *
 * Returns: whether there is something at @path, whatever it is
 */
HostelHostFind
hostel_host_system_find (const HostelHostSystem  *self,
                         const char              *path,
                         char                   **reason)
{
  g_autofree char *file = hostel_host_system_dup_path (self, path);
  GStatBuf info;

  if (g_stat (file, &info) == 0)
    return HOSTEL_HOST_FOUND;

  return not_found (path, errno, reason);
}

/**
 * hostel_host_system_has:
 * @self: a system
 * @path: an absolute path
 *
 * Returns: whether something is known to be at @path
 */
gboolean
hostel_host_system_has (const HostelHostSystem *self,
                        const char             *path)
{
  return hostel_host_system_find (self, path, NULL) == HOSTEL_HOST_FOUND;
}

/* Opening a device or a pipe can do something or wait, so that only what is a file is opened. */
static int
open_regular (const char *file)
{
  GStatBuf info;
  int fd;

  if (g_stat (file, &info) != 0)
    return -1;
  if (!S_ISREG (info.st_mode))
    {
      errno = S_ISDIR (info.st_mode) ? EISDIR : EINVAL;
      return -1;
    }
  if ((fd = g_open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)) < 0)
    return -1;

  /* Another thing may have come to be there. */
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return fd;

  g_close (fd, NULL);
  errno = EINVAL;

  return -1;
}

static GByteArray *
read_some (int fd)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 buffer[16 * 1024];
  gssize n;

  while (bytes->len <= HOSTEL_HOST_MAX_BYTES)
    {
      n = read (fd, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int code = errno;

          g_byte_array_unref (bytes);
          errno = code;
          return NULL;
        }
      if (n == 0)
        break;
      g_byte_array_append (bytes, buffer, (guint) n);
    }

  return bytes;
}

static HostelHostFind
read_fd (int          fd,
         const char  *path,
         char       **text,
         char       **reason)
{
  g_autoptr (GByteArray) bytes = read_some (fd);
  int code = errno;

  g_close (fd, NULL);
  if (bytes == NULL)
    return not_found (path, code, reason);

  if (bytes->len == 0)
    {
      *text = g_strdup ("");
      return HOSTEL_HOST_FOUND;
    }
  if (memchr (bytes->data, '\0', bytes->len) != NULL)
    {
      if (reason != NULL)
        *reason = g_strdup_printf (_("%s: not text"), path);
      return HOSTEL_HOST_UNKNOWN;
    }
  if (bytes->len > HOSTEL_HOST_MAX_BYTES)
    {
      if (reason != NULL)
        *reason = g_strdup_printf (_("%s: too large to be what it should be"), path);
      return HOSTEL_HOST_UNKNOWN;
    }

  *text = g_strchomp (g_utf8_make_valid ((char *) bytes->data, bytes->len));

  return HOSTEL_HOST_FOUND;
}

static HostelHostFind
read_file (const HostelHostSystem  *self,
           const char              *path,
           gboolean                 tail,
           char                   **text,
           char                   **reason)
{
  g_autofree char *file = hostel_host_system_dup_path (self, path);
  int fd = open_regular (file);

  *text = NULL;
  if (fd < 0 && (errno == EINVAL || errno == EISDIR))
    {
      if (reason != NULL)
        *reason = g_strdup_printf (_("%s: not a file"), path);
      return HOSTEL_HOST_UNKNOWN;
    }
  if (fd < 0)
    return not_found (path, errno, reason);

  if (tail && lseek (fd, -HOSTEL_HOST_MAX_BYTES / 4, SEEK_END) < 0)
    lseek (fd, 0, SEEK_SET);

  return read_fd (fd, path, text, reason);
}

/**
 * hostel_host_system_read:
 * @self: a system
 * @path: an absolute path
 * @text: (out) (transfer full): UTF-8 without its final line break, "" for an empty file, %NULL
 *   where there is none
 * @reason: (out) (optional): why there is none, for a person
 *
 * Reads a regular file, as those of /proc and /sys are, too. Never waits: what is a pipe or a device
 * is not opened, and a file that is no text or larger than %HOSTEL_HOST_MAX_BYTES is unknown.
 *
 * Returns: whether @text is set, and if not whether the file is known not to be there
 */
HostelHostFind
hostel_host_system_read (const HostelHostSystem  *self,
                         const char              *path,
                         char                   **text,
                         char                   **reason)
{
  return read_file (self, path, FALSE, text, reason);
}

/**
 * hostel_host_system_read_tail:
 *
 * As hostel_host_system_read(), of a log that may be long: its last half MiB.
 */
HostelHostFind
hostel_host_system_read_tail (const HostelHostSystem  *self,
                              const char              *path,
                              char                   **text,
                              char                   **reason)
{
  return read_file (self, path, TRUE, text, reason);
}

/**
 * hostel_host_system_dup_line:
 * @self: a system
 * @path: an absolute path
 *
 * Returns: (transfer full) (nullable): a file of one short line, such as those of /sys
 */
char *
hostel_host_system_dup_line (const HostelHostSystem *self,
                             const char             *path)
{
  g_autofree char *text = NULL;

  if (hostel_host_system_read (self, path, &text, NULL) != HOSTEL_HOST_FOUND)
    return NULL;

  g_strstrip (text);
  text[strcspn (text, "\n")] = '\0';

  return strlen (text) <= 200 ? g_steal_pointer (&text) : NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char **) a, *(char **) b);
}

/**
 * hostel_host_system_list:
 * @self: a system
 * @path: an absolute path of a directory
 *
 * Returns: (transfer full): the names in it, sorted, 10000 at most; none where it cannot be read
 */
GStrv
hostel_host_system_list (const HostelHostSystem *self,
                         const char             *path)
{
  g_autofree char *file = hostel_host_system_dup_path (self, path);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GDir *directory = g_dir_open (file, 0, NULL);
  const char *name;

  while (directory != NULL && names->len < 10000 && (name = g_dir_read_name (directory)))
    g_ptr_array_add (names, g_strdup (name));
  g_clear_pointer (&directory, g_dir_close);

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/**
 * hostel_host_system_find_program:
 * @self: a system
 * @name: a program's name
 *
 * Returns: (transfer full) (nullable): its path, also where only daemons find it
 */
char *
hostel_host_system_find_program (const HostelHostSystem *self,
                                 const char             *name)
{
  static const char *directories[] = {
    "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin", "/usr/libexec",
    "/usr/lib/qemu",
  };

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (directories[i], name, NULL);
      g_autofree char *file = hostel_host_system_dup_path (self, path);

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR) &&
          g_file_test (file, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  /* Nix and the like. */
  return g_str_equal (self->root, "/") ? g_find_program_in_path (name) : NULL;
}

/**
 * hostel_host_system_get_now:
 * @self: a system
 *
 * Returns: the time there, in s since 1970
 */
gint64
hostel_host_system_get_now (const HostelHostSystem *self)
{
  return self->now != 0 ? self->now : g_get_real_time () / G_USEC_PER_SEC;
}

/**
 * hostel_host_system_is_member:
 * @self: a system
 * @gid: a group
 *
 * Returns: whether this login has that group
 */
gboolean
hostel_host_system_is_member (const HostelHostSystem *self,
                              gid_t                   gid)
{
  for (guint i = 0; i < self->n_groups; i++)
    if (self->groups[i] == gid)
      return TRUE;

  return FALSE;
}

/**
 * hostel_host_system_redact:
 * @self: a system
 * @text: evidence
 *
 * Returns: (transfer full): @text with "~" for the home directory and "USER" for the user's name, so
 *   that a report can be given away
 */
char *
hostel_host_system_redact (const HostelHostSystem *self,
                           const char             *text)
{
  g_autoptr (GString) string = g_string_new (text);
  g_autofree char *escaped = NULL;
  g_autofree char *pattern = NULL;
  g_autoptr (GRegex) regex = NULL;
  char *redacted = NULL;

  if (self->home != NULL && strlen (self->home) > 1 && !g_str_equal (self->home, "/root"))
    g_string_replace (string, self->home, "~", 0);

  /* As root there is nothing to hide. */
  if (self->user == NULL || *self->user == '\0' || self->uid == 0)
    return g_strdup (string->str);

  escaped = g_regex_escape_string (self->user, -1);
  pattern = g_strdup_printf ("(?<![\\w.-])%s(?![\\w-])", escaped);
  if ((regex = g_regex_new (pattern, G_REGEX_OPTIMIZE, 0, NULL)) != NULL)
    redacted = g_regex_replace_literal (regex, string->str, -1, 0, "USER", 0, NULL);

  return redacted ? redacted : g_strdup (string->str);
}
