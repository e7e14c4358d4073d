/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data-window"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-domain-seed.h"
#include "hostel-error.h"
#include "hostel-recipe-dialog.h"
#include "hostel-user-data-editor.h"
#include "hostel-user-data-window.h"
#include "hostel-user-data.h"

struct _HostelUserDataWindow
{
  AdwWindow             parent_instance;

  AdwWindowTitle       *window_title; /* borrowed: template children */
  AdwToastOverlay      *toasts;
  GtkStack             *stack;
  HostelUserDataEditor *editor;
  GtkLabel             *problem;
  AdwStatusPage        *error_page;

  HostelDomain         *domain;       /* owned */
  GBytes               *original;     /* owned, nullable: bytes that are no text */
  GCancellable         *cancellable;  /* owned: ends with the window */
  guint                 busy : 1;
};

G_DEFINE_FINAL_TYPE (HostelUserDataWindow, hostel_user_data_window, ADW_TYPE_WINDOW)

enum { APPLIED, N_SIGNALS };

static guint signals[N_SIGNALS];

static GBytes *
dup_bytes (HostelUserDataWindow *self)
{
  char *text;

  if (self->original != NULL)
    return g_bytes_ref (self->original);

  text = hostel_user_data_editor_dup_text (self->editor);

  return g_bytes_new_take (text, strlen (text));
}

static void
show_problem (HostelUserDataWindow *self,
              const GError         *error)
{
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);
  gtk_label_set_text (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static void
changed_cb (HostelUserDataWindow *self)
{
  g_autoptr (GBytes) bytes = dup_bytes (self);
  g_autoptr (GError) error = NULL;
  gboolean good = hostel_user_data_check (bytes, &error);

  show_problem (self, error);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "user-data.apply", good && !self->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "user-data.save-recipe", good && !self->busy);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelUserDataWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_domain_seed_load_finish (HOSTEL_DOMAIN (object), result, &error);
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *os_id = NULL;
  HostelCloudTarget target;
  const char *data;
  gsize size;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (bytes == NULL)
    {
      text = g_strjoin (" ", error->message, hostel_error_get_remedy (error), NULL);
      markup = g_markup_escape_text (text, -1);
      adw_status_page_set_description (self->error_page, markup);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return;
    }

  data = g_bytes_get_data (bytes, &size);
  text = g_utf8_make_valid (data != NULL ? data : "", size);
  /* What is no text cannot be edited as one, only applied as it is. */
  if (strlen (text) != size || (size > 0 && memcmp (text, data, size) != 0))
    self->original = g_bytes_ref (bytes);
  g_object_get (self->domain, "os-id", &os_id, NULL);
  target = hostel_cloud_target_for_os (os_id);
  hostel_user_data_editor_set_target (self->editor, &target);
  hostel_user_data_editor_set_editable (self->editor, self->original == NULL);
  hostel_user_data_editor_set_text (self->editor, text);
  hostel_user_data_editor_check (self->editor);
  gtk_stack_set_visible_child_name (self->stack, "text");
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
set_busy (HostelUserDataWindow *self,
          gboolean              busy)
{
  self->busy = busy;
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "user-data.apply", !busy);
}

static void
applied_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelUserDataWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_domain_seed_apply_finish (HOSTEL_DOMAIN (object), result, &error);

  if (done)
    g_signal_emit (self, signals[APPLIED], 0);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (done)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  set_busy (self, FALSE);
  show_problem (self, error);
}

static void
apply_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelUserDataWindow *self = HOSTEL_USER_DATA_WINDOW (widget);
  g_autoptr (GBytes) bytes = dup_bytes (self);

  /* GTK 4.8 warns where a text that has the focus goes with its window. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  set_busy (self, TRUE);
  hostel_domain_seed_apply_async (self->domain, bytes, applied_cb, g_object_ref (self));
}

static void
saved_cb (HostelUserDataWindow *self,
          const char           *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

/* What is in the editor, with the machine's sizes as they are now. */
static HostelMachineSpec *
new_spec (HostelUserDataWindow *self)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();
  g_autoptr (GBytes) bytes = dup_bytes (self);

  if (hostel_domain_get_memory (self->domain) > 0)
    hostel_machine_spec_set_memory (spec, hostel_domain_get_memory (self->domain));
  if (hostel_domain_get_vcpus (self->domain) > 0)
    hostel_machine_spec_set_vcpus (spec, hostel_domain_get_vcpus (self->domain));
  hostel_machine_spec_set_user_data (spec, bytes, NULL);

  return spec;
}

static void
save_recipe_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  g_autoptr (HostelMachineSpec) spec = new_spec (HOSTEL_USER_DATA_WINDOW (widget));
  HostelRecipeDialog *dialog = hostel_recipe_dialog_new (GTK_WINDOW (widget), spec);

  g_signal_connect_object (dialog, "saved", G_CALLBACK (saved_cb), widget, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
hostel_user_data_window_dispose (GObject *object)
{
  g_cancellable_cancel (HOSTEL_USER_DATA_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (hostel_user_data_window_parent_class)->dispose (object);
}

static void
hostel_user_data_window_finalize (GObject *object)
{
  HostelUserDataWindow *self = HOSTEL_USER_DATA_WINDOW (object);

  g_clear_object (&self->domain);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->original, g_bytes_unref);

  G_OBJECT_CLASS (hostel_user_data_window_parent_class)->finalize (object);
}

static void
hostel_user_data_window_class_init (HostelUserDataWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_user_data_window_dispose;
  object_class->finalize = hostel_user_data_window_finalize;

  signals[APPLIED] =
    g_signal_new ("applied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOSTEL_TYPE_USER_DATA_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-user-data-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, editor);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HostelUserDataWindow, error_page);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "user-data.apply", NULL, apply_action);
  gtk_widget_class_install_action (widget_class, "user-data.save-recipe", NULL, save_recipe_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_user_data_window_init (HostelUserDataWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "user-data.apply", FALSE);
  self->cancellable = g_cancellable_new ();
}

/**
 * hostel_user_data_window_new:
 * @parent: (nullable): the window that it stands on
 * @domain: a machine
 *
 * Returns: (transfer none): a window that reads the machine's seed and shows it
 */
HostelUserDataWindow *
hostel_user_data_window_new (GtkWindow    *parent,
                             HostelDomain *domain)
{
  HostelUserDataWindow *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_USER_DATA_WINDOW, "transient-for", parent, NULL);
  self->domain = g_object_ref (domain);
  adw_window_title_set_subtitle (self->window_title, hostel_domain_get_name (domain));
  hostel_domain_seed_load_async (domain, self->cancellable, loaded_cb, g_object_ref (self));

  return self;
}
