/* SPDX-License-Identifier: MIT */
#include "support/buf_help.h"

#include "base/memory.h"

Test(buf, appends)
{
    buf b = BUF_EMPTY;
    cr_expect(span_equal(buf_span(&b), SPAN("")));
    cr_expect_not_null(buf_span(&b).at, "empty, not absent");
    buf_add(&b, SPAN("abc"));
    buf_add(&b, SPAN_NONE);
    buf_byte(&b, '\0');
    buf_integer(&b, -12);
    memcpy(buf_extend(&b, 2), "xy", 2);
    cr_expect(span_equal(buf_span(&b), SPAN("abc\0-12xy")));
    cr_expect_eq(b.at[b.len], '\0');
    buf_free(&b);
    cr_expect_null(b.at);
}

Test(buf, grows)
{
    buf b = BUF_EMPTY;
    for (int i = 0; i < 5000; i++)
        buf_byte(&b, (char)('a' + i % 26));
    cr_assert_eq(b.len, 5000);
    for (size_t i = 0; i < 5000; i++)
        cr_assert_eq(b.at[i], (char)('a' + i % 26));
    buf_free(&b);
}

Test(buf, takes)
{
    buf b = BUF_EMPTY;
    char *text = NULL;
    size_t len = 9;
    cr_assert_eq(buf_take(&b, &text, &len), FNT_OK);
    cr_expect_str_eq(text, "", "an empty text is a text");
    cr_expect_eq(len, 0);
    memory_free(text);
    buf_add(&b, SPAN("abc"));
    cr_assert_eq(buf_take(&b, &text, &len), FNT_OK);
    cr_expect_str_eq(text, "abc");
    cr_expect_eq(len, 3);
    cr_expect_null(b.at, "given away");
    memory_free(text);
}

Test(buf, cuts)
{
    buf b = BUF_EMPTY;
    buf_cut(&b, 0);
    buf_add(&b, SPAN("abcdef"));
    buf_cut(&b, 6);
    buf_cut(&b, 7);
    cr_expect_eq(b.len, 6, "there is no more to cut");
    buf_cut(&b, 3);
    cr_expect_eq(b.at[3], '\0');
    buf_byte(&b, 'x');
    cr_expect(wrote(&b, "abcx"));
}

Test(buf, remembers_failure)
{
    buf b = BUF_EMPTY;
    char left = 'x', *text = &left;
    size_t len = 9;
    buf_add(&b, SPAN("abc"));
    cr_expect_null(buf_extend(&b, SIZE_MAX));
    cr_expect_null(buf_extend(&b, 1), "what follows fails, too");
    buf_add(&b, SPAN("def"));
    cr_expect_null(buf_span(&b).at);
    cr_expect_eq(buf_take(&b, &text, &len), FNT_FAULT_MEMORY);
    cr_expect_null(text);
    cr_expect_eq(len, 0);
    cr_expect_null(buf_extend(&b, PTRDIFF_MAX - 1), "no memory is as large");
    buf_free(&b);
}

Test(buf, numbers_at_both_ends)
{
    static const struct {
        int64_t number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {9, "9"},
        {10, "10"},
        {-1, "-1"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf b = BUF_EMPTY;
        buf_integer(&b, rows[i].number);
        cr_expect(wrote(&b, rows[i].text));
    }
}

Test(buf, lists)
{
    buf b = BUF_EMPTY;
    buf_add(&b, SPAN("["));
    buf_item(&b, 1, SPAN("a"));
    buf_item(&b, 1, SPAN("b"));
    buf_and_more(&b, 0);
    cr_expect(wrote(&b, "[a, b"));
    buf_item(&b, 0, SPAN("a"));
    buf_and_more(&b, 7);
    cr_expect(wrote(&b, "a and 7 more"));
}
