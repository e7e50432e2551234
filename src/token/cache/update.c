/* SPDX-License-Identifier: MIT */
#include "token/cache/table.h"

#include "base/memory.h"

/* The life of an entry:
 *
 *     entry_new      made, without the lock
 *     publish        put into a slot, where readers find it
 *     take_out       unlinked: on the list of the retired, perhaps still read
 *     free_retired   freed, once the grace period is over
 *
 * Everything but the first runs under the writers' lock, and none of it waits for a reader: where
 * the grace period is not over, the next writer looks again. Whether it still counts after a new
 * keyset or list is found out by its first reader (confirm in lookup.c). */

/* ---- taking out and freeing ---------------------------------------------- */

void cache_entry_free(entry *e)
{
    token_free(e->token);
    crypto_free(e->key);
    memory_free(e);
}

static void free_retired(cache *c)
{
    for (entry *e = c->retired, *next; e != NULL; e = next) {
        next = e->next;
        c->bytes -= e->bytes;
        cache_entry_free(e);
    }
    c->retired = NULL;
}

/* Frees what was taken out, if the grace period is over; else a later call will. */
static void reclaim(cache *c)
{
    if (c->retired == NULL)
        return;
    c->unseen_stripes = srcu_poll(c->stripes, c->unseen_stripes);
    if (c->unseen_stripes == 0)
        free_retired(c);
}

/* Unlinks an entry. Its fingerprint stays, as a false positive, until the slot is used again. */
static void take_out(cache *c, set *s, int way)
{
    entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
    atomic_store_explicit(&s->at[way], NULL, memory_order_seq_cst);
    e->next = c->retired;
    c->retired = e;
    c->unseen_stripes = SRCU_ALL_STRIPES; /* one grace period for the whole list, begun anew */
    c->entries--;
}

/* ---- eviction: CLOCK ----------------------------------------------------- */

static void evict(cache *c, set *s, int way)
{
    take_out(c, s, way);
    c->evictions++;
}

static bool is_dead(const entry *e)
{
    return atomic_load_explicit(&e->generation, memory_order_relaxed) == GENERATION_NEVER;
}

/* Clears the reference bit, and answers what it was. What can't count again is not spared. */
static bool was_referenced(entry *e)
{
    return !is_dead(e) && atomic_exchange_explicit(&e->referenced, false, memory_order_relaxed);
}

/* A slot of the table. */
typedef struct {
    set *in; /* NULL: none */
    int way;
} slot;

static slot free_slot(set *s)
{
    for (int way = 0; way < WAYS; way++)
        if (atomic_load_explicit(&s->at[way], memory_order_relaxed) == NULL)
            return (slot){s, way};
    return (slot){NULL, 0};
}

/* CLOCK within one full set: from the hand on, the first entry whose reference bit is clear; the
 * bits of those passed are cleared, which was their second chance. None if all were set. */
static slot clock_victim(const cache *c, set *s)
{
    for (uint64_t i = 0; i < WAYS; i++) {
        int way = (int)((c->clock_hand + i) % WAYS);
        if (!was_referenced(atomic_load_explicit(&s->at[way], memory_order_relaxed)))
            return (slot){s, way};
    }
    return (slot){NULL, 0};
}

/* For a new entry: a free slot in one of its sets; where both are full, that of a victim, and where
 * all sixteen were referenced, the one under the hand. */
static slot choose_slot(cache *c, uint64_t tag)
{
    slot found = {NULL, 0};
    for (int i = 0; found.in == NULL && i < CHOICES; i++)
        found = free_slot(&c->sets[cache_set_of(c, tag, i)]);
    for (int i = 0; found.in == NULL && i < CHOICES; i++)
        found = clock_victim(c, &c->sets[cache_set_of(c, tag, i)]);
    if (found.in == NULL)
        found = (slot){&c->sets[cache_set_of(c, tag, 0)], (int)(c->clock_hand % WAYS)};
    c->clock_hand++;
    return found;
}

/* CLOCK over all of the table, for the bounds on entries and bytes. Two rounds of the hand find a
 * victim if there is an entry: the first round clears the bits. */
static void evict_any(cache *c)
{
    uint64_t slots = (c->mask + 1) * WAYS;
    for (uint64_t tries = 0; tries < 2 * slots; tries++) {
        uint64_t at = c->clock_hand++ % slots;
        set *s = &c->sets[at / WAYS];
        entry *e = atomic_load_explicit(&s->at[at % WAYS], memory_order_relaxed);
        if (e != NULL && !was_referenced(e)) {
            evict(c, s, (int)(at % WAYS));
            return;
        }
    }
}

/* Evicts until one more entry of that size fits. False: what was evicted is still being read, so
 * its bytes are not free yet; a new token is then not stored, rather than waited for. */
static bool make_room(cache *c, size_t bytes)
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

/* ---- a new token --------------------------------------------------------- */

/* Whether what keeps the one keeps the other: the same key, by the same name. */
static bool counts_like(const entry *e, const entry *other)
{
    return !is_dead(e) && crypto_equal(e->key, other->key) &&
           span_equal(e->token->key_id, other->token->key_id);
}

/* Two threads may have verified the same token at the same time: one entry is enough. One that was
 * verified by a key that is gone makes way. */
static bool is_present(cache *c, const entry *wanted)
{
    for (int i = 0; i < CHOICES * WAYS; i++) {
        set *in = &c->sets[cache_set_of(c, wanted->tag, i / WAYS)];
        const entry *e = atomic_load_explicit(&in->at[i % WAYS], memory_order_relaxed);
        if (e == NULL || e->tag != wanted->tag || e->len != wanted->len ||
            memcmp(e->text, wanted->text, e->len) != 0)
            continue;
        if (counts_like(e, wanted))
            return true;
        take_out(c, in, i % WAYS);
    }
    return false;
}

/* A reader between the two stores misses; nothing worse. */
static void put(cache *c, slot to, entry *e)
{
    _Atomic uint64_t *fingerprints = &c->fingerprints[to.in - c->sets];
    uint64_t others =
        atomic_load_explicit(fingerprints, memory_order_relaxed) & ~(UINT64_C(0xff) << 8 * to.way);
    atomic_store_explicit(fingerprints, others | (uint64_t)cache_fingerprint(e->tag) << 8 * to.way,
                          memory_order_relaxed);
    atomic_store_explicit(&to.in->at[to.way], e, memory_order_seq_cst);
    c->entries++;
    c->bytes += e->bytes;
}

static bool publish(cache *c, entry *e)
{
    if (e->bytes > c->max_bytes) /* never fits: nothing may be evicted for it */
        return false;
    if (is_present(c, e) || !make_room(c, e->bytes))
        return false;
    slot to = choose_slot(c, e->tag);
    if (atomic_load_explicit(&to.in->at[to.way], memory_order_relaxed) != NULL)
        evict(c, to.in, to.way);
    put(c, to, e);
    return true;
}

static entry *entry_new(const cache *c, span text, fnt_token *token, const fnt_keyset *keyset,
                        uint64_t generation, span resource, fnt_status decision)
{
    const named_key *by = keyset_find_again(keyset, token->kid, token->alg, token->key_id);
    entry *e = memory_alloc(sizeof *e + text.len + resource.len);
    if (e == NULL || by == NULL) {
        memory_free(e);
        return NULL;
    }
    memcpy(e->text, text.at, text.len);
    e->tag = cache_tag(c, text);
    e->len = text.len;
    if (resource.len > 0) {
        memcpy(e->text + text.len, resource.at, resource.len);
        e->resource = (span){e->text + text.len, resource.len};
    }
    token_window(token, &e->from, &e->until);
    atomic_init(&e->generation, generation);
    e->decision = decision;
    e->token = token_ref(token);
    e->key = crypto_ref(by->key);
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
    bool stored = publish(c, e);
    pthread_mutex_unlock(&c->lock);
    if (!stored)
        cache_entry_free(e);
}

/* ---- what comes into force ----------------------------------------------- */

bool cache_free_replaced(cache *c)
{
    c->replaced_unseen_stripes = srcu_poll(c->stripes, c->replaced_unseen_stripes);
    if (c->replaced_unseen_stripes != 0)
        return false;
    keyset_unref(c->replaced_keyset);
    revoked_unref(c->replaced_list);
    c->replaced_keyset = NULL;
    c->replaced_list = NULL;
    return true;
}

/* After the keyset or list: whoever sees the new number finds the new one or a later one. */
static void begin_generation(cache *c)
{
    atomic_fetch_add_explicit(&c->generation, 1, memory_order_seq_cst);
    c->replaced_unseen_stripes = SRCU_ALL_STRIPES;
}

void cache_set_keyset(cache *c, const fnt_keyset *fresh)
{
    assert(c->replaced_keyset == NULL && c->replaced_list == NULL);
    c->replaced_keyset =
        atomic_exchange_explicit(&c->keyset, keyset_ref(fresh), memory_order_seq_cst);
    begin_generation(c);
}

void cache_set_revoked(cache *c, const fnt_revoked *list)
{
    assert(c->replaced_keyset == NULL && c->replaced_list == NULL);
    c->replaced_list =
        atomic_exchange_explicit(&c->revoked, revoked_ref(list), memory_order_seq_cst);
    begin_generation(c);
}
