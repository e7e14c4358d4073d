/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-boot-monitor.h"
#include "hostel-boot-pending.h"
#include "hostel-boot-strip.h"
#include "hostel-console-shelf.h"
#include "hostel-domain-page.h"
#include "hostel-hardware-page.h"
#include "hostel-overview.h"
#include "hostel-screen-page.h"
#include "hostel-shut-down-watch.h"
#include "hostel-ssh-shelf.h"

struct _HostelDomainPage
{
  AdwBin parent_instance;

  HostelDomain        *domain; /* owned, nullable */
  HostelShutDownWatch *watch;  /* borrowed from the domain, nullable */
  GSignalGroup        *domain_signals; /* owned */
  GSignalGroup        *watch_signals;  /* owned */

  HostelBootStrip     *boot_strip;
  GtkInfoBar          *shut_down_bar;
  GtkLabel            *shut_down_label;
  AdwViewStack        *stack;
  HostelOverview      *overview;
  HostelConsoleShelf  *console;
  HostelHardwarePage  *hardware;
  AdwViewStackPage    *screen_page;
  HostelScreenPage    *screen;
  gboolean             screen_wanted; /* as soon as it is known to have one */
  AdwViewStackPage    *ssh_page;
  HostelSshShelf      *ssh;
};

G_DEFINE_FINAL_TYPE (HostelDomainPage, hostel_domain_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_DOMAIN,
  PROP_PAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_shut_down_cb (HostelDomainPage *self)
{
  gboolean unanswered = self->watch != NULL && hostel_shut_down_watch_get_unanswered (self->watch);
  g_autofree char *text = NULL;

  if (unanswered)
    {
      text = g_strdup_printf (_("“%s” has not answered the request to shut down. Wait longer, look at "
                                "its console, or force it off."),
                              hostel_domain_get_name (self->domain));
      gtk_label_set_label (self->shut_down_label, text);
    }
  gtk_info_bar_set_revealed (self->shut_down_bar, unanswered);
}

static void
keep_waiting_cb (HostelDomainPage *self)
{
  hostel_shut_down_watch_start (self->watch);
}

static void
update_ssh_cb (HostelDomainPage *self)
{
  adw_view_stack_page_set_visible (self->ssh_page, hostel_ssh_shelf_is_useful (self->ssh));
}

static void
update_screen_cb (HostelDomainPage *self)
{
  gboolean screen = hostel_domain_get_screen (self->domain);

  adw_view_stack_page_set_visible (self->screen_page, screen);
  if (!screen && g_str_equal (hostel_domain_page_get_page (self), "screen"))
    {
      hostel_domain_page_set_page (self, "overview");
      /* Perhaps nothing is known of the machine yet. */
      self->screen_wanted = TRUE;
    }
  else if (screen && self->screen_wanted)
    {
      hostel_domain_page_set_page (self, "screen");
      hostel_domain_page_focus (self);
    }
}

static void
pending_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelDomainPage) self = user_data;
  HostelDomain *domain = HOSTEL_DOMAIN (object);

  if (hostel_boot_pending_has_finish (domain, result) && self->domain == domain &&
      hostel_boot_monitor_get (domain) == NULL && hostel_domain_is_active (domain))
    hostel_boot_strip_set_monitor (self->boot_strip, hostel_boot_monitor_start (domain));
}

static void
page_changed_cb (HostelDomainPage *self)
{
  self->screen_wanted = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
hostel_domain_page_dispose (GObject *object)
{
  HostelDomainPage *self = HOSTEL_DOMAIN_PAGE (object);

  hostel_domain_page_set_domain (self, NULL);
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->watch_signals);

  G_OBJECT_CLASS (hostel_domain_page_parent_class)->dispose (object);
}

static void
hostel_domain_page_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  HostelDomainPage *self = HOSTEL_DOMAIN_PAGE (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, self->domain);
      break;
    case PROP_PAGE:
      g_value_set_string (value, hostel_domain_page_get_page (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_page_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  HostelDomainPage *self = HOSTEL_DOMAIN_PAGE (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_domain_page_set_domain (self, g_value_get_object (value));
      break;
    case PROP_PAGE:
      hostel_domain_page_set_page (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_page_class_init (HostelDomainPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = hostel_domain_page_dispose;
  object_class->get_property = hostel_domain_page_get_property;
  object_class->set_property = hostel_domain_page_set_property;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN, flags);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "overview", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HOSTEL_TYPE_BOOT_STRIP);
  g_type_ensure (HOSTEL_TYPE_CONSOLE_SHELF);
  g_type_ensure (HOSTEL_TYPE_HARDWARE_PAGE);
  g_type_ensure (HOSTEL_TYPE_OVERVIEW);
  g_type_ensure (HOSTEL_TYPE_SCREEN_PAGE);
  g_type_ensure (HOSTEL_TYPE_SSH_SHELF);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-domain-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, boot_strip);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, shut_down_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, shut_down_label);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, overview);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, console);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, hardware);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, screen_page);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, screen);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, ssh_page);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainPage, ssh);
  gtk_widget_class_bind_template_callback (widget_class, keep_waiting_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);
}

static void
hostel_domain_page_init (HostelDomainPage *self)
{
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify::ssh-command", G_CALLBACK (update_ssh_cb), self);
  g_signal_group_connect_swapped (self->domain_signals, "notify::screen", G_CALLBACK (update_screen_cb), self);
  self->watch_signals = g_signal_group_new (HOSTEL_TYPE_SHUT_DOWN_WATCH);
  g_signal_group_connect_swapped (self->watch_signals, "notify::unanswered",
                                  G_CALLBACK (update_shut_down_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_domain_page_get_stack:
 * @self: the page
 *
 * Returns: (transfer none): its pages, for the switcher in the window's header bar
 */
AdwViewStack *
hostel_domain_page_get_stack (HostelDomainPage *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN_PAGE (self), NULL);

  return self->stack;
}

/**
 * hostel_domain_page_set_hosts:
 * @self: the page
 * @hosts: those whose consoles can be shown beside this machine's
 */
void
hostel_domain_page_set_hosts (HostelDomainPage *self,
                              HostelHostList   *hosts)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));

  hostel_console_shelf_set_hosts (self->console, hosts);
}

/**
 * hostel_domain_page_set_domain:
 * @self: the page
 * @domain: (nullable): the machine to show
 */
void
hostel_domain_page_set_domain (HostelDomainPage *self,
                               HostelDomain     *domain)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  self->screen_wanted = FALSE;
  self->watch = domain ? hostel_shut_down_watch_of (domain) : NULL;
  g_signal_group_set_target (self->watch_signals, self->watch);
  g_signal_group_set_target (self->domain_signals, domain);

  if (domain != NULL)
    {
      hostel_overview_set_domain (self->overview, domain);
      hostel_console_shelf_set_domain (self->console, domain);
      hostel_hardware_page_set_domain (self->hardware, domain);
      hostel_ssh_shelf_set_domain (self->ssh, domain);
      update_ssh_cb (self);
      hostel_screen_page_set_domain (self->screen, domain);
      update_screen_cb (self);
      /* A program before this one may have begun to watch. */
      if (hostel_boot_monitor_get (domain) == NULL && hostel_domain_is_active (domain))
        hostel_boot_pending_has_async (domain, pending_cb, g_object_ref (self));
      hostel_boot_strip_set_monitor (self->boot_strip, hostel_boot_monitor_get (domain));
      update_shut_down_cb (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}

/**
 * hostel_domain_page_get_page:
 * @self: the page
 *
 * Returns: (transfer none): the name of the page that is shown
 */
const char *
hostel_domain_page_get_page (HostelDomainPage *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN_PAGE (self), NULL);

  return adw_view_stack_get_visible_child_name (self->stack);
}

/**
 * hostel_domain_page_set_page:
 * @self: the page
 * @page: "overview", "console", "hardware", "screen" or "ssh"; anything else shows the overview
 *
 * A screen is shown as soon as the machine is known to have one.
 */
void
hostel_domain_page_set_page (HostelDomainPage *self,
                             const char       *page)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));

  self->screen_wanted = g_strcmp0 (page, "screen") == 0 &&
                        !adw_view_stack_page_get_visible (self->screen_page);
  if (self->screen_wanted)
    return;

  if (page == NULL || adw_view_stack_get_child_by_name (self->stack, page) == NULL)
    page = "overview";
  adw_view_stack_set_visible_child_name (self->stack, page);
}

/**
 * hostel_domain_page_focus:
 * @self: the page
 *
 * A person came here: the keyboard goes to the page that is shown, on the console to its terminal.
 */
void
hostel_domain_page_focus (HostelDomainPage *self)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));

  if (g_str_equal (hostel_domain_page_get_page (self), "console"))
    hostel_console_shelf_focus (self->console);
  else if (g_str_equal (hostel_domain_page_get_page (self), "ssh"))
    gtk_widget_grab_focus (GTK_WIDGET (self->ssh));
  else if (g_str_equal (hostel_domain_page_get_page (self), "screen"))
    gtk_widget_grab_focus (GTK_WIDGET (self->screen));
  else if (g_str_equal (hostel_domain_page_get_page (self), "hardware"))
    gtk_widget_child_focus (GTK_WIDGET (self->hardware), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_child_focus (GTK_WIDGET (self->overview), GTK_DIR_TAB_FORWARD);
}

/**
 * hostel_domain_page_watch_boot:
 * @self: the page
 *
 * Listens to the first boot of the machine that is shown, and tells of it above its pages.
 */
void
hostel_domain_page_watch_boot (HostelDomainPage *self)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));
  g_return_if_fail (self->domain != NULL);

  hostel_boot_strip_set_monitor (self->boot_strip, hostel_boot_monitor_start (self->domain));
}

/**
 * hostel_domain_page_adopt_console:
 * @self: the page, with a machine
 * @stream: the machine's first console, opened before it began to run
 */
void
hostel_domain_page_adopt_console (HostelDomainPage    *self,
                                  HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_PAGE (self));
  g_return_if_fail (self->domain != NULL);

  hostel_console_shelf_adopt (self->console, stream);
}
