/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "host-tree.h"
#include "hostel-host-catalogue.h"

static char *fixtures;

static HostelHostCheck *
lookup (HostelHostReport *report,
        const char       *id)
{
  HostelHostCheck *check = hostel_host_report_lookup (report, id);

  if (check == NULL)
    g_error ("no check “%s”", id);

  return check;
}

static void
assert_contains (const char *text,
                 const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” lacks “%s”", text, part);
}

static void
assert_line (HostelHostReport *report,
             const char       *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autofree char *summary = hostel_host_report_dup_summary (report);

  g_test_message ("%s", line);
  if (g_str_equal (words[0], "verdict"))
    g_assert_cmpstr (hostel_host_verdict_to_id (hostel_host_report_get_verdict (report)), ==,
                     words[1]);
  else if (g_str_equal (words[0], "summary"))
    assert_contains (summary, line + strlen ("summary "));
  else if (g_str_equal (words[0], "expect"))
    g_assert_cmpstr (hostel_check_state_to_id (hostel_host_check_get_state (lookup (report,
                                                                                    words[1]))), ==,
                     words[2]);
  else if (g_str_equal (words[0], "evidence"))
    assert_contains (hostel_host_check_get_evidence (lookup (report, words[1])), words[2]);
  else if (g_str_equal (words[0], "remedy"))
    assert_contains (hostel_host_check_get_remedy (lookup (report, words[1])), words[2]);
  else if (g_str_equal (words[0], "command"))
    {
      HostelHostRemedy *action = hostel_host_check_get_action (lookup (report, words[1]));

      g_assert_nonnull (action);
      assert_contains (hostel_host_remedy_get_command (action), words[2]);
    }
  else if (!g_str_equal (words[0], "better"))
    g_error ("what is “%s”?", line);
}

/* What holds of every report: each check is known, has evidence and, where it is bad, a way out. */
static void
assert_sound (HostelHostReport *report)
{
  GListModel *checks = G_LIST_MODEL (report);
  g_autofree char *json = hostel_host_report_to_json (report);

  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (HostelHostCheck) check = g_list_model_get_item (checks, i);
      HostelCheckState state = hostel_host_check_get_state (check);

      g_test_message ("%s", hostel_host_check_get_id (check));
      g_assert_nonnull (hostel_host_catalogue_lookup (hostel_host_check_get_id (check)));
      g_assert_cmpstr (hostel_host_check_get_evidence (check), !=, "");
      g_assert_cmpstr (hostel_host_check_get_why (check), !=, "");
      if (state == HOSTEL_CHECK_STATE_MISSING)
        g_assert_cmpstr (hostel_host_check_get_remedy (check), !=, "");
      if (state == HOSTEL_CHECK_STATE_GOOD || state == HOSTEL_CHECK_STATE_NOT_APPLICABLE ||
          state == HOSTEL_CHECK_STATE_UNKNOWN)
        g_assert_cmpstr (hostel_host_check_get_remedy (check), ==, "");
    }
  g_assert_null (strstr (json, "alice"));
}

static void
test_case (gconstpointer data)
{
  g_autoptr (HostTree) tree = host_tree_new (fixtures, data);
  g_autoptr (HostelHostReport) report = hostel_host_report_new_local (&tree->system);

  g_assert_cmpuint (tree->expected->len, >=, 2);
  for (guint i = 0; i < tree->expected->len; i++)
    assert_line (report, tree->expected->pdata[i]);
  assert_sound (report);
}

/* Every place that is read. */
static const char *places[] = {
  "/proc/cpuinfo", "/proc/meminfo", "/proc/mounts", "/proc/net/unix", "/proc/net/route",
  "/proc/self/limits", "/proc/cmdline", "/proc/sysinfo", "/proc/1/comm", "/etc/group", "/etc/passwd",
  "/etc/os-release", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/kernel/osrelease",
  "/proc/sys/fs/inotify/max_user_instances", "/sys/kernel/mm/ksm/run", "/sys/fs/selinux/enforce",
  "/sys/module/apparmor/parameters/enabled", "/sys/module/kvm_intel/parameters/nested",
  "/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/board_vendor", "/sys/hypervisor/type",
  "/sys/fs/cgroup/cgroup.controllers", "/etc/libvirt/network.conf", "/etc/qemu/bridge.conf",
  "/etc/ufw/ufw.conf", "/usr/share/osinfo/VERSION", "/var/log/kern.log", "/var/log/audit/audit.log",
  "/usr/share/qemu/firmware/50-edk2-ovmf-x64-sb.json", "/run/libvirtd.pid",
  "/sys/kernel/iommu_groups", "/usr/share/osinfo/os", "/dev/kvm", "/dev/net/tun", "/run/libvirt",
  "/var/lib/libvirt", "/lib/modules/6.8.5-301.fc40.x86_64/config", "/boot/config-6.8.5-301.fc40.x86_64",
};

typedef void (*Spoil) (const char *file);

static void
make_empty (const char *file)
{
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
}

static void
make_unreadable (const char *file)
{
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
}

static void
make_huge (const char *file)
{
  int fd = g_open (file, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, 1 << 30), ==, 0);
  g_assert_true (g_close (fd, NULL));
}

static void
make_long (const char *file)
{
  g_autofree char *text = g_strnfill (HOSTEL_HOST_MAX_BYTES + 1000, 'x');

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
make_binary (const char *file)
{
  g_assert_true (g_file_set_contents (file, "\x7f" "ELF\0\xff\xfe\0vmx\n", 12, NULL));
}

static void
make_loop (const char *file)
{
  g_autofree char *name = g_path_get_basename (file);

  g_assert_cmpint (symlink (name, file), ==, 0);
}

static void
make_pipe (const char *file)
{
  g_assert_cmpint (mkfifo (file, 0644), ==, 0);
}

static void
make_directory (const char *file)
{
  g_assert_cmpint (g_mkdir (file, 0755), ==, 0);
}

static const struct
{
  const char *name;
  Spoil       spoil;
  gboolean    as_nobody; /* root may read it all the same */
} spoils[] = {
  { "empty", make_empty, FALSE },
  { "unreadable", make_unreadable, TRUE },
  { "huge", make_huge, FALSE },
  { "long", make_long, FALSE },
  { "binary", make_binary, FALSE },
  { "loop", make_loop, FALSE },
  { "pipe", make_pipe, FALSE },
  { "directory", make_directory, FALSE },
};

/* What was there is put aside. */
static void
spoil_place (HostTree   *tree,
             const char *path,
             Spoil       spoil)
{
  g_autofree char *file = host_tree_place (tree, path);
  g_autofree char *aside = g_strconcat (file, ".aside", NULL);

  g_rename (file, aside);
  spoil (file);
}

static void
mend_place (HostTree   *tree,
            const char *path)
{
  g_autofree char *file = host_tree_place (tree, path);
  g_autofree char *aside = g_strconcat (file, ".aside", NULL);

  g_assert_cmpint (remove (file), ==, 0);
  g_rename (aside, file);
}

static HostelHostReport *
look (HostTree *tree,
      guint     which)
{
  gboolean drop = spoils[which].as_nobody && getuid () == 0;
  HostelHostReport *report;

  g_assert_cmpint (g_chmod (tree->root, 0755), ==, 0);
  if (drop)
    g_assert_cmpint (seteuid (65534), ==, 0);
  report = hostel_host_report_new_local (&tree->system);
  if (drop)
    g_assert_cmpint (seteuid (0), ==, 0);

  return report;
}

/* Nothing that a file can be may hold the report, end it, or turn into a failure; what cannot be
 * read is unknown, and the reason names the file. */
static void
test_spoiled (gconstpointer data)
{
  guint which = GPOINTER_TO_UINT (data);
  g_autoptr (HostTree) tree = host_tree_new (fixtures, "intel-kvm");

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (HostelHostReport) report = NULL;

      g_test_message ("%s", places[i]);
      spoil_place (tree, places[i], spoils[which].spoil);
      report = look (tree, which);
      assert_sound (report);
      if (g_str_equal (places[i], "/proc/cpuinfo"))
        {
          HostelHostCheck *check = lookup (report, "cpu-virtualization");

          assert_line (report, "expect cpu unknown");
          assert_line (report, "expect cpu-virtualization unknown");
          assert_line (report, "expect kvm-usable good");
          assert_contains (hostel_host_check_get_evidence (check), "/proc/cpuinfo: ");
        }
      if (g_str_equal (places[i], "/proc/meminfo"))
        assert_line (report, "expect memory unknown");
      mend_place (tree, places[i]);
    }
}

/* All of it at once. */
static void
test_all_spoiled (gconstpointer data)
{
  guint which = GPOINTER_TO_UINT (data);
  g_autoptr (HostTree) tree = host_tree_new (fixtures, "intel-kvm");
  g_autoptr (HostelHostReport) report = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    spoil_place (tree, places[i], spoils[which].spoil);
  report = look (tree, which);
  assert_sound (report);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) cases = NULL;

  g_test_init (&argc, &argv, NULL);
  fixtures = g_test_build_filename (G_TEST_DIST, "fixtures", "host", NULL);
  cases = host_tree_load_cases (fixtures);
  g_assert_cmpuint (cases->len, >=, 40);

  for (guint i = 0; i < cases->len; i++)
    {
      g_autofree char *path = g_strconcat ("/host-cases/", cases->pdata[i], NULL);

      g_test_add_data_func_full (path, g_strdup (cases->pdata[i]), test_case, g_free);
    }
  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autofree char *path = g_strconcat ("/host-spoiled/", spoils[i].name, NULL);
      g_autofree char *all = g_strconcat ("/host-all-spoiled/", spoils[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_spoiled);
      g_test_add_data_func (all, GUINT_TO_POINTER (i), test_all_spoiled);
    }

  return g_test_run ();
}
