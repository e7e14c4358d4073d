#define G_LOG_DOMAIN "hostel-size-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-size-dialog.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define MAX_GIB (64 * 1024)
#define PAGE_GIB 10

struct _HostelSizeDialog
{
  AdwMessageDialog  parent_instance;

  GtkSpinButton    *spin; /* borrowed: a template child */
};

G_DEFINE_FINAL_TYPE (HostelSizeDialog, hostel_size_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
hostel_size_dialog_class_init (HostelSizeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-size-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelSizeDialog, spin);
}

static void
hostel_size_dialog_init (HostelSizeDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  /* GtkSpinButton has a property for it from GTK 4.14 on. */
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->spin))),
                                  TRUE);
}

/**
 * hostel_size_dialog_new:
 * @parent: (nullable): the window that it stands on
 * @name: of the disk or its machine
 * @bytes: how large the disk is now
 *
 * A disk never becomes smaller: what would be cut off may be a file system.
 *
 * Returns: (transfer none): the dialog
 */
HostelSizeDialog *
hostel_size_dialog_new (GtkWindow  *parent,
                        const char *name,
                        guint64     bytes)
{
  HostelSizeDialog *self = g_object_new (HOSTEL_TYPE_SIZE_DIALOG, "transient-for", parent, NULL);
  g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  guint64 least = MIN (bytes / GIB + 1, MAX_GIB);

  g_return_val_if_fail (name != NULL, self);

  heading = g_strdup_printf (_("Make the Disk of “%s” Larger?"), name);
  body = g_strdup_printf (_("It has %s now. It cannot be made smaller again. Most cloud images "
                            "take the new space by themselves at their next start; in other "
                            "systems the partition must be made larger, too."), size);
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), heading);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);
  gtk_spin_button_set_range (self->spin, least, MAX_GIB);
  gtk_spin_button_set_increments (self->spin, 1, PAGE_GIB);
  gtk_spin_button_set_value (self->spin, MIN (least + PAGE_GIB - 1, MAX_GIB));
  hostel_accessible_set_label (GTK_WIDGET (self), heading);

  return self;
}

/**
 * hostel_size_dialog_get_bytes:
 *
 * Returns: the chosen size in bytes
 */
guint64
hostel_size_dialog_get_bytes (HostelSizeDialog *self)
{
  g_return_val_if_fail (HOSTEL_IS_SIZE_DIALOG (self), 0);

  gtk_spin_button_update (self->spin);

  return (guint64) gtk_spin_button_get_value_as_int (self->spin) * GIB;
}
