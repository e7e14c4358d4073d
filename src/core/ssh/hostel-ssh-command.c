/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-ssh-command"

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include "hostel-ssh-command.h"

/* useradd(8): LOGIN_NAME_MAX where it is newest. */
#define MAX_USER 256
/* RFC 1123 2.1, RFC 1035 2.3.4 */
#define MAX_HOST 253
#define MAX_LABEL 63

/* What needs no quotes in any shell. */
#define PLAIN G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "=/._-@:,+"

/**
 * hostel_ssh_command_is_user:
 * @text: anything
 *
 * As the useradd(8) of the distributions: letters, digits, "_", "." and "-", no "-" in front, and a
 * "$" at the end. Letters of other scripts too, which Debian takes.
 *
 * Returns: whether it can be a user's name
 */
gboolean
hostel_ssh_command_is_user (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  if (*text == '\0' || *text == '-' || strlen (text) > MAX_USER ||
      !g_utf8_validate (text, -1, NULL) || g_str_equal (text, ".") || g_str_equal (text, ".."))
    return FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (!g_unichar_isalnum (letter) && (c == text || !g_unichar_ismark (letter)) &&
          !(letter < 0x80 && strchr ("_.-", (int) letter) != NULL) &&
          !(letter == '$' && c != text && c[1] == '\0'))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_label (const char *label)
{
  gsize length = strlen (label);

  return length > 0 && length <= MAX_LABEL && label[0] != '-' && label[length - 1] != '-' &&
         strspn (label, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-") == length;
}

/**
 * hostel_ssh_command_is_host:
 * @text: anything
 *
 * Returns: whether it is an IP address without a zone, or a name as RFC 952 and RFC 1123 have them
 */
gboolean
hostel_ssh_command_is_host (const char *text)
{
  g_auto (GStrv) labels = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  if (strlen (text) > MAX_HOST)
    return FALSE;
  if (strchr (text, '%') == NULL && g_hostname_is_ip_address (text))
    return TRUE;

  labels = g_strsplit (text, ".", -1);
  for (guint i = 0; labels[i] != NULL; i++)
    if (!is_label (labels[i]))
      return FALSE;

  return labels[0] != NULL;
}

static void
append (GString    *command,
        const char *word)
{
  g_autofree char *quoted = NULL;

  if (word[strspn (word, PLAIN)] != '\0')
    quoted = g_shell_quote (word);

  g_string_append_printf (command, " %s", quoted != NULL ? quoted : word);
}

static void
append_option (GString    *command,
               const char *name,
               const char *value)
{
  g_autoptr (GString) option = g_string_new (value);

  /* ssh_config(5): a token begins with a percent sign, and a blank parts two files. */
  g_string_replace (option, "%", "%%", 0);
  if (strchr (option->str, ' ') != NULL)
    {
      g_string_prepend_c (option, '"');
      g_string_append_c (option, '"');
    }
  g_string_prepend (option, name);

  g_string_append (command, " -o");
  append (command, option->str);
}

/* Beside those of an agent, and of a person's own configuration. */
static void
append_identity (GString    *command,
                 const char *path)
{
  g_autoptr (GString) escaped = g_string_new (path);

  g_string_replace (escaped, "%", "%%", 0);
  g_string_append (command, " -i");
  append (command, escaped->str);
}

static void
append_target (GString    *command,
               const char *user,
               const char *host,
               guint       port,
               gboolean    end_options)
{
  g_autofree char *target = g_strdup_printf ("%s@%s", user, host);

  if (port != 0)
    g_string_append_printf (command, " -p %u", port);
  if (end_options)
    g_string_append (command, " --");
  append (command, target);
}

static gboolean
is_target (const char *user,
           const char *host,
           guint       port)
{
  return user != NULL && host != NULL && hostel_ssh_command_is_user (user) &&
         hostel_ssh_command_is_host (host) && port <= G_MAXUINT16;
}

/**
 * hostel_ssh_command_dup:
 * @user: (nullable): whom to log in as
 * @host: (nullable): a name or an address
 * @port: 0 for ssh's own
 * @identity: (nullable): the file of a private key
 * @known_hosts: (nullable): a file that has the host's key
 * @alias: (nullable): under which name
 *
 * Returns: (transfer full): a command for a shell, to be copied and run; "" where @user or @host is
 *   none
 */
char *
hostel_ssh_command_dup (const char *user,
                        const char *host,
                        guint       port,
                        const char *identity,
                        const char *known_hosts,
                        const char *alias)
{
  GString *command;

  if (!is_target (user, host, port))
    return g_strdup ("");

  command = g_string_new ("ssh");
  if (identity != NULL)
    append_identity (command, identity);
  if (known_hosts != NULL && alias != NULL && hostel_ssh_command_is_host (alias))
    {
      append_option (command, "UserKnownHostsFile=", known_hosts);
      append_option (command, "HostKeyAlias=", alias);
    }
  append_target (command, user, host, port, TRUE);

  return g_string_free (command, FALSE);
}

/**
 * hostel_ssh_command_dup_label:
 * @user: (nullable): whom to log in as
 * @host: (nullable): a name or an address
 * @port: 0 for ssh's own
 *
 * Returns: (transfer full): the same for a person's eyes, without what only ssh needs
 */
char *
hostel_ssh_command_dup_label (const char *user,
                              const char *host,
                              guint       port)
{
  GString *command;

  if (!is_target (user, host, port))
    return g_strdup ("");

  command = g_string_new ("ssh");
  append_target (command, user, host, port, FALSE);

  return g_string_free (command, FALSE);
}
