/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_DOWNLOAD_STATE_IDLE,
  HOSTEL_DOWNLOAD_STATE_CONNECTING,
  HOSTEL_DOWNLOAD_STATE_RUNNING,
  HOSTEL_DOWNLOAD_STATE_PAUSED,
  HOSTEL_DOWNLOAD_STATE_WAITING, /* for the server or the network, then it goes on by itself */
  HOSTEL_DOWNLOAD_STATE_DONE,
  HOSTEL_DOWNLOAD_STATE_FAILED,
} HostelDownloadState;

#define HOSTEL_TYPE_DOWNLOAD_STATE (hostel_download_state_get_type ())
GType hostel_download_state_get_type (void);

#define HOSTEL_TYPE_DOWNLOAD (hostel_download_get_type ())

/* One file from the web to the disk, whole or not at all. Properties, read only, notifying in the
 * main thread: "state"; "bytes-done" and "bytes-total" (guint64; 0 where the server does not say);
 * "rate" (guint64, bytes a second); "time-left" (guint seconds, 0 unknown). */
G_DECLARE_FINAL_TYPE (HostelDownload, hostel_download, HOSTEL, DOWNLOAD, GObject)

HostelDownload      *hostel_download_new         (const char           *url,
                                                  const char           *path);
HostelDownloadState  hostel_download_get_state   (HostelDownload       *self);
guint64              hostel_download_get_done    (HostelDownload       *self);
guint64              hostel_download_get_total   (HostelDownload       *self);
guint64              hostel_download_get_rate    (HostelDownload       *self);
guint                hostel_download_get_time_left (HostelDownload     *self);
/* Other addresses of the same file, tried in turn. */
void                 hostel_download_add_mirror  (HostelDownload       *self,
                                                  const char           *url);
void                 hostel_download_set_digest  (HostelDownload       *self,
                                                  GChecksumType         type,
                                                  const char           *hex);
void                 hostel_download_run_async   (HostelDownload       *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean             hostel_download_run_finish  (HostelDownload       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void                 hostel_download_pause       (HostelDownload       *self);
void                 hostel_download_resume      (HostelDownload       *self);
/* Of a finished one: hex, SHA-256. */
const char          *hostel_download_get_sha256  (HostelDownload       *self);
/* Of a finished one: what tells a newer version of the file, an ETag or a date, or "". */
const char          *hostel_download_get_validator (HostelDownload     *self);

/* What an interrupted download of @path has left. */
guint64              hostel_download_get_partial (const char           *path);
void                 hostel_download_discard     (const char           *path);

G_END_DECLS
