/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An SSH host key that is made here and given to a new machine: whoever connects knows it before
 * the first connection. */
typedef struct
{
  char *private_key; /* owned: OpenSSH's format; a secret, wiped when freed */
  char *public_key;  /* owned: "ssh-ed25519 AAAA…", without a comment */
} HostelHostKey;

HostelHostKey *hostel_host_key_new  (GError        **error);
void           hostel_host_key_free (HostelHostKey  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelHostKey, hostel_host_key_free)

G_END_DECLS
