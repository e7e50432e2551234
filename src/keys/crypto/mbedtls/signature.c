/* SPDX-License-Identifier: MIT */
/* Hashes and signatures. */
#include "keys/crypto/mbedtls/common.h"

#include <mbedtls/ecdsa.h>

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

fnt_status backend_hmac(const crypto_key *key, const algorithm *alg, span bytes, unsigned char *out)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md_of(alg->hash));
    return status_of(mbedtls_md_hmac(info, (const unsigned char *)key->numbers.secret.at,
                                     key->numbers.secret.len, (const unsigned char *)bytes.at,
                                     bytes.len, out),
                     FNT_FAULT_CRYPTO);
}

/* ---- verifying ----------------------------------------------------------- */

/* The cast: common.h says why nobody writes to the group. */
static mbedtls_ecp_group *group_of(const native_key *key)
{
    return (mbedtls_ecp_group *)&key->group;
}

static fnt_status verify_ec(const native_key *key, const digest *d, const unsigned char *signature,
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
static int rsa_own(mbedtls_rsa_context *copy, const native_key *key, const algorithm *alg)
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

static fnt_status verify_rsa(const native_key *key, const algorithm *alg, const digest *d,
                             const unsigned char *signature)
{
    mbedtls_rsa_context own;
    int error = rsa_own(&own, key, alg);
    if (error == 0)
        error = alg->pss ? verify_pss(&own, d, signature) : verify_pkcs1(&own, d, signature);
    mbedtls_rsa_free(&own);
    return status_of(error, FNT_REFUSED_SIGNATURE);
}

fnt_status backend_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                          span signature)
{
    const unsigned char *at = (const unsigned char *)signature.at;
    digest d;
    fnt_status status = hash(alg->hash, signed_bytes, &d);
    if (status != FNT_OK)
        return status;
    return key->kind == KEY_RSA ? verify_rsa(key->native, alg, &d, at)
                                : verify_ec(key->native, &d, at, signature.len / 2);
}

/* ---- signing ------------------------------------------------------------- */

static fnt_status sign_ec(const native_key *key, const digest *d, generator *blind,
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

static fnt_status sign_rsa(const native_key *key, const algorithm *alg, const digest *d,
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

fnt_status backend_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                        unsigned char *signature, size_t len)
{
    digest d;
    generator *blind = NULL;
    fnt_status status = hash(alg->hash, signed_bytes, &d);
    if (status == FNT_OK)
        status = generator_start(&blind);
    if (status == FNT_OK)
        status = key->kind == KEY_RSA ? sign_rsa(key->native, alg, &d, blind, signature)
                                      : sign_ec(key->native, &d, blind, signature, len / 2);
    generator_stop(blind);
    return status;
}
