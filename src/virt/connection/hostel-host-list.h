/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_HOST_LIST (hostel_host_list_get_type ())

/* The hosts that are shown, a GListModel of HostelConnection in the order in which they were
 * added, each URI once. All functions are for the main thread. */
G_DECLARE_FINAL_TYPE (HostelHostList, hostel_host_list, HOSTEL, HOST_LIST, GObject)

HostelHostList   *hostel_host_list_new      (void);
HostelConnection *hostel_host_list_add      (HostelHostList     *self,
                                             const char         *uri);
HostelConnection *hostel_host_list_insert   (HostelHostList     *self,
                                             const char         *uri,
                                             guint               position);
void              hostel_host_list_add_all  (HostelHostList     *self,
                                             const char * const *uris);
gboolean          hostel_host_list_remove   (HostelHostList     *self,
                                             const char         *uri);
HostelConnection *hostel_host_list_lookup   (HostelHostList     *self,
                                             const char         *uri);
GStrv             hostel_host_list_dup_uris (HostelHostList     *self);
void              hostel_host_list_open     (HostelHostList     *self);
void              hostel_host_list_close    (HostelHostList     *self);
gboolean          hostel_host_list_settled  (HostelHostList     *self);

G_END_DECLS
