/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-act"

#include "config.h"

#include "hostel-host-act.h"

#include <glib/gi18n.h>

/* https://www.freedesktop.org/software/PackageKit/gtk-doc/api-reference.html */
#define PACKAGEKIT "org.freedesktop.PackageKit"
#define PACKAGEKIT_PATH "/org/freedesktop/PackageKit"
#define TRANSACTION PACKAGEKIT ".Transaction"

/* Bits by the numbers of PkFilterEnum and PkTransactionFlagEnum. */
#define FILTER_NEWEST (G_GUINT64_CONSTANT (1) << 16)
#define FILTER_ARCH (G_GUINT64_CONSTANT (1) << 18)
#define FLAG_ONLY_TRUSTED (G_GUINT64_CONSTANT (1) << 1)

#define INFO_INSTALLED 1 /* of PkInfoEnum */
#define EXIT_SUCCESS_ENUM 1 /* of PkExitEnum */
#define ERROR_NOT_AUTHORIZED 48 /* of PkErrorEnum */

typedef struct
{
  GPtrArray *ids;      /* owned: of packages that are not installed */
  gboolean   known;    /* a package was named at all */
  gboolean   finished;
  gboolean   heard;    /* something since the last look */
  guint      exit;
  GError    *error;    /* owned, nullable */
} Transaction;

static void
signal_cb (GDBusConnection *bus,
           const char      *sender,
           const char      *path,
           const char      *interface,
           const char      *signal,
           GVariant        *parameters,
           gpointer         user_data)
{
  Transaction *self = user_data;
  const char *text;
  guint number;

  self->heard = TRUE;
  if (g_str_equal (signal, "Package") &&
      g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uss)")))
    {
      g_variant_get (parameters, "(u&s&s)", &number, &text, NULL);
      self->known = TRUE;
      if (number != INFO_INSTALLED)
        g_ptr_array_add (self->ids, g_strdup (text));
    }
  else if (g_str_equal (signal, "ErrorCode") && self->error == NULL &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    {
      g_variant_get (parameters, "(u&s)", &number, &text);
      if (number == ERROR_NOT_AUTHORIZED)
        self->error = g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED, text);
      else
        self->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, text);
    }
  else if (g_str_equal (signal, "Finished") &&
           g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)")))
    {
      g_variant_get (parameters, "(uu)", &self->exit, NULL);
      self->finished = TRUE;
    }
}

static gboolean
wake_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

static GSource *
attach (GSource      *source,
        GMainContext *context,
        GSourceFunc   func,
        gpointer      data)
{
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);

  return source;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  return wake_cb (user_data);
}

static void
wait_until_finished (Transaction  *self,
                     GMainContext *context,
                     GCancellable *cancellable)
{
  gboolean cancelled = FALSE;
  gboolean late = FALSE;
  GSource *timer = attach (g_timeout_source_new ((guint) hostel_host_act_timeout), context, wake_cb,
                           &late);
  GSource *watch = cancellable ? g_cancellable_source_new (cancellable) : NULL;

  if (watch != NULL)
    attach (watch, context, (GSourceFunc) cancelled_cb, &cancelled);

  while (!self->finished && !cancelled)
    {
      g_main_context_iteration (context, TRUE);
      if (late && !self->heard)
        break;
      /* A large package takes longer than that, and tells how far it is. */
      if (late)
        late = self->heard = FALSE;
    }

  g_source_destroy (timer);
  g_source_unref (timer);
  if (watch != NULL)
    {
      g_source_destroy (watch);
      g_source_unref (watch);
    }
  if (!self->finished && self->error == NULL)
    self->error = cancelled ? g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", PACKAGEKIT)
                            : g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s", PACKAGEKIT);
}

static gboolean
run_transaction (GDBusConnection  *bus,
                 GMainContext     *context,
                 Transaction      *self,
                 const char       *method,
                 GVariant         *parameters,
                 GCancellable     *cancellable,
                 GError          **error)
{
  g_autoptr (GVariant) arguments = g_variant_ref_sink (parameters);
  g_autoptr (GVariant) reply = NULL;
  const char *path;
  guint id;

  self->finished = FALSE;
  self->exit = 0;
  if (!hostel_host_act_call (bus, PACKAGEKIT, PACKAGEKIT_PATH, PACKAGEKIT, "CreateTransaction", NULL,
                             &reply, cancellable, error))
    return FALSE;

  g_variant_get (reply, "(&o)", &path);
  id = g_dbus_connection_signal_subscribe (bus, PACKAGEKIT, TRANSACTION, NULL, path, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  /* Else nobody is asked for a password, and all is refused. */
  if (hostel_host_act_call (bus, PACKAGEKIT, path, TRANSACTION, "SetHints",
                            g_variant_new_parsed ("(['interactive=true'],)"), NULL, cancellable,
                            &self->error) &&
      hostel_host_act_call (bus, PACKAGEKIT, path, TRANSACTION, method, arguments, NULL, cancellable,
                            &self->error))
    wait_until_finished (self, context, cancellable);
  if (!self->finished)
    g_dbus_connection_call_sync (bus, PACKAGEKIT, path, TRANSACTION, "Cancel", NULL, NULL,
                                 G_DBUS_CALL_FLAGS_NONE, 2000, NULL, NULL);
  g_dbus_connection_signal_unsubscribe (bus, id);

  if (self->error == NULL && self->exit != EXIT_SUCCESS_ENUM)
    self->error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "PackageKit: exit %u", self->exit);
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));

  return self->finished && self->exit == EXIT_SUCCESS_ENUM;
}

static gboolean
resolve_and_install (GDBusConnection     *bus,
                     GMainContext        *context,
                     Transaction         *self,
                     const char * const  *names,
                     GCancellable        *cancellable,
                     GError             **error)
{
  if (!run_transaction (bus, context, self, "Resolve",
                        g_variant_new ("(t^as)", FILTER_NEWEST | FILTER_ARCH, names), cancellable,
                        error))
    return FALSE;

  if (!self->known)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "PackageKit: no package named “%s”", names[0]);
      return FALSE;
    }
  if (self->ids->len == 0)
    return TRUE;

  g_ptr_array_add (self->ids, NULL);

  return run_transaction (bus, context, self, "InstallPackages",
                          g_variant_new ("(t^as)", FLAG_ONLY_TRUSTED, self->ids->pdata), cancellable,
                          error);
}

/*< private >
 * hostel_host_act_packages:
 * @bus: the system bus
 * @remedy: of the kind PACKAGES
 * @cancellable: (nullable): stops the installation where PackageKit still can
 * @error: (out) (optional): what PackageKit said
 *
 * Finds the packages of these names and installs those that lack, trusted ones alone.
 *
 * Returns: whether they are installed now
 */
gboolean
hostel_host_act_packages (GDBusConnection   *bus,
                          HostelHostRemedy  *remedy,
                          GCancellable      *cancellable,
                          GError           **error)
{
  Transaction self = { .ids = g_ptr_array_new_with_free_func (g_free) };
  GMainContext *context = g_main_context_new ();
  gboolean done;

  g_main_context_push_thread_default (context);
  done = resolve_and_install (bus, context, &self, hostel_host_remedy_get_arguments (remedy),
                              cancellable, error);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_ptr_array_unref (self.ids);
  g_clear_error (&self.error);

  return done;
}
