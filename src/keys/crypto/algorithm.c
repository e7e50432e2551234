/* SPDX-License-Identifier: MIT */
#include "keys/crypto/algorithm.h"

static const algorithm algorithms[] = {
    {FNT_ES256, "ES256", KEY_P256, HASH_SHA256, false, 64},
    {FNT_ES384, "ES384", KEY_P384, HASH_SHA384, false, 96},
    {FNT_ES512, "ES512", KEY_P521, HASH_SHA512, false, 132},
    {FNT_RS256, "RS256", KEY_RSA, HASH_SHA256, false, 0},
    {FNT_RS384, "RS384", KEY_RSA, HASH_SHA384, false, 0},
    {FNT_RS512, "RS512", KEY_RSA, HASH_SHA512, false, 0},
    {FNT_PS256, "PS256", KEY_RSA, HASH_SHA256, true, 0},
    {FNT_PS384, "PS384", KEY_RSA, HASH_SHA384, true, 0},
    {FNT_PS512, "PS512", KEY_RSA, HASH_SHA512, true, 0},
    {FNT_HS256, "HS256", KEY_SECRET, HASH_SHA256, false, 32},
    {FNT_HS384, "HS384", KEY_SECRET, HASH_SHA384, false, 48},
    {FNT_HS512, "HS512", KEY_SECRET, HASH_SHA512, false, 64},
    /* its hash is part of the scheme */
    {FNT_EDDSA, "EdDSA", KEY_ED25519, HASH_SHA512, false, 64},
};

enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

_Static_assert(FNT_EDDSA == 1 << (ALGORITHMS - 1), "a row for each bit");

const algorithm *algorithm_named(span name)
{
    if (span_equal(name, SPAN("Ed25519")))
        return algorithm_of(FNT_EDDSA);
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (span_equal(name, span_of(algorithms[i].name)))
            return &algorithms[i];
    return NULL;
}

bool algorithm_is_foreign(span name)
{
    return span_equal(name, SPAN("ES256K")) || span_equal(name, SPAN("Ed448"));
}

const algorithm *algorithm_of(int32_t bit)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].bit == bit)
            return &algorithms[i];
    return NULL;
}

/* A secret shorter than the hash is weaker than the algorithm's name says (RFC 7518, 3.2); so is a
 * small modulus (3.3). */
static bool is_long_enough(const algorithm *alg, size_t bits)
{
    if (alg->kind == KEY_SECRET)
        return bits >= alg->signature * 8;
    return alg->kind != KEY_RSA || bits >= RSA_BITS_MIN;
}

int32_t algorithms_for(key_kind kind, size_t bits)
{
    int32_t found = 0;
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].kind == kind && is_long_enough(&algorithms[i], bits))
            found |= algorithms[i].bit;
    return found;
}

void algorithm_names(int32_t bits, buf *out)
{
    size_t start = out->len;
    for (size_t i = 0; i < ALGORITHMS; i++)
        if ((bits & algorithms[i].bit) != 0)
            buf_item(out, start, span_of(algorithms[i].name));
}

/* ---- curves -------------------------------------------------------------- */

typedef struct {
    const char *name;
    size_t coordinate, bits;
} curve;

static const curve curves[] = {
    [KEY_P256] = {"P-256", 32, 256}, [KEY_P384] = {"P-384", 48, 384},
    [KEY_P521] = {"P-521", 66, 521}, [KEY_RSA] = {NULL, 0, 0},
    [KEY_SECRET] = {NULL, 0, 0},     [KEY_ED25519] = {"Ed25519", 32, 256},
};

enum { KINDS = sizeof curves / sizeof *curves };

_Static_assert(KINDS == KEY_ED25519 + 1, "a row for each kind of key");

size_t key_coordinate(key_kind kind)
{
    return curves[kind].coordinate;
}

size_t key_curve_bits(key_kind kind)
{
    return curves[kind].bits;
}

const char *key_curve(key_kind kind)
{
    return curves[kind].name;
}

bool key_curve_named(span name, key_kind *out)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (curves[i].name == NULL || !span_equal(name, span_of(curves[i].name)))
            continue;
        *out = (key_kind)i;
        return true;
    }
    return false;
}

bool key_is_ec(key_kind kind)
{
    return curves[kind].name != NULL && kind != KEY_ED25519;
}
