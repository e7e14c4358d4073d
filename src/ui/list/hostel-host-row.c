/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-host-row.h"

struct _HostelHostRow
{
  GtkWidget parent_instance;

  HostelConnection *connection; /* owned, nullable */
  GSignalGroup     *signals;    /* owned: of the connection */

  GtkInscription   *title;
  GtkInscription   *state;
  GtkWidget        *details;
};

G_DEFINE_FINAL_TYPE (HostelHostRow, hostel_host_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_CONNECTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
dup_count (HostelConnection *connection)
{
  guint n_domains = g_list_model_get_n_items (G_LIST_MODEL (connection));

  if (n_domains == 0)
    return g_strdup (_("No virtual machines"));

  return g_strdup_printf (ngettext ("%'u virtual machine", "%'u virtual machines", n_domains),
                          n_domains);
}

/**
 * hostel_host_row_dup_state:
 * @connection: a host
 *
 * Returns: (transfer full): what the heading tells about it, translated
 */
char *
hostel_host_row_dup_state (HostelConnection *connection)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);

  switch (hostel_connection_get_state (connection))
    {
    case HOSTEL_CONNECTION_STATE_CLOSED:
      return g_strdup (_("Not connected"));
    case HOSTEL_CONNECTION_STATE_CONNECTING:
      return g_strdup (_("Connecting…"));
    case HOSTEL_CONNECTION_STATE_NOT_RESPONDING:
      return g_strdup (_("Not responding"));
    case HOSTEL_CONNECTION_STATE_LOST:
      return g_strdup (_("Connection lost, trying again"));
    case HOSTEL_CONNECTION_STATE_FAILED:
      return g_strdup (_("Could not connect"));
    case HOSTEL_CONNECTION_STATE_CONNECTED:
    default:
      if (!hostel_connection_get_loaded (connection))
        return g_strdup (_("Connecting…"));
      return dup_count (connection);
    }
}

static gboolean
is_in_trouble (HostelConnectionState state)
{
  return state == HOSTEL_CONNECTION_STATE_NOT_RESPONDING ||
         state == HOSTEL_CONNECTION_STATE_LOST ||
         state == HOSTEL_CONNECTION_STATE_FAILED;
}

static void
update_accessible (HostelHostRow *self,
                   const char    *title,
                   const char    *state)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = NULL;

  if ((parent = parent ? gtk_widget_get_parent (parent) : NULL) == NULL)
    return;

  /* Translators: a host's name and its state */
  label = g_strdup_printf (C_("host", "%s, %s"), title, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
update_cb (HostelHostRow *self)
{
  g_autofree char *state = NULL;
  const char *title;
  const char *uri;

  if (self->connection == NULL)
    return;

  title = hostel_connection_get_title (self->connection);
  uri = hostel_connection_get_uri (self->connection);
  state = hostel_host_row_dup_state (self->connection);
  gtk_inscription_set_text (self->title, title);
  gtk_inscription_set_text (self->state, state);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), uri);
  /* The target first: without it the action has the wrong type. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->details), "s", uri);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->details), "win.show-host");
  gtk_widget_set_visible (self->details, is_in_trouble (
                                           hostel_connection_get_state (self->connection)));
  update_accessible (self, title, state);
}

static void
hostel_host_row_dispose (GObject *object)
{
  HostelHostRow *self = HOSTEL_HOST_ROW (object);
  GtkWidget *child;

  hostel_host_row_set_connection (self, NULL);
  g_clear_object (&self->signals);
  /* gtk_widget_dispose_template () only knows children that are bound. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), HOSTEL_TYPE_HOST_ROW);

  G_OBJECT_CLASS (hostel_host_row_parent_class)->dispose (object);
}

static void
hostel_host_row_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, HOSTEL_HOST_ROW (object)->connection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_host_row_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CONNECTION:
      hostel_host_row_set_connection (HOSTEL_HOST_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_host_row_class_init (HostelHostRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_host_row_dispose;
  object_class->get_property = hostel_host_row_get_property;
  object_class->set_property = hostel_host_row_set_property;

  properties[PROP_CONNECTION] =
    g_param_spec_object ("connection", NULL, NULL, HOSTEL_TYPE_CONNECTION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-host-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHostRow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelHostRow, state);
  gtk_widget_class_bind_template_child (widget_class, HostelHostRow, details);
}

static void
hostel_host_row_init (HostelHostRow *self)
{
  self->signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update_cb), self);
  g_signal_group_connect_swapped (self->signals, "items-changed", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hostel_host_row_set_connection:
 * @self: the row
 * @connection: (nullable): the host to show
 */
void
hostel_host_row_set_connection (HostelHostRow    *self,
                                HostelConnection *connection)
{
  g_return_if_fail (HOSTEL_IS_HOST_ROW (self));
  g_return_if_fail (connection == NULL || HOSTEL_IS_CONNECTION (connection));

  if (!g_set_object (&self->connection, connection))
    return;

  g_signal_group_set_target (self->signals, connection);
  if (connection != NULL)
    update_cb (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}
