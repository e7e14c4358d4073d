/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-error"

#include "config.h"

#include "hostel-error.h"

typedef struct
{
  char *remedy;  /* owned, nullable: what the person can do next */
  char *details; /* owned, nullable: the library's own text, never a headline */
  guint line;    /* of the text that is wrong, from 1; 0 where there is none */
} HostelErrorPrivate;

static void
hostel_error_private_init (HostelErrorPrivate *priv)
{
}

static void
hostel_error_private_copy (const HostelErrorPrivate *source,
                           HostelErrorPrivate       *copy)
{
  copy->remedy = g_strdup (source->remedy);
  copy->details = g_strdup (source->details);
  copy->line = source->line;
}

static void
hostel_error_private_clear (HostelErrorPrivate *priv)
{
  g_clear_pointer (&priv->remedy, g_free);
  g_clear_pointer (&priv->details, g_free);
}

G_DEFINE_EXTENDED_ERROR (HostelError, hostel_error)

static GError *
new_valist (HostelError  code,
            const char  *remedy,
            const char  *details,
            const char  *format,
            va_list      args)
{
  GError *error = g_error_new_valist (HOSTEL_ERROR, code, format, args);
  HostelErrorPrivate *priv = hostel_error_get_private (error);

  priv->remedy = g_strdup (remedy);
  priv->details = g_strdup (details);

  return error;
}

/**
 * hostel_error_new:
 * @code: what kind of failure it is
 * @remedy: (nullable): the next action, a translated sentence
 * @details: (nullable): the text of the library that failed, for a Details view
 * @format: a translated sentence that names the cause
 * @...: arguments of @format
 *
 * Returns: (transfer full): a new error of the domain %HOSTEL_ERROR
 */
GError *
hostel_error_new (HostelError  code,
                  const char  *remedy,
                  const char  *details,
                  const char  *format,
                  ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = new_valist (code, remedy, details, format, args);
  va_end (args);

  return error;
}

/**
 * hostel_error_set:
 * @error: (out) (optional): where to put it
 *
 * As hostel_error_new(), but does nothing where @error is %NULL.
 */
void
hostel_error_set (GError      **error,
                  HostelError   code,
                  const char   *remedy,
                  const char   *details,
                  const char   *format,
                  ...)
{
  va_list args;

  if (error == NULL)
    return;

  g_return_if_fail (*error == NULL);

  va_start (args, format);
  *error = new_valist (code, remedy, details, format, args);
  va_end (args);
}

/**
 * hostel_error_set_line:
 * @error: (inout) (optional): an error of the domain %HOSTEL_ERROR that has just been set
 * @line: the line of the text that is wrong, from 1
 *
 * Says where it is, for an editor's margin. Does nothing where @error is %NULL.
 */
void
hostel_error_set_line (GError **error,
                       guint    line)
{
  if (error == NULL)
    return;

  g_return_if_fail (*error != NULL && (*error)->domain == HOSTEL_ERROR);

  ((HostelErrorPrivate *) hostel_error_get_private (*error))->line = line;
}

/**
 * hostel_error_get_line:
 * @error: any error
 *
 * Returns: the line of the text that is wrong, from 1, or 0 where @error is not about a line
 */
guint
hostel_error_get_line (const GError *error)
{
  g_return_val_if_fail (error != NULL, 0);

  if (error->domain != HOSTEL_ERROR)
    return 0;

  return ((HostelErrorPrivate *) hostel_error_get_private (error))->line;
}

/**
 * hostel_error_get_remedy:
 * @error: any error
 *
 * Returns: (nullable): the next action, or %NULL where @error has none or is of another domain
 */
const char *
hostel_error_get_remedy (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != HOSTEL_ERROR)
    return NULL;

  return ((HostelErrorPrivate *) hostel_error_get_private (error))->remedy;
}

/**
 * hostel_error_get_details:
 * @error: any error
 *
 * Returns: (nullable): the failing library's own text, or %NULL
 */
const char *
hostel_error_get_details (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != HOSTEL_ERROR)
    return NULL;

  return ((HostelErrorPrivate *) hostel_error_get_private (error))->details;
}

/**
 * hostel_error_to_line:
 * @error: any error
 *
 * Cause, remedy and details as one line without line breaks, as hostel-cli prints it on stderr.
 *
 * Returns: (transfer full): the line, without a line break at its end
 */
char *
hostel_error_to_line (const GError *error)
{
  const char *remedy;
  const char *details;
  GString *line;

  g_return_val_if_fail (error != NULL, NULL);

  line = g_string_new (error->message);
  if ((remedy = hostel_error_get_remedy (error)))
    g_string_append_printf (line, " %s", remedy);
  if ((details = hostel_error_get_details (error)))
    g_string_append_printf (line, " (%s)", details);

  g_strdelimit (line->str, "\r\n", ' ');

  return g_string_free (line, FALSE);
}
