/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-certificate-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-certificate.h"
#include "hostel-certificate-group.h"
#include "hostel-error.h"
#include "hostel-file-choice.h"

struct _HostelCertificateGroup
{
  AdwPreferencesGroup   parent_instance;

  AdwActionRow         *add_row;  /* borrowed: template child */

  GPtrArray            *rows;     /* owned, of borrowed AdwActionRow */
  GPtrArray            *pems;     /* owned, of strings: what each row shows */
};

G_DEFINE_FINAL_TYPE (HostelCertificateGroup, hostel_certificate_group, ADW_TYPE_PREFERENCES_GROUP)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_error (HostelCertificateGroup *self,
            const GError           *error)
{
  g_autofree char *text = NULL;
  const char *remedy = NULL;

  if (error != NULL)
    {
      remedy = hostel_error_get_remedy (error);
      text = remedy != NULL ? g_strdup_printf ("%s %s", error->message, remedy)
                            : g_strdup (error->message);
      gtk_widget_add_css_class (GTK_WIDGET (self->add_row), "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->add_row), "error");
    }

  adw_action_row_set_subtitle (self->add_row, text);
}

static void
remove_row (HostelCertificateGroup *self,
            gpointer                row)
{
  guint i;

  g_return_if_fail (g_ptr_array_find (self->rows, row, &i));

  g_ptr_array_remove_index (self->rows, i);
  g_ptr_array_remove_index (self->pems, i);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), row);
}

static void
remove_clicked_cb (GtkButton              *button,
                   HostelCertificateGroup *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);

  gtk_widget_grab_focus (GTK_WIDGET (self->add_row));
  remove_row (self, row);
  show_error (self, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static GtkWidget *
make_remove_button (HostelCertificateGroup *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove"));
  hostel_accessible_mend (button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked_cb), self, 0);

  return button;
}

static void
append_row (HostelCertificateGroup *self,
            const char             *pem)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  g_autofree char *title = hostel_certificate_dup_title (pem);
  g_autofree char *subtitle = hostel_certificate_dup_subtitle (pem);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  adw_action_row_add_suffix (row, make_remove_button (self));
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->pems, g_strdup (pem));

  /* The row for more stays last: the group can only append. */
  g_object_ref (self->add_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  g_object_unref (self->add_row);
}

static void
read_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  GStrv certificates = hostel_certificate_read_file (task_data, &error);

  if (certificates != NULL)
    g_task_return_pointer (task, certificates, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  HostelCertificateGroup *self = HOSTEL_CERTIFICATE_GROUP (object);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) certificates = g_task_propagate_pointer (G_TASK (result), &error);
  guint before = self->rows->len;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;

  show_error (self, error);
  for (guint i = 0; certificates != NULL && certificates[i] != NULL; i++)
    {
      if (!g_ptr_array_find_with_equal_func (self->pems, certificates[i], g_str_equal, NULL))
        append_row (self, certificates[i]);
    }

  if (self->rows->len > before)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  hostel_certificate_group_add_file (HOSTEL_CERTIFICATE_GROUP (widget), file);
}

static void
add_activated_cb (HostelCertificateGroup *self)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (GTK_WIDGET (self), _("Choose Certificates"),
                            GTK_FILE_CHOOSER_ACTION_OPEN, NULL, file_chosen);

  if (chooser == NULL)
    return;

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
hostel_certificate_group_finalize (GObject *object)
{
  HostelCertificateGroup *self = HOSTEL_CERTIFICATE_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->pems, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_certificate_group_parent_class)->finalize (object);
}

static void
hostel_certificate_group_class_init (HostelCertificateGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_certificate_group_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-certificate-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCertificateGroup, add_row);
  gtk_widget_class_bind_template_callback (widget_class, add_activated_cb);
}

static void
hostel_certificate_group_init (HostelCertificateGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->pems = g_ptr_array_new_with_free_func (g_free);

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_certificate_group_add_file:
 * @file: a file of certificates
 *
 * Reads it in a worker. What is wrong with it is told in the group, and nothing of it is added then.
 */
void
hostel_certificate_group_add_file (HostelCertificateGroup *self,
                                   GFile                  *file)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOSTEL_IS_CERTIFICATE_GROUP (self));
  g_return_if_fail (G_IS_FILE (file));

  if (g_file_peek_path (file) == NULL)
    return;

  task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, read_worker);
}

/**
 * hostel_certificate_group_set_certificates:
 * @certificates: (nullable): in PEM form
 *
 * Does not emit "changed"; rows that show the same stay as they are.
 */
void
hostel_certificate_group_set_certificates (HostelCertificateGroup *self,
                                           const char * const     *certificates)
{
  static const char * const none[] = { NULL };
  g_auto (GStrv) shown = NULL;

  g_return_if_fail (HOSTEL_IS_CERTIFICATE_GROUP (self));

  if (certificates == NULL)
    certificates = none;
  shown = hostel_certificate_group_dup_certificates (self);
  if (g_strv_equal ((const char * const *) shown, certificates))
    return;

  while (self->rows->len > 0)
    remove_row (self, g_ptr_array_index (self->rows, self->rows->len - 1));
  for (guint i = 0; certificates[i] != NULL; i++)
    append_row (self, certificates[i]);
}

/**
 * hostel_certificate_group_dup_certificates:
 *
 * Returns: (transfer full): what is in it, in PEM form
 */
GStrv
hostel_certificate_group_dup_certificates (HostelCertificateGroup *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (HOSTEL_IS_CERTIFICATE_GROUP (self), NULL);

  for (guint i = 0; i < self->pems->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->pems, i));

  return g_strv_builder_end (builder);
}
