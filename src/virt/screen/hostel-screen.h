/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_SCREEN_STATE_CLOSED,  /* not asked for */
  HOSTEL_SCREEN_STATE_OPENING,
  HOSTEL_SCREEN_STATE_OPEN,
  HOSTEL_SCREEN_STATE_LOST,    /* "error" tells why */
} HostelScreenState;

#define HOSTEL_TYPE_SCREEN_STATE (hostel_screen_state_get_type ())
GType hostel_screen_state_get_type (void);

#define HOSTEL_TYPE_SCREEN (hostel_screen_get_type ())

/* What a running machine's graphics card shows, over VNC on a socket that libvirt hands over: no
 * port is opened and no password is needed. All on the main thread. Properties, read only,
 * notifying: "state".
 * Signal "updated": hostel_screen_dup_frame() has something new. The machine sends the next change
 * only when the frame was taken, so what is not drawn is not sent. */
G_DECLARE_FINAL_TYPE (HostelScreen, hostel_screen, HOSTEL, SCREEN, GObject)

HostelScreen      *hostel_screen_new          (HostelDomain *domain);
HostelScreenState  hostel_screen_get_state    (HostelScreen *self);
const GError      *hostel_screen_get_error    (HostelScreen *self);
void               hostel_screen_open         (HostelScreen *self);
void               hostel_screen_close        (HostelScreen *self);
/* In pixels; 0 while it is not open. */
int                hostel_screen_get_width    (HostelScreen *self);
int                hostel_screen_get_height   (HostelScreen *self);
GBytes            *hostel_screen_dup_frame    (HostelScreen *self);
/* @keyval: the X keysym; @keycode: the kernel's number of the key (KEY_ESC is 1) */
void               hostel_screen_send_key     (HostelScreen *self,
                                               guint         keyval,
                                               guint         keycode,
                                               gboolean      down);
/* @buttons: bit 0 left, 1 middle, 2 right, 3 wheel up, 4 wheel down */
void               hostel_screen_send_pointer (HostelScreen *self,
                                               double        x,
                                               double        y,
                                               guint         buttons);

G_END_DECLS
