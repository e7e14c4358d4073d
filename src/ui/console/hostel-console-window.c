/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-window"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-console-chooser.h"
#include "hostel-console-pane.h"
#include "hostel-console-window.h"
#include "hostel-console-window-place.h"
#include "hostel-domain-row.h"
#include "hostel-tile-layout.h"

/* In full screen the header bar comes when the pointer is so near to the upper edge, and goes when
 * it is so far away. */
#define EDGE 3
#define HEADER_AREA 60

struct _HostelConsoleWindow
{
  AdwApplicationWindow  parent_instance;

  GPtrArray            *panes; /* owned, of HostelConsolePane, borrowed from the tiles */

  GtkRevealer          *header;
  AdwWindowTitle       *title;
  HostelConsoleChooser *chooser;
  GtkToggleButton      *all_button;
  GtkInfoBar           *all_bar;
  GtkLabel             *all_label;
  GtkButton            *full_screen_button;
  AdwToastOverlay      *toasts;
  GtkWidget            *tiles;
};

G_DEFINE_FINAL_TYPE (HostelConsoleWindow, hostel_console_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  WANTED,
  GIVEN_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
types_into_all (HostelConsoleWindow *self)
{
  return self->panes->len > 1 && gtk_toggle_button_get_active (self->all_button);
}

static char *
dup_names (HostelConsoleWindow *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->panes->len; i++)
    g_ptr_array_add (names, (char *) hostel_domain_get_name (
                              hostel_console_pane_get_domain (self->panes->pdata[i])));
  g_ptr_array_add (names, NULL);

  /* Translators: between the names of two machines. */
  return g_strjoinv (_(", "), (char **) names->pdata);
}

static void
update_title (HostelConsoleWindow *self)
{
  g_autofree char *names = dup_names (self);
  g_autofree char *title = g_strdup_printf (_("Console of %s"), names);
  g_autofree char *state = NULL;

  if (self->panes->len == 1)
    {
      HostelDomain *domain = hostel_console_pane_get_domain (self->panes->pdata[0]);

      state = hostel_domain_state_dup_title (hostel_domain_get_state (domain));
    }
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->title, names);
  adw_window_title_set_subtitle (self->title, state != NULL ? state : "");
}

static void
update (HostelConsoleWindow *self)
{
  gboolean several = self->panes->len > 1;
  gboolean all = types_into_all (self);
  gboolean bare = gtk_window_is_fullscreen (GTK_WINDOW (self));
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->panes->len; i++)
    {
      HostelConsolePane *pane = self->panes->pdata[i];

      hostel_console_pane_set_beside (pane, several);
      hostel_console_pane_set_typed_into (pane, all);
      hostel_console_page_set_bare (hostel_console_pane_get_page (pane), bare);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->all_button), several);
  text = g_strdup_printf (ngettext ("What you type goes to %u machine.",
                                    "What you type goes to all %u machines.", self->panes->len),
                          self->panes->len);
  gtk_label_set_label (self->all_label, text);
  gtk_info_bar_set_revealed (self->all_bar, all);
  update_title (self);
}

static void
all_toggled_cb (HostelConsoleWindow *self)
{
  update (self);
}

static void
one_clicked_cb (HostelConsoleWindow *self)
{
  gtk_toggle_button_set_active (self->all_button, FALSE);
}

static void
typed_cb (HostelConsoleWindow *self,
          GBytes              *bytes,
          HostelConsolePage   *page)
{
  for (guint i = 0; types_into_all (self) && i < self->panes->len; i++)
    {
      HostelConsolePage *other = hostel_console_pane_get_page (self->panes->pdata[i]);

      if (other != page)
        hostel_console_page_write (other, bytes);
    }
}

/* Takes @pane out. Returns its page, (transfer full). */
static HostelConsolePage *
take_out (HostelConsoleWindow *self,
          HostelConsolePane   *pane)
{
  HostelDomain *domain = hostel_console_pane_get_domain (pane);
  HostelConsolePage *page = hostel_console_pane_release (pane);

  g_signal_handlers_disconnect_by_data (domain, self);
  g_signal_handlers_disconnect_by_data (page, self);
  g_ptr_array_remove (self->panes, pane);
  gtk_box_remove (GTK_BOX (self->tiles), GTK_WIDGET (pane));

  return page;
}

static void
give_back (HostelConsoleWindow *self,
           HostelConsolePane   *pane)
{
  g_autoptr (HostelConsolePage) page = NULL;

  hostel_console_window_place_save (GTK_WINDOW (self), self->panes->pdata[0]);
  page = take_out (self, pane);
  g_signal_emit (self, signals[GIVEN_BACK], 0, page);

  if (self->panes->len == 0)
    gtk_window_destroy (GTK_WINDOW (self));
  else
    update (self);
}

static void
give_back_cb (HostelConsoleWindow *self,
              HostelConsolePane   *pane)
{
  give_back (self, pane);
}

/* A machine that is gone takes its console with it. */
static void
domain_notify_cb (HostelConsoleWindow *self,
                  GParamSpec          *pspec,
                  HostelDomain        *domain)
{
  if (hostel_domain_get_present (domain))
    update_title (self);
  else
    give_back (self, hostel_console_pane_of (domain));
}

static void
chosen_cb (HostelConsoleWindow *self,
           HostelDomain        *domain)
{
  HostelConsolePage *page;

  g_signal_emit (self, signals[WANTED], 0, domain);
  if (hostel_console_pane_of (domain) != NULL)
    return;

  /* The main window was closed meanwhile. */
  page = hostel_console_page_new ();
  hostel_console_page_set_domain (page, domain);
  hostel_console_window_add (self, page);
}

static void
full_screen (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelConsoleWindow *self = HOSTEL_CONSOLE_WINDOW (widget);

  if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_fullscreen (GTK_WINDOW (self));
}

static void
full_screen_cb (HostelConsoleWindow *self)
{
  gboolean full = gtk_window_is_fullscreen (GTK_WINDOW (self));

  gtk_revealer_set_reveal_child (self->header, !full);
  gtk_button_set_icon_name (self->full_screen_button, full ? "view-restore-symbolic"
                                                           : "view-fullscreen-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->full_screen_button),
                               full ? _("Leave Full Screen") : _("Full Screen"));
  if (full)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Press F11 to leave full screen")));
  update (self);
}

static void
motion_cb (HostelConsoleWindow *self,
           double               x,
           double               y)
{
  if (!gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;

  if (y < EDGE)
    gtk_revealer_set_reveal_child (self->header, TRUE);
  else if (y > HEADER_AREA)
    gtk_revealer_set_reveal_child (self->header, FALSE);
}

static gboolean
hostel_console_window_close_request (GtkWindow *window)
{
  HostelConsoleWindow *self = HOSTEL_CONSOLE_WINDOW (window);

  if (self->panes->len > 0)
    hostel_console_window_place_save (window, self->panes->pdata[0]);
  while (self->panes->len > 0)
    {
      g_autoptr (HostelConsolePage) page = take_out (self, self->panes->pdata[0]);

      g_signal_emit (self, signals[GIVEN_BACK], 0, page);
    }

  return GTK_WINDOW_CLASS (hostel_console_window_parent_class)->close_request (window);
}

static void
hostel_console_window_finalize (GObject *object)
{
  g_ptr_array_unref (HOSTEL_CONSOLE_WINDOW (object)->panes);

  G_OBJECT_CLASS (hostel_console_window_parent_class)->finalize (object);
}

static void
hostel_console_window_class_init (HostelConsoleWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_console_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hostel_console_window_close_request;

  signals[WANTED] = g_signal_new ("wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_DOMAIN);
  signals[GIVEN_BACK] = g_signal_new ("given-back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_CONSOLE_PAGE);

  g_type_ensure (HOSTEL_TYPE_CONSOLE_CHOOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-console-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, header);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, chooser);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, all_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, all_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, all_label);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, full_screen_button);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleWindow, tiles);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, all_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, one_clicked_cb);
  gtk_widget_class_install_action (widget_class, "console-window.full-screen", NULL, full_screen);
}

/* Before the terminal, which would send it to the guest. */
static void
add_shortcuts (HostelConsoleWindow *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcut *shortcut =
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F11, 0),
                      gtk_named_action_new ("console-window.full-screen"));

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
hostel_console_window_init (HostelConsoleWindow *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->panes = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->tiles, hostel_tile_layout_new ());

  add_shortcuts (self);
  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (full_screen_cb), NULL);
}

/**
 * hostel_console_window_new:
 * @application: (nullable): the application
 * @hosts: (nullable): those whose machines can be shown beside
 *
 * Returns: (transfer none): a window without a console; it is shown after the first was added
 */
HostelConsoleWindow *
hostel_console_window_new (GtkApplication *application,
                           HostelHostList *hosts)
{
  HostelConsoleWindow *self = g_object_new (HOSTEL_TYPE_CONSOLE_WINDOW,
                                            "application", application, NULL);

  hostel_console_chooser_set_hosts (self->chooser, hosts);

  return self;
}

/**
 * hostel_console_window_of:
 * @domain: a machine
 *
 * Returns: (transfer none) (nullable): the window of consoles that shows it
 */
HostelConsoleWindow *
hostel_console_window_of (HostelDomain *domain)
{
  HostelConsolePane *pane = hostel_console_pane_of (domain);

  return pane != NULL ? HOSTEL_CONSOLE_WINDOW (gtk_widget_get_root (GTK_WIDGET (pane))) : NULL;
}

/**
 * hostel_console_window_add:
 * @self: a window
 * @page: (transfer none): a page with a machine, without a parent
 *
 * Shows it beside the others. The first one decides size and place, as they were the last time.
 */
void
hostel_console_window_add (HostelConsoleWindow *self,
                           HostelConsolePage   *page)
{
  HostelConsolePane *pane;

  g_return_if_fail (HOSTEL_IS_CONSOLE_WINDOW (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_PAGE (page));

  pane = hostel_console_pane_new (page);
  if (self->panes->len == 0)
    hostel_console_window_place_restore (GTK_WINDOW (self), pane);
  g_ptr_array_add (self->panes, pane);
  g_signal_connect_object (pane, "give-back", G_CALLBACK (give_back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "typed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hostel_console_pane_get_domain (pane), "notify",
                           G_CALLBACK (domain_notify_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->tiles), GTK_WIDGET (pane));
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (pane));
}

/**
 * hostel_console_window_give_back:
 * @self: a window
 * @domain: a machine that it shows
 *
 * Gives its page to whoever listens to "given-back".
 */
void
hostel_console_window_give_back (HostelConsoleWindow *self,
                                 HostelDomain        *domain)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_WINDOW (self));
  g_return_if_fail (hostel_console_window_of (domain) == self);

  give_back (self, hostel_console_pane_of (domain));
}
