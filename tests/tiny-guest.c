#include "config.h"

#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiny-guest.h"

static const char domain_xml[] =
"<domain type='qemu'>"
"  <name>hostel-test-console-%d-%d</name>"
"  <memory unit='MiB'>192</memory><vcpu>1</vcpu>"
"  <os><type arch='x86_64' machine='q35'>hvm</type>"
"    <kernel>%s/vmlinuz</kernel><initrd>%s/initrd.gz</initrd>"
"    <cmdline>console=ttyS0 quiet %s</cmdline><bios useserial='yes'/></os>"
"  <features><acpi/></features><cpu mode='maximum'/>"
"  <on_reboot>restart</on_reboot>"
"  <devices>"
"    <serial type='pty'/>"
"    <console type='pty'><target type='serial'/></console>"
"    <console type='pty'><target type='virtio'/></console>"
"    <channel type='unix'><target type='virtio' name='hostel.test.0'/></channel>"
"    <controller type='usb' model='none'/><memballoon model='none'/>"
"  </devices>"
"</domain>";

static int n_guests;

const char *
tiny_guest_get_uri (void)
{
  const char *uri = g_getenv ("HOSTEL_TEST_URI");

  return uri != NULL ? uri : "qemu:///system";
}

/* Builds it where it is not in the cache yet. */
static char *
dup_image_directory (void)
{
  g_autofree char *get = g_test_build_filename (G_TEST_DIST, "guests", "get", NULL);
  const char *argv[] = { get, "tiny", NULL };
  g_autofree char *output = NULL;
  int status = 1;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &output, NULL, &status, NULL)
      || !g_spawn_check_wait_status (status, NULL))
    return NULL;

  return g_strdup (g_strstrip (output));
}

static void
copy_file (const char *source_directory,
           const char *directory,
           const char *name)
{
  g_autofree char *source = g_build_filename (source_directory, name, NULL);
  g_autofree char *target = g_build_filename (directory, name, NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (source, &contents, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (target, contents, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (target, 0644), ==, 0);
}

/**
 * tiny_guest_new:
 * @append: (nullable): more words for the kernel's command line
 *
 * Starts it paused, so that a console can be attached before its first byte.
 */
TinyGuest *
tiny_guest_new (const char *append)
{
  return tiny_guest_new_at (tiny_guest_get_uri (), append);
}

TinyGuest *
tiny_guest_new_at (const char *uri,
                   const char *append)
{
  g_autoptr (TinyGuest) self = g_new0 (TinyGuest, 1);
  g_autofree char *images = dup_image_directory ();
  g_autofree char *xml = NULL;

  self->uri = g_strdup (uri);
  if (images == NULL || !(self->handle = virConnectOpen (self->uri)))
    {
      g_test_skip (images == NULL ? "no guest image" : "no libvirt daemon");
      return NULL;
    }

  /* Where another user's QEMU can read it. */
  self->directory = g_strdup ("/var/tmp/hostel-test-XXXXXX");
  g_assert_nonnull (g_mkdtemp_full (self->directory, 0755));
  copy_file (images, self->directory, "vmlinuz");
  copy_file (images, self->directory, "initrd.gz");

  xml = g_strdup_printf (domain_xml, getpid (), n_guests++, self->directory, self->directory,
                         append != NULL ? append : "");
  self->domain = virDomainCreateXML (self->handle, xml,
                                     VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY);
  if (self->domain == NULL)
    g_error ("the guest does not start: %s", virGetLastErrorMessage ());
  g_assert_cmpint (virDomainGetUUIDString (self->domain, self->uuid), ==, 0);

  return g_steal_pointer (&self);
}

void
tiny_guest_resume (TinyGuest *self)
{
  g_assert_cmpint (virDomainResume (self->domain), ==, 0);
}

void
tiny_guest_pause (TinyGuest *self)
{
  g_assert_cmpint (virDomainSuspend (self->domain), ==, 0);
}

void
tiny_guest_free (TinyGuest *self)
{
  if (self->domain != NULL)
    {
      virDomainDestroy (self->domain);
      virDomainFree (self->domain);
    }
  if (self->handle != NULL)
    virConnectClose (self->handle);
  if (self->directory != NULL)
    {
      g_autofree char *kernel = g_build_filename (self->directory, "vmlinuz", NULL);
      g_autofree char *initrd = g_build_filename (self->directory, "initrd.gz", NULL);

      g_unlink (kernel);
      g_unlink (initrd);
      g_rmdir (self->directory);
    }
  g_free (self->directory);
  g_free (self->uri);
  g_free (self);
}
