/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_CACHE_SRCU_H
#define FNT_TOKEN_CACHE_SRCU_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* SRCU (sleepable read-copy-update) in 60 lines: readers use objects that a writer may unlink, and
 * neither waits for the other.
 *
 * A reader increments the count of its stripe before it loads a pointer, and decrements it after
 * the last use of what it points to. A writer unlinks first, then polls, never blocks, until every
 * stripe was seen at zero once: a grace period. Then nobody can hold what was unlinked: who held it
 * has left its stripe, and who came later found no pointer. (A stripe that is seen at zero once is
 * enough, and the stripes may be seen at different times.)
 *
 * All of these operations are sequentially consistent, the loads and stores of the pointers too.
 * With less, the reader's load could be done before its increment is visible, and the writer could
 * read a zero before its unlinking is.
 *
 * There are several stripes so that threads do not share a cache line. Threads are spread over them
 * by their identity; two in one stripe are slower, not wrong. A stripe also holds the statistics of
 * its readers, which then cost no cache line of their own; a hit costs not even an instruction, as
 * leaving the stripe counts it. */
enum { SRCU_STRIPES = 64, SRCU_STRIPE_BITS = 6, SRCU_LINE = 128 };

typedef struct {
    /* readers inside, in the low 20 bits; above them, how many have left with a hit */
    _Atomic uint64_t readers;
    _Atomic uint64_t misses;
    /* processors fetch lines of 64 bytes in pairs */
    char padding[SRCU_LINE - 2 * sizeof(uint64_t)];
} srcu_stripe;

#define SRCU_HIT (UINT64_C(1) << 20)
#define SRCU_READERS (SRCU_HIT - 1)

_Static_assert(sizeof(srcu_stripe) == SRCU_LINE, "stripes share no line");
_Static_assert(SRCU_STRIPES == 1 << SRCU_STRIPE_BITS && SRCU_STRIPES <= 64,
               "srcu_poll has a bit for each stripe");

/* The calling thread's. pthread_self is an address, and threads' addresses differ in their middle
 * bits: multiplying by a large odd number carries those to the top (Fibonacci hashing). */
static inline srcu_stripe *srcu_stripe_of_thread(srcu_stripe *stripes)
{
    uint64_t self = (uint64_t)(uintptr_t)pthread_self() * UINT64_C(0x9e3779b97f4a7c15);
    return &stripes[self >> (64 - SRCU_STRIPE_BITS)];
}

static inline void srcu_read_lock(srcu_stripe *stripe)
{
    atomic_fetch_add_explicit(&stripe->readers, 1, memory_order_seq_cst);
}

static inline void srcu_read_unlock(srcu_stripe *stripe, bool hit)
{
    assert((atomic_load_explicit(&stripe->readers, memory_order_relaxed) & SRCU_READERS) != 0);
    atomic_fetch_add_explicit(&stripe->readers, hit ? SRCU_HIT - 1 : (uint64_t)-1,
                              memory_order_seq_cst);
}

/* For writers. waiting: a bit for each stripe that was not seen at zero since the unlinking; all of
 * them at first. Answers those that are still to be seen; 0: the grace period is over. */
#define SRCU_ALL_STRIPES UINT64_MAX
static inline uint64_t srcu_poll(srcu_stripe *stripes, uint64_t waiting)
{
    for (int i = 0; i < SRCU_STRIPES; i++)
        if ((waiting >> i & 1) != 0 &&
            (atomic_load_explicit(&stripes[i].readers, memory_order_seq_cst) & SRCU_READERS) == 0)
            waiting &= ~(UINT64_C(1) << i);
    return waiting;
}

#endif
