/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: the check has a connection of its own, which a worker opens and closes. */
#define G_LOG_DOMAIN "hostel-host-run"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-host-ask.h"
#include "hostel-host-bus.h"
#include "hostel-host-catalogue.h"
#include "hostel-host-probe.h"
#include "hostel-host-run.h"
#include "hostel-uri.h"

typedef enum
{
  PART_FILES,
  PART_BUS,
  PART_LIBVIRT,
  N_PARTS,
} Part;

static const HostelHostSource sources[] = {
  [PART_FILES] = HOSTEL_HOST_SOURCE_FILES,
  [PART_BUS] = HOSTEL_HOST_SOURCE_BUS,
  [PART_LIBVIRT] = HOSTEL_HOST_SOURCE_LIBVIRT,
};

/* One check, the data of its task. Main thread alone. */
typedef struct
{
  HostelHostReport *parts[N_PARTS]; /* owned, NULL until answered */
  gboolean          asked[N_PARTS];
  gboolean          local;
  guint             pending;
  guint             timeout_id;
  gboolean          done;
} Run;

/* What a thread is to ask, and where the answer goes. */
typedef struct
{
  GTask *run; /* owned */
  Part   part;
} Answer;

static void
run_free (Run *self)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_clear_object (&self->parts[i]);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_free (self);
}

static void
add_unknown (HostelHostReport *report,
             const char       *id,
             const char       *evidence)
{
  g_autoptr (HostelHostCheck) check =
    hostel_host_check_new_entry (id, HOSTEL_CHECK_STATE_UNKNOWN, evidence, NULL, NULL);

  hostel_host_report_add (report, check);
}

/* A check that nobody answered says why. */
static void
fill_gaps (Run              *self,
           HostelHostReport *report)
{
  guint n;
  const HostelHostEntry *entries = hostel_host_catalogue_get (&n);

  for (guint i = 0; i < n; i++)
    for (guint part = 0; part < N_PARTS; part++)
      {
        if (entries[i].source != sources[part] ||
            hostel_host_report_lookup (report, entries[i].id) != NULL)
          continue;

        if (!self->local && part != PART_LIBVIRT)
          add_unknown (report, entries[i].id, _("cannot be asked of another computer"));
        else if (!self->asked[part])
          add_unknown (report, entries[i].id,
                       _("libvirt does not run now, and checking starts nothing"));
        else if (self->parts[part] == NULL)
          add_unknown (report, entries[i].id, _("no answer within 2 seconds"));
        else
          add_unknown (report, entries[i].id, _("not told"));
      }
}

static void
finish (GTask *task)
{
  Run *self = g_task_get_task_data (task);
  HostelHostReport *report;

  if (self->done)
    return;

  self->done = TRUE;
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  report = hostel_host_report_new ();
  for (guint i = 0; i < N_PARTS; i++)
    if (self->parts[i] != NULL)
      hostel_host_report_merge (report, self->parts[i]);
  fill_gaps (self, report);

  g_task_return_pointer (task, report, g_object_unref);
}

static gboolean
timed_out (gpointer user_data)
{
  GTask *task = user_data;
  Run *self = g_task_get_task_data (task);

  self->timeout_id = 0;
  finish (task);

  return G_SOURCE_REMOVE;
}

/* A late answer, or one to a question that was given up, finds the run done. */
static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Answer *answer = user_data;
  Run *self = g_task_get_task_data (answer->run);
  HostelHostReport *report = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!self->done && report != NULL)
    self->parts[answer->part] = g_steal_pointer (&report);
  g_clear_object (&report);

  self->pending--;
  if (self->pending == 0)
    finish (answer->run);

  g_object_unref (answer->run);
  g_free (answer);
}

static GTask *
begin (GTask   *run,
       Part     part,
       gpointer source)
{
  Run *self = g_task_get_task_data (run);
  Answer *answer = g_new0 (Answer, 1);

  answer->run = g_object_ref (run);
  answer->part = part;
  self->asked[part] = TRUE;
  self->pending++;

  return g_task_new (source, NULL, answered_cb, answer);
}

static gpointer
files_thread (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, hostel_host_report_new_local (hostel_host_system_get_real ()),
                         g_object_unref);

  return NULL;
}

static gpointer
bus_thread (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, hostel_host_report_new_bus (hostel_host_system_get_real ()),
                         g_object_unref);

  return NULL;
}

static HostelHostReport *
report_failure (const char   *uri,
                const GError *error)
{
  HostelHostReport *report = hostel_host_report_new ();
  const char *remedy = hostel_error_get_remedy (error);
  g_autofree char *redacted =
    hostel_host_system_redact (hostel_host_system_get_real (), error->message);
  g_autoptr (HostelHostCheck) check =
    hostel_host_check_new_entry ("connection",
                                 hostel_uri_is_local (uri) ? HOSTEL_CHECK_STATE_WARNING
                                                           : HOSTEL_CHECK_STATE_MISSING,
                                 redacted, NULL,
                                 remedy ? hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT, remedy,
                                                                  NULL, NULL, NULL) : NULL);

  hostel_host_report_add (report, check);

  return report;
}

/* On a connection of its own, since nothing else is open. */
static gpointer
open_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  const char *uri = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  virConnectPtr handle = hostel_virt_open (uri, &error);
  HostelHostReport *report;

  report = handle != NULL ? hostel_host_ask_libvirt (handle, uri) : report_failure (uri, error);
  g_task_return_pointer (task, report, g_object_unref);
  if (handle != NULL)
    virConnectClose (handle);

  return NULL;
}

static void
ask_worker (GTask         *task,
            virConnectPtr  handle,
            gpointer       task_data)
{
  g_task_return_pointer (task, hostel_host_ask_libvirt (handle, task_data), g_object_unref);
}

static void
start_thread (const char  *name,
              GThreadFunc  func,
              GTask       *task)
{
  g_thread_unref (g_thread_new (name, func, task));
}

/* A daemon that runs already and lets this user in without a question. */
static char *
dup_running_uri (void)
{
  const HostelHostSystem *system = hostel_host_system_get_real ();
  g_auto (GStrv) uris = hostel_connection_dup_default_uris ();

  for (guint i = 0; uris[i]; i++)
    {
      gboolean session = hostel_uri_is_session (uris[i]);

      if (hostel_host_probe_runs (system, "libvirtd", session) ||
          hostel_host_probe_runs (system, "virtqemud", session))
        return g_strdup (uris[i]);
    }

  return NULL;
}

/**
 * hostel_host_run_async:
 * @connection: (nullable): a host; it is asked where it is connected
 * @uri: (nullable): without @connection, a URI to connect to for the check
 * @cancellable: (nullable): to give up waiting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks files and devices, systemd and polkit, and libvirt, side by side. Who does not answer within
 * %HOSTEL_HOST_ASK_MS leaves its checks unknown. Without @connection and @uri only a libvirt that
 * runs already is asked: checking starts nothing. Of another computer only libvirt can tell.
 */
void
hostel_host_run_async (HostelConnection    *connection,
                       const char          *uri,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *running = NULL;
  Run *self = g_new0 (Run, 1);
  GTask *part;

  g_return_if_fail (connection == NULL || HOSTEL_IS_CONNECTION (connection));

  g_task_set_source_tag (task, hostel_host_run_async);
  g_task_set_task_data (task, self, (GDestroyNotify) run_free);
  if (connection != NULL)
    uri = hostel_connection_get_uri (connection);
  self->local = uri == NULL || hostel_uri_is_local (uri);
  self->pending = 1;

  if (self->local)
    {
      start_thread ("hostel-files", files_thread, begin (task, PART_FILES, NULL));
      start_thread ("hostel-bus", bus_thread, begin (task, PART_BUS, NULL));
    }

  if (connection != NULL &&
      hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED)
    {
      part = begin (task, PART_LIBVIRT, connection);
      g_task_set_task_data (part, g_strdup (uri), g_free);
      hostel_connection_call (connection, part, ask_worker);
    }
  else if (connection == NULL && (uri != NULL || (uri = running = dup_running_uri ()) != NULL))
    {
      part = begin (task, PART_LIBVIRT, NULL);
      g_task_set_task_data (part, g_strdup (uri), g_free);
      start_thread ("hostel-libvirt", open_thread, part);
    }

  if (--self->pending == 0)
    finish (task);
  else
    self->timeout_id = g_timeout_add_full (G_PRIORITY_DEFAULT, HOSTEL_HOST_ASK_MS, timed_out,
                                           g_object_ref (task), g_object_unref);
}

/**
 * hostel_host_run_finish:
 * @result: what the callback was given
 * @error: (out) (optional): %G_IO_ERROR_CANCELLED and nothing else
 *
 * Returns: (transfer full) (nullable): the report
 */
HostelHostReport *
hostel_host_run_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
