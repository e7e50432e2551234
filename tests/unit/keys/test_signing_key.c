/* SPDX-License-Identifier: MIT */
#include "keys/thumbprint.h"
#include "support/key_help.h"
#include "support/key_texts.h"

#define PUBLIC "This is a public key; signing needs the private one."
#define EC_PUBLIC                                                                                  \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","      \
    "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""
#define EC_PRIVATE EC_PUBLIC ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\""
#define OCT32 "\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\""
#define P256_KID "-AJO3yBifL0QjVje52GawBWBZzDvOilirl0Pu18NgIs"
#define RSA_KID "twX10pAzt47zTo5vPfyMbHnLgHUYxdtxzNlck9XS0H4"

#define RSA_PUBLIC "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" RFC_RSA_N "\""
#define RSA_D ",\"d\":\"" RFC_RSA_D "\""
#define RSA_P ",\"p\":\"" RFC_RSA_P "\""
#define RSA_Q ",\"q\":\"" RFC_RSA_Q "\""
#define RSA_PRIVATE RSA_PUBLIC RSA_D RSA_P RSA_Q

static const struct {
    const char *text;
    int32_t bit;      /* 0: what the key says */
    int32_t expected; /* 0: FNT_FAULT_KEY; -1: FNT_FAULT_UNSUPPORTED */
    const char *said; /* the kid, or the sentence; NULL: any */
    const char *why;
} rows[] = {
    {P256_SEC1, 0, FNT_ES256, P256_KID, "by the curve"},
    {P256_SEC1_PARAMS, FNT_ES256, FNT_ES256, P256_KID, "SEC1"},
    {P256_PKCS8, FNT_ES256, FNT_ES256, P256_KID, "PKCS#8"},
    {P384_PKCS8, 0, FNT_ES384, NULL, "by the curve"},
    {P521_PKCS8, 0, FNT_ES512, NULL, "by the curve"},
    {RSA_PKCS1, 0, FNT_RS256, RSA_KID, "RS256 for RSA"},
    {RSA_PKCS8, FNT_PS512, FNT_PS512, RSA_KID, "as the caller says"},
    {P256_CERT P256_PKCS8, 0, FNT_ES256, P256_KID, "with its certificate"},
    {P256_PKCS8 P256_SPKI, 0, FNT_ES256, P256_KID, "with its public half"},
    {"{" EC_PRIVATE ",\"kid\":\"a\"}", 0, FNT_ES256, "a", "a JWK's own kid"},
    {"{" EC_PRIVATE "}", 0, FNT_ES256, "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
     "or its thumbprint"},
    {"{" RSA_PRIVATE ",\"kid\":\"a\"}", 0, FNT_RS256, "a", "with its primes"},
    {"{" RSA_PRIVATE ",\"kid\":\"a\",\"alg\":\"PS256\"}", 0, FNT_PS256, "a", "by its alg"},
    {"{" OCT32 ",\"kid\":\"a\"}", 0, FNT_HS256, "a", "HS256 for a secret"},
    {"{" OCT32 ",\"kid\":\"a\",\"key_ops\":[\"sign\"]}", FNT_HS256, FNT_HS256, "a", "key_ops"},
    /* rule 14 */
    {P256_SPKI, 0, 0, PUBLIC, "a public key"},
    {RSA_PUBLIC_PKCS1, 0, 0, PUBLIC, "a public key"},
    {P256_CERT, 0, 0,
     "This is a certificate, which holds a public key; signing needs the private one.",
     "a certificate"},
    {"{" EC_PUBLIC "}", 0, 0, PUBLIC, "a public key"},
    {"{" RSA_PUBLIC "}", 0, 0, PUBLIC, "a public key"},
    {"{" EC_PRIVATE ",\"use\":\"enc\"}", 0, 0,
     "The key can't be used: its use is enc (encryption), not sig.", "rule 7"},
    {"{" EC_PRIVATE ",\"key_ops\":[\"verify\"]}", 0, 0,
     "The key can't be used: its key_ops does not allow to sign.", "rule 7"},
    {"{\"keys\":[{" EC_PRIVATE "}]}", 0, 0,
     "This is a JWKS, a set of keys; one private key is needed: a JWK alone or PEM.", "a set"},
    {"{" RSA_PUBLIC RSA_D "}", 0, 0,
     "The key can't be used: its private half is incomplete: it lacks p and q.", "n, e, d alone"},
    {"{" RSA_PUBLIC RSA_D RSA_P "}", 0, 0,
     "The key can't be used: its private half is incomplete: it lacks q.", "half of its primes"},
    {"{" RSA_PUBLIC RSA_D ",\"p\":\"Aw\",\"q\":\"BQ\"}", 0, 0,
     "The key can't be used: its private and public halves do not belong together.", "rule 13"},
    {"{" RSA_PUBLIC ",\"d\":\"AQAB\"" RSA_P RSA_Q "}", 0, 0,
     "The key can't be used: its private and public halves do not belong together.", "rule 13"},
    /* the algorithm */
    {P384_PKCS8, FNT_ES256, 0, "A key for ES256 must be on P-256; this one is on P-384.",
     "rule 14"},
    {RSA_PKCS8, FNT_ES256, 0, "A key for ES256 must be on P-256; this one is RSA.", "rule 14"},
    {P256_PKCS8, FNT_RS256, 0, "A key for RS256 must be RSA; this one is on P-256.", "rule 14"},
    {P256_PKCS8, FNT_HS256, 0, "A key for HS256 must be a shared secret; this one is on P-256.",
     "rule 7"},
    {"{" OCT32 "}", FNT_ES256, 0, "A key for ES256 must be on P-256; this one is a shared secret.",
     "rule 7"},
    {"{" OCT32 "}", FNT_HS512, 0, "A secret for HS512 must have 64 bytes or more; this one has 32.",
     "rule 13"},
    {"{" RSA_PRIVATE ",\"alg\":\"RS256\"}", FNT_PS256, 0,
     "By its own alg the key is for RS256; PS256 was asked for.", "rule 7"},
    {P256_PKCS8, FNT_ES256 | FNT_ES384, -1,
     "This algorithm is not supported by this build (BUILD).", "two"},
    {P256_PKCS8, 1 << 20, -1, "This algorithm is not supported by this build (BUILD).",
     "of the future"},
    {"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AA\",\"d\":\"AA\"}", 0, -1,
     "The key can't be used: Ed448 is not supported by this build (BUILD).", "Ed448"},
    /* other texts */
    {P256_ENCRYPTED, 0, 0,
     "The private key is encrypted. Decrypt it first: openssl pkey -in ENCRYPTED.pem -out KEY.pem",
     "by its label"},
    {P256_LEGACY_ENCRYPTED, 0, 0,
     "The private key is encrypted. Decrypt it first: openssl pkey -in ENCRYPTED.pem -out KEY.pem",
     "by its header"},
    {P256_SEC1 RSA_PKCS1, 0, 0, "There is more than one private key in it; one is needed.", "two"},
    {P256_CSR, 0, 0, "There is no private key in it.", "a certificate request"},
    {SSH, 0, 0,
     "The key can't be used: it is in OpenSSH's own form: ssh-keygen -p -m PKCS8 -f FILE rewrites "
     "it, if it is ECDSA or RSA.",
     "OpenSSH's own"},
    {K256_PKCS8, 0, -1,
     "The key can't be used: secp256k1 (ES256K) is not supported by this build (BUILD).",
     "another curve"},
    {P256_SEC1_EXPLICIT, 0, 0,
     "The key can't be used: its curve is spelled out; it must be given by name (openssl ec "
     "-param_enc named_curve).",
     "its own curve"},
    {"-----BEGIN PRIVATE KEY-----\nAA", 0, 0,
     "The PEM text is damaged: it has a BEGIN line without its END line.", "cut off"},
    {"-----BEGIN EC PARAMETERS-----\n-----END EC PARAMETERS-----\n", 0, 0,
     "There is no private key in it.", "parameters alone"},
    {"{}", 0, 0, "The key can't be used: it has no kty, or one that is no string.", "no JWK"},
    {"{", 0, 0, NULL, "no JSON"},
    {"", 0, 0, "The text is empty: expected is a private key, as PEM or a JWK.", "nothing"},
    {"secret", 0, 0, "The text is neither JSON (a JWK) nor PEM.", "a password"},
};

Test(key, rule_14_takes_one_private_key_and_says_what_else_came)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fnt_key *key = (fnt_key *)rows; /* left over */
        fnt_report *report = new_report();
        fnt_status expected = rows[i].expected > 0    ? FNT_OK
                              : rows[i].expected == 0 ? FNT_FAULT_KEY
                                                      : FNT_FAULT_UNSUPPORTED;
        cr_expect_eq(key_parse(span_of(rows[i].text), rows[i].bit, &key, report), expected,
                     "row %zu, %s: %s", i, rows[i].why, summary(report));
        cr_expect_eq(key != NULL, expected == FNT_OK, "row %zu, %s", i, rows[i].why);
        if (key != NULL) {
            cr_expect_eq(key_algorithm(key)->bit, rows[i].expected, "row %zu, %s", i, rows[i].why);
            cr_expect_eq(strncmp(summary(report), "A key for ", 10), 0, "%s", summary(report));
        }
        if (rows[i].said != NULL)
            cr_expect_str_eq(key != NULL ? key_id(key).at : summary(report),
                             with_build(rows[i].said), "row %zu, %s", i, rows[i].why);
        report_free(report);
        key_unref(key);
    }
}

Test(key, a_text_that_is_too_long)
{
    fnt_key *key = NULL;
    fnt_report *report = new_report();
    char *text = memory_alloc(KEYSET_TEXT_MAX + 1);
    memset(text, ' ', KEYSET_TEXT_MAX + 1);
    memcpy(text, "{" EC_PRIVATE "}", strlen("{" EC_PRIVATE "}"));
    cr_expect_eq(key_parse((span){text, KEYSET_TEXT_MAX}, 0, &key, NULL), FNT_OK);
    key_unref(key);
    cr_expect_eq(key_parse((span){text, KEYSET_TEXT_MAX + 1}, 0, &key, report), FNT_FAULT_KEY);
    cr_expect_str_eq(summary(report), "The text is longer than 1 MiB; that is no key.");
    memory_free(text);
    report_free(report);
}

static void expect_signature(const fnt_key *key, const fnt_keyset *set, const char *name)
{
    const named_key *found = NULL;
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    cr_expect_eq(key_sign(key, SPAN("text"), signature, &len), FNT_OK, "%s", name);
    cr_assert_eq(find_key(set, key_id(key), key_algorithm(key), &found, NULL), FNT_OK, "%s", name);
    cr_expect_eq(
        crypto_verify(found->key, key_algorithm(key), SPAN("text"), (span){(char *)signature, len}),
        FNT_OK, "%s", name);
}

/* Made, written, read again: one key throughout. */
static void round_trip(int32_t bit)
{
    const char *name = algorithm_of(bit)->name;
    fnt_key *key = NULL, *again = NULL;
    char *private_pem = NULL, *public_pem = NULL, *public_jwk = NULL;
    size_t private_len = 0, public_len = 0, jwk_len = 0;
    cr_assert_eq(key_generate(bit, &key), FNT_OK, "%s", name);
    cr_expect_eq(key_algorithm(key)->bit, bit, "%s", name);
    cr_expect_eq(key_id(key).len, THUMBPRINT_SIZE, "%s", name);
    cr_expect_eq(key_export(key, FNT_PRIVATE_PEM, &private_pem, &private_len), FNT_OK, "%s", name);
    cr_expect_eq(key_export(key, FNT_PUBLIC_PEM, &public_pem, &public_len), FNT_OK, "%s", name);
    cr_expect_eq(key_export(key, FNT_PUBLIC_JWK, &public_jwk, &jwk_len), FNT_OK, "%s", name);
    cr_expect_eq(strlen(private_pem), private_len, "%s", name);
    cr_expect_not_null(strstr(public_jwk, name), "%s", public_jwk);
    cr_expect_null(strstr(public_pem, "PRIVATE"), "%s", name);
    cr_expect_null(strstr(public_jwk, "\"d\""), "%s", name);

    cr_assert_eq(key_parse((span){private_pem, private_len}, bit, &again, NULL), FNT_OK, "%s",
                 name);
    cr_expect(span_equal(key_id(key), key_id(again)), "%s", name);
    fnt_keyset *from_pem = keys_of(public_pem, 0), *from_jwk = keys_of(public_jwk, 0);
    expect_signature(key, from_pem, name);
    expect_signature(again, from_jwk, name);
    keyset_unref(from_pem);
    keyset_unref(from_jwk);
    memory_free(private_pem);
    memory_free(public_pem);
    memory_free(public_jwk);
    key_unref(key);
    key_unref(again);
}

Test(key, rule_45_keys_survive_being_written)
{
    for (size_t i = 0; i < ALL_ALGORITHMS; i++)
        if ((all_algorithms[i] & ALGORITHMS_HMAC) == 0)
            round_trip(all_algorithms[i]);
}

Test(key, rule_14_a_secret_is_not_written)
{
    static const struct {
        int32_t form;
        fnt_status status;
    } forms[] = {{FNT_PRIVATE_PEM, FNT_FAULT_UNSUPPORTED},
                 {FNT_PUBLIC_PEM, FNT_FAULT_KEY},
                 {FNT_PUBLIC_JWK, FNT_FAULT_KEY},
                 {FNT_ES256, FNT_FAULT_UNSUPPORTED},
                 {0, FNT_FAULT_UNSUPPORTED}};
    fnt_key *key = NULL;
    cr_assert_eq(key_generate(FNT_HS384, &key), FNT_OK);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char *text = (char *)"left over";
        size_t len = 1;
        cr_expect_eq(key_export(key, forms[i].form, &text, &len), forms[i].status, "form %d",
                     (int)forms[i].form);
        cr_expect_null(text);
        cr_expect_eq(len, 0);
    }
    key_unref(key);
}

Test(key, a_jwk_keeps_its_kid_and_gets_its_alg)
{
    fnt_key *key = key_of("{" RSA_PRIVATE ",\"kid\":\"mine\"}", FNT_PS256);
    char *text = NULL;
    size_t len = 0;
    cr_expect_eq(key_export(key, FNT_PUBLIC_JWK, &text, &len), FNT_OK);
    cr_expect_not_null(strstr(text, "\"kid\":\"mine\",\"use\":\"sig\",\"alg\":\"PS256\"}"), "%s",
                       text);
    memory_free(text);
    key_unref(key);
}

Test(key, only_what_this_build_has_is_made)
{
    const int32_t none[] = {0, FNT_ES256 | FNT_RS256, 8192, -1, has_eddsa() ? 0 : FNT_EDDSA};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        fnt_key *key = (fnt_key *)none;
        cr_expect_eq(key_generate(none[i], &key), FNT_FAULT_UNSUPPORTED, "%d", (int)none[i]);
        cr_expect_null(key);
    }
}

Test(key, is_shared)
{
    fnt_key *key = key_of(P256_PKCS8, 0);
    const fnt_key *mine = key_ref(key);
    cr_expect_eq(mine, key);
    key_unref(key);
    cr_expect_str_eq(key_id(mine).at, P256_KID);
    key_unref(mine);
    cr_expect_null(key_ref(NULL));
    key_unref(NULL);
}
