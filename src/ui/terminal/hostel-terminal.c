/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-terminal"

#include "config.h"

#include <string.h>

#include "hostel-terminal-private.h"

#define SCROLLBACK_LINES 100000
#define TEXT_CHANGED_DELAY_MS 500
#define ZOOM_MIN 0.5
#define ZOOM_MAX 4.0
/* PCRE2_CASELESS and PCRE2_MULTILINE: vteregex.h names only the flags that it needs itself. */
#define REGEX_CASELESS 0x00000008u
#define REGEX_MULTILINE 0x00000400u

G_DEFINE_FINAL_TYPE (HostelTerminal, hostel_terminal, VTE_TYPE_TERMINAL)

enum
{
  INPUT,
  TEXT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
text_changed_cb (gpointer user_data)
{
  HostelTerminal *self = user_data;

  self->changed_id = 0;
  g_signal_emit (self, signals[TEXT_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
contents_changed_cb (VteTerminal *terminal,
                     gpointer     user_data)
{
  HostelTerminal *self = HOSTEL_TERMINAL (terminal);

  if (self->changed_id == 0)
    self->changed_id = g_timeout_add (TEXT_CHANGED_DELAY_MS, text_changed_cb, self);
}

static void
commit_cb (VteTerminal *terminal,
           const char  *text,
           guint        size,
           gpointer     user_data)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  g_signal_emit (terminal, signals[INPUT], 0, bytes);
}

/* Before VTE sees the keys; nothing that a guest could want: all but Shift+Insert, Menu and Shift+F10
 * have Ctrl and Shift, or Ctrl and a sign that is no control character. */
static const struct
{
  const char *trigger;
  const char *action;
} shortcuts[] = {
  { "<Ctrl><Shift>c", "console.copy" },
  { "<Ctrl><Shift>v", "console.paste" },
  { "<Shift>Insert", "console.paste-selection" },
  { "<Ctrl><Shift>f", "console.find" },
  { "<Ctrl><Shift>s", "console.save" },
  { "<Ctrl>plus|<Ctrl><Shift>plus|<Ctrl>equal|<Ctrl>KP_Add", "console.zoom-in" },
  { "<Ctrl>minus|<Ctrl>KP_Subtract", "console.zoom-out" },
  { "<Ctrl>0|<Ctrl>KP_0", "console.zoom-normal" },
  { "Menu|<Shift>F10", "console.menu" },
  /* Out of it: what the window offers without Shift goes to the guest. */
  { "<Ctrl><Shift>n", "win.new-machine" },
  { "<Ctrl><Shift>q", "app.quit" },
  { "<Ctrl><Shift>w", "window.close" },
  { "<Ctrl><Shift>F9", "win.switch-pane" },
  { "<Ctrl><Shift>F10", "win.main-menu" },
  { "<Ctrl>Page_Up", "win.show-page::overview" },
};

static void
add_shortcuts (HostelTerminal *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_autoptr (GVariant) target = NULL;
      g_autofree char *name = NULL;
      GtkShortcut *shortcut;

      g_return_if_fail (g_action_parse_detailed_name (shortcuts[i].action, &name, &target, NULL));
      shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (shortcuts[i].trigger),
                                   gtk_named_action_new (name));
      gtk_shortcut_set_arguments (shortcut, target);
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
hostel_terminal_dispose (GObject *object)
{
  HostelTerminal *self = HOSTEL_TERMINAL (object);

  g_clear_handle_id (&self->changed_id, g_source_remove);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hostel_terminal_parent_class)->dispose (object);
}

static void
hostel_terminal_finalize (GObject *object)
{
  HostelTerminal *self = HOSTEL_TERMINAL (object);

  g_clear_pointer (&self->filter, hostel_console_filter_free);
  g_clear_pointer (&self->search_text, g_free);
  g_string_free (self->output, TRUE);

  G_OBJECT_CLASS (hostel_terminal_parent_class)->finalize (object);
}

static void
hostel_terminal_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (hostel_terminal_parent_class)->css_changed (widget, change);

  hostel_terminal_update_colors (HOSTEL_TERMINAL (widget));
}

static void
hostel_terminal_class_init (HostelTerminalClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_terminal_dispose;
  object_class->finalize = hostel_terminal_finalize;

  widget_class->css_changed = hostel_terminal_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  signals[INPUT] = g_signal_new ("input",
                                 G_TYPE_FROM_CLASS (klass),
                                 G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[TEXT_CHANGED] = g_signal_new ("text-changed",
                                        G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
}

static void
hostel_terminal_init (HostelTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  self->filter = hostel_console_filter_new ();
  self->output = g_string_new (NULL);

  vte_terminal_set_scrollback_lines (terminal, SCROLLBACK_LINES);
  vte_terminal_set_scroll_on_output (terminal, FALSE);
  vte_terminal_set_scroll_on_keystroke (terminal, TRUE);
  vte_terminal_set_mouse_autohide (terminal, TRUE);
  vte_terminal_set_allow_hyperlink (terminal, FALSE);
  vte_terminal_search_set_wrap_around (terminal, TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);

  hostel_terminal_add_links (self);
  hostel_terminal_follow_look (self);
  add_shortcuts (self);
  g_signal_connect (self, "commit", G_CALLBACK (commit_cb), NULL);
  g_signal_connect (self, "contents-changed", G_CALLBACK (contents_changed_cb), NULL);
}

/**
 * hostel_terminal_new:
 *
 * Returns: (transfer floating): an empty terminal
 */
HostelTerminal *
hostel_terminal_new (void)
{
  return g_object_new (HOSTEL_TYPE_TERMINAL, NULL);
}

static void
feed (HostelTerminal *self,
      GBytes         *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size > 0)
    self->mid_line = data[size - 1] != '\n';
  hostel_console_filter_feed (self->filter, data, size, self->output);
  vte_terminal_feed (VTE_TERMINAL (self), self->output->str, self->output->len);
  g_string_truncate (self->output, 0);
}

/**
 * hostel_terminal_feed:
 * @self: a terminal
 * @bytes: what the guest has written just now, cut anywhere
 */
void
hostel_terminal_feed (HostelTerminal *self,
                      GBytes         *bytes)
{
  g_return_if_fail (HOSTEL_IS_TERMINAL (self));
  g_return_if_fail (bytes != NULL);

  feed (self, bytes);
}

/**
 * hostel_terminal_replay:
 * @self: a terminal
 * @bytes: what the guest has written long ago
 *
 * As hostel_terminal_feed(), but requests in it are not answered: nobody waits for that any more.
 */
void
hostel_terminal_replay (HostelTerminal *self,
                        GBytes         *bytes)
{
  g_return_if_fail (HOSTEL_IS_TERMINAL (self));
  g_return_if_fail (bytes != NULL);

  hostel_console_filter_set_replay (self->filter, TRUE);
  feed (self, bytes);
  hostel_console_filter_set_replay (self->filter, FALSE);
}

/**
 * hostel_terminal_begin:
 * @self: a terminal
 *
 * The bytes that come next have nothing to do with those before: modes and attributes are put
 * right, and nothing is erased.
 */
void
hostel_terminal_begin (HostelTerminal *self)
{
  g_return_if_fail (HOSTEL_IS_TERMINAL (self));

  hostel_console_filter_reset (self->filter, self->output);
  vte_terminal_feed (VTE_TERMINAL (self), self->output->str, self->output->len);
  g_string_truncate (self->output, 0);
}

/**
 * hostel_terminal_mark:
 * @self: a terminal
 * @text: a line that is no guest's
 * @interrupts: as hostel_terminal_begin() before it
 *
 * Writes a line of Hostel's own.
 */
void
hostel_terminal_mark (HostelTerminal *self,
                      const char     *text,
                      gboolean        interrupts)
{
  g_autofree char *line = NULL;

  g_return_if_fail (HOSTEL_IS_TERMINAL (self));
  g_return_if_fail (text != NULL);

  if (interrupts)
    hostel_terminal_begin (self);
  line = g_strdup_printf ("%s\033[2m\342\224\200\342\224\200 %s \342\224\200\342\224\200"
                          "\033[m\r\n", interrupts && self->mid_line ? "\r\n" : "", text);
  vte_terminal_feed (VTE_TERMINAL (self), line, -1);
  self->mid_line = FALSE;
}

/**
 * hostel_terminal_get_n_lines:
 * @self: a terminal
 *
 * Returns: how many lines it keeps
 */
guint
hostel_terminal_get_n_lines (HostelTerminal *self)
{
  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), 0);

  return vte_terminal_get_scrollback_lines (VTE_TERMINAL (self));
}

/* Cells that were erased and not written since have no text: VTE gives a NUL for each. At the end
 * of a line they are nothing, elsewhere a space. */
static void
append_line (GString    *text,
             const char *line,
             gsize       length)
{
  gsize start = text->len;

  while (length > 0 && line[length - 1] == '\0')
    length--;
  g_string_append_len (text, line, length);
  for (char *byte = text->str + start; byte < text->str + text->len; byte++)
    if (*byte == '\0')
      *byte = ' ';
}

/**
 * hostel_terminal_dup_text:
 * @self: a terminal
 *
 * Returns: (transfer full): the history and the screen as text, without empty lines at the end
 */
char *
hostel_terminal_dup_text (HostelTerminal *self)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GString *text;
  const char *line;
  const char *end;

  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), NULL);

  text = g_string_new (NULL);
  /* Into memory: it cannot fail. */
  vte_terminal_write_contents_sync (VTE_TERMINAL (self), stream, VTE_WRITE_DEFAULT, NULL, NULL);
  line = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream));
  end = line + g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream));
  while (line < end)
    {
      const char *line_end = memchr (line, '\n', end - line);

      if (line_end == NULL)
        line_end = end;
      append_line (text, line, line_end - line);
      g_string_append_c (text, '\n');
      line = line_end + 1;
    }

  while (text->len > 0 && g_ascii_isspace (text->str[text->len - 1]))
    g_string_truncate (text, text->len - 1);
  if (text->len > 0)
    g_string_append_c (text, '\n');

  return g_string_free (text, FALSE);
}

/**
 * hostel_terminal_dup_last_line:
 * @self: a terminal
 *
 * Returns: (transfer full): the last line that is not empty, "" where there is none
 */
char *
hostel_terminal_dup_last_line (HostelTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);
  glong n_columns;
  glong row;
  glong first;

  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), NULL);

  n_columns = vte_terminal_get_column_count (terminal);
  vte_terminal_get_cursor_position (terminal, NULL, &row);
  first = MAX (0, row - vte_terminal_get_row_count (terminal));

  for (; row >= first; row--)
    {
      g_autofree char *line =
        vte_terminal_get_text_range (terminal, row, 0, row, n_columns, NULL, NULL, NULL);

      if (line != NULL && *g_strstrip (line) != '\0')
        return g_steal_pointer (&line);
    }

  return g_strdup ("");
}

/**
 * hostel_terminal_zoom:
 * @self: a terminal
 * @step: 1 for larger text, -1 for smaller, 0 for the size of the system
 */
void
hostel_terminal_zoom (HostelTerminal *self,
                      int             step)
{
  VteTerminal *terminal = VTE_TERMINAL (self);
  double scale;

  g_return_if_fail (HOSTEL_IS_TERMINAL (self));

  scale = vte_terminal_get_font_scale (terminal);
  scale = step > 0 ? scale * 1.1 : step < 0 ? scale / 1.1 : 1;
  vte_terminal_set_font_scale (terminal, CLAMP (scale, ZOOM_MIN, ZOOM_MAX));
}

static void
set_search_text (HostelTerminal *self,
                 const char     *text)
{
  guint32 flags = VTE_REGEX_FLAGS_DEFAULT | REGEX_MULTILINE
                  | (self->match_case ? 0 : REGEX_CASELESS);
  g_autofree char *pattern = NULL;
  g_autoptr (VteRegex) regex = NULL;

  if (g_strcmp0 (self->search_text, text) == 0)
    return;

  g_free (self->search_text);
  self->search_text = g_strdup (text);
  if (*text != '\0')
    {
      pattern = self->search_regex ? g_strdup (text) : g_regex_escape_string (text, -1);
      regex = vte_regex_new_for_search (pattern, -1, flags, NULL);
    }
  self->search_valid = regex != NULL;
  /* VTE goes on from the selection, and would leave out a match that only becomes longer. */
  vte_terminal_unselect_all (VTE_TERMINAL (self));
  vte_terminal_search_set_regex (VTE_TERMINAL (self), regex, 0);
}

/**
 * hostel_terminal_set_search_options:
 * @self: a terminal
 * @is_regex: whether what is looked for is a regular expression, PCRE2's
 * @match_case: whether upper and lower case are different
 *
 * For hostel_terminal_search() from now on.
 */
void
hostel_terminal_set_search_options (HostelTerminal *self,
                                    gboolean        is_regex,
                                    gboolean        match_case)
{
  g_return_if_fail (HOSTEL_IS_TERMINAL (self));

  if (self->search_regex == is_regex && self->match_case == match_case)
    return;

  self->search_regex = is_regex;
  self->match_case = match_case;
  g_clear_pointer (&self->search_text, g_free);
}

static gboolean
find_once (VteTerminal *terminal,
           gboolean     backward)
{
  return backward ? vte_terminal_search_find_previous (terminal)
                  : vte_terminal_search_find_next (terminal);
}

/**
 * hostel_terminal_search:
 * @self: a terminal
 * @text: what to look for, see hostel_terminal_set_search_options(); "" for nothing
 * @backward: towards older lines
 *
 * Returns: %FALSE where it is nowhere, or no regular expression
 */
gboolean
hostel_terminal_search (HostelTerminal *self,
                        const char     *text,
                        gboolean        backward)
{
  VteTerminal *terminal = VTE_TERMINAL (self);

  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  set_search_text (self, text);
  if (*text == '\0')
    return TRUE;
  if (!self->search_valid)
    return FALSE;

  if (find_once (terminal, backward))
    return TRUE;

  /* It was the only one. */
  vte_terminal_unselect_all (terminal);

  return find_once (terminal, backward);
}
