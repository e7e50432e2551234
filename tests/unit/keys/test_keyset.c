/* SPDX-License-Identifier: MIT */
#include "keys/keyset_parts.h"
#include "support/key_help.h"
#include "support/key_texts.h"
#include "text/document.h"
#include "text/jws.h"

#define X1 "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define Y1 "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define D1 "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
#define X2 "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define Y2 "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC1 "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\""
#define EC2 "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X2 "\",\"y\":\"" Y2 "\""
#define N1                                                                                         \
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"      \
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_"                                                          \
    "2W"                                                                                           \
    "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"                                          \
    "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"                    \
    "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"                 \
    "kEgU8awapJzKnqDKgw"
#define RSA1 "\"kty\":\"RSA\",\"n\":\"" N1 "\",\"e\":\"AQAB\""
#define OCT1 "\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\""
#define P256                                                                                       \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"03rNBqTPVGNont45jBblwbCJmMhzDUOjhO6hJUqegJc\","      \
    "\"y\":\"0ikWile0GvKj7jk_KPLWZHGcj5dgzkIrVDrefsjLWCM\""
#define JSON_P256_SPKI                                                                             \
    "-----BEGIN PUBLIC KEY-----\\n"                                                                \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE03rNBqTPVGNont45jBblwbCJmMhz\\n"                          \
    "DUOjhO6hJUqegJfSKRaKV7Qa8qPuOT8o8tZkcZyPl2DOQitUOt5+yMtYIw==\\n"                              \
    "-----END PUBLIC KEY-----\\n"
#define P256_CERT_BASE64                                                                           \
    "MIIBkjCCATegAwIBAgIUWEvhbb4p1EmSvRCAy+EGpK6QMHkwCgYIKoZIzj0EAwIwHTEbMB"                       \
    "kGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMCAXDTI2MTEyNDIzMzYwOFoYDzIxMjYxMDMx"                       \
    "MjMzNjA4WjAdMRswGQYDVQQDDBJpc3N1ZXIuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBg"                       \
    "gqhkjOPQMBBwNCAATTes0GpM9UY2ie3jmMFuXBsImYyHMNQ6OE7qElSp6Al9IpFopXtBry"                       \
    "o+45Pyjy1mRxnI+XYM5CK1Q63n7Iy1gjo1MwUTAdBgNVHQ4EFgQUbzLCryvGGRtbwGviKK"                       \
    "lpfohvOOgwHwYDVR0jBBgwFoAUbzLCryvGGRtbwGviKKlpfohvOOgwDwYDVR0TAQH/BAUw"                       \
    "AwEB/zAKBggqhkjOPQQDAgNJADBGAiEAriqNX4Uh4ki+NoashHfAf4SlLwAceM1aiSlHSs"                       \
    "TJsSMCIQC8uQlgqpY7/OW9FmCV2Wdlr26ei82QmJs+GZOY/h9Nhg=="
/* N1 behind a zero byte, as standard base64. */
#define N1_STANDARD                                                                                \
    "ANL8e2oKHmxnEErrj4iyV2abTfZ53a0Jm1xKbNmogBW1oTO/C4VseHG23wALVU/Os8LtUS"                       \
    "u2jxRcboQ0dS+rUqHPwSRAj3m1ikV4wWQohVeJ96JJ44TLLZ+uLWf9lvuSbBmOB3OZ/cgV"                       \
    "wK8Jfd5are/0TecOgn9IeEMkOb/uuWBo0EdPxQ1tkL86mN+vEEDInALWkqs7PCiWYJ2G/X"                       \
    "O3dM4HQGR87uqjEL0S+YWo659Z/dQmzqWyEg9PKjS8q3ZLfmxU1oQCOLzEBYelnmbtHzOJ"                       \
    "RXdjXEcK91z5LCDR2kPhv8QZ4iKm8NC7NYxeOPnLBQrq/pBIFPGsGqScyp6gyoM="
#define EC1_KID "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
#define P256_KID "-AJO3yBifL0QjVje52GawBWBZzDvOilirl0Pu18NgIs"
#define STANDS_IN(WHICH, KID)                                                                      \
    WHICH " came without a kid: its RFC 7638 thumbprint " KID " stands in, and becomes its kid "   \
          "where the set is published.\n"
#define SET(...) "{\"keys\":[" __VA_ARGS__ "]}"

/* ---- loading ------------------------------------------------------------- */

static const struct {
    const char *text;
    int32_t flags;
    fnt_status status;
    const char *jwks; /* what is published of it; NULL unless FNT_OK */
    /* the report's sentences, summary first, a line each; without the summary if FNT_OK */
    const char *entries;
    const char *why;
} rows[] = {
    {SET("{" EC1 ",\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"), "", "a JWKS"},
    {" \n{" EC1 ",\"kid\":\"a\"}\n", 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"), "", "a JWK"},
    {"{\"keys\":[{" EC1 ",\"kid\":\"a\"}],\"kty\":\"EC\",\"more\":1}", 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"), "", "\"keys\" decides"},
    {SET("{" EC1 ",\"kid\":\"a\",\"d\":\"" D1 "\"}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 is a private key. Its private half was dropped, but it does not belong among public "
     "keys: do not publish this "
     "text.\n",
     "rule 14"},
    {"{" EC1 ",\"kid\":\"a\",\"d\":\"" D1 "\"}", 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "The JWK is a private key. Its private half was dropped, but it does not belong among public "
     "keys: do not publish this "
     "text.\n",
     "rule 14"},
    {SET("{" EC1 ",\"kid\":\"a\"},{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" X1 "\"},{" EC2
         ",\"use\":\"enc\"},{" EC2 ",\"kid\":\"b\"}"),
     0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"},{" EC2
         ",\"kid\":\"b\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/1 was skipped: Ed448 is not supported by this build (BUILD).\n/keys/2 was skipped: its "
     "use is "
     "enc (encryption), not sig.\n",
     "rule 15"},
    {SET("{" OCT1 ",\"kid\":\"s\"},{" EC1 ",\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 was skipped: it is a shared secret (oct), which is taken only where HS* algorithms "
     "are asked for.\n",
     "no secrets unasked"},
    {SET("{" OCT1 ",\"kid\":\"s\"},{" EC1 ",\"kid\":\"a\"}"), FNT_ALLOW_SYMMETRIC, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"), "",
     "a secret is loaded and not published"},
    {SET("{" OCT1 ",\"kid\":\"s\"}"), FNT_ALLOW_SYMMETRIC, FNT_OK, SET(""), "", "a secret alone"},
    /* rule 10 */
    {SET("{" RSA1 ",\"kid\":\"a\",\"alg\":\"RS256\"},{" RSA1 ",\"kid\":\"a\",\"alg\":\"PS256\"}"),
     0, FNT_OK,
     SET("{" RSA1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"RS256\"},{" RSA1
         ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"PS256\"}"),
     "", "one kid, two algorithms, as Keycloak has it"},
    {SET("{" RSA1 ",\"kid\":\"a\"},{" EC1 ",\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" RSA1 ",\"kid\":\"a\",\"use\":\"sig\"},{" EC1
         ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "", "one kid, two kinds"},
    {SET("{" EC1 ",\"kid\":\"a\"},{" EC2 ",\"kid\":\"a\"}"), 0, FNT_FAULT_KEY, NULL,
     "Two different keys have the kid a and may both be used for ES256. Give each a kid of its "
     "own.\n",
     "ambiguous"},
    {SET("{" EC1 ",\"kid\":\"a\"},{" EC1 ",\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/1 is the key a once more.\n", "twice the same"},
    {SET("{" RSA1 ",\"kid\":\"a\",\"alg\":\"RS256\"},{" RSA1 ",\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" RSA1 ",\"kid\":\"a\",\"use\":\"sig\"}"), "/keys/1 is the key a once more.\n",
     "the same, and it may do more"},
    {SET("{" EC1 ",\"kid\":\"a\"},{" EC1 ",\"kid\":\"b\"}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"},{" EC1
         ",\"kid\":\"b\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "", "one key under two names"},
    {SET("{" EC1 ",\"kid\":\"a\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":"
         "\"a\",\"alg\":\"ES256\"}"),
     0, FNT_FAULT_KEY, NULL,
     "Two keys have the kid a and are for ES256, and one of them can't be read.\n/keys/1 was "
     "skipped: it lacks its x.\n",
     "who knows which one signs"},
    {SET("{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a\",\"alg\":\"ES256\"},{\"kty\":\"oct\","
         "\"kid\":\"a\",\"alg\":\"none\"},"
         "{" EC2 ",\"kid\":\"a\",\"alg\":\"ES256\",\"use\":\"enc\"},{" EC1 ",\"kid\":\"b\"}"),
     0, FNT_OK, SET("{" EC1 ",\"kid\":\"b\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 was skipped: it lacks its x.\n*", "other kids"},
    {SET("{" EC2 ",\"kid\":\"a\",\"alg\":\"ES256\",\"use\":\"enc\"},{" EC1 ",\"kid\":\"a\"}"), 0,
     FNT_OK, SET("{" EC1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 was skipped: its use is enc (encryption), not sig.\n",
     "one for encryption is no twin"},
    /* nothing usable */
    {SET("{" EC1 ",\"use\":\"enc\"}"), 0, FNT_FAULT_KEY, NULL,
     "No key can be used; 1 skipped: /keys/0: its use is enc (encryption), not sig.\n"
     "/keys/0 was skipped: its use is enc (encryption), not sig.\n",
     "rule 15"},
    {SET("1,{},[],\"x\""), 0, FNT_FAULT_KEY, NULL,
     "No key can be used; 4 skipped: /keys/0: it is no JSON object; /keys/1: it has no kty, or one "
     "that is no string; "
     "/keys/2: it is no JSON object; and more.\n"
     "/keys/0 was skipped: it is no JSON object.\n/keys/1 was skipped: it has no kty, or one that "
     "is no string.\n"
     "/keys/2 was skipped: it is no JSON object.\n/keys/3 was skipped: it is no JSON object.\n",
     "what is no key"},
    {"{\"kty\":\"EC\"}", 0, FNT_FAULT_KEY, NULL,
     "No key can be used; 1 skipped: The JWK: it has no crv, or one that is no string.\n"
     "The JWK was skipped: it has no crv, or one that is no string.\n",
     "a broken JWK"},
    {SET(""), 0, FNT_FAULT_KEY, NULL, "There is no key in it.\n", "an empty set"},
    {"{\"keys\":{}}", 0, FNT_FAULT_KEY, NULL, "In a JWKS, \"keys\" must be an array.\n",
     "an object"},
    {"{\"keys\":null}", 0, FNT_FAULT_KEY, NULL, "In a JWKS, \"keys\" must be an array.\n", "null"},
    {"{\"jwks_uri\":\"https://idp/keys\"}", 0, FNT_FAULT_KEY, NULL,
     "This is a discovery document, not a JWKS: give what its jwks_uri answers.\n",
     "a common mistake"},
    {"{}", 0, FNT_FAULT_KEY, NULL,
     "The JSON is neither a JWKS (it has no \"keys\") nor a JWK (it has no \"kty\").\n",
     "another object"},
    {"{\"keys\":[}", 0, FNT_FAULT_KEY, NULL, "The JSON is malformed at byte *\n", "no JSON"},
    {"{\"keys\":[],\"keys\":[]}", 0, FNT_FAULT_KEY, NULL, "The JSON is malformed at byte *\n",
     "rule 4: a name twice"},
    {"", 0, FNT_FAULT_KEY, NULL, "The text is empty: expected are a JWKS, a JWK or PEM blocks.\n",
     "nothing"},
    {" ", 0, FNT_FAULT_KEY, NULL, "The text is neither JSON (a JWKS or a JWK) nor PEM.\n",
     "a space"},
    {"[]", 0, FNT_FAULT_KEY, NULL, "The text is neither JSON (a JWKS or a JWK) nor PEM.\n",
     "an array"},
    {"ssh-rsa AAAA", 0, FNT_FAULT_KEY, NULL,
     "The text is neither JSON (a JWKS or a JWK) nor PEM.\n", "another text"},
    /* PEM */
    {P256_SPKI RSA_CERT, 0, FNT_OK, "*",
     STANDS_IN("PEM block 1", P256_KID)
         STANDS_IN("PEM block 2", "twX10pAzt47zTo5vPfyMbHnLgHUYxdtxzNlck9XS0H4"),
     "several, of several kinds"},
    {P256_PKCS8, 0, FNT_OK, "*",
     "PEM block 1 is a private key. Its private half was dropped, but it does not belong among "
     "public keys: do not publish this "
     "text.\n" STANDS_IN("PEM block 1", P256_KID),
     "rule 14"},
    {P256_SPKI P256_CERT, 0, FNT_OK, "*",
     STANDS_IN("PEM block 1", P256_KID) "PEM block 2 is the key " P256_KID " once more.\n",
     "a key and its certificate"},
    {P256_ENCRYPTED P256_SPKI, 0, FNT_OK, "*",
     "PEM block 1 was skipped: it is encrypted; a public key is enough here.\n" STANDS_IN(
         "PEM block 2", P256_KID),
     "encrypted"},
    {K256_SPKI ED448_SPKI P256_SPKI, 0, FNT_OK, "*",
     "PEM block 1 was skipped: secp256k1 (ES256K) is not supported by this build (BUILD).\n"
     "PEM block 2 was skipped: Ed448 is not supported by this build (BUILD).\n" STANDS_IN(
         "PEM block 3", P256_KID),
     "rule 15"},
    {K256_SPKI, 0, FNT_FAULT_UNSUPPORTED, NULL,
     "No key can be used; 1 skipped: PEM block 1: secp256k1 (ES256K) is not supported by this "
     "build (BUILD).\n"
     "PEM block 1 was skipped: secp256k1 (ES256K) is not supported by this build (BUILD).\n",
     "rule 15"},
    {P256_SPKI "-----BEGIN PUBLIC KEY-----\n", 0, FNT_FAULT_KEY, NULL,
     "The PEM text is damaged: it has a BEGIN line without its END line.\n" STANDS_IN("PEM block 1",
                                                                                      P256_KID),
     "cut off"},
    /* a map of kids to certificates */
    {"{\"k1\":\"" JSON_P256_SPKI "\"}", 0, FNT_OK,
     SET("{" P256 ",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"ES256\"}"), "", "one, by its kid"},
    {"{\"k1\":\"" JSON_P256_SPKI "\",\"k2\":7,\"k3\":\"text\",\"\":\"" JSON_P256_SPKI "\"}", 0,
     FNT_OK,
     SET("{" P256 ",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"ES256\"},{" P256 ",\"kid\":\"" P256_KID
         "\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/k2 was skipped: it is no PEM text of a certificate or key.\n"
     "/k3 was skipped: it is no PEM text of a certificate or key.\n" STANDS_IN("/", P256_KID),
     "what else is in it"},
    /* rule 3: what counts is the number */
    {SET("{\"kty\":\"RSA\",\"n\":\"" N1_STANDARD
         "\",\"e\":\"AQAB\",\"kid\":\"a\",\"alg\":\"RS256\"}"),
     0, FNT_OK, SET("{" RSA1 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"RS256\"}"),
     "/keys/0 was read, though not written as RFC 7517 has it: a number is standard base64, not "
     "base64url, a number is padded (=), n begins with a zero byte.\n",
     "as one provider publishes"},
    {SET("{" EC1 ",\"kid\":\"\",\"use\":null,\"alg\":\"\",\"key_ops\":null}"), 0, FNT_OK,
     SET("{" EC1 ",\"kid\":\"" EC1_KID "\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 was read, though not written as RFC 7517 has it: kid is null or empty, as if there "
     "were none, use is null or empty, as if there were none, alg is null or empty, as if there "
     "were none, key_ops is null or empty, as if there were none.\n" STANDS_IN("/keys/0", EC1_KID),
     "members that say nothing"},
    {SET("{\"kty\":\"EC\",\"x5c\":[\"" P256_CERT_BASE64 "\"],\"kid\":\"a\"}"), 0, FNT_OK,
     SET("{" P256 ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"}"),
     "/keys/0 was read, though not written as RFC 7517 has it: it has no numbers, so those of its "
     "x5c count.\n",
     "a certificate alone"},
    {SET("{\"kty\":\"RSA\",\"x5c\":[\"" P256_CERT_BASE64 "\"]}"), 0, FNT_FAULT_KEY, NULL,
     "No key can be used; 1 skipped: /keys/0: its x5c holds a key of another kind than its kty or "
     "crv.\n*",
     "a certificate of another kind"},
    {SET("{\"kty\":\"RSA\",\"x5c\":[\"MIIB\"]}"), 0, FNT_FAULT_KEY, NULL,
     "No key can be used; 1 skipped: /keys/0: it lacks its numbers, and of the certificate in its "
     "x5c its content is damaged.\n*",
     "a cut certificate"},
    {"-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n", 0, FNT_FAULT_KEY, NULL,
     "There is no key in it.\n", "no key at all"},
};

/* expected may end in "*": anything. */
static bool matches(span text, const char *expected)
{
    span whole = span_of(with_build(expected));
    size_t fixed = span_index(whole, '*');
    return fixed < whole.len ? span_starts(text, (span){whole.at, fixed}) : span_equal(text, whole);
}

static void collect(const fnt_report *report, bool with_summary, buf *out)
{
    buf_add(out, SPAN(""));
    for (size_t i = with_summary ? 0 : 1; report_text(report, i, FNT_FIELD_SENTENCE).at != NULL;
         i++) {
        buf_add(out, report_text(report, i, FNT_FIELD_SENTENCE));
        buf_byte(out, '\n');
    }
}

Test(keyset, rule_10_14_15_loads_what_is_usable_and_tells_the_rest)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fnt_keyset *set = (fnt_keyset *)rows; /* left over */
        fnt_report *report = new_report();
        buf sentences = BUF_EMPTY;
        char *jwks = NULL;
        size_t len = 0;
        cr_expect_eq(keyset_parse(span_of(rows[i].text), rows[i].flags, &set, report),
                     rows[i].status, "%s", rows[i].why);
        collect(report, rows[i].status != FNT_OK, &sentences);
        cr_expect(matches(buf_span(&sentences), rows[i].entries), "%s: %s", rows[i].why,
                  sentences.at);
        cr_expect_eq(set != NULL, rows[i].status == FNT_OK, "%s", rows[i].why);
        if (set != NULL) {
            cr_expect_eq(keyset_jwks(set, &jwks, &len), FNT_OK, "%s", rows[i].why);
            cr_expect(matches((span){jwks, len}, rows[i].jwks), "%s: %s", rows[i].why, jwks);
        }
        memory_free(jwks);
        buf_free(&sentences);
        report_free(report);
        keyset_unref(set);
    }
}

Test(keyset, the_report_of_a_skipped_key_has_its_fields)
{
    fnt_keyset *set = NULL;
    fnt_report *report = new_report();
    const char *text =
        SET("{" EC1 ",\"kid\":\"a\",\"d\":\"" D1 "\"},{" EC2 ",\"kid\":\"b\\n\",\"use\":\"enc\"}");
    cr_assert_eq(keyset_parse(span_of(text), 0, &set, report), FNT_OK);
    cr_expect_str_eq(said(report, 1, FNT_FIELD_KIND), "warning");
    cr_expect_str_eq(said(report, 1, FNT_FIELD_OUTCOME), "");
    cr_expect_str_eq(said(report, 1, FNT_FIELD_KEY_ID), "a");
    cr_expect_str_eq(said(report, 1, FNT_FIELD_PATH), "/keys/0");
    cr_expect_str_eq(said(report, 2, FNT_FIELD_KIND), "key");
    cr_expect_str_eq(said(report, 2, FNT_FIELD_OUTCOME), "skipped");
    cr_expect_str_eq(said(report, 2, FNT_FIELD_KEY_ID), "b\\n", "rule 26");
    cr_expect_str_eq(said(report, 2, FNT_FIELD_PATH), "/keys/1");
    cr_expect_null(report_text(report, 3, FNT_FIELD_KIND).at);
    keyset_unref(set);
    cr_expect_eq(
        keyset_parse(SPAN(SET("{" EC1 ",\"kid\":\"a\"},{" EC2 ",\"kid\":\"a\"}")), 0, &set, report),
        FNT_FAULT_KEY);
    cr_expect_str_eq(said(report, 0, FNT_FIELD_KEY_ID), "a");
    report_free(report);
}

/* A thousand and one keys, most of them broken: the count is of what stands there. */
Test(keyset, limits)
{
    fnt_keyset *set = NULL;
    fnt_report *report = new_report();
    buf text = BUF_EMPTY;
    buf_add(&text, SPAN("{\"keys\":[{" EC1 "}"));
    for (int i = 1; i < KEYSET_KEYS_MAX; i++)
        buf_add(&text, SPAN(",{}"));
    buf_add(&text, SPAN("]}"));
    cr_expect_eq(keyset_parse(buf_span(&text), 0, &set, NULL), FNT_OK);
    keyset_unref(set);
    text.len -= 2;
    buf_add(&text, SPAN(",{}]}"));
    cr_expect_eq(keyset_parse(buf_span(&text), 0, &set, report), FNT_FAULT_KEY);
    cr_expect_str_eq(summary(report), "There are more than 1000 keys in it.");
    buf_free(&text);

    for (int i = 0; i <= KEYSET_KEYS_MAX; i++)
        buf_add(&text, SPAN("-----BEGIN A-----\n-----END A-----\n"));
    cr_expect_eq(keyset_parse(buf_span(&text), 0, &set, report), FNT_FAULT_KEY);
    cr_expect_str_eq(summary(report), "There are more than 1000 keys in it.");
    buf_free(&text);

    buf_add(&text, SPAN("{" EC1 "}"));
    memset(buf_extend(&text, KEYSET_TEXT_MAX - text.len), ' ', KEYSET_TEXT_MAX - text.len);
    memset(text.at + strlen("{" EC1 "}"), ' ', KEYSET_TEXT_MAX - strlen("{" EC1 "}"));
    cr_expect_eq(text.len, KEYSET_TEXT_MAX);
    cr_expect_eq(keyset_parse(buf_span(&text), 0, &set, NULL), FNT_OK);
    keyset_unref(set);
    buf_byte(&text, ' ');
    cr_expect_eq(keyset_parse(buf_span(&text), 0, &set, report), FNT_FAULT_KEY);
    cr_expect_str_eq(summary(report), "The text is longer than 1 MiB; that is no set of keys.");
    buf_free(&text);
    report_free(report);
}

/* ---- finding ------------------------------------------------------------- */

#define MANY                                                                                       \
    SET("{" EC1 ",\"kid\":\"ec\"},{" RSA1 ",\"kid\":\"rsa\",\"alg\":\"RS256\"},{" RSA1             \
        ",\"kid\":\"rsa\",\"alg\":\"PS256\"},"                                                     \
        "{" EC2 ",\"kid\":\" \"},{" OCT1 ",\"kid\":\"s\"},{" RSA1 ",\"kid\":\"any\"}")

static const struct {
    const char *kid; /* NULL: none */
    int32_t bit;
    fnt_status status;
    const char *sentence, *why;
} lookups[] = {
    {"ec", FNT_ES256, FNT_OK, "", "the usual"},
    {"rsa", FNT_RS256, FNT_OK, "", "one kid for two"},
    {"rsa", FNT_PS256, FNT_OK, "", "one kid for two"},
    {"any", FNT_PS384, FNT_OK, "", "no alg in the JWK"},
    {" ", FNT_ES256, FNT_OK, "", "a blank is a kid"},
    {"s", FNT_HS256, FNT_OK, "", "a secret"},
    {"s", FNT_RS256, FNT_REFUSED_ALGORITHM, "The key s is for HS256; the token says RS256.",
     "rule 7"},
    {"rsa", FNT_HS256, FNT_REFUSED_ALGORITHM,
     "The key rsa is for RS256, PS256; the token says HS256.", "rule 7"},
    {"rsa", FNT_RS384, FNT_REFUSED_ALGORITHM,
     "The key rsa is for RS256, PS256; the token says RS384.", "rule 6"},
    {"ec", FNT_ES384, FNT_REFUSED_ALGORITHM, "The key ec is for ES256; the token says ES384.",
     "rule 7"},
    {"ec", FNT_EDDSA, FNT_REFUSED_ALGORITHM, "The key ec is for ES256; the token says EdDSA.",
     "rule 6"},
    {"EC", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's kid is \"EC\"; known are ec, rsa, rsa,  , s and 1 more. It differs from \"ec\" "
     "only by the case of letters, and must be equal to the byte.",
     "case matters"},
    {"ec ", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's kid is \"ec \"; known are ec, rsa, rsa,  , s and 1 more. It differs from \"ec\" "
     "only by white space or quotation marks at the ends, and must be equal to the byte.",
     "opaque"},
    {"e", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN, "The token's kid is \"e\"; *", "a beginning"},
    {"", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN, "The token's kid is \"\"; *", "an empty one"},
    {"x\n", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN, "The token's kid is \"x\\n\"; *", "rule 26"},
    {NULL, FNT_RS384, FNT_OK, "", "exactly one fits"},
    {NULL, FNT_HS256, FNT_OK, "", "exactly one fits"},
    {NULL, FNT_ES256, FNT_REFUSED_KEY_UNKNOWN,
     "The token names no key (kid), and 2 of the known ones may do ES256; without a kid exactly "
     "one must.",
     "two fit"},
    {NULL, FNT_ES512, FNT_REFUSED_KEY_UNKNOWN,
     "The token names no key (kid), and 0 of the known ones may do ES512; without a kid exactly "
     "one must.",
     "none fits"},
};

Test(keyset, rule_10_finds_by_kid_and_algorithm)
{
    fnt_keyset *set = keys_of(MANY, FNT_ALLOW_SYMMETRIC);
    fnt_report *report = new_report();
    for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
        const named_key *key = (const named_key *)lookups, *quiet = NULL;
        const algorithm *alg = algorithm_of(lookups[i].bit);
        report_start(report);
        cr_expect_eq(find_key(set, span_of(lookups[i].kid), alg, &key, report), lookups[i].status,
                     "%s", lookups[i].why);
        cr_expect_eq(find_key(set, span_of(lookups[i].kid), alg, &quiet, NULL), lookups[i].status,
                     "%s", lookups[i].why);
        cr_expect_eq(key, quiet, "%s", lookups[i].why);
        cr_expect_eq(key != NULL, lookups[i].status == FNT_OK, "%s", lookups[i].why);
        cr_expect(key == NULL || crypto_kind(key->key) == alg->kind, "%s", lookups[i].why);
        cr_expect(matches(span_of(summary(report)), lookups[i].sentence), "%s: %s", lookups[i].why,
                  summary(report));
    }
    report_free(report);
    keyset_unref(set);
}

Test(keyset, an_unknown_kid_says_what_to_do)
{
    fnt_keyset *set = keys_of(SET("{" EC1 ",\"kid\":\"a\"}"), 0);
    fnt_report *report = new_report();
    const named_key *key = NULL;
    cr_expect_eq(find_key(set, SPAN("2024"), algorithm_of(FNT_ES256), &key, report),
                 FNT_REFUSED_KEY_UNKNOWN);
    cr_expect_str_eq(
        summary(report),
        "The token's kid is \"2024\"; known are a. If the issuer rotated its keys, fetch "
        "its JWKS again.");
    cr_expect_str_eq(said(report, 0, FNT_FIELD_KEY_ID), "2024");
    report_free(report);
    keyset_unref(set);
}

/* ---- keys that came without a kid ---------------------------------------- */

#define BARE(KEY) "{" KEY "}"
#define SAME(N) "{\"kty\":\"oct\",\"k\":\"" N "DEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}"

/* Which keys of a set are tried, by their places in it. */
static const struct {
    const char *set, *kid; /* kid NULL: none */
    int32_t bit;
    fnt_status status;
    const char *tried; /* "0 2" */
    bool guessed;
    const char *why;
} tries[] = {
    {SET(BARE(EC1)), "theirs", FNT_ES256, FNT_OK, "0", true, "a bare JWK, and a kid of theirs"},
    {BARE(EC1), "theirs", FNT_ES256, FNT_OK, "0", true, "a JWK alone"},
    {P256_SPKI, "theirs", FNT_ES256, FNT_OK, "0", true, "PEM"},
    {P256_CERT, NULL, FNT_ES256, FNT_OK, "0", true, "a certificate, and no kid"},
    {SET(BARE(EC1)), EC1_KID, FNT_ES256, FNT_OK, "0", false, "by the thumbprint"},
    {SET(BARE(EC1) "," BARE(EC2)), "theirs", FNT_ES256, FNT_OK, "0 1", true, "two, in their order"},
    {SET(BARE(EC2) "," BARE(EC1)), NULL, FNT_ES256, FNT_OK, "0 1", true, "two, and no kid"},
    {SET(BARE(EC2) "," BARE(EC1)), EC1_KID, FNT_ES256, FNT_OK, "1", false,
     "a thumbprint decides alone"},
    {SET(BARE(EC1) ",{" EC2 ",\"kid\":\"a\"}"), "a", FNT_ES256, FNT_OK, "1", false,
     "a kid decides alone"},
    {SET(BARE(EC1) ",{" EC2 ",\"kid\":\"a\"}"), "b", FNT_ES256, FNT_OK, "0", true,
     "a key with a kid is never guessed"},
    {SET(BARE(EC1) ",{" EC2 ",\"kid\":\"a\"}"), NULL, FNT_ES256, FNT_OK, "0", true,
     "nor without a kid"},
    {SET(BARE(EC1) ",{" RSA1 ",\"kid\":\"a\"}"), "a", FNT_ES256, FNT_REFUSED_ALGORITHM, "", false,
     "a kid decides alone, and its key can't"},
    {SET(BARE(EC1) ",{" RSA1 ",\"kid\":\"a\"}"), "b", FNT_RS256, FNT_REFUSED_KEY_UNKNOWN, "", false,
     "none without a kid fits"},
    {SET(BARE(EC1) ",{" RSA1 ",\"kid\":\"a\"}"), NULL, FNT_RS256, FNT_REFUSED_KEY_UNKNOWN, "",
     false, "one with a kid fits, and is not guessed where some came without"},
    {SET(BARE(RSA1) "," BARE(EC1)), "b", FNT_PS384, FNT_OK, "0", true, "all algorithms that fit"},
    {SET("{" RSA1 ",\"alg\":\"RS256\"}"), "b", FNT_PS384, FNT_REFUSED_KEY_UNKNOWN, "", false,
     "alg binds it"},
    {SET(BARE(EC1) ",{" EC1 ",\"kid\":\"" EC1_KID "\"}"), "b", FNT_ES256, FNT_OK, "0", true,
     "once without a kid, once with its thumbprint"},
    {SET("{" EC1 ",\"kid\":\"" EC1_KID "\"}," BARE(EC1)), "b", FNT_ES256, FNT_OK, "0", true,
     "and the other way round"},
    {SET("{" EC1 ",\"kid\":\"" EC1_KID "\"}"), "b", FNT_ES256, FNT_REFUSED_KEY_UNKNOWN, "", false,
     "a thumbprint that came as a kid is one"},
    {SET("{" EC1 ",\"kid\":null}"), "b", FNT_ES256, FNT_OK, "0", true, "rule 3: null is none"},
    {SET(SAME("A") "," SAME("B") "," SAME("C") "," SAME("D") "," SAME("E")), "b", FNT_HS256, FNT_OK,
     "0 1 2 3", true, "four of five"},
};

static void print_tried(const fnt_keyset *set, const candidates *found, buf *out)
{
    buf_add(out, SPAN(""));
    for (size_t i = 0; i < found->count; i++)
        for (size_t at = 0; at < keyset_count(set); at++)
            if (found->at[i] == &set->keys[at]) {
                if (out->len > 0)
                    buf_byte(out, ' ');
                buf_integer(out, (int64_t)at);
            }
}

Test(keyset, rule_10_keys_without_a_kid_are_tried)
{
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        fnt_keyset *set = keys_of(tries[i].set, FNT_ALLOW_SYMMETRIC);
        candidates found = {.count = 0};
        buf tried = BUF_EMPTY;
        cr_expect_eq(
            keyset_find(set, span_of(tries[i].kid), algorithm_of(tries[i].bit), &found, NULL),
            tries[i].status, "%s", tries[i].why);
        if (tries[i].status == FNT_OK) {
            print_tried(set, &found, &tried);
            cr_expect_str_eq(tried.at, tries[i].tried, "%s", tries[i].why);
            cr_expect_eq(found.guessed, tries[i].guessed, "%s", tries[i].why);
        }
        buf_free(&tried);
        keyset_unref(set);
    }
}

Test(keyset, rule_10_a_fifth_key_without_a_kid_is_noted)
{
    static const char *const sets[] = {
        SET(SAME("A") "," SAME("B") "," SAME("C") "," SAME("D")),
        SET(SAME("A") "," SAME("B") "," SAME("C") "," SAME("D") "," SAME("E")),
    };
    for (size_t i = 0; i < 2; i++) {
        fnt_keyset *set = NULL;
        fnt_report *report = new_report();
        cr_assert_eq(keyset_parse(span_of(sets[i]), FNT_ALLOW_SYMMETRIC, &set, report), FNT_OK);
        const char *last = said(report, 5 + i, FNT_FIELD_SENTENCE);
        cr_expect_eq(i == 1,
                     strcmp(last, "More than 4 keys without a kid may be used for HS256: the first "
                                  "4 are tried, the others only by their thumbprints. Give each "
                                  "key a kid.") == 0,
                     "%s", last);
        report_free(report);
        keyset_unref(set);
    }
}

/* What a cache asks: HMAC pads with zeros, so of secrets the first alone is found again. */
Test(keyset, rules_10_24_the_key_that_verified_is_found_again)
{
    fnt_keyset *set =
        keys_of(SET(BARE(EC1) "," BARE(EC2) "," SAME("A") "," SAME("B")), FNT_ALLOW_SYMMETRIC);
    const algorithm *es256 = algorithm_of(FNT_ES256), *hs256 = algorithm_of(FNT_HS256);
    for (size_t i = 0; i < keyset_count(set); i++) {
        const named_key *k = &set->keys[i];
        cr_expect_eq(keyset_find_again(set, SPAN("b"), i < 2 ? es256 : hs256, named_key_id(k)),
                     i < 3 ? k : NULL, "%zu", i);
    }
    cr_expect_null(keyset_find_again(set, SPAN(EC1_KID), es256, named_key_id(&set->keys[1])));
    cr_expect_null(keyset_find_again(set, SPAN("b"), hs256, SPAN(EC1_KID)));
    keyset_unref(set);
}

/* ---- keys that were skipped ---------------------------------------------- */

#define OKP448 "\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" X1 "\""
#define K256 "\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" X1 "\",\"y\":\"" Y1 "\""
#define AND_EC1(OTHER) SET("{" OTHER "},{" EC1 ",\"kid\":\"a\"}")

static const struct {
    const char *set, *kid;
    int32_t bit;
    fnt_status status;
    const char *sentence, *why;
} skips[] = {
    {AND_EC1(RSA1 ",\"kid\":\"b\",\"use\":\"enc\""), "b", FNT_RS256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's key b is in the set, but was skipped when that was loaded: its use is enc "
     "(encryption), not sig.",
     "for encryption"},
    {AND_EC1(RSA1 ",\"kid\":\"b\",\"alg\":\"RSA256\""), "b", FNT_RS256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's key b is in the set, but was skipped when that was loaded: its alg \"RSA256\" is "
     "none of the signature algorithms known here.",
     "member and value"},
    {AND_EC1(OCT1 ",\"kid\":\"b\""), "b", FNT_HS256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's key b is in the set, but was skipped when that was loaded: it is a shared secret "
     "(oct), which is taken only where HS* algorithms are asked for.",
     "a secret"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), "b", FNT_EDDSA, FNT_REFUSED_ALGORITHM,
     "The token's key b is in the set, but was skipped when that was loaded: Ed448 is not "
     "supported "
     "by this build (BUILD).",
     "what the build lacks is no unknown key"},
    {AND_EC1(K256 ",\"kid\":\"b\""), "b", FNT_ES256, FNT_REFUSED_ALGORITHM,
     "The token's key b is in the set, but was skipped when that was loaded: secp256k1 (ES256K) is "
     "not supported by this build (BUILD).",
     "nor is another curve"},
    {AND_EC1(OKP448), "b", FNT_EDDSA, FNT_REFUSED_ALGORITHM,
     "The set has a key for EdDSA, but it was skipped when that was loaded: Ed448 is not supported "
     "by this build (BUILD).",
     "which came without a kid"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), NULL, FNT_EDDSA, FNT_REFUSED_ALGORITHM,
     "The set has a key for EdDSA, but it was skipped when that was loaded: *", "as the token did"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), "c", FNT_EDDSA, FNT_REFUSED_KEY_UNKNOWN,
     "The token's kid is \"c\"; known are a. *", "another kid"},
    {AND_EC1(OKP448), "b", FNT_RS256, FNT_REFUSED_KEY_UNKNOWN,
     "The token's kid is \"b\"; known are a. *", "another algorithm"},
};

Test(keyset, rule_15_a_token_of_a_skipped_key_is_told_so)
{
    for (size_t i = 0; i < sizeof skips / sizeof *skips; i++) {
        fnt_keyset *set = keys_of(skips[i].set, 0);
        fnt_report *report = new_report();
        const named_key *key = NULL;
        cr_expect_eq(find_key(set, span_of(skips[i].kid), algorithm_of(skips[i].bit), &key, report),
                     skips[i].status, "%s", skips[i].why);
        cr_expect(matches(span_of(summary(report)), skips[i].sentence), "%s: %s", skips[i].why,
                  summary(report));
        report_free(report);
        keyset_unref(set);
    }
}

/* ---- comparing ----------------------------------------------------------- */

static const struct {
    const char *a, *b;
    bool same;
    const char *why;
} pairs[] = {
    {SET("{" EC1 ",\"kid\":\"a\"}"), "{\"alg\":\"ES256\",\"kid\":\"a\"," EC1 "}", true,
     "the same in other words"},
    {SET("{" EC1 ",\"kid\":\"a\"},{" EC2 ",\"kid\":\"b\"}"),
     SET("{" EC2 ",\"kid\":\"b\"},{" EC1 ",\"kid\":\"a\"}"), true, "another order"},
    {SET("{" EC1 ",\"kid\":\"a\"},{" EC1 ",\"kid\":\"a\"}"), SET("{" EC1 ",\"kid\":\"a\"}"), true,
     "one of them twice"},
    {P256_SPKI, P256_PKCS8, true, "the private half counts for nothing"},
    {SET("{" EC1 ",\"kid\":\"a\"}"), SET("{" EC1 ",\"kid\":\"b\"}"), false, "another kid"},
    {SET("{" EC1 ",\"kid\":\"a\"}"), SET("{" EC2 ",\"kid\":\"a\"}"), false, "another key"},
    {SET("{" RSA1 ",\"kid\":\"a\"}"), SET("{" RSA1 ",\"kid\":\"a\",\"alg\":\"RS256\"}"), false,
     "it may do less"},
    {SET("{" EC1 ",\"kid\":\"a\"}"), SET("{" EC1 ",\"kid\":\"a\"},{" EC2 ",\"kid\":\"b\"}"), false,
     "one more"},
    {SET(BARE(EC1)), SET("{" EC1 ",\"kid\":\"" EC1_KID "\"}"), false,
     "rule 10: one came without its kid"},
    {SET(BARE(EC1) "," BARE(EC2)), SET(BARE(EC1) "," BARE(EC2)), true, "two without a kid"},
    {SET(BARE(EC1) "," BARE(EC2)), SET(BARE(EC2) "," BARE(EC1)), false,
     "rule 10: they are tried in another order"},
    {SET(BARE(EC1) ",{" EC2 ",\"kid\":\"b\"}"), SET("{" EC2 ",\"kid\":\"b\"}," BARE(EC1)), true,
     "the order of one is none"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), SET("{" EC1 ",\"kid\":\"a\"},{" OKP448 ",\"kid\":\"b\"}"),
     true, "one was skipped"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), AND_EC1(OKP448 ",\"kid\":\"c\""), false,
     "another was skipped"},
    {AND_EC1(OKP448 ",\"kid\":\"b\""), SET("{" EC1 ",\"kid\":\"a\"}"), false,
     "one is not there any more"},
    {SET("{\"kty\":\"RSA\",\"n\":\"" N1_STANDARD "\",\"e\":\"AQAB\",\"kid\":\"a\"}"),
     SET("{" RSA1 ",\"kid\":\"a\"}"), true, "rule 3: the number counts"},
};

Test(keyset, rules_3_24_same_keys_are_told)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        fnt_keyset *a = keys_of(pairs[i].a, 0), *b = keys_of(pairs[i].b, 0);
        cr_expect_eq(keyset_equal(a, b), pairs[i].same, "%s", pairs[i].why);
        cr_expect_eq(keyset_equal(b, a), pairs[i].same, "%s", pairs[i].why);
        cr_expect(keyset_equal(a, a));
        cr_expect_not(keyset_equal(a, NULL));
        cr_expect_not(keyset_equal(NULL, a));
        keyset_unref(a);
        keyset_unref(b);
    }
    cr_expect(keyset_equal(NULL, NULL));
}

Test(keyset, is_shared)
{
    fnt_keyset *set = keys_of(P256_SPKI, 0);
    const fnt_keyset *mine = keyset_ref(set);
    const named_key *key = NULL;
    cr_expect_eq(mine, set);
    keyset_unref(set);
    cr_expect_eq(find_key(mine, SPAN_NONE, algorithm_of(FNT_ES256), &key, NULL), FNT_OK);
    keyset_unref(mine);
    cr_expect_null(keyset_ref(NULL));
    keyset_unref(NULL);
}

/* ---- what others publish ------------------------------------------------- */

/* A member of the samples' documents, as text: it stands in the file as it was recorded. */
static span sample(const char *file, const char *pointer, json_value *root)
{
    json_fault fault = {0, NULL};
    cr_assert_eq(json_validate(span_of(file), root, &fault), FNT_OK, "%s", fault.reason);
    json_value v = json_resolve_pointer(*root, span_of(pointer));
    cr_assert_eq(v.kind, JSON_OBJECT, "%s", pointer);
    return v.raw;
}

Test(keyset, rule_10_keycloak_as_it_comes)
{
    char *file = shared_file("spec/idp-samples.json");
    json_value root;
    fnt_keyset *set = NULL;
    fnt_report *report = new_report();
    cr_expect_eq(keyset_parse(sample(file, "/documents/jwks_stock", &root), 0, &set, report),
                 FNT_OK, "%s", summary(report));
    cr_expect_eq(keyset_count(set), 1);
    cr_expect_str_eq(summary(report), "1 key is loaded.");
    cr_expect_str_eq(said(report, 1, FNT_FIELD_SENTENCE),
                     "/keys/1 was skipped: its use is enc (encryption), not sig.");
    cr_expect_null(report_text(report, 2, FNT_FIELD_KIND).at);
    keyset_unref(set);
    report_free(report);
    memory_free(file);
}

/* Eight keys: Ed25519 (unless this build has it) and one for encryption are skipped, and one kid
 * stands for RS256 and PS256. */
Test(keyset, rule_10_keycloak_after_a_rotation)
{
    char *file = shared_file("spec/idp-samples.json");
    json_value root;
    fnt_keyset *set = NULL;
    fnt_report *report = new_report();
    const named_key *rs = NULL, *ps = NULL;
    cr_expect_eq(keyset_parse(sample(file, "/documents/jwks_rotated_same_kid_twice", &root), 0,
                              &set, report),
                 FNT_OK, "%s", summary(report));
    size_t more = has_eddsa() ? 1 : 0;
    cr_expect_eq(keyset_count(set), 6 + more);
    if (more == 0)
        cr_expect_str_eq(said(report, 1, FNT_FIELD_PATH), "/keys/1");
    cr_expect_str_eq(said(report, 2 - more, FNT_FIELD_PATH), "/keys/7");
    cr_expect_null(report_text(report, 3 - more, FNT_FIELD_KIND).at);
    char dst[256];
    json_value kid =
        json_resolve_pointer(root, SPAN("/documents/jwks_rotated_same_kid_twice/keys/6/kid"));
    cr_assert_lt(kid.raw.len, sizeof dst);
    cr_expect_eq(find_key(set, json_unescape(kid, dst), algorithm_of(FNT_RS256), &rs, report),
                 FNT_OK, "%s", summary(report));
    json_value twice =
        json_resolve_pointer(root, SPAN("/documents/jwks_rotated_same_kid_twice/keys/4/kid"));
    cr_expect_eq(find_key(set, json_unescape(twice, dst), algorithm_of(FNT_PS256), &ps, report),
                 FNT_OK, "%s", summary(report));
    cr_expect_neq(rs, ps);
    keyset_unref(set);
    report_free(report);
    memory_free(file);
}

/* ---- Wycheproof ---------------------------------------------------------- */

/* The whole of a verification but the claims: header, key, signature. */
static bool verifies(const fnt_keyset *set, const char *token)
{
    jws parts;
    char header_text[1024], dst[256];
    span header = SPAN_NONE;
    json_value root;
    const named_key *key = NULL;
    if (jws_split(span_of(token), &parts, NULL) != FNT_OK ||
        parts.header.len > sizeof header_text ||
        jws_decode(parts.header, "header", header_text, &header, NULL) != FNT_OK ||
        json_validate(header, &root, NULL) != FNT_OK)
        return false;
    const algorithm *alg = algorithm_named(json_unescape(json_member(root, SPAN("alg")), dst));
    span kid = json_unescape(json_member(root, SPAN("kid")), dst);
    if (alg == NULL || find_key(set, kid, alg, &key, NULL) != FNT_OK)
        return false;
    span signature = unbase64url(parts.signature);
    fnt_status status = crypto_verify(key->key, alg, parts.signed_part, signature);
    free_span(signature);
    return status == FNT_OK;
}

static bool is_excused(const char *group)
{
    /* One set holds a secret and a public key, each with its own kid and alg: here the pair (kid,
     * alg) decides, so nothing is ambiguous. The token is refused before that wherever no HS* is
     * allowed, which is everywhere but in --signature-only. */
    return strcmp(group, "jws_mixedSymmetryKeyset") == 0;
}

static const char *text_in(const node *n, const char *name)
{
    return node_text(node_member(n, span_of(name))).at;
}

static span object_at(const char *file, size_t group, json_value *root)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/testGroups/%zu/public", group);
    json_validate(span_of(file), root, NULL);
    if (json_resolve_pointer(*root, span_of(pointer)).kind == JSON_ABSENT)
        snprintf(pointer, sizeof pointer, "/testGroups/%zu/private", group);
    return json_resolve_pointer(*root, span_of(pointer)).raw;
}

Test(keyset, rule_7_wycheproof_json_web_key)
{
    char *file = shared_file("corpora/wycheproof-json_web_key_test.json");
    document *d = NULL;
    size_t tried = 0, index = 0;
    cr_assert_eq(document_parse(span_of(file), &d, NULL), FNT_OK);
    const node *group = node_first(node_member(document_root(d), SPAN("testGroups")));
    for (; group != NULL; group = node_next(group), index++) {
        json_value root;
        fnt_keyset *set = NULL;
        fnt_status status =
            keyset_parse(object_at(file, index, &root), FNT_ALLOW_SYMMETRIC, &set, NULL);
        cr_expect(status == FNT_OK || status == FNT_FAULT_KEY);
        for (const node *test = node_first(node_member(group, SPAN("tests"))); test != NULL;
             test = node_next(test), tried++) {
            const char *name = text_in(group, "comment"), *comment = text_in(test, "comment");
            bool valid = strcmp(text_in(test, "result"), "valid") == 0,
                 yes = set != NULL && verifies(set, text_in(test, "jws"));
            cr_expect(yes == valid || is_excused(name), "%s: %s: %d", name, comment, yes);
        }
        keyset_unref(set);
    }
    test_vectors(tried);
    cr_expect_eq(tried, 26);
    document_free(d);
    memory_free(file);
}
