/* SPDX-License-Identifier: MIT */
#include "safe.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The UTF-8 sequence at the begin: its length and character, or length 0 (RFC 3629). */
static size_t next_point(const unsigned char *at, size_t left, uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
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

/* Controls, line separators, what turns the direction of reading, and what has no width. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

static void spell(FILE *out, uint32_t c)
{
    if (c == '\n' || c == '\r' || c == '\t')
        fprintf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    else
        fprintf(out, "\\u{%04x}", (unsigned)c);
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
        fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
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
        if (quoted && c == '\\' && i + 1 < len) /* what is behind it belongs to it: \" ends no string */
            (void)fputc(json[i + n++], out);
    }
    (void)fputc('\n', out);
}
