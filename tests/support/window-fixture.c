/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "hostel-list-row.h"
#include "hostel-sidebar.h"
#include "wait.h"
#include "window-fixture.h"

void
window_fixture_set_up (WindowFixture *fixture,
                       const char    *uri)
{
  fixture->hosts = hostel_host_list_new ();
  if (uri != NULL)
    hostel_host_list_add (fixture->hosts, uri);

  fixture->window = g_object_ref_sink (hostel_window_new (NULL, fixture->hosts));
  gtk_window_present (GTK_WINDOW (fixture->window));
  ASSERT_WITHIN (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)), 5000);
  hostel_host_list_open (fixture->hosts);
  if (uri != NULL)
    ASSERT_WITHIN (hostel_host_list_settled (fixture->hosts), 10000);
}

void
window_fixture_tear_down (WindowFixture *fixture)
{
  gtk_window_close (GTK_WINDOW (fixture->window));
  hostel_host_list_close (fixture->hosts);
  g_assert_finalize_object (fixture->window);
  g_clear_object (&fixture->hosts);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

GtkWidget *
find_widget (GtkWidget       *root,
             GType            type,
             WidgetPredicate  predicate,
             gconstpointer    data)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && (predicate == NULL || predicate (root, data)))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type, predicate, data);

      if (found != NULL)
        return found;
    }

  return NULL;
}

GtkWidget *
find_in_sidebar (HostelWindow *window,
                 GType         type)
{
  GtkWidget *sidebar = find_widget (GTK_WIDGET (window), HOSTEL_TYPE_SIDEBAR, NULL, NULL);

  return find_widget (sidebar, type, NULL, NULL);
}

static gboolean
is_row_of (GtkWidget     *widget,
           gconstpointer  data)
{
  return hostel_list_row_get_item (HOSTEL_LIST_ROW (widget)) == data;
}

GtkWidget *
find_row (HostelWindow *window,
          gpointer      item)
{
  return find_widget (GTK_WIDGET (window), HOSTEL_TYPE_LIST_ROW, is_row_of, item);
}

static gboolean
is_called (GtkWidget     *widget,
           gconstpointer  data)
{
  const char *label = GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;
  g_auto (GStrv) parts = g_strsplit (label ? label : "", "_", 0);
  g_autofree char *plain = g_strjoinv ("", parts);

  return gtk_widget_get_mapped (widget) &&
         (g_strcmp0 (gtk_widget_get_tooltip_text (widget), data) == 0 ||
          g_strcmp0 (plain, data) == 0);
}

GtkWidget *
find_button (GtkWidget  *root,
             const char *name)
{
  GtkWidget *button = find_widget (root, GTK_TYPE_BUTTON, is_called, name);

  return button ? button : find_widget (root, GTK_TYPE_MENU_BUTTON, is_called, name);
}

static gboolean
is_text (GtkWidget     *widget,
         gconstpointer  data)
{
  const char *text = NULL;

  if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));

  return text != NULL && gtk_widget_get_mapped (widget) && strstr (text, data) != NULL;
}

gboolean
shows_text (GtkWidget  *root,
            const char *text)
{
  return find_widget (root, GTK_TYPE_WIDGET, is_text, text) != NULL;
}

gboolean
has_accessible_label (GtkWidget  *widget,
                      const char *label)
{
  g_autofree char *problem = NULL;

  problem = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  if (problem != NULL)
    g_test_message ("%s", problem);

  return problem == NULL;
}

char *
write_test_node (const char *dir,
                 guint       n_domains,
                 guint       n_running)
{
  g_autoptr (GString) xml = g_string_new ("<node>");
  g_autofree char *path = g_build_filename (dir, "node.xml", NULL);
  g_autoptr (GError) error = NULL;

  /* 1 is running, 5 is off: virDomainState, see libvirt's src/test/test_driver.c */
  for (guint i = 1; i <= n_domains; i++)
    g_string_append_printf (xml,
                            "<domain type='test'><name>vm%u</name><memory unit='MiB'>512</memory>"
                            "<os><type>hvm</type></os>"
                            "<test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/"
                            "1.0'>%u</test:runstate></domain>",
                            i, i <= n_running ? 1 : 5);
  g_string_append (xml, "</node>");
  g_file_set_contents (path, xml->str, -1, &error);
  g_assert_no_error (error);

  return g_strconcat ("test://", path, NULL);
}
