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
}

static void
hostel_details_queue_init (HostelDetailsQueue *self)
{
  g_queue_init (&self->waiting);
}

/* By connection, for as long as each is known. */
static GHashTable *
get_queues (void)
{
  static GHashTable *queues;

  if (queues == NULL)
    queues = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  return queues;
}

static void
connection_gone_cb (gpointer  data,
                    GObject  *connection)
{
  g_hash_table_remove (get_queues (), connection);
}

static HostelDetailsQueue *
of (HostelDomain *domain)
{
  HostelConnection *connection = hostel_domain_get_connection (domain);
  HostelDetailsQueue *self;

  if (connection == NULL)
    return NULL;

  if ((self = g_hash_table_lookup (get_queues (), connection)))
    return self;

  self = g_object_new (HOSTEL_TYPE_DETAILS_QUEUE, NULL);
  g_hash_table_insert (get_queues (), connection, self);
  g_object_weak_ref (G_OBJECT (connection), connection_gone_cb, NULL);

  return self;
}

/* An address comes and goes with the machine's run, the rest stays: what was read of a machine
 * that is off is read again once it is on. */
static gpointer
run_of (HostelDomain *domain)
{
  return GINT_TO_POINTER (hostel_domain_is_active (domain) ? 2 : 1);
}

/* By machine, for as long as each is known: the run of which its details are. */
static GHashTable *
get_loaded (void)
{
  static GHashTable *loaded;

  if (loaded == NULL)
    loaded = g_hash_table_new (NULL, NULL);

  return loaded;
}

static void
domain_gone_cb (gpointer  data,
                GObject  *domain)
{
  g_hash_table_remove (get_loaded (), domain);
}

static void
remember_run (HostelDomain *domain)
{
  if (g_hash_table_insert (get_loaded (), domain, run_of (domain)))
    g_object_weak_ref (G_OBJECT (domain), domain_gone_cb, NULL);
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
next_cb (gpointer user_data)
{
  HostelDetailsQueue *self = user_data;
  g_autoptr (HostelDomain) domain = g_queue_pop_head (&self->waiting);

  self->idle = 0;
  if (domain != NULL)
    {
      self->busy = TRUE;
      remember_run (domain);
      hostel_domain_load_details_async (domain, NULL, loaded_cb, g_object_ref (self));
    }

  return G_SOURCE_REMOVE;
}

static void
schedule (HostelDetailsQueue *self)
{
  if (!self->busy && self->idle == 0 && self->waiting.length > 0)
    self->idle = g_idle_add_full (G_PRIORITY_LOW, next_cb, self, NULL);
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
      g_hash_table_lookup (get_loaded (), domain) == run_of (domain) ||
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
