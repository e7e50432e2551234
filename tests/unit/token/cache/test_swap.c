/* SPDX-License-Identifier: MIT */
/* What a swap of keys or revocations does while requests may wait for it, counted: the blocks of
 * code that are entered. Linked with the library that calls a function in each (src/meson.build).
 */
#include "support/support.h"

#include <stdio.h>

#include "token/cache/table.h"

enum { FEW = 1000, MANY = 1048576, SWAPS = 100 };

static size_t blocks;
void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    blocks++;
}

typedef struct {
    fnt_keyset *keys;
    fnt_revoked *list;
    fnt_token *token;
} genuine;

static genuine genuine_new(void)
{
    genuine g = {.keys = all_keys()};
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verify(guard, FNT_STR(good_token()), NOW, &g.token, NULL));
    MUST(fnt_revoked_parse(FNT_STR("{\"jti\":\"nobody\"}"), &g.list, NULL));
    fnt_verifier_free(guard);
    return g;
}

static void genuine_free(genuine *g)
{
    fnt_token_free(g->token);
    fnt_revoked_free(g->list);
    fnt_keyset_free(g->keys);
}

/* The tag of an entry is made of the end of its text. */
static cache *filled(size_t entries, const genuine *g)
{
    char text[64];
    cache *c = NULL;
    MUST(cache_new(entries, 0, &c));
    cache_set_keyset(c, g->keys);
    for (size_t i = 0; i < entries; i++) {
        int len = snprintf(text, sizeof text, "%043zu", i * 0x9e3779b97f4a7c15);
        cache_insert(c, (span){text, (size_t)len}, g->token, g->keys, cache_generation(c),
                     SPAN("dev:env"), FNT_OK);
    }
    size_t kept = (size_t)cache_stat(c, FNT_STAT_CACHE_ENTRIES);
    cr_assert_geq(kept, entries - entries / 100, "%zu of %zu", kept, entries);
    return c;
}

/* Blocks of the swaps alone, of keys and of revocations. */
static size_t work_of_swaps(cache *c, const genuine *g)
{
    size_t done = 0;
    for (int i = 0; i < SWAPS; i++) {
        cr_assert(cache_free_replaced(c), "nobody is reading");
        blocks = 0;
        cache_set_keyset(c, i % 2 == 0 ? NULL : g->keys);
        done += blocks;
        cr_assert(cache_free_replaced(c), "nobody is reading");
        blocks = 0;
        cache_set_revoked(c, i % 2 == 0 ? g->list : NULL);
        done += blocks;
    }
    return done;
}

/* What a request does under the writers' lock when it stores a token after a swap, with all that
 * are there to be looked at again. */
static size_t work_of_inserting(cache *c, const genuine *g)
{
    char text[64];
    size_t done = 0;
    for (size_t i = 0; i < SWAPS; i++) {
        int len = snprintf(text, sizeof text, "%043zu", ~i * 0x9e3779b97f4a7c15);
        blocks = 0;
        cache_insert(c, (span){text, (size_t)len}, g->token, g->keys, cache_generation(c),
                     SPAN("dev:env"), FNT_OK);
        done += blocks;
    }
    return done;
}

Test(swap, rule_42_a_swap_does_the_same_however_many_entries_there_are)
{
    genuine g = genuine_new();
    cache *few = filled(FEW, &g), *many = filled(is_slow() ? 10 * FEW : MANY, &g);
    size_t little = work_of_swaps(few, &g), much = work_of_swaps(many, &g);
    printf("# blocks of %d swaps: %zu, and %zu\n", 2 * SWAPS, little, much);
    if (little == 0)
        cr_skip_test("this compiler counts no blocks");
    cr_expect_leq(10 * much, 11 * little);
    little = work_of_inserting(few, &g);
    much = work_of_inserting(many, &g);
    printf("# blocks of %d insertions: %zu, and %zu\n", SWAPS, little, much);
    cr_expect_leq(10 * much, 15 * little, "chance decides how full the sets are");
    cache_free(few);
    cache_free(many);
    genuine_free(&g);
}
