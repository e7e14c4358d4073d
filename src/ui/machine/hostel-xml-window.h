/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_XML_WINDOW (hostel_xml_window_get_type ())

/* A machine's domain XML as libvirt has it now, to read and to copy. */
G_DECLARE_FINAL_TYPE (HostelXmlWindow, hostel_xml_window, HOSTEL, XML_WINDOW, AdwWindow)

HostelXmlWindow *hostel_xml_window_new (GtkWindow    *parent,
                                        HostelDomain *domain);

G_END_DECLS
