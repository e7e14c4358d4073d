/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 does not tell which snapshot is the current one. */
#define G_LOG_DOMAIN "hostel-snapshot"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-connection-call.h"
#include "hostel-snapshot-list.h"
#include "hostel-snapshot-steps-private.h"

#define EXTERNAL "/domainsnapshot/disks/disk[@snapshot = 'external']/@snapshot | " \
                 "/domainsnapshot/memory[@snapshot = 'external']/@snapshot"

/* The machine, for a worker. */
typedef struct
{
  char *uuid; /* owned */
  char *name; /* owned */
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->uuid);
  g_free (order->name);
  g_free (order);
}

void
hostel_snapshot_free (HostelSnapshot *self)
{
  g_free (self->name);
  g_free (self->parent);
  g_free (self->note);
  g_free (self->state);
  g_free (self);
}

static char *
dup_state (xmlDocPtr doc)
{
  g_autofree char *state = hostel_xml_dup_string (doc, NULL, "/domainsnapshot/state");

  return g_strdup (state == NULL ? "" : g_str_equal (state, "shutoff") ? "off"
                   : g_str_equal (state, "blocked") ? "running" : state);
}

/**
 * hostel_snapshot_new_from_xml:
 * @xml: (nullable): what libvirt says of it
 *
 * Returns: (transfer full) (nullable): a snapshot, "current" and "depth" not known
 */
HostelSnapshot *
hostel_snapshot_new_from_xml (const char *xml)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
  g_autofree char *name = doc != NULL ? hostel_xml_dup_string (doc, NULL, "/domainsnapshot/name") : NULL;
  g_autofree char *external = NULL;
  g_autofree char *memory = NULL;
  HostelSnapshot *self;

  if (name == NULL)
    return NULL;

  external = hostel_xml_dup_string (doc, NULL, EXTERNAL);
  memory = hostel_xml_dup_string (doc, NULL, "/domainsnapshot/memory/@snapshot");
  self = g_new0 (HostelSnapshot, 1);
  self->name = g_steal_pointer (&name);
  self->parent = hostel_xml_dup_string (doc, NULL, "/domainsnapshot/parent/name");
  self->note = hostel_xml_dup_string (doc, NULL, "/domainsnapshot/description");
  if (self->note == NULL)
    self->note = g_strdup ("");
  self->state = dup_state (doc);
  self->created = (gint64) hostel_xml_get_uint64 (doc, NULL, "/domainsnapshot/creationTime");
  self->kind = external != NULL ? HOSTEL_SNAPSHOT_EXTERNAL : HOSTEL_SNAPSHOT_INTERNAL;
  self->memory = memory != NULL && !g_str_equal (memory, "no");

  return self;
}

/**
 * hostel_snapshot_dup_label:
 *
 * Returns: (transfer full): what is kept, in words
 */
char *
hostel_snapshot_dup_label (const HostelSnapshot *self)
{
  const char *what = self->memory ? _("disks and memory") : _("disks");

  if (self->kind == HOSTEL_SNAPSHOT_EXTERNAL)
    return g_strdup_printf (_("%s, in files of another program"), what);

  return g_strdup (what);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const HostelSnapshot *first = *(HostelSnapshot * const *) a;
  const HostelSnapshot *second = *(HostelSnapshot * const *) b;

  if (first->created != second->created)
    return first->created < second->created ? -1 : 1;

  return g_strcmp0 (first->name, second->name);
}

static gboolean
has_name (GPtrArray  *snapshots,
          const char *name)
{
  for (guint i = 0; name != NULL && i < snapshots->len; i++)
    if (g_str_equal (((HostelSnapshot *) snapshots->pdata[i])->name, name))
      return TRUE;

  return FALSE;
}

/* Moves the children of @parent, and theirs, from @left to @sorted; none is there twice, whatever the host says. */
static void
move_children (GPtrArray  *left,
               GPtrArray  *sorted,
               const char *parent,
               guint       depth)
{
  for (guint i = 0; i < left->len; )
    {
      HostelSnapshot *snapshot = left->pdata[i];

      if (g_strcmp0 (snapshot->parent, parent) != 0)
        {
          i++;
          continue;
        }
      snapshot->depth = depth;
      g_ptr_array_add (sorted, g_ptr_array_steal_index (left, i));
      move_children (left, sorted, snapshot->name, depth + 1);
      /* What was moved may have been before this one, too. */
      i = 0;
    }
}

/**
 * hostel_snapshot_sort:
 * @snapshots: (element-type HostelSnapshot): of one machine
 *
 * Puts them into the tree's order and sets "depth".
 */
void
hostel_snapshot_sort (GPtrArray *snapshots)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();

  while (snapshots->len > 0)
    g_ptr_array_add (left, g_ptr_array_steal_index (snapshots, 0));
  g_ptr_array_sort (left, compare);

  for (guint i = 0; i < left->len; i++)
    {
      HostelSnapshot *snapshot = left->pdata[i];

      if (snapshot->parent != NULL && !has_name (left, snapshot->parent))
        g_clear_pointer (&snapshot->parent, g_free);
    }
  move_children (left, snapshots, NULL, 0);
  while (left->len > 0)
    g_ptr_array_add (snapshots, g_ptr_array_steal_index (left, 0));
}

/* Of HostelSnapshot, in the tree's order; %NULL on error. Blocks: for a worker. */
GPtrArray *
hostel_snapshot_read_all (virDomainPtr   domain,
                          GError       **error)
{
  g_autoptr (GPtrArray) snapshots = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_snapshot_free);
  const char *name = virDomainGetName (domain);
  virDomainSnapshotPtr *handles = NULL;
  int n = virDomainListAllSnapshots (domain, &handles, 0);

  if (n < 0)
    {
      hostel_virt_set_error (error, _("The snapshots of “%s” cannot be read."), name);
      return NULL;
    }

  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = virDomainSnapshotGetXMLDesc (handles[i], 0);
      HostelSnapshot *snapshot = hostel_snapshot_new_from_xml (xml);

      /* One that went meanwhile. */
      if (snapshot != NULL)
        {
          snapshot->current = virDomainSnapshotIsCurrent (handles[i], 0) == 1;
          g_ptr_array_add (snapshots, snapshot);
        }
      virDomainSnapshotFree (handles[i]);
    }
  free (handles);
  hostel_snapshot_sort (snapshots);

  return g_steal_pointer (&snapshots);
}

static void
list_worker (GTask         *task,
             virConnectPtr  handle,
             gpointer       task_data)
{
  const Order *order = task_data;
  GError *error = NULL;
  g_autoptr (virDomain) domain = hostel_virt_lookup_domain (handle, order->uuid, order->name, &error);
  GPtrArray *snapshots = domain != NULL ? hostel_snapshot_read_all (domain, &error) : NULL;

  if (snapshots != NULL)
    g_task_return_pointer (task, snapshots, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hostel_snapshot_list_async:
 * @domain: a machine
 * @callback: called on the main thread
 * @user_data: for @callback
 */
void
hostel_snapshot_list_async (HostelDomain        *domain,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;
  Order *order;

  g_return_if_fail (HOSTEL_IS_DOMAIN (domain));

  task = g_task_new (domain, NULL, callback, user_data);
  g_task_set_source_tag (task, hostel_snapshot_list_async);
  order = g_new0 (Order, 1);
  order->uuid = g_strdup (hostel_domain_get_uuid (domain));
  order->name = g_strdup (hostel_domain_get_name (domain));
  g_task_set_task_data (task, order, order_free);
  hostel_domain_call (domain, task, list_worker);
}

/**
 * hostel_snapshot_list_finish:
 *
 * Returns: (transfer full) (nullable) (element-type HostelSnapshot): sorted
 */
GPtrArray *
hostel_snapshot_list_finish (HostelDomain  *domain,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, domain), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
