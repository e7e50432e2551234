/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <assert.h>

static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t utf8_next(span text, uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text.at;
    assert(text.len > 0);
    size_t len = sequence_length(at[0]);
    if (len == 0 || len > text.len)
        return 0;
    uint32_t c = len == 1 ? at[0] : at[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (at[i] & 0x3fU);
    }
    if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *point = c;
    return len;
}

/* Text that is no UTF-8 may be anything: it is cut where it must be. */
span utf8_head(span text, size_t max)
{
    size_t len = max, back = 0;
    if (text.len <= max)
        return text;
    for (; len > 0 && back < 3 && ((unsigned char)text.at[len] & 0xc0) == 0x80; back++)
        len--;
    if (len == 0 || ((unsigned char)text.at[len] & 0xc0) == 0x80)
        len = max;
    return (span){text.at, len};
}
