/* SPDX-License-Identifier: MIT */
/* Making keys, and their numbers. */
#include <assert.h>

#include "base/memory.h"
#include "keys/crypto/checks.h"
#include "keys/crypto/mbedtls/common.h"

mbedtls_ecp_group_id curve_of(key_kind kind)
{
    static const mbedtls_ecp_group_id curves[] = {
        [KEY_P256] = MBEDTLS_ECP_DP_SECP256R1,
        [KEY_P384] = MBEDTLS_ECP_DP_SECP384R1,
        [KEY_P521] = MBEDTLS_ECP_DP_SECP521R1,
    };
    assert(kind < sizeof curves / sizeof *curves);
    return curves[kind];
}

static const unsigned char *bytes(span s)
{
    return (const unsigned char *)s.at;
}

/* ---- making and freeing -------------------------------------------------- */

/* No numbers yet, the group loaded. */
static fnt_status native_new(key_kind kind, native_key **out)
{
    native_key *key = *out = memory_alloc(sizeof *key);
    if (key == NULL)
        return FNT_FAULT_MEMORY;
    mbedtls_ecp_group_init(&key->group);
    mbedtls_ecp_point_init(&key->point);
    mbedtls_mpi_init(&key->number);
    rsa_start(&key->rsa);
    return key_is_ec(kind)
               ? status_of(mbedtls_ecp_group_load(&key->group, curve_of(kind)), FNT_FAULT_CRYPTO)
               : FNT_OK;
}

void backend_free(native_key *key)
{
    if (key == NULL)
        return;
    mbedtls_ecp_group_free(&key->group);
    mbedtls_ecp_point_free(&key->point);
    mbedtls_mpi_free(&key->number);
    mbedtls_rsa_free(&key->rsa);
    memory_free(key);
}

/* A failed check refuses the key with that sentence; a lack of memory does not. */
static fnt_status result(int error, const char **reason, const char *sentence)
{
    fnt_status status = status_of(error, FNT_FAULT_KEY);
    return status == FNT_FAULT_KEY ? refuse_key(reason, sentence) : status;
}

/* ---- EC ------------------------------------------------------------------ */

/* Makes the group's table (common.h): any multiple of the base point other than 0 and 1 does. */
static fnt_status make_table(native_key *key)
{
    mbedtls_ecp_point sum;
    mbedtls_mpi one, two;
    mbedtls_ecp_point_init(&sum);
    mbedtls_mpi_init(&one);
    mbedtls_mpi_init(&two);
    int error = mbedtls_mpi_lset(&one, 1);
    if (error == 0)
        error = mbedtls_mpi_lset(&two, 2);
    if (error == 0)
        error = mbedtls_ecp_muladd(&key->group, &sum, &two, &key->group.G, &one, &key->point);
    mbedtls_ecp_point_free(&sum);
    mbedtls_mpi_free(&one);
    mbedtls_mpi_free(&two);
    return status_of(error, FNT_FAULT_CRYPTO);
}

static fnt_status read_point(native_key *key, span x, span y, const char **reason)
{
    unsigned char point[1 + 2 * CRYPTO_COORDINATE_MAX] = {4}; /* SEC 1, 2.3.3: not compressed */
    memcpy(point + 1, x.at, x.len);
    memcpy(point + 1 + x.len, y.at, y.len);
    int error = mbedtls_ecp_point_read_binary(&key->group, &key->point, point, 1 + x.len + y.len);
    if (error == 0)
        error = mbedtls_ecp_check_pubkey(&key->group, &key->point);
    return result(error, reason, key_off_curve);
}

static fnt_status read_number(native_key *key, span d, const char **reason)
{
    int error = mbedtls_mpi_read_binary(&key->number, bytes(d), d.len);
    if (error == 0)
        error = mbedtls_ecp_check_privkey(&key->group, &key->number);
    return result(error, reason, key_out_of_range);
}

static fnt_status work_out_point(native_key *key)
{
    generator *blind = NULL;
    fnt_status status = generator_start(&blind);
    if (status == FNT_OK)
        status = status_of(mbedtls_ecp_mul(&key->group, &key->point, &key->number, &key->group.G,
                                           mbedtls_hmac_drbg_random, &blind->drbg),
                           FNT_FAULT_CRYPTO);
    generator_stop(blind);
    return status;
}

static fnt_status import_ec(native_key *key, const crypto_numbers *numbers, const char **reason)
{
    bool without_point = numbers->x.at == NULL;
    fnt_status status = without_point ? FNT_OK : read_point(key, numbers->x, numbers->y, reason);
    if (status == FNT_OK && numbers->d.at != NULL)
        status = read_number(key, numbers->d, reason);
    if (status == FNT_OK && without_point)
        status = work_out_point(key);
    return status == FNT_OK ? make_table(key) : status;
}

static fnt_status ec_numbers(const crypto_key *key, unsigned char *scratch, crypto_numbers *out)
{
    const native_key *native = key->native;
    size_t len = key_coordinate(key->kind), written = 0;
    int error =
        mbedtls_ecp_point_write_binary(&native->group, &native->point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                       &written, scratch, BACKEND_NUMBERS_MAX);
    assert(error != 0 || written == 1 + 2 * len);
    out->x = (span){(const char *)scratch + 1, len};
    out->y = (span){(const char *)scratch + 1 + len, len};
    return status_of(error, FNT_FAULT_CRYPTO);
}

/* ---- RSA ----------------------------------------------------------------- */

/* One public operation leaves what depends on the modulus alone in the context, and the copies of
 * each call find it there. */
static fnt_status warm_rsa(native_key *key)
{
    unsigned char one[RSA_BITS_MAX / 8] = {0}, out[RSA_BITS_MAX / 8];
    one[mbedtls_rsa_get_len(&key->rsa) - 1] = 1;
    return status_of(mbedtls_rsa_public(&key->rsa, one, out), FNT_FAULT_CRYPTO);
}

static const unsigned char *or_null(span s)
{
    return s.len > 0 ? bytes(s) : NULL;
}

static fnt_status import_rsa(native_key *key, const crypto_numbers *n, const char **reason)
{
    int error = mbedtls_rsa_import_raw(&key->rsa, or_null(n->n), n->n.len, or_null(n->p), n->p.len,
                                       or_null(n->q), n->q.len, or_null(n->d), n->d.len,
                                       or_null(n->e), n->e.len);
    if (error == 0) /* fails where p and q can't be the primes of a key */
        error = mbedtls_rsa_complete(&key->rsa);
    fnt_status status = result(error, reason, key_halves_mismatch);
    return status == FNT_OK ? warm_rsa(key) : status;
}

static fnt_status rsa_numbers(const native_key *key, unsigned char *scratch, crypto_numbers *out)
{
    mbedtls_mpi n, e;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&e);
    int error = mbedtls_rsa_export(&key->rsa, &n, NULL, NULL, NULL, &e);
    size_t n_len = mbedtls_mpi_size(&n), e_len = mbedtls_mpi_size(&e);
    assert(n_len + e_len <= BACKEND_NUMBERS_MAX);
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

/* ---- all kinds ----------------------------------------------------------- */

fnt_status backend_import(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    if (key->kind == KEY_SECRET)
        return FNT_OK;
    fnt_status status = native_new(key->kind, &key->native);
    if (status != FNT_OK)
        return status;
    return key->kind == KEY_RSA ? import_rsa(key->native, numbers, reason)
                                : import_ec(key->native, numbers, reason);
}

static int generate_with(native_key *key, key_kind kind, generator *random)
{
    return kind == KEY_RSA ? mbedtls_rsa_gen_key(&key->rsa, mbedtls_hmac_drbg_random, &random->drbg,
                                                 RSA_BITS_MADE, RSA_EXPONENT_MADE)
                           : mbedtls_ecp_gen_keypair(&key->group, &key->number, &key->point,
                                                     mbedtls_hmac_drbg_random, &random->drbg);
}

fnt_status backend_generate(crypto_key *key)
{
    generator *random = NULL;
    fnt_status status = native_new(key->kind, &key->native);
    if (status == FNT_OK)
        status = generator_start(&random);
    if (status == FNT_OK)
        status = status_of(generate_with(key->native, key->kind, random), FNT_FAULT_CRYPTO);
    generator_stop(random);
    if (status != FNT_OK)
        return status;
    return key->kind == KEY_RSA ? warm_rsa(key->native) : make_table(key->native);
}

fnt_status backend_public_numbers(const crypto_key *key, unsigned char scratch[BACKEND_NUMBERS_MAX],
                                  crypto_numbers *out)
{
    return key->kind == KEY_RSA ? rsa_numbers(key->native, scratch, out)
                                : ec_numbers(key, scratch, out);
}
