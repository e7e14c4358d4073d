#define G_LOG_DOMAIN "hostel-create-dialog"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-create-dialog.h"

struct _HostelCreateDialog
{
  AdwWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (HostelCreateDialog, hostel_create_dialog, ADW_TYPE_WINDOW)

enum { CREATED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

static void
hostel_create_dialog_class_init (HostelCreateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CREATED] =
    g_signal_new ("created",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE,
                  2, G_TYPE_OBJECT, G_TYPE_OBJECT);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-dialog.ui");
  gtk_widget_class_install_action (widget_class, "dialog.cancel", NULL, cancel_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "dialog.cancel", NULL);
}

static void
hostel_create_dialog_init (HostelCreateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_create_dialog_new:
 * @parent: (nullable): the window to stand over
 * @preferred: (nullable): the connection to offer first
 * @connections: a list model of HostelConnection
 *
 * Returns: (transfer none): a modal dialog, not yet presented
 */
HostelCreateDialog *
hostel_create_dialog_new (GtkWindow        *parent,
                          HostelConnection *preferred,
                          GListModel       *connections)
{
  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (connections), NULL);

  return g_object_new (HOSTEL_TYPE_CREATE_DIALOG,
                       "transient-for", parent,
                       NULL);
}
