/* SPDX-License-Identifier: MIT */
#include "token/cache.h"

#include "base/memory.h"
#include "base/word.h"
#include "match/permit.h"
#include "token/cache_table.h"

/* The two halves of the product, folded: every bit of a and b has a say in every bit. */
static uint64_t mix(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), high = (a >> 32) * (b >> 32);
    uint64_t cross = (a >> 32) * (b & UINT32_MAX) + (low >> 32), other = (a & UINT32_MAX) * (b >> 32) + (cross & UINT32_MAX);
    return (other << 32 | (low & UINT32_MAX)) ^ (high + (cross >> 32) + (other >> 32));
#endif
}

uint64_t cache_hash(const cache *c, span text)
{
    uint64_t w[HASHED / 8];
    memcpy(w, text.at + text.len - HASHED, sizeof w);
    return mix(w[0] ^ c->key[0], w[1] ^ c->key[1]) ^ mix(w[2] ^ c->key[2], w[3] ^ c->key[3]);
}

static bool counts(const cache *c, const entry *e, int64_t now)
{
    return e->from <= now && now < e->until &&
           atomic_load_explicit(&e->epoch, memory_order_relaxed) == atomic_load_explicit(&c->epoch, memory_order_acquire);
}

/* Where a text is if it is anywhere. A tag may be old or another text's: it says where to look, and nothing hangs on it. */
typedef struct {
    set *in;
    uint64_t tag;
    int way; /* WAYS: nowhere */
} place;

static inline int next_way(const set *in, uint64_t tag, int way)
{
    while (way < WAYS && atomic_load_explicit(&in->tag[way], memory_order_relaxed) != tag)
        way++;
    return way;
}

/* Outside a pin, as its loads wait for all that is before. */
static inline place seek(cache *c, span text)
{
    uint64_t tag = cache_hash(c, text);
    set *in = &c->sets[tag & c->mask];
    return (place){in, tag, next_way(in, tag, 0)};
}

static inline bool is_for(const cache *c, const entry *e, span text, int64_t now)
{
    return e->len == text.len && memory_equal(e->text, text.at, text.len) && counts(c, e, now);
}

/* Inside a pin. */
static inline entry *look(cache *c, place p, span text, int64_t now)
{
    for (; p.way < WAYS; p.way = next_way(p.in, p.tag, p.way + 1)) {
        entry *e = atomic_load_explicit(&p.in->at[p.way], memory_order_seq_cst);
        if (e == NULL || !is_for(c, e, text, now))
            continue;
        if (!atomic_load_explicit(&e->asked, memory_order_relaxed)) /* or every reader would write one line */
            atomic_store_explicit(&e->asked, true, memory_order_relaxed);
        return e;
    }
    return NULL;
}

static inline fnt_status decide(const entry *e, span resource)
{
    if (e->resource.len == resource.len && word_equal(e->resource.at, resource.at, resource.len))
        return e->decision;
    return token_permits(e->token, resource);
}

bool cache_decide(cache *c, span text, span resource, int64_t now, fnt_token **token, fnt_status *status)
{
    if (text.len < HASHED)
        return false;
    place p = seek(c, text);
    pin *mine = pin_mine(c->pins);
    pin_enter(mine);
    const entry *e = look(c, p, text, now);
    if (e != NULL) {
        *status = decide(e, resource);
        if (token != NULL && *status == FNT_OK)
            *token = token_share(e->token);
    } else {
        pin_missed(mine);
    }
    pin_leave(mine, e != NULL);
    return e != NULL;
}

fnt_token *cache_find(cache *c, span text, int64_t now)
{
    if (text.len < HASHED)
        return NULL;
    place p = seek(c, text);
    pin *mine = pin_mine(c->pins);
    pin_enter(mine);
    const entry *e = look(c, p, text, now);
    fnt_token *token = e == NULL ? NULL : token_share(e->token);
    if (e == NULL)
        pin_missed(mine);
    pin_leave(mine, e != NULL);
    return token;
}

uint64_t cache_epoch(const cache *c)
{
    return atomic_load_explicit(&c->epoch, memory_order_acquire);
}
