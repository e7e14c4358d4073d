#define G_LOG_DOMAIN "hostel-window"

#include "config.h"

#include "hostel-window.h"

struct _HostelWindow
{
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (HostelWindow, hostel_window, ADW_TYPE_APPLICATION_WINDOW)

static void
hostel_window_class_init (HostelWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-window.ui");
}

static void
hostel_window_init (HostelWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

HostelWindow *
hostel_window_new (AdwApplication *application)
{
  return g_object_new (HOSTEL_TYPE_WINDOW, "application", application, NULL);
}
