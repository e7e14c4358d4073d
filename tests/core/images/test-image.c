/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "disc-builder.h"
#include "hostel-error.h"
#include "hostel-image-disc.h"
#include "hostel-image.h"
#include "image-builder.h"
#include "long.h"

#define GOOD (-1)
#define INVALID HOSTEL_ERROR_INVALID
#define UNSUPPORTED HOSTEL_ERROR_UNSUPPORTED

#define L1 (3 * IMAGE_CLUSTER)
#define L2 (4 * IMAGE_CLUSTER)
#define COPIED (G_GUINT64_CONSTANT (1) << 63)

static char *folder;   /* of this run, removed at its end */
static char *qemu_img; /* NULL where it is not installed: then there is no oracle */

typedef struct
{
  const char *what;
  guint       bits;     /* of the field: 32, 64, or 0 for none */
  gsize       offset;
  guint64     value;
  gsize       length;   /* of the file, 0: as built */
  int         expected; /* GOOD or a HostelError */
  gboolean    stricter; /* ours alone: QEMU would take it */
} Spoil;

static const Spoil spoils[] = {
  { "whole", 0, 0, 0, 0, GOOD, FALSE },
  { "version 0", 32, 4, 0, 0, UNSUPPORTED, FALSE },
  { "version 1", 32, 4, 1, 0, UNSUPPORTED, TRUE },
  { "version 4", 32, 4, 4, 0, UNSUPPORTED, FALSE },
  { "version 2^31", 32, 4, 0x80000000, 0, UNSUPPORTED, FALSE },
  { "backing file", 64, 8, 0x200, 0, UNSUPPORTED, TRUE },
  { "backing file at the end of the world", 64, 8, G_MAXUINT64, 0, UNSUPPORTED, TRUE },
  { "backing file's length alone", 32, 16, 11, 0, UNSUPPORTED, TRUE },
  { "clusters of 256 bytes", 32, 20, 8, 0, INVALID, FALSE },
  { "clusters of 4 MiB", 32, 20, 22, 0, INVALID, FALSE },
  { "clusters of 2^32-1 bits", 32, 20, 0xffffffff, 0, INVALID, FALSE },
  { "an empty disk", 64, 24, 0, 0, INVALID, TRUE },
  { "a disk of 2^63 bytes", 64, 24, G_GUINT64_CONSTANT (1) << 63, 0, INVALID, FALSE },
  { "a disk of 2^63-1 bytes", 64, 24, G_MAXINT64, 0, INVALID, FALSE },
  { "a disk of 2^64-1 bytes", 64, 24, G_MAXUINT64, 0, INVALID, FALSE },
  { "a disk larger than its table", 64, 24, G_GUINT64_CONSTANT (1) << 40, 0, INVALID, FALSE },
  { "a disk that ends within a sector", 64, 24, IMAGE_VIRTUAL_SIZE - 100, 0, GOOD, FALSE },
  { "AES", 32, 32, 1, 0, UNSUPPORTED, TRUE },
  { "LUKS", 32, 32, 2, 0, UNSUPPORTED, TRUE },
  { "a cipher of the future", 32, 32, 7, 0, UNSUPPORTED, FALSE },
  { "no L1 table", 32, 36, 0, 0, INVALID, FALSE },
  { "an L1 table of 32 GiB", 32, 36, 0xffffffff, 0, INVALID, FALSE },
  { "an L1 table that does not fit", 32, 36, 0x100000, 0, INVALID, FALSE },
  { "L1 at 0", 64, 40, 0, 0, INVALID, FALSE },
  { "L1 between clusters", 64, 40, L1 + 512, 0, INVALID, FALSE },
  { "L1 behind the end", 64, 40, G_GUINT64_CONSTANT (1) << 40, 0, INVALID, FALSE },
  { "L1 at 2^64-64K", 64, 40, G_MAXUINT64 - IMAGE_CLUSTER + 1, 0, INVALID, FALSE },
  { "refcounts between clusters", 64, 48, IMAGE_CLUSTER + 8, 0, INVALID, FALSE },
  { "refcounts behind the end", 64, 48, G_GUINT64_CONSTANT (1) << 40, 0, INVALID, FALSE },
  { "refcounts at 2^64-64K", 64, 48, G_MAXUINT64 - IMAGE_CLUSTER + 1, 0, INVALID, FALSE },
  { "no refcounts", 32, 56, 0, 0, INVALID, FALSE },
  { "too many refcounts", 32, 56, 0xffffffff, 0, INVALID, FALSE },
  { "too many snapshots", 32, 60, 65537, 0, INVALID, FALSE },
  { "feature: dirty", 64, 72, 0x01, 0, GOOD, FALSE },
  { "feature: corrupt", 64, 72, 0x02, 0, INVALID, TRUE },
  { "feature: data file", 64, 72, 0x04, 0, UNSUPPORTED, TRUE },
  { "feature: compression without a type", 64, 72, 0x08, 0, INVALID, FALSE },
  { "feature: of the future", 64, 72, 0x20, 0, UNSUPPORTED, FALSE },
  { "feature: the last bit", 64, 72, G_GUINT64_CONSTANT (1) << 63, 0, UNSUPPORTED, FALSE },
  { "compatible feature of the future", 64, 80, 0x100, 0, GOOD, FALSE },
  { "autoclear feature of the future", 64, 88, 0x100, 0, GOOD, FALSE },
  { "refcounts of 128 bits", 32, 96, 7, 0, INVALID, FALSE },
  { "a short header", 32, 100, 96, 0, INVALID, FALSE },
  { "a longer header", 32, 100, 112, 0, GOOD, FALSE },
  { "a header longer than a cluster", 32, 100, 2 * IMAGE_CLUSTER, 0, INVALID, FALSE },
  { "a header of 2^32-1 bytes", 32, 100, 0xffffffff, 0, INVALID, FALSE },
  { "reserved bits in L1", 64, L1, COPIED | 4 * IMAGE_CLUSTER | 8, 0, INVALID, FALSE },
  { "L2 between clusters", 64, L1, COPIED | (4 * IMAGE_CLUSTER + 512), 0, INVALID, FALSE },
  { "L2 behind the end", 64, L1, COPIED | (G_GUINT64_CONSTANT (1) << 40), 0, INVALID, FALSE },
  { "reserved bits in L2", 64, L2, COPIED | 5 * IMAGE_CLUSTER | 8, 0, INVALID, FALSE },
  { "data between clusters", 64, L2, COPIED | (5 * IMAGE_CLUSTER + 512), 0, INVALID, FALSE },
  { "data behind the end", 64, L2 + 8, COPIED | 64 * IMAGE_CLUSTER, 0, INVALID, FALSE },
  { "compressed behind the end", 64, L2 + 8, (G_GUINT64_CONSTANT (1) << 62) | 64 * IMAGE_CLUSTER, 0,
    INVALID, FALSE },
  { "nothing but the magic", 0, 0, 0, 4, INVALID, FALSE },
  { "cut in the header", 0, 0, 0, 60, INVALID, FALSE },
  { "cut in the header of version 3", 0, 0, 0, 80, INVALID, FALSE },
  { "cut before the tables", 0, 0, 0, IMAGE_CLUSTER, INVALID, FALSE },
  { "cut before L2", 0, 0, 0, 4 * IMAGE_CLUSTER, INVALID, FALSE },
  { "cut before the data", 0, 0, 0, 5 * IMAGE_CLUSTER, INVALID, FALSE },
  { "cut in the last cluster", 0, 0, 0, 5 * IMAGE_CLUSTER + 512, GOOD, FALSE },
};

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static char *
write_file (const char    *name,
            gconstpointer  data,
            gsize          length)
{
  char *path = path_of (name);

  g_unlink (path);
  g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));

  return path;
}

static gboolean
run (const char * const  *argv,
     char               **out,
     int                 *status)
{
  g_autofree char *errors = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                               NULL, NULL, out, NULL, status, NULL));

  return *status == 0;
}

/* What QEMU itself says: 0 for refused, else the virtual size. */
static guint64
ask_qemu (const char *path,
          const char *format)
{
  const char *info[] = { qemu_img, "info", "--output=json", path, NULL };
  const char *check[] = { qemu_img, "check", "-q", path, NULL };
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *out = NULL;
  JsonObject *object;
  int status;

  if (!run (info, &out, &status))
    return 0;

  g_assert_true (json_parser_load_from_data (parser, out, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  if (!g_str_equal (json_object_get_string_member (object, "format"), format))
    return 0;

  /* 3 is leaks alone; a raw image cannot be checked. */
  if (g_str_equal (format, "qcow2") && !run (check, NULL, &status) &&
      !(WIFEXITED (status) && WEXITSTATUS (status) == 3))
    return 0;

  return (guint64) json_object_get_int_member (object, "virtual-size");
}

static void
assert_verdict (const char *path,
                const char *what,
                int         expected,
                gboolean    stricter)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImage) image = hostel_image_new_from_path (path, &error);

  g_test_message ("%s: %s", what, image ? "taken" : error->message);
  if (expected == GOOD)
    {
      g_assert_no_error (error);
      if (qemu_img)
        g_assert_cmpuint (ask_qemu (path, hostel_image_get_format_name (image)), ==,
                          hostel_image_get_virtual_size (image));
      return;
    }

  g_assert_null (image);
  g_assert_error (error, HOSTEL_ERROR, expected);
  g_assert_nonnull (hostel_error_get_remedy (error));
  if (qemu_img && !stricter)
    g_assert_cmpuint (ask_qemu (path, "qcow2"), ==, 0);
}

static void
test_spoiled (gconstpointer data)
{
  const Spoil *spoil = data;
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autofree char *path = NULL;

  memcpy (bytes->data + 0x200, "/etc/passwd", 11);
  if (spoil->bits == 32)
    image_put32 (bytes, spoil->offset, (guint32) spoil->value);
  else if (spoil->bits == 64)
    image_put64 (bytes, spoil->offset, spoil->value);

  path = write_file ("spoiled.qcow2", bytes->data, spoil->length ? spoil->length : bytes->len);
  assert_verdict (path, spoil->what, spoil->expected, spoil->stricter);
}

static void
test_version_2 (void)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (2);
  g_autofree char *path = NULL;

  /* Version 2 has no features: what stands there is something else. */
  image_put64 (bytes, 72, 0);
  path = write_file ("two.qcow2", bytes->data, bytes->len);
  assert_verdict (path, "version 2", GOOD, FALSE);
}

/* 400 rounds in the usual run, in a long one as many as go into that part of a minute. */
static gboolean
goes_on (guint  round,
         gint64 begun,
         double part)
{
  return round < 400 ||
         (long_is_asked () &&
          (double) (g_get_monotonic_time () - begun) < part * G_TIME_SPAN_MINUTE);
}

/* Whatever the header and the tables hold, the answer is an image or a sentence, and soon. */
static void
test_random (void)
{
  static const struct { gsize offset; gint32 length; } places[] = {
    { 4, 108 }, { L1, 16 }, { L2, 64 }, { IMAGE_CLUSTER, 16 },
  };
  const gint64 begun = g_get_monotonic_time ();
  guint taken = 0;
  guint i;
  guint j;

  for (i = 0; goes_on (i, begun, 0.6); i++)
    {
      g_autoptr (GByteArray) bytes = image_build_qcow2 (i % 4 ? 3 : 2);
      g_autoptr (HostelImage) image = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      guint changes = (guint) g_test_rand_int_range (1, 5);
      gsize length = (gsize) (i % 8 ? (gint32) bytes->len : g_test_rand_int_range (1, 6 * IMAGE_CLUSTER));

      for (j = 0; j < changes; j++)
        {
          guint place = (guint) g_test_rand_int_range (0, G_N_ELEMENTS (places));
          gsize at = places[place].offset + (gsize) g_test_rand_int_range (0, places[place].length);

          bytes->data[at] = g_test_rand_bit () ? (guint8) g_test_rand_int () : 0xff;
        }

      path = write_file ("random.qcow2", bytes->data, length);
      image = hostel_image_new_from_path (path, &error);
      g_assert_true ((image == NULL) == (error != NULL));
      taken += image != NULL;
    }

  g_test_message ("%u of %u taken", taken, i);
}

/* 64 L1 entries of one L2 table: read again and again it would take for ever. */
static void
test_loop (void)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autofree char *path = NULL;
  guint i;

  image_put64 (bytes, 24, G_GUINT64_CONSTANT (512) * 1024 * 1024 * 64);
  image_put32 (bytes, 36, 64);
  for (i = 0; i < 64; i++)
    image_put64 (bytes, L1 + 8 * i, COPIED | 4 * IMAGE_CLUSTER);
  path = write_file ("loop.qcow2", bytes->data, bytes->len);
  assert_verdict (path, "L2 tables that are one", INVALID, FALSE);
}

static void
test_backing_is_told (void)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  memcpy (bytes->data + 0x200, "/etc/passwd", 11);
  image_put64 (bytes, 8, 0x200);
  image_put32 (bytes, 16, 11);
  path = write_file ("backed.qcow2", bytes->data, bytes->len);
  g_assert_null (hostel_image_new_from_path (path, &error));
  g_assert_nonnull (strstr (error->message, "backed.qcow2"));
  g_assert_nonnull (strstr (error->message, "backing file"));
  g_assert_cmpstr (hostel_error_get_details (error), ==, "/etc/passwd");
}

typedef struct
{
  const char *what;
  const char *data;
  gsize       length;
  gsize       offset;  /* where @data stands, zeros around it */
  gsize       size;    /* of the file */
  int         expected;
  const char *word;    /* that the sentence or the remedy must have */
} Magic;

static const Magic magics[] = {
  { "VMDK", "KDMV", 4, 0, 4096, UNSUPPORTED, "qemu-img convert" },
  { "VMDK descriptor", "# Disk DescriptorFile\n", 22, 0, 4096, UNSUPPORTED, "VMDK" },
  { "VHD", "conectix", 8, 0, 4096, UNSUPPORTED, "VHD" },
  { "VHDX", "vhdxfile", 8, 0, 4096, UNSUPPORTED, "VHDX" },
  { "VDI", "\x7f\x10\xda\xbe", 4, 64, 4096, UNSUPPORTED, "VDI" },
  { "LUKS", "LUKS\xba\xbe", 6, 0, 4096, UNSUPPORTED, "LUKS" },
  { "gzip", "\x1f\x8b\x08", 3, 0, 4096, UNSUPPORTED, "gunzip" },
  { "xz", "\xfd" "7zXZ\0", 6, 0, 4096, UNSUPPORTED, "unxz" },
  { "zstd", "\x28\xb5\x2f\xfd", 4, 0, 4096, UNSUPPORTED, "unzstd" },
  { "ZIP", "PK\x03\x04", 4, 0, 4096, UNSUPPORTED, "Unpack" },
  { "tar", "ustar", 5, 257, 4096, UNSUPPORTED, "tar" },
  { "ISO", "CD001", 5, 32769, 65536, UNSUPPORTED, "no virtual machine can boot from" },
  { "a text", "This is no disk.\n", 17, 0, 17, INVALID, "text file" },
  { "a page", "\n<!DOCTYPE html><html>404</html>\n", 33, 0, 33, INVALID, "web page" },
  { "a picture", "\x89PNG\r\n\x1a\n", 8, 0, 4096, INVALID, "boot sector" },
  { "zeros", "", 0, 0, 1048576, INVALID, "boot sector" },
  { "one byte", "\0", 1, 0, 1, INVALID, "boot sector" },
  { "nothing", "", 0, 0, 0, INVALID, "empty" },
  { "almost a boot sector", "\x55", 1, 510, 511, INVALID, "boot sector" },
};

static void
test_magic (gconstpointer data)
{
  const Magic *magic = data;
  g_autofree char *bytes = g_malloc0 (magic->size + 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *line = NULL;

  memcpy (bytes + magic->offset, magic->data, magic->length);
  path = write_file ("called.qcow2", bytes, magic->size);
  assert_verdict (path, magic->what, magic->expected, TRUE);
  g_assert_null (hostel_image_new_from_path (path, &error));
  line = hostel_error_to_line (error);
  g_assert_nonnull (strstr (line, magic->word));
  g_assert_nonnull (strstr (line, "called.qcow2"));
}

static void
test_raw (void)
{
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  g_autofree char *path = write_file ("disk.raw", bytes->data, bytes->len);
  g_autofree char *odd = NULL;
  g_autofree char *hybrid = NULL;
  g_autofree char *vhd = NULL;

  assert_verdict (path, "raw", GOOD, FALSE);

  odd = write_file ("odd.raw", bytes->data, 1000);
  assert_verdict (odd, "raw that ends within a sector", GOOD, FALSE);

  memcpy (bytes->data + 32769, "CD001", 5);
  hybrid = write_file ("hybrid.img", bytes->data, bytes->len);
  assert_verdict (hybrid, "a disc with a boot sector", UNSUPPORTED, TRUE);

  memset (bytes->data + 32769, 0, 5);
  memcpy (bytes->data + bytes->len - 512, "conectix", 8);
  vhd = write_file ("fixed.vhd", bytes->data, bytes->len);
  assert_verdict (vhd, "a fixed VHD", UNSUPPORTED, TRUE);
}

static HostelImage *
load_iso (GByteArray *bytes,
          GError    **error)
{
  g_autofree char *path = write_file ("disc.iso", bytes->data, bytes->len);

  return hostel_image_new_from_path (path, error);
}

static void
test_iso (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GByteArray) bytes = image_build_iso (i & 1, i & 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (HostelImage) image = load_iso (bytes, &error);

      if (i == 0)
        {
          g_assert_error (error, HOSTEL_ERROR, UNSUPPORTED);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpint (hostel_image_get_format (image), ==, HOSTEL_IMAGE_FORMAT_ISO);
      g_assert_cmpint (hostel_image_get_bios_bootable (image), ==, (i & 1) != 0);
      g_assert_cmpint (hostel_image_get_efi_bootable (image), ==, (i & 2) != 0);
      g_assert_cmpuint (hostel_image_get_virtual_size (image), ==, 0);
    }
}

/* Whatever the descriptors and the catalogue hold, the answer is an image or a sentence. */
static char *
read_all (int     fd,
          guint64 size)
{
  char *text = g_malloc0 (size + 1);

  g_assert_cmpint (pread (fd, text, size, 0), ==, (gssize) size);
  g_close (fd, NULL);

  return text;
}

/* A disc says itself what it is; where its installer is, libosinfo says, and the disc has it. */
static void
test_installer (void)
{
  g_autofree char *path = g_build_filename (folder, "any name.iso", NULL);
  g_autofree char *elsewhere = g_build_filename (folder, "elsewhere.iso", NULL);
  g_autoptr (GBytes) kernel = g_bytes_new_static ("a kernel", 8);
  g_autoptr (GBytes) initrd = g_bytes_new_take (g_malloc0 (3 << 20), 3 << 20);
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (HostelImage) other = NULL;
  g_autoptr (GError) error = NULL;
  const HostelInstallerFiles *files;
  g_autofree char *text = NULL;
  guint64 size = 0;
  int fd;

  disc_build (path, "Debian 11.6.0 amd64 n", "install.amd/vmlinuz", kernel,
              "install.amd/initrd.gz", initrd);
  image = hostel_image_new_from_path (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hostel_image_get_os_id (image), ==, "http://debian.org/debian/11");
  files = hostel_image_get_installer (image);
  g_assert_nonnull (files);
  g_assert_cmpstr (files->kernel, ==, "install.amd/vmlinuz");
  g_assert_cmpstr (files->initrd, ==, "install.amd/initrd.gz");

  fd = hostel_image_disc_open_file (path, files->kernel, &size, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 8);
  text = read_all (fd, size);
  g_assert_cmpstr (text, ==, "a kernel");

  g_assert_cmpint (hostel_image_disc_open_file (path, "no/such", &size, NULL, &error), ==, -1);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  /* Cut off behind the kernel. */
  g_assert_cmpint (truncate (path, 1 << 20), ==, 0);
  g_assert_cmpint (hostel_image_disc_open_file (path, files->initrd, &size, NULL, &error), ==, -1);
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
  g_clear_error (&error);

  disc_build (elsewhere, "Debian 11.6.0 amd64 n", "install/vmlinuz", kernel,
              "install.amd/initrd.gz", initrd);
  other = hostel_image_new_from_path (elsewhere, &error);
  g_assert_no_error (error);
  g_assert_null (hostel_image_get_installer (other));
}

/* What libarchive makes of a disc whose structures are wrong. */
static void
test_random_disc (void)
{
  g_autofree char *whole = g_build_filename (folder, "whole.iso", NULL);
  const gint64 begun = g_get_monotonic_time ();
  g_autoptr (GBytes) file = g_bytes_new_take (g_malloc0 (4096), 4096);
  g_autofree char *contents = NULL;
  guint found = 0;
  guint opened = 0;
  gsize length;
  guint i;

  disc_build (whole, "Debian 11.6.0 amd64 n", "install.amd/vmlinuz", file,
              "install.amd/initrd.gz", file);
  g_assert_true (g_file_get_contents (whole, &contents, &length, NULL));

  for (i = 0; goes_on (i, begun, 0.2); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (HostelImage) image = NULL;
      const HostelInstallerFiles *files;
      guint changes = (guint) g_test_rand_int_range (1, 8);

      g_byte_array_append (bytes, (const guint8 *) contents, length);
      while (changes > 0)
        {
          guint8 *at = &bytes->data[g_test_rand_int_range (16 * 2048, (gint32) length)];

          /* Most of a disc is zeros that mean nothing. */
          if (*at == 0 && g_test_rand_int_range (0, 8) != 0)
            continue;
          *at = (guint8) g_test_rand_int ();
          changes--;
        }
      image = load_iso (bytes, &error);
      g_assert_true ((image == NULL) == (error != NULL));

      files = image != NULL ? hostel_image_get_installer (image) : NULL;
      if (files != NULL)
        {
          guint64 size = 0;
          int fd = hostel_image_disc_open_file (hostel_image_get_path (image), files->initrd, &size,
                                                NULL, &error);

          found++;
          g_assert_true ((fd < 0) == (error != NULL));
          if (fd >= 0)
            {
              opened++;
              g_close (fd, NULL);
            }
        }
    }

  g_test_message ("%u of %u with an installer, %u of them readable", found, i, opened);
  g_assert_cmpuint (found, >, 0);
}

static void
test_random_iso (void)
{
  const gint64 begun = g_get_monotonic_time ();
  guint taken = 0;

  for (guint i = 0; goes_on (i, begun, 0.2); i++)
    {
      g_autoptr (GByteArray) bytes = image_build_iso (TRUE, TRUE);
      g_autoptr (GError) error = NULL;
      g_autoptr (HostelImage) image = NULL;

      for (int j = g_test_rand_int_range (1, 5); j > 0; j--)
        bytes->data[16 * 2048 + g_test_rand_int_range (0, 3) * 2048 + g_test_rand_int_range (0, 80)] =
          (guint8) g_test_rand_int ();
      for (int j = g_test_rand_int_range (0, 5); j > 0; j--)
        bytes->data[20 * 2048 + g_test_rand_int_range (0, 2048)] = (guint8) g_test_rand_int ();
      if (i % 4 == 0)
        g_byte_array_set_size (bytes, (guint) g_test_rand_int_range (32774, 64 * 2048));
      image = load_iso (bytes, &error);
      g_assert_true ((image == NULL) == (error != NULL));
      taken += image != NULL;
    }

  g_assert_cmpuint (taken, >, 0);
}

static void
test_kinds (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *missing = path_of ("nothing.qcow2");
  g_autofree char *below = path_of ("disk.raw/nothing");
  g_autofree char *fifo = path_of ("fifo");
  g_autofree char *sock = path_of ("socket");
  g_autofree char *loop = path_of ("loop");
  gint64 start = g_get_monotonic_time ();
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_strlcpy (address.sun_path, sock, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);

  assert_verdict (missing, "missing", HOSTEL_ERROR_NOT_FOUND, TRUE);
  assert_verdict (below, "below a file", HOSTEL_ERROR_NOT_FOUND, TRUE);
  assert_verdict (folder, "a folder", INVALID, TRUE);
  assert_verdict (fifo, "a pipe", INVALID, TRUE);
  assert_verdict (sock, "a socket", INVALID, TRUE);
  assert_verdict ("/dev/zero", "a device", INVALID, TRUE);
  assert_verdict ("", "no name", INVALID, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
  g_close (fd, NULL);

  if (geteuid () != 0)
    {
      g_autofree char *secret = write_file ("secret.qcow2", "x", 1);

      g_assert_cmpint (g_chmod (secret, 0), ==, 0);
      assert_verdict (secret, "unreadable", HOSTEL_ERROR_DENIED, TRUE);
    }
}

typedef struct
{
  gboolean boot_code;
  gboolean esp;
  gboolean gpt;
} Boot;

static const Boot boots[] = {
  { TRUE, FALSE, FALSE }, { TRUE, TRUE, FALSE }, { FALSE, TRUE, FALSE },
  { TRUE, TRUE, TRUE },   { FALSE, TRUE, TRUE }, { TRUE, FALSE, TRUE },
};

static void
assert_boot (const char *path,
             const Boot *boot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelImage) image = hostel_image_new_from_path (path, &error);

  g_assert_no_error (error);
  g_assert_true (hostel_image_get_boot_found (image));
  g_assert_cmpint (hostel_image_get_bios_bootable (image), ==, boot->boot_code);
  g_assert_cmpint (hostel_image_get_efi_bootable (image), ==, boot->esp);
}

/* The same disk in every shape that QEMU can give it must boot in the same way. */
static void
test_boot (void)
{
  static const char *options[] = {
    "compat=0.10", "compat=1.1", "cluster_size=512", "cluster_size=2M", "extended_l2=on",
    "compression_type=zstd", "refcount_bits=1",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (boots); i++)
    {
      g_autoptr (GByteArray) bytes = image_build_raw (boots[i].boot_code, boots[i].esp, boots[i].gpt);
      g_autofree char *raw = write_file ("boot.raw", bytes->data, bytes->len);

      assert_boot (raw, &boots[i]);
    }

  for (i = 0; qemu_img && i < 2 * G_N_ELEMENTS (options); i++)
    {
      const Boot *boot = &boots[i % G_N_ELEMENTS (boots)];
      g_autoptr (GByteArray) bytes = image_build_raw (boot->boot_code, boot->esp, boot->gpt);
      g_autofree char *raw = write_file ("boot.raw", bytes->data, bytes->len);
      g_autofree char *qcow2 = path_of ("boot.qcow2");
      const char *argv[] = { qemu_img, "convert", "-f", "raw", "-O", "qcow2", "-o", options[i / 2],
                             raw, qcow2, i % 2 ? "-c" : NULL, NULL };
      int status;

      g_test_message ("%s%s", options[i / 2], i % 2 ? ", compressed" : "");
      g_assert_true (run (argv, NULL, &status));
      assert_boot (qcow2, boot);
      assert_verdict (qcow2, options[i / 2], GOOD, FALSE);
    }
}

/* Made for a disk of 4096-byte sectors: nothing but a machine with such a disk can start it. */
static void
test_large_sectors (void)
{
  static const char entry[16] = "\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\x00\xa0\xc9\x3e\xc9";
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  g_autoptr (GError) error = NULL;
  guint8 *header = bytes->data + 4096;

  memcpy (header, "EFI PART", 8);
  header[72] = 2;
  header[80] = 4;
  header[84] = 128;
  memcpy (bytes->data + 2 * 4096 + 128, entry, 16);
  bytes->data[2 * 4096 + 128 + 15] = 0x3b;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *raw = write_file ("large.raw", bytes->data, bytes->len - 512 * i);
      g_autofree char *qcow2 = path_of ("large.qcow2");
      const char *argv[] = { qemu_img, "convert", "-f", "raw", "-O", "qcow2", raw, qcow2, NULL };
      gboolean converted = i == 0 && qemu_img != NULL && run (argv, NULL, &(int) { 0 });
      g_autoptr (HostelImage) image = hostel_image_new_from_path (converted ? qcow2 : raw, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (hostel_image_get_sector_size (image), ==, 4096);
      g_assert_cmpuint (hostel_image_get_virtual_size (image), ==, bytes->len);
      g_assert_true (hostel_image_get_boot_found (image));
      g_assert_true (hostel_image_get_efi_bootable (image));
      g_assert_false (hostel_image_get_bios_bootable (image));
    }

  /* Where there is a table for 512 bytes as well, that one counts. */
  memcpy (bytes->data + 512, "EFI PART", 8);
  {
    g_autofree char *raw = write_file ("both.raw", bytes->data, bytes->len);
    g_autoptr (HostelImage) image = hostel_image_new_from_path (raw, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (hostel_image_get_sector_size (image), ==, 512);
  }
}

/* An empty disk that QEMU made is whole, but nobody knows how it would boot. */
static void
test_created (void)
{
  static const char *refused[] = { "vmdk", "vhdx", "vpc", "vdi", "qed", "qcow", "parallels" };
  g_autofree char *path = path_of ("created.img");
  g_autoptr (HostelImage) image = NULL;
  const char *create[] = { qemu_img, "create", "-q", "-f", "qcow2", path, "2G", NULL };
  int status;
  guint i;

  if (qemu_img == NULL)
    {
      g_test_skip ("qemu-img is not installed");
      return;
    }

  g_assert_true (run (create, NULL, &status));
  assert_verdict (path, "created", GOOD, FALSE);
  image = hostel_image_new_from_path (path, NULL);
  g_assert_cmpuint (hostel_image_get_virtual_size (image), ==, G_GUINT64_CONSTANT (2) << 30);
  g_assert_false (hostel_image_get_boot_found (image));
  g_assert_true (hostel_image_get_bios_bootable (image));

  for (i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      create[4] = refused[i];
      g_unlink (path);
      if (run (create, NULL, &status))
        assert_verdict (path, refused[i], UNSUPPORTED, TRUE);
    }
}

static void
count_progress (guint64  done,
                guint64  total,
                gpointer user_data)
{
  guint *calls = user_data;

  g_assert_cmpuint (done, <=, total);
  (*calls)++;
}

static void
assert_digest (HostelImage *image,
               guint        calls_at_least,
               guint        calls_at_most)
{
  const char *argv[] = { "sha256sum", hostel_image_get_path (image), NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *out = NULL;
  guint calls = 0;
  int status;

  digest = hostel_image_dup_sha256 (image, count_progress, &calls, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (calls, >=, calls_at_least);
  g_assert_cmpuint (calls, <=, calls_at_most);

  g_assert_true (run (argv, &out, &status));
  out[64] = '\0';
  g_assert_cmpstr (digest, ==, out);
}

static void
test_digest (void)
{
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  g_autoptr (HostelImage) image = NULL;
  g_autofree char *path = NULL;
  struct timespec times[2];
  struct stat info;
  FILE *file;

  g_byte_array_set_size (bytes, 3 << 20);
  path = write_file ("digest.raw", bytes->data, bytes->len);
  image = hostel_image_new_from_path (path, NULL);
  assert_digest (image, 3, 3);
  /* Once only. */
  assert_digest (image, 1, 1);

  /* Rewritten in place, as long as before and under its old date: seen all the same. */
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_usleep (20000);
  file = fopen (path, "r+b");
  g_assert_cmpint (fseek (file, 1 << 20, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc ('x', file), ==, 'x');
  fclose (file);
  times[0] = info.st_atim;
  times[1] = info.st_mtim;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  assert_digest (image, 3, 3);
}

static void
test_digest_cancelled (void)
{
  g_autoptr (GByteArray) bytes = image_build_raw (TRUE, FALSE, FALSE);
  g_autofree char *path = write_file ("cancelled.raw", bytes->data, bytes->len);
  g_autoptr (HostelImage) image = hostel_image_new_from_path (path, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (hostel_image_dup_sha256 (image, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (hostel_image_dup_sha256 (image, NULL, NULL, NULL, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_NOT_FOUND);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelImage **image = user_data;
  g_autoptr (GError) error = NULL;

  *image = hostel_image_load_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_async (void)
{
  g_autoptr (GByteArray) bytes = image_build_qcow2 (3);
  g_autofree char *path = write_file ("debian-12-genericcloud-amd64.qcow2", bytes->data, bytes->len);
  g_autoptr (HostelImage) image = NULL;

  hostel_image_load_async (path, NULL, loaded_cb, &image);
  while (image == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpstr (hostel_image_get_path (image), ==, path);
  g_assert_cmpstr (hostel_image_get_arch (image), ==, "x86_64");
  g_assert_cmpint (hostel_image_get_format (image), ==, HOSTEL_IMAGE_FORMAT_QCOW2);
  g_assert_cmpuint (hostel_image_get_file_size (image), ==, bytes->len);
}

static void
remove_folder (void)
{
  const char *argv[] = { "rm", "-rf", folder, NULL };
  int status;

  run (argv, NULL, &status);
}

int
main (int    argc,
      char **argv)
{
  guint i;
  int status;

  /* For the cache of digests; GLib's own way to do this leaks. */
  folder = g_dir_make_tmp ("hostel-image-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  qemu_img = g_find_program_in_path ("qemu-img");

  for (i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *path = g_strconcat ("/image/qcow2/", spoils[i].what, NULL);

      g_test_add_data_func (path, &spoils[i], test_spoiled);
    }
  for (i = 0; i < G_N_ELEMENTS (magics); i++)
    {
      g_autofree char *path = g_strconcat ("/image/other/", magics[i].what, NULL);

      g_test_add_data_func (path, &magics[i], test_magic);
    }
  g_test_add_func ("/image/version-2", test_version_2);
  g_test_add_func ("/image/random", test_random);
  g_test_add_func ("/image/loop", test_loop);
  g_test_add_func ("/image/backing-is-told", test_backing_is_told);
  g_test_add_func ("/image/raw", test_raw);
  g_test_add_func ("/image/iso", test_iso);
#ifdef __x86_64__
  g_test_add_func ("/image/iso/installer", test_installer);
  g_test_add_func ("/image/iso/random-disc", test_random_disc);
#endif
  g_test_add_func ("/image/iso/random", test_random_iso);
  g_test_add_func ("/image/kinds", test_kinds);
  g_test_add_func ("/image/boot", test_boot);
  g_test_add_func ("/image/large-sectors", test_large_sectors);
  g_test_add_func ("/image/created", test_created);
  g_test_add_func ("/image/digest", test_digest);
  g_test_add_func ("/image/digest/cancelled", test_digest_cancelled);
  g_test_add_func ("/image/async", test_async);

  status = g_test_run ();
  remove_folder ();
  g_free (folder);
  g_free (qemu_img);

  return status;
}
