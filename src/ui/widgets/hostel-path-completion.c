/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-path-completion"

#include "config.h"

#include <string.h>

#include "hostel-path-completion.h"
#include "hostel-path-text.h"

/* A directory with more entries than this is not gone through to its end. */
#define MAX_ENTRIES 5000

typedef struct
{
  GtkEditable  *editable;    /* borrowed: its handler owns this */
  GCancellable *cancellable; /* owned, nullable: the look-up under way */
  gsize         length;      /* of the text before the last change, in bytes */
  gboolean      completing;
} Completion;

typedef struct
{
  char *directory;
  char *prefix;    /* of the base name; at least one byte */
} Lookup;

static void
completion_free (gpointer  data,
                 GClosure *closure)
{
  Completion *completion = data;

  if (completion->cancellable != NULL)
    g_cancellable_cancel (completion->cancellable);
  g_clear_object (&completion->cancellable);
  g_free (completion);
}

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_free (lookup->directory);
  g_free (lookup->prefix);
  g_free (lookup);
}

static void
keep_common (char       *common,
             const char *name)
{
  gsize i = 0;

  while (common[i] != '\0' && common[i] == name[i])
    i++;
  common[i] = '\0';
}

/* What all names with the prefix go on with; NULL where none has it. */
static char *
dup_common_rest (GDir       *dir,
                 const char *directory,
                 const char *prefix)
{
  g_autofree char *common = NULL;
  g_autofree char *path = NULL;
  const char *name;
  guint matches = 0;
  guint entries = 0;

  while (entries++ < MAX_ENTRIES && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_prefix (name, prefix))
        continue;
      if (matches++ == 0)
        common = g_strdup (name);
      else
        keep_common (common, name);
    }

  if (matches == 0 || !g_utf8_validate (common, -1, NULL))
    return NULL;

  path = g_build_filename (directory, common, NULL);
  if (matches == 1 && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_strconcat (common + strlen (prefix), G_DIR_SEPARATOR_S, NULL);

  return g_strdup (common + strlen (prefix));
}

static void
lookup_worker (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Lookup *lookup = task_data;
  g_autoptr (GDir) dir = g_dir_open (lookup->directory, 0, NULL);

  g_task_return_pointer (task,
                         dir != NULL ? dup_common_rest (dir, lookup->directory, lookup->prefix)
                                     : NULL,
                         g_free);
}

static void
looked_up_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = g_task_propagate_pointer (G_TASK (result), &error);
  Completion *completion = user_data;
  int start;
  int position;

  /* Cancelled too where the text has changed since, or the entry is gone, and @completion with it. */
  if (error != NULL || rest == NULL || *rest == '\0')
    return;

  if (gtk_widget_get_root (GTK_WIDGET (object)) == NULL)
    return;

  position = start = g_utf8_strlen (gtk_editable_get_text (completion->editable), -1);
  completion->completing = TRUE;
  gtk_editable_insert_text (completion->editable, rest, -1, &position);
  gtk_editable_select_region (completion->editable, start, -1);
  completion->completing = FALSE;
}

static void
look_up (Completion *completion,
         const char *text)
{
  g_autofree char *path = hostel_path_expand (text);
  const char *slash = strrchr (path, '/');
  g_autoptr (GTask) task = NULL;
  Lookup *lookup;

  if (!g_path_is_absolute (path) || slash == NULL || slash[1] == '\0')
    return;

  lookup = g_new0 (Lookup, 1);
  lookup->directory = slash == path ? g_strdup ("/") : g_strndup (path, slash - path);
  lookup->prefix = g_strdup (slash + 1);

  completion->cancellable = g_cancellable_new ();
  task = g_task_new (completion->editable, completion->cancellable, looked_up_cb, completion);
  g_task_set_source_tag (task, look_up);
  g_task_set_task_data (task, lookup, lookup_free);
  g_task_run_in_thread (task, lookup_worker);
}

static void
changed_cb (Completion *completion)
{
  const char *text = gtk_editable_get_text (completion->editable);
  gsize length = strlen (text);
  gboolean typed_one = length > completion->length
                       && g_utf8_strlen (text + completion->length, -1) == 1;

  completion->length = length;
  if (completion->completing)
    return;

  if (completion->cancellable != NULL)
    g_cancellable_cancel (completion->cancellable);
  g_clear_object (&completion->cancellable);

  /* Only while a person types at the end: never against a deletion, a paste or assistive
   * technology that sets the whole text. */
  if (typed_one
      && gtk_editable_get_position (completion->editable) + 1 >= g_utf8_strlen (text, -1))
    look_up (completion, text);
}

/**
 * hostel_path_completion_attach:
 * @editable: an entry for a path
 *
 * See the header. Directories are read in a worker.
 */
void
hostel_path_completion_attach (GtkEditable *editable)
{
  Completion *completion;

  g_return_if_fail (GTK_IS_EDITABLE (editable));

  completion = g_new0 (Completion, 1);
  completion->editable = editable;
  g_signal_connect_data (editable, "changed", G_CALLBACK (changed_cb), completion, completion_free,
                         G_CONNECT_SWAPPED);
}
