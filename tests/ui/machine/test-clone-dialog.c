/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "create-fixture.h"
#include "hostel-clone-dialog.h"
#include "hostel-field.h"
#include "wait.h"
#include "widget-find.h"
#include "window-fixture.h"

/* The window on a real daemon, and the dialog that its machine's menu opens. */

#define DEADLINE 20000

static const char domain_xml[] =
  "<domain type='qemu'><name>%s</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
  "<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>"
  "<controller type='usb' model='none'/>"
  "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s/%s.qcow2'/>"
  "<target dev='vda' bus='virtio'/></disk>"
  "<serial type='pty'/><memballoon model='none'/></devices></domain>";

typedef struct
{
  CreateFixture    *create;
  WindowFixture     window;
  HostelConnection *connection; /* the window's own */
  char             *name;
  char             *clone_name;
  HostelDomain     *domain;
  GtkWidget        *dialog;     /* NULL once it is closed */
} Fixture;

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (HOSTEL_IS_CLONE_DIALOG (window))
        return window;
    }

  return NULL;
}

static void
define (Fixture *fixture)
{
  g_autofree char *xml = g_strdup_printf (domain_xml, fixture->name, fixture->create->pool_dir, fixture->name);
  g_autofree char *path = g_build_filename (fixture->create->dir, "machine.xml", NULL);

  g_free (create_fixture_virsh (fixture->create, "vol-create-as %s %s.qcow2 64M --format qcow2",
                                fixture->create->pool, fixture->name));
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  g_free (create_fixture_virsh (fixture->create, "define %s", path));
}

static HostelDomain *
lookup (Fixture    *fixture,
        const char *name)
{
  return hostel_connection_lookup_name (fixture->connection, name);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  const char *uri;

  if ((fixture->create = create_fixture_new ()) == NULL)
    return;

  fixture->name = g_strdup_printf ("hostel-test-clone-%d-%x", getpid (), g_random_int ());
  fixture->clone_name = g_strconcat (fixture->name, "-two", NULL);
  define (fixture);
  uri = hostel_connection_get_uri (fixture->create->connection);
  window_fixture_set_up (&fixture->window, uri);
  fixture->connection = hostel_host_list_lookup (fixture->window.hosts, uri);
  ASSERT_WITHIN (lookup (fixture, fixture->name) != NULL, DEADLINE);
  fixture->domain = g_object_ref (lookup (fixture, fixture->name));
  hostel_window_set_selected (fixture->window.window, fixture->domain);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window.window), "machine.clone", NULL);
  ASSERT_WITHIN ((fixture->dialog = find_dialog ()) != NULL, DEADLINE);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  g_clear_object (&fixture->domain);
  if (lookup (fixture, fixture->clone_name) != NULL)
    g_free (create_fixture_virsh (fixture->create, "undefine %s", fixture->clone_name));
  g_free (create_fixture_virsh (fixture->create, "undefine %s", fixture->name));
  window_fixture_tear_down (&fixture->window);
  g_free (fixture->clone_name);
  g_free (fixture->name);
  create_fixture_free (fixture->create);
}

static AdwEntryRow *
name_row (Fixture *fixture)
{
  return ADW_ENTRY_ROW (widget_find_row (fixture->dialog, "Name"));
}

static void
enter (Fixture    *fixture,
       const char *name)
{
  gtk_editable_set_text (GTK_EDITABLE (name_row (fixture)), name);
}

static gboolean
can_clone (Fixture *fixture)
{
  return gtk_widget_is_sensitive (widget_find_button (fixture->dialog, "clone.start"));
}

static void
be_exact (Fixture *fixture)
{
  adw_action_row_activate (ADW_ACTION_ROW (widget_find_row (fixture->dialog, "A New Computer")));
  /* A switch moves first. */
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Inside it is the same computer."), DEADLINE);
}

static guint
count_files (Fixture *fixture)
{
  g_auto (GStrv) files = create_fixture_list (fixture->create, "");

  return g_strv_length (files);
}

static void
add_disk_to_clone (Fixture *fixture)
{
  g_free (create_fixture_virsh (fixture->create, "vol-create-as %s later.qcow2 1M --format qcow2",
                                fixture->create->pool));
  g_free (create_fixture_virsh (fixture->create, "attach-disk %s %s/later.qcow2 vdb --subdriver qcow2 --config",
                                fixture->clone_name, fixture->create->pool_dir));
}

/* It is chosen, and Undo takes it away with its files, not with what it was given later. */
static void
test_clone (Fixture       *fixture,
            gconstpointer  data)
{
  HostelDomain *clone;

  if (fixture->create == NULL)
    return;

  g_assert_true (can_clone (fixture));
  g_assert_false (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (name_row (fixture))), fixture->name));
  enter (fixture, "a/b");
  g_assert_false (can_clone (fixture));
  g_assert_nonnull (hostel_field_get_error (name_row (fixture)));
  enter (fixture, fixture->name);
  g_assert_false (can_clone (fixture));
  g_assert_cmpstr (hostel_field_get_error (name_row (fixture)), ==, "There is a machine of this name.");

  enter (fixture, fixture->clone_name);
  adw_combo_row_set_selected (ADW_COMBO_ROW (widget_find_row (fixture->dialog, "Disks")), 1);
  g_assert_true (can_clone (fixture));
  gtk_widget_activate_action (fixture->dialog, "clone.start", NULL);
  g_assert_false (can_clone (fixture));
  /* It has no seed: said beside the way that there is. */
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Make an exact copy instead."), DEADLINE);
  g_assert_true (can_clone (fixture));
  be_exact (fixture);
  g_assert_false (widget_shows_text (fixture->dialog, "Make an exact copy instead."));
  widget_take_picture ("clone-dialog");
  gtk_widget_activate_action (fixture->dialog, "clone.start", NULL);
  ASSERT_WITHIN (fixture->dialog == NULL, DEADLINE);

  g_assert_nonnull ((clone = lookup (fixture, fixture->clone_name)));
  g_assert_true (hostel_window_get_selected (fixture->window.window) == clone);
  g_assert_cmpuint (count_files (fixture), >, 1);

  ASSERT_WITHIN (find_button (GTK_WIDGET (fixture->window.window), "Undo") != NULL, DEADLINE);
  add_disk_to_clone (fixture);
  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window.window), "Undo"), "clicked");
  ASSERT_WITHIN (lookup (fixture, fixture->clone_name) == NULL, DEADLINE);
  /* The machine's own, and the one that was given to the clone since. */
  ASSERT_WITHIN (count_files (fixture) == 2, DEADLINE);
}

/* Said in the dialog, and true again once it is off. */
static void
test_while_on (Fixture       *fixture,
               gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  g_free (create_fixture_virsh (fixture->create, "start --paused %s", fixture->name));
  ASSERT_WITHIN (!can_clone (fixture), DEADLINE);
  g_assert_true (widget_shows_text (fixture->dialog, "is on. It can be cloned while it is off."));
  g_free (create_fixture_virsh (fixture->create, "destroy %s", fixture->name));
  ASSERT_WITHIN (can_clone (fixture), DEADLINE);
  g_assert_false (widget_shows_text (fixture->dialog, "is on."));
}

/* The dialog stays with what was entered, and nothing is left. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *disk = NULL;

  if (fixture->create == NULL)
    return;

  disk = g_strdup_printf ("%s/%s.qcow2", fixture->create->pool_dir, fixture->name);
  g_assert_cmpint (g_unlink (disk), ==, 0);
  enter (fixture, fixture->clone_name);
  be_exact (fixture);
  gtk_widget_activate_action (fixture->dialog, "clone.start", NULL);
  ASSERT_WITHIN (can_clone (fixture), DEADLINE);
  g_assert_true (widget_shows_text (fixture->dialog, fixture->name));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (name_row (fixture))), ==, fixture->clone_name);
  g_assert_null (lookup (fixture, fixture->clone_name));
  g_assert_cmpuint (count_files (fixture), ==, 0);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  if (fixture->create == NULL)
    return;

  enter (fixture, fixture->clone_name);
  be_exact (fixture);
  gtk_widget_activate_action (fixture->dialog, "clone.start", NULL);
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  ASSERT_WITHIN (fixture->dialog == NULL, DEADLINE);
  g_assert_null (lookup (fixture, fixture->clone_name));
  g_assert_cmpuint (count_files (fixture), ==, 1);
}

#define ADD(path, func) g_test_add ("/clone-dialog/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("clone", test_clone);
  ADD ("while-on", test_while_on);
  ADD ("failure", test_failure);
  ADD ("cancel", test_cancel);

  return g_test_run ();
}
