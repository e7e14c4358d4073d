/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-terminal"

#include "config.h"

#include "hostel-terminal-private.h"

/* PCRE2_CASELESS and PCRE2_MULTILINE, which VTE wants for a regex that is matched. */
#define REGEX_FLAGS 0x00000408u

/* ASCII alone: no letter that looks like another. A sentence's full stop is not part of it, nor a
 * bracket that was opened before. Possessive: VTE gives a match few steps back. */
#define LETTERS "-a-z0-9+&@#/%=~_|$*"
#define BRACKETS "\\([" LETTERS "?!:,.;]*+\\)"
#define LINK_PATTERN "(?:https?://|ssh://|mailto:)" \
                     "(?:[" LETTERS "]++|[?!:,.;]++(?=[" LETTERS "(])|" BRACKETS ")++"

/**
 * hostel_terminal_add_links:
 * @self: a terminal
 *
 * For this class's own files: has links found, underlined where the pointer is.
 */
void
hostel_terminal_add_links (HostelTerminal *self)
{
  VteTerminal *terminal = VTE_TERMINAL (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (VteRegex) regex =
    vte_regex_new_for_match (LINK_PATTERN, -1, VTE_REGEX_FLAGS_DEFAULT | REGEX_FLAGS, &error);

  g_return_if_fail (regex != NULL);

  vte_terminal_match_set_cursor_name (terminal, vte_terminal_match_add_regex (terminal, regex, 0),
                                      "pointer");
}

/**
 * hostel_terminal_dup_link_at:
 * @self: a terminal
 * @x: in its own coordinates
 * @y: likewise
 *
 * Returns: (transfer full) (nullable): the http, https, ssh or mailto address that is written there
 */
char *
hostel_terminal_dup_link_at (HostelTerminal *self,
                             double          x,
                             double          y)
{
  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), NULL);

  return vte_terminal_check_match_at (VTE_TERMINAL (self), x, y, NULL);
}

/**
 * hostel_terminal_dup_selected_link:
 * @self: a terminal
 *
 * Returns: (transfer full) (nullable): the selection, where it is such an address and nothing else
 */
char *
hostel_terminal_dup_selected_link (HostelTerminal *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (HOSTEL_IS_TERMINAL (self), NULL);

  if (!vte_terminal_get_has_selection (VTE_TERMINAL (self)))
    return NULL;

  text = vte_terminal_get_text_selected (VTE_TERMINAL (self), VTE_FORMAT_TEXT);
  if (text == NULL
      || !g_regex_match_simple ("^" LINK_PATTERN "$", g_strstrip (text), G_REGEX_CASELESS, 0))
    return NULL;

  return g_steal_pointer (&text);
}
