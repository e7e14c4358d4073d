/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-spec"

#include "config.h"

#include "hostel-guest-account.h"
#include "hostel-machine-spec-private.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-user-data.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* qemu-img's own limit for a qcow2 with clusters of 64 KiB: an L1 table of 32 MiB. */
#define MAX_DISK_SIZE (G_GUINT64_CONSTANT (2) << 50)

typedef gboolean (*CheckFunc) (HostelMachineSpec          *self,
                               const HostelMachineLimits  *limits,
                               GError                    **error);

/* Of a host that nothing is known of. */
static const HostelMachineLimits no_limits;

static gboolean
check_name (HostelMachineSpec          *self,
            const HostelMachineLimits  *limits,
            GError                    **error)
{
  if (!hostel_machine_name_check (self->name, error))
    return FALSE;

  if (limits->taken_names != NULL && g_strv_contains (limits->taken_names, self->name))
    {
      g_autofree char *other = hostel_machine_spec_dup_free_name (self->name, limits->taken_names);
      g_autofree char *remedy = g_strdup_printf (_("Choose another one, for example %s."), other);

      hostel_error_set (error, HOSTEL_ERROR_EXISTS, remedy, NULL,
                        _("A machine named “%s” is there already."), self->name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_memory (HostelMachineSpec          *self,
              const HostelMachineLimits  *limits,
              GError                    **error)
{
  if (self->memory < HOSTEL_MACHINE_SPEC_MIN_MEMORY)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("2G is enough for most cloud images."),
                        NULL, _("A machine needs at least %d MiB of memory."),
                        HOSTEL_MACHINE_SPEC_MIN_MEMORY);
      return FALSE;
    }

  if (limits->memory > 0 && self->memory > limits->memory)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give the machine less."), NULL,
                        _("The host has %" PRIu64 " MiB of memory in all."),
                        limits->memory);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_vcpus (HostelMachineSpec          *self,
             const HostelMachineLimits  *limits,
             GError                    **error)
{
  if (self->vcpus >= 1 && self->vcpus <= HOSTEL_MACHINE_SPEC_MAX_VCPUS)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, NULL, NULL,
                    _("A machine can have from 1 to %d vCPUs."), HOSTEL_MACHINE_SPEC_MAX_VCPUS);

  return FALSE;
}

static gboolean
check_image (HostelMachineSpec          *self,
             const HostelMachineLimits  *limits,
             GError                    **error)
{
  if (self->image)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose the file of a cloud image."), NULL,
                    _("The machine needs an image to start from."));

  return FALSE;
}

static gboolean
check_disk_size (HostelMachineSpec          *self,
                 const HostelMachineLimits  *limits,
                 GError                    **error)
{
  guint64 least = self->image ? hostel_image_get_virtual_size (self->image) : 0;

  if (self->disk_size == 0)
    return TRUE;

  if (self->disk_size < least)
    {
      g_autofree char *size = g_format_size_full (least, G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *remedy = g_strdup_printf (_("Give at least %" PRIu64 " MiB."),
                                                 (least + MIB - 1) / MIB);

      hostel_error_set (error, HOSTEL_ERROR_INVALID, remedy, NULL,
                        _("The disk is smaller than the image, whose disk has %s."), size);
      return FALSE;
    }

  if (self->disk_size < MIB || self->disk_size > MAX_DISK_SIZE)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Give a size like 20G."), NULL,
                        _("A disk can have from 1 MiB to 2 PiB."));
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_network (HostelMachineSpec          *self,
               const HostelMachineLimits  *limits,
               GError                    **error)
{
  g_autofree char *known = NULL;

  if (self->network_kind != HOSTEL_NETWORK_KIND_NETWORK)
    return TRUE;

  if (*self->network == '\0')
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Choose one of the host's networks."), NULL,
                        _("The network has no name."));
      return FALSE;
    }

  if (limits->networks == NULL || g_strv_contains (limits->networks, self->network))
    return TRUE;

  known = g_strjoinv (", ", (char **) limits->networks);
  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND,
                    *known ? _("Choose one that it has.") : _("Use user-mode networking instead."),
                    *known ? known : NULL,
                    _("The host has no network named “%s”."), self->network);

  return FALSE;
}

static gboolean
check_network_config (HostelMachineSpec          *self,
                      const HostelMachineLimits  *limits,
                      GError                    **error)
{
  return self->network_config == NULL ||
         hostel_network_config_validate (self->network_config, error);
}

static gboolean
check_user (HostelMachineSpec  *self,
            HostelCloudUser    *user,
            GError            **error)
{
  const char *name = hostel_cloud_user_get_name (user);
  const char * const *keys = hostel_cloud_user_get_ssh_keys (user);
  guint i;

  /* The form's user, left empty, is none; with a password or a key its name was forgotten. */
  if (*name == '\0' && keys == NULL &&
      *hostel_cloud_user_get_password_hash (user) == '\0')
    return TRUE;

  if (!hostel_cloud_config_check_field ("user-name", name, error) ||
      !hostel_guest_check_user_name (hostel_guest_family_from_os (self->os_id), name, error))
    return FALSE;

  for (i = 0; keys && keys[i]; i++)
    if (!hostel_cloud_config_check_field ("user-ssh-keys", keys[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
check_cloud_config (HostelMachineSpec          *self,
                    const HostelMachineLimits  *limits,
                    GError                    **error)
{
  GListModel *users = hostel_cloud_config_get_users (self->cloud_config);
  const char *hostname = hostel_cloud_config_get_hostname (self->cloud_config);
  g_autofree char *text = NULL;
  guint i;

  /* A person's own file is used instead. */
  if (self->user_data)
    return TRUE;

  if (!hostel_cloud_config_check_field ("hostname", hostname, error))
    return FALSE;

  for (i = 0; i < g_list_model_get_n_items (users); i++)
    {
      g_autoptr (HostelCloudUser) user = g_list_model_get_item (users, i);

      if (!check_user (self, user, error))
        return FALSE;
    }

  text = hostel_cloud_config_to_string (self->cloud_config, error);

  return text != NULL;
}

/* In the order of the dialog's pages: the first thing that is wrong is the first to be mended. */
static const struct
{
  const char *field;
  CheckFunc   check;
} checks[] = {
  { "image",          check_image },
  { "name",           check_name },
  { "memory",         check_memory },
  { "vcpus",          check_vcpus },
  { "disk-size",      check_disk_size },
  { "network",        check_network },
  { "network-config", check_network_config },
  { "cloud-config",   check_cloud_config },
};

/**
 * hostel_machine_spec_validate_field:
 * @self: a specification
 * @field: the name of a property; one without a rule is always right
 * @limits: (nullable): what to validate against, %NULL where nothing is known
 * @error: set to %HOSTEL_ERROR_INVALID, %HOSTEL_ERROR_EXISTS or %HOSTEL_ERROR_NOT_FOUND; the
 *   message is the sentence that stands beside the field
 *
 * Cheap enough for every key press, and makes nothing.
 *
 * Returns: %TRUE if the field is right
 */
gboolean
hostel_machine_spec_validate_field (HostelMachineSpec          *self,
                                    const char                 *field,
                                    const HostelMachineLimits  *limits,
                                    GError                    **error)
{
  guint i;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  if (g_str_equal (field, "network-kind"))
    field = "network";

  for (i = 0; i < G_N_ELEMENTS (checks); i++)
    if (g_str_equal (checks[i].field, field))
      return checks[i].check (self, limits != NULL ? limits : &no_limits, error);

  return TRUE;
}

/**
 * hostel_machine_spec_validate:
 * @self: a specification
 * @limits: (nullable): what to validate against, %NULL where nothing is known
 * @error: set as by hostel_machine_spec_validate_field()
 *
 * Returns: %TRUE if every field is right
 */
gboolean
hostel_machine_spec_validate (HostelMachineSpec          *self,
                              const HostelMachineLimits  *limits,
                              GError                    **error)
{
  guint i;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  for (i = 0; i < G_N_ELEMENTS (checks); i++)
    if (!checks[i].check (self, limits != NULL ? limits : &no_limits, error))
      return FALSE;

  return TRUE;
}

static void
warn_about_host (HostelMachineSpec         *self,
                 const HostelMachineLimits *limits,
                 GStrvBuilder              *warnings)
{
  const char *arch = self->image ? hostel_image_get_arch (self->image) : "";
  g_autofree char *text = NULL;

  if (limits->memory_free > 0 && self->memory > limits->memory_free)
    {
      text = g_strdup_printf (_("The host has %" PRIu64 " MiB of memory free, less than "
                                "the machine's %u MiB: both may become slow."),
                              limits->memory_free, self->memory);
      g_strv_builder_add (warnings, text);
      g_clear_pointer (&text, g_free);
    }

  if (limits->vcpus > 0 && self->vcpus > limits->vcpus)
    {
      text = g_strdup_printf (ngettext ("The host has %u processor, fewer than the machine's %u "
                                        "vCPUs: more will not be faster.",
                                        "The host has %u processors, fewer than the machine's %u "
                                        "vCPUs: more will not be faster.", limits->vcpus),
                              limits->vcpus, self->vcpus);
      g_strv_builder_add (warnings, text);
      g_clear_pointer (&text, g_free);
    }

  if (*arch != '\0' && limits->arch != NULL && *limits->arch != '\0'
      && !g_str_equal (arch, limits->arch))
    {
      text = g_strdup_printf (_("By its name the image is for %s, but the host is %s: it will "
                                "probably not start."), arch, limits->arch);
      g_strv_builder_add (warnings, text);
    }

  if (self->image && !hostel_image_get_boot_found (self->image))
    g_strv_builder_add (warnings, _("No boot loader was found in the image: it may not start."));
}

static void
warn_about_os (HostelMachineSpec *self,
               GStrvBuilder      *warnings)
{
  HostelOs *os = hostel_os_list_lookup (hostel_os_list_get_default (), self->os_id);
  guint least = os ? hostel_os_get_memory_minimum (os) : 0;
  g_autofree char *text = NULL;

  if (self->memory >= least)
    return;

  text = g_strdup_printf (_("%s needs at least %u MiB of memory."), hostel_os_get_name (os), least);
  g_strv_builder_add (warnings, text);
}

/**
 * hostel_machine_spec_is_installation:
 * @self: a specification
 *
 * Returns: whether its image is an installation disc
 */
gboolean
hostel_machine_spec_is_installation (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  return self->image != NULL && hostel_image_get_format (self->image) == HOSTEL_IMAGE_FORMAT_ISO;
}

/**
 * hostel_machine_spec_dup_warnings:
 * @self: a specification
 * @limits: (nullable): the host's, %NULL where nothing is known
 *
 * What a person should know before Create, but may want all the same. What libosinfo recommends is
 * only known once its list is loaded.
 *
 * Returns: (transfer full): translated sentences, empty where all is well
 */
GStrv
hostel_machine_spec_dup_warnings (HostelMachineSpec         *self,
                                  const HostelMachineLimits *limits)
{
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  warn_about_host (self, limits != NULL ? limits : &no_limits, warnings);
  warn_about_os (self, warnings);

  if (self->user_data == NULL && !hostel_machine_spec_is_installation (self))
    {
      g_autoptr (HostelCloudConfig) config = hostel_machine_spec_dup_login_config (self);
      g_auto (GStrv) more = hostel_cloud_config_dup_warnings (config != NULL ? config
                                                                             : self->cloud_config);

      g_strv_builder_addv (warnings, (const char **) more);
    }

  return g_strv_builder_end (warnings);
}

/**
 * hostel_machine_spec_set_user_data:
 * @self: a specification
 * @user_data: (nullable): a person's own user-data, or %NULL to use the cloud-config again
 * @error: set to %HOSTEL_ERROR_INVALID where the guest would not take it
 *
 * The bytes are kept as they are, and nothing is kept where they are refused.
 *
 * Returns: %TRUE if they were taken
 */
gboolean
hostel_machine_spec_set_user_data (HostelMachineSpec  *self,
                                   GBytes             *user_data,
                                   GError            **error)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  if (user_data && !hostel_user_data_check (user_data, error))
    return FALSE;

  hostel_machine_spec_take_user_data (self, user_data);

  return TRUE;
}

/**
 * hostel_machine_spec_dup_user_data:
 * @self: a specification
 * @error: set to %HOSTEL_ERROR_INVALID where the cloud-config cannot be written
 *
 * Returns: (transfer full): the user-data for the seed: the person's own bytes, or the cloud-config
 *   written out
 */
GBytes *
hostel_machine_spec_dup_user_data (HostelMachineSpec  *self,
                                   GError            **error)
{
  char *text;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  if (self->user_data)
    return g_bytes_ref (self->user_data);

  if ((text = hostel_cloud_config_to_string (self->cloud_config, error)) == NULL)
    return NULL;

  return g_bytes_new_take (text, strlen (text));
}

/**
 * hostel_machine_spec_dup_free_name:
 * @stem: what the name begins with, such as "fedora" or "fedora42"; a number at its end is dropped
 * @taken: (nullable): names that cannot be used
 *
 * Returns: (transfer full): "fedora01", or the first after it that is not in @taken
 */
char *
hostel_machine_spec_dup_free_name (const char         *stem,
                                   const char * const *taken)
{
  g_autofree char *clean = g_strdup (stem ? stem : "");
  g_autofree char *base = NULL;
  gsize length = strlen (clean);
  guint i;

  while (length > 0 && strchr ("0123456789.-_", clean[length - 1]))
    clean[--length] = '\0';
  base = hostel_machine_name_dup_hostname (clean);

  for (i = 1; ; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%02u", base, i);

      if (taken == NULL || !g_strv_contains (taken, name))
        return g_steal_pointer (&name);
    }
}

/**
 * hostel_machine_spec_dup_local_hostname:
 * @self: a specification
 *
 * Returns: (transfer full): the seed's local-hostname: the cloud-config's host name, else the one
 *   that hostel_machine_name_dup_hostname() makes of the machine's name
 */
char *
hostel_machine_spec_dup_local_hostname (HostelMachineSpec *self)
{
  const char *hostname;

  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  hostname = hostel_cloud_config_get_hostname (self->cloud_config);
  if (self->user_data == NULL && hostname && *hostname != '\0')
    return g_strdup (hostname);

  return hostel_machine_name_dup_hostname (self->name);
}
