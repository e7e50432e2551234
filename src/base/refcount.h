/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_REFCOUNT_H
#define FNT_BASE_REFCOUNT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* The first member of objects that are shared and never change: a keyset is held by its creator and
 * by each verifier that uses it. */
typedef struct {
    atomic_size_t refs;
} refcount;

static inline void refcount_init(refcount *s)
{
    atomic_init(&s->refs, 1);
}

static inline void refcount_acquire(refcount *s)
{
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
}

/* True if that was the last reference: the caller frees the object. */
static inline bool refcount_release(refcount *s)
{
    return atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1;
}

#endif
