/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image"

#include "config.h"

#include "hostel-image-private.h"

#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n.h>

#include "hostel-error.h"

/* All that follows is from docs/interop/qcow2.txt and block/qcow2.c of QEMU; its limits are QEMU's
 * own, so that nothing is taken here that QEMU refuses. */
#define HEADER_V2_LENGTH 72
#define HEADER_V3_LENGTH 104
#define MIN_CLUSTER_BITS 9
#define MAX_CLUSTER_BITS 21
#define MAX_L1_BYTES (32 * 1024 * 1024)
#define MAX_REFCOUNT_TABLE_BYTES (8 * 1024 * 1024)
#define MAX_REFCOUNT_ORDER 6
#define MAX_SNAPSHOTS 65536
#define MIN_CLUSTER_BITS_EXTENDED 14

#define INCOMPATIBLE_DIRTY G_GUINT64_CONSTANT (0x01)
#define INCOMPATIBLE_CORRUPT G_GUINT64_CONSTANT (0x02)
#define INCOMPATIBLE_DATA_FILE G_GUINT64_CONSTANT (0x04)
#define INCOMPATIBLE_COMPRESSION G_GUINT64_CONSTANT (0x08)
#define INCOMPATIBLE_EXTENDED_L2 G_GUINT64_CONSTANT (0x10)
#define INCOMPATIBLE_KNOWN G_GUINT64_CONSTANT (0x1f)

#define OFFSET_MASK G_GUINT64_CONSTANT (0x00fffffffffffe00)
#define L1_RESERVED G_GUINT64_CONSTANT (0x7f000000000001ff)
#define L2_RESERVED G_GUINT64_CONSTANT (0x3f000000000001fe)
#define L2_COMPRESSED (G_GUINT64_CONSTANT (1) << 62)
#define L2_ZERO G_GUINT64_CONSTANT (1)

typedef struct
{
  guint32 version;
  guint64 backing_file_offset;
  guint32 backing_file_size;
  guint32 cluster_bits;
  guint64 size;
  guint32 crypt_method;
  guint32 l1_size;
  guint64 l1_offset;
  guint64 refcount_table_offset;
  guint32 refcount_table_clusters;
  guint32 snapshots;
  guint64 snapshots_offset;
  guint64 incompatible;
  guint32 refcount_order;
  guint32 header_length;
  guint8  compression_type;
} Header;

static guint32
be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT32_FROM_BE (value);
}

static guint64
be64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT64_FROM_BE (value);
}

static void
decode (const guint8 *bytes,
        Header       *header)
{
  memset (header, 0, sizeof *header);
  header->version = be32 (bytes + 4);
  header->backing_file_offset = be64 (bytes + 8);
  header->backing_file_size = be32 (bytes + 16);
  header->cluster_bits = be32 (bytes + 20);
  header->size = be64 (bytes + 24);
  header->crypt_method = be32 (bytes + 32);
  header->l1_size = be32 (bytes + 36);
  header->l1_offset = be64 (bytes + 40);
  header->refcount_table_offset = be64 (bytes + 48);
  header->refcount_table_clusters = be32 (bytes + 56);
  header->snapshots = be32 (bytes + 60);
  header->snapshots_offset = be64 (bytes + 64);
  header->refcount_order = 4;
  header->header_length = HEADER_V2_LENGTH;

  if (header->version < 3)
    return;

  header->incompatible = be64 (bytes + 72);
  header->refcount_order = be32 (bytes + 96);
  header->header_length = be32 (bytes + 100);
  if (header->header_length > HEADER_V3_LENGTH)
    header->compression_type = bytes[104];
}

static gboolean
unsupported (HostelImageFile  *file,
             GError          **error,
             const char       *details,
             char             *message)
{
  g_autofree char *owned = message;
  g_autofree char *word = hostel_image_file_dup_word (file);
  g_autofree char *remedy = g_strdup_printf (_("Convert it where it was made: qemu-img convert -O "
                                               "qcow2 -o compat=1.1 %s NEW.qcow2"), word);

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, remedy, details, "%s", owned);

  return FALSE;
}

/* It would make the hypervisor open any file of the host's for the guest. */
static gboolean
refuse_backing_file (HostelImageFile  *file,
                     const Header     *header,
                     GError          **error)
{
  char name[1024] = { 0 };
  gsize length = MIN (header->backing_file_size, sizeof name - 1);
  g_autofree char *text = NULL;
  g_autofree char *word = hostel_image_file_dup_word (file);
  g_autofree char *remedy = g_strdup_printf (_("Use a complete image. If you have made this one "
                                               "yourself, this makes a complete one: qemu-img "
                                               "convert -O qcow2 %s NEW.qcow2"), word);

  if (!hostel_image_file_read_at (file, header->backing_file_offset, name, length))
    name[0] = '\0';
  text = g_utf8_make_valid (name, -1);

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, remedy,
                    *text != '\0' ? text : NULL,
                    _("“%s” has a backing file: it is only the difference to another file, which the "
                      "machine could then read."), file->name);

  return FALSE;
}

/* Each refusal here is about what an image asks for, not about damage. */
static gboolean
check_features (HostelImageFile  *file,
                const Header     *header,
                GError          **error)
{
  if (header->backing_file_offset != 0 || header->backing_file_size != 0)
    return refuse_backing_file (file, header, error);

  if (header->incompatible & INCOMPATIBLE_DATA_FILE)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Use a complete image."), NULL,
                        _("“%s” has an external data file, which could be any file of the host."),
                        file->name);
      return FALSE;
    }

  if (header->crypt_method != 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Choose an image that is not encrypted."), NULL,
                        _("“%s” is encrypted, which is not supported."), file->name);
      return FALSE;
    }

  if (header->incompatible & ~INCOMPATIBLE_KNOWN)
    {
      g_autofree char *details =
        g_strdup_printf ("incompatible features 0x%" G_GINT64_MODIFIER "x", header->incompatible);

      return unsupported (file, error, details,
                          g_strdup_printf (_("“%s” needs features of a newer QEMU."), file->name));
    }

  if (header->incompatible & INCOMPATIBLE_CORRUPT)
    return hostel_image_file_damaged (file, "corrupt bit", error);

  return TRUE;
}

static gboolean
check_header (HostelImageFile  *file,
              const Header     *header,
              GError          **error)
{
  gboolean has_type = (header->incompatible & INCOMPATIBLE_COMPRESSION) != 0;
  gboolean extended = (header->incompatible & INCOMPATIBLE_EXTENDED_L2) != 0;

  if (header->cluster_bits < MIN_CLUSTER_BITS || header->cluster_bits > MAX_CLUSTER_BITS)
    return hostel_image_file_damaged (file, "cluster size", error);

  if (header->version >= 3 &&
      (header->header_length < HEADER_V3_LENGTH ||
       header->header_length > (1u << header->cluster_bits)))
    return hostel_image_file_damaged (file, "header length", error);

  if (!check_features (file, header, error))
    return FALSE;

  if (header->refcount_order > MAX_REFCOUNT_ORDER)
    return hostel_image_file_damaged (file, "refcount width", error);

  if (header->compression_type > 1)
    return unsupported (file, error, "compression type",
                        g_strdup_printf (_("“%s” needs features of a newer QEMU."), file->name));
  if (has_type != (header->compression_type != 0))
    return hostel_image_file_damaged (file, "compression type", error);

  if (extended && header->cluster_bits < MIN_CLUSTER_BITS_EXTENDED)
    return hostel_image_file_damaged (file, "subclusters", error);

  if (header->snapshots > MAX_SNAPSHOTS)
    return hostel_image_file_damaged (file, "number of snapshots", error);

  return TRUE;
}

/* QEMU lets the file end within the last cluster, and so does qemu-img check. */
static gboolean
is_inside (HostelImageFile *file,
           guint64          offset,
           guint64          size)
{
  guint64 end;

  if (!g_uint64_checked_add (&end, offset, size))
    return FALSE;

  return end < file->file_size + (G_GUINT64_CONSTANT (1) << file->cluster_bits);
}

static gboolean
is_table (HostelImageFile *file,
          guint64          offset,
          guint64          size)
{
  guint64 cluster_size = G_GUINT64_CONSTANT (1) << file->cluster_bits;

  return offset != 0 && offset % cluster_size == 0 && is_inside (file, offset, size);
}

static gboolean
truncated (HostelImageFile  *file,
           const char       *details,
           GError          **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Download or copy it again."), details,
                    _("“%s” is cut off: parts of the disk are missing."), file->name);

  return FALSE;
}

static gboolean
check_tables (HostelImageFile  *file,
              const Header     *header,
              GError          **error)
{
  guint64 cluster_size = G_GUINT64_CONSTANT (1) << file->cluster_bits;
  guint64 entries = cluster_size / (file->extended_l2 ? 16 : 8);
  guint64 needed = header->size / (cluster_size * entries) +
                   (header->size % (cluster_size * entries) != 0);
  guint64 refcount_bytes = header->refcount_table_clusters * cluster_size;

  if (header->size == 0 || header->size > G_MAXINT64)
    return hostel_image_file_damaged (file, "disk size", error);

  if (header->l1_size > MAX_L1_BYTES / 8 || header->l1_size < needed)
    return hostel_image_file_damaged (file, "L1 table size", error);

  if (header->refcount_table_clusters == 0 || refcount_bytes > MAX_REFCOUNT_TABLE_BYTES)
    return hostel_image_file_damaged (file, "refcount table size", error);

  if (header->l1_offset % cluster_size != 0 || header->refcount_table_offset % cluster_size != 0)
    return hostel_image_file_damaged (file, "table offset", error);

  if (!is_table (file, header->l1_offset, header->l1_size * 8))
    return truncated (file, "L1 table", error);
  if (!is_table (file, header->refcount_table_offset, refcount_bytes))
    return truncated (file, "refcount table", error);
  if (header->snapshots > 0 && header->snapshots_offset >= file->file_size)
    return truncated (file, "snapshot table", error);

  return TRUE;
}

/*< private >
 * hostel_image_qcow2_open:
 * @file: an open file that begins with the magic of qcow2
 * @error: set to %HOSTEL_ERROR_INVALID or %HOSTEL_ERROR_UNSUPPORTED
 *
 * Reads the header and the places of its tables into @file.
 *
 * Returns: %TRUE if QEMU could open it, too
 */
gboolean
hostel_image_qcow2_open (HostelImageFile  *file,
                         GError          **error)
{
  guint8 bytes[112] = { 0 };
  Header header;

  if (file->file_size < HEADER_V2_LENGTH)
    return truncated (file, "header", error);

  if (!hostel_image_file_read_at (file, 0, bytes, MIN (file->file_size, sizeof bytes)))
    return hostel_image_file_damaged (file, "header", error);

  decode (bytes, &header);
  if (header.version != 2 && header.version != 3)
    return unsupported (file, error, NULL,
                        g_strdup_printf (_("“%s” is a QCOW image of an unknown version."),
                                         file->name));
  if (file->file_size < header.header_length)
    return truncated (file, "header", error);

  if (!check_header (file, &header, error))
    return FALSE;

  file->cluster_bits = header.cluster_bits;
  file->extended_l2 = (header.incompatible & INCOMPATIBLE_EXTENDED_L2) != 0;
  file->zstd = header.compression_type == 1;
  file->l1_offset = header.l1_offset;
  file->l1_size = header.l1_size;
  file->virtual_size = header.size / 512 * 512;

  return check_tables (file, &header, error);
}

static void
parse_compressed (HostelImageFile *file,
                  guint64          entry,
                  guint64         *offset,
                  guint64         *size)
{
  guint shift = 62 - (file->cluster_bits - 8);
  guint64 sectors;

  *offset = entry & ((G_GUINT64_CONSTANT (1) << shift) - 1);
  sectors = ((entry >> shift) & ((G_GUINT64_CONSTANT (1) << (file->cluster_bits - 8)) - 1)) + 1;
  *size = sectors * 512 - (*offset & 511);
}

static gboolean
check_l2_entry (HostelImageFile  *file,
                guint64           entry,
                GError          **error)
{
  guint64 cluster_size = G_GUINT64_CONSTANT (1) << file->cluster_bits;
  guint64 offset;
  guint64 size;

  if (entry & L2_COMPRESSED)
    {
      parse_compressed (file, entry, &offset, &size);

      return is_inside (file, offset, size) || truncated (file, "compressed cluster", error);
    }

  offset = entry & OFFSET_MASK;
  if ((entry & L2_RESERVED) || offset % cluster_size != 0)
    return hostel_image_file_damaged (file, "L2 entry", error);

  return offset == 0 || is_inside (file, offset, cluster_size) ||
         truncated (file, "cluster", error);
}

static gboolean
check_l2 (HostelImageFile  *file,
          guint64           l1_entry,
          guint8           *buffer,
          GError          **error)
{
  guint64 cluster_size = G_GUINT64_CONSTANT (1) << file->cluster_bits;
  guint64 offset = l1_entry & OFFSET_MASK;
  gsize step = file->extended_l2 ? 16 : 8;
  gsize i;

  if ((l1_entry & L1_RESERVED) || offset % cluster_size != 0)
    return hostel_image_file_damaged (file, "L1 entry", error);

  /* The table has to be there whole: unlike data, its end cannot be taken as zeros. */
  if (offset > file->file_size || file->file_size - offset < cluster_size)
    return truncated (file, "L2 table", error);
  if (!hostel_image_file_read_at (file, offset, buffer, cluster_size))
    return hostel_image_file_damaged (file, "L2 table", error);

  for (i = 0; i < cluster_size; i += step)
    if (!check_l2_entry (file, be64 (buffer + i), error))
      return FALSE;

  return TRUE;
}

/*< private >
 * hostel_image_qcow2_check:
 * @file: a file that hostel_image_qcow2_open() has taken
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Follows the L1 and L2 tables, 1/8192 of the disk's size at 64 KiB a cluster, to see whether all
 * that they point to is in the file; a download that broke off mostly has its tables. The rules are
 * those of qemu-img check, but for the reference counts, which nothing reads in a base image.
 *
 * Returns: %TRUE if the file is whole
 */
gboolean
hostel_image_qcow2_check (HostelImageFile  *file,
                          GError          **error)
{
  guint64 cluster_size = G_GUINT64_CONSTANT (1) << file->cluster_bits;
  gsize l1_bytes = (gsize) file->l1_size * 8;
  g_autofree guint8 *l1 = g_malloc0 (l1_bytes);
  g_autofree guint8 *buffer = g_malloc (cluster_size);
  guint64 tables = 0;
  gsize i;

  if (file->l1_offset >= file->file_size)
    return truncated (file, "L1 table", error);
  if (!hostel_image_file_read_at (file, file->l1_offset, l1,
                                  MIN (l1_bytes, file->file_size - file->l1_offset)))
    return hostel_image_file_damaged (file, "L1 table", error);

  for (i = 0; i < l1_bytes; i += 8)
    {
      guint64 entry = be64 (l1 + i);

      if ((entry & OFFSET_MASK) == 0 && (entry & L1_RESERVED) == 0)
        continue;

      /* Each has a cluster of its own; a file that repeats one could be read for ever. */
      if (++tables > file->file_size / cluster_size)
        return hostel_image_file_damaged (file, "L2 tables overlap", error);

      if (!check_l2 (file, entry, buffer, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
inflate_zlib (const guint8 *source,
              gsize         length,
              guint8       *buffer,
              gsize         size)
{
  g_autoptr (GZlibDecompressor) inflater = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);
  gsize done = 0;

  while (done < size)
    {
      gsize n_read;
      gsize n_written;
      GConverterResult result;

      result = g_converter_convert (G_CONVERTER (inflater), source, length, buffer + done,
                                    size - done, G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL);
      if (result == G_CONVERTER_ERROR || (n_read == 0 && n_written == 0))
        return FALSE;
      source += n_read;
      length -= n_read;
      done += n_written;
      if (result == G_CONVERTER_FINISHED)
        break;
    }

  return done == size;
}

/* RFC 8878, 3.1.1: where the frame ends. What follows, up to the end of the sector, is of the next
 * cluster, and libarchive would take it for a second frame. */
static gsize
zstd_frame_length (const guint8 *source,
                   gsize         length)
{
  static const gsize dictionary_id[] = { 0, 1, 2, 4 };
  static const gsize content_size[] = { 0, 2, 4, 8 };
  gboolean single;
  gboolean last = FALSE;
  gsize p;

  if (length < 6)
    return 0;

  single = (source[4] & 0x20) != 0;
  p = 5 + (single ? 0 : 1) + dictionary_id[source[4] & 3] +
      (single && source[4] >> 6 == 0 ? 1 : content_size[source[4] >> 6]);
  while (!last)
    {
      guint32 header;

      if (p + 3 > length)
        return 0;
      header = source[p] | (guint32) source[p + 1] << 8 | (guint32) source[p + 2] << 16;
      last = (header & 1) != 0;
      /* A run of one byte has a block of one. */
      p += 3 + ((header >> 1 & 3) == 1 ? 1 : header >> 3);
    }
  p += source[4] & 0x04 ? 4 : 0;

  return p <= length ? p : 0;
}

static gboolean
inflate_zstd (const guint8 *source,
              gsize         length,
              guint8       *buffer,
              gsize         size)
{
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  gboolean done = FALSE;

  length = zstd_frame_length (source, length);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_raw (archive);
  if (archive_read_open_memory (archive, source, length) == ARCHIVE_OK &&
      archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    done = archive_read_data (archive, buffer, size) == (la_ssize_t) size;
  archive_read_free (archive);

  return done;
}

static gboolean
read_compressed (HostelImageFile *file,
                 guint64          entry,
                 guint8          *buffer)
{
  gsize cluster_size = (gsize) 1 << file->cluster_bits;
  g_autofree guint8 *source = NULL;
  guint64 offset;
  guint64 size;

  parse_compressed (file, entry, &offset, &size);
  if (offset >= file->file_size)
    return FALSE;

  size = MIN (size, file->file_size - offset);
  source = g_malloc (size);
  if (!hostel_image_file_read_at (file, offset, source, size))
    return FALSE;

  return file->zstd ? inflate_zstd (source, size, buffer, cluster_size)
                    : inflate_zlib (source, size, buffer, cluster_size);
}

/*< private >
 * hostel_image_qcow2_read:
 * @file: a file that hostel_image_qcow2_check() has taken
 * @cluster: which cluster of the guest's disk
 * @buffer: room for one cluster
 *
 * Returns: %TRUE if the cluster could be read
 */
gboolean
hostel_image_qcow2_read (HostelImageFile *file,
                         guint64          cluster,
                         guint8          *buffer)
{
  gsize cluster_size = (gsize) 1 << file->cluster_bits;
  gsize step = file->extended_l2 ? 16 : 8;
  guint64 entries = cluster_size / step;
  guint8 bytes[8];
  guint64 offset;
  guint64 entry;

  memset (buffer, 0, cluster_size);
  if (cluster / entries >= file->l1_size ||
      !hostel_image_file_read_at (file, file->l1_offset + cluster / entries * 8, bytes, 8))
    return FALSE;

  if ((offset = be64 (bytes) & OFFSET_MASK) == 0)
    return TRUE;
  if (!hostel_image_file_read_at (file, offset + cluster % entries * step, bytes, 8))
    return FALSE;

  entry = be64 (bytes);
  if (entry & L2_COMPRESSED)
    return read_compressed (file, entry, buffer);

  offset = entry & OFFSET_MASK;
  if (offset == 0 || (!file->extended_l2 && (entry & L2_ZERO)) || offset >= file->file_size)
    return TRUE;

  return hostel_image_file_read_at (file, offset, buffer,
                                    MIN (cluster_size, file->file_size - offset));
}
