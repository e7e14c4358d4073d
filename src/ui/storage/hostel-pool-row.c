/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-pool-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-pool-row.h"
#include "hostel-removal-dialog.h"

struct _HostelPoolRow
{
  AdwActionRow      parent_instance;

  GtkWidget        *start_button; /* borrowed: template children */
  GtkWidget        *menu_button;
  GtkWidget        *next_icon;

  HostelConnection *connection;   /* owned */
  HostelPool       *pool;         /* owned */
  guint             disposed : 1;
};

G_DEFINE_FINAL_TYPE (HostelPoolRow, hostel_pool_row, ADW_TYPE_ACTION_ROW)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_text (HostelPoolRow *self,
           const char    *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  hostel_accessible_set_description (GTK_WIDGET (self), text);
}

static void
update (HostelPoolRow *self)
{
  gboolean active = hostel_pool_is_active (self->pool);
  const char *path = hostel_pool_get_path (self->pool);
  g_autofree char *available = g_format_size (hostel_pool_get_available (self->pool));
  g_autofree char *capacity = g_format_size (hostel_pool_get_capacity (self->pool));
  g_autofree char *space = NULL;
  g_autofree char *text = NULL;

  /* Translators: of a storage pool, "42 GB of 250 GB free". */
  space = active ? g_strdup_printf (_("%s of %s free"), available, capacity)
                 : g_strdup (_("Stopped"));
  text = path != NULL ? g_strdup_printf ("%s · %s", space, path) : g_strdup (space);
  show_text (self, text);
  gtk_widget_set_visible (self->start_button, !active);
  gtk_widget_set_visible (self->next_icon, active);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.start", !active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.stop", active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.remove", TRUE);
}

static void
acted_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelPoolRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_pool_finish (HOSTEL_CONNECTION (object), result, &error);
  g_autofree char *text = NULL;

  if (self->disposed)
    return;

  if (done)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }
  update (self);
  text = g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);
  show_text (self, text);
}

static void
act (HostelPoolRow *self,
     HostelPoolAct  verb,
     const char    *text)
{
  show_text (self, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.start", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.stop", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pool.remove", FALSE);
  hostel_pool_act_async (self->connection, self->pool, verb, acted_cb, g_object_ref (self));
}

static void
start_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  act (HOSTEL_POOL_ROW (widget), HOSTEL_POOL_ACT_START, _("Starting…"));
}

static void
stop_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  act (HOSTEL_POOL_ROW (widget), HOSTEL_POOL_ACT_STOP, _("Stopping…"));
}

static void
response_cb (HostelPoolRow *self,
             const char    *response)
{
  if (g_str_equal (response, "remove"))
    act (self, HOSTEL_POOL_ACT_REMOVE, _("Removing…"));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelPoolRow *self = HOSTEL_POOL_ROW (widget);
  GtkWidget *dialog;

  dialog = hostel_removal_dialog_ask (widget, hostel_pool_get_name (self->pool),
                                             _("The host forgets the storage pool. Its files stay "
                                               "where they are, and machines that have them keep "
                                               "working."));
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
}

static void
hostel_pool_row_dispose (GObject *object)
{
  HostelPoolRow *self = HOSTEL_POOL_ROW (object);

  self->disposed = TRUE;
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_pool_row_parent_class)->dispose (object);
}

static void
hostel_pool_row_finalize (GObject *object)
{
  g_clear_object (&HOSTEL_POOL_ROW (object)->pool);

  G_OBJECT_CLASS (hostel_pool_row_parent_class)->finalize (object);
}

static void
hostel_pool_row_class_init (HostelPoolRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_pool_row_dispose;
  object_class->finalize = hostel_pool_row_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-pool-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelPoolRow, start_button);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HostelPoolRow, next_icon);
  gtk_widget_class_install_action (widget_class, "pool.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "pool.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "pool.remove", NULL, remove_action);
}

static void
hostel_pool_row_init (HostelPoolRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_pool_row_new:
 * @connection: the host
 * @pool: one of its pools
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
hostel_pool_row_new (HostelConnection *connection,
                     HostelPool       *pool)
{
  HostelPoolRow *self;
  g_autofree char *markup = NULL;
  g_autofree char *menu = NULL;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);
  g_return_val_if_fail (HOSTEL_IS_POOL (pool), NULL);

  self = g_object_new (HOSTEL_TYPE_POOL_ROW, NULL);
  self->connection = g_object_ref (connection);
  self->pool = g_object_ref (pool);
  markup = g_markup_escape_text (hostel_pool_get_name (pool), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), markup);
  hostel_accessible_set_label (GTK_WIDGET (self), hostel_pool_get_name (pool));
  menu = g_strdup_printf (_("Menu of %s"), hostel_pool_get_name (pool));
  gtk_widget_set_tooltip_text (self->menu_button, menu);
  hostel_accessible_set_label (self->menu_button, menu);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * hostel_pool_row_get_pool:
 *
 * Returns: (transfer none): its pool
 */
HostelPool *
hostel_pool_row_get_pool (HostelPoolRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_POOL_ROW (self), NULL);

  return self->pool;
}
