/* SPDX-License-Identifier: MIT */
/* What the claims of a rightly signed token must be, through the whole of fnt_verify: rules 4, 5,
 * 19, 20. The registered claims: tests/vectors/tokens.json. Times: test_time.c. */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#define ISS "\"iss\":\"" ISSUER "\""
#define AUD ",\"aud\":\"" ISSUER "\""
#define SUB ",\"sub\":\"fed:ada\""
#define EXP ",\"exp\":1715852521"
#define REST SUB AUD EXP FUNCTION "}"

typedef struct {
    const char *claims;
    fnt_status status;
    const char *why;
} row;

static void check(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fnt_status got = verify_now(sign(BY_ES256, HEADER, rows[i].claims));
        cr_expect_eq(got, rows[i].status, "%s: %s (got %s)", rows[i].claims, rows[i].why,
                     fnt_status_name(got));
    }
}

/* ---- times as numbers ---------------------------------------------------- */

static const row numbers[] = {
    {"1715848921", FNT_REFUSED_EXPIRED, "now is too late, even with a leeway of 0"},
    {"1715852521.5", FNT_OK, "a fraction is a number"},
    {"1715852521e0", FNT_OK, "so is an exponent"},
    {"17158525.21E2", FNT_OK, "both"},
    {"99999999999", FNT_OK, "the year 5138"},
    {"99999999998.5", FNT_OK, "half a second less"},
    {"100000000000", FNT_REFUSED_CLAIM, "rule 18: in milliseconds"},
    {"1715852521000", FNT_REFUSED_CLAIM, "rule 18: in milliseconds"},
    {"9007199254740992", FNT_REFUSED_CLAIM, "2^53"},
    {"9007199254740993", FNT_REFUSED_CLAIM, "above 2^53"},
    {"1e999", FNT_REFUSED_CLAIM, "infinity, to some"},
    {"-1e999", FNT_REFUSED_CLAIM, "and its opposite"},
    {"1e-999", FNT_REFUSED_EXPIRED, "zero and a bit"},
    {"0", FNT_REFUSED_EXPIRED, "1970"},
    {"-0", FNT_REFUSED_CLAIM, "negative"},
    {"-1", FNT_REFUSED_CLAIM, "negative"},
    {"-1715852521", FNT_REFUSED_CLAIM, "negative"},
    {"9223372036854775807", FNT_REFUSED_CLAIM, "the end of int64"},
    {"9223372036854775808", FNT_REFUSED_CLAIM, "behind the end of int64"},
    {"18446744073709551616", FNT_REFUSED_CLAIM, "behind the end of uint64"},
    {"18446744075425404137", FNT_REFUSED_CLAIM, "wraps round to a time in the future"},
    {"100000000000000000000000000000000000000000000000000000000000", FNT_REFUSED_CLAIM,
     "many digits"},
    {"\"1715852521\"", FNT_REFUSED_CLAIM, "text [CVE-2026-25537]"},
    {"true", FNT_REFUSED_CLAIM, "true"},
    {"false", FNT_REFUSED_CLAIM, "false"},
    {"null", FNT_REFUSED_CLAIM, "null"},
    {"[1715852521]", FNT_REFUSED_CLAIM, "a list"},
    {"{}", FNT_REFUSED_CLAIM, "an object"},
    {"NaN", FNT_REFUSED_MALFORMED, "rule 4: no JSON"},
    {"Infinity", FNT_REFUSED_MALFORMED, "rule 4: no JSON"},
    {"01715852521", FNT_REFUSED_MALFORMED, "rule 4: a leading zero"},
    {"+1715852521", FNT_REFUSED_MALFORMED, "rule 4: a plus"},
    {"1715852521.", FNT_REFUSED_MALFORMED, "rule 4: nothing behind the point"},
    {"0x66450d59", FNT_REFUSED_MALFORMED, "rule 4: hexadecimal"},
    {"1715852521,5", FNT_REFUSED_MALFORMED, "rule 4: another decimal point"},
};

static fnt_status verify_without_leeway(const char *claims)
{
    fnt_token *made = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_LEEWAY, 0));
    fnt_status status =
        fnt_verify(guard, FNT_STR(sign(BY_ES256, HEADER, claims)), NOW, &made, NULL);
    fnt_token_free(made);
    fnt_verifier_free(guard);
    return status;
}

Test(claims, rule_5_exp_as_a_number)
{
    char claims[512];
    for (size_t i = 0; i < COUNT(numbers); i++) {
        snprintf(claims, sizeof claims, "{" ISS SUB AUD FUNCTION ",\"exp\":%s}", numbers[i].claims);
        fnt_status got = verify_without_leeway(claims);
        cr_expect_eq(got, numbers[i].status, "exp %s: %s (got %s)", numbers[i].claims,
                     numbers[i].why, fnt_status_name(got));
    }
}

/* The same table: what is no exp is no nbf and no iat either. What was a good exp, or a past one,
 * is one that has not begun, or has. */
Test(claims, rule_5_nbf_and_iat_as_numbers)
{
    static const char *const names[] = {"nbf", "iat"};
    char claims[512];
    for (size_t n = 0; n < COUNT(names); n++)
        for (size_t i = 0; i < COUNT(numbers); i++) {
            fnt_status want = numbers[i].status == FNT_OK                ? FNT_REFUSED_NOT_YET
                              : numbers[i].status == FNT_REFUSED_EXPIRED ? FNT_OK
                                                                         : numbers[i].status;
            snprintf(claims, sizeof claims, "{" ISS ",\"%s\":%s" REST, names[n], numbers[i].claims);
            fnt_status got = verify_without_leeway(claims);
            cr_expect_eq(got, want, "%s %s: %s (got %s)", names[n], numbers[i].claims,
                         numbers[i].why, fnt_status_name(got));
        }
}

/* ---- function ------------------------------------------------------------ */

#define IS ISS SUB AUD EXP
#define PERMISSIONS "\"permissions\":[\"dev:env\"]"

static const row functions[] = {
    {"{" IS ",\"function\":{" PERMISSIONS "}}", FNT_OK, "as it should be"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":[\"dev:env\"]}}", FNT_OK,
     "with an audience"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":[]}}", FNT_OK,
     "an empty audience restricts nothing"},
    {"{" IS ",\"function\":{\"permissions\":[]}}", FNT_OK,
     "empty permissions are genuine, and permit nothing"},
    {"{" IS ",\"function\":{\"permissions\":[\"\"]}}", FNT_OK, "so is an empty pattern"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"x\":5}}", FNT_OK, "other members are ignored"},
    {"{" IS ",\"functi\\u006fn\":{\"permi\\u0073sions\":[]}}", FNT_OK,
     "escapes read as what they stand for"},

    {"{" IS ",\"function\":null}", FNT_REFUSED_CLAIM, "null is not absent"},
    {"{" IS ",\"function\":[]}", FNT_REFUSED_CLAIM, "a list"},
    {"{" IS ",\"function\":\"dev:env\"}", FNT_REFUSED_CLAIM, "a text"},
    {"{" IS ",\"function\":true}", FNT_REFUSED_CLAIM, "true"},
    {"{" IS ",\"function\":1}", FNT_REFUSED_CLAIM, "a number"},
    {"{" IS ",\"function\":{}}", FNT_REFUSED_CLAIM, "no permissions"},
    {"{" IS ",\"function\":{\"Permissions\":[]}}", FNT_REFUSED_CLAIM, "names have a case"},
    {"{" IS ",\"function\":{\"permissions\":null}}", FNT_REFUSED_CLAIM, "null is not empty"},
    {"{" IS ",\"function\":{\"permissions\":\"dev:env\"}}", FNT_REFUSED_CLAIM,
     "a text is no list of one"},
    {"{" IS ",\"function\":{\"permissions\":{}}}", FNT_REFUSED_CLAIM, "an object"},
    {"{" IS ",\"function\":{\"permissions\":{\"0\":\"*\"}}}", FNT_REFUSED_CLAIM,
     "an object that looks like a list to JavaScript"},
    {"{" IS ",\"function\":{\"permissions\":[1]}}", FNT_REFUSED_CLAIM, "a number in it"},
    {"{" IS ",\"function\":{\"permissions\":[\"dev:env\",null]}}", FNT_REFUSED_CLAIM, "null in it"},
    {"{" IS ",\"function\":{\"permissions\":[[\"dev:env\"]]}}", FNT_REFUSED_CLAIM, "a list in it"},
    {"{" IS ",\"function\":{\"permissions\":[{\"a\":\"dev:env\"}]}}", FNT_REFUSED_CLAIM,
     "an object in it"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":null}}", FNT_REFUSED_CLAIM,
     "audience null is malformed, not absent"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":\"dev:env\"}}", FNT_REFUSED_CLAIM,
     "audience a text"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":{}}}", FNT_REFUSED_CLAIM,
     "audience an object"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":[true]}}", FNT_REFUSED_CLAIM,
     "true in the audience"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":[\"dev:env\",0]}}", FNT_REFUSED_CLAIM,
     "a number in the audience"},
    {"{" IS ",\"function\":{\"permissions\":[\"*\"],\"permissions\":[]}}", FNT_REFUSED_MALFORMED,
     "rule 4: a name twice, deep inside"},
    {"{" IS FUNCTION FUNCTION "}", FNT_REFUSED_MALFORMED, "rule 4: function twice"},
    {"{" IS ",\"function\":{" PERMISSIONS ",\"audience\":[]}}x", FNT_REFUSED_MALFORMED,
     "rule 4: something behind"},
    {"{" IS ",\"function\":{\"permissions\":[\"dev:\\u0000env\"]}}", FNT_REFUSED_MALFORMED,
     "rule 4: a NUL"},
};

Test(claims, rule_19_function)
{
    check(functions, COUNT(functions));
}

/* count patterns of len bytes each, the last one padded or cut. */
static char *function_of(const char *list, size_t count, size_t len, const char *unit)
{
    size_t size = count * (len * strlen(unit) + 3) + 512;
    char *text = malloc(size), *to = text;
    cr_assert_not_null(text);
    to += sprintf(to, "{" IS ",\"function\":{%s\"%s\":[",
                  strcmp(list, "audience") == 0 ? PERMISSIONS "," : "", list);
    for (size_t i = 0; i < count; i++) {
        *to++ = '"';
        for (size_t k = 0; k < len; k++)
            to += sprintf(to, "%s", unit);
        to += sprintf(to, "\"%s", i + 1 < count ? "," : "");
    }
    sprintf(to, "]}}");
    return text;
}

Test(claims, rule_19_limits)
{
    static const struct {
        size_t count, len;
        const char *unit;
        fnt_status status;
        const char *why;
    } rows[] = {
        {4096, 1, "a", FNT_OK, "as many as are accepted"},
        {4097, 1, "a", FNT_REFUSED_CLAIM, "one more"},
        {1, 1024, "a", FNT_OK, "as long as is accepted"},
        {1, 1025, "a", FNT_REFUSED_CLAIM, "a byte longer"},
        {1, 1024, "\\u0061", FNT_OK, "what counts is what it reads as"},
        {1, 1025, "\\u0061", FNT_REFUSED_CLAIM, "that too"},
    };
    static const char *const lists[] = {"permissions", "audience"};
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_MAX_BYTES, 1 << 20));
    for (size_t l = 0; l < COUNT(lists); l++)
        for (size_t i = 0; i < COUNT(rows); i++) {
            fnt_token *made = NULL;
            char *claims = function_of(lists[l], rows[i].count, rows[i].len, rows[i].unit);
            fnt_status got =
                fnt_verify(guard, FNT_STR(sign(BY_ES256, HEADER, claims)), NOW, &made, NULL);
            cr_expect_eq(got, rows[i].status, "%s: %s (got %s)", lists[l], rows[i].why,
                         fnt_status_name(got));
            fnt_token_free(made);
            free(claims);
        }
    fnt_verifier_free(guard);
}

/* ---- what kind of token it is (rule 20) ---------------------------------- */

static const struct {
    const char *more;
    fnt_status status;
    const char *name, *why;
} kinds[] = {
    {",\"fed:iss\":\"https://idp.example.com\",\"policy\":[\"p\"]", FNT_REFUSED_API_TOKEN,
     "an OpenFaaS API token", "fed:iss and no function"},
    {",\"typ\":\"ID\"", FNT_REFUSED_OTHER_TOKEN, "an ID token", "Keycloak says so"},
    {",\"nonce\":\"n\"", FNT_REFUSED_OTHER_TOKEN, "an ID token", "a nonce"},
    {",\"at_hash\":\"h\"", FNT_REFUSED_OTHER_TOKEN, "an ID token", "at_hash"},
    {",\"typ\":\"Refresh\"", FNT_REFUSED_OTHER_TOKEN, "a refresh token", "Keycloak says so"},
    {",\"typ\":\"Offline\"", FNT_REFUSED_OTHER_TOKEN, "a refresh token", "that lives on"},
    {",\"typ\":\"Logout\"", FNT_REFUSED_OTHER_TOKEN, "a logout", "Keycloak says so"},
    {",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}",
     FNT_REFUSED_OTHER_TOKEN, "a logout", "events"},
    {",\"typ\":\"Bearer\",\"azp\":\"openfaas\"", FNT_REFUSED_OTHER_TOKEN, "an access token",
     "Keycloak says so"},
    {"", FNT_REFUSED_OTHER_TOKEN, "an access token", "nothing says anything"},
    {",\"permissions\":[\"*\"]", FNT_REFUSED_OTHER_TOKEN, "an access token",
     "permissions outside of function"},
    {",\"Function\":{\"permissions\":[\"*\"]}", FNT_REFUSED_OTHER_TOKEN, "an access token",
     "names have a case"},
};

Test(claims, rule_20_other_tokens_are_refused_by_name)
{
    fnt_report *report = NULL;
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_report_new(&report));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fnt_token *made = NULL;
        const char *token = sign(BY_ES256, HEADER, joined(joined("{" IS, kinds[i].more), "}"));
        fnt_status got = fnt_verify(guard, FNT_STR(token), NOW, &made, report);
        cr_expect_eq(got, kinds[i].status, "%s: %s (got %s)", kinds[i].more, kinds[i].why,
                     fnt_status_name(got));
        cr_expect_null(made);
        cr_expect_eq(fnt_status_http(got), 401);
        cr_expect(holds(summary_of(report), kinds[i].name), "%s: %s", kinds[i].why,
                  summary_of(report));
    }
    fnt_report_free(report);
    fnt_verifier_free(guard);
}

/* With FNT_OPT_ANY_KIND they are read, and still authorise nothing. */
Test(claims, rule_20_any_kind_never_authorises)
{
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fnt_token *made = NULL;
        const char *token = sign(BY_ES256, HEADER, joined(joined("{" IS, kinds[i].more), "}"));
        cr_expect_eq(fnt_verify(guard, FNT_STR(token), NOW, &made, NULL), FNT_OK, "%s",
                     kinds[i].why);
        cr_expect_eq(fnt_token_authorize(made, FNT_STR("dev:env"), NOW, NULL), kinds[i].status,
                     "%s", kinds[i].why);
        fnt_token_free(made);
        made = NULL;
        const char *header = joined("Bearer ", token);
        cr_expect_eq(fnt_authorize(guard, FNT_STR(header), FNT_STR("dev:env"), NOW, &made, NULL),
                     kinds[i].status, "%s", kinds[i].why);
        cr_expect_null(made);
    }
    fnt_verifier_free(guard);
}

/* A wrong function is no other kind: nobody reads it as "none". */
Test(claims, rule_19_any_kind_still_reads_function)
{
    fnt_verifier *guard = verifier_of(0);
    MUST(fnt_verifier_set(guard, FNT_OPT_ANY_KIND, 1));
    for (size_t i = 0; i < COUNT(functions); i++) {
        fnt_token *made = NULL;
        fnt_status got = fnt_verify(guard, FNT_STR(sign(BY_ES256, HEADER, functions[i].claims)),
                                    NOW, &made, NULL);
        cr_expect_eq(got, functions[i].status, "%s: %s (got %s)", functions[i].claims,
                     functions[i].why, fnt_status_name(got));
        fnt_token_free(made);
    }
    fnt_verifier_free(guard);
}
