/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-shut-down-watch"

#include "config.h"

#include "hostel-shut-down-watch.h"

struct _HostelShutDownWatch
{
  GObject parent_instance;

  HostelDomain *domain;     /* borrowed: the watch goes with it */
  guint         timeout;    /* source, 0 for none */
  guint         patience;   /* seconds */
  gboolean      unanswered;
};

G_DEFINE_FINAL_TYPE (HostelShutDownWatch, hostel_shut_down_watch, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_UNANSWERED,
  PROP_PATIENCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_shut_down_watch_finalize (GObject *object)
{
  HostelShutDownWatch *self = HOSTEL_SHUT_DOWN_WATCH (object);

  g_clear_handle_id (&self->timeout, g_source_remove);

  G_OBJECT_CLASS (hostel_shut_down_watch_parent_class)->finalize (object);
}

static void
hostel_shut_down_watch_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  HostelShutDownWatch *self = HOSTEL_SHUT_DOWN_WATCH (object);

  switch (prop_id)
    {
    case PROP_UNANSWERED:
      g_value_set_boolean (value, self->unanswered);
      break;
    case PROP_PATIENCE:
      g_value_set_uint (value, self->patience);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_shut_down_watch_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PATIENCE:
      HOSTEL_SHUT_DOWN_WATCH (object)->patience = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_shut_down_watch_class_init (HostelShutDownWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_shut_down_watch_finalize;
  object_class->get_property = hostel_shut_down_watch_get_property;
  object_class->set_property = hostel_shut_down_watch_set_property;

  properties[PROP_UNANSWERED] =
    g_param_spec_boolean ("unanswered", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PATIENCE] =
    g_param_spec_uint ("patience", NULL, NULL, 0, G_MAXUINT, 30,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_shut_down_watch_init (HostelShutDownWatch *self)
{
  self->patience = 30;
}

static void
set_unanswered (HostelShutDownWatch *self,
                gboolean             unanswered)
{
  if (self->unanswered == unanswered)
    return;

  self->unanswered = unanswered;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNANSWERED]);
}

static void
state_changed_cb (HostelShutDownWatch *self)
{
  if (!hostel_domain_is_active (self->domain))
    hostel_shut_down_watch_stop (self);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  HostelShutDownWatch *self = user_data;

  self->timeout = 0;
  hostel_domain_set_stopping (self->domain, FALSE);
  set_unanswered (self, TRUE);

  return G_SOURCE_REMOVE;
}

/* By machine, for as long as each is known. */
static GHashTable *
get_watches (void)
{
  static GHashTable *watches;

  if (watches == NULL)
    watches = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  return watches;
}

static void
domain_gone_cb (gpointer  data,
                GObject  *domain)
{
  g_hash_table_remove (get_watches (), domain);
}

/**
 * hostel_shut_down_watch_of:
 * @domain: a machine
 *
 * Returns: (transfer none): the machine's only watch, which lives as long as @domain
 */
HostelShutDownWatch *
hostel_shut_down_watch_of (HostelDomain *domain)
{
  HostelShutDownWatch *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  if ((self = g_hash_table_lookup (get_watches (), domain)))
    return self;

  self = g_object_new (HOSTEL_TYPE_SHUT_DOWN_WATCH, NULL);
  self->domain = domain;
  g_signal_connect_object (domain, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_hash_table_insert (get_watches (), domain, self);
  g_object_weak_ref (G_OBJECT (domain), domain_gone_cb, NULL);

  return self;
}

/**
 * hostel_shut_down_watch_start:
 * @self: the watch
 *
 * The machine has been asked to shut down, and says so from now on: its state is shutting down until
 * it is off, or until its time is over. From here its patience runs, by one single timer.
 */
void
hostel_shut_down_watch_start (HostelShutDownWatch *self)
{
  g_return_if_fail (HOSTEL_IS_SHUT_DOWN_WATCH (self));

  hostel_shut_down_watch_stop (self);
  if (!hostel_domain_is_active (self->domain))
    return;

  hostel_domain_set_stopping (self->domain, TRUE);
  self->timeout = g_timeout_add_seconds (self->patience, timed_out_cb, self);
}

/**
 * hostel_shut_down_watch_stop:
 * @self: the watch
 *
 * Waits no more: the machine is off, or the person said not to bother.
 */
void
hostel_shut_down_watch_stop (HostelShutDownWatch *self)
{
  g_return_if_fail (HOSTEL_IS_SHUT_DOWN_WATCH (self));

  g_clear_handle_id (&self->timeout, g_source_remove);
  hostel_domain_set_stopping (self->domain, FALSE);
  set_unanswered (self, FALSE);
}

/**
 * hostel_shut_down_watch_get_unanswered:
 * @self: the watch
 *
 * Returns: whether the machine had its time and still runs
 */
gboolean
hostel_shut_down_watch_get_unanswered (HostelShutDownWatch *self)
{
  g_return_val_if_fail (HOSTEL_IS_SHUT_DOWN_WATCH (self), FALSE);

  return self->unanswered;
}
