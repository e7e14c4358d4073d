/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A libvirtd of the test's own, unprivileged, with its own directories and socket: it may be
 * stopped, killed and started again. It has the test and the QEMU driver. Ends with the test, also
 * where that crashes. */
typedef struct _PrivateDaemon PrivateDaemon;

/* NULL where there is no libvirtd here: the test skips. */
PrivateDaemon *private_daemon_new     (void);
void           private_daemon_free    (PrivateDaemon *self);

void           private_daemon_start   (PrivateDaemon *self);
void           private_daemon_kill    (PrivateDaemon *self);
void           private_daemon_remove_socket (PrivateDaemon *self);
void           private_daemon_freeze  (PrivateDaemon *self);
void           private_daemon_thaw    (PrivateDaemon *self);

/* A directory that the daemon reads and writes. */
const char    *private_daemon_get_dir (PrivateDaemon *self);
/* "test:///default" as this daemon's: "test+unix:///default?socket=…" */
char          *private_daemon_dup_uri (PrivateDaemon *self,
                                       const char    *driver,
                                       const char    *path);
/* Runs virsh with the words of @command and waits, outside the main loop; it must succeed. */
void           private_daemon_virsh   (PrivateDaemon *self,
                                       const char    *uri,
                                       const char    *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrivateDaemon, private_daemon_free)

G_END_DECLS
