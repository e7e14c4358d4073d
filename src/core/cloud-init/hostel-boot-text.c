/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-text"

#include "config.h"

#include <string.h>

#include "hostel-boot-text.h"

#define MAX_LINE 4096
#define MAX_ERRORS 16
#define MAX_MESSAGE 512

struct _HostelBootText
{
  GString         *line;   /* owned: the line so far, without escape sequences */
  GPtrArray       *errors; /* owned, NULL at its end */
  HostelBootSign   sign;
  HostelBootCloud  cloud;
  guint            boots;
  enum { PLAIN, ESCAPE, SEQUENCE, STRING } state;
};

/* What stands at the beginning of a line, or anywhere in it; a prompt's line has no end yet. */
static const struct
{
  const char     *text;
  gboolean        first;
  HostelBootSign  sign;
} signs[] = {
  { "You are in emergency mode", FALSE, HOSTEL_BOOT_SIGN_EMERGENCY },
  { "You are in rescue mode", FALSE, HOSTEL_BOOT_SIGN_EMERGENCY },
  { "Give root password for maintenance", TRUE, HOSTEL_BOOT_SIGN_EMERGENCY },
  { "Press Enter for maintenance", TRUE, HOSTEL_BOOT_SIGN_EMERGENCY },
  { "Cannot open access to console, the root account is locked", TRUE, HOSTEL_BOOT_SIGN_EMERGENCY },
  { "Generating \"/run/initramfs/rdsosreport.txt\"", FALSE, HOSTEL_BOOT_SIGN_INITRAMFS },
  { "dracut:/#", TRUE, HOSTEL_BOOT_SIGN_INITRAMFS },
  { "(initramfs)", TRUE, HOSTEL_BOOT_SIGN_INITRAMFS },
  { "initramfs emergency recovery shell launched", TRUE, HOSTEL_BOOT_SIGN_INITRAMFS },
  { "grub rescue>", TRUE, HOSTEL_BOOT_SIGN_LOADER },
  { "grub>", TRUE, HOSTEL_BOOT_SIGN_LOADER },
  { "No bootable device.", TRUE, HOSTEL_BOOT_SIGN_NO_SYSTEM },
  { "BdsDxe: No bootable option or device was found", TRUE, HOSTEL_BOOT_SIGN_NO_SYSTEM },
  { "UEFI Interactive Shell", TRUE, HOSTEL_BOOT_SIGN_NO_SYSTEM },
  { "Kernel panic - not syncing", FALSE, HOSTEL_BOOT_SIGN_PANIC },
};

/* The firmware's first words and the kernel's. */
static const char * const begins[] = { "SeaBIOS (version", "] Linux version ", "BdsDxe: starting Boot" };

/* systemd's names of cloud-init's units, old and new. */
static const char * const units[] = {
  "cloud-init", "Cloud-init", "cloud-config", "cloud-final", "cloud user/final scripts",
};

static gboolean
is_login (const char *line)
{
  gsize length = 0;

  /* getty's question, "bunk-7 login: ", see agetty(8). The kernel and cloud-init write after it in
   * the same line. */
  while (g_ascii_isalnum (line[length]) || (line[length] != '\0' && strchr ("._-", line[length])) ||
         (guchar) line[length] >= 0x80)
    length++;

  return length > 0 && g_str_has_prefix (line + length, " login: ") && !g_str_has_prefix (line, "Last ");
}

static HostelBootSign
find_sign (const char *line)
{
  if (is_login (line))
    return HOSTEL_BOOT_SIGN_LOGIN;

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (signs[i].first ? g_str_has_prefix (line, signs[i].text) : strstr (line, signs[i].text) != NULL)
      return signs[i].sign;

  return HOSTEL_BOOT_SIGN_NONE;
}

static void
add_error (HostelBootText *self,
           const char     *message)
{
  g_autofree char *valid = NULL;

  if (self->errors->len > MAX_ERRORS)
    return;

  valid = g_utf8_make_valid (message, strnlen (message, MAX_MESSAGE));
  g_strdelimit (valid, "\t\177", ' ');
  g_ptr_array_insert (self->errors, self->errors->len - 1, g_steal_pointer (&valid));
}

/* In cloud-init's words where it is one of its modules, else in systemd's. */
static void
find_error (HostelBootText *self,
            const char     *line)
{
  const char *warning = strstr (line, "[WARNING]: ");
  const char *failed = strstr (line, "Failed to start ");

  if (warning != NULL && strstr (line, "cloud-init[") != NULL)
    {
      warning += strlen ("[WARNING]: ");
      if ((g_str_has_prefix (warning, "Running module ") && strstr (warning, " failed")) ||
          g_str_has_prefix (warning, "failed stage "))
        add_error (self, warning);
    }
  else if (failed != NULL)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
        if (strstr (failed, units[i]) != NULL)
          {
            add_error (self, failed);
            break;
          }
    }
}

/* "Cloud-init v. 22.4.2 finished at …. Datasource DataSourceNoCloud [seed=/dev/vdb][dsmode=net].  Up…" */
static void
find_cloud (HostelBootText *self,
            const char     *line)
{
  const char *version = strstr (line, "Cloud-init v. ");
  const char *datasource;

  if (version == NULL)
    return;

  if (strstr (version, " finished at ") != NULL && (datasource = strstr (version, "Datasource ")) != NULL)
    self->cloud = hostel_boot_text_is_seeded (datasource) ? HOSTEL_BOOT_CLOUD_FINISHED
                                                          : HOSTEL_BOOT_CLOUD_UNSEEDED;
  else if (strstr (version, " running '") != NULL)
    self->cloud = HOSTEL_BOOT_CLOUD_RUNNING;
}

static void
begin (HostelBootText *self)
{
  self->sign = HOSTEL_BOOT_SIGN_NONE;
  self->cloud = HOSTEL_BOOT_CLOUD_NONE;
  self->boots++;
  g_ptr_array_set_size (self->errors, 0);
  g_ptr_array_add (self->errors, NULL);
}

static void
look_for_sign (HostelBootText *self)
{
  HostelBootSign sign = find_sign (self->line->str);

  /* Nothing comes after a panic but a new boot. */
  if (sign != HOSTEL_BOOT_SIGN_NONE && self->sign != HOSTEL_BOOT_SIGN_PANIC)
    self->sign = sign;
}

static void
end_line (HostelBootText *self)
{
  const char *first;

  /* What stands before it in its line is of the boot before. */
  for (gsize i = 0; i < G_N_ELEMENTS (begins); i++)
    if ((first = strstr (self->line->str, begins[i])) != NULL)
      {
        begin (self);
        g_string_erase (self->line, 0, first - self->line->str);
      }
  look_for_sign (self);
  find_cloud (self, self->line->str);
  find_error (self, self->line->str);
  g_string_truncate (self->line, 0);
}

/* CSI and single-character sequences, and the strings of OSC, see ECMA-48. */
static void
take_byte (HostelBootText *self,
           char            byte)
{
  if (byte == '\033')
    self->state = ESCAPE;
  else if (self->state == ESCAPE)
    self->state = byte == '[' ? SEQUENCE : byte == ']' ? STRING : PLAIN;
  else if (self->state == SEQUENCE)
    self->state = byte >= '@' && byte <= '~' ? PLAIN : SEQUENCE;
  else if (self->state == STRING)
    self->state = byte == '\a' || byte == '\n' ? PLAIN : STRING;
  else if (byte == '\n' || byte == '\r')
    end_line (self);
  else if (byte != '\0' && self->line->len < MAX_LINE)
    g_string_append_c (self->line, byte);
}

/**
 * hostel_boot_text_new:
 *
 * Returns: (transfer full): a reader that has read nothing yet
 */
HostelBootText *
hostel_boot_text_new (void)
{
  HostelBootText *self = g_new0 (HostelBootText, 1);

  self->line = g_string_new (NULL);
  self->errors = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->errors, NULL);

  return self;
}

void
hostel_boot_text_free (HostelBootText *self)
{
  g_string_free (self->line, TRUE);
  g_ptr_array_unref (self->errors);
  g_free (self);
}

/**
 * hostel_boot_text_feed:
 * @self: the reader
 * @text: what the console wrote next
 * @size: its size in bytes
 */
void
hostel_boot_text_feed (HostelBootText *self,
                       const char     *text,
                       gsize           size)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || size == 0);

  for (gsize i = 0; i < size; i++)
    take_byte (self, text[i]);
  /* A question waits in a line without an end. */
  look_for_sign (self);
}

HostelBootSign
hostel_boot_text_get_sign (HostelBootText *self)
{
  g_return_val_if_fail (self != NULL, HOSTEL_BOOT_SIGN_NONE);

  return self->sign;
}

HostelBootCloud
hostel_boot_text_get_cloud (HostelBootText *self)
{
  g_return_val_if_fail (self != NULL, HOSTEL_BOOT_CLOUD_NONE);

  return self->cloud;
}

/**
 * hostel_boot_text_get_errors:
 * @self: the reader
 *
 * Returns: (transfer none): modules and units of cloud-init that failed in this boot, maybe none
 */
const char * const *
hostel_boot_text_get_errors (HostelBootText *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char * const *) self->errors->pdata;
}

/**
 * hostel_boot_text_get_boots:
 * @self: the reader
 *
 * Returns: how many beginnings of a boot have been read, of firmware and kernel
 */
guint
hostel_boot_text_get_boots (HostelBootText *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->boots;
}

/**
 * hostel_boot_text_is_seeded:
 * @datasource: (nullable): "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]"
 *
 * With "ds=nocloud" from the firmware alone cloud-init finishes, too: "[seed=None]", "[seed=dmi]".
 *
 * Returns: whether a disk, a folder or an address is named
 */
gboolean
hostel_boot_text_is_seeded (const char *datasource)
{
  const char *seed = datasource != NULL ? strstr (datasource, "[seed=") : NULL;
  const char *end = seed != NULL ? strchr (seed, ']') : NULL;

  return end != NULL && memchr (seed, '/', end - seed) != NULL;
}
