/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libvirt-gobject/libvirt-gobject.h>

#include "hostel-error.h"
#include "hostel-virt.h"

G_BEGIN_DECLS

/* For the rooms of src/virt alone: cli and ui do without libvirt's headers. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virDomain, virDomainFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virNetwork, virNetworkFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStorageVol, virStorageVolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (virStream, virStreamFree)
/* libvirt-glib 4.0 has none of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GVirDomain, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GVirStoragePool, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GVirConfigStoragePool, g_object_unref)

/* The handle of @domain, with a reference, to be freed in a worker: for calls that libvirt-glib
 * does not have. */
virDomainPtr hostel_virt_dup_handle (GVirDomain *domain);

/* For threads that need a connection of their own (a console): opens by the rules of this program
 * (no prompts beyond polkit's own). Blocks. */
virConnectPtr hostel_virt_open  (const char       *uri,
                                 GError          **error);

/* For worker threads: the domain of that UUID, to be freed there; @name is for the error alone. */
virDomainPtr hostel_virt_lookup_domain (virConnectPtr  handle,
                                        const char    *uuid,
                                        const char    *name,
                                        GError       **error);

GVirDomain  *hostel_virt_find_domain   (virConnectPtr  handle,
                                        const char    *uuid,
                                        const char    *name,
                                        GError       **error);

/* Whether the last libvirt error of this thread says that a driver, or a libvirt older than ours,
 * does not know a flag: to be asked once more without it. */
gboolean hostel_virt_is_unknown_flag (void);

/* The last libvirt error of this thread as a HOSTEL_ERROR: @format is the headline, libvirt's text
 * the details, code and remedy chosen by libvirt's code. No libvirt call among the arguments: each
 * begins by forgetting the last error. */
void     hostel_virt_set_error  (GError          **error,
                                 const char       *format,
                                 ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
