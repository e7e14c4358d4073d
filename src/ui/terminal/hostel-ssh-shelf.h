/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SSH_SHELF (hostel_ssh_shelf_get_type ())

/* The SSH sessions of the machines that were looked at: each goes on while another machine is
 * shown. */
G_DECLARE_FINAL_TYPE (HostelSshShelf, hostel_ssh_shelf, HOSTEL, SSH_SHELF, AdwBin)

/* @domain: the machine to show, or NULL */
void     hostel_ssh_shelf_set_domain (HostelSshShelf *self,
                                      HostelDomain   *domain);
/* Whether there is, or was, a way to the machine that is shown. */
gboolean hostel_ssh_shelf_is_useful  (HostelSshShelf *self);

G_END_DECLS
