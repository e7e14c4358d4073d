#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

#define HOSTEL_TYPE_BOOT_WATCH (hostel_boot_watch_get_type ())

/* Whether a guest asks for a login on its serial line, by what libvirt's log has of it: then it has
 * booted, whatever it reports. Main thread. Property, read only, notifying: "login" (boolean), once
 * the question has stood for a while. */
G_DECLARE_FINAL_TYPE (HostelBootWatch, hostel_boot_watch, HOSTEL, BOOT_WATCH, GObject)

HostelBootWatch *hostel_boot_watch_new       (HostelDomain    *domain);
gboolean         hostel_boot_watch_get_login (HostelBootWatch *self);
void             hostel_boot_watch_set_awake (HostelBootWatch *self,
                                              gboolean         awake);
/* Whether there is the question in @text, of @size bytes. */
gboolean         hostel_boot_watch_asks      (const char      *text,
                                              gsize            size);

G_END_DECLS
