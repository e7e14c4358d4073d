/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-guest-account"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-guest-account.h"

/* useradd(8); what wtmp holds, too. */
#define MAX_NAME 32

static gboolean
is_impossible (const char *name)
{
  if (*name == '\0' || strlen (name) > MAX_NAME || !g_utf8_validate (name, -1, NULL) ||
      g_str_equal (name, ".") || g_str_equal (name, "..") || strchr ("-+~", name[0]) != NULL ||
      strpbrk (name, ":,/") != NULL)
    return TRUE;

  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_isspace (letter) || g_unichar_iscntrl (letter))
        return TRUE;
    }

  return FALSE;
}

/* What shadow takes: letters, digits, "_", "." and "-", a "$" at the end. */
static gboolean
is_portable (const char *name)
{
  gsize length = strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");

  return length > 0 && (name[length] == '\0' || g_str_equal (name + length, "$"));
}

/**
 * hostel_guest_judge_user_name:
 * @family: whose tools make the user
 * @name: a login name
 * @reason: (out) (optional): a translated sentence, %NULL where the name is fine
 *
 * The one answer for the form, the command line, recipes and documents. cloud-init calls useradd,
 * adduser (Alpine) or pw (FreeBSD) with the name. The sources:
 *
 * - useradd(8) of Debian 12 and Ubuntu: "the only constraints are" that it does not begin with "-",
 *   "+" or "~" and has no ":", "," or blank, and 32 characters; a "/" has no folder to be home in.
 * - useradd(8) of shadow (Debian 13, Fedora, RHEL, Arch): [a-zA-Z0-9_.][a-zA-Z0-9_.-]{0,30}, a "$"
 *   at the end, not of digits alone, neither "." nor "..".
 * - CHARACTER_CLASS in login.defs(5) of SUSE: the same, and begins with a letter or "_".
 * - die_if_bad_username() of Busybox: the same as shadow, and does not begin with a dot.
 * - pw(8) of FreeBSD: no blanks and none of ,:+&#%$^()!@~*?<>=|\/"; in it, a "$" at the end.
 *
 * Returns: whether it is taken; of a family that is not known, whether any takes it
 */
HostelVerdict
hostel_guest_judge_user_name (HostelGuestFamily   family,
                              const char         *name,
                              const char        **reason)
{
  gboolean lenient = family == HOSTEL_GUEST_DEBIAN || family == HOSTEL_GUEST_UBUNTU ||
                     family == HOSTEL_GUEST_UNKNOWN || family == HOSTEL_GUEST_OTHER;
  const char *text = NULL;
  HostelVerdict verdict = lenient ? HOSTEL_VERDICT_DOUBTFUL : HOSTEL_VERDICT_REFUSED;

  g_return_val_if_fail (name != NULL, HOSTEL_VERDICT_REFUSED);

  if (is_impossible (name))
    {
      text = _("Use letters, digits, “.”, “_” and “-”, up to 32; begin with a letter.");
      verdict = HOSTEL_VERDICT_REFUSED;
    }
  else if (!is_portable (name))
    text = _("Most systems take letters without accents, digits, “.”, “_” and “-” only.");
  else if (strspn (name, G_CSET_DIGITS) == strlen (name) && family != HOSTEL_GUEST_FREEBSD)
    text = _("Most systems take no name that is a number.");
  else if (family == HOSTEL_GUEST_SUSE && !g_ascii_isalpha (name[0]) && name[0] != '_')
    text = _("This system takes names only that begin with a letter.");
  else if (family == HOSTEL_GUEST_ALPINE && name[0] == '.')
    text = _("This system takes no name that begins with a dot.");
  else
    verdict = HOSTEL_VERDICT_FINE;

  if (reason != NULL)
    *reason = text;

  return verdict;
}

/**
 * hostel_guest_judge_group_name:
 * @family: whose tools make the group
 * @name: of a group
 * @reason: (out) (optional): a translated sentence, %NULL where the name is fine
 *
 * groupadd has the rules of useradd, but a number is a group's number everywhere.
 *
 * Returns: whether it is taken
 */
HostelVerdict
hostel_guest_judge_group_name (HostelGuestFamily   family,
                               const char         *name,
                               const char        **reason)
{
  HostelVerdict verdict = hostel_guest_judge_user_name (family, name, reason);

  return *name != '\0' && strspn (name, G_CSET_DIGITS) == strlen (name) ? HOSTEL_VERDICT_REFUSED
                                                                        : verdict;
}

/**
 * hostel_guest_check_user_name:
 * @family: whose tools make the user
 * @name: a login name
 * @error: return location for a #GError
 *
 * Returns: %FALSE with a %HOSTEL_ERROR_INVALID where it is certain that the name is not taken
 */
gboolean
hostel_guest_check_user_name (HostelGuestFamily   family,
                              const char         *name,
                              GError            **error)
{
  const char *reason;
  g_autofree char *shown = NULL;

  if (hostel_guest_judge_user_name (family, name, &reason) != HOSTEL_VERDICT_REFUSED)
    return TRUE;

  shown = g_utf8_make_valid (name, MIN (strlen (name), 64));
  for (char *c = shown; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    }
  hostel_error_set (error, HOSTEL_ERROR_INVALID, reason, NULL, _("“%s” cannot be a user name."),
                    shown);

  return FALSE;
}

static gboolean
is_one_of (const char         *name,
           const char * const *names)
{
  return g_strv_contains (names, name);
}

/**
 * hostel_guest_has_user:
 * @name: a login name
 *
 * Returns: whether the systems have such a user before cloud-init makes any
 */
gboolean
hostel_guest_has_user (const char *name)
{
  /* passwd(5) of base-passwd, setup, shadow and FreeBSD, and of the services in cloud images */
  static const char * const names[] = {
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy",
    "www-data", "backup", "list", "irc", "_apt", "nobody", "adm", "shutdown", "halt", "operator",
    "ftp", "http", "sshd", "messagebus", "dbus", "systemd-network", "systemd-resolve",
    "systemd-timesync", "systemd-coredump", "polkitd", "chrony", "_chrony", "syslog", "landscape",
    "tcpdump", "uuidd", "tss", "guest", "cron", "ntp", "postfix", "toor", "www", NULL
  };

  return is_one_of (name, names);
}

/**
 * hostel_guest_has_group:
 * @name: of a group
 *
 * Returns: whether most systems have such a group before cloud-init makes any
 */
gboolean
hostel_guest_has_group (const char *name)
{
  static const char * const names[] = {
    "adm", "sudo", "wheel", "users", "staff", "video", "audio", "disk", "cdrom", "dialout", "dip",
    "floppy", "tape", "plugdev", "netdev", "kvm", "render", "input", "sgx", "tty", "utmp", "shadow",
    "src", "fax", "voice", "kmem", "crontab", "systemd-journal", "nogroup", "nobody", "lxd",
    "lock", "mem", "trusted", "_ssh", "sasl", NULL
  };

  return is_one_of (name, names) || hostel_guest_has_user (name);
}

/**
 * hostel_guest_makes_user:
 * @name: a login name
 *
 * Returns: whether that is the user whom cloud-init makes in some distribution's image by itself
 */
gboolean
hostel_guest_makes_user (const char *name)
{
  /* "default_user" in each distribution's cloud.cfg */
  static const char * const names[] = {
    "debian", "ubuntu", "fedora", "centos", "rocky", "almalinux", "cloud-user", "ec2-user", "opc",
    "cloud", "opensuse", "sles", "arch", "alpine", "freebsd", "gentoo", NULL
  };

  return is_one_of (name, names);
}
