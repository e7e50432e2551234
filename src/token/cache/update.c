/* SPDX-License-Identifier: MIT */
#include "token/cache/table.h"

#include <sched.h>

#include "base/memory.h"

/* The life of an entry:
 *
 *     entry_new      made, without the lock
 *     publish        put into a slot, where readers find it
 *     revalidate     confirmed for a new keyset, or taken out
 *     take_out       unlinked: on the list of the retired, perhaps still read
 *     free_retired   freed, once the grace period is over
 *
 * Everything but the first runs under the writers' lock, and none of it waits for a reader: where
 * the grace period is not over, the next writer looks again. (A list of revocations is no entry:
 * see cache_set_revoked.) */

/* ---- taking out and freeing ---------------------------------------------- */

void cache_entry_free(entry *e)
{
    token_free(e->token);
    keyset_unref(e->keyset);
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

/* Clears the reference bit, and answers what it was. */
static bool was_referenced(entry *e)
{
    return atomic_exchange_explicit(&e->referenced, false, memory_order_relaxed);
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
    uint64_t generation = atomic_load_explicit(&e->generation, memory_order_relaxed);
    if (!generations_agree(generation, cache_generation(c), GENERATION_KEYSET) || is_present(c, e))
        return false;
    slot to = choose_slot(c, e->tag);
    if (atomic_load_explicit(&to.in->at[to.way], memory_order_relaxed) != NULL)
        evict(c, to.in, to.way); /* first, as that may free all the bytes that are needed */
    if (!make_room(c, e->bytes))
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
    bool stored = publish(c, e);
    pthread_mutex_unlock(&c->lock);
    if (!stored)
        cache_entry_free(e);
}

/* ---- a new keyset -------------------------------------------------------- */

/* Whether a full verification would still choose the same key, by the same name. */
static bool is_validated_by(const entry *e, const fnt_keyset *fresh)
{
    const named_key *then = NULL, *now = NULL;
    return keyset_find(e->keyset, e->token->kid, e->token->alg, &then, NULL) == FNT_OK &&
           keyset_find(fresh, e->token->kid, e->token->alg, &now, NULL) == FNT_OK &&
           crypto_equal(then->key, now->key) && span_equal(named_key_id(now), e->token->key_id);
}

/* Whether the token is revoked is left as it was: a reader may be confirming that right now. */
static void confirm_keyset(entry *e, uint64_t generation)
{
    uint64_t before = atomic_load_explicit(&e->generation, memory_order_relaxed);
    /* Keysets pass under the writers' lock, and none leaves an entry behind. */
    assert(generations_agree(before, generation - GENERATION_NEXT_KEYSET, GENERATION_KEYSET));
    atomic_store_explicit(&e->generation,
                          (generation & GENERATION_KEYSET) | (before & GENERATION_REVOKED),
                          memory_order_relaxed);
}

static void revalidate(cache *c, set *s, int way, const fnt_keyset *fresh, uint64_t generation)
{
    entry *e = atomic_load_explicit(&s->at[way], memory_order_relaxed);
    if (e == NULL)
        return;
    if (fresh == NULL || !is_validated_by(e, fresh)) {
        take_out(c, s, way);
        return;
    }
    keyset_unref(e->keyset);
    e->keyset = keyset_ref(fresh);
    confirm_keyset(e, generation);
}

void cache_revalidate(cache *c, const fnt_keyset *fresh)
{
    pthread_mutex_lock(&c->lock);
    /* from here on no entry counts, but for those that are confirmed one by one */
    uint64_t generation =
        GENERATION_NEXT_KEYSET +
        atomic_fetch_add_explicit(&c->generation, GENERATION_NEXT_KEYSET, memory_order_seq_cst);
    for (uint64_t i = 0; i <= c->mask; i++)
        for (int way = 0; way < WAYS; way++)
            revalidate(c, &c->sets[i], way, fresh, generation);
    reclaim(c);
    pthread_mutex_unlock(&c->lock);
}

/* ---- a new list of revocations ------------------------------------------- */

static bool may_free_retired_list(cache *c)
{
    c->list_unseen_stripes = srcu_poll(c->stripes, c->list_unseen_stripes);
    if (c->list_unseen_stripes != 0)
        return false;
    revoked_unref(c->retired_list);
    c->retired_list = NULL;
    return true;
}

/* The list first, then the number: the new number is seen with the new list or a later one. */
void cache_set_revoked(cache *c, const fnt_revoked *list)
{
    while (!may_free_retired_list(c))
        (void)sched_yield();
    c->retired_list =
        atomic_exchange_explicit(&c->revoked, revoked_ref(list), memory_order_seq_cst);
    atomic_fetch_add_explicit(&c->generation, 1, memory_order_seq_cst);
    c->list_unseen_stripes = SRCU_ALL_STRIPES;
    (void)may_free_retired_list(c);
}
