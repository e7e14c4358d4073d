/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-address-look.h"
#include "hostel-connection.h"
#include "hostel-details-queue.h"
#include "hostel-domain-row.h"

#define LEFT_TO_RIGHT_MARK "\342\200\216"
#define RIGHT_TO_LEFT_MARK "\342\200\217"

struct _HostelDomainRow
{
  GtkWidget parent_instance;

  HostelDomain     *domain;     /* owned, nullable */
  HostelConnection *connection; /* owned, nullable: the domain does not keep it */
  HostelDomain     *looked;     /* owned, nullable: whose address is looked for, while this is on screen */
  GSignalGroup     *domain_signals;     /* owned */
  GSignalGroup     *connection_signals; /* owned */

  GtkImage         *icon;
  GtkInscription   *name;
  GtkInscription   *summary;
};

G_DEFINE_FINAL_TYPE (HostelDomainRow, hostel_domain_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_DOMAIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct
{
  const char *icon;
  const char *style;
} looks[] = {
  [HOSTEL_DOMAIN_STATE_UNKNOWN] = { "dialog-question-symbolic", "dim-label" },
  [HOSTEL_DOMAIN_STATE_RUNNING] = { "media-playback-start-symbolic", "success" },
  [HOSTEL_DOMAIN_STATE_PAUSED] = { "media-playback-pause-symbolic", "warning" },
  [HOSTEL_DOMAIN_STATE_SHUTTING_DOWN] = { "media-playback-start-symbolic", "warning" },
  [HOSTEL_DOMAIN_STATE_OFF] = { "media-playback-stop-symbolic", "dim-label" },
  [HOSTEL_DOMAIN_STATE_SAVED] = { "document-save-symbolic", "dim-label" },
  [HOSTEL_DOMAIN_STATE_CRASHED] = { "dialog-error-symbolic", "error" },
  [HOSTEL_DOMAIN_STATE_SUSPENDED] = { "media-playback-pause-symbolic", "dim-label" },
};

/**
 * hostel_domain_state_to_icon:
 * @state: a state
 *
 * Returns: (transfer none): the name of its symbolic icon, one that GTK itself carries
 */
const char *
hostel_domain_state_to_icon (HostelDomainState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (looks), "");

  return looks[state].icon;
}

/**
 * hostel_domain_state_to_style:
 * @state: a state
 *
 * Returns: (transfer none): the style class that gives the icon its colour
 */
const char *
hostel_domain_state_to_style (HostelDomainState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (looks), "");

  return looks[state].style;
}

/**
 * hostel_domain_state_to_image:
 * @state: a state
 * @image: the image that shows it; its style classes are replaced
 */
void
hostel_domain_state_to_image (HostelDomainState  state,
                              GtkImage          *image)
{
  const char *classes[] = { hostel_domain_state_to_style (state), NULL };

  g_return_if_fail (GTK_IS_IMAGE (image));

  gtk_image_set_from_icon_name (image, hostel_domain_state_to_icon (state));
  gtk_widget_set_css_classes (GTK_WIDGET (image), classes);
}

/**
 * hostel_domain_state_dup_title:
 * @state: a state
 *
 * Returns: (transfer full): its word as it begins a line
 */
char *
hostel_domain_state_dup_title (HostelDomainState state)
{
  const char *label = hostel_domain_state_to_label (state);
  g_autofree char *first = g_utf8_strup (label, g_utf8_next_char (label) - label);

  return g_strconcat (first, g_utf8_next_char (label), NULL);
}

static char *
dup_summary (HostelDomain *domain)
{
  const char *address = hostel_domain_get_address (domain);
  const char *os_name = hostel_domain_get_os_name (domain);
  g_autofree char *state = hostel_domain_state_dup_title (hostel_domain_get_state (domain));
  const char *title = hostel_domain_get_title (domain);
  GString *summary = g_string_new (state);

  if (*title != '\0')
    g_string_append_printf (summary, " · %s", title);
  if (*address != '\0')
    g_string_append_printf (summary, " · %s", address);
  if (*os_name != '\0')
    g_string_append_printf (summary, " · %s", os_name);

  return g_string_free (summary, FALSE);
}

/* A row has no name of its own in GTK 4.8: the widget that GtkListView wraps around ours is what
 * assistive technology sees as the row. */
static void
update_accessible (HostelDomainRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = NULL;

  if ((parent = parent ? gtk_widget_get_parent (parent) : NULL) == NULL)
    return;

  /* Translators: a machine's name and its state */
  label = g_strdup_printf (_("%s, %s"), hostel_domain_get_name (self->domain),
                           hostel_domain_state_to_label (hostel_domain_get_state (self->domain)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
update_cb (HostelDomainRow *self)
{
  g_autofree char *summary = NULL;
  g_autofree char *name = NULL;

  if (self->domain == NULL)
    return;

  summary = dup_summary (self->domain);
  hostel_domain_state_to_image (hostel_domain_get_state (self->domain), self->icon);
  /* Names begin at the same side of the list, whatever script they are in: a GtkInscription goes by
   * its text's direction. */
  name = g_strconcat (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL
                        ? RIGHT_TO_LEFT_MARK : LEFT_TO_RIGHT_MARK,
                      hostel_domain_get_name (self->domain), NULL);
  gtk_inscription_set_text (self->name, name);
  gtk_inscription_set_text (self->summary, summary);

  gtk_widget_set_sensitive (GTK_WIDGET (self),
                            self->connection != NULL &&
                            hostel_connection_get_state (self->connection) ==
                              HOSTEL_CONNECTION_STATE_CONNECTED);
  update_accessible (self);
  hostel_details_queue_request (self->domain);
}

static void
hostel_domain_row_map (GtkWidget *widget)
{
  HostelDomainRow *self = HOSTEL_DOMAIN_ROW (widget);

  GTK_WIDGET_CLASS (hostel_domain_row_parent_class)->map (widget);

  hostel_address_look_move (&self->looked, self->domain);
}

static void
hostel_domain_row_unmap (GtkWidget *widget)
{
  hostel_address_look_move (&HOSTEL_DOMAIN_ROW (widget)->looked, NULL);

  GTK_WIDGET_CLASS (hostel_domain_row_parent_class)->unmap (widget);
}

static gboolean
hostel_domain_row_query_tooltip (GtkWidget  *widget,
                                 int         x,
                                 int         y,
                                 gboolean    keyboard,
                                 GtkTooltip *tooltip)
{
  HostelDomainRow *self = HOSTEL_DOMAIN_ROW (widget);
  g_autofree char *text = NULL;
  const char *title;

  if (self->domain == NULL)
    return FALSE;

  title = hostel_domain_get_title (self->domain);

  text = *title != '\0' ? g_strdup_printf ("%s\n%s", hostel_domain_get_name (self->domain), title)
                        : g_strdup (hostel_domain_get_name (self->domain));
  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

static void
hostel_domain_row_dispose (GObject *object)
{
  HostelDomainRow *self = HOSTEL_DOMAIN_ROW (object);
  GtkWidget *child;

  hostel_domain_row_set_domain (self, NULL);
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->connection_signals);
  /* gtk_widget_dispose_template () only knows children that are bound. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), HOSTEL_TYPE_DOMAIN_ROW);

  G_OBJECT_CLASS (hostel_domain_row_parent_class)->dispose (object);
}

static void
hostel_domain_row_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, HOSTEL_DOMAIN_ROW (object)->domain);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_row_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_domain_row_set_domain (HOSTEL_DOMAIN_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_row_class_init (HostelDomainRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_domain_row_dispose;
  object_class->get_property = hostel_domain_row_get_property;
  object_class->set_property = hostel_domain_row_set_property;

  widget_class->map = hostel_domain_row_map;
  widget_class->unmap = hostel_domain_row_unmap;
  widget_class->query_tooltip = hostel_domain_row_query_tooltip;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-domain-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelDomainRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainRow, name);
  gtk_widget_class_bind_template_child (widget_class, HostelDomainRow, summary);
}

static void
hostel_domain_row_init (HostelDomainRow *self)
{
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify", G_CALLBACK (update_cb), self);
  self->connection_signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state", G_CALLBACK (update_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hostel_domain_row_set_domain:
 * @self: the row
 * @domain: (nullable): the machine to show
 *
 * The row follows the machine's name, state, address and OS, and the state of its host.
 */
void
hostel_domain_row_set_domain (HostelDomainRow *self,
                              HostelDomain    *domain)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN_ROW (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (self->domain == domain)
    return;

  if (self->domain != NULL)
    hostel_details_queue_forget (self->domain);
  g_set_object (&self->domain, domain);
  g_set_object (&self->connection, (domain != NULL ? hostel_domain_get_connection (domain) : NULL));
  g_signal_group_set_target (self->domain_signals, domain);
  g_signal_group_set_target (self->connection_signals, self->connection);
  hostel_address_look_move (&self->looked, gtk_widget_get_mapped (GTK_WIDGET (self)) ? domain : NULL);
  update_cb (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}
