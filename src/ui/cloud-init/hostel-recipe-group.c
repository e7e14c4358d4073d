/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-recipe-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-file-choice.h"
#include "hostel-recipe-group.h"

struct _HostelRecipeGroup
{
  AdwPreferencesGroup   parent_instance;

  AdwComboRow          *row;         /* borrowed: template children */
  GtkWidget            *open_button;

  GPtrArray            *recipes;     /* owned, of HostelRecipe; in the order of the row, after None */
  HostelRecipe         *shown;       /* borrowed, nullable: of "recipes" */
  guint                 setting : 1; /* what changes now is not a person's doing */
  guint                 disposed : 1;
};

G_DEFINE_FINAL_TYPE (HostelRecipeGroup, hostel_recipe_group, ADW_TYPE_PREFERENCES_GROUP)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static HostelRecipe *
get_selected (HostelRecipeGroup *self)
{
  guint selected = adw_combo_row_get_selected (self->row);

  return selected > 0 && selected <= self->recipes->len ? self->recipes->pdata[selected - 1] : NULL;
}

static void
tell (HostelRecipeGroup *self,
      const char        *text,
      gboolean           error)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), markup);
  hostel_accessible_set_description (GTK_WIDGET (self->row), text);
  if (error)
    gtk_widget_add_css_class (GTK_WIDGET (self->row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->row), "error");
}

static void
describe (HostelRecipeGroup *self)
{
  HostelRecipe *recipe = get_selected (self);

  tell (self, recipe != NULL ? hostel_recipe_get_description (recipe)
                             : _("What the machine is to be set up as"), FALSE);
}

/* Takes over the list; the selection is set by who calls. */
static void
show_titles (HostelRecipeGroup *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  /* Translators: no recipe. */
  gtk_string_list_append (titles, _("None"));
  for (guint i = 0; i < self->recipes->len; i++)
    gtk_string_list_append (titles, hostel_recipe_get_title (self->recipes->pdata[i]));

  self->setting = TRUE;
  adw_combo_row_set_model (self->row, G_LIST_MODEL (titles));
  self->setting = FALSE;
}

static void
selected_cb (HostelRecipeGroup *self)
{
  HostelRecipe *recipe = get_selected (self);

  if (self->setting || self->disposed || recipe == self->shown)
    return;

  self->shown = recipe;
  describe (self);
  g_signal_emit (self, signals[CHOSEN], 0, recipe);
}

static void
list_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_task_return_pointer (task, hostel_recipe_list (), (GDestroyNotify) g_ptr_array_unref);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelRecipeGroup *self = HOSTEL_RECIPE_GROUP (object);
  g_autoptr (GPtrArray) recipes = g_task_propagate_pointer (G_TASK (result), NULL);
  HostelRecipe *chosen = self->shown;

  if (recipes == NULL || self->disposed)
    return;

  /* One that was opened meanwhile stays the chosen one. */
  for (guint i = 0; i < recipes->len; i++)
    g_ptr_array_insert (self->recipes, (int) i, g_object_ref (recipes->pdata[i]));
  show_titles (self);
  hostel_recipe_group_set_recipe (self, chosen);
}

static void
file_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  HostelRecipe *recipe = hostel_recipe_new_from_file (task_data, &error);

  if (recipe != NULL)
    g_task_return_pointer (task, recipe, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
file_read_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  HostelRecipeGroup *self = HOSTEL_RECIPE_GROUP (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelRecipe) recipe = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->disposed)
    return;

  if (recipe == NULL)
    {
      hostel_recipe_group_show_error (self, error);
      return;
    }
  hostel_recipe_group_set_recipe (self, recipe);
  g_signal_emit (self, signals[CHOSEN], 0, recipe);
}

static void
file_chosen (GtkWidget *widget,
             GFile     *file)
{
  hostel_recipe_group_use_file (HOSTEL_RECIPE_GROUP (widget), file);
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (widget, _("Open a Recipe File"), GTK_FILE_CHOOSER_ACTION_OPEN, NULL,
                            file_chosen);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  if (chooser == NULL)
    return;

  gtk_file_filter_set_name (filter, _("Recipes"));
  gtk_file_filter_add_suffix (filter, "yaml");
  gtk_file_filter_add_suffix (filter, "yml");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
hostel_recipe_group_dispose (GObject *object)
{
  HostelRecipeGroup *self = HOSTEL_RECIPE_GROUP (object);

  self->disposed = TRUE;

  G_OBJECT_CLASS (hostel_recipe_group_parent_class)->dispose (object);
}

static void
hostel_recipe_group_finalize (GObject *object)
{
  g_clear_pointer (&HOSTEL_RECIPE_GROUP (object)->recipes, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_recipe_group_parent_class)->finalize (object);
}

static void
hostel_recipe_group_class_init (HostelRecipeGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_recipe_group_dispose;
  object_class->finalize = hostel_recipe_group_finalize;

  signals[CHOSEN] =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, HOSTEL_TYPE_RECIPE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-recipe-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeGroup, row);
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeGroup, open_button);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_install_action (widget_class, "recipe.open", NULL, open_action);
}

static void
hostel_recipe_group_init (HostelRecipeGroup *self)
{
  g_autoptr (GTask) task = NULL;

  self->recipes = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  show_titles (self);
  describe (self);

  task = g_task_new (self, NULL, listed_cb, NULL);
  g_task_run_in_thread (task, list_worker);
}

/**
 * hostel_recipe_group_set_recipe:
 * @recipe: (nullable): the chosen one
 *
 * Does not emit "chosen".
 */
void
hostel_recipe_group_set_recipe (HostelRecipeGroup *self,
                                HostelRecipe      *recipe)
{
  guint position = 0;

  g_return_if_fail (HOSTEL_IS_RECIPE_GROUP (self));
  g_return_if_fail (recipe == NULL || HOSTEL_IS_RECIPE (recipe));

  if (recipe != NULL && !g_ptr_array_find (self->recipes, recipe, &position))
    {
      position = self->recipes->len;
      g_ptr_array_add (self->recipes, g_object_ref (recipe));
      show_titles (self);
    }

  self->shown = recipe;
  self->setting = TRUE;
  adw_combo_row_set_selected (self->row, recipe != NULL ? position + 1 : 0);
  self->setting = FALSE;
  describe (self);
}

/**
 * hostel_recipe_group_show_error:
 * @error: why a recipe cannot be used
 */
void
hostel_recipe_group_show_error (HostelRecipeGroup *self,
                                const GError      *error)
{
  g_autofree char *text = NULL;

  g_return_if_fail (HOSTEL_IS_RECIPE_GROUP (self));
  g_return_if_fail (error != NULL);

  text = hostel_error_get_line (error) > 0
           ? g_strdup_printf (_("Line %u: %s"), hostel_error_get_line (error), error->message)
           : g_strdup (error->message);
  tell (self, text, TRUE);
}

/**
 * hostel_recipe_group_use_file:
 * @file: a recipe, as somebody else may have sent it
 *
 * Reads it in a worker, then it is chosen, or the row tells why not.
 */
void
hostel_recipe_group_use_file (HostelRecipeGroup *self,
                              GFile             *file)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOSTEL_IS_RECIPE_GROUP (self));
  g_return_if_fail (G_IS_FILE (file));

  if (g_file_peek_path (file) == NULL)
    return;

  task = g_task_new (self, NULL, file_read_cb, NULL);
  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, file_worker);
}
