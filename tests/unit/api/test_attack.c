/* SPDX-License-Identifier: MIT */
/* What a hostile reader found: each of these once failed. */
#include "support/exchange_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/refcount.h"
#include "support/key_texts.h"
#include "token/cache/table.h"

/* ---- 24: the cache ------------------------------------------------------- */

static char *header_for(const char *subject, int permissions)
{
    char *token = NULL, dst[32];
    size_t len = 0;
    fnt_claims *builder = NULL;
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR(subject)));
    for (int i = 0; i < permissions; i++) {
        int written = snprintf(dst, sizeof dst, "dev:f%d", i);
        MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, dst, (size_t)written));
    }
    MUST(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &token, &len, NULL));
    char *header = malloc(len + 8);
    snprintf(header, len + 8, "Bearer %s", token);
    fnt_free(token);
    fnt_claims_free(builder);
    return header;
}

static void ask_for(fnt_verifier *guard, const char *subject, int permissions)
{
    char *header = header_for(subject, permissions);
    cr_assert_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:f0"), NOW, NULL, NULL), FNT_OK);
    free(header);
}

/* The public half of BY_ES256 under its thumbprint, as minted tokens name it; a new object each
 * time. */
static fnt_keyset *one_key(void)
{
    char *text = NULL;
    size_t len = 0;
    fnt_keyset *keys = NULL;
    MUST(fnt_key_export(signer_key(BY_ES256), FNT_PUBLIC_JWK, &text, &len));
    MUST(fnt_keyset_parse(text, len, 0, &keys, NULL));
    fnt_free(text);
    return keys;
}

static fnt_verifier *caching(const fnt_keyset *keys, int64_t entries)
{
    fnt_verifier *guard = NULL;
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, entries));
    return guard;
}

/* Else whoever holds one such token empties the cache with each of their requests. */
Test(attack, rule_24_a_token_larger_than_the_whole_bound_turns_no_other_out)
{
    fnt_keyset *keys = one_key();
    fnt_verifier *guard = caching(keys, 16);
    for (int i = 0; i < 10; i++) {
        char subject[32];
        snprintf(subject, sizeof subject, "user-%d", i);
        ask_for(guard, subject, 3);
    }
    int64_t before = fnt_verifier_get(guard, FNT_STAT_CACHE_ENTRIES);
    cr_assert_gt(before, 0);
    ask_for(guard, "large", 800);
    cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_ENTRIES), before,
                 "it can't be kept, so nothing may be evicted");
    cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_EVICTIONS), 0);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
}

static size_t holders_of(const fnt_keyset *keys) /* a keyset begins with its count (keyset.c) */
{
    return atomic_load(&((refcount *)(void *)(uintptr_t)keys)->refs);
}

/* An entry that lingers would keep a whole keyset alive for each refresh: memory that
 * FNT_OPT_CACHE_BYTES does not count. */
Test(attack, rule_24_refreshes_with_an_equal_keyset_pile_up_no_keysets)
{
    fnt_keyset *first = one_key(), *second = one_key(), *third = one_key();
    fnt_verifier *guard = caching(first, 100);
    ask_for(guard, "a", 1);
    MUST(fnt_verifier_set_keyset(guard, second));
    ask_for(guard, "b", 1);
    MUST(fnt_verifier_set_keyset(guard, third));
    ask_for(guard, "c", 1);
    cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_ENTRIES), 3);
    size_t alive = (holders_of(first) > 1 ? 1U : 0U) + (holders_of(second) > 1 ? 1U : 0U) +
                   (holders_of(third) > 1 ? 1U : 0U);
    cr_expect_eq(alive, 1, "%zu equal keysets are held; one says all", alive);
    fnt_verifier_free(guard);
    fnt_keyset_free(first);
    fnt_keyset_free(second);
    fnt_keyset_free(third);
}

/* Of use where pointers have 32 bits: there a set is smaller than SRCU_LINE, and to move the table
 * to the next line takes more than one. */
Test(attack, rule_49_the_tables_lie_inside_their_blocks)
{
    void *held[64] = {NULL};
    for (size_t i = 0; i < 200; i++) {
        cache *c = NULL;
        free(held[i % COUNT(held)]);
        /* so that blocks begin at many places of a line */
        held[i % COUNT(held)] = malloc(1 + 16 * (i % 7));
        MUST(cache_new(1 + i % 20, 0, &c));
        size_t need = (size_t)((const char *)c->sets - (const char *)c->memory[0]) +
                      (size_t)(c->mask + 1) * sizeof *c->sets;
        cr_expect_leq(need, memory_size(c->memory[0]), "the sets end behind their block");
        need = (size_t)((const char *)c->stripes - (const char *)c->memory[1]) +
               SRCU_STRIPES * sizeof *c->stripes;
        cr_expect_leq(need, memory_size(c->memory[1]), "the stripes end behind their block");
        cache_free(c);
    }
    for (size_t i = 0; i < COUNT(held); i++)
        free(held[i]);
}

/* ---- 10: two keys, one kid, one algorithm -------------------------------- */

/* kty, n and e of a public JWK, without its brace at the end. */
static char *numbers_of(const fnt_key *key)
{
    char *text = NULL;
    size_t len = 0;
    MUST(fnt_key_export(key, FNT_PUBLIC_JWK, &text, &len));
    char *numbers = strdup(text);
    *strstr(numbers, ",\"kid\"") = '\0';
    fnt_free(text);
    return numbers;
}

/* A key that stands there once more must not bring it an algorithm that another key of the same kid
 * has already. */
Test(attack, rule_10_a_repeated_key_does_not_make_two_keys_ambiguous)
{
    fnt_key *second = NULL;
    fnt_keyset *keys = NULL;
    char text[4096];
    MUST(fnt_key_parse(FNT_STR(RSA_PKCS8), 0, &second, NULL));
    char *a = numbers_of(signer_key(BY_RS256)), *b = numbers_of(second);
    static const char *const orders[] = {
        "{\"keys\":[%1$s,\"kid\":\"x\",\"alg\":\"RS256\"},%2$s,\"kid\":\"x\",\"alg\":\"PS256\"},%1$"
        "s,\"kid\":\"x\"}]}",
        "{\"keys\":[%2$s,\"kid\":\"x\",\"alg\":\"PS256\"},%1$s,\"kid\":\"x\",\"alg\":\"RS256\"},%1$"
        "s,\"kid\":\"x\"}]}",
        "{\"keys\":[%1$s,\"kid\":\"x\"},%1$s,\"kid\":\"x\",\"alg\":\"RS256\"},%2$s,\"kid\":\"x\","
        "\"alg\":\"PS256\"}]}",
    };
    for (size_t i = 0; i < COUNT(orders); i++) {
        snprintf(text, sizeof text, orders[i], a, b);
        cr_expect_eq(fnt_keyset_parse(FNT_STR(text), 0, &keys, NULL), FNT_FAULT_KEY,
                     "order %zu: both may do PS256 as x", i);
        fnt_keyset_free(keys);
    }
    free(a);
    free(b);
    fnt_key_free(second);
}

/* ---- 28, 34: a claim named "/iss" ---------------------------------------- */

/* A role that names the issuer by a pointer means the iss that was verified, not a claim that any
 * issuer's user may have set. */
static const exchange_row shadows[] = {
    {"the role of the other issuer's users", "'/iss':'@oiss'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_NO_ROLE, NULL, NULL, NULL},
    {"without that claim", NULL, NULL, NULL, MY_EC, NULL, FNT_OAUTH_NO_ROLE, NULL, NULL, NULL},
};

Test(attack, rule_28_a_claim_named_like_a_pointer_is_not_the_issuer)
{
    RUN_ROWS(shadows,
             "[" MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY("p", "'dev:env'", "") "," A_ROLE(
                 "theirs", "'p'", "'condition':{'StringEqual':{'jwt:/iss':['@oiss']}}") "]");
}

static const exchange_row shadowed_subject[] = {
    {"the admin's sub by another name", "'/sub':'admin'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_NO_ROLE, NULL, NULL, NULL},
};

Test(attack, rule_34_a_claim_named_like_a_pointer_is_not_the_subject)
{
    RUN_ROWS(shadowed_subject,
             "[" MY_ISSUER("") "," A_POLICY("p", "'dev:env'", "") "," A_ROLE(
                 "admins", "'p'",
                 "'condition':{'StringEqual':{'jwt:iss':['@iss'],'jwt:/sub':['admin']}}") "]");
}

/* fed:iss is the gateway's word for the issuer that it verified; in an identity provider's own
 * token it is anybody's (rule 33). */
static const exchange_row federated[] = {
    {"the other issuer's name in fed:iss", "'fed:iss':'@oiss'", NULL, NULL, MY_EC, NULL,
     FNT_OAUTH_NO_ROLE, NULL, NULL, NULL},
    {"none", NULL, NULL, NULL, MY_EC, NULL, FNT_OAUTH_NO_ROLE, NULL, NULL, NULL},
};

Test(attack, rule_33_an_identity_providers_fed_iss_satisfies_no_role)
{
    RUN_ROWS(federated,
             "[" MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY("p", "'dev:env'", "") "," A_ROLE(
                 "theirs", "'p'", "'condition':{'StringEqual':{'jwt:fed:iss':['@oiss']}}") "]");
}

/* The same by a pointer, before which a claim of the very name must not stand: in the identity
 * provider's token, and copied into an API token. */
Test(attack, rule_33_a_claim_named_like_a_pointer_to_fed_iss_satisfies_no_role)
{
    static const exchange_row rows[] = {
        {"by name", "'/fed:iss':'@oiss'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_NO_ROLE, NULL, NULL,
         NULL},
        {"both", "'/fed:iss':'@oiss','fed:iss':'@oiss'", NULL, NULL, MY_EC, NULL, FNT_OAUTH_NO_ROLE,
         NULL, NULL, NULL},
    };
    RUN_ROWS(rows,
             "[" MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY("p", "'dev:env'", "") "," A_ROLE(
                 "theirs", "'p'", "'condition':{'StringEqual':{'jwt:/fed:iss':['@oiss']}}") "]");
}

Test(attack, rule_35_a_copied_claim_named_like_a_pointer_is_not_the_issuer_of_an_api_token)
{
    FOR_BOTH(
        w,
        "[" SYSTEM_ISSUER "," MY_ISSUER("") "," OTHER_ISSUER "," A_POLICY(
            "p", "'dev:env'",
            ",'condition':{'StringEqual':{'jwt:/fed:iss':['@oiss']}}") "," A_ROLE("mine", "'p'",
                                                                                  "'condition':{'"
                                                                                  "StringEqual':{'"
                                                                                  "jwt:iss':['@iss'"
                                                                                  "]}}") "]")
    {
        outcome api = api_asked(&w, my_token(&w, "'/fed:iss':'@oiss'", NULL));
        cr_assert_eq(api.status, FNT_OK, "%s", reported(&api));
        outcome o = exchanged(&w, access_token(&api));
        cr_expect_eq(o.status, FNT_OAUTH_NO_ROLE, "%s", reported(&o));
        outcome_free(&o);
        outcome_free(&api);
    }
}

/* ---- 36 ------------------------------------------------------------------ */

/* More permissions than any token may hold are refused; they are not all compared with each other
 * first. */
Test(attack, rule_36_too_many_permissions_are_refused)
{
    enum { RESOURCES = 6000 };
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    fputs("[" MY_ISSUER("") "," MY_ROLE ",{'apiVersion':'iam.openfaas.com/"
                            "v1','kind':'Policy','metadata':{'name':'@space-policy'},"
                            "'spec':{'statement':[{'sid':'1','action':['Function:Invoke'],'effect':"
                            "'Allow','resource':['dev:f'",
          to);
    for (int i = 0; i < RESOURCES; i++)
        fprintf(to, ",'dev:f%d'", i);
    fputs("]}]}}]", to);
    fclose(to);
    world w = world_open(false, text);
    const char *token = my_token(&w, NULL, NULL);
    outcome o = exchanged(&w, token);
    cr_expect_eq(o.status, FNT_OAUTH_REQUEST);
    outcome_free(&o);
    world_close(&w);
    free(text);
}
