/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-host-checks.h"
#include "hostel-host-page.h"
#include "hostel-host-row.h"

struct _HostelHostPage
{
  AdwBin parent_instance;

  HostelConnection *connection; /* owned, nullable */
  GSignalGroup     *signals;    /* owned: of the connection */

  AdwActionRow     *state_row;
  GtkImage         *state_icon;
  AdwActionRow     *uri_row;
  GtkWidget        *retry_button;
  GtkWidget        *error_group;
  GtkLabel         *cause_label;
  GtkLabel         *remedy_label;
  GtkWidget        *details_row;
  GtkLabel         *details_label;
  GtkWidget        *remove_button;
  HostelHostChecks *checks;
};

G_DEFINE_FINAL_TYPE (HostelHostPage, hostel_host_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CONNECTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_row (AdwActionRow *row,
         const char   *value)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  g_autofree char *markup = g_markup_escape_text (value, -1);
  g_autofree char *label = g_strdup_printf (_("%s: %s"), title, value);

  adw_action_row_set_subtitle (row, markup);
  hostel_accessible_set_label (GTK_WIDGET (row), label);
}

static void
show_state_icon (HostelHostPage        *self,
                 HostelConnectionState  state)
{
  const char *icon = "object-select-symbolic";
  const char *classes[] = { "success", NULL };

  if (state == HOSTEL_CONNECTION_STATE_CLOSED || state == HOSTEL_CONNECTION_STATE_CONNECTING)
    {
      icon = "content-loading-symbolic";
      classes[0] = "dim-label";
    }
  else if (state != HOSTEL_CONNECTION_STATE_CONNECTED)
    {
      icon = "dialog-warning-symbolic";
      classes[0] = "warning";
    }

  gtk_image_set_from_icon_name (self->state_icon, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_icon), classes);
}

static void
show_error (HostelHostPage *self,
            const GError   *error)
{
  const char *remedy;
  const char *details;

  gtk_widget_set_visible (self->error_group, error != NULL);
  if (error == NULL)
    return;

  remedy = hostel_error_get_remedy (error);
  details = hostel_error_get_details (error);
  gtk_label_set_label (self->cause_label, error->message);
  gtk_label_set_label (self->remedy_label, remedy ? remedy : "");
  gtk_widget_set_visible (GTK_WIDGET (self->remedy_label), remedy != NULL);
  gtk_label_set_label (self->details_label, details ? details : "");
  gtk_widget_set_visible (self->details_row, details != NULL);
}

static void
update_cb (HostelHostPage *self)
{
  HostelConnectionState state;
  g_autofree char *text = NULL;

  if (self->connection == NULL)
    return;

  state = hostel_connection_get_state (self->connection);
  text = hostel_host_row_dup_state (self->connection);
  if (state == HOSTEL_CONNECTION_STATE_CONNECTED)
    {
      g_autofree char *count = g_steal_pointer (&text);

      text = g_strdup_printf (_("Connected · %s"), count);
    }
  set_row (self->state_row, text);
  set_row (self->uri_row, hostel_connection_get_uri (self->connection));
  show_state_icon (self, state);
  gtk_widget_set_visible (self->retry_button, state == HOSTEL_CONNECTION_STATE_FAILED ||
                                              state == HOSTEL_CONNECTION_STATE_LOST);
  show_error (self, hostel_connection_get_error (self->connection));
}

/* The checks read this computer: they say nothing about another one, or about test:///. */
static gboolean
is_here (HostelHostPage *self)
{
  const char *uri = hostel_connection_get_uri (self->connection);

  return g_str_has_prefix (uri, "qemu:///") || g_str_has_prefix (uri, "qemu+unix:///");
}

static void
retry_cb (HostelHostPage *self)
{
  if (self->connection != NULL)
    hostel_connection_retry (self->connection);
}

static void
hostel_host_page_dispose (GObject *object)
{
  hostel_host_page_set_connection (HOSTEL_HOST_PAGE (object), NULL);
  g_clear_object (&HOSTEL_HOST_PAGE (object)->signals);

  G_OBJECT_CLASS (hostel_host_page_parent_class)->dispose (object);
}

static void
hostel_host_page_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, HOSTEL_HOST_PAGE (object)->connection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_host_page_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CONNECTION:
      hostel_host_page_set_connection (HOSTEL_HOST_PAGE (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_host_page_class_init (HostelHostPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_host_page_dispose;
  object_class->get_property = hostel_host_page_get_property;
  object_class->set_property = hostel_host_page_set_property;

  properties[PROP_CONNECTION] =
    g_param_spec_object ("connection", NULL, NULL, HOSTEL_TYPE_CONNECTION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HOSTEL_TYPE_HOST_CHECKS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-host-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, state_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, uri_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, retry_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, error_group);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, cause_label);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, remedy_label);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, details_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, details_label);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, remove_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostPage, checks);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
}

static void
hostel_host_page_init (HostelHostPage *self)
{
  self->signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update_cb), self);
  g_signal_group_connect_swapped (self->signals, "items-changed", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_host_page_set_connection:
 * @self: the page
 * @connection: (nullable): the host to show
 */
void
hostel_host_page_set_connection (HostelHostPage   *self,
                                 HostelConnection *connection)
{
  g_return_if_fail (HOSTEL_IS_HOST_PAGE (self));
  g_return_if_fail (connection == NULL || HOSTEL_IS_CONNECTION (connection));

  if (!g_set_object (&self->connection, connection))
    return;

  g_signal_group_set_target (self->signals, connection);
  if (connection != NULL)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->remove_button), "s",
                                        hostel_connection_get_uri (connection));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->remove_button), "win.remove-host");
      gtk_widget_set_visible (GTK_WIDGET (self->checks), is_here (self));
      hostel_host_checks_set_connection (self->checks, connection);
      update_cb (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}
