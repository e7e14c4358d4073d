/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-http"

#include "config.h"

#include "hostel-http.h"

#include <glib/gi18n.h>

#include "hostel-error.h"

#define MAX_REDIRECTS 10
#define TIMEOUT_SECONDS 60
#define READ_SIZE (64 * 1024)

/**
 * hostel_http_session_new:
 * @trust: (nullable): certificates to trust instead of the system's
 *
 * To be used in the thread that makes it. Proxies are those of the desktop.
 *
 * Returns: (transfer full): a session that gives bodies as they come: what a digest was made of is
 *   the file, not what a server has made of it on the way
 */
SoupSession *
hostel_http_session_new (GTlsDatabase *trust)
{
  SoupSession *session = soup_session_new_with_options ("user-agent", "Hostel/" PACKAGE_VERSION " ",
                                                        "timeout", TIMEOUT_SECONDS,
                                                        NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  if (trust != NULL)
    soup_session_set_tls_database (session, trust);

  return session;
}

void
hostel_http_response_free (HostelHttpResponse *self)
{
  /* Closing would read the rest of the body first. */
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_free (self->url);
  g_free (self);
}

static const char *
get_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  return host != NULL ? host : "";
}

/* libsoup's and GIO's reasons, in words of this program. */
static void
translate_error (GError      *cause,
                 GUri        *uri,
                 GError     **error)
{
  const char *remedy = _("Check the network connection, then try again.");

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return;
    }

  if (cause->domain == G_TLS_ERROR)
    hostel_error_set (error, HOSTEL_ERROR_DENIED,
                      _("Check this computer’s date, and whether a proxy stands between."),
                      cause->message, _("The identity of the server “%s” cannot be verified."),
                      get_host (uri));
  else if (cause->domain == G_RESOLVER_ERROR)
    hostel_error_set (error, HOSTEL_ERROR_DISCONNECTED, remedy, cause->message,
                      _("The server “%s” is not found."), get_host (uri));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    hostel_error_set (error, HOSTEL_ERROR_TIMED_OUT, remedy, cause->message,
                      _("The server “%s” does not answer."), get_host (uri));
  else
    hostel_error_set (error, HOSTEL_ERROR_DISCONNECTED, remedy, cause->message,
                      _("The connection to the server “%s” failed."), get_host (uri));
  g_error_free (cause);
}

static GUri *
parse_url (const char  *url,
           GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      (g_str_equal (scheme, "https") || g_str_equal (scheme, "http")))
    return g_steal_pointer (&uri);

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give one that begins with https://."), NULL,
                    _("“%s” is not a web address that can be downloaded."), url);

  return NULL;
}

/**
 * hostel_http_check_url:
 * @url: any text
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * Returns: whether @url is an absolute http or https address
 */
gboolean
hostel_http_check_url (const char  *url,
                       GError     **error)
{
  g_autoptr (GUri) uri = parse_url (url, error);

  return uri != NULL;
}

/**
 * hostel_http_follow:
 * @url: the address that was asked
 * @location: where it sends us to, absolute or not
 * @error: set to %HOSTEL_ERROR_DENIED where that would give up encryption, %HOSTEL_ERROR_INVALID
 *   where it is no web address
 *
 * Returns: (transfer full) (nullable): the address to go on with
 */
char *
hostel_http_follow (const char  *url,
                    const char  *location,
                    GError     **error)
{
  g_autoptr (GUri) base = parse_url (url, error);
  g_autoptr (GUri) uri = NULL;
  g_autofree char *next = NULL;
  g_autoptr (GUri) checked = NULL;

  if (base == NULL)
    return NULL;

  uri = g_uri_parse_relative (base, location, SOUP_HTTP_URI_FLAGS, NULL);
  next = uri != NULL ? g_uri_to_string (uri) : g_strdup (location);
  if ((checked = parse_url (next, error)) == NULL)
    return NULL;

  if (g_str_equal (g_uri_get_scheme (base), "https") &&
      !g_str_equal (g_uri_get_scheme (checked), "https"))
    {
      hostel_error_set (error, HOSTEL_ERROR_DENIED, _("Use another address."), next,
                        _("The server “%s” sends the download to an address that is not "
                          "encrypted."),
                        get_host (base));
      return NULL;
    }

  return g_steal_pointer (&next);
}

static HostelHttpResponse *
send_once (SoupSession   *session,
           const char    *url,
           guint64        offset,
           const char    *validator,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GUri) uri = parse_url (url, error);
  g_autoptr (SoupMessage) message = NULL;
  GError *local_error = NULL;
  GInputStream *stream;
  HostelHttpResponse *response;
  SoupMessageHeaders *headers;

  if (uri == NULL)
    return NULL;

  message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (offset > 0)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-", offset);

      soup_message_headers_replace (headers, "Range", range);
      soup_message_headers_replace (headers, "If-Range", validator);
    }

  if ((stream = soup_session_send (session, message, cancellable, &local_error)) == NULL)
    {
      translate_error (local_error, uri, error);
      return NULL;
    }

  response = g_new0 (HostelHttpResponse, 1);
  response->stream = stream;
  response->status = soup_message_get_status (message);
  response->message = g_steal_pointer (&message);
  response->url = g_strdup (url);

  return response;
}

/**
 * hostel_http_get:
 * @session: this thread's
 * @url: the address
 * @offset: from which byte on, 0 for all
 * @validator: (nullable): the ETag or date for which @offset holds; not %NULL where @offset is not 0
 * @cancellable: (nullable): to stop it
 * @error: set to %HOSTEL_ERROR_DISCONNECTED, %HOSTEL_ERROR_TIMED_OUT, %HOSTEL_ERROR_DENIED,
 *   %HOSTEL_ERROR_INVALID or %G_IO_ERROR_CANCELLED
 *
 * Follows redirects, ten at most and from https to nothing but https, and returns whatever else the
 * server says: a status that is no success is an answer.
 *
 * Returns: (transfer full) (nullable): the answer, its body not yet read
 */
HostelHttpResponse *
hostel_http_get (SoupSession   *session,
                 const char    *url,
                 guint64        offset,
                 const char    *validator,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autofree char *here = g_strdup (url);

  for (guint i = 0; i <= MAX_REDIRECTS; i++)
    {
      g_autoptr (HostelHttpResponse) response = NULL;
      const char *location;
      char *next;

      response = send_once (session, here, offset, validator, cancellable, error);
      if (response == NULL || !SOUP_STATUS_IS_REDIRECTION (response->status) ||
          (location = soup_message_headers_get_one (
             soup_message_get_response_headers (response->message), "Location")) == NULL)
        return g_steal_pointer (&response);

      if ((next = hostel_http_follow (here, location, error)) == NULL)
        return NULL;
      g_debug ("%s leads to %s", here, next);
      g_free (here);
      here = next;
    }

  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Use another address."), here,
                    _("The address “%s” leads from one to the next without end."), url);

  return NULL;
}

/**
 * hostel_http_get_retry_after:
 *
 * Returns: how many seconds the server wants us to wait, 0 where it does not say
 */
guint
hostel_http_get_retry_after (HostelHttpResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &seconds, NULL))
    return (guint) seconds;

  /* RFC 9110, 10.2.3: a date instead. */
  if ((date = soup_date_time_new_from_http_string (text)) != NULL)
    return (guint) CLAMP (g_date_time_to_unix (date) - g_get_real_time () / G_USEC_PER_SEC, 0,
                          (gint64) G_MAXUINT);

  return 0;
}

/**
 * hostel_http_set_status_error:
 * @response: an answer that is no success
 * @error: set to %HOSTEL_ERROR_NOT_FOUND, %HOSTEL_ERROR_DENIED or %HOSTEL_ERROR_FAILED
 *
 * Returns: whether a later try may succeed
 */
gboolean
hostel_http_set_status_error (HostelHttpResponse  *response,
                              GError             **error)
{
  guint status = response->status;
  g_autofree char *details = g_strdup_printf ("HTTP %u %s", status,
                                              soup_message_get_reason_phrase (response->message));
  const char *remedy = _("Look whether there is a newer release, or try again later.");

  if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE)
    hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, remedy, details,
                      _("There is no file at “%s” any more."), response->url);
  else if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN ||
           status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    hostel_error_set (error, HOSTEL_ERROR_DENIED,
                      _("Download it in a browser, then choose the file."), details,
                      _("The server does not give “%s” to everybody."), response->url);
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Try again later."), details,
                      _("The server cannot give “%s” at the moment."), response->url);

  return status == SOUP_STATUS_REQUEST_TIMEOUT || status == 429 || status >= 500;
}

/**
 * hostel_http_get_bytes:
 * @session: this thread's
 * @url: the address
 * @limit: the most bytes to take
 * @cancellable: (nullable): to stop it
 * @error: as for hostel_http_get() and hostel_http_set_status_error()
 *
 * For what is small: checksums and signatures.
 *
 * Returns: (transfer full) (nullable): the whole body
 */
GBytes *
hostel_http_get_bytes (SoupSession   *session,
                       const char    *url,
                       gsize          limit,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_autoptr (HostelHttpResponse) response = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  GError *local_error = NULL;
  goffset expected;
  gssize n;

  response = hostel_http_get (session, url, 0, NULL, cancellable, error);
  if (response == NULL)
    return NULL;
  if (!SOUP_STATUS_IS_SUCCESSFUL (response->status))
    {
      hostel_http_set_status_error (response, error);
      return NULL;
    }

  while ((n = g_input_stream_read (response->stream, buffer, READ_SIZE, cancellable,
                                   &local_error)) > 0 &&
         bytes->len <= limit)
    g_byte_array_append (bytes, buffer, (guint) n);
  if (n < 0)
    {
      translate_error (local_error, soup_message_get_uri (response->message), error);
      return NULL;
    }

  expected = soup_message_headers_get_content_length (
    soup_message_get_response_headers (response->message));
  if (bytes->len > limit || (expected > 0 && (goffset) bytes->len < expected))
    {
      hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Try again later."), NULL,
                        bytes->len > limit ? _("“%s” is not what it should be: it is too long.")
                                           : _("“%s” was cut off."),
                        url);
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
