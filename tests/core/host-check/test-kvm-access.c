/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "hostel-kvm-access.h"

#define QEMU 64055

/* A directory for "/" whose /dev/kvm is this user's and this user's group's. */
static char *
make_root (int         mode,
           const char *group)
{
  char *root = g_dir_make_tmp ("hostel-kvm-XXXXXX", NULL);
  g_autofree char *dev = g_build_filename (root, "dev", NULL);
  g_autofree char *etc = g_build_filename (root, "etc", NULL);
  g_autofree char *kvm = g_build_filename (dev, "kvm", NULL);
  g_autofree char *users = g_build_filename (etc, "passwd", NULL);
  g_autofree char *groups = g_build_filename (etc, "group", NULL);

  g_mkdir (dev, 0755);
  g_mkdir (etc, 0755);
  g_assert_true (g_file_set_contents (users, "root:x:0:0::/root:/bin/sh\n"
                                             "libvirt-qemu:x:64055:64055::/:/bin/false\n", -1, NULL));
  g_assert_true (g_file_set_contents (groups, group, -1, NULL));
  g_assert_true (g_file_set_contents (kvm, "", -1, NULL));
  g_assert_cmpint (g_chmod (kvm, mode), ==, 0);

  return root;
}

static void
remove_root (const char *root)
{
  const char *paths[] = { "dev/kvm", "dev", "etc/passwd", "etc/group", "etc", "" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *path = g_build_filename (root, paths[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

static void
test_mode (void)
{
  g_autofree char *member = g_strdup_printf ("kvm:x:%u:alice,libvirt-qemu\n", (guint) getgid ());
  g_autofree char *stranger = g_strdup_printf ("kvm:x:%u:alice,libvirt-qemu2\n", (guint) getgid ());
  const struct
  {
    int         mode;
    const char *group;
    guint       uid;
    gboolean    open;
  } cases[] = {
    { 0666, "", QEMU, TRUE },
    { 0660, member, QEMU, TRUE },
    { 0660, stranger, QEMU, FALSE },
    { 0600, member, QEMU, FALSE },
    { 0640, member, QEMU, FALSE },
    { 0606, member, QEMU, FALSE }, /* in the group, so the others' rights do not count */
    { 0606, stranger, QEMU, TRUE },
    { 0600, "", (guint) getuid (), TRUE },
    { 0066, "", (guint) getuid (), FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *root = make_root (cases[i].mode, cases[i].group);
      const HostelHostSystem system = { .root = root };
      g_autofree char *refusal = hostel_kvm_access_dup_refusal (&system, cases[i].uid, QEMU);

      g_test_message ("%04o %s", cases[i].mode, cases[i].group);
      g_assert_true ((refusal == NULL) == cases[i].open);
      if (refusal != NULL && cases[i].uid == QEMU)
        g_assert_nonnull (strstr (refusal, "(libvirt-qemu)"));
      remove_root (root);
    }
}

static void
put_entry (GByteArray *acl,
           guint16     tag,
           guint16     permission,
           guint32     id)
{
  const guint16 head[] = { GUINT16_TO_LE (tag), GUINT16_TO_LE (permission) };

  id = GUINT32_TO_LE (id);
  g_byte_array_append (acl, (const guint8 *) head, sizeof head);
  g_byte_array_append (acl, (const guint8 *) &id, sizeof id);
}

/* As logind gives a device to who sits in front of it. */
static gboolean
give (const char *root,
      guint       user,
      guint       group,
      guint16     mask)
{
  g_autoptr (GByteArray) acl = g_byte_array_new ();
  g_autofree char *kvm = g_build_filename (root, "dev", "kvm", NULL);
  const guint32 version = GUINT32_TO_LE (2);

  g_byte_array_append (acl, (const guint8 *) &version, sizeof version);
  put_entry (acl, 0x01, 6, G_MAXUINT32);
  if (user != 0)
    put_entry (acl, 0x02, 6, user);
  put_entry (acl, 0x04, 0, G_MAXUINT32);
  if (group != 0)
    put_entry (acl, 0x08, 6, group);
  put_entry (acl, 0x10, mask, G_MAXUINT32);
  put_entry (acl, 0x20, 0, G_MAXUINT32);

  return setxattr (kvm, "system.posix_acl_access", acl->data, acl->len, 0) == 0;
}

static void
test_acl (void)
{
  const struct
  {
    guint    user;
    guint    group;
    guint16  mask;
    gboolean open;
  } cases[] = {
    { QEMU, 0, 6, TRUE },
    { QEMU, 0, 4, FALSE },
    { 1000, 0, 6, FALSE },
    { 0, QEMU, 6, TRUE },
    { 0, QEMU, 0, FALSE },
    { 0, 108, 6, TRUE },
    { 0, 109, 6, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *root = make_root (0600, "kvm:x:108:libvirt-qemu\n");
      const HostelHostSystem system = { .root = root };
      g_autofree char *refusal = NULL;

      if (!give (root, cases[i].user, cases[i].group, cases[i].mask))
        {
          g_test_skip_printf ("no ACL here: %s", g_strerror (errno));
          remove_root (root);
          return;
        }
      refusal = hostel_kvm_access_dup_refusal (&system, QEMU, QEMU);
      g_test_message ("case %u", i);
      g_assert_true ((refusal == NULL) == cases[i].open);
      remove_root (root);
    }
}

/* What cannot be seen from here may be hidden by a sandbox: libvirt is believed. */
static void
test_absent (void)
{
  const HostelHostSystem system = { .root = "/nonexistent" };

  g_assert_null (hostel_kvm_access_dup_refusal (&system, QEMU, QEMU));
}

static void
test_label (void)
{
  const char *wrong[] = { NULL, "", "+1", "+1:", "qemu:qemu", "+1:+2:+3", "++1:+2", "-1:-1",
                          "+4294967295:+0", "+99999999999:+1" };
  uid_t uid = 0;
  gid_t gid = 0;

  g_assert_true (hostel_kvm_access_parse_label ("+64055:+108", &uid, &gid));
  g_assert_cmpuint (uid, ==, 64055);
  g_assert_cmpuint (gid, ==, 108);
  g_assert_true (hostel_kvm_access_parse_label ("107:107", &uid, &gid));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (hostel_kvm_access_parse_label (wrong[i], &uid, &gid));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kvm-access/mode", test_mode);
  g_test_add_func ("/kvm-access/acl", test_acl);
  g_test_add_func ("/kvm-access/absent", test_absent);
  g_test_add_func ("/kvm-access/label", test_label);

  return g_test_run ();
}
