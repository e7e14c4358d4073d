/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-cli"

#include "config.h"

#include "create-progress.h"

#include <unistd.h>

#include "print.h"

#define BAR_WIDTH 24

struct _HostelCreateProgress
{
  HostelCreateJob *job;     /* owned */
  gboolean         shown;   /* a line is on the terminal */
};

static char *
dup_bytes (HostelCreateJob *job)
{
  g_autofree char *done_text = NULL;
  g_autofree char *total_text = NULL;
  guint64 done;
  guint64 total;

  g_object_get (job, "bytes-done", &done, "bytes-total", &total, NULL);
  if (total == 0)
    return g_strdup ("");

  done_text = g_format_size_full (done, G_FORMAT_SIZE_IEC_UNITS);
  total_text = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);

  return g_strdup_printf ("  %s / %s", done_text, total_text);
}

static void
on_changed_cb (HostelCreateProgress *self)
{
  double fraction = hostel_create_job_get_fraction (self->job);
  guint filled = (guint) (fraction * BAR_WIDTH);
  g_autofree char *bar = g_strnfill (BAR_WIDTH, ' ');
  g_autofree char *bytes = dup_bytes (self->job);

  memset (bar, '=', MIN (filled, BAR_WIDTH));
  hostel_cli_print_clear_line ();
  g_printerr ("[%s] %3u %%  %s%s", bar, (guint) (fraction * 100),
              hostel_create_step_to_label (hostel_create_job_get_step (self->job)), bytes);
  self->shown = TRUE;
}

HostelCreateProgress *
hostel_create_progress_new (HostelCreateJob *job)
{
  HostelCreateProgress *self = g_new0 (HostelCreateProgress, 1);

  self->job = g_object_ref (job);
  if (isatty (STDERR_FILENO))
    {
      g_signal_connect_swapped (job, "notify::fraction", G_CALLBACK (on_changed_cb), self);
      g_signal_connect_swapped (job, "notify::step", G_CALLBACK (on_changed_cb), self);
    }

  return self;
}

void
hostel_create_progress_free (HostelCreateProgress *self)
{
  if (self->shown)
    hostel_cli_print_clear_line ();
  g_signal_handlers_disconnect_by_data (self->job, self);
  g_object_unref (self->job);
  g_free (self);
}
