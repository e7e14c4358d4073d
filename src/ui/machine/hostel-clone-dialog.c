/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-clone-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-clone-dialog.h"
#include "hostel-clone-job.h"
#include "hostel-connection.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-machine-name.h"
#include "hostel-machine-spec.h"

/* The rows of disks_row's model. */
enum { SHARED, COPIED };

struct _HostelCloneDialog
{
  AdwWindow       parent_instance;

  GtkWidget      *page;       /* borrowed, as all: template children */
  GtkWidget      *message_group;
  GtkLabel       *message_label;
  AdwEntryRow    *name_row;
  AdwComboRow    *disks_row;
  AdwActionRow   *computer_row;
  GtkSwitch      *computer_switch;
  GtkWidget      *clone_button;
  GtkProgressBar *progress_bar;

  HostelDomain   *domain;      /* owned */
  GSignalGroup   *domain_signals; /* owned */
  GCancellable   *cancellable; /* owned, NULL while nothing is under way */
  char           *failure;     /* owned, nullable: why the last try failed */
  gboolean        disposed;
};

G_DEFINE_FINAL_TYPE (HostelCloneDialog, hostel_clone_dialog, ADW_TYPE_WINDOW)

enum { CLONED, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
dup_name (HostelCloneDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
}

/* Why it cannot be cloned now; NULL: it can. */
static char *
dup_obstacle (HostelCloneDialog *self)
{
  const char *name = hostel_domain_get_name (self->domain);

  if (!hostel_domain_get_present (self->domain))
    return g_strdup_printf (_("“%s” is no longer there."), name);
  if (hostel_domain_get_state (self->domain) == HOSTEL_DOMAIN_STATE_SAVED)
    return g_strdup_printf (_("“%s” is saved. Start it and shut it down: it can be cloned while it is off."), name);
  if (hostel_domain_is_active (self->domain))
    return g_strdup_printf (_("“%s” is on. It can be cloned while it is off."), name);

  return NULL;
}

static gboolean
check_name (HostelCloneDialog *self)
{
  HostelConnection *connection = hostel_domain_get_connection (self->domain);
  g_autofree char *name = dup_name (self);
  g_autoptr (GError) error = NULL;

  if (hostel_machine_name_check (name, &error) &&
      connection != NULL && hostel_connection_lookup_name (connection, name) != NULL)
    hostel_error_set (&error, HOSTEL_ERROR_EXISTS, NULL, NULL, _("There is a machine of this name."));
  hostel_field_set_error (self->name_row, error, NULL);

  return error == NULL;
}

static void
update_cb (HostelCloneDialog *self)
{
  g_autofree char *obstacle = NULL;
  const char *message;
  gboolean right;

  if (self->domain == NULL || self->cancellable != NULL)
    return;

  obstacle = dup_obstacle (self);
  message = obstacle != NULL ? obstacle : self->failure;
  gtk_label_set_label (self->message_label, message != NULL ? message : "");
  gtk_widget_set_visible (self->message_group, message != NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->disks_row),
                               adw_combo_row_get_selected (self->disks_row) == SHARED
                                 ? _("Made in a moment: both machines go on from the disks as they are now, and each "
                                     "writes to a file of its own beside them.")
                                 : _("Takes longer, and the disks’ room once more. The machines share nothing."));
  adw_action_row_set_subtitle (self->computer_row,
                               gtk_switch_get_active (self->computer_switch)
                                 ? _("At its first start it gives itself its host name, new SSH host keys and a new "
                                     "machine-id. Its user-data stays.")
                                 : _("Inside it is the same computer. Running together, both may get one address."));
  right = check_name (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "clone.start", right && obstacle == NULL);
}

static void
changed_cb (HostelCloneDialog *self)
{
  g_clear_pointer (&self->failure, g_free);
  update_cb (self);
}

static void
set_busy (HostelCloneDialog *self,
          gboolean           busy)
{
  /* GTK 4.8 warns where an entry that has the focus goes with its window. */
  if (busy)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_sensitive (self->page, !busy);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), busy);
  if (busy)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "clone.start", FALSE);
  else
    update_cb (self);
}

static void
show_progress_cb (guint64  done,
                  guint64  total,
                  gpointer user_data)
{
  HostelCloneDialog *self = user_data;

  if (!self->disposed && total > 0)
    gtk_progress_bar_set_fraction (self->progress_bar, (double) done / total);
}

/* Beside the name where it is about that. */
static void
show_error (HostelCloneDialog *self,
            const GError      *error)
{
  const char *remedy = hostel_error_get_remedy (error);

  if (g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_EXISTS) ||
      g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID))
    {
      set_busy (self, FALSE);
      hostel_field_set_error (self->name_row, error, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
      return;
    }

  self->failure = remedy != NULL ? g_strdup_printf ("%s %s", error->message, remedy) : g_strdup (error->message);
  set_busy (self, FALSE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->message_label), hostel_error_get_details (error));
}

static void
cloned_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelCloneDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) clone = hostel_clone_job_finish (HOSTEL_DOMAIN (source), result, &error);

  g_clear_object (&self->cancellable);
  if (clone != NULL)
    g_signal_emit (self, signals[CLONED], 0, clone);
  if (self->disposed)
    return;

  if (clone != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_window_destroy (GTK_WINDOW (self));
  else
    show_error (self, error);
}

static void
start_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelCloneDialog *self = HOSTEL_CLONE_DIALOG (widget);
  g_autofree char *name = dup_name (self);
  HostelCloneFlags flags = 0;

  if (adw_combo_row_get_selected (self->disks_row) == COPIED)
    flags |= HOSTEL_CLONE_INDEPENDENT;
  if (!gtk_switch_get_active (self->computer_switch))
    flags |= HOSTEL_CLONE_EXACT;

  g_clear_pointer (&self->failure, g_free);
  self->cancellable = g_cancellable_new ();
  set_busy (self, TRUE);
  hostel_clone_job_async (self->domain, name, flags, show_progress_cb, self, self->cancellable, cloned_cb,
                          g_object_ref (self));
}

/* What is under way is undone first, and says so by closing then. */
static gboolean
hostel_clone_dialog_close_request (GtkWindow *window)
{
  HostelCloneDialog *self = HOSTEL_CLONE_DIALOG (window);

  if (self->cancellable == NULL)
    return GTK_WINDOW_CLASS (hostel_clone_dialog_parent_class)->close_request (window);

  g_cancellable_cancel (self->cancellable);
  gtk_progress_bar_set_text (self->progress_bar, _("Cancelling…"));
  gtk_progress_bar_set_show_text (self->progress_bar, TRUE);

  return GDK_EVENT_STOP;
}

static void
hostel_clone_dialog_dispose (GObject *object)
{
  HostelCloneDialog *self = HOSTEL_CLONE_DIALOG (object);

  /* A parent that closes takes it along. */
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  self->disposed = TRUE;
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->domain);
  g_clear_pointer (&self->failure, g_free);

  G_OBJECT_CLASS (hostel_clone_dialog_parent_class)->dispose (object);
}

static void
hostel_clone_dialog_class_init (HostelCloneDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_clone_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hostel_clone_dialog_close_request;

  signals[CLONED] = g_signal_new ("cloned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, HOSTEL_TYPE_DOMAIN);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hostel/Hostel/hostel-clone-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, page);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, message_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, message_label);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, disks_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, computer_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, computer_switch);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, clone_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCloneDialog, progress_bar);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "clone.start", NULL, start_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_clone_dialog_init (HostelCloneDialog *self)
{
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  hostel_field_prepare (self->name_row);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->clone_button);
}

static void
suggest_name (HostelCloneDialog *self)
{
  HostelConnection *connection = hostel_domain_get_connection (self->domain);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) taken = NULL;
  g_autofree char *name = NULL;

  for (guint i = 0; connection != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (connection)); i++)
    {
      g_autoptr (HostelDomain) domain = g_list_model_get_item (G_LIST_MODEL (connection), i);

      g_strv_builder_add (names, hostel_domain_get_name (domain));
    }
  taken = g_strv_builder_end (names);
  name = hostel_machine_spec_dup_free_name (hostel_domain_get_name (self->domain), (const char * const *) taken);
  hostel_field_set_text (self->name_row, name);
}

/**
 * hostel_clone_dialog_new:
 * @parent: the window that it stands on
 * @domain: the machine to clone
 *
 * Returns: (transfer none): the dialog
 */
HostelCloneDialog *
hostel_clone_dialog_new (GtkWindow    *parent,
                         HostelDomain *domain)
{
  HostelCloneDialog *self;
  g_autofree char *title = NULL;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  title = g_strdup_printf (_("Clone “%s”"), hostel_domain_get_name (domain));
  self = g_object_new (HOSTEL_TYPE_CLONE_DIALOG, "transient-for", parent, "title", title, NULL);
  self->domain = g_object_ref (domain);
  g_signal_group_set_target (self->domain_signals, domain);
  suggest_name (self);
  update_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));

  return self;
}
