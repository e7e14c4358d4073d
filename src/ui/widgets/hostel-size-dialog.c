/* SPDX-License-Identifier: GPL-3.0-or-later */
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

  GtkSpinButton    *spin;   /* borrowed: template children */
  GtkDropDown      *choice;

  GArray           *sizes;  /* owned: of the disks to choose from, nullable */
};

G_DEFINE_FINAL_TYPE (HostelSizeDialog, hostel_size_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
show_size (HostelSizeDialog *self,
           guint64           bytes)
{
  g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *body = NULL;
  guint64 least = MIN (bytes / GIB + 1, MAX_GIB);

  body = g_strdup_printf (_("It has %s now. It cannot be made smaller again. Most cloud images "
                            "take the new space by themselves at their next start; in other "
                            "systems the partition must be made larger, too."), size);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);
  gtk_spin_button_set_range (self->spin, least, MAX_GIB);
  gtk_spin_button_set_increments (self->spin, 1, PAGE_GIB);
  gtk_spin_button_set_value (self->spin, MIN (least + PAGE_GIB - 1, MAX_GIB));
}

static void
chosen_cb (HostelSizeDialog *self)
{
  guint place = gtk_drop_down_get_selected (self->choice);

  if (self->sizes != NULL && place < self->sizes->len)
    show_size (self, g_array_index (self->sizes, guint64, place));
}

static void
hostel_size_dialog_finalize (GObject *object)
{
  HostelSizeDialog *self = HOSTEL_SIZE_DIALOG (object);

  g_clear_pointer (&self->sizes, g_array_unref);

  G_OBJECT_CLASS (hostel_size_dialog_parent_class)->finalize (object);
}

static void
hostel_size_dialog_class_init (HostelSizeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_size_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-size-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelSizeDialog, spin);
  gtk_widget_class_bind_template_child (widget_class, HostelSizeDialog, choice);
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
  g_autofree char *heading = NULL;

  g_return_val_if_fail (name != NULL, self);

  heading = g_strdup_printf (_("Make the Disk of “%s” Larger?"), name);
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), heading);
  hostel_accessible_set_label (GTK_WIDGET (self), heading);
  show_size (self, bytes);

  return self;
}

/**
 * hostel_size_dialog_set_choices:
 * @names: of the disks to choose from
 * @sizes: (element-type guint64): how large each is, in bytes
 *
 * Lets a person choose; the first is chosen.
 */
void
hostel_size_dialog_set_choices (HostelSizeDialog   *self,
                                const char * const *names,
                                GArray             *sizes)
{
  g_autoptr (GtkStringList) list = NULL;

  g_return_if_fail (HOSTEL_IS_SIZE_DIALOG (self));
  g_return_if_fail (names != NULL && sizes != NULL && g_strv_length ((GStrv) names) == sizes->len);

  g_clear_pointer (&self->sizes, g_array_unref);
  self->sizes = g_array_ref (sizes);
  list = gtk_string_list_new (names);
  gtk_drop_down_set_model (self->choice, G_LIST_MODEL (list));
  gtk_widget_set_visible (GTK_WIDGET (self->choice), TRUE);
  g_signal_connect_object (self->choice, "notify::selected", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  chosen_cb (self);
}

/**
 * hostel_size_dialog_get_choice:
 *
 * Returns: which of the disks was chosen, 0 for the first
 */
guint
hostel_size_dialog_get_choice (HostelSizeDialog *self)
{
  g_return_val_if_fail (HOSTEL_IS_SIZE_DIALOG (self), 0);

  return self->sizes != NULL ? gtk_drop_down_get_selected (self->choice) : 0;
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
