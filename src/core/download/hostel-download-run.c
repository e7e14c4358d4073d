/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-download"

#include "config.h"

#include "hostel-download-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-http.h"

#define READ_SIZE (256 * 1024)
/* How much a loss of power may cost. */
#define SYNC_SIZE (G_GUINT64_CONSTANT (64) << 20)
#define MAX_TRIES 5
#define MAX_RETRY_MSEC 30000
#define MAX_WAIT_SECONDS 300
#define RATE_USEC (G_USEC_PER_SEC / 2)

typedef enum
{
  OUTCOME_WHOLE,
  OUTCOME_AGAIN,    /* the same address, from where it is */
  OUTCOME_RESTART,  /* the same address, from the beginning */
  OUTCOME_ELSEWHERE, /* this address has no such file */
  OUTCOME_FAILED,
} Outcome;

typedef struct
{
  HostelDownload     *download;    /* borrowed */
  SoupSession        *session;     /* owned */
  HostelDownloadPart *part;        /* owned */
  GChecksum          *sha256;      /* owned: of what the part has */
  GChecksum          *other;       /* owned, nullable: the expected digest's, where that is another */
  GCancellable       *cancellable; /* borrowed, nullable: the caller's */
  guint64             best;        /* the most bytes that were ever there */
  guint               tries;       /* since "best" grew */
  guint               wait_msec;   /* that the server asked for, 0 none */
  guint64             synced;
  gint64              rate_start;  /* µs */
  guint64             rate_done;
  guint64             rate;
  gboolean            resumed;     /* not all bytes came in this run and from one answer */
} Run;

static void
run_clear (Run *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->part, hostel_download_part_free);
  g_clear_pointer (&self->sha256, g_checksum_free);
  g_clear_pointer (&self->other, g_checksum_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
tell (Run                 *self,
      HostelDownloadState  state)
{
  hostel_download_tell (self->download, state, self->part->length, self->part->total, self->rate);
}

static void
start_rate (Run *self)
{
  self->rate_start = g_get_monotonic_time ();
  self->rate_done = self->part->length;
}

/* Half of the new and half of the old figure: neither jumps nor lags. */
static void
update_rate (Run *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 rate;

  if (now - self->rate_start < RATE_USEC)
    return;

  rate = (self->part->length - self->rate_done) * G_USEC_PER_SEC / (guint64) (now - self->rate_start);
  self->rate = self->rate == 0 ? rate : (self->rate + rate) / 2;
  start_rate (self);
}

static void
new_checksums (Run *self)
{
  HostelDownload *download = self->download;

  g_clear_pointer (&self->sha256, g_checksum_free);
  g_clear_pointer (&self->other, g_checksum_free);
  self->sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  if (download->digest != NULL && download->digest_type != G_CHECKSUM_SHA256)
    self->other = g_checksum_new (download->digest_type);
}

static gboolean
restart (Run     *self,
         GError **error)
{
  new_checksums (self);
  self->synced = 0;
  self->resumed = FALSE;

  return hostel_download_part_reset (self->part, error);
}

/* RFC 9110, 13.1.5: a weak ETag is no validator for a range. */
static const char *
get_validator (SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");
  const char *date = soup_message_headers_get_one (headers, "Last-Modified");
  const char *ranges = soup_message_headers_get_one (headers, "Accept-Ranges");

  if (ranges != NULL && g_ascii_strcasecmp (ranges, "none") == 0)
    return "";
  if (tag != NULL && *tag == '"')
    return tag;

  return date != NULL ? date : "";
}

/* A server that packs what it sends, although it was asked not to. What is packed by its name, a
 * ".gz", comes as it is: some servers tell that so, too. */
static gboolean
is_packed (HostelHttpResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");

  return encoding != NULL && *encoding != '\0' && g_ascii_strcasecmp (encoding, "identity") != 0 &&
         !g_str_has_suffix (g_uri_get_path (soup_message_get_uri (response->message)), ".gz");
}

static gboolean
unpack (HostelHttpResponse  *response,
        GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  g_autoptr (GZlibDecompressor) inflater = NULL;
  GInputStream *stream;

  if (g_ascii_strcasecmp (encoding, "gzip") != 0 && g_ascii_strcasecmp (encoding, "x-gzip") != 0)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Use another address."), encoding,
                        _("The server packs the file in a way that is not known."));
      return FALSE;
    }

  inflater = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  stream = g_converter_input_stream_new (response->stream, G_CONVERTER (inflater));
  g_object_unref (response->stream);
  response->stream = stream;

  return TRUE;
}

/* Whether the end of the body is seen for what it is: a connection that was cut looks the same
 * where the server told no length. */
static gboolean
has_visible_end (HostelHttpResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);

  return soup_message_get_http_version (response->message) == SOUP_HTTP_2_0 ||
         soup_message_headers_get_encoding (headers) != SOUP_ENCODING_EOF;
}

/* What a 200 begins. */
static Outcome
begin_whole (Run                 *self,
             HostelHttpResponse  *response,
             GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  gboolean packed = is_packed (response);
  goffset length = soup_message_headers_get_content_length (headers);

  if (self->part->length > 0 && !restart (self, error))
    return OUTCOME_FAILED;
  if (packed && !unpack (response, error))
    return OUTCOME_ELSEWHERE;
  if (!packed && !has_visible_end (response) && self->download->digest == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                        _("Download it in a browser, then choose the file."), NULL,
                        _("The server does not tell how long the file is, so that nobody could say "
                          "whether all of it has come."));
      return OUTCOME_ELSEWHERE;
    }

  hostel_download_part_set_source (self->part, packed ? "" : get_validator (headers),
                                   packed || length < 0 ? 0 : (guint64) length);

  return hostel_download_part_check_space (self->part, error) ? OUTCOME_WHOLE : OUTCOME_FAILED;
}

/* What a 206 goes on with: only just what was asked for, of the file that was begun. */
static Outcome
begin_rest (Run                *self,
            HostelHttpResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  HostelDownloadPart *part = self->part;
  goffset start;
  goffset end;
  goffset total;

  if (part->length == 0 || is_packed (response) ||
      !soup_message_headers_get_content_range (headers, &start, &end, &total) ||
      (guint64) start != part->length || end < start ||
      (total >= 0 && part->total > 0 && (guint64) total != part->total))
    return OUTCOME_RESTART;

  if (!g_str_equal (get_validator (headers), part->validator) &&
      soup_message_headers_get_one (headers, "ETag") != NULL && *part->validator == '"')
    return OUTCOME_RESTART;

  if (part->total == 0 && total > 0)
    part->total = (guint64) total;
  self->resumed = TRUE;

  return OUTCOME_WHOLE;
}

static gboolean
take (Run           *self,
      const guint8  *data,
      gsize          length,
      GError       **error)
{
  if (!hostel_download_part_write (self->part, data, length, error))
    return FALSE;

  g_checksum_update (self->sha256, data, (gssize) length);
  if (self->other != NULL)
    g_checksum_update (self->other, data, (gssize) length);

  if (self->part->length > self->best)
    {
      self->best = self->part->length;
      self->tries = 0;
    }
  if (self->part->length - self->synced >= SYNC_SIZE)
    {
      self->synced = self->part->length;
      if (!hostel_download_part_sync (self->part, error))
        return FALSE;
    }

  update_rate (self);
  tell (self, HOSTEL_DOWNLOAD_STATE_RUNNING);

  return TRUE;
}

static Outcome
read_body (Run                 *self,
           HostelHttpResponse  *response,
           GCancellable        *attempt,
           GError             **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) cause = NULL;
  gssize n;

  start_rate (self);
  while ((n = g_input_stream_read (response->stream, buffer, READ_SIZE, attempt, &cause)) > 0)
    {
      /* Longer than it said: what follows is not of this file. */
      if (self->part->total > 0)
        n = (gssize) MIN ((guint64) n, self->part->total - self->part->length);
      if (n == 0)
        break;
      if (!take (self, buffer, (gsize) n, error))
        return OUTCOME_FAILED;
    }

  if (n < 0)
    g_debug ("%s: %s", response->url, cause->message);
  if (n == 0 && (self->part->total == 0 || self->part->length == self->part->total))
    return OUTCOME_WHOLE;

  hostel_error_set (error, HOSTEL_ERROR_DISCONNECTED,
                    _("Check the network connection, then try again: it goes on from here."),
                    cause != NULL ? cause->message : NULL, _("The download was cut off."));

  return OUTCOME_AGAIN;
}

static Outcome
handle_status (Run                 *self,
               HostelHttpResponse  *response,
               GError             **error)
{
  gboolean temporary;

  /* RFC 9110, 15.5.17: the file is shorter than what we have of it. */
  if (response->status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE && self->part->length > 0)
    return OUTCOME_RESTART;

  temporary = hostel_http_set_status_error (response, error);
  self->wait_msec = MIN (hostel_http_get_retry_after (response), MAX_WAIT_SECONDS) * 1000;

  return temporary ? OUTCOME_AGAIN : OUTCOME_ELSEWHERE;
}

static Outcome
try_once (Run           *self,
          const char    *url,
          GCancellable  *attempt,
          GError       **error)
{
  HostelDownloadPart *part = self->part;
  g_autoptr (HostelHttpResponse) response = NULL;
  Outcome outcome;

  /* Nothing is missing, but the name. */
  if (part->total > 0 && part->length == part->total)
    return OUTCOME_WHOLE;
  if (part->length > 0 && *part->validator == '\0' && !restart (self, error))
    return OUTCOME_FAILED;

  tell (self, HOSTEL_DOWNLOAD_STATE_CONNECTING);
  response = hostel_http_get (self->session, url, part->length, part->validator, attempt, error);
  if (response == NULL)
    return g_error_matches (*error, HOSTEL_ERROR, HOSTEL_ERROR_DISCONNECTED) ||
           g_error_matches (*error, HOSTEL_ERROR, HOSTEL_ERROR_TIMED_OUT) ||
           g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
             ? OUTCOME_AGAIN : OUTCOME_ELSEWHERE;

  if (response->status == SOUP_STATUS_OK)
    outcome = begin_whole (self, response, error);
  else if (response->status == SOUP_STATUS_PARTIAL_CONTENT)
    outcome = begin_rest (self, response);
  else
    outcome = handle_status (self, response, error);

  return outcome == OUTCOME_WHOLE ? read_body (self, response, attempt, error) : outcome;
}

static void
cancel_attempt_cb (GCancellable *cancellable,
                   gpointer      attempt)
{
  g_cancellable_cancel (attempt);
}

/* A pause breaks the request off, a cancel too. */
static GCancellable *
begin_attempt (Run    *self,
               gulong *handler)
{
  HostelDownload *download = self->download;
  GCancellable *attempt = g_cancellable_new ();

  g_mutex_lock (&download->mutex);
  g_set_object (&download->attempt, attempt);
  if (download->paused)
    g_cancellable_cancel (attempt);
  g_mutex_unlock (&download->mutex);
  *handler = self->cancellable != NULL
               ? g_cancellable_connect (self->cancellable, G_CALLBACK (cancel_attempt_cb),
                                        g_object_ref (attempt), g_object_unref)
               : 0;

  return attempt;
}

static void
end_attempt (Run          *self,
             GCancellable *attempt,
             gulong        handler)
{
  HostelDownload *download = self->download;

  if (handler != 0)
    g_cancellable_disconnect (self->cancellable, handler);
  g_mutex_lock (&download->mutex);
  g_clear_object (&download->attempt);
  g_mutex_unlock (&download->mutex);
  g_object_unref (attempt);
}

static void
wake_cb (GCancellable *cancellable,
         gpointer      user_data)
{
  HostelDownload *download = user_data;

  g_mutex_lock (&download->mutex);
  g_cond_broadcast (&download->cond);
  g_mutex_unlock (&download->mutex);
}

/* Until it is resumed, or, with @msec, until that time is over. */
static void
wait_for (Run   *self,
          guint  msec)
{
  HostelDownload *download = self->download;
  gint64 end = g_get_monotonic_time () + (gint64) msec * 1000;
  gulong handler = 0;

  if (self->cancellable != NULL)
    handler = g_cancellable_connect (self->cancellable, G_CALLBACK (wake_cb), download, NULL);

  g_mutex_lock (&download->mutex);
  while (!g_cancellable_is_cancelled (self->cancellable) &&
         (download->paused || (msec > 0 && g_get_monotonic_time () < end)))
    {
      if (download->paused)
        g_cond_wait (&download->cond, &download->mutex);
      else
        g_cond_wait_until (&download->cond, &download->mutex, end);
    }
  g_mutex_unlock (&download->mutex);

  if (handler != 0)
    g_cancellable_disconnect (self->cancellable, handler);
}

static gboolean
is_paused (HostelDownload *download)
{
  gboolean paused;

  g_mutex_lock (&download->mutex);
  paused = download->paused;
  g_mutex_unlock (&download->mutex);

  return paused;
}

/* The network may come back, the server may recover; in the same place five times is enough. */
static gboolean
wait_before_retry (Run     *self,
                   GError **error)
{
  guint msec;

  if (!hostel_download_part_sync (self->part, error))
    return FALSE;
  self->synced = self->part->length;
  self->rate = 0;

  if (is_paused (self->download))
    {
      tell (self, HOSTEL_DOWNLOAD_STATE_PAUSED);
      wait_for (self, 0);
    }
  else
    {
      msec = MIN (self->download->retry_msec << MIN (self->tries, 10u), MAX_RETRY_MSEC);
      self->tries++;
      tell (self, HOSTEL_DOWNLOAD_STATE_WAITING);
      wait_for (self, MAX (msec, self->wait_msec));
      self->wait_msec = 0;
    }

  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static Outcome
try_url (Run         *self,
         const char  *url,
         GError     **error)
{
  self->tries = 0;

  for (;;)
    {
      g_autoptr (GError) cause = NULL;
      gulong handler;
      GCancellable *attempt = begin_attempt (self, &handler);
      Outcome outcome = try_once (self, url, attempt, &cause);

      end_attempt (self, attempt, handler);
      if (g_cancellable_is_cancelled (self->cancellable))
        {
          hostel_download_part_sync (self->part, NULL);
          g_cancellable_set_error_if_cancelled (self->cancellable, error);
          return OUTCOME_FAILED;
        }

      if (outcome == OUTCOME_RESTART)
        {
          if (!restart (self, error))
            return OUTCOME_FAILED;
          outcome = OUTCOME_AGAIN;
          self->tries++;
        }
      if (outcome == OUTCOME_AGAIN && (self->tries < MAX_TRIES || is_paused (self->download)))
        {
          if (!wait_before_retry (self, error))
            return OUTCOME_FAILED;
          continue;
        }

      if (cause != NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
      else if (outcome != OUTCOME_WHOLE)
        hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Try again later."), NULL,
                          _("The server does not give the file as it should."));
      if (outcome != OUTCOME_WHOLE)
        hostel_download_part_sync (self->part, NULL);

      return outcome;
    }
}

static gboolean
check_digest (Run     *self,
              GError **error)
{
  HostelDownload *download = self->download;
  const char *found = g_checksum_get_string (self->other != NULL ? self->other : self->sha256);
  g_autofree char *details = NULL;

  if (download->digest == NULL || g_str_equal (found, download->digest))
    return TRUE;

  details = g_strdup_printf (_("Published: %s, downloaded: %s"), download->digest, found);
  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Nothing of it was kept. Try again later; if it stays so, somebody may have "
                      "changed the file."),
                    details,
                    _("What was downloaded is not the file that the checksum was published for."));

  return FALSE;
}

static void
keep_results (Run *self)
{
  HostelDownload *download = self->download;

  download->sha256 = g_strdup (g_checksum_get_string (self->sha256));
  download->validator = g_strdup (self->part->validator);
}

/* A file that was put together from several answers and is wrong is fetched once more in one go. */
static Outcome
fetch (Run         *self,
       const char  *url,
       GError     **error)
{
  for (;;)
    {
      gboolean resumed;
      Outcome outcome = try_url (self, url, error);

      if (outcome != OUTCOME_WHOLE)
        return outcome;
      if (check_digest (self, error))
        return hostel_download_part_commit (self->part, error) ? OUTCOME_WHOLE : OUTCOME_FAILED;

      resumed = self->resumed;
      if (!restart (self, NULL) || !resumed)
        return OUTCOME_ELSEWHERE;
      g_clear_error (error);
    }
}

/*< private >
 * hostel_download_run:
 * @cancellable: (nullable): keeps what is there, to go on with later
 * @error: see hostel_download_run_finish()
 *
 * Blocks until the file is there or cannot be had: for a thread of its own.
 */
gboolean
hostel_download_run (HostelDownload  *self,
                     GCancellable    *cancellable,
                     GError         **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_auto (Run) run = { .download = self, .cancellable = cancellable };

  /* Without its folder the next step says why. */
  g_mkdir_with_parents (folder, 0755);
  run.session = hostel_http_session_new (self->trust);
  run.part = hostel_download_part_open (self->path, self->urls->pdata[0],
                                        self->digest != NULL ? self->digest : "", error);
  if (run.part == NULL)
    return FALSE;

  new_checksums (&run);
  run.best = run.synced = run.part->length;
  run.resumed = run.part->length > 0;
  tell (&run, HOSTEL_DOWNLOAD_STATE_CONNECTING);
  if (!hostel_download_part_hash (run.part, run.sha256, run.other, cancellable, error))
    return FALSE;

  for (guint i = 0; i < self->urls->len; i++)
    {
      Outcome outcome;

      /* The first mirror's reason is the one to tell. */
      outcome = fetch (&run, self->urls->pdata[i], *error == NULL ? error : NULL);
      if (outcome == OUTCOME_WHOLE)
        {
          keep_results (&run);
          g_clear_error (error);
          return TRUE;
        }
      if (outcome == OUTCOME_FAILED)
        return FALSE;
    }

  if (run.part->length == 0)
    hostel_download_discard (self->path);

  return FALSE;
}
