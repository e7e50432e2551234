/* SPDX-License-Identifier: MIT */
#include "token/cache/cache.h"

#include "base/word.h"
#include "token/cache/table.h"

#if defined(__GNUC__)
#define RARE __attribute__((noinline, cold))
#else
#define RARE
#endif

/* ---- the tag ------------------------------------------------------------- */

/* The two halves of the product, folded: every bit of a and b has a say in every bit. */
static uint64_t mix(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), high = (a >> 32) * (b >> 32);
    uint64_t cross = (a >> 32) * (b & UINT32_MAX) + (low >> 32),
             other = (a & UINT32_MAX) * (b >> 32) + (cross & UINT32_MAX);
    return (other << 32 | (low & UINT32_MAX)) ^ (high + (cross >> 32) + (other >> 32));
#endif
}

uint64_t cache_tag(const cache *c, span text)
{
    assert(text.len >= HASHED);
    const char *last = text.at + text.len - HASHED;
    return mix(word_load(last) ^ c->key[0], word_load(last + 8) ^ c->key[1]) ^
           mix(word_load(last + 16) ^ c->key[2], word_load(last + 24) ^ c->key[3]);
}

/* ---- finding ------------------------------------------------------------- */

/* The ways whose fingerprint is the tag's: the top bit in the byte of each. May be stale or a false
 * positive: it only selects ways to probe. Read before the read lock, because later loads wait for
 * that locked instruction. */
static inline uint64_t matching_ways(const cache *c, uint64_t in, uint64_t tag)
{
    return word_zeros(atomic_load_explicit(&c->fingerprints[in], memory_order_relaxed) ^
                      word_repeat((char)cache_fingerprint(tag)));
}

/* Whether a full verification would say yes to it now. */
static bool counts(const cache *c, const entry *e, int64_t now)
{
    return e->from <= now && now < e->until &&
           atomic_load_explicit(&e->generation, memory_order_relaxed) ==
               atomic_load_explicit(&c->generation, memory_order_acquire);
}

/* memcmp may leave early, and its time then tells how far the texts agree; but who got the keyed
 * tag right sent the very signature, so there is nothing left to find out (rule 24). */
static inline bool is_for(const cache *c, const entry *e, uint64_t tag, span text, int64_t now)
{
    return e->tag == tag && e->len == text.len && memcmp(e->text, text.at, text.len) == 0 &&
           counts(c, e, now);
}

/* Tests before it sets: a store by every reader would pass the line from one processor to the next.
 */
static inline void mark_referenced(entry *e)
{
    if (!atomic_load_explicit(&e->referenced, memory_order_relaxed))
        atomic_store_explicit(&e->referenced, true, memory_order_relaxed);
}

/* From here to the read unlock: inside the read lock, as no entry may be looked at outside. */
static inline entry *probe(const cache *c, uint64_t in, uint64_t ways, uint64_t tag, span text,
                           int64_t now)
{
    for (; ways != 0; ways &= ways - 1) {
        entry *e =
            atomic_load_explicit(&c->sets[in].at[word_lowest(ways) / 8], memory_order_seq_cst);
        if (e != NULL && is_for(c, e, tag, text, now)) {
            mark_referenced(e);
            return e;
        }
    }
    return NULL;
}

/* Hardly any token stands in its second set. */
static RARE entry *probe_second(const cache *c, uint64_t tag, span text, int64_t now)
{
    uint64_t in = cache_set_of(c, tag, 1);
    return probe(c, in, matching_ways(c, in, tag), tag, text, now);
}

/* Takes the read lock, which the caller gives back with srcu_read_unlock(*stripe, found it). */
static inline entry *find_and_lock(const cache *c, span text, int64_t now, srcu_stripe **stripe)
{
    *stripe = srcu_stripe_of_thread(c->stripes);
    uint64_t tag = cache_tag(c, text), in = cache_set_of(c, tag, 0),
             ways = matching_ways(c, in, tag);
    srcu_read_lock(*stripe);
    entry *e = probe(c, in, ways, tag, text, now);
    return e != NULL ? e : probe_second(c, tag, text, now);
}

/* ---- the questions ------------------------------------------------------- */

/* The decision about the first resource is remembered: a service asks about one and the same. */
static inline fnt_status decide(const entry *e, span resource)
{
    if (e->resource.at != NULL && span_equal(e->resource, resource))
        return e->decision;
    return token_decide(e->token, resource, NULL);
}

bool cache_authorize(cache *c, span text, span resource, int64_t now, fnt_token **token,
                     fnt_status *status)
{
    srcu_stripe *stripe;
    if (text.len < HASHED)
        return false;
    const entry *e = find_and_lock(c, text, now, &stripe);
    if (e != NULL) {
        *status = decide(e, resource);
        if (token != NULL && *status == FNT_OK)
            *token = token_ref(e->token);
    }
    srcu_read_unlock(stripe, e != NULL);
    return e != NULL;
}

fnt_token *cache_find(cache *c, span text, int64_t now)
{
    srcu_stripe *stripe;
    if (text.len < HASHED)
        return NULL;
    const entry *e = find_and_lock(c, text, now, &stripe);
    fnt_token *token = e == NULL ? NULL : token_ref(e->token);
    srcu_read_unlock(stripe, e != NULL);
    return token;
}

void cache_count_miss(cache *c)
{
    atomic_fetch_add_explicit(&srcu_stripe_of_thread(c->stripes)->misses, 1, memory_order_relaxed);
}

uint64_t cache_generation(const cache *c)
{
    return atomic_load_explicit(&c->generation, memory_order_acquire);
}
