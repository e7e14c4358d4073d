/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-machine-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-create-machine-page.h"
#include "hostel-domain-xml.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-network-choice.h"
#include "hostel-parse.h"
#include "hostel-pool.h"
#include "hostel-recipe-group.h"
#include "hostel-size-text.h"

#define DEFAULT_POOL "default"
#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define GIB (G_GUINT64_CONSTANT (1) << 30)

struct _HostelCreateMachinePage
{
  HostelCreatePage   parent_instance;

  AdwEntryRow       *name_row;             /* borrowed: template children */
  HostelRecipeGroup *recipe_group;
  AdwEntryRow       *memory_row;
  AdwEntryRow       *vcpus_row;
  AdwEntryRow       *disk_row;
  AdwComboRow       *disk_kind_row;
  AdwComboRow       *pool_row;
  AdwComboRow       *host_row;
  AdwComboRow       *network_row;
  AdwActionRow      *start_network_row;
  GtkSwitch         *start_network_switch;
  AdwComboRow       *firmware_row;
  AdwActionRow      *serial_installer_row;
  GtkSwitch         *serial_installer_switch;
  AdwActionRow      *host_note_row;

  HostelHostFacts   *shown_facts;          /* owned, nullable: those of the networks' list */
  HostelConnection  *shown_connection;     /* owned, nullable */
  HostelConnection  *pools_connection;     /* owned, nullable: whose pools are listed */
  GCancellable      *pools_cancellable;    /* owned, nullable: the look under way */
  char              *wanted_pool;          /* owned, nullable: what a person has chosen */
};

G_DEFINE_FINAL_TYPE (HostelCreateMachinePage, hostel_create_machine_page, HOSTEL_TYPE_CREATE_PAGE)

static HostelCreateModel *
get_model (HostelCreateMachinePage *self)
{
  return hostel_create_page_get_model (HOSTEL_CREATE_PAGE (self));
}

static HostelMachineSpec *
get_spec (HostelCreateMachinePage *self)
{
  return hostel_create_model_get_spec (get_model (self));
}

static gboolean
is_deaf (HostelCreateMachinePage *self)
{
  return hostel_create_page_is_deaf (HOSTEL_CREATE_PAGE (self));
}

static void
set_deaf (HostelCreateMachinePage *self,
          gboolean                 deaf)
{
  hostel_create_page_set_deaf (HOSTEL_CREATE_PAGE (self), deaf);
}

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
parse_vcpus (const char  *text,
             guint       *vcpus,
             GError     **error)
{
  return hostel_parse_count (text, 1, HOSTEL_MACHINE_SPEC_MAX_VCPUS, vcpus, error);
}

static void
show_check (HostelCreateMachinePage *self,
            AdwEntryRow             *row,
            const char              *field,
            const GError            *parse_error,
            const char              *hint)
{
  HostelMachineLimits limits;
  g_autoptr (GError) error = NULL;

  hostel_create_model_get_limits (get_model (self), &limits);
  if (parse_error == NULL)
    hostel_machine_spec_validate_field (get_spec (self), field, &limits, &error);

  hostel_field_set_error (row, parse_error != NULL ? parse_error : error, hint);
}

static char *
dup_memory_hint (HostelCreateMachinePage *self)
{
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  guint64 mib = facts != NULL ? hostel_host_facts_get_memory_free (facts) : 0;
  g_autofree char *total = NULL;
  g_autofree char *unused = NULL;

  if (facts == NULL || hostel_host_facts_get_memory (facts) == 0)
    return NULL;

  total = g_format_size_full (hostel_host_facts_get_memory (facts) * MIB,
                              G_FORMAT_SIZE_IEC_UNITS);
  if (mib == 0)
    return g_strdup_printf (_("The host has %s"), total);

  unused = g_format_size_full (mib * MIB, G_FORMAT_SIZE_IEC_UNITS);
  if (hostel_machine_spec_get_memory (get_spec (self)) > mib)
    return g_strdup_printf (_("More than the %s that are free now: the host will swap."), unused);

  return g_strdup_printf (_("The host has %s, of which %s are free"), total, unused);
}

static char *
dup_disk_hint (HostelCreateMachinePage *self)
{
  HostelImage *image = hostel_machine_spec_get_image (get_spec (self));
  g_autofree char *size = NULL;

  if (image == NULL)
    return NULL;
  if (hostel_machine_spec_is_installation (get_spec (self)))
    return g_strdup (_("An empty disk to install on; space is taken as the machine writes"));

  size = hostel_size_to_display (hostel_image_get_virtual_size (image));

  return g_strdup_printf (_("The image needs %s; space is taken as the machine writes"), size);
}

/* The libvirt network that the machine needs and that is not active; NULL where all is well. */
static const char *
get_inactive_network (HostelCreateMachinePage *self)
{
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  const char *network = facts != NULL ? hostel_domain_xml_get_network (get_spec (self), facts)
                                      : NULL;

  if (network == NULL || !hostel_host_facts_has_network (facts, network)
      || hostel_host_facts_is_network_active (facts, network))
    return NULL;

  return network;
}

static void
check_fields (HostelCreateMachinePage *self)
{
  g_autoptr (GError) memory_error = NULL;
  g_autoptr (GError) vcpus_error = NULL;
  g_autoptr (GError) disk_error = NULL;
  g_autofree char *memory_hint = dup_memory_hint (self);
  g_autofree char *disk_hint = dup_disk_hint (self);
  g_autofree char *problem = NULL;
  AdwEntryRow *rows[] = { self->name_row, self->memory_row, self->vcpus_row, self->disk_row };
  guint64 bytes;
  guint number;
  guint i;

  hostel_parse_memory (get_text (self->memory_row), &number, &memory_error);
  parse_vcpus (get_text (self->vcpus_row), &number, &vcpus_error);
  hostel_parse_size_in (get_text (self->disk_row), "G", &bytes, &disk_error);

  show_check (self, self->name_row, "name", NULL, NULL);
  show_check (self, self->memory_row, "memory", memory_error, memory_hint);
  show_check (self, self->vcpus_row, "vcpus", vcpus_error, NULL);
  show_check (self, self->disk_row, "disk-size", disk_error, disk_hint);

  problem = hostel_create_model_dup_host_problem (get_model (self));
  if (problem == NULL && get_inactive_network (self) != NULL
      && !hostel_create_model_get_start_network (get_model (self)))
    problem = g_strdup (_("The network is not active: start it or choose another one."));
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    if (*hostel_field_get_error (rows[i]) != '\0')
      {
        g_free (problem);
        problem = g_strdup (hostel_field_get_error (rows[i]));
        break;
      }

  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), problem);
}

static void
name_changed_cb (HostelCreateMachinePage *self)
{
  if (is_deaf (self))
    return;

  set_deaf (self, TRUE);
  hostel_create_model_set_name (get_model (self), get_text (self->name_row));
  set_deaf (self, FALSE);
  check_fields (self);
}

static void
memory_changed_cb (HostelCreateMachinePage *self)
{
  guint mib;

  if (is_deaf (self))
    return;

  /* What cannot be read yet is a person's choice too: no default takes its place. */
  hostel_create_model_touch (get_model (self));
  mib = hostel_machine_spec_get_memory (get_spec (self));
  hostel_parse_memory (get_text (self->memory_row), &mib, NULL);
  set_deaf (self, TRUE);
  hostel_machine_spec_set_memory (get_spec (self), mib);
  set_deaf (self, FALSE);
  check_fields (self);
}

static void
vcpus_changed_cb (HostelCreateMachinePage *self)
{
  guint vcpus;

  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  vcpus = hostel_machine_spec_get_vcpus (get_spec (self));
  parse_vcpus (get_text (self->vcpus_row), &vcpus, NULL);
  set_deaf (self, TRUE);
  hostel_machine_spec_set_vcpus (get_spec (self), vcpus);
  set_deaf (self, FALSE);
  check_fields (self);
}

static void
disk_changed_cb (HostelCreateMachinePage *self)
{
  guint64 bytes;

  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  bytes = hostel_machine_spec_get_disk_size (get_spec (self));
  hostel_parse_size_in (get_text (self->disk_row), "G", &bytes, NULL);
  set_deaf (self, TRUE);
  hostel_machine_spec_set_disk_size (get_spec (self), bytes);
  set_deaf (self, FALSE);
  check_fields (self);
}

static void
entry_activated_cb (HostelCreateMachinePage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.next", NULL);
}

/* The next multiple of @step in that direction, @step at least. */
static guint64
next_multiple (guint64 value,
               guint64 step,
               int     direction)
{
  if (direction > 0)
    return (value / step + 1) * step;

  return value > step ? ((value - 1) / step) * step : step;
}

static void
set_size_text (AdwEntryRow *row,
               guint64      bytes)
{
  g_autofree char *text = hostel_size_to_text (bytes);

  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
step_memory (AdwEntryRow *row,
             int          direction,
             gpointer     user_data)
{
  HostelCreateMachinePage *self = user_data;
  guint64 mib = hostel_machine_spec_get_memory (get_spec (self));
  guint64 step = mib < 4096 || (mib == 4096 && direction < 0) ? 512 : 1024;

  set_size_text (row, next_multiple (mib, step, direction) * MIB);
}

static void
step_vcpus (AdwEntryRow *row,
            int          direction,
            gpointer     user_data)
{
  HostelCreateMachinePage *self = user_data;
  guint64 vcpus = hostel_machine_spec_get_vcpus (get_spec (self));
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT,
                                           next_multiple (vcpus, 1, direction));

  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
step_disk (AdwEntryRow *row,
           int          direction,
           gpointer     user_data)
{
  HostelCreateMachinePage *self = user_data;
  HostelImage *image = hostel_machine_spec_get_image (get_spec (self));
  guint64 size = hostel_machine_spec_get_disk_size (get_spec (self));

  size = next_multiple (size, GIB, direction);
  if (image != NULL)
    size = MAX (size, hostel_image_get_virtual_size (image));
  set_size_text (row, size);
}

static void
host_selected_cb (HostelCreateMachinePage *self)
{
  HostelConnection *connection = adw_combo_row_get_selected_item (self->host_row);

  if (is_deaf (self) || connection == NULL)
    return;

  hostel_create_model_set_connection (get_model (self), connection);
}

static void
network_selected_cb (HostelCreateMachinePage *self)
{
  HostelNetworkChoice *choice = adw_combo_row_get_selected_item (self->network_row);

  if (is_deaf (self) || choice == NULL)
    return;

  hostel_create_model_set_network (get_model (self),
                                   hostel_network_choice_get_kind (choice),
                                   hostel_network_choice_get_network (choice));
}

static void
firmware_selected_cb (HostelCreateMachinePage *self)
{
  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  g_object_set (get_spec (self),
                "firmware", (HostelFirmware) adw_combo_row_get_selected (self->firmware_row),
                NULL);
}

static void
serial_installer_cb (HostelCreateMachinePage *self)
{
  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  g_object_set (get_spec (self), "serial-installer",
                gtk_switch_get_active (self->serial_installer_switch), NULL);
}

static void
disk_kind_selected_cb (HostelCreateMachinePage *self)
{
  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  g_object_set (get_spec (self),
                "disk-kind", (HostelDiskKind) adw_combo_row_get_selected (self->disk_kind_row),
                NULL);
}

static void
pool_selected_cb (HostelCreateMachinePage *self)
{
  GtkStringObject *item = adw_combo_row_get_selected_item (self->pool_row);

  if (is_deaf (self) || item == NULL)
    return;

  hostel_create_model_touch (get_model (self));
  g_free (self->wanted_pool);
  self->wanted_pool = g_strdup (gtk_string_object_get_string (item));
  g_object_set (get_spec (self), "pool", self->wanted_pool, NULL);
}

static void
pools_listed_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (HostelCreateMachinePage) self = user_data;
  g_autoptr (GPtrArray) pools =
    hostel_pool_list_finish (HOSTEL_CONNECTION (object), result, NULL);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gboolean wanted = FALSE;
  guint chosen = 0;

  if (pools == NULL || self->pools_connection != HOSTEL_CONNECTION (object))
    return;

  for (guint i = 0; i < pools->len; i++)
    if (hostel_pool_is_active (pools->pdata[i]))
      {
        gboolean is_wanted = g_strcmp0 (hostel_pool_get_name (pools->pdata[i]),
                                        self->wanted_pool) == 0;

        if (is_wanted ||
            (!wanted && g_str_equal (hostel_pool_get_name (pools->pdata[i]), DEFAULT_POOL)))
          chosen = g_list_model_get_n_items (G_LIST_MODEL (names));
        wanted = wanted || is_wanted;
        gtk_string_list_append (names, hostel_pool_get_name (pools->pdata[i]));
      }

  set_deaf (self, TRUE);
  adw_combo_row_set_model (self->pool_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->pool_row, chosen);
  set_deaf (self, FALSE);
  if (wanted)
    g_object_set (get_spec (self), "pool", self->wanted_pool, NULL);
  /* Where there is nothing to choose from, nothing is asked. */
  gtk_widget_set_visible (GTK_WIDGET (self->pool_row),
                          g_list_model_get_n_items (G_LIST_MODEL (names)) > 1);
}

static void
stop_pools (HostelCreateMachinePage *self)
{
  if (self->pools_cancellable != NULL)
    g_cancellable_cancel (self->pools_cancellable);
  g_clear_object (&self->pools_cancellable);
}

/* Another host has other pools; that of the one before may not be among them. */
static void
refresh_pools (HostelCreateMachinePage *self)
{
  HostelConnection *connection = hostel_create_model_get_connection (get_model (self));

  if (connection == self->pools_connection)
    return;

  stop_pools (self);
  g_set_object (&self->pools_connection, connection);
  gtk_widget_set_visible (GTK_WIDGET (self->pool_row), FALSE);
  g_object_set (get_spec (self), "pool", "", NULL);
  if (connection == NULL)
    return;

  self->pools_cancellable = g_cancellable_new ();
  hostel_pool_list_async (connection, self->pools_cancellable, pools_listed_cb, g_object_ref (self));
}

static void
refresh_disk_kind (HostelCreateMachinePage *self)
{
  HostelConnection *connection = hostel_create_model_get_connection (get_model (self));
  HostelDiskKind kind = hostel_machine_spec_get_disk_kind (get_spec (self));
  gboolean local = connection == NULL || hostel_connection_is_local (connection);
  const char *text = "";

  if (kind == HOSTEL_DISK_KIND_OVERLAY)
    text = _("The image is kept once for all its machines");
  else if (kind == HOSTEL_DISK_KIND_COPY)
    text = _("Stands alone, and takes as much space as the image");
  else
    text = local ? _("The machine changes the file for good, and it stays as large as it is")
                 : _("Only for machines on this computer");

  adw_combo_row_set_selected (self->disk_kind_row, kind);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->disk_kind_row), text);
  hostel_accessible_set_description (GTK_WIDGET (self->disk_kind_row), text);
  gtk_widget_set_visible (GTK_WIDGET (self->disk_kind_row),
                          !hostel_machine_spec_is_installation (get_spec (self)));
  gtk_widget_set_sensitive (GTK_WIDGET (self->disk_row), kind != HOSTEL_DISK_KIND_IN_PLACE);
}

static void
start_network_cb (HostelCreateMachinePage *self)
{
  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  hostel_create_model_set_start_network (get_model (self),
                                         gtk_switch_get_active (self->start_network_switch));
}

static void
refresh_network_note (HostelCreateMachinePage *self)
{
  const char *network = get_inactive_network (self);
  gboolean start = hostel_create_model_get_start_network (get_model (self));
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->start_network_row), network != NULL);
  if (network == NULL)
    return;

  text = g_strdup_printf (start ? _("“%s” is not active: it is started before the machine.")
                                : _("“%s” is not active: without it the machine cannot start."),
                          network);
  markup = g_markup_escape_text (text, -1);
  adw_action_row_set_subtitle (self->start_network_row, markup);
  hostel_accessible_set_description (GTK_WIDGET (self->start_network_switch), text);
  gtk_switch_set_active (self->start_network_switch, start);
}

static void
refresh_host_note (HostelCreateMachinePage *self)
{
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  g_autofree char *problem = hostel_create_model_dup_host_problem (get_model (self));
  const char *title = NULL;
  const char *text = NULL;
  g_autofree char *markup = NULL;

  if (problem != NULL)
    {
      title = _("Not Ready");
      text = problem;
    }
  else if (facts != NULL && !hostel_host_facts_get_kvm (facts))
    {
      title = _("Without KVM This Machine Is Slow");
      text = hostel_host_facts_get_kvm_reason (facts);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->host_note_row), title != NULL);
  if (title == NULL)
    return;

  markup = g_markup_escape_text (text != NULL ? text : "", -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->host_note_row), title);
  adw_action_row_set_subtitle (self->host_note_row, markup);
  hostel_accessible_set_description (GTK_WIDGET (self->host_note_row), text);
}

static void
refresh_networks (HostelCreateMachinePage *self)
{
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  HostelConnection *connection = hostel_create_model_get_connection (get_model (self));
  GListModel *choices = adw_combo_row_get_model (self->network_row);
  g_autoptr (GListModel) made = NULL;

  if (choices == NULL || facts != self->shown_facts || connection != self->shown_connection)
    {
      made = hostel_network_choices_new (facts, connection != NULL
                                                && hostel_connection_is_session (connection));
      adw_combo_row_set_model (self->network_row, made);
      choices = made;
      g_set_object (&self->shown_facts, facts);
      g_set_object (&self->shown_connection, connection);
    }

  adw_combo_row_set_selected (self->network_row,
                              hostel_network_choices_find (choices,
                                                           hostel_machine_spec_get_network_kind (get_spec (self)),
                                                           hostel_machine_spec_get_network (get_spec (self))));
}

static void
refresh_host (HostelCreateMachinePage *self)
{
  GListModel *connections = hostel_create_model_get_connections (get_model (self));
  HostelConnection *chosen = hostel_create_model_get_connection (get_model (self));
  guint n = g_list_model_get_n_items (connections);
  guint i;

  if (adw_combo_row_get_model (self->host_row) == NULL)
    adw_combo_row_set_model (self->host_row, connections);
  gtk_widget_set_visible (GTK_WIDGET (self->host_row), n > 1);

  for (i = 0; i < n; i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (connections, i);

      if (connection == chosen && adw_combo_row_get_selected (self->host_row) != i)
        adw_combo_row_set_selected (self->host_row, i);
    }
}

/* A text that says the same in other words, or that is not right yet, stays as it was typed. */
static gboolean
is_stale (AdwEntryRow *row,
          gboolean     parsed,
          guint64      shown,
          guint64      value)
{
  return parsed ? shown != value : *hostel_field_get_error (row) == '\0';
}

static void
refresh_quantities (HostelCreateMachinePage *self)
{
  HostelMachineSpec *spec = get_spec (self);
  guint64 memory = hostel_machine_spec_get_memory (spec);
  guint64 disk_size = hostel_machine_spec_get_disk_size (spec);
  g_autofree char *vcpus = g_strdup_printf ("%u", hostel_machine_spec_get_vcpus (spec));
  guint64 bytes = 0;
  guint number = 0;
  gboolean parsed;

  parsed = hostel_parse_memory (get_text (self->memory_row), &number, NULL);
  if (is_stale (self->memory_row, parsed, number, memory))
    set_size_text (self->memory_row, memory * MIB);

  parsed = parse_vcpus (get_text (self->vcpus_row), &number, NULL);
  if (is_stale (self->vcpus_row, parsed, number, hostel_machine_spec_get_vcpus (spec)))
    gtk_editable_set_text (GTK_EDITABLE (self->vcpus_row), vcpus);

  parsed = hostel_parse_size_in (get_text (self->disk_row), "G", &bytes, NULL);
  if (is_stale (self->disk_row, parsed, bytes, disk_size))
    set_size_text (self->disk_row, disk_size);
}

static void
recipe_chosen_cb (HostelCreateMachinePage *self,
                  HostelRecipe            *recipe)
{
  g_autoptr (GError) error = NULL;

  if (!hostel_create_model_set_recipe (get_model (self), recipe, &error))
    hostel_recipe_group_show_error (self->recipe_group, error);
  else
    hostel_create_page_tell_recipe (HOSTEL_CREATE_PAGE (self));
}

/* Where the disc is known well enough to be started without its own boot loader. */
static void
refresh_serial_installer (HostelCreateMachinePage *self)
{
  HostelImage *image = hostel_machine_spec_get_image (get_spec (self));

  gtk_widget_set_visible (GTK_WIDGET (self->serial_installer_row),
                          image != NULL && hostel_image_get_installer (image) != NULL);
  gtk_switch_set_active (self->serial_installer_switch,
                         hostel_machine_spec_get_serial_installer (get_spec (self)) != NULL);
}

/* An installation asks its questions itself: there is nothing that a recipe could tell it. */
static void
refresh_recipe (HostelCreateMachinePage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->recipe_group),
                          !hostel_machine_spec_is_installation (get_spec (self)));
  hostel_recipe_group_set_recipe (self->recipe_group,
                                  hostel_create_model_get_recipe (get_model (self)));
}

static void
hostel_create_machine_page_refresh (HostelCreatePage *page)
{
  HostelCreateMachinePage *self = HOSTEL_CREATE_MACHINE_PAGE (page);
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  HostelFirmware firmware;

  hostel_field_set_text (self->name_row, hostel_machine_spec_get_name (get_spec (self)));
  refresh_recipe (self);
  refresh_quantities (self);
  refresh_disk_kind (self);
  refresh_pools (self);
  refresh_host (self);
  refresh_networks (self);
  refresh_network_note (self);
  refresh_host_note (self);

  firmware = hostel_machine_spec_get_firmware (get_spec (self));
  adw_combo_row_set_selected (self->firmware_row, firmware);
  gtk_widget_set_visible (GTK_WIDGET (self->firmware_row),
                          facts != NULL && hostel_host_facts_get_efi (facts));
  refresh_serial_installer (self);
  check_fields (self);
}

static void
hostel_create_machine_page_focus_first (HostelCreatePage *page)
{
  HostelCreateMachinePage *self = HOSTEL_CREATE_MACHINE_PAGE (page);

  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

static void
hostel_create_machine_page_dispose (GObject *object)
{
  HostelCreateMachinePage *self = HOSTEL_CREATE_MACHINE_PAGE (object);

  stop_pools (self);
  g_clear_object (&self->shown_facts);
  g_clear_object (&self->shown_connection);
  g_clear_object (&self->pools_connection);

  G_OBJECT_CLASS (hostel_create_machine_page_parent_class)->dispose (object);
}

static void
hostel_create_machine_page_finalize (GObject *object)
{
  g_free (HOSTEL_CREATE_MACHINE_PAGE (object)->wanted_pool);

  G_OBJECT_CLASS (hostel_create_machine_page_parent_class)->finalize (object);
}

static void
hostel_create_machine_page_class_init (HostelCreateMachinePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  HostelCreatePageClass *page_class = HOSTEL_CREATE_PAGE_CLASS (klass);

  object_class->dispose = hostel_create_machine_page_dispose;
  object_class->finalize = hostel_create_machine_page_finalize;
  page_class->concerns = HOSTEL_CREATE_CONCERN_IMAGE | HOSTEL_CREATE_CONCERN_MACHINE |
                         HOSTEL_CREATE_CONCERN_HOST;
  page_class->refresh = hostel_create_machine_page_refresh;
  page_class->focus_first = hostel_create_machine_page_focus_first;

  g_type_ensure (HOSTEL_TYPE_CONNECTION);
  g_type_ensure (HOSTEL_TYPE_NETWORK_CHOICE);
  g_type_ensure (HOSTEL_TYPE_RECIPE_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-machine-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, name_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, recipe_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, memory_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, vcpus_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, disk_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, disk_kind_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, pool_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, host_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, network_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, start_network_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, start_network_switch);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, firmware_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage,
                                        serial_installer_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage,
                                        serial_installer_switch);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateMachinePage, host_note_row);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, recipe_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, memory_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, vcpus_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, disk_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, disk_kind_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, pool_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, host_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, network_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, firmware_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, serial_installer_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_network_cb);
}

static void
hostel_create_machine_page_init (HostelCreateMachinePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  hostel_field_add_stepper (self->memory_row, _("Less Memory"), _("More Memory"),
                            step_memory, self);
  hostel_field_add_stepper (self->vcpus_row, _("Fewer vCPUs"), _("More vCPUs"),
                            step_vcpus, self);
  hostel_field_add_stepper (self->disk_row, _("Smaller Disk"), _("Larger Disk"),
                            step_disk, self);
  hostel_accessible_mend (GTK_WIDGET (self));
}
