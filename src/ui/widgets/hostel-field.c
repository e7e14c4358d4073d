/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-field"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-error.h"
#include "hostel-field.h"

/* Of the label that says what is wrong, or a hint. */
#define MESSAGE_CLASS "field-message"

typedef struct
{
  AdwEntryRow         *row; /* borrowed: an ancestor of the button */
  HostelFieldStepFunc  step;
  gpointer             user_data;
  int                  direction;
} Step;

/* libadwaita's rules for a row's header hold for a direct child of the row only. */
static void
keep_header_look (GtkWidget *header)
{
  GtkWidget *child;

  gtk_widget_set_margin_start (header, 12);
  gtk_widget_set_margin_end (header, 12);
  gtk_widget_set_size_request (header, -1, 50);
  gtk_box_set_spacing (GTK_BOX (header), 6);

  for (child = gtk_widget_get_first_child (header);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BOX (child))
      gtk_box_set_spacing (GTK_BOX (child), 6);
}

/* The line under the content of @row; NULL where there was nothing to say yet. */
static GtkLabel *
find_message (AdwEntryRow *row)
{
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
  GtkWidget *last = gtk_widget_get_last_child (box);

  return last != NULL && gtk_widget_has_css_class (last, MESSAGE_CLASS) ? GTK_LABEL (last) : NULL;
}

static GtkWidget *
message_new (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_bottom (label, 9);
  gtk_widget_add_css_class (label, MESSAGE_CLASS);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_visible (label, FALSE);

  return label;
}

/* AdwEntryRow 1.2 has neither a subtitle nor a place for an error: a line under its content. */
static GtkLabel *
ensure_message (AdwEntryRow *row)
{
  GtkLabel *message = find_message (row);
  g_autoptr (GtkWidget) header = NULL;
  GtkWidget *box;

  if (message != NULL)
    return message;

  message = GTK_LABEL (message_new ());
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  header = g_object_ref (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (message));
  keep_header_look (header);

  return message;
}

static gboolean
has_error (AdwEntryRow *row)
{
  return gtk_widget_has_css_class (GTK_WIDGET (row), "error");
}

/**
 * hostel_field_prepare:
 * @row: an entry row that has not got the focus yet
 *
 * Makes the place for the message. Later, while a person types, it would take the focus away for a
 * moment, and what was typed so far would be selected when it comes back.
 */
void
hostel_field_prepare (AdwEntryRow *row)
{
  g_return_if_fail (ADW_IS_ENTRY_ROW (row));

  ensure_message (row);
}

/**
 * hostel_field_set_message:
 * @row: an entry row
 * @error: (nullable): why its text cannot be taken, a translated sentence; %NULL or "" for none
 * @hint: (nullable): what to say in its place when there is no error
 *
 * Shows one of the two under the entry, and tells assistive technology.
 */
void
hostel_field_set_message (AdwEntryRow *row,
                          const char  *error,
                          const char  *hint)
{
  gboolean wrong = error != NULL && *error != '\0';
  const char *text = wrong ? error : hint != NULL ? hint : "";
  GtkLabel *message;

  g_return_if_fail (ADW_IS_ENTRY_ROW (row));

  message = ensure_message (row);
  if (has_error (row) == wrong && g_str_equal (gtk_label_get_text (message), text))
    return;

  gtk_label_set_text (message, text);
  gtk_widget_set_visible (GTK_WIDGET (message), *text != '\0');

  if (wrong)
    {
      gtk_widget_add_css_class (GTK_WIDGET (row), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (message), "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
      gtk_widget_add_css_class (GTK_WIDGET (message), "dim-label");
    }

  gtk_accessible_update_state (GTK_ACCESSIBLE (row),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  hostel_accessible_set_description (GTK_WIDGET (row), text);
}

/**
 * hostel_field_set_error:
 * @row: an entry row
 * @error: (nullable): why its text cannot be taken
 * @hint: (nullable): what to say in its place when there is no error
 *
 * As hostel_field_set_message(), with cause and remedy of @error.
 */
void
hostel_field_set_error (AdwEntryRow  *row,
                        const GError *error,
                        const char   *hint)
{
  const char *remedy = error != NULL ? hostel_error_get_remedy (error) : NULL;
  g_autofree char *text = NULL;

  if (error != NULL)
    text = remedy != NULL ? g_strdup_printf ("%s %s", error->message, remedy)
                          : g_strdup (error->message);

  hostel_field_set_message (row, text, hint);
}

static const char *
get_message (AdwEntryRow *row)
{
  GtkLabel *message = find_message (row);

  return message != NULL ? gtk_label_get_text (message) : "";
}

/**
 * hostel_field_get_error:
 * @row: an entry row
 *
 * Returns: the error that is shown, "" for none
 */
const char *
hostel_field_get_error (AdwEntryRow *row)
{
  g_return_val_if_fail (ADW_IS_ENTRY_ROW (row), "");

  return has_error (row) ? get_message (row) : "";
}

/**
 * hostel_field_get_hint:
 * @row: an entry row
 *
 * Returns: the hint that is shown, "" for none
 */
const char *
hostel_field_get_hint (AdwEntryRow *row)
{
  g_return_val_if_fail (ADW_IS_ENTRY_ROW (row), "");

  return has_error (row) ? "" : get_message (row);
}

/**
 * hostel_field_set_text:
 * @row: an entry row
 * @text: (nullable): the new text
 *
 * Sets the text only where it differs, so that the cursor stays where a person types.
 */
void
hostel_field_set_text (AdwEntryRow *row,
                       const char  *text)
{
  g_return_if_fail (ADW_IS_ENTRY_ROW (row));

  text = text != NULL ? text : "";
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (row)), text))
    gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
step_clicked_cb (GtkButton *button,
                 Step      *step)
{
  step->step (step->row, step->direction, step->user_data);
}

static void
step_free (gpointer  data,
           GClosure *closure)
{
  g_free (data);
}

static void
add_step_button (AdwEntryRow         *row,
                 const char          *icon_name,
                 const char          *label,
                 int                  direction,
                 HostelFieldStepFunc  func,
                 gpointer             user_data)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);
  Step *step = g_new0 (Step, 1);

  step->row = row;
  step->step = func;
  step->user_data = user_data;
  step->direction = direction;

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, label);
  hostel_accessible_mend (button);
  g_signal_connect_data (button, "clicked", G_CALLBACK (step_clicked_cb), step, step_free, 0);
  adw_entry_row_add_suffix (row, button);
}

/**
 * hostel_field_add_stepper:
 * @row: an entry row whose text is a quantity
 * @decrease: the name of the button that makes it less, as "Less Memory"
 * @increase: the name of the button that makes it more
 * @step: called when one is pressed
 * @user_data: for @step; outlives @row
 *
 * Adds the two buttons that a spin button has.
 */
void
hostel_field_add_stepper (AdwEntryRow         *row,
                          const char          *decrease,
                          const char          *increase,
                          HostelFieldStepFunc  step,
                          gpointer             user_data)
{
  g_return_if_fail (ADW_IS_ENTRY_ROW (row));
  g_return_if_fail (step != NULL);

  add_step_button (row, "list-remove-symbolic", decrease, -1, step, user_data);
  add_step_button (row, "list-add-symbolic", increase, 1, step, user_data);
}
