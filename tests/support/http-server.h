/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A real HTTP server on a free port of this computer that answers as badly as a test wants. */
typedef struct _HttpServer HttpServer;

typedef struct
{
  const char *path;      /* "/image" */
  const char *if_range;  /* nullable */
  gint64      start;     /* of "Range: bytes=N-", -1 without one */
  guint       number;    /* of requests before this one */
} HttpRequest;

/* What the server sends. Filled in with 200, or 206 for a range, and the whole of the body. */
typedef struct
{
  guint       status;
  GString    *headers;   /* further ones, each with its line end */
  GBytes     *body;      /* borrowed */
  gsize       offset;    /* what is sent of it */
  gsize       length;
  gint64      told;      /* Content-Length, -1 for none */
  gint64      cut;       /* the connection is closed after so many bytes of head and body, -1 never */
  guint       pause_msec; /* between pieces of 16 KiB */
} HttpAnswer;

/* Called in the connection's thread, one at a time. */
typedef void (*HttpHandler) (HttpServer *server, const HttpRequest *request, HttpAnswer *answer,
                             gpointer user_data);

HttpServer *http_server_new           (GBytes          *body,
                                       HttpHandler      handler,
                                       gpointer         user_data,
                                       GTlsCertificate *certificate);
char       *http_server_dup_url       (HttpServer      *self,
                                       const char      *path);
guint       http_server_get_requests  (HttpServer      *self);
void        http_server_free          (HttpServer      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpServer, http_server_free)

G_END_DECLS
