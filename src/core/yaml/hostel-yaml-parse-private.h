/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-yaml.h"
#include "hostel-yaml-scan-private.h"

G_BEGIN_DECLS

/* hostel-yaml-compose.c: nodes of a document and their anchors */
typedef struct
{
  GHashTable *anchors;       /* name -> HostelYaml, which is open while it has no end */
  guint       aliased_nodes;
} HostelYamlComposer;

/* What stands before a node's content. */
typedef struct
{
  HostelYamlMark  start;
  HostelYamlMark  end;
  char           *anchor; /* owned, nullable */
  char           *tag;    /* owned, nullable: in full */
} HostelYamlProperties;

gboolean    hostel_yaml_refuse          (guint                  line,
                                         const char            *remedy,
                                         GError               **error,
                                         const char            *format,
                                         ...) G_GNUC_PRINTF (4, 5);
char       *hostel_yaml_shorten         (const char            *name);
HostelYaml *hostel_yaml_compose_node    (HostelYamlComposer    *self,
                                         HostelYamlKind         kind,
                                         int                    style,
                                         HostelYamlProperties  *properties,
                                         GError               **error);
void        hostel_yaml_compose_close   (HostelYamlComposer    *self,
                                         HostelYaml            *node);
HostelYaml *hostel_yaml_compose_alias   (HostelYamlComposer    *self,
                                         HostelYamlToken       *token,
                                         GError               **error);

/* hostel-yaml-construct.c */
gboolean    hostel_yaml_construct       (HostelYaml            *root,
                                         GError               **error);

/* hostel-yaml-scalar.c */
gboolean    hostel_yaml_check_scalar    (HostelYaml            *node,
                                         HostelYamlTag          tag,
                                         GError               **error);

G_END_DECLS
