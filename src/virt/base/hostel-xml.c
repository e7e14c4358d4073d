/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-xml"

#include "config.h"

#include "hostel-xml.h"

/**
 * hostel_xml_parse:
 * @text: (nullable): a document as libvirt gives it
 *
 * Reads neither the network nor a DTD, and prints nothing.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL where @text is no XML
 */
xmlDocPtr
hostel_xml_parse (const char *text)
{
  if (text == NULL)
    return NULL;

  return xmlReadMemory (text, strlen (text), "libvirt.xml", NULL,
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

static xmlXPathObjectPtr
evaluate (xmlDocPtr   doc,
          xmlNodePtr  node,
          const char *xpath)
{
  g_autoptr (xmlXPathContext) context = xmlXPathNewContext (doc);

  if (node != NULL)
    xmlXPathSetContextNode (node, context);

  return xmlXPathEvalExpression (BAD_CAST xpath, context);
}

/**
 * hostel_xml_dup_strings:
 * @doc: a document
 * @node: (nullable): where relative paths begin, %NULL for the document
 * @xpath: an expression that gives nodes
 *
 * Returns: (transfer full): the text of every node found, in the document's order; empty where
 *   nothing was found
 */
GStrv
hostel_xml_dup_strings (xmlDocPtr   doc,
                        xmlNodePtr  node,
                        const char *xpath)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (xmlXPathObject) object = NULL;

  g_return_val_if_fail (doc != NULL, NULL);
  g_return_val_if_fail (xpath != NULL, NULL);

  object = evaluate (doc, node, xpath);
  if (object != NULL && object->type == XPATH_NODESET && object->nodesetval != NULL)
    for (int i = 0; i < object->nodesetval->nodeNr; i++)
      {
        xmlChar *content = xmlNodeGetContent (object->nodesetval->nodeTab[i]);

        g_strv_builder_add (builder, content ? (const char *) content : "");
        xmlFree (content);
      }

  return g_strv_builder_end (builder);
}

/**
 * hostel_xml_dup_string:
 * @doc: a document
 * @node: (nullable): where relative paths begin, %NULL for the document
 * @xpath: an expression that gives nodes
 *
 * Returns: (transfer full) (nullable): the text of the first node found, or %NULL
 */
char *
hostel_xml_dup_string (xmlDocPtr   doc,
                       xmlNodePtr  node,
                       const char *xpath)
{
  g_auto (GStrv) all = hostel_xml_dup_strings (doc, node, xpath);

  return all != NULL && all[0] != NULL ? g_strdup (all[0]) : NULL;
}

/**
 * hostel_xml_get_uint64:
 * @doc: a document
 * @node: (nullable): where relative paths begin, %NULL for the document
 * @xpath: an expression that gives nodes
 *
 * Returns: the first node's text as a number, 0 where there is none
 */
guint64
hostel_xml_get_uint64 (xmlDocPtr   doc,
                       xmlNodePtr  node,
                       const char *xpath)
{
  g_autofree char *text = hostel_xml_dup_string (doc, node, xpath);

  return text ? g_ascii_strtoull (text, NULL, 10) : 0;
}

/**
 * hostel_xml_find_nodes:
 * @doc: a document
 * @xpath: an expression that gives nodes
 *
 * Returns: (transfer container) (element-type xmlNode): the nodes, owned by @doc
 */
GPtrArray *
hostel_xml_find_nodes (xmlDocPtr   doc,
                       const char *xpath)
{
  GPtrArray *nodes = g_ptr_array_new ();
  g_autoptr (xmlXPathObject) object = NULL;

  g_return_val_if_fail (doc != NULL, nodes);
  g_return_val_if_fail (xpath != NULL, nodes);

  object = evaluate (doc, NULL, xpath);
  if (object != NULL && object->type == XPATH_NODESET && object->nodesetval != NULL)
    for (int i = 0; i < object->nodesetval->nodeNr; i++)
      g_ptr_array_add (nodes, object->nodesetval->nodeTab[i]);

  return nodes;
}

/**
 * hostel_xml_to_string:
 * @doc: a document
 *
 * Returns: (transfer full): the root element indented by two spaces, without an XML declaration
 */
char *
hostel_xml_to_string (xmlDocPtr doc)
{
  xmlBufferPtr buffer;
  char *text;

  g_return_val_if_fail (doc != NULL, NULL);

  buffer = xmlBufferCreate ();
  xmlNodeDump (buffer, doc, xmlDocGetRootElement (doc), 0, TRUE);
  text = g_strdup_printf ("%s\n", (const char *) xmlBufferContent (buffer));
  xmlBufferFree (buffer);

  return text;
}
