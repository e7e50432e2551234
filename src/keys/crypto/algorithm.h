/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_CRYPTO_ALGORITHM_H
#define FNT_KEYS_CRYPTO_ALGORITHM_H

#include "base/buf.h"
#include "base/status.h"

/* The signature algorithms of RFC 7518, 3.1 (and RFC 8037, 9864 for EdDSA), one row each. */
typedef enum { KEY_P256, KEY_P384, KEY_P521, KEY_RSA, KEY_SECRET, KEY_ED25519 } key_kind;
typedef enum { HASH_SHA256, HASH_SHA384, HASH_SHA512 } hash_kind;

typedef struct {
    int32_t bit; /* FNT_ES256 ... */
    const char *name;
    key_kind kind;
    hash_kind hash;
    bool pss;
    size_t signature; /* exact bytes of a signature (rule 12); 0: as long as the RSA modulus */
} algorithm;

/* Rule 13. An exponent of up to 256 bits is allowed (FIPS 186-5, A.1.1), but OpenSSL takes 64 where
 * the modulus has more than 3072, and each bit makes a forged token dearer. The last two are
 * those of keys made here. */
enum {
    RSA_BITS_MIN = 2048,
    RSA_BITS_MAX = 8192,
    RSA_EXPONENT_BITS_MAX = 64,
    RSA_BITS_MADE = 2048,
    RSA_EXPONENT_MADE = 65537
};

/* What a verifier of other issuers' tokens may allow, and HS*, which it may not. */
enum {
    ALGORITHMS_ASYMMETRIC = FNT_ES256 | FNT_ES384 | FNT_ES512 | FNT_RS256 | FNT_RS384 | FNT_RS512 |
                            FNT_PS256 | FNT_PS384 | FNT_PS512 | FNT_EDDSA,
    ALGORITHMS_HMAC = FNT_HS256 | FNT_HS384 | FNT_HS512
};

/* NULL for an unknown name, "none" included. Case matters. "Ed25519" is found as EdDSA (RFC 9864).
 */
const algorithm *algorithm_named(span name);
/* Whether it is one that no build has: a lack of the build, and not of the token. */
bool algorithm_is_foreign(span name);
const algorithm *algorithm_of(int32_t bit); /* exactly one bit, else NULL */

/* Every algorithm that a key of this kind may be used with, as bits. bits: of the modulus or
 * secret. */
int32_t algorithms_for(key_kind kind, size_t bits);

/* Appends their names: "RS256, PS256". */
void algorithm_names(int32_t bits, buf *out);

/* How many bytes a signature by a key of that many bits has (rule 12). */
static inline size_t algorithm_signature(const algorithm *alg, size_t bits)
{
    return alg->signature != 0 ? alg->signature : (bits + 7) / 8;
}

/* What a curve's name says; 0 and NULL for RSA and secrets. */
size_t key_coordinate(key_kind kind); /* bytes of a coordinate or private number: 32, 48, 66 */
size_t key_curve_bits(key_kind kind); /* 256, 384, 521 */
const char *key_curve(key_kind kind); /* "P-256", "P-384", "P-521", "Ed25519" */
bool key_curve_named(span name, key_kind *out); /* of a JWK's crv */
/* Whether ECDSA signs with it: all curves but Ed25519. */
bool key_is_ec(key_kind kind);

#endif
