/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-page"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-create-page.h"

typedef struct
{
  HostelCreateModel *model;   /* owned, nullable until set */
  char              *title;   /* owned, never NULL */
  char              *problem; /* owned, never NULL */
  gboolean           deaf;    /* what changes now is not a person's doing, or shown already */
} HostelCreatePagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HostelCreatePage, hostel_create_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_TITLE, PROP_PROBLEM, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
hostel_create_page_dispose (GObject *object)
{
  HostelCreatePage *self = HOSTEL_CREATE_PAGE (object);
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_clear_object (&priv->model);

  G_OBJECT_CLASS (hostel_create_page_parent_class)->dispose (object);
}

static void
hostel_create_page_finalize (GObject *object)
{
  HostelCreatePage *self = HOSTEL_CREATE_PAGE (object);
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_clear_pointer (&priv->title, g_free);
  g_clear_pointer (&priv->problem, g_free);

  G_OBJECT_CLASS (hostel_create_page_parent_class)->finalize (object);
}

static void
hostel_create_page_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  HostelCreatePage *self = HOSTEL_CREATE_PAGE (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, hostel_create_page_get_title (self));
      break;

    case PROP_PROBLEM:
      g_value_set_string (value, hostel_create_page_get_problem (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_create_page_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  HostelCreatePage *self = HOSTEL_CREATE_PAGE (object);
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_free (priv->title);
      priv->title = g_value_dup_string (value);
      if (priv->title == NULL)
        priv->title = g_strdup ("");
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_create_page_class_init (HostelCreatePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hostel_create_page_dispose;
  object_class->finalize = hostel_create_page_finalize;
  object_class->get_property = hostel_create_page_get_property;
  object_class->set_property = hostel_create_page_set_property;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PROBLEM] =
    g_param_spec_string ("problem", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_create_page_init (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  priv->title = g_strdup ("");
  priv->problem = g_strdup ("");
}

static void
changed_cb (HostelCreatePage *self,
            guint             concerns)
{
  if ((HOSTEL_CREATE_PAGE_GET_CLASS (self)->concerns & concerns) != 0)
    hostel_create_page_refresh (self);
}

/**
 * hostel_create_page_set_model:
 * @model: what the pages share
 *
 * To be called once.
 */
void
hostel_create_page_set_model (HostelCreatePage  *self,
                              HostelCreateModel *model)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (model));
  g_return_if_fail (priv->model == NULL);

  priv->model = g_object_ref (model);
  if (HOSTEL_CREATE_PAGE_GET_CLASS (self)->bind != NULL)
    HOSTEL_CREATE_PAGE_GET_CLASS (self)->bind (self);

  g_signal_connect_object (model, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  hostel_create_page_refresh (self);
}

/**
 * hostel_create_page_get_model:
 *
 * Returns: (transfer none) (nullable): what the pages share
 */
HostelCreateModel *
hostel_create_page_get_model (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_val_if_fail (HOSTEL_IS_CREATE_PAGE (self), NULL);

  return priv->model;
}

/**
 * hostel_create_page_get_title:
 *
 * Returns: the page's title, translated
 */
const char *
hostel_create_page_get_title (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_val_if_fail (HOSTEL_IS_CREATE_PAGE (self), NULL);

  return priv->title;
}

/**
 * hostel_create_page_get_problem:
 *
 * Returns: why the dialog cannot go on from this page, "" where it can
 */
const char *
hostel_create_page_get_problem (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_val_if_fail (HOSTEL_IS_CREATE_PAGE (self), NULL);

  return priv->problem;
}

/**
 * hostel_create_page_set_problem:
 * @problem: (nullable): why the dialog cannot go on from this page
 *
 * For the pages themselves.
 */
void
hostel_create_page_set_problem (HostelCreatePage *self,
                                const char       *problem)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  problem = problem != NULL ? problem : "";
  if (g_str_equal (priv->problem, problem))
    return;

  g_free (priv->problem);
  priv->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/**
 * hostel_create_page_refresh:
 *
 * Shows the model as it is now.
 */
void
hostel_create_page_refresh (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  if (hostel_create_page_is_deaf (self) || HOSTEL_CREATE_PAGE_GET_CLASS (self)->refresh == NULL)
    return;

  priv->deaf = TRUE;
  HOSTEL_CREATE_PAGE_GET_CLASS (self)->refresh (self);
  priv->deaf = FALSE;
}

/**
 * hostel_create_page_is_deaf:
 *
 * Returns: whether what a widget of the page says now is not a person's doing
 */
gboolean
hostel_create_page_is_deaf (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_val_if_fail (HOSTEL_IS_CREATE_PAGE (self), TRUE);

  return priv->deaf || priv->model == NULL;
}

/**
 * hostel_create_page_set_deaf:
 * @deaf: whether what changes from now on is not a person's doing, or is shown already, as what goes
 *   from a field into the model: then the page is not shown anew for it
 *
 * For the pages themselves.
 */
void
hostel_create_page_set_deaf (HostelCreatePage *self,
                             gboolean          deaf)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);

  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  priv->deaf = deaf;
}

/**
 * hostel_create_page_flush:
 *
 * Takes what is still only in a field over into the model.
 */
void
hostel_create_page_flush (HostelCreatePage *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  if (HOSTEL_CREATE_PAGE_GET_CLASS (self)->flush != NULL)
    HOSTEL_CREATE_PAGE_GET_CLASS (self)->flush (self);
}

/**
 * hostel_create_page_focus_first:
 *
 * Puts the focus where a person begins.
 */
void
hostel_create_page_focus_first (HostelCreatePage *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  if (HOSTEL_CREATE_PAGE_GET_CLASS (self)->focus_first != NULL)
    HOSTEL_CREATE_PAGE_GET_CLASS (self)->focus_first (self);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/**
 * hostel_create_page_tell_recipe:
 *
 * Tells which recipe has been chosen, with Undo, in the dialog that @self is in.
 */
void
hostel_create_page_tell_recipe (HostelCreatePage *self)
{
  HostelCreatePagePrivate *priv = hostel_create_page_get_instance_private (self);
  HostelRecipe *recipe;
  g_autofree char *text = NULL;

  g_return_if_fail (HOSTEL_IS_CREATE_PAGE (self));

  recipe = hostel_create_model_get_recipe (priv->model);
  if (recipe == NULL)
    text = g_strdup (_("Recipe taken out"));
  else if (hostel_create_model_has_edits (priv->model))
    text = g_strdup_printf (_("“%s” added to your entries"),
                            hostel_recipe_get_title (recipe));
  else
    text = g_strdup_printf (_("Set up as “%s”"), hostel_recipe_get_title (recipe));

  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.chosen", "s", text);
}
