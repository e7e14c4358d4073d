/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked into every program of a build with address sanitizer, and into no other. */

#include <stddef.h>

#include <sanitizer/lsan_interface.h>

/* GLib allocates its first table of quarks, 2048 pointers, as it is loaded, and gives it up when a
 * program has more (gquark.c: readers take no lock). tests/lsan.supp could know that by its stack
 * alone, and GLib has no frame pointers to find it by. */
#define FIRST_QUARKS (2048 * sizeof (char *))

void __sanitizer_malloc_hook (const volatile void *pointer, size_t size);

static int is_loaded;

/* A program's own constructors run after those of its libraries. */
__attribute__ ((constructor)) static void
loaded (void)
{
  is_loaded = 1;
}

void
__sanitizer_malloc_hook (const volatile void *pointer,
                         size_t               size)
{
  if (!is_loaded && size == FIRST_QUARKS)
    __lsan_ignore_object ((const void *) pointer);
}
