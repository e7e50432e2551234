/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_UTF8_H
#define FNT_BASE_UTF8_H

#include <stdint.h>

#include "base/span.h"

/* Length of the UTF-8 sequence that text begins with, or 0 if it is none (RFC 3629: no surrogates,
 * nothing overlong); its code point in *point. text is not empty. */
size_t utf8_next(span text, uint32_t *point);

/* How many bytes at the start of text are of sequences beyond ASCII: mostly of two bytes. */
static inline size_t utf8_beyond_ascii(span text)
{
    const char *at = text.at, *end = at + text.len;
    uint32_t point;
    while (at < end && (unsigned char)*at >= 0x80) {
        bool two = end - at > 1 && ((unsigned char)at[0] & 0xe0) == 0xc0 &&
                   (unsigned char)at[0] > 0xc1 && ((unsigned char)at[1] & 0xc0) == 0x80;
        size_t len = two ? 2 : utf8_next((span){at, (size_t)(end - at)}, &point);
        if (len == 0)
            break;
        at += len;
    }
    return (size_t)(at - text.at);
}

/* The beginning of text: at most max bytes, none of a character that would be cut in two. */
span utf8_head(span text, size_t max);

#endif
