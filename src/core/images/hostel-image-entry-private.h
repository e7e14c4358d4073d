/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image-catalogue.h"

G_BEGIN_DECLS

struct _HostelImageEntry
{
  GObject          parent_instance;

  char            *id;              /* owned, as all; none is NULL */
  char            *name;
  char            *os;              /* libosinfo's short id, "" unknown */
  char            *arch;
  char            *url;
  char            *user_name;
  char            *end;             /* ISO 8601, "" unknown */
  gboolean         ended;           /* whatever the day was */
  char            *checksums_url;
  char            *signature_url;
  gboolean         own_checksums;
  gboolean         inline_signature;
  gboolean         image_signature;
  HostelImageKey  *key;             /* nullable */
};

void              hostel_image_key_free       (HostelImageKey  *self);
HostelImageKey   *hostel_image_key_copy       (HostelImageKey  *self);
/* hostel-image-catalogue-read.c */
gboolean          hostel_image_catalogue_read (const char      *text,
                                               gsize            length,
                                               GHashTable      *entries,
                                               GHashTable      *keys,
                                               GError         **error);
/* "x86_64", the architecture of this computer. */
const char       *hostel_image_get_host_arch  (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelImageKey, hostel_image_key_free)

G_END_DECLS
