#define G_LOG_DOMAIN "hostel-grow-disk"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-disk-grow.h"
#include "hostel-grow-disk.h"
#include "hostel-size-dialog.h"
#include "hostel-tell.h"

static void
tell_error (GtkWindow    *window,
            HostelDomain *domain,
            const GError *error)
{
  g_autofree char *title = g_strdup_printf (_("The disk of %s could not be made larger"),
                                            hostel_domain_get_name (domain));

  hostel_tell_error (GTK_WIDGET (window), title, error);
}

static void
grown_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (object);
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean live = FALSE;

  if (!hostel_disk_grow_finish (domain, result, &live, &error))
    {
      tell_error (window, domain, error);
      return;
    }

  text = g_strdup_printf (live ? _("The disk of %s is larger now")
                               : _("The disk of %s is larger from its next start"),
                          hostel_domain_get_name (domain));
  hostel_tell (GTK_WIDGET (window), text);
}

static void
response_cb (HostelDomain     *domain,
             const char       *response,
             HostelSizeDialog *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (window != NULL && g_str_equal (response, "apply"))
    hostel_disk_grow_async (domain, hostel_size_dialog_get_bytes (dialog), grown_cb,
                            g_object_ref (window));
}

static void
measured_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (object);
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  guint64 size = hostel_disk_size_finish (domain, result, &error);
  HostelSizeDialog *dialog;

  if (size == 0)
    {
      tell_error (window, domain, error);
      return;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (window)))
    return;

  dialog = hostel_size_dialog_new (window, hostel_domain_get_name (domain), size);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), domain, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * hostel_grow_disk:
 * @window: where it is asked and told
 * @domain: a machine, running or not
 */
void
hostel_grow_disk (GtkWindow    *window,
                  HostelDomain *domain)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  hostel_disk_size_async (domain, NULL, measured_cb, g_object_ref (window));
}
