/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-network-config"

#include "config.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <string.h>

#include "hostel-error.h"
#include "hostel-network-config.h"
#include "hostel-property.h"
#include "hostel-yaml.h"

/* The interface is found by its MAC address and gets this name, which ifupdown and the sysconfig
 * files of Fedora need: they know interfaces by name only. */
#define INTERFACE "eth0"

/**
 * HostelNetworkConfig:
 *
 * cloud-init's network-config version 2 for one interface, see
 * https://cloudinit.readthedocs.io/en/latest/reference/network-config-format-v2.html
 */
struct _HostelNetworkConfig
{
  GObject    parent_instance;

  char      *mac;     /* owned, never NULL */
  char      *address; /* owned, never NULL: with its prefix length, or "" */
  char      *gateway; /* owned, never NULL */
  char      *search;  /* owned, never NULL: domains, separated by blanks or commas */
  char     **dns;     /* owned, NULL when empty */
  gboolean   dhcp4;
  gboolean   dhcp6;
};

G_DEFINE_FINAL_TYPE (HostelNetworkConfig, hostel_network_config, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MAC,
  PROP_ADDRESS,
  PROP_GATEWAY,
  PROP_SEARCH,
  PROP_DNS,
  PROP_DHCP4,
  PROP_DHCP6,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hostel_network_config_finalize (GObject *object)
{
  HostelNetworkConfig *self = HOSTEL_NETWORK_CONFIG (object);

  g_clear_pointer (&self->mac, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->gateway, g_free);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->dns, g_strfreev);

  G_OBJECT_CLASS (hostel_network_config_parent_class)->finalize (object);
}

static void
hostel_network_config_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  HostelNetworkConfig *self = HOSTEL_NETWORK_CONFIG (object);

  switch (prop_id)
    {
    case PROP_MAC:
      g_value_set_string (value, self->mac);
      break;

    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;

    case PROP_GATEWAY:
      g_value_set_string (value, self->gateway);
      break;

    case PROP_SEARCH:
      g_value_set_string (value, self->search);
      break;

    case PROP_DNS:
      g_value_set_boxed (value, self->dns);
      break;

    case PROP_DHCP4:
      g_value_set_boolean (value, self->dhcp4);
      break;

    case PROP_DHCP6:
      g_value_set_boolean (value, self->dhcp6);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hostel_network_config_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  HostelNetworkConfig *self = HOSTEL_NETWORK_CONFIG (object);
  gboolean changed = FALSE;

  switch (prop_id)
    {
    case PROP_MAC:
      changed = hostel_property_set_string (&self->mac, g_value_get_string (value));
      break;

    case PROP_ADDRESS:
      changed = hostel_property_set_string (&self->address, g_value_get_string (value));
      break;

    case PROP_GATEWAY:
      changed = hostel_property_set_string (&self->gateway, g_value_get_string (value));
      break;

    case PROP_SEARCH:
      changed = hostel_property_set_string (&self->search, g_value_get_string (value));
      break;

    case PROP_DNS:
      changed = hostel_property_set_strv (&self->dns, g_value_get_boxed (value));
      break;

    case PROP_DHCP4:
      changed = hostel_property_set_boolean (&self->dhcp4, g_value_get_boolean (value));
      break;

    case PROP_DHCP6:
      changed = hostel_property_set_boolean (&self->dhcp6, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }

  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
hostel_network_config_class_init (HostelNetworkConfigClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hostel_network_config_finalize;
  object_class->get_property = hostel_network_config_get_property;
  object_class->set_property = hostel_network_config_set_property;

  properties[PROP_MAC] = g_param_spec_string ("mac", NULL, NULL, "", flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "", flags);
  properties[PROP_GATEWAY] = g_param_spec_string ("gateway", NULL, NULL, "", flags);
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, "", flags);
  properties[PROP_DNS] = g_param_spec_boxed ("dns", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_DHCP4] = g_param_spec_boolean ("dhcp4", NULL, NULL, TRUE, flags);
  properties[PROP_DHCP6] = g_param_spec_boolean ("dhcp6", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hostel_network_config_init (HostelNetworkConfig *self)
{
  self->mac = g_strdup ("");
  self->address = g_strdup ("");
  self->gateway = g_strdup ("");
  self->search = g_strdup ("");
  self->dhcp4 = TRUE;
}

/**
 * hostel_network_config_new:
 * @mac: (nullable): the interface's MAC address
 *
 * Returns: (transfer full): a configuration by DHCP over IPv4
 */
HostelNetworkConfig *
hostel_network_config_new (const char *mac)
{
  return g_object_new (HOSTEL_TYPE_NETWORK_CONFIG, "mac", mac, NULL);
}

/* Returns AF_INET, AF_INET6 or 0. */
static int
address_family (const char *address)
{
  guint8 buffer[16];

  if (inet_pton (AF_INET, address, buffer) == 1)
    return AF_INET;

  return inet_pton (AF_INET6, address, buffer) == 1 ? AF_INET6 : 0;
}

static gboolean
check_mac (const char  *mac,
           GError     **error)
{
  if (g_regex_match_simple ("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", mac, G_REGEX_CASELESS, 0))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Type six pairs of digits, such as 52:54:00:12:34:56."), NULL,
                    _("“%s” is not a MAC address."), mac);
  return FALSE;
}

static gboolean
check_address (const char  *address,
               GError     **error)
{
  const char *slash = strchr (address, '/');
  g_autofree char *host = g_strndup (address, slash != NULL ? slash - address : 0);
  int family = address_family (host);
  guint64 prefix;

  if (family != 0 &&
      g_ascii_string_to_unsigned (slash + 1, 10, 1, family == AF_INET ? 32 : 128, &prefix, NULL))
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID,
                    _("Type it with its prefix length, such as 192.0.2.5/24."), NULL,
                    _("“%s” is not an IP address with a prefix length."), address);
  return FALSE;
}

static gboolean
check_plain_address (const char  *address,
                     GError     **error)
{
  if (address_family (address) != 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Type one such as 192.0.2.1."), NULL,
                    _("“%s” is not an IP address."), address);
  return FALSE;
}

/**
 * hostel_network_config_validate:
 * @error: return location for a #GError
 *
 * Returns: %TRUE, or %FALSE with a %HOSTEL_ERROR_INVALID
 */
gboolean
hostel_network_config_validate (HostelNetworkConfig  *self,
                                GError              **error)
{
  g_return_val_if_fail (HOSTEL_IS_NETWORK_CONFIG (self), FALSE);

  if (!check_mac (self->mac, error))
    return FALSE;

  if (self->address[0] != '\0' && !check_address (self->address, error))
    return FALSE;

  if (self->address[0] == '\0' && !self->dhcp4 && !self->dhcp6)
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Turn DHCP on or type an address."), NULL,
                        _("The machine would have no address."));
      return FALSE;
    }

  if (self->gateway[0] != '\0' && !check_plain_address (self->gateway, error))
    return FALSE;

  if (self->gateway[0] != '\0' && self->address[0] != '\0' &&
      (strchr (self->gateway, ':') == NULL) != (strchr (self->address, ':') == NULL))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID, _("Use IPv4 for both, or IPv6."), NULL,
                        _("The gateway and the address are of different kinds."));
      return FALSE;
    }

  for (gsize i = 0; self->dns != NULL && self->dns[i] != NULL; i++)
    {
      if (!check_plain_address (self->dns[i], error))
        return FALSE;
    }

  if (!g_regex_match_simple ("^[a-z0-9 ,._-]*$", self->search, G_REGEX_CASELESS, 0))
    {
      hostel_error_set (error, HOSTEL_ERROR_INVALID,
                        _("Type domains, separated by blanks."), NULL,
                        _("“%s” is not a list of domains."), self->search);
      return FALSE;
    }

  return TRUE;
}

static HostelYaml *
build_nameservers (HostelNetworkConfig *self)
{
  g_autoptr (HostelYaml) nameservers = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  g_auto (GStrv) words = g_strsplit_set (self->search, " ,", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) domains = NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] != '\0')
        g_strv_builder_add (builder, words[i]);
    }
  domains = g_strv_builder_end (builder);

  if (self->dns != NULL)
    hostel_yaml_set (nameservers, "addresses",
                     hostel_yaml_new_strv ((const char * const *) self->dns));
  if (domains[0] != NULL)
    hostel_yaml_set (nameservers, "search", hostel_yaml_new_strv ((const char * const *) domains));

  return hostel_yaml_get_length (nameservers) > 0 ? g_steal_pointer (&nameservers) : NULL;
}

/* gateway4 is deprecated, and older cloud-init and netplan 0.99 do not know "to: default". */
static HostelYaml *
build_routes (HostelNetworkConfig *self)
{
  HostelYaml *routes = hostel_yaml_new (HOSTEL_YAML_SEQUENCE);
  HostelYaml *route = hostel_yaml_new (HOSTEL_YAML_MAPPING);

  hostel_yaml_set_string (route, "to", strchr (self->gateway, ':') != NULL ? "::/0" : "0.0.0.0/0");
  hostel_yaml_set_string (route, "via", self->gateway);
  hostel_yaml_append (routes, route);

  return routes;
}

/**
 * hostel_network_config_to_string:
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the network-config document, or %NULL with @error as of
 *   hostel_network_config_validate()
 */
char *
hostel_network_config_to_string (HostelNetworkConfig  *self,
                                 GError              **error)
{
  g_autoptr (HostelYaml) root = NULL;
  g_autofree char *mac = NULL;
  HostelYaml *ethernets;
  HostelYaml *interface;
  HostelYaml *match;
  HostelYaml *nameservers;

  g_return_val_if_fail (HOSTEL_IS_NETWORK_CONFIG (self), NULL);

  if (!hostel_network_config_validate (self, error))
    return NULL;

  root = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  ethernets = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  interface = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  match = hostel_yaml_new (HOSTEL_YAML_MAPPING);
  hostel_yaml_set (root, "version", hostel_yaml_new_integer (2));
  hostel_yaml_set (root, "ethernets", ethernets);
  hostel_yaml_set (ethernets, INTERFACE, interface);
  hostel_yaml_set (interface, "match", match);
  /* cloud-init compares with what the kernel says, in lower case. */
  mac = g_ascii_strdown (self->mac, -1);
  hostel_yaml_set_string (match, "macaddress", mac);
  hostel_yaml_set_string (interface, "set-name", INTERFACE);
  hostel_yaml_set (interface, "dhcp4", hostel_yaml_new_boolean (self->dhcp4));
  hostel_yaml_set (interface, "dhcp6", hostel_yaml_new_boolean (self->dhcp6));
  if (self->address[0] != '\0')
    hostel_yaml_set (interface, "addresses",
                     hostel_yaml_new_strv ((const char * const []) { self->address, NULL }));
  if (self->gateway[0] != '\0')
    hostel_yaml_set (interface, "routes", build_routes (self));
  if ((nameservers = build_nameservers (self)))
    hostel_yaml_set (interface, "nameservers", nameservers);

  return hostel_yaml_emit (root, NULL);
}

static void
read_interface (HostelNetworkConfig *self,
                HostelYaml          *interface)
{
  HostelYaml *addresses = hostel_yaml_lookup (interface, "addresses");
  HostelYaml *routes = hostel_yaml_lookup (interface, "routes");
  HostelYaml *nameservers = hostel_yaml_lookup (interface, "nameservers");
  HostelYaml *dns = hostel_yaml_lookup (nameservers, "addresses");
  HostelYaml *search = hostel_yaml_lookup (nameservers, "search");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) domains = g_string_new (NULL);
  g_auto (GStrv) servers = NULL;
  const char *gateway = hostel_yaml_lookup_string (interface, "gateway4");

  self->dhcp4 = FALSE;
  self->dhcp6 = FALSE;
  hostel_yaml_get_boolean (hostel_yaml_lookup (interface, "dhcp4"), &self->dhcp4);
  hostel_yaml_get_boolean (hostel_yaml_lookup (interface, "dhcp6"), &self->dhcp6);
  hostel_property_set_string (&self->mac,
                              hostel_yaml_lookup_string (hostel_yaml_lookup (interface, "match"),
                                                         "macaddress"));
  if (hostel_yaml_get_length (addresses) > 0)
    hostel_property_set_string (&self->address,
                                hostel_yaml_get_string (hostel_yaml_get_child (addresses, 0)));
  if (gateway == NULL && hostel_yaml_get_length (routes) > 0)
    gateway = hostel_yaml_lookup_string (hostel_yaml_get_child (routes, 0), "via");
  hostel_property_set_string (&self->gateway, gateway);

  for (guint i = 0; i < hostel_yaml_get_length (dns); i++)
    {
      if (hostel_yaml_get_string (hostel_yaml_get_child (dns, i)) != NULL)
        g_strv_builder_add (builder, hostel_yaml_get_string (hostel_yaml_get_child (dns, i)));
    }
  servers = g_strv_builder_end (builder);
  hostel_property_set_strv (&self->dns, (const char * const *) servers);

  for (guint i = 0; i < hostel_yaml_get_length (search); i++)
    {
      const char *domain = hostel_yaml_get_string (hostel_yaml_get_child (search, i));

      g_string_append_printf (domains, "%s%s", i > 0 ? " " : "", domain != NULL ? domain : "");
    }
  hostel_property_set_string (&self->search, domains->str);
}

/**
 * hostel_network_config_new_from_string:
 * @text: a network-config document of version 2
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the configuration; or %NULL with @error set, which is
 *   %HOSTEL_ERROR_UNSUPPORTED where it holds more than one interface or another version
 */
HostelNetworkConfig *
hostel_network_config_new_from_string (const char  *text,
                                       GError     **error)
{
  g_autoptr (HostelNetworkConfig) self = hostel_network_config_new (NULL);
  g_autoptr (HostelYaml) root = NULL;
  HostelYaml *network;
  HostelYaml *ethernets;

  g_return_val_if_fail (text != NULL, NULL);

  if ((root = hostel_yaml_parse (text, strlen (text), error)) == NULL)
    return NULL;

  network = hostel_yaml_lookup (root, "network");
  if (network == NULL)
    network = root;

  ethernets = hostel_yaml_lookup (network, "ethernets");
  if (g_strcmp0 (hostel_yaml_lookup_string (network, "version"), "2") != 0 ||
      !hostel_yaml_is_mapping (ethernets) || hostel_yaml_get_length (ethernets) != 1)
    {
      hostel_error_set (error, HOSTEL_ERROR_UNSUPPORTED, _("Use the file as it is."), NULL,
                        _("This network configuration is not version 2 with one interface."));
      return NULL;
    }

  read_interface (self, hostel_yaml_get_child (ethernets, 0));
  if (!hostel_network_config_validate (self, error))
    return NULL;

  return g_steal_pointer (&self);
}
