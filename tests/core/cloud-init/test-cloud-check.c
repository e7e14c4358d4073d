/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-check.h"

/* The marks as "LINE e|w REPLACEMENT", joined, for cloud-config keys without the first line. */
static char *
check_for (const char              *body,
           const HostelCloudTarget *target)
{
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GPtrArray) marks = hostel_cloud_check_for (text, -1, target);
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_ptr_array_index (marks, i);

      g_assert_cmpstr (mark->message, !=, "");
      g_string_append_printf (shown, "%s%u %s", i > 0 ? ", " : "", mark->line,
                              mark->kind == HOSTEL_CLOUD_MARK_ERROR ? "error" : "warning");
      if (mark->replacement != NULL)
        g_string_append_printf (shown, " %.*s->%s", (int) (mark->end - mark->start),
                                text + mark->start, mark->replacement);
    }

  return g_strdup (shown->str);
}

#define assert_marks(body, expected) G_STMT_START { \
  const HostelCloudTarget target = { .family = HOSTEL_GUEST_UNKNOWN }; \
  g_autofree char *marks = check_for (body, &target); \
  g_assert_cmpstr (marks, ==, expected); \
} G_STMT_END

static void
test_good (void)
{
  assert_marks ("", "");
  assert_marks ("hostname: web1\npackages: [vim, [nginx, '1.18']]\n", "");
  assert_marks ("runcmd:\n  - [ls, -l]\n  - date\n", "");
  assert_marks ("x-keys: &k\n  name: bob\nusers:\n  - default\n  - <<: *k\n    gecos: Bob\n", "");
}

static void
test_keys (void)
{
  assert_marks ("hostname: a\npackage: [vim]\n", "3 warning package->packages");
  assert_marks ("users:\n  - name: a\n    shel: /bin/sh\n", "4 error shel->shell");
  assert_marks ("users:\n  - name: a\n    zzz: 1\n", "4 error");
  assert_marks ("users:\n  - gecos: a\n", "3 error");
  assert_marks ("locale: a\nlocale: b\n", "2 warning");
}

static void
test_values (void)
{
  assert_marks ("packages: vim\n", "2 error");
  assert_marks ("packages:\n  - vim\n  - 3\n", "4 error");
  assert_marks ("package_update: maybe\n", "2 error");
  assert_marks ("package_update: yes\n", "");
  assert_marks ("package_update: 'yes'\n", "2 error");
  assert_marks ("power_state:\n  mode: restart\n", "3 error");
  assert_marks ("hostname: 2023-01-01\n", "2 error");
  assert_marks ("swap:\n  size: 2 gigs\n", "3 error");
  assert_marks ("runcmd: []\n", "2 error");
}

static void
test_deprecated (void)
{
  assert_marks ("apt_update: true\n", "2 warning apt_update->package_update");
  /* Both are there: only a person knows which one is to go. */
  assert_marks ("apt_update: true\npackage_update: true\n", "2 warning");
  assert_marks ("users:\n  - name: a\n    uid: '1000'\n", "4 warning");
}

static void
test_advice (void)
{
  assert_marks ("users:\n  - name: a\n    passwd: $6$x\n", "4 warning");
  assert_marks ("users:\n  - name: a\n    passwd: $6$x\n    lock_passwd: false\n", "");
  assert_marks ("ssh_authorized_keys:\n  - ssh-rsa AAA\n", "3 warning");
  assert_marks ("packages:\n  - vim nano\n", "3 warning");
}

static void
assert_line (const char *text,
             guint       line)
{
  g_autoptr (GPtrArray) marks = hostel_cloud_check (text, -1);
  HostelCloudMark *mark;

  g_assert_cmpuint (marks->len, ==, 1);
  mark = g_ptr_array_index (marks, 0);
  g_assert_cmpint (mark->kind, ==, HOSTEL_CLOUD_MARK_ERROR);
  g_assert_cmpuint (mark->line, ==, line);
}

static void
test_unreadable (void)
{
  g_autoptr (GPtrArray) script = hostel_cloud_check ("#!/bin/sh\nhostname: [\n", -1);

  g_assert_cmpuint (script->len, ==, 0);
  assert_line ("hostname: web1\n", 1);
  assert_line ("#cloud-config\nhostname: web1\nusers:\n\t- default\n", 4);
  assert_line ("#cloud-config\n\nhostname: *nowhere\n", 3);
  assert_line ("#cloud-config\n- a\n", 2);
}

/* What some release takes and another one does not: the marks where the image is not known, with
 * the last release that is different, and with the first one that has it. */
static const struct
{
  const char *body;
  const char *unknown;
  const char *last;
  const char *marks_last;
  const char *first;
  const char *marks_first;
} releases[] = {
  { "users:\n  - name: eve\n    doas: [permit eve]\n", "4 warning",
    "23.2", "4 error", "23.3", "" },
  { "packages:\n  - git\n  - snap: [hello]\n", "4 warning", "23.3.3", "4 error", "23.4", "" },
  { "packages:\n  - apt:\n      - [git, '2.0']\n", "3 warning",
    "22.4.2", "3 error", "25.1.4", "" },
  { "write_files:\n  - path: /a\n    source:\n      uri: https://example.org/a\n", "4 warning",
    "24.2", "4 error", "24.3.1", "" },
  { "rh_subscription:\n  activation_key: k\n  org: 'o'\n", "3 warning",
    "25.2", "3 error", "25.3", "" },
  { "rh_subscription:\n  activation-key: k\n  org: 'o'\n", "3 warning activation-key->activation_key",
    "25.2", "", "25.3", "3 warning activation-key->activation_key" },
  { "rh_subscription:\n  org: 12\n", "3 warning", "24.1", "", "24.2", "3 warning" },
  { "ntp:\n  peers: [ntp.example.org]\n", "3 warning", "23.1.2", "3 error", "23.2", "" },
  { "locale: false\n", "2 warning", "24.3", "2 error", "24.4", "" },
  { "yum_repos:\n  a:\n    name: a\n    mirrorlist: https://example.org/m\n", "3 warning",
    "24.1", "3 error", "24.3", "" },
  { "ansible:\n  pull:\n    - url: https://example.org/a\n      playbook_names: [a.yml]\n", "3 warning",
    "25.1", "3 error", "25.2", "" },
  { "ubuntu_pro:\n  token: t\n", "2 warning", "23.4", "2 warning", "24.1", "" },
  { "ubuntu_advantage:\n  token: t\n", "2 warning ubuntu_advantage->ubuntu_pro",
    "23.4", "", "24.1", "2 warning ubuntu_advantage->ubuntu_pro" },
  { "ssh_genkeytypes: [dsa, rsa]\n", "2 error", "23.4", "", "24.1", "2 error" },
  { "users:\n  - name: eve\n    uid: '1000'\n", "4 warning", "24.1", "4 warning", "24.2", "" },
  { "users:\n  - name: eve\n    ssh-import-id: [gh:eve]\n", "4 warning ssh-import-id->ssh_import_id",
    "24.1", "", "24.2", "4 warning ssh-import-id->ssh_import_id" },
};

/* Right with every cloud-init, whatever its schema said. */
static const char * const always[] = {
  "users: []\n",
  "users: []\ndisable_root: false\n",
  "users:\n  - name: eve\n    sudo: ['ALL=(ALL) NOPASSWD:ALL', 'ALL=(bob) ALL']\n"
  "    ssh_import_id: [gh:eve]\n",
  "users:\n  - name: eve\n    sudo: null\n    ssh_import_id: [gh:eve]\n",
  "users:\n  - name: eve\n    sudo:\n      - ALL=(ALL) ALL\n    ssh_import_id: [gh:eve]\n",
  "rh_subscription:\n  username: joe\n  password: p\n",
  "chpasswd:\n  expire: false\n  users:\n    - {name: root, password: x1, type: text}\n",
  "create_hostname_file: true\n",
  "output: {all: '| tee -a /var/log/x.log'}\n",
  "merge_how: 'list(append)+dict(recurse_array)+str()'\n",
  "launch-index: 0\n",
};

static char *
check_release (const char *body,
               const char *release)
{
  const HostelCloudTarget target = { .cloud_init = release };

  return check_for (body, &target);
}

static void
test_releases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (releases); i++)
    {
      g_autofree char *last = check_release (releases[i].body, releases[i].last);
      g_autofree char *first = check_release (releases[i].body, releases[i].first);
      g_autofree char *newer = check_release (releases[i].body, "99.1");

      g_test_message ("%s", releases[i].body);
      assert_marks (releases[i].body, releases[i].unknown);
      g_assert_cmpstr (last, ==, releases[i].marks_last);
      g_assert_cmpstr (first, ==, releases[i].marks_first);
      g_assert_cmpstr (newer, ==, releases[i].marks_first);
    }
}

static void
test_always (void)
{
  static const char * const all[] = { NULL, "20.4.1", "22.4.2", "23.3", "24.1.7", "25.1.4", "26.2" };

  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (all); j++)
        {
          g_autofree char *marks = check_release (always[i], all[j]);

          g_test_message ("%s: %s", all[j] != NULL ? all[j] : "-", always[i]);
          g_assert_cmpstr (marks, ==, "");
        }
    }
}

/* A spelling of a user's key that is not the best one, but works with every release. */
static void
test_dashes (void)
{
  static const char * const keys[] = {
    "lock-passwd: true", "no-create-home: true", "no-log-init: true", "no-user-group: true",
    "hashed-passwd: $6$a$b", "plain-text-passwd: a", "create-groups: false", "primary-group: eve",
    "selinux-user: staff_u", "ssh-authorized-keys: [ssh-ed25519 AAAA]", "ssh-import-id: [gh:a]",
    "ssh-redirect-user: true",
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *body = g_strdup_printf ("users:\n  - name: eve\n    %s\n", keys[i]);
      g_autofree char *old = check_release (body, "22.4.2");
      g_autofree char *newest = check_release (body, "26.1");

      g_assert_null (strstr (old, "error"));
      g_assert_null (strstr (newest, "error"));
      g_assert_nonnull (strstr (newest, "->"));
    }
}

static void
assert_message (const char *body,
                const char *release,
                const char *expected)
{
  const HostelCloudTarget target = { .cloud_init = release };
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GPtrArray) marks = hostel_cloud_check_for (text, -1, &target);

  g_assert_cmpuint (marks->len, ==, 1);
  g_assert_cmpstr (((HostelCloudMark *) marks->pdata[0])->message, ==, expected);
}

static void
test_release_messages (void)
{
  assert_message (releases[0].body, "22.4.2",
                  "cloud-init before 23.3 refuses this; this image has 22.4.2.");
  assert_message (releases[0].body, NULL, "cloud-init before 23.3 refuses this.");
  assert_message ("ssh_genkeytypes: [dsa]\n", NULL,
                  "An item of “ssh_genkeytypes” must be “ecdsa”, “ed25519” or “rsa”, not “dsa”. "
                  "cloud-init before 24.1 takes it.");
  assert_message ("ubuntu_pro: {token: t}\n", "22.4.2",
                  "cloud-init before 24.1 does not know “ubuntu_pro”, and does nothing.");
  /* A form that is on its way out is never proposed. */
  assert_message ("rh_subscription:\n  activation_kye: a\n", "26.2",
                  "cloud-init does not know “activation_kye” here. Is “activation_key” meant?");
  assert_message ("rh_subscription:\n  activation_key: a\n  activation-key: a\n", "25.1",
                  "cloud-init before 25.3 refuses this; this image has 25.1.");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-check/good", test_good);
  g_test_add_func ("/cloud-check/keys", test_keys);
  g_test_add_func ("/cloud-check/values", test_values);
  g_test_add_func ("/cloud-check/deprecated", test_deprecated);
  g_test_add_func ("/cloud-check/advice", test_advice);
  g_test_add_func ("/cloud-check/unreadable", test_unreadable);
  g_test_add_func ("/cloud-check/releases", test_releases);
  g_test_add_func ("/cloud-check/always", test_always);
  g_test_add_func ("/cloud-check/dashes", test_dashes);
  g_test_add_func ("/cloud-check/release-messages", test_release_messages);

  return g_test_run ();
}
