/* SPDX-License-Identifier: MIT */
/* Keys as PEM: SEC1 or PKCS#1, and SPKI. */
#include "keys/crypto/mbedtls/common.h"

#include <mbedtls/pem.h>
#include <mbedtls/pk.h>

#include "base/memory.h"

enum { PEM_MAX = 16 * 1024 }; /* a private RSA key of 8192 bits takes 6.4 KB */

static int fill_ec(mbedtls_ecp_keypair *pair, const native_key *key)
{
    int error = mbedtls_ecp_group_load(&pair->MBEDTLS_PRIVATE(grp), key->group.id);
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
    return key->kind == KEY_RSA ? mbedtls_rsa_copy(mbedtls_pk_rsa(*pk), &key->native->rsa)
                                : fill_ec(mbedtls_pk_ec(*pk), key->native);
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
    unsigned char *scratch = memory_alloc(PEM_MAX);
    if (scratch == NULL)
        return FNT_FAULT_MEMORY;
    mbedtls_pk_init(&pk);
    int error = fill_pk(&pk, key);
    if (error == 0)
        error = private_half ? mbedtls_pk_write_key_pem(&pk, scratch, PEM_MAX)
                             : mbedtls_pk_write_pubkey_pem(&pk, scratch, PEM_MAX);
    if (error == 0)
        buf_add(out, span_of((const char *)scratch));
    mbedtls_pk_free(&pk);
    memory_free(scratch);
    return pk_status(error, FNT_FAULT_CRYPTO);
}

fnt_status backend_private_pem(const crypto_key *key, buf *out)
{
    return write_pem(key, true, out);
}

fnt_status backend_public_pem(const crypto_key *key, buf *out)
{
    return write_pem(key, false, out);
}
