/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* HTTP for downloads, by libsoup. Every function blocks: for a worker, which makes a session of its
 * own. */

/* One answer. */
typedef struct
{
  SoupMessage  *message; /* owned */
  GInputStream *stream;  /* owned: the body, as it came */
  char         *url;     /* owned: after redirects */
  guint         status;
} HostelHttpResponse;

SoupSession        *hostel_http_session_new    (GTlsDatabase        *trust);
HostelHttpResponse *hostel_http_get            (SoupSession         *session,
                                                const char          *url,
                                                guint64              offset,
                                                const char          *validator,
                                                GCancellable        *cancellable,
                                                GError             **error);
GBytes             *hostel_http_get_bytes      (SoupSession         *session,
                                                const char          *url,
                                                gsize                limit,
                                                GCancellable        *cancellable,
                                                GError             **error);
void                hostel_http_response_free  (HostelHttpResponse  *self);
gboolean            hostel_http_check_url      (const char          *url,
                                                GError             **error);
char               *hostel_http_follow         (const char          *url,
                                                const char          *location,
                                                GError             **error);
/* For a status that is no success; TRUE where a later try may succeed. */
gboolean            hostel_http_set_status_error (HostelHttpResponse  *response,
                                                GError             **error);
/* Seconds to wait, 0 where the server does not say. */
guint               hostel_http_get_retry_after (HostelHttpResponse  *response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelHttpResponse, hostel_http_response_free)

G_END_DECLS
