/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "hostel-cloud-check.h"

/* Reads documents, each ended by a NUL, and prints a line of JSON for each: its marks. They are
 * judged for an image of which nothing is known, or as the options tell. */

static void
print_marks (const char              *text,
             const HostelCloudTarget *target)
{
  g_autoptr (GPtrArray) marks = hostel_cloud_check_for (text, -1, target);
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autofree char *line = NULL;

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_ptr_array_index (marks, i);
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "error", mark->kind == HOSTEL_CLOUD_MARK_ERROR);
      json_object_set_int_member (object, "line", mark->line);
      json_object_set_string_member (object, "message", mark->message);
      if (mark->replacement != NULL)
        json_object_set_string_member (object, "replacement", mark->replacement);
      json_array_add_object_element (array, object);
    }

  json_node_init_array (root, array);
  line = json_to_string (root, FALSE);
  puts (line);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *release = NULL;
  g_autofree char *os = NULL;
  gboolean literal = FALSE;
  const GOptionEntry entries[] = {
    { "cloud-init", 0, 0, G_OPTION_ARG_STRING, &release, "The release in the image", "VERSION" },
    { "literal", 0, 0, G_OPTION_ARG_NONE, &literal, "With the faults of its schema", NULL },
    { "os", 0, 0, G_OPTION_ARG_STRING, &os, "The system in the image", "ID" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  HostelCloudTarget target = { .family = HOSTEL_GUEST_UNKNOWN };
  int c;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }

  target.family = hostel_guest_family_from_os (os);
  target.cloud_init = release != NULL ? release : hostel_cloud_release_from_os (os);
  target.literal = literal;

  while ((c = getchar ()) != EOF)
    {
      if (c != '\0')
        {
          g_string_append_c (text, c);
          continue;
        }

      print_marks (text->str, &target);
      g_string_truncate (text, 0);
    }

  return 0;
}
