/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cli.h"
#include "hostel-error.h"
#include "hostel-hardware-edit.h"
#include "hostel-parse.h"

typedef struct
{
  char     *size;    /* owned, nullable, as all */
  char     *file;
  char     *bus;
  char     *network;
  char     *mac;
  gboolean  next_start;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->size);
  g_free (self->file);
  g_free (self->bus);
  g_free (self->network);
  g_free (self->mac);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
edit (HostelDomain             *domain,
      const HostelHardwareEdit *wanted)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (HostelHardwareDone) done = NULL;
  g_autoptr (GError) error = NULL;
  const char * const *told;

  hostel_hardware_edit_async (domain, wanted, hostel_cli_take_result, &result);
  if ((done = hostel_hardware_edit_finish (domain, hostel_cli_wait (&result), &error)) == NULL)
    return hostel_cli_fail (error);

  told = hostel_hardware_done_get_told (done);
  for (guint i = 0; told[i] != NULL; i++)
    g_print ("%s\n", told[i]);

  return HOSTEL_CLI_DONE;
}

static int
run (HostelCli                *cli,
     const HostelHardwareEdit *wanted,
     const char               *name)
{
  g_autoptr (HostelConnection) connection = NULL;
  g_autoptr (HostelDomain) domain = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!hostel_hardware_edit_check (wanted, &error) ||
      (domain = hostel_cli_find_domain (cli, name, &connection, &error)) == NULL)
    return hostel_cli_fail (error);

  status = edit (domain, wanted);
  hostel_connection_close (connection);

  return status;
}

/* Which options go with which kind: others would be lost without a word. */
static const struct
{
  const char             *word;
  HostelHardwareEditKind  kind;
  gboolean                size;
  gboolean                file;
  gboolean                network;
} kinds[] = {
  { "disk", HOSTEL_HARDWARE_ADD_DISK, TRUE, TRUE, FALSE },
  { "cdrom", HOSTEL_HARDWARE_ADD_DRIVE, FALSE, TRUE, FALSE },
  { "nic", HOSTEL_HARDWARE_ADD_NIC, FALSE, FALSE, TRUE },
};

static int
attach (HostelCli     *cli,
        const Options *options,
        const char    *name,
        guint          kind)
{
  g_autoptr (GError) error = NULL;
  /* A path is the host's; one from here on is meant where the two are one computer. */
  g_autofree char *file = options->file != NULL ? g_canonicalize_filename (options->file, NULL) : NULL;
  HostelHardwareEdit wanted = { .kind = kinds[kind].kind, .file = file, .bus = options->bus,
                                .network = options->network, .mac = options->mac,
                                .next_start = options->next_start };

  if ((options->size != NULL && !kinds[kind].size) || (options->file != NULL && !kinds[kind].file) ||
      (options->bus != NULL && !kinds[kind].file) ||
      ((options->network != NULL || options->mac != NULL) && !kinds[kind].network))
    return hostel_cli_usage_error (_("One of these options does not go with “%s”."), kinds[kind].word);
  if (kinds[kind].size && (options->size == NULL) == (options->file == NULL))
    return hostel_cli_usage_error (_("Say either --size of a new disk or --file of one that is there."));
  if (options->size != NULL && !hostel_parse_size (options->size, &wanted.size, &error))
    return hostel_cli_fail (error);

  return run (cli, &wanted, name);
}

/**
 * hostel_cli_cmd_attach:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Gives a machine a disk, a drive or a network card.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_attach (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size, N_("disk: a new one of that size, as 20G"), N_("SIZE") },
    { "file", 0, 0, G_OPTION_ARG_FILENAME, &options.file, N_("disk, cdrom: a file or volume of the host"), N_("FILE") },
    { "bus", 0, 0, G_OPTION_ARG_STRING, &options.bus, N_("disk, cdrom: virtio, scsi, sata, usb or ide"), N_("BUS") },
    { "network", 0, 0, G_OPTION_ARG_STRING, &options.network, N_("nic: a network of the host, or “user”"), N_("NAME") },
    { "mac", 0, 0, G_OPTION_ARG_STRING, &options.mac, N_("nic: its address, else a free one"), N_("ADDRESS") },
    { "next-start", 0, 0, G_OPTION_ARG_NONE, &options.next_start,
      N_("Leave the running machine as it is until its next start"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME disk|cdrom|nic") },
    { NULL }
  };
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Gives a machine a disk, a drive for discs or a network card: now where that is "
                                   "possible, else from its next start on."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine, and what it gets: disk, cdrom or nic."));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (words[1], kinds[i].word))
      return attach (cli, &options, words[0], i);

  return hostel_cli_usage_error (_("“%s” is none of these: disk, cdrom, nic."), words[1]);
}

/**
 * hostel_cli_cmd_detach:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Takes a device out of a machine, and waits until the guest has let go of it.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_detach (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  HostelHardwareEdit wanted = { .kind = HOSTEL_HARDWARE_REMOVE };
  gboolean next_start = FALSE;
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "next-start", 0, 0, G_OPTION_ARG_NONE, &next_start,
      N_("Leave the running machine as it is until its next start"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME DEVICE") },
    { NULL }
  };
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Takes out a device, which “show” names. A disk’s file stays."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine and one of its devices."));

  wanted.device = words[1];
  wanted.next_start = next_start;

  return run (cli, &wanted, words[0]);
}

typedef struct
{
  char     *insert;  /* owned, nullable, as all */
  char     *link;
  char     *network;
  gboolean  eject;
  gboolean  next_start;
} Changes;

static void
changes_clear (Changes *self)
{
  g_free (self->insert);
  g_free (self->link);
  g_free (self->network);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Changes, changes_clear)

static int
change (HostelCli      *cli,
        const Changes  *changes,
        char          **words)
{
  g_autofree char *file = changes->insert != NULL ? g_canonicalize_filename (changes->insert, NULL) : NULL;
  HostelHardwareEdit wanted = { .device = words[1], .file = file, .network = changes->network,
                                .next_start = changes->next_start };
  gboolean up = g_strcmp0 (changes->link, "up") == 0;

  if ((changes->insert != NULL) + changes->eject + (changes->link != NULL) + (changes->network != NULL) != 1)
    return hostel_cli_usage_error (_("Say one thing that is to be different."));
  if (changes->link != NULL && !up && !g_str_equal (changes->link, "down"))
    return hostel_cli_usage_error (_("A cable is “up” or “down”, not “%s”."), changes->link);

  wanted.kind = changes->insert != NULL ? HOSTEL_HARDWARE_INSERT
                : changes->eject ? HOSTEL_HARDWARE_EJECT
                : changes->network != NULL ? HOSTEL_HARDWARE_CONNECT
                : up ? HOSTEL_HARDWARE_PLUG : HOSTEL_HARDWARE_UNPLUG;

  return run (cli, &wanted, words[0]);
}

/**
 * hostel_cli_cmd_change:
 * @cli: what stood before the command
 * @argc: the number of arguments
 * @argv: (array length=argc): the arguments, the command's name in front
 *
 * Changes a drive or a network card that a machine has.
 *
 * Returns: an exit status
 */
int
hostel_cli_cmd_change (HostelCli  *cli,
                       int         argc,
                       char      **argv)
{
  g_auto (Changes) changes = { 0 };
  g_auto (GStrv) words = NULL;
  const GOptionEntry entries[] = {
    { "insert", 0, 0, G_OPTION_ARG_FILENAME, &changes.insert, N_("Put this disc into the drive"), N_("ISO") },
    { "eject", 0, 0, G_OPTION_ARG_NONE, &changes.eject, N_("Take the disc out of the drive"), NULL },
    { "link", 0, 0, G_OPTION_ARG_STRING, &changes.link, N_("Plug the network card’s cable in or out"), N_("up|down") },
    { "network", 0, 0, G_OPTION_ARG_STRING, &changes.network,
      N_("Connect the network card to a network of the host, or “user”"), N_("NAME") },
    { "next-start", 0, 0, G_OPTION_ARG_NONE, &changes.next_start,
      N_("Leave the running machine as it is until its next start"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, N_("NAME DEVICE") },
    { NULL }
  };
  int status = hostel_cli_parse (cli, argc, argv, entries, "",
                                 _("Changes a drive or a network card, which “show” names."));

  if (status >= 0)
    return status;
  if (words == NULL || g_strv_length (words) != 2)
    return hostel_cli_usage_error (_("Name one machine and one of its devices."));

  return change (cli, &changes, words);
}
