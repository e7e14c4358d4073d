/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-vendor-data"

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include "hostel-boot-report.h"
#include "hostel-cloud-init-resources.h"
#include "hostel-vendor-data.h"
#include "hostel-yaml.h"

#define RESOURCES "/io/github/hostel/core/"
#define BOUNDARY "==hostel=report=="
#define END_OF_FILE "END-OF-HOSTEL-FILE"
/* What grows leaves copies behind, and one part of it is a private key. */
#define ENOUGH (64 * 1024)

static void
append_part (GString    *mime,
             const char *type,
             const char *file_name,
             const char *first_line,
             const char *script)
{
  g_string_append_printf (mime,
                          "--" BOUNDARY "\n"
                          "Content-Type: text/%s; charset=\"us-ascii\"\n"
                          "MIME-Version: 1.0\n"
                          "Content-Transfer-Encoding: 7bit\n"
                          "Content-Disposition: attachment; filename=\"%s\"\n"
                          "\n"
                          "%s%s\n",
                          type, file_name, first_line, script);
}

static const char *
get_script (const char *path)
{
  /* It is part of the program, and stays where it is. */
  g_autoptr (GBytes) script = g_resource_lookup_data (hostel_cloud_init_get_resource (), path,
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return g_bytes_get_data (script, NULL);
}

/* A login shell reads it; a boothook, as it is there before the first login. */
static void
append_console_size (GString *mime)
{
  g_autofree char *script =
    g_strdup_printf ("[ -d /etc/profile.d ] || exit 0\n"
                     "cat >/etc/profile.d/hostel-console-size.sh <<'" END_OF_FILE "'\n"
                     "%s" END_OF_FILE "\n",
                     get_script (RESOURCES "hostel-console-size.sh"));

  append_part (mime, "cloud-boothook", "hostel-console-size", "#cloud-boothook\n#!/bin/sh\n", script);
}

/* cc_ssh makes keys of its own only where it is given none. */
static void
append_host_key (GString             *mime,
                 const HostelHostKey *host_key)
{
  g_autoptr (HostelYaml) config = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  HostelYaml *keys = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  g_autofree char *text = NULL;

  hostel_yaml_set_string (keys, "ed25519_private", host_key->private_key);
  hostel_yaml_set_string (keys, "ed25519_public", host_key->public_key);
  hostel_yaml_set (config, "ssh_keys", keys);
  text = hostel_yaml_emit (config, "#cloud-config");
  append_part (mime, "cloud-config", "hostel-host-key", "", text);
  explicit_bzero (text, strlen (text));
}

static void
append_login (GString           *mime,
              const HostelLogin *login)
{
  g_autofree char *key = g_shell_quote (login->key);
  g_autofree char *key_users = g_strjoinv (" ", login->key_users);
  g_autofree char *shell_users = g_strjoinv (" ", login->shell_users);
  g_autofree char *head = g_strdup_printf ("#!/bin/sh\nkey=%s\nkey_users='%s'\nshell_users='%s'\n", key,
                                           key_users, shell_users);

  append_part (mime, "x-shellscript", "hostel-login", head, get_script (RESOURCES "hostel-login.sh"));
}

static void
wipe (gpointer data)
{
  GString *mime = data;

  explicit_bzero (mime->str, mime->len);
  g_string_free (mime, TRUE);
}

/**
 * hostel_login_free:
 * @self: (transfer full): what users get
 *
 * Frees @self.
 */
void
hostel_login_free (HostelLogin *self)
{
  g_free (self->key);
  g_strfreev (self->key_users);
  g_strfreev (self->shell_users);
  g_free (self);
}

/**
 * hostel_vendor_data_new:
 * @flags: what to add
 * @host_key: (nullable): the guest's SSH host key; only where the user-data has no ssh_keys
 * @login: (nullable): what users get at the end of the first boot
 *
 * The reporter's script as a boothook and as a script: whichever cloud-init runs first reports on
 * %HOSTEL_BOOT_REPORT_CHANNEL. No cloud-config for it, since a person's runcmd, bootcmd or
 * write_files would replace ours.
 *
 * Returns: (transfer full): vendor-data for hostel_seed_set_vendor_data()
 */
GBytes *
hostel_vendor_data_new (HostelVendorDataFlags  flags,
                        const HostelHostKey   *host_key,
                        const HostelLogin     *login)
{
  const char *report = get_script (RESOURCES "hostel-boot-report.sh");
  GString *mime = g_string_sized_new (ENOUGH);

  g_string_append (mime, "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\n"
                         "MIME-Version: 1.0\n"
                         "\n");
  append_part (mime, "cloud-boothook", "hostel-report-boothook", "#cloud-boothook\n", report);
  append_part (mime, "x-shellscript", "hostel-report", "", report);
  if (flags & HOSTEL_VENDOR_DATA_CONSOLE_SIZE)
    append_console_size (mime);
  if (login != NULL)
    append_login (mime, login);
  if (host_key != NULL)
    append_host_key (mime, host_key);
  g_string_append (mime, "--" BOUNDARY "--\n");

  return g_bytes_new_with_free_func (mime->str, mime->len, wipe, mime);
}
