/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-monitor"

#include "config.h"

#include "hostel-address-look.h"
#include "hostel-boot-agent.h"
#include "hostel-boot-monitor.h"
#include "hostel-boot-pending.h"
#include "hostel-connection.h"
#include "hostel-console-stream.h"
#include "hostel-serial-log.h"

/* libvirt has no event for what a console writes. Only while somebody looks; after an end that a person
 * may mend, seldom. */
#define TICK_SECONDS 4
#define LATE_TICK_SECONDS 16

struct _HostelBootMonitor
{
  GObject parent_instance;

  HostelDomain        *domain;  /* borrowed: the domain owns its monitor */
  HostelBootReport    *report;  /* owned */
  HostelConsoleStream *stream;  /* owned, nullable: while there is something to hear */
  HostelBootJudge     *judge;   /* owned */
  HostelBootText      *text;    /* owned: what the console said */
  guint64              offset;  /* of the console's log, read so far */
  guint64              size;    /* of all that it wrote */
  GCancellable        *cancellable; /* owned */
  HostelBootPhase      phase;
  gboolean             visible;
  gboolean             reading; /* one of the console's log */
  guint                tick_timeout;
};

G_DEFINE_FINAL_TYPE (HostelBootMonitor, hostel_boot_monitor, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_DOMAIN,
  PROP_PHASE,
  PROP_REPORT,
  PROP_STAGE,
  PROP_VISIBLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void tick_later (HostelBootMonitor *self);

static double
get_now (void)
{
  return g_get_monotonic_time () / (double) G_USEC_PER_SEC;
}

static gboolean
is_over (HostelBootMonitor *self)
{
  return hostel_boot_phase_is_final (self->phase);
}

static void
close_stream (HostelBootMonitor *self)
{
  if (self->stream == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->stream, self);
  hostel_console_stream_close (self->stream);
  g_clear_object (&self->stream);
}

static void
set_phase (HostelBootMonitor *self,
           HostelBootPhase    phase)
{
  if (self->phase == phase)
    return;

  self->phase = phase;
  if (phase == HOSTEL_BOOT_PHASE_FAILED)
    hostel_boot_report_take_console (self->report, hostel_boot_text_get_errors (self->text));
  if (is_over (self))
    {
      hostel_boot_pending_remove_async (self->domain);
      close_stream (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHASE]);
  tick_later (self);
}

/* Cloud-init's own word is final. */
static void
judge (HostelBootMonitor *self)
{
  if (!is_over (self))
    set_phase (self, hostel_boot_judge_get_phase (self->judge, get_now ()));
}

static void
heard_cb (HostelBootMonitor *self)
{
  hostel_boot_judge_hear (self->judge, hostel_boot_report_get_verdict (self->report),
                          hostel_boot_report_get_errors (self->report) != NULL, get_now ());
  judge (self);
}

static void
stage_cb (HostelBootMonitor *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STAGE]);
}

static void
received_cb (HostelBootMonitor *self,
             GBytes            *bytes)
{
  g_autoptr (HostelBootMonitor) kept = g_object_ref (self);

  hostel_boot_report_feed (self->report, bytes);
}

/* Another program may have it, or libvirt is away: tried again at the next tick. */
static void
stream_state_cb (HostelBootMonitor *self)
{
  HostelConsoleState state = hostel_console_stream_get_state (self->stream);

  hostel_boot_judge_listen (self->judge, state == HOSTEL_CONSOLE_STATE_OPEN, get_now ());
}

static HostelBootMachine
get_machine (HostelBootMonitor *self)
{
  HostelConnection *connection = hostel_domain_get_connection (self->domain);

  if (!hostel_domain_get_present (self->domain))
    return HOSTEL_BOOT_MACHINE_GONE;
  if (connection == NULL || hostel_connection_get_state (connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return HOSTEL_BOOT_MACHINE_UNREACHABLE;
  if (hostel_domain_get_state (self->domain) == HOSTEL_DOMAIN_STATE_CRASHED)
    return HOSTEL_BOOT_MACHINE_CRASHED;

  return hostel_domain_is_active (self->domain) ? HOSTEL_BOOT_MACHINE_ON : HOSTEL_BOOT_MACHINE_OFF;
}

/* A reboot inside the guest keeps the stream; off and on again needs a new one. */
static void
machine_cb (HostelBootMonitor *self)
{
  HostelBootMachine machine;
  gboolean was_off = self->phase == HOSTEL_BOOT_PHASE_STOPPED || self->phase == HOSTEL_BOOT_PHASE_CRASHED;

  if (is_over (self) || self->domain == NULL)
    return;

  machine = get_machine (self);
  hostel_boot_judge_see (self->judge, machine, get_now ());
  if (machine == HOSTEL_BOOT_MACHINE_OFF || machine == HOSTEL_BOOT_MACHINE_GONE)
    close_stream (self);
  if (machine == HOSTEL_BOOT_MACHINE_ON && was_off)
    hostel_boot_monitor_listen (self);
  judge (self);
  tick_later (self);
}

static void
agent_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (HostelBootMonitor) self = user_data;
  g_autofree char *status = NULL;
  g_autofree char *cloud_result = NULL;
  g_autoptr (GError) error = NULL;

  if (!hostel_boot_agent_read_finish (HOSTEL_DOMAIN (source), result, &status, &cloud_result, &error))
    g_debug ("%s", error->message);
  else if (self->domain == NULL || is_over (self))
    return;
  else if (hostel_boot_report_take_files (self->report, status, cloud_result))
    heard_cb (self);
  else
    {
      hostel_boot_judge_deny (self->judge, get_now ());
      judge (self);
    }
}

static void
log_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (HostelBootMonitor) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_serial_log_follow_finish (HOSTEL_DOMAIN (source), result,
                                                              &self->offset, &error);
  gsize size;
  const char *text;

  self->reading = FALSE;
  if (self->domain == NULL)
    return;

  if (bytes != NULL)
    {
      text = g_bytes_get_data (bytes, &size);
      hostel_boot_text_feed (self->text, text, size);
      self->size += size;
    }
  else
    g_debug ("no serial log: %s", error->message);

  hostel_boot_judge_read (self->judge, self->text, self->size, get_now ());
  judge (self);
  if (!is_over (self) && hostel_boot_judge_wants_agent (self->judge, get_now ()))
    hostel_boot_agent_read_async (self->domain, self->cancellable, agent_cb, g_object_ref (self));
  tick_later (self);
}

static void
open_again (HostelBootMonitor *self)
{
  HostelConsoleState state = self->stream != NULL ? hostel_console_stream_get_state (self->stream)
                                                  : HOSTEL_CONSOLE_STATE_OPEN;

  if (state == HOSTEL_CONSOLE_STATE_TAKEN || state == HOSTEL_CONSOLE_STATE_LOST)
    hostel_console_stream_open (self->stream, FALSE);
}

static gboolean
tick_cb (gpointer user_data)
{
  HostelBootMonitor *self = user_data;

  self->tick_timeout = 0;
  if (self->domain == NULL)
    return G_SOURCE_REMOVE;

  judge (self);
  if (is_over (self))
    return G_SOURCE_REMOVE;

  if (get_machine (self) == HOSTEL_BOOT_MACHINE_ON)
    {
      open_again (self);
      self->reading = TRUE;
      hostel_serial_log_follow_async (self->domain, self->offset, self->cancellable, log_read_cb,
                                      g_object_ref (self));
    }
  tick_later (self);

  return G_SOURCE_REMOVE;
}

static void
tick_later (HostelBootMonitor *self)
{
  gboolean wanted = self->visible && !is_over (self) && self->phase != HOSTEL_BOOT_PHASE_STOPPED &&
                    self->phase != HOSTEL_BOOT_PHASE_GONE;

  if (!wanted)
    g_clear_handle_id (&self->tick_timeout, g_source_remove);
  else if (self->tick_timeout == 0 && !self->reading)
    self->tick_timeout = g_timeout_add_seconds (hostel_boot_phase_is_end (self->phase)
                                                ? LATE_TICK_SECONDS : TICK_SECONDS, tick_cb, self);
}

/* By machine, for as long as each is known. */
static GHashTable *
get_monitors (void)
{
  static GHashTable *monitors;

  if (monitors == NULL)
    monitors = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);

  return monitors;
}

/* One callback for both, as the order of several is not known. */
static void
domain_gone_cb (gpointer  data,
                GObject  *domain)
{
  HostelBootMonitor *self = data;

  self->domain = NULL;
  if (g_hash_table_lookup (get_monitors (), domain) == self)
    g_hash_table_remove (get_monitors (), domain);
}

static void
hostel_boot_monitor_constructed (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);
  HostelConnection *connection = hostel_domain_get_connection (self->domain);

  G_OBJECT_CLASS (hostel_boot_monitor_parent_class)->constructed (object);

  self->report = hostel_boot_report_new (hostel_domain_get_uuid (self->domain));
  g_signal_connect_object (self->report, "heard", G_CALLBACK (heard_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->report, "notify::stage", G_CALLBACK (stage_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->domain, "notify::state", G_CALLBACK (machine_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->domain, "notify::present", G_CALLBACK (machine_cb), self,
                           G_CONNECT_SWAPPED);
  if (connection != NULL)
    g_signal_connect_object (connection, "notify::state", G_CALLBACK (machine_cb), self,
                             G_CONNECT_SWAPPED);
}

static void
hostel_boot_monitor_dispose (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  hostel_boot_monitor_set_visible (self, FALSE);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->tick_timeout, g_source_remove);
  close_stream (self);

  G_OBJECT_CLASS (hostel_boot_monitor_parent_class)->dispose (object);
}

static void
hostel_boot_monitor_finalize (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  g_clear_object (&self->report);
  g_clear_object (&self->cancellable);
  if (self->domain != NULL)
    g_object_weak_unref (G_OBJECT (self->domain), domain_gone_cb, self);
  hostel_boot_judge_free (self->judge);
  hostel_boot_text_free (self->text);

  G_OBJECT_CLASS (hostel_boot_monitor_parent_class)->finalize (object);
}

static void
hostel_boot_monitor_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, self->domain);
      break;
    case PROP_PHASE:
      g_value_set_enum (value, self->phase);
      break;
    case PROP_REPORT:
      g_value_set_object (value, self->report);
      break;
    case PROP_STAGE:
      g_value_set_string (value, hostel_boot_report_get_stage (self->report));
      break;
    case PROP_VISIBLE:
      g_value_set_boolean (value, self->visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_monitor_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  switch (prop_id)
    {
    case PROP_DOMAIN:
      self->domain = g_value_get_object (value);
      g_object_weak_ref (G_OBJECT (self->domain), domain_gone_cb, self);
      break;
    case PROP_VISIBLE:
      hostel_boot_monitor_set_visible (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_monitor_class_init (HostelBootMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = hostel_boot_monitor_constructed;
  object_class->dispose = hostel_boot_monitor_dispose;
  object_class->finalize = hostel_boot_monitor_finalize;
  object_class->get_property = hostel_boot_monitor_get_property;
  object_class->set_property = hostel_boot_monitor_set_property;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PHASE] =
    g_param_spec_enum ("phase", NULL, NULL, HOSTEL_TYPE_BOOT_PHASE, HOSTEL_BOOT_PHASE_BOOTING,
                       G_PARAM_READABLE | flags);
  properties[PROP_REPORT] =
    g_param_spec_object ("report", NULL, NULL, HOSTEL_TYPE_BOOT_REPORT, G_PARAM_READABLE | flags);
  properties[PROP_STAGE] =
    g_param_spec_string ("stage", NULL, NULL, "", G_PARAM_READABLE | flags);
  properties[PROP_VISIBLE] =
    g_param_spec_boolean ("visible", NULL, NULL, FALSE, G_PARAM_READWRITE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_boot_monitor_init (HostelBootMonitor *self)
{
  self->cancellable = g_cancellable_new ();
  self->judge = hostel_boot_judge_new (get_now ());
  self->text = hostel_boot_text_new ();
}

/**
 * hostel_boot_monitor_new:
 * @domain: a machine
 *
 * Returns: (transfer full): a monitor that does not listen yet; it must not outlive @domain
 */
HostelBootMonitor *
hostel_boot_monitor_new (HostelDomain *domain)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  return g_object_new (HOSTEL_TYPE_BOOT_MONITOR, "domain", domain, NULL);
}

/**
 * hostel_boot_monitor_start:
 * @domain: a machine that was created just now
 *
 * Listens to the machine's first boot, for as long as the program knows the machine.
 *
 * Returns: (transfer none): the machine's monitor
 */
HostelBootMonitor *
hostel_boot_monitor_start (HostelDomain *domain)
{
  HostelBootMonitor *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  if ((self = hostel_boot_monitor_get (domain)))
    return self;

  self = hostel_boot_monitor_new (domain);
  g_hash_table_insert (get_monitors (), domain, self);
  hostel_boot_monitor_listen (self);

  return self;
}

/**
 * hostel_boot_monitor_get:
 * @domain: a machine
 *
 * Returns: (transfer none) (nullable): its monitor, where hostel_boot_monitor_start() was called
 */
HostelBootMonitor *
hostel_boot_monitor_get (HostelDomain *domain)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  return g_hash_table_lookup (get_monitors (), domain);
}

/**
 * hostel_boot_monitor_forget:
 * @domain: a machine
 *
 * The person has seen enough: listens no more.
 */
void
hostel_boot_monitor_forget (HostelDomain *domain)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  g_hash_table_remove (get_monitors (), domain);
}

/**
 * hostel_boot_monitor_get_domain:
 * @self: the monitor
 *
 * Returns: (transfer none): the machine
 */
HostelDomain *
hostel_boot_monitor_get_domain (HostelBootMonitor *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_MONITOR (self), NULL);

  return self->domain;
}

/**
 * hostel_boot_monitor_get_phase:
 * @self: the monitor
 *
 * Returns: how far the boot is
 */
HostelBootPhase
hostel_boot_monitor_get_phase (HostelBootMonitor *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_MONITOR (self), HOSTEL_BOOT_PHASE_BOOTING);

  return self->phase;
}

/**
 * hostel_boot_monitor_get_report:
 * @self: the monitor
 *
 * Returns: (transfer none): what the guest has told
 */
HostelBootReport *
hostel_boot_monitor_get_report (HostelBootMonitor *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_MONITOR (self), NULL);

  return self->report;
}

/**
 * hostel_boot_monitor_listen:
 * @self: the monitor
 *
 * Opens the report's channel; the guest's last report waits there until it is read. Does nothing
 * once the boot is over.
 */
void
hostel_boot_monitor_listen (HostelBootMonitor *self)
{
  HostelConnection *connection;

  g_return_if_fail (HOSTEL_IS_BOOT_MONITOR (self));

  connection = hostel_domain_get_connection (self->domain);
  if (is_over (self) || connection == NULL)
    return;

  close_stream (self);
  self->stream = hostel_console_stream_new_channel (hostel_connection_get_uri (connection),
                                                    hostel_domain_get_uuid (self->domain),
                                                    HOSTEL_BOOT_REPORT_CHANNEL);
  g_signal_connect_object (self->stream, "received", G_CALLBACK (received_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "notify::state",
                           G_CALLBACK (stream_state_cb), self,
                           G_CONNECT_SWAPPED);
  hostel_console_stream_set_flowing (self->stream, TRUE);
  hostel_console_stream_open (self->stream, FALSE);
}

/**
 * hostel_boot_monitor_set_visible:
 * @self: the monitor
 * @visible: whether somebody looks
 */
void
hostel_boot_monitor_set_visible (HostelBootMonitor *self,
                                 gboolean           visible)
{
  g_return_if_fail (HOSTEL_IS_BOOT_MONITOR (self));

  if (self->visible == visible)
    return;

  self->visible = visible;
  if (self->domain != NULL && visible)
    hostel_address_look_hold (self->domain);
  else if (self->domain != NULL)
    hostel_address_look_release (self->domain);
  tick_later (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VISIBLE]);
}
