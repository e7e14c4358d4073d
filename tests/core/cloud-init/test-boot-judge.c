/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-boot-judge.h"

typedef struct
{
  const char      *text;
  HostelBootSign   sign;
  HostelBootCloud  cloud;
  guint            n_errors;
} Text;

#define FINISHED "[  144.8] cloud-init[519]: Cloud-init v. 22.4.2 finished at Tue, 01 Dec 2026 03:06:42 +0000. "
#define SEEDED FINISHED "Datasource DataSourceNoCloud [seed=dmi,/dev/vdb][dsmode=local].  Up 144.79 seconds\r\n"
#define FOLDER FINISHED "Datasource DataSourceNoCloud [seed=/var/lib/cloud/seed/nocloud][dsmode=net].  Up 9 seconds\r\n"
#define DMI FINISHED "Datasource DataSourceNoCloud [seed=dmi][dsmode=net].  Up 144.79 seconds\r\n"
#define NONE FINISHED "Datasource DataSourceNone.  Up 144.79 seconds\r\n"
#define KERNEL "[    0.000000] Linux version 6.1.0 (debian)\r\n"
#define STARTED "[   98.2] cloud-init[463]: Cloud-init v. 22.4.2 running 'init' at Tue. Up 97 seconds.\r\n"
#define LOGIN "\r\nDebian GNU/Linux 12 bunk-7 ttyS0\r\n\r\nbunk-7 login: "

/* As real guests write it. */
static const Text texts[] = {
  { "", 0, 0, 0 },
  { LOGIN, HOSTEL_BOOT_SIGN_LOGIN, 0, 0 },
  { "\r\n\033[Hfedora login: [   12.3] systemd[1]: late news\r\nmore\r\n", HOSTEL_BOOT_SIGN_LOGIN, 0, 0 },
  { "\xff\xfe\x80 noise\r\nbunk-7 login: ", HOSTEL_BOOT_SIGN_LOGIN, 0, 0 },
  /* In the words of a service, or of a log. */
  { "[  OK  ] Started getty@tty1.service - login: Getty on tty1\r\n", 0, 0, 0 },
  { "sshd[1]: failed login: root\r\n", 0, 0, 0 },
  { "Last login: Fri Nov 27 on ttyS0\r\nalice@bunk-7:~$ ", 0, 0, 0 },
  { "bunk-7 login:", 0, 0, 0 },
  { STARTED, 0, HOSTEL_BOOT_CLOUD_RUNNING, 0 },
  { STARTED SEEDED, 0, HOSTEL_BOOT_CLOUD_FINISHED, 0 },
  { FOLDER, 0, HOSTEL_BOOT_CLOUD_FINISHED, 0 },
  { DMI, 0, HOSTEL_BOOT_CLOUD_UNSEEDED, 0 },
  { NONE, 0, HOSTEL_BOOT_CLOUD_UNSEEDED, 0 },
  /* A person's own final message says nothing. */
  { STARTED "cloud-init[519]: All done, finished at last\r\n", 0, HOSTEL_BOOT_CLOUD_RUNNING, 0 },
  { "[FAILED] Failed to start \033[0;1;39mcloud-init-local.service\033[0m - Initial job.\r\n"
    "[   66.6] cloud-init[333]: 2026-12-01 03:05:24,279 - util.py[WARNING]: Running module users-groups (<module 'x'>) failed\r\n"
    "[FAILED] Failed to start exim4.service - LSB: exim\r\n", 0, 0, 2 },
  { "You are in emergency mode. After logging in, type \"journalctl -xb\"\r\nGive root password for "
    "maintenance\r\n(or press Control-D to continue): ", HOSTEL_BOOT_SIGN_EMERGENCY, 0, 0 },
  { "Cannot open access to console, the root account is locked.\r\nPress Enter to continue.\r\n",
    HOSTEL_BOOT_SIGN_EMERGENCY, 0, 0 },
  { "ALERT!  LABEL=rootfs does not exist.  Dropping to a shell!\r\n\r\n(initramfs) ",
    HOSTEL_BOOT_SIGN_INITRAMFS, 0, 0 },
  { "Generating \"/run/initramfs/rdsosreport.txt\"\r\n\r\nEntering emergency mode. Exit the shell to "
    "continue.\r\ndracut:/# ", HOSTEL_BOOT_SIGN_INITRAMFS, 0, 0 },
  { "error: no such partition.\r\nEntering rescue mode...\r\ngrub rescue> ", HOSTEL_BOOT_SIGN_LOADER, 0, 0 },
  { "SeaBIOS (version 1.16)\r\nBooting from Hard Disk...\r\nBoot failed: not a bootable disk\r\n\r\n"
    "No bootable device.\r\n", HOSTEL_BOOT_SIGN_NO_SYSTEM, 0, 0 },
  { "BdsDxe: No bootable option or device was found.\r\n", HOSTEL_BOOT_SIGN_NO_SYSTEM, 0, 0 },
  { "[    1.9] Kernel panic - not syncing: VFS: Unable to mount root fs\r\nbunk-7 login: ",
    HOSTEL_BOOT_SIGN_PANIC, 0, 0 },
  /* A new boot begins anew. */
  { "[    1.9] Kernel panic - not syncing: no\r\n" KERNEL, 0, 0, 0 },
  { STARTED LOGIN "\r\n\033c\033[?7l\033[2JSeaBIOS (version 1.16)\r\n", 0, 0, 0 },
  /* A person went on. */
  { "You are in emergency mode.\r\n" LOGIN, HOSTEL_BOOT_SIGN_LOGIN, 0, 0 },
};

static void
check_text (const Text *expected,
            guint       number,
            gsize       chunk)
{
  g_autoptr (HostelBootText) text = hostel_boot_text_new ();
  gsize size = strlen (expected->text);

  for (gsize at = 0; at < size; at += chunk)
    hostel_boot_text_feed (text, expected->text + at, MIN (chunk, size - at));

  if (hostel_boot_text_get_sign (text) != expected->sign ||
      hostel_boot_text_get_cloud (text) != expected->cloud ||
      g_strv_length ((char **) hostel_boot_text_get_errors (text)) != expected->n_errors)
    g_error ("text %u in pieces of %" G_GSIZE_FORMAT " is taken for %d, %d", number, chunk,
             hostel_boot_text_get_sign (text), hostel_boot_text_get_cloud (text));
}

static void
test_text (void)
{
  static const gsize chunks[] = { 1, 3, 7, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (chunks); j++)
      check_text (&texts[i], i, chunks[j]);
}

/* Noise and floods end nothing and keep little. */
static void
test_text_hostile (void)
{
  g_autoptr (HostelBootText) text = hostel_boot_text_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 20000; i++)
    {
      char noise[64];

      for (gsize j = 0; j < sizeof noise; j++)
        noise[j] = g_rand_int (rand);
      hostel_boot_text_feed (text, noise, sizeof noise);
    }
  for (guint i = 0; i < 1000; i++)
    hostel_boot_text_feed (text, "\r\nFailed to start cloud-init\r\n", 29);
  g_assert_cmpuint (g_strv_length ((char **) hostel_boot_text_get_errors (text)), <=, 32);
  hostel_boot_text_feed (text, "\033[0m\r\n" LOGIN, strlen ("\033[0m\r\n" LOGIN));
  g_assert_cmpint (hostel_boot_text_get_sign (text), ==, HOSTEL_BOOT_SIGN_LOGIN);
}

/* What happens to a machine, and when. */
typedef struct
{
  double      time;
  enum { END, LISTEN, TAKEN, BEGIN, BEAT, ERROR, DONE, FAILED, WRITES, DENIES, SEES, IS, BY } what;
  int         value;   /* of SEES a machine's state, of IS a phase, of BY the phase that is reached by then */
  const char *text;
} Event;

#define BOOTING HOSTEL_BOOT_PHASE_BOOTING
#define APPLYING HOSTEL_BOOT_PHASE_APPLYING
#define ERRORS HOSTEL_BOOT_PHASE_FAILED

static const Event good[] = {
  { 0, LISTEN }, { 1, IS, BOOTING }, { 20, BEGIN }, { 20, IS, APPLYING }, { 30, WRITES, 0, LOGIN },
  { 40, BEAT }, { 50, BEAT }, { 55, IS, APPLYING }, { 58, DONE }, { 58, IS, HOSTEL_BOOT_PHASE_READY },
  { 60, SEES, HOSTEL_BOOT_MACHINE_OFF }, { 60, IS, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event long_command[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 30, WRITES, 0, LOGIN }, { 45, BEAT }, { 70, BEAT }, { 95, BEAT },
  { 120, BEAT }, { 140, IS, APPLYING }, { 141, FAILED }, { 141, IS, ERRORS }, { 0 } };
/* The reporter was ended with its unit, and the console has the rest. */
static const Event reporter_dies[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 30, WRITES, 0, STARTED LOGIN }, { 60, WRITES, 0, SEEDED },
  { 75, IS, APPLYING }, { 85, BY, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event reporter_dies_with_errors[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 25, ERROR }, { 30, WRITES, 0, LOGIN }, { 90, BY, ERRORS }, { 0 } };
static const Event unit_fails[] = {
  { 0, TAKEN }, { 30, WRITES, 0, STARTED "[FAILED] Failed to start cloud-final.service\r\n" LOGIN },
  { 50, WRITES, 0, SEEDED }, { 75, BY, ERRORS }, { 0 } };
static const Event reporter_dies_own_message[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 30, WRITES, 0, STARTED LOGIN }, { 60, IS, APPLYING },
  { 90, BY, HOSTEL_BOOT_PHASE_UNTOLD }, { 95, DONE }, { 95, IS, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event no_cloud_init[] = {
  { 0, LISTEN }, { 30, WRITES, 0, LOGIN }, { 40, IS, BOOTING }, { 55, BY, HOSTEL_BOOT_PHASE_UNREAD },
  { 60, BEGIN }, { 60, IS, APPLYING }, { 0 } };
static const Event no_seed[] = {
  { 0, LISTEN }, { 30, WRITES, 0, STARTED LOGIN }, { 45, WRITES, 0, DMI }, { 50, IS, APPLYING },
  { 70, BY, HOSTEL_BOOT_PHASE_UNREAD }, { 0 } };
/* Another window has the port all the time. */
static const Event taken_done[] = {
  { 0, TAKEN }, { 30, WRITES, 0, STARTED LOGIN }, { 45, WRITES, 0, SEEDED },
  { 70, BY, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event taken_then_free[] = {
  { 0, TAKEN }, { 30, WRITES, 0, STARTED LOGIN }, { 45, WRITES, 0, SEEDED }, { 50, LISTEN }, { 52, FAILED },
  { 52, IS, ERRORS }, { 0 } };
static const Event taken_silent[] = {
  { 0, TAKEN }, { 30, WRITES, 0, LOGIN }, { 60, IS, BOOTING }, { 80, BY, HOSTEL_BOOT_PHASE_UNTOLD }, { 0 } };
static const Event taken_denied[] = {
  { 0, TAKEN }, { 30, WRITES, 0, LOGIN }, { 40, DENIES }, { 55, BY, HOSTEL_BOOT_PHASE_UNREAD }, { 0 } };
static const Event panic[] = {
  { 0, LISTEN }, { 10, WRITES, 0, "[ 1.9] Kernel panic - not syncing: x\r\n" }, { 15, IS, BOOTING },
  { 25, BY, HOSTEL_BOOT_PHASE_PANIC }, { 0 } };
static const Event panic_reboots[] = {
  { 0, LISTEN }, { 10, WRITES, 0, "[ 1.9] Kernel panic - not syncing: x\r\n" }, { 15, WRITES, 0, KERNEL },
  { 40, IS, BOOTING }, { 41, BEGIN }, { 50, DONE }, { 50, IS, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event emergency[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 25, WRITES, 0, "You are in emergency mode.\r\n" }, { 30, BEAT },
  { 40, BY, HOSTEL_BOOT_PHASE_EMERGENCY }, { 60, WRITES, 0, LOGIN }, { 61, BEAT }, { 61, IS, APPLYING }, { 0 } };
static const Event initramfs[] = {
  { 0, LISTEN }, { 25, WRITES, 0, "\r\n(initramfs) " }, { 40, BY, HOSTEL_BOOT_PHASE_INITRAMFS }, { 0 } };
static const Event loader[] = {
  { 0, LISTEN }, { 5, WRITES, 0, "grub rescue> " }, { 20, BY, HOSTEL_BOOT_PHASE_LOADER }, { 0 } };
static const Event no_system[] = {
  { 0, LISTEN }, { 5, WRITES, 0, "No bootable device.\r\n" }, { 20, BY, HOSTEL_BOOT_PHASE_NO_SYSTEM }, { 0 } };
static const Event power_off[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 25, SEES, HOSTEL_BOOT_MACHINE_OFF }, { 25, IS, HOSTEL_BOOT_PHASE_STOPPED },
  { 99, SEES, HOSTEL_BOOT_MACHINE_ON }, { 99, IS, APPLYING }, { 120, DONE },
  { 120, IS, HOSTEL_BOOT_PHASE_READY }, { 0 } };
/* What the boot before wrote is no login of this one. */
static const Event reboot[] = {
  { 0, LISTEN }, { 20, BEGIN }, { 25, WRITES, 0, LOGIN }, { 30, WRITES, 0, "SeaBIOS (version 1)\r\n" },
  { 90, IS, APPLYING }, { 95, BEGIN }, { 100, WRITES, 0, LOGIN }, { 110, BEAT }, { 130, IS, APPLYING },
  { 131, DONE }, { 131, IS, HOSTEL_BOOT_PHASE_READY }, { 0 } };
static const Event crash[] = {
  { 0, LISTEN }, { 9, SEES, HOSTEL_BOOT_MACHINE_CRASHED }, { 9, IS, HOSTEL_BOOT_PHASE_CRASHED }, { 0 } };
static const Event removed[] = {
  { 0, LISTEN }, { 9, SEES, HOSTEL_BOOT_MACHINE_GONE }, { 9, IS, HOSTEL_BOOT_PHASE_GONE }, { 0 } };
static const Event daemon_dies[] = {
  { 0, LISTEN }, { 9, SEES, HOSTEL_BOOT_MACHINE_UNREACHABLE }, { 30, IS, BOOTING },
  { 45, BY, HOSTEL_BOOT_PHASE_LOST }, { 50, SEES, HOSTEL_BOOT_MACHINE_ON }, { 50, IS, BOOTING }, { 0 } };
static const Event silence[] = {
  { 0, LISTEN }, { 9, WRITES, 0, "SeaBIOS\r\n" }, { 500, IS, BOOTING }, { 620, BY, HOSTEL_BOOT_PHASE_SILENT },
  { 0 } };
static const Event slow[] = {
  { 0, LISTEN }, { 300, WRITES, 0, "a\r\n" }, { 700, WRITES, 0, "b\r\n" }, { 1200, IS, BOOTING }, { 0 } };

typedef struct
{
  const char  *name;
  const Event *events;
} Case;

#define CASE(name) { #name, name }
static const Case cases[] = {
  CASE (good), CASE (long_command), CASE (reporter_dies), CASE (reporter_dies_with_errors),
  CASE (unit_fails), CASE (reporter_dies_own_message), CASE (no_cloud_init), CASE (no_seed),
  CASE (taken_done), CASE (taken_then_free), CASE (taken_silent), CASE (taken_denied), CASE (panic),
  CASE (panic_reboots), CASE (emergency), CASE (initramfs), CASE (loader), CASE (no_system),
  CASE (power_off), CASE (reboot), CASE (crash), CASE (removed), CASE (daemon_dies), CASE (silence),
  CASE (slow),
};

typedef struct
{
  HostelBootJudge *judge;
  HostelBootText  *text;
  guint64          size;
} Play;

static void
write_text (Play        *play,
            const Event *event)
{
  hostel_boot_text_feed (play->text, event->text, strlen (event->text));
  play->size += strlen (event->text);
  hostel_boot_judge_read (play->judge, play->text, play->size, event->time);
}

static void
check_phase (Play        *play,
             const Event *event,
             const char  *name)
{
  HostelBootPhase phase = hostel_boot_judge_get_phase (play->judge, event->time);

  if (phase != (HostelBootPhase) event->value)
    g_error ("%s is in phase %d at %.0f s, not %d", name, phase, event->time, event->value);
}

static void
play_event (Play        *play,
            const Event *event,
            const char  *name)
{
  switch (event->what)
    {
    case LISTEN:
    case TAKEN:
      hostel_boot_judge_listen (play->judge, event->what == LISTEN, event->time);
      break;
    case BEGIN:
    case BEAT:
    case ERROR:
      hostel_boot_judge_hear (play->judge, HOSTEL_BOOT_VERDICT_RUNNING, event->what == ERROR, event->time);
      break;
    case DONE:
    case FAILED:
      hostel_boot_judge_hear (play->judge, event->what == DONE ? HOSTEL_BOOT_VERDICT_DONE
                                                               : HOSTEL_BOOT_VERDICT_FAILED,
                              event->what == FAILED, event->time);
      break;
    case WRITES:
      write_text (play, event);
      break;
    case DENIES:
      hostel_boot_judge_deny (play->judge, event->time);
      break;
    case SEES:
      hostel_boot_judge_see (play->judge, event->value, event->time);
      break;
    case IS:
    case BY:
      check_phase (play, event, name);
      break;
    case END:
    default:
      g_assert_not_reached ();
    }
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (HostelBootJudge) judge = hostel_boot_judge_new (0);
  g_autoptr (HostelBootText) text = hostel_boot_text_new ();
  Play play = { judge, text, 0 };

  for (const Event *event = self->events; event->what != END; event++)
    play_event (&play, event, self->name);
}

/* Only where the report is silent and should not be, and not all the time. */
static void
test_agent (void)
{
  g_autoptr (HostelBootJudge) judge = hostel_boot_judge_new (0);
  g_autoptr (HostelBootText) text = hostel_boot_text_new ();
  Play play = { judge, text, 0 };
  Event login = { 30, WRITES, 0, LOGIN };

  hostel_boot_judge_listen (judge, TRUE, 0);
  g_assert_false (hostel_boot_judge_wants_agent (judge, 20));
  hostel_boot_judge_hear (judge, HOSTEL_BOOT_VERDICT_RUNNING, FALSE, 25);
  write_text (&play, &login);
  g_assert_false (hostel_boot_judge_wants_agent (judge, 36));
  g_assert_true (hostel_boot_judge_wants_agent (judge, 45));
  g_assert_false (hostel_boot_judge_wants_agent (judge, 46));
  g_assert_true (hostel_boot_judge_wants_agent (judge, 60));
  hostel_boot_judge_see (judge, HOSTEL_BOOT_MACHINE_OFF, 61);
  g_assert_false (hostel_boot_judge_wants_agent (judge, 90));
}

/* Each end has words of its own, in the window and on the command line. */
static void
test_words (void)
{
  g_autoptr (GEnumClass) phases = g_type_class_ref (HOSTEL_TYPE_BOOT_PHASE);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < phases->n_values; i++)
    {
      HostelBootPhase phase = phases->values[i].value;
      char *sentence = hostel_boot_phase_dup_sentence (phase, "bunk");

      g_assert_nonnull (strstr (sentence, "bunk"));
      g_assert_true (g_hash_table_add (seen, sentence));
      g_assert_true (g_hash_table_add (seen, g_strdup (hostel_boot_phase_get_title (phase))));
      if (hostel_boot_phase_is_end (phase) && phase != HOSTEL_BOOT_PHASE_READY)
        g_assert_cmpstr (hostel_boot_phase_get_remedy (phase), !=, "");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/boot-judge/text", test_text);
  g_test_add_func ("/boot-judge/text-hostile", test_text_hostile);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/boot-judge/case/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/boot-judge/agent", test_agent);
  g_test_add_func ("/boot-judge/words", test_words);

  return g_test_run ();
}
