/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-yaml"

#include "config.h"

#include <string.h>
#include <yaml.h>

#include "hostel-yaml.h"

/* Each event is freed by yaml_emitter_emit(), also where it fails. Out of memory ends GLib programs
 * anyway, and nothing else can fail with events in this order. */
static void
emit (yaml_emitter_t *emitter,
      yaml_event_t   *event,
      int             made)
{
  if (!made || !yaml_emitter_emit (emitter, event))
    g_error ("libyaml cannot write: %s", emitter->problem != NULL ? emitter->problem : "no memory");
}

static void
emit_scalar (yaml_emitter_t *emitter,
             HostelYaml     *node)
{
  const char *value = node->value;
  yaml_event_t event;

  /* libyaml puts quotes around an empty plain scalar in a flow collection: null became "". */
  if (value[0] == '\0' && hostel_yaml_is_null (node))
    value = "null";

  emit (emitter, &event,
        yaml_scalar_event_initialize (&event, NULL, (yaml_char_t *) node->tag,
                                      (yaml_char_t *) value, -1, node->tag == NULL,
                                      node->tag == NULL, node->style));
}

/* libyaml puts quotes around a plain scalar with a colon in a flow collection: 12:30 became a string. */
static gboolean
fits_flow (HostelYaml *node)
{
  if (node->kind == HOSTEL_YAML_SCALAR)
    return node->style != YAML_PLAIN_SCALAR_STYLE || strchr (node->value, ':') == NULL ||
           !hostel_yaml_is_ambiguous (node->value);

  for (guint i = 0; i < node->children->len; i++)
    {
      if (!fits_flow (g_ptr_array_index (node->children, i)) ||
          (node->keys != NULL && !fits_flow (g_ptr_array_index (node->keys, i))))
        return FALSE;
    }

  return TRUE;
}

static int
choose_style (HostelYaml *node)
{
  if (node->kind == HOSTEL_YAML_MAPPING)
    return node->style == YAML_FLOW_MAPPING_STYLE && !fits_flow (node) ? YAML_BLOCK_MAPPING_STYLE
                                                                       : node->style;

  return node->style == YAML_FLOW_SEQUENCE_STYLE && !fits_flow (node) ? YAML_BLOCK_SEQUENCE_STYLE
                                                                      : node->style;
}

static void
emit_node (yaml_emitter_t *emitter,
           HostelYaml     *node)
{
  gboolean mapping = node->kind == HOSTEL_YAML_MAPPING;
  yaml_event_t event;
  int made;

  if (node->kind == HOSTEL_YAML_SCALAR)
    {
      emit_scalar (emitter, node);
      return;
    }

  if (mapping)
    made = yaml_mapping_start_event_initialize (&event, NULL, (yaml_char_t *) node->tag,
                                                node->tag == NULL, choose_style (node));
  else
    made = yaml_sequence_start_event_initialize (&event, NULL, (yaml_char_t *) node->tag,
                                                 node->tag == NULL, choose_style (node));
  emit (emitter, &event, made);

  for (guint i = 0; i < node->children->len; i++)
    {
      if (mapping)
        emit_scalar (emitter, g_ptr_array_index (node->keys, i));
      emit_node (emitter, g_ptr_array_index (node->children, i));
    }

  emit (emitter, &event,
        mapping ? yaml_mapping_end_event_initialize (&event)
                : yaml_sequence_end_event_initialize (&event));
}

static int
write_cb (void          *data,
          unsigned char *buffer,
          size_t         size)
{
  g_string_append_len (data, (const char *) buffer, size);

  return 1;
}

/**
 * hostel_yaml_emit:
 * @root: a node
 * @header: (nullable): a first line, such as "#cloud-config"
 *
 * Returns: (transfer full): the document, with a line break at its end
 */
char *
hostel_yaml_emit (HostelYaml *root,
                  const char *header)
{
  GString *text = g_string_new (header);
  yaml_emitter_t emitter;
  yaml_event_t event;

  if (header != NULL)
    g_string_append_c (text, '\n');

  if (!yaml_emitter_initialize (&emitter))
    g_error ("libyaml cannot start");

  yaml_emitter_set_output (&emitter, write_cb, text);
  yaml_emitter_set_encoding (&emitter, YAML_UTF8_ENCODING);
  yaml_emitter_set_unicode (&emitter, 1);
  yaml_emitter_set_indent (&emitter, 2);
  /* Folding long strings is legal, but a person then finds a key or a command in pieces. */
  yaml_emitter_set_width (&emitter, -1);
  yaml_emitter_set_break (&emitter, YAML_LN_BREAK);

  emit (&emitter, &event, yaml_stream_start_event_initialize (&event, YAML_UTF8_ENCODING));
  emit (&emitter, &event, yaml_document_start_event_initialize (&event, NULL, NULL, NULL, 1));
  emit_node (&emitter, root);
  emit (&emitter, &event, yaml_document_end_event_initialize (&event, 1));
  emit (&emitter, &event, yaml_stream_end_event_initialize (&event));
  yaml_emitter_delete (&emitter);

  return g_string_free (text, FALSE);
}
