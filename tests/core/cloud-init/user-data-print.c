/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "hostel-user-data-part.h"
#include "hostel-user-data.h"

/* Reads user-data, each after a line with its length, and prints a line of JSON for each: whether it is
 * taken, and its parts as type and text in base64. */

static void
print (const char *text,
       gsize       length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GPtrArray) parts = hostel_user_data_split (bytes, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autofree char *line = NULL;
  JsonArray *array = json_array_new ();

  json_object_set_boolean_member (object, "taken", hostel_user_data_check (bytes, &error));
  json_object_set_boolean_member (object, "keys", hostel_user_data_has_host_keys (bytes));
  json_object_set_string_member (object, "message", error != NULL ? error->message : "");
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      HostelUserDataPart *part = g_ptr_array_index (parts, i);
      g_autofree char *encoded = g_base64_encode ((guchar *) part->text, part->length);
      JsonArray *item = json_array_new ();

      json_array_add_int_element (item, part->type);
      json_array_add_string_element (item, encoded);
      json_array_add_array_element (array, item);
    }
  if (parts != NULL)
    json_object_set_array_member (object, "parts", array);
  else
    json_array_unref (array);

  json_node_init_object (root, object);
  line = json_to_string (root, FALSE);
  puts (line);
}

int
main (int   argc,
      char *argv[])
{
  gsize length;

  while (scanf ("%" G_GSIZE_FORMAT, &length) == 1 && getchar () == '\n')
    {
      g_autofree char *text = g_malloc (length + 1);

      if (fread (text, 1, length, stdin) != length)
        return 1;
      print (text, length);
    }

  return 0;
}
