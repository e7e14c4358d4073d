/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt's last error has the code that libvirt-glib's errors lose. */
#define G_LOG_DOMAIN "hostel-virt"

#include "config.h"

#include <errno.h>

#include <glib/gi18n.h>

#include "hostel-virt-handle.h"

/* What libvirt's code means for a person. */
typedef struct
{
  int          virt_code;
  HostelError  code;
  const char  *remedy; /* nullable */
} CodeRule;

/* Where the code says little: words of the message, as libvirt and QEMU write them in English. */
typedef struct
{
  const char  *text;
  HostelError  code;
  const char  *remedy;
} TextRule;

static const char state_remedy[] =
  N_("Look at the machine’s state, it may have changed meanwhile.");
static const char rights_remedy[] =
  N_("Ask the administrator of this computer for the right to manage virtual machines, or use the "
     "session connection (qemu:///session).");
static const char lost_remedy[] = N_("Try again when the connection is back.");
static const char gone_remedy[] = N_("It may have been removed meanwhile; look at the list.");
static const char name_remedy[] = N_("Choose another name.");
static const char agent_remedy[] =
  N_("Install and start qemu-guest-agent in the machine, or do without it.");
static const char space_remedy[] = N_("Free some space, or choose another storage pool.");

static const CodeRule code_rules[] = {
  { VIR_ERR_NO_DOMAIN, HOSTEL_ERROR_NOT_FOUND, gone_remedy },
  { VIR_ERR_NO_NETWORK, HOSTEL_ERROR_NOT_FOUND,
    N_("Choose another network, or make this one with virsh net-define.") },
  { VIR_ERR_NO_STORAGE_POOL, HOSTEL_ERROR_NOT_FOUND, N_("Choose another storage pool.") },
  { VIR_ERR_NO_STORAGE_VOL, HOSTEL_ERROR_NOT_FOUND, gone_remedy },
  { VIR_ERR_NO_DOMAIN_METADATA, HOSTEL_ERROR_NOT_FOUND, NULL },
  { VIR_ERR_NO_DOMAIN_SNAPSHOT, HOSTEL_ERROR_NOT_FOUND, gone_remedy },
  { VIR_ERR_DOM_EXIST, HOSTEL_ERROR_EXISTS, name_remedy },
  { VIR_ERR_NETWORK_EXIST, HOSTEL_ERROR_EXISTS, name_remedy },
  { VIR_ERR_STORAGE_VOL_EXIST, HOSTEL_ERROR_EXISTS, name_remedy },
  { VIR_ERR_STORAGE_POOL_BUILT, HOSTEL_ERROR_EXISTS, NULL },
  { VIR_ERR_OPERATION_DENIED, HOSTEL_ERROR_DENIED, rights_remedy },
  { VIR_ERR_ACCESS_DENIED, HOSTEL_ERROR_DENIED, rights_remedy },
  { VIR_ERR_AUTH_FAILED, HOSTEL_ERROR_DENIED, rights_remedy },
  { VIR_ERR_AUTH_CANCELLED, HOSTEL_ERROR_DENIED, rights_remedy },
  { VIR_ERR_AUTH_UNAVAILABLE, HOSTEL_ERROR_DENIED, rights_remedy },
  { VIR_ERR_OPERATION_INVALID, HOSTEL_ERROR_WRONG_STATE, state_remedy },
  { VIR_ERR_OPERATION_TIMEOUT, HOSTEL_ERROR_TIMED_OUT,
    N_("Something else is being done to it; try again in a while.") },
  { VIR_ERR_AGENT_UNRESPONSIVE, HOSTEL_ERROR_TIMED_OUT, agent_remedy },
  { VIR_ERR_AGENT_UNSYNCED, HOSTEL_ERROR_TIMED_OUT, agent_remedy },
  { VIR_ERR_NO_SUPPORT, HOSTEL_ERROR_UNSUPPORTED, N_("This kind of host cannot do it.") },
  { VIR_ERR_OPERATION_UNSUPPORTED, HOSTEL_ERROR_UNSUPPORTED,
    N_("This host or this machine cannot do it.") },
  { VIR_ERR_ARGUMENT_UNSUPPORTED, HOSTEL_ERROR_UNSUPPORTED,
    N_("This host or this machine cannot do it.") },
  { VIR_ERR_CONFIG_UNSUPPORTED, HOSTEL_ERROR_UNSUPPORTED,
    N_("Change the machine’s hardware to what this host supports.") },
  { VIR_ERR_RESOURCE_BUSY, HOSTEL_ERROR_WRONG_STATE,
    N_("Something else is being done to it; try again in a while.") },
  { VIR_ERR_XML_ERROR, HOSTEL_ERROR_INVALID, NULL },
  { VIR_ERR_XML_DETAIL, HOSTEL_ERROR_INVALID, NULL },
  { VIR_ERR_XML_INVALID_SCHEMA, HOSTEL_ERROR_INVALID, NULL },
  { VIR_ERR_INVALID_ARG, HOSTEL_ERROR_INVALID, NULL },
  { VIR_ERR_NO_CONNECT, HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { VIR_ERR_INVALID_CONN, HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { VIR_ERR_RPC, HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { VIR_ERR_NO_MEMORY, HOSTEL_ERROR_FAILED, N_("Close other programs and try again.") },
};

static const TextRule text_rules[] = {
  { "No space left on device", HOSTEL_ERROR_NO_SPACE, space_remedy },
  { "Disk quota exceeded", HOSTEL_ERROR_NO_SPACE, space_remedy },
  { "already exists with uuid", HOSTEL_ERROR_EXISTS, name_remedy },
  { "client socket is closed", HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { "Cannot write data: Broken pipe", HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { "End of file while reading data", HOSTEL_ERROR_DISCONNECTED, lost_remedy },
  { "is already running", HOSTEL_ERROR_WRONG_STATE, state_remedy },
  { "is not running", HOSTEL_ERROR_WRONG_STATE, state_remedy },
  { "network is not active", HOSTEL_ERROR_WRONG_STATE,
    N_("Start the network (virsh net-start), then try again.") },
  { "' is not active", HOSTEL_ERROR_WRONG_STATE,
    N_("Start that network or storage pool, then try again.") },
  { "Failed to get \"write\" lock", HOSTEL_ERROR_WRONG_STATE,
    N_("Another machine uses this disk: stop it, or give this machine a disk of its own.") },
  { "Failed to get shared \"write\" lock", HOSTEL_ERROR_WRONG_STATE,
    N_("Another machine uses this disk: stop it, or give this machine a disk of its own.") },
  { "Active console session exists", HOSTEL_ERROR_TAKEN,
    N_("Close the console in the other program, or take it over.") },
  { "Cannot allocate memory", HOSTEL_ERROR_HOST_LACKS,
    N_("Stop another machine, or give this one less memory.") },
  { "cannot set up guest memory", HOSTEL_ERROR_HOST_LACKS,
    N_("Stop another machine, or give this one less memory.") },
  /* No polkit to ask where there is no system bus: a container, say. */
  { "Unable to get system bus connection", HOSTEL_ERROR_DENIED, rights_remedy },
  { "Could not access KVM kernel module", HOSTEL_ERROR_HOST_LACKS,
    N_("Turn on virtualization in the computer’s firmware setup and load the kvm module.") },
  { "Cannot access storage file", HOSTEL_ERROR_NOT_FOUND,
    N_("Put the disk back where it was, or remove it from the machine.") },
  { "Permission denied", HOSTEL_ERROR_DENIED,
    N_("The hypervisor’s user must be able to read that file and every directory above it; move "
       "it into a storage pool.") },
};

static gboolean
match_text (const char   *message,
            HostelError  *code,
            const char  **remedy)
{
  if (message == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (text_rules); i++)
    if (strstr (message, text_rules[i].text) != NULL)
      {
        *code = text_rules[i].code;
        *remedy = text_rules[i].remedy;
        return TRUE;
      }

  return FALSE;
}

static void
match_code (int           virt_code,
            HostelError  *code,
            const char  **remedy)
{
  for (guint i = 0; i < G_N_ELEMENTS (code_rules); i++)
    if (code_rules[i].virt_code == virt_code)
      {
        *code = code_rules[i].code;
        *remedy = code_rules[i].remedy;
        return;
      }
}

/**
 * hostel_virt_set_error:
 * @error: (out) (optional): where to put it
 * @format: the headline, a translated sentence that names what could not be done
 * @...: arguments of @format
 *
 * Makes a %HOSTEL_ERROR of the last libvirt error of this thread: code and remedy come from
 * libvirt's code (and, where that is a general one, from its words), libvirt's own text goes to the
 * details. To be called in the thread whose call failed, before another libvirt call.
 */
void
hostel_virt_set_error (GError     **error,
                       const char  *format,
                       ...)
{
  virErrorPtr last = virGetLastError ();
  const char *details = last ? last->message : NULL;
  HostelError code = HOSTEL_ERROR_FAILED;
  const char *remedy = NULL;
  g_autofree char *headline = NULL;
  va_list args;

  va_start (args, format);
  headline = g_strdup_vprintf (format, args);
  va_end (args);

  if (last)
    {
      match_code (last->code, &code, &remedy);

      /* int1 is errno, see virReportSystemErrorFull() */
      if (last->code == VIR_ERR_SYSTEM_ERROR && last->int1 == ENOSPC)
        {
          code = HOSTEL_ERROR_NO_SPACE;
          remedy = space_remedy;
        }
      else if (code == HOSTEL_ERROR_FAILED || code == HOSTEL_ERROR_WRONG_STATE)
        match_text (details, &code, &remedy);
    }

  g_debug ("%s: libvirt error %d of domain %d: %s", headline, last ? last->code : 0,
           last ? last->domain : 0, details ? details : "none");
  hostel_error_set (error, code, remedy ? _(remedy) : NULL, details, "%s", headline);
}

/**
 * hostel_virt_is_unknown_flag:
 *
 * virCheckFlags() of a driver says "unsupported flags (0x14)"; one that lacks the call with flags
 * lacks it whole.
 */
gboolean
hostel_virt_is_unknown_flag (void)
{
  virErrorPtr last = virGetLastError ();

  return last != NULL && (last->code == VIR_ERR_INVALID_ARG || last->code == VIR_ERR_NO_SUPPORT ||
                          last->code == VIR_ERR_ARGUMENT_UNSUPPORTED);
}

/**
 * hostel_virt_lookup_domain:
 * @handle: an open connection
 * @uuid: the domain's
 * @name: its name, for the error
 * @error: return location for an error
 *
 * For those who know a UUID alone; a #HostelDomain has its #GVirDomain. Blocks.
 *
 * Returns: (transfer full) (nullable): the domain
 */
virDomainPtr
hostel_virt_lookup_domain (virConnectPtr   handle,
                           const char     *uuid,
                           const char     *name,
                           GError        **error)
{
  virDomainPtr domain;

  if ((domain = virDomainLookupByUUIDString (handle, uuid)) == NULL)
    hostel_virt_set_error (error, _("The virtual machine “%s” cannot be found."), name);

  return domain;
}

/**
 * hostel_virt_find_domain:
 * @handle: an open connection
 * @uuid: the domain's
 * @name: its name, for the error
 * @error: return location for an error
 *
 * As hostel_virt_lookup_domain(), as libvirt-glib's object. Blocks.
 *
 * Returns: (transfer full) (nullable): the domain
 */
GVirDomain *
hostel_virt_find_domain (virConnectPtr   handle,
                         const char     *uuid,
                         const char     *name,
                         GError        **error)
{
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, uuid, name, error);

  return domain != NULL ? g_object_new (GVIR_TYPE_DOMAIN, "handle", domain, NULL) : NULL;
}

/**
 * hostel_virt_dup_handle:
 * @domain: a domain
 *
 * For the calls that libvirt-glib does not have.
 *
 * Returns: (transfer full): its handle, to be freed in a worker thread
 */
virDomainPtr
hostel_virt_dup_handle (GVirDomain *domain)
{
  virDomainPtr handle = NULL;

  /* A boxed property: reading it takes a reference. */
  g_object_get (domain, "handle", &handle, NULL);

  return handle;
}
