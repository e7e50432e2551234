/* SPDX-License-Identifier: MIT */
/* Random bytes, hashes and signatures. */
#include "keys/crypto/mbedtls/backend.h"

#include <mbedtls/ecdsa.h>
#if SEED_OF_SYSTEM
#include <mbedtls/entropy_poll.h>
#endif

#include "base/memory.h"

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

/* ---- hashes -------------------------------------------------------------- */

typedef struct {
    mbedtls_md_type_t type;
    unsigned int len;
    unsigned char at[MBEDTLS_MD_MAX_SIZE];
} digest;

static mbedtls_md_type_t md_of(hash_kind hash)
{
    return hash == HASH_SHA256   ? MBEDTLS_MD_SHA256
           : hash == HASH_SHA384 ? MBEDTLS_MD_SHA384
                                 : MBEDTLS_MD_SHA512;
}

static fnt_status hash(hash_kind kind, span bytes, digest *out)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md_of(kind));
    out->type = md_of(kind);
    out->len = mbedtls_md_get_size(info);
    return status_of(mbedtls_md(info, (const unsigned char *)bytes.at, bytes.len, out->at),
                     FNT_FAULT_CRYPTO);
}

fnt_status crypto_sha256(span bytes, unsigned char out[CRYPTO_SHA256])
{
    digest d;
    fnt_status status = hash(HASH_SHA256, bytes, &d);
    if (status == FNT_OK)
        memcpy(out, d.at, CRYPTO_SHA256);
    return status;
}

static fnt_status hmac(const crypto_key *key, const algorithm *alg, span bytes, unsigned char *out)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md_of(alg->hash));
    return status_of(mbedtls_md_hmac(info, key->secret, key->bits / 8,
                                     (const unsigned char *)bytes.at, bytes.len, out),
                     FNT_FAULT_CRYPTO);
}

/* ---- verifying ----------------------------------------------------------- */

/* The cast: backend.h says why nobody writes to the group. */
static mbedtls_ecp_group *group_of(const crypto_key *key)
{
    return (mbedtls_ecp_group *)&key->group;
}

static fnt_status verify_ec(const crypto_key *key, const digest *d, const unsigned char *signature,
                            size_t half)
{
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int error = mbedtls_mpi_read_binary(&r, signature, half);
    if (error == 0)
        error = mbedtls_mpi_read_binary(&s, signature + half, half);
    if (error == 0) /* refuses r and s outside 1 to n-1 */
        error = mbedtls_ecdsa_verify(group_of(key), d->at, d->len, &key->point, &r, &s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return status_of(error, FNT_REFUSED_SIGNATURE);
}

static int verify_pkcs1(mbedtls_rsa_context *rsa, const digest *d, const unsigned char *signature)
{
#if CLASSIC_2
    return mbedtls_rsa_rsassa_pkcs1_v15_verify(rsa, NULL, NULL, MBEDTLS_RSA_PUBLIC, d->type, d->len,
                                               d->at, signature);
#else
    return mbedtls_rsa_rsassa_pkcs1_v15_verify(rsa, d->type, d->len, d->at, signature);
#endif
}

/* The salt is as long as the hash, no other length will do (RFC 7518, 3.5). */
static int verify_pss(mbedtls_rsa_context *rsa, const digest *d, const unsigned char *signature)
{
#if CLASSIC_2
    return mbedtls_rsa_rsassa_pss_verify_ext(rsa, NULL, NULL, MBEDTLS_RSA_PUBLIC, d->type, d->len,
                                             d->at, d->type, (int)d->len, signature);
#else
    return mbedtls_rsa_rsassa_pss_verify_ext(rsa, d->type, d->len, d->at, d->type, (int)d->len,
                                             signature);
#endif
}

void rsa_start(mbedtls_rsa_context *rsa)
{
#if CLASSIC_2
    mbedtls_rsa_init(rsa, MBEDTLS_RSA_PKCS_V15, MBEDTLS_MD_NONE);
#else
    mbedtls_rsa_init(rsa);
#endif
}

/* A copy for one call, set to the padding of alg. */
static int rsa_own(mbedtls_rsa_context *copy, const crypto_key *key, const algorithm *alg)
{
    int padding = alg->pss ? MBEDTLS_RSA_PKCS_V21 : MBEDTLS_RSA_PKCS_V15;
    rsa_start(copy);
    int error = mbedtls_rsa_copy(copy, &key->rsa);
    if (error != 0)
        return error;
#if CLASSIC_2
    mbedtls_rsa_set_padding(copy, padding, (int)md_of(alg->hash));
    return 0;
#else
    return mbedtls_rsa_set_padding(copy, padding, md_of(alg->hash));
#endif
}

static fnt_status verify_rsa(const crypto_key *key, const algorithm *alg, const digest *d,
                             const unsigned char *signature)
{
    mbedtls_rsa_context own;
    int error = rsa_own(&own, key, alg);
    if (error == 0)
        error = alg->pss ? verify_pss(&own, d, signature) : verify_pkcs1(&own, d, signature);
    mbedtls_rsa_free(&own);
    return status_of(error, FNT_REFUSED_SIGNATURE);
}

static fnt_status verify_hmac(const crypto_key *key, const algorithm *alg, span bytes,
                              span signature)
{
    unsigned char expected[MBEDTLS_MD_MAX_SIZE] = {0};
    if (key->bits == 0)
        return FNT_REFUSED_SIGNATURE;
    fnt_status status = hmac(key, alg, bytes, expected);
    if (status == FNT_OK && !memory_equal(expected, signature.at, signature.len))
        status = FNT_REFUSED_SIGNATURE;
    memory_cleanse(expected, sizeof expected);
    return status;
}

fnt_status crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                         span signature)
{
    const unsigned char *at = (const unsigned char *)signature.at;
    if (key->kind != alg->kind || signature.len != algorithm_signature(alg, key->bits))
        return FNT_REFUSED_SIGNATURE;
    if (key->kind == KEY_SECRET)
        return verify_hmac(key, alg, signed_bytes, signature);

    digest d;
    fnt_status status = hash(alg->hash, signed_bytes, &d);
    if (status != FNT_OK)
        return status;
    return key->kind == KEY_RSA ? verify_rsa(key, alg, &d, at)
                                : verify_ec(key, &d, at, signature.len / 2);
}

/* ---- signing ------------------------------------------------------------- */

static fnt_status sign_ec(const crypto_key *key, const digest *d, generator *blind,
                          unsigned char *out, size_t half)
{
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int error = mbedtls_ecdsa_sign_det_ext(group_of(key), &r, &s, &key->number, d->at, d->len,
                                           d->type, mbedtls_hmac_drbg_random, &blind->drbg);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&r, out, half);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&s, out + half, half);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return status_of(error, FNT_FAULT_CRYPTO);
}

static int sign_pkcs1(mbedtls_rsa_context *rsa, const digest *d, generator *blind,
                      unsigned char *out)
{
#if CLASSIC_2
    return mbedtls_rsa_rsassa_pkcs1_v15_sign(rsa, mbedtls_hmac_drbg_random, &blind->drbg,
                                             MBEDTLS_RSA_PRIVATE, d->type, d->len, d->at, out);
#else
    return mbedtls_rsa_rsassa_pkcs1_v15_sign(rsa, mbedtls_hmac_drbg_random, &blind->drbg, d->type,
                                             d->len, d->at, out);
#endif
}

static fnt_status sign_rsa(const crypto_key *key, const algorithm *alg, const digest *d,
                           generator *blind, unsigned char *out)
{
    mbedtls_rsa_context own;
    int error = rsa_own(&own, key, alg);
    if (error == 0 && alg->pss)
        error = mbedtls_rsa_rsassa_pss_sign_ext(&own, mbedtls_hmac_drbg_random, &blind->drbg,
                                                d->type, d->len, d->at, (int)d->len, out);
    else if (error == 0)
        error = sign_pkcs1(&own, d, blind, out);
    mbedtls_rsa_free(&own);
    return status_of(error, FNT_FAULT_CRYPTO);
}

static fnt_status sign_blinded(const crypto_key *key, const algorithm *alg, span signed_bytes,
                               unsigned char *out, size_t len)
{
    digest d;
    generator *blind = NULL;
    fnt_status status = hash(alg->hash, signed_bytes, &d);
    if (status == FNT_OK)
        status = generator_start(&blind);
    if (status == FNT_OK)
        status = key->kind == KEY_RSA ? sign_rsa(key, alg, &d, blind, out)
                                      : sign_ec(key, &d, blind, out, len / 2);
    generator_stop(blind);
    return status;
}

fnt_status crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                       unsigned char *signature, size_t *len)
{
    *len = 0;
    if (key->kind != alg->kind || !key->is_private || key->bits == 0)
        return FNT_FAULT_KEY;
    size_t length = algorithm_signature(alg, key->bits);
    fnt_status status = key->kind == KEY_SECRET
                            ? hmac(key, alg, signed_bytes, signature)
                            : sign_blinded(key, alg, signed_bytes, signature, length);
    if (status == FNT_OK)
        *len = length;
    return status;
}
