/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_NAMED_KEY_H
#define FNT_KEYS_NAMED_KEY_H

#include "keys/crypto/crypto.h"

enum { KID_MAX = 2048 }; /* bytes; a token with a longer one is not looked at */

/* A key, its id and what it may be used for. */
typedef struct {
    crypto_key *key;
    char *kid; /* owned, NUL-terminated */
    size_t kid_len;
    bool without_kid;   /* it came without one, and kid is its thumbprint (rule 10) */
    int32_t algorithms; /* as bits; never 0 */
} named_key;

#define NAMED_KEY_NONE ((named_key){NULL, NULL, 0, false, 0})

/* Takes key over, also on failure. kid absent: the key's thumbprint; alg NULL: all algorithms that
 * fit its kind and size. FNT_OK; FNT_FAULT_KEY with *reason: alg does not fit, a secret too short
 * for any, RSA of the ROCA kind, a kid
 * beyond KID_MAX; FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status named_key_make(crypto_key *key, span kid, const algorithm *alg, named_key *out,
                          const char **reason);
void named_key_clear(named_key *k);

static inline span named_key_id(const named_key *k)
{
    return (span){k->kid, k->kid_len};
}

#endif
