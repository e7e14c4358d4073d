/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "http-server.h"

#include <string.h>

#define PIECE (16 * 1024)

struct _HttpServer
{
  GSocketService  *service;     /* owned */
  GTlsCertificate *certificate; /* owned, nullable */
  GBytes          *body;        /* owned */
  HttpHandler      handler;
  gpointer         user_data;
  guint16          port;
  GMutex           mutex;       /* for what follows, and held while the handler runs */
  guint            requests;
};

static gboolean
read_request (GInputStream *input,
              GString      *head)
{
  char byte;

  while (head->len < 16384 && g_input_stream_read (input, &byte, 1, NULL, NULL) == 1)
    {
      g_string_append_c (head, byte);
      if (g_str_has_suffix (head->str, "\r\n\r\n"))
        return TRUE;
    }

  return FALSE;
}

static char *
dup_header (GStrv       lines,
            const char *name)
{
  for (guint i = 1; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], name, strlen (name)) == 0)
      return g_strstrip (g_strdup (lines[i] + strlen (name)));

  return NULL;
}

static void
send_answer (GOutputStream    *output,
             const HttpAnswer *answer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize end;

  g_string_append_printf (text, "HTTP/1.1 %u Answer\r\nConnection: close\r\n%s", answer->status,
                          answer->headers->str);
  if (answer->told >= 0)
    g_string_append_printf (text, "Content-Length: %" G_GINT64_FORMAT "\r\n", answer->told);
  g_string_append (text, "\r\n");
  g_string_append_len (text, (const char *) g_bytes_get_data (answer->body, NULL) + answer->offset,
                       (gssize) answer->length);

  end = answer->cut >= 0 ? MIN ((gsize) answer->cut, text->len) : text->len;
  for (gsize done = 0; done < end;)
    {
      gsize n = MIN (answer->pause_msec > 0 ? PIECE : end, end - done);

      if (!g_output_stream_write_all (output, text->str + done, n, NULL, NULL, NULL))
        break;
      done += n;
      if (answer->pause_msec > 0)
        g_usleep (answer->pause_msec * 1000);
    }
}

static void
answer_request (HttpServer    *self,
                GOutputStream *output,
                const char    *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  g_autofree char *range = dup_header (lines, "Range:");
  g_autofree char *if_range = dup_header (lines, "If-Range:");
  g_autoptr (GString) headers = g_string_new (NULL);
  gsize size = g_bytes_get_size (self->body);
  HttpRequest request = { .path = words[1], .if_range = if_range, .start = -1 };
  HttpAnswer answer = { .status = 200, .headers = headers, .body = self->body, .length = size,
                        .cut = -1 };

  if (range != NULL && g_str_has_prefix (range, "bytes="))
    request.start = (gint64) g_ascii_strtoull (range + strlen ("bytes="), NULL, 10);
  if (request.start >= 0 && (gsize) request.start < size)
    {
      answer.status = 206;
      answer.offset = (gsize) request.start;
      answer.length = size - answer.offset;
    }
  answer.told = (gint64) answer.length;

  g_mutex_lock (&self->mutex);
  request.number = self->requests++;
  self->handler (self, &request, &answer, self->user_data);
  g_mutex_unlock (&self->mutex);
  send_answer (output, &answer);
}

static gboolean
run_cb (HttpServer        *self,
        GSocketConnection *connection)
{
  g_autoptr (GIOStream) stream = G_IO_STREAM (g_object_ref (connection));
  g_autoptr (GString) head = g_string_new (NULL);

  if (self->certificate != NULL)
    {
      GIOStream *tls = g_tls_server_connection_new (stream, self->certificate, NULL);

      g_object_unref (stream);
      stream = tls;
    }

  if (read_request (g_io_stream_get_input_stream (stream), head))
    answer_request (self, g_io_stream_get_output_stream (stream), head->str);
  g_io_stream_close (stream, NULL, NULL);

  return TRUE;
}

/* @certificate: (nullable): for https */
HttpServer *
http_server_new (GBytes          *body,
                 HttpHandler      handler,
                 gpointer         user_data,
                 GTlsCertificate *certificate)
{
  HttpServer *self = g_new0 (HttpServer, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) local = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (local, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  g_mutex_init (&self->mutex);
  self->body = g_bytes_ref (body);
  self->handler = handler;
  self->user_data = user_data;
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->service = g_threaded_socket_service_new (8);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);

  return self;
}

char *
http_server_dup_url (HttpServer *self,
                     const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", self->certificate != NULL ? "https" : "http",
                          self->port, path);
}

guint
http_server_get_requests (HttpServer *self)
{
  guint requests;

  g_mutex_lock (&self->mutex);
  requests = self->requests;
  g_mutex_unlock (&self->mutex);

  return requests;
}

void
http_server_free (HttpServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_clear_object (&self->certificate);
  g_bytes_unref (self->body);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
