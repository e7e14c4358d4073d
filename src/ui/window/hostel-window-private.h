/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-domain-page.h"
#include "hostel-host-page.h"
#include "hostel-machine-actions.h"
#include "hostel-sidebar.h"
#include "hostel-window.h"

G_BEGIN_DECLS

struct _HostelWindow
{
  AdwApplicationWindow parent_instance;

  HostelHostList        *hosts;     /* owned */
  HostelDomainModel     *model;     /* owned */
  HostelMachineActions  *machine;   /* owned: the group "machine", for the chosen machine */
  GSettings             *settings;  /* owned, nullable: not installed */
  GObject               *selected;  /* owned, nullable: a HostelDomain or a HostelConnection */
  GSignalGroup          *selected_signals; /* owned */
  GSignalGroup          *watch_signals;    /* owned: of the chosen machine's shut-down watch */
  char                  *wanted_uri;     /* owned, nullable: what is to be chosen once it is there */
  char                  *wanted_uuid;    /* owned, nullable */
  char                  *wanted_console; /* owned, nullable: the name of a machine */

  AdwToastOverlay       *toasts;
  AdwLeaflet            *leaflet;
  HostelSidebar         *sidebar;
  GtkWidget             *list;    /* the leaflet's left side */
  GtkWidget             *content; /* and its right */
  AdwViewSwitcherTitle  *title;
  AdwViewSwitcherBar    *switcher_bar;
  GtkMenuButton         *primary_button;
  GtkWidget             *machine_buttons;
  GtkWidget             *power_button;
  GtkMenuButton         *machine_menu;
  GtkStack              *stack;
  HostelDomainPage      *domain_page; /* nullable: made when a machine is shown first */
  HostelHostPage        *host_page;   /* nullable, likewise */
};

/* hostel-window-actions.c */
void hostel_window_install_actions   (GtkWidgetClass *widget_class);
void hostel_window_install_shortcuts (GtkWidgetClass *widget_class);

/* hostel-window-state.c */
void hostel_window_restore_state   (HostelWindow   *self);
void hostel_window_save_state      (HostelWindow   *self);
void hostel_window_save_hosts      (HostelWindow   *self);
void hostel_window_look_for_wanted (HostelWindow   *self);

/* hostel-window.c */
void hostel_window_show_content    (HostelWindow   *self);

G_END_DECLS
