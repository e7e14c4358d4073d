/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hostel-helper-request.h"

#include <stddef.h>
#include <string.h>

#define N_ELEMENTS(array) (sizeof (array) / sizeof ((array)[0]))

static const struct
{
  const char       *verb;
  HostelHelperVerb  value;
  const char       *argument;
} allowed[] = {
  { "disable-nested", HOSTEL_HELPER_DISABLE_NESTED, "kvm_intel" },
  { "disable-nested", HOSTEL_HELPER_DISABLE_NESTED, "kvm_amd" },
  { "enable-nested", HOSTEL_HELPER_ENABLE_NESTED, "kvm_intel" },
  { "enable-nested", HOSTEL_HELPER_ENABLE_NESTED, "kvm_amd" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "kvm" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "kvm_intel" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "kvm_amd" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "kvm_hv" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "tun" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "vhost_net" },
  { "forget-module", HOSTEL_HELPER_FORGET_MODULE, "vhost_vsock" },
  { "join-group", HOSTEL_HELPER_JOIN_GROUP, "libvirt" },
  { "join-group", HOSTEL_HELPER_JOIN_GROUP, "kvm" },
  { "leave-group", HOSTEL_HELPER_LEAVE_GROUP, "libvirt" },
  { "leave-group", HOSTEL_HELPER_LEAVE_GROUP, "kvm" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "kvm" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "kvm_intel" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "kvm_amd" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "kvm_hv" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "tun" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "vhost_net" },
  { "load-module", HOSTEL_HELPER_LOAD_MODULE, "vhost_vsock" },
};

/* What pkexec(1) leaves or sets; anything else did not come from it. */
static const char * const variables[] = {
  "PKEXEC_UID", "PATH", "SHELL", "LANG", "LINGUAS", "LANGUAGE", "LC_COLLATE", "LC_CTYPE",
  "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME", "LC_ALL", "TERM", "HOME", "USER", "LOGNAME",
  "COLORTERM", "XAUTHORITY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS",
};

static bool
is_known_variable (const char *entry)
{
  size_t length = strcspn (entry, "=");

  for (size_t i = 0; i < N_ELEMENTS (variables); i++)
    if (entry[length] == '=' && strlen (variables[i]) == length &&
        strncmp (entry, variables[i], length) == 0)
      return true;

  return false;
}

/* Digits alone, no sign, no space, no root: who is root has no need to ask. */
static bool
parse_uid (const char *text,
           uid_t      *uid)
{
  unsigned long value = 0;

  if (*text == '\0' || *text == '0' || strlen (text) > 10)
    return false;
  for (; *text; text++)
    {
      if (*text < '0' || *text > '9')
        return false;
      value = value * 10 + (unsigned long) (*text - '0');
    }
  if (value >= 0xffffffffUL)
    return false;

  *uid = (uid_t) value;

  return true;
}

/* Whether the caller may be listened to at all: @request is set where every argument and every
 * variable is one of the lists above. */
bool
hostel_helper_parse (int                   argc,
                     char                **argv,
                     char                **envp,
                     HostelHelperRequest  *request)
{
  bool has_uid = false;

  if (argc != 3 || argv[3] != NULL)
    return false;

  for (size_t i = 0; envp != NULL && envp[i] != NULL; i++)
    {
      if (!is_known_variable (envp[i]))
        return false;
      if (strncmp (envp[i], "PKEXEC_UID=", strlen ("PKEXEC_UID=")) == 0)
        {
          if (has_uid || !parse_uid (envp[i] + strlen ("PKEXEC_UID="), &request->uid))
            return false;
          has_uid = true;
        }
    }
  if (!has_uid)
    return false;

  for (size_t i = 0; i < N_ELEMENTS (allowed); i++)
    if (strcmp (argv[1], allowed[i].verb) == 0 && strcmp (argv[2], allowed[i].argument) == 0)
      {
        request->verb = allowed[i].value;
        request->argument = allowed[i].argument;
        return true;
      }

  return false;
}
