/* SPDX-License-Identifier: MIT */
#include "keys/pem/pem.h"

#include "text/base64url.h"

#define BEGIN SPAN("-----BEGIN ")
#define END SPAN("-----END ")
#define DASHES SPAN("-----")

/* Index of the first occurrence of what, or text.len. */
static size_t find(span text, span what)
{
    for (size_t at = 0; at < text.len; at++) {
        at += span_index(span_from(text, at), what.at[0]);
        if (span_starts(span_from(text, at), what))
            return at;
    }
    return text.len;
}

static bool is_label_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
}

/* The label that after begins with, dashes behind it; absent if there is none. */
static span label_of(span after)
{
    size_t len = 0;
    while (len < after.len && is_label_byte(after.at[len]))
        len++;
    return len > 0 && span_starts(span_from(after, len), DASHES) ? (span){after.at, len}
                                                                 : SPAN_NONE;
}

static bool is_encrypted(span label, span block)
{
    return span_equal(label, SPAN("ENCRYPTED PRIVATE KEY")) ||
           find(block, SPAN("Proc-Type: 4,ENCRYPTED")) < block.len;
}

/* The length of the block that text begins with; 0 and *fault if it has no proper end. */
static size_t block_length(span text, span label, const char **fault)
{
    size_t body = BEGIN.len + label.len + DASHES.len;
    size_t end = body + find(span_from(text, body), END);
    span inside = {text.at + body, end - body};
    if (end == text.len || find(inside, BEGIN) < inside.len) {
        *fault = "a BEGIN line without its END line";
        return 0;
    }
    if (!span_equal(label_of(span_from(text, end + END.len)), label)) {
        *fault = "an END line that names something else than its BEGIN line";
        return 0;
    }
    return end + END.len + label.len + DASHES.len;
}

/* One block, or nothing; *text then begins behind it. */
static bool next_of_any_kind(span *text, pem_block *out, const char **fault)
{
    span from = span_from(*text, find(*text, BEGIN));
    if (from.len == 0)
        return false;

    span label = label_of(span_from(from, BEGIN.len));
    if (label.at == NULL) {
        *fault = "a BEGIN line without a label in capitals";
        return false;
    }
    size_t len = block_length(from, label, fault);
    if (len == 0)
        return false;

    span block = {from.at, len};
    size_t before = BEGIN.len + label.len + DASHES.len, behind = END.len + label.len + DASHES.len;
    *out = (pem_block){
        label, block, {from.at + before, len - before - behind}, is_encrypted(label, block)};
    *text = span_from(from, len);
    return true;
}

bool pem_next(span *text, pem_block *out, const char **fault)
{
    *fault = NULL;
    *out = (pem_block){.encrypted = false};
    while (next_of_any_kind(text, out, fault))
        /* the key behind it names its curve again */
        if (!span_equal(out->label, SPAN("EC PARAMETERS")))
            return true;
    *out = (pem_block){.encrypted = false};
    return false;
}

/* Rewrites base64 as base64url, for which there is a strict decoder. False: padding of the wrong
 * length or in the wrong place, or base64url already. */
static bool to_base64url(span body, buf *out)
{
    size_t pads = 0;
    for (size_t i = 0; i < body.len; i++) {
        char c = body.at[i];
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
            continue;
        pads += c == '=' ? 1 : 0;
        if (c == '-' || c == '_' || (pads > 0 && c != '='))
            return false;
        if (c != '=')
            buf_byte(out, c == '+' ? '-' : c == '/' ? '_' : c);
    }
    return (out->len + pads) % 4 == 0 && pads < 3;
}

fnt_status pem_decode(span body, buf *out)
{
    buf text = BUF_EMPTY;
    bool good = to_base64url(body, &text) && text.len > 0;
    unsigned char *bytes =
        text.failed ? NULL : (unsigned char *)buf_extend(out, base64url_decoded(text.len));
    fnt_status status = bytes == NULL ? FNT_FAULT_MEMORY : FNT_OK;
    if (status == FNT_OK && (!good || !base64url_decode(buf_span(&text), bytes)))
        status = FNT_FAULT_KEY;
    buf_free(&text);
    return status;
}

bool pem_has_block(span text)
{
    return find(text, BEGIN) < text.len;
}
