/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_NEAREST_H
#define FNTOKEN_LIB_BASE_NEAREST_H

#include <stddef.h>

/* "Did you mean": of the words that are tried, the one that what was written is the beginning of,
 * or from which it differs by the fewest letters added, left out, changed or swapped with the next
 * one. Start with {written, NULL, 0}; word stays NULL where none is near. */
typedef struct {
    const char *written, *word;
    size_t distance;
} nearest;

void nearest_try(nearest *n, const char *word);

#endif
