/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-statistics"

#include "config.h"

#include "hostel-connection-call.h"
#include "hostel-statistics-read.h"
#include "hostel-statistics.h"

struct _HostelStatistics
{
  GObject parent_instance;

  HostelDomain          *domain;  /* borrowed: this goes with it */
  guint                  holds;   /* so many look at it */
  guint                  timeout; /* source, 0 for none */
  gboolean               asking;  /* an answer is awaited */
  gboolean               has_last;
  HostelStatisticsSample last;
  GArray                *points;  /* owned: of HostelStatisticsPoint, the oldest first */
};

G_DEFINE_FINAL_TYPE (HostelStatistics, hostel_statistics, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void wait_for_it (HostelStatistics *self);

static void
hostel_statistics_finalize (GObject *object)
{
  HostelStatistics *self = HOSTEL_STATISTICS (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_array_unref (self->points);

  G_OBJECT_CLASS (hostel_statistics_parent_class)->finalize (object);
}

static void
hostel_statistics_class_init (HostelStatisticsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_statistics_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
hostel_statistics_init (HostelStatistics *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (HostelStatisticsPoint));
}

static void
add (HostelStatistics            *self,
     const HostelStatisticsPoint *point)
{
  if (self->points->len >= HOSTEL_STATISTICS_MAX_POINTS)
    g_array_remove_index (self->points, 0);
  g_array_append_vals (self->points, point, 1);
}

static void
take (HostelStatistics             *self,
      const HostelStatisticsSample *sample)
{
  HostelStatisticsPoint point;

  hostel_statistics_point_set (&point, self->has_last ? &self->last : NULL, sample);
  add (self, &point);
  self->last = *sample;
  self->has_last = TRUE;
}

/* What is not known now is a gap, and the next one begins anew. */
static void
break_off (HostelStatistics *self)
{
  HostelStatisticsPoint gap;

  self->has_last = FALSE;
  if (self->points->len == 0)
    return;

  hostel_statistics_point_clear (&gap);
  add (self, &gap);
}

static void
read_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  g_autoptr (virDomain) domain = hostel_virt_dup_handle (task_data);
  HostelStatisticsSample sample = { 0 };
  GError *error = NULL;

  if (hostel_statistics_read (domain, &sample, &error))
    g_task_return_pointer (task, g_memdup2 (&sample, sizeof sample), g_free);
  else
    g_task_return_error (task, error);
}

static gboolean
is_wanted (HostelStatistics *self)
{
  HostelDomainState state = hostel_domain_get_state (self->domain);

  return self->holds > 0 && (state == HOSTEL_DOMAIN_STATE_RUNNING || state == HOSTEL_DOMAIN_STATE_SHUTTING_DOWN);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (HostelStatistics) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree HostelStatisticsSample *sample = g_task_propagate_pointer (G_TASK (result), &error);

  self->asking = FALSE;
  if (self->domain == NULL || !is_wanted (self))
    return;

  if (sample != NULL)
    take (self, sample);
  else
    break_off (self);
  g_signal_emit (self, signals[CHANGED], 0);
  wait_for_it (self);
}

static void
ask (HostelStatistics *self)
{
  GVirDomain *handle = hostel_domain_get_handle (self->domain);
  GTask *task;

  if (handle == NULL)
    {
      wait_for_it (self);
      return;
    }

  self->asking = TRUE;
  task = g_task_new (self->domain, NULL, read_cb, g_object_ref (self));
  g_task_set_source_tag (task, ask);
  g_task_set_task_data (task, g_object_ref (handle), g_object_unref);
  hostel_domain_call (self->domain, task, read_worker);
}

static gboolean
timeout_cb (gpointer user_data)
{
  HostelStatistics *self = user_data;

  self->timeout = 0;
  ask (self);

  return G_SOURCE_REMOVE;
}

/* One question at a time: a host that does not answer is asked no second one. */
static void
wait_for_it (HostelStatistics *self)
{
  if (!is_wanted (self))
    g_clear_handle_id (&self->timeout, g_source_remove);
  else if (self->timeout == 0 && !self->asking)
    self->timeout = g_timeout_add_seconds (HOSTEL_STATISTICS_SECONDS, timeout_cb, self);
}

/* At once, so that something is there when one comes. */
static void
begin (HostelStatistics *self)
{
  if (!is_wanted (self) || self->asking || self->timeout != 0)
    {
      wait_for_it (self);
      return;
    }

  break_off (self);
  ask (self);
}

/* A machine that is off has no past that belongs to its next one. */
static void
state_cb (HostelStatistics *self)
{
  if (!hostel_domain_is_active (self->domain) && self->points->len > 0)
    {
      g_array_set_size (self->points, 0);
      self->has_last = FALSE;
      g_signal_emit (self, signals[CHANGED], 0);
    }
  begin (self);
}

/* By machine, as long as that is there. */
static GHashTable *
get_all (void)
{
  static GHashTable *all;

  if (all == NULL)
    all = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  return all;
}

static void
domain_gone_cb (gpointer  data,
                GObject  *domain)
{
  HostelStatistics *self = data;

  self->domain = NULL;
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_hash_table_remove (get_all (), domain);
}

/**
 * hostel_statistics_of:
 * @domain: a machine
 *
 * Main thread only.
 *
 * Returns: (transfer none): its statistics, as long as @domain lives; there are none before somebody looks
 */
HostelStatistics *
hostel_statistics_of (HostelDomain *domain)
{
  HostelStatistics *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  if ((self = g_hash_table_lookup (get_all (), domain)) != NULL)
    return self;

  self = g_object_new (HOSTEL_TYPE_STATISTICS, NULL);
  self->domain = domain;
  g_signal_connect_object (domain, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_object_weak_ref (G_OBJECT (domain), domain_gone_cb, self);
  g_hash_table_insert (get_all (), domain, self);

  return self;
}

/**
 * hostel_statistics_move:
 * @place: (inout): what a widget looks at, owned, or %NULL
 * @domain: (nullable): the machine that it looks at now, %NULL once it is not on screen
 *
 * While somebody looks at a machine that runs it is asked every two seconds, else never. Main thread only.
 */
void
hostel_statistics_move (HostelStatistics **place,
                        HostelDomain      *domain)
{
  HostelStatistics *now = domain != NULL ? hostel_statistics_of (domain) : NULL;
  g_autoptr (HostelStatistics) before = NULL;

  g_return_if_fail (place != NULL);

  if (*place == now)
    return;

  before = g_steal_pointer (place);
  if (before != NULL)
    {
      before->holds--;
      if (before->domain != NULL)
        wait_for_it (before);
    }
  if (now != NULL)
    {
      *place = g_object_ref (now);
      now->holds++;
      begin (now);
    }
}

/**
 * hostel_statistics_get_n_points:
 *
 * Returns: how many points there are, %HOSTEL_STATISTICS_MAX_POINTS at most
 */
guint
hostel_statistics_get_n_points (HostelStatistics *self)
{
  g_return_val_if_fail (HOSTEL_IS_STATISTICS (self), 0);

  return self->points->len;
}

/**
 * hostel_statistics_get_point:
 * @place: from 0, the oldest
 *
 * Returns: (transfer none): what was known then, until the next "changed"
 */
const HostelStatisticsPoint *
hostel_statistics_get_point (HostelStatistics *self,
                             guint             place)
{
  g_return_val_if_fail (HOSTEL_IS_STATISTICS (self), NULL);
  g_return_val_if_fail (place < self->points->len, NULL);

  return &g_array_index (self->points, HostelStatisticsPoint, place);
}

/**
 * hostel_statistics_is_on:
 *
 * Returns: whether the host is asked: a timer runs, or an answer is awaited
 */
gboolean
hostel_statistics_is_on (HostelStatistics *self)
{
  g_return_val_if_fail (HOSTEL_IS_STATISTICS (self), FALSE);

  return self->timeout != 0 || self->asking;
}
