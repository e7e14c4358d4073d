/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "hostel-cloud-config.h"
#include "hostel-image.h"
#include "hostel-login.h"
#include "hostel-machine-defaults.h"
#include "hostel-machine-name.h"
#include "hostel-network-config.h"
#include "hostel-os-list.h"
#include "hostel-parse.h"

G_BEGIN_DECLS

typedef enum
{
  HOSTEL_NETWORK_KIND_AUTOMATIC, /* "default" on system, user-mode in session */
  HOSTEL_NETWORK_KIND_NETWORK,   /* a libvirt network by name */
  HOSTEL_NETWORK_KIND_USER,
  HOSTEL_NETWORK_KIND_NONE,
} HostelNetworkKind;

#define HOSTEL_TYPE_NETWORK_KIND (hostel_network_kind_get_type ())
GType hostel_network_kind_get_type (void);

typedef enum
{
  HOSTEL_FIRMWARE_AUTOMATIC, /* EFI where the image boots by nothing else */
  HOSTEL_FIRMWARE_BIOS,
  HOSTEL_FIRMWARE_EFI,
} HostelFirmware;

#define HOSTEL_TYPE_FIRMWARE (hostel_firmware_get_type ())
GType hostel_firmware_get_type (void);

typedef enum
{
  HOSTEL_DISK_KIND_OVERLAY,  /* on a base that all machines of the image share */
  HOSTEL_DISK_KIND_COPY,     /* of the whole image, which stands alone */
  HOSTEL_DISK_KIND_IN_PLACE, /* the image itself, which the machine changes */
} HostelDiskKind;

#define HOSTEL_TYPE_DISK_KIND (hostel_disk_kind_get_type ())
GType hostel_disk_kind_get_type (void);

/* libvirt asks for an IOMMU with extended interrupts beyond that. */
#define HOSTEL_MACHINE_SPEC_MAX_VCPUS 255
#define HOSTEL_MACHINE_SPEC_MIN_MEMORY 64 /* MiB */
/* Bytes: what an installation gets unless asked otherwise. An empty disk takes no space. */
#define HOSTEL_MACHINE_SPEC_INSTALL_DISK (G_GUINT64_CONSTANT (20) << 30)

#define HOSTEL_TYPE_MACHINE_SPEC (hostel_machine_spec_get_type ())

/* What a specification is validated against, of the host and of what is there already. All is
 * borrowed; 0 and NULL where it is not known. */
typedef struct
{
  guint64             memory;      /* MiB */
  guint64             memory_free; /* MiB */
  guint               vcpus;
  const char         *arch;
  const char * const *networks;    /* the host's */
  const char * const *taken_names; /* that the connection has already */
} HostelMachineLimits;

/* What the create dialog and the command line collect. Properties (readable, writable, notifying):
 *   "uuid" and "mac" strings, read only, random, made with the object: the machine's (the UUID is
 *   the instance-id too) and its network card's
 *   "name" string; "image" HostelImage, nullable
 *   "memory" guint MiB; "vcpus" guint; "disk-size" guint64 bytes, 0 for the image's own (20 GiB for
 *   an installation disc): the default ones, which follow image, OS, recipe and host
 *   (hostel_machine_sizes_set_default()), until they are set
 *   "disk-kind" HostelDiskKind: what the disk is made of; of no meaning for an installation disc
 *   "os-id" string ("" unknown); "pool" string ("" the default one)
 *   "network-kind", "network" string; "firmware"
 *   "cloud-config" HostelCloudConfig, never NULL; "network-config" HostelNetworkConfig, nullable
 *   "user-data" GBytes, nullable, read only (set by hostel_machine_spec_set_user_data()): a
 *   person's own file, used instead of cloud-config, byte for byte
 *   "start" boolean (default TRUE), "graphics" boolean (default FALSE)
 *   "console-size" boolean (default FALSE): a login asks a serial console for its size
 *   "login-key" string (default ""): a public key that new users get beside their own
 *   "serial-installer" boolean (default FALSE): an installation disc's kernel is started on the
 *   serial console, without a screen, where the disc is known well enough
 * "changed" is emitted after any change, of the cloud-config and the network-config too. */
G_DECLARE_FINAL_TYPE (HostelMachineSpec, hostel_machine_spec, HOSTEL, MACHINE_SPEC, GObject)

HostelMachineSpec   *hostel_machine_spec_new                (void);
const char          *hostel_machine_spec_get_uuid           (HostelMachineSpec   *self);
const char          *hostel_machine_spec_get_mac            (HostelMachineSpec   *self);
const char          *hostel_machine_spec_get_name           (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_name           (HostelMachineSpec   *self,
                                                             const char          *name);
guint                hostel_machine_spec_get_memory         (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_memory         (HostelMachineSpec   *self,
                                                             guint                mib);
guint                hostel_machine_spec_get_vcpus          (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_vcpus          (HostelMachineSpec   *self,
                                                             guint                vcpus);
guint64              hostel_machine_spec_get_disk_size      (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_disk_size      (HostelMachineSpec   *self,
                                                             guint64              bytes);
HostelImage         *hostel_machine_spec_get_image          (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_image          (HostelMachineSpec   *self,
                                                             HostelImage         *image);
const char          *hostel_machine_spec_get_os_id          (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_os_id          (HostelMachineSpec   *self,
                                                             const char          *os_id);
/* The OS; sizes that nobody has chosen become what libosinfo recommends for it. */
void                 hostel_machine_spec_apply_os           (HostelMachineSpec   *self,
                                                             HostelOs            *os);
/* What a recipe asks for at least where nobody has chosen. */
void                 hostel_machine_spec_apply_sizes        (HostelMachineSpec   *self,
                                                             const HostelMachineSizes *sizes);
HostelMachineSize    hostel_machine_spec_get_chosen         (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_chosen         (HostelMachineSpec   *self,
                                                             HostelMachineSize    chosen);
const char          *hostel_machine_spec_get_pool           (HostelMachineSpec   *self);
HostelNetworkKind    hostel_machine_spec_get_network_kind   (HostelMachineSpec   *self);
const char          *hostel_machine_spec_get_network        (HostelMachineSpec   *self);
void                 hostel_machine_spec_set_network        (HostelMachineSpec   *self,
                                                             HostelNetworkKind    kind,
                                                             const char          *network);
HostelDiskKind       hostel_machine_spec_get_disk_kind      (HostelMachineSpec   *self);
HostelFirmware       hostel_machine_spec_get_firmware       (HostelMachineSpec   *self);
gboolean             hostel_machine_spec_get_start          (HostelMachineSpec   *self);
gboolean             hostel_machine_spec_get_graphics       (HostelMachineSpec   *self);
gboolean             hostel_machine_spec_get_console_size   (HostelMachineSpec   *self);
const HostelInstallerFiles *
                     hostel_machine_spec_get_serial_installer (HostelMachineSpec *self);
HostelCloudConfig   *hostel_machine_spec_get_cloud_config   (HostelMachineSpec   *self);
HostelNetworkConfig *hostel_machine_spec_get_network_config (HostelMachineSpec   *self);
GBytes              *hostel_machine_spec_get_user_data      (HostelMachineSpec   *self);
gboolean             hostel_machine_spec_set_user_data      (HostelMachineSpec   *self,
                                                             GBytes              *user_data,
                                                             GError             **error);
/* The user-data that goes into the seed: the person's own bytes, or the cloud-config written out. */
const char          *hostel_machine_spec_get_login_key      (HostelMachineSpec   *self);
/* Whom ssh logs in as, NULL where nobody can or nobody is known. */
char                *hostel_machine_spec_dup_login_user     (HostelMachineSpec   *self);
HostelLogin         *hostel_machine_spec_dup_login          (HostelMachineSpec   *self);
/* How one gets in, in a sentence. */
char                *hostel_machine_spec_dup_way_in         (HostelMachineSpec   *self);
/* As below, with the login key and a shell for the form's new users. */
GBytes              *hostel_machine_spec_dup_seed_user_data (HostelMachineSpec   *self,
                                                             GError             **error);
GBytes              *hostel_machine_spec_dup_user_data      (HostelMachineSpec   *self,
                                                             GError             **error);

/* The sizes that nobody has chosen fit the host. */
void                 hostel_machine_spec_apply_host         (HostelMachineSpec   *self,
                                                             const HostelMachineLimits *limits);
/* One field's rule (a property name), or all of them; the error's message is the sentence that
 * stands beside the field. */
gboolean             hostel_machine_spec_validate_field     (HostelMachineSpec   *self,
                                                             const char          *field,
                                                             const HostelMachineLimits *limits,
                                                             GError             **error);
gboolean             hostel_machine_spec_validate           (HostelMachineSpec   *self,
                                                             const HostelMachineLimits *limits,
                                                             GError             **error);
/* More memory than is free, no way to log in...: told, not refused. */
GStrv                hostel_machine_spec_dup_warnings       (HostelMachineSpec   *self,
                                                             const HostelMachineLimits *limits);
/* The image is an installation disc: a new disk instead of the image's, and no seed. */
gboolean             hostel_machine_spec_is_installation    (HostelMachineSpec   *self);
/* "fedora01", "fedora02": the first that is not taken. */
char                *hostel_machine_spec_dup_free_name      (const char          *stem,
                                                             const char * const  *taken);
/* For the seed's meta-data: the cloud-config's host name, else one made from the machine's name. */
char                *hostel_machine_spec_dup_local_hostname (HostelMachineSpec   *self);

G_END_DECLS
