/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-statistics-strip"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "hostel-accessible.h"
#include "hostel-graph.h"
#include "hostel-statistics-strip.h"
#include "hostel-statistics.h"

/* A disk or network that does next to nothing shall not look busy: bytes a second. */
#define LEAST_TOP (64 * 1024.0)
/* Of the newest points, for what is said in words: half a minute. */
#define LATELY 15
#define MUCH_WAIT 0.1
#define SLOW_SECONDS 0.1
/* Of a tile's labels: what is longer is cut, and told in the tooltip. */
#define LABEL_CHARS 13
#define COLUMN_SPACING 18

typedef enum
{
  PROCESSOR,
  MEMORY,
  DISK,
  NETWORK,
  N_KINDS
} Kind;

static const char * const titles[] = { N_("Processor"), N_("Memory"), N_("Disk"), N_("Network") };

typedef struct
{
  GtkWidget   *box;
  GtkLabel    *value;
  GtkLabel    *note;
  HostelGraph *graph;
} Tile;

struct _HostelStatisticsStrip
{
  GtkBox            parent_instance;

  HostelDomain     *domain;     /* owned, nullable */
  HostelStatistics *statistics; /* owned, NULL while this is not on screen */
  GSignalGroup     *signals;    /* owned: of these */
  Tile              tiles[N_KINDS];
  GtkLabel         *words;
};

G_DEFINE_FINAL_TYPE (HostelStatisticsStrip, hostel_statistics_strip, GTK_TYPE_BOX)

static double
get_value (const HostelStatisticsPoint *point,
           Kind                         kind)
{
  switch (kind)
    {
    case PROCESSOR:
      return point->cpu;
    case MEMORY:
      return isnan (point->guest_memory) ? point->host_memory : point->guest_memory;
    case DISK:
      return point->disk;
    case NETWORK:
      return point->network;
    case N_KINDS:
    default:
      g_return_val_if_reached (NAN);
    }
}

static char *
dup_size (double bytes)
{
  return g_format_size_full ((guint64) bytes, G_FORMAT_SIZE_IEC_UNITS);
}

static char *
dup_value (double value,
           Kind   kind)
{
  g_autofree char *size = NULL;

  if (isnan (value))
    return g_strdup ("–");
  if (kind == PROCESSOR)
    return g_strdup_printf (_("%u %%"), (guint) (value * 100 + 0.5));

  size = dup_size (value);

  /* Translators: a size, as "1.2 MiB" */
  return kind == MEMORY ? g_steal_pointer (&size) : g_strdup_printf (_("%s/s"), size);
}

static double
find_peak (const double *values,
           guint         n_values)
{
  double peak = NAN;

  for (guint i = 0; i < n_values; i++)
    if (!isnan (values[i]) && (isnan (peak) || values[i] > peak))
      peak = values[i];

  return peak;
}

/* Of memory both sides are told: what the guest uses, and what that costs this computer. */
static char *
dup_note (const HostelStatisticsPoint *point,
          double                       peak,
          Kind                         kind)
{
  g_autofree char *text = dup_value (peak, kind);
  g_autofree char *whole = dup_size (point->memory);
  g_autofree char *host = isnan (point->host_memory) ? NULL : dup_size (point->host_memory);

  if (kind != MEMORY)
    /* Translators: the highest value of the last ten minutes */
    return g_strdup_printf (_("Peak %s"), text);
  if (isnan (point->guest_memory))
    /* Translators: %s is how much memory the machine has: "210 MiB, taken of 1 GiB" */
    return g_strdup_printf (_("taken of %s"), whole);
  if (host == NULL)
    return g_strdup_printf (_("used of %s"), whole);

  /* Translators: how much memory a machine has, and how much of this computer's it takes */
  return g_strdup_printf (_("used of %s, %s taken"), whole, host);
}

static double
get_top (const HostelStatisticsPoint *point,
         double                       peak,
         Kind                         kind)
{
  switch (kind)
    {
    case PROCESSOR:
      return 1;
    case MEMORY:
      return MAX (point->memory, isnan (peak) ? 0 : peak);
    case DISK:
    case NETWORK:
    case N_KINDS:
    default:
      return MAX (LEAST_TOP, isnan (peak) ? 0 : peak);
    }
}

static void
show_tile (HostelStatisticsStrip *self,
           Kind                   kind)
{
  Tile *tile = &self->tiles[kind];
  guint n_points = hostel_statistics_get_n_points (self->statistics);
  const HostelStatisticsPoint *last = hostel_statistics_get_point (self->statistics, n_points - 1);
  g_autofree double *values = g_new (double, n_points);
  g_autofree char *now = dup_value (get_value (last, kind), kind);
  g_autofree char *note = NULL;
  g_autofree char *label = NULL;
  double peak;

  for (guint i = 0; i < n_points; i++)
    values[i] = get_value (hostel_statistics_get_point (self->statistics, i), kind);
  peak = find_peak (values, n_points);
  note = dup_note (last, peak, kind);
  /* Translators: what is measured, its value now, and a note: "Processor: 12 %, Peak 80 %" */
  label = g_strdup_printf (_("%s: %s, %s"), _(titles[kind]), now, note);

  gtk_label_set_label (tile->value, now);
  gtk_label_set_label (tile->note, note);
  hostel_graph_set_values (tile->graph, values, n_points, HOSTEL_STATISTICS_MAX_POINTS, get_top (last, peak, kind));
  gtk_widget_set_tooltip_text (tile->box, label);
  hostel_accessible_set_label (tile->box, label);
}

/* The mean of what is known of the last half minute. */
static double
get_mean (HostelStatisticsStrip *self,
          gsize                  offset)
{
  guint n_points = hostel_statistics_get_n_points (self->statistics);
  double sum = 0;
  guint n_known = 0;

  for (guint i = n_points - MIN (n_points, LATELY); i < n_points; i++)
    {
      double value = G_STRUCT_MEMBER (double, hostel_statistics_get_point (self->statistics, i), offset);

      if (isnan (value))
        continue;
      sum += value;
      n_known++;
    }

  return n_known > 0 ? sum / n_known : NAN;
}

static void
show_words (HostelStatisticsStrip *self)
{
  double wait = get_mean (self, G_STRUCT_OFFSET (HostelStatisticsPoint, wait));
  double latency = get_mean (self, G_STRUCT_OFFSET (HostelStatisticsPoint, latency));
  g_autofree char *waits = NULL;
  g_autofree char *slow = NULL;
  g_autofree char *text = NULL;

  if (wait >= MUCH_WAIT)
    waits = g_strdup_printf (_("It waits for the processors of its host %u %% of the time."), (guint) (wait * 100));
  if (latency >= SLOW_SECONDS)
    slow = g_strdup_printf (_("Its disks answer slowly: %u ms a request."), (guint) (latency * 1000));

  text = waits != NULL && slow != NULL ? g_strdup_printf ("%s\n%s", waits, slow) : g_strdup (waits ? waits : slow);
  gtk_label_set_label (self->words, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->words), text != NULL);
}

static void
update_cb (HostelStatisticsStrip *self)
{
  gboolean any = self->statistics != NULL && hostel_statistics_get_n_points (self->statistics) > 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_visible (child, any);
  if (!any)
    return;

  for (Kind kind = 0; kind < N_KINDS; kind++)
    show_tile (self, kind);
  show_words (self);
}

static void
look (HostelStatisticsStrip *self,
      HostelDomain          *domain)
{
  hostel_statistics_move (&self->statistics, domain);
  g_signal_group_set_target (self->signals, self->statistics);
  update_cb (self);
}

static void
hostel_statistics_strip_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hostel_statistics_strip_parent_class)->map (widget);

  look (HOSTEL_STATISTICS_STRIP (widget), HOSTEL_STATISTICS_STRIP (widget)->domain);
}

static void
hostel_statistics_strip_unmap (GtkWidget *widget)
{
  HostelStatisticsStrip *self = HOSTEL_STATISTICS_STRIP (widget);

  hostel_statistics_move (&self->statistics, NULL);
  g_signal_group_set_target (self->signals, NULL);

  GTK_WIDGET_CLASS (hostel_statistics_strip_parent_class)->unmap (widget);
}

static void
hostel_statistics_strip_dispose (GObject *object)
{
  HostelStatisticsStrip *self = HOSTEL_STATISTICS_STRIP (object);

  hostel_statistics_move (&self->statistics, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->domain);

  G_OBJECT_CLASS (hostel_statistics_strip_parent_class)->dispose (object);
}

static void
hostel_statistics_strip_class_init (HostelStatisticsStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hostel_statistics_strip_dispose;

  widget_class->map = hostel_statistics_strip_map;
  widget_class->unmap = hostel_statistics_strip_unmap;
}

static GtkLabel *
add_label (GtkWidget  *box,
           const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

static void
add_tile (HostelStatisticsStrip *self,
          GtkWidget             *pair,
          Kind                   kind)
{
  Tile *tile = &self->tiles[kind];

  tile->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_label_set_label (add_label (tile->box, "caption-heading"), _(titles[kind]));
  tile->value = add_label (tile->box, "numeric");
  tile->graph = g_object_new (HOSTEL_TYPE_GRAPH, "hexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (tile->box), GTK_WIDGET (tile->graph));
  tile->note = add_label (tile->box, "caption");
  /* Memory has two things to tell. */
  gtk_label_set_wrap (tile->note, TRUE);
  gtk_label_set_lines (tile->note, 2);
  gtk_widget_add_css_class (GTK_WIDGET (tile->note), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (tile->note), "numeric");
  gtk_box_append (GTK_BOX (pair), tile->box);
}

/* Four beside each other, or two by two, never three and one. */
static void
add_pair (HostelStatisticsStrip *self,
          GtkWidget             *flow,
          Kind                   first,
          Kind                   second)
{
  GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, COLUMN_SPACING);
  GtkWidget *child = gtk_flow_box_child_new ();

  gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
  add_tile (self, pair, first);
  add_tile (self, pair, second);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), pair);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
}

static void
hostel_statistics_strip_init (HostelStatisticsStrip *self)
{
  GtkWidget *flow = g_object_new (GTK_TYPE_FLOW_BOX, "selection-mode", GTK_SELECTION_NONE, "homogeneous", TRUE,
                                  "max-children-per-line", 2, "column-spacing", COLUMN_SPACING, "row-spacing", 12,
                                  NULL);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  self->signals = g_signal_group_new (HOSTEL_TYPE_STATISTICS);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (update_cb), self);
  add_pair (self, flow, PROCESSOR, MEMORY);
  add_pair (self, flow, DISK, NETWORK);
  gtk_box_append (GTK_BOX (self), flow);

  self->words = add_label (GTK_WIDGET (self), "dim-label");
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_max_width_chars (self->words, -1);
  gtk_label_set_wrap (self->words, TRUE);
  update_cb (self);
}

/**
 * hostel_statistics_strip_set_domain:
 * @self: the strip
 * @domain: (nullable): the machine to show
 */
void
hostel_statistics_strip_set_domain (HostelStatisticsStrip *self,
                                    HostelDomain          *domain)
{
  g_return_if_fail (HOSTEL_IS_STATISTICS_STRIP (self));
  g_return_if_fail (domain == NULL || HOSTEL_IS_DOMAIN (domain));

  if (!g_set_object (&self->domain, domain))
    return;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    look (self, domain);
}
