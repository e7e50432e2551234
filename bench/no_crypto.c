/* SPDX-License-Identifier: MIT */
/* Linked with --wrap=crypto_verify and two more: every signature holds, and signing and random
 * bytes cost nothing. What fnt_authorize and fnt_sts_exchange then take is all that is no
 * cryptography. For benchmarks alone. */
#include "no_crypto.h"

#include <string.h>

fnt_status __wrap_crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                                span signature)
{
    return key != NULL && alg != NULL && signed_bytes.len > 0 && signature.len == alg->signature
               ? FNT_OK
               : FNT_REFUSED_SIGNATURE;
}

fnt_status __wrap_crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                              unsigned char *signature, size_t *len)
{
    if (key == NULL || signed_bytes.len == 0)
        return FNT_FAULT_CRYPTO;
    *len = alg->signature;
    memset(signature, 1, *len);
    return FNT_OK;
}

fnt_status __wrap_crypto_random(void *out, size_t len)
{
    memset(out, 1, len);
    return FNT_OK;
}
