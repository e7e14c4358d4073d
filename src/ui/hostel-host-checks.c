#define G_LOG_DOMAIN "hostel-host-checks"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-host-checks.h"
#include "hostel-host-run.h"

struct _HostelHostChecks
{
  AdwPreferencesGroup parent_instance;

  HostelConnection *connection;  /* owned, nullable: this computer without one */
  HostelHostReport *report;      /* owned, nullable: until the first run has ended */
  GCancellable     *cancellable; /* owned, nullable: of the run under way */

  AdwActionRow     *verdict_row;
  GtkImage         *verdict_icon;
  GtkWidget        *check_button;
  GtkWidget        *copy_button;
  GtkBox           *groups;
};

G_DEFINE_FINAL_TYPE (HostelHostChecks, hostel_host_checks, ADW_TYPE_PREFERENCES_GROUP)

static const struct
{
  const char *icon;
  const char *style;
} looks[] = {
  [HOSTEL_CHECK_STATE_GOOD] = { "object-select-symbolic", "success" },
  [HOSTEL_CHECK_STATE_NOTE] = { "dialog-information-symbolic", "dim-label" },
  [HOSTEL_CHECK_STATE_WARNING] = { "dialog-warning-symbolic", "warning" },
  [HOSTEL_CHECK_STATE_MISSING] = { "dialog-error-symbolic", "error" },
  [HOSTEL_CHECK_STATE_UNKNOWN] = { "dialog-question-symbolic", "dim-label" },
  [HOSTEL_CHECK_STATE_NOT_APPLICABLE] = { "list-remove-symbolic", "dim-label" },
};

static void
hostel_host_checks_set_look (GtkImage         *image,
                             HostelCheckState  state)
{
  const char *classes[] = { looks[state].style, NULL };

  gtk_image_set_from_icon_name (image, looks[state].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (image), classes);
}

static GtkWidget *
hostel_host_checks_create_text (const char *text,
                                gboolean    dim)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "label", text,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "xalign", 0.0,
                                   "selectable", TRUE,
                                   NULL);

  if (dim)
    gtk_widget_add_css_class (label, "dim-label");

  return label;
}

/* What was read, why it matters, what to do. */
static GtkWidget *
hostel_host_checks_create_body (HostelHostCheck *check)
{
  const char *remedy = hostel_host_check_get_remedy (check);
  const char *why = hostel_host_check_get_why (check);
  GtkWidget *box = g_object_new (GTK_TYPE_BOX,
                                 "orientation", GTK_ORIENTATION_VERTICAL,
                                 "spacing", 6,
                                 "margin-top", 12,
                                 "margin-bottom", 12,
                                 "margin-start", 12,
                                 "margin-end", 12,
                                 NULL);

  if (*remedy != '\0')
    gtk_box_append (GTK_BOX (box), hostel_host_checks_create_text (remedy, FALSE));
  if (*why != '\0')
    gtk_box_append (GTK_BOX (box), hostel_host_checks_create_text (why, FALSE));
  gtk_box_append (GTK_BOX (box),
                  hostel_host_checks_create_text (hostel_host_check_get_evidence (check), TRUE));

  return g_object_new (ADW_TYPE_PREFERENCES_ROW,
                       "activatable", FALSE,
                       "title", hostel_host_check_get_title (check),
                       "child", box,
                       NULL);
}

/* What is not good tells why without being opened. */
static char *
hostel_host_checks_dup_subtitle (HostelHostCheck *check)
{
  HostelCheckState state = hostel_host_check_get_state (check);
  const char *why = hostel_host_check_get_why (check);
  g_autofree char *text = NULL;

  if (*why != '\0' &&
      (state == HOSTEL_CHECK_STATE_WARNING || state == HOSTEL_CHECK_STATE_MISSING))
    text = g_strdup_printf ("%s · %s", hostel_check_state_to_label (state), why);
  else
    text = g_strdup (hostel_check_state_to_label (state));

  return g_markup_escape_text (text, -1);
}

static GtkWidget *
hostel_host_checks_create_row (HostelHostCheck *check)
{
  HostelCheckState state = hostel_host_check_get_state (check);
  g_autofree char *title = g_markup_escape_text (hostel_host_check_get_title (check), -1);
  g_autofree char *subtitle = hostel_host_checks_dup_subtitle (check);
  g_autofree char *label = NULL;
  GtkWidget *image = gtk_image_new ();
  GtkWidget *row;

  hostel_host_checks_set_look (GTK_IMAGE (image), state);
  row = g_object_new (ADW_TYPE_EXPANDER_ROW, "title", title, "subtitle", subtitle, NULL);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), image);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), hostel_host_checks_create_body (check));

  label = g_strdup_printf (_("%s: %s"), hostel_host_check_get_title (check),
                           hostel_check_state_to_label (state));
  hostel_accessible_set_label (row, label);

  return row;
}

static void
hostel_host_checks_show_groups (HostelHostChecks *self)
{
  GListModel *checks = G_LIST_MODEL (self->report);
  AdwPreferencesGroup *group = NULL;
  const char *id = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))))
    gtk_box_remove (self->groups, child);

  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (checks, i);

      if (g_strcmp0 (id, hostel_host_check_get_group (check)) != 0)
        {
          id = hostel_host_check_get_group (check); /* the report keeps the check */
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, hostel_host_check_group_to_title (id));
          gtk_box_append (self->groups, GTK_WIDGET (group));
        }
      adw_preferences_group_add (group, hostel_host_checks_create_row (check));
    }
}

static void
hostel_host_checks_show_verdict (HostelHostChecks *self)
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

  hostel_host_checks_set_look (self->verdict_icon, state);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->verdict_row), markup);
  hostel_accessible_set_label (GTK_WIDGET (self->verdict_row), summary);
}

static void
hostel_host_checks_loaded (GObject      *source,
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
  gtk_widget_set_sensitive (self->check_button, TRUE);
  if (report != NULL)
    hostel_host_checks_set_report (self, report);
}

static void
hostel_host_checks_copy (HostelHostChecks *self)
{
  g_autofree char *text = hostel_host_report_to_text (self->report);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Report copied"));
}

static void
hostel_host_checks_map (GtkWidget *widget)
{
  HostelHostChecks *self = HOSTEL_HOST_CHECKS (widget);

  GTK_WIDGET_CLASS (hostel_host_checks_parent_class)->map (widget);

  if (self->report == NULL)
    hostel_host_checks_run (self);
}

static void
hostel_host_checks_dispose (GObject *object)
{
  HostelHostChecks *self = HOSTEL_HOST_CHECKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->report);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_host_checks_parent_class)->dispose (object);
}

static void
hostel_host_checks_class_init (HostelHostChecksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_host_checks_dispose;

  widget_class->map = hostel_host_checks_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-host-checks.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, verdict_row);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, check_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HostelHostChecks, groups);
  gtk_widget_class_bind_template_callback (widget_class, hostel_host_checks_run);
  gtk_widget_class_bind_template_callback (widget_class, hostel_host_checks_copy);
}

static void
hostel_host_checks_init (HostelHostChecks *self)
{
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
  hostel_host_run_async (self->connection, NULL, self->cancellable, hostel_host_checks_loaded,
                         g_object_ref (self));
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

  g_set_object (&self->report, report);
  gtk_widget_set_sensitive (self->copy_button, TRUE);
  hostel_host_checks_show_verdict (self);
  hostel_host_checks_show_groups (self);
}
