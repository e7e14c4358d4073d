/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What user-data consists of when cloud-init has taken it apart: gzip, MIME and archives. */

typedef enum
{
  HOSTEL_USER_DATA_PART_IGNORED, /* cloud-init knows nothing to do with it */
  HOSTEL_USER_DATA_PART_CLOUD_CONFIG,
  HOSTEL_USER_DATA_PART_PATCH,   /* of JSON, to the cloud-configs before it */
  HOSTEL_USER_DATA_PART_ARCHIVE,
  HOSTEL_USER_DATA_PART_SCRIPT,
  HOSTEL_USER_DATA_PART_BOOTHOOK,
  HOSTEL_USER_DATA_PART_INCLUDE, /* addresses of more user-data */
  HOSTEL_USER_DATA_PART_HANDLER, /* a program that handles further types */
  HOSTEL_USER_DATA_PART_TEMPLATE,
} HostelUserDataPartType;

typedef struct
{
  HostelUserDataPartType  type;
  char                   *text;    /* owned; ends with a NUL that is not counted */
  gsize                   length;
  guint                   line;    /* lines of the file before it */
  gboolean                encoded; /* its lines are not the file's */
  gboolean                spoiled; /* has characters that cloud-init loses on the way */
} HostelUserDataPart;

/* hostel-user-data-part.c */
HostelUserDataPartType  hostel_user_data_detect   (const char              *text,
                                                   HostelUserDataPartType   fallback);
const char             *hostel_user_data_skip     (const char              *text);
gboolean                hostel_user_data_is_wrapped (const char            *data,
                                                     gsize                  size);
GPtrArray              *hostel_user_data_split    (GBytes                  *user_data,
                                                   GError                 **error);

/* hostel-user-data-mime.c */
typedef void (*HostelMimeFunc) (const char *type,
                                char       *text,
                                gsize       length,
                                guint       line,
                                gboolean    encoded,
                                gboolean    spoiled,
                                gpointer    user_data);

gboolean                hostel_mime_has_header    (const char              *text,
                                                   const char              *end);
gboolean                hostel_mime_append_raw    (GString                 *bytes,
                                                   const char              *text);
void                    hostel_mime_foreach       (const char              *text,
                                                   gsize                    length,
                                                   HostelMimeFunc           func,
                                                   gpointer                 user_data);

G_END_DECLS
