/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What every setter of a string or list property does. */

/* Strings are never NULL: an entry bound to NULL would crash. */
static inline gboolean
hostel_property_set_string (char       **field,
                            const char  *value)
{
  if (value == NULL)
    value = "";

  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

/* Lists are NULL when empty. */
static inline gboolean
hostel_property_set_strv (char               ***field,
                          const char * const   *value)
{
  char **old = *field;

  if (value != NULL && value[0] == NULL)
    value = NULL;

  if (old == NULL && value == NULL)
    return FALSE;

  if (old != NULL && value != NULL && g_strv_equal ((const char * const *) old, value))
    return FALSE;

  *field = g_strdupv ((char **) value);
  g_strfreev (old);
  return TRUE;
}

static inline gboolean
hostel_property_set_boolean (gboolean *field,
                             gboolean  value)
{
  value = !!value;

  if (*field == value)
    return FALSE;

  *field = value;
  return TRUE;
}

G_END_DECLS
