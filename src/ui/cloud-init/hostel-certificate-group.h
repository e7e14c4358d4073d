/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_CERTIFICATE_GROUP (hostel_certificate_group_get_type ())

/* Certificates by name, added from files.
 * Signal "changed": others are in it now. */
G_DECLARE_FINAL_TYPE (HostelCertificateGroup, hostel_certificate_group, HOSTEL, CERTIFICATE_GROUP,
                      AdwPreferencesGroup)

void   hostel_certificate_group_set_certificates (HostelCertificateGroup *self,
                                                  const char * const     *certificates);
GStrv  hostel_certificate_group_dup_certificates (HostelCertificateGroup *self);
void   hostel_certificate_group_add_file         (HostelCertificateGroup *self,
                                                  GFile                  *file);

G_END_DECLS
