/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-catalogue-group"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-catalogue-group.h"
#include "hostel-catalogue-row.h"
#include "hostel-image-fetches.h"

/* What is shown before somebody asks for more. */
#define FIRST_ROWS 8

struct _HostelCatalogueGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkSearchEntry      *search;       /* borrowed: template children */
  GtkListBox          *list;
  GtkWidget           *more_button;
  GtkWidget           *nothing;

  GPtrArray           *rows;         /* owned, of borrowed HostelCatalogueRow, as the catalogue */
  GPtrArray           *images;       /* owned, nullable: what is kept, HostelStoredImage */
  guint                show_all : 1;
};

G_DEFINE_FINAL_TYPE (HostelCatalogueGroup, hostel_catalogue_group, ADW_TYPE_PREFERENCES_GROUP)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
is_of_this_computer (HostelImageEntry *entry)
{
  return hostel_image_catalogue_lookup (hostel_image_catalogue_get_default (),
                                        hostel_image_entry_get_id (entry)) == entry;
}

static gboolean
is_first_choice (HostelCatalogueRow *row)
{
  HostelImageEntry *entry = hostel_catalogue_row_get_entry (row);

  return is_of_this_computer (entry) && !hostel_image_entry_get_end_of_life (entry) &&
         *hostel_image_entry_get_checksums_url (entry) != '\0';
}

/* Where nothing is looked for: what is here or on its way, and the first few of those that are
 * good; a search looks through all. */
static void
filter_cb (HostelCatalogueGroup *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint shown = 0;
  guint left = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      HostelCatalogueRow *row = self->rows->pdata[i];
      HostelImageEntry *entry = hostel_catalogue_row_get_entry (row);
      gboolean here = hostel_catalogue_row_get_stored (row) != NULL ||
                      hostel_image_fetches_lookup (hostel_image_fetches_get_default (), entry) != NULL;
      gboolean visible;

      if (*words != '\0')
        visible = hostel_image_entry_matches (entry, words);
      else if (self->show_all)
        visible = here || is_of_this_computer (entry);
      else
        visible = here || (shown < FIRST_ROWS && is_first_choice (row));

      left += !visible && is_of_this_computer (entry);
      shown += visible;
      gtk_widget_set_visible (GTK_WIDGET (row), visible);
    }

  gtk_widget_set_visible (self->more_button, *words == '\0' && !self->show_all && left > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->list), shown > 0);
  gtk_widget_set_visible (self->nothing, shown == 0 && *words != '\0');
}

static int
compare_rows (GtkListBoxRow *a,
              GtkListBoxRow *b,
              gpointer       user_data)
{
  HostelCatalogueGroup *self = user_data;
  gboolean first = hostel_catalogue_row_get_stored (HOSTEL_CATALOGUE_ROW (a)) != NULL;
  gboolean second = hostel_catalogue_row_get_stored (HOSTEL_CATALOGUE_ROW (b)) != NULL;
  guint i = 0;
  guint j = 0;

  if (first != second)
    return first ? -1 : 1;

  g_ptr_array_find (self->rows, a, &i);
  g_ptr_array_find (self->rows, b, &j);

  return i < j ? -1 : i > j;
}

static void
row_chosen_cb (HostelCatalogueGroup *self,
               const char           *path)
{
  g_signal_emit (self, signals[CHOSEN], 0, path);
}

static void
row_activated_cb (HostelCatalogueGroup *self,
                  GtkListBoxRow        *row)
{
  hostel_catalogue_row_activate (HOSTEL_CATALOGUE_ROW (row));
}

static HostelStoredImage *
find_stored (HostelCatalogueGroup *self,
             HostelImageEntry     *entry)
{
  for (guint i = 0; self->images != NULL && i < self->images->len; i++)
    if (g_str_equal (hostel_stored_image_get_id (self->images->pdata[i]),
                     hostel_image_entry_get_id (entry)) &&
        g_str_equal (hostel_stored_image_get_arch (self->images->pdata[i]),
                     hostel_image_entry_get_arch (entry)))
      return self->images->pdata[i];

  return NULL;
}

static void
fill (HostelCatalogueGroup *self)
{
  GListModel *entries = G_LIST_MODEL (hostel_image_catalogue_get_default ());

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (HostelImageEntry) entry = g_list_model_get_item (entries, i);
      GtkWidget *row = hostel_catalogue_row_new (entry);

      hostel_catalogue_row_set_stored (HOSTEL_CATALOGUE_ROW (row), find_stored (self, entry));
      g_signal_connect_object (row, "chosen", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->rows, row);
      gtk_list_box_append (self->list, row);
    }

  gtk_list_box_set_sort_func (self->list, compare_rows, self, NULL);
  filter_cb (self);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
load_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  hostel_image_catalogue_load_sync (hostel_image_catalogue_get_default (), NULL);
  g_task_return_pointer (task, hostel_image_store_list (), (GDestroyNotify) g_ptr_array_unref);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  HostelCatalogueGroup *self = HOSTEL_CATALOGUE_GROUP (object);

  self->images = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->list != NULL)
    fill (self);
}

static void
fetch_ended_cb (HostelCatalogueGroup *self)
{
  if (self->list == NULL)
    return;

  gtk_list_box_invalidate_sort (self->list);
  filter_cb (self);
}

static void
more_cb (HostelCatalogueGroup *self)
{
  self->show_all = TRUE;
  filter_cb (self);
}

static void
hostel_catalogue_group_dispose (GObject *object)
{
  /* The loading holds a reference. */
  HOSTEL_CATALOGUE_GROUP (object)->list = NULL;

  G_OBJECT_CLASS (hostel_catalogue_group_parent_class)->dispose (object);
}

static void
hostel_catalogue_group_finalize (GObject *object)
{
  HostelCatalogueGroup *self = HOSTEL_CATALOGUE_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->images, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_catalogue_group_parent_class)->finalize (object);
}

static void
hostel_catalogue_group_class_init (HostelCatalogueGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_catalogue_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = hostel_catalogue_group_finalize;

  signals[CHOSEN] =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hostel/Hostel/hostel-catalogue-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueGroup, search);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueGroup, list);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueGroup, more_button);
  gtk_widget_class_bind_template_child (widget_class, HostelCatalogueGroup, nothing);
  gtk_widget_class_bind_template_callback (widget_class, filter_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
hostel_catalogue_group_init (HostelCatalogueGroup *self)
{
  g_autoptr (GTask) task = NULL;

  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hostel_accessible_mend (GTK_WIDGET (self));
  hostel_accessible_set_label (GTK_WIDGET (self->search), _("Search Images"));
  g_signal_connect_object (hostel_image_fetches_get_default (), "ended",
                           G_CALLBACK (fetch_ended_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_source_tag (task, hostel_catalogue_group_init);
  g_task_run_in_thread (task, load_worker);
}

/**
 * hostel_catalogue_group_set_chosen:
 * @path: (nullable): the file that is chosen
 *
 * Marks the row whose file that is.
 */
void
hostel_catalogue_group_set_chosen (HostelCatalogueGroup *self,
                                   const char           *path)
{
  g_return_if_fail (HOSTEL_IS_CATALOGUE_GROUP (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      HostelStoredImage *image = hostel_catalogue_row_get_stored (self->rows->pdata[i]);

      hostel_catalogue_row_set_selected (self->rows->pdata[i],
                                         path != NULL && image != NULL &&
                                         g_str_equal (hostel_stored_image_get_path (image), path));
    }
}
