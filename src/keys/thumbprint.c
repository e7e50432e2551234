/* SPDX-License-Identifier: MIT */
#include "keys/thumbprint.h"

#include "keys/jwk_write.h"
#include "text/base64url.h"

_Static_assert((int)THUMBPRINT_SIZE == (CRYPTO_SHA256 * 4 + 2) / 3, "SHA-256 as base64url");

/* The required members in the order of their names, without spaces (RFC 7638, 3). */
static void write_canonical(const crypto_key *key, const crypto_numbers *numbers, buf *out)
{
    if (crypto_kind(key) == KEY_SECRET) {
        jwk_add_number(out, "{\"k\":\"", numbers->secret);
        buf_add(out, SPAN(",\"kty\":\"oct\"}"));
    } else if (crypto_kind(key) == KEY_RSA) {
        jwk_add_number(out, "{\"e\":\"", numbers->e);
        jwk_add_number(out, ",\"kty\":\"RSA\",\"n\":\"", numbers->n);
        buf_byte(out, '}');
    } else {
        buf_add(out, SPAN("{\"crv\":\""));
        buf_add(out, span_of(key_curve(crypto_kind(key))));
        jwk_add_number(out,
                       numbers->y.at == NULL ? "\",\"kty\":\"OKP\",\"x\":\""
                                             : "\",\"kty\":\"EC\",\"x\":\"",
                       numbers->x);
        if (numbers->y.at != NULL)
            jwk_add_number(out, ",\"y\":\"", numbers->y);
        buf_byte(out, '}');
    }
}

fnt_status jwk_thumbprint(const crypto_key *key, char out[THUMBPRINT_SIZE])
{
    unsigned char hash[CRYPTO_SHA256];
    buf text = BUF_EMPTY;
    write_canonical(key, crypto_public_numbers(key), &text);
    fnt_status status = text.failed ? FNT_FAULT_MEMORY : crypto_sha256(buf_span(&text), hash);
    buf_free(&text);
    if (status == FNT_OK)
        base64url_encode(&text, (span){(const char *)hash, sizeof hash});
    if (text.failed)
        status = FNT_FAULT_MEMORY;
    if (status == FNT_OK)
        memcpy(out, buf_span(&text).at, THUMBPRINT_SIZE);
    buf_free(&text);
    return status;
}
