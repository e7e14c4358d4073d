/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The threads of one connection: libvirt's calls block, and GLib's shared GTask pool would let one
 * hung host slow every other one. */
typedef struct _HostelWorker HostelWorker;

typedef void (*HostelWorkerFunc) (gpointer data);

HostelWorker *hostel_worker_new   (void);
HostelWorker *hostel_worker_ref   (HostelWorker     *self);
void          hostel_worker_unref (HostelWorker     *self);
void          hostel_worker_push  (HostelWorker     *self,
                                   HostelWorkerFunc  func,
                                   gpointer          data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostelWorker, hostel_worker_unref)

G_END_DECLS
