/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <vte/vte.h>

G_BEGIN_DECLS

#define HOSTEL_TYPE_TERMINAL (hostel_terminal_get_type ())

/* A terminal for what a guest writes: history that a guest cannot erase, colours that follow light
 * and dark. Signals: "input" (GBytes *bytes), what the person typed or pasted and what the terminal
 * answers; "text-changed", at most twice a second. */
G_DECLARE_FINAL_TYPE (HostelTerminal, hostel_terminal, HOSTEL, TERMINAL, VteTerminal)

HostelTerminal *hostel_terminal_new           (void);
void            hostel_terminal_feed          (HostelTerminal  *self,
                                               GBytes          *bytes);
void            hostel_terminal_replay        (HostelTerminal  *self,
                                               GBytes          *bytes);
void            hostel_terminal_begin         (HostelTerminal  *self);
void            hostel_terminal_mark          (HostelTerminal  *self,
                                               const char      *text,
                                               gboolean         interrupts);
guint           hostel_terminal_get_n_lines   (HostelTerminal  *self);
char           *hostel_terminal_dup_text      (HostelTerminal  *self);
char           *hostel_terminal_dup_last_line (HostelTerminal  *self);
void            hostel_terminal_zoom          (HostelTerminal  *self,
                                               int              step);
void            hostel_terminal_set_search_options (HostelTerminal *self,
                                               gboolean         is_regex,
                                               gboolean         match_case);
gboolean        hostel_terminal_search        (HostelTerminal  *self,
                                               const char      *text,
                                               gboolean         backward);
char           *hostel_terminal_dup_link_at   (HostelTerminal  *self,
                                               double           x,
                                               double           y);
char           *hostel_terminal_dup_selected_link (HostelTerminal *self);

G_END_DECLS
