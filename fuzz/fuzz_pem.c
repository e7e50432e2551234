/* SPDX-License-Identifier: MIT */
/* Any text as PEM: the blocks lie in the text, one behind the other; and the first bytes of the
 * text, or what the blocks hold, as keys in every form, past the base64 that hides their inside
 * from a fuzzer. */
#include <stdlib.h>

#include "keys/pem/asn1_key.h"
#include "text/base64url.h"
#include "work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static crypto_key *first_of(span text)
{
    pem_block block;
    crypto_key *key = NULL;
    const char *reason = NULL;
    must(pem_next(&text, &block, &reason));
    work_begin();
    fnt_status status = asn1_key_read(&block, &key, &reason);
    work_end(WORK_ASN1, block.block.len);
    must(status == FNT_OK || status == FNT_FAULT_KEY || status == FNT_FAULT_UNSUPPORTED);
    must((status == FNT_OK) == (key != NULL) && reason != NULL);
    return key;
}

/* A key that is taken can be written, and is the same key when it is read again. */
static void use(crypto_key *key)
{
    crypto_key *half = NULL;
    buf text = BUF_EMPTY;
    must(algorithms_for(crypto_kind(key), crypto_bits(key)) != 0);
    must(crypto_public_half(key, &half) == FNT_OK && !crypto_is_private(half) &&
         crypto_equal(key, half));
    must(crypto_public_pem(half, &text) == FNT_OK);
    crypto_free(half);
    half = first_of(buf_span(&text));
    must(half != NULL && crypto_equal(key, half));
    crypto_free(half);
    buf_free(&text);
    if (crypto_is_private(key)) {
        must(crypto_private_pem(key, &text) == FNT_OK);
        half = first_of(buf_span(&text));
        must(half != NULL && crypto_is_private(half) && crypto_equal(key, half));
        crypto_free(half);
        buf_free(&text);
    }
    crypto_free(key);
}

static void armour(span label, span der)
{
    buf text = BUF_EMPTY;
    buf_add(&text, SPAN("-----BEGIN "));
    buf_add(&text, label);
    buf_add(&text, SPAN("-----\n"));
    size_t start = text.len;
    base64url_encode(&text, der);
    for (size_t i = start; i < text.len; i++)
        text.at[i] = text.at[i] == '-' ? '+' : text.at[i] == '_' ? '/' : text.at[i];
    while ((text.len - start) % 4 != 0)
        buf_byte(&text, '=');
    buf_add(&text, SPAN("\n-----END "));
    buf_add(&text, label);
    buf_add(&text, SPAN("-----\n"));
    crypto_key *key = first_of(buf_span(&text));
    if (key != NULL)
        use(key);
    buf_free(&text);
}

static void count_blocks(span text)
{
    span rest = text;
    pem_block block;
    const char *fault = NULL;
    work_begin();
    while (pem_next(&rest, &block, &fault))
        continue;
    work_end(WORK_PEM, text.len);
}

static void as_text(span text)
{
    count_blocks(text);
    span rest = text;
    pem_block block;
    const char *fault = NULL;
    const char *behind = text.at;
    while (pem_next(&rest, &block, &fault)) {
        must(block.block.at >= behind && block.label.at > block.block.at);
        behind = block.block.at + block.block.len;
        must(behind <= text.at + text.len && rest.at == behind &&
             rest.len == (size_t)(text.at + text.len - behind));
        must(fault == NULL);
        must(block.body.at > block.block.at && block.body.at + block.body.len < behind);
        crypto_key *key = first_of(block.block);
        if (key != NULL)
            use(key);
    }
    must(block.label.at == NULL);
    must(fault == NULL || pem_has_block(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const labels[] = {"EC PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY",
                                         "PUBLIC KEY",     "RSA PUBLIC KEY",  "CERTIFICATE"};
    span text = {(const char *)data, size};
    if (pem_has_block(text)) {
        as_text(text);
        return 0;
    }
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        armour(span_of(labels[i]), text);
    return 0;
}
