/* SPDX-License-Identifier: MIT */
/* Ed25519 (RFC 8032, 8037, 8410, 9864). A backend without it is asked whether it says so, and the
 * rest is skipped. */
#include "keys/pem/asn1_key.h"
#include "support/key_help.h"
#include "support/key_texts.h"
#include "text/document.h"

static bool is_supported(void)
{
    return (crypto_algorithms() & FNT_EDDSA) != 0;
}

#define NEEDS_EDDSA()                                                                              \
    do {                                                                                           \
        if (!is_supported())                                                                       \
            cr_skip_test("EdDSA is not supported by this build (%s)", crypto_name());              \
    } while (0)

#define EDDSA algorithm_of(FNT_EDDSA)

static crypto_key *import_hex(const char *x, const char *d)
{
    crypto_key *key = NULL;
    const char *reason = NULL;
    crypto_numbers numbers = {.x = x == NULL ? SPAN_NONE : unhex(x),
                              .d = d == NULL ? SPAN_NONE : unhex(d)};
    cr_assert_eq(crypto_import(KEY_ED25519, &numbers, &key, &reason), FNT_OK, "%s", reason);
    free_span(numbers.x);
    free_span(numbers.d);
    return key;
}

static fnt_status verify_hex(const crypto_key *key, const char *message, const char *hex)
{
    span text = unhex(message), signature = unhex(hex);
    fnt_status status = crypto_verify(key, EDDSA, text, signature);
    free_span(text);
    free_span(signature);
    return status;
}

/* ---- builds without ------------------------------------------------------ */

Test(eddsa, a_build_without_says_so)
{
    crypto_key *key = NULL;
    fnt_key *made = NULL;
    const char *reason = NULL;
    crypto_numbers numbers = {.x = SPAN("01234567890123456789012345678901")};
    if (is_supported())
        cr_skip_test("this build (%s) has EdDSA", crypto_name());
    cr_expect_eq(crypto_generate(EDDSA, &key), FNT_FAULT_UNSUPPORTED);
    cr_expect_null(key);
    cr_expect_eq(crypto_import(KEY_ED25519, &numbers, &key, &reason), FNT_FAULT_UNSUPPORTED);
    cr_expect_null(key);
    cr_expect_str_eq(reason, "Ed25519 is not supported by this build (%)");
    cr_expect_eq(key_parse(span_of(ED_PKCS8), FNT_EDDSA, &made, NULL), FNT_FAULT_UNSUPPORTED);
    cr_expect_null(made);
    cr_expect_eq(key_generate(FNT_EDDSA, &made), FNT_FAULT_UNSUPPORTED);
}

/* ---- RFC 8037, appendix A ------------------------------------------------ */

#define RFC_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define RFC_PUBLIC "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" RFC_X "\"}"
#define RFC_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define RFC_PRIVATE "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" RFC_D "\",\"x\":\"" RFC_X "\"}"
#define RFC_KID "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
#define RFC_SIGNED "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
#define RFC_SIGNATURE                                                                              \
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

Test(eddsa, rule_15_thumbprint_of_rfc_8037)
{
    NEEDS_EDDSA();
    fnt_key *key = key_of(RFC_PRIVATE, 0);
    fnt_keyset *set = keys_of(RFC_PUBLIC, 0);
    const named_key *found = NULL;
    cr_expect(span_equal(key_id(key), SPAN(RFC_KID)));
    cr_expect_eq(find_key(set, SPAN(RFC_KID), EDDSA, &found, NULL), FNT_OK);
    cr_expect_not_null(found);
    key_unref(key);
    keyset_unref(set);
}

Test(eddsa, signature_of_rfc_8037)
{
    NEEDS_EDDSA();
    fnt_key *key = key_of(RFC_PRIVATE, FNT_EDDSA);
    fnt_keyset *set = keys_of(RFC_PUBLIC, 0);
    const named_key *found = NULL;
    span expected = unbase64url(SPAN(RFC_SIGNATURE));
    unsigned char made[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    cr_expect_eq(key_sign(key, SPAN(RFC_SIGNED), made, &len), FNT_OK);
    cr_expect(span_equal(expected, (span){(char *)made, len}));
    cr_assert_eq(find_key(set, SPAN(RFC_KID), EDDSA, &found, NULL), FNT_OK);
    cr_expect_eq(crypto_verify(found->key, EDDSA, SPAN(RFC_SIGNED), expected), FNT_OK);
    cr_expect_eq(crypto_verify(found->key, EDDSA, SPAN(RFC_SIGNED "x"), expected),
                 FNT_REFUSED_SIGNATURE);
    free_span(expected);
    key_unref(key);
    keyset_unref(set);
}

/* ---- signing and verifying ----------------------------------------------- */

#define MESSAGE SPAN("signed text")

Test(eddsa, rule_45_what_is_signed_verifies_and_nothing_else_does)
{
    NEEDS_EDDSA();
    crypto_key *key = NULL, *half = NULL, *other = NULL;
    unsigned char made[CRYPTO_SIGNATURE_MAX], again[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    cr_assert_eq(crypto_generate(EDDSA, &key), FNT_OK);
    cr_assert_eq(crypto_generate(EDDSA, &other), FNT_OK);
    cr_assert_eq(crypto_public_half(key, &half), FNT_OK);
    cr_expect_eq(crypto_sign(key, EDDSA, MESSAGE, made, &len), FNT_OK);
    cr_assert_eq(len, 64);
    cr_expect_eq(crypto_sign(key, EDDSA, MESSAGE, again, &len), FNT_OK);
    cr_expect_arr_eq(made, again, 64, "rule 16: deterministic");
    span signature = {(char *)made, 64};
    cr_expect_eq(crypto_verify(key, EDDSA, MESSAGE, signature), FNT_OK);
    cr_expect_eq(crypto_verify(half, EDDSA, MESSAGE, signature), FNT_OK);
    cr_expect_eq(crypto_verify(other, EDDSA, MESSAGE, signature), FNT_REFUSED_SIGNATURE);
    for (size_t i = 0; i < 64 * 8; i++) {
        made[i / 8] = (unsigned char)(made[i / 8] ^ 1u << i % 8);
        cr_expect_eq(crypto_verify(half, EDDSA, MESSAGE, signature), FNT_REFUSED_SIGNATURE,
                     "bit %zu", i);
        made[i / 8] = (unsigned char)(made[i / 8] ^ 1u << i % 8);
    }
    cr_expect_eq(crypto_sign(half, EDDSA, MESSAGE, made, &len), FNT_FAULT_KEY, "no private half");
    cr_expect_eq(len, 0);
    cr_expect(crypto_equal(key, half) && !crypto_equal(key, other));
    cr_expect(crypto_is_private(key) && !crypto_is_private(half));
    cr_expect_eq(crypto_bits(half), 256);
    crypto_free(key);
    crypto_free(half);
    crypto_free(other);
}

Test(eddsa, rule_7_and_the_other_algorithms)
{
    NEEDS_EDDSA();
    crypto_key *key = NULL, *ec = NULL;
    unsigned char dst[CRYPTO_SIGNATURE_MAX] = {0};
    size_t len = 0;
    cr_assert_eq(crypto_generate(EDDSA, &key), FNT_OK);
    cr_assert_eq(crypto_generate(algorithm_of(FNT_ES256), &ec), FNT_OK);
    cr_expect_eq(crypto_verify(ec, EDDSA, MESSAGE, (span){(char *)dst, 64}), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(crypto_sign(ec, EDDSA, MESSAGE, dst, &len), FNT_FAULT_KEY);
    for (size_t i = 0; i < ALL_ALGORITHMS; i++) {
        const algorithm *alg = algorithm_of(all_algorithms[i]);
        span any = {(char *)dst, alg->signature == 0 ? 256 : alg->signature};
        cr_expect_eq(crypto_verify(key, alg, MESSAGE, any), FNT_REFUSED_SIGNATURE, "%s", alg->name);
        cr_expect_eq(crypto_sign(key, alg, MESSAGE, dst, &len), FNT_FAULT_KEY, "%s", alg->name);
    }
    crypto_free(key);
    crypto_free(ec);
}

/* RFC 8032, 7.1: tests 1 to 3 are in Wycheproof too; here they stay when the corpora are not there.
 */
Test(eddsa, rule_12_lengths)
{
    NEEDS_EDDSA();
    crypto_key *key =
        import_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", NULL);
#define GOOD                                                                                       \
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"                             \
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    cr_expect_eq(verify_hex(key, "", GOOD), FNT_OK);
    cr_expect_eq(verify_hex(key, "00", GOOD), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, "", GOOD "00"), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, "", "00" GOOD), FNT_REFUSED_SIGNATURE);
    cr_expect_eq(verify_hex(key, "", ""), FNT_REFUSED_SIGNATURE);
    crypto_free(key);
}

/* ---- what may be a key --------------------------------------------------- */

#define X "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define D "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define OFF "its point is not on the curve, or of small order"
#define LENGTH "its coordinates have not the length that its curve asks for"
#define D_LENGTH "its private number has not the length that its curve asks for"
#define HALVES "its private and public halves do not belong together"

static const struct {
    const char *x, *d, *reason, *why; /* reason NULL: a good key */
} points[] = {
    {X, NULL, NULL, "public"},
    {X, D, NULL, "private"},
    {NULL, D, NULL, "x is worked out"},
    {X "00", NULL, LENGTH, "a byte behind"},
    {"5a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", NULL, LENGTH,
     "a byte too few"},
    {"", NULL, LENGTH, "empty"},
    {NULL, NULL, LENGTH, "nothing"},
    {X, D "00", D_LENGTH, "a byte behind"},
    {X, "", D_LENGTH, "empty"},
    {X, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f61", HALVES, "another's"},
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707519a", D, HALVES,
     "its mirror image"},
    {"0000000000000000000000000000000000000000000000000000000000000000", NULL, OFF, "order 4"},
    {"0000000000000000000000000000000000000000000000000000000000000080", NULL, OFF,
     "order 4, the other"},
    {"0100000000000000000000000000000000000000000000000000000000000000", NULL, OFF,
     "order 1: fits any text"},
    {"0100000000000000000000000000000000000000000000000000000000000080", NULL, OFF,
     "order 1, x = -0"},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NULL, OFF, "order 2"},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", NULL, OFF,
     "order 2, x = -0"},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", NULL, OFF, "order 8"},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", NULL, OFF, "order 8"},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", NULL, OFF, "order 8"},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", NULL, OFF, "order 8"},
    {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NULL, OFF, "y = p"},
    {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NULL, OFF, "y = p + 1"},
    {"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NULL, NULL,
     "y = p + 3: a point, not canonical, which OpenSSL takes"},
    {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", NULL, NULL,
     "no point, all ones: OpenSSL notices when it verifies"},
    {"0200000000000000000000000000000000000000000000000000000000000000", NULL, NULL,
     "no point, as y = 2 has no x"},
    {"0300000000000000000000000000000000000000000000000000000000000000", NULL, NULL, "y = 3"},
    {"0300000000000000000000000000000000000000000000000000000000000080", NULL, NULL,
     "y = 3, the other x"},
    {"5866666666666666666666666666666666666666666666666666666666666666", NULL, NULL,
     "the base point"},
};

Test(eddsa, rule_13_points)
{
    NEEDS_EDDSA();
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        crypto_numbers numbers = {0};
        if (points[i].x != NULL)
            numbers.x = unhex(points[i].x);
        if (points[i].d != NULL)
            numbers.d = unhex(points[i].d);
        fnt_status status = crypto_import(KEY_ED25519, &numbers, &key, &reason);
        cr_expect_eq(status, points[i].reason == NULL ? FNT_OK : FNT_FAULT_KEY, "%s: %s",
                     points[i].why, reason);
        cr_expect_eq(key != NULL, points[i].reason == NULL, "%s", points[i].why);
        if (points[i].reason != NULL)
            cr_expect_str_eq(reason, points[i].reason, "%s", points[i].why);
        crypto_free(key);
        free_span(numbers.x);
        free_span(numbers.d);
    }
}

static fnt_status load(const char *text, int32_t bit, span *said_of, fnt_report *report)
{
    fnt_key *key = NULL;
    fnt_status status = key_parse(span_of(text), bit, &key, report);
    key_unref(key);
    *said_of = span_of(summary(report));
    return status;
}

Test(eddsa, rule_14_what_a_signing_key_must_be)
{
    NEEDS_EDDSA();
    static const struct {
        const char *text;
        int32_t bit;
        const char *said;
    } rows[] = {
        {RFC_PUBLIC, 0, "This is a public key; signing needs the private one."},
        {ED_SPKI, 0, "This is a public key; signing needs the private one."},
        {ED_PKCS8, FNT_ES256, "A key for ES256 must be on P-256; this one is on Ed25519."},
        {P256_PKCS8, FNT_EDDSA, "A key for EdDSA must be on Ed25519; this one is on P-256."},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"AA\",\"x\":\"" RFC_X "\"}", 0,
         "The key can't be used: " D_LENGTH "."},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" RFC_D "\"}", 0,
         "The key can't be used: it lacks its x."},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"ES256\",\"d\":\"" RFC_D "\",\"x\":\"" RFC_X
         "\"}",
         0, "The key can't be used: its alg \"ES256\" does not fit its kty or curve."},
    };
    fnt_report *report = new_report();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span told;
        cr_expect_eq(load(rows[i].text, rows[i].bit, &told, report), FNT_FAULT_KEY, "row %zu", i);
        cr_expect(span_equal(told, span_of(rows[i].said)), "row %zu: %s", i, told.at);
        report_start(report);
    }
    report_free(report);
}

/* ---- texts --------------------------------------------------------------- */

Test(eddsa, jwk_as_published)
{
    NEEDS_EDDSA();
    /* RFC 9864: the new name is read, the old one written */
    static const char *const names[] = {"EdDSA", "Ed25519"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[200], *jwks = NULL;
        size_t len = 0;
        snprintf(text, sizeof text,
                 "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"%s\","
                 "\"use\":\"sig\",\"kid\":\"k\",\"x\":\"" RFC_X "\"}",
                 names[i]);
        fnt_keyset *set = keys_of(text, 0);
        cr_expect_eq(keyset_jwks(set, &jwks, &len), FNT_OK);
        cr_expect_str_eq(jwks, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" RFC_X
                               "\",\"kid\":\"k\",\"use\":\"sig\",\"alg\":\"EdDSA\"}]}");
        memory_free(jwks);
        keyset_unref(set);
    }
}

/* RFC 8410, 10: without and with attributes and the public half; the certificate's key is X25519,
 * which signs nothing. */
#define RFC_SHORT                                                                                  \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"                           \
    "-----END PRIVATE KEY-----\n"
#define RFC_LONG                                                                                   \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"                           \
    "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n"                           \
    "Z9w7lshQhqowtrbLDFw4rXAxZuE=\n"                                                               \
    "-----END PRIVATE KEY-----\n"
#define RFC_SPKI                                                                                   \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"                               \
    "-----END PUBLIC KEY-----\n"

static crypto_key *of_pem(const char *text)
{
    span rest = span_of(text);
    pem_block block;
    crypto_key *key = NULL;
    const char *reason = NULL;
    cr_assert(pem_next(&rest, &block, &reason), "%s", reason);
    cr_assert_eq(asn1_key_read(&block, &key, &reason), FNT_OK, "%s", reason);
    return key;
}

Test(eddsa, rule_15_pem_of_rfc_8410)
{
    NEEDS_EDDSA();
    crypto_key *one = of_pem(RFC_SHORT), *two = of_pem(RFC_LONG), *half = of_pem(RFC_SPKI);
    buf private_text = BUF_EMPTY, public_text = BUF_EMPTY;
    cr_expect(crypto_equal(one, two) && crypto_equal(one, half));
    cr_expect(crypto_is_private(one) && crypto_is_private(two) && !crypto_is_private(half));
    cr_expect_eq(crypto_private_pem(two, &private_text), FNT_OK);
    cr_expect_eq(crypto_public_pem(two, &public_text), FNT_OK);
    cr_expect(span_equal(buf_span(&private_text), SPAN(RFC_SHORT)), "%s", private_text.at);
    cr_expect(span_equal(buf_span(&public_text), SPAN(RFC_SPKI)), "%s", public_text.at);
    cr_expect_eq(crypto_private_pem(half, &private_text), FNT_FAULT_KEY);
    buf_free(&private_text);
    buf_free(&public_text);
    crypto_free(one);
    crypto_free(two);
    crypto_free(half);
}

/* ---- Wycheproof ---------------------------------------------------------- */

static const char *text_in(const node *n, const char *name)
{
    return node_text(node_member(n, span_of(name))).at;
}

static size_t run_group(const node *group)
{
    size_t tried = 0;
    crypto_key *key = of_pem(text_in(group, "publicKeyPem"));
    for (const node *test = node_first(node_member(group, SPAN("tests"))); test != NULL;
         test = node_next(test), tried++) {
        bool valid = strcmp(text_in(test, "result"), "valid") == 0;
        fnt_status status = verify_hex(key, text_in(test, "msg"), text_in(test, "sig"));
        cr_expect_eq(status, valid ? FNT_OK : FNT_REFUSED_SIGNATURE, "%s: %s",
                     text_in(test, "comment"), text_in(test, "result"));
    }
    crypto_free(key);
    return tried;
}

Test(eddsa, rule_12_wycheproof)
{
    NEEDS_EDDSA();
    size_t tried = 0;
    document *d = NULL;
    char *text = shared_file("corpora/wycheproof-ed25519_test.json");
    cr_assert_eq(document_parse(span_of(text), &d, NULL), FNT_OK);
    const node *groups = node_member(document_root(d), SPAN("testGroups"));
    for (const node *group = node_first(groups); group != NULL; group = node_next(group))
        tried += run_group(group);
    test_vectors(tried);
    cr_expect_eq(tried, 151);
    document_free(d);
    memory_free(text);
}
