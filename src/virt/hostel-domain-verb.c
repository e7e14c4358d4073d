#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-private.h"
#include "hostel-medium-private.h"

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
  char             *uuid; /* owned */
  char             *name; /* owned */
  HostelDomainVerb  verb;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

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

static int
resume (virDomainPtr domain)
{
  int state;

  /* Put to sleep by its own power management: virDomainResume() refuses that. */
  if (virDomainGetState (domain, &state, NULL, 0) == 0 && state == VIR_DOMAIN_PMSUSPENDED)
    return virDomainPMWakeup (domain, 0);

  return virDomainResume (domain);
}

static int
execute (virDomainPtr      domain,
         HostelDomainVerb  verb)
{
  switch (verb)
    {
    case HOSTEL_DOMAIN_VERB_START:
      hostel_medium_finish_installation (domain);
      return virDomainCreateWithFlags (domain, 0);
    case HOSTEL_DOMAIN_VERB_SHUT_DOWN:
      return virDomainShutdownFlags (domain, VIR_DOMAIN_SHUTDOWN_DEFAULT);
    case HOSTEL_DOMAIN_VERB_REBOOT:
      return virDomainReboot (domain, VIR_DOMAIN_REBOOT_DEFAULT);
    case HOSTEL_DOMAIN_VERB_PAUSE:
      return virDomainSuspend (domain);
    case HOSTEL_DOMAIN_VERB_RESUME:
      return resume (domain);
    case HOSTEL_DOMAIN_VERB_SAVE:
      return virDomainManagedSave (domain, 0);
    case HOSTEL_DOMAIN_VERB_FORCE_OFF:
      return virDomainDestroyFlags (domain, 0);
    default:
      g_return_val_if_reached (-1);
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

static gboolean
is_off (virDomainPtr domain)
{
  int state;

  return virDomainGetState (domain, &state, NULL, 0) == 0 && state == VIR_DOMAIN_SHUTOFF;
}

static void
verb_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = NULL;

  if ((domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error)) &&
      execute (domain, order->verb) < 0)
    set_verb_error (&error, order);

  /* It went off by itself meanwhile: that is what was wanted. */
  if (error && domain && order->verb == HOSTEL_DOMAIN_VERB_FORCE_OFF && is_off (domain))
    g_clear_error (&error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * hostel_domain_call:
 * @self: a domain
 * @task: (transfer full): what @func returns its result through
 * @func: run in a thread of the connection's
 *
 * As hostel_connection_call(), also where the connection is gone.
 */
void
hostel_domain_call (HostelDomain   *self,
                    GTask          *task,
                    HostelCallFunc  func)
{
  HostelConnection *connection = hostel_domain_get_connection (self);

  if (connection)
    {
      hostel_connection_call (connection, task, func);
      return;
    }

  g_task_return_error (task, hostel_error_new (HOSTEL_ERROR_DISCONNECTED,
                                               _("Connect to its host again."), NULL,
                                               _("The connection of “%s” was closed."),
                                               hostel_domain_get_name (self)));
  g_object_unref (task);
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
