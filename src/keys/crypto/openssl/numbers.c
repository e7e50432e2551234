/* SPDX-License-Identifier: MIT */
#include "keys/crypto/openssl/backend.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

enum {
    RSA_BYTES_MAX = RSA_BITS_MAX / 8,
    EXPONENT_BITS_MAX = 256,
    SMALL_MODULUS_BITS = 3072,
    SMALL_EXPONENT_BITS = 64
};

/* In memory that is wiped, also where parameters are built from it. NULL: no memory. */
static BIGNUM *number_of(span s)
{
    BIGNUM *number = BN_secure_new(),
           *read = number == NULL ? NULL : BN_bin2bn(bytes(s), (int)s.len, number);
    if (read == NULL)
        BN_clear_free(number);
    return read;
}

/* ---- EC ------------------------------------------------------------------ */

typedef struct {
    EC_GROUP *group;
    EC_POINT *point, *own; /* as given, as worked out */
    BN_CTX *bn_ctx;
    BIGNUM *d;
    unsigned char text[1 + 2 * CRYPTO_COORDINATE_MAX]; /* SEC 1, 2.3.3: not compressed */
    size_t len;
} ec;

static int curve_of(key_kind kind)
{
    return kind == KEY_P256   ? NID_X9_62_prime256v1
           : kind == KEY_P384 ? NID_secp384r1
                              : NID_secp521r1;
}

static void ec_clear(ec *c)
{
    EC_POINT_free(c->point);
    EC_POINT_clear_free(c->own);
    EC_GROUP_free(c->group);
    BN_CTX_free(c->bn_ctx);
    BN_clear_free(c->d);
}

static bool ec_start(ec *c, key_kind kind, const crypto_numbers *numbers)
{
    *c = (ec){.group = EC_GROUP_new_by_curve_name(curve_of(kind)), .bn_ctx = BN_CTX_secure_new()};
    c->len = 1 + 2 * key_coordinate(kind);
    if (c->group == NULL || c->bn_ctx == NULL)
        return false;
    c->point = EC_POINT_new(c->group);
    c->own = EC_POINT_new(c->group);
    c->d = numbers->d.at == NULL ? NULL : number_of(numbers->d);
    return c->point != NULL && c->own != NULL && (numbers->d.at == NULL || c->d != NULL);
}

/* Infinity has no coordinates, so it is refused too; every other point on these curves has the
 * order of the base point. */
static fnt_status read_point(ec *c, const crypto_numbers *numbers, const char **reason)
{
    c->text[0] = POINT_CONVERSION_UNCOMPRESSED;
    memcpy(c->text + 1, numbers->x.at, numbers->x.len);
    memcpy(c->text + 1 + numbers->x.len, numbers->y.at, numbers->y.len);
    if (EC_POINT_oct2point(c->group, c->point, c->text, c->len, c->bn_ctx) == 1)
        return FNT_OK;
    return bad(reason, "its point is not on the curve");
}

/* The point again, from the private number. */
static fnt_status work_out_point(ec *c, const char **reason)
{
    if (BN_is_zero(c->d) || BN_cmp(c->d, EC_GROUP_get0_order(c->group)) >= 0)
        return bad(reason, "its private number is out of range");
    return EC_POINT_mul(c->group, c->own, c->d, NULL, NULL, c->bn_ctx) == 1 ? FNT_OK
                                                                            : FNT_FAULT_CRYPTO;
}

static fnt_status compare_points(ec *c, const char **reason)
{
    int differ = EC_POINT_cmp(c->group, c->point, c->own, c->bn_ctx);
    if (differ < 0)
        return FNT_FAULT_CRYPTO;
    return differ == 0 ? FNT_OK : bad(reason, halves_mismatch);
}

static fnt_status write_point(ec *c)
{
    size_t len = EC_POINT_point2oct(c->group, c->own, POINT_CONVERSION_UNCOMPRESSED, c->text,
                                    sizeof c->text, c->bn_ctx);
    return len == c->len ? FNT_OK : FNT_FAULT_CRYPTO;
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
        status = pair_make("EC", c->d != NULL, build, out);
    OSSL_PARAM_BLD_free(build);
    return status;
}

fnt_status pair_ec(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    size_t len = key_coordinate(key->kind);
    bool without_point = key->is_private && numbers->x.at == NULL && numbers->y.at == NULL;
    ec c;
    if (!without_point && (numbers->x.len != len || numbers->y.len != len))
        return bad(reason, "its coordinates have not the length that its curve asks for");
    if (key->is_private && numbers->d.len != len)
        return bad(reason, "its private number has not the length that its curve asks for");

    fnt_status status = ec_start(&c, key->kind, numbers) ? FNT_OK : FNT_FAULT_MEMORY;
    if (status == FNT_OK && !without_point)
        status = read_point(&c, numbers, reason);
    if (status == FNT_OK && key->is_private)
        status = work_out_point(&c, reason);
    if (status == FNT_OK && key->is_private)
        status = without_point ? write_point(&c) : compare_points(&c, reason);
    if (status == FNT_OK)
        status = make_ec(&c, key->kind, &key->pair);
    if (status == FNT_OK)
        key->bits = (size_t)EC_GROUP_order_bits(c.group);
    ec_clear(&c);
    return status;
}

/* ---- Ed25519 ------------------------------------------------------------- */

#define PRIME "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"
#define CURVE_D "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"

/* The y of the points of order 1, 2, 4 and 8: whoever has such a key gets signatures that fit any
 * text. */
static const char *const weak[] = {
    "00",
    "01",
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
};

/* 1, 0, below 0: a fault. Whether x^2 = (y^2 - 1) / (d y^2 + 1) has a root (RFC 8032, 5.1.3); u / v
 * has one where u v has. */
static int is_square(const BIGNUM *y, const BIGNUM *p, const BIGNUM *d, BN_CTX *bn_ctx)
{
    BIGNUM *u = BN_CTX_get(bn_ctx), *v = BN_CTX_get(bn_ctx);
    if (v == NULL || !BN_mod_sqr(u, y, p, bn_ctx) || !BN_mod_mul(v, u, d, p, bn_ctx) ||
        !BN_sub_word(u, 1) || !BN_add_word(v, 1) || !BN_mod_mul(u, u, v, p, bn_ctx))
        return -1;
    int symbol = BN_kronecker(u, p, bn_ctx);
    return symbol < -1 ? -1 : symbol == 1;
}

/* As is_square; a point of small order counts as none. */
static int is_edwards_point(const unsigned char *text, BN_CTX *bn_ctx)
{
    unsigned char y_text[ED25519_BYTES];
    BIGNUM *p = BN_CTX_get(bn_ctx), *d = BN_CTX_get(bn_ctx), *y = BN_CTX_get(bn_ctx),
           *other = BN_CTX_get(bn_ctx);
    memcpy(y_text, text, ED25519_BYTES);
    y_text[ED25519_BYTES - 1] &= 0x7f; /* the sign of x */
    if (other == NULL || !BN_hex2bn(&p, PRIME) || !BN_hex2bn(&d, CURVE_D) ||
        BN_lebin2bn(y_text, ED25519_BYTES, y) == NULL)
        return -1;
    if (BN_cmp(y, p) >= 0)
        return 0;
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
        if (!BN_hex2bn(&other, weak[i]))
            return -1;
        if (BN_cmp(y, other) == 0)
            return 0;
    }
    return is_square(y, p, d, bn_ctx);
}

static fnt_status check_edwards(span x, const char **reason)
{
    BN_CTX *bn_ctx = BN_CTX_new();
    if (bn_ctx == NULL)
        return FNT_FAULT_MEMORY;
    BN_CTX_start(bn_ctx);
    int result = is_edwards_point(bytes(x), bn_ctx);
    BN_CTX_end(bn_ctx);
    BN_CTX_free(bn_ctx);
    if (result < 0)
        return FNT_FAULT_CRYPTO;
    return result == 1 ? FNT_OK : bad(reason, "its point is not on the curve, or of small order");
}

fnt_status pair_edwards(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    unsigned char own[ED25519_BYTES];
    size_t len = sizeof own;
    bool without_point = key->is_private && numbers->x.at == NULL;
    if (!without_point && numbers->x.len != ED25519_BYTES)
        return bad(reason, "its coordinates have not the length that its curve asks for");
    if (key->is_private && numbers->d.len != ED25519_BYTES)
        return bad(reason, "its private number has not the length that its curve asks for");
    fnt_status status = without_point ? FNT_OK : check_edwards(numbers->x, reason);
    if (status != FNT_OK)
        return status;

    key->bits = ED25519_BITS;
    key->pair = key->is_private ? EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL,
                                                                  bytes(numbers->d), ED25519_BYTES)
                                : EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL,
                                                                 bytes(numbers->x), ED25519_BYTES);
    if (key->pair == NULL || EVP_PKEY_get_raw_public_key(key->pair, own, &len) != 1 ||
        len != ED25519_BYTES)
        return FNT_FAULT_CRYPTO;
    return without_point || memcmp(own, numbers->x.at, len) == 0 ? FNT_OK
                                                                 : bad(reason, halves_mismatch);
}

/* ---- RSA ----------------------------------------------------------------- */

/* False: longer than any number of an RSA key that is taken. */
static bool trim(span *number)
{
    while (number->len > 0 && number->at[0] == '\0')
        *number = span_from(*number, 1);
    return number->len <= RSA_BYTES_MAX;
}

static size_t bits_of(span number) /* trimmed */
{
    size_t bits = number.len * 8;
    for (unsigned int first = number.len == 0 ? 0x80 : bytes(number)[0]; first < 0x80; first *= 2)
        bits--;
    return bits;
}

static bool is_even(span number)
{
    return number.len == 0 || bytes(number)[number.len - 1] % 2 == 0;
}

/* The last one is OpenSSL's own limit (OPENSSL_RSA_MAX_PUBEXP_BITS): by such a key it finds no
 * signature right. */
static fnt_status check_rsa_public(span n, span e, const char **reason)
{
    size_t bits = bits_of(n);
    if (bits < RSA_BITS_MIN)
        return bad(reason, "its RSA modulus has fewer than 2048 bits");
    if (bits > RSA_BITS_MAX)
        return bad(reason, "its RSA modulus has more than 8192 bits");
    if (is_even(n))
        return bad(reason, "its RSA modulus is even");
    if (is_even(e) || bits_of(e) < 2)
        return bad(reason, "its RSA exponent is even or below 3");
    if (bits_of(e) > EXPONENT_BITS_MAX)
        return bad(reason, "its RSA exponent has more than 256 bits");
    if (bits > SMALL_MODULUS_BITS && bits_of(e) > SMALL_EXPONENT_BITS) {
        *reason = "OpenSSL takes no RSA exponent of more than 64 bits where the modulus has more "
                  "than 3072";
        return FNT_FAULT_UNSUPPORTED;
    }
    return FNT_OK;
}

/* All from room, which wipes them. k, x, y: to work with. */
typedef struct {
    BN_CTX *bn_ctx;
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qi, *k, *x, *y;
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
    BIGNUM **working[] = {&r->dp, &r->dq, &r->qi, &r->k, &r->x, &r->y};
    for (size_t i = 0; i < sizeof working / sizeof *working; i++)
        *working[i] = BN_CTX_get(r->bn_ctx);
    return r->y != NULL && take(r, &r->n, numbers->n) && take(r, &r->e, numbers->e) &&
           take(r, &r->d, numbers->d) && take(r, &r->p, numbers->p) && take(r, &r->q, numbers->q);
}

static void rsa_clear(rsa *r)
{
    if (r->bn_ctx != NULL)
        BN_CTX_end(r->bn_ctx);
    BN_CTX_free(r->bn_ctx);
}

/* 1: p and q are found; 0: not by this base; below 0: a fault. The odd part of k in dp. */
static int split_by(rsa *r, BN_ULONG base, int twos)
{
    BIGNUM *x = r->x, *y = r->y, *swap;
    if (!BN_sub(r->dq, r->n, BN_value_one()) || !BN_set_word(x, base) ||
        !BN_mod_exp(x, x, r->dp, r->n, r->bn_ctx))
        return -1;
    for (int i = 0; i < twos && !BN_is_one(x) && BN_cmp(x, r->dq) != 0;
         i++, swap = x, x = y, y = swap) {
        if (!BN_mod_sqr(y, x, r->n, r->bn_ctx))
            return -1;
        if (BN_is_one(y))
            return BN_sub_word(x, 1) && BN_gcd(r->p, x, r->n, r->bn_ctx) &&
                           BN_div(r->q, NULL, r->n, r->p, r->bn_ctx)
                       ? 1
                       : -1;
    }
    return 0;
}

/* Every base to the power of k = e d - 1 is 1. On the way there, by squaring, half of the bases
 * meet a root of 1 other than 1 and n - 1; less 1, it has one of the primes in common with n (NIST
 * SP 800-56B, C.1). */
static fnt_status find_primes(rsa *r, const char **reason)
{
    static const unsigned char bases[] = {2,  3,   5,   7,   11,  13,  17,  19,  23,  29, 31, 37,
                                          41, 43,  47,  53,  59,  61,  67,  71,  73,  79, 83, 89,
                                          97, 101, 103, 107, 109, 113, 127, 131, 137, 139};
    int twos = 0, result = 0;
    if (BN_is_zero(r->d) || BN_cmp(r->d, r->n) >= 0)
        return bad(reason, halves_mismatch);
    if (!BN_mul(r->k, r->d, r->e, r->bn_ctx) || !BN_sub_word(r->k, 1) || !BN_set_word(r->x, 2))
        return FNT_FAULT_CRYPTO;
    BN_set_flags(r->k, BN_FLG_CONSTTIME);
    if (!BN_mod_exp(r->x, r->x, r->k, r->n, r->bn_ctx))
        return FNT_FAULT_CRYPTO;
    while (BN_is_one(r->x) && !BN_is_bit_set(r->k, twos))
        twos++;
    if (!BN_rshift(r->dp, r->k, twos))
        return FNT_FAULT_CRYPTO;
    BN_set_flags(r->dp, BN_FLG_CONSTTIME);
    for (size_t i = 0; twos > 0 && result == 0 && i < sizeof bases; i++)
        result = split_by(r, bases[i], twos);
    if (result < 0)
        return FNT_FAULT_CRYPTO;
    return result == 1 ? FNT_OK : bad(reason, halves_mismatch);
}

/* 1, 0 or, below 0, a fault: whether e d is 1 modulo prime - 1. Leaves d modulo that in part. */
static int is_inverse(rsa *r, const BIGNUM *prime, BIGNUM *part)
{
    if (!BN_sub(r->x, prime, BN_value_one()) || !BN_mod(part, r->d, r->x, r->bn_ctx) ||
        !BN_mod_mul(r->y, part, r->e, r->x, r->bn_ctx))
        return -1;
    return BN_is_one(r->y);
}

/* Works out what a key needs beside; p is the larger. */
static fnt_status check_rsa_halves(rsa *r, const char **reason)
{
    if (BN_cmp(r->p, r->q) < 0) {
        BIGNUM *swap = r->p;
        r->p = r->q;
        r->q = swap;
    }
    if (!BN_mul(r->x, r->p, r->q, r->bn_ctx))
        return FNT_FAULT_CRYPTO;
    if (BN_cmp(r->x, r->n) != 0 || BN_is_one(r->q) || BN_cmp(r->p, r->q) == 0 ||
        BN_cmp(r->d, r->n) >= 0)
        return bad(reason, halves_mismatch);
    int with_p = is_inverse(r, r->p, r->dp), with_q = is_inverse(r, r->q, r->dq);
    if (with_p < 0 || with_q < 0)
        return FNT_FAULT_CRYPTO;
    if (with_p == 0 || with_q == 0 || !BN_gcd(r->x, r->p, r->q, r->bn_ctx) || !BN_is_one(r->x))
        return bad(reason, halves_mismatch);
    BN_set_flags(r->p, BN_FLG_CONSTTIME);
    return BN_mod_inverse(r->qi, r->q, r->p, r->bn_ctx) != NULL ? FNT_OK : FNT_FAULT_CRYPTO;
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
    fnt_status status = good ? pair_make("RSA", is_private, build, out) : FNT_FAULT_MEMORY;
    OSSL_PARAM_BLD_free(build);
    return status;
}

static fnt_status make_rsa_of(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    rsa r = {0};
    fnt_status status = rsa_start(&r, numbers) ? FNT_OK : FNT_FAULT_MEMORY;
    if (status == FNT_OK && key->is_private && numbers->p.len == 0)
        status = find_primes(&r, reason);
    if (status == FNT_OK && key->is_private)
        status = check_rsa_halves(&r, reason);
    if (status == FNT_OK)
        status = make_rsa(&r, key->is_private, &key->pair);
    rsa_clear(&r);
    return status;
}

fnt_status pair_rsa(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    crypto_numbers own = *numbers;
    if (!trim(&own.n))
        return bad(reason, "its RSA modulus has more than 8192 bits");
    if (!trim(&own.e) || !trim(&own.d) || !trim(&own.p) || !trim(&own.q))
        return bad(reason, "one of its RSA numbers is longer than its modulus may be");
    if (key->is_private && (own.d.len == 0 || (own.p.len == 0) != (own.q.len == 0)))
        return bad(reason,
                   "its private half is incomplete: d is needed, and p and q together or neither");
    fnt_status status = check_rsa_public(own.n, own.e, reason);
    key->bits = bits_of(own.n);
    return status == FNT_OK ? make_rsa_of(key, &own, reason) : status;
}
