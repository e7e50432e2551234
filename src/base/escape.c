/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t utf8_next(span text, uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text.at;
    size_t len = sequence_length(at[0]);
    if (len == 0 || len > text.len)
        return 0;
    uint32_t c = len == 1 ? at[0] : at[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (at[i] & 0x3fU);
    }
    if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *point = c;
    return len;
}

static void hex(buf *out, uint32_t number, int digits)
{
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        buf_byte(out, "0123456789abcdef"[number >> shift & 0xf]);
}

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

static void spell(buf *out, uint32_t c)
{
    if (c == '\n' || c == '\r' || c == '\t') {
        buf_byte(out, '\\');
        buf_byte(out, c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        return;
    }
    buf_add(out, SPAN("\\u{"));
    hex(out, c, c > 0xffff ? 6 : 4);
    buf_byte(out, '}');
}

void escape_print(buf *out, span text)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = utf8_next(text, &c);
        if (len == 0) {
            buf_add(out, SPAN("\\x"));
            hex(out, (unsigned char)text.at[0], 2);
            len = 1;
        } else if (is_hidden(c)) {
            spell(out, c);
        } else {
            buf_add(out, (span){text.at, len});
        }
        text = span_from(text, len);
    }
}

void escape_json(buf *out, span text)
{
    buf_byte(out, '"');
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = utf8_next(text, &c);
        if (len == 0) {
            buf_add(out, SPAN("\xef\xbf\xbd"));
            len = 1;
        } else if (c == '"' || c == '\\') {
            buf_byte(out, '\\');
            buf_byte(out, (char)c);
        } else if (c < 0x20 || c == 0x7f) {
            buf_add(out, SPAN("\\u"));
            hex(out, c, 4);
        } else {
            buf_add(out, (span){text.at, len});
        }
        text = span_from(text, len);
    }
    buf_byte(out, '"');
}
