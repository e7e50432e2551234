/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"

enum { LARGEST_GROWTH = 8 }; /* one byte to eight, as in \u{0000} */

/* What one character becomes; the longest is a surrogate pair, \udb40\udc01. */
typedef struct {
    char at[12];
    size_t len;
} piece;

/* Controls, what breaks a line or turns the direction of reading, and all that shows nothing, or as
 * little as a space does: Unicode's Default_Ignorable_Code_Point, the annotations at U+FFF9, the
 * blank of Braille. In ascending order. */
static bool is_hidden(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x0000, 0x001f}, {0x007f, 0x00a0},   {0x00ad, 0x00ad},   {0x034f, 0x034f},
        {0x061c, 0x061c}, {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200f}, {0x2028, 0x202f},   {0x2060, 0x206f},   {0x2800, 0x2800},
        {0x3164, 0x3164}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden && hidden[i].first <= c; i++)
        if (c <= hidden[i].last)
            return true;
    return false;
}

static void put_byte(piece *p, char c)
{
    assert(p->len < sizeof p->at);
    p->at[p->len++] = c;
}

static void put(piece *p, const char *text)
{
    while (*text != '\0')
        put_byte(p, *text++);
}

static void put_hex(piece *p, uint32_t number, int digits, const char *alphabet)
{
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        put_byte(p, alphabet[number >> shift & 0xf]);
}

static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

/* ---- the forms: each spells out one character, or leaves it as it is ------ */

static void plain(piece *p, uint32_t c)
{
    if (c == '\n' || c == '\r' || c == '\t') {
        put(p, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
    } else if (is_hidden(c)) {
        put(p, "\\u{");
        put_hex(p, c, c > 0xffff ? 6 : 4, lower);
        put_byte(p, '}');
    }
}

static void json(piece *p, uint32_t c)
{
    if (c == '"' || c == '\\') {
        put_byte(p, '\\');
        put_byte(p, (char)c);
    } else if (is_hidden(c) && c > 0xffff) { /* RFC 8259, 7: as a surrogate pair */
        put(p, "\\u");
        put_hex(p, 0xd7c0 + (c >> 10), 4, lower);
        put(p, "\\u");
        put_hex(p, 0xdc00 + (c & 0x3ff), 4, lower);
    } else if (is_hidden(c)) {
        put(p, "\\u");
        put_hex(p, c, 4, lower);
    }
}

/* RFC 3986, 2.1; byte by byte, so that what is no UTF-8 needs no case of its own. */
static void header(piece *p, unsigned char byte)
{
    if (byte > ' ' && byte < 0x7f && byte != '%')
        return;
    put_byte(p, '%');
    put_hex(p, byte, 2, upper);
}

/* Whether one of eight bytes may be changed by the form. Bytes above 0x7e have their top bit set,
 * or get it from an addition of 1. */
static bool any_special(uint64_t bytes, int32_t form)
{
    const uint64_t ones = word_repeat(1), first = form == FNT_ESCAPE_HEADER ? '!' : ' ';
    uint64_t found = bytes | (bytes + ones) | word_zeros(bytes ^ word_repeat('"')) |
                     word_zeros(bytes ^ word_repeat('\\')) | word_zeros(bytes ^ word_repeat('%')) |
                     ((bytes - ones * first) & ~bytes);
    return (found & word_repeat('\x80')) != 0;
}

/* How many bytes of a text's beginning the form leaves as they are, whatever follows: hardly any
 * text has others. */
static size_t unchanged(span text, int32_t form)
{
    size_t i = 0;
    while (text.len - i >= 8 && !any_special(word_load(text.at + i), form))
        i += 8;
    for (; i < text.len; i++) {
        char c = text.at[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' ||
            (c == ' ' && form == FNT_ESCAPE_HEADER))
            break;
    }
    return i;
}

/* Takes the first character, or a run of those that stay, off *text; the answer lies in it or in
 * *p. */
static span escape_next(span *text, int32_t form, piece *p)
{
    uint32_t c = 0;
    size_t run = unchanged(*text, form);
    if (run > 0) {
        span same = {text->at, run};
        *text = span_from(*text, run);
        return same;
    }
    size_t len = form == FNT_ESCAPE_HEADER ? 1 : utf8_next(*text, &c);
    p->len = 0;
    if (form == FNT_ESCAPE_HEADER) {
        header(p, (unsigned char)text->at[0]);
    } else if (len == 0 && form == FNT_ESCAPE_JSON) {
        put(p, "\xef\xbf\xbd");
    } else if (len == 0) {
        put(p, "\\x");
        put_hex(p, (unsigned char)text->at[0], 2, lower);
    } else if (form == FNT_ESCAPE_JSON) {
        json(p, c);
    } else {
        plain(p, c);
    }
    len = len == 0 ? 1 : len;
    span escaped = p->len > 0 ? (span){p->at, p->len} : (span){text->at, len};
    *text = span_from(*text, len);
    return escaped;
}

/* ---- where it goes ------------------------------------------------------- */

static void escape_add(buf *out, span text, int32_t form)
{
    piece p;
    while (text.len > 0)
        buf_add(out, escape_next(&text, form, &p));
}

void escape_print(buf *out, span text)
{
    escape_add(out, text, FNT_ESCAPE_PLAIN);
}

void escape_json(buf *out, span text)
{
    buf_byte(out, '"');
    escape_add(out, text, FNT_ESCAPE_JSON);
    buf_byte(out, '"');
}

fnt_status escape_copy(span text, int32_t form, char *dst, size_t size, size_t *out_len)
{
    piece p;
    size_t len = 0;
    if (size > 0)
        dst[0] = '\0';
    if (form < FNT_ESCAPE_PLAIN || form > FNT_ESCAPE_HEADER)
        return FNT_FAULT_UNSUPPORTED;
    if (text.len > SIZE_MAX / LARGEST_GROWTH - 1)
        return FNT_FAULT_SPACE; /* the address space is */
    for (span rest = text; rest.len > 0;)
        len += escape_next(&rest, form, &p).len;
    if (len >= size) { /* no half of it: it could end inside an escape */
        *out_len = len + 1;
        return FNT_FAULT_SPACE;
    }
    *out_len = len;
    for (char *next = dst; text.len > 0;) {
        span escaped = escape_next(&text, form, &p);
        memcpy(next, escaped.at, escaped.len);
        next += escaped.len;
    }
    dst[len] = '\0';
    return FNT_OK;
}
