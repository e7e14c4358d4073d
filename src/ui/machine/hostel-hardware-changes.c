/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-hardware-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-hardware-page-private.h"
#include "hostel-tell.h"

/* One change that can be undone, of whatever machine is shown now. */
typedef struct
{
  guint                serial;
  HostelDomain        *domain; /* owned */
  HostelHardwareDone  *done;   /* owned, nullable: else @back */
  HostelMachineChange  back;   /* of memory and vCPUs */
} Undo;

static guint last_serial;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->domain);
  g_clear_pointer (&undo->done, hostel_hardware_done_unref);
  g_free (undo);
}

void
hostel_hardware_page_clear_undos (HostelHardwarePage *self)
{
  g_clear_pointer (&self->undos, g_ptr_array_unref);
}

/* @serial: of what the toast can undo, 0 for nothing */
static void
toast (HostelHardwarePage *self,
       const char         *text,
       guint               serial)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (serial > 0)
    {
      adw_toast_set_button_label (toast, _("_Undo"));
      adw_toast_set_action_name (toast, "hardware.undo");
      adw_toast_set_action_target (toast, "u", serial);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* Takes @done. */
static guint
remember (HostelHardwarePage        *self,
          HostelDomain              *domain,
          HostelHardwareDone        *done,
          const HostelMachineChange *back)
{
  Undo *undo = g_new0 (Undo, 1);

  undo->serial = ++last_serial;
  undo->domain = g_object_ref (domain);
  undo->done = done;
  if (back != NULL)
    undo->back = *back;
  if (self->undos == NULL)
    self->undos = g_ptr_array_new_with_free_func (undo_free);
  g_ptr_array_add (self->undos, undo);

  return undo->serial;
}

static gboolean
begin (HostelHardwarePage *self)
{
  if (self->busy)
    toast (self, _("One change at a time: the last one is not done yet"), 0);
  else if (self->domain != NULL)
    {
      self->busy = TRUE;
      return TRUE;
    }

  return FALSE;
}

static void
end (HostelHardwarePage *self,
     HostelDomain       *domain,
     const GError       *error)
{
  g_autofree char *title = g_strdup_printf (_("%s could not be changed"), hostel_domain_get_name (domain));

  self->busy = FALSE;
  if (error != NULL && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    hostel_tell_error (GTK_WIDGET (self), title, error);
  hostel_hardware_page_look (self);
}

static void
edited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelHardwarePage) self = user_data;
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  g_autoptr (GError) error = NULL;
  HostelHardwareDone *done = hostel_hardware_edit_finish (domain, result, &error);

  if (done != NULL)
    {
      /* Why it has to wait is a sentence of its own, and too long for a toast. */
      g_auto (GStrv) sentences = g_strsplit (hostel_hardware_done_get_told (done)[0], ". ", 2);

      toast (self, sentences[0], remember (self, domain, done, NULL));
    }
  end (self, domain, error);
}

void
hostel_hardware_page_edit (HostelHardwarePage       *self,
                           const HostelHardwareEdit *edit)
{
  if (begin (self))
    hostel_hardware_edit_async (self->domain, edit, edited_cb, g_object_ref (self));
}

/* A change of memory or vCPUs under way. */
typedef struct
{
  HostelHardwarePage  *page; /* owned */
  HostelMachineChange  to;
  HostelMachineChange  back;
  gboolean             is_undo;
} Change;

/* When it holds is seen in the row. */
static char *
dup_words (const HostelMachineChange *to)
{
  return to->memory > 0 ? g_strdup_printf (_("Memory: %u MiB"), to->memory) : g_strdup_printf (_("vCPUs: %u"), to->vcpus);
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Change *change = user_data;
  g_autoptr (HostelHardwarePage) self = change->page;
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) told = hostel_machine_change_finish (domain, result, &error);

  if (told != NULL)
    {
      g_autofree char *words = dup_words (&change->to);

      toast (self, words, change->is_undo ? 0 : remember (self, domain, NULL, &change->back));
    }
  end (self, domain, error);
}

static void
run_change (HostelHardwarePage        *self,
            HostelDomain              *domain,
            const HostelMachineChange *to,
            const HostelMachineChange *back)
{
  Change *change = g_new0 (Change, 1);

  change->page = g_object_ref (self);
  change->to = *to;
  change->is_undo = back == NULL;
  if (back != NULL)
    change->back = *back;
  hostel_machine_change_async (domain, to, changed_cb, change);
}

/* @back: what undoes it */
void
hostel_hardware_page_change (HostelHardwarePage        *self,
                             const HostelMachineChange *change,
                             const HostelMachineChange *back)
{
  if (begin (self))
    run_change (self, self->domain, change, back);
}

static void
undone_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelHardwarePage) self = user_data;
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  g_autoptr (GError) error = NULL;

  if (hostel_hardware_undo_finish (domain, result, &error))
    toast (self, _("Undone"), 0);
  end (self, domain, error);
}

static void
undo_at (HostelHardwarePage *self,
         guint               place)
{
  Undo *undo;

  if (!begin (self))
    return;

  undo = g_ptr_array_steal_index (self->undos, place);
  if (undo->done != NULL)
    hostel_hardware_undo_async (undo->domain, undo->done, undone_cb, g_object_ref (self));
  else
    run_change (self, undo->domain, &undo->back, NULL);
  undo_free (undo);
}

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (widget);

  for (guint i = 0; self->undos != NULL && i < self->undos->len; i++)
    if (((Undo *) self->undos->pdata[i])->serial == g_variant_get_uint32 (parameter))
      {
        undo_at (self, i);
        return;
      }
}

/* The last change of the machine that is shown. */
static void
undo_last_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (widget);

  for (guint i = self->undos != NULL ? self->undos->len : 0; i > 0; i--)
    if (((Undo *) self->undos->pdata[i - 1])->domain == self->domain)
      {
        undo_at (self, i - 1);
        return;
      }
  toast (self, _("Nothing to undo"), 0);
}

/* What needs no question. */
static const struct
{
  const char             *action;
  HostelHardwareEditKind  kind;
} edits[] = {
  { "hardware.add-drive", HOSTEL_HARDWARE_ADD_DRIVE },
  { "hardware.add-nic", HOSTEL_HARDWARE_ADD_NIC },
  { "hardware.eject", HOSTEL_HARDWARE_EJECT },
  { "hardware.plug", HOSTEL_HARDWARE_PLUG },
  { "hardware.unplug", HOSTEL_HARDWARE_UNPLUG },
};

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  const char *device = parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    if (g_str_equal (edits[i].action, name))
      hostel_hardware_page_edit (HOSTEL_HARDWARE_PAGE (widget),
                                 &(HostelHardwareEdit) { .kind = edits[i].kind, .device = device });
}

/* What waits is given up. */
static void
keep_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  HostelMachineChange now = { .next_start = TRUE };
  HostelMachineChange later = { .next_start = TRUE };

  if (self->hardware == NULL)
    return;

  if (g_str_equal (id, "memory"))
    {
      now.memory = self->hardware->memory_live;
      later.memory = self->hardware->memory_next;
      hostel_hardware_page_change (self, &now, &later);
    }
  else if (g_str_equal (id, "vcpus"))
    {
      now.vcpus = self->hardware->vcpus_live;
      later.vcpus = self->hardware->vcpus_next;
      hostel_hardware_page_change (self, &now, &later);
    }
  else
    hostel_hardware_page_edit (self, &(HostelHardwareEdit) { .kind = HOSTEL_HARDWARE_KEEP, .device = id });
}

static void
ask_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  HostelHardwarePage *self = HOSTEL_HARDWARE_PAGE (widget);
  const char *id = parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL;

  if (self->hardware == NULL)
    return;

  if (g_str_equal (name, "hardware.change"))
    hostel_hardware_page_ask_number (self, id);
  else if (g_str_equal (name, "hardware.add-disk"))
    hostel_hardware_page_ask_disk (self);
  else if (g_str_equal (name, "hardware.remove"))
    hostel_hardware_page_ask_remove (self, id);
  else if (g_str_equal (name, "hardware.restart"))
    hostel_hardware_page_ask_restart (self);
  else
    /* "add-image", "add-disc", or a drive's id */
    hostel_hardware_page_ask_file (self, id != NULL ? id : name);
}

void
hostel_hardware_page_install_actions (GtkWidgetClass *klass)
{
  static const char * const asks[][2] = {
    { "hardware.change", "s" }, { "hardware.remove", "s" }, { "hardware.insert", "s" }, { "hardware.add-disk", NULL },
    { "hardware.add-image", NULL }, { "hardware.add-disc", NULL }, { "hardware.restart", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    gtk_widget_class_install_action (klass, edits[i].action, g_str_has_prefix (edits[i].action, "hardware.add") ? NULL : "s",
                                     edit_action);
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++)
    gtk_widget_class_install_action (klass, asks[i][0], asks[i][1], ask_action);
  gtk_widget_class_install_action (klass, "hardware.keep", "s", keep_action);
  gtk_widget_class_install_action (klass, "hardware.undo", "u", undo_action);
  gtk_widget_class_install_action (klass, "hardware.undo-last", NULL, undo_last_action);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_z, GDK_CONTROL_MASK, "hardware.undo-last", NULL);
}
