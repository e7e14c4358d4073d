#define G_LOG_DOMAIN "hostel-boot-monitor"

#include "config.h"

#include "hostel-boot-monitor.h"
#include "hostel-boot-pending.h"
#include "hostel-boot-watch.h"
#include "hostel-connection.h"
#include "hostel-console-stream.h"

/* libvirt has no event for a DHCP lease: while somebody looks, the address is asked for at growing
 * intervals, and no more once it is known. */
#define FIRST_LOOK_SECONDS 2
#define LAST_LOOK_SECONDS 32

struct _HostelBootMonitor
{
  GObject parent_instance;

  HostelDomain        *domain;  /* borrowed: the domain owns its monitor */
  HostelBootReport    *report;  /* owned */
  HostelConsoleStream *stream;  /* owned, nullable: while there is something to hear */
  HostelBootWatch     *watch;   /* owned */
  HostelBootPhase      phase;
  gboolean             visible;
  gboolean             looking; /* an answer is awaited */
  guint                look_timeout;
  guint                look_seconds;
};

G_DEFINE_ENUM_TYPE (HostelBootPhase, hostel_boot_phase,
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_BOOTING, "booting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_APPLYING, "applying"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_DEAF, "deaf"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_UNREAD, "unread"))

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

static void hostel_boot_monitor_look_later (HostelBootMonitor *self);

static gboolean
hostel_boot_monitor_is_over (HostelBootMonitor *self)
{
  return self->phase == HOSTEL_BOOT_PHASE_READY || self->phase == HOSTEL_BOOT_PHASE_FAILED;
}

static void
hostel_boot_monitor_close_stream (HostelBootMonitor *self)
{
  if (self->stream == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->stream, self);
  hostel_console_stream_close (self->stream);
  g_clear_object (&self->stream);
}

/* Only while somebody looks, and nothing is heard. */
static void
hostel_boot_monitor_update_watch (HostelBootMonitor *self)
{
  hostel_boot_watch_set_awake (self->watch, self->visible
                               && self->phase == HOSTEL_BOOT_PHASE_BOOTING);
}

static void
hostel_boot_monitor_set_phase (HostelBootMonitor *self,
                               HostelBootPhase    phase)
{
  if (self->phase == phase)
    return;

  self->phase = phase;
  if (hostel_boot_monitor_is_over (self))
    {
      hostel_boot_pending_remove_async (self->domain);
      hostel_boot_monitor_close_stream (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHASE]);
  hostel_boot_monitor_look_later (self);
  hostel_boot_monitor_update_watch (self);
}

static void
hostel_boot_monitor_verdict_changed (HostelBootMonitor *self)
{
  switch (hostel_boot_report_get_verdict (self->report))
    {
    case HOSTEL_BOOT_VERDICT_RUNNING:
      hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_APPLYING);
      break;
    case HOSTEL_BOOT_VERDICT_DONE:
      hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_READY);
      break;
    case HOSTEL_BOOT_VERDICT_FAILED:
      hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_FAILED);
      break;
    case HOSTEL_BOOT_VERDICT_NONE:
    default:
      break;
    }
}

static void
hostel_boot_monitor_stage_changed (HostelBootMonitor *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STAGE]);
}

/* A report that comes after all is believed. */
static void
hostel_boot_monitor_login_seen (HostelBootMonitor *self)
{
  if (self->phase == HOSTEL_BOOT_PHASE_BOOTING)
    hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_UNREAD);
}

static void
hostel_boot_monitor_received (HostelBootMonitor *self,
                              GBytes            *bytes)
{
  g_autoptr (HostelBootMonitor) kept = g_object_ref (self);

  hostel_boot_report_feed (self->report, bytes);
}

static void
hostel_boot_monitor_stream_changed (HostelBootMonitor *self)
{
  HostelConsoleState state = hostel_console_stream_get_state (self->stream);

  if (state == HOSTEL_CONSOLE_STATE_TAKEN ||
      (state == HOSTEL_CONSOLE_STATE_LOST && hostel_domain_is_active (self->domain)))
    hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_DEAF);
}

/* A reboot inside the guest keeps the stream; off and on again needs a new one. */
static void
hostel_boot_monitor_state_changed (HostelBootMonitor *self)
{
  if (hostel_boot_monitor_is_over (self))
    return;

  if (!hostel_domain_is_active (self->domain))
    {
      hostel_boot_monitor_close_stream (self);
      hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_STOPPED);
    }
  else if (self->phase == HOSTEL_BOOT_PHASE_STOPPED)
    hostel_boot_monitor_listen (self);
}

static void
hostel_boot_monitor_looked (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (HostelBootMonitor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_domain_load_details_finish (HOSTEL_DOMAIN (source), result, &error))
    g_debug ("No address of %s: %s", hostel_domain_get_name (HOSTEL_DOMAIN (source)),
             error->message);

  self->looking = FALSE;
  hostel_boot_monitor_look_later (self);
}

static gboolean
hostel_boot_monitor_look (gpointer user_data)
{
  HostelBootMonitor *self = user_data;

  self->look_timeout = 0;
  self->looking = TRUE;
  hostel_domain_load_details_async (self->domain, NULL, hostel_boot_monitor_looked,
                                    g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
hostel_boot_monitor_look_later (HostelBootMonitor *self)
{
  gboolean wanted = self->visible && self->look_seconds <= LAST_LOOK_SECONDS &&
                    self->phase != HOSTEL_BOOT_PHASE_STOPPED &&
                    *hostel_domain_get_address (self->domain) == '\0';

  if (!wanted)
    g_clear_handle_id (&self->look_timeout, g_source_remove);
  else if (self->look_timeout == 0 && !self->looking)
    {
      self->look_timeout = g_timeout_add_seconds (self->look_seconds, hostel_boot_monitor_look,
                                                  self);
      self->look_seconds *= 2;
    }
}

static void
hostel_boot_monitor_constructed (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  G_OBJECT_CLASS (hostel_boot_monitor_parent_class)->constructed (object);

  self->report = hostel_boot_report_new (hostel_domain_get_uuid (self->domain));
  g_signal_connect_object (self->report, "notify::verdict",
                           G_CALLBACK (hostel_boot_monitor_verdict_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->report, "notify::stage",
                           G_CALLBACK (hostel_boot_monitor_stage_changed), self,
                           G_CONNECT_SWAPPED);
  self->watch = hostel_boot_watch_new (self->domain);
  g_signal_connect_object (self->watch, "notify::login",
                           G_CALLBACK (hostel_boot_monitor_login_seen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->domain, "notify::state",
                           G_CALLBACK (hostel_boot_monitor_state_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
hostel_boot_monitor_dispose (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  g_clear_handle_id (&self->look_timeout, g_source_remove);
  hostel_boot_monitor_close_stream (self);
  g_clear_object (&self->watch);

  G_OBJECT_CLASS (hostel_boot_monitor_parent_class)->dispose (object);
}

static void
hostel_boot_monitor_finalize (GObject *object)
{
  HostelBootMonitor *self = HOSTEL_BOOT_MONITOR (object);

  g_clear_object (&self->report);
  g_clear_weak_pointer (&self->domain);

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
      g_set_weak_pointer (&self->domain, g_value_get_object (value));
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
  self->look_seconds = FIRST_LOOK_SECONDS;
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
  g_object_set_data_full (G_OBJECT (domain), "hostel-boot-monitor", self, g_object_unref);
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

  return g_object_get_data (G_OBJECT (domain), "hostel-boot-monitor");
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

  g_object_set_data (G_OBJECT (domain), "hostel-boot-monitor", NULL);
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
  if (hostel_boot_monitor_is_over (self) || connection == NULL)
    return;

  hostel_boot_monitor_close_stream (self);
  self->stream = hostel_console_stream_new_channel (hostel_connection_get_uri (connection),
                                                    hostel_domain_get_uuid (self->domain),
                                                    HOSTEL_BOOT_REPORT_CHANNEL);
  g_signal_connect_object (self->stream, "received", G_CALLBACK (hostel_boot_monitor_received),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "notify::state",
                           G_CALLBACK (hostel_boot_monitor_stream_changed), self,
                           G_CONNECT_SWAPPED);
  hostel_boot_monitor_set_phase (self, HOSTEL_BOOT_PHASE_BOOTING);
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
  self->look_seconds = FIRST_LOOK_SECONDS;
  hostel_boot_monitor_look_later (self);
  hostel_boot_monitor_update_watch (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VISIBLE]);
}
