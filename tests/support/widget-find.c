/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "widget-find.h"

/* The first descendant of @root that is a @type and, with a @title, a row of that title. */
static GtkWidget *
find (GtkWidget  *root,
      GType       type,
      const char *title)
{
  GtkWidget *child;
  GtkWidget *found;

  if (g_type_is_a (G_OBJECT_TYPE (root), type)
      && (title == NULL
          || g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)), title) == 0))
    return root;

  for (child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    if ((found = find (child, type, title)))
      return found;

  return NULL;
}

GtkWidget *
widget_find_type (GtkWidget *root,
                  GType      type)
{
  return find (root, type, NULL);
}

GtkWidget *
widget_find_row (GtkWidget  *root,
                 const char *title)
{
  GtkWidget *row = find (root, ADW_TYPE_PREFERENCES_ROW, title);

  if (row == NULL)
    g_error ("No row “%s”", title);

  return row;
}

/* NULL where there is none. */
GtkWidget *
widget_find_button (GtkWidget  *root,
                    const char *action)
{
  GtkWidget *child;
  GtkWidget *found;

  if (GTK_IS_BUTTON (root)
      && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (root)), action) == 0)
    return root;

  for (child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    if ((found = widget_find_button (child, action)))
      return found;

  return NULL;
}

guint
widget_count_type (GtkWidget *root,
                   GType      type)
{
  guint count = g_type_is_a (G_OBJECT_TYPE (root), type) ? 1 : 0;
  GtkWidget *child;

  for (child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    count += widget_count_type (child, type);

  return count;
}

/* Whether a label that can be seen has @text. */
gboolean
widget_shows_text (GtkWidget  *root,
                   const char *text)
{
  GtkWidget *child;

  if (GTK_IS_LABEL (root) && gtk_widget_get_mapped (root)
      && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;

  for (child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    if (widget_shows_text (child, text))
      return TRUE;

  return FALSE;
}

static gboolean
has_in_property (GObject    *object,
                 GParamSpec *pspec,
                 const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!(pspec->flags & G_PARAM_READABLE) || pspec->value_type != G_TYPE_STRING
      || (pspec->flags & G_PARAM_DEPRECATED))
    return FALSE;

  g_object_get_property (object, pspec->name, g_value_init (&value, G_TYPE_STRING));

  return g_value_get_string (&value) != NULL && strstr (g_value_get_string (&value), text) != NULL;
}

/* The first string property of @root or a descendant that has @text, as "Type:property"; NULL for
 * none. */
char *
widget_find_property (GtkWidget  *root,
                      const char *text)
{
  g_autofree GParamSpec **pspecs = NULL;
  GtkWidget *child;
  char *found;
  guint n;
  guint i;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (root), &n);
  for (i = 0; i < n; i++)
    if (has_in_property (G_OBJECT (root), pspecs[i], text))
      return g_strdup_printf ("%s:%s", G_OBJECT_TYPE_NAME (root), pspecs[i]->name);

  for (child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    if ((found = widget_find_property (child, text)))
      return found;

  return NULL;
}

/* For looking at: of the whole display after a second, in the directory that HOSTEL_TEST_PICTURES
 * names, if any. */
void
widget_take_picture (const char *name)
{
  const char *dir = g_getenv ("HOSTEL_TEST_PICTURES");
  g_autofree char *command = NULL;

  if (dir == NULL)
    return;

  for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);
  command = g_strdup_printf ("import -window root %s/%s.png", dir, name);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}
