/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A YAML 1.1 document as a tree of reference-counted nodes, read as PyYAML does, written by libyaml. Nodes
 * that came from a text know where they stood in it and how they were written. Private to core. */

/* No document that a person writes comes near these. cloud-init itself can write out again what is
 * nested 320 deep, before Python's stack ends. */
#define HOSTEL_YAML_MAX_DEPTH 300
#define HOSTEL_YAML_MAX_ALIASED_NODES 100000

typedef enum
{
  HOSTEL_YAML_SCALAR,
  HOSTEL_YAML_SEQUENCE,
  HOSTEL_YAML_MAPPING,
} HostelYamlKind;

/* What PyYAML makes of a node, in the words of a JSON schema. */
typedef enum
{
  HOSTEL_YAML_TYPE_NULL,
  HOSTEL_YAML_TYPE_BOOLEAN,
  HOSTEL_YAML_TYPE_INTEGER,
  HOSTEL_YAML_TYPE_NUMBER,
  HOSTEL_YAML_TYPE_STRING,
  HOSTEL_YAML_TYPE_ARRAY,
  HOSTEL_YAML_TYPE_OBJECT,
  HOSTEL_YAML_TYPE_OTHER,
} HostelYamlType;

/* The tag that PyYAML gives a node, by its form where the text has none. */
typedef enum
{
  HOSTEL_YAML_TAG_NULL,
  HOSTEL_YAML_TAG_BOOL,
  HOSTEL_YAML_TAG_INT,
  HOSTEL_YAML_TAG_FLOAT,
  HOSTEL_YAML_TAG_TIMESTAMP,
  HOSTEL_YAML_TAG_BINARY,
  HOSTEL_YAML_TAG_STR,
  HOSTEL_YAML_TAG_SEQ,
  HOSTEL_YAML_TAG_OMAP,
  HOSTEL_YAML_TAG_PAIRS,
  HOSTEL_YAML_TAG_MAP,
  HOSTEL_YAML_TAG_SET,
  HOSTEL_YAML_TAG_MERGE,   /* "<<" */
  HOSTEL_YAML_TAG_VALUE,   /* "=" */
  HOSTEL_YAML_TAG_UNKNOWN, /* none that cloud-init's loader knows */
} HostelYamlTag;

typedef struct _HostelYaml HostelYaml;

struct _HostelYaml
{
  gatomicrefcount  ref_count;
  HostelYamlKind   kind;
  int              style;    /* yaml_scalar_style_t, ..._sequence_..., ..._mapping_... */
  char            *tag;      /* owned, nullable */
  char            *value;    /* owned; scalars only */
  GPtrArray       *keys;     /* owned, of HostelYaml; mappings only */
  GPtrArray       *children; /* owned, of HostelYaml; sequences and mappings */

  /* Of parsed nodes only. */
  gsize            start;    /* byte offset in the text */
  gsize            end;      /* where the node's last scalar ends */
  guint            line;     /* from 1 */
  guint            column;   /* from 0, in characters */
  guint            weight;   /* nodes in it, aliases expanded; long texts count for several */
  char            *anchor;   /* owned, nullable: its name */
  gboolean         alias;    /* stands for a node with that anchor, and shares its children */
  gboolean         open;     /* while its content is read */

  GHashTable      *index;    /* owned, nullable: key -> its last place and 1, while it has all keys */
  guint            indexed;  /* keys in it */
};

HostelYaml     *hostel_yaml_parse         (const char       *text,
                                           gsize             length,
                                           GError          **error);
char           *hostel_yaml_emit          (HostelYaml       *root,
                                           const char       *header);
char           *hostel_yaml_rewrite       (const char       *text,
                                           HostelYaml       *old,
                                           HostelYaml       *now);

HostelYaml     *hostel_yaml_new           (HostelYamlKind    kind);
HostelYaml     *hostel_yaml_new_string    (const char       *value);
HostelYaml     *hostel_yaml_new_boolean   (gboolean          value);
HostelYaml     *hostel_yaml_new_integer   (gint64            value);
HostelYaml     *hostel_yaml_new_strv      (const char * const *values);
HostelYaml     *hostel_yaml_ref           (HostelYaml       *self);
void            hostel_yaml_unref         (HostelYaml       *self);
HostelYaml     *hostel_yaml_copy          (HostelYaml       *self);
gboolean        hostel_yaml_equal         (HostelYaml       *self,
                                           HostelYaml       *other);
guint           hostel_yaml_hash          (HostelYaml       *self);

gboolean        hostel_yaml_is_ambiguous  (const char       *value);
gboolean        hostel_yaml_is_null       (HostelYaml       *self);
gboolean        hostel_yaml_is_mapping    (HostelYaml       *self);
gboolean        hostel_yaml_is_utf8       (HostelYaml       *self);
gboolean        hostel_yaml_is_sequence   (HostelYaml       *self);
const char     *hostel_yaml_get_string    (HostelYaml       *self);
gboolean        hostel_yaml_get_boolean   (HostelYaml       *self,
                                           gboolean         *value);
guint           hostel_yaml_get_length    (HostelYaml       *self);
HostelYaml     *hostel_yaml_get_child     (HostelYaml       *self,
                                           guint             index);
const char     *hostel_yaml_get_key       (HostelYaml       *self,
                                           guint             index);

void            hostel_yaml_append        (HostelYaml       *self,
                                           HostelYaml       *child);
HostelYaml     *hostel_yaml_lookup        (HostelYaml       *self,
                                           const char       *key);
const char     *hostel_yaml_lookup_string (HostelYaml       *self,
                                           const char       *key);
void            hostel_yaml_set           (HostelYaml       *self,
                                           const char       *key,
                                           HostelYaml       *child);
void            hostel_yaml_set_string    (HostelYaml       *self,
                                           const char       *key,
                                           const char       *value);
void            hostel_yaml_remove        (HostelYaml       *self,
                                           const char       *key);

HostelYamlTag   hostel_yaml_get_tag       (HostelYaml       *self);
HostelYamlType  hostel_yaml_get_value_type (HostelYaml      *self);
gint64          hostel_yaml_get_integer   (HostelYaml       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelYaml, hostel_yaml_unref)

G_END_DECLS
