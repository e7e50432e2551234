/* SPDX-License-Identifier: MIT */
/* Making, preparing and comparing keys. Every way to make one ends in crypto_import. */
#include "keys/crypto/openssl/backend.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "base/memory.h"

#ifndef OSSL_SIGNATURE_PARAM_NONCE_TYPE
#define OSSL_SIGNATURE_PARAM_NONCE_TYPE                                                            \
    "nonce-type" /* from 3.2 on; the library that is running counts, not these headers */
#endif

static crypto_key *key_blank(key_kind kind, bool is_private)
{
    crypto_key *key = memory_alloc(sizeof *key);
    if (key != NULL) {
        key->kind = kind;
        key->is_private = is_private;
    }
    return key;
}

void crypto_free(crypto_key *key)
{
    if (key == NULL)
        return;
    for (size_t i = 0; i < CONTEXTS; i++) {
        EVP_MD_CTX_free(key->verifying[i]);
        EVP_MD_CTX_free(key->signing[i]);
    }
    for (size_t i = 0; i < HASHES; i++)
        EVP_MAC_CTX_free(key->mac[i]);
    EVP_PKEY_free(key->pair);
    memory_free(key->scratch);
    memory_free(key->secret);
    memory_free(key);
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

/* ---- preparing ----------------------------------------------------------- */

static const char *hash_name(const algorithm *alg)
{
    static const char *const names[HASHES] = {"SHA256", "SHA384", "SHA512"};
    return alg->kind == KEY_ED25519 ? NULL : names[alg->hash];
}

/* The salt is as long as the hash, no other length will do (RFC 7518, 3.5); the mask's hash is the
 * same by default. */
static bool set_padding(EVP_PKEY_CTX *way, const algorithm *alg)
{
    if (alg->kind != KEY_RSA)
        return true;
    if (!alg->pss)
        return EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(way, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(way, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* RFC 6979. A library without it passes over the parameter and draws the nonce, from a generator
 * that notices a fork() and mixes the private number and the hash in, so that two texts share none
 * even if its random bytes repeat (rule 16). */
static bool set_nonce(EVP_PKEY_CTX *way, const algorithm *alg)
{
    unsigned int deterministic = 1;
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_uint(OSSL_SIGNATURE_PARAM_NONCE_TYPE, &deterministic),
        OSSL_PARAM_construct_end()};
    return key_coordinate(alg->kind) == 0 || EVP_PKEY_CTX_set_params(way, parameters) == 1;
}

/* The flag: a context is used once, no need to copy it again before the end. */
static bool ready(EVP_MD_CTX **out, EVP_PKEY *pair, const algorithm *alg, bool signing)
{
    EVP_PKEY_CTX *way = NULL;
    EVP_MD_CTX *ctx = *out = EVP_MD_CTX_new();
    if (ctx == NULL)
        return false;
    int result = signing
                     ? EVP_DigestSignInit_ex(ctx, &way, hash_name(alg), NULL, NULL, pair, NULL)
                     : EVP_DigestVerifyInit_ex(ctx, &way, hash_name(alg), NULL, NULL, pair, NULL);
    EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_FINALISE);
    return result == 1 && set_padding(way, alg) && (!signing || set_nonce(way, alg));
}

static bool ready_mac(EVP_MAC_CTX **out, const crypto_key *key, const algorithm *alg)
{
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)hash_name(alg), 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    *out = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    return *out != NULL && EVP_MAC_init(*out, key->secret, key->bits / 8, parameters) == 1;
}

static fnt_status prepare(crypto_key *key)
{
    for (int32_t bit = 1, all = crypto_algorithms(); bit <= all; bit *= 2) {
        const algorithm *alg = algorithm_of(all & bit);
        if (alg == NULL || alg->kind != key->kind)
            continue;
        bool good = key->kind == KEY_SECRET
                        ? ready_mac(&key->mac[alg->hash], key, alg)
                        : ready(&key->verifying[context_index(alg)], key->pair, alg, false);
        if (good && key->kind != KEY_SECRET && key->is_private)
            good = ready(&key->signing[context_index(alg)], key->pair, alg, true);
        if (!good)
            return FNT_FAULT_CRYPTO;
    }
    return FNT_OK;
}

/* ---- from numbers -------------------------------------------------------- */

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
    switch (key->kind) {
    case KEY_SECRET:
        return import_secret(key, numbers->secret, reason);
    case KEY_RSA:
        return pair_rsa(key, numbers, reason);
    case KEY_ED25519:
        return pair_edwards(key, numbers, reason);
    default:
        return pair_ec(key, numbers, reason);
    }
}

/* The text of a big number out of a pair. */
static bool public_number(const EVP_PKEY *pair, const char *name,
                          unsigned char scratch[CRYPTO_NUMBERS_ROOM / 2], span *out)
{
    BIGNUM *number = NULL;
    int len = EVP_PKEY_get_bn_param(pair, name, &number) == 1 ? BN_bn2bin(number, scratch) : 0;
    BN_free(number);
    *out = (span){(const char *)scratch, (size_t)len};
    return len > 0;
}

static bool public_numbers(const crypto_key *key, unsigned char scratch[CRYPTO_NUMBERS_ROOM],
                           crypto_numbers *out)
{
    size_t len = 0, half = key_coordinate(key->kind);
    *out = (crypto_numbers){0};
    if (key->kind == KEY_RSA)
        return public_number(key->pair, OSSL_PKEY_PARAM_RSA_N, scratch, &out->n) &&
               public_number(key->pair, OSSL_PKEY_PARAM_RSA_E, scratch + CRYPTO_NUMBERS_ROOM / 2,
                             &out->e);
    if (EVP_PKEY_get_octet_string_param(key->pair, OSSL_PKEY_PARAM_PUB_KEY, scratch,
                                        CRYPTO_NUMBERS_ROOM, &len) != 1)
        return false;
    out->x =
        half == 0 ? (span){(const char *)scratch, len} : (span){(const char *)scratch + 1, half};
    out->y = half == 0 ? SPAN_NONE : (span){(const char *)scratch + 1 + half, half};
    return half == 0 ? len == ED25519_BYTES : len == 1 + 2 * half && scratch[0] == 4;
}

static span put(unsigned char **scratch, span number)
{
    span copy = {(const char *)*scratch, number.len};
    if (number.at == NULL)
        return SPAN_NONE;
    memcpy(*scratch, number.at, number.len);
    *scratch += number.len;
    return copy;
}

static crypto_numbers put_all(unsigned char *scratch, const crypto_numbers *numbers)
{
    crypto_numbers copy = {.x = put(&scratch, numbers->x), .y = put(&scratch, numbers->y)};
    copy.n = put(&scratch, numbers->n);
    copy.e = put(&scratch, numbers->e);
    return copy;
}

/* What is public stays beside the pair: it is asked for and compared more often than OpenSSL likes
 * to work it out. */
static fnt_status finish(crypto_key *key)
{
    unsigned char scratch[CRYPTO_NUMBERS_ROOM];
    crypto_numbers n;
    if (!public_numbers(key, scratch, &n))
        return FNT_FAULT_CRYPTO;
    key->scratch = memory_alloc(n.x.len + n.y.len + n.n.len + n.e.len);
    if (key->scratch == NULL)
        return FNT_FAULT_MEMORY;
    key->numbers = put_all(key->scratch, &n);
    return prepare(key);
}

fnt_status crypto_import(key_kind kind, const crypto_numbers *numbers, crypto_key **out,
                         const char **reason)
{
    *out = NULL;
    *reason = "there is no memory for it";
    crypto_key *key = key_blank(kind, kind == KEY_SECRET || numbers->d.at != NULL);
    if (key == NULL)
        return FNT_FAULT_MEMORY;
    errors before = errors_begin();
    fnt_status status = import_numbers(key, numbers, reason);
    if (status == FNT_OK)
        status = kind == KEY_SECRET ? prepare(key) : finish(key);
    return finish_key(errors_end(before, status), key, out);
}

/* ---- made here ----------------------------------------------------------- */

enum { RSA_BITS_MADE = 2048 }; /* its exponent is 65537 by default */

static EVP_PKEY *draw(key_kind kind)
{
    if (kind == KEY_RSA)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS_MADE);
    if (kind == KEY_ED25519)
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", key_curve(kind));
}

static fnt_status generate_pair(crypto_key *key)
{
    key->pair = draw(key->kind);
    if (key->pair == NULL)
        return FNT_FAULT_CRYPTO;
    /* OpenSSL: 253 */
    key->bits = key->kind == KEY_ED25519 ? ED25519_BITS : (size_t)EVP_PKEY_get_bits(key->pair);
    return finish(key);
}

static fnt_status generate_secret(size_t len, crypto_key **out)
{
    unsigned char secret[EVP_MAX_MD_SIZE];
    const char *reason = NULL;
    fnt_status status = RAND_priv_bytes_ex(NULL, secret, len, 0) == 1 ? FNT_OK : FNT_FAULT_RANDOM;
    if (status == FNT_OK)
        status = crypto_import(KEY_SECRET, &(crypto_numbers){.secret = {(const char *)secret, len}},
                               out, &reason);
    memory_cleanse(secret, sizeof secret);
    return status;
}

fnt_status crypto_generate(const algorithm *alg, crypto_key **out)
{
    *out = NULL;
    errors before = errors_begin();
    if (alg->kind == KEY_SECRET)
        return errors_end(before, generate_secret(alg->signature, out));
    crypto_key *key = key_blank(alg->kind, true);
    return finish_key(errors_end(before, key == NULL ? FNT_FAULT_MEMORY : generate_pair(key)), key,
                      out);
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

fnt_status crypto_public_numbers(const crypto_key *key, unsigned char scratch[CRYPTO_NUMBERS_ROOM],
                                 crypto_numbers *out)
{
    *out = (crypto_numbers){0};
    if (key->kind == KEY_SECRET)
        return FNT_FAULT_KEY;
    *out = put_all(scratch, &key->numbers);
    return FNT_OK;
}

fnt_status crypto_public_half(const crypto_key *key, crypto_key **out)
{
    crypto_numbers numbers = key->numbers;
    const char *reason = NULL;
    numbers.secret = crypto_secret(key);
    return crypto_import(key->kind, &numbers, out, &reason);
}

bool crypto_same(const crypto_key *a, const crypto_key *b)
{
    const crypto_numbers *x = &a->numbers, *y = &b->numbers;
    if (a->kind != b->kind || a->bits != b->bits)
        return false;
    if (a->kind == KEY_SECRET)
        return memory_equal(a->secret, b->secret, a->bits / 8);
    return span_equal(x->x, y->x) && span_equal(x->y, y->y) && span_equal(x->n, y->n) &&
           span_equal(x->e, y->e);
}
