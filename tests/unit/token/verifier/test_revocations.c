/* SPDX-License-Identifier: MIT */
/* Revocations in a verifier (rules 24, 27, 56): each call that judges, with a cache and without
 * one. Which tokens an entry names is in test_revoked.c. */
#include "support/support.h"

#include <stdio.h>

#define SUBJECT_ENTRY "{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\"}"
#define RESOURCE FNT_STR("dev:env")

static fnt_verifier *guard;
static const char *jws, *header;
static bool with_cache;

static void revoke(const char *text)
{
    fnt_revoked *list = NULL;
    if (text != NULL)
        MUST(fnt_revoked_parse(FNT_STR(text), &list, NULL));
    MUST(fnt_verifier_set_revoked(guard, list));
    fnt_revoked_free(list);
}

static void begin(bool cache)
{
    with_cache = cache;
    guard = verifier_of(0);
    if (cache)
        MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    jws = sign(BY_ES256, HEADER,
               CLAIMS(FUNCTION ",\"jti\":\"t1\",\"iat\":1715848900,\"fed:iss\":\"" IDP "\""));
    header = joined("Bearer ", jws);
}

static int64_t misses(void)
{
    return fnt_verifier_get(guard, FNT_STAT_CACHE_MISSES);
}

/* Every way of asking has the same answer. */
static void expect(fnt_status wanted, int64_t now, const char *why)
{
    fnt_token *token = NULL;
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), RESOURCE, now, NULL, NULL), wanted, "%s",
                 why);
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), RESOURCE, now, &token, report), wanted, "%s",
                 why);
    cr_expect_eq(token != NULL, wanted == FNT_OK, "%s", why);
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL), fnt_status_name(wanted));
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_SUBJECT, NULL), "fed:ada", "%s", why);
    cr_expect_eq(holds(summary_of(report), "line "), wanted == FNT_REFUSED_REVOKED, "%s: %s", why,
                 summary_of(report));
    fnt_token_free(token);
    cr_expect_eq(fnt_verify(guard, FNT_STR(jws), now, &token, report), wanted, "%s", why);
    cr_expect_eq(token != NULL, wanted == FNT_OK, "%s", why);
    cr_expect_eq(holds(summary_of(report), "line "), wanted == FNT_REFUSED_REVOKED, "%s", why);
    fnt_token_free(token);
    fnt_status cached = fnt_authorize_cached(guard, FNT_STR(header), RESOURCE, now, &token);
    cr_expect(cached == wanted || cached == FNT_FAULT_NOT_CACHED, "%s: %s", why,
              fnt_status_name(cached));
    cr_expect(cached == FNT_OK || token == NULL, "%s", why);
    fnt_token_free(token);
    fnt_report_free(report);
}

static const struct {
    const char *list;
    fnt_status wanted;
    const char *why;
} steps[] = {
    {NULL, FNT_OK, "no list"},
    {"", FNT_OK, "nothing is revoked"},
    {"{\"jti\":\"t1\"}", FNT_REFUSED_REVOKED, "the token"},
    {"{\"jti\":\"t2\"}", FNT_OK, "another one"},
    {"{\"kid\":\"es256\"}", FNT_REFUSED_REVOKED, "its key"},
    {"{\"kid\":\"es384\"}", FNT_OK, "another key"},
    {SUBJECT_ENTRY, FNT_REFUSED_REVOKED, "its subject"},
    {"{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848900}", FNT_REFUSED_REVOKED,
     "issued then"},
    {"{\"fed_iss\":\"" IDP "\",\"sub\":\"ada\",\"before\":1715848899}", FNT_OK, "issued later"},
    {"{\"jti\":\"t1\",\"until\":1715848920}", FNT_OK, "lapsed a second ago"},
    {"{\"jti\":\"t1\",\"until\":1715848921}", FNT_REFUSED_REVOKED, "lapses next second"},
    {NULL, FNT_OK, "no list again"},
};

static void walk(bool cache)
{
    begin(cache);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT(steps); i++) {
            revoke(steps[i].list);
            expect(steps[i].wanted, NOW, steps[i].why);
            expect(steps[i].wanted, NOW, steps[i].why);
        }
    if (cache)
        cr_expect_eq(misses(), 1, "no list costs a second signature check");
    fnt_verifier_free(guard);
}

Test(revocations, rule_56_in_force_with_the_next_call)
{
    walk(false);
}

Test(revocations, rules_24_56_in_force_with_the_next_call_cached_or_not)
{
    walk(true);
}

/* What was found out at one time must not answer at another: the time comes from the caller, and
 * may go back. */
static void lapse(bool cache)
{
    begin(cache);
    revoke("{\"jti\":\"t1\",\"until\":1715848930}\n{\"jti\":\"t1\",\"until\":1715848925}");
    expect(FNT_OK, NOW + 10, "over");
    expect(FNT_REFUSED_REVOKED, NOW + 9, "the last second");
    expect(FNT_OK, NOW + 10, "over");
    expect(FNT_REFUSED_REVOKED, NOW, "back in time");
    fnt_verifier_free(guard);
}

Test(revocations, rule_24_an_entry_lapses)
{
    lapse(false);
    lapse(true);
}

Test(revocations, a_token_that_is_revoked_when_it_comes_is_not_cached)
{
    begin(true);
    revoke("{\"jti\":\"t1\"}");
    expect(FNT_REFUSED_REVOKED, NOW, "the first time");
    cr_expect_eq(fnt_authorize_cached(guard, FNT_STR(header), RESOURCE, NOW, NULL),
                 FNT_FAULT_NOT_CACHED);
    revoke(NULL);
    expect(FNT_OK, NOW, "no longer");
    revoke("{\"jti\":\"t1\"}");
    cr_expect_eq(fnt_authorize_cached(guard, FNT_STR(header), RESOURCE, NOW, NULL),
                 FNT_REFUSED_REVOKED);
    fnt_verifier_free(guard);
}

/* The list is the verifier's: a cache that is made later knows it, and another one too. */
Test(revocations, before_the_cache)
{
    begin(false);
    revoke("{\"jti\":\"t1\"}");
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    expect(FNT_REFUSED_REVOKED, NOW, "list, then cache");
    fnt_verifier_free(guard);
    begin(false);
    revoke("{\"jti\":\"t1\",\"until\":1715848920}");
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    expect(FNT_OK, NOW, "lapsed");
    expect(FNT_REFUSED_REVOKED, NOW - 1, "not yet");
    fnt_verifier_free(guard);
}

Test(revocations, one_list_for_many_and_twice)
{
    fnt_revoked *list = NULL;
    begin(true);
    MUST(fnt_revoked_parse(FNT_STR("{\"jti\":\"t1\"}"), &list, NULL));
    fnt_verifier *first = guard;
    MUST(fnt_verifier_set_revoked(first, list));
    begin(true);
    MUST(fnt_verifier_set_revoked(guard, list));
    MUST(fnt_verifier_set_revoked(guard, list));
    fnt_revoked_free(list);
    expect(FNT_REFUSED_REVOKED, NOW, "the second");
    fnt_verifier_free(guard);
    guard = first;
    expect(FNT_REFUSED_REVOKED, NOW, "the first");
    fnt_verifier_free(guard);
}

/* ---- by the id of the key (rule 27) -------------------------------------- */

#define NO_KID "{\"alg\":\"ES256\",\"typ\":\"JWT\"}"

static fnt_keyset *keyset_named(const char *kid)
{
    fnt_keyset *keys = NULL;
    char *jwk = NULL;
    size_t len = 0;
    char text[512];
    MUST(fnt_key_export(signer_key(BY_ES256), FNT_PUBLIC_JWK, &jwk, &len));
    const char *after = strstr(jwk, "\"x\":");
    cr_assert_not_null(after);
    size_t coordinates =
        strcspn(strstr(after, "\"y\":") + 5, "\"") + (size_t)(strstr(after, "\"y\":") + 6 - after);
    int used = snprintf(text, sizeof text, "{\"kty\":\"EC\",\"crv\":\"P-256\",%s%s%s%.*s}",
                        kid == NULL ? "" : "\"kid\":\"", kid == NULL ? "" : kid,
                        kid == NULL ? "" : "\",", (int)coordinates, after);
    fnt_status status = fnt_keyset_parse(text, (size_t)used, 0, &keys, NULL);
    cr_assert_eq(status, FNT_OK, "%s", text);
    fnt_free(jwk);
    return keys;
}

static void set_keys(const char *kid)
{
    fnt_keyset *keys = keyset_named(kid);
    MUST(fnt_verifier_set_keyset(guard, keys));
    fnt_keyset_free(keys);
}

Test(revocations, rule_27_a_token_without_kid)
{
    for (int cache = 0; cache < 2; cache++) {
        begin(cache == 1);
        jws = sign(BY_ES256, NO_KID, CLAIMS(FUNCTION));
        header = joined("Bearer ", jws);
        set_keys("mine");
        expect(FNT_OK, NOW, "no list");
        revoke("{\"kid\":\"mine\"}");
        expect(FNT_REFUSED_REVOKED, NOW, "the key's id");
        revoke("{\"kid\":\"\xc3\xa4\"}");
        expect(FNT_OK, NOW, "another id");
        fnt_verifier_free(guard);
    }
}

Test(revocations, rule_27_neither_has_a_kid)
{
    char list[128];
    const char *thumbprint = fnt_key_id(signer_key(BY_ES256), NULL);
    snprintf(list, sizeof list, "{\"kid\":\"%s\"}", thumbprint);
    for (int cache = 0; cache < 2; cache++) {
        begin(cache == 1);
        jws = sign(BY_ES256, NO_KID, CLAIMS(FUNCTION));
        header = joined("Bearer ", jws);
        set_keys(NULL);
        expect(FNT_OK, NOW, "no list");
        revoke(list);
        expect(FNT_REFUSED_REVOKED, NOW, "the thumbprint");
        fnt_verifier_free(guard);
    }
}

/* A key that came without a kid, and a token that names its issuer's: either id hits. */
Test(revocations, rule_27_a_key_without_a_kid_has_two_ids)
{
    char list[128];
    const char *thumbprint = fnt_key_id(signer_key(BY_ES256), NULL);
    snprintf(list, sizeof list, "{\"kid\":\"%s\"}", thumbprint);
    for (int cache = 0; cache < 2; cache++) {
        begin(cache == 1);
        jws = sign(BY_ES256, "{\"alg\":\"ES256\",\"kid\":\"theirs\"}", CLAIMS(FUNCTION));
        header = joined("Bearer ", jws);
        set_keys(NULL);
        expect(FNT_OK, NOW, "no list");
        revoke(list);
        expect(FNT_REFUSED_REVOKED, NOW, "the thumbprint");
        revoke("{\"kid\":\"mine\"}");
        expect(FNT_OK, NOW, "another id");
        revoke("{\"kid\":\"theirs\"}");
        expect(FNT_REFUSED_REVOKED, NOW, "the header's kid");
        fnt_verifier_free(guard);
    }
}

/* The same key by another name is another one to a list. */
Test(revocations, rules_24_27_a_key_that_is_renamed)
{
    begin(true);
    jws = sign(BY_ES256, NO_KID, CLAIMS(FUNCTION));
    header = joined("Bearer ", jws);
    set_keys("before");
    revoke("{\"kid\":\"after\"}");
    expect(FNT_OK, NOW, "by its old name");
    set_keys("after");
    expect(FNT_REFUSED_REVOKED, NOW, "by its new one");
    fnt_verifier_free(guard);
}

/* A new keyset confirms keys alone. */
Test(revocations, rule_24_a_list_and_a_keyset_between_two_requests)
{
    begin(true);
    set_keys("es256");
    expect(FNT_OK, NOW, "cached");
    revoke("{\"jti\":\"t1\"}");
    fnt_keyset *keys = all_keys();
    MUST(fnt_verifier_set_keyset(guard, keys));
    expect(FNT_REFUSED_REVOKED, NOW, "the list counts");
    revoke(NULL);
    set_keys("es256");
    expect(FNT_OK, NOW, "and no longer");
    cr_expect_eq(misses(), 1, "one signature check for all of it");
    fnt_keyset_free(keys);
    fnt_verifier_free(guard);
}

/* A user who may name claims of their own at the identity provider must not get past an entry by
 * one of the gateway's. */
Test(revocations, rule_27_a_user_of_a_provider_with_claims_of_the_gateway)
{
    static const char *const more[] = {",\"nonce\":\"n\"", ",\"fed:iss\":\"https://x\"",
                                       FUNCTION ",\"fed:iss\":\"https://x\""};
    guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    for (size_t i = 0; i < COUNT(more); i++) {
        fnt_token *token = NULL;
        const char *claims = joined("{\"iss\":\"" ISSUER "\",\"sub\":\"ada\",\"aud\":\"" ISSUER
                                    "\",\"exp\":1715852521",
                                    joined(more[i], "}"));
        jws = sign(BY_ES256, HEADER, claims);
        revoke("{\"fed_iss\":\"" ISSUER "\",\"sub\":\"ada\"}");
        cr_expect_eq(fnt_verify(guard, FNT_STR(jws), NOW, &token, NULL), FNT_REFUSED_REVOKED, "%s",
                     more[i]);
        revoke("{\"fed_iss\":\"https://y\",\"sub\":\"ada\"}");
        cr_expect_eq(fnt_verify(guard, FNT_STR(jws), NOW, &token, NULL), FNT_OK, "%s", more[i]);
        fnt_token_free(token);
    }
    fnt_verifier_free(guard);
}
