#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_WINDOW (hostel_window_get_type ())

G_DECLARE_FINAL_TYPE (HostelWindow, hostel_window, HOSTEL, WINDOW, AdwApplicationWindow)

HostelWindow *hostel_window_new (AdwApplication *application);

G_END_DECLS
