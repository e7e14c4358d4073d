/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "create-fixture.h"
#include "hostel-domain-seed.h"
#include "hostel-user-data-editor.h"
#include "hostel-user-data-window.h"
#include "wait.h"
#include "widget-find.h"

#define MINUTE 60000

static CreateFixture *fixture;

static void
take_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static char *
load_text (HostelDomain *domain)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  hostel_domain_seed_load_async (domain, NULL, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  bytes = hostel_domain_seed_load_finish (domain, result, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
applied_cb (gboolean *applied)
{
  *applied = TRUE;
}

static GtkTextBuffer *
get_buffer (GtkWidget *window)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget_find_type (window, GTK_TYPE_TEXT_VIEW)));
}

/* A person's own change, not the program's. */
static void
type (GtkWidget  *window,
      const char *text)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (get_buffer (window), &end);
  gtk_text_buffer_insert (get_buffer (window), &end, text, -1);
}

static void
test_apply (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "window");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean applied = FALSE;
  GtkWidget *window;

  hostel_cloud_config_set_packages (hostel_machine_spec_get_cloud_config (spec),
                                    (const char * const []) { "nginx", NULL });
  g_object_set (spec, "start", FALSE, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);

  window = GTK_WIDGET (hostel_user_data_window_new (NULL, domain));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  g_signal_connect_swapped (window, "applied", G_CALLBACK (applied_cb), &applied);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (window, "user-data.apply")));
  ASSERT_WITHIN (gtk_widget_get_sensitive (widget_find_button (window, "user-data.apply")), MINUTE);
  widget_take_picture ("user-data");

  /* What is no YAML cannot be applied, and says why. */
  type (window, "runcmd: [\n");
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (window, "user-data.apply")));
  widget_take_picture ("user-data-wrong");
  type (window, "  date]\n");
  g_assert_true (gtk_widget_get_sensitive (widget_find_button (window, "user-data.apply")));

  gtk_widget_activate_action (window, "user-data.apply", NULL);
  ASSERT_WITHIN (window == NULL, MINUTE);
  g_assert_true (applied);
  text = load_text (domain);
  g_assert_nonnull (strstr (text, "- nginx\n"));
  g_assert_true (g_str_has_suffix (text, "runcmd: [\n  date]\n"));

  create_fixture_delete (fixture, domain, TRUE);
}

static void
test_none (void)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, "none");
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;

  g_object_set (spec, "start", FALSE, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);
  g_free (create_fixture_virsh (fixture, "detach-disk %s vdb --config",
                                hostel_domain_get_uuid (domain)));
  window = GTK_WIDGET (hostel_user_data_window_new (NULL, domain));
  gtk_window_present (GTK_WINDOW (window));
  ASSERT_WITHIN (widget_shows_text (window, "has no seed"), MINUTE);
  g_assert_false (gtk_widget_get_sensitive (widget_find_button (window, "user-data.apply")));
  widget_take_picture ("user-data-none");
  gtk_window_destroy (GTK_WINDOW (window));
  create_fixture_delete (fixture, domain, TRUE);
}

int
main (int    argc,
      char **argv)
{
  int status;

  create_fixture_main (&argc, &argv);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  if ((fixture = create_fixture_new ()) == NULL)
    {
      g_print ("1..0 # SKIP no libvirt daemon can be reached\n");
      return 0;
    }

  g_test_add_func ("/user-data-window/apply", test_apply);
  g_test_add_func ("/user-data-window/none", test_none);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
