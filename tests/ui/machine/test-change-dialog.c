/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-change-dialog.h"
#include "hostel-field.h"
#include "hostel-hardware.h"
#include "wait.h"
#include "widget-find.h"
#include "window-fixture.h"

/* The window on libvirt's test driver, whose machine "test" runs, and the dialog that it opens. */
typedef struct
{
  WindowFixture  window;
  HostelDomain  *domain; /* owned */
  GtkWidget     *dialog; /* NULL once it is closed */
} Fixture;

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (HOSTEL_IS_CHANGE_DIALOG (window))
        return window;
    }

  return NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  HostelConnection *connection;

  window_fixture_set_up (&fixture->window, "test:///default");
  connection = hostel_host_list_lookup (fixture->window.hosts, "test:///default");
  ASSERT_WITHIN (hostel_connection_lookup_name (connection, "test") != NULL, 5000);
  fixture->domain = g_object_ref (hostel_connection_lookup_name (connection, "test"));
  hostel_window_set_selected (fixture->window.window, fixture->domain);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  g_clear_object (&fixture->domain);
  window_fixture_tear_down (&fixture->window);
}

static AdwEntryRow *
row (Fixture    *fixture,
     const char *title)
{
  return ADW_ENTRY_ROW (widget_find_row (fixture->dialog, title));
}

static void
enter (Fixture    *fixture,
       const char *title,
       const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row (fixture, title)), text);
}

static gboolean
is_loaded (Fixture *fixture)
{
  return *gtk_editable_get_text (GTK_EDITABLE (row (fixture, "vCPUs"))) != '\0';
}

static void
open_dialog (Fixture *fixture)
{
  ASSERT_WITHIN (find_row (fixture->window.window, fixture->domain) != NULL, 5000);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window.window), "machine.change", NULL);
  ASSERT_WITHIN ((fixture->dialog = find_dialog ()) != NULL, 5000);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  ASSERT_WITHIN (is_loaded (fixture), 5000);
}

static gboolean
can_apply (Fixture *fixture)
{
  return gtk_widget_is_sensitive (widget_find_button (fixture->dialog, "change.apply"));
}

static void
apply (Fixture *fixture)
{
  g_assert_true (can_apply (fixture));
  gtk_widget_activate_action (fixture->dialog, "change.apply", NULL);
}

static void
take_hardware (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  HostelHardware **hardware = user_data;

  *hardware = hostel_hardware_load_finish (HOSTEL_DOMAIN (source), result, NULL);
}

static HostelHardware *
load (Fixture *fixture)
{
  HostelHardware *hardware = NULL;

  hostel_hardware_load_async (fixture->domain, take_hardware, &hardware);
  ASSERT_WITHIN (hardware != NULL, 5000);

  return hardware;
}

static gboolean
run_verb (Fixture          *fixture,
          HostelDomainVerb  verb)
{
  hostel_domain_run_verb_async (fixture->domain, verb, NULL, NULL);
  ASSERT_WITHIN (hostel_domain_can (fixture->domain, HOSTEL_DOMAIN_VERB_START) ==
                 (verb == HOSTEL_DOMAIN_VERB_FORCE_OFF), 5000);

  return TRUE;
}

static gboolean
has_title_in_list (Fixture    *fixture,
                   const char *title)
{
  GtkWidget *row = find_row (fixture->window.window, fixture->domain);
  g_autofree char *place = row != NULL ? widget_find_property (row, title) : NULL;

  return place != NULL && g_str_equal (place, "GtkInscription:text");
}

/* Of a running machine: what does not fit waits for the next start, and Undo brings all back. */
static void
test_running (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (HostelHardware) before = load (fixture);
  g_autoptr (HostelHardware) after = NULL;
  g_autoptr (HostelHardware) undone = NULL;

  open_dialog (fixture);
  g_assert_false (can_apply (fixture));
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (row (fixture, "Name"))));
  enter (fixture, "Title", "Web & more");
  enter (fixture, "Memory", "2560 MiB");
  apply (fixture);
  ASSERT_WITHIN (fixture->dialog == NULL, 5000);
  after = load (fixture);
  g_assert_cmpstr (after->title, ==, "Web & more");
  g_assert_cmpuint (after->memory_next, ==, 2560);
  g_assert_cmpuint (after->vcpus_next, ==, before->vcpus_next);
  ASSERT_WITHIN (shows_text (GTK_WIDGET (fixture->window.window), "Memory, 2560 MiB"), 5000);
  ASSERT_WITHIN (has_title_in_list (fixture, "Web & more"), 5000);

  /* What waits is said when one looks again. */
  if (after->memory_live != 2560)
    {
      open_dialog (fixture);
      g_assert_true (widget_shows_text (fixture->dialog, "from the next start on"));
      gtk_window_destroy (GTK_WINDOW (fixture->dialog));
    }

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window.window), "Undo"), "clicked");
  for (guint i = 0; i < 100 && (undone == NULL || undone->memory_next == 2560 || *undone->title != '\0'); i++)
    {
      g_clear_pointer (&undone, hostel_hardware_free);
      undone = load (fixture);
    }
  g_assert_cmpuint (undone->memory_next, ==, before->memory_next);
  g_assert_cmpstr (undone->title, ==, before->title);
}

/* Beside what it is about; and nothing has changed. */
static void
test_wrong (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (HostelHardware) before = load (fixture);
  g_autoptr (HostelHardware) after = NULL;

  open_dialog (fixture);
  enter (fixture, "Memory", "much");
  g_assert_false (can_apply (fixture));
  g_assert_nonnull (strstr (hostel_field_get_error (row (fixture, "Memory")), "much"));
  enter (fixture, "Memory", "1000 TiB");
  if (can_apply (fixture))
    {
      apply (fixture);
      ASSERT_WITHIN (hostel_field_get_error (row (fixture, "Memory")) != NULL, 5000);
    }
  enter (fixture, "Memory", "1 GiB");
  enter (fixture, "vCPUs", "0");
  g_assert_false (can_apply (fixture));
  after = load (fixture);
  g_assert_cmpuint (after->memory_next, ==, before->memory_next);
  g_assert_cmpuint (after->vcpus_next, ==, before->vcpus_next);
}

static void
test_rename (Fixture       *fixture,
             gconstpointer  data)
{
  run_verb (fixture, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  open_dialog (fixture);
  enter (fixture, "Name", "a/b");
  g_assert_false (can_apply (fixture));
  g_assert_nonnull (hostel_field_get_error (row (fixture, "Name")));
  enter (fixture, "Name", "web01");
  apply (fixture);
  ASSERT_WITHIN (fixture->dialog == NULL, 5000);
  ASSERT_WITHIN (g_str_equal (hostel_domain_get_name (fixture->domain), "web01"), 5000);
  g_assert_true (hostel_window_get_selected (fixture->window.window) == G_OBJECT (fixture->domain));

  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window.window), "Undo"), "clicked");
  ASSERT_WITHIN (g_str_equal (hostel_domain_get_name (fixture->domain), "test"), 5000);
  run_verb (fixture, HOSTEL_DOMAIN_VERB_START);
}

#define ADD(path, func) g_test_add ("/change-dialog/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("running", test_running);
  ADD ("wrong", test_wrong);
  ADD ("rename", test_rename);

  return g_test_run ();
}
