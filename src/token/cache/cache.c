/* SPDX-License-Identifier: MIT */
#include "token/cache/cache.h"

#include "base/memory.h"
#include "token/cache/table.h"

enum { DEFAULT_BYTES = 4096 };

/* ---- making and freeing -------------------------------------------------- */

/* memory: SRCU_LINE bytes longer than what is to stand in it. */
static void *align_to_line(void *memory)
{
    uintptr_t at = (uintptr_t)memory;
    return (char *)memory + (SRCU_LINE - at % SRCU_LINE) % SRCU_LINE;
}

/* Three slots for each entry, so that hardly any set is ever full. */
static bool make_tables(cache *c)
{
    uint64_t sets = 1;
    while (sets * WAYS < 3 * (uint64_t)c->max_entries)
        sets *= 2;
    c->mask = sets - 1;
    if (sets > (SIZE_MAX - SRCU_LINE) / sizeof(set))
        return false;
    c->memory[0] = memory_alloc((size_t)sets * sizeof(set) + SRCU_LINE);
    c->memory[1] = memory_alloc(SRCU_STRIPES * sizeof(srcu_stripe) + SRCU_LINE);
    c->memory[2] = memory_alloc_array((size_t)sets, sizeof *c->fingerprints);
    if (c->memory[0] == NULL || c->memory[1] == NULL || c->memory[2] == NULL)
        return false;
    c->sets = align_to_line(c->memory[0]);
    c->stripes = align_to_line(c->memory[1]);
    c->fingerprints = c->memory[2];
    return true;
}

fnt_status cache_new(size_t entries, size_t bytes, cache **out)
{
    assert(entries > 0);
    cache *c = memory_alloc(sizeof *c);
    if (c == NULL || pthread_mutex_init(&c->lock, NULL) != 0) {
        memory_free(c);
        return FNT_FAULT_MEMORY;
    }
    atomic_init(&c->generation, GENERATION_FIRST);
    c->max_entries = entries;
    c->max_bytes = bytes != 0                           ? bytes
                   : entries > SIZE_MAX / DEFAULT_BYTES ? SIZE_MAX
                                                        : entries * DEFAULT_BYTES;
    fnt_status status = make_tables(c) ? crypto_random(c->key, sizeof c->key) : FNT_FAULT_MEMORY;
    if (status == FNT_OK)
        *out = c;
    else
        cache_free(c);
    return status;
}

/* An entry in a slot is a list of one: only retired ones have a next. */
static void free_list(entry *first)
{
    for (entry *e = first, *next; e != NULL; e = next) {
        next = e->next;
        cache_entry_free(e);
    }
}

/* Nobody may be reading any more: no grace period is waited for. */
void cache_free(cache *c)
{
    if (c == NULL)
        return;
    for (uint64_t i = 0; c->sets != NULL && i <= c->mask; i++)
        for (int way = 0; way < WAYS; way++)
            free_list(atomic_load_explicit(&c->sets[i].at[way], memory_order_relaxed));
    free_list(c->retired);
    keyset_unref(c->replaced_keyset);
    keyset_unref(atomic_load_explicit(&c->keyset, memory_order_relaxed));
    revoked_unref(c->replaced_list);
    revoked_unref(atomic_load_explicit(&c->revoked, memory_order_relaxed));
    pthread_mutex_destroy(&c->lock);
    memory_free(c->memory[0]);
    memory_free(c->memory[1]);
    memory_free(c->memory[2]);
    memory_free(c);
}

/* ---- statistics ---------------------------------------------------------- */

static uint64_t sum_hits(cache *c)
{
    uint64_t total = 0;
    for (int i = 0; i < SRCU_STRIPES; i++)
        total += atomic_load_explicit(&c->stripes[i].readers, memory_order_relaxed) / SRCU_HIT;
    return total;
}

static uint64_t sum_misses(cache *c)
{
    uint64_t total = 0;
    for (int i = 0; i < SRCU_STRIPES; i++)
        total += atomic_load_explicit(&c->stripes[i].misses, memory_order_relaxed);
    return total;
}

int64_t cache_stat(cache *c, int32_t which)
{
    pthread_mutex_lock(&c->lock);
    uint64_t entries = c->entries, bytes = c->bytes, evictions = c->evictions;
    pthread_mutex_unlock(&c->lock);
    switch (which) {
    case FNT_STAT_CACHE_HITS:
        return (int64_t)sum_hits(c);
    case FNT_STAT_CACHE_MISSES:
        return (int64_t)sum_misses(c);
    case FNT_STAT_CACHE_ENTRIES:
        return (int64_t)entries;
    case FNT_STAT_CACHE_BYTES:
        return (int64_t)bytes;
    case FNT_STAT_CACHE_EVICTIONS:
        return (int64_t)evictions;
    default:
        return -1;
    }
}
