/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-pane"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-console-pane.h"

struct _HostelConsolePane
{
  AdwBin             parent_instance;

  HostelConsolePage *page;   /* owned, nullable: released */
  HostelDomain      *domain; /* owned */
  GAction           *start;  /* borrowed from the group "machine" */

  GtkWidget         *title_row;
  GtkWidget         *typing_icon;
  GtkLabel          *name_label;
  AdwBin            *place;
};

G_DEFINE_FINAL_TYPE (HostelConsolePane, hostel_console_pane, ADW_TYPE_BIN)

enum
{
  GIVE_BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* By machine: each pane keeps its machine. */
static GHashTable *
get_panes (void)
{
  static GHashTable *panes;

  if (panes == NULL)
    panes = g_hash_table_new (NULL, NULL);

  return panes;
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelConsolePage) page = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_run_verb_finish (HOSTEL_DOMAIN (source), result, &error))
    hostel_console_page_show_toast (page, error->message);
}

/* What the main window offers of the machine's verbs, a console needs one of. */
static void
start_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  HostelConsolePane *self = user_data;

  if (self->page != NULL)
    hostel_domain_run_verb_async (self->domain, HOSTEL_DOMAIN_VERB_START, started_cb,
                                  g_object_ref (self->page));
}

static void
update_cb (HostelConsolePane *self)
{
  gtk_label_set_label (self->name_label, hostel_domain_get_name (self->domain));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (self->start),
                               hostel_domain_can (self->domain, HOSTEL_DOMAIN_VERB_START));
}

static void
give_back (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  g_signal_emit (widget, signals[GIVE_BACK], 0);
}

static gboolean
hostel_console_pane_grab_focus (GtkWidget *widget)
{
  HostelConsolePane *self = HOSTEL_CONSOLE_PANE (widget);

  return self->page != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->page));
}

static void
hostel_console_pane_dispose (GObject *object)
{
  HostelConsolePane *self = HOSTEL_CONSOLE_PANE (object);

  if (self->domain != NULL && hostel_console_pane_of (self->domain) == self)
    g_hash_table_remove (get_panes (), self->domain);
  g_clear_object (&self->page);
  g_clear_object (&self->domain);

  G_OBJECT_CLASS (hostel_console_pane_parent_class)->dispose (object);
}

static void
hostel_console_pane_class_init (HostelConsolePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_console_pane_dispose;
  widget_class->grab_focus = hostel_console_pane_grab_focus;

  signals[GIVE_BACK] = g_signal_new ("give-back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-console-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePane, title_row);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePane, typing_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePane, name_label);
  gtk_widget_class_bind_template_child (widget_class, HostelConsolePane, place);
  gtk_widget_class_install_action (widget_class, "console.give-back", NULL, give_back);
}

static void
hostel_console_pane_init (HostelConsolePane *self)
{
  static const GActionEntry entries[] = { { .name = "start", .activate = start_cb } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  self->start = g_action_map_lookup_action (G_ACTION_MAP (group), "start");
  gtk_widget_insert_action_group (GTK_WIDGET (self), "machine", G_ACTION_GROUP (group));
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_console_pane_new:
 * @page: a page with a machine, without a parent
 *
 * Returns: (transfer floating): a pane that shows it
 */
HostelConsolePane *
hostel_console_pane_new (HostelConsolePage *page)
{
  HostelConsolePane *self;

  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PAGE (page), NULL);
  g_return_val_if_fail (hostel_console_page_get_domain (page) != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_CONSOLE_PANE, NULL);
  self->page = g_object_ref_sink (page);
  self->domain = g_object_ref (hostel_console_page_get_domain (page));
  g_hash_table_insert (get_panes (), self->domain, self);
  g_signal_connect_object (self->domain, "notify", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->place, GTK_WIDGET (page));
  update_cb (self);

  return self;
}

/**
 * hostel_console_pane_of:
 * @domain: a machine
 *
 * Returns: (transfer none) (nullable): the pane that shows its console, in whatever window
 */
HostelConsolePane *
hostel_console_pane_of (HostelDomain *domain)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  return g_hash_table_lookup (get_panes (), domain);
}

/**
 * hostel_console_pane_get_page:
 * @self: a pane
 *
 * Returns: (transfer none) (nullable): its page, until it was released
 */
HostelConsolePage *
hostel_console_pane_get_page (HostelConsolePane *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PANE (self), NULL);

  return self->page;
}

/**
 * hostel_console_pane_get_domain:
 * @self: a pane
 *
 * Returns: (transfer none): its machine
 */
HostelDomain *
hostel_console_pane_get_domain (HostelConsolePane *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PANE (self), NULL);

  return self->domain;
}

/**
 * hostel_console_pane_release:
 * @self: a pane that has its page
 *
 * Returns: (transfer full): the page, without a parent; the pane is of no use any more
 */
HostelConsolePage *
hostel_console_pane_release (HostelConsolePane *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_PANE (self), NULL);
  g_return_val_if_fail (self->page != NULL, NULL);

  g_hash_table_remove (get_panes (), self->domain);
  adw_bin_set_child (self->place, NULL);
  hostel_console_page_set_bare (self->page, FALSE);

  return g_steal_pointer (&self->page);
}

/**
 * hostel_console_pane_set_beside:
 * @self: a pane
 * @beside: whether there are others, so that its name and a button are to be seen
 */
void
hostel_console_pane_set_beside (HostelConsolePane *self,
                                gboolean           beside)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_PANE (self));

  gtk_widget_set_visible (self->title_row, beside);
}

/**
 * hostel_console_pane_set_typed_into:
 * @self: a pane
 * @typed_into: whether it gets what is typed into any pane
 */
void
hostel_console_pane_set_typed_into (HostelConsolePane *self,
                                    gboolean           typed_into)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_PANE (self));

  gtk_widget_set_visible (self->typing_icon, typed_into);
}
