/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-review-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-cloud-limits.h"
#include "hostel-cloud-summary.h"
#include "hostel-code-row.h"
#include "hostel-create-review-page.h"
#include "hostel-domain-xml.h"
#include "hostel-error.h"
#include "hostel-recipe-dialog.h"
#include "hostel-size-text.h"
#include "hostel-user-data-editor.h"
#include "hostel-virt-install.h"

#define PARSE_DELAY_MS 300
#define MIB (G_GUINT64_CONSTANT (1) << 20)

struct _HostelCreateReviewPage
{
  HostelCreatePage      parent_instance;

  AdwPreferencesGroup  *warning_group;  /* borrowed: template children */
  AdwActionRow         *summary_row;
  AdwExpanderRow       *steps_row;
  GtkWidget            *user_data_group;
  HostelUserDataEditor *editor;
  GtkWidget            *reuse_group;
  AdwActionRow         *clouds_row;
  HostelCodeRow        *xml_row;
  HostelCodeRow        *command_row;

  GPtrArray            *warning_rows;   /* owned, of borrowed rows */
  GPtrArray            *step_rows;      /* owned, of borrowed rows */
  char                **steps;          /* owned, nullable: what they say */
  guint                 parse_source;
  guint                 edited : 1;     /* the text is the person's, not to be written over */
  guint                 shown : 1;      /* not gtk_widget_get_mapped(): so is a page sliding away */
};

G_DEFINE_FINAL_TYPE (HostelCreateReviewPage, hostel_create_review_page, HOSTEL_TYPE_CREATE_PAGE)

static HostelCreateModel *
get_model (HostelCreateReviewPage *self)
{
  return hostel_create_page_get_model (HOSTEL_CREATE_PAGE (self));
}

static HostelMachineSpec *
get_spec (HostelCreateReviewPage *self)
{
  return hostel_create_model_get_spec (get_model (self));
}

static void
show_error (HostelCreateReviewPage *self,
            const GError           *error)
{
  const char *remedy = error != NULL ? hostel_error_get_remedy (error) : NULL;
  g_autofree char *text = NULL;

  if (error != NULL)
    text = remedy != NULL ? g_strdup_printf ("%s %s", error->message, remedy)
                          : g_strdup (error->message);

  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), text);
}

static void
parse (HostelCreateReviewPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->parse_source, g_source_remove);
  text = hostel_user_data_editor_dup_text (self->editor);
  hostel_cloud_config_parse (hostel_create_model_get_cloud_config (get_model (self)), text, -1,
                             &error);
  show_error (self, error);
}

static gboolean
parse_cb (gpointer user_data)
{
  HostelCreateReviewPage *self = user_data;

  self->parse_source = 0;
  parse (self);

  return G_SOURCE_REMOVE;
}

static void
edited_cb (HostelCreateReviewPage *self)
{
  if (get_model (self) == NULL)
    return;

  self->edited = TRUE;
  hostel_create_model_touch (get_model (self));
  hostel_create_model_set_edited (get_model (self), HOSTEL_CREATE_FIELD_HOSTNAME);
  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), _("Reading the user-data…"));
  g_clear_handle_id (&self->parse_source, g_source_remove);
  self->parse_source = g_timeout_add (PARSE_DELAY_MS, parse_cb, self);
}

static char *
dup_summary (HostelCreateReviewPage *self)
{
  HostelMachineSpec *spec = get_spec (self);
  HostelOs *os = hostel_create_model_get_os (get_model (self));
  HostelConnection *connection = hostel_create_model_get_connection (get_model (self));
  g_autofree char *memory = hostel_size_to_text (hostel_machine_spec_get_memory (spec) * MIB);
  g_autofree char *disk = hostel_size_to_display (hostel_machine_spec_get_disk_size (spec));
  g_autofree char *vcpus = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  guint n = hostel_machine_spec_get_vcpus (spec);

  vcpus = g_strdup_printf (ngettext ("%u vCPU", "%u vCPUs", n), n);
  if (os != NULL)
    g_strv_builder_add (builder, hostel_os_get_name (os));
  g_strv_builder_add (builder, memory);
  g_strv_builder_add (builder, vcpus);
  g_strv_builder_add (builder, disk);
  if (connection != NULL)
    g_strv_builder_add (builder, hostel_connection_get_title (connection));
  parts = g_strv_builder_end (builder);

  return g_strjoinv (" · ", parts);
}

static void
refresh_summary (HostelCreateReviewPage *self)
{
  g_autofree char *summary = dup_summary (self);
  g_autofree char *title = g_markup_escape_text (hostel_machine_spec_get_name (get_spec (self)),
                                                 -1);
  g_autofree char *subtitle = g_markup_escape_text (summary, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->summary_row), title);
  adw_action_row_set_subtitle (self->summary_row, subtitle);
  hostel_accessible_set_description (GTK_WIDGET (self->summary_row), summary);
}

static void
add_warning (HostelCreateReviewPage *self,
             const char             *text)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  gtk_widget_add_css_class (icon, "warning");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_group_add (self->warning_group, row);
  g_ptr_array_add (self->warning_rows, row);
}

static void
refresh_warnings (HostelCreateReviewPage *self)
{
  HostelMachineLimits limits;
  g_auto (GStrv) warnings = NULL;
  guint i;

  hostel_create_model_get_limits (get_model (self), &limits);
  warnings = hostel_machine_spec_dup_warnings (get_spec (self), &limits);

  for (i = 0; i < self->warning_rows->len; i++)
    adw_preferences_group_remove (self->warning_group, g_ptr_array_index (self->warning_rows, i));
  g_ptr_array_set_size (self->warning_rows, 0);

  for (i = 0; warnings != NULL && warnings[i] != NULL; i++)
    add_warning (self, warnings[i]);
  gtk_widget_set_visible (GTK_WIDGET (self->warning_group), self->warning_rows->len > 0);
}

/* NULL for what is not a cloud-config, or cannot be read just now. */
static GStrv
dup_steps (HostelCreateReviewPage *self)
{
  g_autoptr (GBytes) bytes = hostel_machine_spec_dup_user_data (get_spec (self), NULL);
  g_autoptr (HostelCloudConfig) config = NULL;
  const char *data;
  gsize length;

  if (bytes == NULL || (data = g_bytes_get_data (bytes, &length)) == NULL)
    return NULL;

  config = hostel_cloud_config_new_from_string (data, length, NULL);
  return config != NULL ? hostel_cloud_config_dup_summary (config) : NULL;
}

static void
add_step (HostelCreateReviewPage *self,
          const char             *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_expander_row_add_row (self->steps_row, row);
  g_ptr_array_add (self->step_rows, row);
}

static void
refresh_steps (HostelCreateReviewPage *self)
{
  g_auto (GStrv) steps = dup_steps (self);
  guint n = steps != NULL ? g_strv_length (steps) : 0;
  g_autofree char *count = g_strdup_printf (ngettext ("%u step at the first start",
                                                      "%u steps at the first start", n), n);

  gtk_widget_set_visible (GTK_WIDGET (self->steps_row), n > 0);
  if (n == 0 || (self->steps != NULL && g_strv_equal ((const char * const *) self->steps,
                                                      (const char * const *) steps)))
    return;

  for (guint i = 0; i < self->step_rows->len; i++)
    adw_expander_row_remove (self->steps_row, g_ptr_array_index (self->step_rows, i));
  g_ptr_array_set_size (self->step_rows, 0);

  for (guint i = 0; i < n; i++)
    add_step (self, steps[i]);
  adw_expander_row_set_subtitle (self->steps_row, count);

  g_strfreev (self->steps);
  self->steps = g_steal_pointer (&steps);
}

static void
refresh_user_data (HostelCreateReviewPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_machine_spec_dup_user_data (get_spec (self), &error);
  gboolean own = hostel_machine_spec_get_user_data (get_spec (self)) != NULL;
  g_autofree char *text = NULL;
  const HostelCloudTarget target =
    hostel_cloud_target_for_os (hostel_machine_spec_get_os_id (get_spec (self)));
  gsize length = 0;

  if (bytes != NULL)
    {
      const char *data = g_bytes_get_data (bytes, &length);

      text = g_utf8_make_valid (data != NULL ? data : "", length);
    }

  /* A person's own bytes stay what they are. */
  hostel_user_data_editor_set_editable (self->editor, !own);
  hostel_user_data_editor_set_target (self->editor, &target);
  if (text != NULL)
    hostel_user_data_editor_set_text (self->editor, text);
  show_error (self, error);
}

static void
refresh_clouds (HostelCreateReviewPage *self)
{
  g_autoptr (GBytes) bytes = hostel_machine_spec_dup_user_data (get_spec (self), NULL);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->clouds_row), bytes != NULL);
  if (bytes == NULL)
    return;

  text = hostel_cloud_limits_dup_text (g_bytes_get_size (bytes));
  adw_action_row_set_subtitle (self->clouds_row, text);
  hostel_accessible_set_description (GTK_WIDGET (self->clouds_row), text);
}

static void
refresh_code (HostelCreateReviewPage *self)
{
  HostelConnection *connection = hostel_create_model_get_connection (get_model (self));
  HostelHostFacts *facts = hostel_create_model_get_facts (get_model (self));
  HostelDomainVolumes volumes = { NULL, };
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = NULL;
  g_autofree char *command = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->xml_row), facts != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->command_row), connection != NULL);

  if (facts != NULL && adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->xml_row)))
    {
      xml = hostel_domain_xml_build (get_spec (self), facts, &volumes, &error);
      hostel_code_row_set_text (self->xml_row, xml != NULL ? xml : error->message);
    }

  if (connection != NULL && adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->command_row)))
    {
      command =
        hostel_machine_spec_dup_virt_install_command (get_spec (self),
                                                      hostel_connection_get_uri (connection),
                                                      hostel_connection_is_session (connection),
                                                      facts == NULL
                                                      || hostel_host_facts_get_kvm (facts),
                                                      facts != NULL
                                                      ? hostel_host_facts_get_arch (facts) : "");
      hostel_code_row_set_text (self->command_row, command);
    }
}

static void
refresh_all (HostelCreateReviewPage *self)
{
  refresh_summary (self);
  refresh_warnings (self);
  refresh_steps (self);
  refresh_code (self);
  refresh_clouds (self);
  gtk_widget_set_visible (self->user_data_group,
                          !hostel_machine_spec_is_installation (get_spec (self)));
  gtk_widget_set_visible (self->reuse_group,
                          !hostel_machine_spec_is_installation (get_spec (self)));
  if (!self->edited)
    refresh_user_data (self);
}

static void
saved_cb (HostelCreateReviewPage *self,
          const char             *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.toast", "s", text);
}

static void
save_recipe_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (widget);
  HostelRecipeDialog *dialog =
    hostel_recipe_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), get_spec (self));

  g_signal_connect_object (dialog, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
expanded_cb (HostelCreateReviewPage *self)
{
  if (get_model (self) != NULL)
    refresh_code (self);
}

static void
hostel_create_review_page_refresh (HostelCreatePage *page)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (page);

  if (self->shown)
    {
      refresh_all (self);
      return;
    }

  /* Something of the form has changed since: it is what counts now. */
  self->edited = FALSE;
  g_clear_handle_id (&self->parse_source, g_source_remove);
  show_error (self, NULL);
}

static void
hostel_create_review_page_flush (HostelCreatePage *page)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (page);

  self->shown = FALSE;
  if (self->parse_source != 0)
    parse (self);
  /* What was read without error is written anew when the page is seen again. */
  if (*hostel_create_page_get_problem (page) == '\0')
    self->edited = FALSE;
}

static void
hostel_create_review_page_focus_first (HostelCreatePage *page)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (page);

  self->shown = TRUE;
  refresh_all (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
hostel_create_review_page_dispose (GObject *object)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (object);

  g_clear_handle_id (&self->parse_source, g_source_remove);

  G_OBJECT_CLASS (hostel_create_review_page_parent_class)->dispose (object);
}

static void
hostel_create_review_page_finalize (GObject *object)
{
  HostelCreateReviewPage *self = HOSTEL_CREATE_REVIEW_PAGE (object);

  g_clear_pointer (&self->warning_rows, g_ptr_array_unref);
  g_clear_pointer (&self->step_rows, g_ptr_array_unref);
  g_clear_pointer (&self->steps, g_strfreev);

  G_OBJECT_CLASS (hostel_create_review_page_parent_class)->finalize (object);
}

static void
hostel_create_review_page_class_init (HostelCreateReviewPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  HostelCreatePageClass *page_class = HOSTEL_CREATE_PAGE_CLASS (klass);

  object_class->dispose = hostel_create_review_page_dispose;
  object_class->finalize = hostel_create_review_page_finalize;
  page_class->concerns = HOSTEL_CREATE_CONCERN_ALL;
  page_class->refresh = hostel_create_review_page_refresh;
  page_class->flush = hostel_create_review_page_flush;
  page_class->focus_first = hostel_create_review_page_focus_first;

  g_type_ensure (HOSTEL_TYPE_CODE_ROW);
  g_type_ensure (HOSTEL_TYPE_USER_DATA_EDITOR);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-review-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, warning_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, summary_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, steps_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, user_data_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, editor);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, reuse_group);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, clouds_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, xml_row);
  gtk_widget_class_bind_template_child (widget_class, HostelCreateReviewPage, command_row);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
  gtk_widget_class_install_action (widget_class, "review.save-recipe", NULL, save_recipe_action);
}

static void
hostel_create_review_page_init (HostelCreateReviewPage *self)
{
  self->warning_rows = g_ptr_array_new ();
  self->step_rows = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}
