/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-volume-text"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-volume-text.h"

/**
 * hostel_volume_text_dup_use:
 * @size: what it takes, as a person reads it
 * @users: names of machines; at least one
 *
 * Returns: (transfer full): "1 GB · used by a, b, c and 2 more"
 */
char *
hostel_volume_text_dup_use (const char         *size,
                            const char * const *users)
{
  guint n = g_strv_length ((GStrv) users);
  g_autofree char *all = NULL;

  g_return_val_if_fail (n > 0, g_strdup (size));

  if (n > 3)
    {
      all = g_strjoin (", ", users[0], users[1], users[2], NULL);
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s · used by %s and %u more",
                                           "%s · used by %s and %u more", n - 3),
                              size, all, n - 3);
    }

  all = g_strjoinv (", ", (GStrv) users);

  return g_strdup_printf (_("%s · used by %s"), size, all);
}
