/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_POOL (hostel_pool_get_type ())

/* A storage pool of a host, as it was when it was read: nothing here changes. */
G_DECLARE_FINAL_TYPE (HostelPool, hostel_pool, HOSTEL, POOL, GObject)

typedef enum
{
  HOSTEL_POOL_ACT_START,  /* made where its directory is not there */
  HOSTEL_POOL_ACT_STOP,
  HOSTEL_POOL_ACT_REMOVE, /* stopped as well; its files stay */
} HostelPoolAct;

const char *hostel_pool_get_name      (HostelPool           *self);
/* The directory or device, NULL where the kind of pool has none. */
const char *hostel_pool_get_path      (HostelPool           *self);
gboolean    hostel_pool_is_active     (HostelPool           *self);
/* Bytes, 0 while it is not active. */
guint64     hostel_pool_get_capacity  (HostelPool           *self);
guint64     hostel_pool_get_available (HostelPool           *self);

void        hostel_pool_list_async    (HostelConnection     *connection,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GPtrArray  *hostel_pool_list_finish   (HostelConnection     *connection,
                                       GAsyncResult         *result,
                                       GError              **error);
void        hostel_pool_create_async  (HostelConnection     *connection,
                                       const char           *name,
                                       const char           *path,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
void        hostel_pool_act_async     (HostelConnection     *connection,
                                       HostelPool           *pool,
                                       HostelPoolAct         act,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
/* Of both. */
gboolean    hostel_pool_finish        (HostelConnection     *connection,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
