/* SPDX-License-Identifier: MIT */
/* What a key is, whichever crypto library is behind it. */
#include <assert.h>

#include "base/memory.h"
#include "keys/crypto/backend.h"
#include "keys/crypto/checks.h"

/* ---- making and freeing -------------------------------------------------- */

static crypto_key *blank(key_kind kind, bool is_private)
{
    crypto_key *key = memory_alloc(sizeof *key);
    if (key != NULL) {
        refcount_init(&key->refs);
        key->kind = kind;
        key->is_private = is_private;
    }
    return key;
}

crypto_key *crypto_ref(crypto_key *key)
{
    refcount_acquire(&key->refs);
    return key;
}

void crypto_free(crypto_key *key)
{
    if (key == NULL || !refcount_release(&key->refs))
        return;
    backend_free(key->native);
    memory_free(key->bytes);
    memory_free(key);
}

/* The key goes out or, unless status is FNT_OK, away. */
static fnt_status finish(fnt_status status, crypto_key *key, crypto_key **out)
{
    if (status == FNT_OK)
        *out = key;
    else
        crypto_free(key);
    return status;
}

static span copy(unsigned char **next, span number)
{
    span copied = {(const char *)*next, number.len};
    if (number.at == NULL)
        return SPAN_NONE;
    memcpy(*next, number.at, number.len);
    *next += number.len;
    return copied;
}

/* The key's own copy of its public numbers or its secret: they are asked for and compared more
 * often than a library should have to work them out. */
static fnt_status keep(crypto_key *key, const crypto_numbers *n)
{
    unsigned char *next = key->bytes =
        memory_alloc(n->x.len + n->y.len + n->n.len + n->e.len + n->secret.len);
    if (next == NULL)
        return FNT_FAULT_MEMORY;
    key->numbers.x = copy(&next, n->x);
    key->numbers.y = copy(&next, n->y);
    key->numbers.n = copy(&next, n->n);
    key->numbers.e = copy(&next, n->e);
    key->numbers.secret = copy(&next, n->secret);
    key->bits = key_bits(key->kind, n);
    assert(key->bits > 0 && key->bits <= RSA_BITS_MAX);
    return FNT_OK;
}

static fnt_status keep_public_numbers(crypto_key *key)
{
    unsigned char scratch[BACKEND_NUMBERS_MAX];
    crypto_numbers numbers = {0};
    fnt_status status = backend_public_numbers(key, scratch, &numbers);
    return status == FNT_OK ? keep(key, &numbers) : status;
}

/* ---- from numbers -------------------------------------------------------- */

static const algorithm *first_algorithm(const crypto_key *key)
{
    int32_t all = algorithms_for(key->kind, key->bits);
    assert(all != 0);
    return algorithm_of(all & -all);
}

/* Whether what one half signs the other verifies. Libraries check the result of an RSA signature
 * and call a wrong one a failure of their own. */
static fnt_status try_halves(const crypto_key *key, const char **reason)
{
    unsigned char signature[CRYPTO_SIGNATURE_MAX];
    size_t len = 0;
    const span text = SPAN("Do both halves belong together?");
    const algorithm *alg = first_algorithm(key);
    fnt_status status = crypto_sign(key, alg, text, signature, &len);
    if (status == FNT_OK)
        status = crypto_verify(key, alg, text, (span){(const char *)signature, len});
    return status == FNT_FAULT_CRYPTO || status == FNT_REFUSED_SIGNATURE
               ? refuse_key(reason, key_halves_mismatch)
               : status;
}

/* Nothing to check where the public half was worked out. Of Ed25519 it always is. */
static fnt_status check_halves(const crypto_key *key, const crypto_numbers *given,
                               const char **reason)
{
    if (given->d.at == NULL || (given->x.at == NULL && given->n.at == NULL))
        return FNT_OK;
    if (key->kind != KEY_ED25519)
        return try_halves(key, reason);
    return span_equal(given->x, key->numbers.x) ? FNT_OK : refuse_key(reason, key_halves_mismatch);
}

static fnt_status import(crypto_key *key, const crypto_numbers *numbers, const char **reason)
{
    fnt_status status = key->kind == KEY_SECRET ? keep(key, numbers) : FNT_OK;
    if (status == FNT_OK)
        status = backend_import(key, numbers, reason);
    if (status != FNT_OK || key->kind == KEY_SECRET)
        return status;
    status = keep_public_numbers(key);
    return status == FNT_OK ? check_halves(key, numbers, reason) : status;
}

fnt_status crypto_import(key_kind kind, const crypto_numbers *numbers, crypto_key **out,
                         const char **reason)
{
    crypto_numbers checked = *numbers;
    *out = NULL;
    *reason = "there is no memory for it, or no random numbers to try it with";
    if (kind == KEY_ED25519 && (crypto_algorithms() & FNT_EDDSA) == 0) {
        *reason = key_no_ed25519;
        return FNT_FAULT_UNSUPPORTED;
    }
    fnt_status status = key_check(kind, &checked, reason);
    if (status != FNT_OK)
        return status;
    crypto_key *key = blank(kind, kind == KEY_SECRET || checked.d.at != NULL);
    return key == NULL ? FNT_FAULT_MEMORY : finish(import(key, &checked, reason), key, out);
}

fnt_status crypto_public_half(const crypto_key *key, crypto_key **out)
{
    const char *reason = NULL;
    return crypto_import(key->kind, &key->numbers, out, &reason);
}

/* ---- generating ---------------------------------------------------------- */

static fnt_status generate_secret(size_t len, crypto_key **out)
{
    unsigned char secret[CRYPTO_SECRET_MAX];
    const char *reason = NULL;
    assert(len <= sizeof secret);
    fnt_status status = crypto_random(secret, len);
    if (status == FNT_OK)
        status = crypto_import(KEY_SECRET, &(crypto_numbers){.secret = {(const char *)secret, len}},
                               out, &reason);
    memory_cleanse(secret, sizeof secret);
    return status;
}

fnt_status crypto_generate(const algorithm *alg, crypto_key **out)
{
    *out = NULL;
    if ((crypto_algorithms() & alg->bit) == 0)
        return FNT_FAULT_UNSUPPORTED;
    if (alg->kind == KEY_SECRET)
        return generate_secret(alg->signature, out);
    crypto_key *key = blank(alg->kind, true);
    if (key == NULL)
        return FNT_FAULT_MEMORY;
    fnt_status status = backend_generate(key);
    return finish(status == FNT_OK ? keep_public_numbers(key) : status, key, out);
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

const crypto_numbers *crypto_public_numbers(const crypto_key *key)
{
    return &key->numbers;
}

bool crypto_equal(const crypto_key *a, const crypto_key *b)
{
    const crypto_numbers *x = &a->numbers, *y = &b->numbers;
    if (a->kind != b->kind || a->bits != b->bits)
        return false;
    if (a->kind == KEY_SECRET)
        return memory_equal(x->secret.at, y->secret.at, x->secret.len);
    return span_equal(x->x, y->x) && span_equal(x->y, y->y) && span_equal(x->n, y->n) &&
           span_equal(x->e, y->e);
}

fnt_status crypto_private_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET || !key->is_private ? FNT_FAULT_KEY
                                                       : backend_private_pem(key, out);
}

fnt_status crypto_public_pem(const crypto_key *key, buf *out)
{
    return key->kind == KEY_SECRET ? FNT_FAULT_KEY : backend_public_pem(key, out);
}

/* ---- verifying and signing ----------------------------------------------- */

static fnt_status verify_hmac(const crypto_key *key, const algorithm *alg, span bytes,
                              span signature)
{
    unsigned char expected[CRYPTO_SIGNATURE_MAX];
    assert(alg->signature <= sizeof expected);
    fnt_status status = backend_hmac(key, alg, bytes, expected);
    if (status == FNT_OK && !memory_equal(expected, signature.at, signature.len))
        status = FNT_REFUSED_SIGNATURE;
    memory_cleanse(expected, alg->signature);
    return status;
}

fnt_status crypto_verify(const crypto_key *key, const algorithm *alg, span signed_bytes,
                         span signature)
{
    if (key->kind != alg->kind || signature.len != algorithm_signature(alg, key->bits))
        return FNT_REFUSED_SIGNATURE;
    return key->kind == KEY_SECRET ? verify_hmac(key, alg, signed_bytes, signature)
                                   : backend_verify(key, alg, signed_bytes, signature);
}

fnt_status crypto_sign(const crypto_key *key, const algorithm *alg, span signed_bytes,
                       unsigned char *signature, size_t *len)
{
    *len = 0;
    if (key->kind != alg->kind || !key->is_private)
        return FNT_FAULT_KEY;
    size_t length = algorithm_signature(alg, key->bits);
    assert(length <= CRYPTO_SIGNATURE_MAX);
    fnt_status status = key->kind == KEY_SECRET
                            ? backend_hmac(key, alg, signed_bytes, signature)
                            : backend_sign(key, alg, signed_bytes, signature, length);
    if (status == FNT_OK)
        *len = length;
    return status;
}
