/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"

/* Of what is asked about, so much is shown. */
#define PREVIEW_LINES 8
#define PREVIEW_COLUMNS 60
/* A larger one was chosen by mistake: at the pace of a serial line it takes an hour. */
#define FILE_MAX (16 * 1024 * 1024)

/* What a person has been asked about belongs to the console that was shown then. */
typedef struct
{
  HostelConsolePage *page;     /* owned */
  HostelTerminal    *terminal; /* owned */
  char              *text;     /* owned, nullable */
} Paste;

static Paste *
paste_new (HostelConsolePage *page)
{
  HostelConsoleView *view = hostel_console_page_get_view (page);
  Paste *paste;

  if (view == NULL)
    return NULL;

  paste = g_new0 (Paste, 1);
  paste->page = g_object_ref (page);
  paste->terminal = g_object_ref (hostel_console_view_get_terminal (view));

  return paste;
}

static void
paste_free (Paste *paste)
{
  g_object_unref (paste->page);
  g_object_unref (paste->terminal);
  g_free (paste->text);
  g_free (paste);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

/* A break at the very end begins no line. */
static guint
count_lines (const char *text)
{
  guint n_lines = 1;

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '\r' && c[1] == '\n')
        continue;
      if ((*c == '\n' || *c == '\r') && c[1] != '\0')
        n_lines++;
    }

  return n_lines;
}

/* The first lines, none too long; a control character is shown as its picture, as VTE sends it. */
static char *
dup_preview (const char *text)
{
  GString *preview = g_string_new (NULL);
  guint n_lines = 0;
  guint column = 0;

  for (const char *c = text; *c != '\0' && n_lines < PREVIEW_LINES; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (character == '\r' && c[1] == '\n')
        continue;
      if (character == '\n' || character == '\r')
        {
          n_lines++;
          column = 0;
          g_string_append_c (preview, '\n');
        }
      else if (column++ < PREVIEW_COLUMNS)
        g_string_append_unichar (preview, character < 0x20 ? 0x2400 + character : character);
      else if (column == PREVIEW_COLUMNS + 2)
        g_string_append (preview, "…");
    }
  if (n_lines == PREVIEW_LINES)
    g_string_append (preview, "…");
  else if (preview->len > 0 && preview->str[preview->len - 1] == '\n')
    g_string_truncate (preview, preview->len - 1);

  return g_string_free (preview, FALSE);
}

static void
answered_cb (GtkWidget  *dialog,
             const char *response,
             gpointer    user_data)
{
  Paste *paste = user_data;

  if (g_str_equal (response, "paste"))
    vte_terminal_paste_text (VTE_TERMINAL (paste->terminal), paste->text);
  gtk_widget_grab_focus (GTK_WIDGET (paste->terminal));
}

static GtkWidget *
make_preview (const char *text)
{
  g_autofree char *preview = dup_preview (text);
  GtkWidget *label = gtk_label_new (preview);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "monospace");

  return label;
}

/* Each line of it is run as soon as it arrives. */
static void
ask (Paste *paste,
     guint  n_lines)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (paste->page)));
  HostelDomain *domain = hostel_console_page_get_domain (paste->page);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  heading = g_strdup_printf (ngettext ("Paste %u Line?", "Paste %u Lines?", n_lines), n_lines);
  body = g_strdup_printf (_("“%s” may run each line as it arrives."),
                          domain != NULL ? hostel_domain_get_name (domain) : "");
  dialog = adw_message_dialog_new (GTK_WINDOW (window), heading, body);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_preview (paste->text));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"),
                                    "paste", _("_Paste"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "paste",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "paste");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), paste,
                         (GClosureNotify) paste_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
text_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (Paste) paste = user_data;
  guint n_lines;

  paste->text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  if (paste->text == NULL || *paste->text == '\0'
      || gtk_widget_get_root (GTK_WIDGET (paste->page)) == NULL)
    return;

  n_lines = count_lines (paste->text);
  if (n_lines > 1)
    ask (g_steal_pointer (&paste), n_lines);
  else
    vte_terminal_paste_text (VTE_TERMINAL (paste->terminal), paste->text);
}

/**
 * hostel_console_page_paste_from:
 * @self: a page
 * @clipboard: where the text is
 *
 * Pastes into the console that is shown; text of several lines after a question.
 */
void
hostel_console_page_paste_from (HostelConsolePage *self,
                                GdkClipboard      *clipboard)
{
  Paste *paste = paste_new (self);

  if (paste != NULL)
    gdk_clipboard_read_text_async (clipboard, NULL, text_read_cb, paste);
}

/* For a guest that cannot be told the size otherwise: a serial line has no word for it. */
static void
send_size (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  HostelConsoleView *view = hostel_console_page_get_view (HOSTEL_CONSOLE_PAGE (widget));
  g_autofree char *command = NULL;
  VteTerminal *terminal;

  if (view == NULL)
    return;

  terminal = VTE_TERMINAL (hostel_console_view_get_terminal (view));
  command = g_strdup_printf ("stty rows %ld columns %ld\r",
                             vte_terminal_get_row_count (terminal),
                             vte_terminal_get_column_count (terminal));
  vte_terminal_feed_child (terminal, command, -1);
  gtk_widget_grab_focus (widget);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Paste) paste = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *title = NULL;
  gsize size;

  if (!g_file_load_contents_finish (G_FILE (source), result, &paste->text, &size, NULL, &error))
    title = g_strdup_printf (_("%s could not be read: %s"), name, error->message);
  else if (!g_utf8_validate_len (paste->text, size, NULL))
    title = g_strdup_printf (_("%s is no text"), name);
  else
    vte_terminal_paste_text (VTE_TERMINAL (paste->terminal), paste->text);

  if (title != NULL)
    hostel_console_page_show_toast (paste->page, title);
}

/* A pipe or a device would not come to an end. */
static void
file_known_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Paste) paste = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *title = NULL;

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    title = g_strdup_printf (_("%s is no text"), name);
  else if (g_file_info_get_size (info) > FILE_MAX)
    title = g_strdup_printf (_("%s is larger than a console can take, 16 MiB"), name);
  else
    g_file_load_contents_async (G_FILE (source), NULL, loaded_cb, g_steal_pointer (&paste));

  if (title != NULL)
    hostel_console_page_show_toast (paste->page, title);
}

static void
file_chosen_cb (GtkNativeDialog *dialog,
                int              response,
                gpointer         user_data)
{
  g_autoptr (GFile) file = NULL;
  Paste *paste;

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)))
      && (paste = paste_new (HOSTEL_CONSOLE_PAGE (user_data))))
    g_file_query_info_async (file, "standard::type,standard::size",
                             G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL,
                             file_known_cb, paste);

  g_object_unref (dialog);
}

static void
send_file (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Send Text File"), window, GTK_FILE_CHOOSER_ACTION_OPEN,
                                 _("_Send"), _("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * hostel_console_page_install_send_actions:
 * @widget_class: of the page
 */
void
hostel_console_page_install_send_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.send-size", NULL, send_size);
  gtk_widget_class_install_action (widget_class, "console.send-file", NULL, send_file);
}
