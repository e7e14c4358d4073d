/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-user-data"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

#include "hostel-error.h"
#include "hostel-user-data-part.h"
#include "hostel-yaml.h"

/* cloudinit/user_data.py and cloudinit/handlers/__init__.py in C. */

/* cloud-init looks no further for a MIME header. */
#define HEAD_SIZE 4096
/* More is not what a person packs to save space. */
#define MAX_UNPACKED (16 * 1024 * 1024)

static const struct
{
  const char             *prefix;
  const char             *mime;
  HostelUserDataPartType  type;
} types[] = {
  /* A longer one before one that it begins with. */
  { "#cloud-config-archive", "text/cloud-config-archive", HOSTEL_USER_DATA_PART_ARCHIVE },
  { "#cloud-config-jsonp", "text/cloud-config-jsonp", HOSTEL_USER_DATA_PART_PATCH },
  { "## template: jinja", "text/jinja2", HOSTEL_USER_DATA_PART_TEMPLATE },
  { "#cloud-boothook", "text/cloud-boothook", HOSTEL_USER_DATA_PART_BOOTHOOK },
  { "#cloud-config", "text/cloud-config", HOSTEL_USER_DATA_PART_CLOUD_CONFIG },
  { "#part-handler", "text/part-handler", HOSTEL_USER_DATA_PART_HANDLER },
  { "#include-once", "text/x-include-once-url", HOSTEL_USER_DATA_PART_INCLUDE },
  { "#include", "text/x-include-url", HOSTEL_USER_DATA_PART_INCLUDE },
  { "#!", "text/x-shellscript", HOSTEL_USER_DATA_PART_SCRIPT },
  { NULL, "text/x-shellscript-per-boot", HOSTEL_USER_DATA_PART_SCRIPT },
  { NULL, "text/x-shellscript-per-instance", HOSTEL_USER_DATA_PART_SCRIPT },
  { NULL, "text/x-shellscript-per-once", HOSTEL_USER_DATA_PART_SCRIPT },
};

static void
free_part (gpointer data)
{
  HostelUserDataPart *part = data;

  if (part == NULL)
    return;

  g_free (part->text);
  g_free (part);
}

/* Behind what str.lstrip () of Python takes away. */
const char *
hostel_user_data_skip (const char *text)
{
  while (TRUE)
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c == 0 || c >= (gunichar) -2 ||
          !(g_unichar_isspace (c) || (c >= 0x1c && c <= 0x1f) || c == 0x85 || c == 0x0b))
        return text;
      text = g_utf8_next_char (text);
    }
}

/* The type by the first words, in upper or lower case, after any white space. */
HostelUserDataPartType
hostel_user_data_detect (const char             *text,
                         HostelUserDataPartType  fallback)
{
  text = hostel_user_data_skip (text);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (types[i].prefix != NULL &&
          g_ascii_strncasecmp (text, types[i].prefix, strlen (types[i].prefix)) == 0)
        return types[i].type;
    }

  return fallback;
}

static HostelUserDataPartType
type_of_mime (const char *mime)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strcmp (types[i].mime, mime) == 0)
        return types[i].type;
    }

  return HOSTEL_USER_DATA_PART_IGNORED;
}

static gboolean
is_gzip_type (const char *mime)
{
  static const char * const names[] = {
    "application/gzip", "application/gzip-compressed", "application/gzipped",
    "application/x-compress", "application/x-compressed", "application/x-gunzip",
    "application/x-gzip", "application/x-gzip-compressed", NULL
  };

  return g_strv_contains (names, mime);
}

static gboolean
is_gzip (const char *data,
         gsize       size)
{
  return size >= 2 && memcmp (data, "\x1f\x8b", 2) == 0;
}

static GBytes *
unpack (const char  *data,
        gsize        size,
        GError     **error)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data (data, size, NULL);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (source, converter);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16 * 1024];
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      g_byte_array_append (bytes, buffer, n);
      if (bytes->len > MAX_UNPACKED)
        n = -1;
      if (n < 0)
        break;
    }
  if (n == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));

  if (bytes->len > MAX_UNPACKED)
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Let the machine fetch large files itself."), NULL,
                      _("The user-data unpacks to more than %d MiB."), MAX_UNPACKED / 1024 / 1024);
  else
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Pack it with gzip again."), NULL,
                      _("The user-data is packed, but cannot be unpacked."));
  return NULL;
}

/* Takes @text. */
static HostelUserDataPart *
add (GPtrArray              *parts,
     HostelUserDataPartType  type,
     char                   *text,
     gsize                   length,
     guint                   line,
     gboolean                encoded)
{
  HostelUserDataPart *part = g_new0 (HostelUserDataPart, 1);

  part->type = type;
  part->text = text;
  part->length = length;
  part->line = line;
  part->encoded = encoded;
  g_ptr_array_add (parts, part);

  return part;
}

/* What is being taken apart. */
typedef struct
{
  GPtrArray *parts;
  GError    *error;
} Split;

/* Of a packed part cloud-init makes a message once more. */
static void
add_packed (Split      *split,
            const char *packed,
            gsize       length,
            guint       line)
{
  g_autoptr (GBytes) bytes = unpack (packed, length, split->error == NULL ? &split->error : NULL);
  g_autofree char *text = NULL;
  GString *raw = NULL;
  HostelUserDataPart *part;
  gboolean spoiled;

  if (bytes == NULL)
    return;

  text = g_strndup (g_bytes_get_size (bytes) > 0 ? g_bytes_get_data (bytes, NULL) : "",
                    g_bytes_get_size (bytes));
  if (!g_utf8_validate (text, -1, NULL))
    {
      if (split->error == NULL)
        hostel_error_set (&split->error, HOSTEL_ERROR_INVALID, _("Pack a text."), NULL,
                          _("A packed part is not UTF-8 text, and cloud-init fails at that."));
      return;
    }

  raw = g_string_new (NULL);
  spoiled = hostel_mime_append_raw (raw, text);
  length = raw->len;
  part = add (split->parts, hostel_user_data_detect (text, HOSTEL_USER_DATA_PART_IGNORED),
              g_string_free (raw, FALSE), length, line, TRUE);
  part->spoiled = spoiled;
}

/* Takes @text. */
static void
add_part_cb (const char *mime,
             char       *text,
             gsize       length,
             guint       line,
             gboolean    encoded,
             gboolean    spoiled,
             gpointer    user_data)
{
  static const char * const open[] = { "text/plain", "text/x-not-multipart", "text/x-shellscript", NULL };
  Split *split = user_data;
  HostelUserDataPartType type = type_of_mime (mime);

  if (is_gzip_type (mime))
    {
      add_packed (split, text, length, line);
      g_free (text);
      return;
    }

  if (g_strv_contains (open, mime))
    type = hostel_user_data_detect (text, type);
  add (split->parts, type, text, length, line, encoded)->spoiled = spoiled;
}

/* An entry is a text, or a mapping with "content" and maybe "type"; what is in it is not taken apart
 * any further. */
static void
add_entry (GPtrArray  *parts,
           HostelYaml *entry)
{
  const char *content = hostel_yaml_get_string (entry);
  const char *mime = hostel_yaml_lookup_string (entry, "type");
  HostelYaml *node = hostel_yaml_is_mapping (entry) ? hostel_yaml_lookup (entry, "content") : entry;
  g_autofree guchar *bytes = NULL;
  HostelUserDataPartType type;

  if (hostel_yaml_is_mapping (entry))
    content = hostel_yaml_get_string (node);
  else if (hostel_yaml_get_value_type (entry) != HOSTEL_YAML_TYPE_STRING)
    return;
  if (content == NULL)
    content = "";
  if (node != NULL && hostel_yaml_get_tag (node) == HOSTEL_YAML_TAG_BINARY)
    {
      gsize size;
      guchar *data = g_base64_decode (content, &size);

      bytes = (guchar *) g_strndup ((char *) data, size);
      g_free (data);
      content = (char *) bytes;
    }

  type = mime != NULL ? type_of_mime (mime)
                      : hostel_user_data_detect (content, HOSTEL_USER_DATA_PART_CLOUD_CONFIG);
  if (type == HOSTEL_USER_DATA_PART_ARCHIVE || type == HOSTEL_USER_DATA_PART_INCLUDE)
    type = HOSTEL_USER_DATA_PART_IGNORED;
  add (parts, type, g_strdup (content), strlen (content), node != NULL ? node->line : 0, TRUE);
}

/* The text for a parser, with the lines of the file before it. */
static char *
pad (HostelUserDataPart *part)
{
  guint n = part->encoded ? 0 : part->line;
  g_autofree char *lines = g_strnfill (n, '\n');

  return g_strconcat (lines, part->text, NULL);
}

static gboolean
expand (GPtrArray           *parts,
        HostelUserDataPart  *part,
        GError             **error)
{
  g_autofree char *text = pad (part);
  g_autoptr (HostelYaml) root = hostel_yaml_parse (text, strlen (text), error);

  if (root == NULL)
    return FALSE;
  if (!hostel_yaml_is_sequence (root) && !hostel_yaml_is_null (root))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Write a list of documents."), NULL,
                        _("The archive is not a list, so that cloud-init would ignore it."));
      return FALSE;
    }

  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    add_entry (parts, hostel_yaml_get_child (root, i));

  return TRUE;
}

/* Takes the content of @parts. */
static GPtrArray *
expand_archives (GPtrArray  *parts,
                 gboolean    packed,
                 GError    **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (free_part);

  for (guint i = 0; i < parts->len; i++)
    {
      HostelUserDataPart *part = g_steal_pointer (&g_ptr_array_index (parts, i));

      g_ptr_array_add (all, part);
      part->encoded = part->encoded || packed;
      if (part->type == HOSTEL_USER_DATA_PART_ARCHIVE && !expand (all, part, error))
        return NULL;
    }

  return g_steal_pointer (&all);
}

static gboolean
has_mime_header (const char *data,
                 gsize       size)
{
  g_autofree char *head = g_strndup (data, MIN (size, HEAD_SIZE));
  g_autofree char *lower = NULL;

  for (gsize i = 0; i < MIN (size, HEAD_SIZE); i++)
    {
      if (head[i] == '\0')
        head[i] = ' ';
    }
  lower = g_ascii_strdown (head, -1);

  return strstr (lower, "mime-version:") != NULL;
}

/* Whether it is packed, or parts of a MIME message, so that its own first words mean nothing. */
gboolean
hostel_user_data_is_wrapped (const char *data,
                             gsize       size)
{
  return is_gzip (data, size) ||
         (has_mime_header (data, size) && hostel_mime_has_header (data, data + size));
}

/**
 * hostel_user_data_split:
 * @user_data: any user-data
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable) (element-type HostelUserDataPart): its parts in their order,
 *   an archive's behind it; or %NULL with a %HOSTEL_ERROR_INVALID where it cannot be taken apart
 */
GPtrArray *
hostel_user_data_split (GBytes  *user_data,
                        GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (free_part);
  g_autoptr (GBytes) bytes = g_bytes_ref (user_data);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gboolean packed = is_gzip (data, size);
  Split split = { parts, NULL };

  if (packed)
    {
      GBytes *unpacked = unpack (data, size, error);

      if (unpacked == NULL)
        return NULL;
      g_bytes_unref (bytes);
      bytes = unpacked;
      data = g_bytes_get_data (bytes, &size);
    }
  if (data == NULL)
    data = "";

  if (has_mime_header (data, size))
    {
      g_autofree char *text = g_strndup (data, size);

      if (!g_utf8_validate_len (data, size, NULL))
        {
          hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Encode what is no text as base64."), NULL,
                            _("The user-data has “MIME-Version:” near its begin, but is not UTF-8 "
                              "text, and cloud-init fails at that."));
          return NULL;
        }
      hostel_mime_foreach (text, size, add_part_cb, &split);
      if (split.error != NULL)
        {
          g_propagate_error (error, split.error);
          return NULL;
        }
    }
  else
    {
      char *text = g_malloc (size + 1);

      memcpy (text, data, size);
      text[size] = '\0';
      add (parts, hostel_user_data_detect (text, HOSTEL_USER_DATA_PART_IGNORED), text, size, 0, packed);
    }

  return expand_archives (parts, packed, error);
}
