/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-snapshot-choice.h"
#include "hostel-snapshot-list.h"
#include "hostel-snapshot-name.h"
#include "hostel-snapshot-table.h"

#define QCOW2 "<disk type='file' device='disk'><driver type='qcow2'/><source file='/a.qcow2'/>" \
              "<target dev='vda'/></disk>"
#define SECOND(attributes, driver, source, more) \
  QCOW2 "<disk " attributes "><driver type='" driver "'/>" source "<target dev='vdb'/>" more "</disk>"
#define FILE_DISK "type='file' device='disk'"
#define FILE_SOURCE "<source file='/b'/>"
#define PCI "<hostdev mode='subsystem' type='pci'/>"

enum { OFF = VIR_DOMAIN_SHUTOFF, ON = VIR_DOMAIN_RUNNING, PAUSED = VIR_DOMAIN_PAUSED };

/* One cell: what the machine has -> what is kept, or a word of the reason. */
static const struct
{
  const char *os;
  const char *devices;
  int         state;
  gulong      version; /* 0: Debian 12's */
  const char *reason;  /* NULL: kept, with the memory unless it is off */
} cells[] = {
  { "", QCOW2, OFF, 0, NULL },
  { "", QCOW2, ON, 0, NULL },
  { "", QCOW2, PAUSED, 0, NULL },
  { "", QCOW2, VIR_DOMAIN_BLOCKED, 0, NULL },
  { "", QCOW2, VIR_DOMAIN_CRASHED, 0, NULL },
  { "", QCOW2, VIR_DOMAIN_SHUTDOWN, 0, "shutting down" },
  { "", QCOW2, VIR_DOMAIN_PMSUSPENDED, 0, "asleep" },
  { "", QCOW2, OFF, 12000000, NULL },
  { "", QCOW2, ON, 11002000, "cannot go back" },
  { "", QCOW2, OFF, 11003000, "cannot go back" },
  { "", QCOW2, OFF, 11004000, NULL },
  { "<loader type='rom'>/b</loader>", QCOW2, ON, 0, NULL },
  { "<loader type='pflash'>/f</loader>", QCOW2, ON, 0, "UEFI" },
  { "<loader type='pflash'>/f</loader>", QCOW2, OFF, 0, "UEFI" },
  { "<nvram>/v</nvram>", QCOW2, OFF, 12000000, "UEFI" },
  { "<nvram format='qcow2'>/v</nvram>", QCOW2, ON, 10009000, "UEFI" },
  { "<nvram format='qcow2'>/v</nvram>", QCOW2, ON, 10010000, NULL },
  { "", "", OFF, 0, "no disk" },
  { "", "<disk type='file' device='cdrom'><source file='/x'/></disk>", OFF, 0, "no disk" },
  { "", "<disk type='file' device='disk'><source file='/x'/><readonly/></disk>", ON, 0, "no disk" },
  { "", "<disk type='file' device='floppy'><target dev='fda'/></disk>", ON, 0, "no disk" },
  { "", SECOND (FILE_DISK, "raw", FILE_SOURCE, "<readonly/>"), ON, 0, NULL },
  { "", SECOND (FILE_DISK, "raw", FILE_SOURCE, ""), OFF, 0, "not qcow2" },
  { "", SECOND (FILE_DISK, "vmdk", FILE_SOURCE, ""), ON, 0, "not qcow2" },
  { "", SECOND ("type='file' device='floppy'", "raw", FILE_SOURCE, ""), ON, 0, "not qcow2" },
  { "", QCOW2 "<disk type='file'><source file='/b'/></disk>", ON, 0, "not qcow2" },
  { "", SECOND ("type='volume' device='disk'", "qcow2", "<source pool='p' volume='v'/>", ""), ON, 0, NULL },
  { "", SECOND ("type='block' device='disk'", "qcow2", "<source dev='/dev/x'/>", ""), OFF, 0, "device of its host" },
  { "", SECOND ("type='block' device='lun'", "raw", "<source dev='/dev/x'/>", ""), OFF, 0, "device of its host" },
  { "", SECOND ("type='nvme' device='disk'", "raw", "<source type='pci'/>", ""), OFF, 0, "device of its host" },
  { "", SECOND ("type='network' device='disk'", "qcow2", "<source protocol='nbd'/>", ""), OFF, 0, "network" },
  { "", SECOND (FILE_DISK, "qcow2", FILE_SOURCE, "<shareable/>"), ON, 0, "shared" },
  { "", SECOND (FILE_DISK, "qcow2", FILE_SOURCE, "<transient/>"), OFF, 0, "forgets" },
  { "", SECOND (FILE_DISK, "qcow2", "<source file='/b'><encryption format='luks'/></source>", ""), OFF, 0, "encrypted" },
  { "", SECOND (FILE_DISK " snapshot='no'", "qcow2", FILE_SOURCE, ""), ON, 0, "keeps out" },
  { "", SECOND (FILE_DISK " snapshot='external'", "qcow2", FILE_SOURCE, ""), OFF, 0, "keeps out" },
  { "", SECOND (FILE_DISK " snapshot='internal'", "qcow2", FILE_SOURCE, ""), ON, 0, NULL },
  { "", QCOW2 PCI, OFF, 0, NULL },
  { "", QCOW2 PCI, ON, 0, "device of its host" },
  { "", QCOW2 "<interface type='hostdev'/>", PAUSED, 0, "device of its host" },
  { "", QCOW2 "<filesystem/>", ON, 0, "folder" },
  { "", QCOW2 "<filesystem/>", OFF, 0, NULL },
  { "", QCOW2 "<tpm/>", OFF, 0, "TPM" },
  { "", QCOW2 "<lease/>", ON, 0, "lease" },
};

static HostelSnapshotFacts
make_facts (xmlDocPtr doc,
            int       state,
            gulong    version)
{
  HostelSnapshotFacts facts = {
    .name = "web1",
    .hypervisor = "QEMU",
    .version = version != 0 ? version : 9000000,
    .doc = doc,
    .state = state,
    .persistent = TRUE,
  };

  return facts;
}

static void
test_cells (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autofree char *xml = g_strdup_printf ("<domain><os>%s</os><devices>%s</devices></domain>", cells[i].os,
                                              cells[i].devices);
      g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
      HostelSnapshotFacts facts = make_facts (doc, cells[i].state, cells[i].version);
      g_autoptr (GError) error = NULL;
      gboolean memory = 2;
      gboolean chosen = hostel_snapshot_choose (&facts, &memory, &error);

      g_test_message ("%u: %s", i, error != NULL ? error->message : "chosen");
      g_assert_cmpint (chosen, ==, cells[i].reason == NULL);
      if (chosen)
        g_assert_cmpint (memory, ==, cells[i].state != OFF && cells[i].state != VIR_DOMAIN_CRASHED);
      else
        {
          g_assert_nonnull (strstr (error->message, cells[i].reason));
          g_assert_nonnull (hostel_error_get_remedy (error));
        }
    }
}

static void
test_circumstances (void)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse ("<domain><os/><devices>" QCOW2 "</devices></domain>");
  const char *reasons[] = { "gone when it is off", "saved state", "files of their own", "checkpoints", "QEMU" };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      HostelSnapshotFacts facts = make_facts (doc, OFF, 0);
      g_autoptr (GError) error = NULL;
      gboolean memory;

      facts.persistent = i != 0;
      facts.saved = i == 1;
      facts.external = i == 2;
      facts.checkpoints = i == 3;
      facts.hypervisor = i == 4 ? "VBOX" : "QEMU";
      g_assert_false (hostel_snapshot_choose (&facts, &memory, &error));
      g_assert_nonnull (strstr (error->message, reasons[i]));
      g_assert_nonnull (hostel_error_get_remedy (error));
    }
}

static void
test_arguments (void)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse ("<domain xmlns:q='x'><os/><devices>" QCOW2 "</devices>"
                                             "<q:commandline/></domain>");
  HostelSnapshotFacts facts = make_facts (doc, OFF, 0);
  g_autoptr (GError) error = NULL;
  gboolean memory;

  g_assert_false (hostel_snapshot_choose (&facts, &memory, &error));
  g_assert_nonnull (strstr (error->message, "arguments"));
}

static void
test_names (void)
{
  static const char * const bad[] = { "", " ", "a ", " a", "a/b", "a\nb", "a\tb", "a\"b", "a\\b", ".a", "-a", "1",
                                      "0123456789", "\xff", "a\xe2\x80\x8b" "b", "a\x7f" "b", "a\xef\xbf\xbf" };
  static const char * const good[] = { "a", "1a", "before the upgrade", "2026-12-01", "Ü", "a'b<c>&d%s", "x.y_z-1" };
  g_autofree char *long_name = g_strnfill (200, 'x');
  g_autofree char *longer = g_strnfill (201, 'x');
  g_autofree char *new_name = hostel_snapshot_name_dup_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u", i);
      g_assert_false (hostel_snapshot_name_check (bad[i], &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (hostel_snapshot_name_check (good[i], NULL));
  g_assert_true (hostel_snapshot_name_check (long_name, NULL));
  g_assert_false (hostel_snapshot_name_check (longer, NULL));
  g_assert_true (hostel_snapshot_name_check (new_name, NULL));
  g_assert_true (hostel_snapshot_note_check ("two\nlines\tof “text”", NULL));
  g_assert_false (hostel_snapshot_note_check ("a\x1b[1m", NULL));
}

static void
add_entry (GByteArray *bytes,
           const char *id,
           const char *name,
           guint       extra)
{
  guint8 entry[40] = { 0 };
  guint8 filler[2048] = { 0 };
  guint start = bytes->len;

  entry[13] = (guint8) strlen (id);
  entry[15] = (guint8) strlen (name);
  entry[38] = (guint8) (extra >> 8);
  entry[39] = (guint8) extra;
  g_byte_array_append (bytes, entry, sizeof entry);
  g_byte_array_append (bytes, filler, extra);
  g_byte_array_append (bytes, (const guint8 *) id, strlen (id));
  g_byte_array_append (bytes, (const guint8 *) name, strlen (name));
  g_byte_array_append (bytes, filler, (8 - (bytes->len - start) % 8) % 8);
}

static void
test_table (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GPtrArray) table = NULL;

  add_entry (bytes, "1", "2", 24);
  add_entry (bytes, "2", "b", 16);
  add_entry (bytes, "3", "b", 0);
  table = hostel_snapshot_table_parse (bytes->data, bytes->len, 3);
  g_assert_nonnull (table);
  g_assert_cmpuint (hostel_snapshot_table_count (table, "b"), ==, 2);
  g_assert_cmpuint (hostel_snapshot_table_count (table, "2"), ==, 1);
  g_assert_cmpuint (hostel_snapshot_table_count (table, "1"), ==, 0);
  g_assert_true (hostel_snapshot_table_has_id (table, "2"));
  g_assert_false (hostel_snapshot_table_has_id (table, "b"));

  /* Cut off anywhere, also within the last one's name. */
  for (guint i = 0; i + 8 <= bytes->len; i++)
    {
      g_autofree guint8 *exact = g_memdup2 (bytes->data, i);

      g_assert_null (hostel_snapshot_table_parse (exact, i, 3));
    }
  g_assert_null (hostel_snapshot_table_parse (bytes->data, bytes->len, 4));
  g_ptr_array_unref (table);
  table = hostel_snapshot_table_parse (NULL, 0, 0);
  g_assert_cmpuint (table->len, ==, 0);
}

static void
test_table_hostile (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (18);
  guint8 head[HOSTEL_SNAPSHOT_TABLE_HEAD] = "QFI\xfb\0\0\0\3";
  guint64 offset;
  guint n;

  g_assert_true (hostel_snapshot_table_find (head, sizeof head, &n, &offset));
  g_assert_cmpuint (n, ==, 0);
  g_assert_false (hostel_snapshot_table_find (head, sizeof head - 1, &n, &offset));
  memset (head + 60, 0xff, 12);
  g_assert_false (hostel_snapshot_table_find (head, sizeof head, &n, &offset));
  head[3] = 'x';
  g_assert_false (hostel_snapshot_table_find (head, sizeof head, &n, &offset));

  for (guint i = 0; i < 20000; i++)
    {
      guint length = g_rand_int_range (rand, 0, 200);
      g_autofree guint8 *bytes = g_malloc (length);
      g_autoptr (GPtrArray) table = NULL;

      for (guint j = 0; j < length; j++)
        bytes[j] = g_rand_boolean (rand) ? 0 : g_rand_int_range (rand, 0, 256);
      table = hostel_snapshot_table_parse (bytes, length, g_rand_int_range (rand, 0, 5));
    }
}

static HostelSnapshot *
make (const char *name,
      const char *parent,
      gint64      created)
{
  HostelSnapshot *self = g_new0 (HostelSnapshot, 1);

  self->name = g_strdup (name);
  self->parent = g_strdup (parent);
  self->created = created;

  return self;
}

static void
test_sort (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) hostel_snapshot_free);
  g_autoptr (GString) text = g_string_new (NULL);

  g_ptr_array_add (all, make ("late", "root", 9));
  g_ptr_array_add (all, make ("leaf", "early", 8));
  g_ptr_array_add (all, make ("loop1", "loop2", 1));
  g_ptr_array_add (all, make ("loop2", "loop1", 1));
  g_ptr_array_add (all, make ("early", "root", 3));
  g_ptr_array_add (all, make ("orphan", "gone", 4));
  g_ptr_array_add (all, make ("root", NULL, 2));
  hostel_snapshot_sort (all);
  for (guint i = 0; i < all->len; i++)
    g_string_append_printf (text, "%s%u ", ((HostelSnapshot *) all->pdata[i])->name,
                            ((HostelSnapshot *) all->pdata[i])->depth);
  g_assert_cmpstr (text->str, ==, "root0 early1 leaf2 late1 orphan0 loop10 loop20 ");
}

static void
test_read (void)
{
  g_autoptr (HostelSnapshot) running =
    hostel_snapshot_new_from_xml ("<domainsnapshot><name>a</name><description>n</description><state>running</state>"
                                  "<parent><name>p</name></parent><creationTime>1796127982</creationTime>"
                                  "<memory snapshot='internal'/><disks><disk name='vda' snapshot='internal'/></disks>"
                                  "</domainsnapshot>");
  g_autoptr (HostelSnapshot) external =
    hostel_snapshot_new_from_xml ("<domainsnapshot><name>b</name><state>shutoff</state><memory snapshot='no'/>"
                                  "<disks><disk name='vda' snapshot='internal'/><disk name='vdb' snapshot='external'/>"
                                  "</disks></domainsnapshot>");
  g_autofree char *label = hostel_snapshot_dup_label (running);

  g_assert_cmpstr (running->parent, ==, "p");
  g_assert_cmpstr (running->note, ==, "n");
  g_assert_cmpint (running->created, ==, 1796127982);
  g_assert_true (running->memory);
  g_assert_cmpint (running->kind, ==, HOSTEL_SNAPSHOT_INTERNAL);
  g_assert_cmpstr (label, ==, "disks and memory");
  g_assert_cmpint (external->kind, ==, HOSTEL_SNAPSHOT_EXTERNAL);
  g_assert_cmpstr (external->state, ==, "off");
  g_assert_false (external->memory);
  g_assert_null (hostel_snapshot_new_from_xml ("<domainsnapshot/>"));
  g_assert_null (hostel_snapshot_new_from_xml ("no XML"));
  g_assert_null (hostel_snapshot_new_from_xml (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/snapshot/choice/cells", test_cells);
  g_test_add_func ("/snapshot/choice/circumstances", test_circumstances);
  g_test_add_func ("/snapshot/choice/arguments", test_arguments);
  g_test_add_func ("/snapshot/names", test_names);
  g_test_add_func ("/snapshot/table", test_table);
  g_test_add_func ("/snapshot/table-hostile", test_table_hostile);
  g_test_add_func ("/snapshot/sort", test_sort);
  g_test_add_func ("/snapshot/read", test_read);

  return g_test_run ();
}
