/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-host-facts"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-host-facts.h"
#include "hostel-error.h"
#include "hostel-xml.h"

struct _HostelHostFacts
{
  GObject parent_instance;

  char     *arch;                 /* owned, never NULL from here on */
  char     *domain_type;
  char     *kvm_reason;           /* "" where KVM can be used */
  char     *machine;
  char     *emulator;
  char     *user_network_backend;
  char     *channel_dir;          /* "" where its length is no matter */
  GStrv     networks;
  GStrv     active_networks;
  GStrv     cpu_modes;
  guint64   memory;               /* MiB */
  guint64   memory_free;          /* MiB */
  guint     cpus;
  gboolean  efi;
  gboolean  session;
};

G_DEFINE_FINAL_TYPE (HostelHostFacts, hostel_host_facts, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ARCH,
  PROP_DOMAIN_TYPE,
  PROP_KVM,
  PROP_KVM_REASON,
  PROP_MACHINE,
  PROP_EMULATOR,
  PROP_EFI,
  PROP_MEMORY,
  PROP_MEMORY_FREE,
  PROP_CPUS,
  PROP_USER_NETWORK_BACKEND,
  PROP_NETWORKS,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* passt as an <interface> backend came with libvirt 9.0.0, without a word of it in the domain
 * capabilities: https://libvirt.org/formatdomain.html#userspace-connection-using-passt */
#define PASST_LIBVIRT_VERSION 9000000

/* From then on the sockets of channels are below XDG_RUNTIME_DIR:
 * https://bugzilla.redhat.com/show_bug.cgi?id=2173980 */
#define SHORT_CHANNEL_LIBVIRT_VERSION 9002000

/* sun_path's, less its NUL */
#define MAX_SOCKET_PATH 107

/* libvirt's for "domain-<id>-<the first characters of the name>" */
#define MAX_SHORT_NAME 20

static const char *
machine_for_arch (const char *arch)
{
  if (g_str_equal (arch, "x86_64") || g_str_equal (arch, "i686"))
    return "q35";
  if (g_str_equal (arch, "aarch64") || g_str_equal (arch, "armv7l") ||
      g_str_equal (arch, "riscv64") || g_str_equal (arch, "loongarch64"))
    return "virt";
  if (g_str_equal (arch, "ppc64le") || g_str_equal (arch, "ppc64"))
    return "pseries";
  if (g_str_equal (arch, "s390x"))
    return "s390-ccw-virtio";

  return "";
}

static char *
dup_guest_string (xmlDocPtr   doc,
                  const char *arch,
                  const char *rest)
{
  g_autofree char *xpath =
    g_strdup_printf ("/capabilities/guest[os_type='hvm']/arch[@name='%s']%s", arch, rest);

  return hostel_xml_dup_string (doc, NULL, xpath);
}

static char *
dup_kvm_reason (HostelHostFacts *self,
                const char      *refusal)
{
  if (g_str_equal (self->domain_type, "kvm"))
    return g_strdup ("");
  if (refusal != NULL)
    return g_strdup (refusal);

  return g_strdup (_("libvirt offers no KVM on this host: the processor’s virtualization is off, "
                     "missing or not open to it. Machines are emulated and several times slower."));
}

static void
read_domain_capabilities (HostelHostFacts      *self,
                          const HostelHostData *data)
{
  g_autoptr (xmlDoc) doc = hostel_xml_parse (data->domain_capabilities);
  g_auto (GStrv) firmware = NULL;
  g_autofree char *path = NULL;

  if (doc == NULL)
    return;

  if ((path = hostel_xml_dup_string (doc, NULL, "/domainCapabilities/path")))
    {
      g_free (self->emulator);
      self->emulator = g_steal_pointer (&path);
    }

  firmware = hostel_xml_dup_strings (doc, NULL,
                                     "/domainCapabilities/os/enum[@name='firmware']/value");
  self->efi = g_strv_contains ((const char * const *) firmware, "efi");

  g_strfreev (self->cpu_modes);
  self->cpu_modes = hostel_xml_dup_strings (doc, NULL, "/domainCapabilities/cpu/mode"
                                                       "[@supported='yes']/@name");
}

static void
choose_user_network (HostelHostFacts      *self,
                     const HostelHostData *data)
{
  /* As root passt gives up its rights and then cannot open what libvirt made for it. */
  gboolean passt = data->has_passt && data->session && data->version >= PASST_LIBVIRT_VERSION;

  g_free (self->user_network_backend);
  self->user_network_backend = g_strdup (passt ? "passt" : "slirp");
}

/**
 * hostel_host_facts_new_from_data:
 * @data: what the daemon said
 * @error: (out) (optional): %HOSTEL_ERROR_HOST_LACKS where the host cannot run a machine of its own
 *   architecture
 *
 * Returns: (transfer full) (nullable): the facts
 */
HostelHostFacts *
hostel_host_facts_new_from_data (const HostelHostData  *data,
                                 GError               **error)
{
  g_autoptr (HostelHostFacts) self = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *arch = NULL;
  g_autofree char *emulated = NULL;
  g_autofree char *kvm = NULL;
  g_autofree char *first = NULL;

  g_return_val_if_fail (data != NULL, NULL);

  doc = hostel_xml_parse (data->capabilities);
  if (doc != NULL)
    arch = hostel_xml_dup_string (doc, NULL, "/capabilities/host/cpu/arch");
  if (arch != NULL)
    first = dup_guest_string (doc, arch, "/domain/@type");
  if (first == NULL)
    {
      hostel_error_set (error, HOSTEL_ERROR_HOST_LACKS,
                        _("Install QEMU for this host’s architecture (on Debian: qemu-system-x86 "
                          "or qemu-system-arm), then restart libvirt."),
                        NULL, _("This host has no hypervisor for %s machines."),
                        arch ? arch : _("its own kind of"));
      return NULL;
    }

  self = g_object_new (HOSTEL_TYPE_HOST_FACTS, NULL);
  kvm = dup_guest_string (doc, arch, "/domain[@type='kvm']/@type");
  if (kvm != NULL && data->kvm_refusal != NULL)
    emulated = dup_guest_string (doc, arch, "/domain[@type='qemu']/@type");
  self->arch = g_steal_pointer (&arch);
  self->domain_type = g_strdup (emulated ? emulated : kvm ? kvm : first);
  self->kvm_reason = dup_kvm_reason (self, emulated ? data->kvm_refusal : NULL);
  self->machine = g_strdup (machine_for_arch (self->arch));
  self->emulator = dup_guest_string (doc, self->arch, "/emulator");
  if (self->emulator == NULL)
    self->emulator = g_strdup ("");
  self->networks = data->networks ? g_strdupv ((GStrv) data->networks) : g_new0 (char *, 1);
  self->active_networks = g_strdupv ((GStrv) data->active_networks);
  self->memory = data->memory;
  self->memory_free = data->memory_free;
  self->cpus = data->cpus;
  self->session = data->session;
  self->channel_dir = data->config_dir && data->version < SHORT_CHANNEL_LIBVIRT_VERSION
    ? g_strconcat (data->config_dir, "/libvirt/qemu/channel/target", NULL) : g_strdup ("");
  read_domain_capabilities (self, data);
  choose_user_network (self, data);

  return g_steal_pointer (&self);
}

static void
hostel_host_facts_finalize (GObject *object)
{
  HostelHostFacts *self = HOSTEL_HOST_FACTS (object);

  g_free (self->arch);
  g_free (self->domain_type);
  g_free (self->kvm_reason);
  g_free (self->machine);
  g_free (self->emulator);
  g_free (self->user_network_backend);
  g_free (self->channel_dir);
  g_strfreev (self->networks);
  g_strfreev (self->active_networks);
  g_strfreev (self->cpu_modes);

  G_OBJECT_CLASS (hostel_host_facts_parent_class)->finalize (object);
}

static void
hostel_host_facts_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  HostelHostFacts *self = HOSTEL_HOST_FACTS (object);

  switch (prop_id)
    {
    case PROP_ARCH:
      g_value_set_string (value, self->arch);
      break;
    case PROP_DOMAIN_TYPE:
      g_value_set_string (value, self->domain_type);
      break;
    case PROP_KVM:
      g_value_set_boolean (value, hostel_host_facts_get_kvm (self));
      break;
    case PROP_KVM_REASON:
      g_value_set_string (value, self->kvm_reason);
      break;
    case PROP_MACHINE:
      g_value_set_string (value, self->machine);
      break;
    case PROP_EMULATOR:
      g_value_set_string (value, self->emulator);
      break;
    case PROP_EFI:
      g_value_set_boolean (value, self->efi);
      break;
    case PROP_MEMORY:
      g_value_set_uint64 (value, self->memory);
      break;
    case PROP_MEMORY_FREE:
      g_value_set_uint64 (value, self->memory_free);
      break;
    case PROP_CPUS:
      g_value_set_uint (value, self->cpus);
      break;
    case PROP_USER_NETWORK_BACKEND:
      g_value_set_string (value, self->user_network_backend);
      break;
    case PROP_NETWORKS:
      g_value_set_boxed (value, self->networks);
      break;
    case PROP_SESSION:
      g_value_set_boolean (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
add_string (guint       prop_id,
            const char *name)
{
  properties[prop_id] = g_param_spec_string (name, NULL, NULL, "",
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
add_boolean (guint       prop_id,
             const char *name)
{
  properties[prop_id] = g_param_spec_boolean (name, NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
hostel_host_facts_class_init (HostelHostFactsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hostel_host_facts_finalize;
  object_class->get_property = hostel_host_facts_get_property;

  add_string (PROP_ARCH, "arch");
  add_string (PROP_DOMAIN_TYPE, "domain-type");
  add_string (PROP_KVM_REASON, "kvm-reason");
  add_string (PROP_MACHINE, "machine");
  add_string (PROP_EMULATOR, "emulator");
  add_string (PROP_USER_NETWORK_BACKEND, "user-network-backend");
  add_boolean (PROP_KVM, "kvm");
  add_boolean (PROP_EFI, "efi");
  add_boolean (PROP_SESSION, "session");
  properties[PROP_MEMORY] = g_param_spec_uint64 ("memory", NULL, NULL, 0, G_MAXUINT64, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MEMORY_FREE] = g_param_spec_uint64 ("memory-free", NULL, NULL, 0, G_MAXUINT64, 0,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CPUS] = g_param_spec_uint ("cpus", NULL, NULL, 0, G_MAXUINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NETWORKS] = g_param_spec_boxed ("networks", NULL, NULL, G_TYPE_STRV,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_host_facts_init (HostelHostFacts *self)
{
}

const char *
hostel_host_facts_get_arch (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->arch;
}

const char *
hostel_host_facts_get_domain_type (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->domain_type;
}

gboolean
hostel_host_facts_get_kvm (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return g_str_equal (self->domain_type, "kvm");
}

const char *
hostel_host_facts_get_kvm_reason (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->kvm_reason;
}

const char *
hostel_host_facts_get_machine (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->machine;
}

const char *
hostel_host_facts_get_emulator (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->emulator;
}

gboolean
hostel_host_facts_get_efi (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return self->efi;
}

gboolean
hostel_host_facts_get_session (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return self->session;
}

guint64
hostel_host_facts_get_memory (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), 0);

  return self->memory;
}

guint64
hostel_host_facts_get_memory_free (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), 0);

  return self->memory_free;
}

guint
hostel_host_facts_get_cpus (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), 0);

  return self->cpus;
}

const char *
hostel_host_facts_get_user_network_backend (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return self->user_network_backend;
}

const char * const *
hostel_host_facts_get_networks (HostelHostFacts *self)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), NULL);

  return (const char * const *) self->networks;
}

gboolean
hostel_host_facts_has_network (HostelHostFacts *self,
                               const char      *name)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return self->networks != NULL && g_strv_contains ((const char * const *) self->networks, name);
}

gboolean
hostel_host_facts_is_network_active (HostelHostFacts *self,
                                     const char      *name)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return self->active_networks != NULL &&
         g_strv_contains ((const char * const *) self->active_networks, name);
}

/**
 * hostel_host_facts_has_cpu_mode:
 * @self: the facts
 * @mode: "host-passthrough", "maximum" or "host-model"
 *
 * Returns: whether the domain capabilities offer @mode; %FALSE where they say nothing
 */
gboolean
hostel_host_facts_has_cpu_mode (HostelHostFacts *self,
                                const char      *mode)
{
  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);

  return self->cpu_modes != NULL && g_strv_contains ((const char * const *) self->cpu_modes, mode);
}

/**
 * hostel_host_facts_has_room_for_channel:
 * @self: the facts
 * @machine: the machine's name
 * @channel: the channel's name
 *
 * A machine with a channel whose socket's path is too long cannot be started, and a home directory
 * of 20 bytes is enough for that in a session of libvirt 9.1 or older.
 *
 * Returns: whether it fits, with room for an ID of four digits
 */
gboolean
hostel_host_facts_has_room_for_channel (HostelHostFacts *self,
                                        const char      *machine,
                                        const char      *channel)
{
  g_autofree char *path = NULL;
  g_autofree char *short_name = NULL;

  g_return_val_if_fail (HOSTEL_IS_HOST_FACTS (self), FALSE);
  g_return_val_if_fail (machine != NULL && channel != NULL, FALSE);

  if (*self->channel_dir == '\0')
    return TRUE;

  short_name = g_utf8_substring (machine, 0, MIN (g_utf8_strlen (machine, -1), MAX_SHORT_NAME));
  path = g_strdup_printf ("%s/domain-9999-%s/%s", self->channel_dir, short_name, channel);

  return strlen (path) <= MAX_SOCKET_PATH;
}

/**
 * hostel_host_facts_get_limits:
 * @self: the facts
 * @limits: (out caller-allocates): what a specification for this host is validated and warned
 *   against: memory, processors, architecture, networks; it holds as long as @self
 */
void
hostel_host_facts_get_limits (HostelHostFacts     *self,
                              HostelMachineLimits *limits)
{
  g_return_if_fail (HOSTEL_IS_HOST_FACTS (self));

  *limits = (HostelMachineLimits) {
    .memory = self->memory,
    .memory_free = self->memory_free,
    .vcpus = self->cpus,
    .arch = self->arch,
    .networks = (const char * const *) self->networks,
  };
}
