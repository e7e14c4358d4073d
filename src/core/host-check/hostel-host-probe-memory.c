/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-probe"

#include "config.h"

#include "hostel-host-probe.h"

#include <string.h>

#include <glib/gi18n.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static guint64
get_value (const char *text,
           const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], key) && lines[i][strlen (key)] == ':')
      return g_ascii_strtoull (lines[i] + strlen (key) + 1, NULL, 10);

  return 0;
}

static void
probe_memory (HostelHostProbe *self)
{
  g_autofree char *text = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *total_text = NULL;
  g_autofree char *available_text = NULL;
  g_autofree char *swap_text = NULL;
  guint64 available;
  guint64 total;

  if (hostel_host_system_read (self->system, "/proc/meminfo", &text, &reason) !=
      HOSTEL_HOST_FOUND || (total = get_value (text, "MemTotal") * 1024) == 0)
    {
      hostel_host_probe_add (self, "memory", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s",
                             reason ? reason : _("/proc/meminfo cannot be read"));
      return;
    }

  available = get_value (text, "MemAvailable") * 1024;
  available_text = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);
  total_text = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  swap_text = g_format_size_full (get_value (text, "SwapTotal") * 1024, G_FORMAT_SIZE_IEC_UNITS);
  hostel_host_probe_add (self, "memory", available < GIB ? HOSTEL_CHECK_STATE_WARNING
                                                         : HOSTEL_CHECK_STATE_GOOD,
                         hostel_host_probe_advise (_("Close other programs or shut down a "
                                                     "machine.")),
                         _("%s of %s available, %s swap, %u huge pages"), available_text, total_text,
                         swap_text, (guint) get_value (text, "HugePages_Total"));
}

/* "Max locked memory         8388608              8388608              bytes" */
static char *
dup_limit (const char *text,
           const char *name)
{
  const char *line = text ? strstr (text, name) : NULL;

  if (line == NULL)
    return g_strdup ("?");

  line += strlen (name);
  line += strspn (line, " ");

  return g_strndup (line, strcspn (line, " \n"));
}

static void
probe_limits (HostelHostProbe *self)
{
  g_autofree char *text = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *locked = NULL;
  g_autofree char *files = NULL;
  g_autofree char *watches =
    hostel_host_system_dup_line (self->system, "/proc/sys/fs/inotify/max_user_instances");
  g_autofree char *ksm = hostel_host_system_dup_line (self->system, "/sys/kernel/mm/ksm/run");
  gboolean few;

  if (hostel_host_system_read (self->system, "/proc/self/limits", &text, &reason) !=
      HOSTEL_HOST_FOUND)
    {
      hostel_host_probe_add (self, "limits", HOSTEL_CHECK_STATE_UNKNOWN, NULL, "%s", reason);
      return;
    }

  locked = dup_limit (text, "Max locked memory");
  files = dup_limit (text, "Max open files");
  few = g_ascii_isdigit (*files) && g_ascii_strtoull (files, NULL, 10) < 1024;
  hostel_host_probe_add (self, "limits", few ? HOSTEL_CHECK_STATE_NOTE : HOSTEL_CHECK_STATE_GOOD,
                         hostel_host_probe_advise (_("Raise the limit of open files to 1024 or more "
                                                     "(/etc/security/limits.conf).")),
                         _("open files %s, locked memory %s, inotify instances %s, KSM %s"), files,
                         locked, watches ? watches : "?",
                         ksm == NULL ? "?" : *ksm == '1' ? _("on") : _("off"));
}

/*< private >
 * hostel_host_probe_memory:
 * @self: a run
 *
 * How much machines could have.
 */
void
hostel_host_probe_memory (HostelHostProbe *self)
{
  probe_memory (self);
  probe_limits (self);
}
