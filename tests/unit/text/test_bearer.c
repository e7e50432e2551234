/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdlib.h>

#include "text/bearer.h"

enum { MAX = 8 };

/* What a header is without a limit is in tests/vectors/headers.json. */
static const struct {
    const char *value;
    fnt_status status;
    const char *token;
    const char *why;
} rows[] = {
    {"Bearer 12345678", FNT_OK, "12345678", "exactly the limit"},
    {"Bearer 123456789", FNT_REFUSED_SIZE, NULL, "one byte over the limit"},
    {"Bearer          a", FNT_OK, "a", "the spaces do not count towards the limit"},
};

Test(bearer, rule_1_the_limit_is_the_tokens)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span value = span_of(rows[i].value), want = span_of(rows[i].token);
        span token = SPAN("left over");
        fnt_status status = bearer_token(value, MAX, &token);
        cr_expect_eq(status, rows[i].status, "\"%s\": %s (got %d)", rows[i].value, rows[i].why,
                     (int)status);
        cr_expect(span_equal(token, want), "\"%s\": %s", rows[i].value, rows[i].why);
    }
}

Test(bearer, rule_1_does_not_stop_at_a_nul)
{
    span token;
    cr_expect_eq(bearer_token(SPAN("Bearer a\0b"), MAX, &token), FNT_REFUSED_HEADER);
}

Test(bearer, rule_1_knows_its_alphabet)
{
    for (int c = 0; c < 256; c++) {
        char value[] = "Bearer ab";
        value[7] = (char)c;
        span token;
        bool want = c != 0 && strchr("-._~+/ ", c) != NULL;
        want = want || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        fnt_status status = bearer_token((span){value, 9}, MAX, &token);
        cr_expect_eq(status, want ? FNT_OK : FNT_REFUSED_HEADER, "byte %d (got %d)", c,
                     (int)status);
    }
}

Test(bearer, rule_1_a_long_token_is_refused_unseen)
{
    span token = SPAN("left over");
    cr_expect_eq(bearer_token(SPAN("Bearer 1234567\0\0"), MAX, &token), FNT_REFUSED_SIZE);
    cr_expect_null(token.at);
}

/* Long ones are looked at in pieces: a wrong byte is found wherever it stands. All in memory that
 * ends where the value does. */
Test(bearer, rule_1_looks_at_every_byte)
{
    static const size_t lengths[] = {1, 2, 63, 64, 65, 127, 128, 129, 200};
    static const char wrong[] = {' ', ',', '*',  ':',  '@',  '[',        '^',        '`',
                                 '{', '}', 0x7f, '\0', '\n', (char)0x80, (char)0xab, (char)0xff};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        size_t len = 7 + lengths[l];
        char *value = malloc(len);
        span token;
        cr_assert_not_null(value);
        memset(value, 'a', len);
        memcpy(value, "Bearer ", 7);
        cr_expect_eq(bearer_token((span){value, len}, len, &token), FNT_OK, "%zu", len);
        for (size_t at = 8; at < len; at++)
            for (size_t w = 0; w < sizeof wrong; w++) {
                value[at] = wrong[w];
                cr_expect_eq(bearer_token((span){value, len}, len, &token), FNT_REFUSED_HEADER,
                             "%d at %zu of %zu", wrong[w], at, len);
                value[at] = 'a';
            }
        free(value);
    }
}

Test(bearer, rule_1_short_values_are_read_to_their_end)
{
    static const char text[] = "Bearer a";
    for (size_t len = 0; len < sizeof text; len++) {
        char *value = malloc(len == 0 ? 1 : len);
        span token;
        cr_assert_not_null(value);
        memcpy(value, text, len);
        cr_expect_eq(bearer_token((span){value, len}, MAX, &token),
                     len == 8 ? FNT_OK : FNT_REFUSED_HEADER, "%zu", len);
        free(value);
    }
}
