#define G_LOG_DOMAIN "hostel-boot-pending"

#include "config.h"

#include <glib/gstdio.h>

#include "hostel-boot-pending.h"

static char *
dup_path (const char *uuid)
{
  return g_build_filename (g_get_user_state_dir (), "hostel", "boots", uuid, NULL);
}

/**
 * hostel_boot_pending_add:
 * @uuid: a machine's
 *
 * Where it cannot be written, only this program watches.
 */
void
hostel_boot_pending_add (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (dir, 0700);
  if (!g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_message ("%s", error->message);
}

/**
 * hostel_boot_pending_remove:
 * @uuid: a machine's, pending or not
 */
void
hostel_boot_pending_remove (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);

  g_unlink (path);
}

/**
 * hostel_boot_pending_has:
 * @uuid: a machine's
 *
 * Returns: whether the end of its boot is still to be told
 */
gboolean
hostel_boot_pending_has (const char *uuid)
{
  g_autofree char *path = dup_path (uuid);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}
