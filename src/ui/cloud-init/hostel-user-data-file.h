/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void    hostel_user_data_file_load_async  (GFile                *file,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GBytes *hostel_user_data_file_load_finish (GFile                *file,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
