/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 sends no keys and has no monitor command. */
#define G_LOG_DOMAIN "hostel-domain-input"

#include "config.h"

#include <glib/gi18n.h>
#include <libvirt/libvirt-qemu.h>

#include "hostel-connection-call.h"
#include "hostel-domain-input.h"

/* Linux's key codes (linux/input-event-codes.h), as VIR_KEYCODE_SET_LINUX takes them. */
#define CODE_LEFT_CTRL 29
#define CODE_LEFT_ALT 56
#define CODE_SYSRQ 99
#define CODE_DELETE 111
/* A guest that polls its keyboard must see the keys down. */
#define HOLD_MS 50

/* From "a" to "z". */
static const guint letter_codes[26] = {
  30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45,
  21, 44,
};

typedef struct
{
  char              *uuid;     /* owned */
  char              *name;     /* owned */
  HostelDomainInput  input;
  char              *argument; /* owned, nullable */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uuid);
  g_free (order->name);
  g_free (order->argument);
  g_free (order);
}

static int
send_keys (virDomainPtr domain,
           const Order *order)
{
  guint codes[] = { CODE_LEFT_CTRL, CODE_LEFT_ALT, CODE_DELETE };

  if (order->input == HOSTEL_DOMAIN_INPUT_SYSRQ)
    {
      codes[0] = CODE_LEFT_ALT;
      codes[1] = CODE_SYSRQ;
      codes[2] = letter_codes[*order->argument - 'a'];
    }

  return virDomainSendKey (domain, VIR_KEYCODE_SET_LINUX, HOLD_MS, codes, G_N_ELEMENTS (codes), 0);
}

/* A stream of libvirt's has no word for it, QEMU's monitor has: QAPI's chardev-send-break. libvirt
 * names the back end of "serial0" "charserial0". */
static int
send_break (virDomainPtr domain,
            const Order *order)
{
  g_autofree char *command =
    g_strdup_printf ("{\"execute\":\"chardev-send-break\",\"arguments\":{\"id\":\"char%s\"}}",
                     order->argument);
  g_autofree char *answer = NULL;

  if (virDomainQemuMonitorCommand (domain, command, &answer,
                                   VIR_DOMAIN_QEMU_MONITOR_COMMAND_DEFAULT) < 0)
    return -1;

  if (answer != NULL && strstr (answer, "\"error\"") == NULL)
    return 0;

  g_debug ("break: %s", answer);

  return -1;
}

static void
input_worker (GTask         *task,
              virConnectPtr  handle,
              gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = NULL;

  virResetLastError ();
  domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);
  if (domain && order->input == HOSTEL_DOMAIN_INPUT_BREAK && send_break (domain, order) < 0)
    hostel_virt_set_error (&error, _("A break could not be sent to “%s”."), order->name);
  else if (domain && order->input != HOSTEL_DOMAIN_INPUT_BREAK && send_keys (domain, order) < 0)
    hostel_virt_set_error (&error, _("The keys could not be sent to “%s”."), order->name);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
is_letter (const char *text)
{
  return text != NULL && g_ascii_islower (text[0]) && text[1] == '\0';
}

/* It goes into a command of the monitor's. */
static gboolean
is_alias (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && *text != '-' && *text != '_')
      return FALSE;

  return TRUE;
}

/**
 * hostel_domain_send_input_async:
 * @domain: a machine that runs
 * @input: what to send
 * @argument: (nullable): for %HOSTEL_DOMAIN_INPUT_SYSRQ a letter from a to z, see the kernel's
 *   Documentation/admin-guide/sysrq.rst; for %HOSTEL_DOMAIN_INPUT_BREAK a serial port's alias
 * @callback: called when libvirt has answered
 * @user_data: handed to @callback
 *
 * Keys go to the machine's keyboard. Takes no cancellable: "cancelled" would hide that it happened.
 */
void
hostel_domain_send_input_async (HostelDomain        *domain,
                                HostelDomainInput    input,
                                const char          *argument,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  Order *order;
  GTask *task;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));
  g_return_if_fail (input != HOSTEL_DOMAIN_INPUT_SYSRQ || is_letter (argument));
  g_return_if_fail (input != HOSTEL_DOMAIN_INPUT_BREAK || is_alias (argument));

  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));
  order->input = input;
  order->argument = g_strdup (argument);

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_domain_send_input_async);
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, input_worker);
}

/**
 * hostel_domain_send_input_finish:
 * @domain: a machine
 * @result: the callback's
 * @error: return location for an error
 *
 * Returns: %FALSE with an error that names the machine and the cause
 */
gboolean
hostel_domain_send_input_finish (HostelDomain  *domain,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
