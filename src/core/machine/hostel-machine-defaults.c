/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "hostel-machine-defaults"

#include "config.h"

#include "hostel-machine-defaults.h"
#include "hostel-machine-spec-private.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

/* What a machine gets whose system is not known to libosinfo: a cloud image of today boots and
 * installs packages in it. */
#define FALLBACK_MEMORY 2048
#define FALLBACK_VCPUS 2
#define FALLBACK_DISK_SIZE (10 * GIB)

/* Less than this does not boot a cloud image, even where it is more than half of the host. */
#define LEAST_MEMORY 256

/* Half of the host is left to the host where the system runs in the other half. */
static guint
fit_memory (guint                     memory,
            const HostelMachineNeeds *needs)
{
  guint64 least = MAX (needs->system_memory, LEAST_MEMORY);
  guint64 most = MIN (MAX (needs->host_memory / 2, least), needs->host_memory);

  return needs->host_memory > 0 ? (guint) MIN (memory, most) : memory;
}

/**
 * hostel_machine_sizes_set_default:
 * @self: (out): the sizes
 * @needs: what they have to fit
 *
 * The one policy for what a machine gets where nobody says otherwise, in the window and on the
 * command line: what libosinfo recommends for the image's system, or 2 GiB of memory and 10 GiB of
 * disk (20 GiB to install on) where it knows nothing; two vCPUs at least; more where a recipe asks
 * for it; a disk that is never smaller than the image's. A default is never refused: memory is
 * lowered to half of what the host has (to no less than the system needs, where the host has that),
 * vCPUs to what the host has.
 */
void
hostel_machine_sizes_set_default (HostelMachineSizes       *self,
                                  const HostelMachineNeeds *needs)
{
  const HostelMachineSizes *system;
  const HostelMachineSizes *recipe;

  g_return_if_fail (self != NULL);
  g_return_if_fail (needs != NULL);

  system = &needs->system;
  recipe = &needs->recipe;

  self->memory = system->memory > 0 ? system->memory : MAX (needs->system_memory, FALLBACK_MEMORY);
  self->memory = fit_memory (MAX (self->memory, recipe->memory), needs);

  self->vcpus = MAX (MAX (system->vcpus, FALLBACK_VCPUS), recipe->vcpus);
  if (needs->host_vcpus > 0)
    self->vcpus = MIN (self->vcpus, needs->host_vcpus);

  if (system->disk_size > 0)
    self->disk_size = system->disk_size;
  else
    self->disk_size = needs->installation ? HOSTEL_MACHINE_SPEC_INSTALL_DISK : FALLBACK_DISK_SIZE;
  self->disk_size = MAX (MAX (self->disk_size, recipe->disk_size), needs->image_size);
}

/* Brings the sizes that nobody has chosen in line with image, system, recipe and host. */
void
hostel_machine_spec_follow (HostelMachineSpec *self)
{
  HostelMachineSizes sizes;

  self->needs.image_size = self->image != NULL ? hostel_image_get_virtual_size (self->image) : 0;
  self->needs.installation = hostel_machine_spec_is_installation (self);
  hostel_machine_sizes_set_default (&sizes, &self->needs);
  hostel_machine_spec_take_sizes (self, &sizes);
}

/**
 * hostel_machine_spec_apply_host:
 * @self: a specification
 * @limits: (nullable): the host's, %NULL where it is not known
 *
 * Sizes that were chosen stay.
 */
void
hostel_machine_spec_apply_host (HostelMachineSpec         *self,
                                const HostelMachineLimits *limits)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->needs.host_memory = limits != NULL ? limits->memory : 0;
  self->needs.host_vcpus = limits != NULL ? limits->vcpus : 0;
  hostel_machine_spec_follow (self);
}

/**
 * hostel_machine_spec_apply_os:
 * @self: a specification
 * @os: (nullable): the operating system of its image, %NULL where it is not known
 *
 * Sets the OS. Memory, vCPUs and disk follow what libosinfo recommends for it, unless they were
 * chosen.
 */
void
hostel_machine_spec_apply_os (HostelMachineSpec *self,
                              HostelOs          *os)
{
  HostelMachineNeeds *needs;

  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));
  g_return_if_fail (os == NULL || HOSTEL_IS_OS (os));

  needs = &self->needs;
  needs->system.memory = os != NULL ? hostel_os_get_memory (os) : 0;
  needs->system.vcpus = os != NULL ? hostel_os_get_vcpus (os) : 0;
  needs->system.disk_size = os != NULL ? hostel_os_get_disk_size (os) : 0;
  needs->system_memory = os != NULL ? hostel_os_get_memory_minimum (os) : 0;
  hostel_machine_spec_set_os_id (self, os != NULL ? hostel_os_get_id (os) : "");
  hostel_machine_spec_follow (self);
}

/**
 * hostel_machine_spec_apply_sizes:
 * @self: a specification
 * @sizes: (nullable): what a recipe asks for at least, %NULL for nothing
 *
 * Sizes that were chosen stay.
 */
void
hostel_machine_spec_apply_sizes (HostelMachineSpec        *self,
                                 const HostelMachineSizes *sizes)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->needs.recipe = sizes != NULL ? *sizes : (HostelMachineSizes) { 0 };
  hostel_machine_spec_follow (self);
}

/**
 * hostel_machine_spec_get_chosen:
 * @self: a specification
 *
 * Returns: the sizes that somebody has set; the others follow image, system, recipe and host
 */
HostelMachineSize
hostel_machine_spec_get_chosen (HostelMachineSpec *self)
{
  g_return_val_if_fail (HOSTEL_IS_MACHINE_SPEC (self), 0);

  return self->chosen;
}

/**
 * hostel_machine_spec_set_chosen:
 * @self: a specification
 * @chosen: the sizes that stay as they are; the others become the default ones
 */
void
hostel_machine_spec_set_chosen (HostelMachineSpec *self,
                                HostelMachineSize  chosen)
{
  g_return_if_fail (HOSTEL_IS_MACHINE_SPEC (self));

  self->chosen = chosen;
  hostel_machine_spec_follow (self);
}
