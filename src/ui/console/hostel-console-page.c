/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-console-page-private.h"
#include "hostel-error.h"

/* Of what waits to be sent, from which it is told: a paste, not a key. */
#define UNSENT_TOLD 4096

G_DEFINE_FINAL_TYPE (HostelConsolePage, hostel_console_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_DOMAIN,
  PROP_DEVICE,
  N_PROPS
};

enum
{
  TYPED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

typedef struct
{
  const char *icon_name;
  const char *text;
  const char *css_class;
} StateLook;

/* By HostelConsoleState. */
static const StateLook looks[] = {
  [HOSTEL_CONSOLE_STATE_CLOSED] = { "system-shutdown-symbolic", N_("Off"), "dim-label" },
  [HOSTEL_CONSOLE_STATE_OPENING] = { NULL, N_("Opening…"), "dim-label" },
  [HOSTEL_CONSOLE_STATE_OPEN] = { "emblem-ok-symbolic", N_("Connected"), NULL },
  [HOSTEL_CONSOLE_STATE_TAKEN] = { "dialog-warning-symbolic",
                                   N_("Another program shows this console"), "warning" },
  [HOSTEL_CONSOLE_STATE_LOST] = { "dialog-error-symbolic", N_("Connection lost"), "error" },
};

/**
 * hostel_console_page_get_view:
 *
 * For this class's own files.
 *
 * Returns: (nullable): what is shown
 */
HostelConsoleView *
hostel_console_page_get_view (HostelConsolePage *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->views);

  return child != NULL ? HOSTEL_CONSOLE_VIEW (child) : NULL;
}

/* One that was never defined is gone when it stops. */
static gboolean
machine_runs (HostelConsolePage *self)
{
  return hostel_domain_get_present (self->domain) && hostel_domain_is_active (self->domain);
}

static char *
dup_state_text (HostelConsolePage  *self,
                HostelConsoleView  *view,
                HostelConsoleState  state)
{
  const GError *error = hostel_console_view_get_error (view);
  guint64 unsent = hostel_console_view_get_unsent (view);

  if (state == HOSTEL_CONSOLE_STATE_OPEN && unsent >= UNSENT_TOLD)
    {
      g_autofree char *size = g_format_size (unsent);

      return g_strdup_printf (_("Sending, %s left"), size);
    }
  if (state == HOSTEL_CONSOLE_STATE_LOST && error != NULL)
    return g_strdup (error->message);
  if (state == HOSTEL_CONSOLE_STATE_CLOSED && machine_runs (self))
    return g_strdup (_("Not connected"));

  return g_strdup (_(looks[state].text));
}

static void
show_look (HostelConsolePage *self,
           const StateLook   *look)
{
  static const char * const classes[] = { "dim-label", "warning", "error" };
  gboolean spinning = look->icon_name == NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      if (g_strcmp0 (look->css_class, classes[i]) == 0)
        gtk_widget_add_css_class (GTK_WIDGET (self->state_box), classes[i]);
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->state_box), classes[i]);
    }

  gtk_stack_set_visible_child_name (self->state_icons, spinning ? "spinner" : "icon");
  gtk_spinner_set_spinning (self->spinner, spinning);
  if (!spinning)
    gtk_image_set_from_icon_name (self->state_icon, look->icon_name);
}

static void
update_tooltip (HostelConsolePage *self,
                HostelConsoleView *view)
{
  const GError *error = hostel_console_view_get_error (view);
  const char *text = gtk_label_get_text (self->state_label);
  g_autoptr (GString) tooltip = g_string_new (text);

  if (error != NULL && hostel_error_get_remedy (error) != NULL)
    g_string_append_printf (tooltip, "\n%s", hostel_error_get_remedy (error));
  if (error != NULL && hostel_error_get_details (error) != NULL)
    g_string_append_printf (tooltip, "\n%s", hostel_error_get_details (error));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_box), tooltip->str);
}

static void
update_state_cb (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);
  g_autofree char *text = NULL;
  HostelConsoleState state;
  gboolean active;

  if (view == NULL || self->domain == NULL)
    return;

  state = hostel_console_view_get_state (view);
  active = machine_runs (self);
  text = dup_state_text (self, view, state);
  gtk_label_set_label (self->state_label, text);
  show_look (self, &looks[state]);
  update_tooltip (self, view);

  /* One of them at most, in one place: the terminal does not move. */
  gtk_widget_set_visible (self->start_button, state == HOSTEL_CONSOLE_STATE_CLOSED && !active);
  gtk_widget_set_visible (self->take_over_button, state == HOSTEL_CONSOLE_STATE_TAKEN);
  gtk_widget_set_visible (self->reconnect_button,
                          state == HOSTEL_CONSOLE_STATE_LOST
                          || (state == HOSTEL_CONSOLE_STATE_CLOSED && active));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.take-over",
                                 state == HOSTEL_CONSOLE_STATE_TAKEN);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.reconnect",
                                 state == HOSTEL_CONSOLE_STATE_LOST
                                 || (state == HOSTEL_CONSOLE_STATE_CLOSED && active));
  hostel_console_page_update_key_actions (self, active);
  gtk_widget_set_visible (self->strip, !self->bare || state != HOSTEL_CONSOLE_STATE_OPEN);
}

/* A terminal tells a screen reader nothing: its last line does. */
static void
update_last_line_cb (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);
  g_autofree char *line = NULL;

  if (view == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  line = hostel_terminal_dup_last_line (hostel_console_view_get_terminal (view));
  hostel_accessible_set_description (GTK_WIDGET (self), line);
  hostel_accessible_set_description (GTK_WIDGET (hostel_console_view_get_terminal (view)), line);
}

static void
update_selection_cb (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);
  VteTerminal *terminal = view != NULL ? VTE_TERMINAL (hostel_console_view_get_terminal (view))
                                       : NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.copy",
                                 terminal != NULL && vte_terminal_get_has_selection (terminal));
}

static void
toast_dismissed_cb (HostelConsolePage *self)
{
  self->refused_toast = NULL;
}

static void
refused_cb (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);

  if (self->refused_toast != NULL)
    return;

  self->refused_toast =
    adw_toast_new (hostel_console_view_get_state (view) == HOSTEL_CONSOLE_STATE_CLOSED
                     ? _("The machine is off: nothing was sent")
                     : _("The console is not connected: nothing was sent"));
  g_signal_connect_object (self->refused_toast, "dismissed", G_CALLBACK (toast_dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, self->refused_toast);
}

static void
typed_cb (HostelConsolePage *self,
          GBytes            *bytes)
{
  g_signal_emit (self, signals[TYPED], 0, bytes);
}

/* "serial0", "console1": libvirt's words are what a person finds in the XML and in virsh, too. */
static HostelConsoleView *
ensure_view (HostelConsolePage *self,
             const char        *device)
{
  GtkWidget *child = gtk_stack_get_child_by_name (self->views, device);
  g_autofree char *label = NULL;
  HostelConsoleView *view;
  GtkWidget *terminal;

  if (child != NULL)
    return HOSTEL_CONSOLE_VIEW (child);

  view = hostel_console_view_new (self->domain, device);
  terminal = GTK_WIDGET (hostel_console_view_get_terminal (view));
  label = g_strdup_printf (_("Console %s of %s"), device, hostel_domain_get_name (self->domain));
  hostel_accessible_set_label (terminal, label);
  g_signal_connect_object (view, "notify", G_CALLBACK (update_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "text-changed", G_CALLBACK (update_last_line_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "typed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (terminal, "selection-changed", G_CALLBACK (update_selection_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->views, GTK_WIDGET (view), device);

  return view;
}

static void
show_view (HostelConsolePage *self)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);

  if (view != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hostel_console_view_activate (view);
  update_state_cb (self);
  update_selection_cb (self);
  update_last_line_cb (self);
}

static void
device_selected_cb (HostelConsolePage *self)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (self->device_switch);

  if (item != NULL && !self->updating)
    hostel_console_page_set_device (self, gtk_string_object_get_string (item));
}

/* What is shown was not always chosen there. */
static void
select_device (HostelConsolePage *self)
{
  GListModel *model = gtk_drop_down_get_model (self->device_switch);

  for (guint i = 0; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GtkStringObject) item = g_list_model_get_item (model, i);

      if (g_str_equal (gtk_string_object_get_string (item), self->device))
        gtk_drop_down_set_selected (self->device_switch, i);
    }
}

/* What the machine has, once it is known. */
static void
update_devices_cb (HostelConsolePage *self)
{
  const char * const *consoles = hostel_domain_get_consoles (self->domain);
  gboolean empty = consoles == NULL || consoles[0] == NULL;
  g_autoptr (GtkStringList) list = NULL;

  gtk_stack_set_visible_child_name (self->stack, empty && self->loaded ? "none" : "console");
  if (empty)
    return;

  if (!g_strv_contains (consoles, self->device))
    hostel_console_page_set_device (self, consoles[0]);

  self->updating = TRUE;
  list = gtk_string_list_new (consoles);
  gtk_drop_down_set_model (self->device_switch, G_LIST_MODEL (list));
  select_device (self);
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->device_switch), consoles[1] != NULL);
}

static void
details_loaded_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (HostelConsolePage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("consoles of %s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)), error->message);
  else if (self->domain == HOSTEL_DOMAIN (source))
    {
      self->loaded = TRUE;
      hostel_console_page_offer_serial (self);
      update_devices_cb (self);
    }
}

static void
search (HostelConsolePage *self,
        gboolean           backward)
{
  HostelConsoleView *view = hostel_console_page_get_view (self);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  HostelTerminal *terminal;

  if (view == NULL)
    return;

  terminal = hostel_console_view_get_terminal (view);
  hostel_terminal_set_search_options (terminal, gtk_toggle_button_get_active (self->regex_button),
                                      gtk_toggle_button_get_active (self->case_button));
  if (hostel_terminal_search (terminal, text, backward))
    gtk_widget_remove_css_class (GTK_WIDGET (self->search_entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->search_entry), "error");
}

static void
find_previous_cb (HostelConsolePage *self)
{
  search (self, TRUE);
}

static void
find_next_cb (HostelConsolePage *self)
{
  search (self, FALSE);
}

static void
stop_search_cb (HostelConsolePage *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static void
search_mode_cb (HostelConsolePage *self)
{
  if (gtk_search_bar_get_search_mode (self->search_bar))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static gboolean
hostel_console_page_grab_focus (GtkWidget *widget)
{
  HostelConsoleView *view = hostel_console_page_get_view (HOSTEL_CONSOLE_PAGE (widget));

  return view != NULL && gtk_widget_grab_focus (GTK_WIDGET (view));
}

static void
hostel_console_page_root (GtkWidget *widget)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  GTK_WIDGET_CLASS (hostel_console_page_parent_class)->root (widget);

  if (self->was_rooted)
    hostel_console_page_refresh_actions (self);
  self->was_rooted = TRUE;
}

static void
hostel_console_page_map (GtkWidget *widget)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (widget);

  GTK_WIDGET_CLASS (hostel_console_page_parent_class)->map (widget);

  if (self->domain == NULL)
    return;

  if (!self->loaded)
    hostel_domain_load_details_async (self->domain, NULL, details_loaded_cb, g_object_ref (self));
  show_view (self);
}

static void
hostel_console_page_dispose (GObject *object)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (object);

  hostel_console_page_set_domain (self, NULL);
  g_clear_object (&self->domain_signals);
  g_clear_pointer (&self->context_menu, gtk_widget_unparent);

  G_OBJECT_CLASS (hostel_console_page_parent_class)->dispose (object);
}

static void
hostel_console_page_finalize (GObject *object)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (object);

  g_clear_pointer (&self->device, g_free);
  g_clear_pointer (&self->link, g_free);

  G_OBJECT_CLASS (hostel_console_page_parent_class)->finalize (object);
}

static void
hostel_console_page_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, self->domain);
      break;

    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_console_page_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  HostelConsolePage *self = HOSTEL_CONSOLE_PAGE (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_console_page_set_domain (self, g_value_get_object (value));
      break;

    case PROP_DEVICE:
      hostel_console_page_set_device (self, g_value_get_string (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-console-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, none_page);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, add_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, views);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, strip);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, device_switch);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, state_box);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, state_icons);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, state_label);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, start_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, take_over_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, reconnect_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, regex_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, case_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePage, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, device_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_cb);
}

static void
hostel_console_page_class_init (HostelConsolePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = hostel_console_page_dispose;
  object_class->finalize = hostel_console_page_finalize;
  object_class->get_property = hostel_console_page_get_property;
  object_class->set_property = hostel_console_page_set_property;
  widget_class->grab_focus = hostel_console_page_grab_focus;
  widget_class->root = hostel_console_page_root;
  widget_class->map = hostel_console_page_map;

  properties[PROP_DOMAIN] = g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN, flags);
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TYPED] = g_signal_new ("typed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  bind_template (widget_class);
  hostel_console_page_install_actions (widget_class);
}

static void
hostel_console_page_init (HostelConsolePage *self)
{
  self->device = g_strdup ("");
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify::consoles", G_CALLBACK (update_devices_cb), self);
  g_signal_group_connect_swapped (self->domain_signals, "notify::state", G_CALLBACK (update_state_cb), self);
  g_signal_group_connect_swapped (self->domain_signals, "notify::present", G_CALLBACK (update_state_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "console.copy", FALSE);
  hostel_console_page_add_context_menu (self);
  hostel_console_page_add_link_gesture (self);
}

/**
 * hostel_console_page_new:
 *
 * Returns: (transfer floating): a page without a machine
 */
HostelConsolePage *
hostel_console_page_new (void)
{
  return g_object_new (HOSTEL_TYPE_CONSOLE_PAGE, NULL);
}

HostelDomain *
hostel_console_page_get_domain (HostelConsolePage *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PAGE (self), NULL);

  return self->domain;
}

static void
drop_domain (HostelConsolePage *self)
{
  GtkWidget *child;

  if (self->domain == NULL)
    return;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->views))))
    gtk_stack_remove (self->views, child);
  g_clear_object (&self->domain);
  self->loaded = FALSE;
  hostel_console_page_set_device (self, "");
}

/**
 * hostel_console_page_set_domain:
 * @self: a page
 * @domain: (nullable) (transfer none): the machine to show
 *
 * What the page has shown of another machine is dropped: one page for each machine keeps it.
 */
void
hostel_console_page_set_domain (HostelConsolePage *self,
                                HostelDomain      *domain)
{
  g_autofree char *label = NULL;

  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (self->domain == domain)
    return;

  drop_domain (self);
  g_signal_group_set_target (self->domain_signals, domain);
  if (domain != NULL)
    {
      self->domain = g_object_ref (domain);
      label = g_strdup_printf (_("Console of %s"), hostel_domain_get_name (domain));
      hostel_accessible_set_label (GTK_WIDGET (self), label);
      hostel_console_page_set_device (self, "serial0");
      hostel_console_page_offer_serial (self);
      update_devices_cb (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}

const char *
hostel_console_page_get_device (HostelConsolePage *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PAGE (self), NULL);

  return self->device;
}

/**
 * hostel_console_page_set_device:
 * @self: a page
 * @device: (nullable): the alias of the console to show
 *
 * The others of the machine that were shown before stay open.
 */
void
hostel_console_page_set_device (HostelConsolePage *self,
                                const char        *device)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (self));

  if (device == NULL || self->domain == NULL)
    device = "";

  if (g_str_equal (self->device, device))
    return;

  g_free (self->device);
  self->device = g_strdup (device);
  if (*device != '\0')
    {
      gtk_stack_set_visible_child (self->views, GTK_WIDGET (ensure_view (self, device)));
      show_view (self);
      select_device (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
}

/**
 * hostel_console_page_adopt:
 * @self: a page with a machine
 * @stream: (transfer none): a console of that machine
 */
void
hostel_console_page_adopt (HostelConsolePage   *self,
                           HostelConsoleStream *stream)
{
  const char *device;

  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (stream));
  g_return_if_fail (self->domain != NULL);

  device = hostel_console_stream_get_device (stream);
  if (device == NULL)
    device = "serial0";

  hostel_console_view_adopt (ensure_view (self, device), stream);
  hostel_console_page_set_device (self, device);
}

/**
 * hostel_console_page_write:
 * @self: a page
 * @bytes: what the guest is to get, as if it were typed
 *
 * Writes to the console that is shown; nothing is sent where that is not open.
 */
void
hostel_console_page_write (HostelConsolePage *self,
                           GBytes            *bytes)
{
  HostelConsoleView *view;

  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (self));
  g_return_if_fail (bytes != NULL);

  if ((view = hostel_console_page_get_view (self)))
    hostel_console_view_write (view, bytes);
}

/**
 * hostel_console_page_set_bare:
 * @self: a page
 * @bare: whether the strip above the terminal comes only when the console is not open
 */
void
hostel_console_page_set_bare (HostelConsolePage *self,
                              gboolean           bare)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (self));

  self->bare = bare;
  gtk_widget_set_visible (self->strip, !bare);
  update_state_cb (self);
}
