/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_HEX_H
#define FNT_BASE_HEX_H

#include "base/span.h"

/* 0 to 15; -1 for what is no hexadecimal digit. */
static inline int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%XX" at the start of text stands for (RFC 3986, 2.1); -1 if that is not there. */
static inline int hex_percent(span text)
{
    if (text.len < 3 || text.at[0] != '%')
        return -1;
    int high = hex_digit(text.at[1]), low = hex_digit(text.at[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

#endif
