#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include <locale.h>
#include <signal.h>

#include <glib/gi18n.h>

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* A connection that the daemon dropped would end the program. */
  signal (SIGPIPE, SIG_IGN);

  g_printerr ("hostel-cli %s\n", PACKAGE_VERSION);

  return 2;
}
