/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-window.h"

G_BEGIN_DECLS

/* A window on hosts of the test's choice, on screen, with its hosts open. */
typedef struct
{
  HostelHostList *hosts;
  HostelWindow   *window;
} WindowFixture;

void       window_fixture_set_up     (WindowFixture *fixture,
                                      const char    *uri);
void       window_fixture_tear_down  (WindowFixture *fixture);

typedef gboolean (*WidgetPredicate)  (GtkWidget     *widget,
                                      gconstpointer  data);

GtkWidget *find_widget               (GtkWidget       *root,
                                      GType            type,
                                      WidgetPredicate  predicate,
                                      gconstpointer    data);
/* The list's own parts: the console has a search too, and a leaflet changes its children's order. */
GtkWidget *find_in_sidebar           (HostelWindow    *window,
                                      GType            type);
/* The row of that item, as the list has it on screen. */
GtkWidget *find_row                  (HostelWindow    *window,
                                      gpointer         item);
/* A button by its tooltip or label, mnemonics left out; it must be on screen. */
GtkWidget *find_button               (GtkWidget       *root,
                                      const char      *name);
gboolean   shows_text                (GtkWidget       *root,
                                      const char      *text);
/* What assistive technology is told. */
gboolean   has_accessible_label      (GtkWidget       *widget,
                                      const char      *label);
/* A file for libvirt's test driver with machines vm1, vm2...; the first @n_running of them run. */
char      *write_test_node           (const char      *dir,
                                      guint            n_domains,
                                      guint            n_running);

G_END_DECLS
