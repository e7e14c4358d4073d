/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-user-data-part.h"
#include "hostel-user-data-private.h"

/**
 * hostel_user_data_get_kind:
 * @user_data: a user-data file
 *
 * Tells kinds apart as cloud-init does (cloudinit/handlers/__init__.py, INCLUSION_TYPES_MAP, and
 * cloudinit/user_data.py): by the first words, in upper or lower case, after any white space; MIME
 * by a header at the very top; gzip by its magic number.
 *
 * Returns: the kind
 */
HostelUserDataKind
hostel_user_data_get_kind (GBytes *user_data)
{
  g_autofree char *text = NULL;
  const char *data;
  gsize size;

  g_return_val_if_fail (user_data != NULL, HOSTEL_USER_DATA_UNKNOWN);

  data = g_bytes_get_data (user_data, &size);
  if (hostel_user_data_is_wrapped (data, size))
    return HOSTEL_USER_DATA_OTHER;

  /* Enough for white space before the words, and a NUL ends what is looked at. */
  text = g_strndup (data != NULL ? data : "", size);
  switch (hostel_user_data_detect (text, HOSTEL_USER_DATA_PART_IGNORED))
    {
    case HOSTEL_USER_DATA_PART_IGNORED:
      return HOSTEL_USER_DATA_UNKNOWN;
    case HOSTEL_USER_DATA_PART_CLOUD_CONFIG:
      return HOSTEL_USER_DATA_CLOUD_CONFIG;
    case HOSTEL_USER_DATA_PART_PATCH:
    case HOSTEL_USER_DATA_PART_ARCHIVE:
    case HOSTEL_USER_DATA_PART_SCRIPT:
    case HOSTEL_USER_DATA_PART_BOOTHOOK:
    case HOSTEL_USER_DATA_PART_INCLUDE:
    case HOSTEL_USER_DATA_PART_HANDLER:
    case HOSTEL_USER_DATA_PART_TEMPLATE:
    default:
      return HOSTEL_USER_DATA_OTHER;
    }
}

static gboolean
refuse (const char  *message,
        const char  *remedy,
        GError     **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL, "%s", message);
  return FALSE;
}

static gboolean
check_size (gsize    size,
            GError **error)
{
  g_autofree char *text = NULL;

  if (size <= HOSTEL_CLOUD_CONFIG_MAX_SIZE)
    return TRUE;

  text = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Let the machine fetch large files itself."), NULL,
                    _("The user-data is %s large; at most %d KiB are taken."), text,
                    HOSTEL_CLOUD_CONFIG_MAX_SIZE / 1024);
  return FALSE;
}

/* The document of a cloud-config, where it is one for cloud-init. */
static HostelYaml *
read_cloud_config (HostelUserDataPart  *part,
                   GError             **error)
{
  g_autofree char *lines = g_strnfill (part->encoded ? 0 : part->line, '\n');
  GString *text = g_string_new (lines);
  g_autoptr (HostelYaml) root = NULL;

  if (part->spoiled)
    {
      g_string_free (text, TRUE);
      refuse (_("The user-data has characters beyond ASCII and “MIME-Version:” near its begin; "
                "cloud-init loses such characters then, and ignores it."),
              _("Encode the parts as base64, or move “MIME-Version:” 4096 characters down."), error);
      return NULL;
    }

  g_string_append_len (text, part->text, part->length);
  root = hostel_yaml_parse (text->str, text->len, error);
  g_string_free (text, TRUE);
  if (root == NULL || hostel_yaml_is_mapping (root) || hostel_yaml_is_null (root))
    return g_steal_pointer (&root);

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Write keys and values, such as “hostname: web1”."), NULL,
                    hostel_yaml_is_sequence (root)
                      ? _("Line %u begins a list, but a cloud-config is a mapping.")
                      : _("Line %u begins a text, but a cloud-config is a mapping."), root->line);
  hostel_error_set_line (error, root->line);
  return NULL;
}

/* cloud-init writes it to a file as it is, and the kernel looks at the first two bytes. */
static gboolean
check_script (const char  *text,
              GError     **error)
{
  if (g_str_has_prefix (text, "#!"))
    return TRUE;

  if (g_str_has_prefix (hostel_user_data_skip (text), "#!"))
    return refuse (_("There is an empty line or a blank before “#!”, so that the machine cannot run "
                     "the script."),
                   _("Make “#!” its first two characters."), error);

  return refuse (_("The script does not begin with “#!”, so that the machine cannot run it."),
                 _("Make a line such as “#!/bin/sh” its first."), error);
}

static gboolean
check_boothook (const char  *text,
                GError     **error)
{
  const char *prefix = "#cloud-boothook";

  if (!g_str_has_prefix (text, prefix) && hostel_user_data_detect (text, HOSTEL_USER_DATA_PART_IGNORED) ==
                                            HOSTEL_USER_DATA_PART_BOOTHOOK)
    return refuse (_("“#cloud-boothook” does not stand at the very begin, so that the machine cannot "
                     "run what follows."),
                   _("Make it the first line, in lower case."), error);
  if (g_str_has_prefix (text, prefix))
    text += strlen (prefix);

  return check_script (hostel_user_data_skip (text), error);
}

/* As cloudinit/templater.py tells a template. */
static gboolean
is_template_line (const char *line)
{
  static const char word[] = "template:";
  g_autofree char *rest = NULL;

  if (!g_str_has_prefix (line, "##"))
    return FALSE;

  line = hostel_user_data_skip (line + 2);
  if (g_ascii_strncasecmp (line, word, strlen (word)) != 0)
    return FALSE;

  rest = g_strstrip (g_strdup (line + strlen (word)));
  return g_ascii_strcasecmp (rest, "jinja") == 0;
}

/* cloud-init renders it, and looks at what comes out; what begins with a brace may become anything. */
static gboolean
check_template (const char  *text,
                GError     **error)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\n"));
  const char *rest = hostel_user_data_skip (text + strlen (line));
  HostelUserDataPartType type = hostel_user_data_detect (rest, HOSTEL_USER_DATA_PART_IGNORED);

  if (!is_template_line (line))
    return refuse (_("The first line is not “## template: jinja” alone, so that cloud-init would ignore "
                     "the template."),
                   _("Make it so."), error);

  return *rest == '{' || type == HOSTEL_USER_DATA_PART_CLOUD_CONFIG ||
         type == HOSTEL_USER_DATA_PART_PATCH || type == HOSTEL_USER_DATA_PART_SCRIPT ||
         type == HOSTEL_USER_DATA_PART_BOOTHOOK ||
         refuse (_("The template does not go on with “#cloud-config”, so that cloud-init would ignore "
                   "it."),
                 _("Make “#cloud-config” its second line."), error);
}

static gboolean
check_part (HostelUserDataPart  *part,
            GError             **error)
{
  g_autoptr (HostelYaml) root = NULL;

  switch (part->type)
    {
    case HOSTEL_USER_DATA_PART_CLOUD_CONFIG:
      return (root = read_cloud_config (part, error)) != NULL;
    case HOSTEL_USER_DATA_PART_SCRIPT:
      return check_script (part->text, error);
    case HOSTEL_USER_DATA_PART_BOOTHOOK:
      return check_boothook (part->text, error);
    case HOSTEL_USER_DATA_PART_TEMPLATE:
      return check_template (part->text, error);
    case HOSTEL_USER_DATA_PART_IGNORED:
    case HOSTEL_USER_DATA_PART_PATCH:
    case HOSTEL_USER_DATA_PART_ARCHIVE:
    case HOSTEL_USER_DATA_PART_INCLUDE:
    case HOSTEL_USER_DATA_PART_HANDLER:
    default:
      return TRUE;
    }
}

/* A handler among the parts may know what cloud-init does not. */
static gboolean
check_known (GPtrArray  *parts,
             GError    **error)
{
  HostelUserDataPart *first = parts->len > 0 ? g_ptr_array_index (parts, 0) : NULL;
  gboolean known = parts->len == 0;

  for (guint i = 0; i < parts->len; i++)
    known = known || ((HostelUserDataPart *) g_ptr_array_index (parts, i))->type !=
                       HOSTEL_USER_DATA_PART_IGNORED;
  if (known)
    return TRUE;

  if (parts->len == 1 && g_str_has_prefix (first->text, "\xef\xbb\xbf"))
    return refuse (_("The user-data begins with a byte order mark before “#cloud-config”, so that "
                     "cloud-init would ignore it."),
                   _("Save the text as UTF-8 without it."), error);
  if (parts->len == 1)
    return refuse (_("The user-data does not begin with “#cloud-config”, so that cloud-init would "
                     "ignore it."),
                   _("Make “#cloud-config” its first line."), error);

  return refuse (_("cloud-init knows the type of none of the parts, and would ignore them all."),
                 _("Give each its type, such as “text/cloud-config”."), error);
}

/**
 * hostel_user_data_read:
 * @root: (out) (nullable): the document of a cloud-config, %NULL for other kinds
 *
 * As hostel_user_data_check().
 */
gboolean
hostel_user_data_read (GBytes      *user_data,
                       HostelYaml **root,
                       GError     **error)
{
  g_autoptr (GPtrArray) parts = NULL;

  *root = NULL;
  if (!check_size (g_bytes_get_size (user_data), error) ||
      (parts = hostel_user_data_split (user_data, error)) == NULL || !check_known (parts, error))
    return FALSE;

  if (hostel_user_data_get_kind (user_data) == HOSTEL_USER_DATA_CLOUD_CONFIG)
    return (*root = read_cloud_config (g_ptr_array_index (parts, 0), error)) != NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      if (!check_part (g_ptr_array_index (parts, i), error))
        return FALSE;
    }

  return TRUE;
}

/**
 * hostel_user_data_check:
 * @user_data: a person's user-data file
 * @error: return location for a #GError
 *
 * Refuses what cloud-init in the guest would ignore or fail at: anything too large, of no known
 * kind, a cloud-config that is not a YAML mapping, a script that the kernel would not run; in the
 * parts of MIME, archives and gzip, too. May be called from any thread.
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID that names the line where there is one
 */
gboolean
hostel_user_data_check (GBytes  *user_data,
                        GError **error)
{
  g_autoptr (HostelYaml) root = NULL;

  g_return_val_if_fail (user_data != NULL, FALSE);

  return hostel_user_data_read (user_data, &root, error);
}
