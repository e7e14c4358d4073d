/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-domain-model"

#include "config.h"

#include "hostel-connection.h"
#include "hostel-domain-model.h"

/* One host: its heading (a list of one, or of none where the search leaves nothing of it) and its
 * machines. Both stand one after the other in "lists", which is flattened. */
typedef struct
{
  HostelDomainModel *model;      /* borrowed, owns this */
  HostelConnection  *connection; /* owned */
  GListStore        *heading;    /* owned, of HostelConnection */
  GListModel        *domains;    /* owned, sorted and filtered, of HostelDomain */
} HostSection;

struct _HostelDomainModel
{
  GObject parent_instance;

  GListModel      *hosts;    /* owned, of HostelConnection */
  GPtrArray       *sections; /* owned, of HostSection, as "hosts" */
  GListStore      *lists;    /* owned, of GListModel, two for each section */
  GListModel      *rows;     /* owned, "lists" flattened */
  GtkCustomFilter *filter;   /* owned */
  GtkSorter       *sorter;   /* owned */
  char            *search;   /* owned, never NULL, as it was typed */
  char            *needle;   /* owned, never NULL, folded */

  guint            n_domains;
  guint            n_shown;
};

static void hostel_domain_model_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HostelDomainModel, hostel_domain_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hostel_domain_model_model_init))

enum
{
  PROP_0,
  PROP_HOSTS,
  PROP_SEARCH,
  PROP_N_DOMAINS,
  PROP_N_SHOWN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
hostel_domain_model_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
hostel_domain_model_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (HOSTEL_DOMAIN_MODEL (model)->rows);
}

static gpointer
hostel_domain_model_get_item (GListModel *model,
                              guint       position)
{
  return g_list_model_get_item (HOSTEL_DOMAIN_MODEL (model)->rows, position);
}

static void
hostel_domain_model_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_domain_model_get_item_type;
  iface->get_n_items = hostel_domain_model_get_n_items;
  iface->get_item = hostel_domain_model_get_item;
}

/* The keys are made once for each name and kept by the domain, so that sorting 5,000 machines
 * compares bytes. */
static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      user_data)
{
  HostelDomain *one = (HostelDomain *) a;
  HostelDomain *other = (HostelDomain *) b;
  int order = strcmp (hostel_domain_get_sort_key (one), hostel_domain_get_sort_key (other));

  if (order == 0)
    order = strcmp (hostel_domain_get_uuid (one), hostel_domain_get_uuid (other));

  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER : GTK_ORDERING_EQUAL;
}

static gboolean
contains (const char *text,
          const char *needle)
{
  g_autofree char *folded = NULL;

  if (*text == '\0')
    return FALSE;

  folded = g_utf8_casefold (text, -1);

  return strstr (folded, needle) != NULL;
}

static gboolean
match (gpointer item,
       gpointer user_data)
{
  HostelDomainModel *self = user_data;
  HostelDomain *domain = item;

  return *self->needle == '\0' ||
         contains (hostel_domain_get_name (domain), self->needle) ||
         contains (hostel_domain_get_title (domain), self->needle) ||
         contains (hostel_domain_get_os_name (domain), self->needle) ||
         contains (hostel_domain_get_address (domain), self->needle);
}

/* While a search is on, a host of which nothing matches is out of the way. */
static void
host_section_update_heading (HostSection *section)
{
  guint n_shown = g_list_model_get_n_items (section->domains);
  gboolean wanted = *section->model->needle == '\0' || n_shown > 0;
  gboolean there = g_list_model_get_n_items (G_LIST_MODEL (section->heading)) > 0;

  if (wanted && !there)
    g_list_store_append (section->heading, section->connection);
  else if (!wanted && there)
    g_list_store_remove_all (section->heading);
}

static void
count_cb (HostelDomainModel *self)
{
  guint n_domains = 0;
  guint n_shown = 0;

  for (guint i = 0; i < self->sections->len; i++)
    {
      HostSection *section = g_ptr_array_index (self->sections, i);

      host_section_update_heading (section);
      n_domains += g_list_model_get_n_items (G_LIST_MODEL (section->connection));
      n_shown += g_list_model_get_n_items (section->domains);
    }

  if (self->n_domains != n_domains)
    {
      self->n_domains = n_domains;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DOMAINS]);
    }
  if (self->n_shown != n_shown)
    {
      self->n_shown = n_shown;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SHOWN]);
    }
}

static HostSection *
host_section_new (HostelDomainModel *self,
                  HostelConnection  *connection)
{
  HostSection *section = g_new0 (HostSection, 1);
  GtkFilterListModel *filtered;

  section->model = self;
  section->connection = g_object_ref (connection);
  section->heading = g_list_store_new (HOSTEL_TYPE_CONNECTION);
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (connection)),
                                        g_object_ref (GTK_FILTER (self->filter)));
  section->domains = G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (filtered),
                                                            g_object_ref (self->sorter)));
  host_section_update_heading (section);
  g_signal_connect_object (connection, "items-changed", G_CALLBACK (count_cb),
                           self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  return section;
}

static void
host_section_free (HostSection *section)
{
  g_signal_handlers_disconnect_by_func (section->connection, count_cb,
                                        section->model);
  g_clear_object (&section->domains);
  g_clear_object (&section->heading);
  g_clear_object (&section->connection);
  g_free (section);
}

static void
hosts_changed_cb (HostelDomainModel *self,
                  guint              position,
                  guint              removed,
                  guint              added,
                  GListModel        *hosts)
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new ();

  if (removed > 0)
    g_ptr_array_remove_range (self->sections, position, removed);

  for (guint i = 0; i < added; i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (hosts, position + i);
      HostSection *section = host_section_new (self, connection);

      g_ptr_array_insert (self->sections, position + i, section);
      g_ptr_array_add (lists, section->heading);
      g_ptr_array_add (lists, section->domains);
    }

  g_list_store_splice (self->lists, position * 2, removed * 2, lists->pdata, lists->len);
  count_cb (self);
}

static void
hostel_domain_model_constructed (GObject *object)
{
  HostelDomainModel *self = HOSTEL_DOMAIN_MODEL (object);

  G_OBJECT_CLASS (hostel_domain_model_parent_class)->constructed (object);

  g_signal_connect_object (self->hosts, "items-changed",
                           G_CALLBACK (hosts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  hosts_changed_cb (self, 0, 0, g_list_model_get_n_items (self->hosts),
                    self->hosts);
}

static void
hostel_domain_model_finalize (GObject *object)
{
  HostelDomainModel *self = HOSTEL_DOMAIN_MODEL (object);

  g_clear_object (&self->rows);
  g_clear_object (&self->lists);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  g_clear_object (&self->hosts);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->needle, g_free);

  G_OBJECT_CLASS (hostel_domain_model_parent_class)->finalize (object);
}

static void
hostel_domain_model_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelDomainModel *self = HOSTEL_DOMAIN_MODEL (object);

  switch (prop_id)
    {
    case PROP_HOSTS:
      g_value_set_object (value, self->hosts);
      break;
    case PROP_SEARCH:
      g_value_set_string (value, self->search);
      break;
    case PROP_N_DOMAINS:
      g_value_set_uint (value, self->n_domains);
      break;
    case PROP_N_SHOWN:
      g_value_set_uint (value, self->n_shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_model_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  HostelDomainModel *self = HOSTEL_DOMAIN_MODEL (object);

  switch (prop_id)
    {
    case PROP_HOSTS:
      self->hosts = g_value_dup_object (value);
      break;
    case PROP_SEARCH:
      hostel_domain_model_set_search (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_domain_model_class_init (HostelDomainModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = hostel_domain_model_constructed;
  object_class->finalize = hostel_domain_model_finalize;
  object_class->get_property = hostel_domain_model_get_property;
  object_class->set_property = hostel_domain_model_set_property;

  properties[PROP_HOSTS] =
    g_param_spec_object ("hosts", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SEARCH] =
    g_param_spec_string ("search", NULL, NULL, "", G_PARAM_READWRITE | flags);
  properties[PROP_N_DOMAINS] =
    g_param_spec_uint ("n-domains", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | flags);
  properties[PROP_N_SHOWN] =
    g_param_spec_uint ("n-shown", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_domain_model_init (HostelDomainModel *self)
{
  self->search = g_strdup ("");
  self->needle = g_strdup ("");
  self->sections = g_ptr_array_new_with_free_func ((GDestroyNotify) host_section_free);
  self->filter = gtk_custom_filter_new (match, self, NULL);
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));
  self->lists = g_list_store_new (G_TYPE_LIST_MODEL);
  self->rows = G_LIST_MODEL (gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->lists))));
  g_signal_connect_object (self->rows, "items-changed",
                           G_CALLBACK (g_list_model_items_changed), self, G_CONNECT_SWAPPED);
}

/**
 * hostel_domain_model_new:
 * @hosts: a list of HostelConnection
 *
 * Returns: (transfer full): the list of what is shown of them
 */
HostelDomainModel *
hostel_domain_model_new (GListModel *hosts)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (hosts), NULL);

  return g_object_new (HOSTEL_TYPE_DOMAIN_MODEL, "hosts", hosts, NULL);
}

/**
 * hostel_domain_model_get_search:
 * @self: the model
 *
 * Returns: what is searched for, "" for nothing
 */
const char *
hostel_domain_model_get_search (HostelDomainModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN_MODEL (self), "");

  return self->search;
}

static GtkFilterChange
needle_change (const char *before,
               const char *after)
{
  if (strstr (after, before) != NULL)
    return GTK_FILTER_CHANGE_MORE_STRICT;
  if (strstr (before, after) != NULL)
    return GTK_FILTER_CHANGE_LESS_STRICT;

  return GTK_FILTER_CHANGE_DIFFERENT;
}

/**
 * hostel_domain_model_set_search:
 * @self: the model
 * @search: (nullable): part of a name, an OS or an address, in any case; "" shows all
 *
 * Shows the machines that contain @search; white space at its ends does not count. OS and address
 * count where they are known already: a search loads nothing.
 */
void
hostel_domain_model_set_search (HostelDomainModel *self,
                                const char        *search)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *before = NULL;

  g_return_if_fail (HOSTEL_IS_DOMAIN_MODEL (self));

  if (search == NULL)
    search = "";

  if (g_str_equal (self->search, search))
    return;

  g_free (self->search);
  self->search = g_strdup (search);

  trimmed = g_strstrip (g_strdup (search));
  before = g_steal_pointer (&self->needle);
  self->needle = g_utf8_casefold (trimmed, -1);
  if (!g_str_equal (before, self->needle))
    {
      gtk_filter_changed (GTK_FILTER (self->filter),
                          needle_change (before, self->needle));
      count_cb (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

/**
 * hostel_domain_model_get_n_domains:
 * @self: the model
 *
 * Returns: how many machines there are on all hosts
 */
guint
hostel_domain_model_get_n_domains (HostelDomainModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN_MODEL (self), 0);

  return self->n_domains;
}

/**
 * hostel_domain_model_get_n_shown:
 * @self: the model
 *
 * Returns: how many of them match the search
 */
guint
hostel_domain_model_get_n_shown (HostelDomainModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_DOMAIN_MODEL (self), 0);

  return self->n_shown;
}

/**
 * hostel_domain_model_find:
 * @self: the model
 * @item: (nullable): a HostelDomain or HostelConnection
 *
 * Returns: its row, or %GTK_INVALID_LIST_POSITION where it is not shown
 */
guint
hostel_domain_model_find (HostelDomainModel *self,
                          gpointer           item)
{
  guint n_items;

  g_return_val_if_fail (HOSTEL_IS_DOMAIN_MODEL (self), GTK_INVALID_LIST_POSITION);

  n_items = g_list_model_get_n_items (self->rows);
  for (guint i = 0; item != NULL && i < n_items; i++)
    {
      g_autoptr (GObject) row = g_list_model_get_item (self->rows, i);

      if (row == item)
        return i;
    }

  return GTK_INVALID_LIST_POSITION;
}
