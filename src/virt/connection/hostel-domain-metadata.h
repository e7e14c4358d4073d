/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

/* What Hostel keeps in a machine's <metadata>, beside libosinfo's element:
 *   <hostel:machine xmlns:hostel="https://hostel.github.io/xmlns/domain/1.0" user="alice"
 *                   ssh-port="2222" ssh-host-key="ssh-ed25519 AAAA…" ssh-login-key="ssh-ed25519 AAAA…"
 *                   base="hostel-base-….qcow2" in-place="yes"/>
 * Each attribute may be missing; ones that are not known are left alone. No secrets. Others can
 * write there too: what is read was checked, and says only what its writer wants. */
#define HOSTEL_DOMAIN_METADATA_URI "https://hostel.github.io/xmlns/domain/1.0"
#define HOSTEL_DOMAIN_METADATA_PREFIX "hostel"
#define HOSTEL_DOMAIN_METADATA_ELEMENT "machine"
#define HOSTEL_DOMAIN_METADATA_USER "user"         /* whom ssh logs in as */
#define HOSTEL_DOMAIN_METADATA_SSH_PORT "ssh-port" /* of this host, forwarded to the guest's 22 */
#define HOSTEL_DOMAIN_METADATA_SSH_HOST_KEY "ssh-host-key" /* public, given to the guest by us */
#define HOSTEL_DOMAIN_METADATA_LOGIN_KEY "ssh-login-key" /* public: of the Hostel that made it */
#define HOSTEL_DOMAIN_METADATA_IN_PLACE "in-place" /* the disk is a person's own image */
#define HOSTEL_DOMAIN_METADATA_BASE "base"         /* the volume that the disk is an overlay of */

/* https://libosinfo.org/libosinfo/libvirt-metadata, as virt-install and GNOME Boxes write it */
#define HOSTEL_LIBOSINFO_METADATA_URI "http://libosinfo.org/xmlns/libvirt/domain/1.0"

typedef struct
{
  char  *user;     /* owned, "" where unknown */
  guint  ssh_port; /* 0: none */
  char  *host_key; /* owned, "" where unknown */
  char  *login_key; /* owned, "" where unknown */
  char  *base;     /* owned, "" where unknown */
  gboolean in_place;
  char  *os_id;    /* owned, "" where unknown: libosinfo's */
} HostelDomainMetadata;

/* @domain: the root of a domain's XML */
HostelDomainMetadata *hostel_domain_metadata_read (xmlNode              *domain);
guint                 hostel_domain_metadata_read_port (xmlNode         *machine);
void                  hostel_domain_metadata_free (HostelDomainMetadata *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelDomainMetadata, hostel_domain_metadata_free)

G_END_DECLS
