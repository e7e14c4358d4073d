/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-report"

#include "config.h"

#include "hostel-host-check.h"

#include <glib/gi18n.h>

#include "hostel-host-probe.h"

struct _HostelHostReport
{
  GObject    parent_instance;

  GPtrArray *checks; /* owned, of HostelHostCheck, in the order of the list */
};

static const struct
{
  const char *id;
  const char *title;
} groups[] = {
  { "processor", N_("Processor") },
  { "services",  N_("Services") },
  { "access",    N_("Access") },
  { "network",   N_("Network") },
  { "storage",   N_("Storage") },
  { "qemu",      N_("Emulator") },
  { "security",  N_("Security") },
};

G_DEFINE_ENUM_TYPE (HostelHostVerdict, hostel_host_verdict,
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_VERDICT_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM, "ready-without-kvm"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_HOST_VERDICT_NOT_READY, "not-ready"))

static GType
hostel_host_report_get_item_type (GListModel *model)
{
  return HOSTEL_TYPE_HOST_CHECK;
}

static guint
hostel_host_report_get_n_items (GListModel *model)
{
  return HOSTEL_HOST_REPORT (model)->checks->len;
}

static gpointer
hostel_host_report_get_item (GListModel *model,
                             guint       position)
{
  HostelHostReport *self = HOSTEL_HOST_REPORT (model);

  if (position >= self->checks->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->checks, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_host_report_get_item_type;
  iface->get_n_items = hostel_host_report_get_n_items;
  iface->get_item = hostel_host_report_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HostelHostReport, hostel_host_report, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hostel_host_report_finalize (GObject *object)
{
  HostelHostReport *self = HOSTEL_HOST_REPORT (object);

  g_clear_pointer (&self->checks, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_host_report_parent_class)->finalize (object);
}

static void
hostel_host_report_class_init (HostelHostReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_host_report_finalize;
}

static void
hostel_host_report_init (HostelHostReport *self)
{
  self->checks = g_ptr_array_new_with_free_func (g_object_unref);
}

static guint
group_rank (const char *group)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (groups); i++)
    if (g_str_equal (groups[i].id, group))
      break;

  return i;
}

static guint
state_rank (HostelCheckState state)
{
  switch (state)
    {
    case HOSTEL_CHECK_STATE_MISSING:        return 0;
    case HOSTEL_CHECK_STATE_WARNING:        return 1;
    case HOSTEL_CHECK_STATE_UNKNOWN:        return 2;
    case HOSTEL_CHECK_STATE_NOTE:           return 3;
    case HOSTEL_CHECK_STATE_GOOD:           return 4;
    case HOSTEL_CHECK_STATE_NOT_APPLICABLE:
    default:                                return 5;
    }
}

static int
compare_checks (HostelHostCheck *a,
                HostelHostCheck *b)
{
  int order = (int) group_rank (hostel_host_check_get_group (a)) -
              (int) group_rank (hostel_host_check_get_group (b));

  if (order != 0)
    return order;

  return (int) state_rank (hostel_host_check_get_state (a)) -
         (int) state_rank (hostel_host_check_get_state (b));
}

/**
 * hostel_host_report_new:
 *
 * Returns: (transfer full): a report without checks
 */
HostelHostReport *
hostel_host_report_new (void)
{
  return g_object_new (HOSTEL_TYPE_HOST_REPORT, NULL);
}

/**
 * hostel_host_report_add:
 * @self: a report
 * @check: (transfer none): a check, put at its place in the list; one of the same id is replaced
 */
void
hostel_host_report_add (HostelHostReport *self,
                        HostelHostCheck  *check)
{
  const char *id;
  guint i;

  g_return_if_fail (HOSTEL_IS_HOST_REPORT (self));
  g_return_if_fail (HOSTEL_IS_HOST_CHECK (check));

  g_object_ref (check);
  id = hostel_host_check_get_id (check);
  for (i = 0; i < self->checks->len; i++)
    if (g_str_equal (hostel_host_check_get_id (self->checks->pdata[i]), id))
      {
        g_ptr_array_remove_index (self->checks, i);
        g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
        break;
      }

  for (i = 0; i < self->checks->len; i++)
    if (compare_checks (self->checks->pdata[i], check) > 0)
      break;

  g_ptr_array_insert (self->checks, (int) i, check);
  g_list_model_items_changed (G_LIST_MODEL (self), i, 0, 1);
}

/**
 * hostel_host_report_merge:
 * @self: a report
 * @other: another one, whose checks are added to @self and replace those of the same id
 */
void
hostel_host_report_merge (HostelHostReport *self,
                          HostelHostReport *other)
{
  g_return_if_fail (HOSTEL_IS_HOST_REPORT (self));
  g_return_if_fail (HOSTEL_IS_HOST_REPORT (other));

  for (guint i = 0; i < other->checks->len; i++)
    hostel_host_report_add (self, other->checks->pdata[i]);
}

/**
 * hostel_host_report_lookup:
 * @self: a report
 * @id: a check's id
 *
 * Returns: (transfer none) (nullable): that check
 */
HostelHostCheck *
hostel_host_report_lookup (HostelHostReport *self,
                           const char       *id)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_REPORT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->checks->len; i++)
    if (g_str_equal (hostel_host_check_get_id (self->checks->pdata[i]), id))
      return self->checks->pdata[i];

  return NULL;
}

/**
 * hostel_host_verdict_to_id:
 * @verdict: a verdict
 *
 * Returns: the word for JSON: "ready", "ready-without-kvm", "not-ready"
 */
const char *
hostel_host_verdict_to_id (HostelHostVerdict verdict)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (HOSTEL_TYPE_HOST_VERDICT);

  return g_enum_get_value (klass, (int) verdict)->value_nick;
}

/**
 * hostel_host_report_get_verdict:
 * @self: a report
 *
 * Returns: whether a machine can be made here, and whether it would run at full speed: what is
 *   unknown is not held against the host
 */
HostelHostVerdict
hostel_host_report_get_verdict (HostelHostReport *self)
{
  HostelHostVerdict verdict = HOSTEL_HOST_VERDICT_READY;
  guint i;

  g_return_val_if_fail (HOSTEL_IS_HOST_REPORT (self), HOSTEL_HOST_VERDICT_NOT_READY);

  for (i = 0; i < self->checks->len; i++)
    {
      HostelHostCheck *check = self->checks->pdata[i];
      HostelCheckState state = hostel_host_check_get_state (check);

      if (state == HOSTEL_CHECK_STATE_MISSING)
        return HOSTEL_HOST_VERDICT_NOT_READY;
      if (state == HOSTEL_CHECK_STATE_WARNING &&
          (g_str_equal (hostel_host_check_get_id (check), HOSTEL_HOST_CHECK_KVM) ||
           g_str_equal (hostel_host_check_get_id (check), HOSTEL_HOST_CHECK_KVM_LIBVIRT)))
        verdict = HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM;
    }

  return verdict;
}

/* What is missing, by name: there are seldom more than two. */
static char *
dup_missing (HostelHostReport *self)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();

  for (guint i = 0; i < self->checks->len; i++)
    if (hostel_host_check_get_state (self->checks->pdata[i]) == HOSTEL_CHECK_STATE_MISSING)
      g_ptr_array_add (titles, (gpointer) hostel_host_check_get_title (self->checks->pdata[i]));
  g_ptr_array_add (titles, NULL);

  return g_strjoinv (_(", "), (char **) titles->pdata);
}

/**
 * hostel_host_report_dup_summary:
 * @self: a report
 *
 * Returns: (transfer full): the verdict as a translated sentence
 */
char *
hostel_host_report_dup_summary (HostelHostReport *self)
{
  g_autofree char *missing = NULL;
  HostelHostCheck *kvm;
  const char *cause;

  g_return_val_if_fail (HOSTEL_IS_HOST_REPORT (self), NULL);

  switch (hostel_host_report_get_verdict (self))
    {
    case HOSTEL_HOST_VERDICT_READY:
      return g_strdup (_("This computer is ready for virtual machines."));
    case HOSTEL_HOST_VERDICT_READY_WITHOUT_KVM:
      kvm = hostel_host_report_lookup (self, HOSTEL_HOST_CHECK_KVM);
      cause = kvm ? hostel_host_check_get_cause (kvm) : "";
      if (*cause == '\0' &&
          (kvm = hostel_host_report_lookup (self, HOSTEL_HOST_CHECK_KVM_LIBVIRT)) != NULL)
        cause = hostel_host_check_get_cause (kvm);
      if (*cause == '\0')
        return g_strdup (_("This computer works, but without KVM: 10 to 20 times slower."));
      return g_strdup_printf (_("This computer works, but without KVM: 10 to 20 times slower, "
                                "because %s."), cause);
    case HOSTEL_HOST_VERDICT_NOT_READY:
    default:
      missing = dup_missing (self);
      return g_strdup_printf (_("This computer is not ready for virtual machines. Missing: %s."),
                              missing);
    }
}

/**
 * hostel_host_check_group_to_title:
 * @group: a check's group
 *
 * Returns: (transfer none): its name for a heading, translated; @group itself where it is none of
 *   ours
 */
const char *
hostel_host_check_group_to_title (const char *group)
{
  guint rank;

  g_return_val_if_fail (group != NULL, "");

  rank = group_rank (group);

  return rank < G_N_ELEMENTS (groups) ? _(groups[rank].title) : group;
}

/**
 * hostel_check_state_to_label:
 * @state: a check's state
 *
 * Returns: (transfer none): the word for it, translated
 */
const char *
hostel_check_state_to_label (HostelCheckState state)
{
  switch (state)
    {
    case HOSTEL_CHECK_STATE_GOOD:           return C_("host check", "good");
    case HOSTEL_CHECK_STATE_NOTE:           return C_("host check", "note");
    case HOSTEL_CHECK_STATE_WARNING:        return C_("host check", "warning");
    case HOSTEL_CHECK_STATE_MISSING:        return C_("host check", "missing");
    case HOSTEL_CHECK_STATE_NOT_APPLICABLE: return C_("host check", "not needed");
    case HOSTEL_CHECK_STATE_UNKNOWN:
    default:                                return C_("host check", "unknown");
    }
}
