/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

#include "hostel-error.h"
#include "hostel-yaml-parse-private.h"

/* Sets @error to a sentence about a line. Returns: FALSE */
gboolean
hostel_yaml_refuse (guint         line,
                    const char   *remedy,
                    GError      **error,
                    const char   *format,
                    ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL, "%s", message);
  hostel_error_set_line (error, line);
  return FALSE;
}

/* A name of any length, for a message. */
char *
hostel_yaml_shorten (const char *name)
{
  if (g_utf8_strlen (name, -1) <= 40)
    return g_strdup (name);

  return g_utf8_substring (name, 0, 40);
}

/* The first of an anchor's name counts for PyYAML, and a second is an error. */
static gboolean
add_anchor (HostelYamlComposer  *self,
            HostelYaml          *node,
            GError             **error)
{
  HostelYaml *first = g_hash_table_lookup (self->anchors, node->anchor);
  g_autofree char *shown = hostel_yaml_shorten (node->anchor);

  if (first != NULL)
    return hostel_yaml_refuse (node->line, _("Give one of them another name."), error,
                               _("Line %u has the anchor “&%s”, which line %u has already."),
                               node->line, shown, first->line);

  g_hash_table_insert (self->anchors, node->anchor, node);
  return TRUE;
}

/* A node without its content; @style is that of libyaml. */
HostelYaml *
hostel_yaml_compose_node (HostelYamlComposer    *self,
                          HostelYamlKind         kind,
                          int                    style,
                          HostelYamlProperties  *properties,
                          GError               **error)
{
  g_autoptr (HostelYaml) node = hostel_yaml_new (kind);

  node->style = style;
  node->start = properties->start.offset;
  node->end = properties->start.offset;
  node->line = properties->start.line + 1;
  node->column = properties->start.column;

  /* "!" is for a node to be read by its form; even one in quotes can be a number then. */
  if (g_strcmp0 (properties->tag, "!") != 0)
    node->tag = g_strdup (properties->tag);
  else if (kind == HOSTEL_YAML_SCALAR)
    node->style = YAML_PLAIN_SCALAR_STYLE;

  if (properties->anchor != NULL)
    {
      node->anchor = g_strdup (properties->anchor);
      node->open = TRUE;
      if (!add_anchor (self, node, error))
        return NULL;
    }

  return g_steal_pointer (&node);
}

void
hostel_yaml_compose_close (HostelYamlComposer *self,
                           HostelYaml         *node)
{
  node->open = FALSE;
}

/* A node of its own, since it has a place of its own in the text; what is in it is the same. */
static HostelYaml *
alias_new (HostelYamlToken *token,
           HostelYaml      *node)
{
  HostelYaml *alias = hostel_yaml_new (HOSTEL_YAML_SCALAR);

  alias->kind = node->kind;
  alias->style = node->style;
  alias->tag = g_strdup (node->tag);
  alias->value = g_strdup (node->value);
  alias->keys = node->keys != NULL ? g_ptr_array_ref (node->keys) : NULL;
  alias->children = node->children != NULL ? g_ptr_array_ref (node->children) : NULL;
  alias->alias = TRUE;
  alias->anchor = g_strdup (node->anchor);
  alias->weight = node->weight;
  alias->line = token->start.line + 1;
  alias->column = token->start.column;
  alias->start = token->start.offset;
  alias->end = token->end.offset;

  return alias;
}

HostelYaml *
hostel_yaml_compose_alias (HostelYamlComposer  *self,
                           HostelYamlToken     *token,
                           GError             **error)
{
  HostelYaml *node = g_hash_table_lookup (self->anchors, token->text);
  g_autofree char *shown = hostel_yaml_shorten (token->text);
  guint line = token->start.line + 1;

  if (node == NULL)
    {
      hostel_yaml_refuse (line, _("Define the anchor above its first use."), error,
                          _("Line %u uses “*%s”, which is not defined before it."), line, shown);
      return NULL;
    }
  /* PyYAML can read it, but nothing in cloud-init can use a value without an end. */
  if (node->open)
    {
      hostel_yaml_refuse (line, _("Define the anchor above its first use."), error,
                          _("Line %u uses “*%s” inside of itself."), line, shown);
      return NULL;
    }
  if (node->weight > HOSTEL_YAML_MAX_ALIASED_NODES - self->aliased_nodes)
    {
      hostel_yaml_refuse (line, _("Write the values out."), error,
                          _("Line %u repeats values by aliases until there are more than %d."),
                          line, HOSTEL_YAML_MAX_ALIASED_NODES);
      return NULL;
    }

  self->aliased_nodes += node->weight;
  return alias_new (token, node);
}
