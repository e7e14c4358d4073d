/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-progress-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-code-row.h"
#include "hostel-create-progress-page.h"
#include "hostel-error.h"

struct _HostelCreateProgressPage
{
  AdwBin           parent_instance;

  GtkStack        *stack;           /* borrowed: template children */
  AdwStatusPage   *running_page;
  GtkProgressBar  *progress_bar;
  GtkLabel        *bytes_label;
  AdwStatusPage   *failed_page;
  GtkWidget       *back_button;
  GtkWidget       *details_group;
  HostelCodeRow   *details_row;

  HostelCreateJob *job;             /* owned, nullable: the one that runs */
  GSignalGroup    *job_signals;     /* owned */
  GCancellable    *cancellable;     /* owned, nullable: of the job that runs */
};

G_DEFINE_FINAL_TYPE (HostelCreateProgressPage, hostel_create_progress_page, ADW_TYPE_BIN)

enum { CREATED, CANCELLED, FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
show_step_cb (HostelCreateProgressPage *self)
{
  g_autofree char *markup = NULL;
  const char *label;

  /* What is being undone has no steps to be told. */
  if (g_cancellable_is_cancelled (self->cancellable))
    label = _("Stopping, and removing what was made…");
  else
    label = hostel_create_step_to_label (hostel_create_job_get_step (self->job));

  markup = g_markup_escape_text (label, -1);
  adw_status_page_set_description (self->running_page, markup);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, label,
                                  -1);
}

static void
show_bytes_cb (HostelCreateProgressPage *self)
{
  guint64 done;
  guint64 total;
  g_autofree char *done_text = NULL;
  g_autofree char *total_text = NULL;
  g_autofree char *text = NULL;

  g_object_get (self->job, "bytes-done", &done, "bytes-total", &total, NULL);
  if (total > 0)
    {
      done_text = g_format_size_full (done, G_FORMAT_SIZE_IEC_UNITS);
      total_text = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
      text = g_strdup_printf (_("%s of %s"), done_text, total_text);
    }

  gtk_label_set_text (self->bytes_label, text != NULL ? text : "");
}

static void
show_fraction_cb (HostelCreateProgressPage *self)
{
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 CLAMP (hostel_create_job_get_fraction (self->job), 0.0, 1.0));
}

static void
show_error (HostelCreateProgressPage *self,
            const GError             *error)
{
  const char *remedy = hostel_error_get_remedy (error);
  const char *details = hostel_error_get_details (error);
  g_autofree char *title = g_markup_escape_text (error->message, -1);
  g_autofree char *description = g_markup_escape_text (remedy != NULL ? remedy : "", -1);

  adw_status_page_set_title (self->failed_page, title);
  adw_status_page_set_description (self->failed_page, description);
  hostel_code_row_set_text (self->details_row, details);
  gtk_widget_set_visible (self->details_group, details != NULL && *details != '\0');
  gtk_stack_set_visible_child_name (self->stack, "failed");
  gtk_widget_grab_focus (self->back_button);
}

static void
finished_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HostelCreateProgressPage) self = user_data;
  g_autoptr (HostelCreateJob) job = HOSTEL_CREATE_JOB (g_object_ref (object));
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelDomain) domain = hostel_create_job_run_finish (job, result, &error);
  gboolean cancelled;

  /* The window has gone meanwhile; a machine that was made is in the list. */
  if (self->cancellable == NULL)
    return;

  cancelled = g_cancellable_is_cancelled (self->cancellable);
  g_signal_group_set_target (self->job_signals, NULL);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);

  if (domain != NULL)
    {
      g_signal_emit (self, signals[CREATED], 0, domain, hostel_create_job_get_console (job));
    }
  else if (cancelled)
    {
      /* Also where it had failed just before: nothing is left of it, as was asked for. */
      g_signal_emit (self, signals[CANCELLED], 0);
    }
  else
    {
      g_debug ("Create failed: %s", error->message);
      show_error (self, error);
      g_signal_emit (self, signals[FAILED], 0);
    }
}

static void
hostel_create_progress_page_dispose (GObject *object)
{
  HostelCreateProgressPage *self = HOSTEL_CREATE_PROGRESS_PAGE (object);

  g_clear_object (&self->job_signals);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hostel_create_progress_page_parent_class)->dispose (object);
}

static void
hostel_create_progress_page_class_init (HostelCreateProgressPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_create_progress_page_dispose;

  signals[CREATED] =
    g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, HOSTEL_TYPE_DOMAIN, HOSTEL_TYPE_CONSOLE_STREAM);
  signals[CANCELLED] =
    g_signal_new ("cancelled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] =
    g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOSTEL_TYPE_CODE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-progress-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, running_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, bytes_label);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, details_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateProgressPage, details_row);
}

static void
hostel_create_progress_page_init (HostelCreateProgressPage *self)
{
  self->job_signals = g_signal_group_new (HOSTEL_TYPE_CREATE_JOB);
  g_signal_group_connect_swapped (self->job_signals, "notify::step", G_CALLBACK (show_step_cb), self);
  g_signal_group_connect_swapped (self->job_signals, "notify::bytes-done", G_CALLBACK (show_bytes_cb), self);
  g_signal_group_connect_swapped (self->job_signals, "notify::bytes-total", G_CALLBACK (show_bytes_cb), self);
  g_signal_group_connect_swapped (self->job_signals, "notify::fraction", G_CALLBACK (show_fraction_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_create_progress_page_start:
 * @connection: the host
 * @spec: what to create; not to be changed until one of the signals
 * @start_network: whether to start the machine's network where it is not active
 *
 * Begins to create. Ends with "created", "cancelled" or "failed".
 */
void
hostel_create_progress_page_start (HostelCreateProgressPage *self,
                                   HostelConnection         *connection,
                                   HostelMachineSpec        *spec,
                                   gboolean                  start_network)
{
  g_autofree char *title = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (HOSTEL_IS_CREATE_PROGRESS_PAGE (self));
  g_return_if_fail (self->job == NULL);

  title = g_strdup_printf (_("Creating “%s”"), hostel_machine_spec_get_name (spec));
  markup = g_markup_escape_text (title, -1);
  adw_status_page_set_title (self->running_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "running");

  self->cancellable = g_cancellable_new ();
  self->job = hostel_create_job_new (connection, spec);
  hostel_create_job_set_attach_console (self->job, TRUE);
  hostel_create_job_set_start_network (self->job, start_network);
  g_signal_group_set_target (self->job_signals, self->job);
  show_step_cb (self);
  show_bytes_cb (self);
  show_fraction_cb (self);

  hostel_create_job_run_async (self->job, self->cancellable, finished_cb, g_object_ref (self));
}

/**
 * hostel_create_progress_page_cancel:
 *
 * Stops the create that runs; what it has made is removed, then "cancelled" is emitted.
 */
void
hostel_create_progress_page_cancel (HostelCreateProgressPage *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_PROGRESS_PAGE (self));

  if (self->job == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;

  g_cancellable_cancel (self->cancellable);
  if (self->job != NULL)
    show_step_cb (self);
}

/**
 * hostel_create_progress_page_is_running:
 *
 * Returns: whether a create runs, or is being undone
 */
gboolean
hostel_create_progress_page_is_running (HostelCreateProgressPage *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_PROGRESS_PAGE (self), FALSE);

  return self->job != NULL;
}
