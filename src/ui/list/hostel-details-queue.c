/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-details-queue"

#include "config.h"

#include "hostel-details-queue.h"

struct _HostelDetailsQueue
{
  GObject parent_instance;

  GQueue   waiting; /* of HostelDomain, owned */
  guint    idle;    /* source, 0 for none */
  gboolean busy;    /* one answer is awaited */
};

G_DEFINE_FINAL_TYPE (HostelDetailsQueue, hostel_details_queue, G_TYPE_OBJECT)

static GQuark queue_quark;
static GQuark loaded_quark;

static void schedule (HostelDetailsQueue *self);

static void
hostel_details_queue_finalize (GObject *object)
{
  HostelDetailsQueue *self = HOSTEL_DETAILS_QUEUE (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_queue_clear_full (&self->waiting, g_object_unref);

  G_OBJECT_CLASS (hostel_details_queue_parent_class)->finalize (object);
}

static void
hostel_details_queue_class_init (HostelDetailsQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_details_queue_finalize;

  queue_quark = g_quark_from_static_string ("hostel-details-queue");
  loaded_quark = g_quark_from_static_string ("hostel-details-loaded");
}

static void
hostel_details_queue_init (HostelDetailsQueue *self)
{
  g_queue_init (&self->waiting);
}

static HostelDetailsQueue *
of (HostelDomain *domain)
{
  GObject *connection = (GObject *) hostel_domain_get_connection (domain);
  HostelDetailsQueue *self;

  if (connection == NULL)
    return NULL;

  g_type_ensure (HOSTEL_TYPE_DETAILS_QUEUE);
  if ((self = g_object_get_qdata (connection, queue_quark)))
    return self;

  self = g_object_new (HOSTEL_TYPE_DETAILS_QUEUE, NULL);
  g_object_set_qdata_full (connection, queue_quark, self, g_object_unref);

  return self;
}

/* An address comes and goes with the machine's run, the rest stays: what was read of a machine
 * that is off is read again once it is on. */
static gpointer
run_of (HostelDomain *domain)
{
  return GINT_TO_POINTER (hostel_domain_is_active (domain) ? 2 : 1);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelDetailsQueue) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("No details of %s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)),
             error->message);

  self->busy = FALSE;
  schedule (self);
}

static gboolean
next (gpointer user_data)
{
  HostelDetailsQueue *self = user_data;
  g_autoptr (HostelDomain) domain = g_queue_pop_head (&self->waiting);

  self->idle = 0;
  if (domain != NULL)
    {
      self->busy = TRUE;
      g_object_set_qdata (G_OBJECT (domain), loaded_quark, run_of (domain));
      hostel_domain_load_details_async (domain, NULL, loaded_cb,
                                        g_object_ref (self));
    }

  return G_SOURCE_REMOVE;
}

static void
schedule (HostelDetailsQueue *self)
{
  if (!self->busy && self->idle == 0 && self->waiting.length > 0)
    self->idle = g_idle_add_full (G_PRIORITY_LOW, next, self, NULL);
}

/**
 * hostel_details_queue_request:
 * @domain: a machine whose row is bound
 *
 * Loads its details some time soon, unless that was done in this run of the machine already.
 */
void
hostel_details_queue_request (HostelDomain *domain)
{
  HostelDetailsQueue *self;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  self = of (domain);
  if (self == NULL ||
      hostel_connection_get_state (hostel_domain_get_connection (domain)) !=
        HOSTEL_CONNECTION_STATE_CONNECTED ||
      g_object_get_qdata (G_OBJECT (domain), loaded_quark) ==
        run_of (domain) ||
      g_queue_find (&self->waiting, domain) != NULL)
    return;

  g_queue_push_tail (&self->waiting, g_object_ref (domain));
  schedule (self);
}

/**
 * hostel_details_queue_forget:
 * @domain: a machine whose row is bound no more
 */
void
hostel_details_queue_forget (HostelDomain *domain)
{
  HostelDetailsQueue *self;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  self = of (domain);
  if (self != NULL && g_queue_remove (&self->waiting, domain))
    g_object_unref (domain);
}
