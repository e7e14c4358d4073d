/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: the XML as libvirt wrote it; libvirt-gconfig's object is a parse more. */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-domain-details.h"
#include "hostel-domain-private.h"

struct _HostelDomain
{
  GObject              parent_instance;

  HostelLink          *link;        /* owned */
  guint                position;    /* in the connection's list */

  char                 uuid[VIR_UUID_STRING_BUFLEN];
  char                *name;        /* owned, never NULL */
  char                *sort_key;    /* owned, NULL until it is asked for */
  GVirDomain          *handle;      /* owned, NULL while there is no connection */
  HostelDomainState    state;
  int                  id;          /* -1 when off */
  gboolean             persistent;
  gboolean             present;
  gboolean             stopping;    /* asked to shut down, and given its time */

  HostelDomainDetails *details;     /* owned, NULL until they were asked for */
  gboolean             loading;     /* our own reading again, after an event */
  gboolean             stale;       /* an event came meanwhile */
};

G_DEFINE_FINAL_TYPE (HostelDomain, hostel_domain, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CONNECTION,
  PROP_UUID,
  PROP_NAME,
  PROP_STATE,
  PROP_ID,
  PROP_PERSISTENT,
  PROP_PRESENT,
  PROP_OS_ID,
  PROP_OS_NAME,
  PROP_TITLE,
  PROP_NOTES,
  PROP_ADDRESS,
  PROP_MEMORY,
  PROP_VCPUS,
  PROP_CONSOLES,
  PROP_SSH_COMMAND,
  PROP_MEDIUM,
  PROP_SCREEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
get_os_id (HostelDomain *self)
{
  return self->details ? self->details->os_id : "";
}

static void
hostel_domain_finalize (GObject *object)
{
  HostelDomain *self = HOSTEL_DOMAIN (object);

  g_clear_object (&self->handle);
  g_clear_pointer (&self->details, hostel_domain_details_free);
  hostel_link_unref (self->link);
  g_free (self->sort_key);
  g_free (self->name);

  G_OBJECT_CLASS (hostel_domain_parent_class)->finalize (object);
}

static void
hostel_domain_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  HostelDomain *self = HOSTEL_DOMAIN (object);

  switch (prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->link->connection);
      break;
    case PROP_UUID:
      g_value_set_string (value, self->uuid);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, hostel_domain_get_state (self));
      break;
    case PROP_ID:
      g_value_set_int (value, self->id);
      break;
    case PROP_PERSISTENT:
      g_value_set_boolean (value, self->persistent);
      break;
    case PROP_PRESENT:
      g_value_set_boolean (value, self->present);
      break;
    case PROP_OS_ID:
      g_value_set_string (value, get_os_id (self));
      break;
    case PROP_OS_NAME:
      g_value_set_string (value, hostel_domain_get_os_name (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, hostel_domain_get_title (self));
      break;
    case PROP_NOTES:
      g_value_set_string (value, hostel_domain_get_notes (self));
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, hostel_domain_get_address (self));
      break;
    case PROP_MEMORY:
      g_value_set_uint (value, hostel_domain_get_memory (self));
      break;
    case PROP_VCPUS:
      g_value_set_uint (value, hostel_domain_get_vcpus (self));
      break;
    case PROP_CONSOLES:
      g_value_set_boxed (value, hostel_domain_get_consoles (self));
      break;
    case PROP_SSH_COMMAND:
      g_value_set_string (value, hostel_domain_get_ssh_command (self));
      break;
    case PROP_MEDIUM:
      g_value_set_boolean (value, hostel_domain_get_medium (self));
      break;
    case PROP_SCREEN:
      g_value_set_boolean (value, hostel_domain_get_screen (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

#define READABLE (G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
hostel_domain_class_init (HostelDomainClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_domain_finalize;
  object_class->get_property = hostel_domain_get_property;

  properties[PROP_CONNECTION] =
    g_param_spec_object ("connection", NULL, NULL, HOSTEL_TYPE_CONNECTION, READABLE);
  properties[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, "", READABLE);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", READABLE);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_DOMAIN_STATE, HOSTEL_DOMAIN_STATE_UNKNOWN,
                       READABLE);
  properties[PROP_ID] = g_param_spec_int ("id", NULL, NULL, -1, G_MAXINT, -1, READABLE);
  properties[PROP_PERSISTENT] = g_param_spec_boolean ("persistent", NULL, NULL, FALSE, READABLE);
  properties[PROP_PRESENT] = g_param_spec_boolean ("present", NULL, NULL, TRUE, READABLE);
  properties[PROP_OS_ID] = g_param_spec_string ("os-id", NULL, NULL, "", READABLE);
  properties[PROP_OS_NAME] = g_param_spec_string ("os-name", NULL, NULL, "", READABLE);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", READABLE);
  properties[PROP_NOTES] = g_param_spec_string ("notes", NULL, NULL, "", READABLE);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "", READABLE);
  properties[PROP_MEMORY] = g_param_spec_uint ("memory", NULL, NULL, 0, G_MAXUINT, 0, READABLE);
  properties[PROP_VCPUS] = g_param_spec_uint ("vcpus", NULL, NULL, 0, G_MAXUINT, 0, READABLE);
  properties[PROP_CONSOLES] = g_param_spec_boxed ("consoles", NULL, NULL, G_TYPE_STRV, READABLE);
  properties[PROP_SSH_COMMAND] = g_param_spec_string ("ssh-command", NULL, NULL, "", READABLE);
  properties[PROP_MEDIUM] = g_param_spec_boolean ("medium", NULL, NULL, FALSE, READABLE);
  properties[PROP_SCREEN] = g_param_spec_boolean ("screen", NULL, NULL, FALSE, READABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_domain_init (HostelDomain *self)
{
  self->id = -1;
  self->present = TRUE;
}

/**
 * hostel_domain_new:
 * @link: the way to the connection
 * @info: what one look at libvirt said
 *
 * Returns: (transfer full): a domain
 */
HostelDomain *
hostel_domain_new (HostelLink             *link,
                   const HostelDomainInfo *info)
{
  HostelDomain *self = g_object_new (HOSTEL_TYPE_DOMAIN, NULL);

  self->link = hostel_link_ref (link);
  g_strlcpy (self->uuid, info->uuid, sizeof self->uuid);
  self->name = g_strdup (info->name);
  self->state = info->state;
  self->id = info->id;
  self->persistent = info->persistent;
  g_set_object (&self->handle, info->handle);

  return self;
}

/**
 * hostel_domain_update:
 * @self: a domain
 * @info: what one look at libvirt said
 *
 * Makes @self what @info says; only what is different is notified.
 */
void
hostel_domain_update (HostelDomain           *self,
                      const HostelDomainInfo *info)
{
  hostel_domain_set_handle (self, info->handle);
  hostel_domain_set_name (self, info->name);
  hostel_domain_set_persistent (self, info->persistent);
  hostel_domain_set_state (self, info->state, info->id);
}

void
hostel_domain_set_state (HostelDomain      *self,
                         HostelDomainState  state,
                         int                id)
{
  HostelDomainState old_state = self->state;
  int old_id = self->id;

  if (old_state == state && old_id == id)
    return;

  self->state = state;
  self->id = id;
  if (state != HOSTEL_DOMAIN_STATE_RUNNING)
    self->stopping = FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  if (old_id != id)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
  if (old_state != state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
hostel_domain_set_name (HostelDomain *self,
                        const char   *name)
{
  if (g_str_equal (self->name, name))
    return;

  g_clear_pointer (&self->sort_key, g_free);
  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

void
hostel_domain_set_persistent (HostelDomain *self,
                              gboolean      persistent)
{
  if (self->persistent == persistent)
    return;

  self->persistent = persistent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERSISTENT]);
}

void
hostel_domain_set_present (HostelDomain *self,
                           gboolean      present)
{
  if (self->present == present)
    return;

  self->present = present;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENT]);
}

void
hostel_domain_set_handle (HostelDomain *self,
                          GVirDomain   *handle)
{
  g_set_object (&self->handle, handle);
}

/* Borrowed. */
GVirDomain *
hostel_domain_get_handle (HostelDomain *self)
{
  return self->handle;
}

HostelLink *
hostel_domain_get_link (HostelDomain *self)
{
  return self->link;
}

int
hostel_domain_get_id (HostelDomain *self)
{
  return self->id;
}

guint
hostel_domain_get_position (HostelDomain *self)
{
  return self->position;
}

void
hostel_domain_set_position (HostelDomain *self,
                            guint         position)
{
  self->position = position;
}

/**
 * hostel_domain_get_connection:
 * @self: a domain
 *
 * Returns: (transfer none) (nullable): its connection, %NULL once that is gone
 */
HostelConnection *
hostel_domain_get_connection (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->link->connection;
}

const char *
hostel_domain_get_uuid (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->uuid;
}

const char *
hostel_domain_get_name (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->name;
}

/**
 * hostel_domain_get_sort_key:
 * @self: a domain
 *
 * The order of these keys, by strcmp(), is the one in which a person would put the names: "web2"
 * before "web10", in the way of the locale.
 *
 * Returns: (transfer none): the key of the name, made once
 */
const char *
hostel_domain_get_sort_key (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), "");

  if (self->sort_key == NULL)
    self->sort_key = g_utf8_collate_key_for_filename (self->name, -1);

  return self->sort_key;
}

HostelDomainState
hostel_domain_get_state (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), HOSTEL_DOMAIN_STATE_UNKNOWN);

  /* libvirt says so only in the last moment. */
  if (self->stopping && self->state == HOSTEL_DOMAIN_STATE_RUNNING)
    return HOSTEL_DOMAIN_STATE_SHUTTING_DOWN;

  return self->state;
}

/**
 * hostel_domain_set_stopping:
 * @self: a domain
 * @stopping: whether it has been asked to shut down and has time to do so
 *
 * Until it is off, or @stopping is %FALSE again, a machine that runs is one that shuts down.
 */
void
hostel_domain_set_stopping (HostelDomain *self,
                            gboolean      stopping)
{
  g_return_if_fail (HOSTEL_IS_DOMAIN (self));

  if (self->stopping == !!stopping)
    return;

  self->stopping = !!stopping;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * hostel_domain_get_persistent:
 * @self: a domain
 *
 * Returns: %FALSE for one that is gone as soon as it stops
 */
gboolean
hostel_domain_get_persistent (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  return self->persistent;
}

gboolean
hostel_domain_get_present (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  return self->present;
}

/**
 * hostel_domain_is_active:
 * @self: a domain
 *
 * Returns: %TRUE where the hypervisor has it in memory: also paused, also crashed and kept
 */
gboolean
hostel_domain_is_active (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  switch (self->state)
    {
    case HOSTEL_DOMAIN_STATE_RUNNING:
    case HOSTEL_DOMAIN_STATE_PAUSED:
    case HOSTEL_DOMAIN_STATE_SHUTTING_DOWN:
    case HOSTEL_DOMAIN_STATE_SUSPENDED:
      return TRUE;
    case HOSTEL_DOMAIN_STATE_OFF:
    case HOSTEL_DOMAIN_STATE_SAVED:
      return FALSE;
    case HOSTEL_DOMAIN_STATE_UNKNOWN:
    case HOSTEL_DOMAIN_STATE_CRASHED:
    default:
      return self->id >= 0;
    }
}

/**
 * hostel_domain_get_os_name:
 * @self: a domain
 *
 * Returns: (transfer none): "Debian 12", "" where it is not known (yet)
 */
const char *
hostel_domain_get_os_name (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->os_name : "";
}

/**
 * hostel_domain_get_title:
 * @self: a domain
 *
 * Returns: (transfer none): the title that somebody gave it, in one line; "" for none or where it is
 *   not known (yet)
 */
const char *
hostel_domain_get_title (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->title : "";
}

/**
 * hostel_domain_get_notes:
 * @self: a domain
 *
 * Returns: (transfer none): its description, of any number of lines; "" as with the title
 */
const char *
hostel_domain_get_notes (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->notes : "";
}

const char *
hostel_domain_get_address (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->address : "";
}

/**
 * hostel_domain_get_memory:
 * @self: a domain
 *
 * Returns: MiB, 0 until the details were read
 */
guint
hostel_domain_get_memory (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), 0);

  return self->details ? self->details->memory : 0;
}

guint
hostel_domain_get_vcpus (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), 0);

  return self->details ? self->details->vcpus : 0;
}

/**
 * hostel_domain_get_consoles:
 * @self: a domain
 *
 * Returns: (transfer none): aliases of the devices that virDomainOpenConsole() takes, serial ports
 *   first; empty until the details were read
 */
const char * const *
hostel_domain_get_consoles (HostelDomain *self)
{
  static const char * const none[] = { NULL };

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? (const char * const *) self->details->consoles : none;
}

/**
 * hostel_domain_get_console_note:
 * @self: a domain
 *
 * Returns: (transfer none): where its console is, a sentence, where it has one but none that can be
 *   joined; "" else
 */
const char *
hostel_domain_get_console_note (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->console_note : "";
}

const char *
hostel_domain_get_ssh_command (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->ssh_command : "";
}

const char *
hostel_domain_get_ssh_label (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), NULL);

  return self->details ? self->details->ssh_label : "";
}

gboolean
hostel_domain_get_medium (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  return self->details != NULL && self->details->medium;
}

gboolean
hostel_domain_get_screen (HostelDomain *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  return self->details != NULL && self->details->screen;
}

/* Takes @details; what is different is notified. */
static void
set_details (HostelDomain        *self,
             HostelDomainDetails *details)
{
  static const int all[] = { PROP_OS_ID, PROP_OS_NAME, PROP_MEMORY, PROP_VCPUS, PROP_CONSOLES,
                             PROP_ADDRESS, PROP_SSH_COMMAND, PROP_MEDIUM, PROP_SCREEN,
                             PROP_TITLE, PROP_NOTES };
  g_autoptr (HostelDomainDetails) old = g_steal_pointer (&self->details);
  gboolean changed[G_N_ELEMENTS (all)];

  changed[0] = !old || !g_str_equal (old->os_id, details->os_id);
  changed[1] = !old || !g_str_equal (old->os_name, details->os_name);
  changed[2] = !old || old->memory != details->memory;
  changed[3] = !old || old->vcpus != details->vcpus;
  changed[4] = !old || !g_strv_equal ((const char * const *) old->consoles,
                                      (const char * const *) details->consoles);
  changed[5] = !old || !g_str_equal (old->address, details->address);
  changed[6] = !old || !g_str_equal (old->ssh_command, details->ssh_command);
  changed[7] = !old || old->medium != details->medium;
  changed[8] = !old || old->screen != details->screen;
  changed[9] = !old || !g_str_equal (old->title, details->title);
  changed[10] = !old || !g_str_equal (old->notes, details->notes);

  self->details = details;

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (changed[i])
      g_object_notify_by_pspec (G_OBJECT (self), properties[all[i]]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What a worker needs to know of a domain. */
typedef struct
{
  HostelLink *link; /* owned */
  char       *uuid; /* owned */
  char       *name; /* owned */
} Target;

static void
target_free (gpointer data)
{
  Target *target = data;

  hostel_link_unref (target->link);
  g_free (target->uuid);
  g_free (target->name);
  g_free (target);
}

static void
call (HostelDomain   *self,
      GTask          *task,
      HostelCallFunc  func)
{
  Target *target = g_new0 (Target, 1);

  target->link = hostel_link_ref (self->link);
  target->uuid = g_strdup (self->uuid);
  target->name = g_strdup (self->name);
  g_task_set_task_data (task, target, target_free);
  hostel_domain_call (self, task, func);
}

static void
details_worker (GTask         *task,
                virConnectPtr  handle,
                gpointer       task_data)
{
  Target *target = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = NULL;
  HostelDomainDetails *details = NULL;

  if ((domain = hostel_virt_lookup_domain (handle, target->uuid, target->name, &error)))
    details = hostel_domain_details_read (domain, target->link, &error);

  if (details)
    g_task_return_pointer (task, details, (GDestroyNotify) hostel_domain_details_free);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_domain_load_details_async:
 * @self: a domain
 * @cancellable: (nullable): to stop waiting for it
 * @callback: called when the properties are set
 * @user_data: handed to @callback
 *
 * Reads what the list does not need: for the rows that are on the screen, and the machine that is
 * chosen. From then on events of libvirt's have it read again.
 */
void
hostel_domain_load_details_async (HostelDomain        *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOMAIN (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_domain_load_details_async);
  call (self, task, details_worker);
}

gboolean
hostel_domain_load_details_finish (HostelDomain  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  HostelDomainDetails *details;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if ((details = g_task_propagate_pointer (G_TASK (result), error)) == NULL)
    return FALSE;

  set_details (self, details);

  return TRUE;
}

static void
on_details_again_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  HostelDomain *self = HOSTEL_DOMAIN (object);
  g_autoptr (GError) error = NULL;

  self->loading = FALSE;
  if (!hostel_domain_load_details_finish (self, result, &error))
    g_debug ("%s: %s", self->name, error->message);

  if (self->stale)
    hostel_domain_details_changed (self);
}

void
hostel_domain_details_changed (HostelDomain *self)
{
  /* Nobody has asked for them. */
  if (self->details == NULL)
    return;

  self->stale = self->loading;
  if (self->loading)
    return;

  self->loading = TRUE;
  hostel_domain_load_details_async (self, NULL, on_details_again_cb, NULL);
}

static void
xml_worker (GTask         *task,
            virConnectPtr  handle,
            gpointer       task_data)
{
  Target *target = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = NULL;
  char *xml = NULL;

  domain = hostel_virt_lookup_domain (handle, target->uuid, target->name, &error);
  if (domain && (xml = virDomainGetXMLDesc (domain, 0)) == NULL)
    hostel_virt_set_error (&error, _("The description of “%s” cannot be read."), target->name);

  if (xml)
    g_task_return_pointer (task, xml, free);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_domain_dup_xml_async:
 * @self: a domain
 * @callback: called with the XML
 * @user_data: handed to @callback
 *
 * Reads the XML of the running machine, of one that is off its definition; without passwords.
 */
void
hostel_domain_dup_xml_async (HostelDomain        *self,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOMAIN (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_domain_dup_xml_async);
  call (self, task, xml_worker);
}

/**
 * hostel_domain_dup_xml_finish:
 * @self: a domain
 * @result: the callback's
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the XML
 */
char *
hostel_domain_dup_xml_finish (HostelDomain  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
