/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-grow-disk"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-disk-grow.h"
#include "hostel-grow-disk.h"
#include "hostel-size-dialog.h"
#include "hostel-tell.h"
#include "hostel-visible.h"

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

/* What a dialog asks about. */
typedef struct
{
  HostelDomain *domain; /* owned */
  GPtrArray    *disks;  /* owned: of HostelDiskChoice */
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->domain);
  g_ptr_array_unref (question->disks);
  g_free (question);
}

static void
response_cb (Question         *question,
             const char       *response,
             HostelSizeDialog *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  guint place = hostel_size_dialog_get_choice (dialog);
  HostelDiskChoice *disk;

  if (window == NULL || !g_str_equal (response, "apply") || place >= question->disks->len)
    return;

  disk = question->disks->pdata[place];
  hostel_disk_grow_async (question->domain, disk->target, hostel_size_dialog_get_bytes (dialog),
                          grown_cb, g_object_ref (window));
}

static void
let_choose (HostelSizeDialog *dialog,
            GPtrArray        *disks)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (GStrv) all = NULL;

  for (guint i = 0; i < disks->len; i++)
    {
      HostelDiskChoice *disk = disks->pdata[i];
      g_autofree char *size = g_format_size_full (disk->size, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *file = hostel_visible_dup (disk->name, -1);
      g_autofree char *name = g_strdup_printf ("%s · %s · %s", disk->target, file, size);

      g_strv_builder_add (names, name);
      g_array_append_val (sizes, disk->size);
    }
  all = g_strv_builder_end (names);
  hostel_size_dialog_set_choices (dialog, (const char * const *) all, sizes);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (object);
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) disks = hostel_disk_list_finish (domain, result, &error);
  HostelSizeDialog *dialog;
  Question *question;

  if (disks == NULL)
    {
      tell_error (window, domain, error);
      return;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (window)))
    return;

  dialog = hostel_size_dialog_new (window, hostel_domain_get_name (domain),
                                   ((HostelDiskChoice *) disks->pdata[0])->size);
  if (disks->len > 1)
    let_choose (dialog, disks);
  question = g_new0 (Question, 1);
  question->domain = g_object_ref (domain);
  question->disks = g_steal_pointer (&disks);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free,
                         G_CONNECT_SWAPPED);
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

  hostel_disk_list_async (domain, NULL, listed_cb, g_object_ref (window));
}
