/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-console-page-private.h"
#include "hostel-transcript-times.h"

#define CHUNK_SIZE (1024 * 1024)
#define TIMES_CHOICE "times"

typedef struct
{
  HostelConsolePage *page;       /* owned */
  GFile             *file;       /* owned, nullable */
  HostelTranscript  *transcript; /* owned, nullable: of it all bytes, else the terminal's text */
  gboolean           with_times;
} Save;

static void
save_free (Save *save)
{
  g_object_unref (save->page);
  g_clear_object (&save->file);
  g_clear_object (&save->transcript);
  g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
tell_saved (Save   *save,
            GError *error)
{
  g_autofree char *name = g_file_get_basename (save->file);
  g_autofree char *title = NULL;

  if (error == NULL)
    title = g_strdup_printf (_("Output saved as %s"), name);
  else
    title = g_strdup_printf (_("%s could not be saved: %s"), name, error->message);

  hostel_console_page_show_toast (save->page, title);
}

static void
text_saved_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Save) save = user_data;
  g_autoptr (GError) error = NULL;

  g_file_replace_contents_finish (save->file, result, NULL, &error);
  tell_saved (save, error);
}

static void
save_text (Save *save)
{
  HostelConsoleView *view = hostel_console_page_get_view (save->page);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (view == NULL)
    {
      save_free (save);
      return;
    }

  text = hostel_terminal_dup_text (hostel_console_view_get_terminal (view));
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (save->file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       text_saved_cb, save);
}

static gboolean
write_stamped (GOutputStream          *stream,
               HostelTranscriptTimes  *times,
               guint64                 offset,
               GBytes                 *bytes,
               GError                **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  hostel_transcript_times_stamp (times, offset, data, size, text);

  return g_output_stream_write_all (stream, text->str, text->len, NULL, NULL, error);
}

/* What comes meanwhile is not waited for. */
static gboolean
copy_record (Save           *save,
             GOutputStream  *stream,
             GError        **error)
{
  guint64 end = hostel_transcript_get_end (save->transcript);
  guint64 offset = hostel_transcript_get_start (save->transcript);
  g_autoptr (HostelTranscriptTimes) times = NULL;

  if (save->with_times
      && (times = hostel_transcript_times_new (save->transcript, error)) == NULL)
    return FALSE;

  while (offset < end)
    {
      g_autoptr (GBytes) bytes = hostel_transcript_read (save->transcript, offset,
                                                         MIN (CHUNK_SIZE, end - offset), error);
      gsize size;
      const char *data;

      if (bytes == NULL)
        return FALSE;
      data = g_bytes_get_data (bytes, &size);
      if (size == 0)
        break;
      if (times != NULL ? !write_stamped (stream, times, offset, bytes, error)
                        : !g_output_stream_write_all (stream, data, size, NULL, NULL, error))
        return FALSE;
      offset += size;
    }

  return TRUE;
}

static void
record_worker (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autoptr (GCancellable) give_up = g_cancellable_new ();
  GError *error = NULL;

  /* As private as the record itself. */
  stream = g_file_replace (source_object, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, &error);
  if (stream != NULL && copy_record (task_data, G_OUTPUT_STREAM (stream), &error)
      && g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* What was there before stays where the new one is not whole. */
  g_cancellable_cancel (give_up);
  if (stream != NULL)
    g_output_stream_close (G_OUTPUT_STREAM (stream), give_up, NULL);
  g_task_return_error (task, error);
}

static void
record_saved_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Save) save = user_data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  tell_saved (save, error);
}

/**
 * hostel_console_page_save_record:
 * @self: a page
 * @file: where to
 * @transcript: what
 * @with_times: whether each line begins with the local time at which it came
 *
 * Saves every byte of a transcript, with its escape sequences; a toast tells how it ended.
 */
void
hostel_console_page_save_record (HostelConsolePage *self,
                                 GFile             *file,
                                 HostelTranscript  *transcript,
                                 gboolean           with_times)
{
  g_autoptr (GTask) task = NULL;
  Save *save = g_new0 (Save, 1);

  save->page = g_object_ref (self);
  save->file = g_object_ref (file);
  save->transcript = g_object_ref (transcript);
  save->with_times = with_times;
  task = g_task_new (file, NULL, record_saved_cb, save);
  g_task_set_source_tag (task, hostel_console_page_save_record);
  g_task_set_task_data (task, save, NULL);
  g_task_run_in_thread (task, record_worker);
}

/* Only a dialog that offers it may be asked. */
static gboolean
wants_times (GtkNativeDialog *dialog)
{
  return g_strcmp0 (gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (dialog), TIMES_CHOICE),
                    "true") == 0;
}

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  g_autoptr (Save) save = user_data;

  if (response == GTK_RESPONSE_ACCEPT
      && (save->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))))
    {
      if (save->transcript != NULL)
        hostel_console_page_save_record (save->page, save->file, save->transcript,
                                         wants_times (dialog));
      else
        save_text (g_steal_pointer (&save));
    }

  g_object_unref (dialog);
}

static void
save_output (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);
  HostelConsoleView *view = hostel_console_page_get_view (self);
  gboolean record = g_str_equal (action_name, "console.save-record");
  g_autofree char *name = NULL;
  GtkFileChooserNative *dialog;
  Save *save;

  if (self->domain == NULL || view == NULL)
    return;

  save = g_new0 (Save, 1);
  save->page = g_object_ref (self);
  if (record)
    g_set_object (&save->transcript,
                  hostel_console_get_transcript (hostel_console_view_get_console (view)));

  dialog = gtk_file_chooser_native_new (record ? _("Save Complete Record As")
                                               : _("Save Output As"),
                                        GTK_WINDOW (gtk_widget_get_root (widget)),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  name = g_strdup_printf ("%s-%s.%s", hostel_domain_get_name (self->domain), self->device,
                          record ? "raw" : "txt");
  g_strdelimit (name, "/", '_');
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  if (record)
    gtk_file_chooser_add_choice (GTK_FILE_CHOOSER (dialog), TIMES_CHOICE,
                                 _("Time in front of each line"), NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), save);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * hostel_console_page_install_save_actions:
 * @widget_class: of the page
 */
void
hostel_console_page_install_save_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "console.save", NULL, save_output);
  gtk_widget_class_install_action (widget_class, "console.save-record", NULL, save_output);
}
