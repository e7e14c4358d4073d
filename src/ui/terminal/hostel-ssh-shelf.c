/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-ssh-shelf"

#include "config.h"

#include "hostel-ssh-session.h"
#include "hostel-ssh-shelf.h"

struct _HostelSshShelf
{
  AdwBin        parent_instance;

  GtkStack     *stack;  /* borrowed: the child */
  HostelDomain *domain; /* owned, nullable */
  gboolean      seen;   /* the tab is on screen */
};

G_DEFINE_FINAL_TYPE (HostelSshShelf, hostel_ssh_shelf, ADW_TYPE_BIN)

static GtkWidget *
find (HostelSshShelf *self)
{
  return self->domain != NULL
           ? gtk_stack_get_child_by_name (self->stack, hostel_domain_get_uuid (self->domain)) : NULL;
}

/* Made when it is first seen: a terminal costs more than the rest of the page. */
static void
show (HostelSshShelf *self)
{
  GtkWidget *session = find (self);

  if (self->domain == NULL || !self->seen)
    return;

  if (session == NULL)
    {
      session = hostel_ssh_session_new (self->domain);
      gtk_stack_add_named (self->stack, session, hostel_domain_get_uuid (self->domain));
    }
  gtk_stack_set_visible_child (self->stack, session);
  gtk_widget_grab_focus (session);
}

/* What is deleted takes its session with it. */
static void
drop_gone (HostelSshShelf *self)
{
  GtkWidget *session = find (self);

  if (session != NULL && !hostel_domain_get_present (self->domain))
    gtk_stack_remove (self->stack, session);
}

static void
hostel_ssh_shelf_map (GtkWidget *widget)
{
  HostelSshShelf *self = HOSTEL_SSH_SHELF (widget);

  GTK_WIDGET_CLASS (hostel_ssh_shelf_parent_class)->map (widget);
  self->seen = TRUE;
  show (self);
}

static void
hostel_ssh_shelf_unmap (GtkWidget *widget)
{
  HOSTEL_SSH_SHELF (widget)->seen = FALSE;

  GTK_WIDGET_CLASS (hostel_ssh_shelf_parent_class)->unmap (widget);
}

static gboolean
hostel_ssh_shelf_grab_focus (GtkWidget *widget)
{
  GtkWidget *session = gtk_stack_get_visible_child (HOSTEL_SSH_SHELF (widget)->stack);

  return session != NULL && gtk_widget_grab_focus (session);
}

static void
hostel_ssh_shelf_dispose (GObject *object)
{
  hostel_ssh_shelf_set_domain (HOSTEL_SSH_SHELF (object), NULL);

  G_OBJECT_CLASS (hostel_ssh_shelf_parent_class)->dispose (object);
}

static void
hostel_ssh_shelf_class_init (HostelSshShelfClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_ssh_shelf_dispose;
  widget_class->map = hostel_ssh_shelf_map;
  widget_class->unmap = hostel_ssh_shelf_unmap;
  widget_class->grab_focus = hostel_ssh_shelf_grab_focus;
}

static void
hostel_ssh_shelf_init (HostelSshShelf *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
}

/**
 * hostel_ssh_shelf_set_domain:
 * @domain: (nullable): the machine to show
 */
void
hostel_ssh_shelf_set_domain (HostelSshShelf *self,
                             HostelDomain   *domain)
{
  g_return_if_fail (HOSTEL_IS_SSH_SHELF (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (domain == self->domain)
    return;

  if (self->stack != NULL)
    drop_gone (self);
  g_set_object (&self->domain, domain);
  show (self);
}

/**
 * hostel_ssh_shelf_is_useful:
 *
 * Returns: whether the machine that is shown can be reached, or has a session already
 */
gboolean
hostel_ssh_shelf_is_useful (HostelSshShelf *self)
{
  g_return_val_if_fail (HOSTEL_IS_SSH_SHELF (self), FALSE);

  return self->domain != NULL &&
         (*hostel_domain_get_ssh_label (self->domain) != '\0' || find (self) != NULL);
}
