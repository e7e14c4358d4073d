/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hostel-console-stream.h"
#include "hostel-certificate-group.h"
#include "hostel-create-dialog.h"
#include "hostel-create-image-page.h"
#include "hostel-create-cloud-page.h"
#include "hostel-create-machine-page.h"
#include "hostel-create-review-page.h"
#include "hostel-field.h"
#include "hostel-key-row.h"
#include "hostel-machine-spec.h"
#include "hostel-recipe-dialog.h"
#include "hostel-recipe-group.h"
#include "hostel-recent-images.h"
#include "image-builder.h"
#include "wait.h"
#include "widget-find.h"

#define MINUTE 60000
#define SOON 5000
#define GOOD_KEY "ssh-ed25519 " \
  "AAAAC3NzaC1lZDI1NTE5AAAAIFkFzHkqZqJ7o7v2yqz1T0j3mQyS8b0rZkq1m2n3o4p5 alice@example"

typedef struct
{
  HostelConnection *connection;
  GListStore       *connections;
  GtkWidget        *dialog;      /* NULL once it is closed */
  HostelDomain     *created;
  char             *directory;
  char             *image;
} Fixture;

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  hostel_connection_open_finish (HOSTEL_CONNECTION (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
created_cb (Fixture             *fixture,
            HostelDomain        *domain,
            HostelConsoleStream *console)
{
  fixture->created = g_object_ref (domain);
}

static char *
write_file (Fixture    *fixture,
            const char *name,
            const void *data,
            gssize      length)
{
  char *path = g_build_filename (fixture->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);

  return path;
}

static void
set_up_uri (Fixture    *fixture,
            const char *uri)
{
  g_autoptr (GByteArray) qcow2 = image_build_qcow2 (3);
  gboolean opened = FALSE;

  fixture->directory = g_dir_make_tmp ("hostel-dialog-XXXXXX", NULL);
  fixture->image = write_file (fixture, "debian-12-generic-amd64.qcow2", qcow2->data, qcow2->len);

  fixture->connections = g_list_store_new (HOSTEL_TYPE_CONNECTION);
  fixture->connection = hostel_connection_new (uri);
  g_list_store_append (fixture->connections, fixture->connection);
  hostel_connection_open_async (fixture->connection, NULL, opened_cb, &opened);
  ASSERT_WITHIN (opened, MINUTE);

  fixture->dialog = GTK_WIDGET (hostel_create_dialog_new (NULL, NULL,
                                                          G_LIST_MODEL (fixture->connections)));
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  g_signal_connect_swapped (fixture->dialog, "created", G_CALLBACK (created_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->dialog));
  ASSERT_WITHIN (gtk_widget_get_mapped (fixture->dialog), SOON);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_up_uri (fixture, "test:///default");
}

static void
remove_directory (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (directory);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  ASSERT_WITHIN (fixture->dialog == NULL, MINUTE);

  hostel_connection_close (fixture->connection);
  remove_directory (fixture->directory);
  g_clear_object (&fixture->created);
  g_clear_object (&fixture->connections);
  g_clear_object (&fixture->connection);
  g_clear_pointer (&fixture->directory, g_free);
  g_clear_pointer (&fixture->image, g_free);
}

static AdwEntryRow *
entry (Fixture    *fixture,
       const char *title)
{
  return ADW_ENTRY_ROW (widget_find_row (fixture->dialog, title));
}

static const char *
text_of (Fixture    *fixture,
         const char *title)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry (fixture, title)));
}

static void
type (Fixture    *fixture,
      const char *title,
      const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry (fixture, title)), text);
}

static const char *
error_of (Fixture    *fixture,
          const char *title)
{
  return hostel_field_get_error (entry (fixture, title));
}

static GtkWidget *
button (Fixture    *fixture,
        const char *action)
{
  GtkWidget *found = widget_find_button (fixture->dialog, action);

  if (found == NULL)
    g_error ("No button for %s", action);

  return found;
}

static gboolean
can (Fixture    *fixture,
     const char *action)
{
  return gtk_widget_is_sensitive (button (fixture, action));
}

static void
press (Fixture    *fixture,
       const char *action)
{
  ASSERT_WITHIN (can (fixture, action), SOON);
  g_signal_emit_by_name (button (fixture, action), "clicked");
}

static void
choose_image (Fixture *fixture)
{
  type (fixture, "Image File", fixture->image);
  press (fixture, "dialog.next");
}

static void
go_to_cloud (Fixture *fixture)
{
  choose_image (fixture);
  press (fixture, "dialog.next");
}

static char *
review_text (Fixture *fixture)
{
  GtkWidget *view = widget_find_type (fixture->dialog, GTK_TYPE_TEXT_VIEW);
  char *text;

  g_assert_nonnull (view);
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "text", &text, NULL);

  return text;
}

static void
assert_review_has (Fixture    *fixture,
                   const char *text)
{
  g_autofree char *shown = review_text (fixture);

  if (strstr (shown, text) == NULL)
    g_error ("“%s” is not in:\n%s", text, shown);
}

static void
test_image (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *text = write_file (fixture, "notes.qcow2", "Dear diary,\n", -1);
  g_autofree char *empty = write_file (fixture, "empty.img", "", 0);
  g_autofree char *missing = g_build_filename (fixture->directory, "missing.img", NULL);
  const char *bad[] = { text, empty, missing, fixture->directory, "relative.img" };
  guint i;

  g_assert_false (can (fixture, "dialog.next"));
  g_assert_false (can (fixture, "dialog.create"));

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type (fixture, "Image File", bad[i]);
      g_assert_cmpstr (error_of (fixture, "Image File"), ==, "");
      ASSERT_WITHIN (*error_of (fixture, "Image File") != '\0', SOON);
      g_assert_true (widget_shows_text (fixture->dialog, error_of (fixture, "Image File")));
      g_assert_false (can (fixture, "dialog.next"));
      g_assert_nonnull (gtk_widget_get_tooltip_text (button (fixture, "dialog.next")));
    }

  type (fixture, "Image File", fixture->image);
  ASSERT_WITHIN (can (fixture, "dialog.next"), SOON);
  g_assert_cmpstr (error_of (fixture, "Image File"), ==, "");
  g_assert_nonnull (strstr (hostel_field_get_hint (entry (fixture, "Image File")), "64 MiB"));
  /* Not before the person has seen what it will be. */
  g_assert_false (can (fixture, "dialog.create"));
}

static void
test_defaults (Fixture       *fixture,
               gconstpointer  data)
{
  choose_image (fixture);

  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);
  /* Not "linux01": the name comes from the system that the file's name tells. */
  ASSERT_WITHIN (g_str_has_suffix (text_of (fixture, "Name"), "01"), SOON);
  g_assert_cmpstr (text_of (fixture, "Memory"), !=, "");
  g_assert_cmpstr (text_of (fixture, "vCPUs"), ==, "2");
  g_assert_true (g_str_has_suffix (text_of (fixture, "Disk Size"), " GiB"));

  press (fixture, "dialog.next");
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, text_of (fixture, "Name"));
  g_assert_cmpstr (text_of (fixture, "User Name"), !=, "");
  g_assert_cmpstr (text_of (fixture, "User Name"), !=, "root");

  /* The host name follows the name until it is somebody's own. */
  type (fixture, "Name", "Web 2");
  type (fixture, "Name", "web2");
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "web2");
  type (fixture, "Hostname", "www");
  type (fixture, "Name", "web3");
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "www");
}

static void
test_name (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *long_name = g_strnfill (300, 'x');
  const char *bad[] = { "", "a/b", "../x", "<b>&\"'", "two\nlines", long_name, "test" };
  AdwComboRow *network;
  guint i;

  choose_image (fixture);
  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type (fixture, "Name", bad[i]);
      g_assert_cmpstr (error_of (fixture, "Name"), !=, "");
      g_assert_true (widget_shows_text (fixture->dialog, error_of (fixture, "Name")));
      g_assert_false (can (fixture, "dialog.next"));
      g_assert_false (can (fixture, "dialog.create"));
      g_assert_cmpstr (gtk_widget_get_tooltip_text (button (fixture, "dialog.next")), ==,
                       error_of (fixture, "Name"));
    }

  type (fixture, "Name", "web1");
  g_assert_cmpstr (error_of (fixture, "Name"), ==, "");
  g_assert_true (can (fixture, "dialog.create"));

  /* Another network makes no taken name free. */
  network = ADW_COMBO_ROW (widget_find_row (fixture->dialog, "Network"));
  ASSERT_WITHIN (g_list_model_get_n_items (adw_combo_row_get_model (network)) > 1, SOON);
  adw_combo_row_set_selected (network, adw_combo_row_get_selected (network) == 0 ? 1 : 0);
  type (fixture, "Name", "test");
  g_assert_cmpstr (error_of (fixture, "Name"), !=, "");
  g_assert_false (can (fixture, "dialog.create"));
}

static void
assert_refused (Fixture    *fixture,
                const char *title,
                const char *text)
{
  g_autofree char *before = g_strdup (text_of (fixture, title));

  type (fixture, title, text);
  g_assert_cmpstr (text_of (fixture, title), ==, text);
  g_assert_cmpstr (error_of (fixture, title), !=, "");
  g_assert_false (can (fixture, "dialog.next"));
  type (fixture, title, before);
  g_assert_cmpstr (error_of (fixture, title), ==, "");
  g_assert_true (can (fixture, "dialog.next"));
}

static void
test_quantities (Fixture       *fixture,
                 gconstpointer  data)
{
  choose_image (fixture);
  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);
  type (fixture, "Memory", "1 GiB");

  assert_refused (fixture, "Memory", "0");
  assert_refused (fixture, "Memory", "-1");
  assert_refused (fixture, "Memory", "1e3");
  assert_refused (fixture, "Memory", "");
  assert_refused (fixture, "Memory", "900 TiB");
  assert_refused (fixture, "vCPUs", "0");
  assert_refused (fixture, "vCPUs", "two");
  /* Smaller than the 64 MiB of the image. */
  assert_refused (fixture, "Disk Size", "63 MiB");
  assert_refused (fixture, "Disk Size", "lots");

  /* What the number alone means in each field. */
  type (fixture, "Memory", "1536");
  type (fixture, "Disk Size", "64 MiB");
  press (fixture, "dialog.next");
  press (fixture, "dialog.next");
  g_assert_true (widget_shows_text (fixture->dialog, "1536 MiB"));
  g_assert_true (widget_shows_text (fixture->dialog, "64 MiB"));
  press (fixture, "dialog.back");
  press (fixture, "dialog.back");
  g_assert_cmpstr (text_of (fixture, "Memory"), ==, "1536");
}

static void
test_password (Fixture       *fixture,
               gconstpointer  data)
{
  const char *password = "correct: \"horse\" 🐴";
  g_autofree char *too_long = g_strnfill (512, 'x');
  g_autofree char *found = NULL;
  g_autofree char *text = NULL;
  GtkWidget *set_row;

  go_to_cloud (fixture);
  set_row = widget_find_row (fixture->dialog, "Password Is Set");
  g_assert_false (gtk_widget_get_visible (set_row));

  type (fixture, "Password", too_long);
  g_assert_cmpstr (error_of (fixture, "Password"), !=, "");
  g_assert_false (can (fixture, "dialog.next"));
  type (fixture, "Password", "");
  g_assert_cmpstr (error_of (fixture, "Password"), ==, "");

  /* The field is left by the pointer or by Tab. */
  gtk_widget_grab_focus (GTK_WIDGET (entry (fixture, "Password")));
  type (fixture, "Password", password);
  ASSERT_WITHIN (gtk_window_is_active (GTK_WINDOW (fixture->dialog)) || TRUE, SOON);
  press (fixture, "dialog.next");

  found = widget_find_property (fixture->dialog, "horse");
  g_assert_cmpstr (found, ==, NULL);
  assert_review_has (fixture, "passwd: ");
  assert_review_has (fixture, "$6$");
  text = review_text (fixture);
  g_assert_null (strstr (text, "horse"));

  press (fixture, "dialog.back");
  g_assert_true (gtk_widget_get_visible (set_row));
  g_assert_cmpstr (text_of (fixture, "Password"), ==, "");
  /* Undo would bring it back. */
  gtk_widget_activate_action (GTK_WIDGET (gtk_editable_get_delegate (
                                GTK_EDITABLE (entry (fixture, "Password")))), "text.undo", NULL);
  g_assert_cmpstr (text_of (fixture, "Password"), ==, "");

  press (fixture, "cloud.change-password");
  g_assert_false (gtk_widget_get_visible (set_row));
  press (fixture, "dialog.next");
  g_free (g_steal_pointer (&text));
  text = review_text (fixture);
  g_assert_null (strstr (text, "$6$"));
}

/* Blanks or commas; a wrong one is told beside it, and what was typed stays as it is. */
static void
test_groups (Fixture       *fixture,
             gconstpointer  data)
{
  go_to_cloud (fixture);

  type (fixture, "Groups", "docker, no:good");
  g_assert_nonnull (strstr (error_of (fixture, "Groups"), "no:good"));
  g_assert_true (widget_shows_text (fixture->dialog, error_of (fixture, "Groups")));
  g_assert_false (can (fixture, "dialog.next"));

  type (fixture, "Groups", "docker,  video ");
  g_assert_cmpstr (error_of (fixture, "Groups"), ==, "");
  g_assert_cmpstr (text_of (fixture, "Groups"), ==, "docker,  video ");

  press (fixture, "dialog.next");
  assert_review_has (fixture, "docker");
  assert_review_has (fixture, "video");
}

/* By name, once each; a file without any says so and changes nothing. */
static void
test_certificates (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "authority.pem", NULL);
  g_autofree char *bad_path = write_file (fixture, "notes.pem", "Dear diary,\n", -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) bad = g_file_new_for_path (bad_path);
  HostelCertificateGroup *group;
  HostelCreateCloudPage *page;

  go_to_cloud (fixture);
  page = HOSTEL_CREATE_CLOUD_PAGE (widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_CLOUD_PAGE));
  group = HOSTEL_CERTIFICATE_GROUP (widget_find_type (fixture->dialog, HOSTEL_TYPE_CERTIFICATE_GROUP));

  /* Few need it: it comes with More, which opens for a file. */
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (group)));
  hostel_create_cloud_page_add_certificate (page, bad);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (group), "There is no certificate"), SOON);

  hostel_create_cloud_page_add_certificate (page, file);
  ASSERT_WITHIN (widget_shows_text (GTK_WIDGET (group), "Example, Root"), SOON);
  g_assert_false (widget_shows_text (GTK_WIDGET (group), "There is no certificate"));
  /* Again: it is there already. */
  hostel_create_cloud_page_add_certificate (page, file);
  WAIT_UNTIL (FALSE, 300);
  g_assert_cmpuint (widget_count_type (GTK_WIDGET (group), ADW_TYPE_ACTION_ROW), ==, 2);

  press (fixture, "dialog.next");
  assert_review_has (fixture, "ca_certs:");
  assert_review_has (fixture, "MIIBqzCCAVGgAwIBAgIUGl4tVagc69ERvKQIP2");
}

/* What an administrator needs is a line each, told beside it where it is wrong. */
static void
test_lines (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct { const char *title; const char *bad; const char *good; } lines[] = {
    { "Add a Group", "a b", "admins: alice, bob" },
    { "Add a Package Source", "docker: http://a",
      "docker: deb https://example.org/d $RELEASE stable key=9DC858229FC7DD38" },
    { "Add a Package Repository", "example.org", "tools: https://example.org/el9" },
    { "Add a Partition Table", "/dev/vdb", "/dev/vdb gpt" },
    { "Add a New File System", "/dev/vdb1", "/dev/vdb1 ext4 data" },
  };
  GtkWidget *more;

  go_to_cloud (fixture);
  more = widget_find_row (fixture->dialog, "More");
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (entry (fixture, lines[0].title))));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (more), TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      ASSERT_WITHIN (gtk_widget_get_mapped (GTK_WIDGET (entry (fixture, lines[i].title))), SOON);
      type (fixture, lines[i].title, lines[i].bad);
      g_assert_true (widget_shows_text (fixture->dialog, error_of (fixture, lines[i].title)));
      g_assert_cmpstr (error_of (fixture, lines[i].title), !=, "");
      gtk_widget_grab_focus (GTK_WIDGET (entry (fixture, lines[i].title)));
      if (i == 1)
        widget_take_picture ("lines-error");
      type (fixture, lines[i].title, lines[i].good);
      g_assert_cmpstr (error_of (fixture, lines[i].title), ==, "");
    }
  widget_take_picture ("lines");

  /* What is wrong holds the page, until it is mended. */
  type (fixture, lines[0].title, lines[0].bad);
  press (fixture, "dialog.next");
  g_assert_false (can (fixture, "dialog.next"));
  type (fixture, lines[0].title, "");
  g_assert_true (can (fixture, "dialog.next"));
  type (fixture, lines[0].title, lines[0].good);

  /* Of one name the document holds one; the other is not lost without a word. */
  g_signal_emit_by_name (entry (fixture, "Add a Package Source"), "apply");
  type (fixture, "Add a Package Source", "docker: deb https://example.org/e stable main");
  g_assert_true (widget_shows_text (fixture->dialog, "There is one of that name already."));
  type (fixture, "Package Source 1", "other: deb https://example.org/e stable main");
  g_assert_false (widget_shows_text (fixture->dialog, "There is one of that name already."));
  type (fixture, "Add a Package Source", "");
  type (fixture, "Package Source 1", lines[1].good);

  press (fixture, "dialog.next");
  assert_review_has (fixture, "- admins: [alice, bob]");
  assert_review_has (fixture, "    docker:\n      source: 'deb https://example.org/d $RELEASE stable'\n"
                              "      keyid: '9DC858229FC7DD38'");
  assert_review_has (fixture, "  tools:\n    name: tools\n    baseurl: 'https://example.org/el9'");
  assert_review_has (fixture, "  /dev/vdb:\n    table_type: gpt\n    layout: true");
  assert_review_has (fixture, "- device: /dev/vdb1\n  filesystem: ext4\n  label: data");
}

/* Nobody who types nothing is locked out, unless that was wanted. */
static void
test_own_key (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "hostel", "id_ed25519", NULL);
  GtkWidget *row;

  go_to_cloud (fixture);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, path), SOON);
  g_assert_true (widget_shows_text (fixture->dialog, "over SSH, with Hostel’s own key"));
  g_assert_true (widget_shows_text (fixture->dialog, "ssh-ed25519 AAAA"));
  row = widget_find_row (fixture->dialog, "Hostel’s Own Key");
  adw_action_row_activate (ADW_ACTION_ROW (row));
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Nobody will be able to log in."), SOON);
  adw_action_row_activate (ADW_ACTION_ROW (row));
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "with Hostel’s own key"), SOON);
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  const char *title = "Public Key, gh:NAME or lp:NAME";
  const char *secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n";
  g_autofree char *half = g_strndup (GOOD_KEY, 50);
  g_autofree char *found = NULL;
  guint rows;

  go_to_cloud (fixture);
  rows = widget_count_type (fixture->dialog, HOSTEL_TYPE_KEY_ROW);

  type (fixture, title, secret);
  g_assert_cmpstr (text_of (fixture, title), ==, "");
  g_assert_true (widget_shows_text (fixture->dialog, error_of (fixture, title)));
  g_assert_nonnull (strstr (error_of (fixture, title), "private"));
  g_assert_cmpuint (widget_count_type (fixture->dialog, HOSTEL_TYPE_KEY_ROW), ==, rows);
  found = widget_find_property (fixture->dialog, "b3BlbnNzaC1rZXktdjE");
  g_assert_cmpstr (found, ==, NULL);

  type (fixture, title, half);
  g_signal_emit_by_name (entry (fixture, title), "apply");
  g_assert_cmpstr (error_of (fixture, title), !=, "");
  g_assert_cmpuint (widget_count_type (fixture->dialog, HOSTEL_TYPE_KEY_ROW), ==, rows);
  /* Nor by leaving the page. */
  press (fixture, "dialog.back");
  press (fixture, "dialog.next");
  g_assert_cmpuint (widget_count_type (fixture->dialog, HOSTEL_TYPE_KEY_ROW), ==, rows);

  type (fixture, title, GOOD_KEY);
  g_signal_emit_by_name (entry (fixture, title), "apply");
  g_assert_cmpstr (error_of (fixture, title), ==, "");
  g_assert_cmpuint (widget_count_type (fixture->dialog, HOSTEL_TYPE_KEY_ROW), ==, rows + 1);
  type (fixture, title, "gh:alice");
  /* What was typed and not applied counts too. */
  press (fixture, "dialog.next");
  assert_review_has (fixture, "AAAAC3NzaC1lZDI1NTE5AAAAIFkFzHkqZqJ7o7v2yqz1T0j3mQyS8b0rZkq1m2n3o4p5");
  assert_review_has (fixture, "gh:alice");
}

static void
test_user_data (Fixture       *fixture,
                gconstpointer  data)
{
  GtkTextBuffer *buffer;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  go_to_cloud (fixture);
  type (fixture, "Hostname", "bunk-8");
  type (fixture, "User Name", "alice");
  type (fixture, "Add Packages", "vim git");
  type (fixture, "Add a Command", "echo 'a: b' > /etc/motd");
  press (fixture, "dialog.next");

  assert_review_has (fixture, "hostname: bunk-8");
  assert_review_has (fixture, "name: alice");
  assert_review_has (fixture, "- vim\n");
  assert_review_has (fixture, "- git\n");
  assert_review_has (fixture, "/etc/motd");

  /* Live: the text follows while it is seen. */
  type (fixture, "Hostname", "bunk-9");
  assert_review_has (fixture, "hostname: bunk-9");

  adw_expander_row_set_expanded (
    ADW_EXPANDER_ROW (widget_find_row (fixture->dialog, "What This Will Do")), TRUE);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Calls the machine “bunk-9”."), SOON);
  g_assert_true (widget_shows_text (fixture->dialog, "Installs vim and git."));

  /* And the other way round. */
  buffer = gtk_text_view_get_buffer (
    GTK_TEXT_VIEW (widget_find_type (fixture->dialog, GTK_TYPE_TEXT_VIEW)));
  gtk_text_buffer_set_text (buffer, "#cloud-config\nhostname: loft\npackages: [curl]\n"
                            "keyboard: {layout: de}\n", -1);
  g_assert_false (can (fixture, "dialog.create"));
  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "loft");
  g_assert_cmpstr (text_of (fixture, "Package 1"), ==, "curl");
  g_assert_true (widget_shows_text (fixture->dialog, "Sets the keyboard layout."));
  g_assert_cmpstr (text_of (fixture, "User Name"), ==, "");

  gtk_text_buffer_set_text (buffer, "#cloud-config\nhostname: [\n", -1);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "ine 2") || widget_shows_text (fixture->dialog, "YAML"), SOON);
  g_assert_false (can (fixture, "dialog.create"));
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "loft");

  /* The form has the last word where it is used again, and keeps what it does not know. */
  press (fixture, "dialog.back");
  type (fixture, "Hostname", "attic");
  press (fixture, "dialog.next");
  assert_review_has (fixture, "hostname: attic");
  assert_review_has (fixture, "layout: de");
  g_assert_true (can (fixture, "dialog.create"));
}

/* The button of that label which is seen first. */
static GtkWidget *
find_button (GtkWidget  *widget,
             const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);

  return found;
}

static void
test_marks (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *view;
  GtkTextBuffer *buffer;
  g_autofree char *mended = NULL;

  go_to_cloud (fixture);
  press (fixture, "dialog.next");
  view = widget_find_type (fixture->dialog, GTK_TYPE_TEXT_VIEW);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  gtk_text_buffer_set_text (buffer, "#cloud-config\n# mine\nhostnam: loft # why\npackages: vim\n",
                            -1);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Is “hostname” meant?"), SOON);
  g_assert_true (widget_shows_text (fixture->dialog, "“packages” must be a list, not “vim”."));
  g_assert_nonnull (find_button (fixture->dialog, "Line 3"));
  g_assert_nonnull (find_button (fixture->dialog, "Line 4"));
  /* cloud-init goes on without what it does not take. */
  g_assert_true (can (fixture, "dialog.create"));

  g_signal_emit_by_name (find_button (fixture->dialog, "_Fix"), "clicked");
  mended = review_text (fixture);
  g_assert_cmpstr (mended, ==,
                   "#cloud-config\n# mine\nhostname: loft # why\npackages: vim\n");
  ASSERT_WITHIN (!widget_shows_text (fixture->dialog, "Is “hostname” meant?"), SOON);
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "loft");

  /* A change in the form is one in the text, with its own lines only, and can be undone there. */
  press (fixture, "dialog.back");
  type (fixture, "Hostname", "attic");
  press (fixture, "dialog.next");
  assert_review_has (fixture, "# mine\nhostname: attic # why\npackages: vim\n");
  gtk_widget_activate_action (view, "text.undo", NULL);
  assert_review_has (fixture, "# mine\nhostname: loft # why\npackages: vim\n");
  ASSERT_WITHIN (g_str_equal (text_of (fixture, "Hostname"), "loft"), SOON);
  g_assert_true (can (fixture, "dialog.create"));
}

static void
use_file (Fixture    *fixture,
          const char *path)
{
  GtkWidget *page = widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_CLOUD_PAGE);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  hostel_create_cloud_page_use_file (HOSTEL_CREATE_CLOUD_PAGE (page), file);
}

static void
test_own_file (Fixture       *fixture,
               gconstpointer  data)
{
  const char *text = "#cloud-config\n# mine\nhostname:    own\n";
  g_autofree char *own = write_file (fixture, "user-data.yaml", text, -1);
  g_autofree char *headless = write_file (fixture, "plain.yaml", "hostname: own\n", -1);
  g_autofree char *huge_text = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *huge = write_file (fixture, "huge.yaml", huge_text, -1);
  g_autofree char *edited = NULL;
  GtkWidget *hostname;

  go_to_cloud (fixture);
  hostname = GTK_WIDGET (entry (fixture, "Hostname"));
  g_assert_true (gtk_widget_get_mapped (hostname));

  use_file (fixture, headless);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "plain.yaml"), SOON);
  g_assert_true (gtk_widget_get_mapped (hostname));

  use_file (fixture, huge);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "huge.yaml"), SOON);
  g_assert_true (gtk_widget_get_mapped (hostname));

  use_file (fixture, own);
  ASSERT_WITHIN (!gtk_widget_get_mapped (hostname), SOON);
  g_assert_true (widget_shows_text (fixture->dialog, "user-data.yaml"));
  press (fixture, "dialog.next");
  assert_review_has (fixture, text);
  press (fixture, "dialog.back");

  press (fixture, "user-data.use-form");
  ASSERT_WITHIN (gtk_widget_get_mapped (hostname), SOON);
  press (fixture, "dialog.next");
  assert_review_has (fixture, "users:");

  /* As the form's document it keeps its text but for what is changed. */
  press (fixture, "dialog.back");
  use_file (fixture, own);
  ASSERT_WITHIN (!gtk_widget_get_mapped (hostname), SOON);
  press (fixture, "cloud.edit-file");
  ASSERT_WITHIN (gtk_widget_get_mapped (hostname), SOON);
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, "own");
  g_assert_cmpstr (text_of (fixture, "User Name"), ==, "");
  type (fixture, "Hostname", "loft");
  press (fixture, "dialog.next");
  edited = review_text (fixture);
  g_assert_cmpstr (edited, ==, "#cloud-config\n# mine\nhostname:    loft\n");
}

static GtkWidget *
find_question (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();
  guint i;

  for (i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

/* As a click on the button of that response. */
static void
respond (GtkWidget  *question,
         const char *response)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), response);
  gtk_window_destroy (GTK_WINDOW (question));
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *question;

  choose_image (fixture);
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  ASSERT_WITHIN ((question = find_question ()) != NULL, SOON);
  respond (question, "keep");
  ASSERT_WITHIN (find_question () == NULL, SOON);
  g_assert_nonnull (fixture->dialog);

  press (fixture, "dialog.cancel");
  ASSERT_WITHIN ((question = find_question ()) != NULL, SOON);
  respond (question, "discard");
  ASSERT_WITHIN (fixture->dialog == NULL, SOON);
}

static void
test_close_untouched (Fixture       *fixture,
                      gconstpointer  data)
{
  press (fixture, "dialog.cancel");
  ASSERT_WITHIN (fixture->dialog == NULL, SOON);
  g_assert_null (find_question ());
}

/* libvirt's test driver has no volumes to upload into: a create on it fails as on a host that lacks
 * something. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  choose_image (fixture);
  type (fixture, "Name", "web1");
  press (fixture, "dialog.create");
  g_assert_false (can (fixture, "dialog.next"));
  g_assert_true (can (fixture, "dialog.cancel"));

  ASSERT_WITHIN (gtk_widget_get_mapped (button (fixture, "dialog.form")), MINUTE);
  g_assert_null (fixture->created);
  g_assert_null (hostel_connection_lookup_name (fixture->connection, "web1"));

  press (fixture, "dialog.form");
  ASSERT_WITHIN (gtk_widget_get_mapped (GTK_WIDGET (entry (fixture, "Name"))), SOON);
  g_assert_cmpstr (text_of (fixture, "Name"), ==, "web1");
  g_assert_true (can (fixture, "dialog.create"));
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  choose_image (fixture);
  type (fixture, "Name", "web1");
  press (fixture, "dialog.create");
  press (fixture, "dialog.cancel");
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "nothing was created"), MINUTE);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (entry (fixture, "Name"))));
  g_assert_null (hostel_connection_lookup_name (fixture->connection, "web1"));
  g_assert_cmpstr (text_of (fixture, "Name"), ==, "web1");
}

static void
test_close_while_creating (Fixture       *fixture,
                           gconstpointer  data)
{
  GtkWidget *question;

  choose_image (fixture);
  type (fixture, "Name", "web1");
  press (fixture, "dialog.create");
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  ASSERT_WITHIN ((question = find_question ()) != NULL, SOON);
  g_assert_nonnull (strstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (question)),
                            "web1"));
  respond (question, "stop");
  ASSERT_WITHIN (fixture->dialog == NULL, MINUTE);
  g_assert_null (hostel_connection_lookup_name (fixture->connection, "web1"));
}

static void
test_recent (void)
{
  g_auto (GStrv) paths = NULL;
  guint i;

  for (i = 0; i < 7; i++)
    {
      g_autofree char *path = g_strdup_printf ("/images/%u.qcow2", i % 6);

      hostel_recent_images_add (path);
    }
  hostel_recent_images_remove ("/images/4.qcow2");

  paths = hostel_recent_images_dup ();
  g_assert_cmpuint (g_strv_length (paths), ==, 4);
  g_assert_cmpstr (paths[0], ==, "/images/0.qcow2");
  g_assert_cmpstr (paths[1], ==, "/images/5.qcow2");
}

static void
assert_typing_goes_on (Fixture    *fixture,
                       const char *title)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry (fixture, title)));
  int position = 0;

  gtk_window_set_focus (GTK_WINDOW (fixture->dialog), GTK_WIDGET (text));
  gtk_editable_delete_text (text, 0, -1);
  gtk_editable_insert_text (text, "/", -1, &position);
  gtk_editable_set_position (text, position);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);

  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->dialog)) == GTK_WIDGET (text));
  g_assert_false (gtk_editable_get_selection_bounds (text, NULL, NULL));
}

/* A message that appears under an entry must not move the focus, which would select what was typed. */
static void
test_typing (Fixture       *fixture,
             gconstpointer  data)
{
  assert_typing_goes_on (fixture, "Image File");
  choose_image (fixture);
  assert_typing_goes_on (fixture, "Name");
  assert_typing_goes_on (fixture, "Disk Size");
  type (fixture, "Name", "web1");
  type (fixture, "Disk Size", "2G");
  press (fixture, "dialog.next");
  assert_typing_goes_on (fixture, "Password");
  assert_typing_goes_on (fixture, "Public Key, gh:NAME or lp:NAME");
  assert_typing_goes_on (fixture, "Add Packages");
}

enum { IMAGE_PAGE, MACHINE_PAGE, CLOUD_PAGE, REVIEW_PAGE, N_PAGES };

static struct
{
  void (*refresh) (HostelCreatePage *page);
  guint count;
} pages[N_PAGES];

static GType
page_type (guint i)
{
  const GType types[N_PAGES] = { HOSTEL_TYPE_CREATE_IMAGE_PAGE, HOSTEL_TYPE_CREATE_MACHINE_PAGE,
                                 HOSTEL_TYPE_CREATE_CLOUD_PAGE, HOSTEL_TYPE_CREATE_REVIEW_PAGE };

  return types[i];
}

static void
counted_refresh (HostelCreatePage *page)
{
  for (guint i = 0; i < N_PAGES; i++)
    if (G_OBJECT_TYPE (page) == page_type (i))
      {
        pages[i].count++;
        pages[i].refresh (page);
      }
}

/* From now on each page's refreshes are counted, until end_counting(). */
static void
begin_counting (Fixture *fixture)
{
  for (guint i = 0; i < N_PAGES; i++)
    {
      GtkWidget *page = widget_find_type (fixture->dialog, page_type (i));
      HostelCreatePageClass *klass = HOSTEL_CREATE_PAGE_GET_CLASS (page);

      pages[i].refresh = klass->refresh;
      klass->refresh = counted_refresh;
    }
}

static void
end_counting (Fixture *fixture)
{
  for (guint i = 0; i < N_PAGES; i++)
    HOSTEL_CREATE_PAGE_GET_CLASS (widget_find_type (fixture->dialog, page_type (i)))->refresh = pages[i].refresh;
}

/* As one press of a key does. */
static void
press_key (Fixture    *fixture,
           const char *title,
           const char *key)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry (fixture, title)));
  int position = -1;

  for (guint i = 0; i < N_PAGES; i++)
    pages[i].count = 0;
  gtk_editable_insert_text (text, key, -1, &position);
}

static void
assert_counts (guint image,
               guint machine,
               guint cloud,
               guint review)
{
  g_assert_cmpuint (pages[IMAGE_PAGE].count, ==, image);
  g_assert_cmpuint (pages[MACHINE_PAGE].count, ==, machine);
  g_assert_cmpuint (pages[CLOUD_PAGE].count, ==, cloud);
  g_assert_cmpuint (pages[REVIEW_PAGE].count, ==, review);
}

/* A key shows anew what depends on it: nothing of other pages, and of no page twice. (What Review shows
 * depends on everything; while it is not seen it only notes that.) */
static void
test_refreshes (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *hostname = NULL;

  choose_image (fixture);
  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);
  ASSERT_WITHIN (g_str_has_prefix (text_of (fixture, "Name"), "debian"), SOON);
  begin_counting (fixture);

  /* The host name follows the name. */
  press_key (fixture, "Name", "x");
  assert_counts (0, 0, 1, 1);
  g_assert_cmpstr (text_of (fixture, "Hostname"), ==, text_of (fixture, "Name"));
  press_key (fixture, "vCPUs", "0");
  assert_counts (0, 0, 0, 1);

  press (fixture, "dialog.next");
  press_key (fixture, "Hostname", "z");
  assert_counts (0, 0, 0, 1);
  press_key (fixture, "Hostname", "/");
  g_assert_cmpstr (error_of (fixture, "Hostname"), !=, "");
  g_assert_false (can (fixture, "dialog.next"));
  type (fixture, "Hostname", "www");
  press_key (fixture, "Hostname", "z");
  g_assert_true (can (fixture, "dialog.next"));

  /* How one gets in has the user's name. */
  type (fixture, "User Name", "ali");
  press_key (fixture, "User Name", "s");
  assert_counts (0, 0, 0, 1);
  g_assert_true (widget_shows_text (fixture->dialog, "Log in as “alis”"));
  press_key (fixture, "Full Name", "s");
  assert_counts (0, 0, 0, 1);

  press (fixture, "dialog.next");
  assert_review_has (fixture, "hostname: wwwz");
  assert_review_has (fixture, "name: alis");
  end_counting (fixture);
}

/* The first thing that is said of a user makes the user, and what it has is shown. */
static void
test_first_user (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *path = write_file (fixture, "nobody.yaml", "#cloud-config\nhostname: bare\n", -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkSwitch *sudo;

  go_to_cloud (fixture);
  hostel_create_dialog_use_file (HOSTEL_CREATE_DIALOG (fixture->dialog), file);
  ASSERT_WITHIN (!gtk_widget_get_mapped (GTK_WIDGET (entry (fixture, "Hostname"))), SOON);
  press (fixture, "cloud.edit-file");
  ASSERT_WITHIN (g_str_equal (text_of (fixture, "Hostname"), "bare"), SOON);
  sudo = GTK_SWITCH (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (widget_find_row (fixture->dialog,
                                                                                             "Administrator"))));
  g_assert_false (gtk_switch_get_active (sudo));

  type (fixture, "Groups", "kvm");
  g_assert_true (gtk_switch_get_active (sudo));
  g_assert_cmpstr (text_of (fixture, "Groups"), ==, "kvm");
}

/* No question that only cloud-init would answer. */
static void
test_installation (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GByteArray) bytes = image_build_iso (TRUE, FALSE);
  g_autofree char *disc = write_file (fixture, "netinst.iso", bytes->data, bytes->len);

  type (fixture, "Image File", disc);
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Installation disc"), SOON);
  ASSERT_WITHIN (can (fixture, "dialog.next"), SOON);
  g_assert_true (widget_shows_text (fixture->dialog, "1 of 3"));
  press (fixture, "dialog.next");
  g_assert_true (widget_shows_text (fixture->dialog, "2 of 3"));
  g_assert_true (widget_shows_text (fixture->dialog, "An empty disk"));
  /* Where its kernel is, nobody knows. */
  g_assert_false (widget_shows_text (fixture->dialog, "Install on the Serial Console"));
  press (fixture, "dialog.next");
  g_assert_true (widget_shows_text (fixture->dialog, "3 of 3"));
  g_assert_true (widget_shows_text (fixture->dialog, "Review"));
  g_assert_false (widget_shows_text (fixture->dialog, "User-data"));
  press (fixture, "dialog.back");
  g_assert_true (widget_shows_text (fixture->dialog, "2 of 3"));
}

static AdwComboRow *
recipe_row (Fixture *fixture)
{
  return ADW_COMBO_ROW (widget_find_row (fixture->dialog, "Recipe"));
}

/* The position of that title in the row, 0 while it is not there. */
static guint
find_recipe (Fixture    *fixture,
             const char *title)
{
  GListModel *model = adw_combo_row_get_model (recipe_row (fixture));

  for (guint i = 1; i < g_list_model_get_n_items (model); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (model), i), title))
      return i;

  return 0;
}

static HostelCloudUser *
form_user (Fixture *fixture)
{
  HostelMachineSpec *spec = hostel_create_dialog_get_spec (HOSTEL_CREATE_DIALOG (fixture->dialog));
  g_autoptr (HostelCloudUser) user =
    g_list_model_get_item (hostel_cloud_config_get_users (hostel_machine_spec_get_cloud_config (spec)),
                           0);

  return user; /* the document keeps it */
}

/* What a person has entered wins over a recipe, one after the other, in whatever page it was. */
static void
test_recipe_keeps (Fixture       *fixture,
                   gconstpointer  data)
{
  HostelMachineSpec *spec = hostel_create_dialog_get_spec (HOSTEL_CREATE_DIALOG (fixture->dialog));
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;

  go_to_cloud (fixture);
  press (fixture, "dialog.back");
  type (fixture, "Memory", "700");
  press (fixture, "dialog.next");
  type (fixture, "User Name", "dora");
  type (fixture, "Full Name", "Dora D.");
  type (fixture, "Password", "correct horse battery");
  type (fixture, "Time Zone", "Asia/Tokyo");
  press (fixture, "dialog.next");
  hash = g_strdup (hostel_cloud_user_get_password_hash (form_user (fixture)));
  g_assert_cmpuint (strlen (hash), >, 10);
  /* A tick that was taken out. */
  hostel_cloud_user_set_ssh_keys (form_user (fixture), NULL);
  press (fixture, "dialog.back");
  press (fixture, "dialog.back");

  ASSERT_WITHIN (find_recipe (fixture, "Web Server") > 0, SOON);
  for (guint i = 0; i < 2; i++)
    {
      adw_combo_row_set_selected (recipe_row (fixture),
                                  find_recipe (fixture, i == 0 ? "Web Server" : "Plain Server"));
      ASSERT_WITHIN (widget_shows_text (fixture->dialog, "added to your entries"), SOON);
      g_assert_cmpuint (hostel_machine_spec_get_memory (spec), ==, 700);
      g_assert_cmpstr (hostel_cloud_user_get_name (form_user (fixture)), ==, "dora");
      g_assert_cmpstr (hostel_cloud_user_get_full_name (form_user (fixture)), ==, "Dora D.");
      g_assert_cmpstr (hostel_cloud_user_get_password_hash (form_user (fixture)), ==, hash);
      g_assert_null (hostel_cloud_user_get_ssh_keys (form_user (fixture)));
      g_object_get (hostel_machine_spec_get_cloud_config (spec), "time-zone", &text, NULL);
      g_assert_cmpstr (text, ==, "Asia/Tokyo");
      g_clear_pointer (&text, g_free);
    }
  g_assert_cmpstr (text_of (fixture, "Memory"), ==, "700");

  /* Undo of the second brings all of the first back. */
  gtk_widget_activate_action (fixture->dialog, "dialog.undo-choice", NULL);
  g_assert_cmpuint (adw_combo_row_get_selected (recipe_row (fixture)), ==,
                    find_recipe (fixture, "Web Server"));
  g_assert_cmpstr (hostel_cloud_user_get_password_hash (form_user (fixture)), ==, hash);
  press (fixture, "dialog.next");
  press (fixture, "dialog.next");
  assert_review_has (fixture, "- nginx\n");
  assert_review_has (fixture, "name: dora\n");
  widget_take_picture ("recipe-keeps");
}

/* A person's own file comes back when the recipe that took its place is undone. */
static void
test_recipe_and_file (Fixture       *fixture,
                      gconstpointer  data)
{
  HostelMachineSpec *spec = hostel_create_dialog_get_spec (HOSTEL_CREATE_DIALOG (fixture->dialog));
  g_autoptr (GBytes) bytes = g_bytes_new_static ("#cloud-config\npackages: [tmux]\n", 31);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  go_to_cloud (fixture);
  type (fixture, "User Name", "erin");
  press (fixture, "dialog.back");
  ASSERT_WITHIN (find_recipe (fixture, "Web Server") > 0, SOON);
  g_assert_true (hostel_machine_spec_set_user_data (spec, bytes, NULL));
  adw_combo_row_set_selected (recipe_row (fixture), find_recipe (fixture, "Web Server"));
  g_assert_null (hostel_machine_spec_get_user_data (spec));
  gtk_widget_activate_action (fixture->dialog, "dialog.undo-choice", NULL);
  g_assert_nonnull (hostel_machine_spec_get_user_data (spec));

  /* The file in the form's place: what was in the form comes back. */
  press (fixture, "dialog.next");
  before = hostel_cloud_config_to_string (hostel_machine_spec_get_cloud_config (spec), NULL);
  gtk_widget_activate_action (button (fixture, "cloud.edit-file"), "cloud.edit-file", NULL);
  g_assert_null (hostel_machine_spec_get_user_data (spec));
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "filled in from the file"), SOON);
  gtk_widget_activate_action (fixture->dialog, "dialog.undo-choice", NULL);
  after = hostel_cloud_config_to_string (hostel_machine_spec_get_cloud_config (spec), NULL);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpstr (text_of (fixture, "User Name"), ==, "erin");
  g_assert_nonnull (hostel_machine_spec_get_user_data (spec));
}

/* A recipe fills in sizes and document, keeps who logs in, and can be taken back; one of one's own
 * is saved from the last page, and opened from a file. */
static void
test_recipe (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *memory = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *bad = write_file (fixture, "bad.yaml", "recipe: 1\ntitle: [\n", -1);
  g_autofree char *saved = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (bad);
  g_autoptr (GFile) saved_file = NULL;
  GtkWidget *group;
  GtkWidget *dialog = NULL;

  go_to_cloud (fixture);
  type (fixture, "User Name", "carol");
  press (fixture, "dialog.next");
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "Review"), SOON);
  before = review_text (fixture);
  press (fixture, "dialog.back");
  press (fixture, "dialog.back");
  memory = g_strdup (text_of (fixture, "Memory"));

  ASSERT_WITHIN (find_recipe (fixture, "Development Box") > 0, SOON);
  adw_combo_row_set_selected (recipe_row (fixture), find_recipe (fixture, "Development Box"));
  g_assert_cmpstr (text_of (fixture, "Disk Size"), ==, "30 GiB");
  g_assert_true (widget_shows_text (fixture->dialog, "Compiler, debugger"));
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "“Development Box” added to your entries"), SOON);
  widget_take_picture ("recipe-chosen");
  press (fixture, "dialog.next");
  g_assert_cmpstr (text_of (fixture, "User Name"), ==, "carol");
  press (fixture, "dialog.next");
  assert_review_has (fixture, "- gdb\n");
  assert_review_has (fixture, "name: carol\n");
  g_assert_true (widget_shows_text (fixture->dialog, "taken by Amazon EC2"));

  /* Another one takes its place, and does not add to it. */
  press (fixture, "dialog.back");
  press (fixture, "dialog.back");
  adw_combo_row_set_selected (recipe_row (fixture), find_recipe (fixture, "Web Server"));
  press (fixture, "dialog.next");
  press (fixture, "dialog.next");
  assert_review_has (fixture, "- nginx\n");
  after = review_text (fixture);
  g_assert_null (strstr (after, "gdb"));
  g_clear_pointer (&after, g_free);

  /* Undo brings the first one back, none the beginning. */
  gtk_widget_activate_action (fixture->dialog, "dialog.undo-choice", NULL);
  press (fixture, "dialog.back");
  press (fixture, "dialog.back");
  g_assert_cmpuint (adw_combo_row_get_selected (recipe_row (fixture)), ==,
                    find_recipe (fixture, "Development Box"));
  adw_combo_row_set_selected (recipe_row (fixture), 0);
  g_assert_cmpstr (text_of (fixture, "Memory"), ==, memory);
  press (fixture, "dialog.next");
  press (fixture, "dialog.next");
  after = review_text (fixture);
  g_assert_cmpstr (after, ==, before);
  widget_take_picture ("recipe-review");

  gtk_widget_activate_action (button (fixture, "review.save-recipe"), "review.save-recipe", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (HOSTEL_IS_RECIPE_DIALOG (window))
        dialog = window;
    }
  g_assert_nonnull (dialog);
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "save"));
  gtk_editable_set_text (GTK_EDITABLE (widget_find_type (dialog, GTK_TYPE_ENTRY)), "My & Own");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "save"));
  widget_take_picture ("recipe-save");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "save");
  gtk_window_destroy (GTK_WINDOW (dialog));
  ASSERT_WITHIN (widget_shows_text (fixture->dialog, "“My & Own” saved"), SOON);
  saved = g_build_filename (g_get_user_data_dir (), "hostel", "recipes", "my-own.yaml", NULL);
  g_assert_true (g_file_test (saved, G_FILE_TEST_EXISTS));

  group = widget_find_type (fixture->dialog, HOSTEL_TYPE_RECIPE_GROUP);
  hostel_recipe_group_use_file (HOSTEL_RECIPE_GROUP (group), file);
  ASSERT_WITHIN (gtk_widget_has_css_class (GTK_WIDGET (recipe_row (fixture)), "error"), SOON);
  saved_file = g_file_new_for_path (saved);
  hostel_recipe_group_use_file (HOSTEL_RECIPE_GROUP (group), saved_file);
  ASSERT_WITHIN (adw_combo_row_get_selected (recipe_row (fixture)) ==
                 find_recipe (fixture, "My & Own"), SOON);

  /* Dropped where user-data is expected, it is known for what it is. */
  adw_combo_row_set_selected (recipe_row (fixture), 0);
  hostel_create_cloud_page_use_file (
    HOSTEL_CREATE_CLOUD_PAGE (widget_find_type (fixture->dialog, HOSTEL_TYPE_CREATE_CLOUD_PAGE)),
    saved_file);
  ASSERT_WITHIN (adw_combo_row_get_selected (recipe_row (fixture)) > 0, SOON);
}

/* A script is shown whole before it becomes a recipe, and of a document what is left out. */
static void
test_recipe_secrets (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (HostelMachineSpec) spec = hostel_machine_spec_new ();
  g_autoptr (GBytes) script = g_bytes_new_static ("#!/bin/sh\necho a token\n", 23);
  g_autoptr (GBytes) config = g_bytes_new_static ("#cloud-config\nusers: [{name: a, passwd: x}]\n", 44);
  AdwMessageDialog *dialog;
  GtkWidget *view;
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;

  g_assert_true (hostel_machine_spec_set_user_data (spec, script, NULL));
  dialog = ADW_MESSAGE_DIALOG (hostel_recipe_dialog_new (GTK_WINDOW (gtk_widget_get_root (fixture->dialog)), spec));
  gtk_editable_set_text (GTK_EDITABLE (widget_find_type (GTK_WIDGET (dialog), GTK_TYPE_ENTRY)), "Script");
  view = widget_find_type (GTK_WIDGET (dialog), GTK_TYPE_TEXT_VIEW);
  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), &start, &end);
  text = gtk_text_buffer_get_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), &start, &end, FALSE);
  g_assert_cmpstr (text, ==, "#!/bin/sh\necho a token\n");
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "save"));
  gtk_check_button_set_active (
    GTK_CHECK_BUTTON (widget_find_type (GTK_WIDGET (dialog), GTK_TYPE_CHECK_BUTTON)), TRUE);
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "save"));
  gtk_window_present (GTK_WINDOW (dialog));
  widget_take_picture ("recipe-script");
  gtk_window_destroy (GTK_WINDOW (dialog));

  g_assert_true (hostel_machine_spec_set_user_data (spec, config, NULL));
  dialog = ADW_MESSAGE_DIALOG (hostel_recipe_dialog_new (GTK_WINDOW (gtk_widget_get_root (fixture->dialog)), spec));
  gtk_editable_set_text (GTK_EDITABLE (widget_find_type (GTK_WIDGET (dialog), GTK_TYPE_ENTRY)), "Config");
  gtk_window_present (GTK_WINDOW (dialog));
  g_assert_true (widget_shows_text (GTK_WIDGET (dialog), "users[0].passwd"));
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "save"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* The image itself is asked for twice, and everything else once. */
static void
test_disk_kind (Fixture       *fixture,
                gconstpointer  data)
{
  AdwComboRow *row;
  GtkWidget *question = NULL;

  choose_image (fixture);
  ASSERT_WITHIN (can (fixture, "dialog.create"), SOON);
  row = ADW_COMBO_ROW (widget_find_row (fixture->dialog, "Disk"));
  g_assert_true (widget_shows_text (fixture->dialog, "kept once for all"));
  adw_combo_row_set_selected (row, HOSTEL_DISK_KIND_COPY);
  g_assert_true (widget_shows_text (fixture->dialog, "Stands alone"));
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (entry (fixture, "Disk Size"))));
  adw_combo_row_set_selected (row, HOSTEL_DISK_KIND_IN_PLACE);
  g_assert_true (widget_shows_text (fixture->dialog, "changes the file for good"));
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (entry (fixture, "Disk Size"))));

  press (fixture, "dialog.create");
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        question = window;
    }
  g_assert_nonnull (question);
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (question)), ==,
                   "cancel");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  gtk_window_destroy (GTK_WINDOW (question));
  /* Still the form. */
  g_assert_true (can (fixture, "dialog.next"));
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/create-dialog/image", test_image },
    { "/create-dialog/defaults", test_defaults },
    { "/create-dialog/installation", test_installation },
    { "/create-dialog/name", test_name },
    { "/create-dialog/recipe", test_recipe },
    { "/create-dialog/recipe-secrets", test_recipe_secrets },
    { "/create-dialog/recipe-keeps", test_recipe_keeps },
    { "/create-dialog/recipe-and-file", test_recipe_and_file },
    { "/create-dialog/disk-kind", test_disk_kind },
    { "/create-dialog/quantities", test_quantities },
    { "/create-dialog/password", test_password },
    { "/create-dialog/keys", test_keys },
    { "/create-dialog/own-key", test_own_key },
    { "/create-dialog/groups", test_groups },
    { "/create-dialog/certificates", test_certificates },
    { "/create-dialog/lines", test_lines },
    { "/create-dialog/user-data", test_user_data },
    { "/create-dialog/marks", test_marks },
    { "/create-dialog/own-file", test_own_file },
    { "/create-dialog/typing", test_typing },
    { "/create-dialog/refreshes", test_refreshes },
    { "/create-dialog/first-user", test_first_user },
    { "/create-dialog/close", test_close },
    { "/create-dialog/close-untouched", test_close_untouched },
    { "/create-dialog/failure", test_failure },
    { "/create-dialog/cancel", test_cancel },
    { "/create-dialog/close-while-creating", test_close_while_creating },
  };
  g_autofree char *home = g_dir_make_tmp ("hostel-dialog-home-XXXXXX", NULL);
  guint i;
  int status;

  /* Not the keys and journals of whoever runs the test. */
  g_setenv ("HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  for (i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/create-dialog/recent", test_recent);

  status = g_test_run ();

  return status;
}
