/* SPDX-License-Identifier: MIT */
#include "keys/named_key.h"

#include <assert.h>

#include "base/memory.h"
#include "keys/roca.h"
#include "keys/thumbprint.h"

static fnt_status set_algorithms(named_key *k, const algorithm *alg, const char **reason)
{
    int32_t fitting = algorithms_for(crypto_kind(k->key), crypto_bits(k->key));
    k->algorithms = alg == NULL ? fitting : fitting & alg->bit;
    if (k->algorithms != 0)
        return FNT_OK;
    if (crypto_kind(k->key) == KEY_SECRET && (alg == NULL || alg->kind == KEY_SECRET))
        return refuse_key(reason, "its secret is shorter than the hash (HS256 takes 32 bytes or "
                                  "more, HS384 48, HS512 64)");
    return refuse_key(reason, "its alg \"%\" does not fit its kty or curve");
}

static fnt_status check_origin(const crypto_key *key, const char **reason)
{
    if (crypto_kind(key) == KEY_RSA && roca_is(crypto_public_numbers(key)->n))
        return refuse_key(reason,
                          "it was made by a generator whose RSA keys can be factored (ROCA)");
    return FNT_OK;
}

static fnt_status set_kid(named_key *k, span kid, const char **reason)
{
    char thumbprint[THUMBPRINT_SIZE];
    if (kid.len > KID_MAX)
        return refuse_key(reason, "its kid is longer than 2048 bytes");
    if (kid.at == NULL) {
        fnt_status status = jwk_thumbprint(k->key, thumbprint);
        if (status != FNT_OK)
            return status;
        kid = (span){thumbprint, THUMBPRINT_SIZE};
    }
    k->kid = memory_strndup(kid);
    k->kid_len = kid.len;
    return k->kid == NULL ? FNT_FAULT_MEMORY : FNT_OK;
}

fnt_status named_key_make(crypto_key *key, span kid, const algorithm *alg, named_key *out,
                          const char **reason)
{
    *out = (named_key){key, NULL, 0, kid.at == NULL, 0};
    fnt_status status = set_algorithms(out, alg, reason);
    if (status == FNT_OK)
        status = check_origin(key, reason);
    if (status == FNT_OK)
        status = set_kid(out, kid, reason);
    assert(status != FNT_OK || (out->algorithms != 0 && out->kid != NULL));
    if (status != FNT_OK)
        named_key_clear(out);
    return status;
}

void named_key_clear(named_key *k)
{
    crypto_free(k->key);
    memory_free(k->kid);
    *k = NAMED_KEY_NONE;
}
