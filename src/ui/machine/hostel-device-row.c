/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-device-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-device-row.h"

struct _HostelDeviceRow
{
  AdwActionRow parent_instance;

  char       *shown;   /* owned, nullable: what the buttons are for */
  GPtrArray  *buttons; /* owned: of widgets, borrowed */
};

G_DEFINE_FINAL_TYPE (HostelDeviceRow, hostel_device_row, ADW_TYPE_ACTION_ROW)

static void
hostel_device_row_finalize (GObject *object)
{
  HostelDeviceRow *self = HOSTEL_DEVICE_ROW (object);

  g_free (self->shown);
  g_ptr_array_unref (self->buttons);

  G_OBJECT_CLASS (hostel_device_row_parent_class)->finalize (object);
}

static void
hostel_device_row_class_init (HostelDeviceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_device_row_finalize;
}

static void
hostel_device_row_init (HostelDeviceRow *self)
{
  self->buttons = g_ptr_array_new ();
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
}

HostelDeviceRow *
hostel_device_row_new (void)
{
  return g_object_new (HOSTEL_TYPE_DEVICE_ROW, NULL);
}

/* @icon: instead of the label, which is then read and shown as a hint. @id: NULL for an action without target */
static void
add_button (HostelDeviceRow *self,
            const char      *label,
            const char      *icon,
            const char      *action,
            const char      *id)
{
  GtkWidget *button = icon != NULL ? gtk_button_new_from_icon_name (icon) : gtk_button_new_with_label (label);
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  /* Translators: a verb and what it is done to, "Remove: Disk vdb" */
  g_autofree char *name = g_strdup_printf (_("%s: %s"), label, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  if (id != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  if (icon != NULL)
    gtk_widget_set_tooltip_text (button, label);
  hostel_accessible_set_label (button, name);
  if (icon != NULL)
    hostel_accessible_set_description (button, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  g_ptr_array_add (self->buttons, button);
}

/* Whether other buttons are wanted: those that stay keep the keyboard. */
static gboolean
begin_buttons (HostelDeviceRow *self,
               char            *wanted)
{
  if (g_strcmp0 (self->shown, wanted) == 0)
    {
      g_free (wanted);
      return FALSE;
    }

  g_free (self->shown);
  self->shown = wanted;
  for (guint i = 0; i < self->buttons->len; i++)
    adw_action_row_remove (ADW_ACTION_ROW (self), self->buttons->pdata[i]);
  g_ptr_array_set_size (self->buttons, 0);

  return TRUE;
}

/* Both truths in words; they are read with the row's name, too. */
static void
show_values (HostelDeviceRow *self,
             const char      *title,
             const char      *live,
             const char      *next,
             gboolean         pending)
{
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *name = NULL;

  if (!pending)
    text = g_strdup (live != NULL ? live : next);
  else if (live == NULL)
    text = g_strdup_printf (_("%s\nComes with the next start"), next);
  else if (next == NULL)
    text = g_strdup_printf (_("%s\nIs gone from the next start on"), live);
  else
    text = g_strdup_printf (_("%s\nFrom the next start on: %s"), live, next);

  markup = g_markup_escape_text (text, -1);
  name = g_strdup_printf (_("%s: %s"), title, text);
  g_strdelimit (name, "\n", ' ');
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  hostel_accessible_set_label (GTK_WIDGET (self), name);
  if (pending)
    gtk_widget_add_css_class (GTK_WIDGET (self), "pending");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "pending");
}

static char *
dup_title (const HostelDevice *device)
{
  if (g_str_equal (device->kind, "disk"))
    return g_strdup_printf (_("Disk %s"), device->id);
  if (g_str_equal (device->kind, "cdrom"))
    return g_strdup_printf (_("Drive %s"), device->id);
  if (g_str_equal (device->kind, "network"))
    return g_strdup_printf (_("Network card %s"), device->id);

  return g_strdup (device->id);
}

static gboolean
is_removable (const char *kind)
{
  static const char * const kinds[] = { "disk", "cdrom", "network", "filesystem", "hostdev", "rng", "watchdog", "sound",
                                        NULL };

  return g_strv_contains (kinds, kind);
}

static void
add_verbs (HostelDeviceRow    *self,
           const HostelDevice *device)
{
  if (g_str_equal (device->kind, "cdrom") && device->empty)
    add_button (self, _("Insert…"), NULL, "hardware.insert", device->id);
  else if (g_str_equal (device->kind, "cdrom"))
    add_button (self, _("Eject"), NULL, "hardware.eject", device->id);
  else if (g_str_equal (device->kind, "network") && device->unplugged)
    add_button (self, _("Plug In"), NULL, "hardware.plug", device->id);
  else if (g_str_equal (device->kind, "network"))
    add_button (self, _("Unplug"), NULL, "hardware.unplug", device->id);
  if (is_removable (device->kind))
    add_button (self, _("Remove"), "user-trash-symbolic", "hardware.remove", device->id);
}

/**
 * hostel_device_row_set_device:
 * @self: a row
 * @device: what it shows
 * @pending: whether what it is now and what it is from the next start on can differ
 */
void
hostel_device_row_set_device (HostelDeviceRow    *self,
                              const HostelDevice *device,
                              gboolean            pending)
{
  g_autofree char *title = dup_title (device);
  gboolean waits = pending && g_strcmp0 (device->live, device->next) != 0;

  show_values (self, title, device->live, device->next, waits);
  if (!begin_buttons (self, g_strdup_printf ("%s %d%d%d", device->kind, waits, device->empty, device->unplugged)))
    return;

  if (waits)
    add_button (self, _("Undo"), NULL, "hardware.keep", device->id);
  else
    add_verbs (self, device);
}

/**
 * hostel_device_row_set_value:
 * @self: a row
 * @id: "memory" or "vcpus"
 * @title: what it is
 * @live: (nullable): what it is now, %NULL where the machine is off
 * @next: (nullable): what it is from the next start on, %NULL where there is none
 */
void
hostel_device_row_set_value (HostelDeviceRow *self,
                             const char      *id,
                             const char      *title,
                             const char      *live,
                             const char      *next)
{
  gboolean waits = live != NULL && next != NULL && !g_str_equal (live, next);

  show_values (self, title, live, next, waits);
  if (!begin_buttons (self, g_strdup_printf ("%s %d", id, waits)))
    return;

  if (waits)
    add_button (self, _("Undo"), NULL, "hardware.keep", id);
  add_button (self, _("Change…"), NULL, "hardware.change", id);
}
