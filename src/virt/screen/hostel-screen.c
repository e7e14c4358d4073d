/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: a thread of its own with a connection of its own, which it closes. */
#define G_LOG_DOMAIN "hostel-screen"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n.h>
#include <gvnc.h>

#include "hostel-connection-call.h"
#include "hostel-error.h"
#include "hostel-screen.h"
#include "hostel-xml.h"

#define BYTES_PER_PIXEL 4

struct _HostelScreen
{
  GObject            parent_instance;

  HostelDomain      *domain;  /* owned */
  HostelScreenState  state;
  GError            *error;   /* owned, nullable */
  guint              attempt; /* which opening the answer belongs to */

  VncConnection     *vnc;     /* owned, nullable */
  guint8            *pixels;  /* borrowed from the connection's framebuffer */
  int                width;
  int                height;
  gboolean           asked;   /* the next change is on its way */

  /* Of a guest without a tablet: it is told how far the pointer went. */
  gboolean           absolute;
  gboolean           placed;
  double             x;
  double             y;
};

G_DEFINE_FINAL_TYPE (HostelScreen, hostel_screen, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HostelScreenState, hostel_screen_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_SCREEN_STATE_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_SCREEN_STATE_OPENING, "opening"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_SCREEN_STATE_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_SCREEN_STATE_LOST, "lost"))

enum { PROP_0, PROP_STATE, N_PROPS };
enum { UPDATED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Blue first in memory on every host, which is what GDK and cairo take, too. */
static VncPixelFormat format = {
  .bits_per_pixel = 32, .depth = 24, .byte_order = G_LITTLE_ENDIAN, .true_color_flag = TRUE,
  .red_max = 255, .green_max = 255, .blue_max = 255,
  .red_shift = 16, .green_shift = 8, .blue_shift = 0,
};

static void
set_state (HostelScreen      *self,
           HostelScreenState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
drop_connection (HostelScreen *self)
{
  self->attempt++;
  self->pixels = NULL;
  self->width = self->height = 0;
  self->asked = FALSE;
  self->placed = FALSE;

  if (self->vnc == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->vnc, self);
  vnc_connection_shutdown (self->vnc);
  g_clear_object (&self->vnc);
}

static void
lose (HostelScreen *self,
      GError       *error)
{
  drop_connection (self);
  g_clear_error (&self->error);
  self->error = error;
  set_state (self, HOSTEL_SCREEN_STATE_LOST);
}

static void
ask (HostelScreen *self,
     gboolean      incremental)
{
  self->asked = TRUE;
  vnc_connection_framebuffer_update_request (self->vnc, incremental, 0, 0, self->width, self->height);
}

static void
framebuffer_gone_cb (gpointer  data,
                     GObject  *framebuffer)
{
  g_free (data);
}

/* The connection owns the framebuffer, and its pixels go with that: they are written until it ends. */
static void
make_framebuffer (HostelScreen *self)
{
  VncBaseFramebuffer *framebuffer;

  self->width = vnc_connection_get_width (self->vnc);
  self->height = vnc_connection_get_height (self->vnc);
  self->pixels = g_malloc0_n ((gsize) self->width * self->height, BYTES_PER_PIXEL);
  framebuffer = vnc_base_framebuffer_new (self->pixels, self->width, self->height,
                                          self->width * BYTES_PER_PIXEL, &format,
                                          vnc_connection_get_pixel_format (self->vnc));
  g_object_weak_ref (G_OBJECT (framebuffer), framebuffer_gone_cb, self->pixels);
  vnc_connection_set_framebuffer (self->vnc, VNC_FRAMEBUFFER (framebuffer));
  g_object_unref (framebuffer);
}

static void
choose_type_cb (HostelScreen *self)
{
  vnc_connection_set_auth_type (self->vnc, VNC_CONNECTION_AUTH_NONE);
}

static void
initialized_cb (HostelScreen *self)
{
  /* Over a local socket nothing is gained by packing. */
  gint32 encodings[] = {
    VNC_CONNECTION_ENCODING_DESKTOP_RESIZE, VNC_CONNECTION_ENCODING_WMVi,
    VNC_CONNECTION_ENCODING_POINTER_CHANGE, VNC_CONNECTION_ENCODING_EXT_KEY_EVENT,
    VNC_CONNECTION_ENCODING_COPY_RECT, VNC_CONNECTION_ENCODING_HEXTILE, VNC_CONNECTION_ENCODING_RAW,
  };

  vnc_connection_set_pixel_format (self->vnc, &format);
  vnc_connection_set_encodings (self->vnc, G_N_ELEMENTS (encodings), encodings);
  self->absolute = vnc_connection_get_abs_pointer (self->vnc);
  make_framebuffer (self);
  ask (self, FALSE);
  set_state (self, HOSTEL_SCREEN_STATE_OPEN);
}

static void
resized_cb (HostelScreen *self)
{
  make_framebuffer (self);
  ask (self, FALSE);
  g_signal_emit (self, signals[UPDATED], 0);
}

static void
updated_cb (HostelScreen *self)
{
  self->asked = FALSE;
  g_signal_emit (self, signals[UPDATED], 0);
}

static void
pointer_mode_cb (HostelScreen *self,
                 gboolean      absolute)
{
  self->absolute = absolute;
  self->placed = FALSE;
}

static void
ended_cb (HostelScreen *self)
{
  GError *error = NULL;

  hostel_error_set (&error, HOSTEL_ERROR_FAILED, _("Try again."), NULL,
                    _("The machine has closed its screen."));
  lose (self, error);
}

static void
failed_cb (HostelScreen *self,
           const char   *message)
{
  GError *error = NULL;

  hostel_error_set (&error, HOSTEL_ERROR_FAILED, _("Try again."), message,
                    _("The machine’s screen cannot be read."));
  lose (self, error);
}

static void
connect_signals (HostelScreen *self)
{
  static const struct
  {
    const char *name;
    GCallback   callback;
  } handlers[] = {
    { "vnc-auth-choose-type", G_CALLBACK (choose_type_cb) },
    { "vnc-initialized", G_CALLBACK (initialized_cb) },
    { "vnc-desktop-resize", G_CALLBACK (resized_cb) },
    { "vnc-pixel-format-changed", G_CALLBACK (resized_cb) },
    { "vnc-framebuffer-update", G_CALLBACK (updated_cb) },
    { "vnc-pointer-mode-changed", G_CALLBACK (pointer_mode_cb) },
    { "vnc-error", G_CALLBACK (failed_cb) },
    { "vnc-disconnected", G_CALLBACK (ended_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (self->vnc, handlers[i].name, handlers[i].callback, self);
}

/* libvirt counts the graphics devices from 0, of whatever kind. */
static int
find_vnc (virDomainPtr   domain,
          GError       **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autoptr (GPtrArray) nodes = NULL;

  if (doc == NULL)
    {
      hostel_virt_set_error (error, _("The description of the machine cannot be read."));
      return -1;
    }

  nodes = hostel_xml_find_nodes (doc, "/domain/devices/graphics");
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *type = hostel_xml_dup_string (doc, g_ptr_array_index (nodes, i), "@type");

      if (g_strcmp0 (type, "vnc") == 0)
        return i;
    }

  hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                    _("The machine has no screen that can be shown here."));

  return -1;
}

static void
open_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  GError *error = NULL;
  const char *uuid = task_data;
  g_autoptr (virDomain) domain = virDomainLookupByUUIDString (handle, uuid);
  int index;
  int fd;

  if (domain == NULL)
    {
      hostel_virt_set_error (&error, _("The machine is not there any more."));
      g_task_return_error (task, error);
      return;
    }

  if ((index = find_vnc (domain, &error)) < 0)
    {
      g_task_return_error (task, error);
      return;
    }

  fd = virDomainOpenGraphicsFD (domain, index, VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH);
  if (fd >= 0)
    {
      g_task_return_int (task, fd);
      return;
    }

  hostel_virt_set_error (&error, _("The machine’s screen cannot be opened."));
  g_task_return_error (task, error);
}

static void
opened_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelScreen *self = HOSTEL_SCREEN (object);
  GError *error = NULL;
  int fd = g_task_propagate_int (G_TASK (result), &error);

  /* Closed meanwhile, and perhaps opened again. */
  if (self->attempt != GPOINTER_TO_UINT (user_data))
    {
      g_clear_error (&error);
      if (fd >= 0)
        close (fd);
      return;
    }

  if (error != NULL)
    {
      lose (self, error);
      return;
    }

  self->vnc = vnc_connection_new ();
  vnc_connection_set_shared (self->vnc, TRUE);
  connect_signals (self);
  vnc_connection_open_fd (self->vnc, fd);
}

static void
hostel_screen_dispose (GObject *object)
{
  drop_connection (HOSTEL_SCREEN (object));

  G_OBJECT_CLASS (hostel_screen_parent_class)->dispose (object);
}

static void
hostel_screen_finalize (GObject *object)
{
  HostelScreen *self = HOSTEL_SCREEN (object);

  g_clear_object (&self->domain);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (hostel_screen_parent_class)->finalize (object);
}

static void
hostel_screen_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  HostelScreen *self = HOSTEL_SCREEN (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_screen_class_init (HostelScreenClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_screen_dispose;
  object_class->finalize = hostel_screen_finalize;
  object_class->get_property = hostel_screen_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_SCREEN_STATE, HOSTEL_SCREEN_STATE_CLOSED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[UPDATED] =
    g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_screen_init (HostelScreen *self)
{
}

/**
 * hostel_screen_new:
 * @domain: a machine
 *
 * Returns: (transfer full): its screen, closed
 */
HostelScreen *
hostel_screen_new (HostelDomain *domain)
{
  HostelScreen *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_SCREEN, NULL);
  self->domain = g_object_ref (domain);

  return self;
}

HostelScreenState
hostel_screen_get_state (HostelScreen *self)
{
  g_return_val_if_fail (HOSTEL_IS_SCREEN (self), HOSTEL_SCREEN_STATE_CLOSED);

  return self->state;
}

/**
 * hostel_screen_get_error:
 *
 * Returns: (transfer none) (nullable): why it is lost
 */
const GError *
hostel_screen_get_error (HostelScreen *self)
{
  g_return_val_if_fail (HOSTEL_IS_SCREEN (self), NULL);

  return self->error;
}

/**
 * hostel_screen_open:
 *
 * Asks libvirt for the screen of the machine, which must run, unless it is open or being opened. The
 * state becomes open or lost; libvirt hands over screens of this computer's machines only
 * (virDomainOpenGraphicsFD).
 */
void
hostel_screen_open (HostelScreen *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOSTEL_IS_SCREEN (self));

  if (self->state == HOSTEL_SCREEN_STATE_OPENING || self->state == HOSTEL_SCREEN_STATE_OPEN)
    return;

  g_clear_error (&self->error);
  self->attempt++;
  set_state (self, HOSTEL_SCREEN_STATE_OPENING);

  /* Without a cancellable: what is handed over after all must be closed. */
  task = g_task_new (self, NULL, opened_cb, GUINT_TO_POINTER (self->attempt));
  g_task_set_source_tag (task, hostel_screen_open);
  g_task_set_task_data (task, g_strdup (hostel_domain_get_uuid (self->domain)), g_free);
  hostel_domain_call (self->domain, g_steal_pointer (&task), open_worker);
}

void
hostel_screen_close (HostelScreen *self)
{
  g_return_if_fail (HOSTEL_IS_SCREEN (self));

  drop_connection (self);
  g_clear_error (&self->error);
  set_state (self, HOSTEL_SCREEN_STATE_CLOSED);
}

int
hostel_screen_get_width (HostelScreen *self)
{
  g_return_val_if_fail (HOSTEL_IS_SCREEN (self), 0);

  return self->width;
}

int
hostel_screen_get_height (HostelScreen *self)
{
  g_return_val_if_fail (HOSTEL_IS_SCREEN (self), 0);

  return self->height;
}

/**
 * hostel_screen_dup_frame:
 *
 * Asks for the next change, too.
 *
 * Returns: (transfer full) (nullable): what is shown now, width × height pixels of blue, green, red
 *   and 255, without gaps; %NULL while it is not open
 */
GBytes *
hostel_screen_dup_frame (HostelScreen *self)
{
  guint32 *copy;
  gsize n;

  g_return_val_if_fail (HOSTEL_IS_SCREEN (self), NULL);

  if (self->pixels == NULL || self->width <= 0 || self->height <= 0)
    return NULL;

  n = (gsize) self->width * self->height;
  copy = g_memdup2 (self->pixels, n * BYTES_PER_PIXEL);
  /* VNC leaves the fourth byte as it is; a texture takes it for how opaque the pixel is. */
  for (gsize i = 0; i < n; i++)
    copy[i] |= GUINT32_TO_LE (0xff000000);

  if (!self->asked)
    ask (self, TRUE);

  return g_bytes_new_take (copy, n * BYTES_PER_PIXEL);
}

/* The numbers of a keyboard of 1981, which VNC's extension wants, are the kernel's up to 88; keys
 * that came later have 0x80 added to the code behind their prefix 0xe0
 * (drivers/input/keyboard/atkbd.c). */
static guint
scancode_of (guint keycode)
{
  static const struct
  {
    guint keycode;
    guint scancode;
  } later[] = {
    { 96, 0x9c },  /* Enter of the keypad */
    { 97, 0x9d },  /* right Ctrl */
    { 98, 0xb5 },  /* slash of the keypad */
    { 99, 0x54 },  /* SysRq */
    { 100, 0xb8 }, /* right Alt */
    { 102, 0xc7 }, /* Home */
    { 103, 0xc8 }, /* up */
    { 104, 0xc9 }, /* Page Up */
    { 105, 0xcb }, /* left */
    { 106, 0xcd }, /* right */
    { 107, 0xcf }, /* End */
    { 108, 0xd0 }, /* down */
    { 109, 0xd1 }, /* Page Down */
    { 110, 0xd2 }, /* Insert */
    { 111, 0xd3 }, /* Delete */
    { 119, 0xc6 }, /* Pause */
    { 125, 0xdb }, /* left Super */
    { 126, 0xdc }, /* right Super */
    { 127, 0xdd }, /* Menu */
  };

  if (keycode <= 88)
    return keycode;

  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    {
      if (later[i].keycode == keycode)
        return later[i].scancode;
    }

  /* The machine goes by the keysym then. */
  return 0;
}

void
hostel_screen_send_key (HostelScreen *self,
                        guint         keyval,
                        guint         keycode,
                        gboolean      down)
{
  g_return_if_fail (HOSTEL_IS_SCREEN (self));

  if (self->state == HOSTEL_SCREEN_STATE_OPEN)
    vnc_connection_key_event (self->vnc, down, keyval, scancode_of (keycode));
}

void
hostel_screen_send_pointer (HostelScreen *self,
                            double        x,
                            double        y,
                            guint         buttons)
{
  /* The middle, from which a pointer without a place is moved (QEMU's POINTER_CHANGE). */
  const int middle = 0x7fff;
  int dx;
  int dy;

  g_return_if_fail (HOSTEL_IS_SCREEN (self));

  if (self->state != HOSTEL_SCREEN_STATE_OPEN)
    return;

  x = CLAMP (x, 0, self->width - 1);
  y = CLAMP (y, 0, self->height - 1);
  dx = self->placed ? (int) (x - self->x) : 0;
  dy = self->placed ? (int) (y - self->y) : 0;
  self->x = x;
  self->y = y;
  self->placed = TRUE;

  if (self->absolute)
    vnc_connection_pointer_event (self->vnc, buttons, x, y);
  else
    vnc_connection_pointer_event (self->vnc, buttons, middle + dx, middle + dy);
}
