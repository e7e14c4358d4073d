/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-config"

#include "config.h"

#include "hostel-cloud-config.h"

G_DEFINE_BOXED_TYPE (HostelCloudFile, hostel_cloud_file,
                     hostel_cloud_file_copy, hostel_cloud_file_free)

/**
 * hostel_cloud_file_new:
 * @path: an absolute path in the guest
 * @content: (nullable): what the file holds, %NULL for nothing
 *
 * Returns: (transfer full): a file of cloud-init's default owner and permissions
 */
HostelCloudFile *
hostel_cloud_file_new (const char *path,
                       GBytes     *content)
{
  HostelCloudFile *file = g_new0 (HostelCloudFile, 1);

  file->path = g_strdup (path != NULL ? path : "");
  file->content = content != NULL ? g_bytes_ref (content) : g_bytes_new (NULL, 0);
  file->owner = g_strdup ("");
  file->permissions = g_strdup ("");

  return file;
}

HostelCloudFile *
hostel_cloud_file_copy (const HostelCloudFile *file)
{
  HostelCloudFile *copy;

  g_return_val_if_fail (file != NULL, NULL);

  copy = g_new0 (HostelCloudFile, 1);
  copy->path = g_strdup (file->path);
  copy->content = g_bytes_ref (file->content);
  copy->owner = g_strdup (file->owner);
  copy->permissions = g_strdup (file->permissions);
  copy->append = file->append;

  return copy;
}

void
hostel_cloud_file_free (HostelCloudFile *file)
{
  if (file == NULL)
    return;

  g_free (file->path);
  g_bytes_unref (file->content);
  g_free (file->owner);
  g_free (file->permissions);
  g_free (file);
}
