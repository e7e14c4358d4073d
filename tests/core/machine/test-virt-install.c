/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "hostel-virt-install.h"
#include "image-builder.h"

static HostelMachineSpec *
make_spec (const char *image_path)
{
  HostelMachineSpec *spec = hostel_machine_spec_new ();
  g_autoptr (GByteArray) qcow2 = image_build_qcow2 (3);
  g_autoptr (HostelImage) image = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (image_path, (const char *) qcow2->data, qcow2->len, &error);
  g_assert_no_error (error);
  image = hostel_image_new_from_path (image_path, &error);
  g_assert_no_error (error);

  hostel_machine_spec_set_image (spec, image);
  hostel_machine_spec_set_name (spec, "web1");
  hostel_machine_spec_set_memory (spec, 1536);
  hostel_machine_spec_set_vcpus (spec, 2);
  hostel_machine_spec_set_disk_size (spec, G_GUINT64_CONSTANT (10) << 30);

  return spec;
}

/* The words of the last command, as a shell takes them. */
static GStrv
split_command (const char *text)
{
  const char *start = strstr (text, "\nvirt-install");
  g_autoptr (GError) error = NULL;
  GStrv words = NULL;

  g_assert_nonnull (start);
  g_shell_parse_argv (start + 1, NULL, &words, &error);
  g_assert_no_error (error);

  return words;
}

static const char *
value_of (GStrv       words,
          const char *option,
          guint       nth)
{
  guint i;

  for (i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], option) && nth-- == 0)
      return words[i + 1];

  return NULL;
}

static void
test_words (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hostel-virt-install-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "it's, a $(rm) disk.qcow2", NULL);
  g_autofree char *disk = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HostelMachineSpec) spec = make_spec (path);
  g_auto (GStrv) words = NULL;

  text = hostel_machine_spec_dup_virt_install_command (spec, "qemu:///session", TRUE, FALSE, "");
  words = split_command (text);

  g_assert_cmpstr (value_of (words, "--connect", 0), ==, "qemu:///session");
  g_assert_cmpstr (value_of (words, "--name", 0), ==, "web1");
  g_assert_cmpstr (value_of (words, "--uuid", 0), ==, hostel_machine_spec_get_uuid (spec));
  g_assert_cmpstr (value_of (words, "--memory", 0), ==, "1536");
  g_assert_cmpstr (value_of (words, "--vcpus", 0), ==, "2");
  g_assert_cmpstr (value_of (words, "--virt-type", 0), ==, "qemu");
  g_assert_cmpstr (value_of (words, "--network", 0), ==, "user,model=virtio");
  /* A comma ends a suboption, two are one. */
  disk = g_strdup_printf ("size=10,backing_store=%s/it's,, a $(rm) disk.qcow2,"
                          "backing_format=qcow2,bus=virtio", dir);
  g_assert_cmpstr (value_of (words, "--disk", 0), ==, disk);
  g_assert_nonnull (strstr (value_of (words, "--disk", 1), "bus=virtio"));
  g_assert_nonnull (strstr (text, hostel_machine_spec_get_uuid (spec)));

  g_unlink (path);
  g_rmdir (dir);
}

/* Whether virt-install itself takes it, where there is one. */
static void
test_virt_install (void)
{
  g_autofree char *program = g_find_program_in_path ("virt-install");
  g_autofree char *dir = g_dir_make_tmp ("hostel-virt-install-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "disk.qcow2", NULL);
  g_autofree char *seed = g_build_filename (dir, "seed.iso", NULL);
  g_autofree char *text = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelMachineSpec) spec = make_spec (path);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_auto (GStrv) words = NULL;
  guint i;
  int status;

  if (program == NULL)
    {
      g_test_skip ("virt-install is not here");
      return;
    }

  /* libvirt's test driver knows networks, pools and no QEMU; nothing is made. */
  text = hostel_machine_spec_dup_virt_install_command (spec, "test:///default", FALSE, TRUE, "");
  words = split_command (text);
  for (i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, (gpointer) "--dry-run");
  g_ptr_array_add (argv, (gpointer) "--print-xml");
  g_ptr_array_add (argv, NULL);
  g_file_set_contents (seed, "seed", -1, NULL);

  g_spawn_sync (dir, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                &errors, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s%s", output, errors);
  g_assert_nonnull (strstr (output, "<name>web1</name>"));
  g_assert_nonnull (strstr (output, "ds=nocloud"));
  /* It would be off after the first reboot. */
  g_assert_null (strstr (output, "<on_reboot>destroy"));

  g_unlink (path);
  g_unlink (seed);
  g_rmdir (dir);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/virt-install/words", test_words);
  g_test_add_func ("/virt-install/taken", test_virt_install);

  return g_test_run ();
}
