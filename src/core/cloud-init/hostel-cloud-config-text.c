/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include "hostel-cloud-config-private.h"

/* A document that was parsed keeps its text but for what changed; any other is written as libyaml
 * does. */
char *
hostel_cloud_document_write (HostelCloudDocument *document,
                             HostelYaml          *root)
{
  char *text;

  if (document->text != NULL && hostel_yaml_equal (document->root, root))
    return g_strdup (document->text);

  if (document->text != NULL && (text = hostel_yaml_rewrite (document->text, document->root, root)))
    return text;

  return hostel_yaml_emit (root, "#cloud-config");
}
