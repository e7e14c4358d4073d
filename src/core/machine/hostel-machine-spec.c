/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-spec"

#include "config.h"

#include "hostel-machine-spec.h"

#include "hostel-machine-spec-private.h"

/* The range that QEMU and libvirt take their own addresses from (virMacAddrGenerate). */
#define MAC_FORMAT "52:54:00:%02x:%02x:%02x"

G_DEFINE_ENUM_TYPE (HostelNetworkKind, hostel_network_kind,
                    G_DEFINE_ENUM_VALUE (HOSTEL_NETWORK_KIND_AUTOMATIC, "automatic"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_NETWORK_KIND_NETWORK, "network"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_NETWORK_KIND_USER, "user"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_NETWORK_KIND_NONE, "none"))

G_DEFINE_ENUM_TYPE (HostelFirmware, hostel_firmware,
                    G_DEFINE_ENUM_VALUE (HOSTEL_FIRMWARE_AUTOMATIC, "automatic"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_FIRMWARE_BIOS, "bios"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_FIRMWARE_EFI, "efi"))

G_DEFINE_ENUM_TYPE (HostelDiskKind, hostel_disk_kind,
                    G_DEFINE_ENUM_VALUE (HOSTEL_DISK_KIND_OVERLAY, "overlay"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DISK_KIND_COPY, "copy"),
                    G_DEFINE_ENUM_VALUE (HOSTEL_DISK_KIND_IN_PLACE, "in-place"))

G_DEFINE_FINAL_TYPE (HostelMachineSpec, hostel_machine_spec, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_UUID,
  PROP_MAC,
  PROP_NAME,
  PROP_MEMORY,
  PROP_VCPUS,
  PROP_DISK_SIZE,
  PROP_DISK_KIND,
  PROP_IMAGE,
  PROP_OS_ID,
  PROP_POOL,
  PROP_NETWORK_KIND,
  PROP_NETWORK,
  PROP_FIRMWARE,
  PROP_CLOUD_CONFIG,
  PROP_NETWORK_CONFIG,
  PROP_USER_DATA,
  PROP_START,
  PROP_GRAPHICS,
  PROP_CONSOLE_SIZE,
  PROP_LOGIN_KEY,
  PROP_SERIAL_INSTALLER,
  N_PROPS
};

enum { CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
emit_changed_cb (HostelMachineSpec *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
notify (HostelMachineSpec *self,
        guint              prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
  emit_changed_cb (self);
}

static void
take_string (HostelMachineSpec  *self,
             char              **field,
             const char         *value,
             guint               prop)
{
  if (value == NULL)
    value = "";

  if (g_strcmp0 (*field, value) == 0)
    return;

  g_free (*field);
  *field = g_strdup (value);
  notify (self, prop);
}

static void
take_uint (HostelMachineSpec *self,
           guint             *field,
           guint              value,
           guint              prop)
{
  if (*field == value)
    return;

  *field = value;
  notify (self, prop);
}

static void
take_uint64 (HostelMachineSpec *self,
             guint64           *field,
             guint64            value,
             guint              prop)
{
  if (*field == value)
    return;

  *field = value;
  notify (self, prop);
}

static void
take_boolean (HostelMachineSpec *self,
              gboolean          *field,
              gboolean           value,
              guint              prop)
{
  value = !!value;
  if (*field == value)
    return;

  *field = value;
  notify (self, prop);
}

static void
take_cloud_config (HostelMachineSpec *self,
                   HostelCloudConfig *config)
{
  g_autoptr (HostelCloudConfig) fresh = NULL;

  if (config == NULL)
    config = fresh = hostel_cloud_config_new ();
  if (self->cloud_config == config)
    return;

  if (self->cloud_config)
    g_signal_handlers_disconnect_by_func (self->cloud_config, emit_changed_cb, self);
  g_set_object (&self->cloud_config, config);
  g_signal_connect_object (config, "changed", G_CALLBACK (emit_changed_cb), self, G_CONNECT_SWAPPED);
  notify (self, PROP_CLOUD_CONFIG);
}

static void
take_network_config (HostelMachineSpec   *self,
                     HostelNetworkConfig *config)
{
  if (self->network_config == config)
    return;

  if (self->network_config)
    g_signal_handlers_disconnect_by_func (self->network_config, emit_changed_cb, self);
  g_set_object (&self->network_config, config);
  if (config)
    g_signal_connect_object (config, "notify", G_CALLBACK (emit_changed_cb), self, G_CONNECT_SWAPPED);
  notify (self, PROP_NETWORK_CONFIG);
}

static void
hostel_machine_spec_finalize (GObject *object)
{
  HostelMachineSpec *self = HOSTEL_MACHINE_SPEC (object);

  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->mac, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->os_id, g_free);
  g_clear_pointer (&self->pool, g_free);
  g_clear_pointer (&self->login_key, g_free);
  g_clear_pointer (&self->network, g_free);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  g_clear_object (&self->image);
  g_clear_object (&self->cloud_config);
  g_clear_object (&self->network_config);

  G_OBJECT_CLASS (hostel_machine_spec_parent_class)->finalize (object);
}

static void
hostel_machine_spec_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  HostelMachineSpec *self = HOSTEL_MACHINE_SPEC (object);

  switch (prop_id)
    {
    case PROP_UUID:             g_value_set_string (value, self->uuid); break;
    case PROP_MAC:              g_value_set_string (value, self->mac); break;
    case PROP_NAME:             g_value_set_string (value, self->name); break;
    case PROP_MEMORY:           g_value_set_uint (value, self->memory); break;
    case PROP_VCPUS:            g_value_set_uint (value, self->vcpus); break;
    case PROP_DISK_SIZE:        g_value_set_uint64 (value, self->disk_size); break;
    case PROP_DISK_KIND:        g_value_set_enum (value, self->disk_kind); break;
    case PROP_IMAGE:            g_value_set_object (value, self->image); break;
    case PROP_OS_ID:            g_value_set_string (value, self->os_id); break;
    case PROP_POOL:             g_value_set_string (value, self->pool); break;
    case PROP_NETWORK_KIND:     g_value_set_enum (value, self->network_kind); break;
    case PROP_NETWORK:          g_value_set_string (value, self->network); break;
    case PROP_FIRMWARE:         g_value_set_enum (value, self->firmware); break;
    case PROP_CLOUD_CONFIG:     g_value_set_object (value, self->cloud_config); break;
    case PROP_NETWORK_CONFIG:   g_value_set_object (value, self->network_config); break;
    case PROP_USER_DATA:        g_value_set_boxed (value, self->user_data); break;
    case PROP_START:            g_value_set_boolean (value, self->start); break;
    case PROP_GRAPHICS:         g_value_set_boolean (value, self->graphics); break;
    case PROP_LOGIN_KEY:        g_value_set_string (value, self->login_key); break;
    case PROP_CONSOLE_SIZE:     g_value_set_boolean (value, self->console_size); break;
    case PROP_SERIAL_INSTALLER: g_value_set_boolean (value, self->serial_installer); break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_machine_spec_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  HostelMachineSpec *self = HOSTEL_MACHINE_SPEC (object);

  switch (prop_id)
    {
    case PROP_NAME:
      take_string (self, &self->name, g_value_get_string (value), prop_id);
      break;
    case PROP_MEMORY:
      hostel_machine_spec_set_memory (self, g_value_get_uint (value));
      break;
    case PROP_VCPUS:
      hostel_machine_spec_set_vcpus (self, g_value_get_uint (value));
      break;
    case PROP_DISK_SIZE:
      hostel_machine_spec_set_disk_size (self, g_value_get_uint64 (value));
      break;
    case PROP_DISK_KIND:
      take_uint (self, &self->disk_kind, (guint) g_value_get_enum (value), prop_id);
      break;
    case PROP_IMAGE:
      hostel_machine_spec_set_image (self, g_value_get_object (value));
      break;
    case PROP_OS_ID:
      take_string (self, &self->os_id, g_value_get_string (value), prop_id);
      break;
    case PROP_POOL:
      take_string (self, &self->pool, g_value_get_string (value), prop_id);
      break;
    case PROP_NETWORK_KIND:
      take_uint (self, &self->network_kind, (guint) g_value_get_enum (value), prop_id);
      break;
    case PROP_NETWORK:
      take_string (self, &self->network, g_value_get_string (value), prop_id);
      break;
    case PROP_FIRMWARE:
      take_uint (self, &self->firmware, (guint) g_value_get_enum (value), prop_id);
      break;
    case PROP_CLOUD_CONFIG:
      take_cloud_config (self, g_value_get_object (value));
      break;
    case PROP_NETWORK_CONFIG:
      take_network_config (self, g_value_get_object (value));
      break;
    case PROP_START:
      take_boolean (self, &self->start, g_value_get_boolean (value), prop_id);
      break;
    case PROP_GRAPHICS:
      take_boolean (self, &self->graphics, g_value_get_boolean (value), prop_id);
      break;
    case PROP_CONSOLE_SIZE:
      take_boolean (self, &self->console_size, g_value_get_boolean (value), prop_id);
      break;
    case PROP_LOGIN_KEY:
      take_string (self, &self->login_key, g_value_get_string (value), prop_id);
      break;
    case PROP_SERIAL_INSTALLER:
      take_boolean (self, &self->serial_installer, g_value_get_boolean (value), prop_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

#define STRING(id, name, flags) \
  properties[id] = g_param_spec_string (name, NULL, NULL, "", flags)
#define UINT(id, name) \
  properties[id] = g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0, rw)
#define UINT64(id, name) \
  properties[id] = g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0, rw)

  STRING (PROP_UUID, "uuid", ro);
  STRING (PROP_MAC, "mac", ro);
  STRING (PROP_NAME, "name", rw);
  UINT (PROP_MEMORY, "memory");
  UINT (PROP_VCPUS, "vcpus");
  UINT64 (PROP_DISK_SIZE, "disk-size");
  properties[PROP_DISK_KIND] =
    g_param_spec_enum ("disk-kind", NULL, NULL, HOSTEL_TYPE_DISK_KIND, HOSTEL_DISK_KIND_OVERLAY,
                       rw);
  properties[PROP_IMAGE] = g_param_spec_object ("image", NULL, NULL, HOSTEL_TYPE_IMAGE, rw);
  STRING (PROP_OS_ID, "os-id", rw);
  STRING (PROP_POOL, "pool", rw);
  properties[PROP_NETWORK_KIND] =
    g_param_spec_enum ("network-kind", NULL, NULL, HOSTEL_TYPE_NETWORK_KIND,
                       HOSTEL_NETWORK_KIND_AUTOMATIC, rw);
  STRING (PROP_NETWORK, "network", rw);
  properties[PROP_FIRMWARE] =
    g_param_spec_enum ("firmware", NULL, NULL, HOSTEL_TYPE_FIRMWARE, HOSTEL_FIRMWARE_AUTOMATIC, rw);
  properties[PROP_CLOUD_CONFIG] =
    g_param_spec_object ("cloud-config", NULL, NULL, HOSTEL_TYPE_CLOUD_CONFIG, rw);
  properties[PROP_NETWORK_CONFIG] =
    g_param_spec_object ("network-config", NULL, NULL, HOSTEL_TYPE_NETWORK_CONFIG, rw);
  properties[PROP_USER_DATA] = g_param_spec_boxed ("user-data", NULL, NULL, G_TYPE_BYTES, ro);
  properties[PROP_START] = g_param_spec_boolean ("start", NULL, NULL, TRUE, rw);
  properties[PROP_GRAPHICS] = g_param_spec_boolean ("graphics", NULL, NULL, FALSE, rw);
  properties[PROP_SERIAL_INSTALLER] =
    g_param_spec_boolean ("serial-installer", NULL, NULL, FALSE, rw);
  properties[PROP_LOGIN_KEY] = g_param_spec_string ("login-key", NULL, NULL, "", rw);
  properties[PROP_CONSOLE_SIZE] = g_param_spec_boolean ("console-size", NULL, NULL, FALSE, rw);

#undef STRING
#undef UINT
#undef UINT64

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_machine_spec_class_init (HostelMachineSpecClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_machine_spec_finalize;
  object_class->get_property = hostel_machine_spec_get_property;
  object_class->set_property = hostel_machine_spec_set_property;

  install_properties (object_class);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hostel_machine_spec_init (HostelMachineSpec *self)
{
  self->uuid = g_uuid_string_random ();
  self->mac = g_strdup_printf (MAC_FORMAT, g_random_int_range (0, 256), g_random_int_range (0, 256),
                               g_random_int_range (0, 256));
  self->name = g_strdup ("");
  self->os_id = g_strdup ("");
  self->pool = g_strdup ("");
  self->login_key = g_strdup ("");
  self->network = g_strdup ("");
  self->start = TRUE;
  take_cloud_config (self, NULL);
  hostel_machine_spec_follow (self);
}

/**
 * hostel_machine_spec_new:
 *
 * Returns: (transfer full): a specification with a UUID and a MAC address of its own. It belongs to
 *   the main thread.
 */
HostelMachineSpec *
hostel_machine_spec_new (void)
{
  return g_object_new (HOSTEL_TYPE_MACHINE_SPEC, NULL);
}

const char *
hostel_machine_spec_get_uuid (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->uuid;
}

const char *
hostel_machine_spec_get_mac (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->mac;
}

const char *
hostel_machine_spec_get_name (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->name;
}

/**
 * hostel_machine_spec_set_name:
 * @self: a specification
 * @name: (nullable): any text; hostel_machine_spec_validate_field() tells what is wrong with it
 */
void
hostel_machine_spec_set_name (HostelMachineSpec *self,
                              const char        *name)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  take_string (self, &self->name, name, PROP_NAME);
}

guint
hostel_machine_spec_get_memory (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), 0);

  return self->memory;
}

/**
 * hostel_machine_spec_set_memory:
 * @self: a specification
 * @mib: what a person has chosen: it does not follow image and host any more
 */
void
hostel_machine_spec_set_memory (HostelMachineSpec *self,
                                guint              mib)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->chosen |= HOSTEL_MACHINE_SIZE_MEMORY;
  take_uint (self, &self->memory, mib, PROP_MEMORY);
}

guint
hostel_machine_spec_get_vcpus (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), 0);

  return self->vcpus;
}

/**
 * hostel_machine_spec_set_vcpus:
 * @self: a specification
 * @vcpus: what a person has chosen: it does not follow image and host any more
 */
void
hostel_machine_spec_set_vcpus (HostelMachineSpec *self,
                               guint              vcpus)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->chosen |= HOSTEL_MACHINE_SIZE_VCPUS;
  take_uint (self, &self->vcpus, vcpus, PROP_VCPUS);
}

/**
 * hostel_machine_spec_get_disk_size:
 * @self: a specification
 *
 * Returns: bytes, 0 for the size of the image itself
 */
guint64
hostel_machine_spec_get_disk_size (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), 0);

  return self->disk_size;
}

/**
 * hostel_machine_spec_set_disk_size:
 * @self: a specification
 * @bytes: what a person has chosen, 0 for the size of the image itself: it does not follow the image
 *   any more
 */
void
hostel_machine_spec_set_disk_size (HostelMachineSpec *self,
                                   guint64            bytes)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->chosen |= HOSTEL_MACHINE_SIZE_DISK;
  take_uint64 (self, &self->disk_size, bytes, PROP_DISK_SIZE);
}

/**
 * hostel_machine_spec_get_image:
 * @self: a specification
 *
 * Returns: (transfer none) (nullable): the image
 */
HostelImage *
hostel_machine_spec_get_image (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->image;
}

/**
 * hostel_machine_spec_set_image:
 * @self: a specification
 * @image: (nullable): the image to make the disk from
 *
 * The OS follows the image, because what was known of the one before is not true of this one.
 */
void
hostel_machine_spec_set_image (HostelMachineSpec *self,
                               HostelImage       *image)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));
  g_return_if_fail (image == NULL || HOSTEL_IS_IMAGE (image));

  if (!g_set_object (&self->image, image))
    return;

  take_string (self, &self->os_id, image ? hostel_image_get_os_id (image) : "", PROP_OS_ID);
  self->needs.system = (HostelMachineSizes) { 0 };
  self->needs.system_memory = 0;
  hostel_machine_spec_follow (self);
  notify (self, PROP_IMAGE);
}

const char *
hostel_machine_spec_get_os_id (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->os_id;
}

void
hostel_machine_spec_set_os_id (HostelMachineSpec *self,
                               const char        *os_id)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  take_string (self, &self->os_id, os_id, PROP_OS_ID);
}

const char *
hostel_machine_spec_get_pool (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->pool;
}

HostelNetworkKind
hostel_machine_spec_get_network_kind (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), HOSTEL_NETWORK_KIND_AUTOMATIC);

  return self->network_kind;
}

const char *
hostel_machine_spec_get_network (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->network;
}

/**
 * hostel_machine_spec_set_network:
 * @self: a specification
 * @kind: what the machine's network card is connected to
 * @network: (nullable): for %HOSTEL_NETWORK_KIND_NETWORK, the name of a libvirt network
 */
void
hostel_machine_spec_set_network (HostelMachineSpec *self,
                                 HostelNetworkKind  kind,
                                 const char        *network)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  take_uint (self, &self->network_kind, kind, PROP_NETWORK_KIND);
  take_string (self, &self->network, network, PROP_NETWORK);
}

/**
 * hostel_machine_spec_get_disk_kind:
 * @self: a specification
 *
 * Returns: what its disk is made of; %HOSTEL_DISK_KIND_OVERLAY for an installation, whose disk is
 *   empty
 */
HostelDiskKind
hostel_machine_spec_get_disk_kind (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), HOSTEL_DISK_KIND_OVERLAY);

  return hostel_machine_spec_is_installation (self) ? HOSTEL_DISK_KIND_OVERLAY : self->disk_kind;
}

HostelFirmware
hostel_machine_spec_get_firmware (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), HOSTEL_FIRMWARE_AUTOMATIC);

  return self->firmware;
}

gboolean
hostel_machine_spec_get_start (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  return self->start;
}

gboolean
hostel_machine_spec_get_graphics (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  return self->graphics;
}

/**
 * hostel_machine_spec_get_serial_installer:
 * @self: a specification
 *
 * Returns: (transfer none) (nullable): what of the installation disc is started on the serial
 *   console; %NULL where that is not asked for, or not known of the disc
 */
const HostelInstallerFiles *
hostel_machine_spec_get_serial_installer (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->serial_installer && hostel_machine_spec_is_installation (self)
           ? hostel_image_get_installer (self->image) : NULL;
}

gboolean
hostel_machine_spec_get_console_size (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), FALSE);

  return self->console_size;
}

/**
 * hostel_machine_spec_get_cloud_config:
 * @self: a specification
 *
 * Returns: (transfer none) (not nullable): the document that the form writes
 */
HostelCloudConfig *
hostel_machine_spec_get_cloud_config (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->cloud_config;
}

/**
 * hostel_machine_spec_get_network_config:
 * @self: a specification
 *
 * Returns: (transfer none) (nullable): the network-config, or %NULL for the image's own way
 */
HostelNetworkConfig *
hostel_machine_spec_get_network_config (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->network_config;
}

/**
 * hostel_machine_spec_get_user_data:
 * @self: a specification
 *
 * Returns: (transfer none) (nullable): a person's own user-data
 */
GBytes *
hostel_machine_spec_get_user_data (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), NULL);

  return self->user_data;
}

/* After the checks of hostel_machine_spec_set_user_data(). */
void
hostel_machine_spec_take_user_data (HostelMachineSpec *self,
                                    GBytes            *user_data)
{
  if (user_data)
    g_bytes_ref (user_data);
  g_clear_pointer (&self->user_data, g_bytes_unref);
  self->user_data = user_data;
  notify (self, PROP_USER_DATA);
}

/* What the policy says, for those that nobody has chosen. */
void
hostel_machine_spec_take_sizes (HostelMachineSpec        *self,
                                const HostelMachineSizes *sizes)
{
  if ((self->chosen & HOSTEL_MACHINE_SIZE_MEMORY) == 0)
    take_uint (self, &self->memory, sizes->memory, PROP_MEMORY);
  if ((self->chosen & HOSTEL_MACHINE_SIZE_VCPUS) == 0)
    take_uint (self, &self->vcpus, sizes->vcpus, PROP_VCPUS);
  if ((self->chosen & HOSTEL_MACHINE_SIZE_DISK) == 0)
    take_uint64 (self, &self->disk_size, sizes->disk_size, PROP_DISK_SIZE);
}
