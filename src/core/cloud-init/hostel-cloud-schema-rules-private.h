/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-cloud-schema-private.h"

G_BEGIN_DECLS

/* cloud-init's own JSON schemas of several releases in one (tools/cloud-schema). */
typedef struct
{
  JsonParser *parser;      /* owned */
  JsonObject *root;
  JsonObject *definitions;
  GArray     *keys;        /* owned, of HostelCloudName: the document's keys */
  GHashTable *first;       /* owned: key -> the release that first knew it, or NULL where any does */
  GHashTable *patterns;    /* owned: text -> GRegex */
  GPtrArray  *changes;     /* owned, of borrowed names: the releases that changed something */

  /* The release that is judged for at the moment. */
  guint       release;
  gboolean    literal;
  gboolean    silent;      /* only whether and where, without words */
  HostelYaml *document;    /* what is checked, which each module looks through */
  GHashTable *members;     /* owned, nullable: of it */
  GHashTable *names;       /* owned, nullable: properties -> those that may be meant by another key */
} HostelCloudRules;

HostelCloudRules *hostel_cloud_rules_get           (void);
JsonObject       *hostel_cloud_rules_pick          (HostelCloudRules *rules,
                                                    JsonObject       *schema);
JsonObject       *hostel_cloud_rules_resolve       (HostelCloudRules *rules,
                                                    JsonObject       *schema);
gboolean          hostel_cloud_rules_is_deprecated (HostelCloudRules *rules,
                                                    JsonObject       *schema);

G_END_DECLS
