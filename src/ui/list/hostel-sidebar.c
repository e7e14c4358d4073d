/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-sidebar"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection.h"
#include "hostel-sidebar.h"
#include "hostel-list-row.h"

struct _HostelSidebar
{
  GtkWidget parent_instance;

  HostelDomainModel  *model;    /* owned, nullable */
  GSignalGroup       *model_signals; /* owned */
  GObject            *selected; /* owned, nullable: outlives being filtered out */
  GtkSingleSelection *selection;

  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  GtkStack           *stack;
  GtkListView        *list_view;
  GtkPopoverMenu     *menu;
};

G_DEFINE_FINAL_TYPE (HostelSidebar, hostel_sidebar, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_SELECTED,
  PROP_SEARCH_MODE,
  N_PROPS
};

enum
{
  SIGNAL_ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
update_state_cb (HostelSidebar *self)
{
  guint n_domains = hostel_domain_model_get_n_domains (self->model);
  guint n_shown = hostel_domain_model_get_n_shown (self->model);
  gboolean searching = *hostel_domain_model_get_search (self->model) != '\0';
  g_autofree char *label = NULL;
  const char *page = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0)
    page = searching && n_domains > 0 ? "no-results" : "no-hosts";
  gtk_stack_set_visible_child_name (self->stack, page);

  if (searching)
    label = g_strdup_printf (ngettext ("%u of %u virtual machine", "%u of %u virtual machines",
                                       n_domains),
                             n_shown, n_domains);
  else
    label = g_strdup_printf (ngettext ("%u virtual machine", "%u virtual machines", n_domains),
                             n_domains);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
take_selected (HostelSidebar *self,
               GObject       *item)
{
  if (g_set_object (&self->selected, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

/* Only a person's choice counts here: that a search or a reconnect took the row away is none. */
static void
selection_changed_cb (HostelSidebar *self)
{
  gpointer item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    take_selected (self, item);
}

static void
restore_selection (HostelSidebar *self)
{
  guint position;

  if (self->selected == NULL || self->model == NULL ||
      gtk_single_selection_get_selected_item (self->selection) != NULL)
    return;

  position = hostel_domain_model_find (self->model, self->selected);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, position);
}

/* An empty list cannot hold the focus, which then goes to whatever button comes first: the rows take
 * it when they come, unless the person has put it elsewhere. */
static void
focus_first_row (HostelSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || focus == GTK_WIDGET (self->list_view)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
items_changed_cb (HostelSidebar *self,
                  guint          position,
                  guint          removed,
                  guint          added)
{
  if (added > 0)
    restore_selection (self);

  update_state_cb (self);
  focus_first_row (self);
}

static void
search_changed_cb (HostelSidebar  *self,
                   GtkSearchEntry *entry)
{
  if (self->model == NULL)
    return;

  hostel_domain_model_set_search (self->model, gtk_editable_get_text (GTK_EDITABLE (entry)));
  update_state_cb (self);
}

/* Enter in the search opens the first machine found. */
static void
search_activated_cb (HostelSidebar  *self,
                     GtkSearchEntry *entry)
{
  guint n_items;

  /* The entry waits a moment before it tells of a change. */
  search_changed_cb (self, entry);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      if (HOSTEL_IS_DOMAIN (item))
        {
          gtk_single_selection_set_selected (self->selection, i);
          g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
          return;
        }
    }
}

static void
search_next_cb (HostelSidebar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
row_activated_cb (HostelSidebar *self,
                  guint          position)
{
  gtk_single_selection_set_selected (self->selection, position);
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

/* A tap opens the page where list and page do not stand side by side; a GtkListView that activates
 * by a single click would also select whatever the pointer passes over. */
static void
released_cb (HostelSidebar *self,
             int            n_press,
             double         x,
             double         y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->list_view), x, y, GTK_PICK_INSENSITIVE);

  if (n_press != 1 || picked == NULL || GTK_IS_BUTTON (picked) ||
      gtk_widget_get_ancestor (picked, GTK_TYPE_BUTTON) != NULL ||
      picked == GTK_WIDGET (self->list_view))
    return;

  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0);
}

static void
popup (HostelSidebar *self,
       GtkWidget     *row,
       double         x,
       double         y)
{
  GdkRectangle at = { 0 };
  double left, top;

  if (!HOSTEL_IS_DOMAIN (self->selected) ||
      gtk_popover_menu_get_menu_model (self->menu) == NULL ||
      !gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &left, &top))
    return;

  at.x = (int) left;
  at.y = (int) top;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
secondary_pressed_cb (HostelSidebar *self,
                      int            n_press,
                      double         x,
                      double         y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->list_view), x, y, GTK_PICK_INSENSITIVE);
  GtkWidget *row;
  guint position;

  if (picked == NULL || !(row = gtk_widget_get_ancestor (picked, HOSTEL_TYPE_LIST_ROW)))
    return;

  position = hostel_domain_model_find (self->model,
                                       hostel_list_row_get_item (HOSTEL_LIST_ROW (row)));
  if (position == GTK_INVALID_LIST_POSITION)
    return;

  gtk_single_selection_set_selected (self->selection, position);
  popup (self, GTK_WIDGET (self->list_view), x, y);
}

static void
menu_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelSidebar *self = HOSTEL_SIDEBAR (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list_view)))
    focus = GTK_WIDGET (self->list_view);

  popup (self, focus, 24, gtk_widget_get_height (focus) / 2.0);
}

static gboolean
hostel_sidebar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HOSTEL_SIDEBAR (widget)->list_view));
}

static void
hostel_sidebar_dispose (GObject *object)
{
  HostelSidebar *self = HOSTEL_SIDEBAR (object);
  GtkWidget *child;

  hostel_sidebar_set_model (self, NULL);
  g_clear_object (&self->model_signals);
  /* gtk_widget_dispose_template () only knows children that are bound. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), HOSTEL_TYPE_SIDEBAR);
  g_clear_object (&self->selected);

  G_OBJECT_CLASS (hostel_sidebar_parent_class)->dispose (object);
}

static void
hostel_sidebar_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  HostelSidebar *self = HOSTEL_SIDEBAR (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, self->selected);
      break;
    case PROP_SEARCH_MODE:
      g_value_set_boolean (value, gtk_search_bar_get_search_mode (self->search_bar));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_sidebar_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  HostelSidebar *self = HOSTEL_SIDEBAR (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      hostel_sidebar_set_model (self, g_value_get_object (value));
      break;
    case PROP_SELECTED:
      hostel_sidebar_set_selected (self, g_value_get_object (value));
      break;
    case PROP_SEARCH_MODE:
      hostel_sidebar_set_search_mode (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_sidebar_class_init (HostelSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = hostel_sidebar_dispose;
  object_class->get_property = hostel_sidebar_get_property;
  object_class->set_property = hostel_sidebar_set_property;

  widget_class->grab_focus = hostel_sidebar_grab_focus;

  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, HOSTEL_TYPE_DOMAIN_MODEL, flags);
  properties[PROP_SELECTED] =
    g_param_spec_object ("selected", NULL, NULL, G_TYPE_OBJECT, flags);
  properties[PROP_SEARCH_MODE] =
    g_param_spec_boolean ("search-mode", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ACTIVATED] =
    g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  g_type_ensure (HOSTEL_TYPE_LIST_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, selection);
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, list_view);
  gtk_widget_class_bind_template_child (widget_class, HostelSidebar, menu);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed_cb);

  gtk_widget_class_install_action (widget_class, "list.menu", NULL,
                                   menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "list.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "machine.change", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "machine.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "list.menu",
                                       NULL);
}

static void
hostel_sidebar_init (HostelSidebar *self)
{
  self->model_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN_MODEL);
  /* After the selection's own handler, which looks for the selected item by itself. */
  g_signal_group_connect_data (self->model_signals, "items-changed", G_CALLBACK (items_changed_cb), self, NULL,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_group_connect_swapped (self->model_signals, "notify", G_CALLBACK (update_state_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self->list_view));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
}

/**
 * hostel_sidebar_set_model:
 * @self: the list
 * @model: (nullable): what it shows
 */
void
hostel_sidebar_set_model (HostelSidebar     *self,
                          HostelDomainModel *model)
{
  g_return_if_fail (HOSTEL_IS_SIDEBAR (self));
  g_return_if_fail (model == NULL || HOSTEL_IS_DOMAIN_MODEL (model));

  if (self->model == model)
    return;

  g_set_object (&self->model, model);
  if (self->selection != NULL)
    gtk_single_selection_set_model (self->selection, G_LIST_MODEL (model));
  g_signal_group_set_target (self->model_signals, model);
  if (model != NULL)
    update_state_cb (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/**
 * hostel_sidebar_get_selected:
 * @self: the list
 *
 * Returns: (transfer none) (nullable) (type GObject): the chosen HostelDomain or HostelConnection
 */
gpointer
hostel_sidebar_get_selected (HostelSidebar *self)
{
  g_return_val_if_fail (HOSTEL_IS_SIDEBAR (self), NULL);

  return self->selected;
}

/**
 * hostel_sidebar_set_selected:
 * @self: the list
 * @item: (nullable) (type GObject): a HostelDomain or HostelConnection, %NULL for none
 *
 * Chooses @item and brings its row into view; where it has no row yet, as soon as it has one.
 */
void
hostel_sidebar_set_selected (HostelSidebar *self,
                             gpointer       item)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (HOSTEL_IS_SIDEBAR (self));

  if (self->model != NULL)
    position = hostel_domain_model_find (self->model, item);

  take_selected (self, item);
  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u",
                                position);
}

/**
 * hostel_sidebar_set_search_mode:
 * @self: the list
 * @search_mode: whether the search entry is there, with the focus
 */
void
hostel_sidebar_set_search_mode (HostelSidebar *self,
                                gboolean       search_mode)
{
  g_return_if_fail (HOSTEL_IS_SIDEBAR (self));

  if (search_mode)
    {
      gtk_search_bar_set_search_mode (self->search_bar, TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
    }
  else
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

/**
 * hostel_sidebar_set_menu:
 * @self: the list
 * @menu: (nullable): the menu of a machine's row
 */
void
hostel_sidebar_set_menu (HostelSidebar *self,
                         GMenuModel    *menu)
{
  g_return_if_fail (HOSTEL_IS_SIDEBAR (self));

  gtk_popover_menu_set_menu_model (self->menu, menu);
}

/**
 * hostel_sidebar_get_list:
 * @self: the list
 *
 * Returns: (transfer none): the widget in it that takes the keyboard focus
 */
GtkWidget *
hostel_sidebar_get_list (HostelSidebar *self)
{
  g_return_val_if_fail (HOSTEL_IS_SIDEBAR (self), NULL);

  return GTK_WIDGET (self->list_view);
}
