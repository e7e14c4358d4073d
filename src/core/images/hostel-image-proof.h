/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-image-store.h"

G_BEGIN_DECLS

/* What can be said about an image by what is published about it. Blocks: for a worker. */
typedef struct
{
  char             *hex;    /* owned, nullable: the published digest */
  GChecksumType     type;
  HostelImageTrust  trust;
  char             *signer; /* owned, nullable */
  char             *note;   /* owned, nullable: what could not be proven, and why; translated */
} HostelImageProof;

HostelImageProof *hostel_image_proof_load       (HostelImageEntry  *entry,
                                                 GTlsDatabase      *trust,
                                                 GCancellable      *cancellable,
                                                 GError           **error);
/* Of an image that carries a signature of its own. */
gboolean          hostel_image_proof_check_file (HostelImageProof  *self,
                                                 HostelImageEntry  *entry,
                                                 const char        *path,
                                                 GTlsDatabase      *trust,
                                                 GCancellable      *cancellable,
                                                 GError           **error);
void              hostel_image_proof_free       (HostelImageProof  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelImageProof, hostel_image_proof_free)

G_END_DECLS
