#define G_LOG_DOMAIN "hostel-create-undo"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-base-image.h"
#include "hostel-create-undo.h"
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

/* What the create made, by name: the UUID's, and the base image that it did not finish. */
static gboolean
is_ours (const HostelCreateJournal *journal,
         const char * const        *names,
         const char                *name)
{
  if (!hostel_base_image_is_base (name))
    return strstr (name, journal->uuid) != NULL;

  return g_str_equal (name, journal->base) && !is_marked (names, name);
}

static gboolean
delete_volumes (virConnectPtr         handle,
                HostelCreateJournal  *journal,
                GError              **error)
{
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByName (handle, journal->pool);
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

  if ((names = hostel_storage_list_names (pool, error)) == NULL)
    return FALSE;

  for (guint i = 0; names[i] != NULL; i++)
    if (is_ours (journal, (const char * const *) names, names[i]))
      {
        g_debug ("deleting %s", names[i]);
        if (!hostel_storage_delete_named (pool, names[i], all ? error : NULL))
          all = FALSE;
      }

  return all;
}

/**
 * hostel_create_undo:
 * @handle: a connection to the journal's URI
 * @journal: of a create that has failed, was cancelled or was killed; its lock is the caller's
 * @error: (out) (optional): what could not be undone
 *
 * Before the machine was defined: deletes what carries its UUID, and the base image if it was being
 * uploaded. From then on: resumes the machine if it still waits for its first start. Then removes
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
