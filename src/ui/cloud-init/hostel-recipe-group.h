/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-recipe.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_RECIPE_GROUP (hostel_recipe_group_get_type ())

/* The recipes to choose one from, and a way to open another's file. Signal: "chosen"
 * (HostelRecipe, nullable), by a person. */
G_DECLARE_FINAL_TYPE (HostelRecipeGroup, hostel_recipe_group, HOSTEL, RECIPE_GROUP,
                      AdwPreferencesGroup)

/* Shows @recipe (nullable) as the chosen one, or why none could be used. */
void hostel_recipe_group_set_recipe (HostelRecipeGroup *self,
                                     HostelRecipe      *recipe);
void hostel_recipe_group_show_error (HostelRecipeGroup *self,
                                     const GError      *error);
void hostel_recipe_group_use_file   (HostelRecipeGroup *self,
                                     GFile             *file);

G_END_DECLS
