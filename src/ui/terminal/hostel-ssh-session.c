/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-ssh-session"

#include "config.h"

#include <glib/gi18n.h>
#include <sys/wait.h>

#include "hostel-accessible.h"
#include "hostel-address-look.h"
#include "hostel-ssh-session.h"
#include "hostel-terminal.h"

/* ssh(1) exits with that where it could not connect, else as the shell in the machine does. */
#define SSH_FAILED 255

struct _HostelSshSession
{
  AdwBin           parent_instance;

  GtkStack        *stack;        /* borrowed: template children */
  AdwStatusPage   *idle_page;
  GtkInfoBar      *ended_bar;
  GtkLabel        *ended_label;
  HostelTerminal  *terminal;

  HostelDomain    *domain;       /* owned */
  HostelDomain    *looked;       /* owned, nullable: whose address is looked for, while this is on screen */
  GCancellable    *cancellable;  /* owned: ends with the widget */
  guint            running : 1;
  guint            connected : 1; /* once it was tried */
};

G_DEFINE_FINAL_TYPE (HostelSshSession, hostel_ssh_session, ADW_TYPE_BIN)

static void
update_cb (HostelSshSession *self)
{
  const char *label = hostel_domain_get_ssh_label (self->domain);
  const char *text = *label != '\0' ? label
                     : hostel_domain_is_active (self->domain)
                         ? _("No address is known yet.") : _("The machine is off.");
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->idle_page, markup);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ssh.connect",
                                 *label != '\0' && !self->running);
}

static void
show_end (HostelSshSession *self,
          const char       *text)
{
  self->running = FALSE;
  gtk_label_set_label (self->ended_label, text);
  gtk_info_bar_set_revealed (self->ended_bar, TRUE);
  update_cb (self);
}

static void
exited_cb (HostelSshSession *self,
           int               status)
{
  show_end (self, WIFEXITED (status) && WEXITSTATUS (status) == SSH_FAILED
                    ? _("The connection could not be made, or was lost.")
                    : _("The connection has ended."));
}

static void
spawned_cb (VteTerminal *terminal,
            GPid         pid,
            GError      *error,
            gpointer     user_data)
{
  g_autoptr (HostelSshSession) self = user_data;

  if (error != NULL && !g_cancellable_is_cancelled (self->cancellable))
    {
      g_debug ("%s", error->message);
      show_end (self, _("ssh cannot be run. Install OpenSSH’s client."));
    }
}

static void
connect_to (HostelSshSession *self)
{
  g_auto (GStrv) argv = NULL;

  if (self->running ||
      !g_shell_parse_argv (hostel_domain_get_ssh_command (self->domain), NULL, &argv, NULL))
    return;

  self->running = TRUE;
  self->connected = TRUE;
  gtk_info_bar_set_revealed (self->ended_bar, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "terminal");
  update_cb (self);
  vte_terminal_spawn_async (VTE_TERMINAL (self->terminal), VTE_PTY_DEFAULT, NULL, argv, NULL,
                            G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, -1, self->cancellable,
                            spawned_cb, g_object_ref (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->terminal));
}

static void
connect_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  connect_to (HOSTEL_SSH_SESSION (widget));
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  vte_terminal_copy_clipboard_format (VTE_TERMINAL (HOSTEL_SSH_SESSION (widget)->terminal),
                                      VTE_FORMAT_TEXT);
}

static void
paste_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  vte_terminal_paste_clipboard (VTE_TERMINAL (HOSTEL_SSH_SESSION (widget)->terminal));
}

static void
paste_selection_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  vte_terminal_paste_primary (VTE_TERMINAL (HOSTEL_SSH_SESSION (widget)->terminal));
}

static void
zoom_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  int step = g_str_has_suffix (action_name, "in") ? 1 : g_str_has_suffix (action_name, "out") ? -1
                                                                                               : 0;

  hostel_terminal_zoom (HOSTEL_SSH_SESSION (widget)->terminal, step);
}

/* Whoever opens the tab wants to be in. */
static void
hostel_ssh_session_map (GtkWidget *widget)
{
  HostelSshSession *self = HOSTEL_SSH_SESSION (widget);

  GTK_WIDGET_CLASS (hostel_ssh_session_parent_class)->map (widget);
  hostel_address_look_move (&self->looked, self->domain);
  if (!self->connected)
    connect_to (self);
}

static void
hostel_ssh_session_unmap (GtkWidget *widget)
{
  hostel_address_look_move (&HOSTEL_SSH_SESSION (widget)->looked, NULL);

  GTK_WIDGET_CLASS (hostel_ssh_session_parent_class)->unmap (widget);
}

/* The address comes while somebody waits for it. */
static void
command_changed_cb (HostelSshSession *self)
{
  update_cb (self);
  if (!self->connected && gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_to (self);
}

static gboolean
hostel_ssh_session_grab_focus (GtkWidget *widget)
{
  HostelSshSession *self = HOSTEL_SSH_SESSION (widget);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "terminal") == 0)
    return gtk_widget_grab_focus (GTK_WIDGET (self->terminal));

  return gtk_widget_child_focus (GTK_WIDGET (self->idle_page), GTK_DIR_TAB_FORWARD);
}

static void
hostel_ssh_session_dispose (GObject *object)
{
  HostelSshSession *self = HOSTEL_SSH_SESSION (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (hostel_ssh_session_parent_class)->dispose (object);
}

static void
hostel_ssh_session_finalize (GObject *object)
{
  HostelSshSession *self = HOSTEL_SSH_SESSION (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->domain);

  G_OBJECT_CLASS (hostel_ssh_session_parent_class)->finalize (object);
}

static void
hostel_ssh_session_class_init (HostelSshSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_ssh_session_dispose;
  object_class->finalize = hostel_ssh_session_finalize;
  widget_class->map = hostel_ssh_session_map;
  widget_class->unmap = hostel_ssh_session_unmap;
  widget_class->grab_focus = hostel_ssh_session_grab_focus;

  g_type_ensure (HOSTEL_TYPE_TERMINAL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-ssh-session.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelSshSession, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelSshSession, idle_page);
  gtk_widget_class_bind_template_child (widget_class, HostelSshSession, ended_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelSshSession, ended_label);
  gtk_widget_class_bind_template_child (widget_class, HostelSshSession, terminal);
  gtk_widget_class_install_action (widget_class, "ssh.connect", NULL, connect_action);
  /* The names that the terminal's keys have. */
  gtk_widget_class_install_action (widget_class, "console.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "console.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "console.paste-selection", NULL,
                                   paste_selection_action);
  gtk_widget_class_install_action (widget_class, "console.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "console.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "console.zoom-normal", NULL, zoom_action);
}

static void
hostel_ssh_session_init (HostelSshSession *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  hostel_accessible_set_label (GTK_WIDGET (self->terminal), _("SSH"));
  g_signal_connect_object (self->terminal, "child-exited", G_CALLBACK (exited_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hostel_ssh_session_new:
 * @domain: a machine
 *
 * Returns: (transfer floating): a session that has not connected yet
 */
GtkWidget *
hostel_ssh_session_new (HostelDomain *domain)
{
  HostelSshSession *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_SSH_SESSION, NULL);
  self->domain = g_object_ref (domain);
  g_signal_connect_object (domain, "notify::ssh-command", G_CALLBACK (command_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (domain, "notify::state", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  update_cb (self);

  return GTK_WIDGET (self);
}
