/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-key-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-key-row.h"
#include "hostel-ssh-key.h"

struct _HostelKeyRow
{
  AdwActionRow parent_instance;

  GtkCheckButton *check; /* borrowed: template child */

  char           *key;   /* owned: the public key's line or the import id */
};

G_DEFINE_FINAL_TYPE (HostelKeyRow, hostel_key_row, ADW_TYPE_ACTION_ROW)

enum { PROP_0, PROP_SELECTED, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
check_toggled_cb (HostelKeyRow *self)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_CHECKED,
                               hostel_key_row_get_selected (self) ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                                                  : GTK_ACCESSIBLE_TRISTATE_FALSE,
                               -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
hostel_key_row_finalize (GObject *object)
{
  HostelKeyRow *self = HOSTEL_KEY_ROW (object);

  g_clear_pointer (&self->key, g_free);

  G_OBJECT_CLASS (hostel_key_row_parent_class)->finalize (object);
}

static void
hostel_key_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  HostelKeyRow *self = HOSTEL_KEY_ROW (object);

  switch (prop_id)
    {
    case PROP_SELECTED:
      g_value_set_boolean (value, hostel_key_row_get_selected (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_key_row_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  HostelKeyRow *self = HOSTEL_KEY_ROW (object);

  switch (prop_id)
    {
    case PROP_SELECTED:
      hostel_key_row_set_selected (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_key_row_class_init (HostelKeyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = hostel_key_row_finalize;
  object_class->get_property = hostel_key_row_get_property;
  object_class->set_property = hostel_key_row_set_property;

  properties[PROP_SELECTED] =
    g_param_spec_boolean ("selected", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-key-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelKeyRow, check);
  gtk_widget_class_bind_template_callback (widget_class, check_toggled_cb);
  /* GTK 4.8 gives a check button no action for assistive technology. */
  gtk_widget_class_install_property_action (widget_class, "row.selected", "selected");
}

static void
hostel_key_row_init (HostelKeyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hostel_key_is_import_id:
 * @text: a key or an account
 *
 * Returns: whether @text is an account for cloud-init's ssh_import_id, GitHub's "gh:" or
 *   Launchpad's "lp:"
 */
gboolean
hostel_key_is_import_id (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return g_str_has_prefix (text, "gh:") || g_str_has_prefix (text, "lp:");
}

/**
 * hostel_key_row_new:
 * @key: a public key's line or an import id
 *
 * Returns: (transfer floating): a new row, not selected
 */
GtkWidget *
hostel_key_row_new (const char *key)
{
  HostelKeyRow *self;
  g_autofree char *label = NULL;
  g_autofree char *markup = NULL;

  g_return_val_if_fail (key != NULL, NULL);

  self = g_object_new (HOSTEL_TYPE_KEY_ROW, NULL);
  self->key = g_strdup (key);

  if (hostel_key_row_is_import_id (self))
    {
      label = g_strdup (key);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                                   *key == 'g' ? _("The machine fetches the keys from GitHub")
                                               : _("The machine fetches the keys from Launchpad"));
    }
  else
    {
      label = hostel_ssh_key_dup_label (key);
    }

  markup = g_markup_escape_text (label, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), markup);
  hostel_accessible_set_label (GTK_WIDGET (self), label);
  hostel_accessible_set_label (GTK_WIDGET (self->check), label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), key);

  return GTK_WIDGET (self);
}

/**
 * hostel_key_row_get_key:
 *
 * Returns: the public key's line or the import id
 */
const char *
hostel_key_row_get_key (HostelKeyRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_ROW (self), NULL);

  return self->key;
}

/**
 * hostel_key_row_is_import_id:
 *
 * Returns: whether it is an account, not a key
 */
gboolean
hostel_key_row_is_import_id (HostelKeyRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_ROW (self), FALSE);

  return hostel_key_is_import_id (self->key);
}

/**
 * hostel_key_row_get_selected:
 *
 * Returns: whether the key is taken
 */
gboolean
hostel_key_row_get_selected (HostelKeyRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_KEY_ROW (self), FALSE);

  return gtk_check_button_get_active (self->check);
}

/**
 * hostel_key_row_set_selected:
 * @selected: whether the key is taken
 */
void
hostel_key_row_set_selected (HostelKeyRow *self,
                             gboolean      selected)
{
  g_return_if_fail (HOSTEL_IS_KEY_ROW (self));

  gtk_check_button_set_active (self->check, selected);
}
