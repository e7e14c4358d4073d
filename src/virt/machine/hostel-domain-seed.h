/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* The user-data that an existing machine was made with, from its seed; and another one in its
 * place. */
void    hostel_domain_seed_load_async   (HostelDomain         *domain,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GBytes *hostel_domain_seed_load_finish  (HostelDomain         *domain,
                                         GAsyncResult         *result,
                                         GError              **error);
void    hostel_domain_seed_apply_async  (HostelDomain         *domain,
                                         GBytes               *seed_user_data,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean hostel_domain_seed_apply_finish (HostelDomain        *domain,
                                          GAsyncResult        *result,
                                          GError             **error);

G_END_DECLS
