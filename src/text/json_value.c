/* SPDX-License-Identifier: MIT */
#include "text/json.h"

#include "text/json_scan.h"

span json_kind_name(json_kind kind)
{
    static const char *const names[] = {
        [JSON_ABSENT] = "missing",  [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
        [JSON_STRING] = "a string", [JSON_NUMBER] = "a number",  [JSON_TRUE] = "a boolean",
        [JSON_FALSE] = "a boolean", [JSON_NULL] = "null",
    };
    return span_of(names[kind]);
}

/* ---- strings ------------------------------------------------------------- */

static size_t encode_utf8(uint32_t point, unsigned char out[4])
{
    if (point < 0x80) {
        out[0] = (unsigned char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (unsigned char)((0xf00 >> len & 0xff) | point);
    return len;
}

/* at: the backslash of a \u that was checked. */
static uint32_t take_point(json_stream *s)
{
    uint32_t point = (uint32_t)json_hex4(s->at + 2);
    s->at += 6;
    if (point < 0xd800 || point > 0xdfff)
        return point;
    point = 0x10000 + ((point - 0xd800) << 10) + ((uint32_t)json_hex4(s->at + 2) - 0xdc00);
    s->at += 6;
    return point;
}

static int take_escape(json_stream *s)
{
    static const char written[] = "bfnrt", meant[] = "\b\f\n\r\t";
    char kind = s->at[1];
    if (kind == 'u') {
        s->count = encode_utf8(take_point(s), s->pending);
        s->next = 1;
        return s->pending[0];
    }
    s->at += 2;
    for (size_t i = 0; written[i] != '\0'; i++)
        if (kind == written[i])
            return meant[i];
    return (unsigned char)kind; /* a quote, a slash or a backslash is itself */
}

int json_stream_next(json_stream *s)
{
    if (s->next < s->count)
        return s->pending[s->next++];
    if (s->at == s->end)
        return -1;
    return *s->at == '\\' ? take_escape(s) : (unsigned char)*s->at++;
}

bool json_strings_equal(json_value a, json_value b)
{
    if (a.kind != JSON_STRING || b.kind != JSON_STRING)
        return false;
    if (!a.escaped && !b.escaped)
        return span_equal(a.raw, b.raw);
    json_stream x = json_stream_of(a), y = json_stream_of(b);
    int byte;
    do {
        byte = json_stream_next(&x);
        if (byte != json_stream_next(&y))
            return false;
    } while (byte >= 0);
    return true;
}

/* ---- keys: all bytes of longer names count, or names that start and end alike would all have
 * equal keys */

static uint64_t fold(uint64_t key, uint64_t bytes)
{
    return (key ^ bytes) * UINT64_C(0x9e3779b97f4a7c15) ^ key >> 29;
}

static uint64_t escaped_key(json_value name)
{
    json_stream stream = json_stream_of(name);
    uint64_t key = 0, bytes = 0;
    size_t len = 0;
    for (int byte; (byte = json_stream_next(&stream)) >= 0; len++) {
        if (len > 0 && len % 8 == 0) {
            key = fold(key, bytes);
            bytes = 0;
        }
        bytes |= (uint64_t)byte << 8 * (len % 8);
    }
    return len > 8 ? fold(key, bytes) : bytes;
}

/* The first len bytes, of 1 to 8; with the load of eight, what follows them is masked out. */
static uint64_t load_some(const char *at, size_t len, const char *end)
{
    uint64_t bytes = 0;
    if (end - at >= 8)
        return len == 8 ? word_load(at) : word_load(at) & ((UINT64_C(1) << 8 * len) - 1);
    for (size_t i = 0; i < len; i++)
        bytes |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return bytes;
}

uint64_t json_key(json_value name, const char *end)
{
    span rest = name.raw;
    uint64_t key = 0;
    if (name.escaped)
        return escaped_key(name);
    if (rest.len <= 8)
        return rest.len == 0 ? 0 : load_some(rest.at, rest.len, end);
    for (; rest.len > 8; rest = span_from(rest, 8))
        key = fold(key, word_load(rest.at));
    return fold(key, load_some(rest.at, rest.len, end));
}

/* ---- texts --------------------------------------------------------------- */

/* Text of ours may hold a backslash, so it is no json_value. */
bool json_escaped_equals(json_value string, span text)
{
    json_stream stream = json_stream_of(string);
    for (size_t i = 0; i < text.len; i++)
        if (json_stream_next(&stream) != (unsigned char)text.at[i])
            return false;
    return json_stream_next(&stream) < 0;
}

bool json_is_plain(span text)
{
    return json_skip_plain(text.at, text.at + text.len) == text.at + text.len;
}

span json_unescape(json_value string, char *scratch)
{
    if (string.kind != JSON_STRING)
        return SPAN_NONE;
    if (!string.escaped)
        return string.raw;
    json_stream stream = json_stream_of(string);
    size_t len = 0;
    for (int byte; (byte = json_stream_next(&stream)) >= 0;)
        scratch[len++] = (char)byte;
    return (span){scratch, len};
}

/* ---- numbers ------------------------------------------------------------- */

static const int64_t largest = INT64_C(1) << 53;

/* Larger than any number of digits in a text, and far from the end of int64_t. */
static const int64_t huge = INT64_C(1) << 40;

/* The exponent; beyond +-huge it is +-huge, which makes no difference. at: "e", or the end. */
static int64_t exponent(const char *at, const char *end)
{
    int64_t number = 0;
    if (at == end)
        return 0;
    at++;
    bool minus = *at == '-';
    at += *at == '-' || *at == '+' ? 1 : 0;
    for (; at < end; at++)
        number = number >= huge ? huge : number * 10 + (*at - '0');
    return minus ? -number : number;
}

/* Takes one more digit in front of the decimal point; false when the number gets too large. */
static bool push(int64_t *whole, int digit)
{
    *whole = *whole * 10 + digit;
    return *whole <= largest;
}

/* The common case: up to 15 digits, which are below 2^53. */
static bool read_plain(span digits, int64_t *number)
{
    int64_t whole = 0;
    if (digits.len > 15)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (!json_is_digit(digits.at[i]))
            return false;
        whole = whole * 10 + (digits.at[i] - '0');
    }
    *number = whole;
    return true;
}

bool json_seconds(json_value number, bool up, int64_t *seconds)
{
    if (number.kind != JSON_NUMBER || *number.raw.at == '-')
        return false;
    if (read_plain(number.raw, seconds))
        return true;

    const char *at = number.raw.at, *end = at + number.raw.len;
    const char *point = json_skip_digits(at, end);
    const char *digits_end =
        point < end && *point == '.' ? json_skip_digits(point + 1, end) : point;
    /* digits before the point once the exponent has moved it */
    int64_t before = (point - at) + exponent(digits_end, end);
    int64_t whole = 0;
    bool fraction = false;
    for (; at < digits_end; at++) {
        if (*at == '.')
            continue;
        if (before-- <= 0)
            fraction = fraction || *at != '0';
        else if (!push(&whole, *at - '0'))
            return false;
    }
    for (; before > 0 && whole > 0; before--)
        if (!push(&whole, 0))
            return false;
    if (fraction && whole == largest)
        return false;
    *seconds = whole + (up && fraction ? 1 : 0);
    return true;
}

bool json_is_plain_integer(json_value number)
{
    int64_t whole = 0;
    if (number.kind != JSON_NUMBER)
        return false;
    for (size_t i = 0; i < number.raw.len; i++)
        if (!json_is_digit(number.raw.at[i]) || !push(&whole, number.raw.at[i] - '0'))
            return false;
    return whole < largest;
}
