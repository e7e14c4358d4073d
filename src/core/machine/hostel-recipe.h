/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-machine-spec.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_RECIPE (hostel_recipe_get_type ())

/* A set-up that machines are made by: sizes and user-data, without secrets. One YAML file each:
 *   recipe: 1             the version of this format
 *   title, description    strings
 *   memory                MiB
 *   vcpus                 a number
 *   disk                  a size, such as "20 GiB"
 *   image                 a name that "hostel-cli images" lists
 *   user-data             what cloud-init takes
 * All but "recipe" and "title" may be missing. What is read does not change. */
G_DECLARE_FINAL_TYPE (HostelRecipe, hostel_recipe, HOSTEL, RECIPE, GObject)

#define HOSTEL_RECIPE_MAX_SIZE (2 * 1024 * 1024)

HostelRecipe *hostel_recipe_new_from_bytes  (const char         *id,
                                             GBytes             *bytes,
                                             GError            **error);
HostelRecipe *hostel_recipe_new_from_file   (const char         *path,
                                             GError            **error);
HostelRecipe *hostel_recipe_new             (const char         *title,
                                             const char         *description,
                                             HostelMachineSpec  *spec,
                                             GError            **error);
char         *hostel_recipe_to_string       (HostelRecipe       *self);

/* Its file's name without ".yaml". */
const char   *hostel_recipe_get_id          (HostelRecipe       *self);
const char   *hostel_recipe_get_title       (HostelRecipe       *self);
const char   *hostel_recipe_get_description (HostelRecipe       *self);
/* 0 and "" where it does not say. */
guint         hostel_recipe_get_memory      (HostelRecipe       *self);
guint         hostel_recipe_get_vcpus       (HostelRecipe       *self);
guint64       hostel_recipe_get_disk_size   (HostelRecipe       *self);
const char   *hostel_recipe_get_image       (HostelRecipe       *self);
const char   *hostel_recipe_get_user_data   (HostelRecipe       *self);
/* NULL for one that came with the program. */
const char   *hostel_recipe_get_path        (HostelRecipe       *self);

/* Of one made of a machine: what was left out, and whether a person has to look for more before it is
 * saved. */
const char * const *hostel_recipe_get_left_out (HostelRecipe  *self);
gboolean      hostel_recipe_get_unread      (HostelRecipe       *self);
void          hostel_recipe_set_read        (HostelRecipe       *self);

gboolean      hostel_recipe_apply           (HostelRecipe       *self,
                                             HostelMachineSpec  *spec,
                                             GError            **error);

/* Those of the program, the administrator and the user, by title; the later ones override by id.
 * Blocks. */
GPtrArray    *hostel_recipe_list            (void);
HostelRecipe *hostel_recipe_find            (const char         *id_or_path,
                                             GError            **error);
/* Into the user's folder. Blocks. */
gboolean      hostel_recipe_save            (HostelRecipe       *self,
                                             GError            **error);

G_END_DECLS
