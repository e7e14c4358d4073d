/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A cloud-config that can be given to others: without passwords, private keys, whoever may log in by
 * key, and the host's name. */
char *hostel_cloud_secrets_strip (const char  *text,
                                  gsize        length,
                                  GError     **error);
/* As before, and the places of what was left out, such as "users[0].passwd". */
char *hostel_cloud_secrets_strip_listed (const char   *text,
                                         gsize         length,
                                         GStrv        *places,
                                         GError      **error);

G_END_DECLS
