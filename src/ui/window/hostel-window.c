/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-boot-monitor.h"
#include "hostel-boot-notice.h"
#include "hostel-domain-row.h"
#include "hostel-host-row.h"
#include "hostel-shut-down-watch.h"
#include "hostel-window-private.h"

G_DEFINE_FINAL_TYPE (HostelWindow, hostel_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_HOSTS,
  PROP_SELECTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* VTE and a page of rows cost more than the rest of the window: made when first needed. */
static HostelDomainPage *
ensure_domain_page (HostelWindow *self)
{
  if (self->domain_page == NULL)
    {
      g_autofree char *page = NULL;

      self->domain_page = g_object_new (HOSTEL_TYPE_DOMAIN_PAGE, NULL);
      hostel_domain_page_set_hosts (self->domain_page, self->hosts);
      gtk_stack_add_named (self->stack, GTK_WIDGET (self->domain_page), "domain");
      if (self->settings != NULL)
        {
          page = g_settings_get_string (self->settings, "page");
          hostel_domain_page_set_page (self->domain_page, page);
        }
    }

  return self->domain_page;
}

static HostelHostPage *
ensure_host_page (HostelWindow *self)
{
  if (self->host_page == NULL)
    {
      self->host_page = g_object_new (HOSTEL_TYPE_HOST_PAGE, NULL);
      gtk_stack_add_named (self->stack, GTK_WIDGET (self->host_page), "host");
    }

  return self->host_page;
}

static const char *
empty_page (HostelWindow *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->hosts)) == 0)
    return "blank";
  if (hostel_domain_model_get_n_domains (self->model) > 0)
    return "choose";

  return hostel_host_list_settled (self->hosts) ? "no-machines" : "blank";
}

static void
update_title (HostelWindow *self)
{
  g_autofree char *subtitle = NULL;
  const char *title = "";

  if (HOSTEL_IS_DOMAIN (self->selected))
    {
      HostelDomain *domain = HOSTEL_DOMAIN (self->selected);

      title = hostel_domain_get_name (domain);
      subtitle = hostel_domain_state_dup_title (hostel_domain_get_state (domain));
    }
  else if (HOSTEL_IS_CONNECTION (self->selected))
    {
      title = hostel_connection_get_title (HOSTEL_CONNECTION (self->selected));
      subtitle = hostel_host_row_dup_state (HOSTEL_CONNECTION (self->selected));
    }

  adw_view_switcher_title_set_title (self->title, title);
  adw_view_switcher_title_set_subtitle (self->title, subtitle ? subtitle : "");
}

/* The same button, in its place: what is left to do with a machine that does not answer. */
static void
update_power_cb (HostelWindow *self)
{
  gboolean unanswered = FALSE;
  gboolean stopping = FALSE;
  const char *name;

  if (HOSTEL_IS_DOMAIN (self->selected))
    {
      HostelDomain *domain = HOSTEL_DOMAIN (self->selected);

      unanswered = hostel_shut_down_watch_get_unanswered (hostel_shut_down_watch_of (domain));
      stopping = hostel_domain_get_state (domain) == HOSTEL_DOMAIN_STATE_SHUTTING_DOWN;
    }

  name = unanswered ? _("Force Off…") : stopping ? _("Shutting Down…") : _("Shut Down");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->power_button),
                                  unanswered ? "machine.force-off" : "machine.shut-down");
  gtk_widget_set_tooltip_text (self->power_button, name);
  hostel_accessible_set_label (self->power_button, name);
  if (unanswered)
    gtk_widget_add_css_class (self->power_button, "destructive-action");
  else
    gtk_widget_remove_css_class (self->power_button, "destructive-action");
}

static void
update_content (HostelWindow *self)
{
  AdwViewStack *pages = NULL;

  if (HOSTEL_IS_DOMAIN (self->selected))
    {
      HostelDomainPage *page = ensure_domain_page (self);

      hostel_domain_page_set_domain (page, HOSTEL_DOMAIN (self->selected));
      gtk_stack_set_visible_child_name (self->stack, "domain");
      pages = hostel_domain_page_get_stack (page);
    }
  else if (HOSTEL_IS_CONNECTION (self->selected))
    {
      hostel_host_page_set_connection (ensure_host_page (self),
                                       HOSTEL_CONNECTION (self->selected));
      gtk_stack_set_visible_child_name (self->stack, "host");
    }
  else
    gtk_stack_set_visible_child_name (self->stack, empty_page (self));

  adw_view_switcher_title_set_stack (self->title, pages);
  adw_view_switcher_title_set_view_switcher_enabled (self->title, pages != NULL);
  adw_view_switcher_bar_set_stack (self->switcher_bar, pages);
  gtk_widget_set_visible (self->machine_buttons, pages != NULL);
  update_power_cb (self);
  update_title (self);
}

static void
item_changed_cb (HostelWindow *self)
{
  if (HOSTEL_IS_DOMAIN (self->selected) &&
      !hostel_domain_get_present (HOSTEL_DOMAIN (self->selected)))
    hostel_window_set_selected (self, NULL);
  else
    {
      update_power_cb (self);
      update_title (self);
    }
}

/* Whether the host that is shown, or whose machine is, is one of the list still. */
static gboolean
has_host (HostelWindow *self)
{
  HostelConnection *connection = HOSTEL_IS_DOMAIN (self->selected)
                                   ? hostel_domain_get_connection (HOSTEL_DOMAIN (self->selected))
                                   : HOSTEL_CONNECTION (self->selected);

  return connection != NULL &&
         hostel_host_list_lookup (self->hosts, hostel_connection_get_uri (connection)) == connection;
}

/* What was shown before comes as soon as its host has told what it has. */
static gboolean
is_awaited (HostelWindow *self)
{
  HostelConnection *connection = self->wanted_uri != NULL
                                   ? hostel_host_list_lookup (self->hosts, self->wanted_uri) : NULL;

  if (connection == NULL || hostel_connection_get_loaded (connection))
    return FALSE;

  switch (hostel_connection_get_state (connection))
    {
    case HOSTEL_CONNECTION_STATE_CLOSED:
    case HOSTEL_CONNECTION_STATE_CONNECTING:
    case HOSTEL_CONNECTION_STATE_CONNECTED:
      return TRUE;
    case HOSTEL_CONNECTION_STATE_NOT_RESPONDING:
    case HOSTEL_CONNECTION_STATE_LOST:
    case HOSTEL_CONNECTION_STATE_FAILED:
    default:
      return FALSE;
    }
}

/* The page of a host opens by itself where the host does not answer and nothing else is shown, or is
 * about to be. */
static void
hosts_changed_cb (HostelWindow *self)
{
  GListModel *hosts = G_LIST_MODEL (self->hosts);

  hostel_window_look_for_wanted (self);
  if (self->selected != NULL && !has_host (self))
    hostel_window_set_selected (self, NULL);

  for (guint i = 0; self->selected == NULL && !is_awaited (self) && i < g_list_model_get_n_items (hosts);
       i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, i);

      if (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_FAILED)
        hostel_window_set_selected (self, connection);
    }

  if (self->selected == NULL)
    update_content (self);
}

static void
watch_hosts_cb (HostelWindow *self,
                guint         position,
                guint         removed,
                guint         added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HostelConnection) connection =
        g_list_model_get_item (G_LIST_MODEL (self->hosts), i);

      g_signal_connect_object (connection, "notify::state",
                               G_CALLBACK (hosts_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (connection, "notify::loaded",
                               G_CALLBACK (hosts_changed_cb), self, G_CONNECT_SWAPPED);
    }

  hosts_changed_cb (self);
}

static void
sidebar_selected_cb (HostelWindow *self)
{
  hostel_window_set_selected (self, hostel_sidebar_get_selected (self->sidebar));
}

static void
sidebar_activated_cb (HostelWindow *self)
{
  if (self->selected != NULL)
    hostel_window_show_content (self);
}

static void
folded_cb (HostelWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  if (folded)
    gtk_widget_add_css_class (GTK_WIDGET (self), "folded");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "folded");
}

static gboolean
hostel_window_close_request (GtkWindow *window)
{
  hostel_window_save_state (HOSTEL_WINDOW (window));

  return GTK_WINDOW_CLASS (hostel_window_parent_class)->close_request (window);
}

static void
hostel_window_constructed (GObject *object)
{
  HostelWindow *self = HOSTEL_WINDOW (object);

  G_OBJECT_CLASS (hostel_window_parent_class)->constructed (object);

  self->model = hostel_domain_model_new (G_LIST_MODEL (self->hosts));
  hostel_sidebar_set_model (self->sidebar, self->model);
  hostel_window_restore_state (self);
  g_signal_connect_object (self->hosts, "items-changed", G_CALLBACK (watch_hosts_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::n-domains",
                           G_CALLBACK (hosts_changed_cb), self, G_CONNECT_SWAPPED);
  watch_hosts_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->hosts)));
  gtk_window_set_focus (GTK_WINDOW (self), hostel_sidebar_get_list (self->sidebar));
}

static void
hostel_window_dispose (GObject *object)
{
  HostelWindow *self = HOSTEL_WINDOW (object);

  g_clear_object (&self->selected_signals);
  g_clear_object (&self->watch_signals);
  g_clear_object (&self->selected);
  g_clear_object (&self->machine);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hostel_window_parent_class)->dispose (object);
}

static void
hostel_window_finalize (GObject *object)
{
  HostelWindow *self = HOSTEL_WINDOW (object);

  g_clear_object (&self->hosts);
  g_clear_pointer (&self->wanted_uri, g_free);
  g_clear_pointer (&self->wanted_uuid, g_free);
  g_clear_pointer (&self->wanted_console, g_free);

  G_OBJECT_CLASS (hostel_window_parent_class)->finalize (object);
}

static void
hostel_window_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  HostelWindow *self = HOSTEL_WINDOW (object);

  switch (prop_id)
    {
    case PROP_HOSTS:
      g_value_set_object (value, self->hosts);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, self->selected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_window_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  HostelWindow *self = HOSTEL_WINDOW (object);

  switch (prop_id)
    {
    case PROP_HOSTS:
      self->hosts = g_value_dup_object (value);
      break;
    case PROP_SELECTED:
      hostel_window_set_selected (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, content);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, list);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, primary_button);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, machine_buttons);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, power_button);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, machine_menu);
  gtk_widget_class_bind_template_child (widget_class, HostelWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
}

static void
hostel_window_class_init (HostelWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->constructed = hostel_window_constructed;
  object_class->dispose = hostel_window_dispose;
  object_class->finalize = hostel_window_finalize;
  object_class->get_property = hostel_window_get_property;
  object_class->set_property = hostel_window_set_property;

  window_class->close_request = hostel_window_close_request;

  properties[PROP_HOSTS] =
    g_param_spec_object ("hosts", NULL, NULL, HOSTEL_TYPE_HOST_LIST,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED] =
    g_param_spec_object ("selected", NULL, NULL, G_TYPE_OBJECT,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HOSTEL_TYPE_SIDEBAR);
  bind_template (widget_class);
  hostel_window_install_actions (widget_class);
  hostel_window_install_shortcuts (widget_class);
}

static void
hostel_window_init (HostelWindow *self)
{
  self->selected_signals = g_signal_group_new (G_TYPE_OBJECT);
  g_signal_group_connect_swapped (self->selected_signals, "notify", G_CALLBACK (item_changed_cb), self);
  self->watch_signals = g_signal_group_new (HOSTEL_TYPE_SHUT_DOWN_WATCH);
  g_signal_group_connect_swapped (self->watch_signals, "notify::unanswered", G_CALLBACK (update_power_cb), self);
  self->machine = hostel_machine_actions_new (GTK_WINDOW (self));
  g_signal_connect_object (self->machine, "cloned", G_CALLBACK (hostel_window_show_overview), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "machine", G_ACTION_GROUP (self->machine));
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_sidebar_set_menu (self->sidebar, gtk_menu_button_get_menu_model (self->machine_menu));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_window_new:
 * @application: the application
 * @hosts: the hosts to show; whoever made the list opens it, after the window is presented
 *
 * Returns: (transfer none): a window
 */
HostelWindow *
hostel_window_new (AdwApplication *application,
                   HostelHostList *hosts)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (hosts), NULL);

  return g_object_new (HOSTEL_TYPE_WINDOW, "application", application, "hosts", hosts, NULL);
}

/**
 * hostel_window_get_selected:
 * @self: the window
 *
 * Returns: (transfer none) (nullable) (type GObject): the HostelDomain or HostelConnection shown
 */
gpointer
hostel_window_get_selected (HostelWindow *self)
{
  g_return_val_if_fail (HOSTEL_IS_WINDOW (self), NULL);

  return self->selected;
}

/**
 * hostel_window_set_selected:
 * @self: the window
 * @item: (nullable) (type GObject): a HostelDomain or HostelConnection
 *
 * Chooses @item in the list and shows its page.
 */
void
hostel_window_set_selected (HostelWindow *self,
                            gpointer      item)
{
  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (item == NULL || HOSTEL_IS_DOMAIN (item) || HOSTEL_IS_CONNECTION (item));

  if (!g_set_object (&self->selected, item))
    return;

  g_signal_group_set_target (self->selected_signals, item);
  g_signal_group_set_target (self->watch_signals,
                             HOSTEL_IS_DOMAIN (item) ? hostel_shut_down_watch_of (item) : NULL);
  g_clear_pointer (&self->wanted_uri, g_free);
  g_clear_pointer (&self->wanted_uuid, g_free);

  hostel_machine_actions_set_domain (self->machine, HOSTEL_IS_DOMAIN (item) ? item : NULL);
  hostel_sidebar_set_selected (self->sidebar, item);
  update_content (self);
  if (item == NULL)
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

/* On a narrow window list and page take turns. */
void
hostel_window_show_content (HostelWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

/**
 * hostel_window_show_overview:
 * @self: the window
 * @domain: a machine
 *
 * Chooses @domain and shows its overview.
 */
void
hostel_window_show_overview (HostelWindow *self,
                             HostelDomain *domain)
{
  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  hostel_window_set_selected (self, domain);
  hostel_domain_page_set_page (self->domain_page, "overview");
  hostel_window_show_content (self);
}

/**
 * hostel_window_show_console:
 * @self: the window
 * @domain: a machine
 * @stream: (nullable): its first console, where somebody has opened it already
 *
 * Chooses @domain and shows its console.
 */
void
hostel_window_show_console (HostelWindow        *self,
                            HostelDomain        *domain,
                            HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  hostel_window_set_selected (self, domain);
  if (stream != NULL)
    hostel_domain_page_adopt_console (self->domain_page, stream);
  hostel_domain_page_set_page (self->domain_page, "console");
  hostel_window_show_content (self);
  hostel_domain_page_focus (self->domain_page);
}

/**
 * hostel_window_watch_boot:
 * @self: the window
 * @domain: a machine that has been started
 *
 * What an earlier start has told is forgotten.
 */
void
hostel_window_watch_boot (HostelWindow *self,
                          HostelDomain *domain)
{
  g_return_if_fail (HOSTEL_IS_WINDOW (self));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  hostel_boot_monitor_forget (domain);
  hostel_boot_notice_watch (GTK_WINDOW (self), hostel_boot_monitor_start (domain));
  if (self->selected == (gpointer) domain)
    hostel_domain_page_watch_boot (self->domain_page);
}
