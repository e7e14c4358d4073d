/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-pool-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-file-choice.h"
#include "hostel-path-completion.h"
#include "hostel-path-text.h"
#include "hostel-pool.h"
#include "hostel-pool-dialog.h"

struct _HostelPoolDialog
{
  AdwWindow             parent_instance;

  AdwEntryRow          *name_row;   /* borrowed: template children */
  AdwEntryRow          *path_row;
  GtkWidget            *create_button;
  GtkWidget            *choose_button;

  HostelConnection     *connection; /* owned */
  guint                 busy : 1;
  guint                 disposed : 1;
};

G_DEFINE_FINAL_TYPE (HostelPoolDialog, hostel_pool_dialog, ADW_TYPE_WINDOW)

enum { CREATED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Without white space around it. */
static char *
dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char *
dup_path (HostelPoolDialog *self)
{
  g_autofree char *text = dup_text (self->path_row);

  return hostel_connection_is_local (self->connection) ? hostel_path_expand (text)
                                                       : g_steal_pointer (&text);
}

static void
changed_cb (HostelPoolDialog *self)
{
  g_autofree char *name = dup_text (self->name_row);
  g_autofree char *path = dup_path (self);
  gboolean name_wrong = strchr (name, '/') != NULL;
  gboolean path_wrong = *path != '\0' && !g_path_is_absolute (path);

  hostel_field_set_message (self->name_row,
                            name_wrong ? _("A name cannot contain “/”.") : NULL, NULL);
  hostel_field_set_message (self->path_row,
                            path_wrong ? _("Give the whole path, which begins with “/”.") : NULL,
                            NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.create",
                                 *name != '\0' && *path != '\0' && !name_wrong && !path_wrong &&
                                 !self->busy);
}

static void
set_busy (HostelPoolDialog *self,
          gboolean          busy)
{
  /* GTK 4.8 warns where an entry that has the focus goes with its window. */
  if (busy)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  self->busy = busy;
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->path_row), !busy);
  changed_cb (self);
}

static void
created_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelPoolDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_pool_finish (HOSTEL_CONNECTION (object), result, &error);

  if (self->disposed)
    return;

  if (done)
    {
      g_signal_emit (self, signals[CREATED], 0);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  set_busy (self, FALSE);
  hostel_field_set_error (self->path_row, error, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->path_row));
}

static void
create_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelPoolDialog *self = HOSTEL_POOL_DIALOG (widget);
  g_autofree char *name = dup_text (self->name_row);
  g_autofree char *path = dup_path (self);

  set_busy (self, TRUE);
  hostel_pool_create_async (self->connection, name, path, created_cb, g_object_ref (self));
}

static void
folder_chosen (GtkWidget *widget,
               GFile     *folder)
{
  hostel_field_set_text (HOSTEL_POOL_DIALOG (widget)->path_row, g_file_peek_path (folder));
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (widget, _("Choose Folder"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                            _("_Choose"), folder_chosen);

  if (chooser != NULL)
    gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
hostel_pool_dialog_dispose (GObject *object)
{
  HostelPoolDialog *self = HOSTEL_POOL_DIALOG (object);

  self->disposed = TRUE;
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_pool_dialog_parent_class)->dispose (object);
}

static void
hostel_pool_dialog_class_init (HostelPoolDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_pool_dialog_dispose;

  signals[CREATED] =
    g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-pool-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelPoolDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolDialog, path_row);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolDialog, create_button);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolDialog, choose_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "pool.create", NULL, create_action);
  gtk_widget_class_install_action (widget_class, "pool.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_pool_dialog_init (HostelPoolDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  hostel_field_prepare (self->name_row);
  hostel_field_prepare (self->path_row);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->create_button);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.create", FALSE);
}

/**
 * hostel_pool_dialog_new:
 * @parent: (nullable): the window that it stands on
 * @connection: the host
 *
 * Returns: (transfer none): the dialog
 */
HostelPoolDialog *
hostel_pool_dialog_new (GtkWindow        *parent,
                        HostelConnection *connection)
{
  HostelPoolDialog *self;
  gboolean local;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);

  self = g_object_new (HOSTEL_TYPE_POOL_DIALOG, "transient-for", parent, NULL);
  self->connection = g_object_ref (connection);
  /* The folders of another computer cannot be seen from here. */
  local = hostel_connection_is_local (connection);
  gtk_widget_set_visible (self->choose_button, local);
  if (local)
    hostel_path_completion_attach (GTK_EDITABLE (self->path_row));

  return self;
}
