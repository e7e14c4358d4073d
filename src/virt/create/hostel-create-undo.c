/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: runs in a worker on the bare connection, from names in a journal. */
#define G_LOG_DOMAIN "hostel-create-undo"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-image.h"
#include "hostel-create-undo.h"
#include "hostel-disk-users.h"
#include "hostel-storage.h"

static gboolean
has_error_code (int code)
{
  virErrorPtr last = virGetLastError ();

  return last != NULL && last->code == code;
}

/* Whether no guest code has run yet: the disk was never read. A machine that a person has let run
 * and paused again is theirs. */
static gboolean
waits_for_first_start (virDomainPtr domain)
{
  virDomainBlockStatsStruct stats;
  int state;

  if (virDomainGetState (domain, &state, NULL, 0) < 0 || state != VIR_DOMAIN_PAUSED)
    return FALSE;

  return virDomainBlockStats (domain, "vda", &stats, sizeof stats) == 0 && stats.rd_req <= 0;
}

/* From define on the machine is kept whole: never stopped, never deleted. */
static gboolean
finish_defined (virDomainPtr   domain,
                GError       **error)
{
  const char *name = virDomainGetName (domain);

  if (!waits_for_first_start (domain) || virDomainResume (domain) == 0)
    return TRUE;

  hostel_virt_set_error (error, _("“%s” waits paused for its first start and cannot be resumed."),
                         name);

  return FALSE;
}

static gboolean
is_marked (const char * const *names,
           const char         *base)
{
  g_autofree char *marker = g_strconcat (base, HOSTEL_BASE_IMAGE_MARKER, NULL);

  return g_strv_contains (names, marker);
}

/* What the create noted before it made it: the machine's volumes, and the base image that it did
 * not finish. A name that looks like one of them is nobody's. */
static GStrv
list_made (virStoragePoolPtr           pool,
           const HostelCreateJournal  *journal,
           GError                    **error)
{
  g_auto (GStrv) names = hostel_storage_list_names (pool, error);
  g_autoptr (GStrvBuilder) made = g_strv_builder_new ();

  if (names == NULL)
    return NULL;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_strv_contains ((const char * const *) journal->volumes, names[i]) ||
        (g_str_equal (journal->base, names[i]) && hostel_base_image_is_base (names[i]) &&
         !is_marked ((const char * const *) names, names[i])))
      g_strv_builder_add (made, names[i]);

  return g_strv_builder_end (made);
}

/* %TRUE too where somebody needs it by now: it is theirs. */
static gboolean
delete_unneeded (virStoragePoolPtr   pool,
                 HostelDiskUsers    *users,
                 const char         *name,
                 GHashTable         *going,
                 GError            **error)
{
  g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, name);
  g_autofree char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;
  g_autofree char *need = path != NULL ? hostel_disk_users_dup_need (users, path, NULL, going) : NULL;

  if (need != NULL)
    {
      g_message ("“%s” stays: %s", name, need);
      return TRUE;
    }

  g_debug ("deleting %s", name);

  return hostel_storage_delete_named (pool, name, error);
}

static GHashTable *
new_going (virStoragePoolPtr   pool,
           HostelDiskUsers    *users,
           const char * const *names)
{
  GHashTable *going = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (virStorageVol) volume = virStorageVolLookupByName (pool, names[i]);
      g_autofree char *path = volume != NULL ? virStorageVolGetPath (volume) : NULL;

      if (path != NULL)
        g_hash_table_add (going, hostel_disk_users_dup_id (users, path));
    }

  return going;
}

static gboolean
delete_volumes (virConnectPtr         handle,
                HostelCreateJournal  *journal,
                GError              **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, journal->pool);
  g_autoptr (HostelDiskUsers) users = NULL;
  g_autoptr (GHashTable) going = NULL;
  g_auto (GStrv) names = NULL;
  gboolean all = TRUE;

  if (pool == NULL)
    {
      /* Nothing can have been made in a pool that is not there. */
      if (has_error_code (VIR_ERR_NO_STORAGE_POOL))
        return TRUE;
      hostel_virt_set_error (error, _("The storage pool “%s” cannot be read."), journal->pool);
      return FALSE;
    }

  if ((names = list_made (pool, journal, error)) == NULL)
    return FALSE;
  if (names[0] == NULL)
    return TRUE;
  if ((users = hostel_disk_users_read_anew (handle, error)) == NULL)
    return FALSE;

  going = new_going (pool, users, (const char * const *) names);
  for (guint i = 0; names[i] != NULL; i++)
    if (!delete_unneeded (pool, users, names[i], going, all ? error : NULL))
      all = FALSE;

  return all;
}

/**
 * hostel_create_undo:
 * @handle: a connection to the journal's URI
 * @journal: of a create that has failed, was cancelled or was killed; its lock is the caller's
 * @error: (out) (optional): what could not be undone
 *
 * Before the machine was defined: deletes the volumes that were noted as being made for it, and the
 * base image if it was being uploaded, unless somebody needs them by now. From then on: resumes the machine if it still waits for its first start. Then removes
 * the journal. Where something fails, the journal stays for the next clean-up.
 *
 * Returns: whether all is as it should be
 */
gboolean
hostel_create_undo (virConnectPtr         handle,
                    HostelCreateJournal  *journal,
                    GError              **error)
{
  g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, journal->uuid);
  gboolean done;

  if (domain != NULL)
    done = finish_defined (domain, error);
  else if (has_error_code (VIR_ERR_NO_DOMAIN))
    done = journal->defined || delete_volumes (handle, journal, error);
  else
    {
      hostel_virt_set_error (error, _("What an interrupted create has left is not known."));
      done = FALSE;
    }

  if (done)
    hostel_create_journal_remove (journal);

  return done;
}

/**
 * hostel_create_undo_left:
 * @handle: a connection
 * @uri: its URI as the journals have it
 *
 * Takes up the journals of killed creates. Where there are none, no call is made.
 *
 * Returns: how many could not be finished; they are kept
 */
guint
hostel_create_undo_left (virConnectPtr  handle,
                         const char    *uri)
{
  g_autoptr (GPtrArray) journals = hostel_create_journal_take_left (uri);
  guint failed = 0;

  for (guint i = 0; i < journals->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!hostel_create_undo (handle, g_ptr_array_index (journals, i), &error))
        {
          g_debug ("clean-up: %s", error->message);
          failed++;
        }
    }

  return failed;
}
