/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "hostel-host-facts.h"
#include "hostel-machine-spec.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_NETWORK_CHOICE (hostel_network_choice_get_type ())

/* One entry of the list of networks. Property, read only: "label". */
G_DECLARE_FINAL_TYPE (HostelNetworkChoice, hostel_network_choice, HOSTEL, NETWORK_CHOICE, GObject)

HostelNetworkKind  hostel_network_choice_get_kind    (HostelNetworkChoice *self);
const char        *hostel_network_choice_get_network (HostelNetworkChoice *self);

GListModel        *hostel_network_choices_new        (HostelHostFacts     *facts,
                                                      gboolean             session);
guint              hostel_network_choices_find       (GListModel          *choices,
                                                      HostelNetworkKind    kind,
                                                      const char          *network);

G_END_DECLS
