/* SPDX-License-Identifier: MIT */
/* Misuses that no compiler sees, as both sides are of one type: they are refused when run. Those
 * that a compiler sees are in tests/house/misuse. */
#include "support/test.h"
#include <fntoken/fntoken.h>

#define ISSUER FNT_STR("https://gateway.example.com")

enum { NOW = 1715848921, HOUR = 3600 };

static fnt_key *key;
static fnt_keyset *keys;
static fnt_claims *claims;
static fnt_verifier *guard;
static char *jws, header[2048];
static size_t jws_len, header_len;

static void must(fnt_status status)
{
    cr_assert_eq(status, FNT_OK, "setting up failed: %s", fnt_status_name(status));
}

/* A guard, and the header of somebody who may call everything. */
static void set_up(void)
{
    char *jwk = NULL;
    size_t len = 0;
    must(fnt_key_generate(FNT_ES256, &key));
    must(fnt_key_export(key, FNT_PUBLIC_JWK, &jwk, &len));
    must(fnt_keyset_parse(jwk, len, 0, &keys, NULL));
    fnt_free(jwk);
    must(fnt_verifier_new(ISSUER, NULL, 0, keys, &guard));
    must(fnt_claims_new(&claims));
    must(fnt_claims_add(claims, FNT_CLAIM_ISSUER, ISSUER));
    must(fnt_claims_add(claims, FNT_CLAIM_SUBJECT, FNT_STR("fed:ada")));
    must(fnt_claims_add(claims, FNT_CLAIM_PERMISSION, FNT_STR("*")));
    must(fnt_mint(key, claims, NOW, HOUR, &jws, &jws_len, NULL));
    cr_assert_lt(jws_len, sizeof header - 8);
    memcpy(header, "Bearer ", 7);
    memcpy(header + 7, jws, jws_len);
    header_len = 7 + jws_len;
}

static void tear_down(void)
{
    fnt_free(jws);
    fnt_claims_free(claims);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    fnt_key_free(key);
}

TestSuite(misuse, .init = set_up, .fini = tear_down);

/* The one row that is right shows that the others fail for being wrong. */
Test(misuse, rule_1_header_and_resource_swapped)
{
    const struct {
        const char *header;
        size_t header_len;
        const char *resource;
        size_t resource_len;
        fnt_status want;
        const char *reason;
    } rows[] = {
        {header, header_len, FNT_STR("dev:env"), FNT_OK, "as it is meant"},
        {FNT_STR("dev:env"), header, header_len, FNT_REFUSED_HEADER, "a resource is no header"},
        {FNT_STR("Bearer"), header, header_len, FNT_REFUSED_HEADER, "nor is the scheme alone"},
        {NULL, 0, header, header_len, FNT_REFUSED_NO_TOKEN, "the header was forgotten"},
        {header, header_len, header, header_len, FNT_DENIED_RESOURCE,
         "a header is no resource, even where all is permitted"},
        {header, header_len, jws, jws_len, FNT_DENIED_RESOURCE, "nor is a token"},
        {header, header_len, NULL, 0, FNT_FAULT_ARGUMENT,
         "the resource was forgotten: the program is at fault, not the caller"},
        {header, header_len, FNT_STR("*"), FNT_DENIED_RESOURCE, "a pattern is no resource"},
        {jws, jws_len, FNT_STR("dev:env"), FNT_REFUSED_HEADER, "a token alone is no header"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fnt_token *token = NULL;
        fnt_status got = fnt_authorize(guard, rows[i].header, rows[i].header_len, rows[i].resource,
                                       rows[i].resource_len, NOW, &token, NULL);
        cr_expect_eq(got, rows[i].want, "%s: got %s", rows[i].reason, fnt_status_name(got));
        cr_expect_eq(token == NULL, rows[i].want != FNT_OK, "%s", rows[i].reason);
        fnt_token_free(token);
    }
}

Test(misuse, rule_1_a_header_given_as_a_token)
{
    fnt_token *token = NULL;
    cr_expect_eq(fnt_verify(guard, header, header_len, NOW, &token, NULL), FNT_REFUSED_MALFORMED);
    cr_expect_null(token);
    cr_expect_eq(fnt_verify(guard, jws, jws_len, NOW, &token, NULL), FNT_OK,
                 "the token alone is as it is meant");
    fnt_token_free(token);
}

Test(misuse, rule_17_issuer_and_audience_swapped)
{
    fnt_verifier *swapped = NULL;
    fnt_token *token = NULL;
    must(fnt_verifier_new(FNT_STR("somebody else"), ISSUER, keys, &swapped));
    cr_expect_eq(fnt_verify(swapped, jws, jws_len, NOW, &token, NULL), FNT_REFUSED_ISSUER);
    cr_expect_null(token);
    fnt_verifier_free(swapped);
}

Test(misuse, rule_18_times_that_cannot_be)
{
    const struct {
        int64_t now;
        fnt_status want;
        const char *reason;
    } rows[] = {
        {NOW, FNT_OK, "as it is meant"},
        {0, FNT_FAULT_ARGUMENT, "forgotten: in 1970 every token would still be valid"},
        {-1, FNT_FAULT_ARGUMENT, "what time() answers when it fails"},
        {NOW * INT64_C(1000), FNT_FAULT_ARGUMENT, "milliseconds"},
        {INT64_MAX, FNT_FAULT_ARGUMENT, "no time at all"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fnt_status got =
            fnt_authorize(guard, header, header_len, FNT_STR("dev:env"), rows[i].now, NULL, NULL);
        cr_expect_eq(got, rows[i].want, "%s: got %s", rows[i].reason, fnt_status_name(got));
    }
}

Test(misuse, rule_18_now_and_ttl_swapped)
{
    char *made = NULL;
    size_t len = 0;
    cr_expect_eq(fnt_mint(key, claims, HOUR, NOW, &made, &len, NULL), FNT_FAULT_ARGUMENT,
                 "54 years are no lifetime");
    cr_expect_null(made);
    cr_expect_eq(len, 0);
}

Test(misuse, rule_23_pattern_and_resource_swapped)
{
    cr_expect_eq(fnt_pattern_match(FNT_STR("dev:*"), FNT_STR("dev:env")), FNT_OK, "as it is meant");
    cr_expect_eq(fnt_pattern_match(FNT_STR("dev:env"), FNT_STR("dev:*")), FNT_DENIED_RESOURCE);
}
