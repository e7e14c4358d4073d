/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GStrv     hostel_certificate_parse        (const char  *text,
                                           GError     **error);
GStrv     hostel_certificate_read_file    (const char  *path,
                                           GError     **error);
char     *hostel_certificate_dup_title    (const char  *pem);
char     *hostel_certificate_dup_subtitle (const char  *pem);

G_END_DECLS
