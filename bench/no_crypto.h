/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_NO_CRYPTO_H
#define FNT_BENCH_NO_CRYPTO_H

#include "keys/crypto/crypto.h"

fnt_status __wrap_crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                                span signature);
fnt_status __wrap_crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                              unsigned char *signature, size_t *len);
fnt_status __wrap_crypto_random(void *out, size_t len);

#endif
