/* SPDX-License-Identifier: MIT */
/* The library's name, its error codes and random bytes. */
#include "base/memory.h"
#include "keys/crypto/mbedtls/common.h"

#if SEED_OF_SYSTEM
#include <mbedtls/entropy_poll.h>
#endif

const char *crypto_name(void)
{
    return "mbedtls-" MBEDTLS_VERSION_STRING
           " ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 HS256 HS384 HS512";
}

int32_t crypto_algorithms(void)
{
    return (ALGORITHMS_ASYMMETRIC & ~FNT_EDDSA) | ALGORITHMS_HMAC;
}

/* A code is the sum of a high and a low one (<mbedtls/error.h>). */
fnt_status status_of(int error, fnt_status otherwise)
{
    int low = -error & 0x7F, high = -error & 0x7F80;
    if (error == 0)
        return FNT_OK;
    if (low == -MBEDTLS_ERR_MPI_ALLOC_FAILED || high == -MBEDTLS_ERR_ECP_ALLOC_FAILED ||
        high == -MBEDTLS_ERR_MD_ALLOC_FAILED)
        return FNT_FAULT_MEMORY;
    return otherwise;
}

/* ---- random bytes -------------------------------------------------------- */

#if SEED_OF_SYSTEM
static int system_bytes(void *nothing, unsigned char *out, size_t len)
{
    size_t got = 0;
    int error = mbedtls_platform_entropy_poll(nothing, out, len, &got);
    return error != 0 || got != len ? MBEDTLS_ERR_ENTROPY_SOURCE_FAILED : 0;
}
#endif

static int seed(generator *g)
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
#if SEED_OF_SYSTEM
    return mbedtls_hmac_drbg_seed(&g->drbg, sha256, system_bytes, NULL, NULL, 0);
#else
    return mbedtls_hmac_drbg_seed(&g->drbg, sha256, mbedtls_entropy_func, &g->entropy, NULL, 0);
#endif
}

fnt_status generator_start(generator **out)
{
    generator *g = *out = memory_alloc(sizeof *g);
    if (g == NULL)
        return FNT_FAULT_MEMORY;
#if !SEED_OF_SYSTEM
    mbedtls_entropy_init(&g->entropy);
#endif
    mbedtls_hmac_drbg_init(&g->drbg);
    fnt_status status = status_of(seed(g), FNT_FAULT_RANDOM);
    if (status != FNT_OK) {
        generator_stop(g);
        *out = NULL;
    }
    return status;
}

void generator_stop(generator *g)
{
    if (g == NULL)
        return;
    mbedtls_hmac_drbg_free(&g->drbg);
#if !SEED_OF_SYSTEM
    mbedtls_entropy_free(&g->entropy);
#endif
    memory_free(g);
}

fnt_status crypto_random(void *out, size_t len)
{
    generator *g = NULL;
    unsigned char *at = out;
    fnt_status status = generator_start(&g);
    while (status == FNT_OK && len > 0) {
        size_t part = len < MBEDTLS_HMAC_DRBG_MAX_REQUEST ? len : MBEDTLS_HMAC_DRBG_MAX_REQUEST;
        status = status_of(mbedtls_hmac_drbg_random(&g->drbg, at, part), FNT_FAULT_RANDOM);
        at += part;
        len -= part;
    }
    generator_stop(g);
    return status;
}
