/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-recipe"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "hostel-cloud-secrets.h"
#include "hostel-error.h"
#include "hostel-recipe-private.h"
#include "hostel-user-data.h"
#include "hostel-yaml.h"

#define VERSION 1
#define HEADER "# A recipe of Hostel: hostel-cli create --recipe FILE --name NAME --image IMAGE"

struct _HostelRecipe
{
  GObject  parent_instance;

  char    *id;          /* owned, as all; never NULL but for "path" */
  char    *title;
  char    *description;
  char    *image;
  char    *user_data;
  char    *path;        /* nullable */
  GStrv    left_out;    /* nullable until it is made of a machine */
  gboolean unread;      /* may hold secrets that nobody looked for */
  guint64  disk_size;   /* bytes */
  guint    memory;      /* MiB */
  guint    vcpus;
};

G_DEFINE_FINAL_TYPE (HostelRecipe, hostel_recipe, G_TYPE_OBJECT)

static const char * const keys[] = {
  "recipe", "title", "description", "memory", "vcpus", "disk", "image", "user-data",
};

static void
hostel_recipe_finalize (GObject *object)
{
  HostelRecipe *self = HOSTEL_RECIPE (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->description);
  g_free (self->image);
  g_free (self->user_data);
  g_free (self->path);
  g_strfreev (self->left_out);

  G_OBJECT_CLASS (hostel_recipe_parent_class)->finalize (object);
}

static void
hostel_recipe_class_init (HostelRecipeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hostel_recipe_finalize;
}

static void
hostel_recipe_init (HostelRecipe *self)
{
}

static gboolean
refuse (HostelYaml  *node,
        const char  *problem,
        GError     **error)
{
  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Correct the file."), NULL, "%s", problem);
  if (node != NULL && node->line > 0)
    hostel_error_set_line (error, node->line);

  return FALSE;
}

static gboolean
check_keys (HostelYaml  *root,
            GError     **error)
{
  for (guint i = 0; i < hostel_yaml_get_length (root); i++)
    {
      const char *key = hostel_yaml_get_key (root, i);
      gboolean known = FALSE;

      for (gsize j = 0; j < G_N_ELEMENTS (keys); j++)
        known = known || g_strcmp0 (key, keys[j]) == 0;
      if (!known)
        {
          g_autofree char *problem =
            g_strdup_printf (_("A recipe has no “%s”."), key != NULL ? key : "");

          return refuse (hostel_yaml_get_child (root, i), problem, error);
        }
    }

  return TRUE;
}

/* A text, or "" where it is not there. */
static gboolean
read_text (HostelYaml  *root,
           const char  *key,
           char       **value,
           GError     **error)
{
  HostelYaml *node = hostel_yaml_lookup (root, key);
  const char *text = node != NULL ? hostel_yaml_get_string (node) : "";
  g_autofree char *problem = NULL;

  if (text != NULL)
    {
      *value = g_strdup (text);
      return TRUE;
    }
  problem = g_strdup_printf (_("“%s” is not a text."), key);

  return refuse (node, problem, error);
}

static gboolean
read_count (HostelYaml  *root,
            const char  *key,
            guint        minimum,
            guint        maximum,
            guint       *value,
            GError     **error)
{
  HostelYaml *node = hostel_yaml_lookup (root, key);
  g_autoptr (GError) cause = NULL;
  const char *text = node != NULL ? hostel_yaml_get_string (node) : NULL;
  g_autofree char *problem = NULL;

  if (node == NULL ||
      (text != NULL && hostel_parse_count (text, minimum, maximum, value, &cause)))
    return TRUE;

  problem = g_strdup_printf ("%s: %s", key, cause != NULL ? cause->message : _("Not a number."));

  return refuse (node, problem, error);
}

static gboolean
read_memory (HostelRecipe  *self,
             HostelYaml    *root,
             GError       **error)
{
  HostelYaml *node = hostel_yaml_lookup (root, "memory");
  g_autoptr (GError) cause = NULL;
  const char *text = node != NULL ? hostel_yaml_get_string (node) : NULL;
  g_autofree char *problem = NULL;

  if (node == NULL)
    return TRUE;
  if (text != NULL && hostel_parse_memory (text, &self->memory, &cause))
    {
      if (self->memory >= HOSTEL_MACHINE_SPEC_MIN_MEMORY)
        return TRUE;
      problem = g_strdup_printf (_("memory: less than %d MiB."), HOSTEL_MACHINE_SPEC_MIN_MEMORY);
    }
  else
    problem = g_strdup_printf ("memory: %s", cause != NULL ? cause->message : _("Not a size."));

  return refuse (node, problem, error);
}

static gboolean
read_disk (HostelRecipe  *self,
           HostelYaml    *root,
           GError       **error)
{
  HostelYaml *node = hostel_yaml_lookup (root, "disk");
  g_autoptr (GError) cause = NULL;
  const char *text = node != NULL ? hostel_yaml_get_string (node) : NULL;
  g_autofree char *problem = NULL;

  if (node == NULL || (text != NULL && hostel_parse_size (text, &self->disk_size, &cause)))
    return TRUE;

  problem = g_strdup_printf ("disk: %s", cause != NULL ? cause->message : _("Not a size."));

  return refuse (node, problem, error);
}

static gboolean
check_user_data (HostelRecipe  *self,
                 HostelYaml    *root,
                 GError       **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (self->user_data, strlen (self->user_data));
  g_autoptr (GError) cause = NULL;

  if (*self->user_data == '\0' || hostel_user_data_check (bytes, &cause))
    return TRUE;

  return refuse (hostel_yaml_lookup (root, "user-data"), cause->message, error);
}

static gboolean
read_root (HostelRecipe  *self,
           HostelYaml    *root,
           GError       **error)
{
  HostelYaml *version = hostel_yaml_is_mapping (root) ? hostel_yaml_lookup (root, "recipe") : NULL;

  if (version == NULL)
    return refuse (NULL, _("This is not a recipe: it has no “recipe: 1”."), error);
  if (hostel_yaml_get_value_type (version) != HOSTEL_YAML_TYPE_INTEGER ||
      hostel_yaml_get_integer (version) != VERSION)
    return refuse (version, _("The recipe was made by a newer Hostel."), error);

  if (!check_keys (root, error) || !read_text (root, "title", &self->title, error) ||
      !read_text (root, "description", &self->description, error) ||
      !read_text (root, "image", &self->image, error) ||
      !read_text (root, "user-data", &self->user_data, error) ||
      !read_memory (self, root, error) ||
      !read_count (root, "vcpus", 1, HOSTEL_MACHINE_SPEC_MAX_VCPUS, &self->vcpus, error) ||
      !read_disk (self, root, error) || !check_user_data (self, root, error))
    return FALSE;

  if (*self->title == '\0')
    return refuse (root, _("The recipe has no title."), error);

  return TRUE;
}

/**
 * hostel_recipe_new_from_bytes:
 * @id: a name for it
 * @bytes: a file's content
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID, with the line
 *
 * Returns: (transfer full) (nullable): a new recipe
 */
HostelRecipe *
hostel_recipe_new_from_bytes (const char  *id,
                              GBytes      *bytes,
                              GError     **error)
{
  g_autoptr (HostelRecipe) self = NULL;
  g_autoptr (HostelYaml) root = NULL;
  const char *text;
  gsize size;

  g_return_val_if_fail (id != NULL && bytes != NULL, NULL);

  text = g_bytes_get_data (bytes, &size);
  if (size > HOSTEL_RECIPE_MAX_SIZE)
    {
      refuse (NULL, _("The file is too large for a recipe."), error);
      return NULL;
    }
  if ((root = hostel_yaml_parse (text != NULL ? text : "", size, error)) == NULL)
    return NULL;

  self = g_object_new (HOSTEL_TYPE_RECIPE, NULL);
  self->id = g_strdup (id);

  return read_root (self, root, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * hostel_recipe_set_path:
 * @path: where its file is
 *
 * Once, by who reads it.
 */
void
hostel_recipe_set_path (HostelRecipe *self,
                        const char   *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
}

/**
 * hostel_recipe_translate:
 *
 * Once, by who reads those of the program.
 */
void
hostel_recipe_translate (HostelRecipe *self)
{
  char *title = g_strdup (_(self->title));
  char *description = g_strdup (_(self->description));

  g_free (self->title);
  g_free (self->description);
  self->title = title;
  self->description = description;
}

/* "Web Server" is "web-server"; what no file name needs is left out. */
static char *
dup_id (const char *title)
{
  g_autofree char *ascii = g_str_to_ascii (title, NULL);
  GString *id = g_string_new (NULL);

  for (const char *p = ascii; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (id, g_ascii_tolower (*p));
    else if (id->len > 0 && id->str[id->len - 1] != '-')
      g_string_append_c (id, '-');
  if (id->len > 0 && id->str[id->len - 1] == '-')
    g_string_truncate (id, id->len - 1);
  if (id->len == 0)
    g_string_append (id, "recipe");

  return g_string_free (id, FALSE);
}

static gboolean
take_user_data (HostelRecipe  *self,
                GBytes        *user_data,
                GError       **error)
{
  gsize size;
  const char *text = g_bytes_get_data (user_data, &size);

  if (hostel_user_data_get_kind (user_data) == HOSTEL_USER_DATA_CLOUD_CONFIG)
    {
      self->user_data = hostel_cloud_secrets_strip_listed (text, size, &self->left_out, error);
      return self->user_data != NULL;
    }

  if (size > 0 && !g_utf8_validate_len (text, size, NULL))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Unpack it first."), NULL,
                        _("The user-data is no text, so that nobody can see whether a secret is in it."));
      return FALSE;
    }
  self->user_data = g_strndup (size > 0 ? text : "", size);
  self->left_out = g_new0 (char *, 1);
  self->unread = size > 0;

  return TRUE;
}

/**
 * hostel_recipe_new:
 * @title: what a person calls it
 * @description: (nullable): one sentence
 * @spec: a machine to be, or one that is
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID where its user-data is wrong
 *
 * Passwords, keys and the host name are left out of the user-data, which a person may give to
 * others; see hostel_cloud_secrets_strip() and hostel_recipe_get_left_out(). In another kind than
 * cloud-config nobody knows what is a secret: it is not saved before a person has read it, see
 * hostel_recipe_set_read(). What is packed cannot be read, and makes no recipe.
 *
 * Returns: (transfer full) (nullable): a new recipe, not saved
 */
HostelRecipe *
hostel_recipe_new (const char         *title,
                   const char         *description,
                   HostelMachineSpec  *spec,
                   GError            **error)
{
  g_autoptr (HostelRecipe) self = NULL;
  g_autoptr (GBytes) user_data = NULL;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), NULL);

  if ((user_data = hostel_machine_spec_dup_user_data (spec, error)) == NULL)
    return NULL;

  self = g_object_new (HOSTEL_TYPE_RECIPE, NULL);
  if (!take_user_data (self, user_data, error))
    return NULL;

  self->id = dup_id (title);
  self->title = g_strdup (title);
  self->description = g_strdup (description != NULL ? description : "");
  self->image = g_strdup ("");
  self->memory = hostel_machine_spec_get_memory (spec);
  self->vcpus = hostel_machine_spec_get_vcpus (spec);
  self->disk_size = hostel_machine_spec_get_disk_size (spec);

  return g_steal_pointer (&self);
}

/**
 * hostel_recipe_get_left_out:
 *
 * Returns: (nullable): the places of what hostel_recipe_new() left out, such as "users[0].passwd"
 */
const char * const *
hostel_recipe_get_left_out (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return (const char * const *) self->left_out;
}

/**
 * hostel_recipe_get_unread:
 *
 * Returns: whether its user-data is of a kind in which a person has to look for secrets
 */
gboolean
hostel_recipe_get_unread (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), FALSE);

  return self->unread;
}

/**
 * hostel_recipe_set_read:
 *
 * A person has seen the whole user-data and wants to give it away.
 */
void
hostel_recipe_set_read (HostelRecipe *self)
{
  g_return_if_fail (HOSTEL_IS_RECIPE (self));

  self->unread = FALSE;
}

static char *
dup_size (guint64 bytes)
{
  const guint64 gib = G_GUINT64_CONSTANT (1) << 30;

  if (bytes % gib == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " GiB", bytes / gib);

  return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
}

/**
 * hostel_recipe_to_string:
 *
 * Returns: (transfer full): the file, which hostel_recipe_new_from_bytes() reads back
 */
char *
hostel_recipe_to_string (HostelRecipe *self)
{
  g_autoptr (HostelYaml) root = hostel_yaml_new (HOSTEL_YAML_MAPPING);

  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  hostel_yaml_set (root, "recipe", hostel_yaml_new_integer (VERSION));
  hostel_yaml_set_string (root, "title", self->title);
  if (*self->description != '\0')
    hostel_yaml_set_string (root, "description", self->description);
  if (self->memory > 0)
    hostel_yaml_set (root, "memory", hostel_yaml_new_integer (self->memory));
  if (self->vcpus > 0)
    hostel_yaml_set (root, "vcpus", hostel_yaml_new_integer (self->vcpus));
  if (self->disk_size > 0)
    {
      g_autofree char *size = dup_size (self->disk_size);

      hostel_yaml_set_string (root, "disk", size);
    }
  if (*self->image != '\0')
    hostel_yaml_set_string (root, "image", self->image);
  if (*self->user_data != '\0')
    hostel_yaml_set_string (root, "user-data", self->user_data);

  return hostel_yaml_emit (root, HEADER);
}

const char *
hostel_recipe_get_id (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->id;
}

const char *
hostel_recipe_get_title (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->title;
}

const char *
hostel_recipe_get_description (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->description;
}

guint
hostel_recipe_get_memory (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), 0);

  return self->memory;
}

guint
hostel_recipe_get_vcpus (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), 0);

  return self->vcpus;
}

guint64
hostel_recipe_get_disk_size (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), 0);

  return self->disk_size;
}

const char *
hostel_recipe_get_image (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->image;
}

const char *
hostel_recipe_get_user_data (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->user_data;
}

const char *
hostel_recipe_get_path (HostelRecipe *self)
{
  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), NULL);

  return self->path;
}

/* Reading a document changes the users that were there. */
static HostelCloudUser *
dup_first_user (HostelCloudConfig *config)
{
  g_autoptr (HostelCloudUser) user =
    g_list_model_get_item (hostel_cloud_config_get_users (config), 0);
  HostelCloudUser *copy;
  g_autofree GParamSpec **properties = NULL;
  guint n = 0;

  if (user == NULL)
    return NULL;

  copy = hostel_cloud_user_new (hostel_cloud_user_get_name (user));
  properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (user), &n);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_object_get_property (G_OBJECT (user), properties[i]->name, &value);
      g_object_set_property (G_OBJECT (copy), properties[i]->name, &value);
    }

  return copy;
}

/* A recipe names nobody's keys: who is in the form logs in to what it makes. */
static void
keep_user (HostelCloudConfig *config,
           HostelCloudUser   *user)
{
  g_autoptr (HostelCloudUser) first =
    g_list_model_get_item (hostel_cloud_config_get_users (config), 0);

  if (user == NULL)
    return;

  if (first == NULL)
    {
      hostel_cloud_config_add_user (config, user);
      return;
    }
  hostel_cloud_user_set_ssh_keys (first, hostel_cloud_user_get_ssh_keys (user));
  hostel_cloud_user_set_password_hash (first, hostel_cloud_user_get_password_hash (user));
}

static gboolean
apply_cloud_config (HostelRecipe       *self,
                    HostelMachineSpec  *spec,
                    GError            **error)
{
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);
  g_autoptr (HostelCloudUser) user = dup_first_user (config);
  g_autofree char *hostname = g_strdup (hostel_cloud_config_get_hostname (config));

  if (!hostel_cloud_config_parse (config, self->user_data, strlen (self->user_data), error))
    return FALSE;

  keep_user (config, user);
  if (*hostel_cloud_config_get_hostname (config) == '\0')
    hostel_cloud_config_set_hostname (config, hostname);

  return hostel_machine_spec_set_user_data (spec, NULL, error);
}

/**
 * hostel_recipe_apply:
 * @spec: what is to be created
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID
 *
 * Sizes are taken where they are larger than what the image's system needs, and nobody has chosen. The
 * cloud-config takes the place of that of @spec, but for who logs in and the host's name; user-data
 * of another kind becomes the user-data of @spec. On an error @spec is as it was.
 *
 * Returns: whether it was applied
 */
gboolean
hostel_recipe_apply (HostelRecipe       *self,
                     HostelMachineSpec  *spec,
                     GError            **error)
{
  HostelMachineSizes sizes;
  g_autoptr (GBytes) bytes = NULL;
  gboolean done = TRUE;

  g_return_val_if_fail (HOSTEL_IS_RECIPE (self), FALSE);
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (spec), FALSE);

  sizes = (HostelMachineSizes) { self->memory, self->vcpus, self->disk_size };
  bytes = g_bytes_new (self->user_data, strlen (self->user_data));
  if (*self->user_data != '\0')
    done = hostel_user_data_get_kind (bytes) == HOSTEL_USER_DATA_CLOUD_CONFIG
             ? apply_cloud_config (self, spec, error)
             : hostel_machine_spec_set_user_data (spec, bytes, error);
  if (!done)
    return FALSE;

  hostel_machine_spec_apply_sizes (spec, &sizes);

  return TRUE;
}
