/* SPDX-License-Identifier: GPL-3.0-or-later */
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
"    <serial type='pty'>%s</serial>"
"    <console type='pty'><target type='serial'/></console>"
"    <console type='pty'><target type='virtio'/>%s</console>"
"    <channel type='unix'><target type='virtio' name='hostel.test.0'/></channel>"
"    <channel type='unix'><target type='virtio' name='hostel.report'/></channel>"
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

static void
make_pool (TinyGuest *self)
{
  static const char * const names[] = { "serial0.log", "console1.log" };
  g_autofree char *directory = g_build_filename (self->directory, "logs", NULL);
  g_autofree char *xml =
    g_strdup_printf ("<pool type='dir'><name>hostel-test-%d-%d</name>"
                     "<target><path>%s</path></target></pool>", getpid (), n_guests, directory);

  /* It is another user's daemon that writes there. */
  g_assert_cmpint (g_mkdir (directory, 0777), ==, 0);
  g_assert_cmpint (g_chmod (directory, 0777), ==, 0);
  /* It is there again when its daemon is. */
  self->pool = virStoragePoolDefineXML (self->handle, xml, 0);
  g_assert_nonnull (self->pool);
  g_assert_cmpint (virStoragePoolSetAutostart (self->pool, 1), ==, 0);
  g_assert_cmpint (virStoragePoolCreate (self->pool, 0), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *volume_xml =
        g_strdup_printf ("<volume><name>%s</name><capacity>0</capacity>"
                         "<target><format type='raw'/></target></volume>", names[i]);
      virStorageVolPtr volume = virStorageVolCreateXML (self->pool, volume_xml, 0);

      g_assert_nonnull (volume);
      virStorageVolFree (volume);
    }
}

static char *
dup_log_xml (TinyGuest  *self,
             const char *name)
{
  return self->pool != NULL ? g_strdup_printf ("<log file='%s/logs/%s.log' append='on'/>",
                                               self->directory, name)
                            : g_strdup ("");
}

/* The kernel unpacks one archive after the other. */
static void
append_script (TinyGuest  *self,
               const char *script)
{
  g_autofree char *directory = g_build_filename (self->directory, "script", NULL);
  g_autofree char *path = g_build_filename (directory, "script-init", NULL);
  g_autofree char *initrd = g_build_filename (self->directory, "initrd.gz", NULL);
  g_autofree char *command =
    g_strdup_printf ("sh -c 'cd %s && find . | cpio -o -H newc --quiet | gzip -1 >>%s'", directory, initrd);
  int status;

  g_assert_cmpint (g_mkdir (directory, 0755), ==, 0);
  g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static TinyGuest *
guest_new (const char *uri,
           const char *append,
           const char *script,
           gboolean    logs)
{
  g_autoptr (TinyGuest) self = g_new0 (TinyGuest, 1);
  g_autofree char *images = dup_image_directory ();
  g_autofree char *serial = NULL;
  g_autofree char *console = NULL;
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
  if (script != NULL)
    append_script (self, script);
  if (logs)
    make_pool (self);

  serial = dup_log_xml (self, "serial0");
  console = dup_log_xml (self, "console1");
  xml = g_strdup_printf (domain_xml, getpid (), n_guests++, self->directory, self->directory,
                         append != NULL ? append : "", serial, console);
  /* A daemon that is killed meanwhile must not take it along. */
  if (script != NULL)
    {
      self->domain = virDomainDefineXML (self->handle, xml);
      g_assert_nonnull (self->domain);
      g_assert_cmpint (virDomainCreateWithFlags (self->domain, VIR_DOMAIN_START_PAUSED), ==, 0);
    }
  else
    self->domain = virDomainCreateXML (self->handle, xml, VIR_DOMAIN_START_PAUSED
                                       | (logs ? 0 : VIR_DOMAIN_START_AUTODESTROY));
  if (self->domain == NULL)
    g_error ("the guest does not start: %s", virGetLastErrorMessage ());
  g_assert_cmpint (virDomainGetUUIDString (self->domain, self->uuid), ==, 0);

  return g_steal_pointer (&self);
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
  return guest_new (uri, append, NULL, FALSE);
}

/**
 * tiny_guest_new_with_logs:
 * @uri: a libvirt URI
 *
 * As tiny_guest_new(), with a log for each console, in a pool of its own.
 */
TinyGuest *
tiny_guest_new_with_logs (const char *uri)
{
  return guest_new (uri, NULL, NULL, TRUE);
}

/**
 * tiny_guest_new_with_script:
 * @uri: a libvirt URI
 * @script: a script that the guest's kernel starts instead of its init
 *
 * As tiny_guest_new_with_logs(), and the machine is still there when it is off.
 */
TinyGuest *
tiny_guest_new_with_script (const char *uri,
                            const char *script)
{
  return guest_new (uri, "rdinit=/script-init", script, TRUE);
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

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

/**
 * tiny_guest_reconnect:
 * @self: a guest whose daemon was started again
 */
void
tiny_guest_reconnect (TinyGuest *self)
{
  g_autofree char *pool_name = g_strdup (virStoragePoolGetName (self->pool));

  virDomainFree (self->domain);
  virStoragePoolFree (self->pool);
  virConnectClose (self->handle);
  self->handle = virConnectOpen (self->uri);
  g_assert_nonnull (self->handle);
  self->domain = virDomainLookupByUUIDString (self->handle, self->uuid);
  g_assert_nonnull (self->domain);
  self->pool = virStoragePoolLookupByName (self->handle, pool_name);
  g_assert_nonnull (self->pool);
}

void
tiny_guest_free (TinyGuest *self)
{
  if (self->domain != NULL)
    {
      virDomainDestroy (self->domain);
      virDomainUndefine (self->domain);
      virDomainFree (self->domain);
    }
  if (self->pool != NULL)
    {
      virStoragePoolDestroy (self->pool);
      virStoragePoolUndefine (self->pool);
      virStoragePoolFree (self->pool);
    }
  if (self->handle != NULL)
    virConnectClose (self->handle);
  if (self->directory != NULL)
    remove_tree (self->directory);
  g_free (self->directory);
  g_free (self->uri);
  g_free (self);
}
