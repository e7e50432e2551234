/* SPDX-License-Identifier: MIT */
#include "lib/base/safe.h"

#include <fntoken/fntoken.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { STEP = 512, GROWTH = 8 }; /* fnt_escape: at most eight bytes for one */

/* Where the text can be cut without cutting a character: a byte that continues none, which in UTF-8
 * is one of any four. What is no UTF-8 is cut anywhere. */
static size_t step_of(const char *bytes, size_t len)
{
    if (len <= STEP)
        return len;
    size_t step = STEP;
    while (step > STEP - 3 && ((unsigned char)bytes[step] & 0xc0) == 0x80)
        step--;
    return step;
}

static void print_escaped(FILE *out, const char *bytes, size_t len, int32_t form)
{
    char escaped[STEP * GROWTH + 1];
    size_t escaped_len = 0;
    for (size_t i = 0, step = 0; i < len; i += step) {
        step = step_of(bytes + i, len - i);
        if (fnt_escape(bytes + i, step, form, escaped, sizeof escaped, &escaped_len) == FNT_OK)
            (void)fwrite(escaped, 1, escaped_len, out);
    }
}

void safe_print(FILE *out, const char *bytes, size_t len)
{
    print_escaped(out, bytes, len, FNT_ESCAPE_PLAIN);
}

void safe_puts(FILE *out, const char *string)
{
    safe_print(out, string, strlen(string));
}

/* Valid JSON has bytes beyond ASCII in strings alone, where an escape may take their place. */
static size_t beyond_ascii(const char *json, size_t len)
{
    size_t count = 0;
    while (count < len && (unsigned char)json[count] >= 0x7f)
        count++;
    return count;
}

void safe_json(FILE *out, const char *json, size_t len)
{
    bool quoted = false;
    for (size_t i = 0, n = 0; i < len; i += n) {
        char c = json[i];
        n = beyond_ascii(json + i, len - i);
        if (n > 0) {
            print_escaped(out, json + i, n, FNT_ESCAPE_JSON);
            continue;
        }
        n = quoted && c == '\\' && i + 1 < len ? 2 : 1; /* \" ends no string */
        if (c == '"')
            quoted = !quoted;
        if (quoted || (c != ' ' && c != '\t' && c != '\n' && c != '\r'))
            (void)fwrite(json + i, 1, n, out);
    }
    (void)fputc('\n', out);
}
