/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-key-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-file-choice.h"
#include "hostel-key-group.h"
#include "hostel-key-row.h"
#include "hostel-ssh-key.h"

struct _HostelKeyGroup
{
  AdwPreferencesGroup   parent_instance;

  AdwEntryRow          *add_row;  /* borrowed: template child */

  GPtrArray            *rows;     /* owned, of borrowed HostelKeyRow */
  guint                 setting : 1;
};

G_DEFINE_FINAL_TYPE (HostelKeyGroup, hostel_key_group, ADW_TYPE_PREFERENCES_GROUP)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
emit_changed_cb (HostelKeyGroup *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

static HostelKeyRow *
find_row (HostelKeyGroup *self,
          const char     *key)
{
  guint i;

  for (i = 0; i < self->rows->len; i++)
    {
      HostelKeyRow *row = g_ptr_array_index (self->rows, i);

      if (g_str_equal (hostel_key_row_get_key (row), key))
        return row;
    }

  return NULL;
}

static HostelKeyRow *
ensure_row (HostelKeyGroup *self,
            const char     *key)
{
  HostelKeyRow *row = find_row (self, key);

  if (row != NULL)
    return row;

  row = HOSTEL_KEY_ROW (hostel_key_row_new (key));
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (emit_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, row);

  /* The entry for more stays last: the group can only append. */
  g_object_ref (self->add_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  g_object_unref (self->add_row);

  return row;
}

/* Whatever has begun to be pasted as a private key is not kept even in the entry. */
static gboolean
is_private_key (const char *text)
{
  return strstr (text, "PRIVATE KEY") != NULL || strstr (text, "PuTTY-User-Key-File") != NULL;
}

static void
add_changed_cb (HostelKeyGroup *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->add_row));
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    return;

  if (is_private_key (text))
    {
      hostel_ssh_key_check (text, &error);
      gtk_editable_set_text (GTK_EDITABLE (self->add_row), "");
      if (error == NULL)
        hostel_error_set (&error, HOSTEL_ERROR_INVALID, _("Paste the public one, from “.pub”."),
                          NULL, _("That is a private key, which must not leave this computer."));
      hostel_field_set_error (self->add_row, error, NULL);
      return;
    }

  hostel_field_set_message (self->add_row, NULL, NULL);
}

static void
add_applied_cb (HostelKeyGroup *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->add_row)));
  g_autoptr (GError) error = NULL;

  g_strstrip (text);
  if (*text == '\0')
    return;

  if (!hostel_key_group_add_text (self, text, &error))
    {
      hostel_field_set_error (self->add_row, error, NULL);
      return;
    }

  gtk_editable_set_text (GTK_EDITABLE (self->add_row), "");
  hostel_field_set_message (self->add_row, NULL, NULL);
}

static void
read_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  GStrv keys = hostel_ssh_key_read_file (task_data, &error);

  if (keys != NULL)
    g_task_return_pointer (task, keys, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  HostelKeyGroup *self = HOSTEL_KEY_GROUP (object);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = g_task_propagate_pointer (G_TASK (result), &error);
  guint i;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;

  hostel_field_set_error (self->add_row, error, NULL);
  for (i = 0; keys != NULL && keys[i] != NULL; i++)
    hostel_key_row_set_selected (ensure_row (self, keys[i]), TRUE);
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  g_autoptr (GTask) task = g_task_new (widget, NULL, read_cb, NULL);

  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, read_worker);
}

static void
add_file_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (widget, _("Choose a Public Key"), GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
                            file_chosen);
  g_autofree char *ssh = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (ssh);

  if (chooser == NULL)
    return;

  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), folder, NULL);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
hostel_key_group_finalize (GObject *object)
{
  HostelKeyGroup *self = HOSTEL_KEY_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_key_group_parent_class)->finalize (object);
}

static void
hostel_key_group_class_init (HostelKeyGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_key_group_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-key-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelKeyGroup, add_row);
  gtk_widget_class_bind_template_callback (widget_class, add_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_applied_cb);
  gtk_widget_class_install_action (widget_class, "keys.add-file", NULL, add_file_action);
}

static void
hostel_key_group_init (HostelKeyGroup *self)
{
  self->rows = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_field_prepare (self->add_row);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->add_row), FALSE);
  hostel_accessible_mend (GTK_WIDGET (self));
}

static gboolean
contains (const char * const *list,
          const char         *text)
{
  return list != NULL && g_strv_contains (list, text);
}

/**
 * hostel_key_group_set_chosen:
 * @keys: (nullable): public keys that are taken
 * @import_ids: (nullable): accounts that are taken
 *
 * Checks exactly these; what is not in the list yet is added. Does not emit "changed".
 */
void
hostel_key_group_set_chosen (HostelKeyGroup     *self,
                             const char * const *keys,
                             const char * const *import_ids)
{
  guint i;

  g_return_if_fail (HOSTEL_IS_KEY_GROUP (self));

  self->setting = TRUE;
  for (i = 0; keys != NULL && keys[i] != NULL; i++)
    ensure_row (self, keys[i]);
  for (i = 0; import_ids != NULL && import_ids[i] != NULL; i++)
    ensure_row (self, import_ids[i]);

  for (i = 0; i < self->rows->len; i++)
    {
      HostelKeyRow *row = g_ptr_array_index (self->rows, i);
      const char *key = hostel_key_row_get_key (row);

      hostel_key_row_set_selected (row, contains (keys, key) || contains (import_ids, key));
    }
  self->setting = FALSE;
}

static GStrv
dup_chosen (HostelKeyGroup *self,
            gboolean        import_ids)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint i;

  for (i = 0; i < self->rows->len; i++)
    {
      HostelKeyRow *row = g_ptr_array_index (self->rows, i);

      if (hostel_key_row_get_selected (row) && hostel_key_row_is_import_id (row) == import_ids)
        g_strv_builder_add (builder, hostel_key_row_get_key (row));
    }

  return g_strv_builder_end (builder);
}

/**
 * hostel_key_group_dup_keys:
 *
 * Returns: (transfer full): the public keys that are taken
 */
GStrv
hostel_key_group_dup_keys (HostelKeyGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_GROUP (self), NULL);

  return dup_chosen (self, FALSE);
}

/**
 * hostel_key_group_dup_ids:
 *
 * Returns: (transfer full): the accounts that are taken
 */
GStrv
hostel_key_group_dup_ids (HostelKeyGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_GROUP (self), NULL);

  return dup_chosen (self, TRUE);
}

/**
 * hostel_key_group_add_found:
 * @keys: (nullable): this user's own public keys
 *
 * Offers @keys, not taken yet.
 */
void
hostel_key_group_add_found (HostelKeyGroup     *self,
                            const char * const *keys)
{
  guint i;

  g_return_if_fail (HOSTEL_IS_KEY_GROUP (self));

  self->setting = TRUE;
  for (i = 0; keys != NULL && keys[i] != NULL; i++)
    ensure_row (self, keys[i]);
  self->setting = FALSE;
}

static gboolean
add_import_ids (HostelKeyGroup  *self,
                const char      *text,
                GError         **error)
{
  g_auto (GStrv) ids = g_strsplit_set (text, " \t\r\n,", -1);
  guint i;

  for (i = 0; ids[i] != NULL; i++)
    if (*ids[i] != '\0' && !hostel_cloud_config_check_field ("user-ssh-import-ids", ids[i], error))
      return FALSE;

  for (i = 0; ids[i] != NULL; i++)
    if (*ids[i] != '\0')
      hostel_key_row_set_selected (ensure_row (self, ids[i]), TRUE);

  return TRUE;
}

/**
 * hostel_key_group_add_text:
 * @text: public keys, one a line, or accounts as "gh:alice"
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Adds and takes what @text has, or nothing of it.
 *
 * Returns: whether it was added
 */
gboolean
hostel_key_group_add_text (HostelKeyGroup  *self,
                           const char      *text,
                           GError         **error)
{
  g_auto (GStrv) keys = NULL;
  guint i;

  g_return_val_if_fail (HOSTEL_IS_KEY_GROUP (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (hostel_key_is_import_id (text))
    return add_import_ids (self, text, error);

  if ((keys = hostel_ssh_key_parse_lines (text, error)) == NULL)
    return FALSE;

  for (i = 0; keys[i] != NULL; i++)
    hostel_key_row_set_selected (ensure_row (self, keys[i]), TRUE);

  return TRUE;
}

/**
 * hostel_key_group_get_problem:
 *
 * Returns: what is wrong with the text of the entry for more keys, "" for nothing; a private key
 *   that has been thrown away already is no problem
 */
const char *
hostel_key_group_get_problem (HostelKeyGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_GROUP (self), "");

  if (*gtk_editable_get_text (GTK_EDITABLE (self->add_row)) == '\0')
    return "";

  return hostel_field_get_error (self->add_row);
}

/**
 * hostel_key_group_flush:
 *
 * Adds what is in the entry, as if it had been applied.
 */
void
hostel_key_group_flush (HostelKeyGroup *self)
{
  g_return_if_fail (HOSTEL_IS_KEY_GROUP (self));

  add_applied_cb (self);
}
