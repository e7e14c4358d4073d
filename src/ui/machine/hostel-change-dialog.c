/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-change-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-change-dialog.h"
#include "hostel-connection.h"
#include "hostel-error.h"
#include "hostel-field.h"
#include "hostel-hardware.h"
#include "hostel-machine-change.h"
#include "hostel-machine-name.h"
#include "hostel-machine-rename.h"
#include "hostel-parse.h"
#include "hostel-tell.h"

#define MIB (1024 * 1024)
#define MAX_VCPUS 4096

struct _HostelChangeDialog
{
  AdwWindow       parent_instance;

  GtkWidget      *page;       /* borrowed, as all: template children */
  GtkWidget      *pending_group;
  GtkLabel       *pending_label;
  AdwEntryRow    *name_row;
  AdwEntryRow    *title_row;
  AdwEntryRow    *memory_row;
  AdwEntryRow    *vcpus_row;
  AdwActionRow   *autostart_row;
  GtkSwitch      *autostart_switch;
  GtkTextView    *notes_view;
  GtkWidget      *apply_button;

  HostelDomain   *domain;     /* owned */
  HostelHardware *hardware;   /* owned, NULL until it was read */
  char           *old_name;   /* owned: before it was changed here */
  gboolean        busy;
  gboolean        disposed;
};

G_DEFINE_FINAL_TYPE (HostelChangeDialog, hostel_change_dialog, ADW_TYPE_WINDOW)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

HostelChangeBack *
hostel_change_back_copy (HostelChangeBack *self)
{
  HostelChangeBack *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->title = g_strdup (self->title);
  copy->notes = g_strdup (self->notes);

  return copy;
}

void
hostel_change_back_free (HostelChangeBack *self)
{
  g_free (self->name);
  g_free (self->title);
  g_free (self->notes);
  g_free (self);
}

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* Without white space around it. */
static char *
dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (get_text (row)));
}

static char *
dup_notes (HostelChangeDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* The definition's, and of a machine that has none the running one's. */
static guint
get_memory (HostelChangeDialog *self)
{
  return self->hardware->persistent ? self->hardware->memory_next : self->hardware->memory_live;
}

static guint
get_vcpus (HostelChangeDialog *self)
{
  return self->hardware->persistent ? self->hardware->vcpus_next : self->hardware->vcpus_live;
}

/* What is entered and not as it was; FALSE where it is wrong. */
static gboolean
collect (HostelChangeDialog   *self,
         HostelMachineChange  *change,
         char                **title,
         char                **notes)
{
  g_autoptr (GError) memory_error = NULL;
  g_autoptr (GError) vcpus_error = NULL;
  guint memory = get_memory (self);
  guint vcpus = get_vcpus (self);
  gboolean autostart = gtk_switch_get_active (self->autostart_switch);

  *title = dup_text (self->title_row);
  *notes = dup_notes (self);
  hostel_parse_memory (get_text (self->memory_row), &memory, &memory_error);
  hostel_parse_count (get_text (self->vcpus_row), 1, MAX_VCPUS, &vcpus, &vcpus_error);
  hostel_field_set_error (self->memory_row, memory_error, NULL);
  hostel_field_set_error (self->vcpus_row, vcpus_error, NULL);

  change->memory = memory != get_memory (self) ? memory : 0;
  change->vcpus = vcpus != get_vcpus (self) ? vcpus : 0;
  change->title = g_str_equal (*title, self->hardware->title) ? NULL : *title;
  change->notes = g_str_equal (*notes, self->hardware->notes) ? NULL : *notes;
  if (autostart != self->hardware->autostart)
    change->autostart = autostart ? HOSTEL_AUTOSTART_ON : HOSTEL_AUTOSTART_OFF;

  return memory_error == NULL && vcpus_error == NULL;
}

static gboolean
is_something (const HostelMachineChange *change)
{
  return change->memory > 0 || change->vcpus > 0 || change->title != NULL || change->notes != NULL ||
         change->autostart != HOSTEL_AUTOSTART_KEEP;
}

/* A name that nobody may change now is not wrong. */
static gboolean
check_name (HostelChangeDialog *self,
            gboolean           *renamed)
{
  g_autofree char *name = dup_text (self->name_row);
  g_autoptr (GError) error = NULL;
  const char *hint = hostel_domain_is_active (self->domain) ? _("It can be renamed while it is off.") : NULL;

  *renamed = !g_str_equal (name, hostel_domain_get_name (self->domain));
  if (*renamed)
    hostel_machine_name_check (name, &error);
  hostel_field_set_error (self->name_row, error, hint);

  return error == NULL;
}

static void
changed_cb (HostelChangeDialog *self)
{
  HostelMachineChange change = { 0 };
  g_autofree char *title = NULL;
  g_autofree char *notes = NULL;
  gboolean renamed;
  gboolean right;

  if (self->hardware == NULL || self->busy)
    return;

  right = collect (self, &change, &title, &notes);
  right = check_name (self, &renamed) && right;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "change.apply", right && (renamed || is_something (&change)));
}

static void
set_busy (HostelChangeDialog *self,
          gboolean            busy)
{
  /* GTK 4.8 warns where an entry that has the focus goes with its window. */
  if (busy)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  self->busy = busy;
  gtk_widget_set_sensitive (self->page, !busy);
  if (busy)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "change.apply", FALSE);
  else
    changed_cb (self);
}

static HostelChangeBack *
new_back (HostelChangeDialog        *self,
          const HostelMachineChange *change)
{
  HostelChangeBack *back = g_new0 (HostelChangeBack, 1);

  if (!g_str_equal (self->old_name, hostel_domain_get_name (self->domain)))
    back->name = g_strdup (self->old_name);
  back->title = change->title != NULL ? g_strdup (self->hardware->title) : NULL;
  back->notes = change->notes != NULL ? g_strdup (self->hardware->notes) : NULL;
  back->memory = change->memory > 0 ? get_memory (self) : 0;
  back->vcpus = change->vcpus > 0 ? get_vcpus (self) : 0;
  back->autostart = change->autostart == HOSTEL_AUTOSTART_KEEP ? -1 : self->hardware->autostart;

  return back;
}

static void
end (HostelChangeDialog        *self,
     const HostelMachineChange *change,
     GStrv                      told)
{
  g_autoptr (HostelChangeBack) back = new_back (self, change);

  g_signal_emit (self, signals[CHANGED], 0, told, back);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* Beside what it is about, as far as that is known. */
static void
show_error (HostelChangeDialog        *self,
            const HostelMachineChange *change,
            const GError              *error)
{
  AdwEntryRow *row = change->memory > 0 ? self->memory_row : change->vcpus > 0 ? self->vcpus_row : self->title_row;

  set_busy (self, FALSE);
  hostel_field_set_error (row, error, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
change_done_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (HostelChangeDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) told = hostel_machine_change_finish (HOSTEL_DOMAIN (source), result, &error);
  HostelMachineChange change = { 0 };
  g_autofree char *title = NULL;
  g_autofree char *notes = NULL;

  if (self->disposed)
    return;

  collect (self, &change, &title, &notes);
  if (error != NULL)
    show_error (self, &change, error);
  else
    end (self, &change, told);
}

static void
change (HostelChangeDialog *self)
{
  HostelMachineChange change = { 0 };
  g_autofree char *title = NULL;
  g_autofree char *notes = NULL;
  char *none[] = { NULL };

  collect (self, &change, &title, &notes);
  if (is_something (&change))
    hostel_machine_change_async (self->domain, &change, change_done_cb, g_object_ref (self));
  else
    end (self, &change, none);
}

static void
renamed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (HostelChangeDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = hostel_machine_rename_finish (HOSTEL_DOMAIN (source), result, &error);

  if (self->disposed)
    return;

  if (done)
    {
      change (self);
      return;
    }
  set_busy (self, FALSE);
  hostel_field_set_error (self->name_row, error, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

/* The name first: where it is refused nothing has changed. */
static void
apply_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  HostelChangeDialog *self = HOSTEL_CHANGE_DIALOG (widget);
  g_autofree char *name = dup_text (self->name_row);

  set_busy (self, TRUE);
  if (g_str_equal (name, hostel_domain_get_name (self->domain)))
    change (self);
  else
    hostel_machine_rename_async (self->domain, name, renamed_cb, g_object_ref (self));
}

static void
show_autostart (HostelChangeDialog *self)
{
  HostelConnection *connection = hostel_domain_get_connection (self->domain);
  gboolean session = connection != NULL && hostel_connection_is_session (connection);

  adw_action_row_set_subtitle (self->autostart_row,
                               session ? _("As soon as you use a virtual machine for the first time after the "
                                           "computer’s start, not with the computer")
                                       : _("With the host"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->autostart_row), self->hardware->persistent);
  gtk_switch_set_active (self->autostart_switch, self->hardware->autostart);
}

static void
show_hardware (HostelChangeDialog *self)
{
  g_auto (GStrv) pending = hostel_hardware_dup_pending (self->hardware);
  g_autofree char *waiting = g_strjoinv ("\n", pending);
  g_autofree char *memory = g_format_size_full ((guint64) get_memory (self) * MIB, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *exact = g_strdup_printf ("%u MiB", get_memory (self));
  g_autofree char *vcpus = g_strdup_printf ("%u", get_vcpus (self));
  guint parsed = 0;

  gtk_label_set_label (self->pending_label, waiting);
  gtk_widget_set_visible (self->pending_group, *waiting != '\0');
  hostel_field_set_text (self->name_row, hostel_domain_get_name (self->domain));
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), !hostel_domain_is_active (self->domain));
  hostel_field_set_text (self->title_row, self->hardware->title);
  /* Only where nothing is rounded. */
  hostel_field_set_text (self->memory_row, hostel_parse_memory (memory, &parsed, NULL) && parsed == get_memory (self)
                                             ? memory : exact);
  hostel_field_set_text (self->vcpus_row, vcpus);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->notes_view), self->hardware->notes, -1);
  show_autostart (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelChangeDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelHardware) hardware = hostel_hardware_load_finish (HOSTEL_DOMAIN (source), result, &error);
  g_autofree char *title = NULL;

  if (self->disposed)
    return;

  if (hardware == NULL)
    {
      title = g_strdup_printf (_("“%s” cannot be changed"), hostel_domain_get_name (self->domain));
      hostel_tell_error (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))), title, error);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  self->busy = TRUE;
  self->hardware = g_steal_pointer (&hardware);
  show_hardware (self);
  set_busy (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (hostel_domain_is_active (self->domain) ? self->title_row : self->name_row));
}

static void
hostel_change_dialog_dispose (GObject *object)
{
  HostelChangeDialog *self = HOSTEL_CHANGE_DIALOG (object);

  self->disposed = TRUE;
  g_clear_object (&self->domain);
  g_clear_pointer (&self->hardware, hostel_hardware_free);
  g_clear_pointer (&self->old_name, g_free);

  G_OBJECT_CLASS (hostel_change_dialog_parent_class)->dispose (object);
}

static void
hostel_change_dialog_class_init (HostelChangeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_change_dialog_dispose;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                  G_TYPE_STRV, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-change-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, page);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, pending_group);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, pending_label);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, title_row);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, memory_row);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, vcpus_row);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, autostart_row);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, autostart_switch);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, notes_view);
  gtk_widget_class_bind_template_child (widget_class, HostelChangeDialog, apply_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_install_action (widget_class, "change.apply", NULL, apply_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hostel_change_dialog_init (HostelChangeDialog *self)
{
  AdwEntryRow *rows[4];

  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  rows[0] = self->name_row;
  rows[1] = self->title_row;
  rows[2] = self->memory_row;
  rows[3] = self->vcpus_row;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    hostel_field_prepare (rows[i]);
  g_signal_connect_object (gtk_text_view_get_buffer (self->notes_view), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->apply_button);
  set_busy (self, TRUE);
}

/**
 * hostel_change_dialog_new:
 * @parent: the window that it stands on
 * @domain: the machine to change
 *
 * Reads what the machine has; until then nothing can be entered.
 *
 * Returns: (transfer none): the dialog
 */
HostelChangeDialog *
hostel_change_dialog_new (GtkWindow    *parent,
                          HostelDomain *domain)
{
  HostelChangeDialog *self;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (domain), NULL);

  self = g_object_new (HOSTEL_TYPE_CHANGE_DIALOG, "transient-for", parent, NULL);
  self->domain = g_object_ref (domain);
  self->old_name = g_strdup (hostel_domain_get_name (domain));
  hostel_hardware_load_async (domain, loaded_cb, g_object_ref (self));

  return self;
}

/**
 * hostel_change_dialog_get_domain:
 * @self: the dialog
 *
 * Returns: (transfer none): the machine
 */
HostelDomain *
hostel_change_dialog_get_domain (HostelChangeDialog *self)
{
  g_return_val_if_fail (HOSTEL_IS_CHANGE_DIALOG (self), NULL);

  return self->domain;
}
