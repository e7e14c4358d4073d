/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/interop/qcow2.txt of QEMU */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <string.h>

#include "hostel-snapshot-table.h"

#define ENTRY 40
/* QEMU itself takes no more. */
#define MAX_ENTRIES 65536
#define MAX_EXTRA 1024

static guint64
get_be (const guint8 *bytes,
        gsize         size)
{
  guint64 value = 0;

  for (gsize i = 0; i < size; i++)
    value = value << 8 | bytes[i];

  return value;
}

static void
entry_free (gpointer data)
{
  HostelSnapshotEntry *entry = data;

  g_free (entry->id);
  g_free (entry->name);
  g_free (entry);
}

/**
 * hostel_snapshot_table_find:
 * @head: (array length=length): the first %HOSTEL_SNAPSHOT_TABLE_HEAD bytes of a file
 * @length: how many there are
 * @n_entries: (out): the number of snapshots
 * @offset: (out): where their table begins in the file
 */
gboolean
hostel_snapshot_table_find (const guint8 *head,
                            gsize         length,
                            guint        *n_entries,
                            guint64      *offset)
{
  guint64 version;

  if (length < HOSTEL_SNAPSHOT_TABLE_HEAD || memcmp (head, "QFI\xfb", 4) != 0)
    return FALSE;

  version = get_be (head + 4, 4);
  *n_entries = get_be (head + 60, 4);
  *offset = get_be (head + 64, 8);

  return (version == 2 || version == 3) && *n_entries <= MAX_ENTRIES;
}

/**
 * hostel_snapshot_table_parse:
 * @bytes: (array length=length): from the table's offset on
 * @length: how many there are, more than the table has or exactly so many
 * @n_entries: how many snapshots there are
 *
 * Returns: (transfer full) (nullable) (element-type HostelSnapshotEntry): all of them
 */
GPtrArray *
hostel_snapshot_table_parse (const guint8 *bytes,
                             gsize         length,
                             guint         n_entries)
{
  g_autoptr (GPtrArray) table = g_ptr_array_new_with_free_func (entry_free);
  gsize at = 0;

  for (guint i = 0; i < n_entries; i++)
    {
      HostelSnapshotEntry *entry;
      gsize id_size;
      gsize name_size;
      gsize extra;

      if (at > length || length - at < ENTRY)
        return NULL;
      id_size = get_be (bytes + at + 12, 2);
      name_size = get_be (bytes + at + 14, 2);
      extra = get_be (bytes + at + 36, 4);
      at += ENTRY;
      if (extra > MAX_EXTRA || length - at < extra + id_size + name_size)
        return NULL;

      entry = g_new0 (HostelSnapshotEntry, 1);
      entry->id = g_strndup ((const char *) bytes + at + extra, id_size);
      entry->name = g_strndup ((const char *) bytes + at + extra + id_size, name_size);
      g_ptr_array_add (table, entry);
      at += (extra + id_size + name_size + 7) / 8 * 8;
    }

  return g_steal_pointer (&table);
}

/* How many have that name: QEMU allows several, and takes the first. */
guint
hostel_snapshot_table_count (GPtrArray  *table,
                             const char *name)
{
  guint n = 0;

  for (guint i = 0; i < table->len; i++)
    n += g_str_equal (((HostelSnapshotEntry *) table->pdata[i])->name, name);

  return n;
}

/* Whether QEMU, told that name, would take another snapshot by its number. */
gboolean
hostel_snapshot_table_has_id (GPtrArray  *table,
                              const char *name)
{
  for (guint i = 0; i < table->len; i++)
    {
      HostelSnapshotEntry *entry = table->pdata[i];

      if (g_str_equal (entry->id, name) && !g_str_equal (entry->name, name))
        return TRUE;
    }

  return FALSE;
}
