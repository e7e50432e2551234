/* SPDX-License-Identifier: MIT */
#include "keys/jwk_write.h"

#include "base/escape.h"
#include "text/base64url.h"

void jwk_add_number(buf *out, const char *before, span number)
{
    buf_add(out, span_of(before));
    base64url_encode(out, number);
    buf_byte(out, '"');
}

fnt_status jwk_write(const named_key *k, buf *out)
{
    const crypto_numbers *numbers = crypto_public_numbers(k->key);
    const algorithm *alg = algorithm_of(k->algorithms); /* NULL if there are several */
    if (crypto_kind(k->key) == KEY_SECRET)
        return FNT_FAULT_KEY;

    if (crypto_kind(k->key) == KEY_RSA) {
        jwk_add_number(out, "{\"kty\":\"RSA\",\"n\":\"", numbers->n);
        jwk_add_number(out, ",\"e\":\"", numbers->e);
    } else {
        buf_add(out, numbers->y.at == NULL ? SPAN("{\"kty\":\"OKP\",\"crv\":\"")
                                           : SPAN("{\"kty\":\"EC\",\"crv\":\""));
        buf_add(out, span_of(key_curve(crypto_kind(k->key))));
        jwk_add_number(out, "\",\"x\":\"", numbers->x);
        if (numbers->y.at != NULL)
            jwk_add_number(out, ",\"y\":\"", numbers->y);
    }
    buf_add(out, SPAN(",\"kid\":"));
    escape_json(out, named_key_id(k));
    buf_add(out, SPAN(",\"use\":\"sig\""));
    if (alg != NULL) {
        buf_add(out, SPAN(",\"alg\":\""));
        buf_add(out, span_of(alg->name));
        buf_byte(out, '"');
    }
    buf_byte(out, '}');
    return out->failed ? FNT_FAULT_MEMORY : FNT_OK;
}
