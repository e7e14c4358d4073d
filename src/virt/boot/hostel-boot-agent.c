/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no call to the guest agent. */
#define G_LOG_DOMAIN "hostel-boot-agent"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <libvirt/libvirt-qemu.h>

#include "hostel-boot-agent.h"
#include "hostel-connection-call.h"
#include "hostel-link.h"

/* Raw libvirt: libvirt-glib has no agent commands. */

#define MAX_SIZE (256 * 1024)
#define TIMEOUT_SECONDS 5

typedef struct
{
  HostelLink *link; /* owned, as all */
  char       *uuid;
  char       *name;
  char       *status;
  char       *result;
} Request;

static void
request_free (Request *request)
{
  hostel_link_unref (request->link);
  g_free (request->uuid);
  g_free (request->name);
  g_free (request->status);
  g_free (request->result);
  g_free (request);
}

/* The "return" member of the agent's answer. */
static JsonNode *
run (virDomainPtr  domain,
     const char   *command)
{
  char *answer = virDomainQemuAgentCommand (domain, command, TIMEOUT_SECONDS, 0);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonNode *node = NULL;

  if (answer != NULL && strlen (answer) <= 2 * MAX_SIZE &&
      json_parser_load_from_data (parser, answer, -1, NULL) && (root = json_parser_get_root (parser)) &&
      JSON_NODE_HOLDS_OBJECT (root))
    node = json_object_dup_member (json_node_get_object (root), "return");
  free (answer);

  return node;
}

/* Base64, and the guest's word for it. */
static char *
dup_content (JsonNode *node)
{
  const char *encoded = NULL;
  g_autofree guchar *bytes = NULL;
  gsize size = 0;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    encoded = json_object_get_string_member_with_default (json_node_get_object (node), "buf-b64", NULL);
  if (encoded == NULL || *encoded == '\0')
    return NULL;

  bytes = g_base64_decode (encoded, &size);

  return g_strndup ((const char *) bytes, size);
}

/* %NULL where there is no such file, or nothing in it. */
static char *
read_file (virDomainPtr  domain,
           const char   *path)
{
  g_autofree char *open = g_strdup_printf ("{\"execute\":\"guest-file-open\","
                                           "\"arguments\":{\"path\":\"%s\",\"mode\":\"r\"}}", path);
  g_autoptr (JsonNode) file = run (domain, open);
  g_autofree char *read = NULL;
  g_autofree char *close = NULL;
  g_autoptr (JsonNode) content = NULL;
  g_autoptr (JsonNode) closed = NULL;
  gint64 handle;

  if (file == NULL || !JSON_NODE_HOLDS_VALUE (file))
    return NULL;

  handle = json_node_get_int (file);
  read = g_strdup_printf ("{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT
                          ",\"count\":%d}}", handle, MAX_SIZE);
  close = g_strdup_printf ("{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT
                           "}}", handle);
  content = run (domain, read);
  closed = run (domain, close);

  return dup_content (content);
}

/* Many images' agents are not allowed to open files: then nothing is known, and not that there is no
 * file. This one is everywhere. */
static gboolean
may_read (virDomainPtr domain)
{
  g_autofree char *version = read_file (domain, "/proc/version");

  return version != NULL;
}

static void
read_call (GTask         *task,
           virConnectPtr  handle,
           gpointer       task_data)
{
  Request *request = task_data;
  g_autoptr (virDomain) domain = NULL;
  gboolean may;
  GError *error = NULL;

  if (!(domain = hostel_virt_lookup_domain (handle, request->uuid, request->name, &error)))
    {
      g_task_return_error (task, error);
      return;
    }

  /* One at a time, see hostel-domain-details.c. */
  may = g_atomic_int_compare_and_exchange (&request->link->asking_agent, FALSE, TRUE);
  if (may)
    {
      if ((may = may_read (domain)))
        {
          request->status = read_file (domain, "/run/cloud-init/status.json");
          request->result = read_file (domain, "/run/cloud-init/result.json");
        }
      g_atomic_int_set (&request->link->asking_agent, FALSE);
    }

  if (may)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, HOSTEL_ERROR, HOSTEL_ERROR_FAILED,
                             _("The guest’s agent does not answer."));
}

/**
 * hostel_boot_agent_read_async:
 * @domain: a domain that runs
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads cloud-init's status and result in the guest.
 */
void
hostel_boot_agent_read_async (HostelDomain        *domain,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, cancellable, callback, user_data);
  g_task_set_source_tag (task, hostel_boot_agent_read_async);
  request = g_new0 (Request, 1);
  request->link = hostel_link_ref (hostel_domain_get_link (domain));
  request->uuid = g_strdup (hostel_domain_get_uuid (domain));
  request->name = g_strdup (hostel_domain_get_name (domain));
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  hostel_domain_call (domain, task, read_call);
}

/**
 * hostel_boot_agent_read_finish:
 * @domain: the domain
 * @result: the result
 * @status: (out) (nullable) (transfer full): status.json
 * @cloud_result: (out) (nullable) (transfer full): result.json
 * @error: return location for an error
 *
 * Returns: whether the agent could look
 */
gboolean
hostel_boot_agent_read_finish (HostelDomain  *domain,
                               GAsyncResult  *result,
                               char         **status,
                               char         **cloud_result,
                               GError       **error)
{
  Request *request;

  g_return_val_if_fail (g_task_is_valid (result, domain), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  request = g_task_get_task_data (G_TASK (result));
  *status = g_steal_pointer (&request->status);
  *cloud_result = g_steal_pointer (&request->result);

  return TRUE;
}
