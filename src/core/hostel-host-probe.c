#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/*< private >
 * hostel_host_probe_path:
 * @root: "/" or a fixture's directory
 * @path: an absolute path
 *
 * Returns: (transfer full): where @path is to be looked for
 */
char *
hostel_host_probe_path (const char *root,
                        const char *path)
{
  return g_build_filename (root, path, NULL);
}

/*< private >
 * hostel_host_probe_read:
 * @root: "/" or a fixture's directory
 * @path: an absolute path
 *
 * Reads the first %HOSTEL_HOST_PROBE_MAX_BYTES of a regular file, as those of /proc and /sys are,
 * too. Never waits: what is a pipe or a device is not read.
 *
 * Returns: (transfer full) (nullable): text without a final line break, or %NULL where there is
 *   none, errno telling why
 */
char *
hostel_host_probe_read (const char *root,
                        const char *path)
{
  g_autofree char *file = hostel_host_probe_path (root, path);
  g_autofree char *buffer = NULL;
  struct stat info;
  gsize done = 0;
  gssize n;
  int fd;

  if ((fd = g_open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)) < 0)
    return NULL;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_close (fd, NULL);
      errno = EINVAL;
      return NULL;
    }

  buffer = g_malloc (HOSTEL_HOST_PROBE_MAX_BYTES + 1);
  while (done < HOSTEL_HOST_PROBE_MAX_BYTES)
    {
      n = read (fd, buffer + done, HOSTEL_HOST_PROBE_MAX_BYTES - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += (gsize) n;
    }
  g_close (fd, NULL);
  buffer[done] = '\0';

  return g_strchomp (g_utf8_make_valid (buffer, -1));
}

gboolean
hostel_host_probe_exists (const char *root,
                          const char *path)
{
  g_autofree char *file = hostel_host_probe_path (root, path);

  return g_file_test (file, G_FILE_TEST_EXISTS);
}

/*< private >
 * hostel_host_probe_add:
 * @report: where to add the check
 * @id: see hostel_host_check_new(), as for the other arguments
 * @evidence: (transfer full)
 *
 * A shorthand: a good check needs neither why nor remedy, and they are left out.
 */
void
hostel_host_probe_add (HostelHostReport *report,
                       const char       *id,
                       const char       *group,
                       const char       *title,
                       HostelCheckState  state,
                       char             *evidence,
                       const char       *why,
                       const char       *remedy)
{
  g_autofree char *owned = evidence;
  gboolean fine = state == HOSTEL_CHECK_STATE_GOOD || state == HOSTEL_CHECK_STATE_NOT_APPLICABLE;
  g_autoptr (HostelHostCheck) check = NULL;

  check = hostel_host_check_new (id, group, title, state, owned, why, fine ? NULL : remedy);
  hostel_host_report_add (report, check);
}
