/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_MEMORY_H
#define FNT_BASE_MEMORY_H

#include <stddef.h>

#include "base/span.h"

/* Blocks know their size and are wiped before they are freed, whether they held a secret or not.
 * Everything that the library allocates itself comes from here, so that fnt_free can release any
 * text that was handed out. */

/* size bytes, all zero; NULL when there is no memory or size is absurd. Aligned for any type. */
void *memory_alloc(size_t size);

/* count * size bytes, or NULL, also when the product overflows. */
void *memory_alloc_array(size_t count, size_t size);

/* An array with space for an element after its first count ones, of size bytes each: array itself,
 * or a larger copy in its stead. NULL when there is no memory; array is then as it was. An array
 * starts as NULL with a count of 0. */
void *memory_grow_array(void *array, size_t count, size_t size);

/* A NUL-terminated copy; NULL when there is no memory. An absent span gives an empty text. */
char *memory_strndup(span text);

/* block: from the calls above, or NULL. */
void memory_free(void *block);

/* The size that was requested; 0 for NULL. */
size_t memory_size(const void *block);

/* Overwrites size bytes so that the compiler can't drop it. */
void memory_cleanse(void *at, size_t size);

/* In time that depends on len alone (rule 47). */
bool memory_equal(const void *a, const void *b, size_t len);

#endif
