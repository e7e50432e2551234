/* SPDX-License-Identifier: MIT */
/* Numbers to OpenSSL's key pairs. */
#include "keys/crypto/openssl/common.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "keys/crypto/checks.h"

/* In memory that is wiped, as are parameters that are built from it. NULL: no memory. */
static BIGNUM *number_of(span s)
{
    BIGNUM *number = BN_secure_new(),
           *read = number == NULL ? NULL : BN_bin2bn(bytes(s), (int)s.len, number);
    if (read == NULL)
        BN_clear_free(number);
    return read;
}

/* type: "EC", "RSA". Its failure is a fault and says nothing about the key: what may be wrong with
 * one is checked before. */
static fnt_status make_pair(const char *type, bool is_private, OSSL_PARAM_BLD *build,
                            EVP_PKEY **out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    bool good = ctx != NULL && parameters != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
                EVP_PKEY_fromdata(ctx, out, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                                  parameters) == 1;
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(ctx);
    return good ? FNT_OK : FNT_FAULT_CRYPTO;
}

/* ---- EC ------------------------------------------------------------------ */

typedef struct {
    EC_GROUP *group;
    EC_POINT *point;
    BN_CTX *bn_ctx;
    BIGNUM *d;                                         /* NULL: a public key */
    unsigned char text[1 + 2 * CRYPTO_COORDINATE_MAX]; /* SEC 1, 2.3.3: not compressed */
    size_t len;
} ec;

static void ec_clear(ec *c)
{
    EC_POINT_clear_free(c->point);
    EC_GROUP_free(c->group);
    BN_CTX_free(c->bn_ctx);
    BN_clear_free(c->d);
}

static fnt_status ec_start(ec *c, key_kind kind, const crypto_numbers *numbers)
{
    *c = (ec){.group = EC_GROUP_new_by_curve_name(EC_curve_nist2nid(key_curve(kind))),
              .bn_ctx = BN_CTX_secure_new(),
              .len = 1 + 2 * key_coordinate(kind)};
    if (c->group == NULL || c->bn_ctx == NULL)
        return FNT_FAULT_CRYPTO;
    c->point = EC_POINT_new(c->group);
    c->d = numbers->d.at == NULL ? NULL : number_of(numbers->d);
    return c->point != NULL && (numbers->d.at == NULL || c->d != NULL) ? FNT_OK : FNT_FAULT_MEMORY;
}

/* Infinity has no coordinates, so it is refused too; every other point on these curves has the
 * order of the base point. */
static fnt_status read_point(ec *c, span x, span y, const char **reason)
{
    c->text[0] = POINT_CONVERSION_UNCOMPRESSED;
    memcpy(c->text + 1, x.at, x.len);
    memcpy(c->text + 1 + x.len, y.at, y.len);
    return EC_POINT_oct2point(c->group, c->point, c->text, c->len, c->bn_ctx) == 1
               ? FNT_OK
               : refuse_key(reason, key_off_curve);
}

static fnt_status check_number(const ec *c, const char **reason)
{
    return BN_is_zero(c->d) || BN_cmp(c->d, EC_GROUP_get0_order(c->group)) >= 0
               ? refuse_key(reason, key_out_of_range)
               : FNT_OK;
}

static fnt_status work_out_point(ec *c)
{
    return EC_POINT_mul(c->group, c->point, c->d, NULL, NULL, c->bn_ctx) == 1 &&
                   EC_POINT_point2oct(c->group, c->point, POINT_CONVERSION_UNCOMPRESSED, c->text,
                                      sizeof c->text, c->bn_ctx) == c->len
               ? FNT_OK
               : FNT_FAULT_CRYPTO;
}

static fnt_status make_ec(const ec *c, key_kind kind, EVP_PKEY **out)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    fnt_status status = FNT_FAULT_MEMORY;
    if (build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, key_curve(kind), 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, c->text, c->len) == 1 &&
        (c->d == NULL || OSSL_PARAM_BLD_push_BN_pad(build, OSSL_PKEY_PARAM_PRIV_KEY, c->d,
                                                    key_coordinate(kind)) == 1))
        status = make_pair("EC", c->d != NULL, build, out);
    OSSL_PARAM_BLD_free(build);
    return status;
}

fnt_status pair_ec(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    bool without_point = numbers->x.at == NULL;
    ec c;
    fnt_status status = ec_start(&c, key->kind, numbers);
    if (status == FNT_OK && !without_point)
        status = read_point(&c, numbers->x, numbers->y, reason);
    if (status == FNT_OK && c.d != NULL)
        status = check_number(&c, reason);
    if (status == FNT_OK && without_point)
        status = work_out_point(&c);
    if (status == FNT_OK)
        status = make_ec(&c, key->kind, &key->native->pair);
    ec_clear(&c);
    return status;
}

/* ---- Ed25519 ------------------------------------------------------------- */

/* OpenSSL takes any 32 bytes: what is no point verifies nothing. */
fnt_status pair_edwards(crypto_key *key, const crypto_numbers *numbers)
{
    key->native->pair = key->is_private
                            ? EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL,
                                                              bytes(numbers->d), numbers->d.len)
                            : EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL,
                                                             bytes(numbers->x), numbers->x.len);
    return key->native->pair != NULL ? FNT_OK : FNT_FAULT_CRYPTO;
}

/* ---- RSA ----------------------------------------------------------------- */

_Static_assert((int)RSA_EXPONENT_BITS_MAX <= (int)OPENSSL_RSA_MAX_PUBEXP_BITS,
               "by a key beyond it OpenSSL finds no signature right");
_Static_assert((int)RSA_BITS_MAX <= (int)OPENSSL_RSA_MAX_MODULUS_BITS, "nor beyond this");

/* All in bn_ctx, which wipes them. */
typedef struct {
    BN_CTX *bn_ctx;
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qi, *scratch;
} rsa;

static bool take(rsa *r, BIGNUM **out, span number)
{
    *out = BN_CTX_get(r->bn_ctx);
    return *out != NULL && BN_bin2bn(bytes(number), (int)number.len, *out) != NULL;
}

static bool rsa_start(rsa *r, const crypto_numbers *numbers)
{
    r->bn_ctx = BN_CTX_secure_new();
    if (r->bn_ctx == NULL)
        return false;
    BN_CTX_start(r->bn_ctx);
    r->dp = BN_CTX_get(r->bn_ctx);
    r->dq = BN_CTX_get(r->bn_ctx);
    r->qi = BN_CTX_get(r->bn_ctx);
    r->scratch = BN_CTX_get(r->bn_ctx);
    return r->scratch != NULL && take(r, &r->n, numbers->n) && take(r, &r->e, numbers->e) &&
           take(r, &r->d, numbers->d) && take(r, &r->p, numbers->p) && take(r, &r->q, numbers->q);
}

static void rsa_clear(rsa *r)
{
    if (r->bn_ctx != NULL)
        BN_CTX_end(r->bn_ctx);
    BN_CTX_free(r->bn_ctx);
}

/* With wrong primes OpenSSL would still sign right, slowly, and write them into PEM. */
static fnt_status check_primes(rsa *r, const char **reason)
{
    if (!BN_mul(r->scratch, r->p, r->q, r->bn_ctx))
        return FNT_FAULT_CRYPTO;
    return BN_cmp(r->scratch, r->n) != 0 || BN_is_one(r->p) || BN_is_one(r->q) ||
                   BN_cmp(r->p, r->q) == 0
               ? refuse_key(reason, key_halves_mismatch)
               : FNT_OK;
}

/* d mod p-1, d mod q-1, 1/q mod p: OpenSSL works them out itself only from 3.2 on. */
static fnt_status work_out_rest(rsa *r)
{
    BN_set_flags(r->p, BN_FLG_CONSTTIME);
    return BN_sub(r->scratch, r->p, BN_value_one()) && BN_mod(r->dp, r->d, r->scratch, r->bn_ctx) &&
                   BN_sub(r->scratch, r->q, BN_value_one()) &&
                   BN_mod(r->dq, r->d, r->scratch, r->bn_ctx) &&
                   BN_mod_inverse(r->qi, r->q, r->p, r->bn_ctx) != NULL
               ? FNT_OK
               : FNT_FAULT_CRYPTO;
}

static fnt_status make_rsa(const rsa *r, bool is_private, EVP_PKEY **out)
{
    const struct {
        const char *name;
        const BIGNUM *number;
    } all[] = {
        {OSSL_PKEY_PARAM_RSA_N, r->n},          {OSSL_PKEY_PARAM_RSA_E, r->e},
        {OSSL_PKEY_PARAM_RSA_D, r->d},          {OSSL_PKEY_PARAM_RSA_FACTOR1, r->p},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, r->q},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, r->dp},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, r->dq}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, r->qi},
    };
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    bool good = build != NULL;
    for (size_t i = 0; good && i < (is_private ? sizeof all / sizeof *all : 2); i++)
        good = OSSL_PARAM_BLD_push_BN(build, all[i].name, all[i].number) == 1;
    fnt_status status = good ? make_pair("RSA", is_private, build, out) : FNT_FAULT_MEMORY;
    OSSL_PARAM_BLD_free(build);
    return status;
}

fnt_status pair_rsa(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    rsa r = {0};
    fnt_status status = rsa_start(&r, numbers) ? FNT_OK : FNT_FAULT_MEMORY;
    if (status == FNT_OK && key->is_private)
        status = check_primes(&r, reason);
    if (status == FNT_OK && key->is_private)
        status = work_out_rest(&r);
    if (status == FNT_OK)
        status = make_rsa(&r, key->is_private, &key->native->pair);
    rsa_clear(&r);
    return status;
}
