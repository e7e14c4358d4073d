/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-connection"

#include "config.h"

#include "hostel-connection-private.h"
#include "hostel-uri.h"

static void hostel_connection_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HostelConnection, hostel_connection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hostel_connection_iface_init))

G_DEFINE_ENUM_TYPE (HostelConnectionState, hostel_connection_state,
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_NOT_RESPONDING, "not-responding"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_LOST, "lost"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_CONNECTION_STATE_FAILED, "failed"))

enum { PROP_0, PROP_URI, PROP_TITLE, PROP_STATE, PROP_ERROR, PROP_LOADED, N_PROPS };

static GParamSpec *properties[N_PROPS];

enum { DOMAIN_STARTED, N_SIGNALS };

static guint signals[N_SIGNALS];

/**
 * hostel_connection_set_state:
 * @self: a connection
 * @state: the new state
 * @error: (transfer full) (nullable): what belongs to it
 */
void
hostel_connection_set_state (HostelConnection      *self,
                             HostelConnectionState  state,
                             GError                *error)
{
  g_autoptr (GError) old_error = g_steal_pointer (&self->error);
  HostelConnectionState old_state = self->state;

  self->error = error;
  self->state = state;

  g_object_freeze_notify (G_OBJECT (self));
  if (old_error != NULL || error != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  if (old_state != state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
hostel_connection_set_loaded (HostelConnection *self,
                              gboolean          loaded)
{
  if (self->loaded == loaded)
    return;

  self->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

void
hostel_connection_tell_started (HostelConnection *self,
                                const char       *uuid)
{
  g_signal_emit (self, signals[DOMAIN_STARTED], 0, uuid);
}

static void
on_responding_changed (gpointer data,
                       gboolean responding)
{
  HostelConnection *self = data;

  if (self->session)
    hostel_connection_set_state (self, responding ? HOSTEL_CONNECTION_STATE_CONNECTED
                                : HOSTEL_CONNECTION_STATE_NOT_RESPONDING, NULL);
}

static GType
hostel_connection_get_item_type (GListModel *model)
{
  return HOSTEL_TYPE_DOMAIN;
}

static guint
hostel_connection_get_n_items (GListModel *model)
{
  return hostel_domain_list_get_length (HOSTEL_CONNECTION (model)->domains);
}

static gpointer
hostel_connection_get_item (GListModel *model,
                            guint       position)
{
  HostelDomain *domain = hostel_domain_list_get (HOSTEL_CONNECTION (model)->domains, position);

  return domain ? g_object_ref (domain) : NULL;
}

static void
hostel_connection_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = hostel_connection_get_item_type;
  iface->get_n_items = hostel_connection_get_n_items;
  iface->get_item = hostel_connection_get_item;
}

static void
hostel_connection_constructed (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  G_OBJECT_CLASS (hostel_connection_parent_class)->constructed (object);

  self->title = hostel_uri_dup_title (self->uri);
}

static void
hostel_connection_dispose (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  hostel_connection_drop (self);
  self->link->connection = NULL;

  G_OBJECT_CLASS (hostel_connection_parent_class)->dispose (object);
}

static void
hostel_connection_finalize (GObject *object)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  hostel_domain_list_free (self->domains);
  hostel_call_watch_free (self->call_watch);
  hostel_link_unref (self->link);
  hostel_worker_unref (self->worker);
  g_ptr_array_unref (self->waiting);
  g_clear_error (&self->error);
  g_free (self->title);
  g_free (self->uri);

  G_OBJECT_CLASS (hostel_connection_parent_class)->finalize (object);
}

static void
hostel_connection_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_connection_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  HostelConnection *self = HOSTEL_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_connection_class_init (HostelConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hostel_connection_constructed;
  object_class->dispose = hostel_connection_dispose;
  object_class->finalize = hostel_connection_finalize;
  object_class->get_property = hostel_connection_get_property;
  object_class->set_property = hostel_connection_set_property;

  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, HOSTEL_TYPE_CONNECTION_STATE,
                       HOSTEL_CONNECTION_STATE_CLOSED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LOADED] =
    g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * HostelConnection::domain-started:
   * @self: the connection
   * @uuid: of a machine that libvirt says was started, by whomever
   */
  signals[DOMAIN_STARTED] =
    g_signal_new ("domain-started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hostel_connection_init (HostelConnection *self)
{
  hostel_virt_init ();

  self->link = hostel_link_new (self);
  self->worker = hostel_worker_new ();
  self->domains = hostel_domain_list_new (self, self->link, hostel_connection_refresh_many);
  self->call_watch = hostel_call_watch_new (on_responding_changed, self);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hostel_connection_new:
 * @uri: a libvirt URI
 *
 * Returns: (transfer full): a connection in the state %HOSTEL_CONNECTION_STATE_CLOSED
 */
HostelConnection *
hostel_connection_new (const char *uri)
{
  g_return_val_if_fail (uri != NULL, NULL);

  return g_object_new (HOSTEL_TYPE_CONNECTION, "uri", uri, NULL);
}

const char *
hostel_connection_get_uri (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->uri;
}

/**
 * hostel_connection_get_title:
 * @self: a connection
 *
 * Returns: (transfer none): what a person calls that host, translated
 */
const char *
hostel_connection_get_title (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->title;
}

/**
 * hostel_connection_is_session:
 * @self: a connection
 *
 * Returns: %TRUE where the machines are those of one user, without root's networks
 */
gboolean
hostel_connection_is_session (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), FALSE);

  return hostel_uri_is_session (self->uri);
}

/**
 * hostel_connection_is_local:
 * @self: a connection
 *
 * Returns: %TRUE where the host is this computer, and its files are ours to see
 */
gboolean
hostel_connection_is_local (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), FALSE);

  return hostel_uri_is_local (self->uri);
}

HostelConnectionState
hostel_connection_get_state (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), HOSTEL_CONNECTION_STATE_CLOSED);

  return self->state;
}

/**
 * hostel_connection_get_error:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): why it is lost or failed
 */
const GError *
hostel_connection_get_error (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  return self->error;
}

gboolean
hostel_connection_get_loaded (HostelConnection *self)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), FALSE);

  return self->loaded;
}

/**
 * hostel_connection_lookup_uuid:
 * @self: a connection
 * @uuid: a UUID as libvirt writes it
 *
 * Returns: (transfer none) (nullable): the domain
 */
HostelDomain *
hostel_connection_lookup_uuid (HostelConnection *self,
                               const char       *uuid)
{
  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (uuid != NULL, NULL);

  return hostel_domain_list_lookup (self->domains, uuid);
}

/**
 * hostel_connection_lookup_name:
 * @self: a connection
 * @name: a domain's name
 *
 * Returns: (transfer none) (nullable): the domain
 */
HostelDomain *
hostel_connection_lookup_name (HostelConnection *self,
                               const char       *name)
{
  HostelDomain *domain;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; (domain = hostel_domain_list_get (self->domains, i)); i++)
    if (g_str_equal (hostel_domain_get_name (domain), name))
      return domain;

  return NULL;
}

/**
 * hostel_connection_dup_names:
 * @self: a connection
 *
 * Returns: (transfer full): the names that are taken
 */
GStrv
hostel_connection_dup_names (HostelConnection *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  HostelDomain *domain;

  g_return_val_if_fail (HOSTEL_IS_CONNECTION (self), NULL);

  for (guint i = 0; (domain = hostel_domain_list_get (self->domains, i)); i++)
    g_strv_builder_add (builder, hostel_domain_get_name (domain));

  return g_strv_builder_end (builder);
}
