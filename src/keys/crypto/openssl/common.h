/* SPDX-License-Identifier: MIT */
/* What the files of the OpenSSL backend (3.0 and later, EVP) share. They alone include this, or
 * OpenSSL.
 *
 * Looking an algorithm up by its name takes locks and time. Each key therefore holds a context for
 * each algorithm that it may be used with, made once and never used itself: a call works on a copy,
 * which shares what is in it by reference. Copying only reads, so any number of threads may do it.
 *
 * All is done in the default library context, which belongs to the process: a provider that is
 * configured there (FIPS) counts, and on its first use OpenSSL reads its own openssl.cnf, unless
 * the program told it not to. A context for each key would be large and slow to make, one for all
 * keys would be a global of ours. What OpenSSL keeps for each thread, errors and random generators,
 * it releases itself. */
#ifndef FNT_KEYS_CRYPTO_OPENSSL_COMMON_H
#define FNT_KEYS_CRYPTO_OPENSSL_COMMON_H

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>

#include "keys/crypto/backend.h"

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "this backend is for OpenSSL 3.0 and later"
#endif

enum { HASHES = HASH_SHA512 + 1, CONTEXTS = 2 * HASHES };

struct native_key {
    EVP_PKEY *pair; /* NULL for a secret */
    EVP_MD_CTX *verifying[CONTEXTS], *signing[CONTEXTS];
    EVP_MAC_CTX *mac[HASHES];
};

static inline const unsigned char *bytes(span s)
{
    return (const unsigned char *)s.at;
}

/* Which of a key's contexts is for alg. */
static inline size_t context_index(const algorithm *alg)
{
    size_t index = (size_t)alg->hash + (alg->pss ? HASHES : 0);
    assert(index < CONTEXTS);
    return index;
}

/* The error queue belongs to the program: it looks after a call as it looked before. errors_end
 * answers what status really is: a lack of memory or of random numbers looks like a bad key or
 * signature to a caller who sees return codes alone. */
typedef struct {
    bool alone; /* the queue was empty: all that is in it later is from the call */
} errors;
errors errors_begin(void);
fnt_status errors_end(errors before, fnt_status status);

/* key->native->pair from numbers. crypto_import's statuses and reasons. */
fnt_status pair_ec(crypto_key *key, const crypto_numbers *numbers, const char **reason);
fnt_status pair_rsa(crypto_key *key, const crypto_numbers *numbers, const char **reason);
fnt_status pair_edwards(crypto_key *key, const crypto_numbers *numbers);

#endif
