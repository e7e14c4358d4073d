/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-act"

#include "config.h"

#include "hostel-host-act.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"

int hostel_host_act_timeout = 5 * 60 * 1000;

static gboolean
is_refusal (const GError *cause)
{
  g_autofree char *name = g_dbus_error_get_remote_error (cause);

  if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ||
      g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_AUTH_FAILED))
    return TRUE;

  return name != NULL && (strstr (name, "NotAuthorized") != NULL ||
                          strstr (name, "InteractiveAuthorizationRequired") != NULL ||
                          strstr (name, "RefusedByPolicy") != NULL);
}

/*< private >
 * hostel_host_act_set_error:
 * @error: (out) (optional): %HOSTEL_ERROR_DENIED, %HOSTEL_ERROR_TIMED_OUT or %HOSTEL_ERROR_FAILED;
 *   %G_IO_ERROR_CANCELLED as it is
 * @remedy: what was tried
 * @cause: what came of it
 */
void
hostel_host_act_set_error (GError           **error,
                           HostelHostRemedy  *remedy,
                           const GError      *cause)
{
  const char *command = hostel_host_remedy_get_command (remedy);
  g_autofree char *next = *command ? g_strdup_printf (_("Do it in a terminal: %s"), command)
                                   : g_strdup (_("Try again, or ask who looks after this "
                                                 "computer."));

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_error_copy (cause));
  else if (is_refusal (cause))
    hostel_error_set (error, HOSTEL_ERROR_DENIED, next, cause->message, "%s",
                      _("You were not authorized to change this computer."));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
           g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
           g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT))
    hostel_error_set (error, HOSTEL_ERROR_TIMED_OUT, next, cause->message, "%s",
                      _("The service gave no answer."));
  else
    hostel_error_set (error, HOSTEL_ERROR_FAILED, next, cause->message, "%s",
                      _("This computer could not be changed."));
}

/*< private >
 * hostel_host_act_call:
 *
 * A call on the system bus for which polkit may ask a person. Blocks.
 */
gboolean
hostel_host_act_call (GDBusConnection  *bus,
                      const char       *name,
                      const char       *path,
                      const char       *interface,
                      const char       *method,
                      GVariant         *parameters,
                      GVariant        **reply,
                      GCancellable     *cancellable,
                      GError          **error)
{
  g_autoptr (GVariant) result =
    g_dbus_connection_call_sync (bus, name, path, interface, method, parameters, NULL,
                                 G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                                 hostel_host_act_timeout, cancellable, error);

  if (result == NULL)
    return FALSE;
  if (reply != NULL)
    *reply = g_steal_pointer (&result);

  return TRUE;
}

static gboolean
call_manager (GDBusConnection  *bus,
              const char       *method,
              GVariant         *parameters,
              GCancellable     *cancellable,
              GError          **error)
{
  return hostel_host_act_call (bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager", method, parameters,
                               NULL, cancellable, error);
}

static gboolean
each_unit (GDBusConnection     *bus,
           const char          *method,
           const char * const  *units,
           GCancellable        *cancellable,
           GError             **error)
{
  for (guint i = 0; units[i]; i++)
    if (!call_manager (bus, method, g_variant_new ("(ss)", units[i], "replace"), cancellable, error))
      return FALSE;

  return TRUE;
}

static gboolean
act_on_units (GDBusConnection   *bus,
              HostelHostRemedy  *remedy,
              GCancellable      *cancellable,
              GError           **error)
{
  const char * const *units = hostel_host_remedy_get_arguments (remedy);

  if (hostel_host_remedy_get_kind (remedy) == HOSTEL_HOST_REMEDY_UNITS)
    return call_manager (bus, "EnableUnitFiles", g_variant_new ("(^asbb)", units, FALSE, FALSE),
                         cancellable, error) &&
           call_manager (bus, "Reload", NULL, cancellable, error) &&
           each_unit (bus, "StartUnit", units, cancellable, error);

  return call_manager (bus, "DisableUnitFiles", g_variant_new ("(^asb)", units, FALSE), cancellable,
                       error) &&
         call_manager (bus, "Reload", NULL, cancellable, error) &&
         each_unit (bus, "StopUnit", units, cancellable, error);
}

/**
 * hostel_host_act_on_bus:
 * @remedy: of the kinds UNITS, REPLACE or PACKAGES
 * @cancellable: (nullable): to give up
 * @error: (out) (optional): see hostel_host_act_set_error()
 *
 * Asks systemd or PackageKit to do it; the desktop asks for a password where it wants one. Blocks:
 * for a thread.
 *
 * Returns: whether it was done
 */
gboolean
hostel_host_act_on_bus (HostelHostRemedy  *remedy,
                        GCancellable      *cancellable,
                        GError           **error)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *address = NULL;
  gboolean done = FALSE;

  g_return_val_if_fail (HOSTEL_IS_HOST_REMEDY (remedy), FALSE);

  if ((address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, cancellable, &cause)) != NULL)
    bus = g_dbus_connection_new_for_address_sync (address,
                                                  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                  NULL, cancellable, &cause);
  if (bus != NULL)
    {
      if (hostel_host_remedy_get_kind (remedy) == HOSTEL_HOST_REMEDY_PACKAGES)
        done = hostel_host_act_packages (bus, remedy, cancellable, &cause);
      else
        done = act_on_units (bus, remedy, cancellable, &cause);
      g_dbus_connection_close_sync (bus, NULL, NULL);
    }
  if (!done)
    hostel_host_act_set_error (error, remedy, cause);

  return done;
}

/* The exit statuses of pkexec(1). */
#define PKEXEC_DISMISSED 126
#define PKEXEC_REFUSED 127

/**
 * hostel_host_act_by_helper:
 * @remedy: of the kind HELPER
 * @pkexec: the path of pkexec
 * @cancellable: (nullable): to give up
 * @error: (out) (optional): see hostel_host_act_set_error()
 *
 * Has hostel-helper do it as root. Blocks: for a thread.
 *
 * Returns: whether it was done
 */
gboolean
hostel_host_act_by_helper (HostelHostRemedy  *remedy,
                           const char        *pkexec,
                           GCancellable      *cancellable,
                           GError           **error)
{
  const char * const *arguments = hostel_host_remedy_get_arguments (remedy);
  const char *argv[] = { pkexec, HELPER_PATH, arguments[0], arguments[0] ? arguments[1] : NULL,
                         NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *output = NULL;
  int status;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDERR_PIPE, &cause);
  if (process == NULL ||
      !g_subprocess_communicate_utf8 (process, NULL, cancellable, NULL, &output, &cause))
    {
      hostel_host_act_set_error (error, remedy, cause);
      return FALSE;
    }

  status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  if (status == 0)
    return TRUE;

  if (status == PKEXEC_DISMISSED)
    cause = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "pkexec: %d", status);
  else if (status == PKEXEC_REFUSED)
    cause = g_error_new (G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED, "%s", output);
  else
    cause = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "%s", output ? output : "");
  hostel_host_act_set_error (error, remedy, cause);

  return FALSE;
}
