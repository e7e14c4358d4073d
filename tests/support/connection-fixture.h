/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostel-connection.h"
#include "wait.h"

/* What an asynchronous call came to. */
typedef struct
{
  gboolean  done;
  GError   *error;
} Outcome;

static inline void
on_opened (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Outcome *outcome = user_data;

  hostel_connection_open_finish (HOSTEL_CONNECTION (object), result, &outcome->error);
  outcome->done = TRUE;
}

static inline void
on_verb_done (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  Outcome *outcome = user_data;

  hostel_domain_run_verb_finish (HOSTEL_DOMAIN (object), result, &outcome->error);
  outcome->done = TRUE;
}

/* With its first list. */
static inline HostelConnection *
open_connection (const char *uri)
{
  HostelConnection *connection = hostel_connection_new (uri);
  Outcome outcome = { 0 };

  hostel_connection_open_async (connection, NULL, on_opened, &outcome);
  g_assert_cmpint (hostel_connection_get_state (connection), ==,
                   HOSTEL_CONNECTION_STATE_CONNECTING);
  ASSERT_WITHIN (outcome.done, 20000);
  g_assert_no_error (outcome.error);

  return connection;
}
