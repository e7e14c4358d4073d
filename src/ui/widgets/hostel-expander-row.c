/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-expander-row"

#include "config.h"

#include "hostel-accessible.h"
#include "hostel-expander-row.h"

G_DEFINE_TYPE (HostelExpanderRow, hostel_expander_row, ADW_TYPE_EXPANDER_ROW)

static void
title_changed_cb (HostelExpanderRow *self)
{
  hostel_accessible_set_label (GTK_WIDGET (self),
                               adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
}

static void
expanded_changed_cb (HostelExpanderRow *self)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_EXPANDED,
                               adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)),
                               -1);
}

static void
hostel_expander_row_class_init (HostelExpanderRowClass *klass)
{
  /* libadwaita 1.2's row can be unfolded by pointer and keyboard only. */
  gtk_widget_class_install_property_action (GTK_WIDGET_CLASS (klass), "row.expanded", "expanded");
}

static void
hostel_expander_row_init (HostelExpanderRow *self)
{
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed_cb), NULL);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_changed_cb), NULL);
}
