#define G_LOG_DOMAIN "hostel-os-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-os-row.h"

struct _HostelOsRow
{
  AdwActionRow parent_instance;

  GtkWidget *copy_button; /* borrowed: template child */
  GtkWidget *open_button; /* borrowed: template child */

  HostelOs  *os;          /* owned */
};

G_DEFINE_FINAL_TYPE (HostelOsRow, hostel_os_row, ADW_TYPE_ACTION_ROW)

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelOsRow *self = HOSTEL_OS_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), hostel_os_get_image_url (self->os));
  gtk_widget_activate_action (widget, "dialog.toast", "s", _("Address copied"));
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelOsRow *self = HOSTEL_OS_ROW (widget);

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)),
                hostel_os_get_image_url (self->os), GDK_CURRENT_TIME);
}

static void
hostel_os_row_finalize (GObject *object)
{
  HostelOsRow *self = HOSTEL_OS_ROW (object);

  g_clear_object (&self->os);

  G_OBJECT_CLASS (hostel_os_row_parent_class)->finalize (object);
}

static void
hostel_os_row_class_init (HostelOsRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_os_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-os-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelOsRow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HostelOsRow, open_button);
  gtk_widget_class_install_action (widget_class, "row.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "row.open", NULL, open_action);
}

static void
hostel_os_row_init (HostelOsRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hostel_os_row_new:
 * @os: a system with a cloud image
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
hostel_os_row_new (HostelOs *os)
{
  HostelOsRow *self;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *open = NULL;

  g_return_val_if_fail (HOSTEL_IS_OS (os), NULL);

  self = g_object_new (HOSTEL_TYPE_OS_ROW, NULL);
  self->os = g_object_ref (os);
  title = g_markup_escape_text (hostel_os_get_name (os), -1);
  subtitle = g_markup_escape_text (hostel_os_get_image_url (os), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hostel_os_get_image_url (os));

  copy = g_strdup_printf (_("Copy the Address for %s"), hostel_os_get_name (os));
  open = g_strdup_printf (_("Download %s in the Browser"), hostel_os_get_name (os));
  gtk_widget_set_tooltip_text (self->copy_button, copy);
  gtk_widget_set_tooltip_text (self->open_button, open);
  hostel_accessible_mend (GTK_WIDGET (self));

  return GTK_WIDGET (self);
}

/**
 * hostel_os_row_matches:
 * @words: what a person looks for
 *
 * Returns: whether the name or the address has @words, in whatever case
 */
gboolean
hostel_os_row_matches (HostelOsRow *self,
                       const char  *words)
{
  g_autofree char *needle = NULL;
  g_autofree char *name = NULL;
  g_autofree char *url = NULL;

  g_return_val_if_fail (HOSTEL_IS_OS_ROW (self), FALSE);

  needle = g_utf8_casefold (words, -1);
  name = g_utf8_casefold (hostel_os_get_name (self->os), -1);
  url = g_utf8_casefold (hostel_os_get_image_url (self->os), -1);

  return strstr (name, needle) != NULL || strstr (url, needle) != NULL;
}
