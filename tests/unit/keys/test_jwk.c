/* SPDX-License-Identifier: MIT */
#include "base/sentence.h"
#include "keys/jwk.h"
#include "keys/jwk_write.h"
#include "support/key_help.h"
#include "support/key_texts.h"
#include "text/jws.h"

#define X1 "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define Y1 "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define D1 "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
#define EC1 "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\""
#define X2 "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define EC_XY(X, Y) "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}"
#define N1                                                                                         \
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"      \
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_"                                                          \
    "2W"                                                                                           \
    "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"                                          \
    "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"                    \
    "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"                 \
    "kEgU8awapJzKnqDKgw"
#define RSA1 "\"kty\":\"RSA\",\"n\":\"" N1 "\",\"e\":\"AQAB\""
#define K32 "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
#define OCT1 "\"kty\":\"oct\",\"k\":\"" K32 "\""

enum { RSA_ALL = FNT_RS256 | FNT_RS384 | FNT_RS512 | FNT_PS256 | FNT_PS384 | FNT_PS512 };

/* *reason lasts until the next call; *remarks may be NULL. */
static fnt_status read_with(const char *text, key_purpose purpose, named_key *out,
                            const char **reason, int32_t *remarks)
{
    static buf words;
    document *d = NULL;
    jwk_findings found;
    json_fault fault = {0, NULL};
    cr_assert_eq(document_parse(span_of(text), &d, &fault), FNT_OK, "%s: %s", text, fault.reason);
    fnt_status status = jwk_read(document_root(d), purpose, out, &found);
    buf_free(&words);
    sentence_fill(&words, found.reason, SPANS(found.found));
    *reason = words.at;
    if (remarks != NULL)
        *remarks = found.remarks;
    document_free(d);
    return status;
}

static fnt_status read(const char *text, key_purpose purpose, named_key *out, const char **reason)
{
    return read_with(text, purpose, out, reason, NULL);
}

static const struct {
    const char *text;
    key_purpose purpose;
    int32_t algorithms;   /* 0: FNT_FAULT_KEY; -1: FNT_FAULT_UNSUPPORTED */
    const char *expected; /* the kid, or the reason */
} rows[] = {
    /* what may be used for what */
    {"{" EC1 ",\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" EC1 ",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"a\\u00e4\"}", TO_VERIFY, FNT_ES256,
     "a\xc3\xa4"},
    {"{" EC1 ",\"key_ops\":[\"verify\"],\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" EC1 ",\"key_ops\":[\"sign\",\"verify\"],\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" EC1 ",\"d\":\"" D1 "\",\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" EC1 ",\"d\":\"" D1 "\",\"kid\":\"1\"}", TO_SIGN, FNT_ES256, "1"},
    /* the private half is not looked at */
    {"{" EC1 ",\"d\":\"!\",\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" EC1 ",\"x5c\":[\"AA\"],\"x5u\":\"http://evil\",\"kid\":\"1\"}", TO_VERIFY, FNT_ES256, "1"},
    {"{" RSA1 ",\"kid\":\"1\"}", TO_VERIFY, RSA_ALL, "1"},
    {"{" RSA1 ",\"alg\":\"PS384\",\"kid\":\"1\"}", TO_VERIFY, FNT_PS384, "1"},
    {"{" OCT1 ",\"kid\":\"1\"}", TO_VERIFY, FNT_HS256, "1"},
    {"{" OCT1 ",\"kid\":\"1\"}", TO_SIGN, FNT_HS256, "1"},
    {"{" OCT1 ",\"alg\":\"HS256\",\"kid\":\"1\"}", TO_VERIFY, FNT_HS256, "1"},
    /* use, key_ops */
    {"{" EC1 ",\"use\":\"enc\"}", TO_VERIFY, 0, "its use is enc (encryption), not sig"},
    {"{" EC1 ",\"use\":\"SIG\"}", TO_VERIFY, 0, "its use is \"SIG\", not sig"},
    {"{" EC1 ",\"use\":[\"sig\"]}", TO_VERIFY, 0, "its use is an array, not sig"},
    {"{" EC1 ",\"key_ops\":[\"sign\"]}", TO_VERIFY, 0, "its key_ops does not allow to verify"},
    {"{" EC1 ",\"d\":\"" D1 "\",\"key_ops\":[\"verify\"]}", TO_SIGN, 0,
     "its key_ops does not allow to sign"},
    {"{" EC1 ",\"key_ops\":[]}", TO_VERIFY, 0, "its key_ops does not allow to verify"},
    {"{" EC1 ",\"key_ops\":\"verify\"}", TO_VERIFY, 0, "its key_ops is no array"},
    {"{" EC1 ",\"key_ops\":[\"verify\",1]}", TO_VERIFY, 0,
     "its key_ops holds something else than strings"},
    /* alg */
    {"{" EC1 ",\"alg\":\"ES384\"}", TO_VERIFY, 0,
     "its alg \"ES384\" does not fit its kty or curve"},
    {"{" EC1 ",\"alg\":\"RS256\"}", TO_VERIFY, 0,
     "its alg \"RS256\" does not fit its kty or curve"},
    {"{" EC1 ",\"alg\":\"HS256\"}", TO_VERIFY, 0,
     "its alg \"HS256\" does not fit its kty or curve"},
    {"{" RSA1 ",\"alg\":\"HS256\"}", TO_VERIFY, 0,
     "its alg \"HS256\" does not fit its kty or curve"},
    {"{" RSA1 ",\"alg\":\"EdDSA\"}", TO_VERIFY, 0,
     "its alg \"EdDSA\" does not fit its kty or curve"},
    {"{" OCT1 ",\"alg\":\"RS256\"}", TO_VERIFY, 0,
     "its alg \"RS256\" does not fit its kty or curve"},
    {"{" OCT1 ",\"alg\":\"HS384\"}", TO_VERIFY, 0,
     "its secret is shorter than the hash (HS256 takes 32 bytes or more, HS384 48, HS512 64)"},
    {"{" EC1 ",\"alg\":\"none\"}", TO_VERIFY, 0,
     "its alg \"none\" is none of the signature algorithms known here"},
    {"{" RSA1 ",\"alg\":\"RSA-OAEP\"}", TO_VERIFY, 0,
     "its alg \"RSA-OAEP\" is none of the signature algorithms known here"},
    {"{" EC1 ",\"alg\":256}", TO_VERIFY, 0, "its alg is a number, not a string"},
    /* kty, crv */
    {"{}", TO_VERIFY, 0, "it has no kty, or one that is no string"},
    {"{\"kty\":1}", TO_VERIFY, 0, "it has no kty, or one that is no string"},
    {"{\"kty\":\"ec\"}", TO_VERIFY, 0, "its kty \"ec\" is none of EC, RSA, OKP and oct"},
    {"{\"kty\":\"AKP\"}", TO_VERIFY, 0, "its kty \"AKP\" is none of EC, RSA, OKP and oct"},
    {"{\"KTY\":\"EC\"}", TO_VERIFY, 0, "it has no kty, or one that is no string"},
    {"{\"kty\":\"EC\"}", TO_VERIFY, 0, "it has no crv, or one that is no string"},
    {"{\"kty\":\"EC\",\"crv\":256}", TO_VERIFY, 0, "it has no crv, or one that is no string"},
    {"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\"}", TO_VERIFY, -1,
     "secp256k1 (ES256K) is not supported by this build (BUILD)"},
    {"{\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\"}", TO_VERIFY, 0,
     "its crv \"Ed25519\" is none of P-256, P-384 and P-521"},
    {"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\"}", TO_VERIFY, 0,
     "its coordinates have not the length that its curve asks for"},
    {"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" X1 "\"}", TO_VERIFY, -1,
     "Ed448 is not supported by this build (BUILD)"},
    {"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" X1 "\"}", TO_VERIFY, 0,
     "its crv \"X25519\" is not for signatures"},
    {"{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\"}", TO_VERIFY, 0,
     "its crv \"P-256\" is not for signatures"},
    /* numbers */
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X1 "\"}", TO_VERIFY, 0, "it lacks its y"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":1,\"y\":\"" Y1 "\"}", TO_VERIFY, 0,
     "its x is no string"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":null,\"y\":\"" Y1 "\"}", TO_VERIFY, 0,
     "it lacks its x"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D5\","
     "\"y\":\"" Y1 "\"}",
     TO_VERIFY, 0, "its x is neither base64url nor standard base64"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" Y1 "\",\"y\":\"" X1 "\"}", TO_VERIFY, 0,
     "its point is not on the curve"},
    {"{\"kty\":\"RSA\",\"n\":\"" N1 "\"}", TO_VERIFY, 0, "it lacks its e"},
    {"{\"kty\":\"RSA\",\"n\":\"" N1 "\",\"e\":\"AQ\"}", TO_VERIFY, 0,
     "its RSA exponent is even or below 3"},
    {"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", TO_VERIFY, 0,
     "its RSA modulus has fewer than 2048 bits"},
    {"{\"kty\":\"oct\"}", TO_VERIFY, 0, "it lacks its k"},
    {"{\"kty\":\"oct\",\"k\":\"\"}", TO_VERIFY, 0, "its secret is empty"},
    {"{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZQ\"}", TO_VERIFY, 0,
     "its secret is shorter than the hash (HS256 takes 32 bytes or more, HS384 48, HS512 64)"},
    {"{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"}", TO_VERIFY, 0,
     "its k is not base64url (no padding, + or /)"},
    /* private halves */
    {"{" EC1 "}", TO_SIGN, 0, "it is a public key; signing needs the private one"},
    {"{" RSA1 "}", TO_SIGN, 0, "it is a public key; signing needs the private one"},
    {"{" EC1 ",\"d\":\"" X1 "\"}", TO_SIGN, 0,
     "its private and public halves do not belong together"},
    {"{" EC1 ",\"d\":\"AQ\"}", TO_SIGN, 0,
     "its private number has not the length that its curve asks for"},
    {"{" EC1 ",\"d\":[]}", TO_SIGN, 0, "its d is no string"},
    {"{" RSA1 ",\"d\":\"AQAB\"}", TO_SIGN, 0, "its private half is incomplete: it lacks p and q"},
    {"{" RSA1 ",\"d\":\"\"}", TO_SIGN, 0, "its private half is incomplete: it lacks d, p and q"},
    {"{" RSA1 ",\"d\":\"AQAB\",\"p\":\"AQAB\"}", TO_SIGN, 0,
     "its private half is incomplete: it lacks q"},
    {"{" RSA1 ",\"d\":\"AQAB\",\"p\":\"AQAB\",\"q\":\"AQAB\",\"oth\":[]}", TO_SIGN, 0,
     "it is an RSA key of more than two primes"},
    {"{" RSA1 ",\"d\":\"AQAB\",\"p\":\"AQAB\",\"q\":\"AQAB\"}", TO_SIGN, 0,
     "its private and public halves do not belong together"},
    /* kid */
    {"{" EC1 ",\"kid\":7}", TO_VERIFY, 0, "its kid is a number, not a string"},
    /* others */
    {"[]", TO_VERIFY, 0, "it is no JSON object"},
    {"\"EC\"", TO_VERIFY, 0, "it is no JSON object"},
};

Test(named_key, rule_7_13_15_reads_what_is_usable_and_says_why_not)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        named_key k;
        const char *reason = NULL;
        fnt_status status = read(rows[i].text, rows[i].purpose, &k, &reason);
        fnt_status expected = rows[i].algorithms > 0    ? FNT_OK
                              : rows[i].algorithms == 0 ? FNT_FAULT_KEY
                                                        : FNT_FAULT_UNSUPPORTED;
        cr_expect_eq(status, expected, "%s: %s", rows[i].text, reason);
        cr_expect_eq(k.key != NULL, expected == FNT_OK, "%s", rows[i].text);
        cr_expect(status == FNT_OK ? span_equal(named_key_id(&k), span_of(rows[i].expected))
                                   : strcmp(reason, with_build(rows[i].expected)) == 0,
                  "%s: %s", rows[i].text, reason);
        if (status != FNT_OK)
            continue;
        cr_expect_eq(k.algorithms, rows[i].algorithms, "%s", rows[i].text);
        cr_expect_eq(k.kid_len, strlen(rows[i].expected), "%s", rows[i].text);
        bool secret = crypto_kind(k.key) == KEY_SECRET, signs = rows[i].purpose == TO_SIGN;
        cr_expect_eq(crypto_is_private(k.key), secret || signs, "%s", rows[i].text);
        named_key_clear(&k);
    }
}

Test(named_key, rule_42_a_kid_is_as_short_as_in_a_token)
{
    for (int len = KID_MAX; len <= KID_MAX + 1; len++) {
        char text[4096];
        named_key k;
        const char *reason = NULL;
        snprintf(text, sizeof text, "{" EC1 ",\"kid\":\"%0*d\"}", len, 1);
        cr_expect_eq(read(text, TO_VERIFY, &k, &reason), len == KID_MAX ? FNT_OK : FNT_FAULT_KEY);
        if (len > KID_MAX)
            cr_expect_str_eq(reason, "its kid is longer than 2048 bytes");
        named_key_clear(&k);
    }
}

/* Rule 3: how the numbers of a public key may be written, and no others. */
static const struct {
    const char *text;
    key_purpose purpose;
    int32_t remarks;    /* if it is read */
    const char *reason; /* NULL: it is read */
} writings[] = {
    {"{" EC1 "}", TO_VERIFY, 0, NULL},
    {EC_XY(X1 "=", Y1), TO_VERIFY, JWK_PADDED, NULL},
    {EC_XY(X2, "x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0"), TO_VERIFY, JWK_STANDARD_BASE64,
     NULL},
    {EC_XY(X2, "x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0="), TO_VERIFY,
     JWK_STANDARD_BASE64 | JWK_PADDED, NULL},
    {EC_XY(X2, "x/FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), TO_VERIFY, 0,
     "its y is neither base64url nor standard base64"}, /* mixed */
    {EC_XY(X1 "==", Y1), TO_VERIFY, 0, "its x is neither base64url nor standard base64"},
    {EC_XY(" " X1, Y1), TO_VERIFY, 0, "its x is neither base64url nor standard base64"},
    {EC_XY(X1 "\\n", Y1), TO_VERIFY, 0, "its x is neither base64url nor standard base64"},
    {EC_XY("AD" X1, Y1), TO_VERIFY, 0,
     "its x is neither base64url nor standard base64"}, /* a length of 1 modulo 4 */
    {"{" RSA1 "}", TO_VERIFY, 0, NULL},
    {"{\"kty\":\"RSA\",\"n\":\"" N1 "\",\"e\":\"AAEAAQ==\"}", TO_VERIFY, JWK_PADDED, NULL},
    {"{\"kty\":\"RSA\",\"n\":\"AAAA" N1 "\",\"e\":\"AQAB\"}", TO_VERIFY, JWK_LEADING_ZEROS, NULL},
    /* a private key is written as RFC 7517 has it */
    {"{" EC1 ",\"d\":\"" D1 "\"}", TO_SIGN, 0, NULL},
    {"{" EC1 ",\"d\":\"" D1 "=\"}", TO_SIGN, 0, "its d is not base64url (no padding, + or /)"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X1 "=\",\"y\":\"" Y1 "\",\"d\":\"" D1 "\"}",
     TO_SIGN, 0, "its x is not base64url (no padding, + or /)"},
    {"{\"kty\":\"oct\",\"k\":\"" K32 "=\"}", TO_VERIFY, 0,
     "its k is not base64url (no padding, + or /)"},
    /* null and empty */
    {"{" EC1 ",\"kid\":null}", TO_VERIFY, JWK_EMPTY_KID, NULL},
    {"{" EC1 ",\"kid\":\"\",\"d\":\"" D1 "\"}", TO_SIGN, JWK_EMPTY_KID, NULL},
    {"{" EC1 ",\"use\":\"\",\"alg\":null}", TO_VERIFY, JWK_EMPTY_USE | JWK_EMPTY_ALG, NULL},
    {"{" EC1 ",\"key_ops\":null}", TO_VERIFY, JWK_EMPTY_KEY_OPS, NULL},
    {"{" EC1 ",\"x5c\":[]}", TO_VERIFY, 0, NULL},
    {EC_XY("", ""), TO_VERIFY, 0, "it lacks its x"},
    {"{\"kty\":\"RSA\",\"x5c\":[]}", TO_VERIFY, 0, "it lacks its n"},
    {"{\"kty\":\"RSA\",\"x5c\":[7]}", TO_VERIFY, 0,
     "it lacks its numbers, and its x5c is no array of text"},
    {"{\"kty\":\"RSA\",\"e\":\"AQAB\",\"x5c\":[\"MIIB\"]}", TO_VERIFY, 0, "it lacks its n"},
    {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x5c\":[\"MIIB\"],\"d\":\"" D1 "\"}", TO_SIGN, 0,
     "it lacks its x"},
};

Test(named_key, rule_3_how_a_jwk_may_be_written)
{
    for (size_t i = 0; i < sizeof writings / sizeof *writings; i++) {
        named_key k;
        int32_t remarks = 0;
        const char *reason = NULL;
        fnt_status status = read_with(writings[i].text, writings[i].purpose, &k, &reason, &remarks);
        cr_expect_eq(status == FNT_OK, writings[i].reason == NULL, "%s: %s", writings[i].text,
                     reason);
        if (status == FNT_OK)
            cr_expect_eq(remarks, writings[i].remarks, "%s", writings[i].text);
        else
            cr_expect_str_eq(reason, writings[i].reason, "%s", writings[i].text);
        named_key_clear(&k);
    }
}

static void expect_thumbprint(const char *text, const char *expected)
{
    named_key k;
    const char *reason = NULL;
    cr_expect_eq(read(text, TO_VERIFY, &k, &reason), FNT_OK, "%s", reason);
    cr_expect_str_eq(k.kid, expected, "%s", text);
    named_key_clear(&k);
}

/* The first is RFC 7638, 3.1; the others were worked out by a script. */
Test(named_key, rule_15_kid_is_the_thumbprint)
{
    expect_thumbprint("{" RSA1 ",\"alg\":\"RS256\"}",
                      "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    expect_thumbprint("{\"e\":\"AAEAAQ\",\"kty\":\"RSA\",\"n\":\"" N1 "\"}",
                      "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    expect_thumbprint("{" EC1 "}", "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    expect_thumbprint("{" OCT1 "}", "XOBEfwKZzZgziWfq7yZzhEKNQfihBMioCzRbNmqUH0Y");
}

/* RFC 7517, A.1 and A.2: the first key is for encryption, though its numbers serve signatures just
 * as well. */
Test(named_key, rule_7_rfc_7517_appendix_a)
{
    named_key k;
    const char *reason = NULL;
    cr_expect_eq(read("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X1 "\",\"y\":\"" Y1
                      "\",\"use\":\"enc\",\"kid\":\"1\"}",
                      TO_VERIFY, &k, &reason),
                 FNT_FAULT_KEY);
    cr_expect_eq(
        read("{" RSA1 ",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}", TO_VERIFY, &k, &reason),
        FNT_OK);
    cr_expect_eq(k.algorithms, FNT_RS256);
    cr_expect_str_eq(k.kid, "2011-04-29");
    named_key_clear(&k);
    cr_expect_eq(read("{" EC1 ",\"d\":\"" D1 "\",\"kid\":\"1\"}", TO_SIGN, &k, &reason), FNT_OK);
    named_key_clear(&k);
}

/* ---- RFC 7515, appendix A ------------------------------------------------ */

static const struct {
    const char *name, *key, *token;
    bool deterministic; /* the signature can be made again */
} examples[] = {
    {"A.1, HS256",
     "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
     "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\",\"alg\":\"HS256\"}",
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
     "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
     "lfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
     true},
    {"A.2, RS256",
     "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"e\":\"AQAB\",\"n\":\"" RFC_RSA_N "\",\"d\":\"" RFC_RSA_D
     "\",\"p\":\"" RFC_RSA_P "\",\"q\":\"" RFC_RSA_Q "\"}",
     "eyJhbGciOiJSUzI1NiJ9."
     "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
     "Q.cC4hiUPoj9Eetdg"
     "tv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
     "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLg"
     "rnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
     "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYE"
     "UipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
     true},
    {"A.3, ES256",
     "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
     "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIW"
     "I5a0\",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}",
     "eyJhbGciOiJFUzI1NiJ9."
     "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
     "Q.DtEhU3ljbEg8L38"
     "VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
     false},
    {"A.4, ES512",
     "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":"
     "\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\","
     "\"y"
     "\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-"
     "x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\",\"d\":\"AY5pb7A0UFiB3RELSD64fTLOSV_jaz"
     "dF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C\"}",
     "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-"
     "mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdC"
     "APZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
     false},
};

Test(named_key, rfc_7515_appendix_a)
{
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        named_key k;
        jws parts;
        const char *reason = NULL;
        cr_assert_eq(read(examples[i].key, TO_SIGN, &k, &reason), FNT_OK, "%s: %s",
                     examples[i].name, reason);
        cr_assert_eq(jws_split(span_of(examples[i].token), &parts, NULL), FNT_OK, "%s",
                     examples[i].name);
        const algorithm *alg = algorithm_of(k.algorithms);
        span expected = unbase64url(parts.signature);
        unsigned char made[CRYPTO_SIGNATURE_MAX];
        size_t len = 0;
        cr_expect_eq(crypto_verify(k.key, alg, parts.signed_part, expected), FNT_OK, "%s",
                     examples[i].name);
        cr_expect_eq(crypto_sign(k.key, alg, parts.signed_part, made, &len), FNT_OK, "%s",
                     examples[i].name);
        cr_expect_eq(span_equal(expected, (span){(char *)made, len}), examples[i].deterministic,
                     "%s", examples[i].name);
        free_span(expected);
        named_key_clear(&k);
    }
}

/* ---- writing ------------------------------------------------------------- */

static void expect_written(const char *text, const char *expected)
{
    named_key k;
    const char *reason = NULL;
    buf out = BUF_EMPTY;
    cr_assert_eq(read(text, TO_VERIFY, &k, &reason), FNT_OK, "%s", reason);
    cr_expect_eq(jwk_write(&k, &out), FNT_OK);
    cr_expect_str_eq(out.at, expected);
    buf_free(&out);
    named_key_clear(&k);
}

Test(named_key, rule_14_writes_the_public_half_alone)
{
    expect_written("{" EC1 ",\"d\":\"" D1 "\",\"kid\":\"a\\\"b\"}",
                   "{" EC1 ",\"kid\":\"a\\\"b\",\"use\":\"sig\",\"alg\":\"ES256\"}");
    expect_written("{" RSA1 ",\"kid\":\"1\"}", "{" RSA1 ",\"kid\":\"1\",\"use\":\"sig\"}");
    expect_written("{" RSA1 ",\"kid\":\"1\",\"alg\":\"PS512\"}",
                   "{" RSA1 ",\"kid\":\"1\",\"use\":\"sig\",\"alg\":\"PS512\"}");
}

Test(named_key, rule_14_a_secret_is_not_written)
{
    named_key k;
    const char *reason = NULL;
    buf out = BUF_EMPTY;
    cr_assert_eq(read("{" OCT1 "}", TO_VERIFY, &k, &reason), FNT_OK);
    cr_expect_eq(jwk_write(&k, &out), FNT_FAULT_KEY);
    cr_expect_eq(out.len, 0);
    buf_free(&out);
    named_key_clear(&k);
}

Test(named_key, looks_like_json)
{
    cr_expect(jwk_looks_like_json(SPAN("{")));
    cr_expect(jwk_looks_like_json(SPAN(" \t\r\n{}")));
    cr_expect_not(jwk_looks_like_json(SPAN("[{}]")));
    cr_expect_not(jwk_looks_like_json(SPAN("\xef\xbb\xbf{}")));
    cr_expect_not(jwk_looks_like_json(SPAN(" ")));
    cr_expect_not(jwk_looks_like_json(SPAN_NONE));
}
