/* SPDX-License-Identifier: MIT */
#include "token/cache.h"

#include "base/memory.h"
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

/* Inside a pin. */
static entry *look(cache *c, span text, int64_t now)
{
    uint64_t tag = cache_hash(c, text);
    set *s = &c->sets[tag & c->mask];
    for (int i = 0; i < WAYS; i++) {
        if (atomic_load_explicit(&s->tag[i], memory_order_relaxed) != tag)
            continue;
        entry *e = atomic_load_explicit(&s->at[i], memory_order_seq_cst);
        if (e != NULL && e->len == text.len && memory_equal(e->text, text.at, text.len) && counts(c, e, now)) {
            if (!atomic_load_explicit(&e->asked, memory_order_relaxed)) /* or every reader would write one line */
                atomic_store_explicit(&e->asked, true, memory_order_relaxed);
            return e;
        }
    }
    return NULL;
}

static fnt_status decide(const entry *e, span resource)
{
    if (span_equal(e->resource, resource))
        return e->decision;
    return token_permits(e->token, resource);
}

static void count_miss(pin *mine)
{
    atomic_fetch_add_explicit(&mine->missed, 1, memory_order_relaxed);
}

bool cache_decide(cache *c, span text, span resource, int64_t now, fnt_token **token, fnt_status *status)
{
    if (text.len < HASHED)
        return false;
    pin *mine = pin_enter(c->pins);
    const entry *e = look(c, text, now);
    if (e != NULL) {
        *status = decide(e, resource);
        if (token != NULL && *status == FNT_OK)
            *token = token_share(e->token);
    } else {
        count_miss(mine);
    }
    pin_leave(mine, e != NULL);
    return e != NULL;
}

fnt_token *cache_find(cache *c, span text, int64_t now)
{
    if (text.len < HASHED)
        return NULL;
    pin *mine = pin_enter(c->pins);
    const entry *e = look(c, text, now);
    fnt_token *token = e == NULL ? NULL : token_share(e->token);
    if (e == NULL)
        count_miss(mine);
    pin_leave(mine, e != NULL);
    return token;
}

uint64_t cache_epoch(const cache *c)
{
    return atomic_load_explicit(&c->epoch, memory_order_acquire);
}
