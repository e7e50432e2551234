/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_SPAN_H
#define FNT_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns. {NULL, 0} is "absent"; a span of length 0 that points somewhere is
 * "empty". */
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

static inline bool span_equal(span a, span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool span_starts(span s, span with)
{
    return s.len >= with.len && (with.len == 0 || memcmp(s.at, with.at, with.len) == 0);
}

/* Index of the first c, or s.len. */
static inline size_t span_index(span s, char c)
{
    const char *found = s.len == 0 ? NULL : memchr(s.at, c, s.len);
    return found == NULL ? s.len : (size_t)(found - s.at);
}

/* ASCII only: the locale must not decide who gets in. */
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
