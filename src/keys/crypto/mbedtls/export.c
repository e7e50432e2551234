/* SPDX-License-Identifier: MIT */
/* Numbers and PEM out of a key. */
#include "keys/crypto/mbedtls/backend.h"

#include <mbedtls/pem.h>
#include <mbedtls/pk.h>

#include "base/memory.h"

enum { PEM_ROOM = 16 * 1024 }; /* a private RSA key of 8192 bits takes 6.4 KB */

/* ---- numbers ------------------------------------------------------------- */

static fnt_status ec_numbers(const crypto_key *key, unsigned char *scratch, crypto_numbers *out)
{
    size_t len = key_coordinate(key->kind), written = 0;
    int error =
        mbedtls_ecp_point_write_binary(&key->group, &key->point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                       &written, scratch, CRYPTO_NUMBERS_ROOM);
    if (error != 0)
        return status_of(error, FNT_FAULT_CRYPTO);
    out->x = (span){(const char *)scratch + 1, len};
    out->y = (span){(const char *)scratch + 1 + len, len};
    return FNT_OK;
}

static fnt_status rsa_numbers(const crypto_key *key, unsigned char *scratch, crypto_numbers *out)
{
    mbedtls_mpi n, e;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&e);
    int error = mbedtls_rsa_export(&key->rsa, &n, NULL, NULL, NULL, &e);
    size_t n_len = mbedtls_mpi_size(&n), e_len = mbedtls_mpi_size(&e);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&n, scratch, n_len);
    if (error == 0)
        error = mbedtls_mpi_write_binary(&e, scratch + n_len, e_len);
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&e);
    out->n = (span){(const char *)scratch, n_len};
    out->e = (span){(const char *)scratch + n_len, e_len};
    return status_of(error, FNT_FAULT_CRYPTO);
}

fnt_status crypto_public_numbers(const crypto_key *key, unsigned char scratch[CRYPTO_NUMBERS_ROOM],
                                 crypto_numbers *out)
{
    *out = (crypto_numbers){0};
    if (key->kind == KEY_SECRET)
        return FNT_FAULT_KEY;
    return key->kind == KEY_RSA ? rsa_numbers(key, scratch, out) : ec_numbers(key, scratch, out);
}

fnt_status crypto_public_half(const crypto_key *key, crypto_key **out)
{
    unsigned char scratch[CRYPTO_NUMBERS_ROOM];
    crypto_numbers numbers = {.secret = crypto_secret(key)};
    const char *reason = NULL;
    *out = NULL;
    fnt_status status =
        key->kind == KEY_SECRET ? FNT_OK : crypto_public_numbers(key, scratch, &numbers);
    return status == FNT_OK ? crypto_import(key->kind, &numbers, out, &reason) : status;
}

/* ---- PEM out ------------------------------------------------------------- */

static int fill_ec(mbedtls_ecp_keypair *pair, const crypto_key *key)
{
    int error = mbedtls_ecp_group_load(&pair->MBEDTLS_PRIVATE(grp), curve_of(key->kind));
    if (error == 0)
        error = mbedtls_ecp_copy(&pair->MBEDTLS_PRIVATE(Q), &key->point);
    if (error == 0)
        error = mbedtls_mpi_copy(&pair->MBEDTLS_PRIVATE(d), &key->number);
    return error;
}

static int fill_pk(mbedtls_pk_context *pk, const crypto_key *key)
{
    int error = mbedtls_pk_setup(
        pk, mbedtls_pk_info_from_type(key->kind == KEY_RSA ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));
    if (error != 0)
        return error;
    return key->kind == KEY_RSA ? mbedtls_rsa_copy(mbedtls_pk_rsa(*pk), &key->rsa)
                                : fill_ec(mbedtls_pk_ec(*pk), key);
}

static fnt_status pk_status(int error, fnt_status otherwise)
{
    return error == MBEDTLS_ERR_PK_ALLOC_FAILED || error == MBEDTLS_ERR_PEM_ALLOC_FAILED
               ? FNT_FAULT_MEMORY
               : status_of(error, otherwise);
}

static fnt_status write_pem(const crypto_key *key, bool private_half, buf *out)
{
    mbedtls_pk_context pk;
    unsigned char *scratch = memory_alloc(PEM_ROOM);
    if (scratch == NULL)
        return FNT_FAULT_MEMORY;
    mbedtls_pk_init(&pk);
    int error = fill_pk(&pk, key);
    if (error == 0)
        error = private_half ? mbedtls_pk_write_key_pem(&pk, scratch, PEM_ROOM)
                             : mbedtls_pk_write_pubkey_pem(&pk, scratch, PEM_ROOM);
    if (error == 0)
        buf_add(out, span_of((const char *)scratch));
    mbedtls_pk_free(&pk);
    memory_free(scratch);
    return pk_status(error, FNT_FAULT_CRYPTO);
}

fnt_status crypto_private_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET || !key->is_private ? FNT_FAULT_KEY : write_pem(key, true, out);
}

fnt_status crypto_public_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET ? FNT_FAULT_KEY : write_pem(key, false, out);
}
