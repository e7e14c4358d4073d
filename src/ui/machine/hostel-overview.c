/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-overview"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-address-look.h"
#include "hostel-connection.h"
#include "hostel-domain-row.h"
#include "hostel-overview.h"
#include "hostel-statistics-strip.h"

struct _HostelOverview
{
  AdwBin parent_instance;

  HostelDomain *domain;  /* owned, nullable */
  GSignalGroup *signals; /* owned: of the domain */
  HostelDomain *looked;  /* owned, nullable: whose address is looked for, while this is on screen */

  HostelStatisticsStrip *statistics;
  GtkImage     *state_icon;
  AdwActionRow *state_row;
  AdwActionRow *title_row;
  AdwActionRow *notes_row;
  AdwActionRow *os_row;
  AdwActionRow *memory_row;
  AdwActionRow *vcpus_row;
  AdwActionRow *host_row;
  AdwActionRow *uuid_row;
  AdwActionRow *address_row;
  AdwActionRow *ssh_row;
  GtkWidget    *ssh_button;
};

G_DEFINE_FINAL_TYPE (HostelOverview, hostel_overview, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_DOMAIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A subtitle is markup in libadwaita 1.2; assistive technology reads the row's name only, so it has
 * the value too. */
static void
set_row (AdwActionRow *row,
         const char   *value)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  g_autofree char *markup = g_markup_escape_text (value, -1);
  /* Translators: what a value is, and the value */
  g_autofree char *label = g_strdup_printf (_("%s: %s"), title, value);

  adw_action_row_set_subtitle (row, markup);
  hostel_accessible_set_label (GTK_WIDGET (row), label);
}

static const char *
or_unknown (const char *value)
{
  return *value != '\0' ? value : _("Not known");
}

static void
update_numbers (HostelOverview *self)
{
  g_autofree char *memory = NULL;
  g_autofree char *vcpus = NULL;
  guint n_vcpus = hostel_domain_get_vcpus (self->domain);
  guint64 mib = hostel_domain_get_memory (self->domain);

  memory = mib > 0 ? g_format_size_full (mib * 1024 * 1024, G_FORMAT_SIZE_IEC_UNITS)
                   : g_strdup (_("Not known"));
  vcpus = n_vcpus > 0 ? g_strdup_printf ("%u", n_vcpus) : g_strdup (_("Not known"));
  set_row (self->memory_row, memory);
  set_row (self->vcpus_row, vcpus);
}

/* What somebody said of the machine, where somebody did. */
static void
update_texts (HostelOverview *self)
{
  const char *title = hostel_domain_get_title (self->domain);
  const char *notes = hostel_domain_get_notes (self->domain);

  set_row (self->title_row, title);
  set_row (self->notes_row, notes);
  gtk_widget_set_visible (GTK_WIDGET (self->title_row), *title != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->notes_row), *notes != '\0');
}

static void
update_access (HostelOverview *self)
{
  gboolean active = hostel_domain_is_active (self->domain);
  const char *none = active ? _("Not known yet") : _("None while it is off");
  const char *address = hostel_domain_get_address (self->domain);
  const char *ssh = hostel_domain_get_ssh_label (self->domain);

  set_row (self->address_row, *address != '\0' ? address : none);
  set_row (self->ssh_row, *ssh != '\0' ? ssh : none);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->ssh_row),
                               *ssh != '\0' ? hostel_domain_get_ssh_command (self->domain) : NULL);
  gtk_widget_set_visible (self->ssh_button, *ssh != '\0');
}

static void
update_cb (HostelOverview *self)
{
  HostelConnection *connection;
  g_autofree char *title = NULL;
  g_autofree char *host = NULL;
  HostelDomainState state;

  if (self->domain == NULL)
    return;

  state = hostel_domain_get_state (self->domain);
  connection = hostel_domain_get_connection (self->domain);
  if (connection != NULL)
    host = g_strdup_printf ("%s (%s)", hostel_connection_get_title (connection),
                            hostel_connection_get_uri (connection));

  hostel_domain_state_to_image (state, self->state_icon);
  title = hostel_domain_state_dup_title (state);
  set_row (self->state_row, title);
  set_row (self->os_row,
           or_unknown (hostel_domain_get_os_name (self->domain)));
  update_texts (self);
  update_numbers (self);
  set_row (self->host_row, host ? host : _("Not known"));
  set_row (self->uuid_row, hostel_domain_get_uuid (self->domain));
  update_access (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("No details of %s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)),
             error->message);
}

/* Of a machine that runs anew much may be different. */
static void
look_cb (HostelOverview *self)
{
  hostel_address_look_move (&self->looked, gtk_widget_get_mapped (GTK_WIDGET (self)) ? self->domain : NULL);
  if (self->looked != NULL)
    hostel_domain_load_details_async (self->looked, NULL, loaded_cb, NULL);
}

static void
hostel_overview_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hostel_overview_parent_class)->map (widget);

  look_cb (HOSTEL_OVERVIEW (widget));
}

static void
hostel_overview_unmap (GtkWidget *widget)
{
  hostel_address_look_move (&HOSTEL_OVERVIEW (widget)->looked, NULL);

  GTK_WIDGET_CLASS (hostel_overview_parent_class)->unmap (widget);
}

static void
hostel_overview_dispose (GObject *object)
{
  HostelOverview *self = HOSTEL_OVERVIEW (object);

  hostel_overview_set_domain (self, NULL);
  g_clear_object (&self->signals);

  G_OBJECT_CLASS (hostel_overview_parent_class)->dispose (object);
}

static void
hostel_overview_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, HOSTEL_OVERVIEW (object)->domain);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_overview_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_overview_set_domain (HOSTEL_OVERVIEW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_overview_class_init (HostelOverviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_overview_dispose;
  object_class->get_property = hostel_overview_get_property;
  object_class->set_property = hostel_overview_set_property;

  widget_class->map = hostel_overview_map;
  widget_class->unmap = hostel_overview_unmap;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-overview.ui");
  g_type_ensure (HOSTEL_TYPE_STATISTICS_STRIP);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, statistics);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, title_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, notes_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, state_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, state_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, os_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, memory_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, vcpus_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, host_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, uuid_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, address_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, ssh_row);
  gtk_widget_class_bind_template_child (widget_class, HostelOverview, ssh_button);
}

static void
hostel_overview_init (HostelOverview *self)
{
  self->signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (look_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_overview_set_domain:
 * @self: the page
 * @domain: (nullable): the machine to show; its details are loaded when the page is on screen
 */
void
hostel_overview_set_domain (HostelOverview *self,
                            HostelDomain   *domain)
{
  g_return_if_fail (HOSTEL_IS_OVERVIEW (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  g_signal_group_set_target (self->signals, domain);
  if (self->statistics != NULL)
    hostel_statistics_strip_set_domain (self->statistics, domain);
  update_cb (self);
  look_cb (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}
