/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-kvm-access"

#include "config.h"

#include "hostel-kvm-access.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/xattr.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define DEVICE "/dev/kvm"
#define READ_WRITE 06
#define MAX_GROUPS 1024

/* A POSIX ACL as the kernel gives it, of linux/posix_acl_xattr.h: a version, then entries of a tag,
 * a permission and an id, all little endian. */
#define ACL_ATTRIBUTE "system.posix_acl_access"
#define ACL_VERSION 2
#define ACL_MAX_BYTES 4096

enum
{
  ACL_USER_OBJ = 0x01,
  ACL_USER = 0x02,
  ACL_GROUP_OBJ = 0x04,
  ACL_GROUP = 0x08,
  ACL_MASK = 0x10,
  ACL_OTHER = 0x20,
};

typedef struct
{
  guint16 tag;
  guint16 permission;
  guint32 id;
} AclEntry;

typedef struct
{
  char   *name;   /* owned, "" where the number has none */
  uid_t   uid;
  GArray *groups; /* owned, of gid_t */
} Account;

static void
account_clear (Account *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->groups, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Account, account_clear)

static void
load_account (Account *self,
              gid_t    gid)
{
  struct passwd entry;
  struct passwd *found = NULL;
  char buffer[16384];
  gid_t groups[MAX_GROUPS];
  int n = MAX_GROUPS;

  if (getpwuid_r (self->uid, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return;

  self->name = (g_free (self->name), g_strdup (found->pw_name));
  if (getgrouplist (self->name, gid, groups, &n) > 0)
    g_array_append_vals (self->groups, groups, (guint) n);
}

static GStrv
read_lines (const HostelHostSystem *system,
            const char             *path)
{
  g_autofree char *text = NULL;

  if (hostel_host_system_read (system, path, &text, NULL) != HOSTEL_HOST_FOUND)
    return g_new0 (char *, 1);

  return g_strsplit (text, "\n", -1);
}

/* In a directory that stands for "/" the files are all there is. */
static void
load_account_from_files (Account                *self,
                         const HostelHostSystem *system)
{
  g_auto (GStrv) users = read_lines (system, "/etc/passwd");
  g_auto (GStrv) groups = read_lines (system, "/etc/group");

  for (guint i = 0; users[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (users[i], ":", -1);

      if (g_strv_length (fields) > 3 && g_ascii_strtoull (fields[2], NULL, 10) == self->uid)
        self->name = (g_free (self->name), g_strdup (fields[0]));
    }

  for (guint i = 0; *self->name && groups[i]; i++)
    {
      g_auto (GStrv) fields = g_strsplit (groups[i], ":", -1);
      g_auto (GStrv) members = NULL;
      gid_t gid;

      if (g_strv_length (fields) < 4)
        continue;
      gid = (gid_t) g_ascii_strtoull (fields[2], NULL, 10);
      members = g_strsplit (fields[3], ",", -1);
      if (g_strv_contains ((const char * const *) members, self->name))
        g_array_append_val (self->groups, gid);
    }
}

static gboolean
has_group (const Account *self,
           gid_t          gid)
{
  for (guint i = 0; i < self->groups->len; i++)
    if (g_array_index (self->groups, gid_t, i) == gid)
      return TRUE;

  return FALSE;
}

/* The device's ACL, or one with what its mode says. */
static GArray *
load_acl (const char     *file,
          const GStatBuf *info)
{
  GArray *acl = g_array_new (FALSE, FALSE, sizeof (AclEntry));
  const AclEntry plain[] = {
    { ACL_USER_OBJ, (info->st_mode >> 6) & 07, 0 },
    { ACL_GROUP_OBJ, (info->st_mode >> 3) & 07, 0 },
    { ACL_OTHER, info->st_mode & 07, 0 },
  };
  guint32 version;
  char bytes[ACL_MAX_BYTES];
  gssize length = getxattr (file, ACL_ATTRIBUTE, bytes, sizeof bytes);

  if (length >= (gssize) sizeof version)
    memcpy (&version, bytes, sizeof version);
  if (length < (gssize) sizeof version || GUINT32_FROM_LE (version) != ACL_VERSION)
    {
      g_array_append_vals (acl, plain, G_N_ELEMENTS (plain));
      return acl;
    }

  for (gsize at = sizeof version; at + sizeof (AclEntry) <= (gsize) length; at += sizeof (AclEntry))
    {
      AclEntry entry;

      memcpy (&entry, bytes + at, sizeof entry);
      entry.tag = GUINT16_FROM_LE (entry.tag);
      entry.permission = GUINT16_FROM_LE (entry.permission);
      entry.id = GUINT32_FROM_LE (entry.id);
      g_array_append_val (acl, entry);
    }

  return acl;
}

static guint
get_permission (GArray *acl,
                guint   tag,
                guint   otherwise)
{
  for (guint i = 0; i < acl->len; i++)
    if (g_array_index (acl, AclEntry, i).tag == tag)
      return g_array_index (acl, AclEntry, i).permission;

  return otherwise;
}

static gboolean
is_enough (guint permission)
{
  return (permission & READ_WRITE) == READ_WRITE;
}

/* The order of acl(5): owner, named users, groups, the others; the first that fits decides. */
static gboolean
allows (GArray         *acl,
        const GStatBuf *info,
        const Account  *account)
{
  guint mask = get_permission (acl, ACL_MASK, 07);
  gboolean in_group = FALSE;

  if (info->st_uid == account->uid)
    return is_enough (get_permission (acl, ACL_USER_OBJ, 0));

  for (guint i = 0; i < acl->len; i++)
    {
      const AclEntry *entry = &g_array_index (acl, AclEntry, i);

      if (entry->tag == ACL_USER && entry->id == account->uid)
        return is_enough (entry->permission & mask);
    }

  for (guint i = 0; i < acl->len; i++)
    {
      const AclEntry *entry = &g_array_index (acl, AclEntry, i);

      if ((entry->tag == ACL_GROUP_OBJ && has_group (account, info->st_gid)) ||
          (entry->tag == ACL_GROUP && has_group (account, entry->id)))
        {
          in_group = TRUE;
          if (is_enough (entry->permission & mask))
            return TRUE;
        }
    }

  return !in_group && is_enough (get_permission (acl, ACL_OTHER, 0));
}

/**
 * hostel_kvm_access_parse_label:
 * @label: (nullable): of the security model "dac" in libvirt's capabilities, "+64055:+64055"
 * @uid: (out): the user that QEMU runs as
 * @gid: (out): and its group
 *
 * Returns: whether @label is of that form
 */
gboolean
hostel_kvm_access_parse_label (const char *label,
                               uid_t      *uid,
                               gid_t      *gid)
{
  g_auto (GStrv) parts = g_strsplit (label ? label : "", ":", -1);
  guint64 numbers[2];

  if (g_strv_length (parts) != 2)
    return FALSE;

  for (guint i = 0; i < 2; i++)
    if (!g_ascii_string_to_unsigned (parts[i] + (*parts[i] == '+'), 10, 0, G_MAXUINT32 - 1,
                                     &numbers[i], NULL))
      return FALSE;

  *uid = (uid_t) numbers[0];
  *gid = (gid_t) numbers[1];

  return TRUE;
}

/**
 * hostel_kvm_access_dup_refusal:
 * @system: the computer that libvirt runs on
 * @uid: the user that QEMU runs as
 * @gid: its group
 *
 * libvirt's daemon is root and offers KVM wherever root can use it, but QEMU opens /dev/kvm with the
 * rights of a user of its own, and that user's groups. A device that is not seen from here proves
 * nothing: a sandbox hides it. Any thread; blocks briefly.
 *
 * Returns: (transfer full) (nullable): why that user may not use KVM, translated, where that is sure
 */
char *
hostel_kvm_access_dup_refusal (const HostelHostSystem *system,
                               uid_t                   uid,
                               gid_t                   gid)
{
  g_auto (Account) account = { g_strdup (""), uid, g_array_new (FALSE, FALSE, sizeof (gid_t)) };
  g_autofree char *file = hostel_host_system_dup_path (system, DEVICE);
  g_autoptr (GArray) acl = NULL;
  g_autofree char *number = NULL;
  GStatBuf info;

  if (g_stat (file, &info) != 0)
    return NULL;

  g_array_append_val (account.groups, gid);
  if (g_str_equal (system->root, "/"))
    load_account (&account, gid);
  else
    load_account_from_files (&account, system);

  acl = load_acl (file, &info);
  if (allows (acl, &info, &account))
    return NULL;

  number = g_strdup_printf ("%u", (guint) uid);

  return g_strdup_printf (_("libvirt offers KVM, but QEMU’s user (%s) may not open %s (mode %04o). "
                            "Machines are emulated and several times slower."),
                          *account.name ? account.name : number, DEVICE,
                          (guint) info.st_mode & 07777);
}
