/* SPDX-License-Identifier: MIT */
/* The boundary to a crypto library. A backend is the files crypto_NAME*.c, which alone include that
 * library; the build picks one. Nothing above this line knows which.
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

/* The numbers of a key, big-endian, as JWK (RFC 7518, 6) has them; absent where the key has none.
 */
typedef struct {
    /* EC: full length, key_coordinate(kind) bytes; Ed25519: x alone, 32 bytes; absent beside d:
     * worked out */
    span x, y;
    /* the private number of EC and RSA, or the seed of Ed25519; absent in a public key */
    span d;
    span n, e;   /* RSA */
    span p, q;   /* RSA, private; both or neither, then they are worked out */
    span secret; /* KEY_SECRET */
} crypto_numbers;

/* "mbedtls-2.28.3 ES256 ES384 ...": the library, then the names of the algorithms that this backend
 * has. Where another OpenSSL runs than the one built with, "openssl-3.0 ES256 ...". */
const char *crypto_name(void);
/* The algorithms that this backend has, as bits. */
int32_t crypto_algorithms(void);

/* Making keys. FNT_OK; FNT_FAULT_KEY: what rule 13 refuses (a point that is not on the curve, or
 * infinity, coordinates of another length, RSA outside 2048 to 8192 bits, an even modulus, an
 * exponent that is even, below 3 or above 2^256 (FIPS 186-5, A.1.1), halves that don't belong
 * together, a secret that is empty or above CRYPTO_SECRET_MAX); FNT_FAULT_UNSUPPORTED (Ed25519 in a
 * backend without; OpenSSL: an exponent above 2^64 where the modulus has more than 3072 bits);
 * FNT_FAULT_RANDOM (a private key is checked with blinding); FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO.
 * Zero bytes in front of RSA's numbers are no part of them. *reason, unless FNT_OK, is a static
 * sentence's end for people: "its point is not on the curve". */
fnt_status crypto_import(key_kind kind, const crypto_numbers *numbers, crypto_key **out,
                         const char **reason);
/* RSA: 2048 bits, 65537. Also FNT_FAULT_RANDOM */
fnt_status crypto_generate(const algorithm *alg, crypto_key **out);

key_kind crypto_kind(const crypto_key *key);
size_t crypto_bits(const crypto_key *key);     /* of the curve, modulus or secret */
bool crypto_is_private(const crypto_key *key); /* a secret is */
/* A new key without the private half; a secret stays what it is. */
fnt_status crypto_public_half(const crypto_key *key, crypto_key **out);
/* Whether two keys verify the same signatures. */
bool crypto_same(const crypto_key *a, const crypto_key *b);
void crypto_free(crypto_key *key); /* wiped; NULL is fine */

/* Out of a key. numbers: the public ones of a JWK (x, y or n, e), pointing into room, without zero
 * bytes in front of n and e. pem: appended to out; private: PKCS#8 where the backend writes it,
 * else SEC1 or PKCS#1; public: SPKI. FNT_FAULT_KEY: the key has no such numbers or half. */
enum { CRYPTO_NUMBERS_ROOM = 2 * 1024 };
fnt_status crypto_public_numbers(const crypto_key *key, unsigned char scratch[CRYPTO_NUMBERS_ROOM],
                                 crypto_numbers *out);
span crypto_secret(const crypto_key *key); /* borrowed; absent unless KEY_SECRET */
fnt_status crypto_private_pem(const crypto_key *key, buf *out);
fnt_status crypto_public_pem(const crypto_key *key, buf *out);

/* FNT_OK or FNT_REFUSED_SIGNATURE; also FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. The key's kind fits alg
 * and signature has its exact length (the caller has seen to both; it is checked here again, and an
 * empty secret refused). r or s of 0 or above n-1 is refused. A secret is compared in constant
 * time. */
fnt_status crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                         span signature);

/* signature: CRYPTO_SIGNATURE_MAX bytes of room. ECDSA is deterministic (RFC 6979), a PSS salt as
 * long as the hash; OpenSSL before 3.2 draws ECDSA's nonce (rule 16 allows it) from a generator
 * that survives fork(). FNT_FAULT_KEY: a public key, or one of another kind than alg's. Also
 * FNT_FAULT_RANDOM (blinding, PSS salt), FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                       unsigned char *signature, size_t *len);

/* FNT_OK or FNT_FAULT_RANDOM. After fork() parent and child draw other bytes. */
fnt_status crypto_random(void *out, size_t len);
fnt_status crypto_sha256(span bytes, unsigned char out[CRYPTO_SHA256]);

#endif
