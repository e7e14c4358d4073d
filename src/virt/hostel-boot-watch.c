#define G_LOG_DOMAIN "hostel-boot-watch"

#include "config.h"

#include "hostel-boot-watch.h"
#include "hostel-serial-log.h"

/* libvirt has no event for what a console writes, and the console itself may be another program's:
 * the log's end is looked at, and no more once the question was there. */
#define LOOK_SECONDS 8
/* A guest with our user-data reports long before it asks. The report may be on its way. */
#define STANDS_US (20 * G_USEC_PER_SEC)
#define TAIL_SIZE (16 * 1024)

struct _HostelBootWatch
{
  GObject       parent_instance;

  HostelDomain *domain;      /* borrowed, weak */
  GCancellable *cancellable; /* owned */
  gint64        asked_time;  /* since when it asks, 0 where it does not */
  guint         look_id;
  gboolean      awake;
  gboolean      looking;     /* an answer is awaited */
  gboolean      login;
};

G_DEFINE_FINAL_TYPE (HostelBootWatch, hostel_boot_watch, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LOGIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void look_later (HostelBootWatch *self);

static void
take (HostelBootWatch *self,
      GBytes          *bytes)
{
  gint64 now = g_get_monotonic_time ();
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  if (!hostel_boot_watch_asks (text, size))
    self->asked_time = 0;
  else if (self->asked_time == 0)
    self->asked_time = now;
  else if (now - self->asked_time >= STANDS_US)
    {
      self->login = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOGIN]);
    }
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelBootWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hostel_serial_log_load_finish (HOSTEL_DOMAIN (source), result, &error);

  self->looking = FALSE;
  if (bytes != NULL)
    take (self, bytes);
  else
    g_debug ("no serial log: %s", error->message);
  look_later (self);
}

static gboolean
look_cb (gpointer user_data)
{
  HostelBootWatch *self = user_data;

  self->look_id = 0;
  if (self->domain == NULL)
    return G_SOURCE_REMOVE;

  self->looking = TRUE;
  hostel_serial_log_load_async (self->domain, NULL, TAIL_SIZE, self->cancellable, loaded_cb,
                                g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
look_later (HostelBootWatch *self)
{
  if (!self->awake || self->login)
    g_clear_handle_id (&self->look_id, g_source_remove);
  else if (self->look_id == 0 && !self->looking)
    self->look_id = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
}

static void
hostel_boot_watch_dispose (GObject *object)
{
  HostelBootWatch *self = HOSTEL_BOOT_WATCH (object);

  self->awake = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_weak_pointer (&self->domain);

  G_OBJECT_CLASS (hostel_boot_watch_parent_class)->dispose (object);
}

static void
hostel_boot_watch_finalize (GObject *object)
{
  HostelBootWatch *self = HOSTEL_BOOT_WATCH (object);

  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (hostel_boot_watch_parent_class)->finalize (object);
}

static void
hostel_boot_watch_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelBootWatch *self = HOSTEL_BOOT_WATCH (object);

  switch (prop_id)
    {
    case PROP_LOGIN:
      g_value_set_boolean (value, self->login);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_boot_watch_class_init (HostelBootWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_boot_watch_dispose;
  object_class->finalize = hostel_boot_watch_finalize;
  object_class->get_property = hostel_boot_watch_get_property;

  properties[PROP_LOGIN] =
    g_param_spec_boolean ("login", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_boot_watch_init (HostelBootWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hostel_boot_watch_new:
 * @domain: a machine that boots
 *
 * Returns: (transfer full): a watch that sleeps
 */
HostelBootWatch *
hostel_boot_watch_new (HostelDomain *domain)
{
  HostelBootWatch *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_BOOT_WATCH, NULL);
  g_set_weak_pointer (&self->domain, domain);

  return self;
}

gboolean
hostel_boot_watch_get_login (HostelBootWatch *self)
{
  g_return_val_if_fail (HOSTEL_IS_BOOT_WATCH (self), FALSE);

  return self->login;
}

/**
 * hostel_boot_watch_set_awake:
 * @self: a watch
 * @awake: whether to look, every few seconds
 */
void
hostel_boot_watch_set_awake (HostelBootWatch *self,
                             gboolean         awake)
{
  g_return_if_fail (HOSTEL_IS_BOOT_WATCH (self));

  self->awake = awake;
  look_later (self);
}

/**
 * hostel_boot_watch_asks:
 * @text: what a console wrote
 * @size: its size in bytes
 *
 * The question is getty's, "bunk-7 login: " at the start of a line (agetty(8)). The kernel and
 * cloud-init write after it in the same line.
 *
 * Returns: whether it asks for a login
 */
gboolean
hostel_boot_watch_asks (const char *text,
                        gsize       size)
{
  g_autofree char *valid = NULL;

  if (size == 0)
    return FALSE;

  valid = g_utf8_make_valid (text, size);

  return g_regex_match_simple ("^(?:\\x1b\\[[0-9;?]*[a-zA-Z])*(?!Last )[\\w.-]+ login: ", valid,
                               G_REGEX_MULTILINE, 0);
}
