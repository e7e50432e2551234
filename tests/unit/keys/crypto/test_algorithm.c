/* SPDX-License-Identifier: MIT */
#include "keys/roca.h"
#include "support/key_help.h"

static const struct {
    const char *name;
    int32_t bit; /* 0: none of ours */
    const char *why;
} names[] = {
    {"ES256", FNT_ES256, "RFC 7518, 3.1"},
    {"ES384", FNT_ES384, "too"},
    {"ES512", FNT_ES512, "too"},
    {"RS256", FNT_RS256, "too"},
    {"RS384", FNT_RS384, "too"},
    {"RS512", FNT_RS512, "too"},
    {"PS256", FNT_PS256, "too"},
    {"PS384", FNT_PS384, "too"},
    {"PS512", FNT_PS512, "too"},
    {"HS256", FNT_HS256, "too"},
    {"HS384", FNT_HS384, "too"},
    {"HS512", FNT_HS512, "too"},
    {"EdDSA", FNT_EDDSA, "RFC 8037, 3.1"},
    {"Ed25519", FNT_EDDSA, "RFC 9864, 2.2"},
    {"none", 0, "never"},
    {"None", 0, "never"},
    {"NONE", 0, "never"},
    {"es256", 0, "case matters"},
    {"ES256 ", 0, "no trimming"},
    {"ES25", 0, "a beginning"},
    {"ES256K", 0, "secp256k1"},
    {"Ed448", 0, "not known"},
    {"RSA-OAEP", 0, "no signature"},
    {"", 0, "empty"},
};

Test(algorithm, rule_6_names)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const algorithm *alg = algorithm_named(span_of(names[i].name));
        cr_expect_eq(alg == NULL ? 0 : alg->bit, names[i].bit, "%s: %s", names[i].name,
                     names[i].why);
    }
    cr_expect_null(algorithm_named(SPAN_NONE));
    cr_expect_null(algorithm_named(SPAN("ES256\0")));
}

Test(algorithm, only_one_bit_is_an_algorithm)
{
    for (size_t i = 0; i < ALL_ALGORITHMS; i++)
        cr_expect_eq(algorithm_of(all_algorithms[i])->bit, all_algorithms[i]);
    cr_expect_null(algorithm_of(0));
    cr_expect_null(algorithm_of(FNT_ES256 | FNT_ES384));
    cr_expect_null(algorithm_of(8192));
    cr_expect_null(algorithm_of(-1));
}

enum { RSA_ALL = FNT_RS256 | FNT_RS384 | FNT_RS512 | FNT_PS256 | FNT_PS384 | FNT_PS512 };

static const struct {
    key_kind kind;
    size_t bits;
    int32_t algorithms;
    const char *why;
} kinds[] = {
    {KEY_P256, 256, FNT_ES256, "a curve has one"},
    {KEY_P384, 384, FNT_ES384, "a curve has one"},
    {KEY_P521, 521, FNT_ES512, "a curve has one"},
    {KEY_RSA, 2048, RSA_ALL, "never HS*"},
    {KEY_RSA, 8192, RSA_ALL, "never HS*"},
    {KEY_RSA, 2047, 0, "too weak"},
    {KEY_SECRET, 0, 0, "an empty secret signs nothing"},
    {KEY_SECRET, 255, 0, "shorter than any hash"},
    {KEY_SECRET, 256, FNT_HS256, "as long as the hash"},
    {KEY_SECRET, 376, FNT_HS256, "a byte short of the next"},
    {KEY_SECRET, 384, FNT_HS256 | FNT_HS384, "as long as the hash"},
    {KEY_SECRET, 504, FNT_HS256 | FNT_HS384, "a byte short of the next"},
    {KEY_SECRET, 512, FNT_HS256 | FNT_HS384 | FNT_HS512, "as long as the hash"},
    {KEY_ED25519, 256, FNT_EDDSA, "RFC 8037"},
};

Test(algorithm, rule_7_what_a_key_may_do_comes_from_its_kind_and_size)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        cr_expect_eq(algorithms_for(kinds[i].kind, kinds[i].bits), kinds[i].algorithms,
                     "%d of %zu bits: %s", (int)kinds[i].kind, kinds[i].bits, kinds[i].why);
}

Test(algorithm, curves)
{
    static const struct {
        key_kind kind;
        const char *curve;
        size_t coordinate, bits;
        bool ec;
    } rows[] = {{KEY_P256, "P-256", 32, 256, true},       {KEY_P384, "P-384", 48, 384, true},
                {KEY_P521, "P-521", 66, 521, true},       {KEY_RSA, NULL, 0, 0, false},
                {KEY_ED25519, "Ed25519", 32, 256, false}, {KEY_SECRET, NULL, 0, 0, false}};
    key_kind kind = KEY_RSA;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect(span_equal(span_of(key_curve(rows[i].kind)), span_of(rows[i].curve)), "row %zu",
                  i);
        cr_expect_eq(key_coordinate(rows[i].kind), rows[i].coordinate, "row %zu", i);
        cr_expect_eq(key_curve_bits(rows[i].kind), rows[i].bits, "row %zu", i);
        cr_expect_eq(key_is_ec(rows[i].kind), rows[i].ec, "row %zu", i);
        cr_expect_eq(key_curve_named(span_of(rows[i].curve), &kind), rows[i].curve != NULL,
                     "row %zu", i);
        cr_expect(rows[i].curve == NULL || kind == rows[i].kind, "row %zu", i);
    }
    cr_expect_not(key_curve_named(SPAN("secp256k1"), &kind));
    cr_expect_not(key_curve_named(SPAN("p-256"), &kind));
}

Test(algorithm, names_of_several)
{
    buf out = BUF_EMPTY;
    algorithm_names(FNT_RS256 | FNT_PS256, &out);
    cr_expect(span_equal(buf_span(&out), SPAN("RS256, PS256")));
    buf_free(&out);
}

/* The primes' product in front of a power of 65537 looks like one; any of the 17 primes alone gives
 * an ordinary number away. */
Test(roca, tells_its_moduli_from_others)
{
    cr_expect(roca_is(SPAN("\x01")), "65537^0");
    cr_expect(roca_is(SPAN("\x01\x00\x01")), "65537^1");
    cr_expect(roca_is(SPAN("\x01\x00\x02\x00\x01")), "65537^2");
    cr_expect_not(roca_is(SPAN("\x02")));
    cr_expect_not(roca_is(SPAN("\x01\x00\x02")));
    cr_expect_not(roca_is(SPAN("")), "0 is no power");
}
