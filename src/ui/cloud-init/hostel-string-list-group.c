/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-string-list-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-string-list-group.h"

struct _HostelStringListGroup
{
  AdwPreferencesGroup  parent_instance;

  AdwEntryRow         *add_row;    /* borrowed: a child */

  GPtrArray           *rows;       /* owned, of borrowed AdwEntryRow */
  char                *item_title; /* owned, never NULL */
  char                *field;      /* owned, never NULL */
  guint                split : 1;
  guint                setting : 1;
};

G_DEFINE_FINAL_TYPE (HostelStringListGroup, hostel_string_list_group, ADW_TYPE_PREFERENCES_GROUP)

enum { PROP_0, PROP_ITEM_TITLE, PROP_ADD_TITLE, PROP_FIELD, PROP_SPLIT, N_PROPS };
enum { CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
emit_changed (HostelStringListGroup *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether a row above @row has its name. */
static gboolean
is_taken (HostelStringListGroup *self,
          AdwEntryRow           *row)
{
  guint i;

  for (i = 0; i < self->rows->len && g_ptr_array_index (self->rows, i) != row; i++)
    if (hostel_cloud_config_is_same_item (self->field,
                                          get_text (g_ptr_array_index (self->rows, i)),
                                          get_text (row)))
      return TRUE;

  return FALSE;
}

static void
check_row (HostelStringListGroup *self,
           AdwEntryRow           *row)
{
  g_autoptr (GError) error = NULL;

  if (*self->field != '\0' && *get_text (row) != '\0' &&
      hostel_cloud_config_check_field (self->field, get_text (row), &error) && is_taken (self, row))
    hostel_error_set (&error, HOSTEL_ERROR_INVALID, _("Change that one, or choose another name."),
                      NULL, _("There is one of that name already."));

  hostel_field_set_error (row, error, NULL);
}

static void
check_rows (HostelStringListGroup *self)
{
  guint i;

  for (i = 0; i < self->rows->len; i++)
    check_row (self, g_ptr_array_index (self->rows, i));
  if (!self->split)
    check_row (self, self->add_row);
}

static void
number_rows (HostelStringListGroup *self)
{
  guint i;

  for (i = 0; i < self->rows->len; i++)
    {
      g_autofree char *title = g_strdup_printf ("%s %u", self->item_title, i + 1);

      adw_preferences_row_set_title (g_ptr_array_index (self->rows, i), title);
    }
}

static void
item_changed_cb (AdwEntryRow           *row,
                 HostelStringListGroup *self)
{
  if (self->split)
    check_row (self, row);
  else
    check_rows (self);
  emit_changed (self);
}

static void
remove_row (HostelStringListGroup *self,
            AdwEntryRow           *row)
{
  g_ptr_array_remove (self->rows, row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  number_rows (self);
  if (!self->split && !self->setting)
    check_rows (self);
  emit_changed (self);
}

static void
remove_clicked_cb (GtkButton             *button,
                   HostelStringListGroup *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ENTRY_ROW);

  gtk_widget_grab_focus (GTK_WIDGET (self->add_row));
  remove_row (self, ADW_ENTRY_ROW (row));
}

static GtkWidget *
make_remove_button (HostelStringListGroup *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove"));
  hostel_accessible_mend (button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked_cb), self, 0);

  return button;
}

static void
append_row (HostelStringListGroup *self,
            const char            *text)
{
  AdwEntryRow *row = ADW_ENTRY_ROW (adw_entry_row_new ());

  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_add_suffix (row, make_remove_button (self));
  g_signal_connect_object (row, "changed", G_CALLBACK (item_changed_cb), self, 0);
  g_ptr_array_add (self->rows, row);
  check_row (self, row);

  /* The entry for the next stays last: the group can only append. */
  g_object_ref (self->add_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  g_object_unref (self->add_row);
}

static void
add_changed_cb (HostelStringListGroup *self)
{
  gboolean was_wrong = *hostel_field_get_error (self->add_row) != '\0';

  /* Several at once are looked at one by one when they are added. */
  if (!self->split || strpbrk (get_text (self->add_row), " ,") == NULL)
    check_row (self, self->add_row);
  else
    hostel_field_set_message (self->add_row, NULL, NULL);

  /* It may have been the problem. */
  if (was_wrong && *hostel_field_get_error (self->add_row) == '\0')
    emit_changed (self);
}

static void
add (HostelStringListGroup *self)
{
  g_auto (GStrv) texts = NULL;
  guint i;

  if (*get_text (self->add_row) == '\0' || *hostel_field_get_error (self->add_row) != '\0')
    return;

  if (self->split)
    {
      texts = g_strsplit_set (get_text (self->add_row), " ,\t\n", -1);
    }
  else
    {
      texts = g_new0 (char *, 2);
      texts[0] = g_strdup (get_text (self->add_row));
    }

  for (i = 0; texts[i] != NULL; i++)
    if (*texts[i] != '\0')
      append_row (self, texts[i]);
  gtk_editable_set_text (GTK_EDITABLE (self->add_row), "");
  number_rows (self);
  emit_changed (self);
}

static void
add_applied_cb (HostelStringListGroup *self)
{
  add (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->add_row));
}

static void
hostel_string_list_group_finalize (GObject *object)
{
  HostelStringListGroup *self = HOSTEL_STRING_LIST_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->item_title, g_free);
  g_clear_pointer (&self->field, g_free);

  G_OBJECT_CLASS (hostel_string_list_group_parent_class)->finalize (object);
}

static void
hostel_string_list_group_get_property (GObject    *object,
                                       guint       prop_id,
                                       GValue     *value,
                                       GParamSpec *pspec)
{
  HostelStringListGroup *self = HOSTEL_STRING_LIST_GROUP (object);

  switch (prop_id)
    {
    case PROP_ITEM_TITLE:
      g_value_set_string (value, self->item_title);
      break;

    case PROP_ADD_TITLE:
      g_value_set_string (value,
                          adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->add_row)));
      break;

    case PROP_FIELD:
      g_value_set_string (value, self->field);
      break;

    case PROP_SPLIT:
      g_value_set_boolean (value, self->split);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static char *
dup_not_null (const GValue *value)
{
  const char *text = g_value_get_string (value);

  return g_strdup (text != NULL ? text : "");
}

static void
hostel_string_list_group_set_property (GObject      *object,
                                       guint         prop_id,
                                       const GValue *value,
                                       GParamSpec   *pspec)
{
  HostelStringListGroup *self = HOSTEL_STRING_LIST_GROUP (object);

  switch (prop_id)
    {
    case PROP_ITEM_TITLE:
      g_free (self->item_title);
      self->item_title = dup_not_null (value);
      break;

    case PROP_ADD_TITLE:
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->add_row),
                                     g_value_get_string (value));
      break;

    case PROP_FIELD:
      g_free (self->field);
      self->field = dup_not_null (value);
      break;

    case PROP_SPLIT:
      self->split = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_string_list_group_class_init (HostelStringListGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_string_list_group_finalize;
  object_class->get_property = hostel_string_list_group_get_property;
  object_class->set_property = hostel_string_list_group_set_property;

  properties[PROP_ITEM_TITLE] =
    g_param_spec_string ("item-title", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ADD_TITLE] =
    g_param_spec_string ("add-title", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FIELD] =
    g_param_spec_string ("field", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPLIT] =
    g_param_spec_boolean ("split", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_string_list_group_init (HostelStringListGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->item_title = g_strdup ("");
  self->field = g_strdup ("");

  self->add_row = ADW_ENTRY_ROW (adw_entry_row_new ());
  hostel_field_prepare (self->add_row);
  adw_entry_row_set_show_apply_button (self->add_row, TRUE);
  adw_entry_row_set_input_hints (self->add_row, GTK_INPUT_HINT_NO_SPELLCHECK);
  g_signal_connect_object (self->add_row, "changed", G_CALLBACK (add_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->add_row, "apply", G_CALLBACK (add_applied_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
  hostel_accessible_mend (GTK_WIDGET (self));
}

static gboolean
shows (HostelStringListGroup *self,
       const char * const    *strings)
{
  g_auto (GStrv) shown = hostel_string_list_group_dup_strings (self);
  static const char * const none[] = { NULL };

  return g_strv_equal ((const char * const *) shown, strings != NULL ? strings : none);
}

/**
 * hostel_string_list_group_set_strings:
 * @strings: (nullable): the texts
 *
 * Does not emit "changed"; rows that show the same texts already stay as they are.
 */
void
hostel_string_list_group_set_strings (HostelStringListGroup *self,
                                      const char * const    *strings)
{
  guint i;

  g_return_if_fail (HOSTEL_IS_STRING_LIST_GROUP (self));

  if (shows (self, strings))
    return;

  self->setting = TRUE;
  while (self->rows->len > 0)
    remove_row (self, g_ptr_array_index (self->rows, self->rows->len - 1));
  for (i = 0; strings != NULL && strings[i] != NULL; i++)
    append_row (self, strings[i]);
  number_rows (self);
  self->setting = FALSE;
}

/**
 * hostel_string_list_group_dup_strings:
 *
 * Returns: (transfer full): the texts, without empty ones and without what was not added yet
 */
GStrv
hostel_string_list_group_dup_strings (HostelStringListGroup *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint i;

  g_return_val_if_fail (HOSTEL_IS_STRING_LIST_GROUP (self), NULL);

  for (i = 0; i < self->rows->len; i++)
    if (*get_text (g_ptr_array_index (self->rows, i)) != '\0')
      g_strv_builder_add (builder, get_text (g_ptr_array_index (self->rows, i)));

  return g_strv_builder_end (builder);
}

/**
 * hostel_string_list_group_get_problem:
 *
 * Returns: what is wrong with the first text that is, "" for nothing
 */
const char *
hostel_string_list_group_get_problem (HostelStringListGroup *self)
{
  guint i;

  g_return_val_if_fail (HOSTEL_IS_STRING_LIST_GROUP (self), "");

  for (i = 0; i < self->rows->len; i++)
    if (*hostel_field_get_error (g_ptr_array_index (self->rows, i)) != '\0')
      return hostel_field_get_error (g_ptr_array_index (self->rows, i));

  return hostel_field_get_error (self->add_row);
}

/**
 * hostel_string_list_group_flush:
 *
 * Adds what was typed for the next, as if it had been applied.
 */
void
hostel_string_list_group_flush (HostelStringListGroup *self)
{
  g_return_if_fail (HOSTEL_IS_STRING_LIST_GROUP (self));

  if (*get_text (self->add_row) != '\0')
    add (self);
}
