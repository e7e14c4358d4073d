/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-key"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "hostel-error.h"
#include "hostel-host-key.h"

#define TYPE "ssh-ed25519"
#define HALF 32 /* bytes of either half of an Ed25519 key, RFC 8032 */
#define BLOCK 8 /* what an unencrypted private key is padded to */
#define LINE 70 /* of its base64 */

/* OpenSSH's PROTOCOL.key, its NUL included. */
static const char magic[] = "openssh-key-v1";

static void
append_uint32 (GByteArray *bytes,
               guint32     number)
{
  guint32 big_endian = GUINT32_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *) &big_endian, sizeof big_endian);
}

static void
append_string (GByteArray   *bytes,
               gconstpointer data,
               gsize         size)
{
  append_uint32 (bytes, size);
  g_byte_array_append (bytes, data, size);
}

static void
wipe_bytes (GByteArray *bytes)
{
  explicit_bzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

/* RFC 8709 4. */
static GByteArray *
make_public (const gnutls_datum_t *public_half)
{
  GByteArray *bytes = g_byte_array_new ();

  append_string (bytes, TYPE, strlen (TYPE));
  append_string (bytes, public_half->data, public_half->size);

  return bytes;
}

/* A key without a passphrase: what would be encrypted is as it is. */
static GByteArray *
make_secret (const gnutls_datum_t *private_half,
             const gnutls_datum_t *public_half)
{
  /* Large enough at once: what is moved leaves a copy behind. */
  GByteArray *bytes = g_byte_array_sized_new (256);
  guint32 check = g_random_int ();

  append_uint32 (bytes, check);
  append_uint32 (bytes, check);
  append_string (bytes, TYPE, strlen (TYPE));
  append_string (bytes, public_half->data, public_half->size);
  append_uint32 (bytes, private_half->size + public_half->size);
  g_byte_array_append (bytes, private_half->data, private_half->size);
  g_byte_array_append (bytes, public_half->data, public_half->size);
  append_string (bytes, "", 0);
  for (guint8 pad = 1; bytes->len % BLOCK != 0; pad++)
    g_byte_array_append (bytes, &pad, 1);

  return bytes;
}

static char *
dup_private_file (GByteArray *secret,
                  GByteArray *public)
{
  GByteArray *bytes = g_byte_array_sized_new (512);
  GString *text = g_string_sized_new (1024);
  char *base64;

  g_byte_array_append (bytes, (const guint8 *) magic, sizeof magic);
  append_string (bytes, "none", strlen ("none"));
  append_string (bytes, "none", strlen ("none"));
  append_string (bytes, "", 0);
  append_uint32 (bytes, 1);
  append_string (bytes, public->data, public->len);
  append_string (bytes, secret->data, secret->len);

  base64 = g_base64_encode (bytes->data, bytes->len);
  g_string_append (text, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  for (const char *line = base64; *line != '\0'; line += MIN (LINE, strlen (line)))
    g_string_append_printf (text, "%.*s\n", LINE, line);
  g_string_append (text, "-----END OPENSSH PRIVATE KEY-----\n");

  explicit_bzero (base64, strlen (base64));
  g_free (base64);
  wipe_bytes (bytes);

  return g_string_free (text, FALSE);
}

static HostelHostKey *
new_from_halves (const gnutls_datum_t *private_half,
                 const gnutls_datum_t *public_half)
{
  HostelHostKey *self = g_new0 (HostelHostKey, 1);
  g_autoptr (GByteArray) public = make_public (public_half);
  GByteArray *secret = make_secret (private_half, public_half);
  g_autofree char *base64 = g_base64_encode (public->data, public->len);

  self->public_key = g_strconcat (TYPE " ", base64, NULL);
  self->private_key = dup_private_file (secret, public);
  wipe_bytes (secret);

  return self;
}

static int
generate (gnutls_privkey_t  key,
          HostelHostKey   **self)
{
  gnutls_datum_t public_half = { NULL, 0 };
  gnutls_datum_t private_half = { NULL, 0 };
  int status = gnutls_privkey_generate2 (key, GNUTLS_PK_EDDSA_ED25519, 0, 0, NULL, 0);

  if (status >= 0)
    status = gnutls_privkey_export_ecc_raw2 (key, NULL, &public_half, NULL, &private_half, 0);
  if (status >= 0 && (public_half.size != HALF || private_half.size != HALF))
    status = GNUTLS_E_INTERNAL_ERROR;
  if (status >= 0)
    *self = new_from_halves (&private_half, &public_half);

  if (private_half.data != NULL)
    gnutls_memset (private_half.data, 0, private_half.size);
  gnutls_free (private_half.data);
  gnutls_free (public_half.data);

  return status;
}

/**
 * hostel_host_key_new:
 * @error: (out) (optional): %HOSTEL_ERROR_FAILED where the library makes none
 *
 * Makes an Ed25519 key, which every OpenSSH since 6.5 (2014) takes. In memory alone: no file has
 * it, however the program ends. Takes a millisecond.
 *
 * Returns: (transfer full) (nullable): a new key
 */
HostelHostKey *
hostel_host_key_new (GError **error)
{
  gnutls_privkey_t key = NULL;
  HostelHostKey *self = NULL;
  int status = gnutls_privkey_init (&key);

  if (status >= 0)
    status = generate (key, &self);
  if (key != NULL)
    gnutls_privkey_deinit (key);

  if (self == NULL)
    hostel_error_set (error, HOSTEL_ERROR_FAILED,
                      _("Look whether this system’s policy for cryptography allows Ed25519."),
                      gnutls_strerror (status), _("An SSH host key cannot be made."));

  return self;
}

void
hostel_host_key_free (HostelHostKey *self)
{
  if (self->private_key != NULL)
    explicit_bzero (self->private_key, strlen (self->private_key));
  g_free (self->private_key);
  g_free (self->public_key);
  g_free (self);
}
