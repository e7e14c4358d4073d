/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <unistd.h>

#include "create-fixture.h"
#include "hostel-hardware-page.h"
#include "wait.h"
#include "widget-find.h"

/* The page on a real daemon's machine, which has a paused guest where it runs. */

#define DEADLINE 20000

static const char domain_xml[] =
  "<domain type='qemu'><name>%s</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
  "<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>"
  "<controller type='pci' index='0' model='pcie-root'/><controller type='pci' model='pcie-root-port'/>"
  "<controller type='pci' model='pcie-root-port'/><controller type='pci' model='pcie-root-port'/>"
  "<controller type='pci' model='pcie-root-port'/><controller type='usb' model='none'/>"
  "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s/own &amp; &lt;b&gt;.raw'/>"
  "<target dev='vda' bus='virtio'/></disk>"
  "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>"
  "<interface type='user'><mac address='52:54:00:66:00:01'/><model type='virtio'/></interface>"
  "<serial type='pty'/><memballoon model='none'/></devices></domain>";

typedef struct
{
  CreateFixture      *create;
  char               *name;
  HostelDomain       *domain;
  GtkWidget          *window;
  HostelHardwarePage *page;
} Fixture;

static void
define (Fixture *fixture)
{
  g_autofree char *xml = g_strdup_printf (domain_xml, fixture->name, fixture->create->pool_dir);
  g_autofree char *path = g_build_filename (fixture->create->dir, "machine.xml", NULL);
  g_autofree char *disk = g_build_filename (fixture->create->pool_dir, "own & <b>.raw", NULL);
  g_autofree char *zeros = g_malloc0 (1 << 20);
  g_autofree char *output = NULL;

  g_assert_true (g_file_set_contents (disk, zeros, 1 << 20, NULL));
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
  output = create_fixture_virsh (fixture->create, "pool-refresh %s", fixture->create->pool);
  g_free (output);
  output = create_fixture_virsh (fixture->create, "define %s", path);
}

static HostelDomain *
find_domain (Fixture *fixture)
{
  g_autofree char *output = create_fixture_virsh (fixture->create, "domuuid %s", fixture->name);
  const char *uuid = g_strstrip (output);

  ASSERT_WITHIN (hostel_connection_lookup_uuid (fixture->create->connection, uuid) != NULL, DEADLINE);

  return g_object_ref (hostel_connection_lookup_uuid (fixture->create->connection, uuid));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *output = NULL;

  if ((fixture->create = create_fixture_new ()) == NULL)
    return;

  fixture->name = g_strdup_printf ("hostel-test-hardware-%d-%u", getpid (), g_random_int ());
  define (fixture);
  if (data != NULL)
    output = create_fixture_virsh (fixture->create, "start --paused %s", fixture->name);
  fixture->domain = find_domain (fixture);
  fixture->page = g_object_new (HOSTEL_TYPE_HARDWARE_PAGE, NULL);
  fixture->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 800);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  hostel_hardware_page_set_domain (fixture->page, fixture->domain);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (widget_shows_text (fixture->window, "Disk vda"), DEADLINE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *output = NULL;

  if (fixture->create == NULL)
    return;

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->domain);
  if (data != NULL)
    g_free (create_fixture_virsh (fixture->create, "destroy %s", fixture->name));
  output = create_fixture_virsh (fixture->create, "undefine %s", fixture->name);
  g_free (fixture->name);
  create_fixture_free (fixture->create);
}

static gboolean
shows (Fixture    *fixture,
       const char *text)
{
  return widget_shows_text (fixture->window, text);
}

static char *
dup_definition (Fixture *fixture)
{
  return create_fixture_virsh (fixture->create, "dumpxml --inactive --security-info %s", fixture->name);
}

/* As a click on the button of that row. */
static void
press (Fixture    *fixture,
       const char *row,
       const char *action)
{
  GtkWidget *button = widget_find_button (widget_find_row (fixture->window, row), action);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_sensitive (button));
  gtk_widget_activate (button);
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return window;
    }

  return NULL;
}

static void
answer (double      value,
        const char *response)
{
  GtkWidget *dialog;

  ASSERT_WITHIN (find_dialog () != NULL, DEADLINE);
  dialog = find_dialog ();
  if (value > 0)
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog))), value);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_close (GTK_WINDOW (dialog));
  ASSERT_WITHIN (find_dialog () == NULL, DEADLINE);
}

static void
undo_last (Fixture *fixture)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "hardware.undo-last", NULL);
}

/* Each verb and its Undo; a file's name is no markup. */
static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (fixture->create == NULL)
    {
      g_test_skip ("no daemon");
      return;
    }

  before = dup_definition (fixture);
  g_assert_true (shows (fixture, "own & <b>.raw"));
  g_assert_true (shows (fixture, "Drive sda"));
  g_assert_false (shows (fixture, "wait for the next start"));
  widget_take_picture ("hardware-off");

  press (fixture, "Network card 52:54:00:66:00:01", "hardware.unplug");
  ASSERT_WITHIN (shows (fixture, "unplugged, from"), DEADLINE);
  ASSERT_WITHIN (widget_find_button (widget_find_row (fixture->window, "Network card 52:54:00:66:00:01"),
                                     "hardware.plug") != NULL, DEADLINE);
  undo_last (fixture);
  ASSERT_WITHIN (widget_find_button (widget_find_row (fixture->window, "Network card 52:54:00:66:00:01"),
                                     "hardware.unplug") != NULL, DEADLINE);

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "hardware.add-disk", NULL);
  answer (3, "apply");
  ASSERT_WITHIN (shows (fixture, "Disk vdb"), DEADLINE);
  undo_last (fixture);
  ASSERT_WITHIN (!shows (fixture, "Disk vdb"), DEADLINE);

  press (fixture, "Disk vda", "hardware.remove");
  answer (0, "cancel");
  g_assert_true (shows (fixture, "Disk vda"));
  press (fixture, "Disk vda", "hardware.remove");
  answer (0, "apply");
  ASSERT_WITHIN (!shows (fixture, "Disk vda"), DEADLINE);
  undo_last (fixture);
  ASSERT_WITHIN (shows (fixture, "Disk vda"), DEADLINE);
  after = dup_definition (fixture);
  g_assert_cmpstr (after, ==, before);
}

static void
test_running (Fixture       *fixture,
              gconstpointer  data)
{
  if (fixture->create == NULL)
    {
      g_test_skip ("no daemon");
      return;
    }

  press (fixture, "Memory", "hardware.change");
  answer (128, "apply");
  ASSERT_WITHIN (shows (fixture, "From the next start on: 128.0"), DEADLINE);
  g_assert_true (shows (fixture, "1 change waits for the next start"));
  press (fixture, "vCPUs", "hardware.change");
  answer (2, "apply");
  ASSERT_WITHIN (shows (fixture, "2 changes wait for the next start"), DEADLINE);
  widget_take_picture ("hardware-running");

  press (fixture, "Memory", "hardware.keep");
  ASSERT_WITHIN (shows (fixture, "1 change waits for the next start"), DEADLINE);
  undo_last (fixture);
  ASSERT_WITHIN (shows (fixture, "2 changes wait for the next start"), DEADLINE);
  press (fixture, "vCPUs", "hardware.keep");
  ASSERT_WITHIN (shows (fixture, "1 change waits for the next start"), DEADLINE);

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "hardware.add-nic", NULL);
  ASSERT_WITHIN (widget_shows_text (fixture->window, "is there now"), DEADLINE);
}

int
main (int    argc,
      char **argv)
{
  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/hardware-page/off", Fixture, NULL, set_up, test_off, tear_down);
  g_test_add ("/hardware-page/running", Fixture, "running", set_up, test_running, tear_down);

  return g_test_run ();
}
