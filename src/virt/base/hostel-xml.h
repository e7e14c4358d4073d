/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

G_BEGIN_DECLS

/* For the files of src/virt alone: reading libvirt's XML. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathObject, xmlXPathFreeObject)

xmlDocPtr  hostel_xml_parse        (const char *text);
char      *hostel_xml_dup_string   (xmlDocPtr   doc,
                                    xmlNodePtr  node,
                                    const char *xpath);
GStrv      hostel_xml_dup_strings  (xmlDocPtr   doc,
                                    xmlNodePtr  node,
                                    const char *xpath);
guint64    hostel_xml_get_uint64   (xmlDocPtr   doc,
                                    xmlNodePtr  node,
                                    const char *xpath);
GPtrArray *hostel_xml_find_nodes   (xmlDocPtr   doc,
                                    const char *xpath);
char      *hostel_xml_to_string    (xmlDocPtr   doc);

G_END_DECLS
