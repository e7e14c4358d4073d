/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-cloud-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-certificate-group.h"
#include "hostel-create-cloud-page.h"
#include "hostel-error.h"
#include "hostel-expander-row.h"
#include "hostel-field.h"
#include "hostel-key-group.h"
#include "hostel-password.h"
#include "hostel-own-key.h"
#include "hostel-string-list-group.h"
#include "hostel-user-data-group.h"

struct _HostelCreateCloudPage
{
  HostelCreatePage       parent_instance;

  HostelUserDataGroup   *own_group;        /* borrowed: template children */
  AdwEntryRow           *hostname_row;
  AdwEntryRow           *user_row;
  AdwEntryRow           *full_name_row;
  AdwEntryRow           *password_row;
  GtkWidget             *password_set_row;
  GtkSwitch             *sudo_switch;
  AdwEntryRow           *groups_row;
  AdwExpanderRow        *more_row;
  HostelKeyGroup        *key_group;
  AdwPreferencesGroup   *login_group;
  AdwActionRow          *own_key_row;
  GtkSwitch             *own_key_switch;
  HostelStringListGroup *package_group;
  GtkSwitch             *update_switch;
  GtkSwitch             *upgrade_switch;
  HostelStringListGroup *command_group;
  AdwEntryRow           *zone_row;
  GtkSwitch             *keep_default_switch;
  GtkSwitch             *root_login_switch;
  GtkSwitch             *grow_switch;
  GtkSwitch             *console_size_switch;
  AdwEntryRow           *locale_row;
  AdwEntryRow           *keyboard_row;
  AdwEntryRow           *swap_row;
  AdwEntryRow           *phone_row;
  AdwEntryRow           *final_row;
  AdwComboRow           *power_row;
  HostelStringListGroup *account_group;
  HostelStringListGroup *apt_group;
  HostelStringListGroup *yum_group;
  HostelStringListGroup *partition_group;
  HostelStringListGroup *file_system_group;
  HostelStringListGroup *mount_group;
  HostelStringListGroup *ntp_group;
  HostelCertificateGroup *certificate_group;
  HostelStringListGroup *boot_group;
};

G_DEFINE_FINAL_TYPE (HostelCreateCloudPage, hostel_create_cloud_page, HOSTEL_TYPE_CREATE_PAGE)

/* A widget of the form and the property behind it, of the config or of its first user. */
typedef struct
{
  goffset     offset;
  const char *property;
  const char *rule;     /* for hostel_cloud_config_check_field(), or NULL */
  gboolean    user;
} Field;

#define FIELD(member, property, rule, user) \
  { G_STRUCT_OFFSET (HostelCreateCloudPage, member), property, rule, user }

static const Field text_fields[] = {
  FIELD (hostname_row, "hostname", "hostname", FALSE),
  FIELD (user_row, "name", "user-name", TRUE),
  FIELD (full_name_row, "full-name", "user-full-name", TRUE),
  FIELD (zone_row, "time-zone", "time-zone", FALSE),
  FIELD (locale_row, "locale", "locale", FALSE),
  FIELD (keyboard_row, "keyboard-layout", "keyboard-layout", FALSE),
  FIELD (swap_row, "swap-size", "swap-size", FALSE),
  FIELD (phone_row, "phone-home-url", "phone-home-url", FALSE),
  FIELD (final_row, "final-message", "final-message", FALSE),
};

static const Field switch_fields[] = {
  FIELD (sudo_switch, "sudo", NULL, TRUE),
  FIELD (update_switch, "package-update", NULL, FALSE),
  FIELD (upgrade_switch, "package-upgrade", NULL, FALSE),
  FIELD (keep_default_switch, "keep-default-user", NULL, FALSE),
  FIELD (root_login_switch, "root-login", NULL, FALSE),
  FIELD (grow_switch, "grow-partition", NULL, FALSE),
};

static const Field list_fields[] = {
  FIELD (package_group, "packages", NULL, FALSE),
  FIELD (command_group, "run-commands", NULL, FALSE),
  FIELD (account_group, "groups", NULL, FALSE),
  FIELD (apt_group, "apt-sources", NULL, FALSE),
  FIELD (yum_group, "yum-repositories", NULL, FALSE),
  FIELD (partition_group, "partitions", NULL, FALSE),
  FIELD (file_system_group, "file-systems", NULL, FALSE),
  FIELD (mount_group, "mounts", NULL, FALSE),
  FIELD (ntp_group, "ntp-servers", NULL, FALSE),
  FIELD (boot_group, "boot-commands", NULL, FALSE),
};

static gpointer
get_widget (HostelCreateCloudPage *self,
            const Field           *field)
{
  return G_STRUCT_MEMBER (gpointer, self, field->offset);
}

static const Field *
find_field (HostelCreateCloudPage *self,
            const Field           *fields,
            guint                  n_fields,
            gpointer               widget)
{
  guint i;

  for (i = 0; i < n_fields; i++)
    if (get_widget (self, &fields[i]) == widget)
      return &fields[i];

  g_assert_not_reached ();
}

static HostelCreateModel *
get_model (HostelCreateCloudPage *self)
{
  return hostel_create_page_get_model (HOSTEL_CREATE_PAGE (self));
}

static HostelCloudConfig *
get_config (HostelCreateCloudPage *self)
{
  return hostel_create_model_get_cloud_config (get_model (self));
}

/* What has the property; NULL for a user's where the document has none. */
static GObject *
get_target (HostelCreateCloudPage *self,
            const Field           *field)
{
  if (!field->user)
    return G_OBJECT (get_config (self));

  return (GObject *) hostel_create_model_get_user (get_model (self));
}

static gboolean
is_deaf (HostelCreateCloudPage *self)
{
  return hostel_create_page_is_deaf (HOSTEL_CREATE_PAGE (self));
}

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
check_text (HostelCreateCloudPage *self,
            const Field           *field)
{
  AdwEntryRow *row = get_widget (self, field);
  g_autoptr (GError) error = NULL;

  /* Without a user there is nothing to be wrong with it. */
  if (get_target (self, field) != NULL)
    hostel_cloud_config_check_field (field->rule, get_text (row), &error);

  hostel_field_set_error (row, error, NULL);
}

/* The words of the row. */
static GStrv
dup_groups (HostelCreateCloudPage *self)
{
  g_auto (GStrv) words = g_strsplit_set (get_text (self->groups_row), " ,\t", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint i;

  for (i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);

  return g_strv_builder_end (builder);
}

static void
check_groups (HostelCreateCloudPage *self)
{
  g_auto (GStrv) groups = dup_groups (self);
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; error == NULL && groups[i] != NULL; i++)
    hostel_cloud_config_check_field ("user-groups", groups[i], &error);

  hostel_field_set_error (self->groups_row, error, NULL);
}

static const char *
find_problem (HostelCreateCloudPage *self)
{
  const char *problem;
  guint i;

  if (hostel_machine_spec_get_user_data (hostel_create_model_get_spec (get_model (self))) != NULL)
    return "";

  for (i = 0; i < G_N_ELEMENTS (text_fields); i++)
    {
      problem = hostel_field_get_error (get_widget (self, &text_fields[i]));
      if (*problem != '\0')
        return problem;
    }
  for (i = 0; i < G_N_ELEMENTS (list_fields); i++)
    {
      problem = hostel_string_list_group_get_problem (get_widget (self, &list_fields[i]));
      if (*problem != '\0')
        return problem;
    }
  if (*hostel_field_get_error (self->password_row) != '\0')
    return hostel_field_get_error (self->password_row);
  if (*hostel_field_get_error (self->groups_row) != '\0')
    return hostel_field_get_error (self->groups_row);

  return hostel_key_group_get_problem (self->key_group);
}

static void
update_problem (HostelCreateCloudPage *self)
{
  hostel_create_page_set_problem (HOSTEL_CREATE_PAGE (self), find_problem (self));
}

static void
refresh_switches (HostelCreateCloudPage *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (switch_fields); i++)
    {
      GObject *target = get_target (self, &switch_fields[i]);
      gboolean active = FALSE;

      if (target != NULL)
        g_object_get (target, switch_fields[i].property, &active, NULL);
      gtk_switch_set_active (get_widget (self, &switch_fields[i]), active);
    }
}

/* How one gets in; the key that opens every machine, and where its private half stays. */
static void
refresh_login (HostelCreateCloudPage *self)
{
  const char *key = hostel_create_model_get_own_key (get_model (self));
  g_autofree char *path = hostel_own_key_dup_path ();
  g_autofree char *way_in =
    hostel_machine_spec_dup_way_in (hostel_create_model_get_spec (get_model (self)));
  g_autofree char *markup = g_markup_escape_text (way_in, -1);
  g_autofree char *subtitle = key != NULL ? g_strdup_printf (_("New users get it. Its private half stays in %s.\n%s"),
                                                             path, key)
                                          : g_strdup (_("New users get it, and SSH always leads in."));

  adw_preferences_group_set_description (self->login_group, markup);
  adw_action_row_set_subtitle (self->own_key_row, subtitle);
  gtk_switch_set_active (self->own_key_switch, hostel_create_model_get_use_own_key (get_model (self)));
}

/* The user that the form shows. One that is made for an entry has what every new user has. */
static HostelCloudUser *
ensure_user (HostelCreateCloudPage *self)
{
  gboolean made = hostel_create_model_get_user (get_model (self)) == NULL;
  HostelCloudUser *user = hostel_create_model_ensure_user (get_model (self));

  if (!made)
    return user;

  refresh_switches (self);
  for (guint i = 0; i < G_N_ELEMENTS (text_fields); i++)
    check_text (self, &text_fields[i]);

  return user;
}

static gpointer
ensure_target (HostelCreateCloudPage *self,
               const Field           *field)
{
  return field->user ? (gpointer) ensure_user (self) : (gpointer) get_config (self);
}

/* What a person enters is seen where it is entered, and stays as it is typed, with its blanks and an
 * entry that has just been emptied: only what follows from it is shown anew. */
static void
begin_entry (HostelCreateCloudPage *self)
{
  hostel_create_model_touch (get_model (self));
  hostel_create_page_set_deaf (HOSTEL_CREATE_PAGE (self), TRUE);
}

static void
end_entry (HostelCreateCloudPage *self)
{
  refresh_login (self);
  hostel_create_page_set_deaf (HOSTEL_CREATE_PAGE (self), FALSE);
  update_problem (self);
}

static void
text_changed_cb (AdwEntryRow           *row,
                 HostelCreateCloudPage *self)
{
  const Field *field;

  if (is_deaf (self))
    return;

  field = find_field (self, text_fields, G_N_ELEMENTS (text_fields), row);
  if (row == self->hostname_row)
    hostel_create_model_set_edited (get_model (self), HOSTEL_CREATE_FIELD_HOSTNAME);
  begin_entry (self);
  g_object_set (ensure_target (self, field), field->property, get_text (row), NULL);
  check_text (self, field);
  end_entry (self);
}

static void
switch_changed_cb (GtkSwitch             *widget,
                   GParamSpec            *pspec,
                   HostelCreateCloudPage *self)
{
  const Field *field;
  gboolean active = gtk_switch_get_active (widget);

  if (is_deaf (self))
    return;

  field = find_field (self, switch_fields, G_N_ELEMENTS (switch_fields), widget);
  begin_entry (self);
  g_object_set (ensure_target (self, field), field->property, active, NULL);
  gtk_switch_set_active (widget, active);
  end_entry (self);
}

static void
list_changed_cb (HostelStringListGroup *group,
                 HostelCreateCloudPage *self)
{
  const Field *field;
  g_auto (GStrv) strings = NULL;

  if (is_deaf (self))
    return;

  field = find_field (self, list_fields, G_N_ELEMENTS (list_fields), group);
  strings = hostel_string_list_group_dup_strings (group);
  begin_entry (self);
  g_object_set (get_config (self), field->property, strings, NULL);
  end_entry (self);
}

static void
keys_changed_cb (HostelCreateCloudPage *self)
{
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) ids = NULL;

  if (is_deaf (self))
    return;

  keys = hostel_key_group_dup_keys (self->key_group);
  ids = hostel_key_group_dup_ids (self->key_group);
  begin_entry (self);
  g_object_set (ensure_user (self), "ssh-keys", keys, "ssh-import-ids", ids, NULL);
  end_entry (self);
}

static void
groups_changed_cb (HostelCreateCloudPage *self)
{
  g_auto (GStrv) groups = NULL;

  if (is_deaf (self))
    return;

  groups = dup_groups (self);
  begin_entry (self);
  hostel_cloud_user_set_groups (ensure_user (self), (const char * const *) groups);
  check_groups (self);
  end_entry (self);
}

static void
certificates_changed_cb (HostelCreateCloudPage *self)
{
  g_auto (GStrv) certificates = NULL;

  if (is_deaf (self))
    return;

  certificates = hostel_certificate_group_dup_certificates (self->certificate_group);
  begin_entry (self);
  g_object_set (get_config (self), "ca-certificates", certificates, NULL);
  end_entry (self);
}

static void
power_changed_cb (HostelCreateCloudPage *self)
{
  if (is_deaf (self))
    return;

  begin_entry (self);
  g_object_set (get_config (self),
                "power-state",
                (HostelCloudPowerState) adw_combo_row_get_selected (self->power_row),
                NULL);
  end_entry (self);
}

static void
entry_activated_cb (HostelCreateCloudPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.next", NULL);
}

static void
show_password (HostelCreateCloudPage *self)
{
  HostelCloudUser *user = hostel_create_model_get_user (get_model (self));
  gboolean set = user != NULL && *hostel_cloud_user_get_password_hash (user) != '\0';

  gtk_widget_set_visible (self->password_set_row, set);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), !set);
}

static void
password_changed_cb (HostelCreateCloudPage *self)
{
  const char *text = get_text (self->password_row);
  g_autoptr (GError) error = NULL;

  if (is_deaf (self))
    return;

  hostel_create_model_touch (get_model (self));
  if (*text != '\0')
    hostel_password_check (text, &error);
  hostel_field_set_error (self->password_row, error, NULL);
  update_problem (self);
}

/* The password is hashed as soon as the field is left, and nothing else of it is kept. */
static void
take_password (HostelCreateCloudPage *self)
{
  const char *text = get_text (self->password_row);
  g_autoptr (GError) error = NULL;

  if (*hostel_field_get_error (self->password_row) != '\0')
    return;

  if (*text != '\0'
      && !hostel_cloud_user_set_password (hostel_create_model_ensure_user (get_model (self)), text,
                                          &error))
    {
      hostel_field_set_error (self->password_row, error, NULL);
      update_problem (self);
      return;
    }

  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  show_password (self);
}

static void
password_left_cb (HostelCreateCloudPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* Another window has the focus for a while: the person comes back to go on typing. */
  if (is_deaf (self) || root == NULL || !gtk_window_is_active (GTK_WINDOW (root)))
    return;

  take_password (self);
}

static void
change_password_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (widget);
  HostelCloudUser *user = hostel_create_model_get_user (get_model (self));

  if (user != NULL)
    hostel_cloud_user_set_password_hash (user, "");
  show_password (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (widget);

  hostel_user_data_group_choose (self->own_group);
}

static void
edit_file_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (widget);

  hostel_create_model_begin_choice (get_model (self));
  if (!hostel_user_data_group_edit (self->own_group, get_config (self)))
    return;

  /* The file's host name is meant as it is, also where it has none. */
  hostel_create_model_set_edited (get_model (self), HOSTEL_CREATE_FIELD_HOSTNAME);
  hostel_create_model_touch (get_model (self));
  hostel_create_page_focus_first (HOSTEL_CREATE_PAGE (self));
  gtk_widget_activate_action (widget, "dialog.chosen", "s", _("The form is filled in from the file"));
}

static void
refresh_texts (HostelCreateCloudPage *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (text_fields); i++)
    {
      GObject *target = get_target (self, &text_fields[i]);
      g_autofree char *text = NULL;

      if (target != NULL)
        g_object_get (target, text_fields[i].property, &text, NULL);
      hostel_field_set_text (get_widget (self, &text_fields[i]), text);
      check_text (self, &text_fields[i]);
    }
}

static void
refresh_groups (HostelCreateCloudPage *self,
                HostelCloudUser       *user)
{
  const char * const *groups = user != NULL ? hostel_cloud_user_get_groups (user) : NULL;
  g_auto (GStrv) shown = dup_groups (self);
  g_autofree char *text = groups != NULL ? g_strjoinv (", ", (GStrv) groups) : g_strdup ("");
  g_autofree char *now = g_strjoinv (", ", shown);

  if (!g_str_equal (text, now))
    hostel_field_set_text (self->groups_row, text);
  check_groups (self);
}

static void
refresh_lists (HostelCreateCloudPage *self)
{
  HostelCloudUser *user = hostel_create_model_get_user (get_model (self));
  g_auto (GStrv) certificates = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (list_fields); i++)
    {
      g_auto (GStrv) strings = NULL;

      g_object_get (get_config (self), list_fields[i].property, &strings, NULL);
      hostel_string_list_group_set_strings (get_widget (self, &list_fields[i]),
                                            (const char * const *) strings);
    }

  g_object_get (get_config (self), "ca-certificates", &certificates, NULL);
  hostel_certificate_group_set_certificates (self->certificate_group,
                                             (const char * const *) certificates);
  refresh_groups (self, user);

  hostel_key_group_add_found (self->key_group,
                              hostel_create_model_get_found_keys (get_model (self)));
  hostel_key_group_set_chosen (self->key_group,
                               user != NULL ? hostel_cloud_user_get_ssh_keys (user) : NULL,
                               user != NULL ? hostel_cloud_user_get_ssh_import_ids (user) : NULL);
}

/* What few people need is there with More, or where the document has it. */
static gboolean
is_wanted (HostelCreateCloudPage *self,
           GtkWidget             *group)
{
  g_auto (GStrv) items = NULL;

  if (group == GTK_WIDGET (self->certificate_group))
    items = hostel_certificate_group_dup_certificates (self->certificate_group);
  else if (HOSTEL_IS_STRING_LIST_GROUP (group) && group != GTK_WIDGET (self->package_group) &&
           group != GTK_WIDGET (self->command_group))
    items = hostel_string_list_group_dup_strings (HOSTEL_STRING_LIST_GROUP (group));

  return items == NULL || items[0] != NULL || adw_expander_row_get_expanded (self->more_row);
}

/* With a person's own file the form is of no effect, so it is not shown. */
static void
show_form_cb (HostelCreateCloudPage *self)
{
  GtkWidget *own = GTK_WIDGET (self->own_group);
  gboolean form = !hostel_user_data_group_is_used (self->own_group);
  GtkWidget *group;

  gtk_widget_set_visible (own, hostel_user_data_group_has_news (self->own_group));
  for (group = gtk_widget_get_first_child (gtk_widget_get_parent (own));
       group != NULL;
       group = gtk_widget_get_next_sibling (group))
    if (group != own)
      gtk_widget_set_visible (group, (form || group == GTK_WIDGET (self->login_group)) &&
                                     is_wanted (self, group));
}

static void
own_changed_cb (HostelCreateCloudPage *self)
{
  show_form_cb (self);
  update_problem (self);
}

static void
own_recipe_cb (HostelCreateCloudPage *self,
               HostelRecipe          *recipe)
{
  g_autoptr (GError) error = NULL;

  if (hostel_create_model_set_recipe (get_model (self), recipe, &error))
    hostel_create_page_tell_recipe (HOSTEL_CREATE_PAGE (self));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "dialog.toast", "s", error->message);
}

static void
hostel_create_cloud_page_bind (HostelCreatePage *page)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (page);

  hostel_user_data_group_set_spec (self->own_group,
                                   hostel_create_model_get_spec (get_model (self)));
  g_object_bind_property (hostel_create_model_get_spec (get_model (self)), "console-size",
                          self->console_size_switch, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
own_key_changed_cb (HostelCreateCloudPage *self)
{
  if (!is_deaf (self))
    hostel_create_model_set_use_own_key (get_model (self), gtk_switch_get_active (self->own_key_switch));
}

static void
hostel_create_cloud_page_refresh (HostelCreatePage *page)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (page);
  HostelCloudPowerState power_state;

  refresh_texts (self);
  refresh_switches (self);
  refresh_lists (self);
  g_object_get (get_config (self), "power-state", &power_state, NULL);
  adw_combo_row_set_selected (self->power_row, power_state);
  show_password (self);
  refresh_login (self);
  show_form_cb (self);
  update_problem (self);
}

static void
hostel_create_cloud_page_flush (HostelCreatePage *page)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (page);
  guint i;

  take_password (self);
  hostel_key_group_flush (self->key_group);
  for (i = 0; i < G_N_ELEMENTS (list_fields); i++)
    hostel_string_list_group_flush (get_widget (self, &list_fields[i]));
  update_problem (self);
}

static void
hostel_create_cloud_page_focus_first (HostelCreatePage *page)
{
  HostelCreateCloudPage *self = HOSTEL_CREATE_CLOUD_PAGE (page);

  if (hostel_user_data_group_is_used (self->own_group))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->hostname_row));
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    goffset     offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (HostelCreateCloudPage, name) }
    CHILD (own_group), CHILD (hostname_row), CHILD (user_row), CHILD (full_name_row),
    CHILD (password_row), CHILD (password_set_row), CHILD (sudo_switch), CHILD (groups_row),
    CHILD (key_group), CHILD (login_group), CHILD (own_key_row), CHILD (own_key_switch), CHILD (more_row),
    CHILD (package_group), CHILD (update_switch), CHILD (upgrade_switch), CHILD (command_group),
    CHILD (zone_row), CHILD (keep_default_switch), CHILD (root_login_switch),
    CHILD (grow_switch), CHILD (console_size_switch), CHILD (locale_row),
    CHILD (keyboard_row), CHILD (swap_row), CHILD (phone_row), CHILD (final_row), CHILD (power_row),
    CHILD (account_group), CHILD (apt_group), CHILD (yum_group), CHILD (partition_group),
    CHILD (file_system_group), CHILD (mount_group), CHILD (ntp_group), CHILD (certificate_group),
    CHILD (boot_group),
#undef CHILD
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (widget_class, children[i].name, FALSE,
                                               children[i].offset);
}

static void
hostel_create_cloud_page_class_init (HostelCreateCloudPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  HostelCreatePageClass *page_class = HOSTEL_CREATE_PAGE_CLASS (klass);

  page_class->bind = hostel_create_cloud_page_bind;
  page_class->concerns = HOSTEL_CREATE_CONCERN_IMAGE | HOSTEL_CREATE_CONCERN_DOCUMENT;
  page_class->refresh = hostel_create_cloud_page_refresh;
  page_class->flush = hostel_create_cloud_page_flush;
  page_class->focus_first = hostel_create_cloud_page_focus_first;

  g_type_ensure (HOSTEL_TYPE_CERTIFICATE_GROUP);
  g_type_ensure (HOSTEL_TYPE_EXPANDER_ROW);
  g_type_ensure (HOSTEL_TYPE_KEY_GROUP);
  g_type_ensure (HOSTEL_TYPE_STRING_LIST_GROUP);
  g_type_ensure (HOSTEL_TYPE_USER_DATA_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-create-cloud-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, own_key_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, switch_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, list_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, keys_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, groups_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, certificates_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, power_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, own_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_form_cb);
  gtk_widget_class_bind_template_callback (widget_class, own_recipe_cb);
  gtk_widget_class_install_action (widget_class, "cloud.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "cloud.edit-file", NULL, edit_file_action);
  gtk_widget_class_install_action (widget_class, "cloud.change-password", NULL,
                                   change_password_action);
}

static void
hostel_create_cloud_page_init (HostelCreateCloudPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  hostel_field_prepare (self->password_row);
  /* Undo would bring a password back after it has been hashed. */
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->password_row), FALSE);
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_create_cloud_page_use_file:
 * @file: a person's own user-data
 *
 * Reads @file and uses it as it is, in place of the form.
 */
void
hostel_create_cloud_page_use_file (HostelCreateCloudPage *self,
                                   GFile                 *file)
{
  g_return_if_fail (HOSTEL_IS_CREATE_CLOUD_PAGE (self));
  g_return_if_fail (G_IS_FILE (file));

  hostel_create_model_touch (get_model (self));
  hostel_user_data_group_use_file (self->own_group, file);
}

/**
 * hostel_create_cloud_page_add_certificate:
 * @file: a file of certificates
 *
 * Adds them to the form, or tells there what is wrong with @file.
 */
void
hostel_create_cloud_page_add_certificate (HostelCreateCloudPage *self,
                                          GFile                 *file)
{
  g_return_if_fail (HOSTEL_IS_CREATE_CLOUD_PAGE (self));
  g_return_if_fail (G_IS_FILE (file));

  adw_expander_row_set_expanded (self->more_row, TRUE);
  hostel_certificate_group_add_file (self->certificate_group, file);
}
