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

/* The byte that a percent-encoding or a plus stands for; negative where it is none. */
static int decode_byte(span text, size_t *taken)
{
    *taken = text.at[0] == '%' ? 3 : 1;
    return text.at[0] == '%' ? hex_percent(text) : text.at[0] == '+' ? ' ' : '\0';
}

/* A token is a thousand bytes that stand for themselves: they are copied at once. */
static fnt_status decode(decoder *d, span text, span *out)
{
    char *begin = d->next;
    size_t taken;
    while (text.len > 0) {
        size_t run = text.at[0] == '%' ? 0 : unchanged(text);
        if (run > 0) {
            memcpy(d->next, text.at, run);
            d->next += run;
            text = span_from(text, run);
            continue;
        }
        int byte = decode_byte(text, &taken);
        if (byte < 0)
            return refuse_at(d, text.at,
                             "The form is malformed at byte %: two hexadecimal digits must follow "
                             "a percent sign.");
        if (byte == 0)
            return refuse_at(d, text.at, "The form holds a NUL at byte %, which no parameter may.");
        *d->next++ = (char)byte;
        text = span_from(text, taken);
    }
    *out = (span){begin, (size_t)(d->next - begin)};
    return FNT_OK;
}

static bool is_utf8(span text)
{
    uint32_t point;
    size_t len = 1;
    while (text.len > 0 && len > 0) {
        bool ascii = text.len >= 8 && (word_load(text.at) & word_repeat('\x80')) == 0;
        len = ascii ? 8 : utf8_next(text, &point);
        text = span_from(text, len);
    }
    return text.len == 0;
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
