/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a script in the guest gives to its users once they are there. Names are plain words. */
typedef struct
{
  char  *key;         /* owned, "" for none: a line for authorized_keys */
  GStrv  key_users;   /* owned: who gets it */
  GStrv  shell_users; /* owned: who gets bash in the place of sh, where there is bash */
} HostelLogin;

void hostel_login_free (HostelLogin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelLogin, hostel_login_free)

G_END_DECLS
