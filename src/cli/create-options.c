/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "create-options.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hostel-error.h"
#include "hostel-file.h"
#include "hostel-os-list.h"
#include "hostel-parse.h"
#include "hostel-recipe.h"
#include "hostel-own-key.h"
#include "hostel-ssh-key.h"
#include "image-fetch.h"
#include "user-data-marks.h"

#define DEFAULT_TIMEOUT 900
#define MAX_TIMEOUT 86400

void
hostel_create_options_clear (HostelCreateOptions *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->image, g_free);
  g_clear_pointer (&self->memory, g_free);
  g_clear_pointer (&self->vcpus, g_free);
  g_clear_pointer (&self->disk_size, g_free);
  g_clear_pointer (&self->disk, g_free);
  g_clear_pointer (&self->pool, g_free);
  g_clear_pointer (&self->network, g_free);
  g_clear_pointer (&self->user_data, g_free);
  g_clear_pointer (&self->recipe, g_free);
  g_clear_pointer (&self->hostname, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->timeout, g_free);
  g_clear_pointer (&self->ssh_keys, g_strfreev);
  g_clear_pointer (&self->packages, g_strfreev);
  g_clear_pointer (&self->run, g_strfreev);
}

static int
read_disk (HostelCreateOptions *self)
{
  GEnumClass *kinds = g_type_class_ref (HOSTEL_TYPE_DISK_KIND);
  GEnumValue *value = self->disk != NULL ? g_enum_get_value_by_nick (kinds, self->disk) : NULL;
  int status = -1;

  if (value != NULL)
    self->disk_kind = value->value;
  if (self->disk != NULL && value == NULL)
    status = hostel_cli_usage_error (_("--disk is “overlay”, “copy” or “in-place”."));
  else if (self->disk_kind == HOSTEL_DISK_KIND_IN_PLACE && self->disk_size != NULL)
    status = hostel_cli_usage_error (_("--disk-size does not go with --disk in-place: the image "
                                       "stays as large as it is."));
  else if (self->disk_kind == HOSTEL_DISK_KIND_IN_PLACE && !self->yes)
    status = hostel_cli_usage_error (_("--disk in-place lets the machine change the image itself, "
                                       "for good: if that is meant, add --yes."));
  g_type_class_unref (kinds);

  return status;
}

/* What contradicts what, and what is missing. */
static int
check_usage (HostelCreateOptions *self)
{
  g_autoptr (GError) error = NULL;

  if (self->name == NULL)
    return hostel_cli_usage_error (_("--name is missing."));
  if (self->image == NULL && self->recipe == NULL)
    return hostel_cli_usage_error (_("--image is missing."));
  if (self->user_data != NULL && self->recipe != NULL)
    return hostel_cli_usage_error (_("--user-data is the whole of it: it does not go with "
                                     "--recipe."));
  if (self->user_data != NULL &&
      (self->hostname || self->user || self->password_stdin || self->ssh_keys || self->packages ||
       self->run))
    return hostel_cli_usage_error (_("--user-data is the whole of it: it goes with none of "
                                     "--hostname, --user, --password-stdin, --ssh-key, --package "
                                     "and --run."));
  if ((self->password_stdin || self->ssh_keys) && self->user == NULL)
    return hostel_cli_usage_error (_("--password-stdin and --ssh-key need --user."));
  if (self->no_start && self->wait)
    return hostel_cli_usage_error (_("--wait waits for a machine that is started: it does not go "
                                     "with --no-start."));

  if (read_disk (self) >= 0)
    return HOSTEL_CLI_USAGE;

  self->timeout_seconds = DEFAULT_TIMEOUT;
  if (self->timeout != NULL &&
      !hostel_parse_count (self->timeout, 1, MAX_TIMEOUT, &self->timeout_seconds, &error))
    return hostel_cli_usage_error ("--timeout: %s", error->message);

  return -1;
}

/**
 * hostel_create_options_parse:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Returns: -1 to go on, else the exit status
 */
int
hostel_create_options_parse (HostelCreateOptions  *self,
                             HostelCli            *cli,
                             int                   argc,
                             char                **argv)
{
  const GOptionEntry entries[] = {
    { "name", 'n', 0, G_OPTION_ARG_STRING, &self->name, N_("Name of the machine"), N_("NAME") },
    { "image", 'i', 0, G_OPTION_ARG_FILENAME, &self->image, N_("Cloud image to make it from: a file, an address, or a name that “images” lists"),
      N_("IMAGE") },
    { "memory", 'm', 0, G_OPTION_ARG_STRING, &self->memory, N_("Memory, like 2G; in MiB without a unit"),
      N_("SIZE") },
    { "vcpus", 0, 0, G_OPTION_ARG_STRING, &self->vcpus, N_("Number of virtual processors"),
      N_("N") },
    { "disk-size", 0, 0, G_OPTION_ARG_STRING, &self->disk_size, N_("Size of its disk, like 20G"),
      N_("SIZE") },
    { "disk", 0, 0, G_OPTION_ARG_STRING, &self->disk,
      N_("What its disk is: “overlay” on a base that machines share (if not given), “copy” of the "
         "whole image, or the image itself, “in-place”"), N_("KIND") },
    { "pool", 0, 0, G_OPTION_ARG_STRING, &self->pool, N_("Storage pool for its files"),
      N_("NAME") },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &self->yes,
      N_("With --disk in-place: the image may be changed"), NULL },
    { "network", 0, 0, G_OPTION_ARG_STRING, &self->network,
      N_("libvirt network, or “user” or “none”"), N_("NAME") },
    { "start-network", 0, 0, G_OPTION_ARG_NONE, &self->start_network,
      N_("Start that network if it is not active"), NULL },
    { "user-data", 0, 0, G_OPTION_ARG_FILENAME, &self->user_data,
      N_("cloud-init user-data of your own"), N_("FILE") },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &self->strict,
      N_("Refuse user-data with errors instead of only naming them"), NULL },
    { "recipe", 'r', 0, G_OPTION_ARG_FILENAME, &self->recipe,
      N_("Set-up to make it by: a file, or a name that “recipes” lists; other options win"),
      N_("RECIPE") },
    { "hostname", 0, 0, G_OPTION_ARG_STRING, &self->hostname, N_("Host name of the machine"),
      N_("NAME") },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &self->user, N_("User to make, with sudo"), N_("NAME") },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &self->password_stdin,
      N_("Read the user’s password from the first line of standard input"), NULL },
    { "ssh-key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->ssh_keys,
      N_("Public key that may log in as the user (again for more)"), N_("FILE") },
    { "package", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->packages,
      N_("Package to install (again for more)"), N_("NAME") },
    { "run", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->run,
      N_("Command to run at the first boot (again for more)"), N_("COMMAND") },
    { "no-hostel-key", 0, 0, G_OPTION_ARG_NONE, &self->no_hostel_key,
      N_("Do not give Hostel’s own SSH key to new users"), NULL },
    { "console-size", 0, 0, G_OPTION_ARG_NONE, &self->console_size,
      N_("Have logins on its serial console ask for the window’s size"), NULL },
    { "serial-installer", 0, 0, G_OPTION_ARG_NONE, &self->serial_installer,
      N_("Install from a disc on the serial console, without a screen"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run,
      N_("Print the domain XML and the user-data, and change nothing"), NULL },
    { "no-start", 0, 0, G_OPTION_ARG_NONE, &self->no_start, N_("Do not start it"), NULL },
    { "wait", 'w', 0, G_OPTION_ARG_NONE, &self->wait, N_("Wait until cloud-init has finished"),
      NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &self->timeout,
      N_("How long to wait at most (900 if not given)"), N_("SECONDS") },
    { NULL }
  };
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Creates a machine from a cloud image and starts it."));

  return status >= 0 ? status : check_usage (self);
}

static void
set_echo (gboolean echo)
{
  struct termios state;

  if (tcgetattr (STDIN_FILENO, &state) < 0)
    return;

  if (echo)
    state.c_lflag |= ECHO;
  else
    state.c_lflag &= ~ECHO;
  tcsetattr (STDIN_FILENO, TCSANOW, &state);
}

/* The first line without its end, or all there is. The memory is wiped by the caller. */
static char *
read_password (gsize   *size,
               GError **error)
{
  gboolean terminal = isatty (STDIN_FILENO);
  char *line = NULL;
  ssize_t length;

  if (terminal)
    {
      g_printerr ("%s ", _("Password:"));
      set_echo (FALSE);
    }
  length = getline (&line, size, stdin);
  if (terminal)
    {
      set_echo (TRUE);
      g_printerr ("\n");
    }

  if (length > 0 && line[length - 1] == '\n')
    line[--length] = '\0';
  if (length > 0 && memchr (line, '\0', length) == NULL)
    return line;

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Write it on the first line of standard input, or leave --password-stdin "
                      "away."), NULL,
                    length > 0 ? _("A password cannot have a NUL byte in it.")
                               : _("There is no password on standard input."));
  free (line);

  return NULL;
}

static gboolean
set_password (HostelCloudUser  *user,
              GError          **error)
{
  gsize size = 0;
  char *password = read_password (&size, error);
  gboolean done;

  if (password == NULL)
    return FALSE;

  done = hostel_cloud_user_set_password (user, password, error);
  explicit_bzero (password, size);
  free (password);

  return done;
}

static gboolean
set_ssh_keys (HostelCloudUser    *user,
              const char * const *paths,
              GError            **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_auto (GStrv) keys = hostel_ssh_key_read_file (paths[i], error);

      if (keys == NULL)
        return FALSE;
      g_strv_builder_addv (builder, (const char **) keys);
    }

  all = g_strv_builder_end (builder);
  hostel_cloud_user_set_ssh_keys (user, (const char * const *) all);

  return TRUE;
}

/* What a recipe installs and runs comes first. */
static GStrv
join (const char * const *first,
      const char * const *second)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (first != NULL)
    g_strv_builder_addv (builder, (const char **) first);
  g_strv_builder_addv (builder, (const char **) second);

  return g_strv_builder_end (builder);
}

static void
add_lists (HostelCreateOptions *self,
           HostelCloudConfig   *config)
{
  g_auto (GStrv) packages = NULL;
  g_auto (GStrv) commands = NULL;

  if (self->packages != NULL)
    {
      packages = join (hostel_cloud_config_get_packages (config),
                       (const char * const *) self->packages);
      hostel_cloud_config_set_packages (config, (const char * const *) packages);
    }
  if (self->run != NULL)
    {
      commands = join (hostel_cloud_config_get_run_commands (config),
                       (const char * const *) self->run);
      hostel_cloud_config_set_run_commands (config, (const char * const *) commands);
    }
}

/* The recipe's user where it has one: its name is then what was asked for. */
static HostelCloudUser *
ensure_user (HostelCloudConfig *config,
             const char        *name)
{
  HostelCloudUser *user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);

  if (user == NULL)
    {
      user = hostel_cloud_user_new (name);
      hostel_cloud_config_add_user (config, user);
    }
  hostel_cloud_user_set_name (user, name);

  return user;
}

static gboolean
fill_cloud_config (HostelCreateOptions  *self,
                   HostelCloudConfig    *config,
                   GError              **error)
{
  g_autoptr (HostelCloudUser) user = NULL;

  if (self->hostname != NULL)
    hostel_cloud_config_set_hostname (config, self->hostname);
  add_lists (self, config);
  if (self->user == NULL)
    return TRUE;

  user = ensure_user (config, self->user);
  hostel_cloud_user_set_sudo (user, TRUE);
  if ((self->password_stdin && !set_password (user, error)) ||
      (self->ssh_keys &&
       !set_ssh_keys (user, (const char * const *) self->ssh_keys, error)))
    return FALSE;

  return TRUE;
}

/**
 * hostel_create_options_read_user_data:
 * @path: a file
 * @error: (out) (optional): %HOSTEL_ERROR_NOT_FOUND
 *
 * No more than is allowed is read: the file may be a device.
 *
 * Returns: (transfer full) (nullable): its bytes, one more than is allowed at most
 */
GBytes *
hostel_create_options_read_user_data (const char  *path,
                                      GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GError) cause = NULL;
  gsize length;
  char *text = hostel_file_read (file, HOSTEL_CLOUD_CONFIG_MAX_SIZE, TRUE, &length, &cause);

  if (text == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, _("Choose another file."), cause->message,
                        _("“%s” cannot be read."), path);
      return NULL;
    }

  return g_bytes_new_take (text, length);
}

static gboolean
set_user_data (HostelMachineSpec  *spec,
               const char         *path,
               GError            **error)
{
  g_autoptr (GBytes) bytes = hostel_create_options_read_user_data (path, error);

  return bytes != NULL && hostel_machine_spec_set_user_data (spec, bytes, error);
}

/* What libosinfo recommends for the image's system, where it is known, counts where nothing is typed. */
static void
apply_os (HostelMachineSpec *spec,
          HostelImage       *image)
{
  HostelOsList *list = hostel_os_list_get_default ();
  g_autofree char *file_name = g_path_get_basename (hostel_image_get_path (image));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HostelOs *os = NULL;

  hostel_os_list_load_async (list, NULL, hostel_cli_take_result, &result);
  if (!hostel_os_list_load_finish (list, hostel_cli_wait (&result), &error))
    {
      g_debug ("%s", error->message);
      return;
    }

  /* A disc says what it is, whatever its file is called. */
  if (*hostel_image_get_os_id (image) != '\0')
    os = hostel_os_list_lookup (list, hostel_image_get_os_id (image));
  if (os == NULL)
    os = hostel_os_list_guess (list, file_name);
  hostel_machine_spec_apply_os (spec, os);
}

static gboolean
set_memory (HostelMachineSpec  *spec,
            const char         *text,
            GError            **error)
{
  guint mib;

  if (text == NULL)
    return TRUE;

  if (!hostel_parse_memory (text, &mib, error))
    {
      g_prefix_error (error, "--memory: ");
      return FALSE;
    }
  hostel_machine_spec_set_memory (spec, mib);

  return TRUE;
}

static gboolean
set_vcpus (HostelMachineSpec  *spec,
           const char         *text,
           GError            **error)
{
  guint count;

  if (text == NULL)
    return TRUE;

  if (!hostel_parse_count (text, 1, HOSTEL_MACHINE_SPEC_MAX_VCPUS, &count, error))
    {
      g_prefix_error (error, "--vcpus: ");
      return FALSE;
    }
  hostel_machine_spec_set_vcpus (spec, count);

  return TRUE;
}

static gboolean
set_disk_size (HostelMachineSpec  *spec,
               const char         *text,
               GError            **error)
{
  guint64 bytes;

  if (text == NULL)
    return TRUE;

  if (!hostel_parse_size (text, &bytes, error))
    {
      g_prefix_error (error, "--disk-size: ");
      return FALSE;
    }
  hostel_machine_spec_set_disk_size (spec, bytes);

  return TRUE;
}

static void
set_network (HostelMachineSpec *spec,
             const char        *network)
{
  if (network == NULL)
    hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_AUTOMATIC, NULL);
  else if (g_str_equal (network, "user"))
    hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_USER, NULL);
  else if (g_str_equal (network, "none"))
    hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NONE, NULL);
  else
    hostel_machine_spec_set_network (spec, HOSTEL_NETWORK_KIND_NETWORK, network);
}

/* What would be left out without a word. */
static gboolean
check_installation (HostelCreateOptions  *self,
                    HostelImage          *image,
                    GError              **error)
{
  g_autofree char *name = g_filename_display_basename (hostel_image_get_path (image));

  if (self->serial_installer && hostel_image_get_installer (image) == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Leave out --serial-installer."), NULL,
                        hostel_image_get_format (image) == HOSTEL_IMAGE_FORMAT_ISO
                          ? _("Where “%s” has its installer’s kernel is not known.")
                          : _("“%s” is no installation disc."), name);
      return FALSE;
    }

  if (hostel_image_get_format (image) != HOSTEL_IMAGE_FORMAT_ISO ||
      !(self->user_data || self->recipe || self->hostname || self->user || self->packages ||
        self->run || self->wait))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Leave out --user-data, --recipe, --hostname, --user, --package, --run and --wait, or "
                      "choose a cloud image."), NULL,
                    _("“%s” is an installation disc, on which there is no cloud-init."), name);

  return FALSE;
}

static HostelRecipe *
find_recipe (HostelCreateOptions  *self,
             GError              **error)
{
  g_autoptr (HostelRecipe) recipe = hostel_recipe_find (self->recipe, error);

  if (recipe == NULL || self->image != NULL || *hostel_recipe_get_image (recipe) != '\0')
    return g_steal_pointer (&recipe);

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Choose one with --image; “hostel-cli images” lists them."), NULL,
                    _("The recipe “%s” names no image."), self->recipe);

  return NULL;
}

/* A script or an archive cannot be filled in. */
static gboolean
check_recipe (HostelCreateOptions  *self,
              HostelMachineSpec    *spec,
              GError              **error)
{
  if (hostel_machine_spec_get_user_data (spec) == NULL ||
      !(self->hostname || self->user || self->packages || self->run))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Leave out --hostname, --user, --package and --run."), NULL,
                    _("The user-data of the recipe “%s” is no cloud-config, and stays as it is."),
                    self->recipe);

  return FALSE;
}

/* What is written by hand is looked through; the options have been looked at one by one. */
static gboolean
report_marks (HostelCreateOptions  *self,
              HostelMachineSpec    *spec,
              GError              **error)
{
  g_autoptr (GBytes) user_data = NULL;

  if ((self->user_data == NULL && self->recipe == NULL) ||
      hostel_machine_spec_is_installation (spec) ||
      (user_data = hostel_machine_spec_dup_user_data (spec, NULL)) == NULL)
    return TRUE;

  return hostel_cli_report_marks (self->user_data != NULL ? self->user_data : "user-data",
                                  user_data, hostel_machine_spec_get_os_id (spec), self->strict,
                                  error);
}

/* In the place of a key a comment, see authorized_keys in sshd(8): a dry run makes nothing. */
#define NO_KEY_YET "# Hostel's own SSH key, which is made with the first machine"

/**
 * hostel_create_options_set_login_key:
 * @self: the options
 * @spec: what is asked for
 *
 * Gives @spec Hostel's own key where it may have it, and makes that before the first machine. A machine
 * is made without it, too: who has no ssh cannot use it anyway.
 */
void
hostel_create_options_set_login_key (HostelCreateOptions *self,
                                     HostelMachineSpec   *spec)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  if (self->no_hostel_key)
    return;

  key = self->dry_run ? hostel_own_key_read () : hostel_own_key_ensure (&error);
  if (key == NULL && !self->dry_run)
    g_printerr (_("Warning: %s\n"), error->message);
  else
    g_object_set (spec, "login-key", key != NULL ? key : NO_KEY_YET, NULL);
}

/**
 * hostel_create_options_make_spec:
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID mostly
 *
 * Reads the files and standard input that the options name, and fetches the image where it is one
 * of the catalogue or an address, unless it is kept already.
 *
 * Returns: (transfer full) (nullable): what is asked for
 */
HostelMachineSpec *
hostel_create_options_make_spec (HostelCreateOptions  *self,
                                 GError              **error)
{
  g_autoptr (HostelMachineSpec) spec = hostel_machine_spec_new ();
  HostelCloudConfig *config = hostel_machine_spec_get_cloud_config (spec);
  g_autoptr (HostelRecipe) recipe = NULL;
  g_autofree char *path = NULL;
  g_autoptr (HostelImage) image = NULL;

  /* Before anything is fetched. */
  if (!set_memory (spec, self->memory, error) ||
      !set_vcpus (spec, self->vcpus, error) ||
      !set_disk_size (spec, self->disk_size, error) ||
      (self->recipe != NULL && (recipe = find_recipe (self, error)) == NULL))
    return NULL;

  path = hostel_cli_resolve_image (self->image != NULL ? self->image
                                                       : hostel_recipe_get_image (recipe),
                                   self->dry_run, error);
  if (path == NULL || (image = hostel_image_new_from_path (path, error)) == NULL ||
      !check_installation (self, image, error))
    return NULL;

  hostel_machine_spec_set_name (spec, self->name);
  hostel_machine_spec_set_image (spec, image);
  apply_os (spec, image);
  if (recipe != NULL && !hostel_recipe_apply (recipe, spec, error))
    return NULL;
  set_network (spec, self->network);
  g_object_set (spec, "start", !self->no_start, "console-size", self->console_size,
                "serial-installer", self->serial_installer,
                "disk-kind", self->disk_kind, "pool", self->pool != NULL ? self->pool : "", NULL);

  if (!check_recipe (self, spec, error) ||
      (self->user_data != NULL ? !set_user_data (spec, self->user_data, error)
                               : !fill_cloud_config (self, config, error)) ||
      !report_marks (self, spec, error))
    return NULL;

  return g_steal_pointer (&spec);
}
