/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-vendor-data"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "hostel-boot-report.h"
#include "hostel-cloud-init-resources.h"
#include "hostel-error.h"
#include "hostel-vendor-data.h"
#include "hostel-yaml.h"

#define RESOURCES "/io/github/hostel/core/"
#define BOUNDARY "==hostel=report=="
#define HEADER "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\nMIME-Version: 1.0\n\n"
#define HOST_KEY_PART "hostel-host-key"
#define MACHINE_ID_PART "hostel-machine-id"
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
  append_part (mime, "cloud-config", HOST_KEY_PART, "", text);
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

  g_string_append (mime, HEADER);
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

static gboolean
is_part (const char *part,
         const char *file_name)
{
  g_autofree char *line = g_strdup_printf ("\nContent-Disposition: attachment; filename=\"%s\"\n",
                                           file_name);
  const char *body = strstr (part, "\n\n");
  const char *found = strstr (part, line);

  return found != NULL && (body == NULL || found < body);
}

/* Between the boundaries. */
static char **
split (GBytes *vendor_data)
{
  gsize length = 0;
  const char *bytes = vendor_data != NULL ? g_bytes_get_data (vendor_data, &length) : NULL;
  g_autofree char *text = NULL;
  char **parts;

  if (length < strlen (HEADER) || memcmp (bytes, HEADER, strlen (HEADER)) != 0 ||
      memchr (bytes, '\0', length) != NULL)
    return NULL;

  text = g_strndup (bytes, length);
  parts = g_strsplit (text, "--" BOUNDARY, -1);
  explicit_bzero (text, length);

  return parts;
}

static void
wipe_parts (char **parts)
{
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    explicit_bzero (parts[i], strlen (parts[i]));
  g_strfreev (parts);
}

/* All but what only one machine may have. Returns whether a host key was among it. */
static gboolean
copy_parts (GString  *mime,
            char    **parts)
{
  gboolean had_key = FALSE;

  /* The header is before the first, the end after the last. */
  for (guint i = 1; parts[i] != NULL; i++)
    if (is_part (parts[i], HOST_KEY_PART))
      had_key = TRUE;
    else if (*parts[i] == '\n' && !is_part (parts[i], MACHINE_ID_PART))
      g_string_append_printf (mime, "--" BOUNDARY "%s", parts[i]);

  return had_key;
}

/**
 * hostel_vendor_data_renew:
 * @vendor_data: (nullable): of the machine that is cloned
 * @host_key: (out) (nullable): the clone's, where the machine had been given one
 * @error: (out) (optional): %HOSTEL_ERROR_UNSUPPORTED where it is another program's
 *
 * Has the clone make itself a machine-id of its own, and gives it a host key of its own. What the
 * users get stays.
 *
 * Returns: (transfer full) (nullable): vendor-data for hostel_seed_set_vendor_data()
 */
GBytes *
hostel_vendor_data_renew (GBytes         *vendor_data,
                          HostelHostKey **host_key,
                          GError        **error)
{
  char **parts = split (vendor_data);
  GString *mime = NULL;
  gboolean had_key;

  g_return_val_if_fail (host_key != NULL && *host_key == NULL, NULL);

  if (parts == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Make an exact copy instead."), NULL,
                        _("Its seed was not made by Hostel: what would have to be new in it is not "
                          "known."));
      return NULL;
    }

  mime = g_string_sized_new (ENOUGH);
  g_string_append (mime, HEADER);
  had_key = copy_parts (mime, parts);
  wipe_parts (parts);
  append_part (mime, "cloud-boothook", MACHINE_ID_PART, "#cloud-boothook\n#!/bin/sh\n",
               get_script (RESOURCES MACHINE_ID_PART ".sh"));
  if (had_key)
    {
      if ((*host_key = hostel_host_key_new (error)) == NULL)
        {
          wipe (mime);
          return NULL;
        }
      append_host_key (mime, *host_key);
    }
  g_string_append (mime, "--" BOUNDARY "--\n");

  return g_bytes_new_with_free_func (mime->str, mime->len, wipe, mime);
}
