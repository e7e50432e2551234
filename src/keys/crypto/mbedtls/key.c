/* SPDX-License-Identifier: MIT */
/* Making, checking and comparing keys. */
#include "base/memory.h"
#include "keys/crypto/mbedtls/backend.h"

enum {
    RSA_BYTES_MAX = RSA_BITS_MAX / 8,
    EXPONENT_BITS_MAX = 256,
    EXPONENT_MADE = 65537,
    RSA_BITS_MADE = 2048
};

static const struct {
    key_kind kind;
    mbedtls_ecp_group_id id;
} curves[] = {
    {KEY_P256, MBEDTLS_ECP_DP_SECP256R1},
    {KEY_P384, MBEDTLS_ECP_DP_SECP384R1},
    {KEY_P521, MBEDTLS_ECP_DP_SECP521R1},
};

enum { CURVES = sizeof curves / sizeof *curves };

mbedtls_ecp_group_id curve_of(key_kind kind)
{
    for (size_t i = 0; i < CURVES; i++)
        if (curves[i].kind == kind)
            return curves[i].id;
    return MBEDTLS_ECP_DP_NONE;
}

static bool is_ec(key_kind kind)
{
    return curve_of(kind) != MBEDTLS_ECP_DP_NONE;
}

/* ---- making and freeing -------------------------------------------------- */

/* A key without numbers, its group loaded; NULL: no memory. */
static crypto_key *blank(key_kind kind)
{
    crypto_key *key = memory_alloc(sizeof *key);
    if (key == NULL)
        return NULL;
    key->kind = kind;
    mbedtls_ecp_group_init(&key->group);
    mbedtls_ecp_point_init(&key->point);
    mbedtls_mpi_init(&key->number);
    rsa_start(&key->rsa);
    if (!is_ec(kind) || mbedtls_ecp_group_load(&key->group, curve_of(kind)) == 0)
        return key;
    crypto_free(key);
    return NULL;
}

void crypto_free(crypto_key *key)
{
    if (key == NULL)
        return;
    mbedtls_ecp_group_free(&key->group);
    mbedtls_ecp_point_free(&key->point);
    mbedtls_mpi_free(&key->number);
    mbedtls_rsa_free(&key->rsa);
    memory_free(key->secret);
    memory_free(key);
}

/* ---- checking ------------------------------------------------------------ */

static fnt_status bad(const char **reason, const char *sentence)
{
    *reason = sentence;
    return FNT_FAULT_KEY;
}

static fnt_status result(int error, const char **reason, const char *sentence)
{
    fnt_status status = status_of(error, FNT_FAULT_KEY);
    if (status == FNT_FAULT_KEY)
        *reason = sentence;
    return status;
}

static const char halves_mismatch[] = "its private and public halves do not belong together";

static fnt_status multiply_base(crypto_key *key, mbedtls_ecp_point *out, const char **reason)
{
    generator *blind = NULL;
    fnt_status status = generator_start(&blind);
    if (status == FNT_OK)
        status = result(mbedtls_ecp_mul(&key->group, out, &key->number, &key->group.G,
                                        mbedtls_hmac_drbg_random, &blind->drbg),
                        reason, "its private number is out of range");
    generator_stop(blind);
    return status;
}

/* Works the point out again from the private number. */
static fnt_status check_ec_halves(crypto_key *key, const char **reason)
{
    mbedtls_ecp_point point;
    mbedtls_ecp_point_init(&point);
    fnt_status status = multiply_base(key, &point, reason);
    if (status == FNT_OK && mbedtls_ecp_point_cmp(&point, &key->point) != 0)
        status = bad(reason, halves_mismatch);
    mbedtls_ecp_point_free(&point);
    return status;
}

/* Makes the group's table (backend.h): any multiple of the base point other than 0 and 1
 * does. */
static fnt_status make_table(crypto_key *key)
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

static fnt_status prepare_ec(crypto_key *key, const char **reason)
{
    key->bits = key->group.pbits;
    fnt_status status = result(mbedtls_ecp_check_pubkey(&key->group, &key->point), reason,
                               "its point is not on the curve");
    if (status == FNT_OK && key->is_private)
        status = check_ec_halves(key, reason);
    return status == FNT_OK ? make_table(key) : status;
}

static fnt_status check_rsa_numbers(const mbedtls_mpi *n, const mbedtls_mpi *e, const char **reason)
{
    size_t bits = mbedtls_mpi_bitlen(n);
    if (bits < RSA_BITS_MIN)
        return bad(reason, "its RSA modulus has fewer than 2048 bits");
    if (bits > RSA_BITS_MAX)
        return bad(reason, "its RSA modulus has more than 8192 bits");
    if (mbedtls_mpi_get_bit(n, 0) == 0)
        return bad(reason, "its RSA modulus is even");
    if (mbedtls_mpi_get_bit(e, 0) == 0 || mbedtls_mpi_cmp_int(e, 3) < 0)
        return bad(reason, "its RSA exponent is even or below 3");
    if (mbedtls_mpi_bitlen(e) > EXPONENT_BITS_MAX)
        return bad(reason, "its RSA exponent has more than 256 bits");
    return FNT_OK;
}

static fnt_status check_rsa_public(crypto_key *key, const char **reason)
{
    mbedtls_mpi n, e;
    mbedtls_mpi_init(&n);
    mbedtls_mpi_init(&e);
    fnt_status status =
        status_of(mbedtls_rsa_export(&key->rsa, &n, NULL, NULL, NULL, &e), FNT_FAULT_CRYPTO);
    if (status == FNT_OK)
        status = check_rsa_numbers(&n, &e, reason);
    key->bits = mbedtls_mpi_bitlen(&n);
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&e);
    return status;
}

/* One public operation leaves what depends on the modulus alone in the context, and the copies of
 * each call find it there. */
static fnt_status warm_rsa(crypto_key *key)
{
    unsigned char one[RSA_BYTES_MAX] = {0}, out[RSA_BYTES_MAX];
    one[mbedtls_rsa_get_len(&key->rsa) - 1] = 1;
    return status_of(mbedtls_rsa_public(&key->rsa, one, out), FNT_FAULT_CRYPTO);
}

static fnt_status prepare_rsa(crypto_key *key, const char **reason)
{
    fnt_status status = check_rsa_public(key, reason);
    if (status == FNT_OK)
        status = result(mbedtls_rsa_complete(&key->rsa), reason, halves_mismatch);
    /* it does not tell a lack of memory from a bad key, and we can't then either */
    if (status == FNT_OK && key->is_private)
        status = result(mbedtls_rsa_check_privkey(&key->rsa), reason, halves_mismatch);
    return status == FNT_OK ? warm_rsa(key) : status;
}

/* The end of every way to make a key: checks the numbers (rule 13), works out what is missing,
 * prepares it for sharing. */
static fnt_status prepare(crypto_key *key, const char **reason)
{
    if (is_ec(key->kind))
        return prepare_ec(key, reason);
    return key->kind == KEY_RSA ? prepare_rsa(key, reason) : FNT_OK;
}

/* ---- from numbers -------------------------------------------------------- */

static const unsigned char *bytes(span s)
{
    return (const unsigned char *)s.at;
}

static fnt_status import_point(crypto_key *key, span x, span y, const char **reason)
{
    size_t len = key_coordinate(key->kind);
    unsigned char point[1 + 2 * CRYPTO_COORDINATE_MAX] = {4}; /* SEC 1, 2.3.3: not compressed */
    if (x.len != len || y.len != len)
        return bad(reason, "its coordinates have not the length that its curve asks for");
    memcpy(point + 1, x.at, len);
    memcpy(point + 1 + len, y.at, len);
    return result(mbedtls_ecp_point_read_binary(&key->group, &key->point, point, 1 + 2 * len),
                  reason, "its point is not on the curve");
}

static fnt_status import_ec(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    bool without_point = numbers->x.at == NULL && numbers->y.at == NULL && key->is_private;
    fnt_status status = without_point ? FNT_OK : import_point(key, numbers->x, numbers->y, reason);
    if (status != FNT_OK || !key->is_private)
        return status;
    if (numbers->d.len != key_coordinate(key->kind))
        return bad(reason, "its private number has not the length that its curve asks for");
    status = status_of(mbedtls_mpi_read_binary(&key->number, bytes(numbers->d), numbers->d.len),
                       FNT_FAULT_CRYPTO);
    return status == FNT_OK && without_point ? multiply_base(key, &key->point, reason) : status;
}

/* False: longer than any number of an RSA key that is taken; the library would call it a lack of
 * memory. */
static bool trim(span *number)
{
    while (number->len > 0 && number->at[0] == '\0')
        *number = span_from(*number, 1);
    return number->len <= RSA_BYTES_MAX;
}

static const unsigned char *or_null(span s)
{
    return s.len > 0 ? bytes(s) : NULL;
}

static fnt_status import_rsa(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    span n = numbers->n, e = numbers->e, d = numbers->d, p = numbers->p, q = numbers->q;
    if (!trim(&n))
        return bad(reason, "its RSA modulus has more than 8192 bits");
    if (!trim(&e) || !trim(&d) || !trim(&p) || !trim(&q))
        return bad(reason, "one of its RSA numbers is longer than its modulus may be");
    if (key->is_private && (d.len == 0 || (p.len == 0) != (q.len == 0)))
        return bad(reason,
                   "its private half is incomplete: d is needed, and p and q together or neither");
    if (!key->is_private)
        p = q = SPAN_NONE;
    return result(mbedtls_rsa_import_raw(&key->rsa, or_null(n), n.len, or_null(p), p.len,
                                         or_null(q), q.len, or_null(d), d.len, or_null(e), e.len),
                  reason, "its RSA numbers can't be read");
}

static fnt_status import_secret(crypto_key *key, span secret, const char **reason)
{
    if (secret.len == 0)
        return bad(reason, "its secret is empty");
    if (secret.len > CRYPTO_SECRET_MAX)
        return bad(reason, "its secret is longer than 1024 bytes");
    key->secret = memory_alloc(secret.len);
    if (key->secret == NULL)
        return FNT_FAULT_MEMORY;
    memcpy(key->secret, secret.at, secret.len);
    key->bits = secret.len * 8;
    return FNT_OK;
}

static fnt_status import_numbers(crypto_key *key, const crypto_numbers *numbers,
                                 const char **reason)
{
    if (key->kind == KEY_SECRET)
        return import_secret(key, numbers->secret, reason);
    return key->kind == KEY_RSA ? import_rsa(key, numbers, reason)
                                : import_ec(key, numbers, reason);
}

/* The key goes out or, unless status is FNT_OK, away. */
static fnt_status finish_key(fnt_status status, crypto_key *key, crypto_key **out)
{
    if (status == FNT_OK)
        *out = key;
    else
        crypto_free(key);
    return status;
}

fnt_status crypto_import(key_kind kind, const crypto_numbers *numbers, crypto_key **out,
                         const char **reason)
{
    *out = NULL;
    *reason = "there is no memory for it, or no random numbers to check it with";
    if (kind == KEY_ED25519) {
        *reason = "Ed25519 is not supported by this build";
        return FNT_FAULT_UNSUPPORTED;
    }
    crypto_key *key = blank(kind);
    if (key == NULL)
        return FNT_FAULT_MEMORY;
    key->is_private = kind == KEY_SECRET || numbers->d.at != NULL;
    fnt_status status = import_numbers(key, numbers, reason);
    if (status == FNT_OK)
        status = prepare(key, reason);
    return finish_key(status, key, out);
}

/* ---- made here ----------------------------------------------------------- */

static fnt_status generate_secret(crypto_key *key, size_t len)
{
    key->secret = memory_alloc(len);
    if (key->secret == NULL)
        return FNT_FAULT_MEMORY;
    key->bits = len * 8;
    return crypto_random(key->secret, len);
}

static fnt_status generate_pair(crypto_key *key)
{
    const char *reason = NULL;
    generator *random = NULL;
    fnt_status status = generator_start(&random);
    if (status != FNT_OK)
        return status;
    int error = key->kind == KEY_RSA
                    ? mbedtls_rsa_gen_key(&key->rsa, mbedtls_hmac_drbg_random, &random->drbg,
                                          RSA_BITS_MADE, EXPONENT_MADE)
                    : mbedtls_ecp_gen_keypair(&key->group, &key->number, &key->point,
                                              mbedtls_hmac_drbg_random, &random->drbg);
    generator_stop(random);
    status = status_of(error, FNT_FAULT_CRYPTO);
    return status == FNT_OK ? prepare(key, &reason) : status;
}

fnt_status crypto_generate(const algorithm *alg, crypto_key **out)
{
    *out = NULL;
    if ((crypto_algorithms() & alg->bit) == 0)
        return FNT_FAULT_UNSUPPORTED;
    crypto_key *key = blank(alg->kind);
    if (key == NULL)
        return FNT_FAULT_MEMORY;
    key->is_private = true;
    return finish_key(alg->kind == KEY_SECRET ? generate_secret(key, alg->signature)
                                              : generate_pair(key),
                      key, out);
}

/* ---- what a key is ------------------------------------------------------- */

key_kind crypto_kind(const crypto_key *key)
{
    return key->kind;
}

size_t crypto_bits(const crypto_key *key)
{
    return key->bits;
}

bool crypto_is_private(const crypto_key *key)
{
    return key->is_private;
}

span crypto_secret(const crypto_key *key)
{
    return key->kind == KEY_SECRET ? (span){(const char *)key->secret, key->bits / 8} : SPAN_NONE;
}

static bool same_rsa(const crypto_key *a, const crypto_key *b)
{
    unsigned char room_a[CRYPTO_NUMBERS_ROOM], room_b[CRYPTO_NUMBERS_ROOM];
    crypto_numbers x, y;
    return crypto_public_numbers(a, room_a, &x) == FNT_OK &&
           crypto_public_numbers(b, room_b, &y) == FNT_OK && span_equal(x.n, y.n) &&
           span_equal(x.e, y.e);
}

bool crypto_same(const crypto_key *a, const crypto_key *b)
{
    if (a->kind != b->kind || a->bits != b->bits)
        return false;
    if (a->kind == KEY_SECRET)
        return memory_equal(a->secret, b->secret, a->bits / 8);
    return a->kind == KEY_RSA ? same_rsa(a, b) : mbedtls_ecp_point_cmp(&a->point, &b->point) == 0;
}
