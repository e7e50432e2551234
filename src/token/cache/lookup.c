/* SPDX-License-Identifier: MIT */
#include "token/cache/cache.h"

#include "base/rare.h"
#include "base/word.h"
#include "token/cache/table.h"

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

/* memcmp may leave early, and its time then tells how far the texts agree; but who got the keyed
 * tag right sent the very signature, so there is nothing left to find out (rule 24). */
static inline bool is_for(const entry *e, uint64_t tag, span text, int64_t now)
{
    return e->tag == tag && e->len == text.len && memcmp(e->text, text.at, text.len) == 0 &&
           e->from <= now && now < e->until;
}

/* Whether a full verification would say yes to it in its time. */
static inline bool is_confirmed(const cache *c, const entry *e)
{
    return atomic_load_explicit(&e->generation, memory_order_relaxed) ==
           atomic_load_explicit(&c->generation, memory_order_acquire);
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
        if (e != NULL && is_for(e, tag, text, now))
            return e;
    }
    return NULL;
}

/* Fails where another reader came first: it knows as much or more. */
static void stamp(entry *e, uint64_t then, uint64_t generation)
{
    (void)atomic_compare_exchange_strong_explicit(&e->generation, &then, generation,
                                                  memory_order_relaxed, memory_order_relaxed);
}

/* Whether a full verification would still choose the same key, by the same name. */
static bool is_key_in(const fnt_keyset *keyset, const entry *e)
{
    const named_key *k =
        keyset == NULL ? NULL
                       : keyset_find_again(keyset, e->token->kid, e->token->alg, e->token->key_id);
    return k != NULL && crypto_equal(k->key, e->key);
}

/* Looks an entry up in the list of revocations. What no entry of the list names is done with for as
 * long as the generation lasts; what one names is looked up each time, as an entry may lapse. NULL:
 * revoked. */
static entry *confirm_not_revoked(const cache *c, entry *e, uint64_t then, uint64_t current,
                                  int64_t now, fnt_status *status, fnt_report *report)
{
    const fnt_revoked *list = atomic_load_explicit(&c->revoked, memory_order_seq_cst);
    const revocation *r = token_revocation(e->token, list);
    if (r == NULL)
        stamp(e, then, current);
    if (!revocation_counts(r, now))
        return e;
    token_report(e->token, report);
    *status = revocation_refuse(r, report);
    return NULL;
}

/* Whether an entry counts, unless that was found out in this generation. The generation is loaded
 * before keyset and list: they are of that generation or a later one. One whose key is gone is not
 * looked at again: a full verification says why. NULL: *status says whether it is revoked. */
static entry *confirm(const cache *c, entry *e, int64_t now, fnt_status *status, fnt_report *report)
{
    uint64_t then = atomic_load_explicit(&e->generation, memory_order_relaxed),
             current = cache_generation(c);
    if (then == current)
        return e;
    if (then == GENERATION_NEVER)
        return NULL;
    if (is_key_in(atomic_load_explicit(&c->keyset, memory_order_seq_cst), e))
        return confirm_not_revoked(c, e, then, current, now, status, report);
    stamp(e, then, GENERATION_NEVER);
    return NULL;
}

/* Hardly any token stands in its second set, and hardly ever is a keyset or a list new. */
static RARE entry *find_rare(const cache *c, uint64_t tag, span text, int64_t now,
                             fnt_status *status, fnt_report *report)
{
    entry *e = NULL;
    *status = FNT_OK;
    for (int i = 0; e == NULL && i < CHOICES; i++) {
        uint64_t in = cache_set_of(c, tag, i);
        e = probe(c, in, matching_ways(c, in, tag), tag, text, now);
    }
    if (e != NULL)
        e = confirm(c, e, now, status, report);
    if (e != NULL)
        mark_referenced(e);
    return e;
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
    entry *e = probe(c, in, ways, tag, text, now);
    if (e == NULL || !is_confirmed(c, e))
        return find_rare(c, tag, text, now, status, report);
    mark_referenced(e);
    return e;
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
    return generation - 1;
}
