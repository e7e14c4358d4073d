/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: the verbs are libvirt-glib's; a handle is lent to what has no object there. */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-medium-installer.h"

G_DEFINE_ENUM_TYPE (HostelDomainVerb, hostel_domain_verb,
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_START, "start"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_SHUT_DOWN, "shut-down"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_REBOOT, "reboot"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_PAUSE, "pause"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_RESUME, "resume"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_SAVE, "save"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_VERB_FORCE_OFF, "force-off"))

typedef struct
{
  GVirDomain       *domain; /* owned, nullable */
  char             *uuid;   /* owned */
  char             *name;   /* owned, for the error */
  HostelDomainVerb  verb;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_clear_object (&order->domain);
  g_free (order->uuid);
  g_free (order->name);
  g_free (order);
}

/**
 * hostel_domain_can:
 * @self: a domain
 * @verb: a verb
 *
 * Whether @verb makes sense in the state that the machine has. A machine that is paused or hangs
 * does not hear that it is to shut down; a transient one cannot be saved, since nothing would be
 * left to start again.
 *
 * Returns: %TRUE where the verb may be offered
 */
gboolean
hostel_domain_can (HostelDomain     *self,
                   HostelDomainVerb  verb)
{
  HostelDomainState state;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN (self), FALSE);

  state = hostel_domain_get_state (self);
  if (!hostel_domain_get_present (self))
    return FALSE;

  switch (verb)
    {
    case HOSTEL_DOMAIN_VERB_START:
      return state != HOSTEL_DOMAIN_STATE_UNKNOWN && !hostel_domain_is_active (self);
    case HOSTEL_DOMAIN_VERB_SHUT_DOWN:
    case HOSTEL_DOMAIN_VERB_REBOOT:
    case HOSTEL_DOMAIN_VERB_PAUSE:
      return state == HOSTEL_DOMAIN_STATE_RUNNING;
    case HOSTEL_DOMAIN_VERB_RESUME:
      return state == HOSTEL_DOMAIN_STATE_PAUSED || state == HOSTEL_DOMAIN_STATE_SUSPENDED;
    case HOSTEL_DOMAIN_VERB_SAVE:
      return hostel_domain_get_persistent (self) &&
             (state == HOSTEL_DOMAIN_STATE_RUNNING || state == HOSTEL_DOMAIN_STATE_PAUSED);
    case HOSTEL_DOMAIN_VERB_FORCE_OFF:
      return hostel_domain_is_active (self);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* gvir_domain_get_info() is a call; -1 where there is no answer. */
static int
read_state (GVirDomain *domain)
{
  g_autoptr (GError) error = NULL;
  GVirDomainInfo *info = gvir_domain_get_info (domain, &error);
  int state = info != NULL ? (int) info->state : -1;

  if (info != NULL)
    g_boxed_free (GVIR_TYPE_DOMAIN_INFO, info);

  return state;
}

static gboolean
start (GVirDomain  *domain,
       GError     **error)
{
  virDomainPtr handle = hostel_virt_dup_handle (domain);

  hostel_medium_finish_installation (handle);
  /* Before the start: to free it would forget libvirt's last error. */
  virDomainFree (handle);

  return gvir_domain_start (domain, GVIR_DOMAIN_START_NONE, error);
}

static gboolean
resume (GVirDomain  *domain,
        GError     **error)
{
  /* Put to sleep by its own power management: a resume is refused. */
  if (read_state (domain) == GVIR_DOMAIN_STATE_PMSUSPENDED)
    return gvir_domain_wakeup (domain, 0, error);

  return gvir_domain_resume (domain, error);
}

/* What was wrong is libvirt's last error of this thread: libvirt-glib's has no code. */
static gboolean
execute (GVirDomain       *domain,
         HostelDomainVerb  verb)
{
  g_autoptr (GError) error = NULL;

  switch (verb)
    {
    case HOSTEL_DOMAIN_VERB_START:
      return start (domain, &error);
    case HOSTEL_DOMAIN_VERB_SHUT_DOWN:
      return gvir_domain_shutdown (domain, GVIR_DOMAIN_SHUTDOWN_NONE, &error);
    case HOSTEL_DOMAIN_VERB_REBOOT:
      return gvir_domain_reboot (domain, GVIR_DOMAIN_REBOOT_NONE, &error);
    case HOSTEL_DOMAIN_VERB_PAUSE:
      return gvir_domain_suspend (domain, &error);
    case HOSTEL_DOMAIN_VERB_RESUME:
      return resume (domain, &error);
    case HOSTEL_DOMAIN_VERB_SAVE:
      return gvir_domain_save (domain, 0, &error);
    case HOSTEL_DOMAIN_VERB_FORCE_OFF:
      return gvir_domain_stop (domain, 0, &error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
set_verb_error (GError      **error,
                const Order  *order)
{
  switch (order->verb)
    {
    case HOSTEL_DOMAIN_VERB_START:
      hostel_virt_set_error (error, _("“%s” could not be started."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_SHUT_DOWN:
      hostel_virt_set_error (error, _("“%s” could not be asked to shut down."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_REBOOT:
      hostel_virt_set_error (error, _("“%s” could not be asked to reboot."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_PAUSE:
      hostel_virt_set_error (error, _("“%s” could not be paused."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_RESUME:
      hostel_virt_set_error (error, _("“%s” could not be resumed."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_SAVE:
      hostel_virt_set_error (error, _("“%s” could not be saved."), order->name);
      break;
    case HOSTEL_DOMAIN_VERB_FORCE_OFF:
      hostel_virt_set_error (error, _("“%s” could not be forced off."), order->name);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
verb_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  Order *order = task_data;
  GError *error = NULL;

  /* It is gone, or was met while its host was being connected. */
  if (order->domain == NULL &&
      (order->domain = hostel_virt_find_domain (handle, order->uuid, order->name, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (!execute (order->domain, order->verb))
    set_verb_error (&error, order);

  /* It went off by itself meanwhile: that is what was wanted. */
  if (error && order->verb == HOSTEL_DOMAIN_VERB_FORCE_OFF &&
      read_state (order->domain) == GVIR_DOMAIN_STATE_SHUTOFF)
    g_clear_error (&error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * hostel_domain_run_verb_async:
 * @self: a domain
 * @verb: what to do
 * @callback: called when libvirt has answered
 * @user_data: handed to @callback
 *
 * A start goes on from a managed save where there is one. Shutting down and rebooting are wishes:
 * the guest may take its time, or not listen; the state tells.
 */
void
hostel_domain_run_verb_async (HostelDomain        *self,
                              HostelDomainVerb     verb,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;
  Order *order;

  g_return_if_fail (HOSTEL_IS_DOMAIN (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_domain_run_verb_async);

  order = g_new0 (Order, 1);
  g_set_object (&order->domain, hostel_domain_get_handle (self));
  order->uuid = g_strdup (hostel_domain_get_uuid (self));
  order->name = g_strdup (hostel_domain_get_name (self));
  order->verb = verb;
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (self, task, verb_worker);
}

/**
 * hostel_domain_run_verb_finish:
 * @self: a domain
 * @result: the callback's
 * @error: return location for an error
 *
 * Returns: %FALSE with an error that names the machine, the verb, the cause and what to do
 */
gboolean
hostel_domain_run_verb_finish (HostelDomain  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  HostelConnection *connection;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  /* Events tell the new state; but where the verb was refused, or had happened before, ours may
   * have been wrong, and some drivers have no events. */
  if ((connection = hostel_domain_get_connection (self)))
    hostel_connection_refresh (connection, hostel_domain_get_uuid (self));

  return g_task_propagate_boolean (G_TASK (result), error);
}
