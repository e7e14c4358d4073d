#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A cloud-config that can be given to others: without passwords, private keys, whoever may log in by
 * key, and the host's name. */
char *hostel_cloud_secrets_strip (const char  *text,
                                  gsize        length,
                                  GError     **error);

G_END_DECLS
