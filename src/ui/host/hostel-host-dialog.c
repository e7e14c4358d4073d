/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-host-dialog.h"

struct _HostelHostDialog
{
  AdwMessageDialog parent_instance;

  HostelHostList *hosts; /* owned */

  GtkEntry       *entry;
  GtkLabel       *hint;
};

G_DEFINE_FINAL_TYPE (HostelHostDialog, hostel_host_dialog, ADW_TYPE_MESSAGE_DIALOG)

enum { ADDED, N_SIGNALS };

static guint signals[N_SIGNALS];

/**
 * hostel_host_dialog_dup_uri:
 * @text: what was typed
 *
 * A libvirt URI has a scheme and a path or a server; see https://libvirt.org/uri.html
 *
 * Returns: (transfer full) (nullable): @text without white space around it, %NULL where it is no
 *   URI
 */
char *
hostel_host_dialog_dup_uri (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autoptr (GUri) uri = g_uri_parse (trimmed, G_URI_FLAGS_NON_DNS, NULL);
  const char *host;

  if (uri == NULL)
    return NULL;

  host = g_uri_get_host (uri);
  if ((host == NULL || *host == '\0') && strlen (g_uri_get_path (uri)) < 2)
    return NULL;

  return g_steal_pointer (&trimmed);
}

static void
changed_cb (HostelHostDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *uri = hostel_host_dialog_dup_uri (text);
  gboolean taken = uri != NULL &&
                   hostel_host_list_lookup (self->hosts, uri) != NULL;
  const char *hint = "";

  if (taken)
    hint = _("This host is in the list already.");
  else if (uri == NULL && *text != '\0')
    hint = _("This is not the URI of a host, such as qemu+ssh://user@server/system.");

  gtk_label_set_label (self->hint, hint);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "add",
                                           uri != NULL && !taken);
}

static void
hostel_host_dialog_response (AdwMessageDialog *dialog,
                             const char       *response)
{
  HostelHostDialog *self = HOSTEL_HOST_DIALOG (dialog);
  g_autofree char *uri = NULL;

  uri = hostel_host_dialog_dup_uri (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  if (!g_str_equal (response, "add") || uri == NULL)
    return;

  hostel_host_list_add (self->hosts, uri);
  hostel_host_list_open (self->hosts);
  g_signal_emit (self, signals[ADDED], 0);
}

static void
hostel_host_dialog_dispose (GObject *object)
{
  g_clear_object (&HOSTEL_HOST_DIALOG (object)->hosts);

  G_OBJECT_CLASS (hostel_host_dialog_parent_class)->dispose (object);
}

static void
hostel_host_dialog_class_init (HostelHostDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  AdwMessageDialogClass *dialog_class = ADW_MESSAGE_DIALOG_CLASS (klass);

  object_class->dispose = hostel_host_dialog_dispose;

  dialog_class->response = hostel_host_dialog_response;

  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-host-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelHostDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HostelHostDialog, hint);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
hostel_host_dialog_init (HostelHostDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
}

/**
 * hostel_host_dialog_new:
 * @parent: the window to be shown over
 * @hosts: the list that gets the host
 *
 * Returns: (transfer none): the dialog
 */
HostelHostDialog *
hostel_host_dialog_new (GtkWindow      *parent,
                        HostelHostList *hosts)
{
  HostelHostDialog *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (HOSTEL_IS_HOST_LIST (hosts), NULL);

  self = g_object_new (HOSTEL_TYPE_HOST_DIALOG, "transient-for", parent, NULL);
  self->hosts = g_object_ref (hosts);

  return self;
}
