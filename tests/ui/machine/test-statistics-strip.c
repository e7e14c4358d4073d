/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "create-fixture.h"
#include "hostel-overview.h"
#include "hostel-statistics.h"
#include "wait.h"
#include "widget-find.h"

/* The overview of a real daemon's machine. */

#define DEADLINE 30000

static const char domain_xml[] =
  "<domain type='qemu'><name>%s</name><title>The web &amp; mail server</title>"
  "<description>Ask Ann before a restart.</description><memory unit='MiB'>256</memory><vcpu>2</vcpu>"
  "<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>"
  "<controller type='usb' model='none'/><interface type='user'><model type='virtio'/></interface>"
  "<serial type='pty'/></devices></domain>";

typedef struct
{
  CreateFixture  *create;
  char           *name;
  HostelDomain   *domain;
  GtkWidget      *window;
  HostelOverview *page;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *xml = NULL;
  g_autofree char *path = NULL;

  if ((fixture->create = create_fixture_new ()) == NULL)
    return;

  fixture->name = g_strdup_printf ("hostel-test-strip-%d-%x", getpid (), g_random_int ());
  xml = g_strdup_printf (domain_xml, fixture->name);
  path = g_build_filename (fixture->create->dir, "machine.xml", NULL);
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  g_free (create_fixture_virsh (fixture->create, "define %s", path));
  ASSERT_WITHIN (hostel_connection_lookup_name (fixture->create->connection, fixture->name) != NULL, DEADLINE);
  fixture->domain = g_object_ref (hostel_connection_lookup_name (fixture->create->connection, fixture->name));

  fixture->page = g_object_new (HOSTEL_TYPE_OVERVIEW, NULL);
  fixture->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), GPOINTER_TO_INT (data), 700);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  hostel_overview_set_domain (fixture->page, fixture->domain);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (gtk_widget_get_mapped (GTK_WIDGET (fixture->page)), DEADLINE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->domain);
  g_free (create_fixture_virsh (fixture->create, "undefine %s", fixture->name));
  g_free (fixture->name);
  create_fixture_free (fixture->create);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  return widget_shows_text (fixture->window, text);
}

static gboolean
is_asked (Fixture *fixture)
{
  return hostel_statistics_is_on (hostel_statistics_of (fixture->domain));
}

/* There while it runs and is on screen, and the host is asked for no longer. */
static void
test_overview (Fixture       *fixture,
               gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  ASSERT_WITHIN (shows (fixture, "Ask Ann before a restart."), DEADLINE);
  g_assert_true (shows (fixture, "The web & mail server"));
  g_assert_false (shows (fixture, "Processor"));
  g_assert_false (is_asked (fixture));

  g_free (create_fixture_virsh (fixture->create, "start %s", fixture->name));
  ASSERT_WITHIN (shows (fixture, "Peak "), DEADLINE);
  ASSERT_WITHIN (shows (fixture, " of 256.0"), DEADLINE);
  ASSERT_WITHIN (shows (fixture, " %"), DEADLINE);
  g_assert_true (is_asked (fixture));
  ASSERT_WITHIN (hostel_statistics_get_n_points (hostel_statistics_of (fixture->domain)) > 3, DEADLINE);
  widget_take_picture (GPOINTER_TO_INT (data) > 400 ? "overview" : "overview-narrow");

  gtk_widget_set_visible (fixture->window, FALSE);
  ASSERT_WITHIN (!is_asked (fixture), DEADLINE);
  gtk_widget_set_visible (fixture->window, TRUE);
  ASSERT_WITHIN (is_asked (fixture), DEADLINE);

  g_free (create_fixture_virsh (fixture->create, "destroy %s", fixture->name));
  ASSERT_WITHIN (!shows (fixture, "Peak "), DEADLINE);
  ASSERT_WITHIN (!is_asked (fixture), DEADLINE);
}

#define ADD(path, func, width) \
  g_test_add ("/statistics-strip/" path, Fixture, GINT_TO_POINTER (width), set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("overview", test_overview, 640);
  ADD ("narrow", test_overview, 360);

  return g_test_run ();
}
