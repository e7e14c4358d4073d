/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-yaml.h"

G_BEGIN_DECLS

/* Bytes of the text that become others. */
typedef struct
{
  gsize  start;
  gsize  end;
  char  *text; /* owned; lines end with "\n" whatever the document's do */
} HostelYamlEdit;

/* The same item in the old and the new list. */
typedef struct
{
  guint old;
  guint now;
} HostelYamlMatch;

typedef struct
{
  const char *text;
  gsize       length;
  gboolean    coarse;       /* entries of the first level as a whole */
  gboolean    prepend;      /* new entries come first */
  gboolean    may_empty;    /* the mapping at hand may lose all its lines */
  GArray     *edits;        /* of HostelYamlEdit, in any order */
  GPtrArray  *lost_anchors; /* of old nodes whose text goes away */
} HostelYamlRewrite;

/* hostel-yaml-rewrite.c */
gboolean  hostel_yaml_rewrite_edit      (HostelYamlRewrite *self,
                                         HostelYaml        *old,
                                         HostelYaml        *now);

gboolean  hostel_yaml_rewrite_inside    (HostelYamlRewrite *self,
                                         HostelYaml        *old,
                                         HostelYaml        *now);
void      hostel_yaml_rewrite_add       (HostelYamlRewrite *self,
                                         gsize              start,
                                         gsize              end,
                                         char              *text);
void      hostel_yaml_rewrite_lose_anchor (HostelYamlRewrite *self,
                                         HostelYaml        *old);
gsize     hostel_yaml_rewrite_line_start (HostelYamlRewrite *self,
                                         gsize              offset);
gsize     hostel_yaml_rewrite_line_end  (HostelYamlRewrite *self,
                                         gsize              offset);

/* hostel-yaml-rewrite-flow.c */
gboolean  hostel_yaml_rewrite_flow      (HostelYamlRewrite *self,
                                         HostelYaml        *old,
                                         HostelYaml        *now);

/* hostel-yaml-rewrite-apply.c */
void      hostel_yaml_rewrite_take_back (HostelYamlRewrite *self,
                                         guint              n_edits);
GHashTable *hostel_yaml_rewrite_dup_own (HostelYaml       *mapping);
GArray   *hostel_yaml_rewrite_match     (HostelYaml        *old,
                                         HostelYaml        *now);

G_END_DECLS
