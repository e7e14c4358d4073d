/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-snapshot-name.h"

/* libvirt makes NAME.xml of it, and QEMU keeps 255 bytes. */
#define MAX_NAME_BYTES 200
#define MAX_NOTE_BYTES 4096
/* No file name, and no word of QEMU's monitor: libvirt 9.0 does not quote the last two, so that QEMU
 * refuses them, and records a snapshot that is not there (tried). */
#define FORBIDDEN "/\"\\"
#define DIGITS "0123456789"

static gboolean
refuse (GError     **error,
        const char  *remedy,
        const char  *message)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL, "%s", message);

  return FALSE;
}

static gboolean
is_invisible (gunichar c)
{
  /* Unicode's format characters would let two names look the same. */
  return g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT || c == 0x2028 || c == 0x2029 ||
         (c & 0xfffe) == 0xfffe;
}

static gboolean
check_characters (const char  *name,
                  GError     **error)
{
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_invisible (c))
        return refuse (error, _("Use a name of one line."),
                       _("The snapshot’s name contains a line break or another invisible character."));
      if (c < 0x80 && strchr (FORBIDDEN, (int) c) != NULL)
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use letters, digits, “-”, “_” and “.”."), NULL,
                            _("A snapshot’s name may not contain “%c”."), (char) c);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * hostel_snapshot_name_check:
 * @name: a name as a person typed it
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID
 *
 * Returns: whether a new snapshot may have it. May be called in any thread.
 */
gboolean
hostel_snapshot_name_check (const char  *name,
                            GError     **error)
{
  g_return_val_if_fail (name != NULL, FALSE);

  if (!g_utf8_validate (name, -1, NULL))
    return refuse (error, _("Type it again."), _("The snapshot’s name is not valid UTF-8 text."));
  if (*name == '\0')
    return refuse (error, _("Type one, for example before-upgrade."), _("The snapshot needs a name."));
  if (strlen (name) > MAX_NAME_BYTES)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose a shorter one, and use the note."), NULL,
                        _("The snapshot’s name is too long: it has %zu bytes, and %d are possible."),
                        strlen (name), MAX_NAME_BYTES);
      return FALSE;
    }
  if (g_unichar_isspace (g_utf8_get_char (name)) ||
      g_unichar_isspace (g_utf8_get_char (g_utf8_find_prev_char (name, name + strlen (name)))))
    return refuse (error, _("Leave the blank away."), _("The snapshot’s name begins or ends with a blank."));
  if (*name == '.' || *name == '-')
    return refuse (error, _("Begin with a letter."), _("A snapshot’s name cannot begin with “.” or “-”."));
  /* QEMU numbers the snapshots of a disk, and takes "2" for the second before it looks at names. */
  if (strspn (name, DIGITS) == strlen (name))
    return refuse (error, _("Add a letter."),
                   _("A name of digits alone could be taken for the number of another snapshot."));

  return check_characters (name, error);
}

/**
 * hostel_snapshot_note_check:
 * @note: a text as a person typed it
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID
 *
 * Returns: whether a snapshot may have this note
 */
gboolean
hostel_snapshot_note_check (const char  *note,
                            GError     **error)
{
  g_return_val_if_fail (note != NULL, FALSE);

  if (!g_utf8_validate (note, -1, NULL))
    return refuse (error, _("Type it again."), _("The note is not valid UTF-8 text."));
  if (strlen (note) > MAX_NOTE_BYTES)
    return refuse (error, _("Write a shorter one."), _("The note is longer than 4096 bytes."));

  for (const char *p = note; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c != '\n' && c != '\t' && (g_unichar_iscntrl (c) || (c & 0xfffe) == 0xfffe))
        return refuse (error, _("Leave it away."), _("The note contains a control character."));
    }

  return TRUE;
}

/**
 * hostel_snapshot_name_dup_new:
 *
 * Returns: (transfer full): "2026-12-01-123045"
 */
char *
hostel_snapshot_name_dup_new (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d-%H%M%S");
}
