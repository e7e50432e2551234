/* SPDX-License-Identifier: MIT */
/* Verified tokens found again (rule 24): an answer out of the cache is what a full verification
 * would answer now. What was a hit is told by the statistics, so that no test passes because the
 * cache was never asked. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "token/cache/table.h"

enum { MANY = 64 };

typedef struct {
    fnt_key *key;
    char *jwk; /* its public half */
    size_t jwk_len;
} pair;

static pair pair_new(void)
{
    pair p = {NULL, NULL, 0};
    MUST(fnt_key_generate(FNT_ES256, &p.key));
    MUST(fnt_key_export(p.key, FNT_PUBLIC_JWK, &p.jwk, &p.jwk_len));
    return p;
}

static void pair_free(pair *p)
{
    fnt_key_free(p->key);
    fnt_free(p->jwk);
}

/* A set of one or two of them; NULL: one. */
static fnt_keyset *set_of(const pair *a, const pair *b)
{
    size_t dst = a->jwk_len + (b == NULL ? 0 : b->jwk_len) + 32;
    char *text = malloc(dst);
    fnt_keyset *made = NULL;
    int len = snprintf(text, dst, "{\"keys\":[%s%s%s]}", a->jwk, b == NULL ? "" : ",",
                       b == NULL ? "" : b->jwk);
    MUST(fnt_keyset_parse(text, (size_t)len, 0, &made, NULL));
    free(text);
    return made;
}

/* "Bearer " and a Function Token for dev:* that lives from NOW for an hour. */
static char *header_of(const pair *by, const char *subject)
{
    char *token = NULL;
    size_t len = 0;
    fnt_claims *builder = NULL;
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR(subject)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("dev:*")));
    MUST(fnt_mint(by->key, builder, NOW, HOUR, &token, &len, NULL));
    char *header = malloc(len + 8);
    snprintf(header, len + 8, "Bearer %s", token);
    fnt_free(token);
    fnt_claims_free(builder);
    return header;
}

static fnt_verifier *guard_of(const fnt_keyset *keys, int64_t entries)
{
    fnt_verifier *guard = NULL;
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, entries));
    return guard;
}

static fnt_status ask_at(fnt_verifier *guard, const char *header, const char *resource, int64_t now)
{
    return fnt_authorize(guard, header, strlen(header), FNT_STR(resource), now, NULL, NULL);
}

static fnt_status ask(fnt_verifier *guard, const char *header)
{
    return ask_at(guard, header, "dev:env", NOW);
}

static int64_t stat_of(const fnt_verifier *guard, int32_t which)
{
    return fnt_verifier_get(guard, which);
}

/* Whether the next call is answered out of the cache, whatever it answers. */
static bool is_hit(fnt_verifier *guard, const char *header, const char *resource, int64_t now)
{
    int64_t before = stat_of(guard, FNT_STAT_CACHE_HITS);
    (void)ask_at(guard, header, resource, now);
    return stat_of(guard, FNT_STAT_CACHE_HITS) == before + 1;
}

/* ---- one token ----------------------------------------------------------- */

Test(cache, rule_24_off_by_default)
{
    fnt_verifier *guard = verifier_of(0);
    cr_expect_eq(fnt_verifier_get(guard, FNT_OPT_CACHE_ENTRIES), 0);
    for (int32_t which = FNT_STAT_CACHE_HITS; which <= FNT_STAT_CACHE_EVICTIONS; which++)
        cr_expect_eq(fnt_verifier_get(guard, which), -1, "%d", (int)which);
    fnt_verifier_free(guard);
}

Test(cache, rule_24_the_second_time_is_a_hit_with_the_same_answer)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada");
    static const struct {
        const char *resource;
        fnt_status status;
        const char *why;
    } rows[] = {
        {"dev:env", FNT_OK, "decided when it was verified"},
        {"dev:env", FNT_OK, "the same resource"},
        {"dev:other", FNT_OK, "another resource, decided from the token's patterns"},
        {"prod:env", FNT_DENIED_PERMISSION, "the token is known, the resource not covered"},
        {"prd:env", FNT_DENIED_PERMISSION, "nor one as long as the one that is remembered"},
        {"dex:env", FNT_DENIED_PERMISSION, "nor one that differs in a byte"},
        {"dev:env", FNT_OK, "back again"},
        {"dev:*", FNT_DENIED_RESOURCE, "no resource, and dev:* covers it as text"},
        {"dev:", FNT_DENIED_RESOURCE, "no name"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(ask_at(guard, header, rows[i].resource, NOW), rows[i].status, "%s: %s",
                     rows[i].resource, rows[i].why);
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_MISSES), 1);
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_HITS), (int64_t)COUNT(rows) - 1);
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_ENTRIES), 1);
    cr_expect_gt(stat_of(guard, FNT_STAT_CACHE_BYTES), (int64_t)strlen(header));
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, rule_24_a_denial_is_remembered_as_a_denial)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada");
    cr_expect_eq(ask_at(guard, header, "prod:env", NOW), FNT_DENIED_PERMISSION);
    cr_expect_eq(ask_at(guard, header, "prod:env", NOW), FNT_DENIED_PERMISSION);
    cr_expect_eq(ask(guard, header), FNT_OK, "the token is good, for what it permits");
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_HITS), 2);
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, rule_24_ends_to_the_second)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada");
    static const struct {
        int64_t now;
        fnt_status status;
        bool hit;
        const char *why;
    } rows[] = {
        {NOW, FNT_OK, false, "first"},
        {NOW + HOUR, FNT_OK, true, "within exp and leeway"},
        {NOW + HOUR + 1, FNT_REFUSED_EXPIRED, false, "over: the full way says why"},
        {NOW + HOUR, FNT_OK, true,
         "a clock set back: alive again, as a full verification would say"},
        {NOW - 60, FNT_OK, true, "iat a minute ahead"},
        {NOW - 61, FNT_REFUSED_NOT_YET, false, "iat further ahead"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(is_hit(guard, header, "dev:env", rows[i].now), rows[i].hit, "%s", rows[i].why);
        cr_expect_eq(ask_at(guard, header, "dev:env", rows[i].now), rows[i].status, "%s",
                     rows[i].why);
    }
    cr_expect_eq(ask_at(guard, header, "dev:env", 0), FNT_FAULT_ARGUMENT,
                 "a forgotten now is no hit either");
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, rule_24_the_window_is_what_the_check_says)
{
    static const struct {
        claims c;
        time_limits limits;
    } rows[] = {
        {{.has_expires = true, .expires = 1000}, {1, 1, 0, 0}},
        {{.has_expires = true, .expires = 1000, .has_not_before = true, .not_before = 900},
         {5, 60, 0, 0}},
        {{.has_expires = true, .expires = 1000, .has_issued = true, .issued = 950},
         {300, 300, 0, 0}},
        {{.has_expires = true, .expires = 1000, .has_issued = true, .issued = 900}, {1, 1, 50, 0}},
        {{.has_expires = true,
          .expires = 1000,
          .has_issued = true,
          .issued = 900,
          .has_not_before = true,
          .not_before = 950},
         {0, 0, 60, 100}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t from = 0, until = 0;
        claims_window(&rows[i].c, &rows[i].limits, &from, &until);
        for (int64_t now = 600; now < 1400; now++)
            cr_assert_eq(claims_check_time(&rows[i].c, now, &rows[i].limits, NULL) == FNT_OK,
                         from <= now && now < until, "row %zu at %d", i, (int)now);
    }
}

Test(cache, rule_24_one_byte_other_is_another_token)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada");
    cr_expect_eq(ask(guard, header), FNT_OK);
    for (size_t i = sizeof "Bearer " - 1, len = strlen(header); i < len; i += 7) {
        char was = header[i];
        header[i] = was == 'A' ? 'B' : 'A';
        cr_expect_neq(ask(guard, header), FNT_OK, "byte %zu", i);
        header[i] = was;
    }
    cr_expect(is_hit(guard, header, "dev:env", NOW));
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_ENTRIES), 1, "refusals are not kept");
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, rule_1_the_header_is_still_a_header)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada"), odd[4096];
    const char *token = header + sizeof "Bearer " - 1;
    static const struct {
        const char *before, *after;
        fnt_status status;
    } rows[] = {
        {"Bearer ", "", FNT_OK},
        {"bearer   ", "", FNT_OK},
        {"", "", FNT_REFUSED_HEADER},
        {"Basic ", "", FNT_REFUSED_HEADER},
        {"Bearer", "", FNT_REFUSED_HEADER},
        {"Bearer\t", "", FNT_REFUSED_HEADER},
        {"Bearer ", " ", FNT_REFUSED_HEADER},
        {"Bearer ", ", x", FNT_REFUSED_HEADER},
        {"Bearer ", "=", FNT_REFUSED_SIGNATURE},
    };
    cr_expect_eq(ask(guard, header), FNT_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(odd, sizeof odd, "%s%s%s", rows[i].before, token, rows[i].after);
        cr_expect_eq(ask(guard, odd), rows[i].status, "\"%s\" before, \"%s\" behind",
                     rows[i].before, rows[i].after);
    }
    cr_expect_eq(fnt_authorize(guard, NULL, 0, FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_REFUSED_NO_TOKEN);
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, a_token_that_is_given_out_outlives_its_verifier)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    char *header = header_of(&a, "fed:ada");
    fnt_token *first = NULL, *second = NULL, *third = NULL;
    const char *text = header + sizeof "Bearer " - 1;
    MUST(fnt_authorize(guard, header, strlen(header), FNT_STR("dev:env"), NOW, &first, NULL));
    MUST(fnt_authorize(guard, header, strlen(header), FNT_STR("dev:env"), NOW, &second, NULL));
    MUST(fnt_verify(guard, text, strlen(text), NOW, &third, NULL));
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_HITS), 2);
    fnt_token *denied = (fnt_token *)header;
    cr_expect_eq(
        fnt_authorize(guard, header, strlen(header), FNT_STR("prod:env"), NOW, &denied, NULL),
        FNT_DENIED_PERMISSION);
    cr_expect_null(denied);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    cr_expect_str_eq(fnt_token_text(first, FNT_CLAIM_SUBJECT, 0, NULL), "fed:ada");
    fnt_token_free(first);
    cr_expect_str_eq(fnt_token_text(second, FNT_CLAIM_PERMISSION, 0, NULL), "dev:*");
    fnt_token_free(second);
    cr_expect_eq(fnt_token_authorize(third, FNT_STR("dev:env"), NOW, NULL), FNT_OK);
    fnt_token_free(third);
    free(header);
    pair_free(&a);
}

/* ---- keys that change ---------------------------------------------------- */

Test(cache, rule_24_keys_that_change)
{
    pair a = pair_new(), b = pair_new();
    fnt_keyset *only_a = set_of(&a, NULL), *a_again = set_of(&a, NULL), *both = set_of(&a, &b),
               *turned = set_of(&b, &a), *only_b = set_of(&b, NULL);
    fnt_verifier *guard = guard_of(both, 10);
    char *by_a = header_of(&a, "fed:ada"), *by_b = header_of(&b, "fed:bob");
    const struct {
        const fnt_keyset *keys; /* put in force, then both tokens are asked for */
        fnt_status status_a, status_b;
        bool hit_a, hit_b;
        const char *why;
    } rows[] = {
        {both, FNT_OK, FNT_OK, false, false, "first"},
        {both, FNT_OK, FNT_OK, true, true, "the same set"},
        {turned, FNT_OK, FNT_OK, true, true, "an equal one, in another order"},
        {only_a, FNT_OK, FNT_REFUSED_KEY_UNKNOWN, true, false,
         "b's key dropped: b's token is out at once, a's stays"},
        {a_again, FNT_OK, FNT_REFUSED_KEY_UNKNOWN, true, false, "an equal one"},
        {both, FNT_OK, FNT_OK, true, false, "b's key is back: its token was forgotten"},
        {NULL, FNT_FAULT_NOT_READY, FNT_FAULT_NOT_READY, false, false, "no keys: nothing counts"},
        {only_b, FNT_REFUSED_KEY_UNKNOWN, FNT_OK, false, false, "b alone"},
        {only_b, FNT_REFUSED_KEY_UNKNOWN, FNT_OK, false, true, "b alone, again"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        MUST(fnt_verifier_set_keyset(guard, rows[i].keys));
        cr_expect_eq(is_hit(guard, by_a, "dev:env", NOW), rows[i].hit_a, "a: %s", rows[i].why);
        cr_expect_eq(is_hit(guard, by_b, "dev:env", NOW), rows[i].hit_b, "b: %s", rows[i].why);
        cr_expect_eq(ask(guard, by_a), rows[i].status_a, "a: %s", rows[i].why);
        cr_expect_eq(ask(guard, by_b), rows[i].status_b, "b: %s", rows[i].why);
    }
    free(by_a);
    free(by_b);
    fnt_verifier_free(guard);
    fnt_keyset_free(only_a);
    fnt_keyset_free(a_again);
    fnt_keyset_free(both);
    fnt_keyset_free(turned);
    fnt_keyset_free(only_b);
    pair_free(&a);
    pair_free(&b);
}

Test(cache, rule_24_another_key_under_the_same_kid_confirms_nothing)
{
    pair a = pair_new(), b = pair_new();
    fnt_keyset *one = NULL, *other = NULL;
    char text[1024];
    fnt_key *key = NULL;
    /* the kid of a JWK is what it says */
    const char *kid_a = fnt_key_id(a.key, NULL), *kid_b = fnt_key_id(b.key, NULL);
    snprintf(text, sizeof text, "%s", b.jwk);
    char *at = strstr(text, kid_b);
    cr_assert_not_null(at);
    memcpy(at, kid_a, strlen(kid_a));
    MUST(fnt_keyset_parse(a.jwk, a.jwk_len, 0, &one, NULL));
    MUST(fnt_keyset_parse(text, strlen(text), 0, &other, NULL));
    fnt_verifier *guard = guard_of(one, 10);
    char *header = header_of(&a, "fed:ada");
    cr_expect_eq(ask(guard, header), FNT_OK);
    MUST(fnt_verifier_set_keyset(guard, other));
    cr_expect_eq(ask(guard, header), FNT_REFUSED_SIGNATURE);
    MUST(fnt_verifier_set_keyset(guard, one));
    cr_expect_eq(ask(guard, header), FNT_OK);
    free(header);
    fnt_key_free(key);
    fnt_verifier_free(guard);
    fnt_keyset_free(one);
    fnt_keyset_free(other);
    pair_free(&a);
    pair_free(&b);
}

/* ---- bounds -------------------------------------------------------------- */

static void fill(char *headers[MANY], const pair *by)
{
    char subject[32];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(subject, sizeof subject, "fed:user-%zu", i);
        headers[i] = header_of(by, subject);
    }
}

Test(cache, rule_24_never_more_entries_than_allowed)
{
    static const int64_t limits[] = {1, 2, 7, 8, 9, 63, 64, 65};
    char *headers[MANY];
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fill(headers, &a);
    for (size_t l = 0; l < COUNT(limits); l++) {
        fnt_verifier *guard = guard_of(keys, limits[l]);
        for (size_t i = 0; i < MANY; i++) {
            cr_expect_eq(ask(guard, headers[i]), FNT_OK);
            cr_assert_leq(stat_of(guard, FNT_STAT_CACHE_ENTRIES), limits[l]);
            cr_assert_leq(stat_of(guard, FNT_STAT_CACHE_BYTES), limits[l] * 4096);
        }
        int64_t kept = stat_of(guard, FNT_STAT_CACHE_ENTRIES);
        cr_expect_eq(kept + stat_of(guard, FNT_STAT_CACHE_EVICTIONS), MANY,
                     "what came in is there or was evicted");
        if (limits[l] >= MANY)
            cr_expect_eq(kept, MANY, "as many as fit are kept");
        fnt_verifier_free(guard);
    }
    for (size_t i = 0; i < MANY; i++)
        free(headers[i]);
    fnt_keyset_free(keys);
    pair_free(&a);
}

/* Texts in the place of tokens, which end as a signature does, in characters of base64url that look
 * random: the hash of the table counts on that. */
static span numbered(size_t i, char dst[64])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint64_t state = i;
    for (size_t at = 0; at < 43; at++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        dst[at] = alphabet[state >> 58];
    }
    return (span){dst, 43};
}

static fnt_token *find(cache *c, span text)
{
    fnt_status status;
    return cache_find(c, text, NOW, &status, NULL);
}

/* How many of count tokens were evicted by others; all that are left are found. */
static size_t evicted_of(size_t count, fnt_token *token, const fnt_keyset *keys)
{
    cache *c = NULL;
    char dst[64];
    size_t found = 0;
    MUST(cache_new(count, 0, &c));
    for (size_t i = 0; i < count; i++)
        cache_insert(c, numbered(i, dst), token, keys, cache_generation(c), SPAN("dev:env"),
                     FNT_OK);
    for (size_t i = 0; i < count; i++) {
        fnt_token *kept = find(c, numbered(i, dst));
        cr_expect(kept == NULL || kept == token);
        found += kept != NULL;
        fnt_token_free(kept);
    }
    cr_expect_null(find(c, numbered(count, dst)));
    cr_expect_eq((size_t)cache_stat(c, FNT_STAT_CACHE_ENTRIES), found, "of %zu", count);
    size_t evicted = (size_t)cache_stat(c, FNT_STAT_CACHE_EVICTIONS);
    cr_expect_eq(found + evicted, count);
    cache_free(c);
    return evicted;
}

/* Or the tag would be made of what an attacker may choose. */
Test(cache, rule_24_every_signature_is_longer_than_what_the_tag_is_made_of)
{
    size_t shortest = SIZE_MAX;
    for (int32_t bit = FNT_ES256; bit <= FNT_EDDSA; bit *= 2) {
        const algorithm *alg = algorithm_of(bit);
        size_t bytes = algorithm_signature(alg, RSA_BITS_MIN), text = (8 * bytes + 5) / 6;
        shortest = text < shortest ? text : shortest;
    }
    cr_expect_eq(shortest, SHORTEST_SIGNATURE);
}

/* A token that holds, for tests of the table alone. */
typedef struct {
    pair key;
    fnt_keyset *keys;
    fnt_token *token;
} genuine;

static genuine genuine_new(void)
{
    genuine g = {.key = pair_new()};
    g.keys = set_of(&g.key, NULL);
    fnt_verifier *guard = guard_of(g.keys, 0);
    char *header = header_of(&g.key, "fed:ada");
    MUST(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, &g.token, NULL));
    free(header);
    fnt_verifier_free(guard);
    return g;
}

static void genuine_free(genuine *g)
{
    fnt_token_free(g->token);
    fnt_keyset_free(g->keys);
    pair_free(&g->key);
}

static void keep(cache *c, const genuine *g, span text)
{
    cache_insert(c, text, g->token, g->keys, cache_generation(c), SPAN("dev:env"), FNT_OK);
}

static bool is_found(cache *c, span text)
{
    fnt_token *found = find(c, text);
    fnt_token_free(found);
    return found != NULL;
}

/* The hash has another key each time, so that chance decides how many fall into one set. Of caches
 * of 1,000 tokens, one in some 10,000 evicts one; with a single set to choose from, one in twelve
 * would. */
Test(cache, rule_24_as_many_as_were_asked_for_find_their_place)
{
    genuine g = genuine_new();
    int crowded = 0;
    for (int round = 0; round < 120; round++)
        crowded += evicted_of(1000, g.token, g.keys) > 0;
    for (size_t count = 1; count < 130; count++)
        crowded += evicted_of(count, g.token, g.keys) > 0;
    cr_expect_leq(crowded, 2, "%d caches evicted something", crowded);
    genuine_free(&g);
}

static void swap_keys(cache *c, const fnt_keyset *keys)
{
    cr_assert(cache_free_replaced(c), "nobody is reading");
    cache_set_keyset(c, keys);
}

static void swap_list(cache *c, const fnt_revoked *list)
{
    cr_assert(cache_free_replaced(c), "nobody is reading");
    cache_set_revoked(c, list);
}

Test(cache, rule_24_a_token_is_kept_once_and_under_the_keys_of_its_time)
{
    genuine g = genuine_new();
    cache *c = NULL;
    char dst[64];
    MUST(cache_new(10, 0, &c));
    swap_keys(c, g.keys);
    keep(c, &g, numbered(1, dst));
    keep(c, &g, numbered(1, dst)); /* as two threads do that verified it at the same time */
    cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_ENTRIES), 1);
    uint64_t before = cache_generation(c);
    swap_keys(c, NULL);
    cache_insert(c, numbered(2, dst), g.token, g.keys, before, SPAN("dev:env"), FNT_OK);
    cr_expect_not(is_found(c, numbered(2, dst)), "keys changed since it was verified");
    swap_keys(c, g.keys);
    cr_expect(is_found(c, numbered(1, dst)), "its key is there again, and nobody had asked");
    cr_expect_not(is_found(c, numbered(2, dst)), "its key was gone when somebody asked");
    keep(c, &g, numbered(2, dst));
    cr_expect(is_found(c, numbered(2, dst)), "the old entry made way");
    cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_ENTRIES), 2);
    cache_free(c);
    genuine_free(&g);
}

/* The same key by another name: what a full verification says of the key's id is another thing. */
Test(cache, rule_24_a_key_that_has_another_name_now)
{
    static char jwk[1024];
    genuine g = genuine_new();
    cache *c = NULL;
    char dst[64];
    fnt_keyset *renamed = NULL;
    memcpy(jwk, g.key.jwk, g.key.jwk_len + 1);
    char *kid = strstr(jwk, fnt_key_id(g.key.key, NULL));
    cr_assert_not_null(kid);
    *kid = *kid == 'x' ? 'y' : 'x';
    MUST(fnt_keyset_parse(jwk, strlen(jwk), 0, &renamed, NULL));
    MUST(cache_new(10, 0, &c));
    swap_keys(c, g.keys);
    keep(c, &g, numbered(1, dst));
    swap_keys(c, renamed);
    cr_expect_not(is_found(c, numbered(1, dst)));
    fnt_keyset_free(renamed);
    cache_free(c);
    genuine_free(&g);
}

/* A request that read the generation, and then was overtaken by a new list: its token is stored,
 * and looked up when it is found. */
Test(cache, rules_24_56_a_token_that_was_verified_under_the_list_before)
{
    genuine g = genuine_new();
    cache *c = NULL;
    fnt_revoked *list = NULL;
    char dst[64], text[128];
    fnt_status status = FNT_OK;
    int len = snprintf(text, sizeof text, "{\"kid\":\"%.*s\"}", (int)g.token->key_id.len,
                       g.token->key_id.at);
    MUST(fnt_revoked_parse(text, (size_t)len, &list, NULL));
    MUST(cache_new(10, 0, &c));
    swap_keys(c, g.keys);
    uint64_t before = cache_generation(c);
    swap_list(c, list);
    cache_insert(c, numbered(1, dst), g.token, g.keys, before, SPAN("dev:env"), FNT_OK);
    cr_expect(cache_authorize(c, numbered(1, dst), SPAN("dev:env"), NOW, NULL, &status));
    cr_expect_eq(status, FNT_REFUSED_REVOKED);
    cr_expect_not(is_found(c, numbered(1, dst)));
    swap_list(c, NULL);
    cr_expect(is_found(c, numbered(1, dst)), "no list");
    fnt_revoked_free(list);
    cache_free(c);
    genuine_free(&g);
}

Test(cache, rule_24_nothing_was_decided_about_no_resource)
{
    genuine g = genuine_new();
    cache *c = NULL;
    char dst[64];
    fnt_status status = FNT_OK;
    MUST(cache_new(10, 0, &c));
    /* as fnt_verify does */
    cache_insert(c, numbered(1, dst), g.token, g.keys, cache_generation(c), SPAN_NONE, FNT_OK);
    cr_expect(cache_authorize(c, numbered(1, dst), SPAN(""), NOW, NULL, &status));
    cr_expect_eq(status, FNT_DENIED_RESOURCE);
    cr_expect(cache_authorize(c, numbered(1, dst), SPAN("dev:env"), NOW, NULL, &status));
    cr_expect_eq(status, FNT_OK);
    cache_free(c);
    genuine_free(&g);
}

enum { FULL = CHOICES * WAYS };

/* Numbers of texts that have the same two sets. */
static void find_rivals(const cache *c, size_t numbers[FULL + 1])
{
    char dst[64];
    uint64_t first = cache_tag(c, numbered(0, dst));
    for (size_t i = 0, found = 0; found <= FULL; i++) {
        uint64_t tag = cache_tag(c, numbered(i, dst));
        if (cache_set_of(c, tag, 0) == cache_set_of(c, first, 0) &&
            cache_set_of(c, tag, 1) == cache_set_of(c, first, 1))
            numbers[found++] = i;
    }
}

/* Chance hardly ever brings this about; an issuer that mints by the million might. */
Test(cache, rule_24_in_full_sets_an_entry_that_was_not_referenced_is_evicted)
{
    genuine g = genuine_new();
    cache *c = NULL;
    char dst[64];
    size_t numbers[FULL + 1];
    MUST(cache_new(100, 0, &c));
    find_rivals(c, numbers);
    for (size_t i = 0; i < FULL; i++)
        keep(c, &g, numbered(numbers[i], dst));
    for (size_t i = 0; i < FULL; i++)
        cr_expect_eq(is_found(c, numbered(numbers[i], dst)), true, "%zu", i);
    cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_EVICTIONS), 0);
    /* all are referenced: one has to go, and the reference bits of all are clear now */
    keep(c, &g, numbered(numbers[FULL], dst));
    cr_expect(is_found(c, numbered(numbers[FULL], dst)));
    size_t gone = FULL;
    for (size_t i = 0; i < FULL; i++)
        /* the fourth is not looked up */
        gone = i != 3 && !is_found(c, numbered(numbers[i], dst)) ? i : gone;
    cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_EVICTIONS), 1);
    if (gone < FULL) {
        keep(c, &g, numbered(numbers[gone], dst));
        cr_expect(is_found(c, numbered(numbers[gone], dst)));
        cr_expect_not(is_found(c, numbered(numbers[3], dst)), "which was not referenced");
        cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_EVICTIONS), 2);
    }
    cr_expect_eq(cache_stat(c, FNT_STAT_CACHE_ENTRIES), FULL);
    cache_free(c);
    genuine_free(&g);
}

Test(cache, rule_24_never_more_bytes_than_allowed)
{
    char *headers[MANY];
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 1000);
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_BYTES, 20000));
    fill(headers, &a);
    for (size_t i = 0; i < MANY; i++) {
        cr_expect_eq(ask(guard, headers[i]), FNT_OK);
        cr_assert_leq(stat_of(guard, FNT_STAT_CACHE_BYTES), 20000);
    }
    cr_expect_gt(stat_of(guard, FNT_STAT_CACHE_ENTRIES), 5, "and it is used");
    cr_expect_gt(stat_of(guard, FNT_STAT_CACHE_EVICTIONS), 0);
    fnt_verifier_free(guard);

    guard = guard_of(keys, 1000);
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_BYTES, 100)); /* room for none */
    cr_expect_eq(ask(guard, headers[0]), FNT_OK);
    cr_expect_eq(ask(guard, headers[0]), FNT_OK);
    cr_expect_eq(stat_of(guard, FNT_STAT_CACHE_HITS), 0);
    fnt_verifier_free(guard);
    for (size_t i = 0; i < MANY; i++)
        free(headers[i]);
    fnt_keyset_free(keys);
    pair_free(&a);
}

/* Tokens that are asked for again and again stay while a flood of valid ones, each seen once,
 * passes through. */
Test(cache, rule_24_a_flood_does_not_wash_out_what_is_in_use)
{
    enum { USED = 4, ROOM = 16 };
    char *headers[MANY];
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, ROOM);
    fill(headers, &a);
    for (size_t i = 0; i < USED; i++)
        (void)ask(guard, headers[i]);
    int64_t lost = 0;
    for (size_t i = USED; i < MANY; i++) {
        for (size_t u = 0; u < USED; u++)
            lost += !is_hit(guard, headers[u], "dev:env", NOW);
        (void)ask(guard, headers[i]);
    }
    cr_expect_leq(lost, (MANY - USED) / 4, "%d of %d lookups were lost to the flood", (int)lost,
                  (MANY - USED) * USED);
    for (size_t i = 0; i < MANY; i++)
        free(headers[i]);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}

Test(cache, settings_are_fixed_once_it_is_in_use)
{
    pair a = pair_new();
    fnt_keyset *keys = set_of(&a, NULL);
    fnt_verifier *guard = guard_of(keys, 10);
    cr_expect_eq(fnt_verifier_get(guard, FNT_OPT_CACHE_ENTRIES), 10);
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 0));
    cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_HITS), -1, "off again");
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 20));
    char *header = header_of(&a, "fed:ada");
    cr_expect_eq(ask(guard, header), FNT_OK);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 30), FNT_FAULT_STATE);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 30), FNT_FAULT_STATE,
                 "a decision is bound to the options");
    cr_expect(is_hit(guard, header, "dev:env", NOW));
    free(header);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    pair_free(&a);
}
