/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-check"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-check-private.h"
#include "hostel-cloud-config-private.h"
#include "hostel-cloud-schema-private.h"
#include "hostel-error.h"
#include "hostel-ssh-key.h"
#include "hostel-user-data-private.h"

/* Below it, looking through all is faster than a table. */
#define MANY_KEYS 16

/* More are counted. */
#define MAX_MARKS 1000

static void
mark_free (gpointer data)
{
  HostelCloudMark *mark = data;

  if (mark == NULL)
    return;

  g_free (mark->message);
  g_free (mark->replacement);
  g_free (mark);
}

static int
compare_marks (gconstpointer a,
               gconstpointer b)
{
  const HostelCloudMark *left = *(HostelCloudMark * const *) a;
  const HostelCloudMark *right = *(HostelCloudMark * const *) b;

  if (left->line != right->line)
    return left->line < right->line ? -1 : 1;

  if (left->kind != right->kind)
    return (int) right->kind - (int) left->kind;

  return strcmp (left->message, right->message);
}

/* Two modules may have the same rule for a key that both read, such as "hostname". */
static void
remove_doubles (GPtrArray *marks)
{
  guint n = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_steal_pointer (&g_ptr_array_index (marks, i));
      HostelCloudMark *before = n > 0 ? g_ptr_array_index (marks, n - 1) : NULL;

      if (before != NULL && mark->line == before->line && strcmp (mark->message, before->message) == 0)
        mark_free (mark);
      else
        g_ptr_array_index (marks, n++) = mark;
    }
  g_ptr_array_set_size (marks, n);
}

/* Nobody reads more, and each is drawn; errors count before warnings. */
static void
limit (GPtrArray *marks)
{
  guint n_errors = 0;
  guint errors = 0;
  guint warnings = 0;
  guint n = 0;
  guint left = marks->len - MAX_MARKS;
  guint line = 0;

  for (guint i = 0; i < marks->len; i++)
    n_errors += ((HostelCloudMark *) g_ptr_array_index (marks, i))->kind == HOSTEL_CLOUD_MARK_ERROR;

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_steal_pointer (&g_ptr_array_index (marks, i));
      gboolean kept = mark->kind == HOSTEL_CLOUD_MARK_ERROR
                        ? errors++ < MAX_MARKS
                        : warnings++ < MAX_MARKS - MIN (n_errors, MAX_MARKS);

      if (kept)
        g_ptr_array_index (marks, n++) = mark;
      else
        {
          line = line > 0 ? line : mark->line;
          mark_free (mark);
        }
    }
  g_ptr_array_set_size (marks, n);

  hostel_cloud_add_mark (marks, n_errors > MAX_MARKS ? HOSTEL_CLOUD_MARK_ERROR : HOSTEL_CLOUD_MARK_WARNING,
                         line, g_strdup_printf (ngettext ("There is %u more from here on.",
                                                          "There are %u more from here on.", left),
                                                left));
  g_ptr_array_sort (marks, compare_marks);
}

static void
finish (GPtrArray *marks)
{
  g_ptr_array_sort (marks, compare_marks);
  remove_doubles (marks);
  if (marks->len > MAX_MARKS)
    limit (marks);
}

/*< private >
 * hostel_cloud_add_mark:
 * @marks: (element-type HostelCloudMark): where it goes
 * @line: from 1
 * @message: (transfer full): translated sentences
 *
 * Returns: (transfer none): the mark
 */
HostelCloudMark *
hostel_cloud_add_mark (GPtrArray           *marks,
                       HostelCloudMarkKind  kind,
                       guint                line,
                       char                *message)
{
  HostelCloudMark *mark = g_new0 (HostelCloudMark, 1);

  mark->kind = kind;
  mark->line = MAX (line, 1);
  /* What a document says is not to move the cursor of a terminal. */
  for (char *c = message; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    }
  mark->message = message;
  g_ptr_array_add (marks, mark);

  return mark;
}

static void
add_error (GPtrArray           *marks,
           HostelCloudMarkKind  kind,
           guint                line,
           const GError        *error)
{
  const char *remedy = hostel_error_get_remedy (error);

  hostel_cloud_add_mark (marks, kind, line,
                         remedy != NULL ? g_strdup_printf ("%s %s", error->message, remedy)
                                        : g_strdup (error->message));
}

/*< private >
 * hostel_cloud_add_replacement:
 * @at: what is replaced
 * @text: the document
 * @replacement: (nullable): what to write instead
 *
 * Only where @at stands in the text as it is.
 */
void
hostel_cloud_add_replacement (HostelCloudMark *mark,
                              HostelYaml      *at,
                              const char      *text,
                              const char      *replacement)
{
  if (replacement == NULL || at->kind != HOSTEL_YAML_SCALAR || at->alias ||
      strncmp (text + at->start, at->value, strlen (at->value)) != 0)
    return;

  mark->start = at->start;
  mark->end = at->start + strlen (at->value);
  mark->replacement = g_strdup (replacement);
}

static void
add_problem (GPtrArray                *marks,
             const HostelCloudProblem *problem,
             const char               *text)
{
  HostelCloudMark *mark;

  mark = hostel_cloud_add_mark (marks,
                                problem->accepted ? HOSTEL_CLOUD_MARK_WARNING
                                                  : HOSTEL_CLOUD_MARK_ERROR,
                                problem->at->line, g_strdup (problem->message));
  hostel_cloud_add_replacement (mark, problem->at, text, problem->replacement);
}

static void
check_keys_of (GPtrArray  *marks,
               HostelYaml *node)
{
  HostelYaml *keys = hostel_cloud_user_lookup (node, "ssh_authorized_keys");

  for (guint i = 0; i < hostel_yaml_get_length (keys) && hostel_yaml_is_sequence (keys); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (keys, i);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) lines = NULL;

      if (item->kind != HOSTEL_YAML_SCALAR)
        continue;

      lines = hostel_ssh_key_parse_lines (item->value, &error);
      if (lines == NULL)
        add_error (marks, HOSTEL_CLOUD_MARK_WARNING, item->line, error);
    }
}

static gboolean
is_false (HostelYaml *node)
{
  gboolean value = TRUE;

  return node != NULL && hostel_yaml_get_boolean (node, &value) && !value;
}

/* cloud-init locks an account's password unless it is told not to. */
static void
check_password_of (GPtrArray  *marks,
                   HostelYaml *user)
{
  static const char * const keys[] = { "passwd", "hashed_passwd", "plain_text_passwd" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      HostelYaml *password = hostel_cloud_user_lookup (user, keys[i]);

      if (hostel_yaml_get_string (password) == NULL)
        continue;

      if (!is_false (hostel_cloud_user_lookup (user, "lock_passwd")))
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, password->line,
                               g_strdup (_("The password stays locked: write “lock_passwd: false” "
                                           "beside it.")));

      if (strcmp (keys[i], "plain_text_passwd") == 0)
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, password->line,
                               g_strdup (_("Everybody who reads this file learns the password. Type "
                                           "it into the form, which writes its hash.")));
    }
}

static void
check_users (GPtrArray  *marks,
             HostelYaml *root)
{
  HostelYaml *users = hostel_yaml_lookup (root, "users");

  check_keys_of (marks, root);

  for (guint i = 0; i < hostel_yaml_get_length (users); i++)
    {
      HostelYaml *user = hostel_yaml_get_child (users, i);

      if (!hostel_yaml_is_mapping (user))
        continue;

      check_keys_of (marks, user);
      check_password_of (marks, user);
    }
}

static void
check_packages (GPtrArray  *marks,
                HostelYaml *root)
{
  HostelYaml *packages = hostel_yaml_lookup (root, "packages");

  if (!hostel_yaml_is_sequence (packages))
    return;

  for (guint i = 0; i < hostel_yaml_get_length (packages); i++)
    {
      HostelYaml *item = hostel_yaml_get_child (packages, i);
      g_autoptr (GError) error = NULL;

      if (item->kind == HOSTEL_YAML_SCALAR &&
          !hostel_cloud_config_check_field ("packages", item->value, &error))
        add_error (marks, HOSTEL_CLOUD_MARK_WARNING, item->line, error);
    }
}

/* The same key that stands last, or NULL; few mappings have more than a handful. */
static HostelYaml *
find_last (HostelYaml *node,
           GHashTable *last,
           guint       index)
{
  HostelYaml *key = g_ptr_array_index (node->keys, index);

  if (last != NULL)
    return g_hash_table_lookup (last, key->value);

  for (guint i = node->keys->len; i > index + 1; i--)
    {
      HostelYaml *other = g_ptr_array_index (node->keys, i - 1);

      if (strcmp (other->value, key->value) == 0)
        return other;
    }

  return NULL;
}

static void
check_keys_once (GPtrArray  *marks,
                 HostelYaml *node)
{
  g_autoptr (GHashTable) last = NULL;

  if (node->keys->len > MANY_KEYS)
    last = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = node->keys->len; i > 0; i--)
    {
      HostelYaml *key = g_ptr_array_index (node->keys, i - 1);
      HostelYaml *later = find_last (node, last, i - 1);

      /* What was merged may be written again; it stands before the mapping, or within it. */
      if (later != NULL && key->column == later->column && key->start >= node->start &&
          key->start < later->start)
        hostel_cloud_add_mark (marks, HOSTEL_CLOUD_MARK_WARNING, key->line,
                               g_strdup_printf (_("“%s” is written again in line %u, and only that "
                                                  "one counts."), key->value, later->line));
      else if (later == NULL && last != NULL)
        g_hash_table_insert (last, key->value, key);
    }
}

static void
check_repeated_keys (GPtrArray  *marks,
                     HostelYaml *node)
{
  if (node->kind == HOSTEL_YAML_SCALAR || node->alias)
    return;

  if (node->keys != NULL && node->keys->len > 1)
    check_keys_once (marks, node);
  for (guint i = 0; i < hostel_yaml_get_length (node); i++)
    check_repeated_keys (marks, hostel_yaml_get_child (node, i));
}

static void
check_document (GPtrArray               *marks,
                HostelYaml              *root,
                const char              *text,
                const HostelCloudTarget *target)
{
  g_autoptr (GPtrArray) problems = hostel_cloud_judge (root, target);

  for (guint i = 0; i < problems->len; i++)
    add_problem (marks, g_ptr_array_index (problems, i), text);

  check_users (marks, root);
  check_packages (marks, root);
  check_repeated_keys (marks, root);

  /* The schema says nothing of what the tools in the guest take. */
  if (target->literal)
    return;
  hostel_cloud_check_accounts (marks, root, target);
  hostel_cloud_check_system (marks, root, text, target);
  hostel_cloud_check_managers (marks, root, target);
}

/**
 * hostel_cloud_check:
 * @text: user-data
 * @length: of @text in bytes, or -1 where it ends with a NUL
 *
 * hostel_cloud_check_for() an image of which nothing is known.
 *
 * Returns: (transfer full) (element-type HostelCloudMark): what to mark, by lines; empty where all
 *   is well
 */
GPtrArray *
hostel_cloud_check (const char *text,
                    gssize      length)
{
  const HostelCloudTarget target = { .family = HOSTEL_GUEST_UNKNOWN };

  return hostel_cloud_check_for (text, length, &target);
}

/**
 * hostel_cloud_check_for:
 * @text: user-data
 * @length: of @text in bytes, or -1 where it ends with a NUL
 * @target: the image that it is for
 *
 * What cloud-init would refuse is an error; what it takes and should be looked at (deprecated
 * forms, keys that it does not know, a password that stays locked) is a warning. The rules are
 * cloud-init's own JSON schema as of the release in the image, of the newest where that is not
 * known. Of other kinds than a cloud-config nothing is said. From any
 * thread; one check is made at a time.
 *
 * Returns: (transfer full) (element-type HostelCloudMark): what to mark, by lines; empty where all
 *   is well
 */
GPtrArray *
hostel_cloud_check_for (const char              *text,
                        gssize                   length,
                        const HostelCloudTarget *target)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func (mark_free);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HostelYaml) root = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (text != NULL, marks);

  bytes = g_bytes_new_static (text, length < 0 ? strlen (text) : (gsize) length);
  if (!hostel_user_data_read (bytes, &root, &error))
    {
      add_error (marks, HOSTEL_CLOUD_MARK_ERROR, hostel_error_get_line (error), error);
      return marks;
    }

  if (root != NULL && hostel_yaml_is_mapping (root))
    {
      static GMutex mutex;

      g_mutex_lock (&mutex);
      check_document (marks, root, text, target);
      g_mutex_unlock (&mutex);
    }

  finish (marks);
  return marks;
}
