/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdlib.h>

#include "text/bearer.h"

enum { MAX = 8 };

static const struct {
    const char *value; /* NULL: no header */
    fnt_status status;
    const char *token;
    const char *why;
} rows[] = {
    {NULL, FNT_REFUSED_NO_TOKEN, NULL, "no header: ask for a token"},
    {"Bearer a.b.c", FNT_OK, "a.b.c", "the usual"},
    {"bearer a.b.c", FNT_OK, "a.b.c", "RFC 9110, 11.1: the scheme has no case"},
    {"BEARER   a.b.c", FNT_OK, "a.b.c", "one space or more"},
    {"Bearer ab==", FNT_OK,
     "ab==", "RFC 6750's alphabet, not JWS's: the next stage refuses it better"},
    {"Bearer 12345678", FNT_OK, "12345678", "exactly the limit"},
    {"Bearer 123456789", FNT_REFUSED_SIZE, NULL, "one byte over the limit"},
    {"", FNT_REFUSED_HEADER, NULL, "an empty header is not an absent one"},
    {"a.b.c", FNT_REFUSED_HEADER, NULL, "the incumbent took a token without a scheme"},
    {"Bearer", FNT_REFUSED_HEADER, NULL, "scheme alone"},
    {"Bearer ", FNT_REFUSED_HEADER, NULL, "no token"},
    {"Bearera.b.c", FNT_REFUSED_HEADER, NULL, "another scheme that begins the same"},
    {"Bearer\ta.b.c", FNT_REFUSED_HEADER, NULL, "a tab is no space"},
    {"Bearer a.b c", FNT_REFUSED_HEADER, NULL, "text after the token"},
    {"Bearer a, b", FNT_REFUSED_HEADER, NULL, "two headers, joined by a comma"},
    {"Bearer ==", FNT_REFUSED_HEADER, NULL, "padding of nothing"},
    {"Bearer a=b", FNT_REFUSED_HEADER, NULL, "padding inside"},
    {"Bearer a\n", FNT_REFUSED_HEADER, NULL, "a line break behind the token"},
    {"Bearer a\xc3\xa4", FNT_REFUSED_HEADER, NULL, "not ASCII"},
    {" Bearer a", FNT_REFUSED_HEADER, NULL, "the parser has taken the spaces off already"},
    {"Bearer          a", FNT_OK, "a", "the spaces do not count towards the limit"},
    {"Basic YTpi", FNT_REFUSED_HEADER, NULL, "another scheme"},
    {"bearEs a", FNT_REFUSED_HEADER, NULL, "another scheme, of the same length"},
};

Test(bearer, rule_1_finds_exactly_one_token)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        span value = rows[i].value ? (span){rows[i].value, strlen(rows[i].value)} : SPAN_NONE;
        span want = rows[i].token ? (span){rows[i].token, strlen(rows[i].token)} : SPAN_NONE;
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
