/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-screen-view"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "hostel-screen-view.h"

/* GDK's hardware numbers are the kernel's and 8, on X11 and on Wayland. */
#define KEYCODE_OFFSET 8
#define WHEEL_UP 3
#define WHEEL_DOWN 4

struct _HostelScreenView
{
  GtkWidget     parent_instance;

  HostelScreen *screen;  /* owned, nullable */
  GSignalGroup *screen_signals; /* owned */
  GdkTexture   *texture; /* owned, nullable: what is drawn */
  gboolean      stale;   /* the screen has something newer */

  GHashTable   *pressed; /* owned, of hardware number to keysym: what the machine thinks is down */
  gboolean      alone;   /* of Ctrl and Alt: no other key since */
  guint         buttons;
  double        wheel;   /* steps, less than one */
};

G_DEFINE_FINAL_TYPE (HostelScreenView, hostel_screen_view, GTK_TYPE_WIDGET)

enum { RELEASED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Where the picture is: never enlarged, which would blur its letters, and in the middle. */
static void
get_place (HostelScreenView *self,
           graphene_rect_t  *place)
{
  double width = hostel_screen_get_width (self->screen);
  double height = hostel_screen_get_height (self->screen);
  double scale = MIN (1, MIN (gtk_widget_get_width (GTK_WIDGET (self)) / width,
                              gtk_widget_get_height (GTK_WIDGET (self)) / height));

  graphene_rect_init (place,
                      floor ((gtk_widget_get_width (GTK_WIDGET (self)) - width * scale) / 2),
                      floor ((gtk_widget_get_height (GTK_WIDGET (self)) - height * scale) / 2),
                      width * scale, height * scale);
}

static void
take_frame (HostelScreenView *self)
{
  g_autoptr (GBytes) frame = NULL;
  int width = hostel_screen_get_width (self->screen);

  self->stale = FALSE;
  if ((frame = hostel_screen_dup_frame (self->screen)) == NULL)
    return;

  g_clear_object (&self->texture);
  self->texture = gdk_memory_texture_new (width, hostel_screen_get_height (self->screen),
                                          GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, frame, (gsize) width * 4);
}

/* Once a frame at most, and only where it is seen: the machine waits until then. */
static void
hostel_screen_view_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  HostelScreenView *self = HOSTEL_SCREEN_VIEW (widget);
  graphene_rect_t place;

  if (self->screen == NULL || hostel_screen_get_width (self->screen) == 0)
    return;

  if (self->stale)
    take_frame (self);
  if (self->texture == NULL)
    return;

  get_place (self, &place);
  gtk_snapshot_append_texture (snapshot, self->texture, &place);
}

static void
updated_cb (HostelScreenView *self)
{
  self->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
send_pointer (HostelScreenView *self,
              double            x,
              double            y,
              guint             buttons)
{
  graphene_rect_t place;

  if (self->screen == NULL || hostel_screen_get_width (self->screen) == 0)
    return;

  get_place (self, &place);
  if (place.size.width < 1 || place.size.height < 1)
    return;

  hostel_screen_send_pointer (self->screen,
                              (x - place.origin.x) * hostel_screen_get_width (self->screen) / place.size.width,
                              (y - place.origin.y) * hostel_screen_get_height (self->screen) / place.size.height,
                              buttons);
}

static void
motion_cb (HostelScreenView *self,
           double            x,
           double            y)
{
  send_pointer (self, x, y, self->buttons);
}

static void
button_pressed_cb (HostelScreenView *self,
                   int               n_press,
                   double            x,
                   double            y,
                   GtkGestureSingle *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->buttons |= 1 << (gtk_gesture_single_get_current_button (gesture) - 1);
  send_pointer (self, x, y, self->buttons);
}

static void
button_released_cb (HostelScreenView *self,
                    int               n_press,
                    double            x,
                    double            y,
                    GtkGestureSingle *gesture)
{
  self->buttons &= ~(1u << (gtk_gesture_single_get_current_button (gesture) - 1));
  send_pointer (self, x, y, self->buttons);
}

static gboolean
scrolled_cb (HostelScreenView         *self,
             double                    dx,
             double                    dy,
             GtkEventControllerScroll *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  double x;
  double y;

  if (!gdk_event_get_position (event, &x, &y))
    return FALSE;

  for (self->wheel += dy; fabs (self->wheel) >= 1; self->wheel -= self->wheel > 0 ? 1 : -1)
    {
      guint button = 1 << (self->wheel > 0 ? WHEEL_DOWN : WHEEL_UP);

      send_pointer (self, x, y, self->buttons | button);
      send_pointer (self, x, y, self->buttons);
    }

  return TRUE;
}

static gboolean
is_ctrl_or_alt (guint keyval)
{
  return keyval == GDK_KEY_Control_L || keyval == GDK_KEY_Control_R ||
         keyval == GDK_KEY_Alt_L || keyval == GDK_KEY_Alt_R || keyval == GDK_KEY_Meta_L;
}

static gboolean
key_pressed_cb (HostelScreenView *self,
                guint             keyval,
                guint             keycode,
                GdkModifierType   state)
{
  if (self->screen == NULL)
    return GDK_EVENT_PROPAGATE;

  self->alone = is_ctrl_or_alt (keyval) &&
                (self->alone || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) == 0);
  g_hash_table_insert (self->pressed, GUINT_TO_POINTER (keycode), GUINT_TO_POINTER (keyval));
  hostel_screen_send_key (self->screen, keyval, keycode - KEYCODE_OFFSET, TRUE);

  return GDK_EVENT_STOP;
}

static void
key_released_cb (HostelScreenView *self,
                 guint             keyval,
                 guint             keycode,
                 GdkModifierType   state)
{
  const guint both = GDK_CONTROL_MASK | GDK_ALT_MASK;
  gboolean leave = self->alone && (state & both) == both;
  gpointer pressed = NULL;

  if (self->screen == NULL ||
      !g_hash_table_steal_extended (self->pressed, GUINT_TO_POINTER (keycode), NULL, &pressed))
    return;

  /* As what it was pressed: another layer may be on by now. */
  hostel_screen_send_key (self->screen, GPOINTER_TO_UINT (pressed), keycode - KEYCODE_OFFSET, FALSE);
  self->alone = FALSE;
  if (leave)
    g_signal_emit (self, signals[RELEASED], 0);
}

/* A key that is let go elsewhere would stay down in the machine for ever. */
static void
focus_left_cb (HostelScreenView *self)
{
  GHashTableIter iter;
  gpointer keycode;
  gpointer keyval;

  g_hash_table_iter_init (&iter, self->pressed);
  while (g_hash_table_iter_next (&iter, &keycode, &keyval))
    {
      if (self->screen != NULL)
        hostel_screen_send_key (self->screen, GPOINTER_TO_UINT (keyval),
                                GPOINTER_TO_UINT (keycode) - KEYCODE_OFFSET, FALSE);
      g_hash_table_iter_remove (&iter);
    }
  self->alone = FALSE;
}

static void
add_controllers (HostelScreenView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);

  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scrolled_cb), self);
  gtk_widget_add_controller (widget, scroll);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (button_pressed_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (button_released_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (widget, keys);

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (widget, focus);
}

static void
hostel_screen_view_dispose (GObject *object)
{
  hostel_screen_view_set_screen (HOSTEL_SCREEN_VIEW (object), NULL);

  G_OBJECT_CLASS (hostel_screen_view_parent_class)->dispose (object);
}

static void
hostel_screen_view_finalize (GObject *object)
{
  g_hash_table_unref (HOSTEL_SCREEN_VIEW (object)->pressed);
  g_object_unref (HOSTEL_SCREEN_VIEW (object)->screen_signals);

  G_OBJECT_CLASS (hostel_screen_view_parent_class)->finalize (object);
}

static void
hostel_screen_view_class_init (HostelScreenViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hostel_screen_view_dispose;
  object_class->finalize = hostel_screen_view_finalize;
  widget_class->snapshot = hostel_screen_view_snapshot;

  signals[RELEASED] =
    g_signal_new ("released", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "screen");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hostel_screen_view_init (HostelScreenView *self)
{
  self->pressed = g_hash_table_new (NULL, NULL);
  self->screen_signals = g_signal_group_new (HOSTEL_TYPE_SCREEN);
  g_signal_group_connect_swapped (self->screen_signals, "updated", G_CALLBACK (updated_cb), self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  add_controllers (self);
}

/**
 * hostel_screen_view_set_screen:
 * @screen: (nullable): what to draw
 */
void
hostel_screen_view_set_screen (HostelScreenView *self,
                               HostelScreen     *screen)
{
  g_return_if_fail (HOSTEL_IS_SCREEN_VIEW (self));
  g_return_if_fail (screen == NULL || HOSTEL_IS_SCREEN (screen));

  if (screen == self->screen)
    return;

  g_hash_table_remove_all (self->pressed);
  g_clear_object (&self->texture);
  self->buttons = 0;
  g_set_object (&self->screen, screen);
  g_signal_group_set_target (self->screen_signals, screen);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
