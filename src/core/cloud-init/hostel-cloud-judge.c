/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-judge"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cloud-schema-private.h"

/* What every release so far has, and those to come most likely. */
#define NEWEST (G_MAXUINT - 1)

/* The rules begin with 22.4, and for what is older they are the nearest. */
#define OLDEST 2204

/* What one release says. */
typedef struct
{
  GPtrArray  *problems; /* owned */
  GHashTable *places;   /* owned: all places that have one */
  GHashTable *refused;  /* owned: those that the release does not take */
} Judgement;

/* The judgements of the releases that changed something, each made once and only when asked for. */
typedef struct
{
  HostelYaml  *root;
  GPtrArray   *changes;    /* of releases */
  Judgement  **judgements; /* owned, as many and one in front for OLDEST */
} Releases;

static void
judgement_free (Judgement *judgement)
{
  g_ptr_array_unref (judgement->problems);
  g_hash_table_unref (judgement->places);
  g_hash_table_unref (judgement->refused);
  g_free (judgement);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Judgement, judgement_free)

/* Takes @problems. */
static Judgement *
judgement_new (GPtrArray *problems)
{
  Judgement *judgement = g_new0 (Judgement, 1);

  judgement->problems = problems;
  judgement->places = g_hash_table_new (NULL, NULL);
  judgement->refused = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < problems->len; i++)
    {
      HostelCloudProblem *problem = g_ptr_array_index (problems, i);

      g_hash_table_add (judgement->places, problem->at);
      if (!problem->accepted)
        g_hash_table_add (judgement->refused, problem->at);
    }

  return judgement;
}

static void
releases_free (Releases *releases)
{
  for (guint i = 0; i <= releases->changes->len; i++)
    g_clear_pointer (&releases->judgements[i], judgement_free);
  g_free (releases->judgements);
  g_free (releases);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Releases, releases_free)

static Releases *
releases_new (HostelYaml *root)
{
  Releases *releases = g_new0 (Releases, 1);

  releases->root = root;
  releases->changes = hostel_cloud_schema_get_changes ();
  releases->judgements = g_new0 (Judgement *, releases->changes->len + 1);

  return releases;
}

static guint
get_number (Releases *releases,
            guint     index)
{
  return index == 0 ? OLDEST
                    : hostel_cloud_schema_parse_release (releases->changes->pdata[index - 1]);
}

static Judgement *
get_judgement (Releases *releases,
               guint     index)
{
  if (releases->judgements[index] == NULL)
    releases->judgements[index] =
      judgement_new (hostel_cloud_schema_check (releases->root, get_number (releases, index),
                                                FALSE, TRUE));

  return releases->judgements[index];
}

static gboolean
is_refused (Releases   *releases,
            guint       index,
            HostelYaml *at)
{
  return g_hash_table_contains (get_judgement (releases, index)->refused, at);
}

/* The first release after which the place is refused, or with @refused %FALSE is not any more. */
static const char *
find_change (Releases   *releases,
             HostelYaml *at,
             gboolean    refused)
{
  for (guint i = 1; i <= releases->changes->len; i++)
    {
      if (is_refused (releases, i, at) == refused && is_refused (releases, i - 1, at) != refused)
        return releases->changes->pdata[i - 1];
    }

  return NULL;
}

/* The newest refuses it, and an older one took it. */
static void
tell_removed (Releases           *releases,
              HostelCloudProblem *problem)
{
  g_autofree char *before = NULL;
  const char *release;

  if (problem->accepted || is_refused (releases, 0, problem->at) ||
      (release = find_change (releases, problem->at, TRUE)) == NULL)
    return;

  before = problem->message;
  /* Translators: a sentence, and the release before which it does not hold. */
  problem->message = g_strdup_printf (_("%s cloud-init before %s takes it."), before, release);
}

/* An older release refuses it, and the newest takes it. */
static void
tell_added (Releases           *releases,
            HostelCloudProblem *problem,
            const char         *image)
{
  const char *release = find_change (releases, problem->at, FALSE);

  if (release == NULL)
    return;

  g_free (problem->message);
  g_clear_pointer (&problem->replacement, g_free);
  if (image != NULL)
    problem->message = g_strdup_printf (_("cloud-init before %s refuses this; this image has %s."),
                                        release, image);
  else
    problem->message = g_strdup_printf (_("cloud-init before %s refuses this."), release);
}

/* The release in the image is known. */
static void
compare_with_newest (GPtrArray  *problems,
                     Releases   *releases,
                     const char *image)
{
  g_autoptr (Judgement) newest =
    judgement_new (hostel_cloud_schema_check (releases->root, NEWEST, FALSE, TRUE));

  for (guint i = 0; i < problems->len; i++)
    {
      HostelCloudProblem *problem = g_ptr_array_index (problems, i);

      if (problem->accepted)
        continue;
      if (g_hash_table_contains (newest->refused, problem->at))
        tell_removed (releases, problem);
      else
        tell_added (releases, problem, image);
    }
}

/* Without words where none of them is told: they take longer than the rest. */
static GPtrArray *
dup_oldest (Releases  *releases,
            Judgement *newest)
{
  GPtrArray *oldest = get_judgement (releases, 0)->problems;

  for (guint i = 0; i < oldest->len; i++)
    {
      HostelCloudProblem *problem = g_ptr_array_index (oldest, i);

      if (problem->accepted && !g_hash_table_contains (newest->places, problem->at))
        return hostel_cloud_schema_check (releases->root, OLDEST, FALSE, FALSE);
    }

  return g_ptr_array_ref (oldest);
}

/* Which image it is for is not known: what the oldest does not take, or calls deprecated, is told,
 * but is no error. */
static void
add_oldest (GPtrArray *problems,
            Releases  *releases)
{
  g_autoptr (Judgement) newest = judgement_new (g_ptr_array_ref (problems));
  g_autoptr (GPtrArray) oldest = dup_oldest (releases, newest);

  for (guint i = 0; i < problems->len; i++)
    tell_removed (releases, g_ptr_array_index (problems, i));

  for (guint i = oldest->len; i > 0; i--)
    {
      HostelCloudProblem *problem = g_ptr_array_index (oldest, i - 1);

      if (g_hash_table_contains (problem->accepted ? newest->places : newest->refused,
                                 problem->at) ||
          (!problem->accepted && find_change (releases, problem->at, FALSE) == NULL))
        continue;

      if (!problem->accepted)
        tell_added (releases, problem, NULL);
      g_ptr_array_add (problems, g_ptr_array_steal_index_fast (oldest, i - 1));
      problem->accepted = TRUE;
    }
}

/*< private >
 * hostel_cloud_judge:
 * @root: a document's mapping
 * @target: what it is for
 *
 * By the schema of the release in the image, and of the newest where that is not known. Where one
 * release takes what another refuses it is said which. Under the lock of hostel_cloud_check().
 *
 * Returns: (transfer full) (element-type HostelCloudProblem): what is wrong, in no order; valid as
 *   long as @root is
 */
GPtrArray *
hostel_cloud_judge (HostelYaml              *root,
                    const HostelCloudTarget *target)
{
  guint release = 0;
  GPtrArray *problems;
  g_autoptr (Releases) releases = NULL;

  if (target->cloud_init != NULL)
    release = hostel_cloud_schema_parse_release (target->cloud_init);
  problems = hostel_cloud_schema_check (root, release > 0 ? MAX (release, OLDEST) : NEWEST,
                                        target->literal, FALSE);
  if (target->literal)
    return problems;

  releases = releases_new (root);
  if (release > 0)
    compare_with_newest (problems, releases, target->cloud_init);
  else
    add_oldest (problems, releases);

  return problems;
}
