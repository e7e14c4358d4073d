/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-create-model.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_CREATE_PAGE (hostel_create_page_get_type ())

/* One page of the create dialog. Properties: "title" string; "problem" string, why the dialog
 * cannot go on from here, a translated sentence, "" where it can. */
G_DECLARE_DERIVABLE_TYPE (HostelCreatePage, hostel_create_page, HOSTEL, CREATE_PAGE, AdwBin)

struct _HostelCreatePageClass
{
  AdwBinClass parent_class;

  /* what of the model the page shows */
  HostelCreateConcerns concerns;
  /* the model has been set, once */
  void (*bind)        (HostelCreatePage *self);
  /* of that something has changed */
  void (*refresh)     (HostelCreatePage *self);
  /* the page is being left: take over what is still only in a field */
  void (*flush)       (HostelCreatePage *self);
  /* the page is shown: put the focus where a person begins */
  void (*focus_first) (HostelCreatePage *self);
};

void               hostel_create_page_set_model   (HostelCreatePage  *self,
                                                   HostelCreateModel *model);
HostelCreateModel *hostel_create_page_get_model   (HostelCreatePage  *self);
const char        *hostel_create_page_get_title   (HostelCreatePage  *self);
const char        *hostel_create_page_get_problem (HostelCreatePage  *self);
void               hostel_create_page_set_problem (HostelCreatePage  *self,
                                                   const char        *problem);
void               hostel_create_page_refresh     (HostelCreatePage  *self);
gboolean           hostel_create_page_is_deaf     (HostelCreatePage  *self);
void               hostel_create_page_set_deaf    (HostelCreatePage  *self,
                                                   gboolean           deaf);
void               hostel_create_page_flush       (HostelCreatePage  *self);
void               hostel_create_page_focus_first (HostelCreatePage  *self);
void               hostel_create_page_tell_recipe (HostelCreatePage  *self);

G_END_DECLS
