/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_WORD_H
#define FNT_BASE_WORD_H

#include <stdint.h>

#include "base/span.h"

/* Bytes by eight at a time: texts here are short, and a call for each costs more than the work. */

/* Eight bytes, the first one lowest, on every machine; compilers make one load of it. */
static inline uint64_t word_load(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
           (uint64_t)b[7] << 56;
}

static inline uint64_t word_load_half(const char *at) /* four */
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24;
}

static inline uint64_t word_repeat(char c)
{
    return UINT64_C(0x0101010101010101) * (unsigned char)c;
}

/* The top bit of each byte that is zero. Exact for the first of them: a subtraction borrows from
 * the next byte only where it found one. */
static inline uint64_t word_zeros(uint64_t word)
{
    return (word - word_repeat(1)) & ~word & word_repeat('\x80');
}

static inline unsigned word_lowest(uint64_t bits) /* of which one is set */
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned i = 0;
    while ((bits >> i & 1) == 0)
        i++;
    return i;
#endif
}

/* Index of the first c from start on, or s.len. start is at most s.len. */
static inline size_t word_index(span s, size_t start, char c)
{
    const uint64_t wanted = word_repeat(c);
    uint64_t found = 0;
    size_t i = start;
    for (; s.len - i >= 8; i += 8)
        if ((found = word_zeros(word_load(s.at + i) ^ wanted)) != 0)
            return i + word_lowest(found) / 8;
    while (i < s.len && s.at[i] != c)
        i++;
    return i;
}

/* Whether len bytes are equal; most are told apart, or found equal, by two loads, which may
 * overlap. */
static inline bool word_equal(const char *a, const char *b, size_t len)
{
    if (len >= 8)
        return word_load(a) == word_load(b) && word_load(a + len - 8) == word_load(b + len - 8) &&
               (len <= 16 || memcmp(a + 8, b + 8, len - 16) == 0);
    if (len >= 4)
        return word_load_half(a) == word_load_half(b) &&
               word_load_half(a + len - 4) == word_load_half(b + len - 4);
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

#endif
