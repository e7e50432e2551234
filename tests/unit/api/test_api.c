/* SPDX-License-Identifier: MIT */
/* The exported functions with arguments that are absent, NULL or wrong, as the header promises; the
 * numbers that never move. */
#include "support/support.h"

#include <stdint.h>

/* ---- numbers ------------------------------------------------------------- */

/* clang-format off */
#define NUMBER(name, value) {name, value, #name}
/* clang-format on */

static const struct {
    int32_t is, was;
    const char *name;
} numbers[] = {
    NUMBER(FNT_OK, 0),
    NUMBER(FNT_FAULT_ARGUMENT, 1),
    NUMBER(FNT_FAULT_MEMORY, 2),
    NUMBER(FNT_FAULT_STATE, 3),
    NUMBER(FNT_FAULT_UNSUPPORTED, 4),
    NUMBER(FNT_FAULT_RANDOM, 5),
    NUMBER(FNT_FAULT_CRYPTO, 6),
    NUMBER(FNT_FAULT_KEY, 7),
    NUMBER(FNT_FAULT_IAM, 8),
    NUMBER(FNT_FAULT_PATTERN, 9),
    NUMBER(FNT_FAULT_SPACE, 10),
    NUMBER(FNT_FAULT_NOT_READY, 11),
    NUMBER(FNT_FAULT_NOT_CACHED, 12),
    NUMBER(FNT_FAULT_TOO_SOON, 13),
    NUMBER(FNT_WOULD_ALLOW, 90),
    NUMBER(FNT_WOULD_DENY, 91),
    NUMBER(FNT_REFUSED_NO_TOKEN, 100),
    NUMBER(FNT_REFUSED_HEADER, 101),
    NUMBER(FNT_REFUSED_SIZE, 102),
    NUMBER(FNT_REFUSED_MALFORMED, 103),
    NUMBER(FNT_REFUSED_ALGORITHM, 104),
    NUMBER(FNT_REFUSED_CRITICAL, 105),
    NUMBER(FNT_REFUSED_TYPE, 106),
    NUMBER(FNT_REFUSED_KEY_UNKNOWN, 107),
    NUMBER(FNT_REFUSED_SIGNATURE, 108),
    NUMBER(FNT_REFUSED_ISSUER, 109),
    NUMBER(FNT_REFUSED_AUDIENCE, 110),
    NUMBER(FNT_REFUSED_EXPIRED, 111),
    NUMBER(FNT_REFUSED_NOT_YET, 112),
    NUMBER(FNT_REFUSED_AGE, 113),
    NUMBER(FNT_REFUSED_CLAIM, 114),
    NUMBER(FNT_REFUSED_API_TOKEN, 115),
    NUMBER(FNT_REFUSED_OTHER_TOKEN, 116),
    NUMBER(FNT_REFUSED_REVOKED, 117),
    NUMBER(FNT_REFUSED_BINDING, 118),
    NUMBER(FNT_DENIED_PERMISSION, 200),
    NUMBER(FNT_DENIED_AUDIENCE, 201),
    NUMBER(FNT_DENIED_RESOURCE, 202),
    NUMBER(FNT_DENIED_PATH, 203),
    NUMBER(FNT_OAUTH_REQUEST, 300),
    NUMBER(FNT_OAUTH_GRANT_TYPE, 301),
    NUMBER(FNT_OAUTH_SCOPE, 302),
    NUMBER(FNT_OAUTH_SUBJECT, 303),
    NUMBER(FNT_OAUTH_SUBJECT_KEY, 304),
    NUMBER(FNT_OAUTH_NO_ROLE, 305),
    NUMBER(FNT_OAUTH_TARGET, 306),
    NUMBER(FNT_FIELD_SENTENCE, 1001),
    NUMBER(FNT_FIELD_KIND, 1002),
    NUMBER(FNT_FIELD_OUTCOME, 1003),
    NUMBER(FNT_FIELD_STATUS, 1004),
    NUMBER(FNT_FIELD_RULE, 1005),
    NUMBER(FNT_FIELD_PATH, 1006),
    NUMBER(FNT_FIELD_ISSUER, 1007),
    NUMBER(FNT_FIELD_SUBJECT, 1008),
    NUMBER(FNT_FIELD_KEY_ID, 1009),
    NUMBER(FNT_FIELD_ROLE, 1010),
    NUMBER(FNT_FIELD_POLICY, 1011),
    NUMBER(FNT_FIELD_SID, 1012),
    NUMBER(FNT_FIELD_RESOURCE, 1013),
    NUMBER(FNT_FIELD_PATTERN, 1014),
    NUMBER(FNT_FIELD_CLAIM, 1015),
    NUMBER(FNT_FIELD_OPERATOR, 1016),
    NUMBER(FNT_FIELD_EXPECTED, 1017),
    NUMBER(FNT_FIELD_ACTUAL, 1018),
    NUMBER(FNT_FIELD_TOKEN_ID, 1019),
    NUMBER(FNT_FIELD_ERRORS, 1022),
    NUMBER(FNT_FIELD_WARNINGS, 1023),
    NUMBER(FNT_REPORT_SUMMARY, 1901),
    NUMBER(FNT_REPORT_DECISION, 1902),
    NUMBER(FNT_REPORT_FULL, 1903),
    NUMBER(FNT_ES256, 1),
    NUMBER(FNT_ES384, 2),
    NUMBER(FNT_ES512, 4),
    NUMBER(FNT_RS256, 8),
    NUMBER(FNT_RS384, 16),
    NUMBER(FNT_RS512, 32),
    NUMBER(FNT_PS256, 64),
    NUMBER(FNT_PS384, 128),
    NUMBER(FNT_PS512, 256),
    NUMBER(FNT_HS256, 512),
    NUMBER(FNT_HS384, 1024),
    NUMBER(FNT_HS512, 2048),
    NUMBER(FNT_EDDSA, 4096),
    NUMBER(FNT_ALLOW_SYMMETRIC, 1),
    NUMBER(FNT_PRIVATE_PEM, 1401),
    NUMBER(FNT_PUBLIC_PEM, 1402),
    NUMBER(FNT_PUBLIC_JWK, 1403),
    NUMBER(FNT_OPT_LEEWAY, 1201),
    NUMBER(FNT_OPT_MAX_AGE, 1202),
    NUMBER(FNT_OPT_MAX_LIFETIME, 1203),
    NUMBER(FNT_OPT_MAX_BYTES, 1204),
    NUMBER(FNT_OPT_ALGORITHMS, 1205),
    NUMBER(FNT_OPT_ANY_KIND, 1206),
    NUMBER(FNT_OPT_CACHE_ENTRIES, 1207),
    NUMBER(FNT_OPT_CACHE_BYTES, 1208),
    NUMBER(FNT_OPT_MAX_TTL, 1209),
    NUMBER(FNT_OPT_CAP_AT_SUBJECT, 1210),
    NUMBER(FNT_OPT_NARROWING, 1211),
    NUMBER(FNT_OPT_MAX_HEADER_BYTES, 1213),
    NUMBER(FNT_OPT_MAX_HEADER_NAMES, 1214),
    NUMBER(FNT_STAT_CACHE_HITS, 1300),
    NUMBER(FNT_STAT_CACHE_MISSES, 1301),
    NUMBER(FNT_STAT_CACHE_ENTRIES, 1302),
    NUMBER(FNT_STAT_CACHE_BYTES, 1303),
    NUMBER(FNT_STAT_CACHE_EVICTIONS, 1304),
    NUMBER(FNT_CLAIM_ISSUER, 1101),
    NUMBER(FNT_CLAIM_SUBJECT, 1102),
    NUMBER(FNT_CLAIM_AUDIENCE, 1103),
    NUMBER(FNT_CLAIM_PERMISSION, 1104),
    NUMBER(FNT_CLAIM_FUNCTION_AUDIENCE, 1105),
    NUMBER(FNT_CLAIM_FED_ISSUER, 1106),
    NUMBER(FNT_CLAIM_ID, 1107),
    NUMBER(FNT_CLAIM_KEY_ID, 1108),
    NUMBER(FNT_CLAIM_JSON, 1109),
    NUMBER(FNT_CLAIM_KIND, 1110),
    NUMBER(FNT_CLAIM_POLICY, 1111),
    NUMBER(FNT_CLAIM_EXPIRES, 1120),
    NUMBER(FNT_CLAIM_NOT_BEFORE, 1121),
    NUMBER(FNT_CLAIM_ISSUED, 1122),
    NUMBER(FNT_ISSUER_URL, 1501),
    NUMBER(FNT_ISSUER_INTERNAL, 1502),
    NUMBER(FNT_ISSUER_NAME, 1503),
    NUMBER(FNT_DISCOVERY_HTTP, 1),
    NUMBER(FNT_REFRESH_TICK, 1601),
    NUMBER(FNT_REFRESH_UNKNOWN, 1602),
    NUMBER(FNT_REFRESH_DONE, 1603),
    NUMBER(FNT_REFRESH_FAILED, 1604),
    NUMBER(FNT_ESCAPE_PLAIN, 1801),
    NUMBER(FNT_ESCAPE_JSON, 1802),
    NUMBER(FNT_ESCAPE_HEADER, 1803),
};

Test(api, numbers_never_move)
{
    for (size_t i = 0; i < COUNT(numbers); i++) {
        cr_expect_eq(numbers[i].is, numbers[i].was, "%s was %d", numbers[i].name,
                     (int)numbers[i].was);
        /* ranges do not overlap; flags and bits begin at 1, as statuses do */
        for (size_t k = 0; k < i; k++)
            cr_expect(numbers[k].is != numbers[i].is || numbers[i].is < 1000 ||
                          strncmp(numbers[i].name, "FNT_HS", 6) == 0,
                      "%s and %s", numbers[k].name, numbers[i].name);
    }
    cr_expect_eq(FNT_RESOURCE_MAX, 256);
}

/* ---- what every call does with bad arguments ----------------------------- */

#define BAD(call) cr_expect_eq((call), FNT_FAULT_ARGUMENT, "%s", #call)

/* A text that is required: absent, NULL with a length, empty. */
#define BAD_TEXT(call)                                                                             \
    do {                                                                                           \
        static const struct {                                                                      \
            const char *at;                                                                        \
            size_t len;                                                                            \
        } texts_[] = {{NULL, 0}, {NULL, 3}, {"", 0}};                                              \
        for (size_t t_ = 0; t_ < 3; t_++) {                                                        \
            const char *text = texts_[t_].at;                                                      \
            size_t len = texts_[t_].len;                                                           \
            cr_expect_eq((call), FNT_FAULT_ARGUMENT, "%s, text %zu", #call, t_);                   \
        }                                                                                          \
    } while (0)

/* Out parameters begin with what must not stay there. */
#define LEFT_OVER ((void *)(uintptr_t)0x5a5a)

static const int64_t bad_times[] = {0, -1, INT64_MIN, 100000000000, INT64_MAX};

Test(api, report)
{
    fnt_report *report = NULL;
    char *out = LEFT_OVER;
    size_t n = 9;
    BAD(fnt_report_new(NULL));
    MUST(fnt_report_new(&report));
    BAD(fnt_report_level(NULL, FNT_REPORT_FULL));
    cr_expect_eq(fnt_report_level(report, 0), FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(fnt_report_level(report, FNT_FIELD_SENTENCE), FNT_FAULT_UNSUPPORTED);
    MUST(fnt_report_level(report, FNT_REPORT_SUMMARY));
    MUST(fnt_report_level(report, FNT_REPORT_DECISION));
    MUST(fnt_report_level(report, FNT_REPORT_FULL));
    BAD(fnt_report_json(NULL, &out, &n));
    cr_expect(out == NULL && n == 0);
    BAD(fnt_report_json(report, NULL, &n));
    BAD(fnt_report_json(report, &out, NULL));
    MUST(fnt_report_json(report, &out, &n));
    cr_expect_str_eq(out, "[]", "an unused report is empty");
    fnt_free(out);
    n = 9;
    cr_expect_null(fnt_report_text(NULL, 0, FNT_FIELD_SENTENCE, &n));
    cr_expect_eq(n, 0);
    cr_expect_null(fnt_report_text(report, 0, FNT_FIELD_SENTENCE, NULL));
    fnt_report_free(report);
    fnt_report_free(NULL);
    fnt_free(NULL);
}

/* A bad argument is told in the report, and what was in it before is gone. */
Test(api, a_report_is_emptied_by_the_next_call)
{
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    fnt_token *token = NULL;
    MUST(fnt_report_new(&report));
    cr_expect_eq(fnt_verify(guard, FNT_STR("x"), NOW, &token, report), FNT_REFUSED_MALFORMED);
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL), "malformed");
    BAD(fnt_verify(NULL, FNT_STR("x"), NOW, &token, report));
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL),
                     fnt_status_name(FNT_FAULT_ARGUMENT));
    BAD(fnt_verify(guard, FNT_STR("x"), NOW * INT64_C(1000), &token, report));
    cr_expect(holds(summary_of(report), "milliseconds"), "%s", summary_of(report));
    BAD(fnt_verify(guard, FNT_STR("x"), 0, &token, report));
    cr_expect(holds(summary_of(report), "missing"), "%s", summary_of(report));
    cr_expect_null(fnt_report_text(report, 1, FNT_FIELD_SENTENCE, NULL), "one entry");
    cr_expect_null(fnt_report_text(report, 0, FNT_OPT_LEEWAY, NULL), "a number of another kind");
    fnt_verifier_free(guard);
    fnt_report_free(report);
}

Test(api, keys)
{
    fnt_keyset *keys = LEFT_OVER;
    fnt_key *key = LEFT_OVER;
    char *out = LEFT_OVER;
    size_t n = 9;
    BAD_TEXT(fnt_keyset_parse(text, len, 0, &keys, NULL));
    cr_expect_null(keys);
    BAD(fnt_keyset_parse(FNT_STR(jwks_text), 0, NULL, NULL));
    BAD(fnt_keyset_parse(FNT_STR(jwks_text), 2, &keys, NULL));
    BAD(fnt_keyset_parse(FNT_STR(jwks_text), -1, &keys, NULL));
    BAD(fnt_keyset_parse(FNT_STR(jwks_text), FNT_ES256 | FNT_ES384, &keys, NULL));
    keys = LEFT_OVER;
    cr_expect_eq(fnt_keyset_parse(FNT_STR("x"), 0, &keys, NULL), FNT_FAULT_KEY);
    cr_expect_null(keys);

    BAD_TEXT(fnt_key_parse(text, len, 0, &key, NULL));
    cr_expect_null(key);
    BAD(fnt_key_parse(FNT_STR(signer_text(BY_ES256)), 0, NULL, NULL));
    static const int32_t no_algorithm[] = {
        -1, 3, FNT_ES256 | FNT_RS256, FNT_ES256 | FNT_EDDSA, 8192, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT(no_algorithm); i++) {
        key = LEFT_OVER;
        cr_expect_eq(fnt_key_parse(FNT_STR(signer_text(BY_ES256)), no_algorithm[i], &key, NULL),
                     FNT_FAULT_UNSUPPORTED, "%d", (int)no_algorithm[i]);
        cr_expect_null(key);
        key = LEFT_OVER;
        cr_expect_eq(fnt_key_generate(no_algorithm[i], &key), FNT_FAULT_UNSUPPORTED, "%d",
                     (int)no_algorithm[i]);
        cr_expect_null(key);
    }
    BAD(fnt_key_generate(FNT_ES256, NULL));
    cr_expect_eq(fnt_key_generate(0, &key), FNT_FAULT_UNSUPPORTED);

    cr_expect_null(fnt_key_id(NULL, &n));
    cr_expect_eq(n, 0);
    cr_expect_null(fnt_key_id(NULL, NULL));
    BAD(fnt_key_export(NULL, FNT_PUBLIC_PEM, &out, &n));
    cr_expect_null(out);
    BAD(fnt_key_export(signer_key(BY_ES256), FNT_PUBLIC_PEM, NULL, &n));
    BAD(fnt_key_export(signer_key(BY_ES256), FNT_PUBLIC_PEM, &out, NULL));
    cr_expect_eq(fnt_key_export(signer_key(BY_ES256), 0, &out, &n), FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(fnt_key_export(signer_key(BY_ES256), FNT_CLAIM_ISSUER, &out, &n),
                 FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(fnt_key_export(signer_key(BY_HS256), FNT_PRIVATE_PEM, &out, &n),
                 FNT_FAULT_UNSUPPORTED);
    cr_expect_eq(fnt_key_export(signer_key(BY_HS256), FNT_PUBLIC_PEM, &out, &n), FNT_FAULT_KEY);
    cr_expect_eq(fnt_key_export(signer_key(BY_HS256), FNT_PUBLIC_JWK, &out, &n), FNT_FAULT_KEY);
    cr_expect(out == NULL && n == 0);

    keys = all_keys();
    out = LEFT_OVER;
    BAD(fnt_keyset_jwks(NULL, &out, &n));
    cr_expect_null(out);
    BAD(fnt_keyset_jwks(keys, NULL, &n));
    BAD(fnt_keyset_jwks(keys, &out, NULL));
    fnt_keyset_free(keys);
    fnt_keyset_free(NULL);
    fnt_key_free(NULL);
}

Test(api, revoked)
{
    fnt_revoked *list = LEFT_OVER;
    BAD(fnt_revoked_parse(FNT_STR("{}"), NULL, NULL));
    BAD(fnt_revoked_parse(NULL, 3, &list, NULL));
    cr_expect_null(list);
    list = LEFT_OVER;
    cr_expect_eq(fnt_revoked_parse(FNT_STR("{}"), &list, NULL), FNT_FAULT_IAM);
    cr_expect_null(list);
    MUST(fnt_revoked_parse("", 0, &list, NULL));
    fnt_revoked_free(list);
    fnt_revoked_free(NULL);
}

Test(api, verifier)
{
    fnt_verifier *made = LEFT_OVER;
    BAD_TEXT(fnt_verifier_new(text, len, NULL, 0, NULL, &made));
    cr_expect_null(made);
    BAD(fnt_verifier_new(FNT_STR(ISSUER), "", 0, NULL, &made));
    BAD(fnt_verifier_new(FNT_STR(ISSUER), NULL, 3, NULL, &made));
    BAD(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, NULL, NULL));
    BAD(fnt_verifier_set(NULL, FNT_OPT_LEEWAY, 1));
    BAD(fnt_verifier_set_keyset(NULL, NULL));
    BAD(fnt_verifier_set_revoked(NULL, NULL));
    cr_expect_eq(fnt_verifier_get(NULL, FNT_OPT_LEEWAY), -1);
    fnt_verifier_free(NULL);
}

Test(api, authorize_and_verify)
{
    fnt_verifier *guard = verifier_of(0);
    fnt_token *token = LEFT_OVER, *good = NULL;
    const char *jws = good_token(), *header = joined("Bearer ", jws);
    BAD(fnt_authorize(NULL, FNT_STR(header), FNT_STR("dev:env"), NOW, &token, NULL));
    cr_expect_null(token);
    token = LEFT_OVER;
    BAD(fnt_authorize(guard, NULL, 3, FNT_STR("dev:env"), NOW, &token, NULL));
    cr_expect_null(token);
    BAD_TEXT(fnt_authorize(guard, FNT_STR(header), text, len, NOW, &token, NULL));
    token = LEFT_OVER;
    BAD(fnt_authorize_cached(NULL, FNT_STR(header), FNT_STR("dev:env"), NOW, &token));
    cr_expect_null(token);
    BAD(fnt_authorize_cached(guard, NULL, 3, FNT_STR("dev:env"), NOW, &token));
    BAD_TEXT(fnt_authorize_cached(guard, FNT_STR(header), text, len, NOW, &token));
    BAD(fnt_verify(NULL, FNT_STR(jws), NOW, &token, NULL));
    BAD(fnt_verify(guard, FNT_STR(jws), NOW, NULL, NULL));
    BAD(fnt_verify(guard, NULL, 3, NOW, &token, NULL));
    cr_expect_eq(fnt_verify(guard, NULL, 0, NOW, &token, NULL), FNT_REFUSED_MALFORMED, "absent");
    cr_expect_eq(fnt_verify(guard, "", 0, NOW, &token, NULL), FNT_REFUSED_MALFORMED, "empty");
    MUST(fnt_verify(guard, FNT_STR(jws), NOW, &good, NULL));
    BAD(fnt_token_authorize(NULL, FNT_STR("dev:env"), NOW, NULL));
    BAD_TEXT(fnt_token_authorize(good, text, len, NOW, NULL));
    for (size_t i = 0; i < COUNT(bad_times); i++) {
        token = LEFT_OVER;
        BAD(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), bad_times[i], &token, NULL));
        cr_expect_null(token);
        token = LEFT_OVER;
        BAD(fnt_authorize_cached(guard, FNT_STR(header), FNT_STR("dev:env"), bad_times[i], &token));
        cr_expect_null(token);
        token = LEFT_OVER;
        BAD(fnt_verify(guard, FNT_STR(jws), bad_times[i], &token, NULL));
        cr_expect_null(token);
        BAD(fnt_token_authorize(good, FNT_STR("dev:env"), bad_times[i], NULL));
    }
    fnt_token_free(good);
    fnt_verifier_free(guard);
}

Test(api, token)
{
    size_t n = 9;
    cr_expect_null(fnt_token_text(NULL, FNT_CLAIM_ISSUER, 0, &n));
    cr_expect_eq(n, 0);
    cr_expect_null(fnt_token_text(NULL, FNT_CLAIM_ISSUER, 0, NULL));
    cr_expect_eq(fnt_token_time(NULL, FNT_CLAIM_EXPIRES, -7), -7);
    fnt_token_free(NULL);
}

Test(api, looking)
{
    fnt_keyset *keys = all_keys();
    const char *jws = LEFT_OVER;
    char *out = LEFT_OVER;
    size_t n = 9;
    BAD(fnt_bearer_token(FNT_STR("Bearer a"), NULL, &n));
    BAD(fnt_bearer_token(FNT_STR("Bearer a"), &jws, NULL));
    BAD(fnt_bearer_token(NULL, 3, &jws, &n));
    cr_expect(jws == NULL && n == 0);
    jws = LEFT_OVER;
    cr_expect_eq(fnt_bearer_token(NULL, 0, &jws, &n), FNT_REFUSED_NO_TOKEN);
    cr_expect_null(jws);
    cr_expect_eq(fnt_bearer_token("", 0, &jws, &n), FNT_REFUSED_HEADER);
    MUST(fnt_bearer_token(FNT_STR("Bearer abc"), &jws, &n));
    cr_expect(n == 3 && memcmp(jws, "abc", 3) == 0);

    BAD(fnt_unverified_json(good_token(), 3, NULL, &n, NULL));
    BAD(fnt_unverified_json(good_token(), 3, &out, NULL, NULL));
    cr_expect_null(out);
    out = LEFT_OVER;
    BAD(fnt_unverified_json(NULL, 3, &out, &n, NULL));
    cr_expect_null(out);
    cr_expect_eq(fnt_unverified_json(NULL, 0, &out, &n, NULL), FNT_REFUSED_MALFORMED);

    out = LEFT_OVER;
    BAD(fnt_signature_only(NULL, FNT_STR(good_token()), &out, &n, NULL));
    cr_expect_null(out);
    BAD(fnt_signature_only(keys, FNT_STR(good_token()), NULL, &n, NULL));
    BAD(fnt_signature_only(keys, FNT_STR(good_token()), &out, NULL, NULL));
    BAD(fnt_signature_only(keys, NULL, 3, &out, &n, NULL));
    cr_expect_eq(fnt_signature_only(keys, NULL, 0, &out, &n, NULL), FNT_REFUSED_MALFORMED);
    fnt_keyset_free(keys);
}

Test(api, patterns_and_resources)
{
    fnt_claims *builder = NULL;
    fnt_patterns *set = LEFT_OVER;
    char dst[FNT_RESOURCE_MAX];
    size_t n = 9;
    BAD(fnt_claims_new(NULL));
    MUST(fnt_claims_new(&builder));
    BAD(fnt_claims_add(NULL, FNT_CLAIM_ISSUER, FNT_STR("x")));
    BAD_TEXT(fnt_claims_add(builder, FNT_CLAIM_ISSUER, text, len));
    BAD(fnt_patterns_new(NULL, &set, NULL));
    cr_expect_null(set);
    BAD(fnt_patterns_new(builder, NULL, NULL));
    MUST(fnt_patterns_new(builder, &set, NULL));
    BAD(fnt_patterns_permit(NULL, FNT_STR("dev:env"), NULL));
    BAD_TEXT(fnt_patterns_permit(set, text, len, NULL));
    BAD_TEXT(fnt_pattern_match(FNT_STR("*"), text, len));
    BAD(fnt_pattern_match(NULL, 3, FNT_STR("dev:env")));
    cr_expect_eq(fnt_pattern_match(NULL, 0, FNT_STR("dev:env")), FNT_DENIED_PERMISSION,
                 "the empty pattern");
    cr_expect_eq(fnt_pattern_match(FNT_STR("*"), FNT_STR("dev:env")), FNT_OK);
    cr_expect_eq(fnt_pattern_match(FNT_STR("*"), FNT_STR("env")), FNT_DENIED_RESOURCE);

    BAD(fnt_resource_from_path(FNT_STR("/function/x"), NULL, 0, NULL, 9, &n, NULL));
    cr_expect_eq(n, 0);
    BAD(fnt_resource_from_path(FNT_STR("/function/x"), NULL, 0, dst, sizeof dst, NULL, NULL));
    BAD(fnt_resource_from_path(FNT_STR("/function/x"), NULL, 3, dst, sizeof dst, &n, NULL));
    BAD(fnt_resource_from_path(FNT_STR("/function/x"), "", 0, dst, sizeof dst, &n, NULL));
    BAD(fnt_resource_from_path(FNT_STR("/function/x"), FNT_STR("A"), dst, sizeof dst, &n, NULL));
    BAD(fnt_resource_from_path(NULL, 3, NULL, 0, dst, sizeof dst, &n, NULL));
    cr_expect_eq(fnt_resource_from_path(NULL, 0, NULL, 0, dst, sizeof dst, &n, NULL),
                 FNT_DENIED_PATH);
    cr_expect_eq(fnt_resource_from_path(FNT_STR("/function/x"), NULL, 0, dst, 12, &n, NULL),
                 FNT_FAULT_SPACE);
    cr_expect_eq(n, 0);
    MUST(fnt_resource_from_path(FNT_STR("/function/x"), NULL, 0, dst, 13, &n, NULL));
    cr_expect(n == 13 && memcmp(dst, "openfaas-fn:x", 13) == 0);
    fnt_patterns_free(set);
    fnt_patterns_free(NULL);
    fnt_claims_free(builder);
    fnt_claims_free(NULL);
}

Test(api, iam)
{
    fnt_iam *iam = LEFT_OVER;
    size_t n = 9;
    BAD_TEXT(fnt_iam_new(text, len, &iam, NULL));
    cr_expect_null(iam);
    BAD(fnt_iam_new(FNT_STR(iam_text), NULL, NULL));
    iam = LEFT_OVER;
    cr_expect_eq(fnt_iam_new(FNT_STR("{"), &iam, NULL), FNT_FAULT_IAM);
    cr_expect_null(iam);
    MUST(fnt_iam_new(FNT_STR(iam_text), &iam, NULL));
    fnt_iam *chosen = LEFT_OVER;
    BAD_TEXT(fnt_iam_new_in(text, len, NULL, 0, 0, &chosen, NULL));
    cr_expect_null(chosen);
    BAD(fnt_iam_new_in(FNT_STR(iam_text), NULL, 3, 0, &chosen, NULL));
    BAD(fnt_iam_new_in(FNT_STR(iam_text), NULL, 0, -1, &chosen, NULL));
    BAD(fnt_iam_new_in(FNT_STR(iam_text), NULL, 0, 0, NULL, NULL));
    MUST(fnt_iam_new_in(FNT_STR(iam_text), "", 0, 0, &chosen, NULL));
    cr_expect_str_eq(fnt_iam_digest(chosen, NULL), fnt_iam_digest(iam, &n));
    cr_expect_eq(n, 64);
    fnt_iam_free(chosen);
    BAD(fnt_iam_lint(NULL, NULL));
    cr_expect_eq(fnt_iam_lint(iam, NULL), FNT_OK);
    BAD(fnt_iam_simulate(NULL, FNT_STR("{}"), NULL, 0, NULL));
    BAD_TEXT(fnt_iam_simulate(iam, text, len, NULL, 0, NULL));
    BAD(fnt_iam_simulate(iam, FNT_STR("{}"), NULL, 3, NULL));
    BAD(fnt_iam_simulate(iam, FNT_STR("[]"), NULL, 0, NULL));
    cr_expect_eq(fnt_iam_simulate(iam, FNT_STR("{}"), FNT_STR("env"), NULL), FNT_WOULD_DENY,
                 "no resource");
    cr_expect_eq(fnt_iam_simulate(iam, FNT_STR("{}"), NULL, 0, NULL), FNT_WOULD_DENY, "rule 50");
    cr_expect_eq(fnt_iam_simulate(iam, FNT_STR("{\"iss\":\"" IDP "\",\"sub\":\"a\"}"),
                                  FNT_STR("openfaas-fn:x"), NULL),
                 FNT_WOULD_ALLOW, "rule 50");
    cr_expect_eq(fnt_iam_simulate(iam, FNT_STR("{\"iss\":\"" IDP "/\",\"sub\":\"a\"}"),
                                  FNT_STR("openfaas-fn:x"), NULL),
                 FNT_WOULD_DENY, "rule 55");

    cr_expect_null(fnt_iam_issuer(NULL, 0, FNT_ISSUER_URL, &n));
    cr_expect_eq(n, 0);
    cr_expect_str_eq(fnt_iam_issuer(iam, 0, FNT_ISSUER_URL, &n), IDP);
    cr_expect_str_eq(fnt_iam_issuer(iam, 0, FNT_ISSUER_NAME, NULL), "idp");
    cr_expect_null(fnt_iam_issuer(iam, 0, FNT_ISSUER_INTERNAL, NULL), "it has none");
    cr_expect_null(fnt_iam_issuer(iam, 1, FNT_ISSUER_URL, NULL), "there is one");
    cr_expect_null(fnt_iam_issuer(iam, 0, FNT_CLAIM_ISSUER, NULL), "a number of another kind");
    cr_expect_null(fnt_lint_rule(SIZE_MAX, FNT_FIELD_RULE, &n));
    cr_expect_eq(n, 0);
    cr_expect_not_null(fnt_lint_rule(0, FNT_FIELD_RULE, &n));
    cr_expect_null(fnt_lint_rule(0, FNT_FIELD_ISSUER, NULL), "a field that no rule has");
    fnt_iam_free(iam);
    fnt_iam_free(NULL);
}

Test(api, sts)
{
    fnt_sts *sts = LEFT_OVER;
    fnt_iam *iam = NULL;
    char *body = LEFT_OVER;
    size_t n = 9;
    MUST(fnt_iam_new(FNT_STR(iam_text), &iam, NULL));
    BAD_TEXT(fnt_sts_new(text, len, signer_key(BY_ES256), &sts));
    cr_expect_null(sts);
    BAD(fnt_sts_new(FNT_STR(ISSUER), NULL, &sts));
    BAD(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), NULL));
    sts = LEFT_OVER;
    cr_expect_eq(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_RS256), &sts), FNT_FAULT_KEY);
    cr_expect_null(sts);
    MUST(fnt_sts_new(FNT_STR(ISSUER), signer_key(BY_ES256), &sts));
    BAD(fnt_sts_set(NULL, FNT_OPT_MAX_TTL, 1));
    cr_expect_eq(fnt_sts_set(sts, FNT_OPT_ANY_KIND, 1), FNT_FAULT_UNSUPPORTED, "a verifier's");
    cr_expect_eq(fnt_sts_get(NULL, FNT_OPT_MAX_TTL), -1);
    cr_expect_eq(fnt_sts_get(sts, FNT_OPT_ANY_KIND), -1);
    cr_expect_eq(fnt_sts_get(sts, FNT_OPT_MAX_TTL), 43200);
    BAD(fnt_sts_set_key(NULL, signer_key(BY_ES256)));
    BAD(fnt_sts_set_key(sts, NULL));
    cr_expect_eq(fnt_sts_set_key(sts, signer_key(BY_ES384)), FNT_FAULT_KEY);
    BAD(fnt_sts_set_iam(NULL, iam));
    BAD(fnt_sts_set_revoked(NULL, NULL));
    BAD(fnt_sts_set_iam(sts, NULL));
    BAD(fnt_sts_set_keyset(NULL, FNT_STR(IDP), NULL));
    BAD_TEXT(fnt_sts_set_keyset(sts, text, len, NULL));
    cr_expect_eq(fnt_sts_set_keyset(sts, FNT_STR(IDP), NULL), FNT_OK, "nothing to remove");
    fnt_iam_free(iam);

    BAD(fnt_sts_exchange(NULL, FNT_STR("a=b"), NOW, &body, &n, NULL));
    cr_expect_null(body);
    BAD(fnt_sts_exchange(sts, FNT_STR("a=b"), NOW, NULL, &n, NULL));
    BAD(fnt_sts_exchange(sts, FNT_STR("a=b"), NOW, &body, NULL, NULL));
    BAD(fnt_sts_exchange(sts, NULL, 3, NOW, &body, &n, NULL));
    for (size_t i = 0; i < COUNT(bad_times); i++) {
        body = LEFT_OVER;
        BAD(fnt_sts_exchange(sts, FNT_STR("a=b"), bad_times[i], &body, &n, NULL));
        cr_expect(body == NULL && n == 0);
    }
    cr_expect_eq(fnt_sts_set(sts, FNT_OPT_MAX_TTL, 60), FNT_OK, "calls that were none are no use");
    body = LEFT_OVER;
    cr_expect_eq(fnt_sts_exchange(sts, FNT_STR(exchange_form()), NOW, &body, &n, NULL),
                 FNT_FAULT_NOT_READY);
    cr_expect(body == NULL && n == 0);
    cr_expect_eq(fnt_sts_set(sts, FNT_OPT_MAX_TTL, 60), FNT_OK, "nor is one without rules");
    fnt_sts_free(sts);
    fnt_sts_free(NULL);
}

Test(api, minting)
{
    fnt_claims *builder = NULL;
    char *out = LEFT_OVER;
    size_t n = 9;
    MUST(fnt_claims_new(&builder));
    BAD(fnt_mint(NULL, builder, NOW, HOUR, &out, &n, NULL));
    cr_expect(out == NULL && n == 0);
    BAD(fnt_mint(signer_key(BY_ES256), NULL, NOW, HOUR, &out, &n, NULL));
    BAD(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, NULL, &n, NULL));
    BAD(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &out, NULL, NULL));
    BAD(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &out, &n, NULL));
    out = LEFT_OVER;
    BAD_TEXT(fnt_sign(signer_key(BY_ES256), NULL, 0, text, len, &out, &n, NULL));
    cr_expect(out == NULL && n == 0);
    BAD(fnt_sign(NULL, NULL, 0, FNT_STR("{}"), &out, &n, NULL));
    BAD(fnt_sign(signer_key(BY_ES256), NULL, 3, FNT_STR("{}"), &out, &n, NULL));
    BAD(fnt_sign(signer_key(BY_ES256), "", 0, FNT_STR("{}"), &out, &n, NULL));
    BAD(fnt_sign(signer_key(BY_ES256), NULL, 0, FNT_STR("{}"), NULL, &n, NULL));
    BAD(fnt_sign(signer_key(BY_ES256), NULL, 0, FNT_STR("{}"), &out, NULL, NULL));
    fnt_claims_free(builder);
}

/* ---- escaping ------------------------------------------------------------ */

#define LITERAL(text) (text), sizeof(text) - 1

static const struct {
    int32_t form;
    const char *text;
    size_t len;
    const char *shown;
} shown[] = {
    {FNT_ESCAPE_PLAIN, LITERAL("fed:ada"), "fed:ada"},
    {FNT_ESCAPE_PLAIN, LITERAL("a \"b\" \\ \xc3\xa9"), "a \"b\" \\ \xc3\xa9"},
    {FNT_ESCAPE_PLAIN, LITERAL("a\nb\x1b[31m\xe2\x80\xae\xff"), "a\\nb\\u{001b}[31m\\u{202e}\\xff"},
    {FNT_ESCAPE_PLAIN, "a\0b", 3, "a\\u{0000}b"},
    {FNT_ESCAPE_PLAIN, "", 0, ""},
    {FNT_ESCAPE_PLAIN, NULL, 0, ""},
    {FNT_ESCAPE_JSON, LITERAL("a \"b\" \\ \xc3\xa9"), "a \\\"b\\\" \\\\ \xc3\xa9"},
    {FNT_ESCAPE_JSON, LITERAL("a\nb\x1b[31m\xe2\x80\xae\xff"),
     "a\\u000ab\\u001b[31m\\u202e\xef\xbf\xbd"},
    {FNT_ESCAPE_JSON, LITERAL("\xf3\xa0\x81\x81"), "\\udb40\\udc41"},
    {FNT_ESCAPE_JSON, "a\0b", 3, "a\\u0000b"},
    {FNT_ESCAPE_JSON, NULL, 0, ""},
    {FNT_ESCAPE_HEADER, LITERAL("fed:ada@example.com!~"), "fed:ada@example.com!~"},
    {FNT_ESCAPE_HEADER, LITERAL("100% \"b\",\\"), "100%25%20\"b\",\\"},
    {FNT_ESCAPE_HEADER, LITERAL("a\r\nSet-Cookie: x\x7f\xc3\xa9\xff"),
     "a%0D%0ASet-Cookie:%20x%7F%C3%A9%FF"},
    {FNT_ESCAPE_HEADER, "a\0b", 3, "a%00b"},
    {FNT_ESCAPE_HEADER, NULL, 0, ""},
};

/* "Allowed." is for a decision: none of these makes one. */
Test(api, what_decides_nothing_does_not_say_allowed)
{
    fnt_keyset *keys = all_keys();
    fnt_verifier *verifier = verifier_of(0);
    fnt_token *token = NULL;
    fnt_claims *builder = NULL;
    fnt_patterns *set = NULL;
    fnt_report *report = NULL;
    char *text = NULL;
    size_t len = 0;
    MUST(fnt_report_new(&report));
    MUST(fnt_verify(verifier, FNT_STR(good_token()), NOW, &token, report));
    cr_expect(holds(summary_of(report), "The token is verified"), "%s", summary_of(report));
    MUST(fnt_signature_only(keys, FNT_STR(good_token()), &text, &len, report));
    cr_expect(holds(summary_of(report), "The signature is right"), "%s", summary_of(report));
    fnt_free(text);
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_ISSUER, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR("ada")));
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("dev:*")));
    MUST(fnt_patterns_new(builder, &set, report));
    cr_expect_str_eq(summary_of(report), "The set is compiled.");
    MUST(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &text, &len, report));
    cr_expect_str_eq(summary_of(report), "The Function Token is signed.");
    fnt_free(text);
    MUST(fnt_sign(signer_key(BY_ES256), NULL, 0, FNT_STR("{}"), &text, &len, report));
    cr_expect_str_eq(summary_of(report), "The claims are signed as they are.");
    fnt_free(text);
    fnt_patterns_free(set);
    fnt_claims_free(builder);
    fnt_token_free(token);
    fnt_verifier_free(verifier);
    fnt_keyset_free(keys);
    fnt_report_free(report);
}

Test(api, rule_26_escape)
{
    for (size_t i = 0; i < COUNT(shown); i++) {
        char out[64];
        size_t n = 9, want = strlen(shown[i].shown);
        for (size_t size = 0; size <= want; size++) {
            memset(out, 'x', sizeof out);
            cr_expect_eq(fnt_escape(shown[i].text, shown[i].len, shown[i].form, out, size, &n),
                         FNT_FAULT_SPACE, "row %zu, %zu bytes", i, size);
            cr_expect_eq(n, want + 1, "row %zu, %zu bytes", i, size);
            cr_expect(size == 0 || out[0] == '\0', "nothing in part");
            for (size_t k = size > 0 ? 1 : 0; k < sizeof out; k++)
                cr_assert_eq(out[k], 'x', "row %zu writes byte %zu of %zu", i, k, size);
        }
        MUST(fnt_escape(shown[i].text, shown[i].len, shown[i].form, out, want + 1, &n));
        cr_expect_str_eq(out, shown[i].shown, "row %zu", i);
        cr_expect_eq(n, want, "row %zu", i);
    }
}

Test(api, escape)
{
    char out[8] = "left", *none = NULL;
    size_t n = 9;
    BAD(fnt_escape(FNT_STR("x"), FNT_ESCAPE_PLAIN, out, sizeof out, NULL));
    BAD(fnt_escape(NULL, 3, FNT_ESCAPE_PLAIN, out, sizeof out, &n));
    cr_expect_eq(n, 0);
    BAD(fnt_escape(FNT_STR("x"), FNT_ESCAPE_PLAIN, none, 1, &n));
    cr_expect_eq(fnt_escape(FNT_STR("x"), FNT_ESCAPE_PLAIN, none, 0, &n), FNT_FAULT_SPACE);
    cr_expect_eq(n, 2, "x and a NUL");
    static const int32_t no_form[] = {0, 1, 1800, 1804, -1, FNT_PUBLIC_PEM, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT(no_form); i++) {
        n = 9;
        cr_expect_eq(fnt_escape(FNT_STR("x"), no_form[i], out, sizeof out, &n),
                     FNT_FAULT_UNSUPPORTED, "%d", (int)no_form[i]);
        cr_expect(n == 0 && out[0] == '\0');
    }
    for (int c = 0; c < 256; c++) { /* a header takes any of these */
        char byte = (char)c;
        MUST(fnt_escape(&byte, 1, FNT_ESCAPE_HEADER, out, sizeof out, &n));
        for (size_t i = 0; i < n; i++)
            cr_assert(out[i] > ' ' && out[i] < 0x7f, "%02x", (unsigned)c);
        cr_assert_eq(n == 1, c > ' ' && c < 0x7f && c != '%', "%02x", (unsigned)c);
    }
}

/* ---- the functions of a status ------------------------------------------- */

/* Every number that is no status of this version is answered by its range: never with 200, never
 * with NULL. */
Test(api, statuses_known_and_unknown)
{
    static const struct {
        int32_t from, to, http;
    } ranges[] = {{1, 99, 500},    {100, 199, 401},  {200, 299, 403},
                  {300, 399, 400}, {400, 5000, 500}, {-5000, -1, 500}};
    static const char *const codes[] = {"", "invalid_token", "insufficient_scope",
                                        "invalid_request"};
    cr_expect_eq(fnt_status_http(FNT_OK), 200);
    cr_expect_null(fnt_status_oauth(FNT_OK));
    for (size_t i = 0; i < COUNT(ranges); i++)
        for (fnt_status s = ranges[i].from; s <= ranges[i].to; s++) {
            int32_t want = s == FNT_FAULT_NOT_READY ? 503 : ranges[i].http;
            cr_expect_eq(fnt_status_http(s), want, "%d", (int)s);
            cr_expect_not_null(fnt_status_name(s), "%d", (int)s);
            cr_expect_not_null(fnt_status_sentence(s), "%d", (int)s);
            cr_expect(want != 500 || fnt_status_oauth(s) == NULL,
                      "%d: a fault of ours is no error of the client", (int)s);
            if (want != 500 && strcmp(fnt_status_name(s), "unknown") == 0)
                cr_expect_str_eq(fnt_status_oauth(s), codes[s / 100], "%d", (int)s);
        }
    cr_expect_eq(fnt_status_http(INT32_MAX), 500);
    cr_expect_eq(fnt_status_http(INT32_MIN), 500);
    cr_expect_str_eq(fnt_status_name(INT32_MIN), "unknown");
    cr_expect_null(fnt_status_oauth(FNT_REFUSED_NO_TOKEN));
    cr_expect_str_eq(fnt_status_oauth(FNT_REFUSED_EXPIRED), "invalid_token");
    cr_expect_str_eq(fnt_status_oauth(FNT_REFUSED_REVOKED), "invalid_token");
    cr_expect_str_eq(fnt_status_oauth(FNT_REFUSED_BINDING), "invalid_token");
    for (size_t i = 0; i < COUNT(numbers) && numbers[i].was < 1000; i++)
        cr_expect(strncmp(numbers[i].name, "FNT_", 4) != 0 ||
                      strcmp(fnt_status_name(numbers[i].is), "unknown") != 0,
                  "%s has a name", numbers[i].name);
}

/* RFC 6750, 3: a challenge with each 401 and with nothing else. faas-cli asks for a token only
 * where the realm is this text, up to the end or a comma and a space. */
Test(api, a_challenge_belongs_to_each_401)
{
    static const char realm[] = "Bearer realm=\"IAM function invoke\"";
    for (fnt_status s = -500; s <= 5000; s++) {
        const char *challenge = fnt_status_challenge(s), *code = fnt_status_oauth(s);
        cr_assert_eq(challenge != NULL, fnt_status_http(s) == 401, "%d", (int)s);
        if (challenge == NULL)
            continue;
        const char *want =
            code == NULL ? realm : joined(joined(joined(realm, ", error=\""), code), "\"");
        cr_expect_str_eq(challenge, want, "%d", (int)s);
    }
    cr_expect_str_eq(fnt_status_challenge(FNT_REFUSED_NO_TOKEN), realm);
    cr_expect_str_eq(fnt_status_challenge(FNT_REFUSED_EXPIRED),
                     "Bearer realm=\"IAM function invoke\", error=\"invalid_token\"");
    cr_expect_str_eq(fnt_status_challenge(FNT_REFUSED_HEADER),
                     "Bearer realm=\"IAM function invoke\", error=\"invalid_request\"");
    cr_expect_str_eq(fnt_status_challenge(199),
                     "Bearer realm=\"IAM function invoke\", error=\"invalid_token\"",
                     "a refusal of a newer version");
    cr_expect_null(fnt_status_challenge(INT32_MIN));
    cr_expect_null(fnt_status_challenge(INT32_MAX));
}

Test(api, version_and_capabilities)
{
    cr_expect_not_null(fnt_version());
    char header[32]; /* meson.build has the version of the library */
    (void)snprintf(header, sizeof header, "%d.%d.%d", FNT_VERSION_MAJOR, FNT_VERSION_MINOR,
                   FNT_VERSION_PATCH);
    cr_expect_str_eq(fnt_version(), header);
    cr_expect_eq(FNT_VERSION_NUMBER,
                 FNT_VERSION_MAJOR * 10000 + FNT_VERSION_MINOR * 100 + FNT_VERSION_PATCH);
    cr_expect(FNT_VERSION_MINOR < 100 && FNT_VERSION_PATCH < 100, "or the number does not grow");
    bool mbedtls = strncmp(fnt_capabilities(), "mbedtls-", 8) == 0,
         openssl = strncmp(fnt_capabilities(), "openssl-", 8) == 0;
    cr_expect(mbedtls || openssl, "%s", fnt_capabilities());
    for (signer who = BY_ES256; who < BY_STRANGER; who++)
        cr_expect(holds(fnt_capabilities(), joined(" ", signer_name(who))), "%s: %s",
                  signer_name(who), fnt_capabilities());
    cr_expect_eq(holds(fnt_capabilities(), " EdDSA"), openssl, "%s", fnt_capabilities());
}
