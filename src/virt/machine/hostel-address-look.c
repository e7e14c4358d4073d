/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-address-look"

#include "config.h"

#include "hostel-address-look-private.h"

/* An address comes by DHCP some seconds after the start, and no event of libvirt's tells of it. It is
 * looked for at growing intervals, some two minutes in all, while somebody looks at the machine. */
#define FIRST_SECONDS 2
#define LAST_SECONDS 64

typedef struct
{
  HostelDomain *domain;  /* borrowed: the look goes with it */
  guint         holds;   /* so many look at the machine */
  guint         timeout; /* source, 0 for none */
  guint         seconds; /* until the next look */
  gboolean      asking;  /* an answer is awaited */
  gulong        state_id;
  gulong        address_id;
} Look;

static void wait_for_it (Look *self);

/* By machine, while somebody looks at it. */
static GHashTable *
get_looks (void)
{
  static GHashTable *looks;

  if (looks == NULL)
    looks = g_hash_table_new (NULL, NULL);

  return looks;
}

static void
look_free (Look *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_free (self);
}

static void
domain_gone_cb (gpointer  data,
                GObject  *domain)
{
  g_hash_table_remove (get_looks (), domain);
  look_free (data);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  Look *self = g_hash_table_lookup (get_looks (), domain);
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (domain, result, &error))
    g_debug ("No address of %s: %s", hostel_domain_get_name (domain), error->message);

  /* Nobody looks any more, or again by now. */
  if (self == NULL || !self->asking)
    return;

  self->asking = FALSE;
  wait_for_it (self);
}

static gboolean
look_cb (gpointer user_data)
{
  Look *self = user_data;

  self->timeout = 0;
  self->seconds *= 2;
  self->asking = TRUE;
  hostel_domain_load_details_async (self->domain, NULL, loaded_cb, NULL);

  return G_SOURCE_REMOVE;
}

static void
wait_for_it (Look *self)
{
  gboolean wanted = self->seconds <= LAST_SECONDS &&
                    hostel_domain_get_state (self->domain) == HOSTEL_DOMAIN_STATE_RUNNING &&
                    *hostel_domain_get_address (self->domain) == '\0';

  if (!wanted)
    g_clear_handle_id (&self->timeout, g_source_remove);
  else if (self->timeout == 0 && !self->asking)
    self->timeout = g_timeout_add_seconds (self->seconds, look_cb, self);
}

static void
begin (Look *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->seconds = FIRST_SECONDS;
  wait_for_it (self);
}

static void
state_cb (HostelDomain *domain,
          GParamSpec   *pspec,
          Look         *self)
{
  begin (self);
}

static void
address_cb (HostelDomain *domain,
            GParamSpec   *pspec,
            Look         *self)
{
  wait_for_it (self);
}

static Look *
look_new (HostelDomain *domain)
{
  Look *self = g_new0 (Look, 1);

  self->domain = domain;
  self->state_id = g_signal_connect (domain, "notify::state", G_CALLBACK (state_cb), self);
  self->address_id = g_signal_connect (domain, "notify::address", G_CALLBACK (address_cb), self);
  g_object_weak_ref (G_OBJECT (domain), domain_gone_cb, self);
  g_hash_table_insert (get_looks (), domain, self);

  return self;
}

/**
 * hostel_address_look_hold:
 * @domain: a machine
 *
 * Somebody looks at the machine: while it runs and its address is not known, it is looked for, by one
 * timer however many look. "address" of @domain tells of it. Main thread only.
 */
void
hostel_address_look_hold (HostelDomain *domain)
{
  Look *self;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  if ((self = g_hash_table_lookup (get_looks (), domain)) == NULL)
    self = look_new (domain);

  self->holds++;
  begin (self);
}

/**
 * hostel_address_look_release:
 * @domain: a machine that is held
 *
 * Whoever looked does not any more; after the last one nothing is asked.
 */
void
hostel_address_look_release (HostelDomain *domain)
{
  Look *self;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  self = g_hash_table_lookup (get_looks (), domain);
  g_return_if_fail (self != NULL);

  if (--self->holds > 0)
    return;

  g_hash_table_remove (get_looks (), domain);
  g_object_weak_unref (G_OBJECT (domain), domain_gone_cb, self);
  g_signal_handler_disconnect (domain, self->state_id);
  g_signal_handler_disconnect (domain, self->address_id);
  look_free (self);
}

/**
 * hostel_address_look_move:
 * @place: (inout): the machine that a widget looks at, owned, or %NULL
 * @domain: (nullable): what it looks at now, %NULL once it is not on screen
 *
 * Holds @domain and releases what was there before.
 */
void
hostel_address_look_move (HostelDomain **place,
                          HostelDomain  *domain)
{
  g_autoptr (HostelDomain) before = NULL;

  g_return_if_fail (place != NULL);
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (*place == domain)
    return;

  before = g_steal_pointer (place);
  if (before != NULL)
    hostel_address_look_release (before);
  if (domain != NULL)
    hostel_address_look_hold (*place = g_object_ref (domain));
}

/**
 * hostel_address_look_count_timers:
 *
 * Returns: how many run, of all machines
 */
guint
hostel_address_look_count_timers (void)
{
  GHashTableIter iter;
  gpointer look;
  guint count = 0;

  g_hash_table_iter_init (&iter, get_looks ());
  while (g_hash_table_iter_next (&iter, NULL, &look))
    if (((Look *) look)->timeout != 0)
      count++;

  return count;
}

/**
 * hostel_address_look_is_on:
 * @domain: a machine
 *
 * Returns: whether its address is being looked for: a timer runs, or an answer is awaited
 */
gboolean
hostel_address_look_is_on (HostelDomain *domain)
{
  Look *self = g_hash_table_lookup (get_looks (), domain);

  return self != NULL && (self->timeout != 0 || self->asking);
}
