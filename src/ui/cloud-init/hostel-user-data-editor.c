/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data-editor"

#include "config.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "hostel-accessible.h"
#include "hostel-cloud-check.h"
#include "hostel-user-data-editor.h"

/* More of them would hide the page; they are beside their lines all the same. */
#define MAX_ROWS 8
/* The marks follow each key; what stands below the text waits for a pause, and does not jump. */
#define ROWS_DELAY_MS 300

#define ERROR_CATEGORY "error"
#define WARNING_CATEGORY "warning"

struct _HostelUserDataEditor
{
  AdwBin           parent_instance;

  GtkSourceView   *view;        /* borrowed: template children */
  GtkSourceBuffer *buffer;
  GtkListBox      *marks_list;

  GPtrArray       *marks;       /* owned, of HostelCloudMark: what is shown */
  GPtrArray       *line_marks;  /* owned, of borrowed GtkSourceMark: of the marks, in their order */
  HostelGuestFamily family;    /* of the system that the text is for */
  char            *cloud_init;  /* owned, nullable: the release there */
  guint            rows_source;
  guint            checking : 1; /* a worker reads the text */
  guint            again : 1;    /* it has changed since */
  guint            disposed : 1;
  guint            writing : 1; /* the text changes by us */
  guint            filled : 1;  /* there was a text */
  guint            stale : 1;   /* the text has changed since it was checked */
};

G_DEFINE_FINAL_TYPE (HostelUserDataEditor, hostel_user_data_editor, ADW_TYPE_BIN)

enum
{
  CHANGED,
  CHECKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void start_check (HostelUserDataEditor *self);

static void
buffer_changed_cb (HostelUserDataEditor *self)
{
  self->stale = TRUE;
  start_check (self);
  if (!self->writing)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
update_style_cb (HostelUserDataEditor *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();

  gtk_source_buffer_set_style_scheme (
    self->buffer,
    gtk_source_style_scheme_manager_get_scheme (manager, dark ? "Adwaita-dark" : "Adwaita"));
}

static void
get_line (HostelUserDataEditor *self,
          guint                 line,
          GtkTextIter          *iter)
{
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), iter, line - 1);
}

/* The page around the text scrolls, not the text. */
static void
scroll_to (HostelUserDataEditor *self,
           const GtkTextIter    *iter)
{
  GtkWidget *outer = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_VIEWPORT);
  GtkWidget *child = outer != NULL ? gtk_viewport_get_child (GTK_VIEWPORT (outer)) : NULL;
  GdkRectangle place;
  double y;
  int top;

  if (child == NULL)
    return;

  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self->view), iter, &place);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (self->view), GTK_TEXT_WINDOW_WIDGET, 0,
                                         place.y, NULL, &top);
  if (gtk_widget_translate_coordinates (GTK_WIDGET (self->view), child, 0, top, NULL, &y))
    gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (outer)),
                               y - place.height, y + 2 * place.height);
}

/* Rows are of the marks, in their order. NULL while others are on their way: the mark's place is of a text
 * that is no more. */
static HostelCloudMark *
get_mark (HostelUserDataEditor *self,
          GtkWidget            *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW);

  return self->stale || self->rows_source != 0
           ? NULL : g_ptr_array_index (self->marks, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)));
}

static void
go_cb (GtkWidget            *button,
       HostelUserDataEditor *self)
{
  HostelCloudMark *mark = get_mark (self, button);
  GtkTextIter iter;

  if (mark == NULL)
    return;

  get_line (self, mark->line, &iter);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (self->buffer), &iter);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  scroll_to (self, &iter);
}

static void
fix_cb (GtkWidget            *button,
        HostelUserDataEditor *self)
{
  HostelCloudMark *mark = get_mark (self, button);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  g_autofree char *text = NULL;
  g_autofree char *replacement = NULL;
  GtkTextIter start;
  GtkTextIter end;

  if (mark == NULL)
    return;

  text = hostel_user_data_editor_dup_text (self);
  replacement = g_strdup (mark->replacement);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, g_utf8_pointer_to_offset (text, text
                                                                                + mark->start));
  gtk_text_buffer_get_iter_at_offset (buffer, &end, g_utf8_pointer_to_offset (text, text
                                                                              + mark->end));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, replacement, -1);
  gtk_text_buffer_end_user_action (buffer);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static GtkWidget *
button_new (HostelUserDataEditor *self,
            const char           *label,
            GCallback             callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", callback, self, 0);

  return button;
}

static void
add_row (HostelUserDataEditor  *self,
         const HostelCloudMark *mark)
{
  gboolean error = mark->kind == HOSTEL_CLOUD_MARK_ERROR;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (error ? "dialog-error-symbolic"
                                                        : "dialog-warning-symbolic");
  g_autofree char *go = g_strdup_printf (_("Line %u"), mark->line);
  g_autofree char *fix = NULL;

  gtk_widget_add_css_class (icon, error ? "error" : "warning");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), mark->message);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);

  if (mark->replacement != NULL && gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    {
      GtkWidget *button = button_new (self, _("_Fix"), G_CALLBACK (fix_cb));

      fix = g_strdup_printf (_("Write “%s”"), mark->replacement);
      gtk_widget_set_tooltip_text (button, fix);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button_new (self, go, G_CALLBACK (go_cb)));
  gtk_list_box_append (self->marks_list, row);
  hostel_accessible_mend (row);
}

static void
add_rest_row (HostelUserDataEditor *self,
              guint                 n)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = g_strdup_printf (ngettext ("%u more", "%u more", n), n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  gtk_list_box_append (self->marks_list, row);
}

static void
clear_marks (HostelUserDataEditor *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_source_buffer_remove_source_marks (self->buffer, &start, &end, NULL);
  g_ptr_array_set_size (self->line_marks, 0);
}

static void
add_line_mark (HostelUserDataEditor  *self,
               const HostelCloudMark *mark)
{
  GtkSourceMark *source_mark;
  GtkTextIter iter;

  get_line (self, mark->line, &iter);
  source_mark = gtk_source_buffer_create_source_mark (
    self->buffer, NULL, mark->kind == HOSTEL_CLOUD_MARK_ERROR ? ERROR_CATEGORY : WARNING_CATEGORY,
    &iter);
  g_ptr_array_add (self->line_marks, source_mark);
}

static gboolean
show_rows (gpointer user_data)
{
  HostelUserDataEditor *self = user_data;
  GtkWidget *row;

  g_clear_handle_id (&self->rows_source, g_source_remove);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->marks_list))))
    gtk_list_box_remove (self->marks_list, row);

  for (guint i = 0; i < MIN (self->marks->len, MAX_ROWS); i++)
    add_row (self, g_ptr_array_index (self->marks, i));
  if (self->marks->len > MAX_ROWS)
    add_rest_row (self, self->marks->len - MAX_ROWS);
  gtk_widget_set_visible (GTK_WIDGET (self->marks_list), self->marks->len > 0);

  return G_SOURCE_REMOVE;
}

static gboolean
rows_due_cb (gpointer user_data)
{
  HostelUserDataEditor *self = user_data;

  self->rows_source = 0;

  return show_rows (self);
}

/* Takes @marks. */
static void
show_marks (HostelUserDataEditor *self,
            GPtrArray            *marks)
{
  const char *first = NULL;

  clear_marks (self);
  g_ptr_array_unref (self->marks);
  self->marks = marks;

  for (guint i = 0; i < self->marks->len; i++)
    {
      HostelCloudMark *mark = g_ptr_array_index (self->marks, i);

      add_line_mark (self, mark);
      if (first == NULL && mark->kind == HOSTEL_CLOUD_MARK_ERROR)
        first = mark->message;
    }

  hostel_accessible_set_description (GTK_WIDGET (self->view), first);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->view),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               first != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static char *
query_tooltip_cb (HostelUserDataEditor *self,
                  GtkSourceMark        *line_mark)
{
  HostelCloudMark *mark;
  guint i;

  if (!g_ptr_array_find (self->line_marks, line_mark, &i))
    return NULL;

  mark = g_ptr_array_index (self->marks, i);
  return g_strdup (mark->message);
}

static void
add_category (HostelUserDataEditor *self,
              const char           *category,
              const char           *icon_name,
              int                   priority)
{
  g_autoptr (GtkSourceMarkAttributes) attributes = gtk_source_mark_attributes_new ();

  gtk_source_mark_attributes_set_icon_name (attributes, icon_name);
  g_signal_connect_object (attributes, "query-tooltip-text", G_CALLBACK (query_tooltip_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_source_view_set_mark_attributes (self->view, category, attributes, priority);
}

/* What a worker is to read. */
typedef struct
{
  char              *text;       /* owned */
  HostelGuestFamily  family;
  char              *cloud_init; /* owned, nullable */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->text);
  g_free (check->cloud_init);
  g_free (check);
}

static GPtrArray *
run_check (const char        *text,
           HostelGuestFamily  family,
           const char        *cloud_init)
{
  const HostelCloudTarget target = { .family = family, .cloud_init = cloud_init };

  return hostel_cloud_check_for (text, -1, &target);
}

static void
check_worker (GTask        *task,
              gpointer      source_object,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Check *check = task_data;

  g_task_return_pointer (task, run_check (check->text, check->family, check->cloud_init),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  HostelUserDataEditor *self = HOSTEL_USER_DATA_EDITOR (object);
  GPtrArray *marks = g_task_propagate_pointer (G_TASK (result), NULL);

  self->checking = FALSE;
  if (self->disposed || self->again)
    {
      g_ptr_array_unref (marks);
      if (!self->disposed)
        start_check (self);
      return;
    }

  self->stale = FALSE;
  show_marks (self, marks);
  g_clear_handle_id (&self->rows_source, g_source_remove);
  self->rows_source = g_timeout_add (ROWS_DELAY_MS, rows_due_cb, self);
  g_signal_emit (self, signals[CHECKED], 0);
}

/* At each key; what is typed while a check is made is checked after it, all at once. */
static void
start_check (HostelUserDataEditor *self)
{
  g_autoptr (GTask) task = NULL;
  Check *check;

  self->again = self->checking;
  if (self->checking || self->disposed)
    return;

  self->checking = TRUE;
  check = g_new0 (Check, 1);
  check->text = hostel_user_data_editor_dup_text (self);
  check->family = self->family;
  check->cloud_init = g_strdup (self->cloud_init);
  task = g_task_new (self, NULL, checked_cb, NULL);
  g_task_set_priority (task, G_PRIORITY_HIGH);
  g_task_set_task_data (task, check, check_free);
  g_task_run_in_thread (task, check_worker);
}

static void
hostel_user_data_editor_dispose (GObject *object)
{
  HostelUserDataEditor *self = HOSTEL_USER_DATA_EDITOR (object);

  self->disposed = TRUE;
  g_clear_handle_id (&self->rows_source, g_source_remove);

  G_OBJECT_CLASS (hostel_user_data_editor_parent_class)->dispose (object);
}

static void
hostel_user_data_editor_finalize (GObject *object)
{
  HostelUserDataEditor *self = HOSTEL_USER_DATA_EDITOR (object);

  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_clear_pointer (&self->line_marks, g_ptr_array_unref);
  g_clear_pointer (&self->cloud_init, g_free);

  G_OBJECT_CLASS (hostel_user_data_editor_parent_class)->finalize (object);
}

static gboolean
hostel_user_data_editor_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HOSTEL_USER_DATA_EDITOR (widget)->view));
}

static void
hostel_user_data_editor_class_init (HostelUserDataEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_user_data_editor_dispose;
  object_class->finalize = hostel_user_data_editor_finalize;
  widget_class->grab_focus = hostel_user_data_editor_grab_focus;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  signals[CHECKED] =
    g_signal_new ("checked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  g_type_ensure (GTK_SOURCE_TYPE_BUFFER);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-user-data-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataEditor, view);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataEditor, buffer);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataEditor, marks_list);
  gtk_widget_class_bind_template_callback (widget_class, buffer_changed_cb);
}

static void
hostel_user_data_editor_init (HostelUserDataEditor *self)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();

  self->marks = g_ptr_array_new ();
  self->line_marks = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_source_buffer_set_language (self->buffer,
                                  gtk_source_language_manager_get_language (languages, "yaml"));
  add_category (self, WARNING_CATEGORY, "dialog-warning-symbolic", 1);
  add_category (self, ERROR_CATEGORY, "dialog-error-symbolic", 2);

  update_style_cb (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_style_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hostel_user_data_editor_dup_text:
 *
 * Returns: (transfer full): what is written
 */
char *
hostel_user_data_editor_dup_text (HostelUserDataEditor *self)
{
  char *text;

  g_return_val_if_fail (HOSTEL_IS_USER_DATA_EDITOR (self), NULL);

  g_object_get (self->buffer, "text", &text, NULL);

  return text;
}

/* The bytes that both texts begin with, up to a whole character. */
static gsize
common_start (const char *a,
              const char *b)
{
  gsize n = 0;

  while (a[n] != '\0' && a[n] == b[n])
    n++;
  while (n > 0 && ((guchar) a[n] & 0xc0) == 0x80)
    n--;

  return n;
}

static gsize
common_end (const char *a,
            const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);
  gsize n = 0;

  while (n < length_a && n < length_b && a[length_a - n - 1] == b[length_b - n - 1])
    n++;
  while (n > 0 && ((guchar) a[length_a - n] & 0xc0) == 0x80)
    n--;

  return n;
}

/* Only what differs is written, so that the cursor stays, and Undo takes back just that. */
static void
write_difference (HostelUserDataEditor *self,
                  const char           *before,
                  const char           *now)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  gsize start = common_start (before, now);
  gsize end = common_end (before + start, now + start);
  GtkTextIter from;
  GtkTextIter to;

  gtk_text_buffer_get_iter_at_offset (buffer, &from, g_utf8_strlen (before, start));
  gtk_text_buffer_get_iter_at_offset (buffer, &to, g_utf8_strlen (before, strlen (before) - end));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, now + start, strlen (now) - start - end);
  gtk_text_buffer_end_user_action (buffer);
}

/**
 * hostel_user_data_editor_set_text:
 * @text: UTF-8
 *
 * Shows @text. The first one cannot be undone; of later ones only what differs is written, and Undo
 * takes it back. "changed" is not emitted.
 */
void
hostel_user_data_editor_set_text (HostelUserDataEditor *self,
                                  const char           *text)
{
  GtkTextBuffer *buffer;
  g_autofree char *before = NULL;
  GtkTextIter start;

  g_return_if_fail (HOSTEL_IS_USER_DATA_EDITOR (self));
  g_return_if_fail (text != NULL);

  buffer = GTK_TEXT_BUFFER (self->buffer);
  before = hostel_user_data_editor_dup_text (self);
  if (self->filled && g_str_equal (text, before))
    return;

  self->writing = TRUE;
  if (self->filled)
    write_difference (self, before, text);
  else
    {
      gtk_text_buffer_begin_irreversible_action (buffer);
      gtk_text_buffer_set_text (buffer, text, -1);
      gtk_text_buffer_end_irreversible_action (buffer);
      gtk_text_buffer_get_start_iter (buffer, &start);
      gtk_text_buffer_place_cursor (buffer, &start);
    }
  self->writing = FALSE;
  self->filled = TRUE;

  hostel_user_data_editor_check (self);
}

/**
 * hostel_user_data_editor_set_editable:
 * @editable: whether a person may change the text
 */
void
hostel_user_data_editor_set_editable (HostelUserDataEditor *self,
                                      gboolean              editable)
{
  g_return_if_fail (HOSTEL_IS_USER_DATA_EDITOR (self));

  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), editable);
}

/**
 * hostel_user_data_editor_set_target:
 * @target: the image that the text is for
 *
 * The text is judged for it from now on, and once more at once where it was judged for another one.
 */
void
hostel_user_data_editor_set_target (HostelUserDataEditor    *self,
                                    const HostelCloudTarget *target)
{
  g_return_if_fail (HOSTEL_IS_USER_DATA_EDITOR (self));
  g_return_if_fail (target != NULL);

  if (self->family == target->family && g_strcmp0 (self->cloud_init, target->cloud_init) == 0)
    return;

  self->family = target->family;
  g_free (self->cloud_init);
  self->cloud_init = g_strdup (target->cloud_init);
  if (self->filled)
    hostel_user_data_editor_check (self);
}

/**
 * hostel_user_data_editor_check:
 *
 * Reads the text and shows at once what hostel_cloud_check() says of it, without waiting for a
 * worker: where the text is shown for the first time, or before something is made of it.
 */
void
hostel_user_data_editor_check (HostelUserDataEditor *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (HOSTEL_IS_USER_DATA_EDITOR (self));

  text = hostel_user_data_editor_dup_text (self);
  self->stale = FALSE;
  show_marks (self, run_check (text, self->family, self->cloud_init));
  show_rows (self);
}
