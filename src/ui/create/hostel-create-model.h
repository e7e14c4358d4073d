/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-connection.h"
#include "hostel-host-facts.h"
#include "hostel-machine-spec.h"
#include "hostel-os-list.h"
#include "hostel-recipe.h"

G_BEGIN_DECLS

/* Fields that have a default which follows other fields until a person edits them; HostelMachineSpec
 * knows that of its sizes itself. */
typedef enum
{
  HOSTEL_CREATE_FIELD_NAME,
  HOSTEL_CREATE_FIELD_HOSTNAME,
} HostelCreateField;

/* What of the model has changed; each page says what it shows. */
typedef enum
{
  HOSTEL_CREATE_CONCERN_IMAGE    = 1 << 0, /* the image and its system */
  HOSTEL_CREATE_CONCERN_MACHINE  = 1 << 1, /* what the machine is like, its recipe */
  HOSTEL_CREATE_CONCERN_HOST     = 1 << 2, /* the host, its state, facts and names */
  HOSTEL_CREATE_CONCERN_DOCUMENT = 1 << 3, /* user-data, and what leads in */
  HOSTEL_CREATE_CONCERN_ALL      = (1 << 4) - 1,
} HostelCreateConcerns;

#define HOSTEL_TYPE_CREATE_MODEL (hostel_create_model_get_type ())

/* What the pages of the create dialog share: the spec, the host it is for, and the defaults. No
 * widget. Signal "changed", with HostelCreateConcerns: once after all that one step has changed of the
 * spec, its cloud-config, the host or its facts.
 * Properties, read only, notifying: "connection", "facts". */
G_DECLARE_FINAL_TYPE (HostelCreateModel, hostel_create_model, HOSTEL, CREATE_MODEL, GObject)

HostelCreateModel *hostel_create_model_new              (GListModel        *connections,
                                                         HostelConnection  *preferred);
HostelMachineSpec *hostel_create_model_get_spec         (HostelCreateModel *self);
HostelCloudConfig *hostel_create_model_get_cloud_config (HostelCreateModel *self);
HostelCloudUser   *hostel_create_model_get_user         (HostelCreateModel *self);
HostelCloudUser   *hostel_create_model_ensure_user      (HostelCreateModel *self);
GListModel        *hostel_create_model_get_connections  (HostelCreateModel *self);
HostelConnection  *hostel_create_model_get_connection   (HostelCreateModel *self);
void               hostel_create_model_set_connection   (HostelCreateModel *self,
                                                         HostelConnection  *connection);
HostelHostFacts   *hostel_create_model_get_facts        (HostelCreateModel *self);
void               hostel_create_model_get_limits       (HostelCreateModel *self,
                                                         HostelMachineLimits *limits);
gboolean           hostel_create_model_get_start_network (HostelCreateModel *self);
void               hostel_create_model_set_start_network (HostelCreateModel *self,
                                                         gboolean           start);
const char * const *hostel_create_model_get_found_keys  (HostelCreateModel *self);
HostelOs          *hostel_create_model_get_os           (HostelCreateModel *self);
void               hostel_create_model_set_image        (HostelCreateModel *self,
                                                         HostelImage       *image);
HostelRecipe      *hostel_create_model_get_recipe       (HostelCreateModel *self);
gboolean           hostel_create_model_set_recipe       (HostelCreateModel *self,
                                                         HostelRecipe      *recipe,
                                                         GError           **error);
gboolean           hostel_create_model_has_edits        (HostelCreateModel *self);
void               hostel_create_model_begin_choice     (HostelCreateModel *self);
void               hostel_create_model_undo_choice      (HostelCreateModel *self);
void               hostel_create_model_set_network      (HostelCreateModel *self,
                                                         HostelNetworkKind  kind,
                                                         const char        *network);
void               hostel_create_model_set_name         (HostelCreateModel *self,
                                                         const char        *name);
void               hostel_create_model_set_edited       (HostelCreateModel *self,
                                                         HostelCreateField  field);
gboolean           hostel_create_model_get_touched      (HostelCreateModel *self);
void               hostel_create_model_touch            (HostelCreateModel *self);
char              *hostel_create_model_dup_host_problem (HostelCreateModel *self);

/* Of Hostel itself, for new users. */
gboolean           hostel_create_model_get_use_own_key   (HostelCreateModel *self);
void               hostel_create_model_set_use_own_key   (HostelCreateModel *self,
                                                          gboolean           use);
const char        *hostel_create_model_get_own_key       (HostelCreateModel *self);

G_END_DECLS
