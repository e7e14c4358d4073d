/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-shared-images"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-base-list.h"
#include "hostel-error.h"
#include "hostel-image-store.h"
#include "hostel-removal-dialog.h"
#include "hostel-shared-images.h"
#include "hostel-volume-text.h"

struct _HostelSharedImages
{
  AdwPreferencesGroup  parent_instance;

  HostelConnection    *connection;  /* owned; NULL after dispose */
  GCancellable        *cancellable; /* owned, nullable: the look under way */
  GPtrArray           *bases;       /* owned, nullable: of HostelBase */
  GPtrArray           *images;      /* owned, nullable: what is kept here, for the names */
  GPtrArray           *rows;        /* owned, of borrowed rows: of the bases, in their order */
};

G_DEFINE_FINAL_TYPE (HostelSharedImages, hostel_shared_images, ADW_TYPE_PREFERENCES_GROUP)

static void look_cb (HostelSharedImages *self);

static char *
dup_name (HostelSharedImages *self,
          const HostelBase   *base)
{
  for (guint i = 0; self->images != NULL && i < self->images->len; i++)
    if (g_str_equal (hostel_stored_image_get_sha256 (self->images->pdata[i]), base->sha256))
      return g_strdup (hostel_stored_image_get_name (self->images->pdata[i]));

  /* Translators: of an image whose name is not known, the beginning of its checksum. */
  return g_strdup_printf (_("Image %.12s"), base->sha256);
}

static char *
dup_users (const HostelBase *base)
{
  g_autofree char *size = g_format_size (base->allocation);

  if (base->users[0] == NULL)
    return g_strdup_printf (_("Not used: removing it frees %s"), size);

  return hostel_volume_text_dup_use (size, (const char * const *) base->users);
}

static void
show_text (GtkWidget  *row,
           const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), markup);
  hostel_accessible_set_description (row, text);
}

/* NULL where the row has gone meanwhile. */
static HostelBase *
find_base (HostelSharedImages *self,
           GtkWidget          *row)
{
  guint i;

  return self != NULL && g_ptr_array_find (self->rows, row, &i) ? self->bases->pdata[i] : NULL;
}

static HostelSharedImages *
get_group (GtkWidget *row)
{
  return (HostelSharedImages *) gtk_widget_get_ancestor (row, HOSTEL_TYPE_SHARED_IMAGES);
}

/* A removal under way. The row may be another one at its end. */
typedef struct
{
  HostelSharedImages *self; /* owned, as all */
  char               *path;
} Removal;

static void
removed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Removal *removal = user_data;
  HostelSharedImages *self = removal->self;
  g_autoptr (GError) error = NULL;

  if (hostel_base_remove_finish (HOSTEL_CONNECTION (object), result, &error))
    look_cb (self);
  for (guint i = 0; error != NULL && self->rows != NULL && i < self->rows->len; i++)
    if (g_strcmp0 (gtk_widget_get_tooltip_text (self->rows->pdata[i]), removal->path) == 0)
      {
        g_autofree char *text = g_strjoin (" ", error->message, hostel_error_get_remedy (error),
                                           NULL);

        show_text (self->rows->pdata[i], text);
      }

  g_object_unref (removal->self);
  g_free (removal->path);
  g_free (removal);
}

static void
response_cb (GtkWidget  *row,
             const char *response)
{
  HostelSharedImages *self = get_group (row);
  HostelBase *base = find_base (self, row);
  Removal *removal;

  if (base == NULL || !g_str_equal (response, "remove"))
    return;

  removal = g_new0 (Removal, 1);
  removal->self = g_object_ref (self);
  removal->path = g_strdup (base->path);
  show_text (row, _("Removing…"));
  hostel_base_remove_async (removal->self->connection, base, removed_cb, removal);
}

static void
remove_cb (GtkWidget *row)
{
  HostelSharedImages *self = get_group (row);
  HostelBase *base = find_base (self, row);
  g_autofree char *name = dup_name (self, base);
  g_autofree char *size = g_format_size (base->allocation);
  g_autofree char *body = g_strdup_printf (_("It frees %s. The next machine of this image copies it "
                                             "to the host again."), size);

  g_signal_connect_object (hostel_removal_dialog_ask (row, name, body), "response",
                           G_CALLBACK (response_cb), row, G_CONNECT_SWAPPED);
}

static void
add_row (HostelSharedImages *self,
         HostelBase         *base)
{
  g_autofree char *name = dup_name (self, base);
  g_autofree char *title = g_markup_escape_text (name, -1);
  g_autofree char *users = dup_users (base);
  g_autofree char *label = g_strdup_printf (_("Remove %s from This Host"), name);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "title", title, "title-lines", 1,
                                 "subtitle-lines", 0, "activatable", FALSE,
                                 "tooltip-text", base->path, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_sensitive (button, base->users[0] == NULL);
  gtk_widget_set_tooltip_text (button, label);
  hostel_accessible_set_label (button, label);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), row, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  hostel_accessible_set_label (row, name);
  show_text (row, users);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
show_all (HostelSharedImages *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; self->bases != NULL && i < self->bases->len; i++)
    add_row (self, self->bases->pdata[i]);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (HostelSharedImages) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bases = hostel_base_list_finish (HOSTEL_CONNECTION (object), result, &error);

  /* The host's page tells already what is wrong with it. */
  if (bases == NULL)
    g_debug ("%s", error->message);
  if (bases == NULL || self->rows == NULL)
    return;

  g_clear_pointer (&self->bases, g_ptr_array_unref);
  self->bases = g_steal_pointer (&bases);
  show_all (self);
}

static void
kept_loaded_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (HostelSharedImages) self = user_data;
  g_autoptr (GPtrArray) images = hostel_image_store_list_finish (result, NULL);

  if (images == NULL || self->connection == NULL)
    return;

  g_clear_pointer (&self->images, g_ptr_array_unref);
  self->images = g_steal_pointer (&images);
  hostel_base_list_async (self->connection, self->cancellable, listed_cb, g_object_ref (self));
}

static void
stop (HostelSharedImages *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
look_cb (HostelSharedImages *self)
{
  stop (self);
  if (self->connection == NULL ||
      hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  self->cancellable = g_cancellable_new ();
  hostel_image_store_list_async (self->cancellable, kept_loaded_cb, g_object_ref (self));
}

static void
hostel_shared_images_dispose (GObject *object)
{
  HostelSharedImages *self = HOSTEL_SHARED_IMAGES (object);

  stop (self);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hostel_shared_images_parent_class)->dispose (object);
}

static void
hostel_shared_images_finalize (GObject *object)
{
  HostelSharedImages *self = HOSTEL_SHARED_IMAGES (object);

  g_clear_pointer (&self->bases, g_ptr_array_unref);
  g_clear_pointer (&self->images, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_shared_images_parent_class)->finalize (object);
}

static void
hostel_shared_images_class_init (HostelSharedImagesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_shared_images_dispose;
  object_class->finalize = hostel_shared_images_finalize;
}

static void
hostel_shared_images_init (HostelSharedImages *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * hostel_shared_images_new:
 * @connection: the host
 *
 * Returns: (transfer floating): a group that reads what @connection has, when that answers
 */
GtkWidget *
hostel_shared_images_new (HostelConnection *connection)
{
  HostelSharedImages *self;
  g_autofree char *title = NULL;
  g_autofree char *markup = NULL;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (connection), NULL);

  self = g_object_new (HOSTEL_TYPE_SHARED_IMAGES, NULL);
  self->connection = g_object_ref (connection);
  /* Translators: the heading of a list of images; the name of a host. */
  title = g_strdup_printf (_("Shared by Machines on %s"), hostel_connection_get_title (connection));
  markup = g_markup_escape_text (title, -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), markup);
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (look_cb), self, G_CONNECT_SWAPPED);
  look_cb (self);

  return GTK_WIDGET (self);
}
