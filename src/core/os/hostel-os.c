/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-os"

#include "config.h"

#include "hostel-os-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (HostelOs, hostel_os, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_SHORT_ID,
  PROP_NAME,
  PROP_DISTRO,
  PROP_VERSION,
  PROP_MEMORY,
  PROP_MEMORY_MINIMUM,
  PROP_VCPUS,
  PROP_DISK_SIZE,
  PROP_RELEASE_DATE,
  PROP_IMAGE_URL,
  PROP_END_OF_LIFE,
  PROP_USER_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_os_finalize (GObject *object)
{
  HostelOs *self = HOSTEL_OS (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->short_id, g_free);
  g_clear_pointer (&self->short_ids, g_strfreev);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->distro, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->codename, g_free);
  g_clear_pointer (&self->release_date, g_free);
  g_clear_pointer (&self->image_url, g_free);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->image_names, g_ptr_array_unref);
  g_clear_pointer (&self->discs, g_ptr_array_unref);

  G_OBJECT_CLASS (hostel_os_parent_class)->finalize (object);
}

static void
hostel_os_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  HostelOs *self = HOSTEL_OS (object);

  switch (prop_id)
    {
    case PROP_ID:             g_value_set_string (value, self->id); break;
    case PROP_SHORT_ID:       g_value_set_string (value, self->short_id); break;
    case PROP_NAME:           g_value_set_string (value, self->name); break;
    case PROP_DISTRO:         g_value_set_string (value, self->distro); break;
    case PROP_VERSION:        g_value_set_string (value, self->version); break;
    case PROP_MEMORY:         g_value_set_uint (value, self->memory); break;
    case PROP_MEMORY_MINIMUM: g_value_set_uint (value, self->memory_minimum); break;
    case PROP_VCPUS:          g_value_set_uint (value, self->vcpus); break;
    case PROP_DISK_SIZE:      g_value_set_uint64 (value, self->disk_size); break;
    case PROP_RELEASE_DATE:   g_value_set_string (value, self->release_date); break;
    case PROP_IMAGE_URL:      g_value_set_string (value, self->image_url); break;
    case PROP_END_OF_LIFE:    g_value_set_boolean (value, self->end_of_life); break;
    case PROP_USER_NAME:      g_value_set_string (value, self->user_name); break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_os_class_init (HostelOsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const struct { guint prop; const char *name; } strings[] = {
    { PROP_ID, "id" }, { PROP_SHORT_ID, "short-id" }, { PROP_NAME, "name" },
    { PROP_DISTRO, "distro" }, { PROP_VERSION, "version" }, { PROP_IMAGE_URL, "image-url" },
    { PROP_RELEASE_DATE, "release-date" }, { PROP_USER_NAME, "user-name" },
  };
  static const struct { guint prop; const char *name; } numbers[] = {
    { PROP_MEMORY, "memory" }, { PROP_MEMORY_MINIMUM, "memory-minimum" }, { PROP_VCPUS, "vcpus" },
  };
  guint i;

  object_class->finalize = hostel_os_finalize;
  object_class->get_property = hostel_os_get_property;

  for (i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].prop] = g_param_spec_string (strings[i].name, NULL, NULL, "", ro);
  for (i = 0; i < G_N_ELEMENTS (numbers); i++)
    properties[numbers[i].prop] =
      g_param_spec_uint (numbers[i].name, NULL, NULL, 0, G_MAXUINT, 0, ro);
  properties[PROP_DISK_SIZE] =
    g_param_spec_uint64 ("disk-size", NULL, NULL, 0, G_MAXUINT64, 0, ro);
  properties[PROP_END_OF_LIFE] =
    g_param_spec_boolean ("end-of-life", NULL, NULL, FALSE, ro);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
disc_free (gpointer data)
{
  HostelOsDisc *disc = data;

  g_free (disc->volume_id);
  g_free (disc->system_id);
  g_free (disc->publisher_id);
  g_free (disc->application_id);
  g_free (disc->kernel);
  g_free (disc->initrd);
  g_free (disc);
}

static void
hostel_os_init (HostelOs *self)
{
  self->image_names = g_ptr_array_new_with_free_func (g_free);
  self->discs = g_ptr_array_new_with_free_func (disc_free);
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text ? text : "");
}

static char *
dup_codename (const char *codename)
{
  g_auto (GStrv) words = NULL;

  if (codename == NULL || *codename == '\0')
    return g_strdup ("");

  /* "Jammy Jellyfish" is "jammy" in every file name. */
  words = g_strsplit (codename, " ", 2);

  return g_ascii_strdown (words[0], -1);
}

static void
read_resources (HostelOs            *self,
                OsinfoResourcesList *list,
                const char          *arch,
                gboolean             minimum)
{
  int i;

  for (i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoResources *resources = OSINFO_RESOURCES (osinfo_list_get_nth (OSINFO_LIST (list), i));
      const char *resources_arch = osinfo_resources_get_architecture (resources);
      gint64 ram = osinfo_resources_get_ram (resources);
      gint64 storage = osinfo_resources_get_storage (resources);
      int cpus = osinfo_resources_get_n_cpus (resources);

      if (g_strcmp0 (resources_arch, "all") != 0 && g_strcmp0 (resources_arch, arch) != 0)
        continue;

      if (ram > 0)
        self->memory = MAX (self->memory, (guint) (ram >> 20));
      if (ram > 0 && minimum)
        self->memory_minimum = (guint) (ram >> 20);
      if (storage > 0)
        self->disk_size = MAX (self->disk_size, (guint64) storage);
      if (cpus > 0)
        self->vcpus = MAX (self->vcpus, (guint) cpus);
    }
}

static void
read_images (HostelOs   *self,
             OsinfoOs   *osinfo,
             const char *arch)
{
  g_autoptr (OsinfoImageList) images = osinfo_os_get_image_list (osinfo);
  int i;

  for (i = 0; i < osinfo_list_get_length (OSINFO_LIST (images)); i++)
    {
      OsinfoImage *image = OSINFO_IMAGE (osinfo_list_get_nth (OSINFO_LIST (images), i));
      const char *url = osinfo_image_get_url (image);
      const char *format = osinfo_image_get_format (image);
      const char *slash = url ? strrchr (url, '/') : NULL;

      /* "containerdisk" is a registry's address and "vmdk" cannot be used as it is. */
      if (slash == NULL || (g_strcmp0 (format, "qcow2") != 0 && g_strcmp0 (format, "raw") != 0))
        continue;

      g_ptr_array_add (self->image_names, g_ascii_strdown (slash + 1, -1));
      if (*self->image_url == '\0' && osinfo_image_get_cloud_init (image) &&
          g_strcmp0 (osinfo_image_get_architecture (image), arch) == 0)
        {
          g_free (self->image_url);
          self->image_url = g_strdup (url);
        }
    }
}

/* A live system's kernel starts a desktop; but Ubuntu's server disc is a live system, too, whose
 * installer speaks on a serial line. */
static gboolean
starts_installer (OsinfoMedia *media)
{
  return osinfo_media_get_installer (media) &&
         (!osinfo_media_get_live (media) ||
          strstr (osinfo_media_get_volume_id (media), "Server") != NULL);
}

static void
read_discs (HostelOs   *self,
            OsinfoOs   *osinfo,
            const char *arch)
{
  g_autoptr (OsinfoMediaList) list = osinfo_os_get_media_list (osinfo);
  int i;

  for (i = 0; i < osinfo_list_get_length (OSINFO_LIST (list)); i++)
    {
      OsinfoMedia *media = OSINFO_MEDIA (osinfo_list_get_nth (OSINFO_LIST (list), i));
      const char *media_arch = osinfo_media_get_architecture (media);
      const char *kernel = osinfo_media_get_kernel_path (media);
      const char *initrd = osinfo_media_get_initrd_path (media);
      HostelOsDisc *disc;

      if (osinfo_media_get_volume_id (media) == NULL ||
          (g_strcmp0 (media_arch, "all") != 0 && g_strcmp0 (media_arch, arch) != 0))
        continue;

      disc = g_new0 (HostelOsDisc, 1);
      disc->volume_id = g_strdup (osinfo_media_get_volume_id (media));
      disc->system_id = g_strdup (osinfo_media_get_system_id (media));
      disc->publisher_id = g_strdup (osinfo_media_get_publisher_id (media));
      disc->application_id = g_strdup (osinfo_media_get_application_id (media));
      if (kernel != NULL && initrd != NULL && starts_installer (media))
        {
          disc->kernel = g_strdup (kernel);
          disc->initrd = g_strdup (initrd);
        }
      g_ptr_array_add (self->discs, disc);
    }
}

static gboolean
is_past (GDate *date)
{
  g_autoptr (GDateTime) now = NULL;
  g_autoptr (GDate) today = NULL;

  if (date == NULL || !g_date_valid (date))
    return FALSE;

  now = g_date_time_new_now_utc ();
  today = g_date_new_dmy ((GDateDay) g_date_time_get_day_of_month (now),
                          (GDateMonth) g_date_time_get_month (now),
                          (GDateYear) g_date_time_get_year (now));

  return g_date_compare (date, today) < 0;
}

/*< private >
 * hostel_os_new_from_osinfo:
 * @osinfo: libosinfo's own object, which stays in the loading thread
 * @arch: the architecture to choose resources and images for, as uname -m has it
 *
 * Returns: (transfer full): a copy of what is needed of it
 */
HostelOs *
hostel_os_new_from_osinfo (OsinfoOs   *osinfo,
                           const char *arch)
{
  OsinfoProduct *product = OSINFO_PRODUCT (osinfo);
  HostelOs *self = g_object_new (HOSTEL_TYPE_OS, NULL);
  g_autoptr (OsinfoResourcesList) recommended = NULL;
  g_autoptr (OsinfoResourcesList) minimum = NULL;
  g_autoptr (GDate) end = osinfo_product_get_eol_date (product);
  g_autoptr (GStrvBuilder) short_ids = g_strv_builder_new ();
  GList *ids = osinfo_product_get_short_id_list (product);
  GList *iter;

  for (iter = ids; iter; iter = iter->next)
    g_strv_builder_add (short_ids, iter->data);
  g_list_free (ids);

  self->id = dup_or_empty (osinfo_entity_get_id (OSINFO_ENTITY (osinfo)));
  self->short_id = dup_or_empty (osinfo_product_get_short_id (product));
  self->short_ids = g_strv_builder_end (short_ids);
  self->name = dup_or_empty (osinfo_product_get_name (product));
  self->distro = dup_or_empty (osinfo_os_get_distro (osinfo));
  self->version = dup_or_empty (osinfo_product_get_version (product));
  self->codename = dup_codename (osinfo_product_get_codename (product));
  self->release_date = dup_or_empty (osinfo_product_get_release_date_string (product));
  self->user_name = dup_or_empty (osinfo_os_get_cloud_image_username (osinfo));
  self->image_url = g_strdup ("");
  self->end_of_life = is_past (end);

  minimum = osinfo_os_get_minimum_resources (osinfo);
  recommended = osinfo_os_get_recommended_resources (osinfo);
  read_resources (self, minimum, arch, TRUE);
  read_resources (self, recommended, arch, FALSE);
  read_images (self, osinfo, arch);
  read_discs (self, osinfo, arch);

  return self;
}

/*< private >
 * hostel_os_borrow:
 * @self: an OS about whose resources libosinfo says nothing, "Rocky Linux 9 Unknown" for one
 * @other: a release of the same family
 */
void
hostel_os_borrow (HostelOs *self,
                  HostelOs *other)
{
  self->memory = other->memory;
  self->memory_minimum = other->memory_minimum;
  self->vcpus = other->vcpus;
  self->disk_size = other->disk_size;
}

/*< private >
 * hostel_os_new_like:
 * @other: (nullable): an older release of the same distribution
 * @id: what libosinfo calls the new one
 * @short_id: likewise
 * @name: likewise
 *
 * The caller sets distribution and version.
 *
 * Returns: (transfer full): a release that the database does not know
 */
HostelOs *
hostel_os_new_like (HostelOs   *other,
                    const char *id,
                    const char *short_id,
                    const char *name)
{
  const char *short_ids[] = { short_id, NULL };
  HostelOs *self = g_object_new (HOSTEL_TYPE_OS, NULL);

  self->newer = TRUE;
  self->id = g_strdup (id);
  self->short_id = g_strdup (short_id);
  self->short_ids = g_strdupv ((char **) short_ids);
  self->name = g_strdup (name);
  self->codename = g_strdup ("");
  self->release_date = g_strdup ("");
  self->image_url = g_strdup ("");
  self->user_name = g_strdup (other != NULL ? other->user_name : "");
  if (other != NULL)
    hostel_os_borrow (self, other);

  return self;
}

/**
 * hostel_os_get_id:
 * @self: an OS
 *
 * Returns: libosinfo's URI of it, which goes into a domain's metadata
 */
const char *
hostel_os_get_id (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->id;
}

const char *
hostel_os_get_short_id (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->short_id;
}

const char *
hostel_os_get_name (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->name;
}

const char *
hostel_os_get_distro (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->distro;
}

const char *
hostel_os_get_version (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->version;
}

const char *
hostel_os_get_release_date (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->release_date;
}

/**
 * hostel_os_get_memory:
 * @self: an OS
 *
 * Returns: the recommended memory in MiB, the least where nothing is recommended, 0 where libosinfo
 *   says nothing
 */
guint
hostel_os_get_memory (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), 0);

  return self->memory;
}

guint
hostel_os_get_memory_minimum (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), 0);

  return self->memory_minimum;
}

guint
hostel_os_get_vcpus (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), 0);

  return self->vcpus;
}

guint64
hostel_os_get_disk_size (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), 0);

  return self->disk_size;
}

const char *
hostel_os_get_image_url (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->image_url;
}

const char *
hostel_os_get_user_name (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), NULL);

  return self->user_name;
}

/**
 * hostel_os_is_newer:
 * @self: an OS
 *
 * Returns: whether it came after the database of this computer, so that other programs here do not
 *   know its id
 */
gboolean
hostel_os_is_newer (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), FALSE);

  return self->newer;
}

gboolean
hostel_os_get_end_of_life (HostelOs *self)
{
  g_return_val_if_fail (HOSTEL_IS_OS (self), FALSE);

  return self->end_of_life;
}
