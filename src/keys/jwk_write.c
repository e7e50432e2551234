/* SPDX-License-Identifier: MIT */
/* The public half of a key as JSON: its canonical form, which the thumbprint hashes, and the JWK. */
#include "base/escape.h"
#include "keys/jwk.h"
#include "text/base64url.h"

/* ---- thumbprint ---------------------------------------------------------- */

static void add_member(buf *out, const char *before, span bytes)
{
    buf_add(out, span_of(before));
    base64url_encode(out, bytes);
    buf_byte(out, '"');
}

/* The required members in the order of their names, no spaces (RFC 7638, 3). */
static void write_canonical(const crypto_key *key, const crypto_numbers *numbers, buf *out)
{
    if (crypto_kind(key) == KEY_SECRET) {
        add_member(out, "{\"k\":\"", numbers->secret);
        buf_add(out, SPAN(",\"kty\":\"oct\"}"));
    } else if (crypto_kind(key) == KEY_RSA) {
        add_member(out, "{\"e\":\"", numbers->e);
        add_member(out, ",\"kty\":\"RSA\",\"n\":\"", numbers->n);
        buf_byte(out, '}');
    } else {
        buf_add(out, SPAN("{\"crv\":\""));
        buf_add(out, span_of(key_curve(crypto_kind(key))));
        add_member(out,
                   numbers->y.at == NULL ? "\",\"kty\":\"OKP\",\"x\":\""
                                         : "\",\"kty\":\"EC\",\"x\":\"",
                   numbers->x);
        if (numbers->y.at != NULL)
            add_member(out, ",\"y\":\"", numbers->y);
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

/* ---- the JWK ------------------------------------------------------------- */

fnt_status jwk_write(const named_key *k, buf *out)
{
    const crypto_numbers *numbers = crypto_public_numbers(k->key);
    const algorithm *alg = algorithm_of(k->algorithms); /* NULL if there are several */
    if (crypto_kind(k->key) == KEY_SECRET)
        return FNT_FAULT_KEY;

    if (crypto_kind(k->key) == KEY_RSA) {
        add_member(out, "{\"kty\":\"RSA\",\"n\":\"", numbers->n);
        add_member(out, ",\"e\":\"", numbers->e);
    } else {
        buf_add(out, numbers->y.at == NULL ? SPAN("{\"kty\":\"OKP\",\"crv\":\"")
                                           : SPAN("{\"kty\":\"EC\",\"crv\":\""));
        buf_add(out, span_of(key_curve(crypto_kind(k->key))));
        add_member(out, "\",\"x\":\"", numbers->x);
        if (numbers->y.at != NULL)
            add_member(out, ",\"y\":\"", numbers->y);
    }
    buf_add(out, SPAN(",\"kid\":"));
    escape_json(out, (span){k->kid, k->kid_len});
    buf_add(out, SPAN(",\"use\":\"sig\""));
    if (alg != NULL) {
        buf_add(out, SPAN(",\"alg\":\""));
        buf_add(out, span_of(alg->name));
        buf_byte(out, '"');
    }
    buf_byte(out, '}');
    return out->failed ? FNT_FAULT_MEMORY : FNT_OK;
}
