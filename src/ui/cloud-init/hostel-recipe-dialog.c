/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-recipe-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-recipe-dialog.h"

/* Of a longer list the rest is counted. */
#define MAX_SHOWN 8

struct _HostelRecipeDialog
{
  AdwMessageDialog   parent_instance;

  GtkEntry          *entry; /* borrowed: template children */
  GtkLabel          *hint;
  GtkTextView       *text;  /* what nobody knows the secrets of */
  GtkWidget         *text_box;
  GtkCheckButton    *read_check;

  HostelMachineSpec *spec;  /* owned */
  GPtrArray         *taken; /* owned, nullable until read: of HostelRecipe */
};

G_DEFINE_FINAL_TYPE (HostelRecipeDialog, hostel_recipe_dialog, ADW_TYPE_MESSAGE_DIALOG)

enum { SAVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
dup_title (HostelRecipeDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
}

/* One of the program or the administrator can be overridden; a person's own is not overwritten. */
static gboolean
is_taken (HostelRecipeDialog *self,
          HostelRecipe       *recipe)
{
  for (guint i = 0; self->taken != NULL && i < self->taken->len; i++)
    {
      const char *path = hostel_recipe_get_path (self->taken->pdata[i]);

      if (path != NULL && g_str_has_prefix (path, g_get_user_data_dir ()) &&
          g_str_equal (hostel_recipe_get_id (self->taken->pdata[i]), hostel_recipe_get_id (recipe)))
        return TRUE;
    }

  return FALSE;
}

/* What is left out, as it is called in the document. */
static char *
dup_left_out (HostelRecipe *recipe)
{
  const char * const *places = hostel_recipe_get_left_out (recipe);
  guint n = g_strv_length ((GStrv) places);
  g_auto (GStrv) first = g_new0 (char *, MAX_SHOWN + 1);
  g_autofree char *names = NULL;

  for (guint i = 0; i < MIN (n, MAX_SHOWN); i++)
    first[i] = g_strdup (places[i]);
  names = g_strjoinv (", ", first);

  if (n == 0)
    return g_strdup ("");
  if (n <= MAX_SHOWN)
    return g_strdup_printf (_("Left out: %s"), names);

  return g_strdup_printf (ngettext ("Left out: %s and %u more", "Left out: %s and %u more",
                                    n - MAX_SHOWN),
                          names, n - MAX_SHOWN);
}

/* Shown whole where the program cannot tell a secret. */
static void
show_text (HostelRecipeDialog *self,
           HostelRecipe       *recipe)
{
  gboolean unread = hostel_recipe_get_unread (recipe);

  if (unread == gtk_widget_get_visible (self->text_box))
    return;

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text),
                            unread ? hostel_recipe_get_user_data (recipe) : "", -1);
  gtk_widget_set_visible (self->text_box, unread);
}

static void
changed_cb (HostelRecipeDialog *self)
{
  g_autofree char *title = NULL;
  g_autofree char *left_out = NULL;
  g_autoptr (HostelRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;
  const char *hint = "";
  gboolean may_save;

  if (self->spec == NULL)
    return;

  title = dup_title (self);
  recipe = hostel_recipe_new (title, NULL, self->spec, &error);
  if (recipe == NULL)
    hint = error->message;
  else if (*title != '\0' && is_taken (self, recipe))
    hint = _("There is a recipe of that name already.");

  may_save = *title != '\0' && *hint == '\0';
  if (recipe != NULL)
    {
      show_text (self, recipe);
      may_save = may_save && (!hostel_recipe_get_unread (recipe) ||
                              gtk_check_button_get_active (self->read_check));
      left_out = dup_left_out (recipe);
    }

  gtk_label_set_label (self->hint, *hint == '\0' && left_out != NULL ? left_out : hint);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "save", may_save);
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
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* By then the dialog may be closed, and the window gone that it stood on. */
static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelRecipeDialog) self = g_weak_ref_get (g_task_get_task_data (G_TASK (result)));

  if (self == NULL)
    return;

  g_clear_pointer (&self->taken, g_ptr_array_unref);
  self->taken = g_task_propagate_pointer (G_TASK (result), NULL);
  changed_cb (self);
}

static void
save_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;

  if (hostel_recipe_save (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  HostelRecipe *recipe = g_task_get_task_data (G_TASK (result));
  g_autofree char *text = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    text = g_strdup_printf (_("Recipe “%s” saved"), hostel_recipe_get_title (recipe));
  else
    text = g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);
  g_signal_emit (object, signals[SAVED], 0, text);
}

static void
hostel_recipe_dialog_response (AdwMessageDialog *dialog,
                               const char       *response)
{
  HostelRecipeDialog *self = HOSTEL_RECIPE_DIALOG (dialog);
  g_autofree char *title = dup_title (self);
  g_autoptr (GTask) task = NULL;
  HostelRecipe *recipe;

  if (!g_str_equal (response, "save") || self->spec == NULL ||
      (recipe = hostel_recipe_new (title, NULL, self->spec, NULL)) == NULL)
    return;

  if (gtk_check_button_get_active (self->read_check))
    hostel_recipe_set_read (recipe);
  task = g_task_new (self, NULL, saved_cb, NULL);
  g_task_set_task_data (task, recipe, g_object_unref);
  g_task_run_in_thread (task, save_worker);
}

static void
hostel_recipe_dialog_finalize (GObject *object)
{
  HostelRecipeDialog *self = HOSTEL_RECIPE_DIALOG (object);

  g_clear_object (&self->spec);
  g_clear_pointer (&self->taken, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_recipe_dialog_parent_class)->finalize (object);
}

static void
hostel_recipe_dialog_class_init (HostelRecipeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_recipe_dialog_finalize;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = hostel_recipe_dialog_response;

  signals[SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-recipe-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeDialog, text);
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeDialog, text_box);
  gtk_widget_class_bind_template_child (widget_class, HostelRecipeDialog, read_check);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
hostel_recipe_dialog_init (HostelRecipeDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_recipe_dialog_new:
 * @parent: (nullable): the window that it stands on
 * @spec: what is to be saved
 *
 * Returns: (transfer none): the dialog
 */
HostelRecipeDialog *
hostel_recipe_dialog_new (GtkWindow         *parent,
                          HostelMachineSpec *spec)
{
  HostelRecipeDialog *self;
  g_autoptr (GTask) task = NULL;
  GWeakRef *weak;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);

  self = g_object_new (HOSTEL_TYPE_RECIPE_DIALOG, "transient-for", parent, NULL);
  self->spec = g_object_ref (spec);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, NULL, listed_cb, NULL);
  g_task_set_task_data (task, weak, free_weak_ref);
  g_task_run_in_thread (task, list_worker);

  return self;
}
