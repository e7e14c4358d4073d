/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 sets memory and vCPUs neither in the definition nor the maximum, and has
 * no title, no autostart and no managed save. */
#define G_LOG_DOMAIN "hostel-machine-change"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-machine-change.h"
#include "hostel-machine-lock.h"

#define KIB_PER_MIB 1024
/* Of libvirt's parser there is no limit; a screen has one. */
#define MAX_TITLE 200
#define MAX_NOTES (64 * 1024)

typedef struct
{
  char         *uuid;       /* owned */
  char         *name;       /* owned */
  char         *title;      /* owned, nullable */
  char         *notes;      /* owned, nullable */
  guint         memory;
  guint         vcpus;
  HostelAutostart autostart;
  gboolean      next_start;

  gboolean      active;
  gboolean      persistent;
  GStrvBuilder *told;       /* owned: what has come of it */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uuid);
  g_free (order->name);
  g_free (order->title);
  g_free (order->notes);
  g_strv_builder_unref (order->told);
  g_free (order);
}

static void
tell (Order      *order,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
tell (Order      *order,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strv_builder_add (order->told, text);
}

/* XML has no other control characters, and a title is one line. */
static gboolean
check_text (const char  *text,
            gsize        max,
            gboolean     lines,
            const char  *what,
            GError     **error)
{
  if (text == NULL)
    return TRUE;

  if (!g_utf8_validate (text, -1, NULL))
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type it again."), NULL,
                      _("The %s is not valid UTF-8 text."), what);
  else if (strlen (text) > max)
    hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Make it shorter."), NULL,
                      _("The %s is too long: it has %zu bytes, and %zu are possible."), what, strlen (text), max);
  else
    {
      for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
        if (g_unichar_iscntrl (g_utf8_get_char (at)) && !(lines && (*at == '\n' || *at == '\t')))
          {
            hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type it again."), NULL,
                              _("The %s has a control character in it."), what);
            return FALSE;
          }
      return TRUE;
    }

  return FALSE;
}

/**
 * hostel_machine_change_check:
 * @change: what is to be different
 * @error: set to %HOSTEL_ERROR_INVALID
 *
 * What can be said without asking libvirt.
 *
 * Returns: whether it can be tried
 */
gboolean
hostel_machine_change_check (const HostelMachineChange  *change,
                             GError                    **error)
{
  return check_text (change->title, MAX_TITLE, FALSE, _("title"), error) &&
         check_text (change->notes, MAX_NOTES, TRUE, _("text of the notes"), error);
}

/* The hardware of a saved machine is what was saved with it. */
static gboolean
check_saved (virDomainPtr   domain,
             const Order   *order,
             GError       **error)
{
  if ((order->memory == 0 && order->vcpus == 0) || virDomainHasManagedSaveImage (domain, 0) != 1)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Start it and shut it down first, so that nothing of it is lost."), NULL,
                    _("“%s” goes on from a saved state, which has memory and vCPUs of its own."), order->name);

  return FALSE;
}

static gboolean
check_memory (virConnectPtr   handle,
              virDomainPtr    domain,
              const Order    *order,
              GError        **error)
{
  virNodeInfo node;

  if (order->memory == 0 || virNodeGetInfo (handle, &node) != 0 || node.memory == 0 ||
      order->memory <= node.memory / KIB_PER_MIB)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give it less."), NULL,
                    _("The host has %lu MiB of memory in all."), node.memory / KIB_PER_MIB);

  return FALSE;
}

static gboolean
check_vcpus (virConnectPtr   handle,
             const Order    *order,
             GError        **error)
{
  int max = order->vcpus > 0 ? virConnectGetMaxVcpus (handle, NULL) : -1;

  if (max <= 0 || order->vcpus <= (guint) max)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give it fewer."), NULL,
                    _("A machine can have %d vCPUs at most here."), max);

  return FALSE;
}

/* The definition's maximum and its present size, or both as they were. */
static gboolean
store_memory (virDomainPtr  domain,
              Order        *order)
{
  unsigned long size = (unsigned long) order->memory * KIB_PER_MIB;

  return virDomainSetMemoryFlags (domain, size, VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_MEM_MAXIMUM) == 0 &&
         virDomainSetMemoryFlags (domain, size, VIR_DOMAIN_AFFECT_CONFIG) == 0;
}

static void
tell_not_live (Order      *order,
               const char *what)
{
  const char *message = virGetLastErrorMessage ();

  if (order->persistent)
    tell (order, _("%s: from the next start on. The running machine refused it: %s"), what, message);
}

/* Whether the running machine has it now, or at least its definition. */
static gboolean
set_memory (virDomainPtr   domain,
            Order         *order,
            GError       **error)
{
  unsigned long size = (unsigned long) order->memory * KIB_PER_MIB;
  g_autofree char *what = g_strdup_printf (_("Memory, %u MiB"), order->memory);

  if (order->persistent && !store_memory (domain, order))
    {
      hostel_virt_set_error (error, _("The memory of “%s” cannot be changed."), order->name);
      return FALSE;
    }
  if (!order->active)
    tell (order, _("%s: from the next start on."), what);
  else if (order->next_start)
    tell (order, _("%s: from the next start on."), what);
  else if (size > virDomainGetMaxMemory (domain) && order->persistent)
    tell (order, _("%s: from the next start on, as the running machine has room for %lu MiB at most."), what,
          virDomainGetMaxMemory (domain) / KIB_PER_MIB);
  else if (virDomainSetMemoryFlags (domain, size, VIR_DOMAIN_AFFECT_LIVE) == 0)
    tell (order, _("%s: now, as far as the guest gives back or takes it."), what);
  else if (order->persistent)
    tell_not_live (order, what);
  else
    {
      hostel_virt_set_error (error, _("The memory of “%s” cannot be changed."), order->name);
      return FALSE;
    }

  return TRUE;
}

/* What is more than the maximum raises it; a larger maximum is head-room, and stays. */
static gboolean
store_vcpus (virDomainPtr  domain,
             Order        *order)
{
  int max = virDomainGetVcpusFlags (domain, VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_VCPU_MAXIMUM);

  return max > 0 &&
         (order->vcpus <= (guint) max ||
          virDomainSetVcpusFlags (domain, order->vcpus, VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_VCPU_MAXIMUM) == 0) &&
         virDomainSetVcpusFlags (domain, order->vcpus, VIR_DOMAIN_AFFECT_CONFIG) == 0;
}

static gboolean
set_vcpus (virDomainPtr   domain,
           Order         *order,
           GError       **error)
{
  int live_max = order->active
                   ? virDomainGetVcpusFlags (domain, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_VCPU_MAXIMUM) : -1;
  g_autofree char *what = g_strdup_printf (ngettext ("%u vCPU", "%u vCPUs", order->vcpus), order->vcpus);

  if (order->persistent && !store_vcpus (domain, order))
    {
      hostel_virt_set_error (error, _("The vCPUs of “%s” cannot be changed."), order->name);
      return FALSE;
    }
  if (!order->active || order->next_start)
    tell (order, _("%s: from the next start on."), what);
  else if (live_max > 0 && order->vcpus > (guint) live_max && order->persistent)
    tell (order, _("%s: from the next start on, as the running machine has room for %d at most."), what, live_max);
  else if (virDomainSetVcpusFlags (domain, order->vcpus, VIR_DOMAIN_AFFECT_LIVE) == 0)
    tell (order, _("%s: now."), what);
  else if (order->persistent)
    tell_not_live (order, what);
  else
    {
      hostel_virt_set_error (error, _("The vCPUs of “%s” cannot be changed."), order->name);
      return FALSE;
    }

  return TRUE;
}

/* libvirt's own elements, which all front ends show: <title> and <description>. */
static gboolean
set_text (virDomainPtr   domain,
          Order         *order,
          int            type,
          const char    *text,
          GError       **error)
{
  unsigned int flags = (order->persistent ? VIR_DOMAIN_AFFECT_CONFIG : 0) |
                       (order->active ? VIR_DOMAIN_AFFECT_LIVE : 0);

  if (virDomainSetMetadata (domain, type, *text != '\0' ? text : NULL, NULL, NULL, flags) == 0)
    return TRUE;

  hostel_virt_set_error (error, type == VIR_DOMAIN_METADATA_TITLE
                                  ? _("The title of “%s” cannot be changed.")
                                  : _("The notes of “%s” cannot be changed."), order->name);

  return FALSE;
}

static gboolean
set_autostart (virConnectPtr   handle,
               virDomainPtr    domain,
               Order          *order,
               GError        **error)
{
  gboolean on = order->autostart == HOSTEL_AUTOSTART_ON;
  g_autofree char *uri = virConnectGetURI (handle);

  if (virDomainSetAutostart (domain, on) != 0)
    {
      hostel_virt_set_error (error, _("Whether “%s” starts by itself cannot be changed."), order->name);
      return FALSE;
    }
  if (!on)
    tell (order, _("It does not start by itself."));
  else if (uri != NULL && g_str_has_suffix (uri, "/session"))
    tell (order, _("It starts by itself as soon as the virtualization service of your session is used for the "
                   "first time, not when the computer starts."));
  else
    tell (order, _("It starts with the host."));

  return TRUE;
}

static gboolean
change (virConnectPtr   handle,
        virDomainPtr    domain,
        Order          *order,
        GError        **error)
{
  g_autoptr (HostelMachineLock) lock = hostel_machine_lock_take (handle, order->uuid, order->name, error);

  if (lock == NULL)
    return FALSE;

  order->active = virDomainIsActive (domain) == 1;
  order->persistent = virDomainIsPersistent (domain) == 1;
  if (!order->persistent && (order->autostart != HOSTEL_AUTOSTART_KEEP || order->next_start))
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, NULL, NULL,
                        _("“%s” is gone when it is off: it has no definition to change."), order->name);
      return FALSE;
    }

  /* All that can refuse by itself comes before the first change. */
  return check_saved (domain, order, error) && check_memory (handle, domain, order, error) &&
         check_vcpus (handle, order, error) &&
         (order->memory == 0 || set_memory (domain, order, error)) &&
         (order->vcpus == 0 || set_vcpus (domain, order, error)) &&
         (order->title == NULL || set_text (domain, order, VIR_DOMAIN_METADATA_TITLE, order->title, error)) &&
         (order->notes == NULL || set_text (domain, order, VIR_DOMAIN_METADATA_DESCRIPTION, order->notes, error)) &&
         (order->autostart == HOSTEL_AUTOSTART_KEEP || set_autostart (handle, domain, order, error));
}

/* Takes @error: of several things the first may hold by now. */
static GError *
with_done (GError *error,
           GStrv   told)
{
  g_autoptr (GError) old = error;
  g_autofree char *done = g_strjoinv (" ", told);
  g_autofree char *remedy = NULL;
  const char *old_remedy = hostel_error_get_remedy (old);

  if (*done == '\0')
    return g_steal_pointer (&old);

  remedy = g_strdup_printf (_("%s What was done before that stays: %s"), old_remedy != NULL ? old_remedy : "", done);

  return hostel_error_new (old->code, g_strstrip (remedy), hostel_error_get_details (old), "%s", old->message);
}

static void
change_worker (GTask         *task,
               virConnectPtr  handle,
               gpointer       task_data)
{
  Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);

  gboolean done = domain != NULL && change (handle, domain, order, &error);
  g_auto (GStrv) told = g_strv_builder_end (order->told);

  if (done)
    g_task_return_pointer (task, g_steal_pointer (&told), (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, with_done (error, told));
}

/**
 * hostel_machine_change_async:
 * @domain: a machine
 * @change_to: what is to be different
 * @callback: called when libvirt has answered
 * @user_data: handed to @callback
 *
 * The definition first, then the running machine, up to its maximum: what it refuses holds from its next start
 * on. Where one of several things fails, those before it stay, and the error says so: memory, vCPUs, title,
 * notes, autostart.
 */
void
hostel_machine_change_async (HostelDomain              *domain,
                             const HostelMachineChange *change_to,
                             GAsyncReadyCallback        callback,
                             gpointer                   user_data)
{
  GTask *task;
  Order *order;
  GError *error = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_machine_change_async);
  if (!hostel_machine_change_check (change_to, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));
  order->title = g_strdup (change_to->title);
  order->notes = g_strdup (change_to->notes);
  order->memory = change_to->memory;
  order->vcpus = change_to->vcpus;
  order->autostart = change_to->autostart;
  order->next_start = change_to->next_start;
  order->told = g_strv_builder_new ();
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, change_worker);
}

/**
 * hostel_machine_change_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: return location for an error: %HOSTEL_ERROR_INVALID for what no machine here can have,
 *   %HOSTEL_ERROR_WRONG_STATE for a saved one, ...
 *
 * Returns: (transfer full) (nullable): a sentence for each thing that holds now or later, translated
 */
GStrv
hostel_machine_change_finish (HostelDomain  *domain,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
