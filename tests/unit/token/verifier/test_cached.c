/* SPDX-License-Identifier: MIT */
/* What the cache answers: fnt_authorize_cached, and reports out of the cache. Whether it was the
 * cache that answered is told by the statistics. */
#include "support/support.h"

#define RICH(function)                                                                             \
    "{\"iss\":\"" ISSUER "\",\"sub\":\"fed:a\\u00e4\\n\",\"aud\":[\"x\",\"" ISSUER                 \
    "\"],\"exp\":1715852521,\"nbf\":1715848900,\"jti\":\"id "                                      \
    "1\",\"fed:iss\":\"https://idp\"," function "}"
#define NARROWED                                                                                   \
    RICH("\"function\":{\"permissions\":[\"dev:*\",\"d\\u0065v:env\"],\"audience\":[\"dev:env\"]"  \
         "}")
#define WIDE RICH("\"function\":{\"permissions\":[\"*\"]}")

static fnt_verifier *caching_verifier(void)
{
    fnt_verifier *v = verifier_of(0);
    MUST(fnt_verifier_set(v, FNT_OPT_CACHE_ENTRIES, 10));
    return v;
}

static fnt_status ask(fnt_verifier *v, const char *header, const char *resource, int64_t now)
{
    return fnt_authorize_cached(v, header, header == NULL ? 0 : strlen(header), FNT_STR(resource),
                                now, NULL);
}

static void warm(fnt_verifier *v, const char *header)
{
    MUST(fnt_authorize(v, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL));
}

/* ---- fnt_authorize_cached ------------------------------------------------ */

Test(cached, rule_24_answers_what_fnt_authorize_would)
{
    static const struct {
        const char *claims, *resource;
        int64_t now;
        fnt_status status;
        const char *why;
    } rows[] = {
        {WIDE, "dev:env", NOW, FNT_OK, "the resource that was decided before"},
        {WIDE, "prod:env", NOW, FNT_OK, "another one"},
        {NARROWED, "dev:env", NOW, FNT_OK, "permission and audience"},
        {NARROWED, "dev:other", NOW, FNT_DENIED_AUDIENCE, "the audience is narrower"},
        {NARROWED, "prod:env", NOW, FNT_DENIED_PERMISSION, "no permission"},
        {NARROWED, "env", NOW, FNT_DENIED_RESOURCE, "no resource"},
        {NARROWED, "dev:*", NOW, FNT_DENIED_RESOURCE, "nor is a pattern"},
        {WIDE, "dev:env", 1715852521, FNT_OK, "within the leeway"},
        {WIDE, "dev:env", 1715852522, FNT_FAULT_NOT_CACHED, "past its time"},
        {WIDE, "dev:env", 1715848898, FNT_FAULT_NOT_CACHED, "before it"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_verifier *v = caching_verifier();
        const char *header = joined("Bearer ", sign(BY_ES256, HEADER, rows[i].claims));
        cr_expect_eq(ask(v, header, rows[i].resource, rows[i].now), FNT_FAULT_NOT_CACHED,
                     "before anybody verified it: %s", rows[i].why);
        warm(v, header);
        int64_t hits = fnt_verifier_get(v, FNT_STAT_CACHE_HITS);
        fnt_status got = ask(v, header, rows[i].resource, rows[i].now);
        cr_expect_eq(got, rows[i].status, "%s: got %s", rows[i].why, fnt_status_name(got));
        cr_expect_eq(fnt_verifier_get(v, FNT_STAT_CACHE_HITS), hits + (got != FNT_FAULT_NOT_CACHED),
                     "%s", rows[i].why);
        if (got != FNT_FAULT_NOT_CACHED)
            cr_expect_eq(fnt_authorize(v, FNT_STR(header), FNT_STR(rows[i].resource), rows[i].now,
                                       NULL, NULL),
                         got, "%s", rows[i].why);
        fnt_verifier_free(v);
    }
}

/* What FNT_OPT_ANY_KIND lets fnt_verify leave in the cache is refused out of it by its name. */
Test(cached, rule_20_other_kinds_are_refused_from_the_cache_too)
{
    static const struct {
        const char *claims;
        fnt_status status;
    } rows[] = {
        {CLAIMS(",\"fed:iss\":\"https://idp\",\"policy\":[\"a\"]"), FNT_REFUSED_API_TOKEN},
        {CLAIMS(""), FNT_REFUSED_OTHER_TOKEN},
        {CLAIMS(",\"cnf\":{\"jkt\":\"x\"}"), FNT_REFUSED_OTHER_TOKEN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_verifier *v = caching_verifier();
        MUST(fnt_verifier_set(v, FNT_OPT_ANY_KIND, 1));
        fnt_token *token = NULL;
        const char *jws = sign(BY_ES256, HEADER, rows[i].claims), *header = joined("Bearer ", jws);
        MUST(fnt_verify(v, FNT_STR(jws), NOW, &token, NULL));
        cr_expect_eq(ask(v, header, "dev:env", NOW), rows[i].status, "%s", rows[i].claims);
        fnt_token_free(token);
        fnt_verifier_free(v);
    }
}

/* The header's form costs no signature check, so it is judged here too, in the same words. */
Test(cached, rule_1_what_the_header_shows_is_refused)
{
    const char *token = good_token(), *good = joined("Bearer ", token);
    const char *headers[] = {NULL,
                             "",
                             "Bearer",
                             "Bearer ",
                             joined("Basic ", token),
                             joined("Bearer\t", token),
                             token,
                             joined(good, " "),
                             joined(good, ", Bearer x"),
                             joined(" ", good)};
    for (int warmed = 0; warmed < 2; warmed++) {
        fnt_verifier *v = caching_verifier();
        if (warmed)
            warm(v, good);
        for (size_t i = 0; i < COUNT(headers); i++) {
            fnt_status want = i == 0 ? FNT_REFUSED_NO_TOKEN : FNT_REFUSED_HEADER;
            size_t len = headers[i] == NULL ? 0 : strlen(headers[i]);
            cr_expect_eq(ask(v, headers[i], "dev:env", NOW), want, "header %zu", i);
            cr_expect_eq(fnt_authorize(v, headers[i], len, FNT_STR("dev:env"), NOW, NULL, NULL),
                         want, "header %zu, in full", i);
        }
        cr_expect_eq(ask(v, good, "dev:env", NOW), warmed ? FNT_OK : FNT_FAULT_NOT_CACHED);
        cr_expect_eq(ask(v, joined("bEARER   ", token), "dev:env", NOW),
                     warmed ? FNT_OK : FNT_FAULT_NOT_CACHED, "no case, more spaces");
        fnt_verifier_free(v);
    }
    fnt_verifier *v = caching_verifier();
    MUST(fnt_verifier_set(v, FNT_OPT_MAX_BYTES, (int64_t)strlen(token) - 1));
    cr_expect_eq(ask(v, good, "dev:env", NOW), FNT_REFUSED_SIZE);
    fnt_verifier_free(v);
}

/* A forged token, one that is malformed and one that expired are not told apart from one that is
 * good: that would take the whole check. */
Test(cached, rule_42_never_checks_a_signature)
{
    char *forged = (char *)(uintptr_t)joined("Bearer ", good_token());
    char *in_signature = &forged[strlen(forged) - 5];
    *in_signature = *in_signature == 'A' ? 'B' : 'A';
    const char *headers[] = {
        forged,
        "Bearer abc",
        "Bearer eyJhbGciOiJub25lIn0.e30.AAAA",
        joined("Bearer ", sign(BY_STRANGER, HEADER, WIDE)),
        joined("Bearer ", sign(BY_ES256, HEADER, "{\"exp\":1}")),
    };
    fnt_verifier *v = caching_verifier();
    warm(v, joined("Bearer ", good_token()));
    int64_t misses = fnt_verifier_get(v, FNT_STAT_CACHE_MISSES);
    for (size_t i = 0; i < COUNT(headers); i++)
        for (int again = 0; again < 2; again++)
            cr_expect_eq(ask(v, headers[i], "dev:env", NOW), FNT_FAULT_NOT_CACHED, "header %zu", i);
    cr_expect_eq(ask(v, headers[0], "no resource", NOW), FNT_FAULT_NOT_CACHED,
                 "fnt_authorize may answer 401 to it, and not 403");
    cr_expect_eq(fnt_verifier_get(v, FNT_STAT_CACHE_ENTRIES), 1, "nothing was stored");
    cr_expect_eq(fnt_verifier_get(v, FNT_STAT_CACHE_MISSES), misses,
                 "a miss is a token that had to be verified");
    fnt_verifier_free(v);
}

Test(cached, without_a_cache_nothing_is_cached)
{
    const char *header = joined("Bearer ", good_token());
    fnt_verifier *v = verifier_of(0);
    warm(v, header);
    cr_expect_eq(ask(v, header, "dev:env", NOW), FNT_FAULT_NOT_CACHED);
    cr_expect_eq(ask(v, NULL, "dev:env", NOW), FNT_REFUSED_NO_TOKEN);
    fnt_verifier_free(v);
}

Test(cached, rules_24_25_follows_the_keys)
{
    const char *header = joined("Bearer ", good_token());
    fnt_keyset *keys = all_keys(), *others = NULL;
    fnt_verifier *v = caching_verifier();
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_STRANGER)), 0, &others, NULL));
    warm(v, header);
    MUST(fnt_verifier_set_keyset(v, keys));
    cr_expect_eq(ask(v, header, "dev:env", NOW), FNT_OK, "an equal keyset");
    MUST(fnt_verifier_set_keyset(v, others));
    cr_expect_eq(ask(v, header, "dev:env", NOW), FNT_FAULT_NOT_CACHED, "its key is gone");
    MUST(fnt_verifier_set_keyset(v, NULL));
    cr_expect_eq(ask(v, header, "dev:env", NOW), FNT_FAULT_NOT_READY);
    cr_expect_eq(ask(v, NULL, "dev:env", NOW), FNT_FAULT_NOT_READY, "rule 25: never a 401 then");
    MUST(fnt_verifier_set_keyset(v, keys));
    cr_expect_eq(ask(v, header, "dev:env", NOW), FNT_FAULT_NOT_CACHED, "it was forgotten");
    fnt_verifier_free(v);
    fnt_keyset_free(others);
    fnt_keyset_free(keys);
}

Test(cached, gives_out_who_called)
{
    const char *header = joined("Bearer ", sign(BY_ES256, HEADER, NARROWED));
    fnt_verifier *v = caching_verifier();
    fnt_token *token = (fnt_token *)header;
    cr_expect_eq(fnt_authorize_cached(v, FNT_STR(header), FNT_STR("dev:env"), NOW, &token),
                 FNT_FAULT_NOT_CACHED);
    cr_expect_null(token);
    warm(v, header);
    token = (fnt_token *)header;
    cr_expect_eq(fnt_authorize_cached(v, FNT_STR(header), FNT_STR("prod:env"), NOW, &token),
                 FNT_DENIED_PERMISSION);
    cr_expect_null(token);
    cr_expect_eq(fnt_authorize_cached(v, FNT_STR(header), FNT_STR("dev:env"), NOW, &token), FNT_OK);
    fnt_verifier_free(v);
    cr_assert_not_null(token);
    cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_ID, 0, NULL), "id 1");
    fnt_token_free(token);
}

/* ---- reports out of the cache -------------------------------------------- */

static char *json_of(const fnt_report *report)
{
    char *json = NULL;
    size_t len = 0;
    MUST(fnt_report_json(report, &json, &len));
    return json;
}

/* Byte for byte what a verifier without a cache says. */
Test(cached, a_report_says_the_same_with_and_without)
{
    static const struct {
        const char *claims, *resource;
        fnt_status status;
    } rows[] = {
        {WIDE, "dev:env", FNT_OK},
        {WIDE, "prod:env", FNT_OK},
        {NARROWED, "dev:env", FNT_OK},
        {NARROWED, "dev:other", FNT_DENIED_AUDIENCE},
        {NARROWED, "prod:env", FNT_DENIED_PERMISSION},
        {NARROWED, "env", FNT_DENIED_RESOURCE},
        {CLAIMS(FUNCTION), "dev:env", FNT_OK},
        {CLAIMS(FUNCTION), "dev:x", FNT_DENIED_PERMISSION},
    };
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_verifier *plain = verifier_of(0), *caching = caching_verifier();
        const char *header = joined("Bearer ", sign(BY_ES256, HEADER, rows[i].claims));
        fnt_token *token = NULL;
        cr_expect_eq(
            fnt_authorize(plain, FNT_STR(header), FNT_STR(rows[i].resource), NOW, NULL, report),
            rows[i].status);
        char *fresh = json_of(report);
        warm(caching, header);
        cr_expect_eq(
            fnt_authorize(caching, FNT_STR(header), FNT_STR(rows[i].resource), NOW, &token, report),
            rows[i].status);
        cr_expect_eq(token != NULL, rows[i].status == FNT_OK);
        cr_expect_eq(fnt_verifier_get(caching, FNT_STAT_CACHE_HITS), 1, "row %zu", i);
        char *hit = json_of(report);
        cr_expect_str_eq(hit, fresh, "row %zu", i);
        fnt_free(hit);
        fnt_free(fresh);
        fnt_token_free(token);
        fnt_verifier_free(plain);
        fnt_verifier_free(caching);
    }
    fnt_report_free(report);
}

Test(cached, fnt_verify_says_the_same_with_and_without)
{
    const char *jws = sign(BY_ES256, HEADER, NARROWED);
    fnt_verifier *v = caching_verifier();
    fnt_token *first = NULL, *second = NULL;
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    MUST(fnt_verify(v, FNT_STR(jws), NOW, &first, report));
    char *fresh = json_of(report);
    MUST(fnt_verify(v, FNT_STR(jws), NOW, &second, report));
    char *hit = json_of(report);
    cr_expect_str_eq(hit, fresh);
    cr_expect_eq(first, second, "out of the cache");
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_ISSUER, NULL), ISSUER);
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_SUBJECT, NULL), "fed:a\xc3\xa4\\n");
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_TOKEN_ID, NULL), "id 1");
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_KEY_ID, NULL), "es256");
    fnt_free(hit);
    fnt_free(fresh);
    fnt_token_free(first);
    fnt_token_free(second);
    fnt_report_free(report);
    fnt_verifier_free(v);
}
