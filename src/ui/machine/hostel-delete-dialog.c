/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-delete-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-delete-dialog.h"
#include "hostel-delete-job.h"
#include "hostel-tell.h"

struct _HostelDeleteDialog
{
  AdwMessageDialog parent_instance;

  HostelDeleteJob *job;         /* owned */
  GCancellable    *cancellable; /* owned: of the plan */
  GtkWindow       *window;      /* borrowed: the parent, it takes the dialog with it */
  char            *name;        /* owned */

  GtkStack        *stack;
  GtkCheckButton  *disks_check;
  GtkListBox      *disks_list;
  GtkLabel        *message;
};

G_DEFINE_FINAL_TYPE (HostelDeleteDialog, hostel_delete_dialog, ADW_TYPE_MESSAGE_DIALOG)

/* What the end of a delete needs, when the dialog is long closed. */
typedef struct
{
  GWeakRef  window;
  char     *name; /* owned */
} DeleteCall;

static void
delete_call_free (DeleteCall *call)
{
  g_weak_ref_clear (&call->window);
  g_free (call->name);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeleteCall, delete_call_free)

static guint64
count_freed (GPtrArray *disks)
{
  guint64 freed = 0;

  for (guint i = 0; i < disks->len; i++)
    {
      const HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      freed += disk->deletable ? disk->allocation : 0;
    }

  return freed;
}

static char *
dup_outcome (const char *name,
             GPtrArray  *disks)
{
  guint64 freed = count_freed (disks);
  g_autofree char *size = g_format_size_full (freed, G_FORMAT_SIZE_IEC_UNITS);

  if (freed == 0)
    return g_strdup_printf (_("“%s” deleted"), name);

  return g_strdup_printf (_("“%s” deleted, %s freed"), name, size);
}

static void
delete_dialog_deleted_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (DeleteCall) call = user_data;
  g_autoptr (GtkWindow) window = g_weak_ref_get (&call->window);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) disks = NULL;
  g_autofree char *text = NULL;
  gboolean deleted;

  deleted = hostel_delete_job_run_finish (HOSTEL_DELETE_JOB (source), result, &disks, &error);
  if (window == NULL)
    return;

  if (deleted)
    {
      text = dup_outcome (call->name, disks);
      hostel_tell (GTK_WIDGET (window), text);
    }
  else
    {
      text = g_strdup_printf (_("“%s” could not be deleted"), call->name);
      hostel_tell_error (GTK_WIDGET (window), text, error);
    }
}

static void
hostel_delete_dialog_response (AdwMessageDialog *dialog,
                               const char       *response)
{
  HostelDeleteDialog *self = HOSTEL_DELETE_DIALOG (dialog);
  DeleteCall *call;

  g_cancellable_cancel (self->cancellable);
  if (!g_str_equal (response, "delete"))
    return;

  call = g_new0 (DeleteCall, 1);
  call->name = g_strdup (self->name);
  g_weak_ref_init (&call->window, self->window);
  hostel_delete_job_run_async (self->job, gtk_check_button_get_active (self->disks_check),
                               delete_dialog_deleted_cb, call);
}

static char *
dup_fate (const HostelDeleteDisk *disk)
{
  g_autofree char *size = NULL;

  if (!disk->deletable && disk->remedy != NULL)
    /* Translators: why a file stays, and a command that removes it */
    return g_strdup_printf (_("%s\nTo remove it: %s"), disk->reason, disk->remedy);
  if (!disk->deletable)
    return g_strdup (disk->reason ? disk->reason : _("Stays."));
  if (disk->kind == HOSTEL_DELETE_STATE)
    return g_strdup (_("Goes with the machine"));
  if (disk->path == NULL || disk->kind == HOSTEL_DELETE_VARIABLES)
    return g_strdup (_("Goes with the disks"));

  size = g_format_size_full (disk->allocation, G_FORMAT_SIZE_IEC_UNITS);

  /* Translators: %s is a size, as "1.2 GiB" */
  return g_strdup_printf (_("Frees %s"), size);
}

static GtkWidget *
create_row (const HostelDeleteDisk *disk)
{
  g_autofree char *base_name = disk->path != NULL ? g_path_get_basename (disk->path)
                                                  : g_strdup (disk->label);
  g_autofree char *title = g_markup_escape_text (base_name, -1);
  g_autofree char *fate = dup_fate (disk);
  g_autofree char *subtitle = g_markup_escape_text (fate, -1);
  g_autofree char *label = g_strdup_printf (_("%s: %s"), base_name, fate);
  GtkWidget *row;

  row = g_object_new (ADW_TYPE_ACTION_ROW,
                      "title", title,
                      "subtitle", subtitle,
                      "subtitle-lines", 0,
                      "tooltip-text", disk->path,
                      NULL);
  hostel_accessible_set_label (row, label);

  return row;
}

static void
show_plan (HostelDeleteDialog *self,
           GPtrArray          *disks)
{
  g_autofree char *size = NULL;
  g_autofree char *label = NULL;
  guint n_deletable = 0;

  for (guint i = 0; i < disks->len; i++)
    {
      const HostelDeleteDisk *disk = g_ptr_array_index (disks, i);

      gtk_list_box_append (self->disks_list, create_row (disk));
      n_deletable += disk->deletable && disk->kind != HOSTEL_DELETE_STATE ? 1 : 0;
    }

  size = g_format_size_full (count_freed (disks), G_FORMAT_SIZE_IEC_UNITS);
  label = g_strdup_printf (_("Delete its _disks too, which frees %s"), size);
  gtk_check_button_set_label (self->disks_check, label);
  gtk_check_button_set_active (self->disks_check, n_deletable > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->disks_check), n_deletable > 0);
  gtk_stack_set_visible_child_name (self->stack, "plan");
  hostel_accessible_mend (GTK_WIDGET (self->stack));
}

static void
planned_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelDeleteDialog) self = user_data;
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GError) error = NULL;

  disks = hostel_delete_job_plan_finish (HOSTEL_DELETE_JOB (source), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (disks == NULL)
    {
      g_autofree char *text = g_strdup_printf (_("Its disks could not be looked at and stay. %s"),
                                               error->message);

      gtk_label_set_label (self->message, text);
    }
  else if (disks->len == 0)
    gtk_label_set_label (self->message, _("It has no disks."));
  else
    show_plan (self, disks);

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "delete", TRUE);
}

static void
hostel_delete_dialog_dispose (GObject *object)
{
  HostelDeleteDialog *self = HOSTEL_DELETE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (hostel_delete_dialog_parent_class)->dispose (object);
}

static void
hostel_delete_dialog_finalize (GObject *object)
{
  HostelDeleteDialog *self = HOSTEL_DELETE_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (hostel_delete_dialog_parent_class)->finalize (object);
}

static void
hostel_delete_dialog_class_init (HostelDeleteDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  AdwMessageDialogClass *dialog_class = ADW_MESSAGE_DIALOG_CLASS (klass);

  object_class->dispose = hostel_delete_dialog_dispose;
  object_class->finalize = hostel_delete_dialog_finalize;

  dialog_class->response = hostel_delete_dialog_response;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-delete-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelDeleteDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HostelDeleteDialog, disks_check);
  gtk_widget_class_bind_template_child (widget_class, HostelDeleteDialog, disks_list);
  gtk_widget_class_bind_template_child (widget_class, HostelDeleteDialog, message);
}

static void
hostel_delete_dialog_init (HostelDeleteDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hostel_delete_dialog_new:
 * @window: the window that tells how it went
 * @domain: the machine
 *
 * Returns: (transfer none): the dialog, which looks for the disks by itself
 */
HostelDeleteDialog *
hostel_delete_dialog_new (GtkWindow    *window,
                          HostelDomain *domain)
{
  HostelDeleteDialog *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_DELETE_DIALOG, "transient-for", window, NULL);
  self->window = window;
  self->name = g_strdup (hostel_domain_get_name (domain));
  self->job = hostel_delete_job_new (domain);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (self), _("Delete “%s”?"), self->name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self),
                               hostel_domain_is_active (domain)
                                 ? _("It is running and is forced off first. This cannot be "
                                     "undone.")
                                 : _("This cannot be undone."));
  hostel_delete_job_plan_async (self->job, self->cancellable, planned_cb,
                                g_object_ref (self));

  return self;
}
