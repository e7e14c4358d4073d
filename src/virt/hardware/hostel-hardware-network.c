/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libvirt directly: libvirt-glib 4.0 changes no device with flags. */
#define G_LOG_DOMAIN "hostel-hardware-edit"

#include "config.h"

#include <glib/gi18n.h>

#include "hostel-hardware-edit-private.h"
#include "hostel-uri.h"

#define USER "user"
#define MAC_TRIES 16

static char *
dup_network_names (virConnectPtr handle)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  virNetworkPtr *networks = NULL;
  int n = virConnectListAllNetworks (handle, &networks, 0);

  for (int i = 0; i < n; i++)
    {
      g_strv_builder_add (builder, virNetworkGetName (networks[i]));
      virNetworkFree (networks[i]);
    }
  free (networks);
  names = g_strv_builder_end (builder);

  return g_strjoinv (", ", names);
}

static void
set_no_network (HostelHardwareWork  *self,
                const char          *name,
                GError             **error)
{
  g_autofree char *names = dup_network_names (self->handle);
  g_autofree char *remedy = *names != '\0' ? g_strdup_printf (_("Choose one of these: %s, user."), names)
                                           : g_strdup (_("Choose “user”, which needs no network of the host."));

  hostel_error_set (error, HOSTEL_ERROR_NOT_FOUND, remedy, NULL, _("This host has no network named “%s”."), name);
}

static gboolean
check_network (HostelHardwareWork  *self,
               const char          *name,
               GError             **error)
{
  g_autoptr (virNetwork) network = virNetworkLookupByName (self->handle, name);

  if (network == NULL)
    {
      set_no_network (self, name, error);
      return FALSE;
    }
  if (!self->live || virNetworkIsActive (network) != 0)
    return TRUE;

  hostel_error_set (error, HOSTEL_ERROR_WRONG_STATE,
                    _("Start the network (virsh net-start), or change it from the next start on."), NULL,
                    _("The network “%s” is not active."), name);

  return FALSE;
}

/* As the machine's first card, else as the host does. */
static void
find_own_network (HostelHardwareWork  *self,
                  char               **type,
                  char               **source)
{
  static const char first[] = "/domain/devices/interface[@type = 'network' or @type = 'bridge' or @type = 'user'][1]";
  xmlDoc *doc = hostel_hardware_work_get_doc (self);
  g_autoptr (GPtrArray) cards = hostel_xml_find_nodes (doc, first);
  g_autofree char *uri = virConnectGetURI (self->handle);

  if (cards->len > 0)
    {
      *type = hostel_xml_dup_string (doc, cards->pdata[0], "@type");
      *source = hostel_xml_dup_string (doc, cards->pdata[0], "source/@network | source/@bridge");
    }
  else if (uri != NULL && hostel_uri_is_session (uri))
    *type = g_strdup (USER);
  else
    {
      *type = g_strdup ("network");
      *source = g_strdup ("default");
    }
}

gboolean
hostel_hardware_work_find_network (HostelHardwareWork  *self,
                                   char               **type,
                                   char               **source,
                                   GError             **error)
{
  const char *wanted = self->edit.network;

  if (wanted == NULL)
    find_own_network (self, type, source);
  else
    {
      *type = g_strdup (g_str_equal (wanted, USER) ? USER : "network");
      *source = g_str_equal (wanted, USER) ? NULL : g_strdup (wanted);
    }

  return !g_str_equal (*type, "network") || check_network (self, *source, error);
}

/* The name of a machine that has a card of that address. */
static char *
dup_owner (virConnectPtr  handle,
           const char    *mac)
{
  g_autofree char *owner = NULL;
  virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (handle, &domains, 0);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *xml = owner == NULL ? virDomainGetXMLDesc (domains[i], 0) : NULL;
      g_autoptr (xmlDoc) doc = hostel_xml_parse (xml);
      g_auto (GStrv) macs = doc != NULL
                              ? hostel_xml_dup_strings (doc, NULL, "/domain/devices/interface/mac/@address") : NULL;

      for (guint j = 0; macs != NULL && macs[j] != NULL && owner == NULL; j++)
        if (g_ascii_strcasecmp (macs[j], mac) == 0)
          owner = g_strdup (virDomainGetName (domains[i]));
      virDomainFree (domains[i]);
    }
  free (domains);

  return g_steal_pointer (&owner);
}

char *
hostel_hardware_work_dup_mac (HostelHardwareWork  *self,
                              GError             **error)
{
  g_autofree char *owner = NULL;

  if (self->edit.mac != NULL)
    {
      if ((owner = dup_owner (self->handle, self->edit.mac)) == NULL)
        return g_ascii_strdown (self->edit.mac, -1);

      hostel_error_set (error, HOSTEL_ERROR_EXISTS, _("Give it another one, or none: a free one is found."), NULL,
                        _("“%s” has a network card of the address %s already."), owner, self->edit.mac);
      return NULL;
    }

  for (guint i = 0; i < MAC_TRIES; i++)
    {
      guint32 random = g_random_int ();
      g_autofree char *mac = g_strdup_printf ("52:54:00:%02x:%02x:%02x", random >> 16 & 0xff, random >> 8 & 0xff,
                                              random & 0xff);

      g_free (owner);
      if ((owner = dup_owner (self->handle, mac)) == NULL)
        return g_steal_pointer (&mac);
    }

  hostel_error_set (error, HOSTEL_ERROR_FAILED, _("Give it one."), NULL, _("No free address was found."));

  return NULL;
}
