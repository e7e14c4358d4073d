/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-shelf"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-console-pane.h"
#include "hostel-console-shelf.h"
#include "hostel-console-window.h"

/* A page costs a terminal, its history and a connection: so many machines that are off or were
 * looked at longest ago keep one. Those that run keep theirs. */
#define MAX_PAGES 8

struct _HostelConsoleShelf
{
  AdwBin parent_instance;

  HostelHostList *hosts;    /* owned, nullable: whose consoles a window shows beside */
  HostelDomain   *domain;   /* owned, nullable */
  GtkStack       *stack;
  GtkWidget      *away_page;
  GQueue          pages;    /* of HostelConsolePage, borrowed from the stack, last shown first */
  guint           focus_idle; /* source, 0 for none */
  gboolean        wants_focus;
};

G_DEFINE_FINAL_TYPE (HostelConsoleShelf, hostel_console_shelf, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_DOMAIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
drop (HostelConsoleShelf *self,
      HostelConsolePage  *page)
{
  g_signal_handlers_disconnect_by_data (hostel_console_page_get_domain (page), self);
  g_queue_remove (&self->pages, page);
  gtk_stack_remove (self->stack, GTK_WIDGET (page));
}

static void
make_room (HostelConsoleShelf *self)
{
  GList *iter = self->pages.tail;

  while (iter != NULL && self->pages.length >= MAX_PAGES)
    {
      HostelConsolePage *page = iter->data;

      iter = iter->prev;
      if (!hostel_domain_is_active (hostel_console_page_get_domain (page)))
        drop (self, page);
    }
}

static HostelConsolePage *
console_shelf_find (HostelConsoleShelf *self,
                    HostelDomain       *domain)
{
  for (GList *iter = self->pages.head; iter != NULL; iter = iter->next)
    {
      if (hostel_console_page_get_domain (iter->data) == domain)
        return iter->data;
    }

  return NULL;
}

static void
domain_left_cb (HostelConsoleShelf *self,
                GParamSpec         *pspec,
                HostelDomain       *domain)
{
  HostelConsolePage *page = console_shelf_find (self, domain);

  if (page != NULL && !hostel_domain_get_present (domain))
    drop (self, page);
}

/* Takes the place in front. */
static void
put (HostelConsoleShelf *self,
     HostelConsolePage  *page)
{
  make_room (self);
  gtk_stack_add_child (self->stack, GTK_WIDGET (page));
  g_signal_connect_object (hostel_console_page_get_domain (page), "notify::present",
                           G_CALLBACK (domain_left_cb), self,
                           G_CONNECT_SWAPPED);
  g_queue_push_head (&self->pages, page);
}

/* Returns: (transfer none): the machine's page, wherever it is; a new one comes onto the shelf */
static HostelConsolePage *
ensure (HostelConsoleShelf *self,
        HostelDomain       *domain)
{
  HostelConsolePane *pane = hostel_console_pane_of (domain);
  HostelConsolePage *page = console_shelf_find (self, domain);

  if (pane != NULL)
    return hostel_console_pane_get_page (pane);

  if (page == NULL)
    {
      page = hostel_console_page_new ();
      hostel_console_page_set_domain (page, domain);
      put (self, page);
    }
  else
    {
      g_queue_remove (&self->pages, page);
      g_queue_push_head (&self->pages, page);
    }

  return page;
}

/* A page is made only where it is seen: a person who stays on the overview opens no console. */
static void
show (HostelConsoleShelf *self)
{
  GtkWidget *child = self->away_page;

  if (self->domain == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  if (hostel_console_pane_of (self->domain) == NULL)
    child = GTK_WIDGET (ensure (self, self->domain));
  gtk_stack_set_visible_child (self->stack, child);
}

static void
given_back_cb (HostelConsoleShelf *self,
               HostelConsolePage  *page)
{
  HostelDomain *domain = hostel_console_page_get_domain (page);

  /* This window is closed, or its machine is gone. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL || !hostel_domain_get_present (domain))
    return;

  put (self, page);
  show (self);
}

/* Moves the machine's page from the shelf, or from another window, into @window. */
static void
move (HostelConsoleShelf  *self,
      HostelDomain        *domain,
      HostelConsoleWindow *window)
{
  HostelConsoleWindow *before = hostel_console_window_of (domain);
  g_autoptr (HostelConsolePage) page = NULL;

  if (before != NULL)
    hostel_console_window_give_back (before, domain);

  page = g_object_ref (ensure (self, domain));
  drop (self, page);
  hostel_console_window_add (window, page);
  show (self);
}

static void
wanted_cb (HostelConsoleShelf  *self,
           HostelDomain        *domain,
           HostelConsoleWindow *window)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    move (self, domain, window);
}

static void
detach (GtkWidget  *widget,
        const char *action_name,
        GVariant   *parameter)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  HostelConsoleWindow *window;

  if (self->domain == NULL || hostel_console_pane_of (self->domain) != NULL)
    return;

  window = hostel_console_window_new (gtk_window_get_application (GTK_WINDOW (root)), self->hosts);
  g_signal_connect_object (window, "wanted", G_CALLBACK (wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "given-back", G_CALLBACK (given_back_cb), self,
                           G_CONNECT_SWAPPED);
  move (self, self->domain, window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
show_window (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);
  HostelConsoleWindow *window = self->domain ? hostel_console_window_of (self->domain) : NULL;

  if (window != NULL)
    gtk_window_present (GTK_WINDOW (window));
}

static void
return_here (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);
  HostelConsoleWindow *window = self->domain ? hostel_console_window_of (self->domain) : NULL;

  if (window == NULL)
    return;

  hostel_console_window_give_back (window, self->domain);
  gtk_widget_grab_focus (widget);
}

static gboolean
take_focus (gpointer user_data)
{
  HostelConsoleShelf *self = user_data;

  self->focus_idle = 0;
  if (gtk_widget_grab_focus (GTK_WIDGET (self)))
    self->wants_focus = FALSE;

  return G_SOURCE_REMOVE;
}

/* A terminal that is not on screen yet takes no focus. */
static void
focus_soon (HostelConsoleShelf *self)
{
  if (self->wants_focus && self->focus_idle == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->focus_idle = g_idle_add (take_focus, self);
}

static void
hostel_console_shelf_map (GtkWidget *widget)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);

  GTK_WIDGET_CLASS (hostel_console_shelf_parent_class)->map (widget);

  show (self);
  focus_soon (self);
}

/* Another page was chosen before the terminal had the keyboard: it is that page's. */
static void
hostel_console_shelf_unmap (GtkWidget *widget)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);

  self->wants_focus = FALSE;
  g_clear_handle_id (&self->focus_idle, g_source_remove);

  GTK_WIDGET_CLASS (hostel_console_shelf_parent_class)->unmap (widget);
}

static gboolean
hostel_console_shelf_grab_focus (GtkWidget *widget)
{
  GtkWidget *page = gtk_stack_get_visible_child (HOSTEL_CONSOLE_SHELF (widget)->stack);

  return page != NULL && gtk_widget_grab_focus (page);
}

static void
hostel_console_shelf_dispose (GObject *object)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (object);

  g_clear_handle_id (&self->focus_idle, g_source_remove);
  while (self->pages.head != NULL)
    drop (self, self->pages.head->data);
  g_clear_object (&self->domain);
  g_clear_object (&self->hosts);

  G_OBJECT_CLASS (hostel_console_shelf_parent_class)->dispose (object);
}

static void
hostel_console_shelf_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, HOSTEL_CONSOLE_SHELF (object)->domain);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_console_shelf_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_console_shelf_set_domain (HOSTEL_CONSOLE_SHELF (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_console_shelf_class_init (HostelConsoleShelfClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_console_shelf_dispose;
  object_class->get_property = hostel_console_shelf_get_property;
  object_class->set_property = hostel_console_shelf_set_property;

  widget_class->map = hostel_console_shelf_map;
  widget_class->unmap = hostel_console_shelf_unmap;
  widget_class->grab_focus = hostel_console_shelf_grab_focus;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-console-shelf.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleShelf, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelConsoleShelf, away_page);
  gtk_widget_class_install_action (widget_class, "console.detach", NULL,
                                   detach);
  gtk_widget_class_install_action (widget_class, "console.show-window", NULL,
                                   show_window);
  gtk_widget_class_install_action (widget_class, "console.return-here", NULL,
                                   return_here);
}

static void
hostel_console_shelf_init (HostelConsoleShelf *self)
{
  g_queue_init (&self->pages);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_console_shelf_set_hosts:
 * @self: the shelf
 * @hosts: (nullable): those whose machines a window of consoles can show beside
 */
void
hostel_console_shelf_set_hosts (HostelConsoleShelf *self,
                                HostelHostList     *hosts)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_SHELF (self));
  g_return_if_fail (hosts == NULL || HOSTEL_IS_HOST_LIST (hosts));

  g_set_object (&self->hosts, hosts);
}

/**
 * hostel_console_shelf_set_domain:
 * @self: the shelf
 * @domain: (nullable): the machine whose console is shown
 */
void
hostel_console_shelf_set_domain (HostelConsoleShelf *self,
                                 HostelDomain       *domain)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_SHELF (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}

/**
 * hostel_console_shelf_adopt:
 * @self: the shelf, with a machine
 * @stream: the machine's first console, opened before it began to run
 *
 * Shows that stream on the machine's page, so that its first byte is seen.
 */
void
hostel_console_shelf_adopt (HostelConsoleShelf  *self,
                            HostelConsoleStream *stream)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_SHELF (self));
  g_return_if_fail (HOSTEL_IS_CONSOLE_STREAM (stream));
  g_return_if_fail (self->domain != NULL);

  hostel_console_page_adopt (ensure (self, self->domain), stream);
}

/**
 * hostel_console_shelf_focus:
 * @self: the shelf
 *
 * Has the keyboard in the terminal, now or as soon as it is on screen.
 */
void
hostel_console_shelf_focus (HostelConsoleShelf *self)
{
  g_return_if_fail (HOSTEL_IS_CONSOLE_SHELF (self));

  self->wants_focus = TRUE;
  focus_soon (self);
}
