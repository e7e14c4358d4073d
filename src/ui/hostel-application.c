#define G_LOG_DOMAIN "hostel-application"

#include "config.h"

#include "hostel-application.h"
#include "hostel-window.h"

struct _HostelApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (HostelApplication, hostel_application, ADW_TYPE_APPLICATION)

static void
hostel_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (hostel_window_new (ADW_APPLICATION (application)));

  gtk_window_present (window);
}

static void
hostel_application_class_init (HostelApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = hostel_application_activate;
}

static void
hostel_application_init (HostelApplication *self)
{
}

HostelApplication *
hostel_application_new (void)
{
  return g_object_new (HOSTEL_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", "/io/github/hostel/Hostel",
                       NULL);
}
