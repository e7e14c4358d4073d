/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-job"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-create-job-private.h"
#include "hostel-domain-xml.h"
#include "hostel-port-forward.h"
#include "hostel-shell.h"
#include "hostel-storage.h"
#include "hostel-user-data.h"

/* The console of a paused machine opens at once; a busy host must not keep the machine from
 * starting. */
#define CONSOLE_SECONDS 5
/* libvirt tells of a new domain within milliseconds. */
#define LIST_SECONDS 10

typedef void (*NextFunc) (HostelCreateJob *self);

/* One call of a step. */
typedef struct
{
  HostelCreateWork     *work; /* owned */
  HostelCreateStepFunc  func;
  NextFunc              next; /* called when all calls of the step have succeeded */
} Call;

static void fail (HostelCreateJob *self);

static void
call_free (Call *call)
{
  hostel_create_work_unref (call->work);
  g_free (call);
}

static void
run_call (GTask         *task,
          virConnectPtr  handle,
          Call          *call)
{
  GError *error = NULL;

  if (call->func (call->work, handle, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
call_in_worker (GTask         *task,
                virConnectPtr  handle,
                gpointer       task_data)
{
  run_call (task, handle, task_data);
}

static gpointer
call_in_thread (gpointer data)
{
  g_autoptr (GTask) task = data;

  run_call (task, NULL, g_task_get_task_data (task));

  return NULL;
}

static void
on_called_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  HostelCreateJob *self = HOSTEL_CREATE_JOB (object);
  Call *call = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) && self->error == NULL)
    self->error = g_steal_pointer (&error);

  if (--self->pending > 0)
    return;

  if (self->error == NULL && !self->defined && call->func != hostel_create_work_define)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->task), &self->error);

  if (self->error == NULL)
    call->next (self);
  else
    fail (self);
}

static GTask *
new_call (HostelCreateJob      *self,
          HostelCreateStepFunc  func,
          NextFunc              next,
          GAsyncReadyCallback   callback)
{
  Call *call = g_new0 (Call, 1);
  GTask *task = g_task_new (self, NULL, callback, NULL);

  call->work = hostel_create_work_ref (self->work);
  call->func = func;
  call->next = next;
  g_task_set_source_tag (task, new_call);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);

  return task;
}

/* In the connection's pool. Several may run at once; the last one's @next is what goes on. */
static void
run (HostelCreateJob      *self,
     HostelCreateStepFunc  func,
     NextFunc              next)
{
  self->pending++;
  hostel_connection_call (self->connection, new_call (self, func, next, on_called_cb),
                          call_in_worker);
}

/* In a thread of its own: as long as the image is large, and no other call shall wait for that. */
static void
run_long (HostelCreateJob      *self,
          HostelCreateStepFunc  func,
          NextFunc              next)
{
  self->pending++;
  g_thread_unref (g_thread_new ("hostel-create", call_in_thread,
                                new_call (self, func, next, on_called_cb)));
}

static void
return_error (HostelCreateJob *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_pointer (&self->work->journal, hostel_create_journal_free);
  g_task_return_error (task, g_steal_pointer (&self->error));
}

static void
on_reconnected_cb (HostelConnection *connection,
                   GParamSpec       *pspec,
                   gpointer          user_data)
{
  if (hostel_connection_get_state (connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  g_signal_handlers_disconnect_by_func (connection, on_reconnected_cb, user_data);
  hostel_create_clean_up_async (connection, NULL, NULL);
}

static void
on_undone_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  HostelCreateJob *self = HOSTEL_CREATE_JOB (object);
  g_autoptr (GError) error = NULL;

  /* The journal is still there: what could not be deleted now is so when the host is back. */
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_debug ("undo: %s", error->message);
      g_signal_connect (self->connection, "notify::state", G_CALLBACK (on_reconnected_cb), NULL);
    }

  return_error (self);
}

static void
fail (HostelCreateJob *self)
{
  g_debug ("%s: %s", hostel_create_step_to_label (self->step), self->error->message);

  if (self->defined || self->work->journal == NULL)
    return_error (self);
  else
    hostel_connection_call (self->connection,
                            new_call (self, hostel_create_work_undo, NULL, on_undone_cb),
                            call_in_worker);
}

static void
fail_with (HostelCreateJob *self,
           GError          *error)
{
  self->error = error;
  fail (self);
}

static void
stop_waiting (HostelCreateJob *self,
              gpointer         instance)
{
  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_signal_handler (&self->wait_handler, instance);
}

static gboolean
return_domain (HostelCreateJob *self)
{
  HostelDomain *domain = hostel_connection_lookup_uuid (self->connection, self->work->uuid);
  g_autoptr (GTask) task = NULL;

  if (domain == NULL)
    return FALSE;

  stop_waiting (self, self->connection);
  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_DONE);
  g_clear_pointer (&self->work->journal, hostel_create_journal_free);
  task = g_steal_pointer (&self->task);
  g_task_return_pointer (task, g_object_ref (domain), g_object_unref);

  return TRUE;
}

static void
on_list_changed_cb (HostelCreateJob *self)
{
  return_domain (self);
}

static gboolean
on_list_timeout (gpointer data)
{
  HostelCreateJob *self = data;

  self->wait_id = 0;
  stop_waiting (self, self->connection);
  fail_with (self, hostel_error_new (HOSTEL_ERROR_TIMED_OUT,
                                     _("Look at the list when the connection is back."), NULL,
                                     _("The machine “%s” was created, but the host does not tell "
                                       "of it."), self->work->name));

  return G_SOURCE_REMOVE;
}

static void
finish (HostelCreateJob *self)
{
  if (return_domain (self))
    return;

  self->wait_handler = g_signal_connect_object (self->connection, "items-changed",
                                                G_CALLBACK (on_list_changed_cb), self,
                                                G_CONNECT_SWAPPED);
  self->wait_id = g_timeout_add_seconds (LIST_SECONDS, on_list_timeout, self);
}

static void
resume (HostelCreateJob *self)
{
  run (self, hostel_create_work_resume, finish);
}

static gboolean
on_console_timeout (gpointer data)
{
  HostelCreateJob *self = data;

  self->wait_id = 0;
  stop_waiting (self, self->console);
  resume (self);

  return G_SOURCE_REMOVE;
}

static void
on_console_state_cb (HostelCreateJob *self)
{
  if (hostel_console_stream_get_state (self->console) == HOSTEL_CONSOLE_STATE_OPENING)
    return;

  /* Open, or not to be had: the machine runs in any case. */
  stop_waiting (self, self->console);
  resume (self);
}

static void
after_start (HostelCreateJob *self)
{
  g_autoptr (HostelConsoleStream) console = NULL;

  if (!self->attach_console)
    {
      resume (self);
      return;
    }

  console = hostel_console_stream_new (self->work->uri, self->work->uuid, "serial0");
  hostel_create_job_set_console (self, console);
  self->wait_handler = g_signal_connect_object (console, "notify::state",
                                                G_CALLBACK (on_console_state_cb), self,
                                                G_CONNECT_SWAPPED);
  self->wait_id = g_timeout_add_seconds (CONSOLE_SECONDS, on_console_timeout, self);
  hostel_console_stream_open (console, FALSE);
}

static void
after_define (HostelCreateJob *self)
{
  self->defined = TRUE;
  if (!self->work->start)
    {
      finish (self);
      return;
    }

  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_START);
  run (self, hostel_create_work_start, after_start);
}

static void
after_seed (HostelCreateJob *self)
{
  HostelCreateWork *work = self->work;
  g_autofree char *base = work->base_path != NULL ? g_path_get_basename (work->base_path) : NULL;
  const HostelDomainVolumes volumes = {
    .disk = work->disk_path,
    .disk_format = work->disk_kind == HOSTEL_DISK_KIND_OVERLAY
                     ? NULL : hostel_create_work_get_format (work),
    .medium = work->base_path,
    .kernel = work->kernel_path,
    .initrd = work->initrd_path,
    .seed = work->seed_path,
    .serial_log = work->log_path,
    .base = base,
    .host_key = work->host_key != NULL ? work->host_key->public_key : NULL,
    .ssh_port = hostel_domain_xml_uses_user_network (self->spec, work->facts)
                  ? hostel_port_forward_pick () : 0,
  };

  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_DEFINE);
  work->xml = hostel_domain_xml_build (self->spec, work->facts, &volumes, &self->error);
  if (work->xml == NULL)
    fail (self);
  else
    run (self, hostel_create_work_define, after_define);
}

static void
after_disk (HostelCreateJob *self)
{
  if (self->work->installation)
    {
      after_seed (self);
      return;
    }

  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_SEED);
  run (self, hostel_create_work_fill_seed, after_seed);
}

/* The volumes at once: most of the time is qemu-img's. */
static void
after_base (HostelCreateJob *self)
{
  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_DISK);
  if (self->work->disk_kind == HOSTEL_DISK_KIND_OVERLAY)
    run (self, hostel_create_work_make_disk, after_disk);
  if (!self->work->installation)
    run (self, hostel_create_work_make_seed, after_disk);
  if (self->work->serial_installer)
    run_long (self, hostel_create_work_make_installer, after_disk);
  run (self, hostel_create_work_make_log, after_disk);
}

static void
after_find_base (HostelCreateJob *self)
{
  if (self->work->base_path != NULL)
    after_base (self);
  else
    run_long (self, hostel_create_work_upload, after_base);
}

/* No base: the disk is a copy, or the image itself. */
static void
after_open (HostelCreateJob *self)
{
  HostelCreateWork *work = self->work;

  if (work->disk_kind == HOSTEL_DISK_KIND_COPY)
    {
      hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_BASE);
      run_long (self, hostel_create_work_copy, after_base);
      return;
    }

  run (self, hostel_create_work_take_image, after_base);
}

static void
after_digest (HostelCreateJob *self)
{
  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_BASE);
  run (self, hostel_create_work_find_base, after_find_base);
}

static GError *
new_network_error (HostelHostFacts *facts,
                   const char      *network)
{
  g_autofree char *word = hostel_shell_quote (network);
  g_autofree char *remedy = NULL;

  if (hostel_host_facts_has_network (facts, network))
    {
      remedy = g_strdup_printf (_("Start it (virsh net-start %s), have it started with the "
                                  "machine, or choose another network."), word);
      return hostel_error_new (HOSTEL_ERROR_HOST_LACKS, remedy, NULL,
                               _("The network “%s” is not active."), network);
    }

  return hostel_error_new (HOSTEL_ERROR_NOT_FOUND,
                           _("Choose another network (virsh net-list --all names them), or "
                             "user-mode networking."), NULL,
                           _("This host has no network named “%s”."), network);
}

/* The image is a file of this computer, and stays as large as it is. */
static GError *
check_in_place (HostelCreateJob *self)
{
  if (self->work->disk_kind != HOSTEL_DISK_KIND_IN_PLACE ||
      hostel_connection_is_local (self->connection))
    return NULL;

  return hostel_error_new (HOSTEL_ERROR_INVALID, _("Choose a shared base or a full copy."), NULL,
                           _("An image of this computer cannot be the disk of a machine on %s."),
                           hostel_connection_get_title (self->connection));
}

/* What needs the host's facts; nothing has been made yet. */
static GError *
check_against_facts (HostelCreateJob *self)
{
  HostelHostFacts *facts = self->work->facts;
  const char *network = hostel_domain_xml_get_network (self->spec, facts);
  HostelMachineLimits limits;
  g_autofree char *xml = NULL;
  GError *error = NULL;

  hostel_host_facts_get_limits (facts, &limits);
  limits.taken_names = (const char * const *) self->work->taken_names;
  hostel_machine_spec_apply_host (self->spec, &limits);
  if (!hostel_machine_spec_validate (self->spec, &limits, &error) ||
      (error = check_in_place (self)) != NULL)
    return error;

  if (network != NULL && !hostel_host_facts_is_network_active (facts, network))
    {
      if (!self->start_network || !hostel_host_facts_has_network (facts, network))
        return new_network_error (facts, network);
      self->work->network = g_strdup (network);
    }

  xml = hostel_domain_xml_build (self->spec, facts, NULL, &error);

  return error;
}

static void
after_check (HostelCreateJob *self)
{
  GError *error = check_against_facts (self);

  if (error != NULL)
    {
      fail_with (self, error);
      return;
    }

  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_DIGEST);
  if (self->work->disk_kind == HOSTEL_DISK_KIND_OVERLAY)
    run_long (self, hostel_create_work_digest, after_digest);
  else
    run_long (self, hostel_create_work_open, after_open);
}

static HostelCreateWork *
new_work (HostelCreateJob *self)
{
  HostelCreateWork *work = hostel_create_work_new ();
  HostelImage *image = hostel_machine_spec_get_image (self->spec);
  const char *pool = hostel_machine_spec_get_pool (self->spec);
  GCancellable *cancellable = g_task_get_cancellable (self->task);
  guint64 sector;

  work->uri = g_strdup (hostel_connection_get_uri (self->connection));
  work->session = hostel_connection_is_session (self->connection);
  work->uuid = g_strdup (hostel_machine_spec_get_uuid (self->spec));
  work->name = g_strdup (hostel_machine_spec_get_name (self->spec));
  work->pool = g_strdup (pool && *pool ? pool : HOSTEL_STORAGE_DEFAULT_POOL);
  work->start = hostel_machine_spec_get_start (self->spec);
  work->disk_kind = hostel_machine_spec_get_disk_kind (self->spec);
  work->progress = hostel_create_job_report;
  work->progress_data = self;
  g_set_object (&work->cancellable, cancellable);

  if (image != NULL)
    {
      sector = hostel_image_get_sector_size (image);
      work->image = g_object_ref (image);
      /* Never smaller than the image: libvirt would cut its end off without a word. */
      work->capacity = MAX (hostel_machine_spec_get_disk_size (self->spec),
                            hostel_image_get_virtual_size (image));
      work->installation = hostel_machine_spec_is_installation (self->spec);
      work->serial_installer = hostel_machine_spec_get_serial_installer (self->spec) != NULL;
      if (work->capacity == 0)
        work->capacity = HOSTEL_MACHINE_SPEC_INSTALL_DISK;
      work->capacity = (work->capacity + sector - 1) / sector * sector;
    }

  return work;
}

/* All that the specification says of the seed; the worker has no use for the specification. */
static gboolean
take_contents (HostelCreateWork   *work,
               HostelMachineSpec  *spec,
               GError            **error)
{
  HostelNetworkConfig *network_config = hostel_machine_spec_get_network_config (spec);
  g_autofree char *host_name = hostel_machine_spec_dup_local_hostname (spec);
  g_autoptr (GBytes) user_data = hostel_machine_spec_dup_seed_user_data (spec, error);

  if (user_data == NULL)
    return FALSE;

  work->contents = hostel_seed_new (work->uuid, host_name);
  work->login = hostel_machine_spec_dup_login (spec);
  work->vendor_flags = hostel_machine_spec_get_console_size (spec) ? HOSTEL_VENDOR_DATA_CONSOLE_SIZE
                                                                   : HOSTEL_VENDOR_DATA_NONE;
  work->with_host_key = !work->installation && !hostel_user_data_has_host_keys (user_data);
  hostel_seed_set_user_data (work->contents, user_data);
  if (*hostel_machine_spec_get_login_key (spec) != '\0')
    hostel_seed_set_public_key (work->contents, hostel_machine_spec_get_login_key (spec));
  if (network_config != NULL)
    {
      char *text = hostel_network_config_to_string (network_config, error);
      g_autoptr (GBytes) bytes = NULL;

      if (text == NULL)
        return FALSE;
      bytes = g_bytes_new_take (text, strlen (text));
      hostel_seed_set_network_config (work->contents, bytes);
    }

  return TRUE;
}

/* For hostel-create-job.c. */
void
hostel_create_run_begin (HostelCreateJob *self)
{
  HostelMachineLimits limits = { 0 };

  self->work = new_work (self);
  self->work->taken_names = hostel_connection_dup_names (self->connection);
  limits.taken_names = (const char * const *) self->work->taken_names;
  hostel_create_job_set_step (self, HOSTEL_CREATE_STEP_CHECK);

  if (g_cancellable_set_error_if_cancelled (self->work->cancellable, &self->error) ||
      !hostel_machine_spec_validate (self->spec, &limits, &self->error) ||
      !take_contents (self->work, self->spec, &self->error))
    return_error (self);
  else
    run (self, hostel_create_work_check, after_check);
}
