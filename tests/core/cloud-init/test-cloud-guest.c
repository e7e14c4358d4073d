/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-cloud-check.h"
#include "hostel-error.h"
#include "hostel-guest-account.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g me@home"

/* The marks as "LINE error" and "LINE warning", joined. */
static char *
check (const char *body,
       const char *os)
{
  const HostelCloudTarget target = { .family = hostel_guest_family_from_os (os) };
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GPtrArray) marks = hostel_cloud_check_for (text, -1, &target);
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; i < marks->len; i++)
    {
      HostelCloudMark *mark = g_ptr_array_index (marks, i);

      g_test_message ("%s: %u %s", os, mark->line, mark->message);
      g_string_append_printf (shown, "%s%u %s", i > 0 ? ", " : "", mark->line,
                              mark->kind == HOSTEL_CLOUD_MARK_ERROR ? "error" : "warning");
    }

  return g_strdup (shown->str);
}

static void
assert_check (const char *body,
              const char *os,
              const char *expected)
{
  g_autofree char *marks = check (body, os);

  g_test_message ("%s", body);
  g_assert_cmpstr (marks, ==, expected);
}

/* What useradd(8) and its like say, in the order of HostelGuestFamily: + taken, ~ some do not,
 * - refused. */
static const struct
{
  const char *name;
  const char *verdicts; /* unknown, Debian, Ubuntu, Fedora, SUSE, Arch, Alpine, FreeBSD, other */
} names[] = {
  { "eve", "+++++++++" },          { "first.last", "+++++++++" },  { "Ops", "+++++++++" },
  { "ADMIN_2", "+++++++++" },      { "a-b_c.d", "+++++++++" },     { "host$", "+++++++++" },
  { "_svc", "+++++++++" },         { "web-", "+++++++++" },        { "X", "+++++++++" },
  { "1st", "++++-++++" },          { ".hidden", "++++-+-++" },
  { "4711", "~~~----+~" },         { "m\303\274ller", "~~~-----~" }, { "eve@corp", "~~~-----~" },
  { "a+b", "~~~-----~" },          { "a$b", "~~~-----~" },         { "a'b", "~~~-----~" },
  { "-eve", "---------" },         { "+eve", "---------" },        { "~eve", "---------" },
  { "e:v", "---------" },          { "e,v", "---------" },         { "e v", "---------" },
  { "e/v", "---------" },          { "e\tv", "---------" },        { "eve\n", "---------" },
  { ".", "---------" },            { "..", "---------" },          { "", "---------" },
  { "e\001v", "---------" },       { "\xff", "---------" },
  { "aaaaaaaaaabbbbbbbbbbccccccccccdd", "+++++++++" },
  { "aaaaaaaaaabbbbbbbbbbccccccccccddd", "---------" },
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      for (guint j = 0; j <= HOSTEL_GUEST_OTHER; j++)
        {
          const char *reason;
          g_autoptr (GError) error = NULL;
          HostelVerdict verdict = hostel_guest_judge_user_name (j, names[i].name, &reason);
          g_autofree char *shown = g_strescape (names[i].name, NULL);

          g_test_message ("%s %u", shown, j);
          g_assert_cmpint ("+~-"[verdict], ==, names[i].verdicts[j]);
          g_assert_true ((reason == NULL) == (verdict == HOSTEL_VERDICT_FINE));
          g_assert_true (hostel_guest_check_user_name (j, names[i].name, &error) ==
                         (verdict != HOSTEL_VERDICT_REFUSED));
          if (verdict == HOSTEL_VERDICT_REFUSED)
            {
              g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
              g_assert_nonnull (hostel_error_get_remedy (error));
              g_assert_null (strpbrk (error->message, "\n\001"));
            }
        }
    }

  g_assert_cmpint (hostel_guest_judge_group_name (HOSTEL_GUEST_DEBIAN, "12", NULL), ==,
                   HOSTEL_VERDICT_REFUSED);
  g_assert_cmpint (hostel_guest_judge_group_name (HOSTEL_GUEST_DEBIAN, "Domain.Users", NULL), ==,
                   HOSTEL_VERDICT_FINE);
}

static void
test_families (void)
{
  static const struct { const char *os; HostelGuestFamily family; } systems[] = {
    { "http://debian.org/debian/13", HOSTEL_GUEST_DEBIAN }, { "debian12", HOSTEL_GUEST_DEBIAN },
    { "debiantesting", HOSTEL_GUEST_DEBIAN }, { "ubuntu24.04", HOSTEL_GUEST_UBUNTU },
    { "http://fedoraproject.org/fedora/42", HOSTEL_GUEST_FEDORA },
    { "fedora-unknown", HOSTEL_GUEST_FEDORA }, { "rhel10.0", HOSTEL_GUEST_FEDORA },
    { "http://centos.org/centos-stream/9", HOSTEL_GUEST_FEDORA },
    { "almalinux10", HOSTEL_GUEST_FEDORA }, { "http://oracle.com/ol/9.4", HOSTEL_GUEST_FEDORA },
    { "opensuse15.6", HOSTEL_GUEST_SUSE }, { "opensusetumbleweed", HOSTEL_GUEST_SUSE },
    { "sle15sp4", HOSTEL_GUEST_SUSE }, { "archlinux", HOSTEL_GUEST_ARCH },
    { "alpinelinux3.21", HOSTEL_GUEST_ALPINE }, { "freebsd14.2", HOSTEL_GUEST_FREEBSD },
    { "linux2022", HOSTEL_GUEST_UNKNOWN }, { "", HOSTEL_GUEST_UNKNOWN },
    { NULL, HOSTEL_GUEST_UNKNOWN }, { "win11", HOSTEL_GUEST_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    {
      g_test_message ("%s", systems[i].os);
      g_assert_cmpint (hostel_guest_family_from_os (systems[i].os), ==, systems[i].family);
    }

  g_assert_cmpstr (hostel_cloud_release_from_os ("http://debian.org/debian/12"), ==, "22.4.2");
  g_assert_null (hostel_cloud_release_from_os ("ubuntu24.04"));
  g_assert_null (hostel_cloud_release_from_os (NULL));
}

/* A user's entry behind "- name: eve" on line 3, and what is said of an image that is not known, of
 * Debian 13 and of Fedora. */
static const struct
{
  const char *keys;
  const char *unknown;
  const char *debian;
  const char *fedora;
} users[] = {
  { "", "", "", "" },
  { "gecos: 'Eve: the first'", "5 error", "5 error", "5 error" },
  { "gecos: \"Eve\\nAdams\"", "5 error", "5 error", "5 error" },
  { "gecos: 'Eve, Room 12, , '", "", "", "" },
  { "gecos: \"\303\204ve\"", "", "", "" },
  { "homedir: home/eve", "5 error", "5 error", "5 error" },
  { "homedir: '/srv/a:b'", "5 error", "5 error", "5 error" },
  { "homedir: /srv/eve", "", "", "" },
  { "shell: bash", "5 error", "5 error", "5 error" },
  { "shell: /usr/bin/bash", "", "", "" },
  { "shell: /usr/sbin/nologin", "", "", "" },
  { "shell: /usr/bin/fish", "5 warning", "5 warning", "5 warning" },
  { "inactive: soon", "5 error", "5 error", "5 error" },
  { "inactive: '30'", "", "", "" },
  { "uid: 0", "5 error", "5 error", "5 error" },
  { "uid: -1", "5 error", "5 error", "5 error" },
  { "uid: 4294967295", "5 error", "5 error", "5 error" },
  { "uid: 2001", "", "", "" },
  { "passwd: secret", "5 warning, 5 warning", "5 warning, 5 warning", "5 warning, 5 warning" },
  { "{lock_passwd: false, passwd: $6$a$b}", "", "", "" },
  { "no_create_home: true", "4 error", "4 error", "4 error" },
  { "system: true", "4 error", "4 error", "4 error" },
  { "primary_group: staff_x", "5 warning", "5 error", "5 error" },
  { "primary_group: users", "", "", "" },
  { "groups: [sudo, brandnew]", "", "", "" },
  { "groups: brandnew, sudo", "", "", "" },
  { "groups: ['two words']", "5 error", "5 error", "5 error" },
  { "{groups: [brandnew], create_groups: false}", "5 warning", "5 error", "5 error" },
  { "{groups: [sudo], create_groups: false}", "", "", "" },
  { "{groups: [video], primary_group: staff_x}", "", "", "" },
  { "selinux_user: staff_u", "", "5 error", "" },
  { "ssh_import_id: [gh:eve]", "", "", "5 warning" },
  { "ssh_redirect_user: true", "5 error", "5 error", "5 error" },
};

static void
test_users (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      const char *keys = users[i].keys;
      gboolean flow = *keys == '{';
      g_autofree char *inner = flow ? g_strndup (keys + 1, strlen (keys) - 2) : NULL;
      g_auto (GStrv) parts = flow ? g_strsplit (inner, ", ", -1) : NULL;
      g_autofree char *lines = flow ? g_strjoinv ("\n    ", parts) : g_strdup (keys);
      g_autofree char *body = g_strdup_printf ("users:\n  - name: eve\n    ssh_authorized_keys: ['%s']"
                                               "\n    %s\n", KEY, lines);

      assert_check (body, NULL, users[i].unknown);
      assert_check (body, "debian13", users[i].debian);
      assert_check (body, "fedora42", users[i].fedora);
    }
}

/* Whole documents, and what is said of them for a system. */
static const struct
{
  const char *body;
  const char *os;
  const char *expected;
} documents[] = {
  /* names */
  { "users:\n  - name: first.last\n    ssh_import_id: [gh:a]\n", "debian13", "" },
  { "users:\n  - name: Ops\n    ssh_import_id: [gh:a]\n", "ubuntu24.04", "" },
  { "users:\n  - name: a:b\n    ssh_import_id: [gh:a]\n", NULL, "3 error" },
  { "users:\n  - name: a+b\n    ssh_import_id: [gh:a]\n", NULL, "3 warning" },
  { "users:\n  - name: a+b\n    ssh_authorized_keys: ['" KEY "']\n", "fedora42", "3 error" },
  { "users: [default, '-x']\n", NULL, "2 error" },
  { "user: {name: 'x y'}\n", NULL, "2 error" },
  { "user: ada\n", NULL, "" },
  { "users:\n  - {name: ada, passwd: $6$x}\n  - {name: ada, uid: 1500}\n", NULL,
    "3 warning, 4 warning" },
  { "users:\n  - {name: a, uid: 1500}\n  - {name: b, uid: 1500}\n", NULL, "4 error" },
  /* groups */
  { "groups: [web]\nusers:\n  - {name: ada, primary_group: web}\n", NULL, "" },
  { "groups: [web]\nusers:\n  - {name: web, ssh_import_id: [gh:a]}\n", NULL, "4 warning" },
  { "groups: [web]\nusers:\n  - {name: web, ssh_import_id: [gh:a]}\n", "debian12", "4 error" },
  { "groups: [web]\nusers:\n  - {name: web, passwd: $6$a, lock_passwd: false}\n", "opensuse15.6", "" },
  { "groups: [web]\nusers:\n  - {name: web, primary_group: web}\n", NULL, "" },
  { "groups: [web]\nusers:\n  - {name: web, no_user_group: true}\n", NULL, "" },
  { "users:\n  - {name: ada, groups: [bob]}\n  - {name: bob}\n", NULL, "4 warning" },
  { "users:\n  - {name: bob}\n  - {name: ada, groups: [bob]}\n", NULL, "" },
  { "users:\n  - {name: video, ssh_import_id: [gh:a]}\n", NULL, "3 warning" },
  { "users:\n  - {name: video, ssh_import_id: [gh:a]}\n", "debian12", "3 error" },
  { "groups:\n  - web: [ada]\nusers:\n  - {name: ada}\n", NULL, "3 warning" },
  { "groups:\n  - web: [root]\nusers:\n  - {name: ada, groups: web}\n", NULL, "" },
  { "groups: ['a b']\n", NULL, "2 error" },
  /* other ways of a user */
  { "users:\n  - {snapuser: a@example.org}\n", "debian13", "3 error" },
  { "users:\n  - {snapuser: a@example.org}\n", "ubuntu24.04", "" },
  { "users:\n  - {name: ada, shell: /usr/bin/zsh}\npackages: [zsh]\n", NULL, "" },
  { "users:\n  - {name: ada, shell: /bin/bash, ssh_import_id: [gh:a]}\n", "alpinelinux3.21",
    "3 warning" },
  { "users:\n  - name: ada\n    doas: [permit nopass bob]\n    ssh_import_id: [gh:a]\n",
    "alpinelinux3.21", "4 warning, 4 warning" },
  { "chpasswd:\n  users:\n    - {name: nobody1, password: x, type: text}\n", NULL, "4 warning" },
  { "chpasswd:\n  users:\n    - {name: root, password: x, type: text}\n", NULL, "" },
  { "users:\n  - {name: ada}\n", "debian13", "2 warning" },
  { "users: [default]\nssh_authorized_keys: ['" KEY "']\n", "debian13", "" },
  /* names of other things */
  { "hostname: my_host\n", NULL, "2 warning" },
  { "hostname: my_host\n", "rhel10.0", "2 error" },
  { "hostname: web1.example.org\nfqdn: web1\n", "rhel10.0", "" },
  { "hostname: a..b\n", NULL, "2 warning" },
  { "timezone: Europe/Berlim\n", NULL, "2 error" },
  { "timezone: europe/berlin\n", "debian13", "2 error" },
  { "timezone: tokyo\n", NULL, "2 error" },
  { "timezone: Mars/Olympus_Mons_Base\n", NULL, "2 warning" },
  { "timezone: Asia/Tokyo\n", "alpinelinux3.21", "" },
  { "timezone: UTC\n", "debian13", "" },
  { "timezone: US/Eastern\n", "debian13", "2 warning" },
  { "timezone: US/Eastern\n", "fedora42", "" },
  { "locale: fr_FR.UTF-8\n", "debian13", "" },
  { "locale: fr_FR.utf8\n", NULL, "" },
  { "locale: fr_FR\n", "ubuntu22.04", "" },
  { "locale: de_DE@euro\n", NULL, "" },
  { "locale: C.UTF-8\n", "fedora42", "" },
  { "locale: fr_FF.UTF-8\n", NULL, "2 warning" },
  { "locale: french\n", "debian13", "2 warning" },
  { "locale: zz_ZZ.UTF-8\n", "debian13", "2 warning" },
  { "locale: zz_ZZ.UTF-8\n", NULL, "" },
  { "locale: de-DE.UTF-8\n", NULL, "2 warning" },
  { "locale: fr_FF.UTF-8\n", "alpinelinux3.21", "" },
  /* files */
  { "write_files:\n  - {path: /a, owner: 'ada:ada'}\nusers:\n  - {name: ada}\n", NULL, "3 error" },
  { "write_files:\n  - {path: /a, owner: 'ada:ada', defer: true}\nusers:\n  - {name: ada}\n", NULL,
    "" },
  { "write_files:\n  - {path: /a, owner: 'root:web'}\ngroups: [web]\n", NULL, "3 error" },
  { "write_files:\n  - {path: /a, owner: 'debian:debian'}\n", NULL, "3 warning" },
  { "write_files:\n  - {path: /a, owner: 'debian:debian'}\n", "debian13", "3 error" },
  { "write_files:\n  - {path: /a, owner: '1000:1000', defer: true}\n", NULL, "3 error" },
  { "write_files:\n  - {path: /a, owner: root, permissions: '0640'}\n", NULL, "" },
  { "write_files:\n  - {path: /a, owner: www-data, permissions: '0o640'}\n", NULL, "" },
  { "write_files:\n  - {path: /a, permissions: '0898'}\n", NULL, "3 warning" },
  { "write_files:\n  - {path: /a, permissions: 'u=rw,g=r'}\n", NULL, "3 warning" },
  { "write_files:\n  - {path: etc/motd}\n", NULL, "3 warning" },
  /* packages */
  { "apt: {preserve_sources_list: true}\n", "fedora42", "2 warning" },
  { "apt: {preserve_sources_list: true}\n", "debian13", "" },
  { "apt: {preserve_sources_list: true}\n", NULL, "" },
  { "yum_repos:\n  a: {baseurl: 'https://example.org/a'}\n", "ubuntu24.04", "2 warning" },
  { "yum_repos:\n  a: {baseurl: 'https://example.org/a'}\n", "rocky9", "" },
  { "zypper: {config: {}}\n", "archlinux", "2 warning" },
  { "snap: {commands: [snap install hello]}\n", "debian13", "2 warning" },
  { "ubuntu_advantage: {token: t}\n", "rhel9.4", "2 warning, 2 warning" },
  { "packages:\n  - apt: [mg]\n", "freebsd14.2", "3 error, 3 warning" },
  { "packages:\n  - snap: [hello]\n", "debian13", "3 warning, 3 warning" },
  { "runcmd:\n  - dnf -y install git\n", "debian13", "3 warning" },
  { "runcmd:\n  - sudo apt-get install -y git\n  - [zypper, in, git]\n", "opensuse15.6", "3 warning" },
  { "bootcmd:\n  - [apk, add, git]\n", "alpinelinux3.21", "" },
};

static void
test_documents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    assert_check (documents[i].body, documents[i].os, documents[i].expected);
}

static void
assert_replacement (const char *body,
                    const char *expected)
{
  g_autofree char *text = g_strconcat ("#cloud-config\n", body, NULL);
  g_autoptr (GPtrArray) marks = hostel_cloud_check (text, -1);
  HostelCloudMark *mark;

  g_assert_cmpuint (marks->len, ==, 1);
  mark = g_ptr_array_index (marks, 0);
  g_assert_cmpstr (mark->replacement, ==, expected);
  g_assert_nonnull (strstr (mark->message, expected));
}

static void
test_replacements (void)
{
  assert_replacement ("timezone: Europe/Berlim\n", "Europe/Berlin");
  assert_replacement ("timezone: america/new_york\n", "America/New_York");
  assert_replacement ("timezone: lisbon\n", "Europe/Lisbon");
  assert_replacement ("locale: de_DF.UTF-8\n", "de_DE.UTF-8");
  assert_replacement ("locale: de-DE.UTF-8\n", "de_DE.UTF-8");
  assert_replacement ("locale: pt_br.utf-8\n", "pt_BR.UTF-8");
}

/* A document of many users and files is not looked through again for each. */
static void
test_many (void)
{
  g_autoptr (GString) body = g_string_new ("packages:\n");
  g_autofree char *marks = NULL;
  gint64 start;

  for (guint i = 0; i < 8000; i++)
    g_string_append_printf (body, "  - package%u\n", i);
  g_string_append (body, "groups:\n");
  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (body, "  - g%u: [root, h%u]\n", i, i);
  g_string_append (body, "users:\n");
  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (body, "  - {name: u%u, shell: /usr/bin/zsh%u, groups: [g%u, n%u]}\n", i, i,
                            i, i);
  g_string_append (body, "write_files:\n");
  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (body, "  - {path: /f%u, owner: u%u}\n", i, i);

  start = g_get_monotonic_time ();
  marks = check (body->str, "debian13");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cloud-guest/names", test_names);
  g_test_add_func ("/cloud-guest/families", test_families);
  g_test_add_func ("/cloud-guest/users", test_users);
  g_test_add_func ("/cloud-guest/documents", test_documents);
  g_test_add_func ("/cloud-guest/replacements", test_replacements);
  g_test_add_func ("/cloud-guest/many", test_many);

  return g_test_run ();
}
