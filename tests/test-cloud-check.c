#include "config.h"

#include "hostel-cloud-check.h"

/* The marks as "LINE e|w REPLACEMENT", joined, for cloud-config keys without the first line. */
static char *
check (const char *body)
{
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GPtrArray) marks = hostel_cloud_check (text, -1);
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
  g_autofree char *marks = check (body); \
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

  return g_test_run ();
}
