/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-recipe.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_RECIPE_DIALOG (hostel_recipe_dialog_get_type ())

/* Asks for a name and saves a set-up under it. Signal: "saved" (string), what to tell, also where
 * it was not saved. */
G_DECLARE_FINAL_TYPE (HostelRecipeDialog, hostel_recipe_dialog, HOSTEL, RECIPE_DIALOG,
                      AdwMessageDialog)

HostelRecipeDialog *hostel_recipe_dialog_new (GtkWindow         *parent,
                                              HostelMachineSpec *spec);

G_END_DECLS
