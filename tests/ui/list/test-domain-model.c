/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "hostel-domain-model.h"
#include "hostel-host-list.h"
#include "wait.h"
#include "window-fixture.h"

typedef struct
{
  char              *dir;
  HostelHostList    *hosts;
  HostelDomainModel *model;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *uri = NULL;

  fixture->dir = g_dir_make_tmp ("hostel-test-XXXXXX", NULL);
  uri = write_test_node (fixture->dir, GPOINTER_TO_UINT (data), 1);
  fixture->hosts = hostel_host_list_new ();
  hostel_host_list_add (fixture->hosts, "test:///default");
  hostel_host_list_add (fixture->hosts, uri);
  fixture->model = hostel_domain_model_new (G_LIST_MODEL (fixture->hosts));
  hostel_host_list_open (fixture->hosts);
  ASSERT_WITHIN (hostel_host_list_settled (fixture->hosts), 10000);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "node.xml", NULL);

  hostel_host_list_close (fixture->hosts);
  g_assert_finalize_object (fixture->model);
  g_clear_object (&fixture->hosts);
  g_unlink (path);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

/* "[host] name name [host] name": what a person reads from top to bottom. */
static char *
dup_text (HostelDomainModel *model)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (HOSTEL_IS_CONNECTION (item))
        g_string_append (text, "[]");
      else
        g_string_append (text, hostel_domain_get_name (HOSTEL_DOMAIN (item)));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_text (HostelDomainModel *model,
             const char        *expected)
{
  g_autofree char *text = dup_text (model);

  g_assert_cmpstr (text, ==, expected);
}

/* vm10 comes after vm9, as a person counts. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  assert_text (fixture->model,
               "[] test [] vm1 vm2 vm3 vm4 vm5 vm6 vm7 vm8 vm9 vm10 vm11");
  g_assert_cmpuint (hostel_domain_model_get_n_domains (fixture->model), ==, 12);
  g_assert_cmpuint (hostel_domain_model_get_n_shown (fixture->model), ==, 12);
}

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  hostel_domain_model_set_search (fixture->model, " M1");
  assert_text (fixture->model, "[] vm1 vm10 vm11");
  g_assert_cmpuint (hostel_domain_model_get_n_shown (fixture->model), ==, 3);
  g_assert_cmpuint (hostel_domain_model_get_n_domains (fixture->model), ==, 12);

  hostel_domain_model_set_search (fixture->model, "m11");
  assert_text (fixture->model, "[] vm11");
  hostel_domain_model_set_search (fixture->model, "tes");
  assert_text (fixture->model, "[] test");
  hostel_domain_model_set_search (fixture->model, "nothing");
  assert_text (fixture->model, "");
  hostel_domain_model_set_search (fixture->model, "");
  g_assert_cmpuint (hostel_domain_model_get_n_shown (fixture->model), ==, 12);
  test_order (fixture, data);
}

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  gpointer    n_changed)
{
  *(guint *) n_changed += removed + added;
}

/* A host leaves with its machines, and only they move. */
static void
test_remove_host (Fixture       *fixture,
                  gconstpointer  data)
{
  guint n_changed = 0;

  g_signal_connect (fixture->model, "items-changed", G_CALLBACK (on_items_changed), &n_changed);
  g_assert_true (hostel_host_list_remove (fixture->hosts, "test:///default"));
  assert_text (fixture->model, "[] vm1 vm2 vm3 vm4 vm5 vm6 vm7 vm8 vm9 vm10 vm11");
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_cmpuint (hostel_domain_model_get_n_domains (fixture->model), ==, 11);
  g_assert_false (hostel_host_list_remove (fixture->hosts, "test:///default"));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add ("/domain-model/order", Fixture, GUINT_TO_POINTER (11), set_up, test_order,
              tear_down);
  g_test_add ("/domain-model/search", Fixture, GUINT_TO_POINTER (11), set_up, test_search,
              tear_down);
  g_test_add ("/domain-model/remove-host", Fixture, GUINT_TO_POINTER (11), set_up,
              test_remove_host, tear_down);

  return g_test_run ();
}
