/* SPDX-License-Identifier: MIT */
#include "lib/base/safe.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The library spells its sentences out alike, but has no call for others;
 * tests/unit/base/test_base.c holds both to one answer for each character. */

/* The UTF-8 sequence at the begin: its length and character, or length 0 (RFC 3629). */
static size_t next_point(const unsigned char *at, size_t left, uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = at[0] < 0x80   ? 1
                 : at[0] < 0xc2 ? 0
                 : at[0] < 0xe0 ? 2
                 : at[0] < 0xf0 ? 3
                 : at[0] < 0xf5 ? 4
                                : 0;
    if (len == 0 || len > left)
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

static void spell(FILE *out, uint32_t c)
{
    if (c == '\n' || c == '\r' || c == '\t')
        fprintf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    else
        fprintf(out, "\\u{%0*x}", c > 0xffff ? 6 : 4, (unsigned)c);
}

void safe_print(FILE *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t n = next_point((const unsigned char *)bytes + i, len - i, &c);
        if (n == 0)
            fprintf(out, "\\x%02x", (unsigned char)bytes[i]);
        else if (is_hidden(c))
            spell(out, c);
        else
            (void)fwrite(bytes + i, 1, n, out);
        i += n == 0 ? 1 : n;
    }
}

void safe_puts(FILE *out, const char *string)
{
    safe_print(out, string, strlen(string));
}

static void spell_json(FILE *out, uint32_t c)
{
    if (c > 0xffff)
        fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)),
                (unsigned)(0xdc00 + (c & 0x3ff)));
    else
        fprintf(out, "\\u%04x", (unsigned)c);
}

void safe_json(FILE *out, const char *json, size_t len)
{
    bool quoted = false;
    for (size_t i = 0, n = 0; i < len; i += n == 0 ? 1 : n) {
        uint32_t c = 0xfffd;
        n = next_point((const unsigned char *)json + i, len - i, &c);
        if (c == '"')
            quoted = !quoted;
        if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
            continue;
        if (n == 0 || is_hidden(c))
            spell_json(out, c);
        else
            (void)fwrite(json + i, 1, n, out);
        /* what is behind it belongs to it: \" ends no string */
        if (quoted && c == '\\' && i + 1 < len)
            (void)fputc(json[i + n++], out);
    }
    (void)fputc('\n', out);
}
