/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-console-session"

#include "config.h"

#include "hostel-console-transport.h"

/* A stream that ends may mean that the machine stops, but libvirt does not know it yet. */
#define RETRY_DELAY_US (100 * 1000)

typedef struct
{
  GMutex                     mutex; /* for all below; held while one of them runs */
  HostelConsoleTransportFunc readable;
  HostelConsoleTransportFunc broken;
  gpointer                   user_data;
} HostelConsoleTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HostelConsoleTransport, hostel_console_transport, G_TYPE_OBJECT)

static void
hostel_console_transport_finalize (GObject *object)
{
  HostelConsoleTransport *self = HOSTEL_CONSOLE_TRANSPORT (object);
  HostelConsoleTransportPrivate *priv = hostel_console_transport_get_instance_private (self);

  g_mutex_clear (&priv->mutex);

  G_OBJECT_CLASS (hostel_console_transport_parent_class)->finalize (object);
}

static void
hostel_console_transport_class_init (HostelConsoleTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_console_transport_finalize;
  klass->retry_delay = RETRY_DELAY_US;
}

static void
hostel_console_transport_init (HostelConsoleTransport *self)
{
  HostelConsoleTransportPrivate *priv = hostel_console_transport_get_instance_private (self);

  g_mutex_init (&priv->mutex);
}

HostelConsoleState
hostel_console_transport_connect (HostelConsoleTransport  *self,
                                  GError                 **error)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->connect (self, error);
}

HostelConsoleState
hostel_console_transport_open (HostelConsoleTransport  *self,
                               gboolean                 force,
                               GError                 **error)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->open (self, force, error);
}

void
hostel_console_transport_await (HostelConsoleTransport *self)
{
  HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->await (self);
}

gssize
hostel_console_transport_receive (HostelConsoleTransport *self,
                                  char                   *buffer,
                                  gsize                   size)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->receive (self, buffer, size);
}

gssize
hostel_console_transport_send (HostelConsoleTransport *self,
                               const char             *data,
                               gsize                   size)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->send (self, data, size);
}

void
hostel_console_transport_end (HostelConsoleTransport *self)
{
  HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->end (self);
}

gboolean
hostel_console_transport_is_alive (HostelConsoleTransport *self)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->is_alive (self);
}

void
hostel_console_transport_close (HostelConsoleTransport *self)
{
  HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->close (self);
}

void
hostel_console_transport_drop (HostelConsoleTransport *self,
                               gboolean                has_written)
{
  HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->drop (self, has_written);
}

guint
hostel_console_transport_get_retry_delay (HostelConsoleTransport *self)
{
  return HOSTEL_CONSOLE_TRANSPORT_GET_CLASS (self)->retry_delay;
}

/**
 * hostel_console_transport_listen:
 * @self: a transport
 * @readable: (nullable): there is something to read, or the end
 * @broken: (nullable): the connection is gone
 * @user_data: for both
 *
 * They are called from any thread. None of those of before runs any more when this returns.
 */
void
hostel_console_transport_listen (HostelConsoleTransport     *self,
                                 HostelConsoleTransportFunc  readable,
                                 HostelConsoleTransportFunc  broken,
                                 gpointer                    user_data)
{
  HostelConsoleTransportPrivate *priv = hostel_console_transport_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  priv->readable = readable;
  priv->broken = broken;
  priv->user_data = user_data;
  g_mutex_unlock (&priv->mutex);
}

/**
 * hostel_console_transport_tell_readable:
 * @self: a transport
 *
 * For those who implement one; from any thread.
 */
void
hostel_console_transport_tell_readable (HostelConsoleTransport *self)
{
  HostelConsoleTransportPrivate *priv = hostel_console_transport_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  if (priv->readable != NULL)
    priv->readable (priv->user_data);
  g_mutex_unlock (&priv->mutex);
}

void
hostel_console_transport_tell_broken (HostelConsoleTransport *self)
{
  HostelConsoleTransportPrivate *priv = hostel_console_transport_get_instance_private (self);

  g_mutex_lock (&priv->mutex);
  if (priv->broken != NULL)
    priv->broken (priv->user_data);
  g_mutex_unlock (&priv->mutex);
}
