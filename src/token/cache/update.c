/* SPDX-License-Identifier: MIT */
#include "token/cache/table.h"

#include "base/memory.h"

enum { DEFAULT_BYTES = 4096 };

/* ---- all of this under the writers' lock --------------------------------- */

static void entry_free(entry *e)
{
    token_free(e->token);
    keyset_unref(e->keyset);
    memory_free(e);
}

/* Frees what was taken out, once every reader has been seen outside since. */
static void reclaim(cache *c)
{
    if (c->retired == NULL)
        return;
    c->unseen_stripes = srcu_poll(c->stripes, c->unseen_stripes);
    if (c->unseen_stripes != 0)
        return;
    for (entry *e = c->retired, *next; e != NULL; e = next) {
        next = e->next;
        c->bytes -= e->bytes;
        entry_free(e);
    }
    c->retired = NULL;
}

static void take_out(cache *c, set *s, int way)
{
    entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
    atomic_store_explicit(&s->at[way], NULL, memory_order_seq_cst);
    e->next = c->retired;
    c->retired = e;
    c->unseen_stripes = UINT64_MAX; /* the whole list waits for its newest */
    c->entries--;
}

/* A place in the table. */
typedef struct {
    set *in; /* NULL: none */
    int way;
} slot;

/* One that is free, or holds what no longer counts. */
static slot free_slot(const cache *c, set *s)
{
    uint64_t generation = cache_generation(c);
    for (int way = 0; way < WAYS; way++) {
        const entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
        if (e == NULL || atomic_load_explicit(&e->generation, memory_order_relaxed) != generation)
            return (slot){s, way};
    }
    return (slot){NULL, 0};
}

/* In a full set, the first that was not asked for since the last search, from the hand on; each has
 * its second chance behind it then. */
static slot clock_victim(const cache *c, set *s)
{
    slot idle = {NULL, 0};
    for (int i = 0; i < WAYS; i++) {
        int way = (int)((c->clock_hand + (uint64_t)i) % WAYS);
        entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
        if (!atomic_exchange_explicit(&e->referenced, false, memory_order_relaxed) &&
            idle.in == NULL)
            idle = (slot){s, way};
    }
    return idle;
}

static slot choose_slot(cache *c, uint64_t tag)
{
    slot found = {NULL, 0};
    for (int i = 0; found.in == NULL && i < CHOICES; i++)
        found = free_slot(c, &c->sets[cache_set_of(c, tag, i)]);
    for (int i = 0; found.in == NULL && i < CHOICES; i++)
        found = clock_victim(c, &c->sets[cache_set_of(c, tag, i)]);
    if (found.in == NULL)
        found = (slot){&c->sets[cache_set_of(c, tag, 0)], (int)(c->clock_hand % WAYS)};
    c->clock_hand++;
    return found;
}

static void evict(cache *c, set *s, int way)
{
    if (atomic_load_explicit(&s->at[way], memory_order_relaxed) == NULL)
        return;
    take_out(c, s, way);
    c->evictions++;
}

/* One entry gives way, wherever the hand stands; what was asked for is passed over once. */
static void evict_any(cache *c)
{
    uint64_t slots = (c->mask + 1) * WAYS;
    for (uint64_t tries = 0; tries < 2 * slots; tries++) {
        uint64_t at = c->clock_hand++ % slots;
        set *s = &c->sets[at / WAYS];
        entry *e = atomic_load_explicit(&s->at[at % WAYS], memory_order_relaxed);
        if (e != NULL && !atomic_exchange_explicit(&e->referenced, false, memory_order_relaxed)) {
            evict(c, s, (int)(at % WAYS));
            return;
        }
    }
}

/* Makes room for one more of that size. False: readers still hold what was taken out, so it is not
 * this token's turn. */
static bool reserve(cache *c, size_t bytes)
{
    reclaim(c);
    while (c->entries > 0 && (c->entries >= c->max_entries || c->bytes + bytes > c->max_bytes)) {
        size_t before = c->entries;
        evict_any(c);
        reclaim(c);
        if (c->entries == before || c->retired != NULL)
            break;
    }
    return c->entries < c->max_entries && c->bytes + bytes <= c->max_bytes;
}

/* Two threads may have verified the same token at the same time: one entry is enough. */
static bool is_present(const cache *c, const entry *wanted)
{
    for (int i = 0; i < CHOICES * WAYS; i++) {
        const set *in = &c->sets[cache_set_of(c, wanted->tag, i / WAYS)];
        const entry *e = atomic_load_explicit(&in->at[i % WAYS], memory_order_relaxed);
        if (e != NULL && e->tag == wanted->tag && e->len == wanted->len &&
            memcmp(e->text, wanted->text, e->len) == 0)
            return true;
    }
    return false;
}

static void put(cache *c, slot to, entry *e)
{
    _Atomic uint64_t *fingerprint = &c->fingerprints[to.in - c->sets];
    uint64_t others =
        atomic_load_explicit(fingerprint, memory_order_relaxed) & ~(UINT64_C(0xff) << 8 * to.way);
    atomic_store_explicit(fingerprint, others | e->tag >> 56 << 8 * to.way, memory_order_relaxed);
    atomic_store_explicit(&to.in->at[to.way], e, memory_order_seq_cst);
    c->entries++;
    c->bytes += e->bytes;
}

static bool publish(cache *c, entry *e)
{
    if (e->bytes > c->max_bytes) /* never fits: nothing may give way for it */
        return false;
    if (atomic_load_explicit(&e->generation, memory_order_relaxed) != cache_generation(c) ||
        is_present(c, e))
        return false;
    slot to = choose_slot(c, e->tag);
    evict(c, to.in, to.way); /* first, for it may be all the room that is needed */
    if (!reserve(c, e->bytes))
        return false;
    put(c, to, e);
    return true;
}

static entry *entry_new(const cache *c, span text, fnt_token *token, const fnt_keyset *keyset,
                        uint64_t generation, span resource, fnt_status decision)
{
    entry *e = memory_alloc(sizeof *e + text.len + resource.len);
    if (e == NULL)
        return NULL;
    memcpy(e->text, text.at, text.len);
    e->tag = cache_hash(c, text);
    e->len = text.len;
    if (resource.len > 0) {
        memcpy(e->text + text.len, resource.at, resource.len);
        e->resource = (span){e->text + text.len, resource.len};
    }
    token_window(token, &e->from, &e->until);
    atomic_init(&e->generation, generation);
    e->decision = decision;
    e->token = token_ref(token);
    e->keyset = keyset_ref(keyset);
    e->bytes = sizeof *e + text.len + resource.len + token_bytes(token);
    return e;
}

void cache_insert(cache *c, span text, fnt_token *token, const fnt_keyset *keyset,
                  uint64_t generation, span resource, fnt_status decision)
{
    if (text.len < HASHED)
        return;
    entry *e = entry_new(c, text, token, keyset, generation, resource, decision);
    if (e == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    bool kept = publish(c, e);
    pthread_mutex_unlock(&c->lock);
    if (!kept)
        entry_free(e);
}

/* Whether a full verification would still choose the same key. */
static bool is_validated_by(const entry *e, const fnt_keyset *fresh)
{
    const crypto_key *then = NULL, *now = NULL;
    return keyset_find(e->keyset, e->token->kid, e->token->alg, &then, NULL) == FNT_OK &&
           keyset_find(fresh, e->token->kid, e->token->alg, &now, NULL) == FNT_OK &&
           crypto_same(then, now);
}

static void revalidate_entry(cache *c, set *s, int way, const fnt_keyset *fresh,
                             uint64_t generation)
{
    entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
    if (e == NULL)
        return;
    if (fresh == NULL ||
        atomic_load_explicit(&e->generation, memory_order_relaxed) != generation - 1 ||
        !is_validated_by(e, fresh)) {
        take_out(c, s, way);
        return;
    }
    keyset_unref(e->keyset);
    e->keyset = keyset_ref(fresh);
    atomic_store_explicit(&e->generation, generation, memory_order_relaxed);
}

void cache_revalidate(cache *c, const fnt_keyset *fresh)
{
    pthread_mutex_lock(&c->lock);
    /* from here on nothing counts ... */
    uint64_t generation = atomic_fetch_add_explicit(&c->generation, 1, memory_order_seq_cst) + 1;
    /* ... but what is vouched for anew */
    for (uint64_t i = 0; i <= c->mask; i++)
        for (int way = 0; way < WAYS; way++)
            revalidate_entry(c, &c->sets[i], way, fresh, generation);
    reclaim(c);
    pthread_mutex_unlock(&c->lock);
}

/* ---- making -------------------------------------------------------------- */

static void *align_to_line(void *memory)
{
    uintptr_t at = (uintptr_t)memory;
    return (char *)memory + (SRCU_LINE - at % SRCU_LINE) % SRCU_LINE;
}

static bool make_tables(cache *c)
{
    uint64_t sets = 1;
    while (sets * WAYS < 3 * c->max_entries) /* so that few sets are ever full */
        sets *= 2;
    c->mask = sets - 1;
    if (sets > (SIZE_MAX - SRCU_LINE) / sizeof(set))
        return false;
    /* more, to begin on a line of the processor */
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
    cache *c = memory_alloc(sizeof *c);
    if (c == NULL || pthread_mutex_init(&c->lock, NULL) != 0) {
        memory_free(c);
        return FNT_FAULT_MEMORY;
    }
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

/* When no reader can be there any more. */
static void clear(cache *c)
{
    for (uint64_t i = 0; c->sets != NULL && i <= c->mask; i++)
        for (int way = 0; way < WAYS; way++)
            if (c->sets[i].at[way] != NULL)
                take_out(c, &c->sets[i], way);
    for (entry *e = c->retired, *next; e != NULL; e = next) {
        next = e->next;
        entry_free(e);
    }
    c->retired = NULL;
}

void cache_free(cache *c)
{
    if (c == NULL)
        return;
    clear(c);
    pthread_mutex_destroy(&c->lock);
    memory_free(c->memory[0]);
    memory_free(c->memory[1]);
    memory_free(c->memory[2]);
    memory_free(c);
}

static uint64_t sum(cache *c, bool missed)
{
    uint64_t total = 0;
    for (int i = 0; i < SRCU_STRIPES; i++)
        total +=
            missed ? atomic_load_explicit(&c->stripes[i].missed, memory_order_relaxed)
                   : atomic_load_explicit(&c->stripes[i].readers, memory_order_relaxed) / SRCU_HIT;
    return total;
}

int64_t cache_stat(cache *c, int32_t which)
{
    pthread_mutex_lock(&c->lock);
    uint64_t entries = c->entries, bytes = c->bytes, evictions = c->evictions;
    pthread_mutex_unlock(&c->lock);
    switch (which) {
    case FNT_STAT_CACHE_HITS:
        return (int64_t)sum(c, false);
    case FNT_STAT_CACHE_MISSES:
        return (int64_t)sum(c, true);
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
