/* SPDX-License-Identifier: MIT */
#include "text/form.h"

#include "base/hex.h"
#include "base/memory.h"
#include "base/report.h"
#include "base/utf8.h"

/* A body that is being decoded. */
typedef struct {
    span body;
    char *next; /* output cursor: decoded text is never longer than its source */
    fnt_report *report;
} decoder;

static const form nothing = {NULL, 0, NULL};

static fnt_status refuse_at(const decoder *d, const char *at, const char *sentence)
{
    char digits[INTEGER_SIZE];
    return report_refuse(d->report, FNT_OAUTH_REQUEST, sentence,
                         SPANS(integer_print(at - d->body.at, digits)));
}

/* What a hexadecimal digit is worth as the first and as the second of two, and a mark, so that both
 * together are above the marks where both are digits, and not a NUL. */
#define DIGITS(V)                                                                                  \
    ['0'] = V(0), ['1'] = V(1), ['2'] = V(2), ['3'] = V(3), ['4'] = V(4), ['5'] = V(5),            \
    ['6'] = V(6), ['7'] = V(7), ['8'] = V(8), ['9'] = V(9), ['a'] = V(10), ['b'] = V(11),          \
    ['c'] = V(12), ['d'] = V(13), ['e'] = V(14), ['f'] = V(15), ['A'] = V(10), ['B'] = V(11),      \
    ['C'] = V(12), ['D'] = V(13), ['E'] = V(14), ['F'] = V(15)
#define HIGH(v) (0x100 | (v) << 4)
#define LOW(v) (0x200 | (v))
enum { MARKS = 0x300 };

static const uint16_t high_digit[256] = {DIGITS(HIGH)};
static const uint16_t low_digit[256] = {DIGITS(LOW)};

/* How many bytes at the start of text stand for themselves. */
static size_t unchanged(span text)
{
    size_t i = 0;
    for (; text.len - i >= 8; i += 8) {
        uint64_t word = word_load(text.at + i);
        if ((word_zeros(word ^ word_repeat('%')) | word_zeros(word ^ word_repeat('+')) |
             word_zeros(word)) != 0)
            break;
    }
    while (i < text.len && text.at[i] != '%' && text.at[i] != '+' && text.at[i] != '\0')
        i++;
    return i;
}

/* A run of percent-encodings, as of a client that encodes every byte. Ends before one that is none,
 * or is of a NUL. */
static span decode_percent(decoder *d, span text)
{
    const char *at = text.at, *end = at + text.len;
    char *to = d->next;
    for (; end - at >= 3 && *at == '%'; at += 3) {
        unsigned byte = high_digit[(unsigned char)at[1]] | low_digit[(unsigned char)at[2]];
        if (byte <= MARKS)
            break;
        *to++ = (char)byte;
    }
    d->next = to;
    return (span){at, (size_t)(end - at)};
}

/* A run of bytes that stand for themselves, as a token has a thousand. */
static span decode_plain(decoder *d, span text)
{
    size_t run = unchanged(text);
    if (run > 0)
        memcpy(d->next, text.at, run);
    d->next += run;
    return (span){text.at + run, text.len - run};
}

static fnt_status decode(decoder *d, span text, span *out)
{
    char *begin = d->next;
    while (text.len > 0) {
        size_t before = text.len;
        text = text.at[0] == '%' ? decode_percent(d, text) : decode_plain(d, text);
        if (text.len > 0 && text.at[0] == '+') {
            *d->next++ = ' ';
            text = (span){text.at + 1, text.len - 1};
        }
        if (text.len < before)
            continue;
        if (text.at[0] == '%' && hex_percent(text) < 0)
            return refuse_at(d, text.at,
                             "The form is malformed at byte %: two hexadecimal digits must follow "
                             "a percent sign.");
        return refuse_at(d, text.at, "The form holds a NUL at byte %, which no parameter may.");
    }
    *out = (span){begin, (size_t)(d->next - begin)};
    return FNT_OK;
}

static const char *skip_ascii(const char *at, const char *end)
{
    while (end - at >= 8 && (word_load(at) & word_repeat('\x80')) == 0)
        at += 8;
    while (at < end && (unsigned char)*at < 0x80)
        at++;
    return at;
}

static bool is_utf8(span text)
{
    const char *at = skip_ascii(text.at, text.at + text.len), *end = text.at + text.len;
    while (at < end) {
        size_t len = utf8_beyond_ascii((span){at, (size_t)(end - at)});
        if (len == 0)
            return false;
        at = skip_ascii(at + len, end);
    }
    return true;
}

static fnt_status decode_pair(decoder *d, span pair, form_field *field)
{
    span name = {pair.at, span_index(pair, '=')};
    span value = name.len == pair.len ? span_from(pair, pair.len) : span_from(pair, name.len + 1);
    fnt_status status = decode(d, name, &field->name);
    if (status == FNT_OK)
        status = decode(d, value, &field->value);
    if (status != FNT_OK)
        return status;
    if (!is_utf8(field->name))
        return refuse_at(d, pair.at, "The name of the form's parameter at byte % is not UTF-8.");
    if (!is_utf8(field->value))
        return refuse_at(d, pair.at, "The value of the form's parameter at byte % is not UTF-8.");
    return FNT_OK;
}

/* The next pair that is not empty; absent at the end. */
static span next_pair(span *rest)
{
    while (rest->len > 0) {
        span pair = {rest->at, span_index(*rest, '&')};
        *rest = pair.len == rest->len ? span_from(*rest, pair.len) : span_from(*rest, pair.len + 1);
        if (pair.len > 0)
            return pair;
    }
    return SPAN_NONE;
}

static size_t count_pairs(span body)
{
    size_t count = 0;
    while (count <= FORM_FIELDS && next_pair(&body).at != NULL)
        count++;
    return count;
}

static fnt_status decode_all(span body, form *f, fnt_report *report)
{
    decoder d = {body, f->memory, report};
    fnt_status status = FNT_OK;
    for (span pair; status == FNT_OK && (pair = next_pair(&body)).at != NULL;)
        status = decode_pair(&d, pair, &f->fields[f->count++]);
    return status;
}

static fnt_status refuse_more_than(size_t limit, const char *sentence, fnt_report *report)
{
    char digits[INTEGER_SIZE];
    return report_refuse(report, FNT_OAUTH_REQUEST, sentence,
                         SPANS(integer_print((int64_t)limit, digits)));
}

fnt_status form_parse(span body, size_t max, form *out, fnt_report *report)
{
    *out = nothing;
    if (body.len > max)
        return refuse_more_than(max, "The form is longer than % bytes.", report);
    size_t pairs = count_pairs(body);
    if (pairs > FORM_FIELDS)
        return refuse_more_than(FORM_FIELDS, "The form has more than % parameters.", report);
    form f = {memory_alloc_array(pairs, sizeof *f.fields), 0, memory_alloc(body.len)};
    fnt_status status = FNT_FAULT_MEMORY;
    if (f.fields != NULL && f.memory != NULL)
        status = decode_all(body, &f, report);
    if (status != FNT_OK) {
        form_free(&f);
        return status;
    }
    *out = f;
    return FNT_OK;
}

span form_value(const form *f, span name, size_t index)
{
    for (size_t i = 0; i < f->count; i++)
        if (span_equal(f->fields[i].name, name) && index-- == 0)
            return f->fields[i].value;
    return SPAN_NONE;
}

void form_free(form *f)
{
    memory_free(f->fields);
    memory_free(f->memory);
    *f = nothing;
}
