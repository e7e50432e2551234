/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_CACHE_SRCU_H
#define FNT_TOKEN_CACHE_SRCU_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How readers look at objects that a writer may take away, without a lock: a reader says "I am
 * reading" in a word of his own before he loads a pointer, and "no longer" when he has done with
 * what it points to. A writer first takes the pointer away and then waits, idly, until he has seen
 * every word at rest once: whoever still held the object has left by then, and whoever came later
 * found no pointer. Both sides use sequentially consistent operations, or each could miss what the
 * other wrote.
 *
 * Threads are spread over the words by their identity; two that share one are slower, not wrong.
 * The same word counts what was found, so that counting costs nothing and no two threads write one
 * word for it. */
enum { SRCU_STRIPES = 64, SRCU_LINE = 128 };

typedef struct {
    _Atomic uint64_t readers; /* readers inside, in the low bits; what they found, above */
    _Atomic uint64_t missed;
    /* of the processor's lines, which come in pairs */
    char padding[SRCU_LINE - 2 * sizeof(uint64_t)];
} srcu_stripe;

#define SRCU_HIT (UINT64_C(1) << 20)
#define SRCU_READERS (SRCU_HIT - 1)

/* The calling thread's. Thread identities are addresses a few pages apart: their middle bits
 * differ. */
static inline srcu_stripe *srcu_stripe_of_thread(srcu_stripe *stripes)
{
    uint64_t self = (uint64_t)(uintptr_t)pthread_self() * UINT64_C(0x9e3779b97f4a7c15);
    return &stripes[self >> 58];
}

static inline void srcu_read_lock(srcu_stripe *stripe)
{
    atomic_fetch_add_explicit(&stripe->readers, 1, memory_order_seq_cst);
}

static inline void srcu_count_miss(srcu_stripe *stripe) /* inside or not */
{
    atomic_fetch_add_explicit(&stripe->missed, 1, memory_order_relaxed);
}

static inline void srcu_read_unlock(srcu_stripe *stripe, bool found)
{
    atomic_fetch_add_explicit(&stripe->readers, found ? SRCU_HIT - 1 : (uint64_t)-1,
                              memory_order_seq_cst);
}

/* For writers: the stripes of waiting (a bit each) that have not been at rest since. 0: nobody
 * holds what was taken away before. */
static inline uint64_t srcu_poll(srcu_stripe *stripes, uint64_t waiting)
{
    for (int i = 0; i < SRCU_STRIPES; i++)
        if ((waiting >> i & 1) != 0 &&
            (atomic_load_explicit(&stripes[i].readers, memory_order_seq_cst) & SRCU_READERS) == 0)
            waiting &= ~(UINT64_C(1) << i);
    return waiting;
}

#endif
