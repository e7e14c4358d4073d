/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-check-row"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-host-check-row.h"

struct _HostelHostCheckRow
{
  HostelExpanderRow  parent_instance;

  HostelHostCheck   *check;         /* owned */
  GtkWidget         *act_button;    /* borrowed, nullable: without a remedy that acts */
};

G_DEFINE_FINAL_TYPE (HostelHostCheckRow, hostel_host_check_row, HOSTEL_TYPE_EXPANDER_ROW)

enum
{
  ACT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

static GtkWidget *
create_text (const char *text,
             const char *style)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "label", text,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "xalign", 0.0,
                                   "hexpand", TRUE,
                                   "selectable", TRUE,
                                   NULL);

  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}

static void
copy_command_cb (HostelHostCheckRow *self)
{
  HostelHostRemedy *remedy = hostel_host_check_get_action (self->check);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          hostel_host_remedy_get_command (remedy));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _("Command copied"));
}

static GtkWidget *
create_command (HostelHostCheckRow *self,
                const char         *command)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "spacing", 6, NULL);
  GtkWidget *button = g_object_new (GTK_TYPE_BUTTON,
                                    "icon-name", "edit-copy-symbolic",
                                    "tooltip-text", _("Copy Command"),
                                    "valign", GTK_ALIGN_CENTER,
                                    NULL);

  gtk_widget_add_css_class (button, "flat");
  hostel_accessible_set_label (button, _("Copy Command"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_command_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), create_text (command, "monospace"));
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

/* What to do, why it matters, what was read. */
static GtkWidget *
create_body (HostelHostCheckRow *self)
{
  HostelHostRemedy *action = hostel_host_check_get_action (self->check);
  const char *remedy = hostel_host_check_get_remedy (self->check);
  const char *why = hostel_host_check_get_why (self->check);
  GtkWidget *box = g_object_new (GTK_TYPE_BOX,
                                 "orientation", GTK_ORIENTATION_VERTICAL,
                                 "spacing", 6,
                                 "margin-top", 12,
                                 "margin-bottom", 12,
                                 "margin-start", 12,
                                 "margin-end", 12,
                                 NULL);

  if (*remedy != '\0')
    gtk_box_append (GTK_BOX (box), create_text (remedy, NULL));
  if (action != NULL && *hostel_host_remedy_get_command (action) != '\0')
    gtk_box_append (GTK_BOX (box), create_command (self, hostel_host_remedy_get_command (action)));
  if (*why != '\0')
    gtk_box_append (GTK_BOX (box), create_text (why, NULL));
  gtk_box_append (GTK_BOX (box), create_text (hostel_host_check_get_evidence (self->check),
                                              "dim-label"));

  return g_object_new (ADW_TYPE_PREFERENCES_ROW,
                       "activatable", FALSE,
                       "title", hostel_host_check_get_title (self->check),
                       "child", box,
                       NULL);
}

/* The icon tells the state; below the title stands what a person would ask next. */
static char *
dup_subtitle (HostelHostCheck *check)
{
  const char *text = "";

  switch (hostel_host_check_get_state (check))
    {
    case HOSTEL_CHECK_STATE_NOTE:
    case HOSTEL_CHECK_STATE_WARNING:
    case HOSTEL_CHECK_STATE_MISSING:
      text = hostel_host_check_get_why (check);
      break;

    case HOSTEL_CHECK_STATE_UNKNOWN:
      text = hostel_host_check_get_evidence (check);
      break;

    case HOSTEL_CHECK_STATE_GOOD:
    case HOSTEL_CHECK_STATE_NOT_APPLICABLE:
      break;
    }

  return g_markup_escape_text (text, -1);
}

static void
clicked_cb (HostelHostCheckRow *self)
{
  g_signal_emit (self, signals[ACT], 0);
}

static void
add_act_button (HostelHostCheckRow *self)
{
  HostelHostRemedy *remedy = hostel_host_check_get_action (self->check);

  if (remedy == NULL || !hostel_host_remedy_can_act (remedy))
    return;

  self->act_button = g_object_new (GTK_TYPE_BUTTON,
                                   "use-underline", TRUE,
                                   "valign", GTK_ALIGN_CENTER,
                                   NULL);
  hostel_host_check_row_set_busy (self, FALSE);
  g_signal_connect_object (self->act_button, "clicked", G_CALLBACK (clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->act_button);
}

static void
hostel_host_check_row_dispose (GObject *object)
{
  HostelHostCheckRow *self = HOSTEL_HOST_CHECK_ROW (object);

  g_clear_object (&self->check);
  self->act_button = NULL;

  G_OBJECT_CLASS (hostel_host_check_row_parent_class)->dispose (object);
}

static void
hostel_host_check_row_class_init (HostelHostCheckRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hostel_host_check_row_dispose;

  signals[ACT] = g_signal_new ("act", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
hostel_host_check_row_init (HostelHostCheckRow *self)
{
}

/**
 * hostel_host_check_row_new:
 * @check: what to show
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
hostel_host_check_row_new (HostelHostCheck *check)
{
  HostelHostCheckRow *self = g_object_new (HOSTEL_TYPE_HOST_CHECK_ROW, NULL);
  HostelCheckState state = hostel_host_check_get_state (check);
  g_autofree char *title = g_markup_escape_text (hostel_host_check_get_title (check), -1);
  g_autofree char *subtitle = dup_subtitle (check);
  g_autofree char *label = NULL;
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->check = g_object_ref (check);
  hostel_host_check_row_set_look (GTK_IMAGE (image), state);
  g_object_set (self, "title", title, "subtitle", subtitle, NULL);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), image);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), create_body (self));
  add_act_button (self);

  label = g_strdup_printf (_("%s: %s"), hostel_host_check_get_title (check),
                           hostel_check_state_to_label (state));
  hostel_accessible_set_label (GTK_WIDGET (self), label);

  return GTK_WIDGET (self);
}

HostelHostCheck *
hostel_host_check_row_get_check (HostelHostCheckRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK_ROW (self), NULL);

  return self->check;
}

gboolean
hostel_host_check_row_can_act (HostelHostCheckRow *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_CHECK_ROW (self), FALSE);

  return self->act_button != NULL && self->check != NULL;
}

/**
 * hostel_host_check_row_set_first:
 * @self: a row that can act
 *
 * Makes its button the one to press next.
 */
void
hostel_host_check_row_set_first (HostelHostCheckRow *self)
{
  g_return_if_fail (hostel_host_check_row_can_act (self));

  gtk_widget_add_css_class (self->act_button, "suggested-action");
}

/**
 * hostel_host_check_row_set_busy:
 * @self: a row that can act
 * @busy: whether its remedy is under way: then its button gives it up
 */
void
hostel_host_check_row_set_busy (HostelHostCheckRow *self,
                                gboolean            busy)
{
  HostelHostRemedy *remedy;

  g_return_if_fail (hostel_host_check_row_can_act (self));

  remedy = hostel_host_check_get_action (self->check);
  gtk_button_set_label (GTK_BUTTON (self->act_button),
                        busy ? _("_Cancel") : hostel_host_remedy_get_label (remedy));
}

/**
 * hostel_host_check_row_set_look:
 * @image: an image that tells a state
 * @state: a state
 */
void
hostel_host_check_row_set_look (GtkImage         *image,
                                HostelCheckState  state)
{
  const char *classes[] = { looks[state].style, NULL };

  g_return_if_fail (GTK_IS_IMAGE (image));

  gtk_image_set_from_icon_name (image, looks[state].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (image), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (image), hostel_check_state_to_label (state));
}
