/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-pool-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-pool-dialog.h"
#include "hostel-pool-group.h"
#include "hostel-pool-row.h"

struct _HostelPoolGroup
{
  AdwPreferencesGroup  parent_instance;

  HostelConnection    *connection;  /* owned; NULL after dispose */
  GCancellable        *cancellable; /* owned, nullable: the look under way */
  GPtrArray           *rows;        /* owned, of borrowed rows */
};

G_DEFINE_FINAL_TYPE (HostelPoolGroup, hostel_pool_group, ADW_TYPE_PREFERENCES_GROUP)

enum { OPENED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
activated_cb (HostelPoolRow *row)
{
  GtkWidget *self = gtk_widget_get_ancestor (GTK_WIDGET (row), HOSTEL_TYPE_POOL_GROUP);

  g_signal_emit (self, signals[OPENED], 0, hostel_pool_row_get_pool (row));
}

static void
show_all (HostelPoolGroup *self,
          GPtrArray       *pools)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < pools->len; i++)
    {
      GtkWidget *row = hostel_pool_row_new (self->connection, pools->pdata[i]);

      g_signal_connect (row, "activated", G_CALLBACK (activated_cb), NULL);
      g_signal_connect_object (row, "changed", G_CALLBACK (hostel_pool_group_look), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  /* The first machine makes the first one. */
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         pools->len > 0 ? NULL
                                         : _("None yet: the first new machine makes one."));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelPoolGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pools = hostel_pool_list_finish (HOSTEL_CONNECTION (object), result, &error);

  /* The host's page tells already what is wrong with it. */
  if (pools == NULL)
    g_debug ("%s", error->message);
  else if (self->connection != NULL)
    show_all (self, pools);
}

static void
add_action (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  HostelPoolGroup *self = HOSTEL_POOL_GROUP (widget);
  HostelPoolDialog *dialog =
    hostel_pool_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), self->connection);

  g_signal_connect_object (dialog, "created", G_CALLBACK (hostel_pool_group_look), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
stop (HostelPoolGroup *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
hostel_pool_group_dispose (GObject *object)
{
  HostelPoolGroup *self = HOSTEL_POOL_GROUP (object);

  stop (self);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_pool_group_parent_class)->dispose (object);
}

static void
hostel_pool_group_class_init (HostelPoolGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hostel_pool_group_dispose;

  signals[OPENED] =
    g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_POOL);

  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "pools.add", NULL, add_action);
}

static void
hostel_pool_group_init (HostelPoolGroup *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
add_header (HostelPoolGroup *self)
{
  const char *host = hostel_connection_get_title (self->connection);
  g_autofree char *title = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *label = NULL;
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_New…"));

  /* Translators: the heading of a list of storage pools; the name of a host. */
  title = g_strdup_printf (_("Storage on %s"), host);
  markup = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), markup);

  label = g_strdup_printf (_("New Storage Pool on %s"), host);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  hostel_accessible_set_label (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "pools.add");
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), button);
}

/**
 * hostel_pool_group_new:
 * @connection: the host
 *
 * Returns: (transfer floating): a group that reads what @connection has, when that answers
 */
GtkWidget *
hostel_pool_group_new (HostelConnection *connection)
{
  HostelPoolGroup *self;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);

  self = g_object_new (HOSTEL_TYPE_POOL_GROUP, NULL);
  self->connection = g_object_ref (connection);
  add_header (self);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (hostel_pool_group_look), self,
                           G_CONNECT_SWAPPED);
  hostel_pool_group_look (self);

  return GTK_WIDGET (self);
}

/**
 * hostel_pool_group_get_connection:
 *
 * Returns: (transfer none): its host
 */
HostelConnection *
hostel_pool_group_get_connection (HostelPoolGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL_GROUP (self), NULL);

  return self->connection;
}

/**
 * hostel_pool_group_look:
 *
 * Reads the pools again, where the host is connected.
 */
void
hostel_pool_group_look (HostelPoolGroup *self)
{
  g_return_if_fail (HOSTEL_IS_POOL_GROUP (self));

  stop (self);
  if (self->connection == NULL ||
      hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  self->cancellable = g_cancellable_new ();
  hostel_pool_list_async (self->connection, self->cancellable, listed_cb, g_object_ref (self));
}
