/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-image-proof"

#include "config.h"

#include "hostel-image-proof.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "hostel-checksum-file.h"
#include "hostel-error.h"
#include "hostel-http.h"
#include "hostel-signature.h"

/* Ubuntu's has 200 lines; nobody's comes near that. */
#define CHECKSUMS_LIMIT (4 * 1024 * 1024)
#define SIGNATURE_LIMIT (256 * 1024)

void
hostel_image_proof_free (HostelImageProof *self)
{
  g_free (self->hex);
  g_free (self->signer);
  g_free (self->note);
  g_free (self);
}

static void
set_note (HostelImageProof *self,
          const char       *note)
{
  g_free (self->note);
  self->note = g_strdup (note);
}

/* A person's and the administrator's own keys first, then what the distribution packs. */
static GBytes *
load_keyring (const HostelImageKey  *key,
              GError               **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) files = NULL;
  const char *own[] = { g_get_user_config_dir (), NULL };
  const char * const *directories[] = { own, g_get_system_config_dirs (), g_get_system_data_dirs () };
  static const char * const suffixes[] = { ".asc", ".gpg" };

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    for (guint j = 0; directories[i][j] != NULL; j++)
      for (guint k = 0; k < G_N_ELEMENTS (suffixes); k++)
        {
          g_autofree char *name = g_strconcat (key->id, suffixes[k], NULL);
          g_autofree char *path = g_build_filename (directories[i][j], "hostel", "keys", name, NULL);

          g_strv_builder_add (builder, path);
        }
  g_strv_builder_addv (builder, (const char **) key->files);
  files = g_strv_builder_end (builder);

  return hostel_signature_load_keyring ((const char * const *) files, error);
}

/* NULL where the signature cannot be looked at here; then the note says why. */
static GBytes *
prepare (HostelImageProof *self,
         HostelImageEntry *entry)
{
  const HostelImageKey *key = hostel_image_entry_get_key (entry);
  g_autoptr (GError) error = NULL;
  GBytes *keyring;

  if (key == NULL || key->fingerprints[0] == NULL)
    return NULL;
  if (!hostel_signature_is_available ())
    {
      set_note (self, _("The signature was not checked: gpgv is not installed."));
      return NULL;
    }
  if ((keyring = load_keyring (key, &error)) == NULL)
    set_note (self, _("The signature was not checked: the distribution’s key is not on this "
                      "computer."));

  return keyring;
}

static char *
write_temporary (GBytes  *bytes,
                 GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("hostel-proof-XXXXXX", &path, error);

  if (fd < 0)
    return NULL;
  g_close (fd, NULL);
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                            (gssize) g_bytes_get_size (bytes), error))
    {
      g_unlink (path);
      return NULL;
    }

  return g_steal_pointer (&path);
}

/* Replaces *@text by what is signed of it. */
static gboolean
verify_text (HostelImageProof  *self,
             const HostelImageKey *key,
             GBytes            *keyring,
             GBytes           **text,
             GBytes            *signature,
             GCancellable      *cancellable,
             GError           **error)
{
  g_autofree char *text_path = write_temporary (*text, error);
  g_autofree char *signature_path = NULL;
  g_autoptr (GBytes) signed_text = NULL;
  gboolean good;

  if (text_path == NULL)
    return FALSE;
  if (signature != NULL && (signature_path = write_temporary (signature, error)) == NULL)
    {
      g_unlink (text_path);
      return FALSE;
    }

  good = hostel_signature_verify (keyring, (const char * const *) key->fingerprints, text_path,
                                  signature_path, &signed_text, &self->signer, cancellable, error);
  g_unlink (text_path);
  if (signature_path != NULL)
    g_unlink (signature_path);
  if (good && signed_text != NULL)
    {
      g_bytes_unref (*text);
      *text = g_steal_pointer (&signed_text);
    }

  return good;
}

static gboolean
check_signature (HostelImageProof  *self,
                 HostelImageEntry  *entry,
                 SoupSession       *session,
                 GBytes           **text,
                 GCancellable      *cancellable,
                 GError           **error)
{
  const char *url = hostel_image_entry_get_signature_url (entry);
  g_autoptr (GBytes) keyring = NULL;
  g_autoptr (GBytes) signature = NULL;

  if (hostel_image_entry_has_image_signature (entry) ||
      (*url == '\0' && !hostel_image_entry_has_inline_signature (entry)) ||
      (keyring = prepare (self, entry)) == NULL)
    return TRUE;

  if (*url != '\0' && (signature = hostel_http_get_bytes (session, url, SIGNATURE_LIMIT, cancellable,
                                                          error)) == NULL)
    return FALSE;
  if (!verify_text (self, hostel_image_entry_get_key (entry), keyring, text, signature, cancellable,
                    error))
    return FALSE;
  self->trust = HOSTEL_IMAGE_TRUST_SIGNED;

  return TRUE;
}

static gboolean
load (HostelImageProof  *self,
      HostelImageEntry  *entry,
      SoupSession       *session,
      GCancellable      *cancellable,
      GError           **error)
{
  const char *url = hostel_image_entry_get_checksums_url (entry);
  g_autofree char *file = hostel_image_entry_dup_file_name (entry);
  g_autoptr (GBytes) text = NULL;
  gsize length;
  const char *data;

  if (*url == '\0')
    {
      set_note (self, _("No checksum is published: whether the file is the right one is not known."));
      return TRUE;
    }

  if ((text = hostel_http_get_bytes (session, url, CHECKSUMS_LIMIT, cancellable, error)) == NULL)
    return FALSE;
  self->trust = HOSTEL_IMAGE_TRUST_DIGEST;
  if (!check_signature (self, entry, session, &text, cancellable, error))
    return FALSE;

  data = g_bytes_get_data (text, &length);

  return hostel_checksum_file_find (data != NULL ? data : "", length, file,
                                    hostel_image_entry_has_own_checksums (entry), &self->type,
                                    &self->hex, error);
}

/*< private >
 * hostel_image_proof_load:
 * @entry: which image
 * @trust: (nullable): certificates, for tests
 * @cancellable: (nullable): to stop it
 * @error: set to %HOSTEL_ERROR_DENIED where a signature is wrong, or as for hostel_http_get_bytes()
 *
 * Fetches the published checksums and their signature. What is published must be there and right;
 * only a key that is missing here is told in the note instead.
 */
HostelImageProof *
hostel_image_proof_load (HostelImageEntry  *entry,
                         GTlsDatabase      *trust,
                         GCancellable      *cancellable,
                         GError           **error)
{
  g_autoptr (HostelImageProof) self = g_new0 (HostelImageProof, 1);
  g_autoptr (GMainContext) context = g_main_context_new ();
  SoupSession *session;
  gboolean done;

  g_main_context_push_thread_default (context);
  session = hostel_http_session_new (trust);
  done = load (self, entry, session, cancellable, error);
  g_object_unref (session);
  g_main_context_pop_thread_default (context);

  return done ? g_steal_pointer (&self) : NULL;
}

/*< private >
 * hostel_image_proof_check_file:
 * @self: what was published
 * @entry: which image
 * @path: the downloaded file, as it came
 * @error: as for hostel_image_proof_load()
 *
 * For distributions that sign the image itself.
 */
gboolean
hostel_image_proof_check_file (HostelImageProof  *self,
                               HostelImageEntry  *entry,
                               const char        *path,
                               GTlsDatabase      *trust,
                               GCancellable      *cancellable,
                               GError           **error)
{
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GBytes) keyring = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autofree char *signature_path = NULL;
  SoupSession *session;
  gboolean good;

  if (!hostel_image_entry_has_image_signature (entry) || (keyring = prepare (self, entry)) == NULL)
    return TRUE;

  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  session = hostel_http_session_new (trust);
  signature = hostel_http_get_bytes (session, hostel_image_entry_get_signature_url (entry),
                                     SIGNATURE_LIMIT, cancellable, error);
  g_object_unref (session);
  g_main_context_pop_thread_default (context);
  if (signature == NULL || (signature_path = write_temporary (signature, error)) == NULL)
    return FALSE;

  good = hostel_signature_verify (keyring,
                                  (const char * const *) hostel_image_entry_get_key (entry)->fingerprints,
                                  path, signature_path, NULL, &self->signer, cancellable, error);
  g_unlink (signature_path);
  if (good)
    self->trust = HOSTEL_IMAGE_TRUST_SIGNED;

  return good;
}
