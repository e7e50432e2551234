/* SPDX-License-Identifier: MIT */
#include "support/test.h"

#include "text/base64url.h"

enum { LONGEST = 200 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const struct {
    const char *text;
    const char *bytes; /* NULL: refused */
    const char *why;
} rows[] = {
    {"", "", "nothing is nothing"},
    {"Zg", "f", "RFC 4648, 10, without its padding"},
    {"Zm8", "fo", "RFC 4648, 10"},
    {"Zm9v", "foo", "RFC 4648, 10"},
    {"Zm9vYg", "foob", "RFC 4648, 10"},
    {"Zm9vYmE", "fooba", "RFC 4648, 10"},
    {"Zm9vYmFy", "foobar", "RFC 4648, 10"},
    {"-_-_", "\xfb\xff\xbf", "the two characters that standard base64 lacks"},
    {"+/+/", NULL, "the two of standard base64"},
    {"Zg==", NULL, "padding"},
    {"Zm8=", NULL, "padding"},
    {"Zm9v====", NULL, "padding where none could be"},
    {"Z", NULL, "no byte has six bits"},
    {"Zm9vZ", NULL, "length 1 modulo 4"},
    {"Zh", NULL, "unused bits that are not zero"},
    {"Zm9", NULL, "unused bits that are not zero"},
    {" Zg", NULL, "white space before"},
    {"Zg ", NULL, "white space behind"},
    {"Zm9v\n", NULL, "a line break behind"},
    {"Zm\n9v", NULL, "a line break inside"},
    {"Zm9v\r\nYg", NULL, "lines as MIME has them"},
    {"Zm.v", NULL, "a dot"},
    {"Z\xc3\xa4g", NULL, "not ASCII"},
};

Test(base64url, rule_3_decodes_strictly)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char out[16] = {0};
        bool good = base64url_decode(span_of(rows[i].text), out);
        cr_expect_eq(good, rows[i].bytes != NULL, "\"%s\": %s", rows[i].text, rows[i].why);
        if (rows[i].bytes == NULL || !good)
            continue;
        size_t len = strlen(rows[i].bytes);
        cr_expect_eq(base64url_decoded(strlen(rows[i].text)), len, "\"%s\": %s", rows[i].text,
                     rows[i].why);
        cr_expect_eq(memcmp(out, rows[i].bytes, len), 0, "\"%s\": %s", rows[i].text, rows[i].why);
    }
}

static void fill(unsigned char *bytes, size_t len)
{
    uint32_t seed = (uint32_t)len + 1;
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(seed >> 24);
    }
}

Test(base64url, rule_3_every_length_comes_back)
{
    for (size_t len = 0; len <= LONGEST; len++) {
        unsigned char in[LONGEST], out[LONGEST + 1];
        buf text = BUF_EMPTY;
        fill(in, len);
        memset(out, 0xa5, sizeof out);
        base64url_encode(&text, (span){(const char *)in, len});
        cr_assert_eq(base64url_decoded(text.len), len);
        cr_assert(base64url_decode(buf_span(&text), out), "%zu bytes", len);
        cr_expect_eq(memcmp(in, out, len), 0, "%zu bytes", len);
        cr_expect_eq(out[len], 0xa5, "%zu bytes: one more was written", len);
        buf_free(&text);
    }
}

/* Of the texts that differ in the last character only, exactly those whose unused bits are zero are
 * taken. */
Test(base64url, rule_3_one_text_for_each_run_of_bytes)
{
    for (size_t len = 1; len <= 12; len++) {
        unsigned char in[LONGEST], out[LONGEST];
        buf text = BUF_EMPTY;
        size_t taken = 0;
        fill(in, len);
        base64url_encode(&text, (span){(const char *)in, len});
        for (size_t i = 0; i < 64; i++) {
            text.at[text.len - 1] = alphabet[i];
            taken += base64url_decode(buf_span(&text), out) ? 1 : 0;
        }
        cr_expect_eq(taken,
                     len % 3 == 0   ? 64
                     : len % 3 == 2 ? 16
                                    : 4,
                     "%zu bytes: %zu texts", len, taken);
        buf_free(&text);
    }
}

Test(base64url, rule_3_any_byte_anywhere)
{
    for (size_t len = 2; len <= 12; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int c = 0; c < 256; c++) {
                char text[12];
                unsigned char out[12];
                memset(text, 'A', sizeof text);
                text[at] = (char)c;
                bool inside = c != 0 && strchr(alphabet, c) != NULL;
                bool good = base64url_decode((span){text, len}, out);
                if (!inside || len % 4 == 1)
                    cr_expect(!good, "byte %d at %zu of %zu", c, at, len);
                else if (at + 1 < len || len % 4 == 0)
                    cr_expect(good, "byte %d at %zu of %zu", c, at, len);
            }
        }
    }
}

static const struct {
    const char *text, *bytes; /* NULL: refused */
    int32_t unusual;
    const char *why;
} others[] = {
    {"", "", 0, "nothing is nothing"},
    {"Zm9vYg", "foob", 0, "as RFC 7515 has it"},
    {"-_-_", "\xfb\xff\xbf", 0, "as RFC 7515 has it"},
    {"+/+/", "\xfb\xff\xbf", BASE64_STANDARD, "the other alphabet"},
    {"Zg==", "f", BASE64_PADDED, "padding"},
    {"Zm8=", "fo", BASE64_PADDED, "padding"},
    {"-w==", "\xfb", BASE64_PADDED, "padding and the alphabet of RFC 7515"},
    {"+/8=", "\xfb\xff", BASE64_STANDARD | BASE64_PADDED, "both"},
    {"-/+_", NULL, 0, "a mix in four characters"},
    {"+AAAAAA_", NULL, 0, "a mix far apart"},
    {"-AAAAAA/", NULL, 0, "a mix far apart"},
    {"Zg=", NULL, 0, "too little padding"},
    {"Zm8==", NULL, 0, "too much padding"},
    {"Zm9v=", NULL, 0, "padding where none may be"},
    {"Zm9v====", NULL, 0, "padding where none may be"},
    {"=", NULL, 0, "padding of nothing"},
    {"Z===", NULL, 0, "no byte has six bits"},
    {"Zh==", NULL, 0, "unused bits that are not zero"},
    {"Z=g=", NULL, 0, "padding inside"},
    {"Zg==\n", NULL, 0, "a line break behind"},
    {"Zm9v Zg==", NULL, 0, "a blank inside"},
};

Test(base64url, rule_3_public_numbers_as_others_write_them)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        unsigned char out[16] = {0};
        size_t len = 0;
        int32_t unusual = -1;
        bool good = base64_decode_any(span_of(others[i].text), out, &len, &unusual);
        cr_expect_eq(good, others[i].bytes != NULL, "%s", others[i].why);
        if (!good || others[i].bytes == NULL)
            continue;
        cr_expect(span_equal((span){(char *)out, len}, span_of(others[i].bytes)), "%s",
                  others[i].why);
        cr_expect_eq(unusual, others[i].unusual, "%s", others[i].why);
    }
}

Test(base64url, appends_to_what_is_there)
{
    buf text = BUF_EMPTY;
    buf_add(&text, SPAN("a."));
    base64url_encode(&text, SPAN("foob"));
    base64url_encode(&text, SPAN(""));
    cr_expect(span_equal(buf_span(&text), SPAN("a.Zm9vYg")));
    buf_free(&text);
}

Test(base64url, rule_44_more_than_memory_holds_is_a_failure)
{
    buf text = BUF_EMPTY;
    base64url_encode(&text, (span){"", SIZE_MAX});
    cr_expect(text.failed);
    cr_expect_null(buf_span(&text).at);
    buf_free(&text);

    buf failed = {NULL, 0, 0, true};
    base64url_encode(&failed, SPAN("foo"));
    cr_expect_null(buf_span(&failed).at, "what failed stays failed");
}
