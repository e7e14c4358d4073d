/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-tile-layout"

#include "config.h"

#include "hostel-tile-layout.h"

/* Between two children, and what a column should have at least: 60 letters of a terminal. */
#define GAP 1
#define COLUMN_WIDTH 480

struct _HostelTileLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (HostelTileLayout, hostel_tile_layout, GTK_TYPE_LAYOUT_MANAGER)

static int
count_children (GtkWidget *widget)
{
  int n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_should_layout (child);

  return n;
}

/* As near to a square as the width allows. */
static int
count_columns (int n_children,
               int width)
{
  int wanted = 1;

  while (wanted * wanted < n_children)
    wanted++;

  return CLAMP (width / COLUMN_WIDTH, 1, wanted);
}

static void
hostel_tile_layout_measure (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            GtkOrientation    orientation,
                            int               for_size,
                            int              *minimum,
                            int              *natural,
                            int              *minimum_baseline,
                            int              *natural_baseline)
{
  int n_lines = 1;

  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum = 0;
      int child_natural = 0;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    }

  /* One column is always possible, and then all are below each other. */
  if (orientation == GTK_ORIENTATION_VERTICAL)
    n_lines = count_children (widget);
  *minimum *= MAX (n_lines, 1);
  *natural = MAX (*minimum, *natural);
}

static void
hostel_tile_layout_allocate (GtkLayoutManager *manager,
                             GtkWidget        *widget,
                             int               width,
                             int               height,
                             int               baseline)
{
  int n_children = count_children (widget);
  int n_columns = count_columns (n_children, width);
  int n_rows = (n_children + n_columns - 1) / n_columns;
  int place = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int row = place / n_columns;
      /* The last row may have fewer, which are wider. */
      int in_row = row == n_rows - 1 ? n_children - row * n_columns : n_columns;
      int column = place % n_columns;
      GtkAllocation area;

      if (!gtk_widget_should_layout (child))
        continue;

      area.x = column * (width + GAP) / in_row;
      area.y = row * (height + GAP) / n_rows;
      area.width = (column + 1) * (width + GAP) / in_row - GAP - area.x;
      area.height = (row + 1) * (height + GAP) / n_rows - GAP - area.y;
      gtk_widget_size_allocate (child, &area, -1);
      place++;
    }
}

static void
hostel_tile_layout_class_init (HostelTileLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = hostel_tile_layout_measure;
  layout_class->allocate = hostel_tile_layout_allocate;
}

static void
hostel_tile_layout_init (HostelTileLayout *self)
{
}

/**
 * hostel_tile_layout_new:
 *
 * Returns: (transfer full): a layout for any container
 */
GtkLayoutManager *
hostel_tile_layout_new (void)
{
  return g_object_new (HOSTEL_TYPE_TILE_LAYOUT, NULL);
}
