/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_USER_DATA_WINDOW (hostel_user_data_window_get_type ())

/* The user-data that a machine was made with, to be seen, changed and applied again. Signal:
 * "applied", when the machine's next start takes it. */
G_DECLARE_FINAL_TYPE (HostelUserDataWindow, hostel_user_data_window, HOSTEL, USER_DATA_WINDOW,
                      AdwWindow)

HostelUserDataWindow *hostel_user_data_window_new (GtkWindow    *parent,
                                                   HostelDomain *domain);

G_END_DECLS
