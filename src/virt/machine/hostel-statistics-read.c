/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 has no statistics of many kinds in one call. */
#define G_LOG_DOMAIN "hostel-statistics"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-statistics-read.h"
#include "hostel-virt-handle.h"

#define KINDS (VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU | \
               VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BLOCK)
#define MAX_DEVICES 1024

static guint64
get (virDomainStatsRecordPtr  record,
     const char              *name,
     guint64                  otherwise)
{
  unsigned long long value = 0;

  return virTypedParamsGetULLong (record->params, record->nparams, name, &value) == 1 ? value : otherwise;
}

static guint
get_count (virDomainStatsRecordPtr  record,
           const char              *name)
{
  unsigned int value = 0;

  return virTypedParamsGetUInt (record->params, record->nparams, name, &value) == 1 ? MIN (value, MAX_DEVICES) : 0;
}

/* "block.0.rd.bytes", "block.1.rd.bytes" and so on. */
static guint64
sum (virDomainStatsRecordPtr  record,
     const char              *kind,
     guint                    count,
     const char              *what)
{
  guint64 total = 0;

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%u.%s", kind, i, what);

      total += get (record, name, 0);
    }

  return total;
}

static void
take (HostelStatisticsSample  *sample,
      virDomainStatsRecordPtr  record)
{
  guint blocks = get_count (record, "block.count");
  guint cards = get_count (record, "net.count");
  guint vcpus = get_count (record, "vcpu.maximum");

  sample->time = g_get_monotonic_time ();
  sample->n_vcpus = get_count (record, "vcpu.current");
  sample->cpu = get (record, "cpu.time", 0);
  sample->wait = sum (record, "vcpu", vcpus, "wait");
  sample->memory = get (record, "balloon.current", 0);
  sample->unused = get (record, "balloon.usable", get (record, "balloon.unused", G_MAXUINT64));
  sample->resident = get (record, "balloon.rss", 0);
  sample->disk_bytes = sum (record, "block", blocks, "rd.bytes") + sum (record, "block", blocks, "wr.bytes");
  sample->disk_requests = sum (record, "block", blocks, "rd.reqs") + sum (record, "block", blocks, "wr.reqs");
  sample->disk_time = sum (record, "block", blocks, "rd.times") + sum (record, "block", blocks, "wr.times");
  sample->network_bytes = sum (record, "net", cards, "rx.bytes") + sum (record, "net", cards, "tx.bytes");
}

/**
 * hostel_statistics_read:
 * @domain: a domain that runs
 * @sample: (out caller-allocates): what it has done
 * @error: (out) (optional): the cause
 *
 * One call, which does not wait for a machine that somebody else's call holds. Blocks.
 */
gboolean
hostel_statistics_read (virDomainPtr             domain,
                        HostelStatisticsSample  *sample,
                        GError                 **error)
{
  const char *name = virDomainGetName (domain);
  virDomainPtr domains[] = { domain, NULL };
  virDomainStatsRecordPtr *records = NULL;
  int n = virDomainListGetStats (domains, KINDS, &records, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);

  if (n < 1)
    {
      if (n < 0)
        hostel_virt_set_error (error, _("The statistics of “%s” cannot be read."), name);
      else
        hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE, NULL, NULL,
                          _("There are no statistics of “%s”."), virDomainGetName (domain));
      virDomainStatsRecordListFree (records);
      return FALSE;
    }

  take (sample, records[0]);
  virDomainStatsRecordListFree (records);

  return TRUE;
}
