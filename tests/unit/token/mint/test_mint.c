/* SPDX-License-Identifier: MIT */
/* Tokens made by hand: what they hold, what is refused (rules 14, 16, 27), and that a verifier
 * takes them (rule 45). */
#include "support/support.h"

#include <stdio.h>

#include "token/mint/mint.h"

static fnt_claims *draft_of(const char *issuer, const char *subject, const char *permission)
{
    fnt_claims *made = NULL;
    MUST(fnt_claims_new(&made));
    if (issuer != NULL)
        MUST(fnt_claims_add(made, FNT_CLAIM_ISSUER, FNT_STR(issuer)));
    if (subject != NULL)
        MUST(fnt_claims_add(made, FNT_CLAIM_SUBJECT, FNT_STR(subject)));
    if (permission != NULL)
        MUST(fnt_claims_add(made, FNT_CLAIM_PERMISSION, FNT_STR(permission)));
    return made;
}

static const char *mint(const fnt_claims *builder)
{
    char *made = NULL;
    size_t len = 0;
    MUST(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &made, &len, NULL));
    cr_assert_eq(len, strlen(made));
    const char *kept = joined(made, "");
    fnt_free(made);
    return kept;
}

/* By the key's own kid, as mint writes it. */
static fnt_token *verified(const char *token)
{
    fnt_keyset *keys = NULL;
    fnt_verifier *guard = NULL;
    fnt_token *made = NULL;
    MUST(fnt_keyset_parse(FNT_STR(signer_text(BY_ES256)), 0, &keys, NULL));
    MUST(fnt_verifier_new(FNT_STR(ISSUER), NULL, 0, keys, &guard));
    MUST(fnt_verify(guard, FNT_STR(token), NOW, &made, NULL));
    fnt_verifier_free(guard);
    fnt_keyset_free(keys);
    return made;
}

static const char *looked_at(const char *token)
{
    char *text = NULL;
    size_t len = 0;
    MUST(fnt_unverified_json(FNT_STR(token), &text, &len, NULL));
    const char *kept = joined(text, "");
    fnt_free(text);
    return kept;
}

Test(mint, rules_27_45_what_a_function_token_holds)
{
    fnt_claims *builder = draft_of(ISSUER, "fed:ada", "dev:env");
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("openfaas-fn:*")));
    MUST(fnt_claims_add(builder, FNT_CLAIM_FUNCTION_AUDIENCE, FNT_STR("dev:env")));
    MUST(fnt_claims_add(builder, FNT_CLAIM_FED_ISSUER, FNT_STR("https://idp")));
    const char *token = mint(builder), *text = looked_at(token);
    fnt_token *read = verified(token);
    char start[256];
    snprintf(start, sizeof start,
             "{\"header\":{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%s\"},\"claims\":{\"iss\":"
             "\"" ISSUER "\",\"sub\":\"fed:ada\",\"aud\":[\"" ISSUER
             "\"],\"exp\":1715852521,\"iat\":1715848921,\"jti\":\"",
             fnt_key_id(signer_key(BY_ES256), NULL));
    cr_expect_eq(strncmp(text, start, strlen(start)), 0, "%s", text);
    cr_expect(holds(text, ",\"fed:iss\":\"https://"
                          "idp\",\"function\":{\"permissions\":[\"dev:env\",\"openfaas-fn:*\"],"
                          "\"audience\":[\"dev:env\"]}},\"verified\":false}"),
              "%s", text);
    cr_expect_eq(fnt_token_authorize(read, FNT_STR("dev:env"), NOW, NULL), FNT_OK);
    cr_expect_eq(fnt_token_authorize(read, FNT_STR("openfaas-fn:x"), NOW, NULL),
                 FNT_DENIED_AUDIENCE);
    cr_expect_eq(fnt_token_time(read, FNT_CLAIM_EXPIRES, 0), NOW + HOUR);
    cr_expect_eq(strlen(fnt_token_text(read, FNT_CLAIM_ID, 0, NULL)), 22, "128 bits");
    fnt_token_free(read);
    fnt_claims_free(builder);
}

Test(mint, rule_27_the_report_names_the_token)
{
    char *made = NULL;
    size_t len = 0;
    fnt_claims *c = draft_of(ISSUER, "fed:ada", "dev:env");
    fnt_report *report = NULL;
    const fnt_key *key = signer_key(BY_ES256);
    MUST(fnt_report_new(&report));
    MUST(fnt_mint(key, c, NOW, HOUR, &made, &len, report));
    cr_expect(holds(looked_at(made), fnt_report_text(report, 0, FNT_FIELD_TOKEN_ID, NULL)));
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_KEY_ID, NULL), fnt_key_id(key, NULL));
    cr_expect_str_eq(fnt_report_text(report, 0, FNT_FIELD_ISSUER, NULL), ISSUER);
    fnt_free(made);
    cr_expect_eq(fnt_mint(key, c, NOW, 0, &made, &len, report), FNT_FAULT_ARGUMENT);
    cr_expect_null(fnt_report_text(report, 0, FNT_FIELD_TOKEN_ID, NULL), "no token, no id");
    fnt_report_free(report);
    fnt_claims_free(c);
}

Test(mint, rule_27_every_jti_is_another)
{
    enum { TOKENS = 64 };
    const char *ids[TOKENS];
    fnt_claims *builder = draft_of(ISSUER, "s", "*");
    for (size_t i = 0; i < TOKENS; i++) {
        fnt_token *read = verified(mint(builder));
        ids[i] = joined(fnt_token_text(read, FNT_CLAIM_ID, 0, NULL), "");
        fnt_token_free(read);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(ids[k], ids[i]);
    }
    fnt_claims_free(builder);
}

Test(mint, rule_17_audiences_of_its_own)
{
    fnt_claims *builder = draft_of(ISSUER, "s", "*");
    MUST(fnt_claims_add(builder, FNT_CLAIM_AUDIENCE, FNT_STR(ISSUER)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_AUDIENCE, FNT_STR("b")));
    cr_expect(holds(looked_at(mint(builder)), "\"aud\":[\"" ISSUER "\",\"b\"]"));
    fnt_claims_free(builder);
}

/* A quote in a subject cannot become a permission. */
Test(mint, rule_33_no_text_becomes_structure)
{
    static const char *const texts[] = {
        "x\",\"function\":{\"permissions\":[\"*\"]},\"y\":\"",
        "\\",
        "\"",
        "\n\r\t\x01\x7f",
        "\xe2\x80\xae",
        "</script>",
        "\xf0\x9f\x98\x80",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        fnt_claims *builder = draft_of(ISSUER, texts[i], texts[i]);
        MUST(fnt_claims_add(builder, FNT_CLAIM_FED_ISSUER, FNT_STR(texts[i])));
        MUST(fnt_claims_add(builder, FNT_CLAIM_FUNCTION_AUDIENCE, FNT_STR(texts[i])));
        fnt_token *read = verified(mint(builder));
        cr_expect_str_eq(fnt_token_text(read, FNT_CLAIM_SUBJECT, 0, NULL), texts[i]);
        cr_expect_str_eq(fnt_token_text(read, FNT_CLAIM_PERMISSION, 0, NULL), texts[i]);
        cr_expect_str_eq(fnt_token_text(read, FNT_CLAIM_FUNCTION_AUDIENCE, 0, NULL), texts[i]);
        cr_expect_str_eq(fnt_token_text(read, FNT_CLAIM_FED_ISSUER, 0, NULL), texts[i]);
        cr_expect_null(fnt_token_text(read, FNT_CLAIM_PERMISSION, 1, NULL));
        fnt_token_free(read);
        fnt_claims_free(builder);
    }
}

static const struct {
    const char *issuer, *subject, *permission;
    signer by;
    int64_t now, ttl;
    fnt_status status;
    const char *why;
} rows[] = {
    {ISSUER, "s", "*", BY_ES256, NOW, 1, FNT_OK, "the shortest life"},
    {ISSUER, "s", "*", BY_ES256, NOW, 31536000, FNT_OK, "the longest life"},
    {ISSUER, "s", "*", BY_ES256, 99999999999, 31536000, FNT_OK, "at the latest now"},
    {ISSUER, "s", "*", BY_ES256, NOW, 0, FNT_FAULT_ARGUMENT, "no life"},
    {ISSUER, "s", "*", BY_ES256, NOW, -1, FNT_FAULT_ARGUMENT, "born dead"},
    {ISSUER, "s", "*", BY_ES256, NOW, 31536001, FNT_FAULT_ARGUMENT, "longer than a year"},
    {ISSUER, "s", "*", BY_ES256, NOW, INT64_MAX, FNT_FAULT_ARGUMENT, "for ever"},
    {ISSUER, "s", "*", BY_ES256, NOW, INT64_MIN, FNT_FAULT_ARGUMENT, "never"},
    {ISSUER, "s", "*", BY_ES256, 0, HOUR, FNT_FAULT_ARGUMENT, "now was forgotten"},
    {ISSUER, "s", "*", BY_ES256, 100000000000, HOUR, FNT_FAULT_ARGUMENT, "now in milliseconds"},
    {NULL, "s", "*", BY_ES256, NOW, HOUR, FNT_FAULT_ARGUMENT, "no issuer"},
    {ISSUER, NULL, "*", BY_ES256, NOW, HOUR, FNT_FAULT_ARGUMENT, "no subject"},
    {ISSUER, "s", NULL, BY_ES256, NOW, HOUR, FNT_FAULT_ARGUMENT, "no permission"},
    {ISSUER, "s", "*", BY_ES384, NOW, HOUR, FNT_FAULT_KEY, "rule 14: P-384 can't sign ES256"},
    {ISSUER, "s", "*", BY_ES512, NOW, HOUR, FNT_FAULT_KEY, "rule 14: nor P-521"},
    {ISSUER, "s", "*", BY_RS256, NOW, HOUR, FNT_FAULT_KEY, "rule 14: nor RSA"},
    {ISSUER, "s", "*", BY_HS256, NOW, HOUR, FNT_FAULT_KEY, "rule 14: nor a secret"},
};

Test(mint, rules_14_17_37_table)
{
    fnt_report *report = NULL;
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *made = (char *)1;
        size_t len = 99;
        fnt_claims *builder = draft_of(rows[i].issuer, rows[i].subject, rows[i].permission);
        fnt_status got = fnt_mint(signer_key(rows[i].by), builder, rows[i].now, rows[i].ttl, &made,
                                  &len, report);
        cr_expect_eq(got, rows[i].status, "%s (got %s: %s)", rows[i].why, fnt_status_name(got),
                     summary_of(report));
        cr_expect_eq(made != NULL, got == FNT_OK, "%s", rows[i].why);
        cr_expect_eq(len != 0, got == FNT_OK, "%s", rows[i].why);
        fnt_free(made);
        fnt_claims_free(builder);
    }
    fnt_report_free(report);
}

/* What no verifier would take is not made (rule 19's limits). */
Test(mint, rules_19_45_limits)
{
    static const struct {
        size_t count, len;
        fnt_status status;
    } limits[] = {{4096, 1, FNT_OK},
                  {4097, 1, FNT_FAULT_ARGUMENT},
                  {1, 1024, FNT_OK},
                  {1, 1025, FNT_FAULT_ARGUMENT}};
    static const int32_t lists[] = {FNT_CLAIM_PERMISSION, FNT_CLAIM_FUNCTION_AUDIENCE};
    char text[1025];
    memset(text, 'a', sizeof text);
    for (size_t l = 0; l < COUNT(lists); l++)
        for (size_t i = 0; i < COUNT(limits); i++) {
            char *made = NULL;
            size_t len = 0;
            fnt_claims *builder =
                draft_of(ISSUER, "s", lists[l] == FNT_CLAIM_PERMISSION ? NULL : "*");
            for (size_t k = 0; k < limits[i].count; k++)
                MUST(fnt_claims_add(builder, lists[l], text, limits[i].len));
            cr_expect_eq(fnt_mint(signer_key(BY_ES256), builder, NOW, HOUR, &made, &len, NULL),
                         limits[i].status, "%zu of %zu bytes", limits[i].count, limits[i].len);
            fnt_free(made);
            fnt_claims_free(builder);
        }
}

/* ---- an API token: the identity provider's claims are copied ------------- */

/* Whoever can set a claim at the identity provider must not make a Function Token of an API token.
 */
Test(mint, rule_33_copied_claims_never_collide)
{
    static const char theirs[] = "{\"email\":\"a@b\",\"function\":{\"permissions\":[\"*\"]},"
                                 "\"\\u0066unction\\u0073\":1,\"policy\":[\"admin\"],"
                                 "\"iss\":\"x\","
                                 "\"aud\":\"x\",\"sub\":\"root\",\"exp\":9,\"iat\":9,\"nbf\":9,"
                                 "\"jti\":\"x\",\"act\":{},\"cnf\":{},"
                                 "\"fed:iss\":\"x\",\"f\\u0065d:x\":1,"
                                 "\"fed:\":2,\"fed\":3,\"groups\":[\"a\",{\"function\":1}],"
                                 "\"na\\\"me\":\"\\\"\\u00e4\",\"Function\":true,"
                                 "\"kubernetes.io\":{\"n\":null}}";
    static const char spelt[] =
        "{\"f\\u0075nction\":{\"permissions\":[\"*\"]},\"\\u0065xp\":9007199254740992}";
    static const span policies[] = {{"p", 1}, {"q", 1}};
    const char *const sets[] = {theirs, spelt};
    const char *const kept[] = {
        "\"fed:iss\":\"https://"
        "idp\",\"policy\":[\"p\",\"q\"],\"email\":\"a@b\",\"\\u0066unction\\u0073\":1,\"fed\":3,"
        "\"groups\":[\"a\",{\"function\":1}],"
        "\"na\\\"me\":\"\\\"\\u00e4\",\"kubernetes.io\":{\"n\":null}},\"verified\"",
        "\"fed:iss\":\"https://idp\",\"policy\":[\"p\",\"q\"]},\"verified\"",
    };
    for (size_t i = 0; i < COUNT(sets); i++) {
        char *made = NULL, id[MINT_ID_SIZE];
        size_t len = 0;
        mint_claims what = {.issuer = SPAN(ISSUER),
                            .subject = SPAN("fed:ada"),
                            .fed_issuer = SPAN("https://idp"),
                            .issued = NOW,
                            .expires = NOW + HOUR,
                            .policies = {policies, 2}};
        json_value root;
        json_index *copied = NULL;
        MUST(json_validate_index(span_of(sets[i]), NULL, NULL, 0, JSON_NO_LIMITS, &root, &copied,
                                 NULL));
        what.copied = copied;
        MUST(mint_token(signer_key(BY_ES256), &what, id, &made, &len));
        const char *text = looked_at(made);
        cr_expect(holds(text, kept[i]), "%s", text);
        cr_expect(holds(text, "\"sub\":\"fed:ada\",\"aud\":[\"" ISSUER
                              "\"],\"exp\":1715852521,\"iat\":1715848921,\"jti\":\""),
                  "%s", text);
        cr_expect(holds(text, id) && strlen(id) == 22, "%s is its jti: %s", id, text);
        fnt_free(made);
        json_index_free(copied);
    }
}

/* ---- fnt_sign ------------------------------------------------------------ */

static const struct {
    const char *header, *claims;
    const char *reads; /* the header that comes out; NULL: FNT_FAULT_ARGUMENT */
    const char *why;
} signings[] = {
    {NULL, "{}", "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"KID\"}", "the default"},
    {"{}", "{}", "{\"alg\":\"ES256\"}", "nothing wanted: nothing but alg"},
    {" { } ", " {\"a\" : 1} ", "{\"alg\":\"ES256\"}", "white space"},
    {"{\"kid\":\"k\"}", "{}", "{\"alg\":\"ES256\",\"kid\":\"k\"}", "another kid"},
    {"{\"typ\":\"at+jwt\",\"kid\":\"k\"}", "{}",
     "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"k\"}", "another typ"},
    {"{\"k\\u0069d\":\"k\"}", "{}", "{\"alg\":\"ES256\",\"k\\u0069d\":\"k\"}", "as it is spelt"},
    {"{\"x\":[1,{\"y\":\"\\\"\"}],\"z\":true}", "{}",
     "{\"alg\":\"ES256\",\"x\":[1,{\"y\":\"\\\"\"}],\"z\":true}", "anything, as it stands"},

    {"{\"alg\":\"ES256\"}", "{}", NULL, "alg is the key's, even the right one"},
    {"{\"alg\":\"none\"}", "{}", NULL, "alg is the key's"},
    {"{\"\\u0061lg\":\"none\"}", "{}", NULL, "spelt with an escape"},
    {"{\"crit\":[\"x\"]}", "{}", NULL, "rule 8"},
    {"{\"b64\":false}", "{}", NULL, "rule 8"},
    {"{\"zip\":\"DEF\"}", "{}", NULL, "rule 8"},
    {"[]", "{}", NULL, "no object"},
    {"", "{}", NULL, "empty is not absent"},
    {"{\"kid\":\"a\",\"kid\":\"b\"}", "{}", NULL, "a name twice"},
    {"{}x", "{}", NULL, "something behind"},
    {NULL, "[]", NULL, "claims are an object"},
    {NULL, "", NULL, "required"},
    {NULL, "{\"a\":1,\"a\":1}", NULL, "a name twice"},
    {NULL, "{\"a\":NaN}", NULL, "no JSON"},
    {NULL, "{\"a\":\"\\u0000\"}", NULL, "a NUL"},
};

Test(mint, rules_4_8_sign_table)
{
    const char *kid = fnt_key_id(signer_key(BY_ES256), NULL);
    for (size_t i = 0; i < COUNT(signings); i++) {
        char *made = NULL, want[512] = "";
        size_t len = 0, header_len = signings[i].header == NULL ? 0 : strlen(signings[i].header);
        fnt_status got = fnt_sign(signer_key(BY_ES256), signings[i].header, header_len,
                                  FNT_STR(signings[i].claims), &made, &len, NULL);
        cr_expect_eq(got, signings[i].reads == NULL ? FNT_FAULT_ARGUMENT : FNT_OK, "%s (got %s)",
                     signings[i].why, fnt_status_name(got));
        if (got != FNT_OK) {
            cr_expect_null(made);
            continue;
        }
        const char *mark = strstr(signings[i].reads, "KID"), *text = looked_at(made);
        if (mark == NULL)
            snprintf(want, sizeof want, "{\"header\":%s,", signings[i].reads);
        else
            snprintf(want, sizeof want, "{\"header\":%.*s%s%s,", (int)(mark - signings[i].reads),
                     signings[i].reads, kid, mark + 3);
        cr_expect_eq(strncmp(text, want, strlen(want)), 0, "%s: %s", signings[i].why, text);
        fnt_free(made);
    }
}

/* Every algorithm signs what its public half verifies. */
Test(mint, rule_45_every_algorithm)
{
    fnt_keyset *keys = all_keys();
    static const char *const kids[SIGNERS] = {"es256", "es384",  "es512",  "rsa",
                                              "rsa",   "rsa",    "rsa",    "rsa",
                                              "rsa",   "secret", "secret", "secret"};
    for (signer who = BY_ES256; who < BY_STRANGER; who++) {
        char *made = NULL, *payload = NULL;
        size_t len = 0;
        const char *header = joined(joined("{\"kid\":\"", kids[who]), "\"}");
        MUST(fnt_sign(signer_key(who), FNT_STR(header), FNT_STR("{\"a\":1}"), &made, &len, NULL));
        cr_expect_eq(fnt_signature_only(keys, made, len, &payload, &len, NULL), FNT_OK, "%s",
                     signer_name(who));
        cr_expect_str_eq(payload, "{\"a\":1}");
        fnt_free(payload);
        fnt_free(made);
    }
    fnt_keyset_free(keys);
}

/* Rule 16: deterministic ECDSA has no nonce to predict: the same bytes give the same signature. */
Test(mint, rule_16_ecdsa_is_deterministic)
{
    char *one = NULL, *two = NULL;
    size_t len = 0;
    if (holds(fnt_capabilities(), "openssl-3.0") || holds(fnt_capabilities(), "openssl-3.1"))
        cr_skip_test("%s has no deterministic ECDSA, but a generator that survives fork()",
                     fnt_capabilities());
    MUST(fnt_sign(signer_key(BY_ES256), NULL, 0, FNT_STR("{}"), &one, &len, NULL));
    MUST(fnt_sign(signer_key(BY_ES256), NULL, 0, FNT_STR("{}"), &two, &len, NULL));
    cr_expect_str_eq(one, two);
    fnt_free(one);
    fnt_free(two);
}
