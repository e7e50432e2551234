/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_ARENA_H
#define FNT_IAM_OBJECTS_ARENA_H

#include "base/span.h"

/* The memory of one set of rules: a hundred small lists and texts that are made together and freed together. Take freely, the
 * store remembers failure, check once at the end, as with buf. Start with STORE_EMPTY. */
typedef struct {
    struct store_block *blocks;
    bool failed; /* out of memory: what was asked for since is absent */
} store;

#define STORE_EMPTY ((store){NULL, false})

/* count * size bytes, all zero, aligned for any type; NULL on failure and where that is no byte. */
void *store_array(store *s, size_t count, size_t size);

/* A copy with a NUL behind it; absent on failure and of an absent text. */
span store_text(store *s, span text);

void store_free(store *s);

#endif
