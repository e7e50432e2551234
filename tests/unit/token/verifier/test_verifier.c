/* SPDX-License-Identifier: MIT */
/* A verifier: its options, its current keys, the header it takes (rules 1, 6, 10, 25), and
 * what its reports may say (rule 26). */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- settings ------------------------------------------------------------ */

static const struct {
    int32_t option;
    int64_t start, least, most;
    const char *name;
} options[] = {
    {FNT_OPT_LEEWAY, 1, 0, 300, "leeway"},
    {FNT_OPT_MAX_AGE, 0, 0, 31536000, "max age"},
    {FNT_OPT_MAX_LIFETIME, 0, 0, 31536000, "max lifetime"},
    {FNT_OPT_MAX_BYTES, 16384, 1, 1048576, "max bytes"},
    /* every build has these */
    {FNT_OPT_ALGORITHMS, FNT_ES256, 1, 4095, "algorithms"},
    {FNT_OPT_ANY_KIND, 0, 0, 1, "any kind"},
    {FNT_OPT_MAX_HEADER_BYTES, 4096, 64, 1 << 20, "header bytes"},
    {FNT_OPT_MAX_HEADER_NAMES, 32, 1, 1000, "header names"},
};

Test(verifier, rules_1_6_18_settings_and_their_ranges)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        fnt_verifier *guard = verifier_of(0);
        int32_t o = options[i].option;
        cr_expect_eq(fnt_verifier_get(guard, o), options[i].start, "%s: default", options[i].name);
        cr_expect_eq(fnt_verifier_set(guard, o, options[i].least - 1), FNT_FAULT_ARGUMENT,
                     "%s: below", options[i].name);
        int64_t above = o == FNT_OPT_ALGORITHMS ? 8192 : options[i].most + 1;
        cr_expect_eq(fnt_verifier_set(guard, o, above), FNT_FAULT_ARGUMENT, "%s: above",
                     options[i].name);
        cr_expect_eq(fnt_verifier_set(guard, o, INT64_MIN), FNT_FAULT_ARGUMENT, "%s: far below",
                     options[i].name);
        cr_expect_eq(fnt_verifier_set(guard, o, INT64_MAX), FNT_FAULT_ARGUMENT, "%s: far above",
                     options[i].name);
        cr_expect_eq(fnt_verifier_get(guard, o), options[i].start, "%s: still the default",
                     options[i].name);
        cr_expect_eq(fnt_verifier_set(guard, o, options[i].least), FNT_OK, "%s: the least",
                     options[i].name);
        cr_expect_eq(fnt_verifier_get(guard, o), options[i].least, "%s", options[i].name);
        cr_expect_eq(fnt_verifier_set(guard, o, options[i].most), FNT_OK, "%s: the most",
                     options[i].name);
        cr_expect_eq(fnt_verifier_get(guard, o), options[i].most, "%s", options[i].name);
        fnt_verifier_free(guard);
    }
}

Test(verifier, rule_6_an_algorithm_that_the_build_lacks)
{
    fnt_verifier *guard = verifier_of(0);
    bool has_eddsa = (all_algorithms() & FNT_EDDSA) != 0;
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_ALGORITHMS, FNT_ES256 | FNT_EDDSA),
                 has_eddsa ? FNT_OK : FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(fnt_verifier_get(guard, FNT_OPT_ALGORITHMS),
                 FNT_ES256 | (has_eddsa ? FNT_EDDSA : 0), "as it was");
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_ALGORITHMS, all_algorithms()), FNT_OK);
    fnt_verifier_free(guard);
}

Test(verifier, options_of_others_are_none_of_its_own)
{
    static const int32_t others[] = {FNT_OPT_MAX_TTL,
                                     FNT_OPT_CAP_AT_SUBJECT,
                                     FNT_OPT_NARROWING,
                                     FNT_CLAIM_ISSUER,
                                     FNT_FIELD_KIND,
                                     FNT_STAT_CACHE_HITS,
                                     0,
                                     1,
                                     -1,
                                     1200,
                                     1212,
                                     INT32_MAX,
                                     INT32_MIN};
    fnt_verifier *guard = verifier_of(0);
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect_eq(fnt_verifier_set(guard, others[i], 1), FNT_FAULT_UNSUPPORTED, "%d",
                     (int)others[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        if (others[i] != FNT_STAT_CACHE_HITS)
            cr_expect_eq(fnt_verifier_get(guard, others[i]), -1, "%d", (int)others[i]);
    fnt_verifier_free(guard);
}

Test(verifier, settings_are_fixed_at_first_use)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(0);
    cr_expect_eq(fnt_verify(guard, FNT_STR("no token"), NOW, &made, NULL), FNT_REFUSED_MALFORMED);
    for (size_t i = 0; i < COUNT(options); i++)
        cr_expect_eq(fnt_verifier_set(guard, options[i].option, options[i].least), FNT_FAULT_STATE,
                     "%s", options[i].name);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_MAX_TTL, 1), FNT_FAULT_UNSUPPORTED,
                 "another's option stays another's");
    fnt_verifier_free(guard);

    guard = verifier_of(0);
    cr_expect_eq(fnt_authorize(guard, NULL, 0, FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_REFUSED_NO_TOKEN);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 2), FNT_FAULT_STATE,
                 "after fnt_authorize too");
    fnt_verifier_free(guard);

    guard = verifier_of(0);
    cr_expect_eq(fnt_verify(guard, FNT_STR("x"), 0, &made, NULL), FNT_FAULT_ARGUMENT,
                 "a call that was none");
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 2), FNT_OK, "is no use");
    fnt_verifier_free(guard);

    guard = verifier_of(0);
    cr_expect_eq(fnt_authorize_cached(guard, FNT_STR("Bearer x"), FNT_STR("dev:env"), NOW, NULL),
                 FNT_FAULT_NOT_CACHED);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 2), FNT_FAULT_STATE,
                 "after fnt_authorize_cached too");
    fnt_verifier_free(guard);
}

/* A service that starts before its first fetch of the keys is "not ready", and may still be set up.
 */
Test(verifier, not_ready_fixes_nothing)
{
    fnt_keyset *keys = all_keys();
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, NULL, &guard));
    cr_expect_eq(fnt_verify(guard, FNT_STR("x"), NOW, &made, NULL), FNT_FAULT_NOT_READY);
    cr_expect_eq(fnt_authorize(guard, NULL, 0, FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_FAULT_NOT_READY);
    cr_expect_eq(fnt_authorize_cached(guard, NULL, 0, FNT_STR("dev:env"), NOW, NULL),
                 FNT_FAULT_NOT_READY);
    for (size_t i = 0; i < COUNT(options); i++)
        cr_expect_eq(fnt_verifier_set(guard, options[i].option, options[i].start), FNT_OK, "%s",
                     options[i].name);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10), FNT_OK);
    MUST(fnt_verifier_set_keyset(guard, keys));
    cr_expect_eq(fnt_verify(guard, FNT_STR("x"), NOW, &made, NULL), FNT_REFUSED_MALFORMED);
    cr_expect_eq(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 2), FNT_FAULT_STATE);
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
}

Test(verifier, rule_1_longest_token)
{
    const char *good = good_token(), *header = joined("Bearer ", good);
    int64_t len = (int64_t)strlen(good);
    for (int64_t more = -1; more <= 1; more++) {
        fnt_token *made = NULL;
        fnt_verifier *guard = verifier_of(0);
        MUST(fnt_verifier_set(guard, FNT_OPT_MAX_BYTES, len + more));
        fnt_status want = more < 0 ? FNT_REFUSED_SIZE : FNT_OK;
        cr_expect_eq(fnt_verify(guard, FNT_STR(good), NOW, &made, NULL), want, "%d", (int)more);
        cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                     want, "%d, in a header", (int)more);
        fnt_token_free(made);
        fnt_verifier_free(guard);
    }
}

/* ---- issuer and audience of the verifier --------------------------------- */

Test(verifier, rule_17_an_audience_of_its_own)
{
    static const char theirs[] =
        "{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"exp\":1715852521,\"aud\":\"functions\"" FUNCTION
        "}";
    fnt_keyset *keys = all_keys();
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    MUST(fnt_verifier_new(FNT_STR(ISSUER), FNT_STR("functions"), keys, &guard));
    cr_expect_eq(fnt_verify(guard, FNT_STR(sign(BY_ES256, HEADER, theirs)), NOW, &made, NULL),
                 FNT_OK);
    fnt_token_free(made);
    cr_expect_eq(fnt_verify(guard, FNT_STR(good_token()), NOW, &made, NULL), FNT_REFUSED_AUDIENCE,
                 "the issuer is not the audience here");
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
}

/* The texts are copied, and end where they were said to end. */
Test(verifier, rule_17_issuer_ends_at_its_length)
{
    char name[] = ISSUER "/more";
    fnt_keyset *keys = all_keys();
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    MUST(fnt_verifier_new(name, sizeof ISSUER - 1, NULL, 0, keys, &guard));
    memset(name, 'x', sizeof name);
    fnt_keyset_free(keys);
    cr_expect_eq(fnt_verify(guard, FNT_STR(good_token()), NOW, &made, NULL), FNT_OK);
    fnt_token_free(made);
    fnt_verifier_free(guard);
}

/* ---- the current keys ---------------------------------------------------- */

Test(verifier, rule_25_without_keys_nothing_is_answered)
{
    fnt_keyset *keys = all_keys();
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    const char *good = good_token(), *header = joined("Bearer ", good);
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, NULL, &guard));
    cr_expect_eq(fnt_verify(guard, FNT_STR(good), NOW, &made, NULL), FNT_FAULT_NOT_READY);
    cr_expect_eq(fnt_verify(guard, FNT_STR("nonsense"), NOW, &made, NULL), FNT_FAULT_NOT_READY,
                 "a 401 would not be tried again");
    cr_expect_eq(fnt_authorize(guard, NULL, 0, FNT_STR("dev:env"), NOW, &made, NULL),
                 FNT_FAULT_NOT_READY, "nor this one");
    cr_expect_eq(fnt_status_http(FNT_FAULT_NOT_READY), 503);

    MUST(fnt_verifier_set_keyset(guard, keys));
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_OK);
    MUST(fnt_verifier_set_keyset(guard, keys));
    fnt_keyset_free(keys);
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL), FNT_OK,
                 "the keyset is shared");
    MUST(fnt_verifier_set_keyset(guard, NULL));
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_FAULT_NOT_READY);
    fnt_verifier_free(guard);
}

Test(verifier, rule_10_only_the_keys_in_force_count)
{
    fnt_keyset *fresh = NULL;
    fnt_verifier *guard = verifier_of(0);
    fnt_token *made = NULL;
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_STRANGER)), 0, &fresh, NULL));
    cr_expect_eq(fnt_verify(guard, FNT_STR(good_token()), NOW, &made, NULL), FNT_OK);
    fnt_token_free(made);
    MUST(fnt_verifier_set_keyset(guard, fresh));
    cr_expect_eq(fnt_verify(guard, FNT_STR(good_token()), NOW, &made, NULL),
                 FNT_REFUSED_KEY_UNKNOWN, "rotated away");
    const char *theirs = sign(BY_STRANGER, "{\"alg\":\"ES256\"}", CLAIMS(FUNCTION));
    cr_expect_eq(fnt_verify(guard, FNT_STR(theirs), NOW, &made, NULL), FNT_OK,
                 "no kid, and one key");
    fnt_token_free(made);
    fnt_keyset_free(fresh);
    fnt_verifier_free(guard);
}

/* No kid: of keys that came with one, exactly one must fit the alg; and Keycloak's pair of one kid
 * and two algs is told apart. */
Test(verifier, rule_10_no_kid_and_twin_kids)
{
    fnt_verifier *guard = verifier_of(all_algorithms());
    fnt_token *made = NULL;
    const char *token = sign(BY_RS256, "{\"alg\":\"RS256\"}", CLAIMS(FUNCTION));
    cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, NULL), FNT_OK,
                 "one RSA key among others");
    fnt_token_free(made);
    fnt_verifier_free(guard);
}

static fnt_verifier *guard_by(const char *keys, fnt_keyset **set)
{
    fnt_verifier *guard = NULL;
    MUST(fnt_keyset_parse(FNT_STR(keys), 0, set, NULL));
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, *set, &guard));
    return guard;
}

#define NO_KID "{\"alg\":\"ES256\"}"
#define THEIR_KID "{\"alg\":\"ES256\",\"kid\":\"2024-05\"}"

/* Two keys as PEM, before and after a rotation: whichever signed verifies, whatever kid the token
 * names; and which one it was is told. */
Test(verifier, rule_10_keys_without_a_kid_are_tried)
{
    static const char *const headers[] = {NO_KID, THEIR_KID};
    static const signer signers[] = {BY_ES256, BY_STRANGER};
    fnt_keyset *both = NULL;
    fnt_verifier *guard = guard_by(joined(signer_text(BY_ES256), signer_text(BY_STRANGER)), &both);
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < 4; i++) {
        fnt_token *made = NULL;
        const char *token = sign(signers[i / 2], headers[i % 2], CLAIMS(FUNCTION));
        cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, report), FNT_OK, "%zu", i);
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_KEY_ID, NULL),
                         fnt_key_id(signer_key(signers[i / 2]), NULL), "%zu", i);
        fnt_token_free(made);
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
    fnt_keyset_free(both);
}

/* None verifies it: the key is unknown, and the caller may fetch. A thumbprint decides alone. */
Test(verifier, rule_10_a_guess_that_fails_is_an_unknown_key)
{
    const char *thumbprint = fnt_key_id(signer_key(BY_ES256), NULL);
    const char *named = joined(joined("{\"alg\":\"ES256\",\"kid\":\"", thumbprint), "\"}");
    const char *by_stranger = sign(BY_STRANGER, NO_KID, CLAIMS(FUNCTION));
    const struct {
        const char *token;
        fnt_status status;
        const char *sentence;
    } refused[] = {
        {by_stranger, FNT_REFUSED_KEY_UNKNOWN,
         "The token names no key (kid), and by none of the keys for ES256 that came without one (1 "
         "tried) its signature is right."},
        {sign(BY_STRANGER, THEIR_KID, CLAIMS(FUNCTION)), FNT_REFUSED_KEY_UNKNOWN,
         "The token's kid is \"2024-05\", which no key has, and by none of the keys for ES256 that "
         "came without a kid (1 tried) its signature is right."},
        {sign(BY_STRANGER, named, CLAIMS(FUNCTION)), FNT_REFUSED_SIGNATURE,
         "The signature does not fit"},
        {joined(by_stranger, "A"), FNT_REFUSED_KEY_UNKNOWN, "(1 tried)"},
        {joined(compact(SPAN(NO_KID), SPAN(CLAIMS(FUNCTION)), SPAN("")),
                "++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++"
                "++++"),
         FNT_REFUSED_MALFORMED, "signature"},
    };
    fnt_keyset *one = NULL;
    fnt_verifier *guard = guard_by(signer_text(BY_ES256), &one);
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(refused); i++) {
        fnt_token *made = NULL;
        cr_expect_eq(fnt_verify(guard, FNT_STR(refused[i].token), NOW, &made, report),
                     refused[i].status, "%zu", i);
        cr_expect(holds(summary_of(report), refused[i].sentence), "%zu: %s", i, summary_of(report));
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
    fnt_keyset_free(one);
}

/* Rule 24 for those keys: in the cache a token is found by its own key, in whatever place that
 * stands in a new set, and no more once the key is gone. */
Test(verifier, rules_10_24_cached_by_a_key_without_a_kid)
{
    const char *a = signer_text(BY_ES256), *b = signer_text(BY_STRANGER);
    const char *header = joined("Bearer ", sign(BY_STRANGER, THEIR_KID, CLAIMS(FUNCTION)));
    const struct {
        const char *keys;
        fnt_status status;
        int64_t hits;
    } swaps[] = {{joined(a, b), FNT_OK, 1},
                 {joined(b, a), FNT_OK, 2},
                 {b, FNT_OK, 3},
                 {a, FNT_FAULT_NOT_CACHED, 3}};
    fnt_keyset *both = NULL;
    fnt_verifier *guard = guard_by(joined(a, b), &both);
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 8));
    cr_assert_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_OK);
    for (size_t i = 0; i < COUNT(swaps); i++) {
        fnt_keyset *fresh = NULL;
        MUST(fnt_keyset_parse(FNT_STR(swaps[i].keys), 0, &fresh, NULL));
        MUST(fnt_verifier_set_keyset(guard, fresh));
        cr_expect_eq(fnt_authorize_cached(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL),
                     swaps[i].status, "%zu", i);
        cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_HITS), swaps[i].hits, "%zu", i);
        fnt_keyset_free(fresh);
    }
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_REFUSED_KEY_UNKNOWN);
    fnt_verifier_free(guard);
    fnt_keyset_free(both);
}

/* ---- the header (rule 1; its table is test_bearer.c) --------------------- */

Test(verifier, rule_1_from_header_to_decision)
{
    const char *good = good_token();
    static const struct {
        const char *before, *after;
        fnt_status status;
        const char *why;
    } rows[] = {
        {"Bearer ", "", FNT_OK, "the usual"},
        {"bEARER  ", "", FNT_OK, "the scheme has no case, spaces may be more"},
        {"", "", FNT_REFUSED_HEADER, "a token without a scheme"},
        {"Basic ", "", FNT_REFUSED_HEADER, "another scheme"},
        {"Bearer ", " ", FNT_REFUSED_HEADER, "a space behind"},
        {"Bearer ", ", Bearer x", FNT_REFUSED_HEADER, "two headers, joined"},
        {" Bearer ", "", FNT_REFUSED_HEADER, "a space before"},
        {"Bearer\t", "", FNT_REFUSED_HEADER, "a tab"},
        {"Bearer ", "=", FNT_REFUSED_SIGNATURE, "RFC 6750's padding is none of JWS's"},
        {"Bearer ", "~", FNT_REFUSED_SIGNATURE, "nor is its alphabet"},
    };
    fnt_verifier *guard = verifier_of(0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *header = joined(joined(rows[i].before, good), rows[i].after);
        fnt_status got = fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL);
        cr_expect_eq(got, rows[i].status, "%s (got %s)", rows[i].why, fnt_status_name(got));
    }
    cr_expect_eq(fnt_authorize(guard, "", 0, FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_REFUSED_HEADER, "empty is not absent");
    fnt_verifier_free(guard);
}

/* What needs no key is looked at before the signature, which costs a thousand times as much: both
 * of these are wrong. */
Test(verifier, rule_12_a_payload_that_is_no_base64url_costs_no_signature)
{
    char token[1024];
    snprintf(token, sizeof token, "%s", good_token());
    char *payload = strchr(token, '.') + 1, *signature = strchr(payload, '.') + 1;
    fnt_verifier *guard = verifier_of(0);
    signature[4] = signature[4] == 'A' ? 'B' : 'A';
    cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &(fnt_token *){NULL}, NULL),
                 FNT_REFUSED_SIGNATURE);
    payload[9] = '~';
    cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &(fnt_token *){NULL}, NULL),
                 FNT_REFUSED_MALFORMED);
    fnt_verifier_free(guard);
}

Test(verifier, rules_19_21_to_23_decisions)
{
    static const struct {
        const char *resource;
        fnt_status status;
    } rows[] = {
        {"dev:env", FNT_OK},
        {"openfaas-fn:x", FNT_OK},
        {"dev:environment", FNT_DENIED_PERMISSION},
        {"xdev:env", FNT_DENIED_PERMISSION},
        {"openfaas-fn-evil:x", FNT_DENIED_PERMISSION},
        {"env", FNT_DENIED_RESOURCE},
        {"dev:*", FNT_DENIED_RESOURCE},
        {"dev:env:x", FNT_DENIED_RESOURCE},
        {"DEV:env", FNT_DENIED_RESOURCE},
    };
#define PLAIN "{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"exp\":1715852521,\"aud\":\"" ISSUER "\""
    static const char narrowed[] =
        ",\"function\":{\"permissions\":[\"dev:*\"],\"audience\":[\"dev:env\"]}";
    fnt_verifier *guard = verifier_of(0);
    const char *header = joined("Bearer ", good_token());
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_token *made = NULL;
        fnt_status got =
            fnt_authorize(guard, FNT_STR(header), FNT_STR(rows[i].resource), NOW, &made, NULL);
        cr_expect_eq(got, rows[i].status, "%s (got %s)", rows[i].resource, fnt_status_name(got));
        cr_expect_eq(made != NULL, got == FNT_OK, "only who may call is told apart: %s",
                     rows[i].resource);
        fnt_token_free(made);
    }
    header = joined("Bearer ", sign(BY_ES256, HEADER, joined(joined(PLAIN, narrowed), "}")));
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                 FNT_OK);
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:other"), NOW, NULL, NULL),
                 FNT_DENIED_AUDIENCE);
    cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("prod:env"), NOW, NULL, NULL),
                 FNT_DENIED_PERMISSION);
    fnt_verifier_free(guard);
}

/* ---- reports (rule 26) --------------------------------------------------- */

#define NASTY "a\\r\\nSet-Cookie: b\\u001b[31m\\u202e\\u2028\xe2\x80\x8b\\u0007"

static bool is_clean(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return false;
    return !holds(text, "\xe2\x80\xae") && !holds(text, "\xe2\x80\xa8") &&
           !holds(text, "\xe2\x80\x8b");
}

Test(verifier, rule_26_what_a_token_says_reaches_no_report_raw)
{
#define SAYS(iss, sub, aud, more)                                                                  \
    "{\"iss\":\"" iss "\",\"sub\":\"" sub "\",\"aud\":\"" aud "\",\"exp\":1715852521" more "}"
    static const struct {
        const char *header, *claims;
        fnt_status status;
    } rows[] = {
        {"{\"alg\":\"ES256\",\"kid\":\"" NASTY "\"}", CLAIMS(FUNCTION), FNT_REFUSED_KEY_UNKNOWN},
        {"{\"alg\":\"" NASTY "\",\"kid\":\"es256\"}", CLAIMS(FUNCTION), FNT_REFUSED_ALGORITHM},
        {"{\"alg\":\"RS256\",\"kid\":\"es256\"}", SAYS(NASTY, NASTY, NASTY, FUNCTION),
         FNT_REFUSED_ALGORITHM},
        {"{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"" NASTY "\"}", CLAIMS(FUNCTION),
         FNT_REFUSED_TYPE},
        {HEADER, SAYS(NASTY, NASTY, ISSUER, FUNCTION), FNT_REFUSED_ISSUER},
        {HEADER, SAYS(ISSUER, NASTY, NASTY, FUNCTION), FNT_REFUSED_AUDIENCE},
        {HEADER, SAYS(ISSUER, NASTY, ISSUER, ",\"nbf\":1715852000"), FNT_REFUSED_NOT_YET},
        {HEADER, SAYS(ISSUER, NASTY, ISSUER, ",\"function\":{\"permissions\":[\"" NASTY "\"]}"),
         FNT_DENIED_PERMISSION},
    };
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *json = NULL;
        size_t len = 0;
        const char *token = sign(BY_ES256, rows[i].header, rows[i].claims),
                   *header = joined("Bearer ", token);
        fnt_status got =
            fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, report);
        cr_expect_eq(got, rows[i].status, "row %zu: got %s", i, fnt_status_name(got));
        for (size_t e = 0; fnt_report_text(report, e, FNT_FIELD_SENTENCE, NULL) != NULL; e++)
            for (int32_t field = FNT_FIELD_SENTENCE; field <= FNT_FIELD_TOKEN_ID; field++) {
                const char *text = fnt_report_text(report, e, field, NULL);
                cr_expect(text == NULL || is_clean(text), "row %zu, field %d: %s", i, (int)field,
                          text);
            }
        MUST(fnt_report_json(report, &json, &len));
        cr_expect(is_clean(json), "row %zu: %s", i, json);
        cr_expect(!holds(json, token), "row %zu: a report never holds the token", i);
        cr_expect(!holds(json, strrchr(token, '.') + 1), "row %zu: nor its signature", i);
        fnt_free(json);
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}

Test(verifier, the_report_says_expected_against_found)
{
    static const struct {
        const char *header, *claims;
        const char *part[3];
    } rows[] = {
        {HEADER,
         SAYS("https://gateway.example.com/", "s", ISSUER, FUNCTION),
         {"\"https://gateway.example.com/\";", ISSUER, "only by the slash at the end"}},
        {HEADER,
         SAYS("https://other", "s", ISSUER, FUNCTION),
         {"https://other", ISSUER, "expected"}},
        {HEADER, SAYS(ISSUER, "s", "account", FUNCTION), {"[\"account\"]", ISSUER, "aud"}},
        {"{\"alg\":\"ES256\",\"kid\":\"new\"}",
         SAYS("https://idp", "s", "x", ",\"typ\":\"ID\""),
         {"new", "es256", "an ID token"}},
        {"{\"alg\":\"RS256\",\"kid\":\"new\"}",
         SAYS("https://idp", "s", "x", ""),
         {"RS256", "an access token", "https://idp"}},
        {"{\"alg\":\"ES256\",\"kid\":\"new\"}",
         CLAIMS(FUNCTION),
         {"new", "a Function Token", "nobody verified"}},
        {"{\"alg\":\"none\"}", CLAIMS(FUNCTION), {"not signed", "", ""}},
        {"{\"alg\":\"none\"}", "no JSON at all", {"not signed", "", ""}},
        {HEADER, "{\"sub\":1}", {"sub", "a number", "a string"}},
        {HEADER,
         "{\"aud\":[true]}",
         {"aud is an array that holds", "a boolean", "array of strings"}},
        {HEADER, "{\"exp\":null}", {"exp", "null", "a number of seconds"}},
        {HEADER, "{}", {"iss", "missing", ""}},
        {HEADER, "{\"iss\":\"" ISSUER "\"}", {"aud", "missing", ""}},
        {HEADER,
         SAYS(ISSUER, "s", ISSUER, ",\"function\":7"),
         {"function", "object", "permissions"}},
    };
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_token *made = NULL;
        const char *token = sign(BY_ES256, rows[i].header, rows[i].claims);
        cr_expect_neq(fnt_verify(guard, FNT_STR(token), NOW, &made, report), FNT_OK, "row %zu", i);
        for (size_t k = 0; k < 3; k++)
            cr_expect(holds(summary_of(report), rows[i].part[k]),
                      "row %zu: \"%s\" is missing in: %s", i, rows[i].part[k], summary_of(report));
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}

/* A report never changes an answer. */
Test(verifier, rule_50_with_and_without_a_report)
{
    static const char *const headers[] = {HEADER, "{}", "{\"alg\":\"none\"}",
                                          "{\"alg\":\"ES256\",\"kid\":\"x\"}", "no JSON"};
    static const char *const sets[] = {CLAIMS(FUNCTION), CLAIMS(""), "{}",
                                       "{\"exp\":0}",    "no JSON",  CLAIMS(",\"function\":1")};
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    for (size_t h = 0; h < COUNT(headers); h++)
        for (size_t c = 0; c < COUNT(sets); c++) {
            fnt_token *with = NULL, *without = NULL;
            const char *token = sign(BY_ES256, headers[h], sets[c]);
            fnt_status told = fnt_verify(guard, FNT_STR(token), NOW, &with, report);
            cr_expect_eq(told, fnt_verify(guard, FNT_STR(token), NOW, &without, NULL), "%s %s",
                         headers[h], sets[c]);
            fnt_token_free(with);
            fnt_token_free(without);
        }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}
