/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel"

#include "config.h"

#include <locale.h>
#include <signal.h>

#include <glib/gi18n.h>

#include "hostel-application.h"
#include "hostel-port-forward-keep.h"
#include "hostel-virt.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (HostelApplication) application = NULL;

  setlocale (LC_ALL, "");
  /* By the time GTK would do it again, there are threads of libvirt. */
  gtk_disable_setlocale ();
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* A connection that the daemon dropped would end the program. */
  signal (SIGPIPE, SIG_IGN);
  hostel_virt_init ();
  hostel_port_forward_keep ();

  application = hostel_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
