/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-checks"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-host-act-run.h"
#include "hostel-host-check-row.h"
#include "hostel-host-checks.h"
#include "hostel-host-run.h"

struct _HostelHostChecks
{
  AdwPreferencesGroup parent_instance;

  HostelConnection *connection;  /* owned, nullable: this computer without one */
  GSignalGroup     *connection_signals; /* owned */
  HostelHostReport *report;      /* owned, nullable: until the first run has ended */
  GCancellable     *cancellable; /* owned, nullable: of the run under way */
  GCancellable     *acting;      /* owned, nullable: of the remedy under way */
  HostelHostCheckRow *acting_row; /* owned, nullable: of that remedy; an undo has none */
  gboolean          undoing;
  HostelHostRemedy *undo;        /* owned, nullable: takes the last remedy back */
  GHashTable       *expanded;    /* owned: ids of the checks that are unfolded */
  GHashTable       *rows;        /* owned: borrowed rows that can act by borrowed ids */
  GtkWindow        *window;      /* borrowed, nullable: while on screen */
  gulong            active_id;
  gint64            checked;     /* when, of g_get_monotonic_time() */
  gboolean          show_all;

  AdwActionRow     *verdict_row;
  GtkImage         *verdict_icon;
  GtkWidget        *check_button;
  GtkWidget        *copy_button;
  GtkBox           *groups;
  GtkWidget        *all_button;
};

G_DEFINE_FINAL_TYPE (HostelHostChecks, hostel_host_checks, ADW_TYPE_PREFERENCES_GROUP)

/* How long a check counts as fresh where a person comes back to the window, in µs. */
#define FRESH (5 * G_USEC_PER_SEC)

static gboolean
needs_attention (HostelHostCheck *check)
{
  HostelCheckState state = hostel_host_check_get_state (check);

  return state == HOSTEL_CHECK_STATE_MISSING || state == HOSTEL_CHECK_STATE_WARNING ||
         (state == HOSTEL_CHECK_STATE_NOTE && hostel_host_check_get_action (check) != NULL);
}

static void
host_checks_expanded_cb (HostelHostChecks *self,
                         GParamSpec       *pspec,
                         AdwExpanderRow   *row)
{
  HostelHostCheck *check = hostel_host_check_row_get_check (HOSTEL_HOST_CHECK_ROW (row));

  if (check == NULL)
    return;

  if (adw_expander_row_get_expanded (row))
    g_hash_table_add (self->expanded, g_strdup (hostel_host_check_get_id (check)));
  else
    g_hash_table_remove (self->expanded, hostel_host_check_get_id (check));
}

/* Rows stay where they are meanwhile: the button that gives it up is in one of them. */
static void
set_busy (HostelHostChecks *self,
          gboolean          busy)
{
  gtk_widget_set_sensitive (self->check_button, !busy);
  gtk_widget_set_sensitive (self->all_button, !busy);
}

static void begin (HostelHostChecks   *self,
                   HostelHostRemedy   *remedy,
                   HostelHostCheckRow *row);

static void
host_checks_undo_cb (HostelHostChecks *self)
{
  if (self->undo != NULL && self->acting == NULL)
    {
      g_autoptr (HostelHostRemedy) undo = g_steal_pointer (&self->undo);

      begin (self, undo, NULL);
      self->undoing = TRUE;
    }
}

/* The last thing that was done can be taken back; an undo itself cannot. */
static void
tell_done (HostelHostChecks *self,
           HostelHostRemedy *remedy,
           gboolean          undone)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast;

  g_clear_object (&self->undo);
  if (!undone)
    self->undo = hostel_host_remedy_dup_undo (remedy);
  if (overlay == NULL)
    return;

  toast = adw_toast_new (undone ? _("Put back as it was") : _("Done"));
  if (self->undo != NULL)
    {
      adw_toast_set_button_label (toast, _("_Undo"));
      adw_toast_set_timeout (toast, 15);
      g_signal_connect_object (toast, "button-clicked", G_CALLBACK (host_checks_undo_cb), self,
                               G_CONNECT_SWAPPED);
    }
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}

static void
tell_failed (HostelHostChecks *self,
             const GError     *error)
{
  const char *remedy = hostel_error_get_remedy (error);
  const char *details = hostel_error_get_details (error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-error", "(ssss)",
                                _("It Could Not Be Put Right"), error->message,
                                remedy ? remedy : "", details ? details : "");
}

static void
acted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelHostChecks) self = user_data;
  HostelHostRemedy *remedy = HOSTEL_HOST_REMEDY (source);
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_host_remedy_run_finish (remedy, result, &error);

  g_clear_object (&self->acting);
  if (self->acting_row != NULL && hostel_host_check_row_can_act (self->acting_row))
    hostel_host_check_row_set_busy (self->acting_row, FALSE);
  g_clear_object (&self->acting_row);
  if (self->groups == NULL) /* the page is gone */
    return;

  set_busy (self, FALSE);
  if (done)
    tell_done (self, remedy, self->undoing);
  else
    tell_failed (self, error);
  /* Also where it failed: part of it may have been done. */
  hostel_host_checks_run (self);
}

static void
begin (HostelHostChecks   *self,
       HostelHostRemedy   *remedy,
       HostelHostCheckRow *row)
{
  self->acting = g_cancellable_new ();
  self->undoing = FALSE;
  g_set_object (&self->acting_row, row);
  if (row != NULL && hostel_host_check_row_can_act (row))
    hostel_host_check_row_set_busy (row, TRUE);
  set_busy (self, TRUE);
  hostel_host_remedy_run_async (remedy, self->connection, self->acting, acted_cb,
                                g_object_ref (self));
}

/* What a person is asked: the row may show another check at the answer, or be gone. */
typedef struct
{
  HostelHostChecks *self;  /* borrowed: the handler goes with it */
  HostelHostCheck  *check; /* owned */
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->check);
  g_free (question);
}

static void
confirmed_cb (Question   *question,
              const char *response)
{
  HostelHostChecks *self = question->self;
  HostelHostCheck *check = question->check;

  if (!g_str_equal (response, "act") || self->acting != NULL)
    return;

  begin (self, hostel_host_check_get_action (check),
         g_hash_table_lookup (self->rows, hostel_host_check_get_id (check)));
}

static void
ask (HostelHostChecks *self,
     HostelHostCheck  *check,
     GtkWidget        *dialog)
{
  Question *question = g_new0 (Question, 1);
  GClosure *closure = g_cclosure_new_swap (G_CALLBACK (confirmed_cb), question, question_free);

  question->self = self;
  question->check = g_object_ref (check);
  g_object_watch_closure (G_OBJECT (self), closure);
  g_signal_connect_closure (dialog, "response", closure, FALSE);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Nothing is changed before a person has read what. */
static void
act_cb (HostelHostChecks   *self,
        HostelHostCheckRow *row)
{
  HostelHostCheck *check = hostel_host_check_row_get_check (row);
  HostelHostRemedy *remedy = hostel_host_check_get_action (check);
  const char *command = hostel_host_remedy_get_command (remedy);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *same = *command ? g_strdup_printf (_("The same as “%s”. "), command)
                                   : g_strdup ("");
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (self->acting != NULL)
    {
      if (self->acting_row == row)
        g_cancellable_cancel (self->acting);
      return;
    }

  body = g_strdup_printf (_("%s\n\n%sYou may be asked for a password."),
                          hostel_host_remedy_get_text (remedy), same);
  dialog = adw_message_dialog_new (GTK_WINDOW (root), hostel_host_check_get_title (check), body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "act",
                                   hostel_host_remedy_get_label (remedy));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "act",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "act");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  ask (self, check, dialog);
}

static HostelHostCheckRow *
add_row (HostelHostChecks    *self,
         AdwPreferencesGroup *group,
         HostelHostCheck     *check)
{
  GtkWidget *row = hostel_host_check_row_new (check);

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row),
                                 g_hash_table_contains (self->expanded,
                                                        hostel_host_check_get_id (check)));
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (host_checks_expanded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "act", G_CALLBACK (act_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (group, row);

  return HOSTEL_HOST_CHECK_ROW (row);
}

static gboolean
is_worse (HostelHostCheckRow *row,
          HostelHostCheckRow *than)
{
  HostelCheckState state = hostel_host_check_get_state (hostel_host_check_row_get_check (row));

  if (!hostel_host_check_row_can_act (row) || state == HOSTEL_CHECK_STATE_NOTE)
    return FALSE;

  return than == NULL ||
         (state == HOSTEL_CHECK_STATE_MISSING &&
          hostel_host_check_get_state (hostel_host_check_row_get_check (than)) != state);
}

static void
show_count (HostelHostChecks *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->report));
  g_autofree char *all = g_strdup_printf (ngettext ("_Show All %u Check", "_Show All %u Checks", n),
                                          n);

  gtk_button_set_label (GTK_BUTTON (self->all_button),
                        self->show_all ? _("_Show Only What Needs Attention") : all);
  gtk_widget_set_visible (self->all_button, TRUE);
}

/* The check whose row has the focus. */
static char *
dup_focus (HostelHostChecks *self)
{
  GtkWidget *focus = self->window ? gtk_window_get_focus (self->window) : NULL;
  GtkWidget *row = focus ? gtk_widget_get_ancestor (focus, HOSTEL_TYPE_HOST_CHECK_ROW) : NULL;
  HostelHostCheck *check = row ? hostel_host_check_row_get_check (HOSTEL_HOST_CHECK_ROW (row)) : NULL;

  return check ? g_strdup (hostel_host_check_get_id (check)) : NULL;
}

/* One button stands out: that of the worst row that can be put right from here. */
static void
show_groups (HostelHostChecks *self)
{
  GListModel *checks = G_LIST_MODEL (self->report);
  AdwPreferencesGroup *group = NULL;
  HostelHostCheckRow *first = NULL;
  g_autofree char *focus = dup_focus (self);
  const char *id = NULL;
  GtkWidget *child;

  g_hash_table_remove_all (self->rows);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))))
    gtk_box_remove (self->groups, child);

  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (checks, i);
      HostelHostCheckRow *row;

      if (!self->show_all && !needs_attention (check))
        continue;
      if (g_strcmp0 (id, hostel_host_check_get_group (check)) != 0)
        {
          id = hostel_host_check_get_group (check); /* the report keeps the check */
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, hostel_host_check_group_to_title (id));
          gtk_box_append (self->groups, GTK_WIDGET (group));
        }
      row = add_row (self, group, check);
      if (hostel_host_check_row_can_act (row))
        g_hash_table_insert (self->rows, (gpointer) hostel_host_check_get_id (check), row);
      if (is_worse (row, first))
        first = row;
      if (g_strcmp0 (focus, hostel_host_check_get_id (check)) == 0)
        gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);
    }

  if (first != NULL)
    hostel_host_check_row_set_first (first);
  show_count (self);
}

static void
toggle_all_cb (HostelHostChecks *self)
{
  self->show_all = !self->show_all;
  show_groups (self);
}

static void
show_verdict (HostelHostChecks *self)
{
  g_autofree char *summary = hostel_host_report_dup_summary (self->report);
  g_autofree char *markup = g_markup_escape_text (summary, -1);
  HostelCheckState state = HOSTEL_CHECK_STATE_GOOD;

  switch (hostel_host_report_get_verdict (self->report))
    {
    case HOSTEL_HOST_VERDICT_READY:
      break;
    case HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM:
      state = HOSTEL_CHECK_STATE_WARNING;
      break;
    case HOSTEL_HOST_VERDICT_NOT_READY:
    default:
      state = HOSTEL_CHECK_STATE_MISSING;
    }

  hostel_host_check_row_set_look (self->verdict_icon, state);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->verdict_row), markup);
  hostel_accessible_set_label (GTK_WIDGET (self->verdict_row), summary);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelHostChecks) self = user_data;
  g_autoptr (HostelHostReport) report = NULL;
  g_autoptr (GError) error = NULL;

  report = hostel_host_run_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  self->checked = g_get_monotonic_time ();
  gtk_widget_set_sensitive (self->check_button, self->acting == NULL);
  /* What is being put right is checked again when that has ended. */
  if (report != NULL && self->acting == NULL)
    hostel_host_checks_set_report (self, report);
}

static void
copy_cb (HostelHostChecks *self)
{
  g_autofree char *text = hostel_host_report_to_text (self->report);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Report copied"));
}

/* Who comes back from a terminal or the settings finds what they changed there. */
static void
active_cb (HostelHostChecks *self)
{
  if (gtk_window_is_active (self->window) && self->acting == NULL &&
      g_get_monotonic_time () - self->checked > FRESH)
    hostel_host_checks_run (self);
}

static void
hostel_host_checks_map (GtkWidget *widget)
{
  HostelHostChecks *self = HOSTEL_HOST_CHECKS (widget);

  GTK_WIDGET_CLASS (hostel_host_checks_parent_class)->map (widget);

  self->window = GTK_WINDOW (gtk_widget_get_root (widget));
  self->active_id = g_signal_connect_swapped (self->window, "notify::is-active",
                                              G_CALLBACK (active_cb), self);
  if (self->report == NULL)
    hostel_host_checks_run (self);
}

static void
hostel_host_checks_unmap (GtkWidget *widget)
{
  HostelHostChecks *self = HOSTEL_HOST_CHECKS (widget);

  g_clear_signal_handler (&self->active_id, self->window);
  self->window = NULL;

  GTK_WIDGET_CLASS (hostel_host_checks_parent_class)->unmap (widget);
}

static void
connection_changed_cb (HostelHostChecks *self)
{
  if (self->window != NULL && self->acting == NULL)
    hostel_host_checks_run (self);
}

static void
hostel_host_checks_dispose (GObject *object)
{
  HostelHostChecks *self = HOSTEL_HOST_CHECKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_cancellable_cancel (self->acting);
  self->groups = NULL;
  hostel_host_checks_set_connection (self, NULL);
  g_clear_object (&self->connection_signals);
  g_clear_object (&self->undo);
  g_clear_object (&self->report);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->expanded, g_hash_table_unref);

  G_OBJECT_CLASS (hostel_host_checks_parent_class)->dispose (object);
}

static void
hostel_host_checks_class_init (HostelHostChecksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_host_checks_dispose;

  widget_class->map = hostel_host_checks_map;
  widget_class->unmap = hostel_host_checks_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-host-checks.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, verdict_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, check_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, groups);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, all_button);
  gtk_widget_class_bind_template_callback (widget_class, hostel_host_checks_run);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggle_all_cb);
}

static void
hostel_host_checks_init (HostelHostChecks *self)
{
  self->connection_signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state",
                                  G_CALLBACK (connection_changed_cb), self);
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_host_checks_run:
 * @self: the checks
 *
 * Checks in a worker, and shows the result when it is there.
 */
void
hostel_host_checks_run (HostelHostChecks *self)
{
  g_return_if_fail (HOSTEL_IS_HOST_CHECKS (self));

  if (self->cancellable != NULL)
    return;

  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->check_button, FALSE);
  hostel_host_run_async (self->connection, NULL, self->cancellable, loaded_cb,
                         g_object_ref (self));
}

/**
 * hostel_host_checks_set_connection:
 * @self: the checks
 * @connection: (nullable): the libvirt to ask and to change; without one, that which runs here
 */
void
hostel_host_checks_set_connection (HostelHostChecks *self,
                                   HostelConnection *connection)
{
  g_return_if_fail (HOSTEL_IS_HOST_CHECKS (self));

  if (!g_set_object (&self->connection, connection))
    return;

  g_signal_group_set_target (self->connection_signals, connection);
  if (connection != NULL)
    connection_changed_cb (self);
}

static gboolean
is_same (HostelHostReport *one,
         HostelHostReport *other)
{
  g_autofree char *before = one ? hostel_host_report_to_json (one) : NULL;
  g_autofree char *after = hostel_host_report_to_json (other);

  return g_strcmp0 (before, after) == 0;
}

/**
 * hostel_host_checks_set_report:
 * @self: the checks
 * @report: what they found
 */
void
hostel_host_checks_set_report (HostelHostChecks *self,
                               HostelHostReport *report)
{
  g_return_if_fail (HOSTEL_IS_HOST_CHECKS (self));
  g_return_if_fail (HOSTEL_IS_HOST_REPORT (report));

  self->checked = g_get_monotonic_time ();
  /* What is the same stays as it is, under the pointer and the focus. */
  if (is_same (self->report, report))
    return;

  g_set_object (&self->report, report);
  gtk_widget_set_sensitive (self->copy_button, TRUE);
  show_verdict (self);
  show_groups (self);
}
