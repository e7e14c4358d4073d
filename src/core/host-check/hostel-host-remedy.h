/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_HOST_REMEDY_TEXT,     /* a person has to do it */
  HOSTEL_HOST_REMEDY_COMMAND,  /* a command to copy */
  HOSTEL_HOST_REMEDY_UNITS,    /* arguments: systemd units to enable and start */
  HOSTEL_HOST_REMEDY_REPLACE,  /* arguments: units to disable and stop */
  HOSTEL_HOST_REMEDY_PACKAGES, /* arguments: packages to install, "@group" a group of them */
  HOSTEL_HOST_REMEDY_NETWORK,  /* arguments: a network to define if need be, start and autostart */
  HOSTEL_HOST_REMEDY_POOL,     /* arguments: a pool likewise */
  HOSTEL_HOST_REMEDY_HELPER,   /* arguments: a verb of hostel-helper and what it takes */
} HostelHostRemedyKind;

#define HOSTEL_TYPE_HOST_REMEDY_KIND (hostel_host_remedy_kind_get_type ())
GType       hostel_host_remedy_kind_get_type (void);

#define HOSTEL_TYPE_HOST_REMEDY (hostel_host_remedy_get_type ())

/* What can be done about a check. Never changes. */
G_DECLARE_FINAL_TYPE (HostelHostRemedy, hostel_host_remedy, HOSTEL, HOST_REMEDY, GObject)

HostelHostRemedy     *hostel_host_remedy_new           (HostelHostRemedyKind  kind,
                                                        const char           *text,
                                                        const char           *label,
                                                        const char           *command,
                                                        const char * const   *arguments);
HostelHostRemedyKind  hostel_host_remedy_get_kind      (HostelHostRemedy     *self);
const char           *hostel_host_remedy_get_text      (HostelHostRemedy     *self);
const char           *hostel_host_remedy_get_label     (HostelHostRemedy     *self);
const char           *hostel_host_remedy_get_command   (HostelHostRemedy     *self);
const char * const   *hostel_host_remedy_get_arguments (HostelHostRemedy     *self);
gboolean              hostel_host_remedy_can_act       (HostelHostRemedy     *self);
HostelHostRemedy     *hostel_host_remedy_dup_undo      (HostelHostRemedy     *self);

G_END_DECLS
