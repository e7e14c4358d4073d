/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-filter.h"
#include "hostel-terminal.h"

G_BEGIN_DECLS

struct _HostelTerminal
{
  VteTerminal          parent_instance;

  HostelConsoleFilter *filter;       /* owned */
  GString             *output;       /* owned: of the filter, kept for its memory */
  GSettings           *settings;     /* owned, nullable */
  char                *search_text;  /* owned, nullable: what the regular expression is for */
  gboolean             search_valid;
  gboolean             search_regex; /* the text is one itself */
  gboolean             match_case;
  guint                changed_id;
  gint64               bell_time;    /* monotonic, of the last one that was heard */
  gboolean             mid_line;     /* the last byte was no line feed */
};

void hostel_terminal_add_links     (HostelTerminal *self);
void hostel_terminal_follow_look   (HostelTerminal *self);
void hostel_terminal_update_colors (HostelTerminal *self);

G_END_DECLS
