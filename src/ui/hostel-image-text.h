#pragma once

#include "hostel-image.h"
#include "hostel-os-list.h"

G_BEGIN_DECLS

char *hostel_size_to_text          (guint64             bytes);
char *hostel_size_to_display       (guint64             bytes);
char *hostel_image_dup_description (HostelImage        *image,
                                    HostelOs           *os);
char *hostel_path_expand           (const char         *text);
char *hostel_path_shorten          (const char         *path);
char *hostel_image_text_dup_use    (const char         *size,
                                    const char * const *users);

G_END_DECLS
