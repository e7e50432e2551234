/* SPDX-License-Identifier: MIT */
/* The boundary to a crypto library. A backend is a folder whose files alone include that library;
 * the build picks one. It implements what is here and, of crypto.h, crypto_name,
 * crypto_algorithms, crypto_random and crypto_sha256. Only key.c calls it, with what checks.c has
 * passed: lengths, sizes and kinds need no second look. */
#ifndef FNT_KEYS_CRYPTO_BACKEND_H
#define FNT_KEYS_CRYPTO_BACKEND_H

#include "base/refcount.h"
#include "keys/crypto/crypto.h"

typedef struct native_key native_key; /* the library's objects for one key */

struct crypto_key {
    refcount refs;
    key_kind kind;
    size_t bits;
    bool is_private;
    crypto_numbers numbers; /* the public ones or the secret, in bytes */
    unsigned char *bytes;
    native_key *native; /* NULL where the backend needs none */
};

/* Of n and e, the largest pair. */
enum { BACKEND_NUMBERS_MAX = RSA_BITS_MAX / 8 + RSA_EXPONENT_BITS_MAX / 8 };

/* Fills key->native from numbers, or generates it; what is there after a failure is freed with the
 * key. The statuses and *reason of crypto_import; for the sentences there are the constants of
 * checks.h. That the halves belong together is not the backend's to check, but p q = n is where its
 * library would sign without noticing. */
fnt_status backend_import(crypto_key *key, const crypto_numbers *numbers, const char **reason);
fnt_status backend_generate(crypto_key *key);
void backend_free(native_key *native); /* NULL is fine */

/* out points into scratch. */
fnt_status backend_public_numbers(const crypto_key *key, unsigned char scratch[BACKEND_NUMBERS_MAX],
                                  crypto_numbers *out);

/* No secrets here: what crypto_verify and crypto_sign say, the signature as long as it must be. */
fnt_status backend_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                          span signature);
fnt_status backend_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                        unsigned char *signature, size_t len);
/* A secret's: alg->signature bytes to out. */
fnt_status backend_hmac(const crypto_key *key, const algorithm *alg, span bytes,
                        unsigned char *out);

fnt_status backend_private_pem(const crypto_key *key, buf *out);
fnt_status backend_public_pem(const crypto_key *key, buf *out);

#endif
