/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-disk-users"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "hostel-disk-file.h"

/* Every format has what is looked for here near its start. */
#define HEAD (64 * 1024)
/* QEMU takes names of 1023 bytes. */
#define MAX_NAME 4096
#define QCOW_EXTENSIONS 100
#define QCOW_DATA_FILE 0x44415441
#define MAX_JSON_DEPTH 32
#define SAVED "LibvirtQemudSave"
/* Of the bytes that QEMU locks: one for each permission that it has, and for each that it shares. */
#define LOCKED_FROM 100
#define LOCKED_TO 300

static guint32
get_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT32_FROM_BE (value);
}

static guint32
get_le32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return GUINT32_FROM_LE (value);
}

static void
add_name (GStrvBuilder *names,
          const void   *bytes,
          gsize         length)
{
  g_autofree char *name = g_strndup (bytes, length);

  if (*name != '\0')
    g_strv_builder_add (names, name);
}

/* Wherever in the file a header says that a name is. */
static void
add_name_at (GStrvBuilder *names,
             int           fd,
             guint64       offset,
             guint32       length)
{
  g_autofree char *name = NULL;
  ssize_t n;

  if (length == 0 || length > MAX_NAME || offset > G_MAXINT64)
    return;

  name = g_malloc0 (length + 1);
  if ((n = pread (fd, name, length, (off_t) offset)) > 0)
    add_name (names, name, n);
}

/* docs/interop/qcow2.txt; version 1 has the first fields at the same places. */
static void
parse_qcow (GStrvBuilder *names,
            int           fd,
            const guint8 *head,
            gsize         length)
{
  guint64 offset = (guint64) get_be32 (head + 8) << 32 | get_be32 (head + 12);
  guint32 version = get_be32 (head + 4);
  gsize at;

  if (offset != 0)
    add_name_at (names, fd, offset, get_be32 (head + 16));

  if (version < 3 || length < QCOW_EXTENSIONS + 4)
    return;
  at = get_be32 (head + QCOW_EXTENSIONS);
  while (at + 8 <= length && get_be32 (head + at) != 0)
    {
      guint32 size = get_be32 (head + at + 4);

      if (get_be32 (head + at) == QCOW_DATA_FILE && size <= length - at - 8)
        add_name (names, head + at + 8, size);
      if (size > length)
        break;
      at += 8 + ((gsize) size + 7) / 8 * 8;
    }
}

/* docs/interop/qed_spec.txt */
static void
parse_qed (GStrvBuilder *names,
           int           fd,
           const guint8 *head,
           gsize         length)
{
  if (length >= 64 && (get_le32 (head + 16) & 1) != 0)
    add_name_at (names, fd, get_le32 (head + 56), get_le32 (head + 60));
}

/* A descriptor, in a file of its own or within the image: parentFileNameHint="x", and extents as
 * RW 32768 FLAT "x-flat.vmdk" 0. */
static void
parse_vmdk (GStrvBuilder *names,
            const guint8 *head,
            gsize         length)
{
  g_autofree char *text = g_malloc (length + 1);
  g_auto (GStrv) lines = NULL;

  /* A descriptor within an image has NULs around it. */
  for (gsize i = 0; i < length; i++)
    text[i] = head[i] == '\0' ? '\n' : (char) head[i];
  text[length] = '\0';

  lines = g_strsplit_set (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *open = strchr (lines[i], '"');
      const char *close = open ? strchr (open + 1, '"') : NULL;

      if (close != NULL && (g_str_has_prefix (lines[i], "parentFileNameHint") ||
                            g_str_has_prefix (lines[i], "RW ") ||
                            g_str_has_prefix (lines[i], "RDONLY ") ||
                            g_str_has_prefix (lines[i], "NOACCESS ")))
        add_name (names, open + 1, close - open - 1);
    }
}

/**
 * hostel_disk_file_parse_header:
 * @fd: a disk's file
 *
 * Whatever the definition of a machine says about its format: what a file says that it stands on
 * shall stay in any case.
 *
 * Returns: (transfer full): the names of backing and data files as they stand there
 */
GStrv
hostel_disk_file_parse_header (int fd)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree guint8 *head = g_malloc0 (HEAD);
  ssize_t length = pread (fd, head, HEAD, 0);

  if (length >= 32 && memcmp (head, "QFI\xfb", 4) == 0)
    parse_qcow (names, fd, head, length);
  else if (length >= 4 && memcmp (head, "QED", 4) == 0)
    parse_qed (names, fd, head, length);
  else if (length >= 21 && (memcmp (head, "KDMV", 4) == 0 || memcmp (head, "COWD", 4) == 0 ||
                            memcmp (head, "# Disk DescriptorFile", 21) == 0))
    parse_vmdk (names, head, length);

  return g_strv_builder_end (names);
}

/* Where file systems come and go. */
static const char * const attached_below[] = { "/media", "/run/media", "/mnt", "/net", "/misc" };

static gboolean
is_empty (const char *dir_path)
{
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* A folder that has nothing in it may be where a file system is attached at other times. */
static gboolean
may_be_detached (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);

  while (g_access (dir, F_OK) != 0 && strlen (dir) > 1)
    {
      char *parent = g_path_get_dirname (dir);

      g_free (dir);
      dir = parent;
    }

  for (guint i = 0; i < G_N_ELEMENTS (attached_below); i++)
    if (g_str_has_prefix (dir, attached_below[i]))
      return TRUE;

  return is_empty (dir);
}

static HostelDiskFileState
explain (const char  *path,
         int          saved_errno,
         char       **reason)
{
  struct stat info;

  *reason = g_strdup (g_strerror (saved_errno));
  if (saved_errno != ENOENT && saved_errno != ENOTDIR)
    return HOSTEL_DISK_FILE_UNREADABLE;

  /* A link that leads nowhere. */
  if (lstat (path, &info) == 0 || may_be_detached (path))
    return HOSTEL_DISK_FILE_DETACHED;

  return HOSTEL_DISK_FILE_MISSING;
}

/**
 * hostel_disk_file_read:
 * @path: an absolute path
 * @below: (out) (transfer full) (nullable): the names that its header has of other files
 * @reason: (out) (transfer full) (nullable): why it cannot be read
 */
HostelDiskFileState
hostel_disk_file_read (const char  *path,
                       GStrv       *below,
                       char       **reason)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;

  *below = NULL;
  *reason = NULL;
  if (fd < 0)
    return explain (path, errno, reason);

  if (fstat (fd, &info) == 0 && (S_ISREG (info.st_mode) || S_ISBLK (info.st_mode)))
    *below = hostel_disk_file_parse_header (fd);
  else
    *below = g_new0 (char *, 1);
  close (fd);

  return HOSTEL_DISK_FILE_READ;
}

/**
 * hostel_disk_file_is_saved:
 * @path: an absolute path
 *
 * Returns: whether libvirt saved a machine there
 */
gboolean
hostel_disk_file_is_saved (const char *path)
{
  char head[sizeof SAVED] = "";
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return FALSE;
  if (pread (fd, head, strlen (SAVED), 0) < 0)
    head[0] = '\0';
  close (fd);

  return strcmp (head, SAVED) == 0;
}

/**
 * hostel_disk_file_parse_locks:
 * @locks: the text of /proc/locks, see proc_locks(5)
 * @inode: a file's number
 *
 * The device's number there is not what stat(2) tells where a file system has subvolumes, so that the
 * file's has to do, with the bytes that QEMU locks.
 *
 * Returns: whether QEMU has a file of that number
 */
gboolean
hostel_disk_file_parse_locks (const char *locks,
                              guint64     inode)
{
  g_auto (GStrv) lines = g_strsplit (locks, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *place = strstr (lines[i], "OFDLCK");
      guint64 number;
      guint64 first;

      if (place != NULL && sscanf (place, "OFDLCK %*s %*s %*d %*x:%*x:%" G_GINT64_MODIFIER "u %" G_GINT64_MODIFIER "u",
                                   &number, &first) == 2 &&
          number == inode && first >= LOCKED_FROM && first < LOCKED_TO)
        return TRUE;
    }

  return FALSE;
}

/**
 * hostel_disk_file_is_open:
 * @path: an absolute path of this computer
 *
 * QEMU and its tools lock bytes of each image that they use, those that it stands on as well
 * (block/file-posix.c; fcntl(2), "Open file description locks"), whoever started them.
 *
 * Returns: whether one of them has it open
 */
gboolean
hostel_disk_file_is_open (const char *path)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCKED_FROM,
                        .l_len = LOCKED_TO - LOCKED_FROM };
  g_autofree char *locks = NULL;
  struct stat info;
  gboolean told;
  int fd;

  /* Some devices begin to work when they are opened. */
  if (stat (path, &info) < 0 || (!S_ISREG (info.st_mode) && !S_ISBLK (info.st_mode)))
    return FALSE;

  if ((fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) >= 0)
    {
      told = fcntl (fd, F_OFD_GETLK, &lock) == 0;
      close (fd);
      if (told)
        return lock.l_type != F_UNLCK;
    }

  return g_file_get_contents ("/proc/locks", &locks, NULL, NULL) &&
         hostel_disk_file_parse_locks (locks, info.st_ino);
}

/* Without "//", "." and "..", as far as the file system is not asked. */
static char *
dup_spelling (const char *path)
{
  g_autofree char *whole = g_canonicalize_filename (path, "/");

  /* POSIX keeps two slashes at the start. */
  return g_strdup (g_str_has_prefix (whole, "//") ? whole + 1 : whole);
}

/* The folder's links followed, for a file that is not there or may not be looked at. */
static char *
dup_real_spelling (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *real = realpath (dir, NULL);
  g_autofree char *joined = real != NULL ? g_build_filename (real, name, NULL) : NULL;

  free (real);

  return dup_spelling (joined != NULL ? joined : path);
}

/**
 * hostel_disk_file_dup_id:
 * @path: an absolute path
 * @local: whether it is one of this computer
 *
 * Returns: (transfer full): what two spellings of one file, two links to it and two nodes of one
 *   device have in common
 */
char *
hostel_disk_file_dup_id (const char *path,
                         gboolean    local)
{
  g_autofree char *spelling = NULL;
  struct stat info;

  if (local && stat (path, &info) == 0)
    {
      if (S_ISBLK (info.st_mode) || S_ISCHR (info.st_mode))
        return g_strdup_printf ("dev:%c:%u:%u", S_ISBLK (info.st_mode) ? 'b' : 'c',
                                major (info.st_rdev), minor (info.st_rdev));

      return g_strdup_printf ("file:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                              (guint64) info.st_dev, (guint64) info.st_ino);
    }

  spelling = local ? dup_real_spelling (path) : dup_spelling (path);

  return g_strconcat ("path:", spelling, NULL);
}

/**
 * hostel_disk_file_dup_name_id:
 * @path: an absolute path
 * @local: whether it is one of this computer
 *
 * A file with hard links stays until its last name goes.
 *
 * Returns: (transfer full): what two spellings of one name of a file have in common, and its other names do not
 */
char *
hostel_disk_file_dup_name_id (const char *path,
                              gboolean    local)
{
  g_autofree char *id = hostel_disk_file_dup_id (path, local);
  g_autofree char *spelling = NULL;
  struct stat info;

  if (!local || lstat (path, &info) < 0 || !S_ISREG (info.st_mode) || info.st_nlink < 2)
    return g_steal_pointer (&id);

  spelling = dup_real_spelling (path);

  return g_strconcat (id, " ", spelling, NULL);
}

static void
add_relative (GStrvBuilder *paths,
              const char   *dir,
              const char   *name)
{
  g_autofree char *path = g_path_is_absolute (name) ? g_strdup (name)
                                                    : g_build_filename (dir, name, NULL);

  g_strv_builder_add (paths, path);
}

/* QEMU takes a relative name to begin where the overlay's name says that it is; one that is itself
 * a link might be meant from either side. */
static void
add_file (GStrvBuilder *paths,
          const char   *overlay,
          const char   *name,
          gboolean      local)
{
  g_autofree char *dir = g_path_get_dirname (overlay);
  char *real = local ? realpath (overlay, NULL) : NULL;

  if (*name == '\0')
    return;

  add_relative (paths, dir, name);
  if (real != NULL)
    {
      g_autofree char *real_dir = g_path_get_dirname (real);

      if (!g_str_equal (real_dir, dir))
        add_relative (paths, real_dir, name);
    }
  free (real);
}

static void
add_backing (GStrvBuilder *paths,
             const char   *overlay,
             const char   *backing,
             gboolean      local);

static void
add_json (GStrvBuilder *paths,
          const char   *overlay,
          JsonNode     *node,
          const char   *key,
          gboolean      local,
          guint         depth)
{
  if (node == NULL || depth > MAX_JSON_DEPTH)
    return;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) members = json_object_get_members (json_node_get_object (node));

      for (GList *l = members; l != NULL; l = l->next)
        add_json (paths, overlay, json_object_get_member (json_node_get_object (node), l->data),
                  l->data, local, depth + 1);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        add_json (paths, overlay, json_array_get_element (array, i), key, local, depth + 1);
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING && key != NULL &&
           !g_str_has_suffix (key, "driver"))
    add_backing (paths, overlay, json_node_get_string (node), local);
}

/* "nbd:unix:/run/x", "host_device:/dev/x", "blkdebug:a:/b": what is a path in it. */
static void
add_parts (GStrvBuilder *paths,
           const char   *backing)
{
  g_auto (GStrv) parts = g_strsplit (backing, ":", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_path_is_absolute (parts[i]))
      g_strv_builder_add (paths, parts[i]);
}

static void
add_backing (GStrvBuilder *paths,
             const char   *overlay,
             const char   *backing,
             gboolean      local)
{
  if (g_str_has_prefix (backing, "json:"))
    {
      g_autoptr (JsonNode) node = json_from_string (backing + strlen ("json:"), NULL);

      add_json (paths, overlay, node, NULL, local, 0);
    }
  else if (g_str_has_prefix (backing, "file:"))
    {
      const char *name = backing + strlen ("file:");
      g_autofree char *unescaped = g_filename_from_uri (backing, NULL, NULL);

      add_file (paths, overlay, name, local);
      if (unescaped != NULL)
        g_strv_builder_add (paths, unescaped);
    }
  else
    {
      /* A name with a colon is a protocol's for QEMU; as a file's it does no harm. */
      if (strchr (backing, ':') != NULL)
        add_parts (paths, backing);
      add_file (paths, overlay, backing, local);
    }
}

/**
 * hostel_disk_file_resolve:
 * @path: of an overlay
 * @backing: what it names as its backing file: relative, "file:…" and "json:…" too
 * @local: whether it is on this computer
 *
 * Rather one too many than one too few: what is found here is kept.
 *
 * Returns: (transfer full): absolute paths
 */
GStrv
hostel_disk_file_resolve (const char *path,
                          const char *backing,
                          gboolean    local)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  add_backing (paths, path, backing, local);

  return g_strv_builder_end (paths);
}

/**
 * hostel_disk_file_find_loops:
 * @devices: /sys/block
 *
 * Returns: (transfer full): "loop0" -> the path of the file that is attached there
 */
GHashTable *
hostel_disk_file_find_loops (const char *devices)
{
  GHashTable *loops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GDir) dir = g_dir_open (devices, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *attribute = g_build_filename (devices, name, "loop", "backing_file", NULL);
      g_autofree char *path = NULL;
      gsize length;

      /* The name itself may end in white space. */
      if (!g_file_get_contents (attribute, &path, &length, NULL) || !g_path_is_absolute (path))
        continue;
      if (path[length - 1] == '\n')
        path[length - 1] = '\0';
      g_hash_table_insert (loops, g_strdup (name), g_steal_pointer (&path));
    }

  return loops;
}
