/* SPDX-License-Identifier: MIT */
/* Making and preparing keys, and their numbers. */
#include "keys/crypto/openssl/common.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "base/memory.h"

#ifndef OSSL_SIGNATURE_PARAM_NONCE_TYPE
#define OSSL_SIGNATURE_PARAM_NONCE_TYPE                                                            \
    "nonce-type" /* from 3.2 on; the library that is running counts, not these headers */
#endif

void backend_free(native_key *key)
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
    memory_free(key);
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

/* RFC 6979. OpenSSL before 3.2 ignores the parameter and draws the nonce from a generator that
 * notices a fork() and mixes in the private number and the hash, so that two texts never share one
 * even if its random bytes repeat (rule 16). */
static bool set_nonce(EVP_PKEY_CTX *way, const algorithm *alg)
{
    unsigned int deterministic = 1;
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_uint(OSSL_SIGNATURE_PARAM_NONCE_TYPE, &deterministic),
        OSSL_PARAM_construct_end()};
    return !key_is_ec(alg->kind) || EVP_PKEY_CTX_set_params(way, parameters) == 1;
}

/* The flag: a copy is used once, so OpenSSL need not copy it again before it ends. */
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

static bool ready_mac(EVP_MAC_CTX **out, span secret, const algorithm *alg)
{
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)hash_name(alg), 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    *out = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    return *out != NULL && EVP_MAC_init(*out, bytes(secret), secret.len, parameters) == 1;
}

static bool ready_for(const crypto_key *key, const algorithm *alg)
{
    native_key *native = key->native;
    size_t i = context_index(alg);
    if (key->kind == KEY_SECRET)
        return ready_mac(&native->mac[alg->hash], key->numbers.secret, alg);
    return ready(&native->verifying[i], native->pair, alg, false) &&
           (!key->is_private || ready(&native->signing[i], native->pair, alg, true));
}

static fnt_status prepare(const crypto_key *key)
{
    for (int32_t bit = 1, all = crypto_algorithms(); bit <= all; bit *= 2) {
        const algorithm *alg = algorithm_of(all & bit);
        if (alg != NULL && alg->kind == key->kind && !ready_for(key, alg))
            return FNT_FAULT_CRYPTO;
    }
    return FNT_OK;
}

/* ---- from numbers -------------------------------------------------------- */

static fnt_status import_pair(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    switch (key->kind) {
    case KEY_SECRET:
        return FNT_OK;
    case KEY_RSA:
        return pair_rsa(key, numbers, reason);
    case KEY_ED25519:
        return pair_edwards(key, numbers);
    default:
        return pair_ec(key, numbers, reason);
    }
}

fnt_status backend_import(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    key->native = memory_alloc(sizeof *key->native);
    if (key->native == NULL)
        return FNT_FAULT_MEMORY;
    errors before = errors_begin();
    fnt_status status = import_pair(key, numbers, reason);
    return errors_end(before, status == FNT_OK ? prepare(key) : status);
}

/* ---- generating ---------------------------------------------------------- */

static EVP_PKEY *generate_pair(key_kind kind)
{
    if (kind == KEY_RSA) /* its exponent is RSA_EXPONENT_MADE by default */
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS_MADE);
    if (kind == KEY_ED25519)
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", key_curve(kind));
}

fnt_status backend_generate(crypto_key *key)
{
    key->native = memory_alloc(sizeof *key->native);
    if (key->native == NULL)
        return FNT_FAULT_MEMORY;
    errors before = errors_begin();
    key->native->pair = generate_pair(key->kind);
    return errors_end(before, key->native->pair == NULL ? FNT_FAULT_CRYPTO : prepare(key));
}

/* ---- its numbers --------------------------------------------------------- */

static bool rsa_number(const EVP_PKEY *pair, const char *name, unsigned char *scratch, span *out)
{
    BIGNUM *number = NULL;
    int len = EVP_PKEY_get_bn_param(pair, name, &number) == 1 ? BN_bn2bin(number, scratch) : 0;
    BN_free(number);
    *out = (span){(const char *)scratch, (size_t)len};
    return len > 0;
}

static bool rsa_numbers(const EVP_PKEY *pair, unsigned char *scratch, crypto_numbers *out)
{
    return rsa_number(pair, OSSL_PKEY_PARAM_RSA_N, scratch, &out->n) &&
           rsa_number(pair, OSSL_PKEY_PARAM_RSA_E, scratch + out->n.len, &out->e);
}

/* An uncompressed point (SEC 1, 2.3.3): 4, x, y; of Ed25519 x alone. */
static bool point_numbers(const crypto_key *key, unsigned char *scratch, crypto_numbers *out)
{
    size_t len = 0, half = key_coordinate(key->kind), skip = key_is_ec(key->kind) ? 1 : 0;
    if (EVP_PKEY_get_octet_string_param(key->native->pair, OSSL_PKEY_PARAM_PUB_KEY, scratch,
                                        BACKEND_NUMBERS_MAX, &len) != 1)
        return false;
    assert(len == skip + half * (skip + 1));
    out->x = (span){(const char *)scratch + skip, half};
    out->y = skip == 0 ? SPAN_NONE : (span){(const char *)scratch + skip + half, half};
    return true;
}

fnt_status backend_public_numbers(const crypto_key *key, unsigned char scratch[BACKEND_NUMBERS_MAX],
                                  crypto_numbers *out)
{
    errors before = errors_begin();
    bool good = key->kind == KEY_RSA ? rsa_numbers(key->native->pair, scratch, out)
                                     : point_numbers(key, scratch, out);
    return errors_end(before, good ? FNT_OK : FNT_FAULT_CRYPTO);
}
