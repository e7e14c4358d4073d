/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no event for devices. */
#define G_LOG_DOMAIN "hostel-device-removal"

#include "config.h"

#include "hostel-device-removal.h"
#include "hostel-xml.h"

/* An event can be lost, and a driver can have none: from time to time the machine is looked at. */
#define LOOK_USEC G_USEC_PER_SEC

/* Shared with the thread that brings the events. */
typedef struct
{
  gatomicrefcount    refs;
  GMutex             mutex;
  GCond              changed;
  char              *alias; /* owned */
  HostelRemovalState state;
} News;

struct _HostelDeviceRemoval
{
  virDomainPtr  domain; /* borrowed */
  News         *news;   /* owned */
  int           ids[2]; /* of the events, -1 for none */
};

static void
news_unref (void *data)
{
  News *news = data;

  if (!g_atomic_ref_count_dec (&news->refs))
    return;

  g_mutex_clear (&news->mutex);
  g_cond_clear (&news->changed);
  g_free (news->alias);
  g_free (news);
}

static void
tell (News               *news,
      const char         *alias,
      HostelRemovalState  state)
{
  g_mutex_lock (&news->mutex);
  if (g_strcmp0 (alias, news->alias) == 0)
    {
      news->state = state;
      g_cond_signal (&news->changed);
    }
  g_mutex_unlock (&news->mutex);
}

static void
removed_cb (virConnectPtr  handle,
            virDomainPtr   domain,
            const char    *alias,
            void          *data)
{
  tell (data, alias, HOSTEL_REMOVAL_DONE);
}

static void
refused_cb (virConnectPtr  handle,
            virDomainPtr   domain,
            const char    *alias,
            void          *data)
{
  tell (data, alias, HOSTEL_REMOVAL_REFUSED);
}

static int
listen_to (HostelDeviceRemoval                  *self,
           int                                   event,
           virConnectDomainEventGenericCallback  callback)
{
  int id;

  g_atomic_ref_count_inc (&self->news->refs);
  id = virConnectDomainEventRegisterAny (virDomainGetConnect (self->domain), self->domain, event, callback, self->news,
                                         news_unref);
  if (id < 0)
    news_unref (self->news);

  return id;
}

/**
 * hostel_device_removal_new:
 * @domain: a running machine, which has to stay as long
 * @alias: what QEMU calls the device
 *
 * To be called before the device is asked to go.
 *
 * Returns: (transfer full): what waits for it
 */
HostelDeviceRemoval *
hostel_device_removal_new (virDomainPtr  domain,
                           const char   *alias)
{
  HostelDeviceRemoval *self = g_new0 (HostelDeviceRemoval, 1);

  self->domain = domain;
  self->news = g_new0 (News, 1);
  g_atomic_ref_count_init (&self->news->refs);
  g_mutex_init (&self->news->mutex);
  g_cond_init (&self->news->changed);
  self->news->alias = g_strdup (alias);
  self->news->state = HOSTEL_REMOVAL_WAITS;
  self->ids[0] = listen_to (self, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK (removed_cb));
  self->ids[1] = listen_to (self, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED, VIR_DOMAIN_EVENT_CALLBACK (refused_cb));

  return self;
}

static gboolean
is_gone (HostelDeviceRemoval *self)
{
  g_autofree char *xml = virDomainGetXMLDesc (self->domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_auto (GStrv) aliases = doc != NULL ? hostel_xml_dup_strings (doc, NULL, "/domain/devices/*/alias/@name") : NULL;

  return virDomainIsActive (self->domain) == 0 ||
         (aliases != NULL && !g_strv_contains ((const char * const *) aliases, self->news->alias));
}

static HostelRemovalState
wait_for_news (News   *news,
               gint64  until)
{
  HostelRemovalState state;

  g_mutex_lock (&news->mutex);
  while (news->state == HOSTEL_REMOVAL_WAITS && g_cond_wait_until (&news->changed, &news->mutex, until))
    ;
  state = news->state;
  g_mutex_unlock (&news->mutex);

  return state;
}

/**
 * hostel_device_removal_wait:
 * @self: what waits
 * @usec: how long at most
 *
 * Returns: what became of it
 */
HostelRemovalState
hostel_device_removal_wait (HostelDeviceRemoval *self,
                            gint64               usec)
{
  gint64 end = g_get_monotonic_time () + usec;
  HostelRemovalState state;
  gint64 now;

  do
    {
      now = g_get_monotonic_time ();
      state = wait_for_news (self->news, MIN (now + LOOK_USEC, end));
      if (state == HOSTEL_REMOVAL_WAITS && is_gone (self))
        state = HOSTEL_REMOVAL_DONE;
    }
  while (state == HOSTEL_REMOVAL_WAITS && now < end);

  return state;
}

void
hostel_device_removal_free (HostelDeviceRemoval *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->ids); i++)
    if (self->ids[i] >= 0)
      virConnectDomainEventDeregisterAny (virDomainGetConnect (self->domain), self->ids[i]);
  news_unref (self->news);
  g_free (self);
}
