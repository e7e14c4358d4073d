/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no pool of a volume. */
#define G_LOG_DOMAIN "hostel-volume-proof"

#include "config.h"

#include <string.h>

#include "hostel-seed.h"
#include "hostel-storage.h"
#include "hostel-volume-proof.h"

#define HEAD 4096
/* Ours are under 2 MiB. */
#define MAX_SEED (16 * 1024 * 1024)
/* virtlogd keeps a few of those that were full: "….log.0". */
#define LOG_GENERATION_DIGITS 1

/* What is somewhere in a file's first bytes. */
typedef struct
{
  guint       offset;
  guint       length;
  const char *bytes;
} Magic;

/* A disk or disc of some kind, or a file system: no log. */
static const Magic images[] = {
  { 0, 4, "QFI\xfb" }, { 0, 4, "QED\0" }, { 0, 4, "KDMV" }, { 0, 4, "COWD" }, { 0, 8, "conectix" },
  { 0, 8, "vhdxfile" }, { 0, 4, "LUKS" }, { 0, 4, "XFSB" }, { 0, 16, "LibvirtQemudSave" },
  { 64, 4, "\x7f\x10\xda\xbe" }, { 510, 2, "\x55\xaa" }, { 512, 8, "EFI PART" },
  { 536, 8, "LVM2 001" }, { 1080, 2, "\x53\xef" },
};
static const Magic kernels[] = {
  { 514, 4, "HdrS" }, { 0, 2, "MZ" }, { 0, 2, "\x1f\x8b" }, { 56, 4, "ARM\x64" },
};
static const Magic initrds[] = {
  { 0, 2, "\x1f\x8b" }, { 0, 6, "070701" }, { 0, 6, "070702" }, { 0, 2, "\xc7\x71" },
  { 0, 6, "\xfd" "7zXZ\0" }, { 0, 4, "\x28\xb5\x2f\xfd" }, { 0, 4, "\x02\x21\x4c\x18" },
  { 0, 3, "BZh" }, { 0, 3, "\x5d\0\0" }, { 0, 4, "\x89LZO" },
};
static const Magic memory[] = {
  { 0, 16, "LibvirtQemudSave" },
};
static const Magic variables[] = {
  { 40, 4, "_FVH" },
};

static gboolean
has_magic (GBytes      *head,
           const Magic *magics,
           guint        n_magics)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (head, &length);

  for (guint i = 0; i < n_magics; i++)
    if (magics[i].offset + magics[i].length <= length &&
        memcmp (bytes + magics[i].offset, magics[i].bytes, magics[i].length) == 0)
      return TRUE;

  return FALSE;
}

/* A disk that nothing was written to, say. */
static gboolean
is_blank (GBytes *head)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (head, &length);

  for (gsize i = 0; i < length; i++)
    if (bytes[i] != 0)
      return FALSE;

  return length > 0;
}

static GBytes *
read_head (virConnectPtr    handle,
           virStorageVolPtr volume)
{
  g_autoptr (GError) error = NULL;
  GBytes *head = hostel_storage_download_head (handle, volume, HEAD, &error);

  if (head == NULL)
    g_debug ("%s", error->message);

  return head;
}

static gboolean
is_instance_of (const char *instance_id,
                const char *uuid)
{
  const char *rest;

  if (instance_id == NULL || !g_str_has_prefix (instance_id, uuid))
    return FALSE;

  /* "UUID", and "UUID-2" after another user-data was applied. */
  rest = instance_id + strlen (uuid);

  return *rest == '\0' ||
         (*rest == '-' && rest[1] != '\0' && strspn (rest + 1, "0123456789") == strlen (rest + 1));
}

/**
 * hostel_volume_proof_is_seed:
 *
 * Returns: whether @volume is a seed that names the machine of @uuid as its instance
 */
gboolean
hostel_volume_proof_is_seed (virConnectPtr     handle,
                             virStorageVolPtr  volume,
                             const char       *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HostelSeed) seed = NULL;
  virStorageVolInfo info;

  if (virStorageVolGetInfo (volume, &info) < 0 || info.type != VIR_STORAGE_VOL_FILE ||
      info.capacity > MAX_SEED)
    return FALSE;

  if ((bytes = hostel_storage_download_bytes (handle, volume, MAX_SEED, &error)) == NULL ||
      (seed = hostel_seed_new_from_iso (bytes, &error)) == NULL)
    {
      g_debug ("%s", error->message);
      return FALSE;
    }

  return is_instance_of (hostel_seed_get_instance_id (seed), uuid);
}

/* "fedora01-UUID-serial.log", the machine's name being what it was when the volume was made. */
static gboolean
has_name (const char *name,
          const char *uuid,
          const char *suffix)
{
  g_autofree char *end = g_strconcat ("-", uuid, suffix, NULL);
  gsize length = strlen (name);

  return g_str_has_suffix (name, end) && length > strlen (end) &&
         strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == length;
}

static gboolean
has_log_name (const char *name,
              const char *uuid)
{
  gsize length = strlen (name);
  g_autofree char *first = NULL;

  if (has_name (name, uuid, HOSTEL_LOG_SUFFIX))
    return TRUE;
  if (length < 2 || name[length - 2] != '.' || !g_ascii_isdigit (name[length - 1]))
    return FALSE;

  first = g_strndup (name, length - 1 - LOG_GENERATION_DIGITS);

  return has_name (first, uuid, HOSTEL_LOG_SUFFIX);
}

/**
 * hostel_volume_proof_is:
 * @uuid: the machine's
 * @pools: a set: the names of the pools where the machine has its disks
 * @what: what @volume might be
 *
 * Returns: whether @volume has the name that it was given, is where it was made, and holds what it
 *   should
 */
gboolean
hostel_volume_proof_is (virConnectPtr      handle,
                        virStorageVolPtr   volume,
                        const char        *uuid,
                        GHashTable        *pools,
                        HostelVolumeProof  what)
{
  const char *name = virStorageVolGetName (volume);
  g_autoptr (virStoragePool) pool = virStoragePoolLookupByVolume (volume);
  g_autoptr (GBytes) head = NULL;
  gboolean named =
    what == HOSTEL_VOLUME_PROOF_LOG ? has_log_name (name, uuid)
    : has_name (name, uuid, what == HOSTEL_VOLUME_PROOF_KERNEL ? HOSTEL_KERNEL_SUFFIX
                                                               : HOSTEL_INITRD_SUFFIX);

  if (!named || pool == NULL || !g_hash_table_contains (pools, virStoragePoolGetName (pool)) ||
      (head = read_head (handle, volume)) == NULL)
    return FALSE;

  switch (what)
    {
    case HOSTEL_VOLUME_PROOF_LOG:
      return !is_blank (head) && !has_magic (head, images, G_N_ELEMENTS (images));
    case HOSTEL_VOLUME_PROOF_KERNEL:
      return has_magic (head, kernels, G_N_ELEMENTS (kernels));
    case HOSTEL_VOLUME_PROOF_INITRD:
      return has_magic (head, initrds, G_N_ELEMENTS (initrds));
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * hostel_volume_proof_is_memory:
 *
 * Returns: whether libvirt wrote a machine's memory into @volume
 */
gboolean
hostel_volume_proof_is_memory (virConnectPtr    handle,
                               virStorageVolPtr volume)
{
  g_autoptr (GBytes) head = read_head (handle, volume);

  return head != NULL && has_magic (head, memory, G_N_ELEMENTS (memory));
}

/**
 * hostel_volume_proof_is_variables:
 *
 * Returns: whether @volume begins as the variables of a UEFI firmware do
 */
gboolean
hostel_volume_proof_is_variables (virConnectPtr    handle,
                                  virStorageVolPtr volume)
{
  g_autoptr (GBytes) head = read_head (handle, volume);

  return head != NULL && has_magic (head, variables, G_N_ELEMENTS (variables));
}
