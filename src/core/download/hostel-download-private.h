/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-download.h"

G_BEGIN_DECLS

/* The file that grows, with a note beside it that says of what it is the beginning. For one thread. */
typedef struct
{
  char    *path;      /* owned: the whole file's */
  char    *part_path; /* owned */
  char    *note_path; /* owned */
  char    *url;       /* owned */
  char    *digest;    /* owned, "" none: what it must become */
  char    *validator; /* owned, "" none: without one it cannot be gone on with */
  guint64  length;    /* bytes that are there */
  guint64  total;     /* bytes, 0 unknown */
  int      fd;        /* locked */
} HostelDownloadPart;

HostelDownloadPart *hostel_download_part_open        (const char          *path,
                                                      const char          *url,
                                                      const char          *digest,
                                                      GError             **error);
gboolean            hostel_download_part_reset       (HostelDownloadPart  *self,
                                                      GError             **error);
void                hostel_download_part_set_source  (HostelDownloadPart  *self,
                                                      const char          *validator,
                                                      guint64              total);
gboolean            hostel_download_part_check_space (HostelDownloadPart  *self,
                                                      GError             **error);
gboolean            hostel_download_part_write       (HostelDownloadPart  *self,
                                                      gconstpointer        data,
                                                      gsize                length,
                                                      GError             **error);
gboolean            hostel_download_part_sync        (HostelDownloadPart  *self,
                                                      GError             **error);
gboolean            hostel_download_part_hash        (HostelDownloadPart  *self,
                                                      GChecksum           *first,
                                                      GChecksum           *second,
                                                      GCancellable        *cancellable,
                                                      GError             **error);
gboolean            hostel_download_part_commit      (HostelDownloadPart  *self,
                                                      GError             **error);
void                hostel_download_part_free        (HostelDownloadPart  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDownloadPart, hostel_download_part_free)

struct _HostelDownload
{
  GObject              parent_instance;

  GPtrArray           *urls;        /* owned: the first one and the mirrors */
  char                *path;        /* owned, absolute */
  GChecksumType        digest_type;
  char                *digest;      /* owned, nullable: lower case */
  char                *sha256;      /* owned, nullable until done */
  char                *validator;   /* owned, nullable until done */
  GTlsDatabase        *trust;       /* owned, nullable: for tests */
  guint                retry_msec;

  /* What the main thread shows. */
  HostelDownloadState  state;
  guint64              done;
  guint64              total;
  guint64              rate;

  GMutex               mutex;       /* for what follows */
  GCond                cond;        /* "paused" has changed, or it was cancelled */
  gboolean             paused;
  GCancellable        *attempt;     /* owned, nullable: of the request under way */
  HostelDownloadState  told_state;
  guint64              told_done;
  guint64              told_total;
  guint64              told_rate;
  guint                report_id;
};

/* hostel-download-run.c: the whole download; in its thread. */
gboolean hostel_download_run             (HostelDownload       *self,
                                          GCancellable         *cancellable,
                                          GError              **error);
/* hostel-download.c, from the thread. */
void     hostel_download_tell            (HostelDownload       *self,
                                          HostelDownloadState   state,
                                          guint64               done,
                                          guint64               total,
                                          guint64               rate);
/* For tests. */
void     hostel_download_set_retry_delay (HostelDownload       *self,
                                          guint                 msec);
void     hostel_download_set_trust       (HostelDownload       *self,
                                          GTlsDatabase         *trust);

G_END_DECLS
