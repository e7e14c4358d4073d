/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain-private.h"

G_BEGIN_DECLS

/* What a domain's XML and its addresses say. */
typedef struct
{
  char    *os_id;       /* owned, "" where unknown */
  char    *os_name;     /* owned, "" where unknown */
  char    *title;       /* owned, "" for none: as a line may show it */
  char    *notes;       /* owned, "" for none: as a label may show them */
  guint    memory;      /* MiB */
  guint    vcpus;
  GStrv    consoles;    /* owned: aliases */
  char    *console_note; /* owned: where it is, where none can be joined; "" else */
  char    *address;     /* owned, "" where unknown */
  char    *ssh_command; /* owned, "" where unknown */
  gboolean medium;      /* a drive has a disc in it */
  gboolean screen;      /* a graphics device that HostelScreen can show */
  char    *ssh_label;   /* owned: the same without options that nobody reads */
} HostelDomainDetails;

/* For a worker thread. */
HostelDomainDetails *hostel_domain_details_read (virDomainPtr          domain,
                                                 HostelLink           *link,
                                                 GError              **error);
void                 hostel_domain_details_free (HostelDomainDetails  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDomainDetails, hostel_domain_details_free)

G_END_DECLS
