/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-create-cloud-page.h"
#include "hostel-create-dialog.h"
#include "hostel-create-image-page.h"
#include "hostel-create-machine-page.h"
#include "hostel-create-progress-page.h"
#include "hostel-create-review-page.h"
#include "hostel-recent-images.h"

#define N_PAGES 4
#define UNDO_SECONDS 10

struct _HostelCreateDialog
{
  AdwWindow                 parent_instance;

  AdwToastOverlay          *toasts;        /* borrowed: template children */
  GtkRevealer              *drop_revealer;
  AdwWindowTitle           *window_title;
  GtkWidget                *cancel_button;
  GtkWidget                *create_button;
  GtkWidget                *back_button;
  GtkWidget                *next_button;
  GtkLabel                 *position_label;
  GtkStack                 *stack;
  GtkStack                 *pages;
  HostelCreatePage         *image_page;
  HostelCreatePage         *machine_page;
  HostelCreatePage         *cloud_page;
  HostelCreatePage         *review_page;
  HostelCreateProgressPage *progress_page;

  HostelCreateModel        *model;         /* owned */
  guint                     closing : 1;   /* close as soon as the create is undone */
  guint                     asking : 1;    /* a question is open already */
};

G_DEFINE_FINAL_TYPE (HostelCreateDialog, hostel_create_dialog, ADW_TYPE_WINDOW)

enum { CREATED, N_SIGNALS };

static guint signals[N_SIGNALS];

static HostelCreatePage *
get_page (HostelCreateDialog *self,
          guint               i)
{
  HostelCreatePage *pages[N_PAGES] = { self->image_page, self->machine_page, self->cloud_page,
                                       self->review_page };

  return pages[i];
}

static guint
get_position (HostelCreateDialog *self)
{
  GtkWidget *visible = gtk_stack_get_visible_child (self->pages);
  guint i;

  for (i = 0; i < N_PAGES - 1; i++)
    if (GTK_WIDGET (get_page (self, i)) == visible)
      break;

  return i;
}

/* What is installed from a disc asks its questions itself: cloud-init has no part in it. */
static gboolean
is_skipped (HostelCreateDialog *self,
            guint               i)
{
  return get_page (self, i) == self->cloud_page &&
         hostel_machine_spec_is_installation (hostel_create_model_get_spec (self->model));
}

static guint
count_pages (HostelCreateDialog *self,
             guint               end)
{
  guint count = 0;

  for (guint i = 0; i < end; i++)
    if (!is_skipped (self, i))
      count++;

  return count;
}

static gboolean
shows_form (HostelCreateDialog *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "form") == 0;
}

/* The reason why a button cannot be pressed is where the pointer and a screen reader find it. */
static void
set_reason (GtkWidget  *button,
            const char *reason)
{
  gtk_widget_set_tooltip_text (button, *reason != '\0' ? reason : NULL);
  hostel_accessible_set_description (button, reason);
}

static void
set_suggested (GtkWidget *button,
               gboolean   suggested)
{
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

static char *
dup_create_problem (HostelCreateDialog *self)
{
  guint i;

  for (i = 0; i < N_PAGES; i++)
    {
      HostelCreatePage *page = get_page (self, i);
      const char *problem = hostel_create_page_get_problem (page);

      if (*problem != '\0' && !is_skipped (self, i))
        /* Translators: a page of the dialog, then what is wrong there. */
        return g_strdup_printf (_("%s: %s"), hostel_create_page_get_title (page), problem);
    }

  if (get_position (self) == 0)
    return g_strdup (_("Press Next to see what the machine will be like."));

  return g_strdup ("");
}

static void
update_buttons_cb (HostelCreateDialog *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint position = get_position (self);
  const char *problem = hostel_create_page_get_problem (get_page (self, position));
  g_autofree char *create_problem = dup_create_problem (self);
  g_autofree char *position_text = g_strdup_printf (_("%u of %u"), count_pages (self, position) + 1,
                                                    count_pages (self, N_PAGES));
  gboolean form = shows_form (self);

  gtk_widget_action_set_enabled (widget, "dialog.back", form && position > 0);
  gtk_widget_action_set_enabled (widget, "dialog.next", form && *problem == '\0'
                                                        && position + 1 < N_PAGES);
  gtk_widget_action_set_enabled (widget, "dialog.create", form && *create_problem == '\0');
  set_reason (self->next_button, problem);
  set_reason (self->create_button, create_problem);

  gtk_widget_set_visible (self->create_button, form);
  /* Kept in their places, so that nothing moves from page to page. */
  gtk_widget_set_opacity (self->back_button, position > 0 ? 1.0 : 0.0);
  gtk_widget_set_visible (self->next_button, position + 1 < N_PAGES);
  set_suggested (self->next_button, position == 0);
  set_suggested (self->create_button, position > 0);

  gtk_label_set_text (self->position_label, position_text);
  adw_window_title_set_title (self->window_title,
                              form ? hostel_create_page_get_title (get_page (self, position))
                                   : gtk_window_get_title (GTK_WINDOW (self)));
  adw_window_title_set_subtitle (self->window_title,
                                 form ? gtk_window_get_title (GTK_WINDOW (self)) : "");
}

static void
show_page (HostelCreateDialog *self,
           guint               i)
{
  HostelCreatePage *page = get_page (self, i);

  hostel_create_page_flush (get_page (self, get_position (self)));
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (page));
  update_buttons_cb (self);
  hostel_create_page_focus_first (page);
}

/* The last one is what counts: it does not wait for others to go. */
static AdwToast *
new_toast (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *new = adw_toast_new (markup);

  adw_toast_set_priority (new, ADW_TOAST_PRIORITY_HIGH);

  return new;
}

static void
toast (HostelCreateDialog *self,
       const char         *text)
{
  adw_toast_overlay_add_toast (self->toasts, new_toast (text));
}

static void
show_form (HostelCreateDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "form");
  update_buttons_cb (self);
  hostel_create_page_focus_first (get_page (self, get_position (self)));
}

static void
next_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (widget);
  guint position = get_position (self);

  /* What was only in a field may turn out to be wrong. */
  hostel_create_page_flush (get_page (self, position));
  if (*hostel_create_page_get_problem (get_page (self, position)) == '\0')
    show_page (self, is_skipped (self, position + 1) ? position + 2 : position + 1);
}

static void
back_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (widget);
  guint position = get_position (self);

  show_page (self, is_skipped (self, position - 1) ? position - 2 : position - 1);
}

static void
start_create (HostelCreateDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "progress");
  update_buttons_cb (self);
  gtk_widget_grab_focus (self->cancel_button);
  hostel_create_progress_page_start (self->progress_page,
                                     hostel_create_model_get_connection (self->model),
                                     hostel_create_model_get_spec (self->model),
                                     hostel_create_model_get_start_network (self->model));
}

static void
in_place_response_cb (HostelCreateDialog *self,
                      const char         *response)
{
  if (g_str_equal (response, "use"))
    start_create (self);
}

/* Once more: what the machine writes into the image cannot be taken back. */
static void
ask_in_place (HostelCreateDialog *self)
{
  HostelImage *image = hostel_machine_spec_get_image (hostel_create_model_get_spec (self->model));
  g_autofree char *name = g_path_get_basename (hostel_image_get_path (image));
  g_autofree char *body = g_strdup_printf (_("“%s” becomes the disk of the machine, which changes "
                                             "it for good. No other machine can be made of it "
                                             "then."), name);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Use the Image Itself?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "use", _("_Use the Image"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "use",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  hostel_accessible_mend (dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (in_place_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
create_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (widget);
  guint i;

  for (i = 0; i < N_PAGES; i++)
    hostel_create_page_flush (get_page (self, i));
  for (i = 0; i < N_PAGES; i++)
    if (*hostel_create_page_get_problem (get_page (self, i)) != '\0' && !is_skipped (self, i))
      {
        show_page (self, i);
        return;
      }

  if (hostel_machine_spec_get_disk_kind (hostel_create_model_get_spec (self->model)) ==
      HOSTEL_DISK_KIND_IN_PLACE)
    ask_in_place (self);
  else
    start_create (self);
}

static void
form_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  show_form (HOSTEL_CREATE_DIALOG (widget));
}

/* What was there before is not lost: it comes back by one press. */
static void
chosen_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (widget);
  AdwToast *undo = new_toast (g_variant_get_string (parameter, NULL));

  adw_toast_set_button_label (undo, _("_Undo"));
  adw_toast_set_action_name (undo, "dialog.undo-choice");
  /* Long enough to look at what has changed. */
  adw_toast_set_timeout (undo, UNDO_SECONDS);
  adw_toast_overlay_add_toast (self->toasts, undo);
}

static void
undo_choice_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  hostel_create_model_undo_choice (HOSTEL_CREATE_DIALOG (widget)->model);
}

static void
toast_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  toast (HOSTEL_CREATE_DIALOG (widget), g_variant_get_string (parameter, NULL));
}

static void
created_cb (HostelCreateDialog  *self,
            HostelDomain        *domain,
            HostelConsoleStream *console)
{
  HostelImage *image;

  image = hostel_machine_spec_get_image (hostel_create_model_get_spec (self->model));
  hostel_recent_images_add (hostel_image_get_path (image));
  g_signal_emit (self, signals[CREATED], 0, domain, console);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
cancelled_cb (HostelCreateDialog *self)
{
  if (self->closing)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }

  show_form (self);
  toast (self, _("Stopped: nothing was created"));
}

static void
failed_cb (HostelCreateDialog *self)
{
  if (self->closing)
    gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
destroy_cb (gpointer user_data)
{
  gtk_window_destroy (user_data);

  return G_SOURCE_REMOVE;
}

/* Not from within the question's own signal: the question would outlive its parent. */
static void
destroy_soon (HostelCreateDialog *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, destroy_cb, g_object_ref (self), g_object_unref);
}

static void
stop_response_cb (HostelCreateDialog *self,
                  const char         *response)
{
  self->asking = FALSE;
  if (!g_str_equal (response, "stop"))
    return;

  self->closing = TRUE;
  /* It may have ended while the question stood; a machine that was made has closed this window. */
  if (hostel_create_progress_page_is_running (self->progress_page))
    hostel_create_progress_page_cancel (self->progress_page);
  else
    destroy_soon (self);
}

static void
discard_response_cb (HostelCreateDialog *self,
                     const char         *response)
{
  self->asking = FALSE;
  if (g_str_equal (response, "discard"))
    destroy_soon (self);
}

static void
ask (HostelCreateDialog *self,
     const char         *heading,
     const char         *body,
     const char         *keep,
     const char         *response,
     const char         *label,
     GCallback           callback)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "keep", keep);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), response, label);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), response,
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", callback, self, G_CONNECT_SWAPPED);
  hostel_accessible_mend (dialog);
  self->asking = TRUE;
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
hostel_create_dialog_close_request (GtkWindow *window)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (window);
  const char *name = hostel_machine_spec_get_name (hostel_create_model_get_spec (self->model));
  g_autofree char *heading = NULL;

  if (self->asking || self->closing)
    return TRUE;

  if (hostel_create_progress_page_is_running (self->progress_page))
    {
      heading = g_strdup_printf (_("Stop Creating “%s”?"), name);
      ask (self, heading, _("What was made so far is removed."), _("_Keep Creating"),
           "stop", _("_Stop"), G_CALLBACK (stop_response_cb));
      return TRUE;
    }

  if (hostel_create_model_get_touched (self->model))
    {
      ask (self, _("Discard This Virtual Machine?"), _("What was chosen and typed is lost."),
           _("_Keep Editing"), "discard", _("_Discard"), G_CALLBACK (discard_response_cb));
      return TRUE;
    }

  return GTK_WINDOW_CLASS (hostel_create_dialog_parent_class)->close_request (window);
}

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (widget);

  if (hostel_create_progress_page_is_running (self->progress_page))
    hostel_create_progress_page_cancel (self->progress_page);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
close_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

static gboolean
has_suffix (const char         *name,
            const char * const *suffixes)
{
  guint i;

  for (i = 0; suffixes[i] != NULL; i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;

  return FALSE;
}

static gboolean
dropped_cb (HostelCreateDialog *self,
            const GValue       *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || !shows_form (self))
    return FALSE;
  if (files->next != NULL)
    {
      toast (self, _("A machine is made of one image: drop one file at a time."));
      return FALSE;
    }

  return hostel_create_dialog_use_file (self, files->data);
}

static void
drop_hover_cb (HostelCreateDialog *self,
               GParamSpec         *pspec,
               GtkDropTarget      *target)
{
  gtk_revealer_set_reveal_child (self->drop_revealer,
                                 gtk_drop_target_get_current_drop (target) != NULL);
}

static void
add_drop_target (HostelCreateDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  /* Before the entries, which would take the file's address as text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (dropped_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "notify::current-drop", G_CALLBACK (drop_hover_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
hostel_create_dialog_dispose (GObject *object)
{
  HostelCreateDialog *self = HOSTEL_CREATE_DIALOG (object);

  g_clear_object (&self->model);

  G_OBJECT_CLASS (hostel_create_dialog_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, create_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, back_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, next_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, position_label);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, image_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, machine_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, cloud_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, review_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateDialog, progress_page);
  gtk_widget_class_bind_template_callback (widget_class, created_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancelled_cb);
  gtk_widget_class_bind_template_callback (widget_class, failed_cb);
}

static void
hostel_create_dialog_class_init (HostelCreateDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_create_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hostel_create_dialog_close_request;

  signals[CREATED] =
    g_signal_new ("created",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE,
                  2, HOSTEL_TYPE_DOMAIN, HOSTEL_TYPE_CONSOLE_STREAM);

  g_type_ensure (HOSTEL_TYPE_CREATE_IMAGE_PAGE);
  g_type_ensure (HOSTEL_TYPE_CREATE_MACHINE_PAGE);
  g_type_ensure (HOSTEL_TYPE_CREATE_CLOUD_PAGE);
  g_type_ensure (HOSTEL_TYPE_CREATE_REVIEW_PAGE);
  g_type_ensure (HOSTEL_TYPE_CREATE_PROGRESS_PAGE);

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "dialog.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "dialog.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "dialog.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "dialog.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "dialog.create", NULL, create_action);
  gtk_widget_class_install_action (widget_class, "dialog.form", NULL, form_action);
  gtk_widget_class_install_action (widget_class, "dialog.toast", "s", toast_action);
  gtk_widget_class_install_action (widget_class, "dialog.chosen", "s", chosen_action);
  gtk_widget_class_install_action (widget_class, "dialog.undo-choice", NULL, undo_choice_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "dialog.close", NULL);
}

static void
hostel_create_dialog_init (HostelCreateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  add_drop_target (self);
}

static void
set_model (HostelCreateDialog *self,
           HostelCreateModel  *model)
{
  guint i;

  self->model = g_object_ref (model);
  for (i = 0; i < N_PAGES; i++)
    {
      g_signal_connect_object (get_page (self, i), "notify::problem", G_CALLBACK (update_buttons_cb),
                               self, G_CONNECT_SWAPPED);
      hostel_create_page_set_model (get_page (self, i), model);
    }
  update_buttons_cb (self);
  hostel_create_page_focus_first (self->image_page);
}

/**
 * hostel_create_dialog_new:
 * @parent: (nullable): the window to stand over
 * @preferred: (nullable): the connection to offer first
 * @connections: a list model of HostelConnection
 *
 * Returns: (transfer none): a modal dialog, not yet presented
 */
HostelCreateDialog *
hostel_create_dialog_new (GtkWindow        *parent,
                          HostelConnection *preferred,
                          GListModel       *connections)
{
  HostelCreateDialog *self;
  g_autoptr (HostelCreateModel) model = NULL;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (preferred == NULL || HOSTEL_IS_CONNECTION (preferred), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (connections), NULL);

  self = g_object_new (HOSTEL_TYPE_CREATE_DIALOG, "transient-for", parent, NULL);
  model = hostel_create_model_new (connections, preferred);
  set_model (self, model);

  return self;
}

/**
 * hostel_create_dialog_get_spec:
 * @self: the dialog, also in a handler of "created"
 *
 * Returns: (transfer none): what the machine is made by
 */
HostelMachineSpec *
hostel_create_dialog_get_spec (HostelCreateDialog *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_DIALOG (self), NULL);

  return hostel_create_model_get_spec (self->model);
}

/**
 * hostel_create_dialog_takes_files:
 * @self: the dialog
 *
 * Returns: whether it shows its form, and not how a create gets on
 */
gboolean
hostel_create_dialog_takes_files (HostelCreateDialog *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_DIALOG (self), FALSE);

  return shows_form (self);
}

/**
 * hostel_create_dialog_use_file:
 * @self: the dialog, which takes files
 * @file: an image, a user-data file or a certificate, by its name
 *
 * Goes to the page that @file is for and fills it in; what is wrong with @file is told there.
 *
 * Returns: whether it could be used
 */
gboolean
hostel_create_dialog_use_file (HostelCreateDialog *self,
                               GFile              *file)
{
  static const char * const user_data[] = {
    ".yaml", ".yml", ".cfg", ".txt", "user-data", ".sh", NULL
  };
  static const char * const certificate[] = { ".pem", ".crt", ".cer", ".der", NULL };
  g_autofree char *name = NULL;

  g_return_val_if_fail (HOSTEL_IS_CREATE_DIALOG (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  if (g_file_peek_path (file) == NULL)
    {
      toast (self, _("Only files of this computer can be used."));
      return FALSE;
    }

  name = g_file_get_basename (file);
  if (has_suffix (name, certificate))
    {
      show_page (self, 2);
      hostel_create_cloud_page_add_certificate (HOSTEL_CREATE_CLOUD_PAGE (self->cloud_page), file);
    }
  else if (has_suffix (name, user_data))
    {
      show_page (self, 2);
      hostel_create_cloud_page_use_file (HOSTEL_CREATE_CLOUD_PAGE (self->cloud_page), file);
    }
  else
    {
      show_page (self, 0);
      hostel_create_image_page_set_path (HOSTEL_CREATE_IMAGE_PAGE (self->image_page),
                                         g_file_peek_path (file));
    }

  return TRUE;
}
