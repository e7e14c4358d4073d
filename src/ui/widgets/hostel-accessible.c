/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-accessible"

#include "config.h"

#include <adwaita.h>

#include "hostel-accessible.h"

/**
 * hostel_accessible_set_label:
 * @widget: a widget
 * @label: (nullable): its name for assistive technology; %NULL or "" for the widget's own
 */
void
hostel_accessible_set_label (GtkWidget  *widget,
                             const char *label)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (label != NULL && *label != '\0')
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/**
 * hostel_accessible_set_description:
 * @widget: a widget
 * @description: (nullable): what assistive technology reads after the name; %NULL or "" for nothing
 */
void
hostel_accessible_set_description (GtkWidget  *widget,
                                   const char *description)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (description != NULL && *description != '\0')
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                    -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
mend_button (GtkButton *button)
{
  const char *label = gtk_button_get_label (button);
  const char *tooltip = gtk_widget_get_tooltip_text (GTK_WIDGET (button));

  /* GTK 4.8 names a button with a mnemonic "_Next Next": the raw label, then the label that labels
   * it. Without the first only the second is left. */
  if (label != NULL && gtk_button_get_use_underline (button))
    hostel_accessible_set_label (GTK_WIDGET (button), NULL);
  else if (label == NULL && tooltip != NULL && GTK_IS_IMAGE (gtk_button_get_child (button)))
    {
      hostel_accessible_set_label (GTK_WIDGET (button), tooltip);
      /* GTK makes the tooltip the description, which would be the same words twice. */
      hostel_accessible_set_description (GTK_WIDGET (button), NULL);
    }
}

/**
 * hostel_accessible_mend:
 * @root: a widget whose template is complete
 *
 * Gives the descendants of @root the accessible names that GTK 4.8 and libadwaita 1.2 do not:
 * buttons with a mnemonic carry its underscore, buttons with an icon are called "GtkImage" though
 * they have a tooltip, and expander rows have no name at all.
 */
void
hostel_accessible_mend (GtkWidget *root)
{
  GtkWidget *child;

  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_BUTTON (root))
    mend_button (GTK_BUTTON (root));
  else if (ADW_IS_EXPANDER_ROW (root))
    hostel_accessible_set_label (root,
                                 adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)));

  for (child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    hostel_accessible_mend (child);
}
