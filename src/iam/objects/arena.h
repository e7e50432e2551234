/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_ARENA_H
#define FNT_IAM_OBJECTS_ARENA_H

#include "base/span.h"

/* The memory of one set of rules: a hundred small lists and texts that are made together and freed
 * together. Take freely, the store remembers failure, check once at the end, as with buf. Start
 * with ARENA_EMPTY. */
typedef struct {
    struct arena_block *blocks;
    bool failed; /* out of memory: what was asked for since is absent */
} arena;

#define ARENA_EMPTY ((arena){NULL, false})

/* count * size bytes, all zero, aligned for any type; NULL on failure and where that is no byte. */
void *arena_alloc_array(arena *s, size_t count, size_t size);

/* A copy with a NUL behind it; absent on failure and of an absent text. */
span arena_strndup(arena *s, span text);

void arena_free(arena *s);

#endif
