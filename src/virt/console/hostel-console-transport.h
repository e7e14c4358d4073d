/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-stream.h"

G_BEGIN_DECLS

/* For hostel-console-session.c and what implements it: one console of one machine, as the threads of a
 * session reach it. libvirt's is hostel-console-libvirt.c. */
#define HOSTEL_TYPE_CONSOLE_TRANSPORT (hostel_console_transport_get_type ())
G_DECLARE_DERIVABLE_TYPE (HostelConsoleTransport, hostel_console_transport, HOSTEL, CONSOLE_TRANSPORT,
                          GObject)

typedef void (*HostelConsoleTransportFunc) (gpointer user_data);
/* Returns: (transfer full) */
typedef HostelConsoleTransport *(*HostelConsoleMakeFunc) (gpointer user_data);

/* All but send() and drop() are for one thread; all but await() and receive() may wait for the daemon. */
struct _HostelConsoleTransportClass
{
  GObjectClass parent_class;

  /* µs until a daemon knows what it was that ended a stream. */
  guint retry_delay;

  /* To the daemon. OPENING: go on with open(). Else why not, with @error. */
  HostelConsoleState (*connect)  (HostelConsoleTransport  *self,
                                  GError                 **error);
  /* OPEN, or why not, with @error. */
  HostelConsoleState (*open)     (HostelConsoleTransport  *self,
                                  gboolean                 force,
                                  GError                 **error);
  /* Asks for one hostel_console_transport_tell_readable(), when there is something to receive. */
  void               (*await)    (HostelConsoleTransport  *self);
  /* 0 at the end, HOSTEL_CONSOLE_TRANSPORT_NOTHING where nothing has come. */
  gssize             (*receive)  (HostelConsoleTransport  *self,
                                  char                    *buffer,
                                  gsize                    size);
  /* In the writer's thread; waits until the daemon takes some of it. 0 or less: it never will. */
  gssize             (*send)     (HostelConsoleTransport  *self,
                                  const char              *data,
                                  gsize                    size);
  /* Of what open() has opened; the connection stays. */
  void               (*end)      (HostelConsoleTransport  *self);
  gboolean           (*is_alive) (HostelConsoleTransport  *self);
  void               (*close)    (HostelConsoleTransport  *self);
  /* From another thread, where the daemon does not answer: makes the calls above return.
   * @has_written: it may have bytes that the guest does not read */
  void               (*drop)     (HostelConsoleTransport  *self,
                                  gboolean                 has_written);
};

#define HOSTEL_CONSOLE_TRANSPORT_NOTHING (-2)

HostelConsoleState hostel_console_transport_connect       (HostelConsoleTransport      *self,
                                                           GError                     **error);
HostelConsoleState hostel_console_transport_open          (HostelConsoleTransport      *self,
                                                           gboolean                     force,
                                                           GError                     **error);
void               hostel_console_transport_await         (HostelConsoleTransport      *self);
gssize             hostel_console_transport_receive       (HostelConsoleTransport      *self,
                                                           char                        *buffer,
                                                           gsize                        size);
gssize             hostel_console_transport_send          (HostelConsoleTransport      *self,
                                                           const char                  *data,
                                                           gsize                        size);
void               hostel_console_transport_end           (HostelConsoleTransport      *self);
gboolean           hostel_console_transport_is_alive      (HostelConsoleTransport      *self);
void               hostel_console_transport_close         (HostelConsoleTransport      *self);
void               hostel_console_transport_drop          (HostelConsoleTransport      *self,
                                                           gboolean                     has_written);
guint              hostel_console_transport_get_retry_delay (HostelConsoleTransport    *self);
void               hostel_console_transport_listen        (HostelConsoleTransport      *self,
                                                           HostelConsoleTransportFunc   readable,
                                                           HostelConsoleTransportFunc   broken,
                                                           gpointer                     user_data);
void               hostel_console_transport_tell_readable (HostelConsoleTransport      *self);
void               hostel_console_transport_tell_broken   (HostelConsoleTransport      *self);

/* hostel-console-libvirt.c; @name: of a console or, with @channel, of a channel */
HostelConsoleTransport *hostel_console_libvirt_new        (const char                  *uri,
                                                           const char                  *uuid,
                                                           const char                  *name,
                                                           gboolean                     channel);
HostelConsoleStream    *hostel_console_stream_new_for_transport (HostelConsoleMakeFunc  make,
                                                                 gpointer               user_data);

G_END_DECLS
