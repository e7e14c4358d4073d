/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-domain-private.h"

G_DEFINE_ENUM_TYPE (HostelDomainState, hostel_domain_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_SHUTTING_DOWN, "shutting-down"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_SAVED, "saved"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_CRASHED, "crashed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DOMAIN_STATE_SUSPENDED, "suspended"))

/**
 * hostel_domain_state_to_id:
 * @state: a state
 *
 * Returns: (transfer none): its name for JSON and scripts, which never changes: "running"
 */
const char *
hostel_domain_state_to_id (HostelDomainState state)
{
  static GEnumClass *klass;
  GEnumValue *value;

  if (g_once_init_enter (&klass))
    g_once_init_leave (&klass, g_type_class_ref (HOSTEL_TYPE_DOMAIN_STATE));

  value = g_enum_get_value (klass, state);
  g_return_val_if_fail (value != NULL, "unknown");

  return value->value_nick;
}

/**
 * hostel_domain_state_to_label:
 * @state: a state
 *
 * Returns: (transfer none): a person's word for it, translated
 */
const char *
hostel_domain_state_to_label (HostelDomainState state)
{
  switch (state)
    {
    case HOSTEL_DOMAIN_STATE_RUNNING:
      return C_("machine state", "running");
    case HOSTEL_DOMAIN_STATE_PAUSED:
      return C_("machine state", "paused");
    case HOSTEL_DOMAIN_STATE_SHUTTING_DOWN:
      return C_("machine state", "shutting down");
    case HOSTEL_DOMAIN_STATE_OFF:
      return C_("machine state", "off");
    case HOSTEL_DOMAIN_STATE_SAVED:
      return C_("machine state", "saved");
    case HOSTEL_DOMAIN_STATE_CRASHED:
      return C_("machine state", "crashed");
    case HOSTEL_DOMAIN_STATE_SUSPENDED:
      return C_("machine state", "suspended");
    case HOSTEL_DOMAIN_STATE_UNKNOWN:
    default:
      return C_("machine state", "unknown");
    }
}

/**
 * hostel_domain_state_from_virt:
 * @state: a virDomainState
 * @saved: whether there is a managed save, from which the next start goes on
 *
 * Returns: what a person calls it
 */
HostelDomainState
hostel_domain_state_from_virt (int      state,
                               gboolean saved)
{
  switch (state)
    {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED: /* Xen: waits for its CPU */
      return HOSTEL_DOMAIN_STATE_RUNNING;
    case VIR_DOMAIN_PAUSED:
      return HOSTEL_DOMAIN_STATE_PAUSED;
    case VIR_DOMAIN_SHUTDOWN:
      return HOSTEL_DOMAIN_STATE_SHUTTING_DOWN;
    case VIR_DOMAIN_SHUTOFF:
      return saved ? HOSTEL_DOMAIN_STATE_SAVED : HOSTEL_DOMAIN_STATE_OFF;
    case VIR_DOMAIN_CRASHED:
      return HOSTEL_DOMAIN_STATE_CRASHED;
    case VIR_DOMAIN_PMSUSPENDED:
      return HOSTEL_DOMAIN_STATE_SUSPENDED;
    default:
      return HOSTEL_DOMAIN_STATE_UNKNOWN;
    }
}

/**
 * hostel_domain_info_clear:
 * @info: what one look at libvirt said
 *
 * Frees what @info holds.
 */
void
hostel_domain_info_clear (HostelDomainInfo *info)
{
  g_clear_pointer (&info->name, g_free);
  g_clear_object (&info->handle);
}

/**
 * hostel_link_new:
 * @connection: where it leads, until that is disposed of
 *
 * Returns: (transfer full): a link
 */
HostelLink *
hostel_link_new (HostelConnection *connection)
{
  HostelLink *self = g_new0 (HostelLink, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->connection = connection;

  return self;
}

HostelLink *
hostel_link_ref (HostelLink *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
hostel_link_unref (HostelLink *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}
