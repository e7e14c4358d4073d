/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain.h"

G_BEGIN_DECLS

/* What reaches a guest besides the bytes of its consoles. */
typedef enum
{
  HOSTEL_DOMAIN_INPUT_CTRL_ALT_DELETE,
  HOSTEL_DOMAIN_INPUT_SYSRQ, /* Alt+SysRq and the letter of the argument */
  HOSTEL_DOMAIN_INPUT_BREAK, /* on the serial port whose alias is the argument */
} HostelDomainInput;

void     hostel_domain_send_input_async  (HostelDomain         *domain,
                                          HostelDomainInput     input,
                                          const char           *argument,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean hostel_domain_send_input_finish (HostelDomain         *domain,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
