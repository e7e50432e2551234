/* SPDX-License-Identifier: MIT */
/* What the files of the mbedTLS backend (2.28 and 3.x, classic API) share. They alone include this,
 * or mbedTLS.
 *
 * No PSA: in 2.28 its key slots race between threads. Why a key can be shared without a lock here
 * (tests/race/race_keys.c shows it under the thread sanitizer):
 *
 *   EC   mbedtls_ecdsa_verify and _sign_det_ext take the group without const for one reason: the
 *        first multiplication of the base point stores its table in group.T (ecp_mul_comb),
 *        and racing threads would free each other's. make_table does that multiplication
 *        while the key still belongs to one thread; from then on the group is only read. In 3.6 the
 *        table is a constant; where the library was built without tables (ECP_FIXED_POINT_OPTIM 0)
 *        nothing is ever stored.
 *   RSA  mbedtls_rsa_public caches in the context, and _private keeps its blinding there; a mutex
 *        guards both where the library has threads. Each call works on a copy of its own instead,
 *        which costs less than waiting for that mutex.
 *   HMAC, hashes, random numbers: a state for each call. HMAC_DRBG and not CTR_DRBG, as the first
 *        use of AES builds tables in globals. */
#ifndef FNT_KEYS_CRYPTO_MBEDTLS_COMMON_H
#define FNT_KEYS_CRYPTO_MBEDTLS_COMMON_H

#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#include "keys/crypto/backend.h"

#if MBEDTLS_VERSION_NUMBER < 0x021C0000 || MBEDTLS_VERSION_NUMBER >= 0x04000000
#error "this backend is for mbedTLS 2.28 and 3.x; 4.x has PSA alone"
#endif
#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define CLASSIC_2 1
#else
#define CLASSIC_2 0
#endif
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member)                                                                    \
    member /* 3.x renames the members that it does not promise to keep */
#endif

struct native_key {          /* none for a secret */
    mbedtls_ecp_group group; /* EC */
    mbedtls_ecp_point point;
    mbedtls_mpi number;
    mbedtls_rsa_context rsa;
};

/* A random generator for one call: keeping none means that fork() can't repeat one (rule 16).
 * 2.28's own collector may include HAVEGE (Debian's does), which takes 240 us and 36 KB for each
 * seed and whose worth is disputed; there the seed is the system's alone, which 3.x asks too. */
#if CLASSIC_2 && !defined(MBEDTLS_NO_PLATFORM_ENTROPY)
#define SEED_OF_SYSTEM 1
#else
#define SEED_OF_SYSTEM 0
#endif
typedef struct {
#if !SEED_OF_SYSTEM
    mbedtls_entropy_context entropy;
#endif
    mbedtls_hmac_drbg_context drbg; /* for mbedtls_hmac_drbg_random */
} generator;

/* FNT_OK, FNT_FAULT_RANDOM, FNT_FAULT_MEMORY. stop takes NULL. */
fnt_status generator_start(generator **out);
void generator_stop(generator *g);

/* What an error code means: FNT_OK for 0, FNT_FAULT_MEMORY if an allocation failed, else otherwise.
 */
fnt_status status_of(int error, fnt_status otherwise);

mbedtls_ecp_group_id curve_of(key_kind kind); /* of an EC key */

void rsa_start(mbedtls_rsa_context *rsa);

#endif
