/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

/* The images that machines of a host share, each in a storage pool. */
typedef struct
{
  char    *pool;       /* owned, as all */
  char    *volume;
  char    *path;
  char    *sha256;     /* hex, of the image that it was made from */
  guint64  allocation; /* bytes on the disk, which removing it frees */
  GStrv    users;      /* names of machines, or of volumes that no machine has */
} HostelBase;

void       hostel_base_list_async    (HostelConnection     *connection,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GPtrArray *hostel_base_list_finish   (HostelConnection     *connection,
                                      GAsyncResult         *result,
                                      GError              **error);
void       hostel_base_remove_async  (HostelConnection     *connection,
                                      const HostelBase     *base,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean   hostel_base_remove_finish (HostelConnection     *connection,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
