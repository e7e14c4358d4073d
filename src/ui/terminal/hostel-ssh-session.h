/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_SSH_SESSION (hostel_ssh_session_get_type ())

/* A terminal with ssh(1) to one machine. It connects when it is first seen. */
G_DECLARE_FINAL_TYPE (HostelSshSession, hostel_ssh_session, HOSTEL, SSH_SESSION, AdwBin)

GtkWidget *hostel_ssh_session_new         (HostelDomain     *domain);

G_END_DECLS
