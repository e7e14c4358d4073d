/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-chooser"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-console-chooser.h"
#include "hostel-console-pane.h"

struct _HostelConsoleChooser
{
  GtkPopover       parent_instance;

  HostelHostList  *hosts;   /* owned, nullable */
  GListStore      *domains; /* owned: filled while it is shown */
  GtkFilter       *filter;  /* owned */
  char            *wanted;  /* owned: case folded, "" for all */

  GtkSearchEntry  *search_entry;
  GtkStack        *stack;
  GtkListView     *list;
};

G_DEFINE_FINAL_TYPE (HostelConsoleChooser, hostel_console_chooser, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
add_host (HostelConsoleChooser *self,
          HostelConnection     *connection)
{
  g_auto (GStrv) names = hostel_connection_dup_names (connection);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      HostelDomain *domain = hostel_connection_lookup_name (connection, names[i]);

      if (domain != NULL && hostel_domain_is_active (domain)
          && hostel_console_pane_of (domain) == NULL)
        g_list_store_append (self->domains, domain);
    }
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      user_data)
{
  return strcmp (hostel_domain_get_sort_key ((HostelDomain *) a),
                 hostel_domain_get_sort_key ((HostelDomain *) b));
}

static void
fill (HostelConsoleChooser *self)
{
  GListModel *hosts = G_LIST_MODEL (self->hosts);

  g_list_store_remove_all (self->domains);
  for (guint i = 0; hosts != NULL && i < g_list_model_get_n_items (hosts); i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, i);

      add_host (self, connection);
    }
  g_list_store_sort (self->domains, compare, NULL);
}

static void
update_stack (HostelConsoleChooser *self)
{
  GListModel *shown = G_LIST_MODEL (gtk_list_view_get_model (self->list));

  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (shown) > 0 ? "list"
                                                                                      : "none");
}

static gboolean
is_wanted (gpointer item,
           gpointer user_data)
{
  HostelConsoleChooser *self = user_data;
  g_autofree char *name = g_utf8_casefold (hostel_domain_get_name (HOSTEL_DOMAIN (item)), -1);

  return strstr (name, self->wanted) != NULL;
}

static void
search_changed_cb (HostelConsoleChooser *self)
{
  g_free (self->wanted);
  self->wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)), -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_stack (self);
}

static void
choose (HostelConsoleChooser *self,
        guint                 position)
{
  GListModel *shown = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  g_autoptr (HostelDomain) domain = g_list_model_get_item (shown, position);

  if (domain == NULL)
    return;

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, domain);
}

static void
activated_cb (HostelConsoleChooser *self,
              guint                 position)
{
  choose (self, position);
}

/* Enter takes the first that is found. */
static void
search_activated_cb (HostelConsoleChooser *self)
{
  choose (self, 0);
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  HostelDomain *domain = HOSTEL_DOMAIN (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       hostel_domain_get_name (domain));
}

static void
hostel_console_chooser_map (GtkWidget *widget)
{
  HostelConsoleChooser *self = HOSTEL_CONSOLE_CHOOSER (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  fill (self);
  search_changed_cb (self);
  GTK_WIDGET_CLASS (hostel_console_chooser_parent_class)->map (widget);
}

static void
hostel_console_chooser_finalize (GObject *object)
{
  HostelConsoleChooser *self = HOSTEL_CONSOLE_CHOOSER (object);

  g_clear_object (&self->hosts);
  g_clear_object (&self->domains);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->wanted, g_free);

  G_OBJECT_CLASS (hostel_console_chooser_parent_class)->finalize (object);
}

static void
hostel_console_chooser_class_init (HostelConsoleChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_console_chooser_finalize;
  widget_class->map = hostel_console_chooser_map;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_DOMAIN);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-console-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleChooser, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleChooser, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleChooser, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
hostel_console_chooser_init (HostelConsoleChooser *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;
  GtkFilterListModel *found;

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  self->wanted = g_strdup ("");
  self->domains = g_list_store_new (HOSTEL_TYPE_DOMAIN);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->domains)),
                                     g_object_ref (self->filter));
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (found)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, selection);
}

/**
 * hostel_console_chooser_set_hosts:
 * @self: a chooser
 * @hosts: (nullable): those whose machines are offered
 */
void
hostel_console_chooser_set_hosts (HostelConsoleChooser *self,
                                  HostelHostList       *hosts)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_CHOOSER (self));
  g_return_if_fail (hosts == NULL || HOSTEL_IS_HOST_LIST (hosts));

  g_set_object (&self->hosts, hosts);
}
