/* SPDX-License-Identifier: MIT */
/* What the rest of the library knows of cryptography. checks.c and key.c do what is the same
 * whichever crypto library the build has; a backend (backend.h) does the rest.
 *
 * A crypto_key is prepared once, then only read: any number of threads may use one at a time, and a
 * child after fork(). */
#ifndef FNT_KEYS_CRYPTO_CRYPTO_H
#define FNT_KEYS_CRYPTO_CRYPTO_H

#include "base/buf.h"
#include "keys/crypto/algorithm.h"

typedef struct crypto_key crypto_key;

enum {
    CRYPTO_COORDINATE_MAX = 66,
    CRYPTO_SIGNATURE_MAX = 1024,
    CRYPTO_SECRET_MAX = 1024,
    CRYPTO_SHA256 = 32
};

/* The numbers of a key, big-endian, as a JWK (RFC 7518, 6) has them; absent where the key has none.
 */
typedef struct {
    /* EC: both of full length, key_coordinate(kind) bytes; Ed25519: x alone. Absent beside d: the
     * library works them out. */
    span x, y;
    /* the private number of EC and RSA, or the seed of Ed25519; absent in a public key */
    span d;
    span n, e;   /* RSA */
    span p, q;   /* RSA: both are needed beside d */
    span secret; /* KEY_SECRET */
} crypto_numbers;

/* "mbedtls-2.28.3 ES256 ES384 ...": the library, then the names of the algorithms that this backend
 * has. Where another OpenSSL runs than the one built with, "openssl-3.0 ES256 ...". */
const char *crypto_name(void);
/* The first word of it: which build this is. */
static inline span crypto_library(void)
{
    span name = span_of(crypto_name());
    return (span){name.at, span_index(name, ' ')};
}
/* The algorithms that this backend has, as bits. */
int32_t crypto_algorithms(void);

/* Makes a key from numbers. FNT_OK; FNT_FAULT_KEY: what rule 13 refuses (checks.c) or the library
 * finds wrong: a point off the curve, a private number out of range, halves that do not belong
 * together; FNT_FAULT_UNSUPPORTED: Ed25519 in a backend without it, or a size that the library does
 * not take; FNT_FAULT_RANDOM (a private key is tried); FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO.
 * Leading zero bytes of RSA's numbers do not count. *reason, unless FNT_OK, is static and ends a
 * sentence for people: "its point is not on the curve". */
fnt_status crypto_import(key_kind kind, const crypto_numbers *numbers, crypto_key **out,
                         const char **reason);
/* RSA: RSA_BITS_MADE bits. Also FNT_FAULT_RANDOM. */
fnt_status crypto_generate(const algorithm *alg, crypto_key **out);

/* The reasons of FNT_FAULT_UNSUPPORTED where the build lacks a key's algorithm, which of the first
 * two is EdDSA; % stands for crypto_library(). */
extern const char key_no_ed25519[], key_no_ed448[], key_no_secp256k1[];

/* How functions report what is wrong with a key: *reason = sentence, FNT_FAULT_KEY. */
static inline fnt_status refuse_key(const char **reason, const char *sentence)
{
    *reason = sentence;
    return FNT_FAULT_KEY;
}

key_kind crypto_kind(const crypto_key *key);
size_t crypto_bits(const crypto_key *key);     /* of the curve, modulus or secret */
bool crypto_is_private(const crypto_key *key); /* a secret is */
/* A new key without the private half; a secret stays what it is. */
fnt_status crypto_public_half(const crypto_key *key, crypto_key **out);
/* Whether two keys verify the same signatures. */
bool crypto_equal(const crypto_key *a, const crypto_key *b);
/* One reference more; a key never changes. */
crypto_key *crypto_ref(crypto_key *key);
void crypto_free(crypto_key *key); /* one less; with the last one wiped. NULL is fine */

/* x and y or n and e, without leading zero bytes of n and e; or secret. Borrowed. */
const crypto_numbers *crypto_public_numbers(const crypto_key *key);

/* Appended to out. Private: PKCS#8 where the backend writes it, else SEC1 or PKCS#1; public: SPKI.
 * FNT_FAULT_KEY: a secret, or no private half. */
fnt_status crypto_private_pem(const crypto_key *key, buf *out);
fnt_status crypto_public_pem(const crypto_key *key, buf *out);

/* FNT_OK or FNT_REFUSED_SIGNATURE; also FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. A key of another kind
 * than alg's and a signature of another length are refused, and r or s of 0 or above n-1. A secret
 * is compared in constant time. */
fnt_status crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                         span signature);

/* signature: CRYPTO_SIGNATURE_MAX bytes. ECDSA is deterministic (RFC 6979), a PSS salt as long as
 * the hash; OpenSSL before 3.2 draws ECDSA's nonce (rule 16 allows it) from a generator that
 * survives fork(). FNT_FAULT_KEY: a public key, or one of another kind than alg's. Also
 * FNT_FAULT_RANDOM (blinding, PSS salt), FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                       unsigned char *signature, size_t *len);

/* FNT_OK or FNT_FAULT_RANDOM. After fork() parent and child draw other bytes. */
fnt_status crypto_random(void *out, size_t len);
fnt_status crypto_sha256(span bytes, unsigned char out[CRYPTO_SHA256]);

#endif
