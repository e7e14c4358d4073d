/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

/* A disk of a machine that can become larger. */
typedef struct
{
  char    *target; /* owned: "vda" */
  char    *name;   /* owned: its file's or volume's, "" where it has none */
  guint64  size;   /* bytes */
} HostelDiskChoice;

void       hostel_disk_choice_free (HostelDiskChoice     *self);

/* Makes a disk of an existing machine larger, while it runs or not. */
void       hostel_disk_grow_async  (HostelDomain         *domain,
                                    const char           *target,
                                    guint64               bytes,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean   hostel_disk_grow_finish (HostelDomain         *domain,
                                    GAsyncResult         *result,
                                    gboolean             *live,
                                    GError              **error);
/* Which it has, the one that it boots from first. */
void       hostel_disk_list_async  (HostelDomain         *domain,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
GPtrArray *hostel_disk_list_finish (HostelDomain         *domain,
                                    GAsyncResult         *result,
                                    GError              **error);

G_END_DECLS
