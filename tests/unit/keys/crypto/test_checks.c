/* SPDX-License-Identifier: MIT */
/* Rule 13: what may be a key. The same tables for every backend: the sentences are the library's
 * own. */
#include "keys/crypto/checks.h"
#include "support/key_help.h"
#include "support/key_texts.h"

/* ---- EC ------------------------------------------------------------------ */

#define N256 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
#define N256_LESS_1 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define FULL "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

#define X256 "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
#define Y256 "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
#define D256 "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"
#define GX256 "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
#define GY256 "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"
#define P256 "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"

#define GX521                                                                                      \
    "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127" \
    "A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66"
#define GY521                                                                                      \
    "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B901" \
    "3FAD0761353C7086A272C24088BE94769FD16650"
#define ONE521 "0000" ZERO ONE

static const struct {
    key_kind kind;
    const char *x, *y, *d;
    const char *reason; /* NULL: a good key */
    const char *why;
} points[] = {
    {KEY_P256, X256, Y256, NULL, NULL, "public"},
    {KEY_P521, GX521, GY521, NULL, NULL, "the largest curve"},
    {KEY_P521, GX521, GY521, ONE521, NULL, "the largest curve, private"},
    {KEY_P521, GY521, GX521, NULL, "its point is not on the curve", "the wrong way round"},
    {KEY_P521, "FF" GX521, "FF" GY521, NULL,
     "its coordinates have not the length that its curve asks for", "a byte before"},
    {KEY_P256, "03" X256, "", NULL, "its coordinates have not the length that its curve asks for",
     "compressed (SEC 1, 2.3.3)"},
    {KEY_P521, "02" GX521, NULL, NULL,
     "its coordinates have not the length that its curve asks for", "compressed (SEC 1, 2.3.3)"},
    {KEY_P256, X256, Y256, D256, NULL, "private"},
    {KEY_P256, GX256, GY256, ONE, NULL, "the base point itself"},
    {KEY_P256, NULL, NULL, D256, NULL, "private, its point is worked out"},
    {KEY_P256, NULL, NULL, ZERO, "its private number is out of range", "0, and no point"},
    {KEY_P256, NULL, NULL, NULL, "its coordinates have not the length that its curve asks for",
     "nothing"},
    {KEY_P256, X256, NULL, D256, "its coordinates have not the length that its curve asks for",
     "half a point"},
    {KEY_P256, X256, "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462298", NULL,
     "its point is not on the curve", "y off by one"},
    {KEY_P256, Y256, X256, NULL, "its point is not on the curve", "the wrong way round"},
    {KEY_P256, ZERO, ZERO, NULL, "its point is not on the curve", "what some write for infinity"},
    {KEY_P256, P256, P256, NULL, "its point is not on the curve", "zeros, plus the field's prime"},
    {KEY_P256, "00" X256, "00" Y256, NULL,
     "its coordinates have not the length that its curve asks for", "a byte before"},
    {KEY_P256, "FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6", Y256, NULL,
     "its coordinates have not the length that its curve asks for", "a byte too few"},
    {KEY_P256, X256, "", NULL, "its coordinates have not the length that its curve asks for",
     "no y"},
    {KEY_P256, "", Y256, NULL, "its coordinates have not the length that its curve asks for",
     "no x"},
    {KEY_P384, X256, Y256, NULL, "its coordinates have not the length that its curve asks for",
     "of another curve"},
    {KEY_P384, "00000000000000000000000000000000" X256, "00000000000000000000000000000000" Y256,
     NULL, "its point is not on the curve", "of another curve, filled up"},
    {KEY_P256, X256, Y256, "AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
     "its private number has not the length that its curve asks for", "a byte too few"},
    {KEY_P256, X256, Y256, "00" D256,
     "its private number has not the length that its curve asks for", "a byte before"},
    {KEY_P256, X256, Y256, "", "its private number has not the length that its curve asks for",
     "empty"},
    {KEY_P256, X256, Y256, ZERO, "its private number is out of range", "0"},
    {KEY_P256, X256, Y256, N256, "its private number is out of range", "n"},
    {KEY_P256, X256, Y256, FULL, "its private number is out of range", "above n"},
    {KEY_P256, X256, Y256, ONE, "its private and public halves do not belong together",
     "another's"},
    {KEY_P256, GX256, GY256, N256_LESS_1, "its private and public halves do not belong together",
     "the point's mirror image"},
};

Test(checks, rule_13_points)
{
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        crypto_numbers numbers = {
            .x = unhex(points[i].x), .y = unhex(points[i].y), .d = unhex(points[i].d)};
        fnt_status status = crypto_import(points[i].kind, &numbers, &key, &reason);
        cr_expect_eq(status, points[i].reason == NULL ? FNT_OK : FNT_FAULT_KEY, "%s",
                     points[i].why);
        cr_expect_eq(key != NULL, points[i].reason == NULL, "%s", points[i].why);
        cr_expect(key == NULL || crypto_is_private(key) == (points[i].d != NULL), "%s",
                  points[i].why);
        if (points[i].reason != NULL)
            cr_expect_str_eq(reason, points[i].reason, "%s", points[i].why);
        crypto_free(key);
        free_span(numbers.x);
        free_span(numbers.y);
        free_span(numbers.d);
    }
}

/* ---- RSA, public --------------------------------------------------------- */

#define SMALL "its RSA modulus has fewer than 2048 bits"
#define LARGE "its RSA modulus has more than 8192 bits"
#define EVEN "its RSA modulus is even"
#define EXPONENT "its RSA exponent is even or below 3"
#define LONG_EXPONENT "its RSA exponent has more than 64 bits"

static const struct {
    size_t bits;
    unsigned char last; /* byte of the modulus, which else is 0xff all over */
    const char *e, *reason, *why;
} moduli[] = {
    {2048, 0xff, "010001", NULL, "the usual"},
    {2047, 0xff, "010001", SMALL, "a bit too few"},
    {2049, 0xff, "010001", NULL, "no multiple of 8"},
    {8192, 0xff, "010001", NULL, "as large as may be"},
    {8193, 0xff, "010001", LARGE, "a bit too many"},
    {65536, 0xff, "010001", LARGE, "far too many"},
    {1024, 0xff, "010001", SMALL, "of old"},
    {8, 0xff, "010001", SMALL, "a byte"},
    {0, 0, "010001", SMALL, "none"},
    {2048, 0xfe, "010001", EVEN, "even"},
    {2048, 0xff, "03", NULL, "the smallest exponent"},
    {2048, 0xff, "01", EXPONENT, "anything verifies"},
    {2048, 0xff, "02", EXPONENT, "even"},
    {2048, 0xff, "010000", EXPONENT, "even"},
    {2048, 0xff, "00", EXPONENT, "zero"},
    {2048, 0xff, "", EXPONENT, "none"},
    {2048, 0xff, "0000010001", NULL, "zero bytes before count for nothing"},
    {2048, 0xff, "8000000000000001", NULL, "64 bits"},
    {3072, 0xff, "8000000000000001", NULL, "64 bits"},
    {3073, 0xff, "8000000000000001", NULL, "64 bits, and a modulus that OpenSSL calls large"},
    {8192, 0xff, "8000000000000001", NULL, "64 bits, and the largest modulus"},
    {2048, 0xff, "00008000000000000001", NULL, "64 bits, behind zeros"},
    {2048, 0xff, "018000000000000001", LONG_EXPONENT, "65 bits: verifying would take long"},
    {8192, 0xff, "018000000000000001", LONG_EXPONENT, "65 bits"},
    {2048, 0xff, "8000000000000000000000000000000000000000000000000000000000000001", LONG_EXPONENT,
     "256 bits, as FIPS 186-5 allows"},
};

/* A key that was taken can be used: a wrong signature is no fault of the crypto library. */
static void expect_refused(const crypto_key *key, size_t len, const char *why)
{
    static char signature[RSA_BITS_MAX / 8];
    memset(signature, 0x11, sizeof signature);
    cr_expect_eq(
        crypto_verify(key, algorithm_named(SPAN("RS256")), SPAN("text"), (span){signature, len}),
        FNT_REFUSED_SIGNATURE, "%s", why);
    cr_expect_eq(
        crypto_verify(key, algorithm_named(SPAN("PS512")), SPAN("text"), (span){signature, len}),
        FNT_REFUSED_SIGNATURE, "%s", why);
}

Test(checks, rule_13_moduli)
{
    static unsigned char dst[8193];
    for (size_t i = 0; i < sizeof moduli / sizeof *moduli; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        size_t len = (moduli[i].bits + 7) / 8;
        memset(dst, 0xff, sizeof dst);
        dst[0] = (unsigned char)(0xff >> (len * 8 - moduli[i].bits));
        dst[len == 0 ? 0 : len - 1] = len < 2 ? dst[0] : moduli[i].last;
        crypto_numbers numbers = {.n = {(char *)dst, len}, .e = unhex(moduli[i].e)};
        fnt_status status = crypto_import(KEY_RSA, &numbers, &key, &reason);
        cr_expect_eq(status, moduli[i].reason == NULL ? FNT_OK : FNT_FAULT_KEY, "%s: %s",
                     moduli[i].why, reason);
        if (moduli[i].reason != NULL)
            cr_expect_str_eq(reason, moduli[i].reason, "%s", moduli[i].why);
        else {
            cr_expect_eq(crypto_bits(key), moduli[i].bits, "%s", moduli[i].why);
            expect_refused(key, len, moduli[i].why);
        }
        crypto_free(key);
        free_span(numbers.e);
    }
}

/* ---- RSA, private -------------------------------------------------------- */

#define HALVES "its private and public halves do not belong together"
#define LACKS "its private half is incomplete: it lacks "

static const struct {
    const char *d, *p, *q, *reason, *why; /* base64url */
} halves[] = {
    {RFC_RSA_D, RFC_RSA_P, RFC_RSA_Q, NULL, "a good key"},
    {RFC_RSA_D, RFC_RSA_Q, RFC_RSA_P, NULL, "the smaller prime first"},
    {"", RFC_RSA_P, RFC_RSA_Q, LACKS "d", "no d"},
    {RFC_RSA_D, "", RFC_RSA_Q, LACKS "p", "no p"},
    {RFC_RSA_D, RFC_RSA_P, "", LACKS "q", "no q"},
    {"AA", "AAAA", RFC_RSA_Q, LACKS "d and p", "zeros are nothing"},
    {"", RFC_RSA_P, "", LACKS "d and q", "p alone"},
    {RFC_RSA_D, "", "", LACKS "p and q", "no primes"},
    {"", "", "", LACKS "d, p and q", "nothing"},
    {"AQAB", RFC_RSA_P, RFC_RSA_Q, HALVES, "another d"},
    {RFC_RSA_N, RFC_RSA_P, RFC_RSA_Q, HALVES, "d as large as n"},
    {RFC_RSA_D, RFC_RSA_P, RFC_RSA_P, HALVES, "p twice"},
    {RFC_RSA_D, RFC_RSA_P, "Aw", HALVES, "n is not p q"},
    {RFC_RSA_D, "AQ", RFC_RSA_N, HALVES, "n is its own prime"},
    {RFC_RSA_D, RFC_RSA_N, "AQ", HALVES, "and the other way round"},
    {RFC_RSA_D, "Ag", RFC_RSA_Q, HALVES, "an even prime"},
};

static span decoded(const char *text)
{
    return text[0] == '\0' ? unhex("") : unbase64url(span_of(text));
}

Test(checks, rule_13_rsa_halves)
{
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        crypto_key *key = NULL;
        const char *reason = NULL;
        crypto_numbers numbers = {.n = decoded(RFC_RSA_N),
                                  .e = decoded("AQAB"),
                                  .d = decoded(halves[i].d),
                                  .p = decoded(halves[i].p),
                                  .q = decoded(halves[i].q)};
        cr_expect_eq(crypto_import(KEY_RSA, &numbers, &key, &reason),
                     halves[i].reason == NULL ? FNT_OK : FNT_FAULT_KEY, "%s: %s", halves[i].why,
                     reason);
        if (halves[i].reason != NULL)
            cr_expect_str_eq(reason, halves[i].reason, "%s", halves[i].why);
        cr_expect(key == NULL || crypto_is_private(key), "%s", halves[i].why);
        crypto_free(key);
        free_span(numbers.n);
        free_span(numbers.e);
        free_span(numbers.d);
        free_span(numbers.p);
        free_span(numbers.q);
    }
}

/* ---- secrets ------------------------------------------------------------- */

Test(checks, secrets)
{
    static char long_one[CRYPTO_SECRET_MAX + 1];
    crypto_key *key = NULL;
    const char *reason = NULL;
    cr_expect_eq(crypto_import(KEY_SECRET, &(crypto_numbers){.secret = SPAN("")}, &key, &reason),
                 FNT_FAULT_KEY);
    cr_expect_str_eq(reason, "its secret is empty");
    cr_expect_eq(crypto_import(KEY_SECRET, &(crypto_numbers){.secret = SPAN_NONE}, &key, &reason),
                 FNT_FAULT_KEY);
    cr_expect_eq(crypto_import(KEY_SECRET, &(crypto_numbers){.secret = {long_one, sizeof long_one}},
                               &key, &reason),
                 FNT_FAULT_KEY);
    cr_expect_str_eq(reason, "its secret is longer than 1024 bytes");
    cr_expect_eq(crypto_import(KEY_SECRET,
                               &(crypto_numbers){.secret = {long_one, sizeof long_one - 1}}, &key,
                               &reason),
                 FNT_OK);
    cr_expect_eq(crypto_public_numbers(key)->secret.len, CRYPTO_SECRET_MAX);
    crypto_free(key);
}

Test(checks, bits_of_numbers)
{
    cr_expect_eq(number_bits(SPAN("")), 0);
    cr_expect_eq(number_bits(SPAN("\x01")), 1);
    cr_expect_eq(number_bits(SPAN("\x7f\xff")), 15);
    cr_expect_eq(number_bits(SPAN("\x80\x00")), 16);
}
