/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has neither the library's version nor the statistics of all
 * domains. */
#define G_LOG_DOMAIN "hostel-host-ask"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-host-ask.h"
#include "hostel-host-facts-load.h"
#include "hostel-host-probe.h"
#include "hostel-storage.h"
#include "hostel-uri.h"
#include "hostel-xml.h"

typedef struct
{
  virConnectPtr     handle;
  const char       *uri;
  gboolean          local;
  gboolean          session;
  HostelHostReport *report;
} Ask;

static void
add (Ask              *self,
     const char       *id,
     HostelCheckState  state,
     const char       *cause,
     HostelHostRemedy *remedy,
     const char       *evidence)
{
  g_autofree char *redacted = hostel_host_system_redact (hostel_host_system_get_real (), evidence);
  g_autoptr (HostelHostCheck) check =
    hostel_host_check_new_entry (id, state, redacted, cause, remedy);

  hostel_host_report_add (self->report, check);
}

static void
add_unknown (Ask        *self,
             const char *id)
{
  virErrorPtr last = virGetLastError ();

  add (self, id, HOSTEL_CHECK_STATE_UNKNOWN, NULL, NULL,
       last && last->message ? last->message : _("libvirt does not tell"));
}

static void
ask_connection (Ask *self)
{
  unsigned long libvirt = 0;
  unsigned long qemu = 0;
  g_autofree char *evidence = NULL;

  virConnectGetLibVersion (self->handle, &libvirt);
  virConnectGetVersion (self->handle, &qemu);
  evidence = g_strdup_printf (_("%s: libvirt %lu.%lu.%lu, %s %lu.%lu.%lu"), self->uri,
                              libvirt / 1000000, libvirt / 1000 % 1000, libvirt % 1000,
                              virConnectGetType (self->handle),
                              qemu / 1000000, qemu / 1000 % 1000, qemu % 1000);
  add (self, "connection", HOSTEL_CHECK_STATE_GOOD, NULL, NULL, evidence);
}

static void
ask_facts (Ask *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HostelHostFacts) facts =
    hostel_host_facts_load_sync (self->handle, self->uri, self->session, &error);
  g_autofree char *evidence = NULL;
  g_autofree char *reason = NULL;
  gboolean kvm;

  if (facts == NULL)
    {
      const char *remedy = hostel_error_get_remedy (error);

      add (self, "libvirt-emulators",
           g_error_matches (error, HOSTEL_ERROR, HOSTEL_ERROR_HOST_LACKS)
           ? HOSTEL_CHECK_STATE_MISSING : HOSTEL_CHECK_STATE_UNKNOWN, NULL,
           remedy ? hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT, remedy, NULL, NULL, NULL) : NULL,
           error->message);
      return;
    }

  kvm = hostel_host_facts_get_kvm (facts);
  evidence = g_strdup_printf ("%s: %s, type=%s", self->uri, hostel_host_facts_get_emulator (facts),
                              hostel_host_facts_get_domain_type (facts));
  reason = g_strdup_printf ("%s. %s", evidence, hostel_host_facts_get_kvm_reason (facts));
  add (self, "libvirt-emulators", HOSTEL_CHECK_STATE_GOOD, NULL, NULL, evidence);
  if (!g_str_equal (virConnectGetType (self->handle), "QEMU"))
    add (self, "kvm-libvirt", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, NULL, self->uri);
  else
    add (self, "kvm-libvirt", kvm ? HOSTEL_CHECK_STATE_GOOD : HOSTEL_CHECK_STATE_WARNING,
         kvm ? NULL : _("libvirt’s machines may not use KVM"),
         kvm ? NULL : hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT,
                                              _("Once KVM is usable, restart libvirt."), NULL, NULL,
                                              NULL),
         kvm ? evidence : reason);

  if (!self->local)
    add (self, "firmware", hostel_host_facts_get_efi (facts) ? HOSTEL_CHECK_STATE_GOOD
                                                             : HOSTEL_CHECK_STATE_NOTE, NULL, NULL,
         hostel_host_facts_get_efi (facts) ? _("libvirt offers EFI firmware")
                                           : _("libvirt offers no EFI firmware"));
}

static HostelHostRemedy *
act_on (HostelHostRemedyKind  kind,
        const char           *text,
        const char           *label)
{
  const char *arguments[] = { "default", NULL };

  return hostel_host_remedy_new (kind, text, label, NULL, arguments);
}

static void
ask_network (Ask *self)
{
  const char *text = _("Start it, now and with the computer.");
  g_autoptr (virNetwork) network = NULL;
  virErrorPtr last;
  int autostart = 0;

  if (self->session)
    {
      add (self, "default-network", HOSTEL_CHECK_STATE_NOT_APPLICABLE, NULL, NULL,
           _("a user’s own machines do without"));
      return;
    }
  /* With a daemon for each task the question would start this one. */
  if (self->local && hostel_host_probe_runs (hostel_host_system_get_real (), "virtqemud", FALSE) &&
      !hostel_host_probe_runs (hostel_host_system_get_real (), "virtnetworkd", FALSE))
    return;

  if ((network = virNetworkLookupByName (self->handle, "default")) == NULL)
    {
      last = virGetLastError ();
      if (last != NULL && last->code == VIR_ERR_NO_NETWORK)
        add (self, "default-network", HOSTEL_CHECK_STATE_WARNING, NULL,
             act_on (HOSTEL_HOST_REMEDY_NETWORK, _("Make it, and start it with the computer."),
                     _("_Make")), _("libvirt: no network “default”"));
      else
        add_unknown (self, "default-network");
      return;
    }

  virNetworkGetAutostart (network, &autostart);
  if (virNetworkIsActive (network) != 1)
    add (self, "default-network", HOSTEL_CHECK_STATE_WARNING, NULL,
         act_on (HOSTEL_HOST_REMEDY_NETWORK, text, _("_Start")),
         _("libvirt: the network “default” is off"));
  else if (!autostart)
    add (self, "default-network", HOSTEL_CHECK_STATE_NOTE, NULL,
         act_on (HOSTEL_HOST_REMEDY_NETWORK, _("Start it with the computer."), _("_Turn On")),
         _("libvirt: the network “default” is on, and will not be after a restart"));
  else
    add (self, "default-network", HOSTEL_CHECK_STATE_GOOD, NULL, NULL,
         _("libvirt: the network “default” is on and starts with the computer"));
}

static void
ask_pool (Ask *self)
{
  g_autoptr (virStoragePool) pool = NULL;
  g_autofree char *size = NULL;
  g_autofree char *evidence = NULL;
  virStoragePoolInfo info;
  virErrorPtr last;

  if (self->local && hostel_host_probe_runs (hostel_host_system_get_real (), "virtqemud",
                                             self->session) &&
      !hostel_host_probe_runs (hostel_host_system_get_real (), "virtstoraged", self->session))
    return;

  if ((pool = virStoragePoolLookupByName (self->handle, HOSTEL_STORAGE_DEFAULT_POOL)) == NULL)
    {
      last = virGetLastError ();
      if (last != NULL && last->code == VIR_ERR_NO_STORAGE_POOL)
        add (self, "pool", HOSTEL_CHECK_STATE_NOTE, NULL,
             act_on (HOSTEL_HOST_REMEDY_POOL, _("Make it now; else it comes with the first machine."),
                     _("_Make")), _("libvirt: no storage pool “default”"));
      else
        add_unknown (self, "pool");
      return;
    }
  if (virStoragePoolGetInfo (pool, &info) < 0)
    {
      add_unknown (self, "pool");
      return;
    }

  size = g_format_size_full (info.available, G_FORMAT_SIZE_IEC_UNITS);
  evidence = g_strdup_printf (_("libvirt: the storage pool “default” is on, with %s free"), size);
  if (info.state == VIR_STORAGE_POOL_RUNNING)
    add (self, "pool", HOSTEL_CHECK_STATE_GOOD, NULL, NULL, evidence);
  else
    add (self, "pool", HOSTEL_CHECK_STATE_WARNING, NULL,
         act_on (HOSTEL_HOST_REMEDY_POOL, _("Start it, now and with the computer."), _("_Start")),
         _("libvirt: the storage pool “default” is off"));
}

/* One call for all of them. */
static void
ask_memory (Ask *self)
{
  virDomainStatsRecordPtr *records = NULL;
  g_autofree char *promised_text = NULL;
  g_autofree char *total_text = NULL;
  g_autofree char *evidence = NULL;
  unsigned long long promised = 0;
  virNodeInfo node;
  int n;

  n = virConnectGetAllDomainStats (self->handle, VIR_DOMAIN_STATS_BALLOON, &records,
                                   VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE |
                                   VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (n < 0 && hostel_virt_is_unknown_flag ())
    n = virConnectGetAllDomainStats (self->handle, VIR_DOMAIN_STATS_BALLOON, &records,
                                     VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE);
  if (n < 0 || virNodeGetInfo (self->handle, &node) < 0)
    {
      if (n >= 0)
        virDomainStatsRecordListFree (records);
      add_unknown (self, "memory-promised");
      return;
    }

  for (int i = 0; i < n; i++)
    for (int p = 0; p < records[i]->nparams; p++)
      if (g_str_equal (records[i]->params[p].field, "balloon.maximum"))
        promised += records[i]->params[p].value.ul;
  virDomainStatsRecordListFree (records);

  promised_text = g_format_size_full (promised * 1024, G_FORMAT_SIZE_IEC_UNITS);
  total_text = g_format_size_full ((guint64) node.memory * 1024, G_FORMAT_SIZE_IEC_UNITS);
  evidence = g_strdup_printf (ngettext ("%d running machine has up to %s of %s",
                                        "%d running machines have up to %s of %s", n),
                              n, promised_text, total_text);
  add (self, "memory-promised", promised > node.memory ? HOSTEL_CHECK_STATE_WARNING
                                                       : HOSTEL_CHECK_STATE_GOOD, NULL,
       promised > node.memory
       ? hostel_host_remedy_new (HOSTEL_HOST_REMEDY_TEXT,
                                 _("Shut down a machine before the next one is started."), NULL, NULL,
                                 NULL) : NULL, evidence);
}

static void
ask_confinement (Ask *self)
{
  g_autofree char *xml = virConnectGetCapabilities (self->handle);
  g_autoptr (xmlDoc) doc = xml ? hostel_xml_parse (xml) : NULL;
  g_auto (GStrv) models = NULL;
  g_autofree char *list = NULL;
  g_autofree char *evidence = NULL;
  gboolean good;

  if (doc == NULL)
    {
      add_unknown (self, "confinement-libvirt");
      return;
    }

  models = hostel_xml_dup_strings (doc, NULL, "/capabilities/host/secmodel/model");
  list = g_strjoinv (", ", models);
  good = g_strv_contains ((const char * const *) models, "selinux") ||
         g_strv_contains ((const char * const *) models, "apparmor");
  evidence = g_strdup_printf (_("libvirt’s security models: %s"), *list ? list : _("none"));
  add (self, "confinement-libvirt", good ? HOSTEL_CHECK_STATE_GOOD
                                         : self->session ? HOSTEL_CHECK_STATE_NOT_APPLICABLE
                                                         : HOSTEL_CHECK_STATE_NOTE,
       NULL, NULL, evidence);
}

/**
 * hostel_host_ask_libvirt:
 * @handle: a connection
 * @uri: its URI
 *
 * Returns: (transfer full): the checks that libvirt decides, those alone
 */
HostelHostReport *
hostel_host_ask_libvirt (virConnectPtr  handle,
                         const char    *uri)
{
  Ask self = {
    .handle = handle,
    .uri = uri,
    .local = hostel_uri_is_local (uri),
    .session = hostel_uri_is_session (uri),
    .report = hostel_host_report_new (),
  };

  ask_connection (&self);
  ask_facts (&self);
  ask_network (&self);
  ask_pool (&self);
  ask_memory (&self);
  ask_confinement (&self);

  return self.report;
}
