/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_BASE64URL_H
#define FNT_TEXT_BASE64URL_H

#include "base/buf.h"

/* RFC 4648, 5 without padding, as RFC 7515, 2 uses it. Each byte string has exactly one encoding
 * (rule 3). */

/* Bytes that len characters decode to; meaningless for a length that cannot be decoded. */
static inline size_t base64url_decoded(size_t len)
{
    return len / 4 * 3 + (len % 4 > 1 ? len % 4 - 1 : 0);
}

static inline bool base64url_has(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Decodes all of text into out, of base64url_decoded(text.len) bytes. False, and
 * out holds nothing of use: a character outside the alphabet (padding, white space and line breaks
 * too), a length of 1 modulo 4, or unused bits that are not zero. The empty text decodes to
 * nothing. */
bool base64url_decode(span text, unsigned char *out);

/* As other programs write it: whole in the alphabet of RFC 4648, 4 as well (+ and /, not mixed with
 * - and _), and padded as that asks. Two encodings of one byte string are then possible, so it is
 * for public numbers alone (rule 3). *unusual: what was found of it, as bits. */
enum { BASE64_STANDARD = 1, BASE64_PADDED = 2 };
bool base64_decode_any(span text, unsigned char *out, size_t *len, int32_t *unusual);

void base64url_encode(buf *out, span bytes);

#endif
