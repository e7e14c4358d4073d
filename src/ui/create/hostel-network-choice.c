/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-network-choice"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-network-choice.h"

struct _HostelNetworkChoice
{
  GObject parent_instance;

  HostelNetworkKind  kind;
  char              *network; /* owned, never NULL */
  char              *label;   /* owned, translated */
};

G_DEFINE_FINAL_TYPE (HostelNetworkChoice, hostel_network_choice, G_TYPE_OBJECT)

enum { PROP_0, PROP_LABEL, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
hostel_network_choice_finalize (GObject *object)
{
  HostelNetworkChoice *self = HOSTEL_NETWORK_CHOICE (object);

  g_clear_pointer (&self->network, g_free);
  g_clear_pointer (&self->label, g_free);

  G_OBJECT_CLASS (hostel_network_choice_parent_class)->finalize (object);
}

static void
hostel_network_choice_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  HostelNetworkChoice *self = HOSTEL_NETWORK_CHOICE (object);

  switch (prop_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_network_choice_class_init (HostelNetworkChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_network_choice_finalize;
  object_class->get_property = hostel_network_choice_get_property;

  properties[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_network_choice_init (HostelNetworkChoice *self)
{
}

static void
add_choice (GListStore        *store,
            HostelNetworkKind  kind,
            const char        *network,
            const char        *label)
{
  g_autoptr (HostelNetworkChoice) choice = g_object_new (HOSTEL_TYPE_NETWORK_CHOICE, NULL);

  choice->kind = kind;
  choice->network = g_strdup (network);
  choice->label = g_strdup (label);
  g_list_store_append (store, choice);
}

/**
 * hostel_network_choice_get_kind:
 *
 * Returns: the kind of network
 */
HostelNetworkKind
hostel_network_choice_get_kind (HostelNetworkChoice *self)
{
  g_return_val_if_fail (HOSTEL_IS_NETWORK_CHOICE (self), HOSTEL_NETWORK_KIND_AUTOMATIC);

  return self->kind;
}

/**
 * hostel_network_choice_get_network:
 *
 * Returns: the name of the libvirt network, "" for the other kinds
 */
const char *
hostel_network_choice_get_network (HostelNetworkChoice *self)
{
  g_return_val_if_fail (HOSTEL_IS_NETWORK_CHOICE (self), NULL);

  return self->network;
}

/**
 * hostel_network_choices_new:
 * @facts: (nullable): what the host has, %NULL while it is not known
 * @session: whether the host is a user's session
 *
 * Returns: (transfer full): a list model of HostelNetworkChoice, the automatic one first
 */
GListModel *
hostel_network_choices_new (HostelHostFacts *facts,
                            gboolean         session)
{
  GListStore *store = g_list_store_new (HOSTEL_TYPE_NETWORK_CHOICE);
  const char * const *networks = facts != NULL ? hostel_host_facts_get_networks (facts) : NULL;
  guint i;

  add_choice (store, HOSTEL_NETWORK_KIND_AUTOMATIC, "",
              session ? _("Automatic (SSH Port on This Host)") : _("Automatic (default)"));
  for (i = 0; networks != NULL && networks[i] != NULL; i++)
    add_choice (store, HOSTEL_NETWORK_KIND_NETWORK, networks[i], networks[i]);
  if (!session)
    add_choice (store, HOSTEL_NETWORK_KIND_USER, "", _("User Mode"));
  add_choice (store, HOSTEL_NETWORK_KIND_NONE, "", _("None"));

  return G_LIST_MODEL (store);
}

/**
 * hostel_network_choices_find:
 * @choices: as hostel_network_choices_new() makes it
 * @kind: a kind of network
 * @network: (nullable): its name
 *
 * Returns: the position of that choice, 0 where there is none
 */
guint
hostel_network_choices_find (GListModel        *choices,
                             HostelNetworkKind  kind,
                             const char        *network)
{
  guint i;

  g_return_val_if_fail (G_IS_LIST_MODEL (choices), 0);

  for (i = 0; i < g_list_model_get_n_items (choices); i++)
    {
      g_autoptr (HostelNetworkChoice) choice = g_list_model_get_item (choices, i);

      if (choice->kind == kind
          && g_str_equal (choice->network, network != NULL ? network : ""))
        return i;
    }

  return 0;
}
