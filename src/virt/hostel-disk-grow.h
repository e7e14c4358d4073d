#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

/* Makes the disk of an existing machine larger, while it runs or not. */
void     hostel_disk_grow_async  (HostelDomain         *domain,
                                  guint64               bytes,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean hostel_disk_grow_finish (HostelDomain         *domain,
                                  GAsyncResult         *result,
                                  gboolean             *live,
                                  GError              **error);
/* How large its first disk is now, in bytes. */
void     hostel_disk_size_async  (HostelDomain         *domain,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
guint64  hostel_disk_size_finish (HostelDomain         *domain,
                                  GAsyncResult         *result,
                                  GError              **error);

G_END_DECLS
