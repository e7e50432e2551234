/* SPDX-License-Identifier: MIT */
#include "support/buf_help.h"

#include "base/escape.h"

static const struct {
    const char *text, *printed, *json, *why;
} escapes[] = {
    {"dev:env", "dev:env", "\"dev:env\"", "plain"},
    {"", "", "\"\"", "nothing"},
    {"a\"b\\c", "a\"b\\c", "\"a\\\"b\\\\c\"", "JSON's own"},
    {"a\nb\rc\td", "a\\nb\\rc\\td", "\"a\\u000ab\\u000dc\\u0009d\"", "line breaks"},
    {"\x1b[31m", "\\u{001b}[31m", "\"\\u001b[31m\"", "a terminal's escape"},
    {"\x7f", "\\u{007f}", "\"\\u007f\"", "DEL"},
    {"\xc2\x9b", "\\u{009b}", "\"\\u009b\"", "C1: an escape of one byte for some terminals"},
    {"\xc2\xa0\xc2\xad", "\\u{00a0}\\u{00ad}", "\"\\u00a0\\u00ad\"",
     "looks like a space, or nothing"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
     "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "letters"},
    {"\xe2\x80\xae", "\\u{202e}", "\"\\u202e\"", "right to left"},
    {"\xe2\x81\xa6\xd8\x9c", "\\u{2066}\\u{061c}", "\"\\u2066\\u061c\"", "isolates and marks"},
    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}", "\"\\u2028\\u2029\"",
     "line breaks of Unicode"},
    {"\xe2\x80\x8b\xef\xbb\xbf", "\\u{200b}\\u{feff}", "\"\\u200b\\ufeff\"", "no width"},
    {"\xe1\xa0\x8e\xef\xbf\xb9", "\\u{180e}\\u{fff9}", "\"\\u180e\\ufff9\"",
     "no width, annotation"},
    {"\xcd\x8f\xe1\x85\x9f\xe1\x85\xa0\xe3\x85\xa4\xef\xbe\xa0",
     "\\u{034f}\\u{115f}\\u{1160}\\u{3164}\\u{ffa0}", "\"\\u034f\\u115f\\u1160\\u3164\\uffa0\"",
     "a joiner, and letters that are blank"},
    {"\xe2\xa0\x80\xe2\xa0\x81", "\\u{2800}\xe2\xa0\x81", "\"\\u2800\xe2\xa0\x81\"",
     "the blank of Braille, not its letters"},
    {"\xef\xb8\x80\xef\xb8\x8f\xef\xb8\x90", "\\u{fe00}\\u{fe0f}\xef\xb8\x90",
     "\"\\ufe00\\ufe0f\xef\xb8\x90\"", "variation selectors"},
    {"\xf3\xa0\x84\x80\xf3\xa0\x87\xaf", "\\u{0e0100}\\u{0e01ef}",
     "\"\\udb40\\udd00\\udb40\\uddef\"", "and their supplement"},
    {"\xf3\xa0\x81\x81", "\\u{0e0041}", "\"\\udb40\\udc41\"", "tags: a hidden text"},
    {"\xff", "\\xff", "\"\xef\xbf\xbd\"", "no UTF-8"},
    {"\x80z", "\\x80z", "\"\xef\xbf\xbdz\"", "begins in the middle"},
    {"\xc0\xaf", "\\xc0\\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"", "overlong"},
    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
     "overlong in three"},
    {"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "overlong in four"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "a surrogate"},
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "beyond Unicode"},
    {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "beyond Unicode"},
    {"a\xe2\x82", "a\\xe2\\x82", "\"a\xef\xbf\xbd\xef\xbf\xbd\"", "cut off"},
    {"\xe2\x41\x41",
     "\\xe2"
     "AA",
     "\"\xef\xbf\xbd"
     "AA\"",
     "no continuation"},
};

Test(escape, rule_26_nothing_raw_gets_out)
{
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        buf b = BUF_EMPTY;
        escape_print(&b, span_of(escapes[i].text));
        cr_expect(wrote(&b, escapes[i].printed), "%s", escapes[i].why);
        escape_json(&b, span_of(escapes[i].text));
        cr_expect(wrote(&b, escapes[i].json), "%s", escapes[i].why);
    }
}

Test(escape, rule_26_of_all_bytes_only_visible_ascii_stays)
{
    for (int c = 0; c < 256; c++) {
        buf b = BUF_EMPTY;
        char byte = (char)c;
        escape_print(&b, (span){&byte, 1});
        cr_expect_eq(b.len == 1 && b.at[0] == byte, c >= 0x20 && c < 0x7f, "%02x", (unsigned)c);
        for (size_t i = 0; i < b.len; i++)
            cr_assert(b.at[i] >= 0x20 && b.at[i] < 0x7f);
        buf_free(&b);
    }
}

/* As UTF-8 would have it, also what it forbids. */
static void put_point(buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    buf_byte(out, (char)(unsigned char)((0xf00U >> (more + 1)) | c >> 6 * more));
    while (more-- > 0)
        buf_byte(out, (char)(unsigned char)(0x80 | (c >> 6 * more & 0x3f)));
}

/* What Unicode has no picture for, or one that misleads, is spelled out; a look at each character
 * on both sides of each border. */
Test(escape, rule_26_each_character_is_shown_or_spelled_out)
{
    enum { HIDDEN = 4247 }; /* 151, and the 4096 of the plane of tags */
    size_t spelled_out = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        buf text = BUF_EMPTY, printed = BUF_EMPTY, json = BUF_EMPTY;
        put_point(&text, c);
        escape_print(&printed, buf_span(&text));
        escape_json(&json, buf_span(&text));
        bool as_it_is = span_equal(buf_span(&printed), buf_span(&text));
        bool ours = c == '"' || c == '\\', surrogate = c >= 0xd800 && c <= 0xdfff;
        spelled_out += !as_it_is && !surrogate;
        cr_assert_eq(json.len == text.len + 2, as_it_is && !ours, "U+%04X", (unsigned)c);
        buf_free(&json), buf_free(&printed), buf_free(&text);
    }
    cr_expect_eq(spelled_out, HIDDEN, "%zu", spelled_out);
}

Test(escape, a_nul_is_a_character)
{
    buf b = BUF_EMPTY;
    escape_print(&b, SPAN("a\0b"));
    cr_expect(wrote(&b, "a\\u{0000}b"));
    escape_json(&b, SPAN("a\0b"));
    cr_expect(wrote(&b, "\"a\\u0000b\""));
}
