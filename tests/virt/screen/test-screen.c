/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "create-fixture.h"
#include "hostel-error.h"
#include "hostel-screen.h"
#include "wait.h"

#define MINUTE 60000
#define KEY_ESC 1
#define KEYSYM_ESCAPE 0xff1b

static CreateFixture *fixture;

static void
take_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static void
run_verb (HostelDomain     *domain,
          HostelDomainVerb  verb)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hostel_domain_run_verb_async (domain, verb, take_cb, &result);
  ASSERT_WITHIN (result != NULL, MINUTE);
  hostel_domain_run_verb_finish (domain, result, &error);
  g_assert_no_error (error);
}

/* Off; its firmware asks for a key, and waits for half a minute. */
static HostelDomain *
create (const char *name,
        gboolean    graphics)
{
  g_autoptr (HostelMachineSpec) spec = create_fixture_new_spec (fixture, name);
  g_autoptr (GString) xml = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = g_build_filename (fixture->dir, "screen.xml", NULL);
  HostelDomain *domain;

  g_object_set (spec, "start", FALSE, "graphics", graphics, NULL);
  domain = create_fixture_create (fixture, spec, NULL, &error);
  g_assert_no_error (error);

  text = create_fixture_virsh (fixture, "dumpxml %s", hostel_domain_get_uuid (domain));
  xml = g_string_new (text);
  g_string_replace (xml, "</os>", "<bootmenu enable='yes' timeout='30000'/></os>", 1);
  g_assert_true (g_file_set_contents (path, xml->str, -1, NULL));
  g_free (create_fixture_virsh (fixture, "define %s", path));

  return domain;
}

/* How much of the screen is not black; the next change is asked for. */
static guint
count_lit (HostelScreen *screen)
{
  g_autoptr (GBytes) frame = hostel_screen_dup_frame (screen);
  const guint8 *pixels = frame != NULL ? g_bytes_get_data (frame, NULL) : NULL;
  gsize n = frame != NULL ? g_bytes_get_size (frame) / 4 : 0;
  guint lit = 0;

  if (frame != NULL)
    g_assert_cmpuint (n, ==,
                      (gsize) hostel_screen_get_width (screen) * hostel_screen_get_height (screen));
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpuint (pixels[4 * i + 3], ==, 255);
      lit += pixels[4 * i] > 64 || pixels[4 * i + 1] > 64 || pixels[4 * i + 2] > 64;
    }

  return lit;
}

/* Until nothing has changed for a second. */
static guint
wait_still (HostelScreen *screen)
{
  gint64 end = g_get_monotonic_time () + MINUTE * 1000;
  guint before = 0;
  guint lit = 0;

  do
    {
      before = lit;
      WAIT_UNTIL (FALSE, 1000);
      lit = count_lit (screen);
    }
  while ((lit == 0 || lit != before) && g_get_monotonic_time () < end);

  return lit;
}

/* The firmware's question is seen, a key answers it, and what it answers is seen. */
static void
test_keys (void)
{
  g_autoptr (HostelDomain) domain = create ("keys", TRUE);
  g_autoptr (HostelScreen) screen = hostel_screen_new (domain);
  guint asked;

  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  hostel_screen_open (screen);
  ASSERT_WITHIN (hostel_screen_get_state (screen) == HOSTEL_SCREEN_STATE_OPEN, MINUTE);

  asked = wait_still (screen);
  g_assert_cmpuint (asked, >, 100);
  hostel_screen_send_key (screen, KEYSYM_ESCAPE, KEY_ESC, TRUE);
  hostel_screen_send_key (screen, KEYSYM_ESCAPE, KEY_ESC, FALSE);
  ASSERT_WITHIN (count_lit (screen) > asked + 100, 10000);

  /* Closed and opened again it shows the same. */
  hostel_screen_close (screen);
  g_assert_cmpint (hostel_screen_get_state (screen), ==, HOSTEL_SCREEN_STATE_CLOSED);
  g_assert_cmpint (hostel_screen_get_width (screen), ==, 0);
  g_assert_null (hostel_screen_dup_frame (screen));
  hostel_screen_open (screen);
  hostel_screen_close (screen);
  hostel_screen_open (screen);
  ASSERT_WITHIN (count_lit (screen) > asked, MINUTE);

  /* The machine goes; the screen says so. */
  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  ASSERT_WITHIN (hostel_screen_get_state (screen) == HOSTEL_SCREEN_STATE_LOST, MINUTE);
  g_assert_nonnull (hostel_screen_get_error (screen));
  create_fixture_delete (fixture, domain, TRUE);
}

static void
test_none (void)
{
  g_autoptr (HostelDomain) domain = create ("none", FALSE);
  g_autoptr (HostelScreen) screen = hostel_screen_new (domain);

  run_verb (domain, HOSTEL_DOMAIN_VERB_START);
  hostel_screen_open (screen);
  ASSERT_WITHIN (hostel_screen_get_state (screen) == HOSTEL_SCREEN_STATE_LOST, MINUTE);
  g_assert_error (hostel_screen_get_error (screen), HOSTEL_ERROR, HOSTEL_ERROR_UNSUPPORTED);

  run_verb (domain, HOSTEL_DOMAIN_VERB_FORCE_OFF);
  create_fixture_delete (fixture, domain, TRUE);
}

int
main (int    argc,
      char **argv)
{
  int status;

  create_fixture_main (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  if ((fixture = create_fixture_new ()) == NULL)
    {
      g_print ("1..0 # SKIP no libvirt daemon can be reached\n");
      return 0;
    }

  g_test_add_func ("/screen/keys", test_keys);
  g_test_add_func ("/screen/none", test_none);

  status = g_test_run ();
  create_fixture_free (fixture);

  return status;
}
