/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "base/span.h"

Test(span, pieces)
{
    span s = SPAN("a:b");
    cr_expect_null(span_of(NULL).at);
    cr_expect_eq(span_of("ab").len, 2);
    cr_expect(span_equal(span_from(s, 2), SPAN("b")));
    cr_expect_not_null(span_from(s, 3).at, "empty, not absent");
    cr_expect_null(span_from(s, 4).at, "beyond the end");
    cr_expect(span_starts(s, SPAN("a:")));
    cr_expect(span_starts(s, SPAN_NONE));
    cr_expect_not(span_starts(s, SPAN("a:bc")));
    cr_expect_not(span_starts(s, SPAN("b")));
    cr_expect_eq(span_index(s, ':'), 1);
    cr_expect_eq(span_index(s, 'x'), 3);
    cr_expect_eq(span_index(SPAN_NONE, 'x'), 0);
    cr_expect(span_equal(SPAN_NONE, SPAN("")));
    cr_expect_not(span_equal(s, SPAN("a:c")));
    cr_expect_not(span_equal(s, SPAN("a:")));
}

Test(span, fold_is_ascii_only)
{
    cr_expect(span_equal_fold(SPAN("BeArEr"), SPAN("bearer")));
    cr_expect_not(span_equal_fold(SPAN("a"), SPAN("ab")));
    cr_expect_not(span_equal_fold(SPAN("@["), SPAN("`{")), "neighbours of the letters");
    cr_expect_not(span_equal_fold(SPAN("\xc3\x89"), SPAN("\xc3\xa9")), "no locale");
}

/* ---- every length and position, in memory that ends where the text does ---- */

enum { LONGEST = 72 }; /* beyond what span_index reads itself */

static char *exact_copy(const char *from, size_t len)
{
    char *copy = malloc(len == 0 ? 1 : len);
    cr_assert_not_null(copy);
    memcpy(copy, from, len);
    return copy;
}

Test(span, finds_the_first_byte)
{
    char text[LONGEST];
    for (size_t len = 0; len <= LONGEST; len++)
        for (size_t location = 0; location <= len; location++) {
            /* a bit from the colon: what a borrow would turn into one */
            memset(text, ';', sizeof text);
            if (location < len)
                text[location] = ':';
            char *copy = exact_copy(text, len);
            for (size_t start = 0; start <= len; start++)
                cr_expect_eq(span_index((span){copy + start, len - start}, ':'),
                             (location < start ? len : location) - start, "%zu of %zu from %zu",
                             location, len, start);
            free(copy);
        }
}

Test(span, equal_is_what_memcmp_calls_equal)
{
    char text[LONGEST];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i);
    for (size_t len = 0; len <= LONGEST; len++) {
        char *copy = exact_copy(text, len);
        cr_expect(span_equal((span){text, len}, (span){copy, len}));
        for (size_t location = 0; location < len; location++) {
            copy[location] ^= (char)0x80;
            cr_expect_not(span_equal((span){text, len}, (span){copy, len}), "byte %zu of %zu",
                          location, len);
            copy[location] ^= (char)0x80;
        }
        free(copy);
    }
}
