#define G_LOG_DOMAIN "hostel-console-shelf"

#include "config.h"

#include "hostel-console-page.h"
#include "hostel-console-shelf.h"

/* A page costs a terminal, its history and a connection: so many machines that are off or were
 * looked at longest ago keep one. Those that run keep theirs. */
#define MAX_PAGES 8

struct _HostelConsoleShelf
{
  AdwBin parent_instance;

  HostelDomain *domain;     /* owned, nullable */
  GtkStack     *stack;
  GQueue        pages;      /* of HostelConsolePage, borrowed from the stack, last shown first */
  guint         focus_idle; /* source, 0 for none */
  gboolean      wants_focus;
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
hostel_console_shelf_drop (HostelConsoleShelf *self,
                           HostelConsolePage  *page)
{
  g_signal_handlers_disconnect_by_data (hostel_console_page_get_domain (page), self);
  g_queue_remove (&self->pages, page);
  gtk_stack_remove (self->stack, GTK_WIDGET (page));
}

static void
hostel_console_shelf_make_room (HostelConsoleShelf *self)
{
  GList *iter = self->pages.tail;

  while (iter != NULL && self->pages.length >= MAX_PAGES)
    {
      HostelConsolePage *page = iter->data;

      iter = iter->prev;
      if (!hostel_domain_is_active (hostel_console_page_get_domain (page)))
        hostel_console_shelf_drop (self, page);
    }
}

static HostelConsolePage *
hostel_console_shelf_find (HostelConsoleShelf *self,
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
hostel_console_shelf_domain_left (HostelConsoleShelf *self,
                                  GParamSpec         *pspec,
                                  HostelDomain       *domain)
{
  HostelConsolePage *page = hostel_console_shelf_find (self, domain);

  if (page != NULL && !hostel_domain_get_present (domain))
    hostel_console_shelf_drop (self, page);
}

static HostelConsolePage *
hostel_console_shelf_ensure (HostelConsoleShelf *self)
{
  HostelConsolePage *page = hostel_console_shelf_find (self, self->domain);

  if (page == NULL)
    {
      hostel_console_shelf_make_room (self);
      page = hostel_console_page_new ();
      hostel_console_page_set_domain (page, self->domain);
      gtk_stack_add_child (self->stack, GTK_WIDGET (page));
      g_signal_connect_object (self->domain, "notify::present",
                               G_CALLBACK (hostel_console_shelf_domain_left), self,
                               G_CONNECT_SWAPPED);
    }
  else
    g_queue_remove (&self->pages, page);

  g_queue_push_head (&self->pages, page);

  return page;
}

/* A page is made only where it is seen: a person who stays on the overview opens no console. */
static void
hostel_console_shelf_show (HostelConsoleShelf *self)
{
  if (self->domain != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_stack_set_visible_child (self->stack, GTK_WIDGET (hostel_console_shelf_ensure (self)));
}

static gboolean
hostel_console_shelf_take_focus (gpointer user_data)
{
  HostelConsoleShelf *self = user_data;

  self->focus_idle = 0;
  if (gtk_widget_grab_focus (GTK_WIDGET (self)))
    self->wants_focus = FALSE;

  return G_SOURCE_REMOVE;
}

/* A terminal that is not on screen yet takes no focus. */
static void
hostel_console_shelf_focus_soon (HostelConsoleShelf *self)
{
  if (self->wants_focus && self->focus_idle == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->focus_idle = g_idle_add (hostel_console_shelf_take_focus, self);
}

static void
hostel_console_shelf_map (GtkWidget *widget)
{
  HostelConsoleShelf *self = HOSTEL_CONSOLE_SHELF (widget);

  GTK_WIDGET_CLASS (hostel_console_shelf_parent_class)->map (widget);

  hostel_console_shelf_show (self);
  hostel_console_shelf_focus_soon (self);
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
    hostel_console_shelf_drop (self, self->pages.head->data);
  g_clear_object (&self->domain);

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
  widget_class->grab_focus = hostel_console_shelf_grab_focus;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_console_shelf_init (HostelConsoleShelf *self)
{
  g_queue_init (&self->pages);
  self->stack = GTK_STACK (gtk_stack_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
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

  hostel_console_shelf_show (self);
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

  hostel_console_page_adopt (hostel_console_shelf_ensure (self), stream);
}

/**
 * hostel_console_shelf_get_n_pages:
 * @self: the shelf
 *
 * Returns: how many machines have a page
 */
guint
hostel_console_shelf_get_n_pages (HostelConsoleShelf *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONSOLE_SHELF (self), 0);

  return self->pages.length;
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
  hostel_console_shelf_focus_soon (self);
}
