#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "hostel-cloud-check.h"

/* Reads documents, each ended by a NUL, and prints a line of JSON for each: its marks. */

static void
print_marks (const char *text)
{
  g_autoptr (GPtrArray) marks = hostel_cloud_check (text, -1);
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
  int c;

  while ((c = getchar ()) != EOF)
    {
      if (c != '\0')
        {
          g_string_append_c (text, c);
          continue;
        }

      print_marks (text->str);
      g_string_truncate (text, 0);
    }

  return 0;
}
