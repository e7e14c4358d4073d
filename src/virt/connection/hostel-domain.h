/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HostelConnection HostelConnection;

typedef enum
{
  HOSTEL_DOMAIN_STATE_UNKNOWN,
  HOSTEL_DOMAIN_STATE_RUNNING,
  HOSTEL_DOMAIN_STATE_PAUSED,
  HOSTEL_DOMAIN_STATE_SHUTTING_DOWN,
  HOSTEL_DOMAIN_STATE_OFF,
  HOSTEL_DOMAIN_STATE_SAVED, /* off, with a managed save */
  HOSTEL_DOMAIN_STATE_CRASHED,
  HOSTEL_DOMAIN_STATE_SUSPENDED, /* by the guest's own power management */
} HostelDomainState;

#define HOSTEL_TYPE_DOMAIN_STATE (hostel_domain_state_get_type ())
GType       hostel_domain_state_get_type (void);
const char *hostel_domain_state_to_id    (HostelDomainState state); /* "running", for JSON */
const char *hostel_domain_state_to_label (HostelDomainState state); /* translated */

typedef enum
{
  HOSTEL_DOMAIN_VERB_START, /* restores a managed save */
  HOSTEL_DOMAIN_VERB_SHUT_DOWN,
  HOSTEL_DOMAIN_VERB_REBOOT,
  HOSTEL_DOMAIN_VERB_PAUSE,
  HOSTEL_DOMAIN_VERB_RESUME,
  HOSTEL_DOMAIN_VERB_SAVE,
  HOSTEL_DOMAIN_VERB_FORCE_OFF,
} HostelDomainVerb;

#define HOSTEL_TYPE_DOMAIN_VERB (hostel_domain_verb_get_type ())
GType hostel_domain_verb_get_type (void);

#define HOSTEL_TYPE_DOMAIN (hostel_domain_get_type ())

/* One domain: its identity is URI + UUID. Properties, read only, notifying: "connection",
 * "uuid", "name", "state", "id" (int, -1 when off), "persistent", "os-id" and "os-name" (read for
 * bound rows only, see hostel_domain_load_details_async()), "title" and "notes" (libvirt's title and
 * description, likewise), "address" (the first one known, ""),
 * "present" (FALSE once libvirt no longer has it). */
G_DECLARE_FINAL_TYPE (HostelDomain, hostel_domain, HOSTEL, DOMAIN, GObject)

HostelConnection  *hostel_domain_get_connection   (HostelDomain         *self);
const char        *hostel_domain_get_uuid         (HostelDomain         *self);
const char        *hostel_domain_get_name         (HostelDomain         *self);
const char        *hostel_domain_get_sort_key     (HostelDomain         *self);
HostelDomainState  hostel_domain_get_state        (HostelDomain         *self);
void               hostel_domain_set_stopping     (HostelDomain         *self,
                                                   gboolean              stopping);
gboolean           hostel_domain_get_persistent   (HostelDomain         *self);
gboolean           hostel_domain_get_present      (HostelDomain         *self);
gboolean           hostel_domain_is_active        (HostelDomain         *self);
const char        *hostel_domain_get_os_name      (HostelDomain         *self);
const char        *hostel_domain_get_title        (HostelDomain         *self);
const char        *hostel_domain_get_notes        (HostelDomain         *self);
const char        *hostel_domain_get_address      (HostelDomain         *self);

/* Whether the verb makes sense in this state. */
gboolean           hostel_domain_can              (HostelDomain         *self,
                                                   HostelDomainVerb      verb);
/* Takes no cancellable: "cancelled" would hide that it happened. Returns when libvirt has answered,
 * for SHUT_DOWN and REBOOT when the guest has been asked. */
void               hostel_domain_run_verb_async   (HostelDomain         *self,
                                                   HostelDomainVerb      verb,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
gboolean           hostel_domain_run_verb_finish  (HostelDomain         *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

/* OS, memory, vCPUs, disks, consoles from the domain's XML, and its addresses; fills "os-name",
 * "address", "memory" (MiB), "vcpus", "consoles" (GStrv of aliases: "serial0", "console1"),
 * "ssh-command" ("" where unknown), "medium", "screen" (boolean). */
void               hostel_domain_load_details_async  (HostelDomain        *self,
                                                      GCancellable        *cancellable,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
gboolean           hostel_domain_load_details_finish (HostelDomain        *self,
                                                      GAsyncResult        *result,
                                                      GError             **error);
void               hostel_domain_dup_xml_async       (HostelDomain        *self,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
char              *hostel_domain_dup_xml_finish      (HostelDomain        *self,
                                                      GAsyncResult        *result,
                                                      GError             **error);
guint              hostel_domain_get_memory          (HostelDomain        *self);
guint              hostel_domain_get_vcpus           (HostelDomain        *self);
const char * const *hostel_domain_get_consoles       (HostelDomain        *self);
const char        *hostel_domain_get_console_note    (HostelDomain        *self);
const char        *hostel_domain_get_ssh_command     (HostelDomain        *self);
/* The command to be read: without the options that name the host key. */
const char        *hostel_domain_get_ssh_label       (HostelDomain        *self);
/* Whether a drive of it has a disc in it. */
gboolean           hostel_domain_get_medium          (HostelDomain        *self);
gboolean           hostel_domain_get_screen          (HostelDomain        *self);

G_END_DECLS
