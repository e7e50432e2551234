/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdalign.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/escape.h"
#include "base/memory.h"
#include "base/refcount.h"
#include "base/report.h"
#include "base/status.h"
#include "base/word.h"

static bool says(buf *b, const char *text) /* empties it, too */
{
    bool equal = span_equal(buf_span(b), span_of(text));
    if (!equal)
        cr_log_error("%.*s instead of %s", (int)b->len, b->at == NULL ? "" : b->at, text);
    buf_free(b);
    return equal;
}

/* ---- span ---------------------------------------------------------------- */

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

/* ---- memory -------------------------------------------------------------- */

Test(memory, zeroed_and_aligned)
{
    static const size_t sizes[] = {0, 1, 7, 64, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *block = memory_alloc(sizes[i]);
        cr_assert_not_null(block, "%zu", sizes[i]);
        cr_expect_eq((uintptr_t)block % alignof(max_align_t), 0, "%zu", sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            cr_assert_eq(block[k], 0);
        memory_free(block);
    }
    memory_free(NULL);
}

Test(memory, absurd_sizes_are_refused)
{
    cr_expect_null(memory_alloc(SIZE_MAX));
    cr_expect_null(memory_alloc(PTRDIFF_MAX));
    cr_expect_null(memory_alloc_array(SIZE_MAX / 2 + 2, 2), "the product is 2 if it overflows");
    cr_expect_null(memory_alloc_array(2, SIZE_MAX));
    cr_expect_null(memory_strndup((span){"x", SIZE_MAX - 1}));
    void *none = memory_alloc_array(0, 8), *nothing = memory_alloc_array(8, 0);
    cr_expect_not_null(none);
    cr_expect_not_null(nothing);
    memory_free(none), memory_free(nothing);
}

Test(memory, text_is_terminated)
{
    char *absent = memory_strndup(SPAN_NONE), *text = memory_strndup((span){"abcd", 2});
    cr_expect_str_eq(absent, "");
    cr_expect_str_eq(text, "ab");
    memory_free(absent), memory_free(text);
}

Test(memory, rule_16_wipes)
{
    char secret[8] = "secret!";
    memory_cleanse(secret + 1, 5);
    cr_expect_arr_eq(secret, "s\0\0\0\0\0!", 8, "these bytes and no others");
    memory_cleanse(secret, 0);
    cr_expect_eq(secret[0], 's');
}

Test(memory, rule_47_each_byte_of_each_length_counts)
{
    unsigned char a[140], b[140];
    for (size_t i = 0; i < sizeof a; i++)
        a[i] = b[i] = (unsigned char)(i * 7);
    for (size_t len = 0; len < 100; len++) {
        for (size_t start = 0; start < 9; start += 4) {
            cr_assert(memory_equal(a + start, b + start, len), "%zu", len);
            for (size_t i = 0; i < sizeof a; i++) {
                b[i] ^= (unsigned char)(1 << i % 8);
                cr_assert_eq(memory_equal(a + start, b + start, len), i < start || i >= start + len,
                             "byte %zu of %zu", i, len);
                b[i] = a[i];
            }
        }
    }
}

Test(memory, knows_its_size)
{
    char *block = memory_alloc(77);
    cr_expect_eq(memory_size(block), 77);
    cr_expect_eq(memory_size(NULL), 0);
    memory_free(block);
}

Test(memory, rule_47_equal)
{
    cr_expect(memory_equal("abc", "abc", 3));
    cr_expect(memory_equal("abc", "xyz", 0));
    cr_expect_not(memory_equal("abc", "abd", 3));
    cr_expect_not(memory_equal("xbc", "abc", 3));
    cr_expect_not(memory_equal("\x80", "\0", 1));
    cr_expect_not(memory_equal("ab", "ba", 2), "differences do not cancel out");
}

/* ---- buf ----------------------------------------------------------------- */

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
    cr_expect(says(&b, "abcx"));
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
        cr_expect(says(&b, rows[i].text));
    }
}

/* ---- escape -------------------------------------------------------------- */

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
        cr_expect(says(&b, escapes[i].printed), "%s", escapes[i].why);
        escape_json(&b, span_of(escapes[i].text));
        cr_expect(says(&b, escapes[i].json), "%s", escapes[i].why);
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
    cr_expect(says(&b, "a\\u{0000}b"));
    escape_json(&b, SPAN("a\0b"));
    cr_expect(says(&b, "\"a\\u0000b\""));
}

/* ---- moment -------------------------------------------------------------- */

Test(moment, rule_18_no_overflow)
{
    static const struct {
        int64_t a, b, plus, minus;
    } rows[] = {
        {1, 2, 3, -1},
        {-5, 5, 0, -10},
        {INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
        {INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
        {INT64_MIN, 1, INT64_MIN + 1, INT64_MIN},
        {INT64_MIN, -1, INT64_MIN, INT64_MIN + 1},
        {INT64_MAX, INT64_MAX, INT64_MAX, 0},
        {INT64_MIN, INT64_MIN, INT64_MIN, 0},
        {0, INT64_MIN, INT64_MIN, INT64_MAX},
        {5, INT64_MIN, INT64_MIN + 5, INT64_MAX},
        {-1, INT64_MIN, INT64_MIN, INT64_MAX},
        {-2, INT64_MIN, INT64_MIN, INT64_MAX - 1},
        {INT64_MIN, INT64_MAX, -1, INT64_MIN},
        {-1, INT64_MAX, INT64_MAX - 1, INT64_MIN},
        {-2, INT64_MAX, INT64_MAX - 2, INT64_MIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(time_plus(rows[i].a, rows[i].b), rows[i].plus, "row %zu", i);
        cr_expect_eq(time_minus(rows[i].a, rows[i].b), rows[i].minus, "row %zu", i);
    }
}

Test(moment, possible)
{
    cr_expect(time_is_possible(1));
    cr_expect(time_is_possible(99999999999));
    cr_expect_not(time_is_possible(0), "forgotten");
    cr_expect_not(time_is_possible(-1));
    cr_expect_not(time_is_possible(100000000000), "milliseconds");
}

Test(moment, lengths)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "0 s"},
        {1, "1 s"},
        {59, "59 s"},
        {60, "1 min"},
        {303, "5 min 3 s"},
        {3599, "59 min 59 s"},
        {3600, "1 h"},
        {3601, "1 h"},
        {11520, "3 h 12 min"},
        {86399, "23 h 59 min"},
        {86400, "1 d"},
        {187200, "2 d 4 h"},
        {86400 + 60, "1 d"},
        {INT64_MAX, "106751991167300 d 15 h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf b = BUF_EMPTY;
        duration_print(&b, rows[i].seconds);
        cr_expect(says(&b, rows[i].text));
    }
}

/* ---- shared -------------------------------------------------------------- */

Test(refcount, the_last_holder_knows)
{
    refcount s;
    refcount_init(&s);
    refcount_acquire(&s);
    cr_expect_not(refcount_release(&s));
    cr_expect(refcount_release(&s));
}

/* ---- report -------------------------------------------------------------- */

static const char *field(const fnt_report *report, size_t entry, int32_t number)
{
    return report_text(report, entry, number).at;
}

Test(report, summary_and_entries)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    cr_expect_null(field(report, 0, FNT_FIELD_KIND), "nothing yet");
    report_start(report);
    report_summary_field(report, FNT_FIELD_ISSUER, SPAN("https://gw"));
    cr_expect_eq(report_refuse(report, FNT_REFUSED_ISSUER, "iss is %; % is expected",
                               SPANS(SPAN("a\n"), SPAN("b"))),
                 FNT_REFUSED_ISSUER);
    report_entry(report, "condition", "missing");
    report_field(report, FNT_FIELD_CLAIM, SPAN("groups"));
    report_field(report, FNT_FIELD_ACTUAL, SPAN_NONE);
    report_sentence(report, "% is missing, at 100%", SPANS(SPAN("groups")));
    report_entry(report, "note", NULL);
    cr_expect_eq(report_finish(report, FNT_REFUSED_ISSUER), FNT_REFUSED_ISSUER);

    cr_expect_str_eq(field(report, 0, FNT_FIELD_KIND), "summary");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "issuer");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_ISSUER), "https://gw");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "iss is a\\n; b is expected");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_OUTCOME), "missing");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_CLAIM), "groups");
    cr_expect_null(field(report, 1, FNT_FIELD_ACTUAL), "absent sets nothing");
    cr_expect_str_eq(field(report, 1, FNT_FIELD_SENTENCE), "groups is missing, at 100%");
    cr_expect_str_eq(field(report, 2, FNT_FIELD_KIND), "note");
    cr_expect_null(field(report, 2, FNT_FIELD_OUTCOME));
    cr_expect_str_eq(field(report, 2, FNT_FIELD_SENTENCE), "",
                     "an entry has a sentence, or loops would end too early");
    cr_expect_null(field(report, 3, FNT_FIELD_SENTENCE));
    cr_expect_null(field(report, 0, FNT_FIELD_SENTENCE - 1));
    cr_expect_null(field(report, 0, FNT_FIELD_TOKEN_ID + 100));
    report_free(report);
}

Test(report, starts_anew)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_unlimited(report);
    report_refuse(report, FNT_REFUSED_AGE, "first", NO_SPANS);
    report_refuse(report, FNT_REFUSED_AGE, "second", NO_SPANS);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "second", "the later one");
    report_entry(report, "note", NULL);
    report_start(report);
    cr_expect_null(field(report, 1, FNT_FIELD_KIND));
    cr_expect_eq(report_finish(report, FNT_OK), FNT_OK);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "Allowed.", "the status's own sentence");
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "ok");
    for (int i = 0; i < 300; i++)
        report_entry(report, "note", NULL);
    cr_expect_null(field(report, REPORT_ENTRIES - 1, FNT_FIELD_KIND), "it is limited again");
    report_free(report);
}

Test(report, says_more)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_append_sentence(report, "too early", NO_SPANS);
    report_start(report);
    report_append_sentence(report, "one %", SPANS(SPAN("a\n")));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "one a\\n", "the first words");
    report_append_sentence(report, "two %", SPANS(SPAN("\\n")));
    cr_expect_str_eq(field(report, 0, FNT_FIELD_SENTENCE), "one a\\n two \\n",
                     "nothing is escaped twice");
    report_append_sentence(NULL, "x", NO_SPANS);
    report_free(report);
}

Test(report, a_status_said_before_stays)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_summary_field(report, FNT_FIELD_STATUS, SPAN("expired"));
    cr_expect_eq(report_finish(report, FNT_OAUTH_SUBJECT), FNT_OAUTH_SUBJECT);
    cr_expect_str_eq(field(report, 0, FNT_FIELD_STATUS), "expired",
                     "of a subject token, the precise one");
    report_free(report);
}

Test(report, entries_are_limited_and_counted)
{
    fnt_report *report = NULL;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    for (int i = 0; i < 300; i++) {
        report_entry(report, "pattern", "failed");
        report_field(report, FNT_FIELD_PATTERN, i < 254 ? SPAN("kept") : SPAN("lost"));
        report_sentence(report, i < 254 ? "kept" : "lost", NO_SPANS);
    }
    cr_expect_str_eq(field(report, 254, FNT_FIELD_PATTERN), "kept",
                     "a lost entry's fields go nowhere");
    cr_expect_str_eq(field(report, 254, FNT_FIELD_SENTENCE), "kept");
    report_finish(report, FNT_DENIED_PERMISSION);
    cr_expect_str_eq(field(report, 255, FNT_FIELD_SENTENCE), "46 more entries are not shown.");
    cr_expect_null(field(report, 256, FNT_FIELD_KIND));

    report_start(report);
    report_unlimited(report);
    for (int i = 0; i < 300; i++)
        report_entry(report, "warning", NULL);
    report_finish(report, FNT_OK);
    cr_expect_str_eq(field(report, 300, FNT_FIELD_KIND), "warning");
    cr_expect_null(field(report, 301, FNT_FIELD_KIND));
    report_free(report);
}

Test(report, json)
{
    fnt_report *report = NULL;
    char *text = NULL;
    size_t len = 0;
    cr_assert_eq(report_new(&report), FNT_OK);
    report_start(report);
    report_refuse(report, FNT_DENIED_RESOURCE, "say \"%\"", SPANS(SPAN("a\nb")));
    report_entry(report, "note", NULL);
    report_finish(report, FNT_DENIED_RESOURCE);
    cr_assert_eq(report_json(report, &text, &len), FNT_OK);
    cr_expect_str_eq(
        text,
        "[{\"sentence\":\"say "
        "\\\"a\\\\nb\\\"\",\"kind\":\"summary\",\"status\":\"resource\"},{\"kind\":\"note\"}]");
    cr_expect_eq(len, strlen(text));
    memory_free(text);
    report_free(report);

    cr_assert_eq(report_json(NULL, &text, &len), FNT_OK);
    cr_expect_str_eq(text, "[]");
    memory_free(text);
}

Test(report, nobody_listens)
{
    fnt_report *unstarted = NULL;
    cr_assert_eq(report_new(&unstarted), FNT_OK);
    fnt_report *const both[] = {NULL, unstarted};
    for (size_t i = 0; i < 2; i++) {
        report_summary_field(both[i], FNT_FIELD_ISSUER, SPAN("x"));
        report_entry(both[i], "note", NULL);
        report_field(both[i], FNT_FIELD_CLAIM, SPAN("x"));
        report_sentence(both[i], "x", NO_SPANS);
        cr_expect_eq(report_refuse(both[i], FNT_REFUSED_AGE, "x", NO_SPANS), FNT_REFUSED_AGE);
        cr_expect_eq(report_finish(both[i], FNT_REFUSED_AGE), FNT_REFUSED_AGE);
        cr_expect_null(field(both[i], 0, FNT_FIELD_SENTENCE));
    }
    report_start(NULL);
    report_unlimited(NULL);
    cr_expect_not(report_wanted(NULL));
    cr_expect(report_wanted(unstarted));
    report_free(NULL);
    report_free(unstarted);
}

/* ---- status -------------------------------------------------------------- */

Test(status, http)
{
    static const struct {
        fnt_status status;
        int32_t http;
        const char *why;
    } rows[] = {
        {FNT_OK, 200, "the one yes"},
        {FNT_FAULT_MEMORY, 500, "a fault"},
        {FNT_FAULT_NOT_READY, 503, "rule 25: come back later"},
        {FNT_WOULD_ALLOW, 500, "rule 50: a dry run is no yes"},
        {99, 500, "a fault to come"},
        {FNT_REFUSED_NO_TOKEN, 401, "refused"},
        {199, 401, "to come"},
        {FNT_DENIED_PERMISSION, 403, "denied"},
        {299, 403, "to come"},
        {FNT_OAUTH_TARGET, 400, "OAuth"},
        {399, 400, "to come"},
        {400, 500, "no range"},
        {-1, 500, "no range"},
        {INT32_MIN, 500, "no range"},
        {INT32_MAX, 500, "no range"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(status_http(rows[i].status), rows[i].http, "%d: %s", (int)rows[i].status,
                     rows[i].why);
}

static bool is_word(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name) && name[0] != '\0';
}

Test(status, each_has_its_own_word_and_sentence)
{
    size_t known = 0;
    for (fnt_status i = 0; i < 400; i++) {
        if (strcmp(status_name(i), "unknown") == 0)
            continue;
        known++;
        cr_expect(is_word(status_name(i)), "%s", status_name(i));
        size_t len = strlen(status_sentence(i));
        cr_expect_eq(status_sentence(i)[len - 1], '.', "%s", status_sentence(i));
        for (fnt_status k = 0; k < i; k++)
            cr_expect_str_neq(status_name(i), status_name(k), "%d and %d", (int)i, (int)k);
    }
    cr_expect_eq(known, 1 + 12 + 2 + 19 + 4 + 7, "as many as the header has");
    cr_expect_str_eq(status_name(-5), "unknown");
    cr_expect_not_null(status_sentence(12345));
    cr_expect_null(status_oauth(12345));
}

Test(status, oauth)
{
    static const struct {
        fnt_status status;
        const char *error;
    } rows[] = {
        {FNT_REFUSED_HEADER, "invalid_request"},
        {FNT_REFUSED_EXPIRED, "invalid_token"},
        {FNT_DENIED_PERMISSION, "insufficient_scope"},
        {FNT_OAUTH_REQUEST, "invalid_request"},
        {FNT_OAUTH_GRANT_TYPE, "unsupported_grant_type"},
        {FNT_OAUTH_SCOPE, "invalid_scope"},
        {FNT_OAUTH_SUBJECT, "invalid_request"},
        {FNT_OAUTH_NO_ROLE, "invalid_request"},
        {FNT_OAUTH_TARGET, "invalid_target"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(status_oauth(rows[i].status), rows[i].error, "%s",
                         status_name(rows[i].status));
    cr_expect_null(status_oauth(FNT_REFUSED_NO_TOKEN),
                   "RFC 6750, 3.1: no error code where no token was sent");
    cr_expect_null(status_oauth(FNT_OK));
}

/* ---- every length and every position, in memory that ends where the text does  */

enum { WORD_TEXT = 72 };

static char *exact_copy(const char *from, size_t len)
{
    char *copy = malloc(len == 0 ? 1 : len);
    cr_assert_not_null(copy);
    memcpy(copy, from, len);
    return copy;
}

Test(span, finds_the_first_byte)
{
    char text[WORD_TEXT];
    for (size_t len = 0; len <= WORD_TEXT; len++)
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
    char text[WORD_TEXT];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i);
    for (size_t len = 0; len <= WORD_TEXT; len++) {
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
