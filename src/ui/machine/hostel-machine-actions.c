/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-actions"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-apply-again.h"
#include "hostel-connection.h"
#include "hostel-console-registry.h"
#include "hostel-change-dialog.h"
#include "hostel-clone-dialog.h"
#include "hostel-delete-dialog.h"
#include "hostel-delete-job.h"
#include "hostel-grow-disk.h"
#include "hostel-machine-actions.h"
#include "hostel-machine-change.h"
#include "hostel-machine-rename.h"
#include "hostel-medium.h"
#include "hostel-shut-down-watch.h"
#include "hostel-tell.h"
#include "hostel-xml-window.h"

struct _HostelMachineActions
{
  GSimpleActionGroup parent_instance;

  GtkWindow        *window;     /* borrowed: the window owns the group */
  HostelDomain     *domain;     /* owned, nullable */
  HostelConnection *connection; /* owned, nullable: the domain does not keep it */
  GSignalGroup     *domain_signals;     /* owned */
  HostelChangeBack *back;       /* owned, nullable: undoes the last change */
  HostelDomain     *changed;    /* owned, nullable: of that machine */
  HostelDomain     *clone;      /* owned, nullable: the last one, which Undo deletes */
  HostelDeleteJob  *unclone;    /* owned, nullable: knows what the clone had as it was made */
  GSignalGroup     *connection_signals; /* owned */
};

G_DEFINE_FINAL_TYPE (HostelMachineActions, hostel_machine_actions, G_TYPE_SIMPLE_ACTION_GROUP)

enum
{
  PROP_0,
  PROP_DOMAIN,
  N_PROPS
};

enum
{
  CLONED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* What a verb's action is called, and what a toast says where it did not work. */
static const struct
{
  const char *action;
  const char *failure;
} verbs[] = {
  [HOSTEL_DOMAIN_VERB_START] = { "start", N_("%s could not be started") },
  [HOSTEL_DOMAIN_VERB_SHUT_DOWN] = { "shut-down", N_("%s could not be shut down") },
  [HOSTEL_DOMAIN_VERB_REBOOT] = { "reboot", N_("%s could not be rebooted") },
  [HOSTEL_DOMAIN_VERB_PAUSE] = { "pause", N_("%s could not be paused") },
  [HOSTEL_DOMAIN_VERB_RESUME] = { "resume", N_("%s could not be resumed") },
  [HOSTEL_DOMAIN_VERB_SAVE] = { "save", N_("%s could not be saved") },
  [HOSTEL_DOMAIN_VERB_FORCE_OFF] = { "force-off", N_("%s could not be forced off") },
};

/* What is under way: what its callback needs, while the group may already show another machine. */
typedef struct
{
  GWeakRef         window;
  HostelDomainVerb verb; /* where it is one */
} Call;

static Call *
call_new (GtkWindow *window)
{
  Call *call = g_new0 (Call, 1);

  g_weak_ref_init (&call->window, window);

  return call;
}

static void
call_free (Call *call)
{
  g_weak_ref_clear (&call->window);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  g_autoptr (Call) call = user_data;
  g_autoptr (GtkWindow) window = g_weak_ref_get (&call->window);
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;

  if (hostel_domain_run_verb_finish (domain, result, &error))
    {
      if (call->verb == HOSTEL_DOMAIN_VERB_START)
        hostel_console_registry_record (domain);
      return;
    }

  if (call->verb == HOSTEL_DOMAIN_VERB_SHUT_DOWN)
    hostel_shut_down_watch_stop (hostel_shut_down_watch_of (domain));

  if (window == NULL)
    return;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  title = g_strdup_printf (_(verbs[call->verb].failure), hostel_domain_get_name (domain));
#pragma GCC diagnostic pop
  hostel_tell_error (GTK_WIDGET (window), title, error);
}

static void
run (GtkWindow        *window,
     HostelDomain     *domain,
     HostelDomainVerb  verb)
{
  Call *call = call_new (window);

  call->verb = verb;
  hostel_domain_run_verb_async (domain, verb, ran_cb, call);
  /* A sign at once, not when the daemon has answered. */
  if (verb == HOSTEL_DOMAIN_VERB_SHUT_DOWN)
    hostel_shut_down_watch_start (hostel_shut_down_watch_of (domain));
}

/* The machine that was asked about, whatever is chosen now. */
static void
force_off_answered_cb (HostelDomain *domain,
                       const char   *response,
                       GtkWindow    *dialog)
{
  if (g_str_equal (response, "force-off") &&
      hostel_domain_can (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF))
    run (gtk_window_get_transient_for (dialog), domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
}

static void
ask_force_off (HostelMachineActions *self)
{
  g_autofree char *heading = g_strdup_printf (_("Force Off “%s”?"),
                                              hostel_domain_get_name (self->domain));
  GtkWidget *dialog = adw_message_dialog_new (self->window, heading,
                                              _("This is like pulling the plug: what the virtual "
                                                "machine has not written to its disk yet is "
                                                "lost."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"),
                                    "force-off", _("_Force Off"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "force-off",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (force_off_answered_cb), self->domain,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
verb_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  HostelMachineActions *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action));

  for (guint verb = 0; verb < G_N_ELEMENTS (verbs); verb++)
    {
      if (!g_str_equal (verbs[verb].action, name))
        continue;

      if (verb == HOSTEL_DOMAIN_VERB_FORCE_OFF)
        ask_force_off (self);
      else
        run (self->window, self->domain, verb);
    }
}

static void
copy (HostelMachineActions *self,
      const char           *text,
      const char           *told)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), text);
  hostel_tell (GTK_WIDGET (self->window), told);
}

static void
copy_ssh (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  copy (self, hostel_domain_get_ssh_command (self->domain),
        _("SSH command copied"));
}

static void
copy_address (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  copy (self, hostel_domain_get_address (self->domain),
        _("Address copied"));
}

static void
copy_uuid (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  copy (self, hostel_domain_get_uuid (self->domain), _("UUID copied"));
}

static void
enable (HostelMachineActions *self,
        const char           *name,
        gboolean              enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* What leads back to how a machine was. */
typedef struct
{
  HostelChangeBack *back;   /* owned */
  GtkWindow        *window; /* owned */
} Undo;

static void
undo_free (Undo *undo)
{
  hostel_change_back_free (undo->back);
  g_object_unref (undo->window);
  g_free (undo);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Undo, undo_free)

static void
changed_back_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Undo) undo = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) told = hostel_machine_change_finish (HOSTEL_DOMAIN (source), result, &error);
  g_autofree char *title = NULL;

  if (error == NULL)
    return;

  title = g_strdup_printf (_("“%s” is not as it was"), hostel_domain_get_name (HOSTEL_DOMAIN (source)));
  hostel_tell_error (GTK_WIDGET (undo->window), title, error);
}

static void
change_back (HostelDomain *domain,
             Undo         *undo)
{
  HostelMachineChange change = {
    .memory = undo->back->memory,
    .vcpus = undo->back->vcpus,
    .title = undo->back->title,
    .notes = undo->back->notes,
    .autostart = undo->back->autostart < 0 ? HOSTEL_AUTOSTART_KEEP
                 : undo->back->autostart ? HOSTEL_AUTOSTART_ON : HOSTEL_AUTOSTART_OFF,
  };

  hostel_machine_change_async (domain, &change, changed_back_cb, undo);
}

/* The rest is as good under another name. */
static void
named_back_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Undo *undo = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;

  if (!hostel_machine_rename_finish (HOSTEL_DOMAIN (source), result, &error))
    {
      title = g_strdup_printf (_("“%s” keeps its new name"), hostel_domain_get_name (HOSTEL_DOMAIN (source)));
      hostel_tell_error (GTK_WIDGET (undo->window), title, error);
    }
  change_back (HOSTEL_DOMAIN (source), undo);
}

/* The last change, whatever is chosen now. */
static void
undo_change (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  HostelMachineActions *self = user_data;
  g_autoptr (HostelDomain) domain = g_steal_pointer (&self->changed);
  Undo *undo;

  g_simple_action_set_enabled (action, FALSE);
  if (domain == NULL)
    return;

  undo = g_new0 (Undo, 1);
  undo->back = g_steal_pointer (&self->back);
  undo->window = g_object_ref (self->window);
  if (undo->back->name != NULL)
    hostel_machine_rename_async (domain, undo->back->name, named_back_cb, undo);
  else
    change_back (domain, undo);
}

static void
changed_cb (HostelMachineActions *self,
            GStrv                 told,
            HostelChangeBack     *back,
            HostelChangeDialog   *dialog)
{
  HostelDomain *domain = hostel_change_dialog_get_domain (dialog);
  g_autofree char *sentences = g_strjoinv (" ", told);
  g_autofree char *text = *sentences != '\0'
                            ? g_strdup (sentences)
                            : g_strdup_printf (_("“%s” changed"), hostel_domain_get_name (domain));

  g_clear_pointer (&self->back, hostel_change_back_free);
  self->back = hostel_change_back_copy (back);
  g_set_object (&self->changed, domain);
  enable (self, "undo-change", TRUE);
  hostel_tell_undo (GTK_WIDGET (self->window), text, "machine.undo-change");
}

static void
change (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  HostelMachineActions *self = user_data;
  HostelChangeDialog *dialog = hostel_change_dialog_new (self->window, self->domain);

  g_signal_connect_object (dialog, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
unclone_done_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GtkWindow) window = g_weak_ref_get (&call->window);
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GError) error = NULL;

  if (!hostel_delete_job_run_finish (HOSTEL_DELETE_JOB (source), result, &disks, &error) && window != NULL)
    hostel_tell_error (GTK_WIDGET (window), _("The clone stays"), error);
}

static void
forget_clone (HostelMachineActions *self)
{
  g_clear_object (&self->clone);
  g_clear_object (&self->unclone);
}

static void
undo_clone (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  g_simple_action_set_enabled (action, FALSE);
  if (self->clone != NULL && hostel_domain_get_present (self->clone))
    hostel_delete_job_run_async (self->unclone, TRUE, unclone_done_cb, call_new (self->window));
  forget_clone (self);
}

/* Once it was started it may have what nobody has elsewhere: Undo is over. */
static void
clone_state_cb (HostelMachineActions *self,
                GParamSpec           *pspec,
                HostelDomain         *clone)
{
  if (self->clone != clone || !hostel_domain_is_active (clone))
    return;

  forget_clone (self);
  enable (self, "undo-clone", FALSE);
}

/* Only what it has now goes by Undo, not what it is given later. */
static void
unclone_planned_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (HostelMachineActions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) disks = hostel_delete_job_plan_finish (HOSTEL_DELETE_JOB (source), result, &error);
  g_autofree char *text = NULL;

  if (self->unclone != HOSTEL_DELETE_JOB (source))
    return;

  text = g_strdup_printf (_("“%s” is there"), hostel_domain_get_name (self->clone));
  if (disks != NULL)
    {
      enable (self, "undo-clone", TRUE);
      hostel_tell_undo (GTK_WIDGET (self->window), text, "machine.undo-clone");
      return;
    }

  g_debug ("%s", error->message);
  forget_clone (self);
  hostel_tell (GTK_WIDGET (self->window), text);
}

static void
cloned_cb (HostelMachineActions *self,
           HostelDomain         *clone)
{
  forget_clone (self);
  enable (self, "undo-clone", FALSE);
  self->clone = g_object_ref (clone);
  self->unclone = hostel_delete_job_new (clone);
  g_signal_connect_object (clone, "notify::state", G_CALLBACK (clone_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[CLONED], 0, clone);
  hostel_delete_job_plan_async (self->unclone, NULL, unclone_planned_cb, g_object_ref (self));
}

static void
make_clone (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  HostelMachineActions *self = user_data;
  HostelCloneDialog *dialog = hostel_clone_dialog_new (self->window, self->domain);

  g_signal_connect_object (dialog, "cloned", G_CALLBACK (cloned_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_xml (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  gtk_window_present (GTK_WINDOW (hostel_xml_window_new (self->window,
                                                         self->domain)));
}

static void
delete (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  gtk_window_present (GTK_WINDOW (hostel_delete_dialog_new (self->window, self->domain)));
}

static void
grow_disk (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  hostel_grow_disk (self->window, self->domain);
}

static void
ejected_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  HostelDomain *domain = HOSTEL_DOMAIN (source);
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;

  if (hostel_medium_eject_finish (domain, result, &error))
    {
      hostel_tell (GTK_WIDGET (window), _("Disc ejected"));
      return;
    }
  title = g_strdup_printf (_("The disc of %s could not be ejected"), hostel_domain_get_name (domain));
  hostel_tell_error (GTK_WIDGET (window), title, error);
}

static void
eject (GSimpleAction *action,
       GVariant      *parameter,
       gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  hostel_medium_eject_async (self->domain, ejected_cb,
                             g_object_ref (self->window));
}

static void
machine_actions_user_data (GSimpleAction *action,
                           GVariant      *parameter,
                           gpointer       user_data)
{
  HostelMachineActions *self = user_data;

  hostel_apply_again (self->window, self->domain);
}

static const GActionEntry entries[] = {
  { .name = "start", .activate = verb_activated },
  { .name = "shut-down", .activate = verb_activated },
  { .name = "reboot", .activate = verb_activated },
  { .name = "pause", .activate = verb_activated },
  { .name = "resume", .activate = verb_activated },
  { .name = "save", .activate = verb_activated },
  { .name = "force-off", .activate = verb_activated },
  { .name = "change", .activate = change },
  { .name = "undo-change", .activate = undo_change },
  { .name = "clone", .activate = make_clone },
  { .name = "undo-clone", .activate = undo_clone },
  { .name = "delete", .activate = delete },
  { .name = "copy-ssh", .activate = copy_ssh },
  { .name = "copy-address", .activate = copy_address },
  { .name = "copy-uuid", .activate = copy_uuid },
  { .name = "grow-disk", .activate = grow_disk },
  { .name = "user-data", .activate = machine_actions_user_data },
  { .name = "eject", .activate = eject },
  { .name = "show-xml", .activate = show_xml },
};

static void
update_cb (HostelMachineActions *self)
{
  HostelDomain *domain = self->domain;
  gboolean there = self->connection != NULL && hostel_domain_get_present (domain) &&
                   hostel_connection_get_state (self->connection) ==
                     HOSTEL_CONNECTION_STATE_CONNECTED;

  for (guint verb = 0; verb < G_N_ELEMENTS (verbs); verb++)
    enable (self, verbs[verb].action,
            there && hostel_domain_can (domain, verb));

  enable (self, "change", there);
  enable (self, "undo-change", self->back != NULL);
  enable (self, "clone", there && hostel_domain_get_persistent (domain));
  enable (self, "delete", there);
  enable (self, "grow-disk", there);
  enable (self, "user-data", there);
  enable (self, "eject", there && hostel_domain_get_medium (domain));
  enable (self, "show-xml", there);
  enable (self, "copy-uuid", domain != NULL);
  enable (self, "copy-ssh",
          domain && *hostel_domain_get_ssh_command (domain));
  enable (self, "copy-address",
          domain && *hostel_domain_get_address (domain));
}

static void
hostel_machine_actions_dispose (GObject *object)
{
  HostelMachineActions *self = HOSTEL_MACHINE_ACTIONS (object);

  hostel_machine_actions_set_domain (self, NULL);
  g_clear_pointer (&self->back, hostel_change_back_free);
  g_clear_object (&self->changed);
  forget_clone (self);
  g_clear_object (&self->domain_signals);
  g_clear_object (&self->connection_signals);

  G_OBJECT_CLASS (hostel_machine_actions_parent_class)->dispose (object);
}

static void
hostel_machine_actions_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      g_value_set_object (value, HOSTEL_MACHINE_ACTIONS (object)->domain);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_machine_actions_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_DOMAIN:
      hostel_machine_actions_set_domain (HOSTEL_MACHINE_ACTIONS (object),
                                         g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_machine_actions_class_init (HostelMachineActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_machine_actions_dispose;
  object_class->get_property = hostel_machine_actions_get_property;
  object_class->set_property = hostel_machine_actions_set_property;

  properties[PROP_DOMAIN] =
    g_param_spec_object ("domain", NULL, NULL, HOSTEL_TYPE_DOMAIN,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CLONED] = g_signal_new ("cloned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, HOSTEL_TYPE_DOMAIN);
}

static void
hostel_machine_actions_init (HostelMachineActions *self)
{
  self->domain_signals = g_signal_group_new (HOSTEL_TYPE_DOMAIN);
  g_signal_group_connect_swapped (self->domain_signals, "notify", G_CALLBACK (update_cb), self);
  self->connection_signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state", G_CALLBACK (update_cb), self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  update_cb (self);
}

/**
 * hostel_machine_actions_new:
 * @window: the window that shows dialogs and errors; it owns the group
 *
 * Returns: (transfer full): a group for no machine yet
 */
HostelMachineActions *
hostel_machine_actions_new (GtkWindow *window)
{
  HostelMachineActions *self;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);

  self = g_object_new (HOSTEL_TYPE_MACHINE_ACTIONS, NULL);
  self->window = window;

  return self;
}

/**
 * hostel_machine_actions_set_domain:
 * @self: the group
 * @domain: (nullable): the machine that the actions are for; %NULL disables them all
 */
void
hostel_machine_actions_set_domain (HostelMachineActions *self,
                                   HostelDomain         *domain)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_ACTIONS (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  g_set_object (&self->connection, (domain ? hostel_domain_get_connection (domain) : NULL));
  g_signal_group_set_target (self->domain_signals, domain);
  g_signal_group_set_target (self->connection_signals, self->connection);
  update_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOMAIN]);
}
