/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-error.h"
#include "hostel-host-facts.h"

/* As libvirt 9.0 writes them, less what is not read. */
static const char capabilities[] =
  "<capabilities>"
  "<host><cpu><arch>x86_64</arch><model>EPYC</model></cpu></host>"
  "<guest><os_type>hvm</os_type><arch name='i686'><wordsize>32</wordsize>"
  "<emulator>/usr/bin/qemu-system-i386</emulator><domain type='qemu'/></arch></guest>"
  "<guest><os_type>hvm</os_type><arch name='x86_64'><wordsize>64</wordsize>"
  "<emulator>/usr/bin/qemu-system-x86_64</emulator><domain type='qemu'/>%s</arch></guest>"
  "</capabilities>";

static const char domain_capabilities[] =
  "<domainCapabilities><path>/usr/libexec/qemu-kvm</path><domain>kvm</domain>"
  "<os supported='yes'><enum name='firmware'>%s</enum></os>"
  "<cpu><mode name='host-passthrough' supported='yes'/><mode name='maximum' supported='no'/></cpu>"
  "</domainCapabilities>";

static HostelHostFacts *
load (const char  *kvm,
      const char  *firmware,
      gboolean     session,
      gboolean     passt,
      GError     **error)
{
  g_autofree char *host = g_strdup_printf (capabilities, kvm);
  g_autofree char *domain = g_strdup_printf (domain_capabilities, firmware);
  const char *networks[] = { "default", "lab", NULL };
  const char *active[] = { "lab", NULL };
  const HostelHostData data = {
    .uri = "qemu:///system",
    .capabilities = host,
    .domain_capabilities = domain,
    .networks = networks,
    .active_networks = active,
    .memory = 16000,
    .memory_free = 9000,
    .cpus = 8,
    .session = session,
    .has_passt = passt,
    .version = 9000000,
  };

  return hostel_host_facts_new_from_data (&data, error);
}

static void
test_kvm (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelHostFacts) facts = load ("<domain type='kvm'/>", "<value>efi</value>", FALSE,
                                            TRUE, &error);
  g_autofree char *machine = NULL;
  gboolean kvm;

  g_assert_no_error (error);
  g_assert_cmpstr (hostel_host_facts_get_arch (facts), ==, "x86_64");
  g_assert_cmpstr (hostel_host_facts_get_domain_type (facts), ==, "kvm");
  g_assert_cmpstr (hostel_host_facts_get_kvm_reason (facts), ==, "");
  /* What libvirt would run, which is not always what the capabilities name first. */
  g_assert_cmpstr (hostel_host_facts_get_emulator (facts), ==, "/usr/libexec/qemu-kvm");
  g_assert_true (hostel_host_facts_get_efi (facts));
  g_assert_true (hostel_host_facts_has_cpu_mode (facts, "host-passthrough"));
  g_assert_false (hostel_host_facts_has_cpu_mode (facts, "maximum"));

  g_assert_true (hostel_host_facts_has_network (facts, "default"));
  g_assert_false (hostel_host_facts_is_network_active (facts, "default"));
  g_assert_true (hostel_host_facts_is_network_active (facts, "lab"));
  g_assert_false (hostel_host_facts_has_network (facts, "none"));

  g_object_get (facts, "kvm", &kvm, "machine", &machine, NULL);
  g_assert_true (kvm);
  g_assert_cmpstr (machine, ==, "q35");
}

static void
test_emulated (void)
{
  g_autoptr (HostelHostFacts) facts = load ("", "", FALSE, FALSE, NULL);

  g_assert_false (hostel_host_facts_get_kvm (facts));
  g_assert_cmpstr (hostel_host_facts_get_domain_type (facts), ==, "qemu");
  g_assert_cmpstr (hostel_host_facts_get_kvm_reason (facts), !=, "");
  g_assert_false (hostel_host_facts_get_efi (facts));
}

/* Offered by libvirt, which is root, and closed to the user that QEMU runs as. */
static void
test_refused_kvm (void)
{
  g_autofree char *host = g_strdup_printf (capabilities, "<domain type='kvm'/>");
  g_autofree char *alone = g_strdup (host);
  HostelHostData data = { .uri = "qemu:///system", .capabilities = host, .kvm_refusal = "closed" };
  g_autoptr (HostelHostFacts) facts = hostel_host_facts_new_from_data (&data, NULL);
  g_autoptr (HostelHostFacts) only = NULL;
  char *emulated;

  g_assert_cmpstr (hostel_host_facts_get_domain_type (facts), ==, "qemu");
  g_assert_false (hostel_host_facts_get_kvm (facts));
  g_assert_cmpstr (hostel_host_facts_get_kvm_reason (facts), ==, "closed");

  /* Where libvirt cannot emulate there is nothing else to try. */
  while ((emulated = strstr (alone, "<domain type='qemu'/>")))
    memset (emulated, ' ', strlen ("<domain type='qemu'/>"));
  data.capabilities = alone;
  only = hostel_host_facts_new_from_data (&data, NULL);
  g_assert_cmpstr (hostel_host_facts_get_domain_type (only), ==, "kvm");
  g_assert_cmpstr (hostel_host_facts_get_kvm_reason (only), ==, "");
}

static void
test_user_network (void)
{
  const struct
  {
    gboolean    session;
    gboolean    passt;
    const char *backend;
  } cases[] = {
    { TRUE, TRUE, "passt" },
    { TRUE, FALSE, "slirp" },
    { FALSE, TRUE, "slirp" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HostelHostFacts) facts = load ("", "", cases[i].session, cases[i].passt, NULL);

      g_assert_cmpstr (hostel_host_facts_get_user_network_backend (facts), ==, cases[i].backend);
    }
}

static void
test_no_hypervisor (void)
{
  const char * const texts[] = {
    NULL,
    "",
    "no XML",
    "<capabilities><host><cpu><arch>x86_64</arch></cpu></host></capabilities>",
    /* for another architecture only */
    "<capabilities><host><cpu><arch>aarch64</arch></cpu></host><guest><os_type>hvm</os_type>"
    "<arch name='x86_64'><domain type='qemu'/></arch></guest></capabilities>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      const HostelHostData data = { .uri = "qemu:///system", .capabilities = texts[i] };

      g_assert_null (hostel_host_facts_new_from_data (&data, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_HOST_LACKS);
      g_assert_nonnull (hostel_error_get_remedy (error));
    }
}

static void
test_limits (void)
{
  g_autoptr (HostelHostFacts) facts = load ("", "", FALSE, FALSE, NULL);
  g_autoptr (HostelMachineSpec) spec = hostel_machine_spec_new ();
  HostelMachineLimits limits;
  g_autoptr (GError) error = NULL;

  hostel_host_facts_get_limits (facts, &limits);
  hostel_machine_spec_set_memory (spec, 16000);
  g_assert_true (hostel_machine_spec_validate_field (spec, "memory", &limits, &error));
  hostel_machine_spec_set_memory (spec, 16001);
  g_assert_false (hostel_machine_spec_validate_field (spec, "memory", &limits, &error));
  g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
}

static void
test_channels (void)
{
  const struct
  {
    const char *config_dir;
    gulong      version;
    const char *machine;
    gboolean    fits;
  } cases[] = {
    { NULL, 9000000, "a-name-of-twenty-bytes", TRUE },
    { "/home/alice/.config", 9000000, "fedora01", TRUE },
    { "/home/christopher-robin/.config", 9000000, "a-name-of-twenty-bytes", FALSE },
    { "/home/christopher-robin/.config", 9002000, "a-name-of-twenty-bytes", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *host = g_strdup_printf (capabilities, "");
      const HostelHostData data = {
        .uri = "qemu:///session",
        .capabilities = host,
        .session = TRUE,
        .config_dir = cases[i].config_dir,
        .version = cases[i].version,
      };
      g_autoptr (HostelHostFacts) facts = hostel_host_facts_new_from_data (&data, NULL);

      g_assert_true (hostel_host_facts_has_room_for_channel (facts, cases[i].machine,
                                                             "org.qemu.guest_agent.0") ==
                     cases[i].fits);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-facts/kvm", test_kvm);
  g_test_add_func ("/host-facts/emulated", test_emulated);
  g_test_add_func ("/host-facts/refused-kvm", test_refused_kvm);
  g_test_add_func ("/host-facts/user-network", test_user_network);
  g_test_add_func ("/host-facts/no-hypervisor", test_no_hypervisor);
  g_test_add_func ("/host-facts/channels", test_channels);
  g_test_add_func ("/host-facts/limits", test_limits);

  return g_test_run ();
}
