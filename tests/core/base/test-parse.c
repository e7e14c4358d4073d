/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "hostel-error.h"
#include "hostel-machine-name.h"
#include "hostel-parse.h"
#include "hostel-visible.h"

#define KIB G_GUINT64_CONSTANT (1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)

/* Some inputs are not UTF-8, and TAP takes nothing else. */
static void
say (const char *input)
{
  g_autofree char *escaped = g_strescape (input, NULL);

  g_test_message ("%s", escaped);
}

static void
test_size (void)
{
  static const struct { const char *text; guint64 bytes; } good[] = {
    { "4G", 4 * GIB }, { "4g", 4 * GIB }, { "4GB", 4 * GIB }, { "4GiB", 4 * GIB },
    { "4 GiB", 4 * GIB }, { " 20G ", 20 * GIB }, { "4096M", 4 * GIB }, { "1024K", MIB },
    { "1T", 1024 * GIB }, { "1048576", MIB }, { "1048577", MIB + 512 }, { "1048576B", MIB },
    { "007G", 7 * GIB },
  };
  static const char *bad[] = {
    "", " ", "0", "0G", "4", "1024", "-4G", "+4G", "1e3", "0x10G", "1.5G", "4X", "4 G B", "4GG",
    "G", "4GiBi", "four", "4,000M", "99999999999999999999G", "9000000000G", "8388608T",
    "18446744073709551616", "4G\n5G", "4\xc2\xa0G",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 0;

      say (good[i].text);
      hostel_parse_size (good[i].text, &bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (bytes, ==, good[i].bytes);
    }

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 7;

      say (bad[i]);
      g_assert_false (hostel_parse_size (bad[i], &bytes, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
      g_assert_cmpuint (bytes, ==, 7);
    }
}

/* A field that counts in gigabytes. */
static void
test_size_in (void)
{
  guint64 bytes = 0;

  g_assert_true (hostel_parse_size_in ("12", "G", &bytes, NULL));
  g_assert_cmpuint (bytes, ==, 12 * GIB);
  g_assert_true (hostel_parse_size_in ("12M", "G", &bytes, NULL));
  g_assert_cmpuint (bytes, ==, 12 * MIB);
  g_assert_false (hostel_parse_size_in ("9999999999999", "G", &bytes, NULL));
  g_assert_false (hostel_parse_size_in ("12", "", &bytes, NULL));
}

static void
test_memory (void)
{
  static const struct { const char *text; guint mib; } good[] = {
    { "3G", 3072 }, { "3g", 3072 }, { "3 GB", 3072 }, { " 3GiB ", 3072 }, { "1536M", 1536 },
    { "768", 768 }, { "0768", 768 }, { "1T", 1024 * 1024 }, { "786432K", 768 },
    { "786433KiB", 769 }, { "805306368B", 768 }, { "1", 1 }, { "1B", 1 },
    { "2147483647", 2147483647 },
  };
  static const char *bad[] = {
    "", " ", "0", "0G", "-1", "-2G", "+2G", "1.5G", "1,5G", "2e9", "0x10", "2X", "2GG", "G", "two",
    "2147483648", "4294967296G", "99999999999999999999", "99999999999999999999G", "2G 1M",
    "\xd9\xa2G",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      guint mib = 0;

      say (good[i].text);
      hostel_parse_memory (good[i].text, &mib, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (mib, ==, good[i].mib);
    }

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      guint mib = 7;

      say (bad[i]);
      g_assert_false (hostel_parse_memory (bad[i], &mib, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
      g_assert_cmpuint (mib, ==, 7);
    }
}

static void
test_count (void)
{
  static const char *bad[] = {
    "", "0", "-1", "+1", "1e3", "0x10", "1.0", "1 2", "one", "257", "4294967297",
    "18446744073709551617", "\xd9\xa1",
  };
  guint count = 0;
  guint i;

  g_assert_true (hostel_parse_count ("1", 1, 256, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_true (hostel_parse_count (" 256 ", 1, 256, &count, NULL));
  g_assert_cmpuint (count, ==, 256);
  g_assert_true (hostel_parse_count ("4294967295", 0, G_MAXUINT, &count, NULL));
  g_assert_cmpuint (count, ==, G_MAXUINT);

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      say (bad[i]);
      g_assert_false (hostel_parse_count (bad[i], 1, 256, &count, &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
    }
}

static void
test_name (void)
{
  static const char *good[] = {
    "fedora01", "a", "web.example.org", "My Machine", "x_y-z+1@2:3", "Grüße", "仮想マシン", "#1",
    "nodes=(3)", "50%",
  };
  static const char *bad[] = {
    "", "a/b", "/", "../x", ".", "..", ".hidden", "-x", "a\nb", "a\rb", "a\tb", "a\x7f" "b",
    "\x1b[31m", "<b>&\"'", "a,b", "a[0]", "a{b}", "a?", "a*", "a^b", "a\\b", "a|b", "a;b", "$(x)",
    "a`b`", " a", "a ", "\xc2\xa0" "a", "a\xff", "a\xe2\x80\xae" "b", "a\xe2\x80\x8b" "b",
    "a\xe2\x80\xa8" "b",
  };
  g_autofree char *longest = g_strnfill (HOSTEL_MACHINE_SPEC_MAX_NAME_BYTES, 'x');
  g_autofree char *longer = g_strnfill (300, 'x');
  g_autoptr (GError) too_long = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      hostel_machine_name_check (good[i], &error);
      g_assert_no_error (error);
    }

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      say (bad[i]);
      g_assert_false (hostel_machine_name_check (bad[i], &error));
      g_assert_error (error, HOSTEL_ERROR, HOSTEL_ERROR_INVALID);
      g_assert_nonnull (hostel_error_get_remedy (error));
    }

  g_assert_true (hostel_machine_name_check (longest, NULL));
  g_assert_false (hostel_machine_name_check (longer, &too_long));
  g_assert_nonnull (g_strstr_len (too_long->message, -1, "300"));
}

static void
test_hostname (void)
{
  static const struct { const char *name; const char *hostname; } cases[] = {
    { "fedora01", "fedora01" }, { "My Machine", "my-machine" }, { "--x--", "x" }, { "", "machine" },
    { "a_b..c", "a-b-c" }, { "仮想", "machine" }, { "é1", "1" },
  };
  g_autofree char *longer = g_strnfill (128, 'a');
  g_autofree char *cut = hostel_machine_name_dup_hostname (longer);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hostname = hostel_machine_name_dup_hostname (cases[i].name);

      g_assert_cmpstr (hostname, ==, cases[i].hostname);
    }

  g_assert_cmpuint (strlen (cut), ==, 63);
}

static void
test_visible (void)
{
  static const struct
  {
    const char *text;
    const char *visible;
  } cases[] = {
    { "", "" },
    { "a\tb\nc \xe2\x80\x9cJ\xc3\xbcrgen\xe2\x80\x9d", "a\tb\nc \xe2\x80\x9cJ\xc3\xbcrgen\xe2\x80\x9d" },
    { "\033[2J\r\a\177", "\\u001b[2J\\u000d\\u0007\\u007f" },
    { "\xc2\x9b" "31m\xc2\x80\xc2\x9f\xc2\xa0", "\\u009b31m\\u0080\\u009f\xc2\xa0" },
    { "\xe2\x80\xae" "gpj.exe\xe2\x81\xa6\xe2\x80\xa8", "\\u202egpj.exe\\u2066\\u2028" },
    /* No UTF-8: a lone byte, one cut off, one too long, a surrogate. */
    { "\x9b" "31m\xff", "\\x9b31m\\xff" },
    { "a\xe2\x80", "a\\xe2\\x80" },
    { "\xc0\x9b", "\\xc0\\x9b" },
    { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
  };
  g_autofree char *with_nul = hostel_visible_dup ("a\0b", 3);
  g_autofree char *line = hostel_visible_dup_line ("a\nDeleted b\t\033\xe9 \\n");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *visible = hostel_visible_dup (cases[i].text, -1);

      g_assert_cmpstr (visible, ==, cases[i].visible);
    }
  g_assert_cmpstr (with_nul, ==, "a\\u0000b");
  g_assert_cmpstr (line, ==, "a\\u000aDeleted b\\u0009\\u001b\\xe9 \\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parse/size", test_size);
  g_test_add_func ("/parse/size-in", test_size_in);
  g_test_add_func ("/parse/memory", test_memory);
  g_test_add_func ("/parse/count", test_count);
  g_test_add_func ("/machine-name/check", test_name);
  g_test_add_func ("/machine-name/hostname", test_hostname);

  g_test_add_func ("/visible", test_visible);

  return g_test_run ();
}
