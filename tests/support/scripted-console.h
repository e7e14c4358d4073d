/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-console-transport.h"

G_BEGIN_DECLS

/* A guest's console, and the daemon before it, that do at once what a test says: in place of libvirt
 * behind a HostelConsoleStream. For any thread. */
typedef struct _ScriptedConsole ScriptedConsole;

ScriptedConsole     *scripted_console_new           (void);
void                 scripted_console_free          (ScriptedConsole     *self);
HostelConsoleStream *scripted_console_new_stream    (ScriptedConsole     *self);

/* The guest writes. */
void                 scripted_console_say           (ScriptedConsole     *self,
                                                     const char          *data,
                                                     gsize                size);
/* What is open ends, after what was said. */
void                 scripted_console_hang_up       (ScriptedConsole     *self);
/* The connection is gone. */
void                 scripted_console_break         (ScriptedConsole     *self);
/* What the next @n_times opens are answered; OPEN after that. */
void                 scripted_console_answer        (ScriptedConsole     *self,
                                                     HostelConsoleState   state,
                                                     guint                n_times);
/* Whether the guest reads; it does at first. */
void                 scripted_console_set_reading   (ScriptedConsole     *self,
                                                     gboolean             reading);

/* Opens that were asked for, and those by force. */
guint                scripted_console_get_n_opens   (ScriptedConsole     *self);
guint                scripted_console_get_n_forced  (ScriptedConsole     *self);
/* Connections that were let go by force while they had, or had not, sent anything. */
guint                scripted_console_get_n_drops   (ScriptedConsole     *self,
                                                     gboolean             has_written);
/* Whether something waits for the guest to read it. */
gboolean             scripted_console_is_stuck      (ScriptedConsole     *self);
/* Of what was said and not received. */
gsize                scripted_console_get_n_waiting (ScriptedConsole     *self);
/* All that the guest has read. */
GBytes              *scripted_console_get_read      (ScriptedConsole     *self);
/* The longest piece in which it came. */
gsize                scripted_console_get_longest   (ScriptedConsole     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedConsole, scripted_console_free)

G_END_DECLS
