/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cloud-secrets"

#include "config.h"

#include <string.h>

#include "hostel-cloud-secrets-private.h"

/* The names are those of cloud-init's modules (https://docs.cloud-init.io/en/latest/reference/modules.html),
 * of Ubuntu's autoinstall, netplan and curtin, and of Kairos. They mean the same wherever they stand:
 * user-data stands in autoinstall, autoinstall in user-data, and users in stages. */

static const char * const document_keys[] = {
  "hostname", "fqdn", "ssh_pwauth", NULL
};
static const char * const keys[] = {
  "password", "passwd", "pass", "pwd", "passwords", "hashed_passwd", "hashed_password",
  "plain_text_passwd",
  "lock_passwd", "chpasswd", "rootpw", "passphrase", "password_hash", "pin", "otp",
  "ssh_keys", "ssh_authorized_keys", "authorized_keys", "ssh_import_id", "import_id", "github_keys",
  "token", "tokens", "secret", "secrets", "credentials", "authorization", "psk", "pre_shared_key",
  "preshared_key", "private_key", "private_keys", "private_cert", "client_key", "validation_key",
  "validation_cert", "activation_key", "registration_key", "auth_key", "authkey", "api_key", "apikey",
  "access_key", "access_key_id", "secret_key", "consumer_key", "token_key", "luks_key", "recovery_key",
  "encryption_key", "random_seed", "csr_attributes", "cookie", NULL
};
static const char * const endings[] = {
  "_password", "_passwd", "_pass", "_pwd", "_pin", "_passphrase", "_token", "_secret", "_private_key",
  "_private", "_psk",
  "_secret_key", "_access_key", "_api_key", "_auth_key", "_credentials", NULL
};
/* A whole of which nobody knows the parts. */
static const char * const nested_keys[][2] = {
  { "landscape", "client" },
  { "mcollective", "conf" },
  { "salt_minion", "pillar" },
  { "wireguard", "interfaces" },
};
/* A person's own text, files and commands. */
static const char * const free_keys[] = {
  "runcmd", "bootcmd", "content", "commands", "early_commands", "late_commands", "error_commands",
  "final_message", "packages", "ca_certs", "trusted", NULL
};

/* cloud-init takes a dash for an underscore in many places; others write "adminPassword". */
static char *
normalize (const char *key)
{
  GString *name = g_string_new (NULL);

  for (const char *c = key; *c != '\0'; c++)
    {
      if (c > key && g_ascii_isupper (*c) && g_ascii_islower (c[-1]))
        g_string_append_c (name, '_');
      g_string_append_c (name, g_ascii_tolower (*c));
    }

  return g_strdelimit (g_string_free (name, FALSE), "-. ", '_');
}

/* Whether nothing but a private key or a hash is known for a secret under @key. */
gboolean
hostel_cloud_secret_is_free (const char *key)
{
  g_autofree char *name = normalize (key);

  return g_strv_contains (free_keys, name);
}

static gboolean
ends_as_secret (const char *name)
{
  for (gsize i = 0; endings[i] != NULL; i++)
    {
      if (g_str_has_suffix (name, endings[i]))
        return TRUE;
    }

  return FALSE;
}

/* "key" is a secret of encrypted disks and of tunnels, and none of package sources. */
static gboolean
is_secret_of_kind (HostelYaml *mapping,
                   const char *name,
                   const char *parent)
{
  const char *type = hostel_yaml_lookup_string (mapping, "type");
  const char *mode = hostel_yaml_lookup_string (mapping, "mode");

  if (g_str_equal (name, "key") || g_str_equal (name, "keys"))
    return g_strcmp0 (type, "dm_crypt") == 0 || mode != NULL || g_strcmp0 (parent, "peers") == 0;

  return FALSE;
}

/* Whether what stands under @key of @mapping is a secret; @parent is the key of that, and @top says
 * that it is the document. */
gboolean
hostel_cloud_secret_is_key (HostelYaml *mapping,
                            const char *key,
                            const char *parent,
                            gboolean    top)
{
  g_autofree char *name = normalize (key);

  if ((top && g_strv_contains (document_keys, name)) || g_strv_contains (keys, name) ||
      ends_as_secret (name) || is_secret_of_kind (mapping, name, parent))
    return TRUE;

  for (gsize i = 0; parent != NULL && i < G_N_ELEMENTS (nested_keys); i++)
    {
      if (g_str_equal (parent, nested_keys[i][0]) && g_str_equal (name, nested_keys[i][1]))
        return TRUE;
    }

  return FALSE;
}

/* Whether the text shows by itself what it is: a private key, a hash of a password, or an answer or an
 * argument that names one. */
gboolean
hostel_cloud_secret_is_value (const char *value)
{
  static GRegex *pattern;
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      pattern = g_regex_new ("PRIVATE KEY-----"
                             "|^\\$(?:[1567y]|2[abxy]?|gy|argon2[id]+|sha1)\\$"
                             "|^--?[a-z-]*(?:token|password|secret)[= ]"
                             "|passw(?:or)?d(?:[_-]again)?[ \\t]+password[ \\t]+\\S"
                             "|^[ \\t]*(?:core\\.trust_password|[a-z_.-]*(?:token|secret)):[ \\t]*\\S"
                             "|PrivateKey[ \\t]*="
                             "|^type:[ \\t]*system-user[ \\t]*$",
                             G_REGEX_OPTIMIZE | G_REGEX_MULTILINE, 0, NULL);
      g_once_init_leave (&ready, 1);
    }

  return g_regex_match (pattern, value, 0, NULL);
}

/* What is left of a text without the user, password and tokens of an address in it and, in a list of
 * @options of a file system, those of its; %NULL where that is the same. */
char *
hostel_cloud_secret_dup_clean (const char *value,
                               gboolean    options)
{
  static GRegex *address;
  static GRegex *query;
  static GRegex *option;
  static gsize ready;
  g_autofree char *named = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *result = NULL;

  if (g_once_init_enter (&ready))
    {
      address = g_regex_new ("(://)[^/\\s@\"']+(?:@[^/\\s@\"']+)*@", G_REGEX_OPTIMIZE, 0, NULL);
      query = g_regex_new ("([?&][a-z_.-]*(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key"
                           "|sig(?:nature)?)=)[^&#\\s\"']+", G_REGEX_OPTIMIZE | G_REGEX_CASELESS, 0,
                           NULL);
      option = g_regex_new ("(?:(?<=^|[\\s,])(?:user(?:name)?|pass(?:w(?:or)?d)?2?)=[^,\\s]*,?)"
                            "|,(?:user(?:name)?|pass(?:w(?:or)?d)?2?)=[^,\\s]*",
                            G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&ready, 1);
    }

  named = g_regex_replace (address, value, -1, 0, "\\1", 0, NULL);
  clean = g_regex_replace (query, named != NULL ? named : value, -1, 0, "\\1", 0, NULL);
  if (options && clean != NULL && strstr (clean, "pass") != NULL)
    result = g_regex_replace (option, clean, -1, 0, "", 0, NULL);
  if (result == NULL)
    result = g_steal_pointer (&clean);

  if (result == NULL || strcmp (result, value) == 0)
    return NULL;
  if (options && (g_str_has_suffix (result, ",") || *result == '\0'))
    {
      char *end = result + strlen (result);

      while (end > result && end[-1] == ',')
        *--end = '\0';
      if (*result == '\0')
        return g_strdup ("defaults");
    }

  return g_steal_pointer (&result);
}
