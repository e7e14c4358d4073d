/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <yaml.h>

#include "hostel-error.h"
#include "hostel-yaml.h"

/* Reads documents, each after a line with its length, and prints a line of JSON for each: what was
 * read, or the line of the error and what it says. */

static JsonNode *
new_text (const char *type,
          const char *text)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_alloc ();

  json_array_add_string_element (array, type);
  json_array_add_string_element (array, text);
  json_node_init_array (node, array);
  json_array_unref (array);

  return node;
}

static JsonNode *
new_scalar (HostelYaml *node)
{
  g_autofree char *number = NULL;

  switch (hostel_yaml_get_value_type (node))
    {
    case HOSTEL_YAML_TYPE_NULL:
      return new_text ("null", "");
    case HOSTEL_YAML_TYPE_BOOLEAN:
      return new_text ("boolean", node->value);
    case HOSTEL_YAML_TYPE_INTEGER:
      number = g_strdup_printf ("%" G_GINT64_FORMAT, hostel_yaml_get_integer (node));
      return new_text ("integer", number);
    case HOSTEL_YAML_TYPE_NUMBER:
      return new_text ("number", node->value);
    case HOSTEL_YAML_TYPE_STRING:
      return new_text (g_strcmp0 (node->tag, "tag:yaml.org,2002:binary") == 0 ? "binary" : "string",
                       node->value);
    case HOSTEL_YAML_TYPE_ARRAY:
    case HOSTEL_YAML_TYPE_OBJECT:
    case HOSTEL_YAML_TYPE_OTHER:
    default:
      return new_text ("other", node->value);
    }
}

static JsonNode *
new_node (HostelYaml *node)
{
  JsonArray *array;
  JsonNode *result;

  if (node->kind == HOSTEL_YAML_SCALAR)
    return new_scalar (node);

  array = json_array_new ();
  json_array_add_string_element (array, node->tag != NULL ? node->tag :
                                        node->keys != NULL ? "mapping" : "sequence");
  for (guint i = 0; i < node->children->len; i++)
    {
      if (node->keys != NULL)
        json_array_add_element (array, new_node (g_ptr_array_index (node->keys, i)));
      json_array_add_element (array, new_node (g_ptr_array_index (node->children, i)));
    }
  result = json_node_alloc ();
  json_node_init_array (result, array);
  json_array_unref (array);

  return result;
}

static void
print (const char *text,
       gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelYaml) root = hostel_yaml_parse (text, length, &error);
  g_autoptr (JsonNode) answer = json_node_alloc ();
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *line = NULL;

  if (root != NULL)
    json_object_set_member (object, "value", new_node (root));
  else
    {
      json_object_set_int_member (object, "line", hostel_error_get_line (error));
      json_object_set_string_member (object, "message", error->message);
    }
  json_node_init_object (answer, object);
  line = json_to_string (answer, FALSE);
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
