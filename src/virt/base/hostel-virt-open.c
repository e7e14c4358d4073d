/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: gvir_connection_open() has its own events, which call libvirt in the main thread. */
#define G_LOG_DOMAIN "hostel-virt"

#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-event-loop.h"
#include "hostel-uri.h"
#include "hostel-virt-handle.h"

/* https://libvirt.org/logging.html */
#define LOG_FILTERS "LIBVIRT_LOG_FILTERS"

static void
ignore_error (void        *user_data,
              virErrorPtr  error)
{
  /* Each error is told where it matters; libvirt's default would print it on stderr, too. */
}

static gpointer
init_once (gpointer data)
{
  /* libvirt-glib registers its own event loop with its first connection, which does nothing but make
   * libvirt warn of it, on stderr. Who has set filters keeps them. */
  gboolean filtered = g_getenv (LOG_FILTERS) == NULL && g_setenv (LOG_FILTERS, "4:util.event", FALSE);

  /* The event loop counts only for connections that are opened after it. */
  hostel_event_loop_register ();
  virInitialize ();
  virSetErrorFunc (NULL, ignore_error);
  if (filtered)
    g_unsetenv (LOG_FILTERS);

  return NULL;
}

/**
 * hostel_virt_init:
 *
 * Makes libvirt use our event loop. Called by everything here that opens a connection; from any
 * thread, any number of times. The first time it changes the environment for a moment, so main()
 * calls it before there are threads.
 */
void
hostel_virt_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_once, NULL);
}

static void
set_no_daemon_error (GError     **error,
                     const char  *uri,
                     const char  *details)
{
  if (hostel_uri_is_session (uri))
    hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS,
                      _("Install libvirt’s daemon (Debian: libvirt-daemon-system, Fedora: "
                        "libvirt-daemon-driver-qemu), then try again."),
                      details, _("The virtualization service of this session cannot be started."));
  else
    hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS,
                      _("Start it with “sudo systemctl enable --now libvirtd.socket” (or "
                        "virtqemud.socket), or without systemd with “sudo libvirtd -d”."),
                      details, _("The virtualization service of this computer does not run."));
}

static void
set_denied_error (GError     **error,
                  const char  *uri,
                  const char  *details)
{
  if (hostel_uri_is_session (uri))
    hostel_error_set (error, HOSTEL_ERROR_DENIED,
                      _("Log in as the user whose session it is (not by su or sudo), so that "
                        "XDG_RUNTIME_DIR and HOME name directories of that user."),
                      details, _("You may not use the virtualization service of this session."));
  else
    hostel_error_set (error, HOSTEL_ERROR_DENIED,
                      _("Add yourself to its group with “sudo usermod -aG libvirt $USER” and log "
                        "in again, or use the session connection (qemu:///session)."),
                      details,
                      _("You may not use the virtualization service of this computer."));
}

static gboolean
contains (const char *details,
          const char *text)
{
  return details != NULL && strstr (details, text) != NULL;
}

static gboolean
is_auth_code (int code)
{
  return code == VIR_ERR_AUTH_FAILED || code == VIR_ERR_AUTH_CANCELLED ||
         code == VIR_ERR_AUTH_UNAVAILABLE || code == VIR_ERR_OPERATION_DENIED;
}

static void
set_local_error (GError     **error,
                 const char  *uri,
                 int          code,
                 int          number, /* errno */
                 const char  *details)
{
  if (number == ENOENT || number == ECONNREFUSED ||
      (contains (details, "Failed to connect socket") &&
       (contains (details, "No such file") || contains (details, "refused"))))
    set_no_daemon_error (error, uri, details);
  /* polkit is asked over the system bus: without that nobody but root is let in. */
  else if (number == EACCES || number == EPERM || is_auth_code (code) ||
           contains (details, "system bus connection"))
    set_denied_error (error, uri, details);
  else
    hostel_virt_set_error (error, _("Cannot connect to %s."), uri);
}

static void
set_remote_error (GError     **error,
                  const char  *uri,
                  int          code,
                  const char  *details)
{
  const char *remedy = _("Check that the computer is on, and that its libvirt takes connections of "
                         "this kind.");

  if (is_auth_code (code))
    {
      hostel_error_set (error, HOSTEL_ERROR_DENIED,
                        _("Check the user name in the address, and that this user may manage "
                          "virtual machines there."),
                        details, _("The host %s does not let you in."), uri);
      return;
    }

  if (hostel_uri_is_ssh (uri))
    remedy = _("Check that the computer is on and that “ssh” reaches it without a password, then "
               "try again.");
  hostel_error_set (error, HOSTEL_ERROR_DISCONNECTED, remedy, details,
                    _("The host %s cannot be reached."), uri);
}

/* The first attempt's errors are what a person on a fresh computer meets: named one by one. */
static void
set_open_error (GError     **error,
                const char  *uri)
{
  virErrorPtr last = virGetLastError ();
  const char *details = last ? last->message : NULL;
  int code = last ? last->code : 0;

  if (code == VIR_ERR_NO_CONNECT || code == VIR_ERR_CONFIG_UNSUPPORTED ||
      code == VIR_ERR_NO_SUPPORT || code == VIR_ERR_INVALID_ARG ||
      contains (details, "Unable to parse URI") || contains (details, "URI path"))
    hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED,
                      _("Check the address; qemu:///session and qemu+ssh://user@host/system are "
                        "examples."),
                      details, _("libvirt here cannot connect to %s."), uri);
  else if (hostel_uri_is_local (uri))
    set_local_error (error, uri, code, code == VIR_ERR_SYSTEM_ERROR ? last->int1 : 0, details);
  else
    set_remote_error (error, uri, code, details);
}

/* ssh would ask for a password on the terminal that the window was started from. */
static char *
dup_quiet_uri (const char *uri)
{
  if (!hostel_uri_is_ssh (uri) || strstr (uri, "no_tty=") != NULL)
    return g_strdup (uri);

  return g_strconcat (uri, strchr (uri, '?') ? "&" : "?", "no_tty=1", NULL);
}

/**
 * hostel_virt_open:
 * @uri: a libvirt URI
 * @error: return location for an error
 *
 * Opens @uri without asking for anything on a terminal (polkit's own dialog may appear). Blocks,
 * for as long as the daemon or the network likes: for worker threads alone.
 *
 * Returns: (transfer full) (nullable): a connection to be closed with virConnectClose() in a worker
 *   thread, or %NULL with @error set
 */
virConnectPtr
hostel_virt_open (const char  *uri,
                  GError     **error)
{
  /* No credential types: virConnectAuthPtrDefault would read a password from the terminal. */
  virConnectAuth auth = { NULL, 0, NULL, NULL };
  g_autofree char *quiet_uri = NULL;
  virConnectPtr handle;

  g_return_val_if_fail (uri != NULL, NULL);

  hostel_virt_init ();
  virResetLastError ();
  quiet_uri = dup_quiet_uri (uri);

  if ((handle = virConnectOpenAuth (quiet_uri, &auth, 0)) == NULL)
    {
      set_open_error (error, uri);
      return NULL;
    }

  /* A local daemon that is stopped answers when it goes on: only a network needs to be given up. */
  if (!hostel_uri_is_local (uri))
    virConnectSetKeepAlive (handle, 5, 3);

  return handle;
}
