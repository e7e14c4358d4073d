/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-recipe.h"

G_BEGIN_DECLS

/* For the files of HostelRecipe alone. */
void hostel_recipe_set_path  (HostelRecipe *self,
                              const char   *path);
void hostel_recipe_translate (HostelRecipe *self);

G_END_DECLS
