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

/* Whether a full verification would say yes to it now; with GENERATION_KEYSET for parts, but for
 * revocations. */
static inline bool counts(const cache *c, const entry *e, int64_t now, uint64_t parts)
{
    return e->from <= now && now < e->until &&
           generations_agree(atomic_load_explicit(&e->generation, memory_order_relaxed),
                             atomic_load_explicit(&c->generation, memory_order_acquire), parts);
}

/* memcmp may leave early, and its time then tells how far the texts agree; but who got the keyed
 * tag right sent the very signature, so there is nothing left to find out (rule 24). */
static inline bool is_for(const cache *c, const entry *e, uint64_t tag, span text, int64_t now,
                          uint64_t parts)
{
    return e->tag == tag && e->len == text.len && memcmp(e->text, text.at, text.len) == 0 &&
           counts(c, e, now, parts);
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
                           int64_t now, uint64_t parts)
{
    for (; ways != 0; ways &= ways - 1) {
        entry *e =
            atomic_load_explicit(&c->sets[in].at[word_lowest(ways) / 8], memory_order_seq_cst);
        if (e != NULL && is_for(c, e, tag, text, now, parts)) {
            mark_referenced(e);
            return e;
        }
    }
    return NULL;
}

/* Looks an entry up in the list of revocations, unless that was done since the list came into
 * force. What no entry of the list names is done with for as long as the list is in force; what one
 * names is looked up each time, as an entry may lapse. The generation is loaded before the list:
 * the list is of that generation or a later one. NULL: revoked. */
static entry *confirm(const cache *c, entry *e, int64_t now, fnt_status *status, fnt_report *report)
{
    uint64_t then = atomic_load_explicit(&e->generation, memory_order_relaxed),
             current = cache_generation(c);
    if (then == current)
        return e;
    const fnt_revoked *list = atomic_load_explicit(&c->revoked, memory_order_seq_cst);
    const revocation *r = token_revocation(e->token, list);
    if (r == NULL && generations_agree(then, current, GENERATION_KEYSET))
        /* fails where a writer or another reader came first: it knows as much or more */
        (void)atomic_compare_exchange_strong_explicit(&e->generation, &then, current,
                                                      memory_order_relaxed, memory_order_relaxed);
    if (!revocation_counts(r, now))
        return e;
    token_report(e->token, report);
    *status = revocation_refuse(r, report);
    return NULL;
}

/* Hardly any token stands in its second set, and hardly any list of revocations is new. */
static RARE entry *find_rare(const cache *c, uint64_t tag, span text, int64_t now,
                             fnt_status *status, fnt_report *report)
{
    entry *e = NULL;
    *status = FNT_OK;
    for (int i = 0; e == NULL && i < CHOICES; i++) {
        uint64_t in = cache_set_of(c, tag, i);
        e = probe(c, in, matching_ways(c, in, tag), tag, text, now, GENERATION_KEYSET);
    }
    return e == NULL ? NULL : confirm(c, e, now, status, report);
}

/* Takes the read lock, which the caller gives back with srcu_read_unlock(*stripe, found it). NULL:
 * *status says whether it is known, and revoked. */
static inline entry *find_and_lock(const cache *c, span text, int64_t now, srcu_stripe **stripe,
                                   fnt_status *status, fnt_report *report)
{
    *stripe = srcu_stripe_of_thread(c->stripes);
    uint64_t tag = cache_tag(c, text), in = cache_set_of(c, tag, 0),
             ways = matching_ways(c, in, tag);
    srcu_read_lock(*stripe);
    entry *e = probe(c, in, ways, tag, text, now, GENERATION_ALL);
    return e != NULL ? e : find_rare(c, tag, text, now, status, report);
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
    const entry *e = find_and_lock(c, text, now, &stripe, status, NULL);
    bool known = e != NULL || *status == FNT_REFUSED_REVOKED;
    if (e != NULL) {
        *status = decide(e, resource);
        if (token != NULL && *status == FNT_OK)
            *token = token_ref(e->token);
    }
    srcu_read_unlock(stripe, known);
    return known;
}

fnt_token *cache_find(cache *c, span text, int64_t now, fnt_status *status, fnt_report *report)
{
    srcu_stripe *stripe;
    *status = FNT_OK;
    if (text.len < HASHED)
        return NULL;
    const entry *e = find_and_lock(c, text, now, &stripe, status, report);
    fnt_token *token = e == NULL ? NULL : token_ref(e->token);
    srcu_read_unlock(stripe, e != NULL || *status == FNT_REFUSED_REVOKED);
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

uint64_t cache_unconfirmed(uint64_t generation)
{
    return (generation & GENERATION_KEYSET) | ((generation - 1) & GENERATION_REVOKED);
}
