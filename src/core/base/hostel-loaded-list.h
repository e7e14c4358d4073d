/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_LOADED_LIST (hostel_loaded_list_get_type ())

/* A GListModel of what is read once from disk, in the thread of the first that needs it, and never
 * changes after that. Any thread may read the table; the items appear in the model in the main one. */
G_DECLARE_DERIVABLE_TYPE (HostelLoadedList, hostel_loaded_list, HOSTEL, LOADED_LIST, GObject)

struct _HostelLoadedListClass
{
  GObjectClass   parent_class;

  GType          item_type;
  /* In any thread, once at a time; NULL with an error set where it is to be tried again. */
  GPtrArray   *(*load)     (HostelLoadedList  *self,
                            GError           **error);
};

GPtrArray *hostel_loaded_list_get_table   (HostelLoadedList     *self);
gboolean   hostel_loaded_list_load_sync   (HostelLoadedList     *self,
                                           GError              **error);
void       hostel_loaded_list_load_async  (HostelLoadedList     *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean   hostel_loaded_list_load_finish (HostelLoadedList     *self,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
