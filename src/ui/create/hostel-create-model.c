/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-create-model"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-cloud-merge.h"
#include "hostel-create-model.h"
#include "hostel-error.h"
#include "hostel-own-key.h"
#include "hostel-settings.h"
#include "hostel-ssh-key.h"

/* The form as it was before a choice that took the place of something in it. */
typedef struct
{
  char         *document;  /* owned */
  char         *base;      /* owned */
  GBytes       *user_data; /* owned, nullable */
  HostelRecipe *recipe;    /* owned, nullable */
  guint         edited;
} Snapshot;

struct _HostelCreateModel
{
  GObject parent_instance;

  GListModel        *connections;       /* owned */
  HostelConnection  *connection;        /* owned, nullable */
  HostelMachineSpec *spec;              /* owned */
  HostelHostFacts   *facts;             /* owned, nullable */
  GStrv              taken_names;       /* owned, nullable: the connection's */
  GError            *facts_error;       /* owned, nullable */
  HostelOs          *os;                /* owned, nullable */
  GCancellable      *facts_cancellable; /* owned, nullable: the load under way */
  GSettings         *settings;          /* owned, nullable */
  char              *own_key;           /* owned, nullable: Hostel's, public, once it is there */
  gboolean           use_own_key;
  GStrv              found_keys;        /* owned, nullable: this user's public keys */

  HostelRecipe      *recipe;            /* owned, nullable */
  HostelCloudConfig *plain;             /* owned: the document that nobody has touched */
  HostelCloudConfig *base;              /* owned: the same with the recipe; the rest was entered */
  Snapshot          *undo;              /* owned, nullable: before the last choice */
  char              *wanted_network;    /* owned, nullable: chosen on a host that has it */

  GSignalGroup      *host_signals;      /* owned: of the connection */
  GSignalGroup      *config_signals;    /* owned: of the spec's cloud-config */
  guint              holds;             /* so many steps are under way */
  guint              changed;           /* HostelCreateConcerns: not told of yet */
  guint              edited;            /* a bit for each HostelCreateField */
  guint              touched : 1;
  guint              start_network : 1;
  guint              os_list_loaded : 1;
};

G_DEFINE_FINAL_TYPE (HostelCreateModel, hostel_create_model, G_TYPE_OBJECT)

enum { PROP_0, PROP_CONNECTION, PROP_FACTS, N_PROPS };
enum { CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* One step changes many things: it is told of once, at its end. */
static void
hold (HostelCreateModel *self)
{
  self->holds++;
}

static void
release (HostelCreateModel    *self,
         HostelCreateConcerns  concerns)
{
  guint changed;

  self->changed |= concerns;
  if (--self->holds > 0 || self->changed == 0)
    return;

  changed = self->changed;
  self->changed = 0;
  g_signal_emit (self, signals[CHANGED], 0, changed);
}

static void
changed (HostelCreateModel    *self,
         HostelCreateConcerns  concerns)
{
  hold (self);
  release (self, concerns);
}

static HostelCreateConcerns
concern_of (const char *property)
{
  static const struct
  {
    const char           *property;
    HostelCreateConcerns  concern;
  } concerns[] = {
    { "image", HOSTEL_CREATE_CONCERN_IMAGE },
    { "os-id", HOSTEL_CREATE_CONCERN_IMAGE },
    { "cloud-config", HOSTEL_CREATE_CONCERN_DOCUMENT },
    { "network-config", HOSTEL_CREATE_CONCERN_DOCUMENT },
    { "user-data", HOSTEL_CREATE_CONCERN_DOCUMENT },
    { "login-key", HOSTEL_CREATE_CONCERN_DOCUMENT },
    { "console-size", HOSTEL_CREATE_CONCERN_DOCUMENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (concerns); i++)
    if (g_str_equal (concerns[i].property, property))
      return concerns[i].concern;

  return HOSTEL_CREATE_CONCERN_MACHINE;
}

static void
spec_notify_cb (HostelCreateModel *self,
                GParamSpec        *pspec)
{
  changed (self, concern_of (pspec->name));
}

static void
config_changed_cb (HostelCreateModel *self)
{
  changed (self, HOSTEL_CREATE_CONCERN_DOCUMENT);
}

static gboolean
is_edited (HostelCreateModel *self,
           HostelCreateField  field)
{
  return (self->edited & (1u << field)) != 0;
}

/* "fedora" of "fedora37", "ubuntu" of "ubuntu22.04". */
static char *
dup_name_stem (HostelCreateModel *self)
{
  const char *short_id = self->os != NULL ? hostel_os_get_short_id (self->os) : "";
  gsize length = strcspn (short_id, "0123456789-.");

  return length > 0 ? g_strndup (short_id, length) : g_strdup ("linux");
}

static void
snapshot_free (Snapshot *self)
{
  g_free (self->document);
  g_free (self->base);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_object (&self->recipe);
  g_free (self);
}

static void
default_name (HostelCreateModel *self)
{
  g_autofree char *stem = NULL;
  g_autofree char *name = NULL;

  if (is_edited (self, HOSTEL_CREATE_FIELD_NAME))
    return;

  stem = dup_name_stem (self);
  name = hostel_machine_spec_dup_free_name (stem, (const char * const *) self->taken_names);
  hostel_machine_spec_set_name (self->spec, name);
}

static void
default_hostname (HostelCreateModel *self)
{
  g_autofree char *hostname = NULL;

  if (is_edited (self, HOSTEL_CREATE_FIELD_HOSTNAME))
    return;

  hostname = hostel_machine_name_dup_hostname (hostel_machine_spec_get_name (self->spec));
  hostel_cloud_config_set_hostname (self->plain, hostname);
  hostel_cloud_config_set_hostname (self->base, hostname);
  hostel_cloud_config_set_hostname (hostel_machine_spec_get_cloud_config (self->spec), hostname);
}

/* The end of a step that hold() began. */
static void
apply_defaults (HostelCreateModel    *self,
                HostelCreateConcerns  concerns)
{
  default_name (self);
  default_hostname (self);
  release (self, concerns);
}

static void
guess_os (HostelCreateModel *self)
{
  HostelImage *image = hostel_machine_spec_get_image (self->spec);
  HostelOsList *list = hostel_os_list_get_default ();
  HostelOs *os = NULL;

  if (image != NULL && self->os_list_loaded)
    {
      const char *id = hostel_image_get_os_id (image);
      g_autofree char *base_name = g_path_get_basename (hostel_image_get_path (image));

      if (*id != '\0')
        os = hostel_os_list_lookup (list, id);
      if (os == NULL)
        os = hostel_os_list_guess (list, base_name);
    }

  g_set_object (&self->os, os);
  hostel_machine_spec_apply_os (self->spec, os);
}

static void
os_list_loaded_cb (GObject      *object,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (HostelCreateModel) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hostel_os_list_load_finish (HOSTEL_OS_LIST (object), result, &error))
    {
      /* Without libosinfo's data the defaults are our own. */
      g_debug ("No list of operating systems: %s", error->message);
      return;
    }

  hold (self);
  self->os_list_loaded = TRUE;
  guess_os (self);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_IMAGE);
}

static void
keys_worker (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_task_return_pointer (task, hostel_ssh_key_find_own (g_get_home_dir ()),
                         (GDestroyNotify) g_strfreev);
}

static HostelCloudUser *
get_first_user (HostelCloudConfig *config)
{
  g_autoptr (HostelCloudUser) user = g_list_model_get_item (hostel_cloud_config_get_users (config), 0);

  return user; /* the document keeps it */
}

/* Unless there are some. */
static void
default_keys (HostelCreateModel *self,
              HostelCloudConfig *config)
{
  HostelCloudUser *user = get_first_user (config);

  if (user != NULL && hostel_cloud_user_get_ssh_keys (user) == NULL)
    hostel_cloud_user_set_ssh_keys (user, (const char * const *) self->found_keys);
}

static void
keys_found_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);

  self->found_keys = g_task_propagate_pointer (G_TASK (result), NULL);

  /* All of them, unless somebody was faster. */
  hold (self);
  default_keys (self, self->plain);
  default_keys (self, self->base);
  default_keys (self, hostel_create_model_get_cloud_config (self));
  release (self, HOSTEL_CREATE_CONCERN_DOCUMENT);
}

static void
find_keys (HostelCreateModel *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, keys_found_cb, NULL);

  g_task_set_source_tag (task, find_keys);
  g_task_run_in_thread (task, keys_worker);
}

static void
update_login_key (HostelCreateModel *self)
{
  hold (self);
  g_object_set (self->spec, "login-key", self->use_own_key && self->own_key != NULL ? self->own_key : "", NULL);
  release (self, HOSTEL_CREATE_CONCERN_DOCUMENT);
}

static void
own_key_worker (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  char *key = hostel_own_key_ensure (&error);

  if (key != NULL)
    g_task_return_pointer (task, key, g_free);
  else
    g_task_return_error (task, error);
}

static void
own_key_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);
  g_autoptr (GError) error = NULL;

  g_free (self->own_key);
  self->own_key = g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    g_message ("%s", error->message);
  update_login_key (self);
}

static void
ensure_own_key (HostelCreateModel *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->use_own_key || self->own_key != NULL)
    return;

  task = g_task_new (self, NULL, own_key_cb, NULL);
  g_task_set_source_tag (task, ensure_own_key);
  g_task_run_in_thread (task, own_key_worker);
}

static void
default_user (HostelCloudConfig *config)
{
  const char *name = g_get_user_name ();
  const char *real_name = g_get_real_name ();
  g_autoptr (HostelCloudUser) user = NULL;

  /* root is in every guest already, and some hosts have names that a guest does not take. */
  if (g_str_equal (name, "root") || !hostel_cloud_config_check_field ("user-name", name, NULL))
    user = hostel_cloud_user_new ("user");
  else
    user = hostel_cloud_user_new (name);

  if (!g_str_equal (real_name, "Unknown") && !g_str_equal (name, "root"))
    g_object_set (user, "full-name", real_name, NULL);
  hostel_cloud_user_set_sudo (user, TRUE);
  hostel_cloud_config_add_user (config, user);
}

static void
default_time_zone (HostelCloudConfig *config)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *name = g_time_zone_get_identifier (zone);

  if (hostel_cloud_config_check_field ("time-zone", name, NULL))
    g_object_set (config, "time-zone", name, NULL);
}

static void
load_names (HostelCreateModel *self)
{
  g_clear_pointer (&self->taken_names, g_strfreev);
  if (self->connection != NULL)
    self->taken_names = hostel_connection_dup_names (self->connection);
}

static void
connection_items_changed_cb (HostelCreateModel *self)
{
  hold (self);
  load_names (self);
  default_name (self);
  release (self, HOSTEL_CREATE_CONCERN_HOST);
}

static void
facts_loaded_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (HostelCreateModel) self = user_data;
  g_autoptr (HostelHostFacts) facts = NULL;
  g_autoptr (GError) error = NULL;
  HostelMachineLimits limits;

  facts = hostel_host_facts_load_finish (HOSTEL_CONNECTION (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* The answer of a host that is no longer the chosen one. */
  if (HOSTEL_CONNECTION (object) != self->connection)
    return;

  g_clear_object (&self->facts_cancellable);
  g_clear_error (&self->facts_error);
  if (facts == NULL)
    {
      self->facts_error = g_steal_pointer (&error);
      changed (self, HOSTEL_CREATE_CONCERN_HOST);
      return;
    }

  hold (self);
  g_set_object (&self->facts, facts);
  hostel_host_facts_get_limits (facts, &limits);
  hostel_machine_spec_apply_host (self->spec, &limits);
  if (self->wanted_network != NULL && hostel_host_facts_has_network (facts, self->wanted_network))
    hostel_machine_spec_set_network (self->spec, HOSTEL_NETWORK_KIND_NETWORK,
                                     self->wanted_network);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_HOST);
}

static void
load_facts (HostelCreateModel *self)
{
  if (self->facts_cancellable != NULL || self->connection == NULL
      || hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    return;

  self->facts_cancellable = g_cancellable_new ();
  hostel_host_facts_load_async (self->connection, self->facts_cancellable,
                                facts_loaded_cb, g_object_ref (self));
}

static void
connection_state_cb (HostelCreateModel *self)
{
  if (self->facts == NULL)
    load_facts (self);
  changed (self, HOSTEL_CREATE_CONCERN_HOST);
}

static void
drop_connection (HostelCreateModel *self)
{
  if (self->facts_cancellable != NULL)
    g_cancellable_cancel (self->facts_cancellable);
  g_clear_object (&self->facts_cancellable);
  g_clear_error (&self->facts_error);
  g_clear_object (&self->facts);

  g_signal_group_set_target (self->host_signals, NULL);
  g_clear_object (&self->connection);
}

static void
hostel_create_model_constructed (GObject *object)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);
  HostelCloudConfig *configs[] = { self->plain, self->base,
                                   hostel_create_model_get_cloud_config (self) };

  G_OBJECT_CLASS (hostel_create_model_parent_class)->constructed (object);

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      default_user (configs[i]);
      default_time_zone (configs[i]);
    }
  ensure_own_key (self);
  find_keys (self);
  hostel_os_list_load_async (hostel_os_list_get_default (), NULL,
                             os_list_loaded_cb, g_object_ref (self));
}

static void
hostel_create_model_dispose (GObject *object)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);

  drop_connection (self);
  g_clear_object (&self->connections);
  g_clear_object (&self->os);

  G_OBJECT_CLASS (hostel_create_model_parent_class)->dispose (object);
}

static void
hostel_create_model_finalize (GObject *object)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);

  g_clear_object (&self->config_signals);
  g_clear_object (&self->host_signals);
  g_clear_object (&self->spec);
  g_clear_pointer (&self->found_keys, g_strfreev);
  g_clear_pointer (&self->own_key, g_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->recipe);
  g_clear_object (&self->plain);
  g_clear_object (&self->base);
  g_clear_pointer (&self->undo, snapshot_free);
  g_free (self->wanted_network);
  g_strfreev (self->taken_names);

  G_OBJECT_CLASS (hostel_create_model_parent_class)->finalize (object);
}

static void
hostel_create_model_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelCreateModel *self = HOSTEL_CREATE_MODEL (object);

  switch (prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;

    case PROP_FACTS:
      g_value_set_object (value, self->facts);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_create_model_class_init (HostelCreateModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hostel_create_model_constructed;
  object_class->dispose = hostel_create_model_dispose;
  object_class->finalize = hostel_create_model_finalize;
  object_class->get_property = hostel_create_model_get_property;

  properties[PROP_CONNECTION] =
    g_param_spec_object ("connection", NULL, NULL, HOSTEL_TYPE_CONNECTION,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FACTS] =
    g_param_spec_object ("facts", NULL, NULL, HOSTEL_TYPE_HOST_FACTS,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
hostel_create_model_init (HostelCreateModel *self)
{
  self->spec = hostel_machine_spec_new ();
  self->plain = hostel_cloud_config_new ();
  self->base = hostel_cloud_config_new ();
  self->start_network = TRUE;
  self->settings = hostel_settings_new ();
  self->use_own_key = self->settings == NULL || g_settings_get_boolean (self->settings, "own-key");
  g_signal_connect_object (self->spec, "notify", G_CALLBACK (spec_notify_cb), self,
                           G_CONNECT_SWAPPED);
  self->config_signals = g_signal_group_new (HOSTEL_TYPE_CLOUD_CONFIG);
  g_signal_group_connect_swapped (self->config_signals, "changed", G_CALLBACK (config_changed_cb), self);
  g_object_bind_property (self->spec, "cloud-config", self->config_signals, "target", G_BINDING_SYNC_CREATE);
  self->host_signals = g_signal_group_new (HOSTEL_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->host_signals, "notify::state",
                                  G_CALLBACK (connection_state_cb), self);
  g_signal_group_connect_swapped (self->host_signals, "items-changed",
                                  G_CALLBACK (connection_items_changed_cb), self);
}

static HostelConnection *
dup_first_connected (GListModel *connections)
{
  guint n = g_list_model_get_n_items (connections);
  guint i;

  for (i = 0; i < n; i++)
    {
      g_autoptr (HostelConnection) connection = g_list_model_get_item (connections, i);

      if (hostel_connection_get_state (connection) == HOSTEL_CONNECTION_STATE_CONNECTED)
        return g_steal_pointer (&connection);
    }

  return g_list_model_get_item (connections, 0);
}

/**
 * hostel_create_model_new:
 * @connections: a list model of HostelConnection
 * @preferred: (nullable): the one to create on at first
 *
 * Starts to load libosinfo's list and the facts of the host.
 *
 * Returns: (transfer full): a new model
 */
HostelCreateModel *
hostel_create_model_new (GListModel       *connections,
                         HostelConnection *preferred)
{
  HostelCreateModel *self;
  g_autoptr (HostelConnection) connection = NULL;

  g_return_val_if_fail (G_IS_LIST_MODEL (connections), NULL);

  self = g_object_new (HOSTEL_TYPE_CREATE_MODEL, NULL);
  self->connections = g_object_ref (connections);
  if (preferred != NULL)
    connection = g_object_ref (preferred);
  else
    connection = dup_first_connected (connections);
  hostel_create_model_set_connection (self, connection);

  return self;
}

/**
 * hostel_create_model_get_spec:
 *
 * Returns: (transfer none): what will be created
 */
HostelMachineSpec *
hostel_create_model_get_spec (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->spec;
}

/**
 * hostel_create_model_get_cloud_config:
 *
 * Returns: (transfer none): the form's user-data
 */
HostelCloudConfig *
hostel_create_model_get_cloud_config (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return hostel_machine_spec_get_cloud_config (self->spec);
}

/**
 * hostel_create_model_get_user:
 *
 * Returns: (transfer none) (nullable): the user that the form shows: the first of the document,
 *   which another parse of the document replaces
 */
HostelCloudUser *
hostel_create_model_get_user (HostelCreateModel *self)
{
  g_autoptr (HostelCloudUser) user = NULL;
  GListModel *users;

  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  users = hostel_cloud_config_get_users (hostel_create_model_get_cloud_config (self));
  user = g_list_model_get_item (users, 0);

  return user; /* the document keeps it */
}

/**
 * hostel_create_model_ensure_user:
 *
 * As hostel_create_model_get_user(), but adds a user where the document has none.
 *
 * Returns: (transfer none): the user
 */
HostelCloudUser *
hostel_create_model_ensure_user (HostelCreateModel *self)
{
  g_autoptr (HostelCloudUser) user = NULL;

  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  if (hostel_create_model_get_user (self) == NULL)
    {
      user = hostel_cloud_user_new ("");
      hostel_cloud_user_set_sudo (user, TRUE);
      hostel_cloud_config_add_user (hostel_create_model_get_cloud_config (self), user);
    }

  return hostel_create_model_get_user (self);
}

/**
 * hostel_create_model_get_connections:
 *
 * Returns: (transfer none): a list model of HostelConnection
 */
GListModel *
hostel_create_model_get_connections (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->connections;
}

/**
 * hostel_create_model_get_connection:
 *
 * Returns: (transfer none) (nullable): the host to create on
 */
HostelConnection *
hostel_create_model_get_connection (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->connection;
}

/* User networking, or none, is there on every host. */
static void
leave_network (HostelCreateModel *self)
{
  if (hostel_machine_spec_get_network_kind (self->spec) != HOSTEL_NETWORK_KIND_NETWORK)
    return;

  g_free (self->wanted_network);
  self->wanted_network = g_strdup (hostel_machine_spec_get_network (self->spec));
  hostel_machine_spec_set_network (self->spec, HOSTEL_NETWORK_KIND_AUTOMATIC, "");
}

/**
 * hostel_create_model_set_network:
 * @kind: what a person has chosen
 * @network: (nullable): its name
 */
void
hostel_create_model_set_network (HostelCreateModel *self,
                                 HostelNetworkKind  kind,
                                 const char        *network)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  /* That of another host does not come back over this choice. */
  g_clear_pointer (&self->wanted_network, g_free);
  hostel_create_model_touch (self);
  hostel_machine_spec_set_network (self->spec, kind, network);
}

/**
 * hostel_create_model_set_connection:
 * @connection: (nullable): the host to create on
 *
 * Loads its facts as soon as it is connected. A network of the host before is kept where this one
 * has it, too.
 */
void
hostel_create_model_set_connection (HostelCreateModel *self,
                                    HostelConnection  *connection)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));
  g_return_if_fail (connection == NULL || HOSTEL_IS_CONNECTION (connection));

  if (connection == self->connection)
    return;

  hold (self);
  drop_connection (self);
  hostel_machine_spec_apply_host (self->spec, NULL);
  leave_network (self);

  g_set_object (&self->connection, connection);
  g_signal_group_set_target (self->host_signals, connection);
  load_names (self);
  load_facts (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_HOST);
}

/**
 * hostel_create_model_get_facts:
 *
 * Returns: (transfer none) (nullable): what the host can do, once it is known
 */
HostelHostFacts *
hostel_create_model_get_facts (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->facts;
}

/**
 * hostel_create_model_get_limits:
 * @self: a model
 * @limits: (out caller-allocates): what the specification is validated against, as far as it is
 *   known; it holds until the model changes
 */
void
hostel_create_model_get_limits (HostelCreateModel   *self,
                                HostelMachineLimits *limits)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  *limits = (HostelMachineLimits) { 0 };
  if (self->facts != NULL)
    hostel_host_facts_get_limits (self->facts, limits);
  limits->taken_names = (const char * const *) self->taken_names;
}

/**
 * hostel_create_model_get_start_network:
 *
 * Returns: whether a network that is not active is started for the machine
 */
gboolean
hostel_create_model_get_start_network (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), FALSE);

  return self->start_network;
}

/**
 * hostel_create_model_set_start_network:
 * @start: whether a network that is not active is started for the machine
 */
void
hostel_create_model_set_start_network (HostelCreateModel *self,
                                       gboolean           start)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  self->start_network = start;
  changed (self, HOSTEL_CREATE_CONCERN_MACHINE);
}

/**
 * hostel_create_model_get_found_keys:
 *
 * Returns: (transfer none) (nullable): this user's public keys, once they are found
 */
const char * const *
hostel_create_model_get_found_keys (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return (const char * const *) self->found_keys;
}

/**
 * hostel_create_model_get_os:
 *
 * Returns: (transfer none) (nullable): what libosinfo knows about the image's system
 */
HostelOs *
hostel_create_model_get_os (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->os;
}

/**
 * hostel_create_model_set_image:
 * @image: (nullable): a loaded image, or %NULL while none is chosen
 *
 * Chooses the image, guesses its system and sets the defaults that follow from both.
 */
void
hostel_create_model_set_image (HostelCreateModel *self,
                               HostelImage       *image)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));
  g_return_if_fail (image == NULL || HOSTEL_IS_IMAGE (image));

  if (image == hostel_machine_spec_get_image (self->spec))
    return;

  hold (self);
  hostel_machine_spec_set_image (self->spec, image);
  guess_os (self);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_IMAGE);
}

static char *
dup_text (HostelCloudConfig *config)
{
  char *text = hostel_cloud_config_to_string (config, NULL);

  return text != NULL ? text : g_strdup ("");
}

static void
parse_text (HostelCloudConfig *config,
            const char        *text)
{
  hostel_cloud_config_parse (config, text, -1, NULL);
}

static Snapshot *
take_snapshot (HostelCreateModel *self)
{
  GBytes *user_data = hostel_machine_spec_get_user_data (self->spec);
  Snapshot *snapshot = g_new0 (Snapshot, 1);

  snapshot->document = dup_text (hostel_create_model_get_cloud_config (self));
  snapshot->base = dup_text (self->base);
  snapshot->user_data = user_data != NULL ? g_bytes_ref (user_data) : NULL;
  snapshot->recipe = self->recipe != NULL ? g_object_ref (self->recipe) : NULL;
  snapshot->edited = self->edited;

  return snapshot;
}

static void
apply_recipe_sizes (HostelCreateModel *self)
{
  HostelMachineSizes sizes = { 0 };

  if (self->recipe != NULL)
    sizes = (HostelMachineSizes) { hostel_recipe_get_memory (self->recipe),
                                   hostel_recipe_get_vcpus (self->recipe),
                                   hostel_recipe_get_disk_size (self->recipe) };
  hostel_machine_spec_apply_sizes (self->spec, &sizes);
}

static void
restore (HostelCreateModel *self,
         const Snapshot    *snapshot)
{
  parse_text (self->base, snapshot->base);
  parse_text (hostel_create_model_get_cloud_config (self), snapshot->document);
  hostel_machine_spec_set_user_data (self->spec, snapshot->user_data, NULL);
  g_set_object (&self->recipe, snapshot->recipe);
  self->edited = snapshot->edited;
  apply_recipe_sizes (self);
}

/**
 * hostel_create_model_has_edits:
 *
 * Returns: whether the document has something that a person has entered
 */
gboolean
hostel_create_model_has_edits (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), FALSE);

  return !hostel_cloud_config_equal (self->base, hostel_create_model_get_cloud_config (self));
}

/**
 * hostel_create_model_begin_choice:
 *
 * What is chosen next takes the place of something in the form, as a file opened in it does:
 * hostel_create_model_undo_choice() brings back what is there now.
 */
void
hostel_create_model_begin_choice (HostelCreateModel *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  g_clear_pointer (&self->undo, snapshot_free);
  self->undo = take_snapshot (self);
}

/**
 * hostel_create_model_undo_choice:
 *
 * Takes the last choice back, and nothing else is done where there is none.
 */
void
hostel_create_model_undo_choice (HostelCreateModel *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  if (self->undo == NULL)
    return;

  hold (self);
  restore (self, self->undo);
  g_clear_pointer (&self->undo, snapshot_free);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_ALL);
}

/**
 * hostel_create_model_get_recipe:
 *
 * Returns: (transfer none) (nullable): the chosen recipe
 */
HostelRecipe *
hostel_create_model_get_recipe (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->recipe;
}

/* What was entered since @snapshot's base goes into the document that the recipe has made. */
static void
bring_edits (HostelCreateModel *self,
             const Snapshot    *snapshot)
{
  HostelCloudConfig *config = hostel_create_model_get_cloud_config (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *fresh = dup_text (config);
  g_autofree char *merged = NULL;

  parse_text (self->base, fresh);
  merged = hostel_cloud_merge (fresh, snapshot->base, snapshot->document, &error);
  /* What cannot be read has not been read into the form either. */
  if (merged != NULL)
    parse_text (config, merged);
  else
    g_warning ("%s", error->message);
}

/**
 * hostel_create_model_set_recipe:
 * @recipe: (nullable): %NULL for none
 * @error: (out) (optional): %HOSTEL_ERROR_INVALID; then all is as it was
 *
 * A recipe takes the place of the default document and of another recipe's. What a person has
 * entered stays and wins, sizes too; hostel_create_model_undo_choice() takes the choice back.
 *
 * Returns: whether it is the chosen one
 */
gboolean
hostel_create_model_set_recipe (HostelCreateModel  *self,
                                HostelRecipe       *recipe,
                                GError            **error)
{
  g_autofree char *plain = NULL;
  Snapshot *before;

  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), FALSE);
  g_return_val_if_fail (recipe == NULL || HOSTEL_IS_RECIPE (recipe), FALSE);

  hold (self);
  before = take_snapshot (self);
  plain = dup_text (self->plain);
  hostel_machine_spec_set_user_data (self->spec, NULL, NULL);
  parse_text (hostel_create_model_get_cloud_config (self), plain);
  if (recipe != NULL && !hostel_recipe_apply (recipe, self->spec, error))
    {
      restore (self, before);
      snapshot_free (before);
      release (self, HOSTEL_CREATE_CONCERN_ALL);
      return FALSE;
    }

  bring_edits (self, before);
  g_clear_pointer (&self->undo, snapshot_free);
  self->undo = before;
  g_set_object (&self->recipe, recipe);
  apply_recipe_sizes (self);
  hostel_create_model_touch (self);
  apply_defaults (self, HOSTEL_CREATE_CONCERN_ALL);

  return TRUE;
}

/**
 * hostel_create_model_set_name:
 * @name: what a person calls the machine
 *
 * From now on the name is the person's; the host name follows it while that is not.
 */
void
hostel_create_model_set_name (HostelCreateModel *self,
                              const char        *name)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  hold (self);
  hostel_create_model_set_edited (self, HOSTEL_CREATE_FIELD_NAME);
  hostel_machine_spec_set_name (self->spec, name);
  default_hostname (self);
  release (self, 0);
}

/**
 * hostel_create_model_set_edited:
 * @field: a field that a person has changed
 *
 * From now on @field keeps what the person wrote.
 */
void
hostel_create_model_set_edited (HostelCreateModel *self,
                                HostelCreateField  field)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  self->edited |= 1u << field;
  self->touched = TRUE;
}

/**
 * hostel_create_model_get_touched:
 *
 * Returns: whether a person has chosen or typed something that closing would lose
 */
gboolean
hostel_create_model_get_touched (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), FALSE);

  return self->touched;
}

/**
 * hostel_create_model_touch:
 *
 * Notes that a person has chosen or typed something.
 */
void
hostel_create_model_touch (HostelCreateModel *self)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  self->touched = TRUE;
}

/**
 * hostel_create_model_dup_host_problem:
 *
 * Returns: (transfer full) (nullable): why nothing can be created on the chosen host, a translated
 *   sentence, or %NULL where it can
 */
char *
hostel_create_model_dup_host_problem (HostelCreateModel *self)
{
  const GError *error;

  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  if (self->connection == NULL)
    return g_strdup (_("There is no host to create a virtual machine on."));

  if (hostel_connection_get_state (self->connection) != HOSTEL_CONNECTION_STATE_CONNECTED)
    {
      error = hostel_connection_get_error (self->connection);
      if (error != NULL)
        return g_strdup (error->message);
      return g_strdup_printf (_("“%s” is not connected yet."),
                              hostel_connection_get_title (self->connection));
    }

  if (self->facts_error != NULL)
    return g_strdup (self->facts_error->message);

  return NULL;
}

/**
 * hostel_create_model_get_use_own_key:
 * @self: the model
 *
 * Returns: whether new users get Hostel's own key
 */
gboolean
hostel_create_model_get_use_own_key (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), FALSE);

  return self->use_own_key;
}

/**
 * hostel_create_model_set_use_own_key:
 * @self: the model
 * @use: whether new users get Hostel's own key; kept for the next machine
 */
void
hostel_create_model_set_use_own_key (HostelCreateModel *self,
                                     gboolean           use)
{
  g_return_if_fail (HOSTEL_IS_CREATE_MODEL (self));

  if (self->use_own_key == use)
    return;

  self->use_own_key = use;
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "own-key", use);
  ensure_own_key (self);
  update_login_key (self);
}

/**
 * hostel_create_model_get_own_key:
 * @self: the model
 *
 * Returns: (transfer none) (nullable): the public half of Hostel's own key, once it is there
 */
const char *
hostel_create_model_get_own_key (HostelCreateModel *self)
{
  g_return_val_if_fail (HOSTEL_IS_CREATE_MODEL (self), NULL);

  return self->own_key;
}
