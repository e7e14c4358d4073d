/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* The way from a domain (and from libvirt's threads) back to its connection without keeping it
 * alive; @connection is read and written on the main thread alone. */
typedef struct
{
  gatomicrefcount   ref_count;
  HostelConnection *connection;   /* borrowed, NULL once it is gone */
  int               asking_agent; /* atomic, any thread: a guest's agent is being asked */
} HostelLink;

HostelLink *hostel_link_new   (HostelConnection *connection);
HostelLink *hostel_link_ref   (HostelLink       *self);
void        hostel_link_unref (HostelLink       *self);
HostelLink *hostel_domain_get_link (HostelDomain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelLink, hostel_link_unref)

G_END_DECLS
