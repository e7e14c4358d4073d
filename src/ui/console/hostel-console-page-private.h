/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-page.h"
#include "hostel-console-view.h"

G_BEGIN_DECLS

struct _HostelConsolePage
{
  AdwBin           parent_instance;

  HostelDomain    *domain;        /* owned, nullable */
  GSignalGroup    *domain_signals; /* owned */
  char            *device;        /* owned, never NULL */
  AdwToast        *refused_toast; /* borrowed, nullable */
  GtkWidget       *context_menu;  /* a child */
  char            *link;          /* owned, nullable: what the menu was opened on */
  gboolean         loaded;        /* what consoles the machine has is known */
  gboolean         updating;      /* the device switch, by us */
  gboolean         bare;          /* no strip while all is well */
  gboolean         was_rooted;

  GtkStack        *stack;
  AdwStatusPage   *none_page;
  GtkWidget       *add_button;
  GtkStack        *views;
  AdwToastOverlay *toasts;
  GtkWidget       *strip;
  GtkDropDown     *device_switch;
  GtkBox          *state_box;
  GtkStack        *state_icons;
  GtkImage        *state_icon;
  GtkSpinner      *spinner;
  GtkLabel        *state_label;
  GtkWidget       *start_button;
  GtkWidget       *take_over_button;
  GtkWidget       *reconnect_button;
  GtkSearchBar    *search_bar;
  GtkSearchEntry  *search_entry;
  GtkToggleButton *regex_button;
  GtkToggleButton *case_button;
  GtkMenuButton   *menu_button;
};

HostelConsoleView *hostel_console_page_get_view             (HostelConsolePage *self);
void               hostel_console_page_install_actions      (GtkWidgetClass    *widget_class);
void               hostel_console_page_refresh_actions      (HostelConsolePage *self);
void               hostel_console_page_install_send_actions (GtkWidgetClass    *widget_class);
void               hostel_console_page_install_key_actions  (GtkWidgetClass    *widget_class);
void               hostel_console_page_update_key_actions   (HostelConsolePage *self,
                                                             gboolean           active);
void               hostel_console_page_install_add_action   (GtkWidgetClass    *widget_class);
void               hostel_console_page_offer_serial         (HostelConsolePage *self);
void               hostel_console_page_install_save_actions (GtkWidgetClass    *widget_class);
void               hostel_console_page_install_link_actions (GtkWidgetClass    *widget_class);
void               hostel_console_page_add_link_gesture     (HostelConsolePage *self);
void               hostel_console_page_find_link            (HostelConsolePage *self,
                                                             double             x,
                                                             double             y);
void               hostel_console_page_add_context_menu     (HostelConsolePage *self);
void               hostel_console_page_paste_from           (HostelConsolePage *self,
                                                             GdkClipboard      *clipboard);
void               hostel_console_page_save_record          (HostelConsolePage *self,
                                                             GFile             *file,
                                                             HostelTranscript  *transcript,
                                                             gboolean           with_times);

G_END_DECLS
