#include "config.h"

#include <string.h>

#include "hostel-boot-watch.h"

typedef struct
{
  const char *text;
  gboolean    asks;
} Case;

static const Case cases[] = {
  { "", FALSE },
  { "Debian GNU/Linux 12 bunk-7 ttyS0\r\n\r\nbunk-7 login: ", TRUE },
  { "\r\n\033[Hfedora login: [   12.3] systemd[1]: late news\r\nmore\r\n", TRUE },
  /* In the words of a service, or of a log. */
  { "[  OK  ] Started getty@tty1.service - login: Getty on tty1\r\n", FALSE },
  { "sshd[1]: failed login: root\r\n", FALSE },
  { "Last login: Fri Nov 27 on ttyS0\r\nalice@bunk-7:~$ ", FALSE },
  { "bunk-7 login:", FALSE },
  { "\xff\xfe\x80 noise\r\nbunk-7 login: ", TRUE },
};

static void
test_asks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (hostel_boot_watch_asks (cases[i].text, strlen (cases[i].text)) != cases[i].asks)
        g_error ("case %u is taken wrongly", i);
    }
  g_assert_false (hostel_boot_watch_asks ("a\0b login: ", 4));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/boot-watch/asks", test_asks);

  return g_test_run ();
}
