/* SPDX-License-Identifier: MIT */
/* A verified token: what its getters give out, and that it authorises by itself. */
#include "support/support.h"

#include <stdio.h>

#define RICH                                                                                       \
    "  {\"iss\":\"" ISSUER "\",\"sub\":\"fed:a\\u00e4\\n\\ud83d\\ude00\",\"aud\":[\"x\",\"" ISSUER \
    "\",\"\\u0079\"],"                                                                             \
    "\"exp\":1715852521.9,\"nbf\":1715848900.1,\"iat\":1715848900.1,\"jti\":\"\\\"id\\\"\",\"fed:" \
    "iss\":\"https:\\/\\/idp\","                                                                   \
    "\"function\":{\"audience\":[\"dev:*\"],\"permissions\":[\"dev:env\",\"d\\u0065v:x\",\"\"]}}"  \
    "\r\n "

static fnt_token *token_of(const char *header, const char *claims)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    MUST(fnt_verify(guard, FNT_STR(sign(BY_ES256, header, claims)), NOW, &made, NULL));
    fnt_verifier_free(guard); /* tokens that it gave out stay valid */
    return made;
}

static const struct {
    int32_t claim;
    size_t index;
    const char *text; /* NULL: absent */
    const char *why;
} texts[] = {
    {FNT_CLAIM_ISSUER, 0, ISSUER, "iss"},
    {FNT_CLAIM_ISSUER, 1, NULL, "there is one"},
    {FNT_CLAIM_SUBJECT, 0, "fed:a\xc3\xa4\n\xf0\x9f\x98\x80", "sub reads as what it stands for"},
    {FNT_CLAIM_SUBJECT, 1, NULL, "there is one"},
    {FNT_CLAIM_AUDIENCE, 0, "x", "aud, in its order"},
    {FNT_CLAIM_AUDIENCE, 1, ISSUER, "aud"},
    {FNT_CLAIM_AUDIENCE, 2, "y", "aud, with an escape"},
    {FNT_CLAIM_AUDIENCE, 3, NULL, "there are three"},
    {FNT_CLAIM_PERMISSION, 0, "dev:env", "permissions, in their order"},
    {FNT_CLAIM_PERMISSION, 1, "dev:x", "with an escape"},
    {FNT_CLAIM_PERMISSION, 2, "", "an empty one"},
    {FNT_CLAIM_PERMISSION, 3, NULL, "there are three"},
    {FNT_CLAIM_PERMISSION, SIZE_MAX, NULL, "far behind the last"},
    {FNT_CLAIM_FUNCTION_AUDIENCE, 0, "dev:*", "function.audience"},
    {FNT_CLAIM_FUNCTION_AUDIENCE, 1, NULL, "there is one"},
    {FNT_CLAIM_FED_ISSUER, 0, "https://idp", "fed:iss"},
    {FNT_CLAIM_ID, 0, "\"id\"", "jti"},
    {FNT_CLAIM_ID, 1, NULL, "there is one"},
    {FNT_CLAIM_KEY_ID, 0, "es256", "kid"},
    {FNT_CLAIM_KIND, 0, "function", "what it was verified as"},
    {FNT_CLAIM_KIND, 1, NULL, "it is one thing"},
    {FNT_CLAIM_POLICY, 0, NULL, "an API token's"},
    {FNT_CLAIM_EXPIRES, 0, NULL, "a time is no text"},
    {FNT_FIELD_SUBJECT, 0, NULL, "a number of another kind"},
    {FNT_OPT_LEEWAY, 0, NULL, "a number of another kind"},
    {0, 0, NULL, "no number"},
    {-1, 0, NULL, "no number"},
    {INT32_MAX, 0, NULL, "no number"},
};

/* All text that comes out has a NUL behind it: "%s" of a C program must not run on into what is
 * next. */
Test(token, texts)
{
    fnt_token *token = token_of(HEADER, RICH);
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t len = 99;
        const char *text = fnt_token_text(token, texts[i].claim, texts[i].index, &len);
        if (texts[i].text == NULL) {
            cr_expect_null(text, "%s", texts[i].why);
            cr_expect_eq(len, 0, "%s", texts[i].why);
            continue;
        }
        cr_assert_not_null(text, "%s", texts[i].why);
        cr_expect_str_eq(text, texts[i].text, "%s", texts[i].why);
        cr_expect_eq(len, strlen(texts[i].text), "%s", texts[i].why);
        cr_expect_eq(fnt_token_text(token, texts[i].claim, texts[i].index, NULL), text, "%s",
                     texts[i].why);
    }
    fnt_token_free(token);
}

/* Lists around the length up to which no memory is taken to read them; each item has an escape, and
 * reads as its number. */
Test(token, rule_19_permissions_with_escapes)
{
    static const size_t counts[] = {1, 2, 15, 16, 17, 18, 100};
    char claims[4096], want[32];
    for (size_t i = 0; i < COUNT(counts); i++) {
        size_t len = (size_t)snprintf(claims, sizeof claims,
                                      "{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"aud\":\"" ISSUER
                                      "\",\"exp\":1715852521,\"function\":{\"permissions\":[");
        for (size_t k = 0; k < counts[i]; k++)
            len += (size_t)snprintf(claims + len, sizeof claims - len, "%s\"d\\u0065v:f%zu\"",
                                    k == 0 ? "" : ",", k);
        snprintf(claims + len, sizeof claims - len, "]}}");
        fnt_token *token = token_of(HEADER, claims);
        for (size_t k = 0; k < counts[i]; k++) {
            snprintf(want, sizeof want, "dev:f%zu", k);
            cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_PERMISSION, k, NULL), want,
                             "%zu of %zu", k, counts[i]);
        }
        cr_expect_null(fnt_token_text(token, FNT_CLAIM_PERMISSION, counts[i], NULL));
        fnt_token_free(token);
    }
}

Test(token, json_is_the_claims_as_they_were_signed)
{
    size_t len = 0;
    fnt_token *token = token_of(HEADER, RICH);
    const char *json = fnt_token_text(token, FNT_CLAIM_JSON, 0, &len);
    cr_assert_not_null(json);
    cr_expect_eq(len, strlen(RICH) - 5, "without the white space around");
    cr_expect_eq(memcmp(json, &RICH[2], len), 0);
    cr_expect_eq(json[len], '\0');
    fnt_token_free(token);
}

Test(token, times)
{
    fnt_token *token = token_of(HEADER, RICH);
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_EXPIRES, -7), 1715852521, "rounded down");
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_NOT_BEFORE, -7), 1715848901, "rounded up");
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_ISSUED, -7), 1715848901, "rounded up");
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_ISSUER, -7), -7, "a text is no time");
    cr_expect_eq(fnt_token_time(token, 0, -7), -7, "no number");
    fnt_token_free(token);
}

/* The least that a token may hold: what is not there is absent, and nothing else's value. */
Test(token, what_is_not_there)
{
    fnt_token *token =
        token_of("{\"alg\":\"ES256\"}",
                 "{\"iss\":\"" ISSUER "\",\"sub\":\"\",\"aud\":\"" ISSUER "\",\"exp\":1715852521}");
    static const int32_t absent[] = {FNT_CLAIM_PERMISSION, FNT_CLAIM_FUNCTION_AUDIENCE,
                                     FNT_CLAIM_POLICY,     FNT_CLAIM_FED_ISSUER,
                                     FNT_CLAIM_ID,         FNT_CLAIM_KEY_ID};
    for (size_t i = 0; i < COUNT(absent); i++)
        cr_expect_null(fnt_token_text(token, absent[i], 0, NULL), "claim %d", (int)absent[i]);
    cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_SUBJECT, 0, NULL), "", "empty is not absent");
    cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_AUDIENCE, 0, NULL), ISSUER,
                     "a text is a list of one");
    cr_expect_null(fnt_token_text(token, FNT_CLAIM_AUDIENCE, 1, NULL));
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_NOT_BEFORE, INT64_MIN), INT64_MIN);
    cr_expect_eq(fnt_token_time(token, FNT_CLAIM_ISSUED, 3), 3);
    fnt_token_free(token);
}

/* Many tokens were once said to share what they point to. */
Test(token, two_tokens_are_two)
{
    fnt_token *a = token_of(HEADER, CLAIMS(",\"jti\":\"a\"" FUNCTION)),
              *b = token_of(HEADER, CLAIMS(",\"jti\":\"b\"" FUNCTION));
    cr_expect_str_eq(fnt_token_text(a, FNT_CLAIM_ID, 0, NULL), "a");
    fnt_token_free(a);
    cr_expect_str_eq(fnt_token_text(b, FNT_CLAIM_ID, 0, NULL), "b");
    fnt_token_free(b);
}

#define OTHER(more)                                                                                \
    "{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"aud\":[\"" ISSUER "\"],\"exp\":1715852521" more "}"

Test(token, kind_and_policies)
{
    static const struct {
        const char *claims, *kind, *policies[3];
    } rows[] = {
        {OTHER(FUNCTION ",\"policy\":[\"p\"]"), "function", {NULL}},
        {OTHER(",\"fed:iss\":\"https://idp\",\"policy\":[\"a\",\"\\u0062\\n\"]"),
         "api",
         {"a", "b\n"}},
        {OTHER(",\"fed:iss\":\"https://idp\",\"policy\":[]"), "api", {NULL}},
        {OTHER(",\"fed:iss\":\"https://idp\""), "api", {NULL}},
        {OTHER(",\"policy\":[\"an identity provider may mean something else by it\"]"),
         "other",
         {NULL}},
        {OTHER(",\"policy\":7,\"nonce\":\"n\""), "other", {NULL}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_token *token = token_of(HEADER, rows[i].claims);
        cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_KIND, 0, NULL), rows[i].kind, "row %zu",
                         i);
        for (size_t k = 0; k < 3; k++) {
            const char *policy = fnt_token_text(token, FNT_CLAIM_POLICY, k, NULL);
            cr_expect_eq(policy == NULL, rows[i].policies[k] == NULL, "row %zu, %zu", i, k);
            cr_expect(policy == NULL || strcmp(policy, rows[i].policies[k]) == 0, "row %zu", i);
        }
        cr_expect_str_eq(fnt_token_text(token, FNT_CLAIM_AUDIENCE, 0, NULL), ISSUER, "row %zu", i);
        fnt_token_free(token);
    }
}

static fnt_status verify_any(const char *claims, bool any_kind, fnt_report *report)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, any_kind));
    fnt_status status =
        fnt_verify(guard, FNT_STR(sign(BY_ES256, HEADER, claims)), NOW, &made, report);
    if (status == FNT_OK)
        cr_expect_neq(fnt_token_authorize(made, FNT_STR("dev:env"), NOW, NULL), FNT_OK, "%s",
                      claims);
    cr_expect_eq(made != NULL, status == FNT_OK);
    fnt_token_free(made);
    fnt_verifier_free(guard);
    return status;
}

/* What is bound to a key is worth nothing to somebody who does not show the key; whatever cnf says,
 * it is not passed over. */
Test(token, rule_51_a_function_token_with_cnf)
{
    static const char *const cnf[] = {",\"cnf\":{\"jkt\":\"x\"}", ",\"cnf\":{}", ",\"cnf\":null",
                                      ",\"cnf\":7", ",\"c\\u006ef\":{}"};
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(cnf); i++)
        for (int any = 0; any < 2; any++) {
            const char *function =
                           joined(joined("{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"aud\":\"" ISSUER
                                         "\",\"exp\":1715852521" FUNCTION,
                                         cnf[i]),
                                  "}"),
                       *other =
                           joined(joined("{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"aud\":\"" ISSUER
                                         "\",\"exp\":1715852521",
                                         cnf[i]),
                                  "}");
            cr_expect_eq(verify_any(function, any, report), FNT_REFUSED_BINDING, "%s", cnf[i]);
            cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL), "binding");
            cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_CLAIM, NULL), "cnf");
            cr_expect_eq(verify_any(other, any, NULL), any ? FNT_OK : FNT_REFUSED_OTHER_TOKEN,
                         "%s: never authorises", cnf[i]);
        }
    fnt_verifier *guard = verifier_of(0);
    const char *header = joined("Bearer ", sign(BY_ES256, HEADER, CLAIMS(FUNCTION ",\"cnf\":{}")));
    MUST(fnt_verifier_set(guard, FNT_OPT_CACHE_ENTRIES, 10));
    for (int again = 0; again < 2; again++)
        cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, NULL, NULL),
                     FNT_REFUSED_BINDING);
    cr_expect_eq(fnt_verifier_get(guard, FNT_STAT_CACHE_ENTRIES), 0);
    fnt_verifier_free(guard);
    fnt_report_free(report);
}

Test(token, rule_5_policy_of_an_api_token_is_an_array_of_strings)
{
    static const char *const wrong[] = {"\"p\"", "7", "null", "{}", "[7]", "[\"p\",null]"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const char *claims = joined(joined("{\"iss\":\"" ISSUER "\",\"sub\":\"s\",\"aud\":\"" ISSUER
                                           "\",\"exp\":1715852521,\"fed:iss\":\"x\",\"policy\":",
                                           wrong[i]),
                                    "}");
        cr_expect_eq(verify_any(claims, true, NULL), FNT_REFUSED_CLAIM, "%s", wrong[i]);
        cr_expect_eq(verify_any(claims, false, NULL), FNT_REFUSED_API_TOKEN, "%s", wrong[i]);
    }
}

/* kid of the report: of the key that verified; FNT_CLAIM_KEY_ID: what the header says, if
 * anything. */
Test(token, the_key_that_verified_is_named)
{
    static const char *const headers[] = {HEADER, "{\"alg\":\"ES256\"}"};
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(headers); i++) {
        fnt_token *token = NULL;
        fnt_verifier *guard = verifier_of(0);
        MUST(fnt_verify(guard, FNT_STR(sign(BY_ES256, headers[i], CLAIMS(FUNCTION))), NOW, &token,
                        report));
        fnt_verifier_free(guard);
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_KEY_ID, NULL), "es256");
        const char *kid = fnt_token_text(token, FNT_CLAIM_KEY_ID, 0, NULL);
        cr_expect(i == 0 ? kid != NULL && strcmp(kid, "es256") == 0 : kid == NULL);
        MUST(fnt_token_authorize(token, FNT_STR("dev:env"), NOW, report));
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_KEY_ID, NULL), "es256");
        fnt_token_free(token);
    }
    fnt_report_free(report);
}

Test(token, rules_19_23_authorises_by_itself)
{
    static const struct {
        const char *resource;
        fnt_status status;
        const char *why;
    } rows[] = {
        {"dev:env", FNT_OK, "permitted, and in the audience"},
        {"dev:x", FNT_OK, "a permission that was spelt with an escape"},
        {"dev:other", FNT_DENIED_PERMISSION, "the audience widens nothing"},
        {"prod:env", FNT_DENIED_PERMISSION, "neither"},
        {"dev:", FNT_DENIED_RESOURCE, "the empty permission covers no empty side"},
        {"env", FNT_DENIED_RESOURCE, "no namespace"},
    };
    fnt_report *report = NULL;
    fnt_token *token = token_of(HEADER, RICH);
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_status got = fnt_token_authorize(token, FNT_STR(rows[i].resource), NOW, report);
        cr_expect_eq(got, rows[i].status, "%s: %s (got %s)", rows[i].resource, rows[i].why,
                     fnt_status_name(got));
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_STATUS, NULL), fnt_status_name(got));
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_RESOURCE, NULL), rows[i].resource);
        cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_ISSUER, NULL), ISSUER);
    }
    fnt_report_free(report);
    fnt_token_free(token);
}
