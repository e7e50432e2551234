/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_WORD_H
#define FNT_BASE_WORD_H

#include <stdint.h>

/* Eight bytes at a time (SWAR). Spans are short here: a call into the C library costs more than the
 * work itself. */

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

#endif
