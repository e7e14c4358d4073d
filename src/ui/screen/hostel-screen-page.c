/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-screen-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-domain-input.h"
#include "hostel-error.h"
#include "hostel-screen-page.h"
#include "hostel-screen-view.h"

/* Where Linux counts the function keys and its modifiers (linux/input-event-codes.h). */
#define KEY_LEFTCTRL 29
#define KEY_LEFTALT 56
#define KEY_F1 59

struct _HostelScreenPage
{
  AdwBin            parent_instance;

  GtkStack         *stack;
  AdwStatusPage    *off_page;
  AdwStatusPage    *lost_page;
  HostelScreenView *view;
  GtkWidget        *keys_button;

  HostelDomain     *domain; /* owned, nullable */
  HostelScreen     *screen; /* owned, nullable: of the domain */
  GSignalGroup     *domain_signals; /* owned */
  GSignalGroup     *screen_signals; /* owned */
};

G_DEFINE_FINAL_TYPE (HostelScreenPage, hostel_screen_page, ADW_TYPE_BIN)

static void
show_lost (HostelScreenPage *self)
{
  const GError *error = hostel_screen_get_error (self->screen);
  g_autofree char *text = NULL;
  const char *remedy;

  if (error == NULL)
    return;

  remedy = hostel_error_get_remedy (error);
  text = g_markup_printf_escaped (remedy != NULL ? "%s %s" : "%s", error->message, remedy);
  adw_status_page_set_description (self->lost_page, text);
}

/* Open while it is seen and the machine runs: an unseen one costs neither of them anything. */
static void
update_cb (HostelScreenPage *self)
{
  gboolean on = self->domain != NULL && hostel_domain_is_active (self->domain);
  gboolean lost;

  if (self->screen == NULL)
    return;

  if (!on || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    hostel_screen_close (self->screen);
  else if (hostel_screen_get_state (self->screen) == HOSTEL_SCREEN_STATE_CLOSED)
    hostel_screen_open (self->screen);

  lost = hostel_screen_get_state (self->screen) == HOSTEL_SCREEN_STATE_LOST;
  if (lost)
    show_lost (self);
  gtk_stack_set_visible_child_name (self->stack, !on ? "off" : lost ? "lost" : "screen");
}

static void
retry_cb (HostelScreenPage *self)
{
  hostel_screen_open (self->screen);
}

static void
released_cb (HostelScreenPage *self)
{
  gtk_widget_grab_focus (self->keys_button);
}

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_send_input_finish (HOSTEL_DOMAIN (object), result, &error))
    gtk_widget_activate_action (widget, "win.toast", "s", error->message);
}

static void
send_delete_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  HostelScreenPage *self = HOSTEL_SCREEN_PAGE (widget);

  if (self->domain != NULL)
    hostel_domain_send_input_async (self->domain, HOSTEL_DOMAIN_INPUT_CTRL_ALT_DELETE, NULL, sent_cb,
                                    g_object_ref (widget));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The desktop takes Ctrl+Alt+F1 for itself before any window sees it. */
static void
send_function_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  HostelScreenPage *self = HOSTEL_SCREEN_PAGE (widget);
  int number = g_variant_get_int32 (parameter);
  const struct { guint keyval, keycode; } keys[] = {
    { GDK_KEY_Control_L, KEY_LEFTCTRL }, { GDK_KEY_Alt_L, KEY_LEFTALT },
    { GDK_KEY_F1 + number - 1, KEY_F1 + number - 1 },
  };

  g_return_if_fail (number >= 1 && number <= 10);

  if (self->screen == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    hostel_screen_send_key (self->screen, keys[i].keyval, keys[i].keycode, TRUE);
  for (gsize i = G_N_ELEMENTS (keys); i > 0; i--)
    hostel_screen_send_key (self->screen, keys[i - 1].keyval, keys[i - 1].keycode, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
hostel_screen_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hostel_screen_page_parent_class)->map (widget);
  update_cb (HOSTEL_SCREEN_PAGE (widget));
}

static void
hostel_screen_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hostel_screen_page_parent_class)->unmap (widget);
  update_cb (HOSTEL_SCREEN_PAGE (widget));
}

static gboolean
hostel_screen_page_grab_focus (GtkWidget *widget)
{
  HostelScreenPage *self = HOSTEL_SCREEN_PAGE (widget);

  return gtk_widget_get_mapped (GTK_WIDGET (self->view))
           ? gtk_widget_grab_focus (GTK_WIDGET (self->view))
           : gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
hostel_screen_page_dispose (GObject *object)
{
  HostelScreenPage *self = HOSTEL_SCREEN_PAGE (object);

  hostel_screen_page_set_domain (self, NULL);
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->screen_signals);

  G_OBJECT_CLASS (hostel_screen_page_parent_class)->dispose (object);
}

static void
hostel_screen_page_class_init (HostelScreenPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_screen_page_dispose;
  widget_class->map = hostel_screen_page_map;
  widget_class->unmap = hostel_screen_page_unmap;
  widget_class->grab_focus = hostel_screen_page_grab_focus;

  g_type_ensure (HOSTEL_TYPE_SCREEN_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-screen-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelScreenPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelScreenPage, off_page);
  gtk_widget_class_bind_template_child (widget_class, HostelScreenPage, lost_page);
  gtk_widget_class_bind_template_child (widget_class, HostelScreenPage, view);
  gtk_widget_class_bind_template_child (widget_class, HostelScreenPage, keys_button);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_install_action (widget_class, "screen.delete", NULL, send_delete_action);
  gtk_widget_class_install_action (widget_class, "screen.function", "i", send_function_action);
}

static void
hostel_screen_page_init (HostelScreenPage *self)
{
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify::state", G_CALLBACK (update_cb), self);
  self->screen_signals = g_signal_group_new (HOSTEL_TYPE_SCREEN);
  g_signal_group_connect_swapped (self->screen_signals, "notify::state", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_screen_page_set_domain:
 * @domain: (nullable): the machine to show
 */
void
hostel_screen_page_set_domain (HostelScreenPage *self,
                               HostelDomain     *domain)
{
  g_autofree char *label = NULL;

  g_return_if_fail (HOSTEL_IS_SCREEN_PAGE (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (domain == self->domain)
    return;

  if (self->domain != NULL)
    hostel_screen_close (self->screen);
  if (self->view != NULL)
    hostel_screen_view_set_screen (self->view, NULL);
  g_signal_group_set_target (self->screen_signals, NULL);
  g_signal_group_set_target (self->domain_signals, NULL);
  g_clear_object (&self->screen);
  g_set_object (&self->domain, domain);

  if (domain == NULL)
    return;

  self->screen = hostel_screen_new (domain);
  g_signal_group_set_target (self->screen_signals, self->screen);
  g_signal_group_set_target (self->domain_signals, domain);
  hostel_screen_view_set_screen (self->view, self->screen);
  label = g_strdup_printf (_("Screen of %s"), hostel_domain_get_name (domain));
  hostel_accessible_set_label (GTK_WIDGET (self->view), label);
  update_cb (self);
}
