/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JSON_SCAN_H
#define FNT_TEXT_JSON_SCAN_H

#include "base/hex.h"
#include "text/json.h"

/* What json_validate.c, json_iterator.c and json_value.c share; of no use to others. */

static inline bool json_is_space(char c)
{
    return (unsigned char)c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

static inline const char *json_skip_space(const char *at, const char *end)
{
    while (at < end && json_is_space(*at))
        at++;
    return at;
}

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline const char *json_skip_digits(const char *at, const char *end)
{
    while (at < end && json_is_digit(*at))
        at++;
    return at;
}

/* Of eight bytes, the top bit of each that is not plain in a string: a quote, a backslash, a
 * control character, or not ASCII. Exact for the first of them: a subtraction borrows from the next
 * byte only where it found one. */
static inline uint64_t json_special(uint64_t bytes)
{
    const uint64_t ones = word_repeat(1);
    return ((bytes - ones * 0x20) | ((bytes ^ ones * '"') - ones) | ((bytes ^ ones * '\\') - ones) |
            bytes) &
           ones << 7;
}

static inline bool json_is_plain_byte(char c)
{
    return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first byte of a string that is not plain. */
static inline const char *json_skip_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t found = json_special(word_load(at));
        if (found != 0)
            return at + word_lowest(found) / 8;
        at += 8;
    }
    while (at < end && json_is_plain_byte(*at))
        at++;
    return at;
}

/* The four digits of a \u escape; negative if there is something else. at has four bytes. */
static inline int32_t json_hex4(const char *at)
{
    int32_t number = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0)
            return -1;
        number = number << 4 | digit;
    }
    return number;
}

extern const unsigned char json_kinds[256]; /* a json_kind, by the first byte of a value */

static inline json_kind json_kind_of(char first)
{
    return (json_kind)json_kinds[(unsigned char)first];
}

/* What a string reads as, byte by byte. */
typedef struct {
    const char *at, *end;
    unsigned char pending[4]; /* of the character that an escape stands for */
    size_t next, count;
} json_stream;

static inline json_stream json_stream_of(json_value string)
{
    return (json_stream){string.raw.at, string.raw.at + string.raw.len, {0}, 0, 0};
}

/* The next byte; -1 at the end. */
int json_stream_next(json_stream *stream);

/* Equal for names that read the same: of up to eight bytes the name itself, the first one lowest
 * (no name holds a NUL), of longer ones a hash. Bytes up to end may be read. */
uint64_t json_key(json_value name, const char *end);

#endif
