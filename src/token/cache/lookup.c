/* SPDX-License-Identifier: MIT */
#include "token/cache/cache.h"

#include "base/memory.h"
#include "match/permit.h"
#include "token/cache/table.h"

#if defined(__GNUC__)
#define RARE __attribute__((noinline, cold))
#else
#define RARE
#endif

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

uint64_t cache_hash(const cache *c, span text)
{
    const char *last = text.at + text.len - HASHED;
    return mix(word_load(last) ^ c->key[0], word_load(last + 8) ^ c->key[1]) ^
           mix(word_load(last + 16) ^ c->key[2], word_load(last + 24) ^ c->key[3]);
}

static bool counts(const cache *c, const entry *e, int64_t now)
{
    return e->from <= now && now < e->until &&
           atomic_load_explicit(&e->generation, memory_order_relaxed) ==
               atomic_load_explicit(&c->generation, memory_order_acquire);
}

/* The ways that may hold the tag, as a bit in the byte of each. A hint may be old, or equal by
 * chance: it says where to look, and nothing hangs on it. So it needs no pin, whose locked
 * instruction all later loads would wait for. */
static inline uint64_t matching_ways(const cache *c, uint64_t in, uint64_t tag)
{
    return word_zeros(atomic_load_explicit(&c->fingerprints[in], memory_order_relaxed) ^
                      word_repeat((char)(tag >> 56)));
}

static inline bool is_for(const cache *c, const entry *e, uint64_t tag, span text, int64_t now)
{
    return e->tag == tag && e->len == text.len && memory_equal(e->text, text.at, text.len) &&
           counts(c, e, now);
}

/* Inside a pin, as all that follows. */
static inline entry *probe(const cache *c, uint64_t in, uint64_t ways, uint64_t tag, span text,
                           int64_t now)
{
    for (; ways != 0; ways &= ways - 1) {
        entry *e =
            atomic_load_explicit(&c->sets[in].at[word_lowest(ways) / 8], memory_order_seq_cst);
        if (e == NULL || !is_for(c, e, tag, text, now))
            continue;
        /* or every reader would write one line */
        if (!atomic_load_explicit(&e->referenced, memory_order_relaxed))
            atomic_store_explicit(&e->referenced, true, memory_order_relaxed);
        return e;
    }
    return NULL;
}

/* Where hardly any is. */
static RARE entry *probe_second(const cache *c, uint64_t tag, span text, int64_t now)
{
    uint64_t in = cache_set_of(c, tag, 1);
    return probe(c, in, matching_ways(c, in, tag), tag, text, now);
}

static inline fnt_status decide(const entry *e, span resource)
{
    if (e->resource.at != NULL && span_equal(e->resource, resource))
        return e->decision;
    return token_permits(e->token, resource);
}

/* Where a text is, if it is anywhere; the caller is inside the pin *mine from here on. */
static inline entry *find(const cache *c, span text, int64_t now, srcu_stripe **stripe)
{
    *stripe = srcu_stripe_of_thread(c->stripes);
    uint64_t tag = cache_hash(c, text), in = cache_set_of(c, tag, 0),
             ways = matching_ways(c, in, tag);
    srcu_read_lock(*stripe);
    entry *e = probe(c, in, ways, tag, text, now);
    e = e != NULL ? e : probe_second(c, tag, text, now);
    if (e == NULL)
        srcu_count_miss(*stripe);
    return e;
}

bool cache_authorize(cache *c, span text, span resource, int64_t now, fnt_token **token,
                     fnt_status *status)
{
    srcu_stripe *stripe;
    if (text.len < HASHED)
        return false;
    const entry *e = find(c, text, now, &stripe);
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
    const entry *e = find(c, text, now, &stripe);
    fnt_token *token = e == NULL ? NULL : token_ref(e->token);
    srcu_read_unlock(stripe, e != NULL);
    return token;
}

uint64_t cache_generation(const cache *c)
{
    return atomic_load_explicit(&c->generation, memory_order_acquire);
}
