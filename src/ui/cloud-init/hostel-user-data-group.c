/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-file-choice.h"
#include "hostel-recipe.h"
#include "hostel-user-data.h"
#include "hostel-user-data-file.h"
#include "hostel-user-data-group.h"

struct _HostelUserDataGroup
{
  AdwPreferencesGroup   parent_instance;

  AdwActionRow         *row;         /* borrowed: template children */
  GtkWidget            *edit_button;
  GtkWidget            *form_button;

  HostelMachineSpec    *spec;        /* owned, nullable until set */
  guint                 refused : 1; /* the row tells why a file was not taken */
};

G_DEFINE_FINAL_TYPE (HostelUserDataGroup, hostel_user_data_group, ADW_TYPE_PREFERENCES_GROUP)

enum { CHANGED, RECIPE, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Scripts, templates and archives are passed on as they are. */
static gboolean
is_cloud_config (HostelUserDataGroup *self)
{
  GBytes *user_data = hostel_machine_spec_get_user_data (self->spec);

  return user_data != NULL &&
         hostel_user_data_get_kind (user_data) == HOSTEL_USER_DATA_CLOUD_CONFIG;
}

static void
show (HostelUserDataGroup *self,
      GFile               *file,
      const char          *text)
{
  g_autofree char *name = g_path_get_basename (g_file_peek_path (file) != NULL
                                               ? g_file_peek_path (file) : "user-data");
  g_autofree char *display_name = g_filename_display_name (name);
  g_autofree char *title = g_markup_escape_text (display_name, -1);
  g_autofree char *subtitle = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_action_row_set_subtitle (self->row, subtitle);
  hostel_accessible_set_description (GTK_WIDGET (self->row), text);
  if (self->refused)
    gtk_widget_add_css_class (GTK_WIDGET (self->row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->row), "error");
  gtk_widget_set_visible (self->form_button, !self->refused);
  gtk_widget_set_visible (self->edit_button, !self->refused && is_cloud_config (self));

  g_signal_emit (self, signals[CHANGED], 0);
}

/* Somebody's recipe is a YAML file, too. */
static gboolean
is_recipe (HostelUserDataGroup *self,
           GBytes              *bytes)
{
  g_autoptr (HostelRecipe) recipe = NULL;

  if (hostel_user_data_get_kind (bytes) != HOSTEL_USER_DATA_UNKNOWN ||
      (recipe = hostel_recipe_new_from_bytes ("dropped", bytes, NULL)) == NULL)
    return FALSE;

  g_signal_emit (self, signals[RECIPE], 0, recipe);

  return TRUE;
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelUserDataGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_user_data_file_load_finish (G_FILE (object), result, &error);
  g_autofree char *text = NULL;

  if (self->spec == NULL)
    return;

  if (bytes != NULL && is_recipe (self, bytes))
    return;

  self->refused = bytes == NULL
                  || !hostel_machine_spec_set_user_data (self->spec, bytes, &error);
  if (self->refused)
    {
      /* What was there before is not used either: the person did not choose it again. */
      hostel_machine_spec_set_user_data (self->spec, NULL, NULL);
      text = hostel_error_get_remedy (error) != NULL
             ? g_strdup_printf ("%s %s", error->message, hostel_error_get_remedy (error))
             : g_strdup (error->message);
    }

  show (self, G_FILE (object),
        self->refused ? text : _("Goes to the machine as it is, in place of the form"));
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  hostel_user_data_group_use_file (HOSTEL_USER_DATA_GROUP (widget), file);
}

static void
use_form_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  HostelUserDataGroup *self = HOSTEL_USER_DATA_GROUP (widget);

  hostel_machine_spec_set_user_data (self->spec, NULL, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
hostel_user_data_group_dispose (GObject *object)
{
  HostelUserDataGroup *self = HOSTEL_USER_DATA_GROUP (object);

  g_clear_object (&self->spec);

  G_OBJECT_CLASS (hostel_user_data_group_parent_class)->dispose (object);
}

static void
hostel_user_data_group_class_init (HostelUserDataGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_user_data_group_dispose;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  signals[RECIPE] =
    g_signal_new ("recipe", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_RECIPE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-user-data-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataGroup, row);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataGroup, edit_button);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataGroup, form_button);
  gtk_widget_class_install_action (widget_class, "user-data.use-form", NULL, use_form_action);
}

static void
hostel_user_data_group_init (HostelUserDataGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_user_data_group_set_spec:
 * @spec: what will be created
 */
void
hostel_user_data_group_set_spec (HostelUserDataGroup *self,
                                 HostelMachineSpec   *spec)
{
  g_return_if_fail (HOSTEL_IS_USER_DATA_GROUP (self));
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (spec));

  g_set_object (&self->spec, spec);
}

/**
 * hostel_user_data_group_choose:
 *
 * Opens a file chooser.
 */
void
hostel_user_data_group_choose (HostelUserDataGroup *self)
{
  GtkFileChooserNative *chooser;

  g_return_if_fail (HOSTEL_IS_USER_DATA_GROUP (self));

  chooser = hostel_file_choice_new (GTK_WIDGET (self), _("Choose a user-data File"),
                                    GTK_FILE_CHOOSER_ACTION_OPEN, NULL, file_chosen);
  if (chooser != NULL)
    gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * hostel_user_data_group_use_file:
 * @file: a person's own user-data
 *
 * Reads @file in a worker and sets it as the spec's user-data, or tells why not.
 */
void
hostel_user_data_group_use_file (HostelUserDataGroup *self,
                                 GFile               *file)
{
  g_return_if_fail (HOSTEL_IS_USER_DATA_GROUP (self));
  g_return_if_fail (G_IS_FILE (file));

  hostel_user_data_file_load_async (file, loaded_cb, g_object_ref (self));
}

/**
 * hostel_user_data_group_edit:
 * @config: the form's document
 *
 * Makes the file the form's document, text and all, instead of passing it on as it is.
 *
 * Returns: whether it could be read
 */
gboolean
hostel_user_data_group_edit (HostelUserDataGroup *self,
                             HostelCloudConfig   *config)
{
  g_autoptr (GError) error = NULL;
  const char *data;
  gsize length;

  g_return_val_if_fail (HOSTEL_IS_USER_DATA_GROUP (self), FALSE);
  g_return_val_if_fail (hostel_user_data_group_is_used (self), FALSE);

  data = g_bytes_get_data (hostel_machine_spec_get_user_data (self->spec), &length);
  if (!hostel_cloud_config_parse (config, data != NULL ? data : "", length, &error))
    {
      g_autofree char *subtitle = g_markup_escape_text (error->message, -1);

      adw_action_row_set_subtitle (self->row, subtitle);
      return FALSE;
    }

  hostel_machine_spec_set_user_data (self->spec, NULL, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

/**
 * hostel_user_data_group_is_used:
 *
 * Returns: whether a file takes the form's place
 */
gboolean
hostel_user_data_group_is_used (HostelUserDataGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_USER_DATA_GROUP (self), FALSE);

  return self->spec != NULL && hostel_machine_spec_get_user_data (self->spec) != NULL;
}

/**
 * hostel_user_data_group_has_news:
 *
 * Returns: whether there is something to show: a file in use, or why one was refused
 */
gboolean
hostel_user_data_group_has_news (HostelUserDataGroup *self)
{
  g_return_val_if_fail (HOSTEL_IS_USER_DATA_GROUP (self), FALSE);

  return hostel_user_data_group_is_used (self) || self->refused;
}
