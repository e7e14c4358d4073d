/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-boot-phase"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-boot-judge.h"

G_DEFINE_ENUM_TYPE (HostelBootPhase, hostel_boot_phase,
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_BOOTING, "booting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_APPLYING, "applying"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_CRASHED, "crashed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_LOST, "lost"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_UNREAD, "unread"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_UNTOLD, "untold"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_EMERGENCY, "emergency"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_INITRAMFS, "initramfs"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_LOADER, "loader"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_NO_SYSTEM, "no-system"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_PANIC, "panic"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_BOOT_PHASE_SILENT, "silent"))

static const struct
{
  const char *title;
  const char *remedy;
  const char *sentence;
} texts[] = {
  [HOSTEL_BOOT_PHASE_BOOTING] = {
    N_("Booting"), "", N_("“%s” has not reported yet.") },
  [HOSTEL_BOOT_PHASE_APPLYING] = {
    N_("Applying user-data"), "", N_("cloud-init has not finished in “%s”.") },
  [HOSTEL_BOOT_PHASE_READY] = { N_("Ready"), "", N_("%s is ready.") },
  [HOSTEL_BOOT_PHASE_FAILED] = {
    N_("User-data was not applied without errors"),
    N_("Look at /var/log/cloud-init.log in it."),
    N_("“%s” runs, but cloud-init has failed in it.") },
  [HOSTEL_BOOT_PHASE_STOPPED] = {
    N_("Switched off before its first boot was complete"),
    N_("It goes on when the machine is started."),
    N_("“%s” has stopped before cloud-init had finished.") },
  [HOSTEL_BOOT_PHASE_CRASHED] = {
    N_("Crashed before its first boot was complete"),
    N_("Its console tells what happened last. Force it off and start it again."),
    N_("“%s” has crashed before cloud-init had finished.") },
  [HOSTEL_BOOT_PHASE_GONE] = {
    N_("Removed before its first boot was complete"),
    N_("Another program may have done so."),
    N_("“%s” was removed before cloud-init had finished.") },
  [HOSTEL_BOOT_PHASE_LOST] = {
    N_("The connection to the host is lost"),
    N_("The machine may run on. How far it is will be known when the host answers again."),
    N_("The connection was lost while “%s” booted.") },
  [HOSTEL_BOOT_PHASE_UNREAD] = {
    N_("The guest never read its user-data"),
    N_("Is there no cloud-init in the image, or does it take no data from disks?"),
    N_("“%s” asks for a login, but has never read its user-data.") },
  [HOSTEL_BOOT_PHASE_UNTOLD] = {
    N_("The guest has not told how its set-up ended"),
    N_("It asks for a login. “cloud-init status --long” in it tells more."),
    N_("“%s” asks for a login, but has not told how cloud-init ended.") },
  [HOSTEL_BOOT_PHASE_EMERGENCY] = {
    N_("The guest is in emergency mode"),
    N_("Its console tells which unit failed; a wrong line in fstab is a frequent cause."),
    N_("“%s” is in emergency mode.") },
  [HOSTEL_BOOT_PHASE_INITRAMFS] = {
    N_("The guest found no root file system"),
    N_("Its console has a shell of its initramfs. Is the image whole, and made for such disks?"),
    N_("“%s” found no root file system.") },
  [HOSTEL_BOOT_PHASE_LOADER] = {
    N_("The guest’s boot loader asks what to do"),
    N_("It found no system to start. Is the image whole?"),
    N_("The boot loader of “%s” asks what to do.") },
  [HOSTEL_BOOT_PHASE_NO_SYSTEM] = {
    N_("Nothing on its disk can be booted"),
    N_("Does the image need the other firmware, or is it for another kind of computer?"),
    N_("“%s” found nothing on its disk that can be booted.") },
  [HOSTEL_BOOT_PHASE_PANIC] = {
    N_("The guest’s kernel has panicked"),
    N_("Its console tells why. More memory may help; else the image may not suit the processor."),
    N_("The kernel of “%s” has panicked.") },
  [HOSTEL_BOOT_PHASE_SILENT] = {
    N_("Nothing has been heard for a long time"),
    N_("Its console shows whether it does anything."),
    N_("“%s” has not reported, and its console is silent.") },
};

/**
 * hostel_boot_phase_is_end:
 * @phase: a phase
 *
 * Returns: whether nobody needs to wait any longer
 */
gboolean
hostel_boot_phase_is_end (HostelBootPhase phase)
{
  return phase != HOSTEL_BOOT_PHASE_BOOTING && phase != HOSTEL_BOOT_PHASE_APPLYING;
}

/**
 * hostel_boot_phase_is_final:
 * @phase: a phase
 *
 * Returns: whether cloud-init is through; any other end may be mended by a person or a new start
 */
gboolean
hostel_boot_phase_is_final (HostelBootPhase phase)
{
  return phase == HOSTEL_BOOT_PHASE_READY || phase == HOSTEL_BOOT_PHASE_FAILED;
}

/**
 * hostel_boot_phase_get_title:
 * @phase: a phase
 *
 * Returns: (transfer none): a headline, translated
 */
const char *
hostel_boot_phase_get_title (HostelBootPhase phase)
{
  g_return_val_if_fail (phase < G_N_ELEMENTS (texts), "");

  return _(texts[phase].title);
}

/**
 * hostel_boot_phase_get_remedy:
 * @phase: a phase
 *
 * Returns: (transfer none): what it may come from or what to do, translated, or ""
 */
const char *
hostel_boot_phase_get_remedy (HostelBootPhase phase)
{
  g_return_val_if_fail (phase < G_N_ELEMENTS (texts), "");

  return *texts[phase].remedy != '\0' ? _(texts[phase].remedy) : "";
}

/**
 * hostel_boot_phase_dup_sentence:
 * @phase: a phase
 * @name: the machine's
 *
 * Returns: (transfer full): the same as one sentence, translated
 */
char *
hostel_boot_phase_dup_sentence (HostelBootPhase  phase,
                                const char      *name)
{
  g_return_val_if_fail (phase < G_N_ELEMENTS (texts), NULL);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(texts[phase].sentence), name);
#pragma GCC diagnostic pop
}
