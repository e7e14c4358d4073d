/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-graph"

#include "config.h"

#include <math.h>

#include "hostel-graph.h"

#define NATURAL_WIDTH 96
#define HEIGHT 40
#define LINE_WIDTH 1.5
#define FILL_ALPHA 0.2
#define GROUND_ALPHA 0.15

struct _HostelGraph
{
  GtkWidget parent_instance;

  double   *values;   /* owned, nullable */
  guint     n_values;
  guint     n_places; /* of which the last are values */
  double    top;      /* of the scale */
};

G_DEFINE_FINAL_TYPE (HostelGraph, hostel_graph, GTK_TYPE_WIDGET)

static void
hostel_graph_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 1;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : NATURAL_WIDTH;
}

static double
get_x (HostelGraph *self,
       guint        place,
       double       width)
{
  guint first = self->n_places - self->n_values;

  /* Time runs to the end of the line, which is on the left in scripts that are written so. */
  double x = width * (first + place) / (self->n_places - 1);

  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? width - x : x;
}

static double
get_y (HostelGraph *self,
       guint        place,
       double       height)
{
  double share = self->top > 0 ? CLAMP (self->values[place] / self->top, 0, 1) : 0;

  return LINE_WIDTH + (height - 2 * LINE_WIDTH) * (1 - share);
}

/* From @begin on, as far as there are values. Returns: the place behind them. */
static guint
draw_run (HostelGraph   *self,
          cairo_t       *cr,
          guint          begin,
          double         width,
          double         height,
          const GdkRGBA *color)
{
  guint end = begin;

  for (; end < self->n_values && !isnan (self->values[end]); end++)
    cairo_line_to (cr, get_x (self, end, width), get_y (self, end, height));
  if (end == begin)
    return end + 1;

  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_stroke_preserve (cr);
  cairo_line_to (cr, get_x (self, end - 1, width), height);
  cairo_line_to (cr, get_x (self, begin, width), height);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * FILL_ALPHA);
  cairo_fill (cr);

  return end;
}

static void
hostel_graph_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  HostelGraph *self = HOSTEL_GRAPH (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA color;
  GdkRGBA ground;
  cairo_t *cr;

  if (width < 2 || height < 2)
    return;

  gtk_style_context_get_color (style, &ground);
  ground.alpha *= GROUND_ALPHA;
  if (!gtk_style_context_lookup_color (style, "accent_color", &color))
    gtk_style_context_get_color (style, &color);

  gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
  if (self->n_values == 0)
    return;

  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  for (guint place = 0; place < self->n_values;)
    place = draw_run (self, cr, place, width, height, &color);
  cairo_destroy (cr);
}

static void
hostel_graph_finalize (GObject *object)
{
  g_free (HOSTEL_GRAPH (object)->values);

  G_OBJECT_CLASS (hostel_graph_parent_class)->finalize (object);
}

static void
hostel_graph_class_init (HostelGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hostel_graph_finalize;

  widget_class->measure = hostel_graph_measure;
  widget_class->snapshot = hostel_graph_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hostel_graph_init (HostelGraph *self)
{
  self->n_places = 2;
}

/**
 * hostel_graph_set_values:
 * @self: the graph
 * @values: (array length=n_values): the oldest first
 * @n_values: how many there are, @n_places at most
 * @n_places: how many fill the width, 2 at least
 * @top: the value at the upper edge
 */
void
hostel_graph_set_values (HostelGraph  *self,
                         const double *values,
                         guint         n_values,
                         guint         n_places,
                         double        top)
{
  g_return_if_fail (HOSTEL_IS_GRAPH (self));
  g_return_if_fail (n_places >= 2 && n_values <= n_places);

  g_free (self->values);
  self->values = g_memdup2 (values, n_values * sizeof *values);
  self->n_values = n_values;
  self->n_places = n_places;
  self->top = top;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
