/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-hardware-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-file-choice.h"
#include "hostel-hardware-page-private.h"
#include "hostel-machine-restart.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define DEFAULT_GIB 20
#define MAX_GIB (64 * 1024)
#define MIN_MIB 16
#define MAX_MIB (16 * 1024 * 1024)
#define MIB_STEP 256
#define MAX_VCPUS 4096

/* What is asked, and about what: another machine may be shown when it is answered. */
typedef struct
{
  HostelHardwarePage *page;   /* owned */
  char               *id;     /* owned, nullable: a device, "memory", "vcpus" or "disk" */
  HostelDomain       *domain; /* owned */
  GtkSpinButton      *spin;   /* borrowed from the dialog, nullable: where a number is asked for */
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_free (question->id);
  g_object_unref (question->domain);
  g_object_unref (question->page);
  g_free (question);
}

/* Takes @dialog. */
static void
present (HostelHardwarePage *self,
         GtkWidget          *dialog,
         const char         *id,
         GtkSpinButton      *spin,
         GCallback           answered)
{
  Question *question = g_new0 (Question, 1);

  question->page = g_object_ref (self);
  question->id = g_strdup (id);
  question->domain = g_object_ref (self->domain);
  question->spin = spin;
  g_signal_connect_data (dialog, "response", answered, question, question_free, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
apply_number (HostelHardwarePage *self,
              const Question     *question,
              guint               value)
{
  HostelMachineChange to = { 0 };
  HostelMachineChange back = { 0 };

  if (g_str_equal (question->id, "disk"))
    {
      hostel_hardware_page_edit (self, &(HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_ADD_DISK, .size = value * GIB });
      return;
    }

  if (g_str_equal (question->id, "memory"))
    {
      to.memory = value;
      back.memory = self->hardware->persistent ? self->hardware->memory_next : self->hardware->memory_live;
    }
  else
    {
      to.vcpus = value;
      back.vcpus = self->hardware->persistent ? self->hardware->vcpus_next : self->hardware->vcpus_live;
    }
  hostel_hardware_page_change (self, &to, &back);
}

static void
number_cb (Question         *question,
           const char       *response,
           AdwMessageDialog *dialog)
{
  HostelHardwarePage *self = question->page;

  /* Meant for the machine that was shown then. */
  if (g_str_equal (response, "apply") && self->domain == question->domain && self->hardware != NULL)
    apply_number (self, question, gtk_spin_button_get_value_as_int (question->spin));
}

static GtkWidget *
dialog_new (HostelHardwarePage *self,
            const char         *heading,
            const char         *body,
            const char         *apply)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "apply", apply, NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "apply");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  hostel_accessible_set_label (dialog, heading);

  return dialog;
}

/* Takes @dialog, a dialog without a number yet. */
static void
ask (HostelHardwarePage *self,
     GtkWidget          *dialog,
     const char         *id,
     const char         *label,
     guint               value,
     guint               minimum,
     guint               maximum,
     guint               step)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (minimum, maximum, step);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (spin))), TRUE);
  gtk_widget_set_halign (spin, GTK_ALIGN_CENTER);
  hostel_accessible_set_label (spin, label);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), spin);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "apply", ADW_RESPONSE_SUGGESTED);
  present (self, dialog, id, GTK_SPIN_BUTTON (spin), G_CALLBACK (number_cb));
}

void
hostel_hardware_page_ask_number (HostelHardwarePage *self,
                                 const char         *id)
{
  const HostelHardware *hardware = self->hardware;

  if (g_str_equal (id, "memory"))
    ask (self, dialog_new (self, _("Change the Memory?"),
                           _("In MiB. What the running machine has no room for holds from its next start on."),
                           _("_Change")),
         id, _("Memory in MiB"), hardware->persistent ? hardware->memory_next : hardware->memory_live, MIN_MIB, MAX_MIB,
         MIB_STEP);
  else
    ask (self, dialog_new (self, _("Change the vCPUs?"),
                           _("What the running machine has no room for holds from its next start on."), _("_Change")),
         id, _("vCPUs"), hardware->persistent ? hardware->vcpus_next : hardware->vcpus_live, 1, MAX_VCPUS, 1);
}

void
hostel_hardware_page_ask_disk (HostelHardwarePage *self)
{
  ask (self, dialog_new (self, _("Add a New Disk?"),
                         _("Its size in GiB. It is empty, lies beside the machine’s other disks, and takes space as it is "
                           "filled."), _("_Add")),
       "disk", _("Size in GiB"), DEFAULT_GIB, 1, MAX_GIB, 1);
}

static void
file_chosen_cb (GtkWidget *widget,
                GFile     *file)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (widget);
  g_autofree char *asked = g_steal_pointer (&self->asked);
  HostelHardwareEdit edit = { .kind = HOSTEL_HARDWARE_INSERT, .device = asked, .file = g_file_peek_path (file) };

  if (asked == NULL)
    return;

  if (g_str_equal (asked, "hardware.add-image"))
    edit.kind = HOSTEL_HARDWARE_ADD_DISK;
  else if (g_str_equal (asked, "hardware.add-disc"))
    edit.kind = HOSTEL_HARDWARE_ADD_DRIVE;
  hostel_hardware_page_edit (self, &edit);
}

void
hostel_hardware_page_ask_file (HostelHardwarePage *self,
                               const char         *what)
{
  gboolean image = g_str_equal (what, "hardware.add-image");
  GtkFileChooserNative *chooser =
    hostel_file_choice_new (GTK_WIDGET (self), image ? _("Add a Disk Image") : _("Insert a Disc"),
                            GTK_FILE_CHOOSER_ACTION_OPEN, image ? _("_Add") : _("_Insert"), file_chosen_cb);

  if (chooser == NULL)
    return;

  g_free (self->asked);
  self->asked = g_strdup (what);
  if (!image)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

      gtk_file_filter_set_name (filter, _("Images of discs"));
      gtk_file_filter_add_suffix (filter, "iso");
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
    }
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
remove_cb (Question         *question,
           const char       *response,
           AdwMessageDialog *dialog)
{
  if (g_str_equal (response, "apply") && question->page->domain == question->domain)
    hostel_hardware_page_edit (question->page,
                               &(HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_REMOVE, .device = question->id });
}

void
hostel_hardware_page_ask_remove (HostelHardwarePage *self,
                                 const char         *id)
{
  g_autofree char *heading = g_strdup_printf (_("Remove %s From “%s”?"), id, hostel_domain_get_name (self->domain));
  GtkWidget *dialog =
    dialog_new (self, heading,
                self->hardware->active
                  ? _("The guest is asked to let go of it; stop using it there first. The file of a disk stays where it is.")
                  : _("The file of a disk stays where it is."), _("_Remove"));

  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "apply", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  present (self, dialog, id, NULL, G_CALLBACK (remove_cb));
}

static void
restart_cb (Question         *question,
            const char       *response,
            AdwMessageDialog *dialog)
{
  if (g_str_equal (response, "apply"))
    hostel_machine_restart (gtk_window_get_transient_for (GTK_WINDOW (dialog)), question->domain);
}

void
hostel_hardware_page_ask_restart (HostelHardwarePage *self)
{
  g_autofree char *heading = g_strdup_printf (_("Restart “%s”?"), hostel_domain_get_name (self->domain));
  GtkWidget *dialog =
    dialog_new (self, heading, _("It is asked to shut down, and started again with all that waits for it."), _("_Restart"));

  present (self, dialog, NULL, NULL, G_CALLBACK (restart_cb));
}
