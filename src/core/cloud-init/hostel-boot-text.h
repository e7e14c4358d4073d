/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a guest stands, by the last thing on its console that tells. */
typedef enum
{
  HOSTEL_BOOT_SIGN_NONE,
  HOSTEL_BOOT_SIGN_LOGIN,     /* it asks for a login */
  HOSTEL_BOOT_SIGN_EMERGENCY, /* systemd's emergency or rescue mode */
  HOSTEL_BOOT_SIGN_INITRAMFS, /* its initramfs found no root file system */
  HOSTEL_BOOT_SIGN_LOADER,    /* its boot loader asks what to do */
  HOSTEL_BOOT_SIGN_NO_SYSTEM, /* the firmware found nothing to boot */
  HOSTEL_BOOT_SIGN_PANIC,
} HostelBootSign;

/* What cloud-init itself writes there. */
typedef enum
{
  HOSTEL_BOOT_CLOUD_NONE,
  HOSTEL_BOOT_CLOUD_RUNNING,
  HOSTEL_BOOT_CLOUD_FINISHED, /* with data from a disk */
  HOSTEL_BOOT_CLOUD_UNSEEDED, /* finished, and had no data from a disk */
} HostelBootCloud;

/* Reads what a serial line writes while a guest boots, in any chunks. A new boot begins anew. The
 * guest is not trusted: what is kept has bounds. Belongs to one thread. */
typedef struct _HostelBootText HostelBootText;

HostelBootText     *hostel_boot_text_new        (void);
void                hostel_boot_text_free       (HostelBootText *self);
void                hostel_boot_text_feed       (HostelBootText *self,
                                                 const char     *text,
                                                 gsize           size);
HostelBootSign      hostel_boot_text_get_sign   (HostelBootText *self);
HostelBootCloud     hostel_boot_text_get_cloud  (HostelBootText *self);
const char * const *hostel_boot_text_get_errors (HostelBootText *self);
guint               hostel_boot_text_get_boots  (HostelBootText *self);
/* Whether a "Datasource" of cloud-init's names a disk or a folder, and not only what firmware told. */
gboolean            hostel_boot_text_is_seeded  (const char     *datasource);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelBootText, hostel_boot_text_free)

G_END_DECLS
