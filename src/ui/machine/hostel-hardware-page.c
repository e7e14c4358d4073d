/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-hardware-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-connection.h"
#include "hostel-hardware-page-private.h"

G_DEFINE_FINAL_TYPE (HostelHardwarePage, hostel_hardware_page, ADW_TYPE_BIN)

static AdwPreferencesGroup *
group_of (HostelHardwarePage *self,
          const HostelDevice *device)
{
  static const char * const disks[] = { "disk", "cdrom", "floppy", "lun", NULL };

  if (g_strv_contains (disks, device->kind))
    return self->disks_group;

  return g_str_equal (device->kind, "network") ? self->networks_group : self->others_group;
}

static void
show_device (HostelHardwarePage *self,
             const HostelDevice *device)
{
  g_autofree char *key = g_strdup_printf ("%s %s", device->kind, device->id);
  HostelDeviceRow *row = g_hash_table_lookup (self->rows, key);

  if (row == NULL)
    {
      row = hostel_device_row_new ();
      adw_preferences_group_add (group_of (self, device), GTK_WIDGET (row));
      g_hash_table_insert (self->rows, g_steal_pointer (&key), row);
    }
  hostel_device_row_set_device (row, device, self->hardware->active && self->hardware->persistent);
}

static gboolean
has_device (HostelHardware *hardware,
            const char     *key)
{
  for (guint i = 0; hardware != NULL && i < hardware->devices->len; i++)
    {
      const HostelDevice *device = hardware->devices->pdata[i];
      g_autofree char *own = g_strdup_printf ("%s %s", device->kind, device->id);

      if (g_str_equal (own, key))
        return TRUE;
    }

  return FALSE;
}

static void
drop_rows (HostelHardwarePage *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &key, &row))
    {
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      if (has_device (self->hardware, key))
        continue;
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
      g_hash_table_iter_remove (&iter);
    }
}

static char *
dup_memory (guint mib)
{
  return mib > 0 ? g_format_size_full ((guint64) mib * 1024 * 1024, G_FORMAT_SIZE_IEC_UNITS) : NULL;
}

static char *
dup_count (guint n)
{
  return n > 0 ? g_strdup_printf ("%u", n) : NULL;
}

static void
show_system (HostelHardwarePage *self)
{
  const HostelHardware *hardware = self->hardware;
  g_autofree char *memory = dup_memory (hardware->memory_live);
  g_autofree char *memory_next = dup_memory (hardware->memory_next);
  g_autofree char *vcpus = dup_count (hardware->vcpus_live);
  g_autofree char *vcpus_next = dup_count (hardware->vcpus_next);

  hostel_device_row_set_value (self->memory_row, "memory", _("Memory"), memory, memory_next);
  hostel_device_row_set_value (self->vcpus_row, "vcpus", _("vCPUs"), vcpus, vcpus_next);
}

static void
show_pending (HostelHardwarePage *self)
{
  g_auto (GStrv) pending = hostel_hardware_dup_pending (self->hardware);
  guint n = g_strv_length (pending);
  g_autofree char *list = g_strjoinv ("\n", pending);
  g_autofree char *markup = g_markup_escape_text (list, -1);
  g_autofree char *title = g_strdup_printf (ngettext ("%u change waits for the next start",
                                                      "%u changes wait for the next start", n), n);

  adw_preferences_group_set_title (self->pending_group, title);
  adw_preferences_group_set_description (self->pending_group, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->pending_group), n > 0);
}

static void
show_note (HostelHardwarePage *self)
{
  const char *note = NULL;

  if (self->hardware->saved)
    note = _("It goes on from a saved state, which has hardware of its own. Start it and shut it down to change it.");
  else if (!self->hardware->persistent)
    note = _("It is gone when it is off: what is changed holds until then.");
  adw_preferences_group_set_description (self->note_group, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note_group), note != NULL);
}

static void
enable (HostelHardwarePage *self,
        const char * const *actions,
        gboolean            enabled)
{
  for (guint i = 0; actions[i] != NULL; i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], enabled);
}

static void
set_enabled (HostelHardwarePage *self)
{
  static const char * const edits[] = { "hardware.change", "hardware.add-disk", "hardware.add-drive", "hardware.add-nic",
                                        "hardware.eject", "hardware.plug", "hardware.unplug", "hardware.remove",
                                        "hardware.keep", NULL };
  /* A file chooser shows this computer's files. */
  static const char * const files[] = { "hardware.insert", "hardware.add-image", "hardware.add-disc", NULL };
  HostelConnection *connection = self->domain != NULL ? hostel_domain_get_connection (self->domain) : NULL;
  gboolean can = self->hardware != NULL && !self->hardware->saved;

  enable (self, edits, can);
  enable (self, files, can && connection != NULL && hostel_connection_is_local (connection));
}

/* An empty group is a title over nothing. */
static void
show_others (HostelHardwarePage *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->hardware->devices->len; i++)
    any |= group_of (self, self->hardware->devices->pdata[i]) == self->others_group;
  gtk_widget_set_visible (GTK_WIDGET (self->others_group), any);
}

static void
show (HostelHardwarePage *self)
{
  drop_rows (self);
  if (self->hardware == NULL)
    return;

  show_note (self);
  show_pending (self);
  show_system (self);
  for (guint i = 0; i < self->hardware->devices->len; i++)
    show_device (self, self->hardware->devices->pdata[i]);
  show_others (self);
  set_enabled (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelHardwarePage) self = user_data;
  g_autoptr (GError) error = NULL;
  HostelHardware *hardware = hostel_hardware_load_finish (HOSTEL_DOMAIN (source), result, &error);

  self->loading = FALSE;
  if (hardware != NULL && HOSTEL_DOMAIN (source) == self->domain)
    {
      g_clear_pointer (&self->hardware, hostel_hardware_free);
      self->hardware = g_steal_pointer (&hardware);
      show (self);
    }
  else if (hardware == NULL)
    g_debug ("%s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)), error->message);
  g_clear_pointer (&hardware, hostel_hardware_free);
  if (self->stale)
    hostel_hardware_page_look (self);
}

/* One call at a time; what comes meanwhile is looked at afterwards. */
void
hostel_hardware_page_look (HostelHardwarePage *self)
{
  self->stale = self->loading;
  if (self->loading || self->domain == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  self->loading = TRUE;
  hostel_hardware_load_async (self->domain, loaded_cb, g_object_ref (self));
}

static void
changed_cb (HostelHardwarePage *self)
{
  hostel_hardware_page_look (self);
}

static void
hostel_hardware_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hostel_hardware_page_parent_class)->map (widget);

  hostel_hardware_page_look (HOSTEL_HARDWARE_PAGE (widget));
}

static void
hostel_hardware_page_dispose (GObject *object)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->domain);
  g_clear_pointer (&self->hardware, hostel_hardware_free);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_free);
  hostel_hardware_page_clear_undos (self);

  G_OBJECT_CLASS (hostel_hardware_page_parent_class)->dispose (object);
}

static void
hostel_hardware_page_class_init (HostelHardwarePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_hardware_page_dispose;
  widget_class->map = hostel_hardware_page_map;

  g_type_ensure (HOSTEL_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hostel/Hostel/hostel-hardware-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, note_group);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, pending_group);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, memory_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, vcpus_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, disks_group);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, networks_group);
  gtk_widget_class_bind_template_child (widget_class, HostelHardwarePage, others_group);
  hostel_hardware_page_install_actions (widget_class);
}

static void
hostel_hardware_page_init (HostelHardwarePage *self)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (changed_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  set_enabled (self);
}

/**
 * hostel_hardware_page_set_domain:
 * @self: the page
 * @domain: (nullable): the machine to show; it is read when the page is on screen
 */
void
hostel_hardware_page_set_domain (HostelHardwarePage *self,
                                 HostelDomain       *domain)
{
  g_return_if_fail (HOSTEL_IS_HARDWARE_PAGE (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  g_clear_pointer (&self->hardware, hostel_hardware_free);
  show (self);
  set_enabled (self);
  g_signal_group_set_target (self->signals, domain);
  hostel_hardware_page_look (self);
}
