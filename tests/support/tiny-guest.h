/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/* A real guest that is ready in a few seconds: root shells on serial0 and console1 (hvc0). It ends
 * with the test, however that ends. */
typedef struct
{
  virConnectPtr  handle;
  virDomainPtr   domain;
  virStoragePoolPtr pool; /* NULL without logs */
  char          *uri;
  char           uuid[VIR_UUID_STRING_BUFLEN];
  char          *directory;
} TinyGuest;

const char *tiny_guest_get_uri (void);
/* NULL and a skipped test where there is no daemon or no guest image. */
TinyGuest  *tiny_guest_new     (const char *append);
TinyGuest  *tiny_guest_new_at  (const char *uri,
                                const char *append);
TinyGuest  *tiny_guest_new_with_logs (const char *uri);
TinyGuest  *tiny_guest_new_with_script (const char *uri,
                                        const char *script);
void        tiny_guest_reconnect (TinyGuest *self);
void        tiny_guest_resume  (TinyGuest  *self);
void        tiny_guest_pause   (TinyGuest  *self);
void        tiny_guest_free    (TinyGuest  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TinyGuest, tiny_guest_free)

G_END_DECLS
