#define G_LOG_DOMAIN "hostel-user-data"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hostel-cloud-config.h"
#include "hostel-error.h"
#include "hostel-user-data-private.h"

/* What cloud-init looks at to tell the kinds apart. */
#define HEAD_SIZE 4096

static gboolean
has_prefix (const char *head,
            const char *prefix)
{
  return strncmp (head, prefix, strlen (prefix)) == 0;
}

/**
 * hostel_user_data_get_kind:
 * @user_data: a user-data file
 *
 * Tells kinds apart as cloud-init does (cloudinit/handlers/__init__.py, INCLUSION_TYPES_MAP, and
 * cloudinit/user_data.py): by the first words, in upper or lower case, after any white space; MIME
 * by its header within the first bytes; gzip by its magic number.
 *
 * Returns: the kind
 */
HostelUserDataKind
hostel_user_data_get_kind (GBytes *user_data)
{
  static const char * const others[] = {
    "#!", "#include", "#cloud-boothook", "#cloud-config-archive", "#cloud-config-jsonp",
    "#part-handler", "## template: jinja", "#upstart-job"
  };
  g_autofree char *copy = NULL;
  g_autofree char *head = NULL;
  const char *start;
  const char *data;
  gsize size;

  g_return_val_if_fail (user_data != NULL, HOSTEL_USER_DATA_UNKNOWN);

  data = g_bytes_get_data (user_data, &size);
  if (size >= 2 && memcmp (data, "\x1f\x8b", 2) == 0)
    return HOSTEL_USER_DATA_OTHER;

  copy = g_strndup (size > 0 ? data : "", MIN (size, HEAD_SIZE));
  head = g_ascii_strdown (copy, -1);
  if (strstr (head, "mime-version:") != NULL)
    return HOSTEL_USER_DATA_OTHER;

  start = head + strspn (head, " \t\r\n");
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      if (has_prefix (start, others[i]))
        return HOSTEL_USER_DATA_OTHER;
    }

  return has_prefix (start, "#cloud-config") ? HOSTEL_USER_DATA_CLOUD_CONFIG
                                             : HOSTEL_USER_DATA_UNKNOWN;
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
  g_autoptr (HostelYaml) read = NULL;
  const char *data;
  gsize size;

  *root = NULL;

  data = g_bytes_get_data (user_data, &size);
  if (size > HOSTEL_CLOUD_CONFIG_MAX_SIZE)
    {
      g_autofree char *size_text = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);

      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Let the machine fetch large files itself."), NULL,
                        _("The user-data is %s large; at most %d KiB are taken."), size_text,
                        HOSTEL_CLOUD_CONFIG_MAX_SIZE / 1024);
      return FALSE;
    }

  switch (hostel_user_data_get_kind (user_data))
    {
    case HOSTEL_USER_DATA_OTHER:
      return TRUE;

    case HOSTEL_USER_DATA_CLOUD_CONFIG:
      break;

    case HOSTEL_USER_DATA_UNKNOWN:
    default:
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Make “#cloud-config” its first line."),
                        NULL, _("The user-data does not begin with “#cloud-config”, so that "
                                "cloud-init would ignore it."));
      return FALSE;
    }

  if ((read = hostel_yaml_parse (data, size, error)) == NULL)
    return FALSE;

  if (!hostel_yaml_is_mapping (read) && !hostel_yaml_is_null (read))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Write keys and values, such as “hostname: web1”."), NULL,
                        hostel_yaml_is_sequence (read)
                          ? _("Line %u begins a list, but a cloud-config is a mapping.")
                          : _("Line %u begins a text, but a cloud-config is a mapping."),
                        read->line);
      hostel_error_set_line (error, read->line);
      return FALSE;
    }

  *root = g_steal_pointer (&read);

  return TRUE;
}

/**
 * hostel_user_data_check:
 * @user_data: a person's user-data file
 * @error: return location for a #GError
 *
 * Refuses what cloud-init in the guest would ignore or fail at: anything too large, of no known
 * kind, or a cloud-config that is not a YAML mapping. Other kinds than cloud-config are taken as
 * they are. May be called from any thread.
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

/**
 * hostel_user_data_has_host_keys:
 * @user_data: any user-data, an archive of several too
 *
 * Returns: whether a line begins with "ssh_keys", the key of
 *   https://docs.cloud-init.io/en/latest/reference/modules.html#ssh
 */
gboolean
hostel_user_data_has_host_keys (GBytes *user_data)
{
  gsize size;
  const char *data = g_bytes_get_data (user_data, &size);
  g_autofree char *text = g_strndup (data != NULL ? data : "", size);

  return g_str_has_prefix (text, "ssh_keys") || strstr (text, "\nssh_keys") != NULL;
}
