/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-name"

#include "config.h"

#include "hostel-machine-name.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"

/* RFC 1123: a label of a host name has at most 63 octets. */
#define MAX_LABEL 63

/* The first ten are refused by libvirt's own helper for AppArmor, valid_name() in
 * src/security/virt-aa-helper.c, so that such a machine never starts on Debian and Ubuntu. The rest
 * libvirt takes, but each has a meaning of its own to a shell or to XML, and the name becomes part
 * of file names and of the commands that people paste. */
#define FORBIDDEN "/[]{}?^,\"*" "<>&'\\|;$`"

static gboolean
refuse (GError     **error,
        const char  *remedy,
        const char  *message)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL, "%s", message);

  return FALSE;
}

static gboolean
check_characters (const char  *name,
                  GError     **error)
{
  const char *p;

  for (p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Unicode's format characters would let two names look the same. */
      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT ||
          c == 0x2028 || c == 0x2029)
        return refuse (error, _("Use a name of one line."),
                       _("The name contains a line break or another invisible character."));

      if (c < 0x80 && strchr (FORBIDDEN, (int) c))
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID,
                            _("Use letters, digits, “-”, “_” and “.”."), NULL,
                            _("The name may not contain “%c”."), (char) c);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * hostel_machine_name_check:
 * @name: a name as a person typed it
 * @error: set to %HOSTEL_ERROR_INVALID with the sentence for beside the field
 *
 * Whether a machine may have this name. libvirt itself refuses an empty name, blanks alone, "/" and
 * line breaks. This is stricter, because the name becomes the first part of the machine's volumes
 * (NAME-UUID.qcow2, a file name of at most 255 bytes) and of its log: no more than
 * %HOSTEL_MACHINE_SPEC_MAX_NAME_BYTES bytes, no "." or "-" in front (a hidden file, an option of a
 * command), and none of the characters that AppArmor's helper refuses or that mean something to a
 * shell or to XML. Letters of every script are fine.
 *
 * Returns: %TRUE if it may. May be called in any thread.
 */
gboolean
hostel_machine_name_check (const char  *name,
                           GError     **error)
{
  g_return_val_if_fail (name != NULL, FALSE);

  if (*name == '\0')
    return refuse (error, _("Type one, for example fedora01."), _("The machine needs a name."));

  if (!g_utf8_validate (name, -1, NULL))
    return refuse (error, _("Type it again."), _("The name is not valid UTF-8 text."));

  if (strlen (name) > HOSTEL_MACHINE_SPEC_MAX_NAME_BYTES)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose a shorter one."), NULL,
                        _("The name is too long: it has %zu bytes, and %d are possible."),
                        strlen (name), HOSTEL_MACHINE_SPEC_MAX_NAME_BYTES);
      return FALSE;
    }

  if (!check_characters (name, error))
    return FALSE;

  if (*name == '.' || *name == '-')
    return refuse (error, _("Begin with a letter or a digit."),
                   _("The name may not begin with “.” or “-”."));

  if (g_unichar_isspace (g_utf8_get_char (name)) ||
      g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (name + strlen (name)))))
    return refuse (error, _("Remove the blank."), _("The name begins or ends with a blank."));

  return TRUE;
}

/**
 * hostel_machine_name_dup_hostname:
 * @name: any name
 *
 * The host name nearest to @name: RFC 1123's letters, digits and hyphens in lower case, 63 at most,
 * no hyphen at either end. What is nothing then is "machine".
 *
 * Returns: (transfer full): a valid host name of one label. May be called in any thread.
 */
char *
hostel_machine_name_dup_hostname (const char *name)
{
  GString *label = g_string_new (NULL);
  const char *p;

  g_return_val_if_fail (name != NULL, NULL);

  for (p = name; *p != '\0' && label->len < MAX_LABEL; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (label, g_ascii_tolower (*p));
      else if (label->len > 0 && label->str[label->len - 1] != '-')
        g_string_append_c (label, '-');
    }

  while (label->len > 0 && label->str[label->len - 1] == '-')
    g_string_truncate (label, label->len - 1);

  if (label->len == 0)
    g_string_append (label, "machine");

  return g_string_free (label, FALSE);
}
