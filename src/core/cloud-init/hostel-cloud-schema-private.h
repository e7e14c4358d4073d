/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "hostel-cloud-target.h"
#include "hostel-yaml.h"

G_BEGIN_DECLS

/* Where the value that is looked at stands. */
typedef struct
{
  HostelYaml *at;    /* its key, or the item itself */
  const char *name;  /* nullable: the nearest key */
  gboolean    item;  /* an item of the list of that name */
  GHashTable *siblings; /* nullable: key -> value of the mapping that has the key */
} HostelCloudPlace;

/* What is wrong with a value. */
typedef struct
{
  HostelYaml *at;          /* borrowed from the tree */
  HostelYaml *value;       /* borrowed: what was looked at */
  gboolean    accepted;    /* cloud-init takes it all the same */
  gboolean    kind;        /* @value is of a wrong type, or none of the words that are known */
  char       *message;     /* owned, translated */
  char       *replacement; /* owned, nullable: what to write instead of the key @at */
} HostelCloudProblem;

/* A key that is known, and what tells fast that another one is not near. */
typedef struct
{
  const char *text;    /* borrowed */
  gsize       length;
  guint64     letters; /* a bit for each that is in it */
} HostelCloudName;

/* hostel-cloud-schema.c */
GPtrArray   *hostel_cloud_schema_check          (HostelYaml              *root,
                                                 guint                    release,
                                                 gboolean                 literal,
                                                 gboolean                 silent);
GPtrArray   *hostel_cloud_schema_get_changes    (void);
guint        hostel_cloud_schema_parse_release  (const char              *text);

/* hostel-cloud-judge.c */
GPtrArray   *hostel_cloud_judge                 (HostelYaml              *root,
                                                 const HostelCloudTarget *target);

/* hostel-cloud-schema-text.c */
char        *hostel_cloud_schema_describe       (const HostelCloudPlace *place);
char        *hostel_cloud_schema_wrong_type     (const HostelCloudPlace *place,
                                                 HostelYaml             *value,
                                                 GPtrArray              *expected);
void         hostel_cloud_schema_add_expected   (JsonObject             *schema,
                                                 GPtrArray              *expected);
char        *hostel_cloud_schema_deprecated     (const HostelCloudPlace *place,
                                                 JsonObject             *schema);
HostelCloudName hostel_cloud_schema_get_name    (const char             *text);
const char  *hostel_cloud_schema_find_near      (GArray                 *names,
                                                 GHashTable             *taken,
                                                 const char             *text);
JsonArray   *hostel_json_get_array              (JsonObject             *object,
                                                 const char             *member);
JsonObject  *hostel_json_get_object             (JsonObject             *object,
                                                 const char             *member);

G_END_DECLS
