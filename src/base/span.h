/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_SPAN_H
#define FNT_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/word.h"

/* Bytes that are owned elsewhere. {NULL, 0} is "absent"; a span of length 0 that points somewhere
 * is "empty". */
typedef struct {
    const char *at;
    size_t len;
} span;

typedef struct {
    const span *at;
    size_t count;
} spans;

#define SPAN_NONE ((span){NULL, 0})
#define SPAN(literal) ((span){(literal), sizeof(literal) - 1})
#define SPANS(...)                                                                                 \
    ((spans){(const span[]){__VA_ARGS__}, sizeof((const span[]){__VA_ARGS__}) / sizeof(span)})
#define NO_SPANS ((spans){NULL, 0})

/* of a NUL-terminated string of ours; NULL is absent */
static inline span span_of(const char *text)
{
    return (span){text, text == NULL ? 0 : strlen(text)};
}

static inline span span_from(span s, size_t start)
{
    if (start == 0) /* also of an absent one: nothing may be added to NULL */
        return s;
    return start <= s.len ? (span){s.at + start, s.len - start} : SPAN_NONE;
}

/* Nearly all are told apart, or found equal, by two loads, which may overlap. */
static inline bool span_equal(span a, span b)
{
    if (a.len != b.len)
        return false;
    if (a.len >= 8)
        return word_load(a.at) == word_load(b.at) &&
               word_load(a.at + a.len - 8) == word_load(b.at + a.len - 8) &&
               (a.len <= 16 || memcmp(a.at + 8, b.at + 8, a.len - 16) == 0);
    if (a.len >= 4)
        return word_load_half(a.at) == word_load_half(b.at) &&
               word_load_half(a.at + a.len - 4) == word_load_half(b.at + a.len - 4);
    for (size_t i = 0; i < a.len; i++)
        if (a.at[i] != b.at[i])
            return false;
    return true;
}

static inline bool span_starts(span s, span with)
{
    return s.len >= with.len && span_equal((span){s.at, with.len}, with);
}

/* Index of the first c, or s.len. The last load overlaps bytes that were found not to be c. */
static inline size_t span_index(span s, char c)
{
    enum { SHORT = 64 }; /* beyond it memchr is worth its call */
    const uint64_t wanted = word_repeat(c);
    size_t i = 0;
    if (s.len > SHORT) {
        const char *found = memchr(s.at, c, s.len);
        return found == NULL ? s.len : (size_t)(found - s.at);
    }
    while (s.len >= 8) {
        uint64_t found = word_zeros(word_load(s.at + i) ^ wanted);
        if (found != 0)
            return i + word_lowest(found) / 8;
        if (i == s.len - 8)
            return s.len;
        i = i + 16 <= s.len ? i + 8 : s.len - 8;
    }
    while (i < s.len && s.at[i] != c)
        i++;
    return i;
}

/* ASCII only: the locale must not decide about access. */
static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline bool span_equal_fold(span a, span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    return true;
}

#endif
