/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOSTEL_ERROR (hostel_error_quark ())

/**
 * HostelError:
 * @HOSTEL_ERROR_FAILED: none of the others; the message tells the cause
 * @HOSTEL_ERROR_INVALID: input that a person can correct
 * @HOSTEL_ERROR_EXISTS: a name is taken
 * @HOSTEL_ERROR_NOT_FOUND: a file, machine, network or pool is not there
 * @HOSTEL_ERROR_DENIED: this user may not do that
 * @HOSTEL_ERROR_HOST_LACKS: the host lacks something needed (hostel-cli exits with 3)
 * @HOSTEL_ERROR_NO_SPACE: a pool or file system is full
 * @HOSTEL_ERROR_WRONG_STATE: the machine is not in a state in which this can be done
 * @HOSTEL_ERROR_TAKEN: another client holds the console
 * @HOSTEL_ERROR_DISCONNECTED: the connection to libvirt is gone
 * @HOSTEL_ERROR_TIMED_OUT: no answer in the time given
 * @HOSTEL_ERROR_UNSUPPORTED: this libvirt, hypervisor or image cannot do that
 *
 * Codes of %HOSTEL_ERROR. A cancelled operation is %G_IO_ERROR_CANCELLED.
 */
typedef enum
{
  HOSTEL_ERROR_FAILED,
  HOSTEL_ERROR_INVALID,
  HOSTEL_ERROR_EXISTS,
  HOSTEL_ERROR_NOT_FOUND,
  HOSTEL_ERROR_DENIED,
  HOSTEL_ERROR_HOST_LACKS,
  HOSTEL_ERROR_NO_SPACE,
  HOSTEL_ERROR_WRONG_STATE,
  HOSTEL_ERROR_TAKEN,
  HOSTEL_ERROR_DISCONNECTED,
  HOSTEL_ERROR_TIMED_OUT,
  HOSTEL_ERROR_UNSUPPORTED,
} HostelError;

GQuark      hostel_error_quark       (void);
GError     *hostel_error_new         (HostelError   code,
                                      const char   *remedy,
                                      const char   *details,
                                      const char   *format,
                                      ...) G_GNUC_PRINTF (4, 5);
void        hostel_error_set         (GError      **error,
                                      HostelError   code,
                                      const char   *remedy,
                                      const char   *details,
                                      const char   *format,
                                      ...) G_GNUC_PRINTF (5, 6);
void        hostel_error_set_line    (GError      **error,
                                      guint         line);
guint       hostel_error_get_line    (const GError *error);
const char *hostel_error_get_remedy  (const GError *error);
const char *hostel_error_get_details (const GError *error);
char       *hostel_error_to_line     (const GError *error);

G_END_DECLS
