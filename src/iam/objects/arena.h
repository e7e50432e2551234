/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_ARENA_H
#define FNT_IAM_OBJECTS_ARENA_H

#include "base/span.h"

/* The memory of one set of rules: hundreds of small arrays and strings that are made together and
 * freed together. Allocate freely, the arena remembers failure, check once at the end, as with buf.
 * Start with ARENA_EMPTY. */
typedef struct {
    struct arena_block *blocks; /* the newest first; only it has free bytes that are used */
    bool failed;                /* out of memory: what was asked for since is absent */
} arena;

#define ARENA_EMPTY ((arena){NULL, false})

/* count * size bytes, all zero, aligned for any type. NULL on failure, and of 0 bytes. */
void *arena_alloc_array(arena *a, size_t count, size_t size);

/* A copy with a NUL behind it; absent on failure and of an absent text. */
span arena_strndup(arena *a, span text);

void arena_free(arena *a);

#endif
