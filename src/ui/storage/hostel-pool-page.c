/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-pool-page"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-pool-page.h"
#include "hostel-removal-dialog.h"
#include "hostel-size-dialog.h"
#include "hostel-volume-row.h"

struct _HostelPoolPage
{
  GtkBox                parent_instance;

  AdwWindowTitle       *window_title;      /* borrowed: template children */
  GtkSearchBar         *search_bar;
  GtkSearchEntry       *search_entry;
  GtkRevealer          *transfer_revealer;
  GtkLabel             *transfer_label;
  GtkProgressBar       *transfer_bar;
  GtkRevealer          *message_revealer;
  GtkLabel             *message;
  GtkStack             *stack;
  GtkSpinner           *spinner;
  GtkListView          *list_view;
  AdwStatusPage        *error_page;

  HostelConnection     *connection;        /* owned; NULL after dispose */
  HostelPool           *pool;              /* owned */
  GListStore           *volumes;           /* owned, of HostelVolume */
  GtkFilterListModel   *found;             /* owned */
  GCancellable         *look;              /* owned, nullable: the look under way */
  gboolean              refreshing;        /* that look is the daemon's, too */
  GCancellable         *transfer;          /* owned, nullable: the file on its way */
  GtkFileChooserNative *chooser;           /* owned, nullable: while it is open */
};

G_DEFINE_FINAL_TYPE (HostelPoolPage, hostel_pool_page, GTK_TYPE_BOX)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* A question or a file chooser, and the volume that it is about. */
typedef struct
{
  HostelPoolPage *self;   /* owned: a question may outlive the window */
  HostelVolume   *volume; /* owned */
} Question;

static Question *
question_new (HostelPoolPage *self,
              HostelVolume   *volume)
{
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->volume = g_object_ref (volume);

  return question;
}

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->volume);
  g_object_unref (question->self);
  g_free (question);
}

static void
tell (HostelPoolPage *self,
      const char     *text)
{
  gtk_label_set_text (self->message, text != NULL ? text : "");
  gtk_revealer_set_reveal_child (self->message_revealer, text != NULL);
}

static void
tell_error (HostelPoolPage *self,
            const GError   *error)
{
  g_autofree char *text = g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);

  tell (self, text);
}

static gboolean
contains (const char *name,
          const char *text)
{
  return g_str_match_string (text, name, TRUE) || strstr (name, text) != NULL;
}

static gboolean
matches (gpointer item,
         gpointer user_data)
{
  HostelVolume *volume = item;
  HostelPoolPage *self = user_data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  const char * const *users = hostel_volume_get_users (volume);

  if (*text == '\0' || contains (hostel_volume_get_name (volume), text))
    return TRUE;

  for (guint i = 0; users[i] != NULL; i++)
    if (contains (users[i], text))
      return TRUE;

  return FALSE;
}

static void
show_state (HostelPoolPage *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->volumes)) > 0;
  gboolean found = g_list_model_get_n_items (G_LIST_MODEL (self->found)) > 0;

  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, found ? "list" : any ? "nothing" : "empty");
}

static void
search_changed_cb (HostelPoolPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->found), GTK_FILTER_CHANGE_DIFFERENT);
  show_state (self);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelPoolPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) volumes =
    hostel_volume_list_finish (HOSTEL_CONNECTION (object), result, &error);

  if (self->connection == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->refreshing = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.refresh", TRUE);
  if (volumes == NULL)
    {
      g_autofree char *text =
        g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);
      g_autofree char *markup = g_markup_escape_text (text, -1);

      adw_status_page_set_description (self->error_page, markup);
      gtk_spinner_stop (self->spinner);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return;
    }

  g_list_store_splice (self->volumes, 0, g_list_model_get_n_items (G_LIST_MODEL (self->volumes)),
                       volumes->pdata, volumes->len);
  show_state (self);
}

static void
look (HostelPoolPage *self,
      gboolean        refresh)
{
  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  self->look = g_cancellable_new ();
  /* One look takes the place of another, but what a person asked for is not lost by it. */
  self->refreshing |= refresh;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.refresh", !self->refreshing);
  hostel_volume_list_async (self->connection, self->pool, self->refreshing, self->look, listed_cb,
                            g_object_ref (self));
}

static void
refresh_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  HostelPoolPage *self = HOSTEL_POOL_PAGE (widget);

  tell (self, NULL);
  look (self, TRUE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
close_message_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  tell (HOSTEL_POOL_PAGE (widget), NULL);
}

/* Done or not, the list is true again afterwards. */
static void
changed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelPoolPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_volume_finish (HOSTEL_CONNECTION (object), result, &error);

  if (self->connection == NULL)
    return;

  if (!done)
    tell_error (self, error);
  look (self, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_transfer (HostelPoolPage *self,
              const char     *text)
{
  g_clear_object (&self->transfer);
  gtk_revealer_set_reveal_child (self->transfer_revealer, text != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.upload", text == NULL);
  if (text == NULL)
    return;

  self->transfer = g_cancellable_new ();
  tell (self, NULL);
  gtk_label_set_text (self->transfer_label, text);
  gtk_progress_bar_set_fraction (self->transfer_bar, 0);
}

static void
progress_cb (guint64  done,
             guint64  total,
             gpointer user_data)
{
  HostelPoolPage *self = user_data;

  if (self->connection != NULL)
    gtk_progress_bar_set_fraction (self->transfer_bar, total > 0 ? (double) done / total : 0);
}

static void
transferred_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (HostelPoolPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_volume_finish (HOSTEL_CONNECTION (object), result, &error);

  if (self->connection == NULL)
    return;

  set_transfer (self, NULL);
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_error (self, error);
  look (self, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
stop_transfer_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  HostelPoolPage *self = HOSTEL_POOL_PAGE (widget);

  if (self->transfer != NULL)
    g_cancellable_cancel (self->transfer);
}

/* Returns: whether one can be opened now. */
static gboolean
new_chooser (HostelPoolPage       *self,
             const char           *title,
             GtkFileChooserAction  action,
             const char           *accept)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  if (self->chooser != NULL || self->transfer != NULL)
    return FALSE;

  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (root), action, accept, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);

  return TRUE;
}

/* Returns: (transfer full) (nullable): the chosen path; the chooser is closed */
static char *
take_path (HostelPoolPage *self,
           int             response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);

  return file != NULL ? g_file_get_path (file) : NULL;
}

static void
upload_chosen_cb (HostelPoolPage *self,
                  int             response)
{
  g_autofree char *path = take_path (self, response);

  if (path != NULL)
    hostel_pool_page_upload (self, path);
}

static void
upload_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelPoolPage *self = HOSTEL_POOL_PAGE (widget);

  if (!new_chooser (self, _("Upload a File"), GTK_FILE_CHOOSER_ACTION_OPEN, _("_Upload")))
    return;

  g_signal_connect_object (self->chooser, "response", G_CALLBACK (upload_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
drop_cb (HostelPoolPage *self,
         const GValue   *value)
{
  GFile *file = g_value_get_object (value);

  if (file == NULL || g_file_peek_path (file) == NULL || self->transfer != NULL)
    return FALSE;

  hostel_pool_page_upload (self, g_file_peek_path (file));

  return TRUE;
}

static void
hostel_pool_page_dispose (GObject *object)
{
  HostelPoolPage *self = HOSTEL_POOL_PAGE (object);

  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  if (self->transfer != NULL)
    g_cancellable_cancel (self->transfer);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_object (&self->look);
  g_clear_object (&self->transfer);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_pool_page_parent_class)->dispose (object);
}

static void
hostel_pool_page_finalize (GObject *object)
{
  HostelPoolPage *self = HOSTEL_POOL_PAGE (object);

  g_clear_object (&self->found);
  g_clear_object (&self->volumes);
  g_clear_object (&self->pool);

  G_OBJECT_CLASS (hostel_pool_page_parent_class)->finalize (object);
}

static void
hostel_pool_page_class_init (HostelPoolPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_pool_page_dispose;
  object_class->finalize = hostel_pool_page_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOSTEL_TYPE_VOLUME_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-pool-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, transfer_revealer);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, transfer_label);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, transfer_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, message_revealer);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, message);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolPage, error_page);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_install_action (widget_class, "pool.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (widget_class, "pool.upload", NULL, upload_action);
  gtk_widget_class_install_action (widget_class, "pool.stop-transfer", NULL, stop_transfer_action);
  gtk_widget_class_install_action (widget_class, "pool.close-message", NULL, close_message_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "pool.refresh", NULL);
}

static void
hostel_pool_page_init (HostelPoolPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));

  self->volumes = g_list_store_new (HOSTEL_TYPE_VOLUME);
  self->found = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->volumes)), filter);
  gtk_list_view_set_model (self->list_view,
                           GTK_SELECTION_MODEL (gtk_no_selection_new (
                             G_LIST_MODEL (g_object_ref (self->found)))));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * hostel_pool_page_new:
 * @connection: the host
 * @pool: one of its pools, active
 *
 * Returns: (transfer floating): a page that reads the files of @pool
 */
HostelPoolPage *
hostel_pool_page_new (HostelConnection *connection,
                      HostelPool       *pool)
{
  HostelPoolPage *self;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);
  g_return_val_if_fail (HOSTEL_IS_POOL (pool), NULL);

  self = g_object_new (HOSTEL_TYPE_POOL_PAGE, NULL);
  self->connection = g_object_ref (connection);
  self->pool = g_object_ref (pool);
  adw_window_title_set_title (self->window_title, hostel_pool_get_name (pool));
  adw_window_title_set_subtitle (self->window_title, hostel_connection_get_title (connection));
  gtk_spinner_start (self->spinner);
  look (self, FALSE);

  return self;
}

/**
 * hostel_pool_page_is_of:
 *
 * Returns: whether it shows that pool
 */
gboolean
hostel_pool_page_is_of (HostelPoolPage   *self,
                        HostelConnection *connection,
                        const char       *pool_name)
{
  g_return_val_if_fail (HOSTEL_IS_POOL_PAGE (self), FALSE);

  return self->connection == connection &&
         g_strcmp0 (hostel_pool_get_name (self->pool), pool_name) == 0;
}

/**
 * hostel_pool_page_look:
 *
 * Reads the files again, as the daemon knows them.
 */
void
hostel_pool_page_look (HostelPoolPage *self)
{
  g_return_if_fail (HOSTEL_IS_POOL_PAGE (self));

  look (self, FALSE);
}

/**
 * hostel_pool_page_upload:
 * @path: a file of this computer
 *
 * Uploads it, unless another file is on its way.
 */
void
hostel_pool_page_upload (HostelPoolPage *self,
                         const char     *path)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (HOSTEL_IS_POOL_PAGE (self));
  g_return_if_fail (path != NULL);

  if (self->transfer != NULL)
    return;

  name = g_filename_display_basename (path);
  text = g_strdup_printf (_("Uploading “%s”…"), name);
  set_transfer (self, text);
  hostel_volume_upload_async (self->connection, self->pool, path, progress_cb, self, self->transfer,
                              transferred_cb, g_object_ref (self));
}

static void
download_chosen_cb (Question *question,
                    int       response)
{
  g_autoptr (HostelPoolPage) self = g_object_ref (question->self);
  g_autoptr (HostelVolume) volume = g_object_ref (question->volume);
  g_autofree char *path = take_path (self, response); /* frees the question */
  g_autofree char *text = NULL;

  if (path == NULL)
    return;

  text = g_strdup_printf (_("Downloading “%s”…"), hostel_volume_get_name (volume));
  set_transfer (self, text);
  hostel_volume_download_async (self->connection, volume, path, progress_cb, self, self->transfer,
                                transferred_cb, g_object_ref (self));
}

/**
 * hostel_pool_page_download:
 * @volume: one of its files
 *
 * Asks where to, then downloads it.
 */
void
hostel_pool_page_download (HostelPoolPage *self,
                           HostelVolume   *volume)
{
  g_return_if_fail (HOSTEL_IS_POOL_PAGE (self));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));

  if (!new_chooser (self, _("Download a File"), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Download")))
    return;

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     hostel_volume_get_name (volume));
  g_signal_connect_data (self->chooser, "response", G_CALLBACK (download_chosen_cb),
                         question_new (self, volume), question_free, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
size_response_cb (Question         *question,
                  const char       *response,
                  HostelSizeDialog *dialog)
{
  HostelPoolPage *self = question->self;

  if (self->connection == NULL || !g_str_equal (response, "apply"))
    return;

  tell (self, NULL);
  hostel_volume_resize_async (self->connection, question->volume,
                              hostel_size_dialog_get_bytes (dialog), changed_cb,
                              g_object_ref (self));
}

/**
 * hostel_pool_page_resize:
 * @volume: one of its files
 *
 * Asks how large, then makes it so.
 */
void
hostel_pool_page_resize (HostelPoolPage *self,
                         HostelVolume   *volume)
{
  GtkWindow *root;
  HostelSizeDialog *dialog;

  g_return_if_fail (HOSTEL_IS_POOL_PAGE (self));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));

  root = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  dialog = hostel_size_dialog_new (root, hostel_volume_get_name (volume),
                                   hostel_volume_get_capacity (volume));
  g_signal_connect_data (dialog, "response", G_CALLBACK (size_response_cb),
                         question_new (self, volume), question_free, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
delete_response_cb (Question   *question,
                    const char *response)
{
  HostelPoolPage *self = question->self;

  if (self->connection == NULL || !g_str_equal (response, "remove"))
    return;

  tell (self, NULL);
  hostel_volume_delete_async (self->connection, question->volume, changed_cb, g_object_ref (self));
}

/**
 * hostel_pool_page_delete:
 * @volume: one of its files
 *
 * Asks, then deletes it.
 */
void
hostel_pool_page_delete (HostelPoolPage *self,
                         HostelVolume   *volume)
{
  g_autofree char *size = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  g_return_if_fail (HOSTEL_IS_POOL_PAGE (self));
  g_return_if_fail (HOSTEL_IS_VOLUME (volume));

  size = g_format_size (hostel_volume_get_allocation (volume));
  body = g_strdup_printf (_("The file is deleted from the host for good. It frees %s."), size);
  dialog = hostel_removal_dialog_ask (GTK_WIDGET (self), hostel_volume_get_name (volume),
                                             body);
  g_signal_connect_data (dialog, "response", G_CALLBACK (delete_response_cb),
                         question_new (self, volume), question_free, G_CONNECT_SWAPPED);
}
