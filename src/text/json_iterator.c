/* SPDX-License-Identifier: MIT */
#include "text/json.h"

#include "text/json_scan.h"

/* The text is valid, so a value ends where it seems to end. The end of the text is checked all the
 * same: it costs nothing. */

const unsigned char json_kinds[256] = {
    ['{'] = JSON_OBJECT, ['['] = JSON_ARRAY,  ['"'] = JSON_STRING, ['t'] = JSON_TRUE,
    ['f'] = JSON_FALSE,  ['n'] = JSON_NULL,   ['-'] = JSON_NUMBER, ['0'] = JSON_NUMBER,
    ['1'] = JSON_NUMBER, ['2'] = JSON_NUMBER, ['3'] = JSON_NUMBER, ['4'] = JSON_NUMBER,
    ['5'] = JSON_NUMBER, ['6'] = JSON_NUMBER, ['7'] = JSON_NUMBER, ['8'] = JSON_NUMBER,
    ['9'] = JSON_NUMBER,
};

static const json_value nothing = {JSON_ABSENT, {NULL, 0}, false};

/* ---- where a value ends -------------------------------------------------- */

/* at: after the opening quote. The closing one. */
static const char *string_end(const char *at, const char *end, bool *escaped)
{
    for (;;) {
        at = json_skip_plain(at, end);
        if (at == end || *at == '"')
            return at;
        if (*at == '\\') {
            *escaped = true;
            at++;
        }
        at += at < end ? 1 : 0;
    }
}

static const char *past_string(const char *at, const char *end)
{
    bool escaped;
    at = string_end(at + 1, end, &escaped);
    return at < end ? at + 1 : end;
}

/* at: the opening bracket. */
static const char *past_container(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        char c = *at;
        if (c == '"') {
            at = past_string(at, end);
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            break;
    }
    return at;
}

/* Numbers and words end where something starts that belongs to what is around them. at is before
 * end. */
static const char *past_word(const char *at, const char *end)
{
    do {
        at++;
    } while (at < end && *at != ',' && *at != '}' && *at != ']' && !json_is_space(*at));
    return at;
}

/* The value that starts at at, which is before end; answers what follows it. */
static const char *take(const char *at, const char *end, json_value *value)
{
    const char *begin = at;
    json_kind kind = json_kind_of(*at);
    if (kind == JSON_STRING) {
        bool escaped = false;
        at = string_end(++begin, end, &escaped);
        *value = (json_value){kind, {begin, (size_t)(at - begin)}, escaped};
        return at < end ? at + 1 : end;
    }
    at = kind == JSON_OBJECT || kind == JSON_ARRAY ? past_container(at, end) : past_word(at, end);
    *value = (json_value){kind, {begin, (size_t)(at - begin)}, false};
    return at;
}

/* ---- members and items --------------------------------------------------- */

static json_iterator iterate(json_value container, json_kind kind)
{
    if (container.kind != kind || container.raw.len < 2)
        return (json_iterator){SPAN_NONE};
    return (json_iterator){{container.raw.at + 1, container.raw.len - 2}};
}

json_iterator json_members(json_value object)
{
    return iterate(object, JSON_OBJECT);
}

json_iterator json_items(json_value array)
{
    return iterate(array, JSON_ARRAY);
}

/* Skips whatever separates values: valid JSON has commas and colons where they belong. */
static const char *skip_to_value(const char *at, const char *end)
{
    while (at < end && (*at == ',' || *at == ':' || json_is_space(*at)))
        at++;
    return at;
}

static bool take_next(json_iterator *it, json_value *value)
{
    if (it->rest.len > 0) {
        const char *end = it->rest.at + it->rest.len, *at = skip_to_value(it->rest.at, end);
        if (at < end) {
            at = take(at, end, value);
            it->rest = (span){at, (size_t)(end - at)};
            return true;
        }
    }
    *value = nothing;
    return false;
}

bool json_next_member(json_iterator *it, json_value *name, json_value *value)
{
    if (take_next(it, name))
        return take_next(it, value);
    *value = nothing;
    return false;
}

bool json_next_item(json_iterator *it, json_value *value)
{
    return take_next(it, value);
}

bool json_is_string_array(json_value value)
{
    json_value item;
    for (json_iterator walk = json_items(value); json_next_item(&walk, &item);)
        if (item.kind != JSON_STRING)
            return false;
    return value.kind == JSON_ARRAY;
}

json_value json_member(json_value object, span name)
{
    json_value found, value;
    json_iterator it = json_members(object);
    while (json_next_member(&it, &found, &value))
        if (json_string_equals(found, name))
            return value;
    return nothing;
}

void json_pick(json_value object, const span *names, json_value *values, size_t count)
{
    json_value found, value;
    json_iterator it = json_members(object);
    for (size_t i = 0; i < count; i++)
        values[i] = nothing;
    while (json_next_member(&it, &found, &value))
        for (size_t i = 0; i < count; i++)
            if (json_string_equals(found, names[i]))
                values[i] = value;
}

/* ---- RFC 6901 ------------------------------------------------------------ */

bool json_is_pointer(span pointer)
{
    for (size_t i = 0; i < pointer.len; i++)
        if (pointer.at[i] == '~' &&
            (i + 1 == pointer.len || (pointer.at[i + 1] != '0' && pointer.at[i + 1] != '1')))
            return false;
    return pointer.len == 0 || pointer.at[0] == '/';
}

static bool reads_as_step(json_value name, span step)
{
    json_stream stream = json_stream_of(name);
    for (size_t i = 0; i < step.len; i++) {
        char c = step.at[i];
        if (c == '~')
            c = step.at[++i] == '0' ? '~' : '/';
        if (json_stream_next(&stream) != (unsigned char)c)
            return false;
    }
    return json_stream_next(&stream) < 0;
}

static json_value step_into_object(json_value object, span step)
{
    json_value name, value;
    json_iterator it = json_members(object);
    while (json_next_member(&it, &name, &value))
        if (reads_as_step(name, step))
            return value;
    return nothing;
}

/* An index has no leading zero; "-", the position after the last item, resolves to nothing. */
static json_value step_into_array(json_value array, span step)
{
    json_value value = nothing;
    json_iterator it = json_items(array);
    size_t index = 0;
    if (step.len == 0 || step.len > 9 || (step.at[0] == '0' && step.len > 1))
        return nothing;
    for (size_t i = 0; i < step.len; i++) {
        if (!json_is_digit(step.at[i]))
            return nothing;
        index = index * 10 + (size_t)(step.at[i] - '0');
    }
    while (json_next_item(&it, &value))
        if (index-- == 0)
            return value;
    return nothing;
}

json_value json_resolve_pointer(json_value value, span pointer)
{
    if (!json_is_pointer(pointer))
        return nothing;
    while (pointer.len > 0) {
        span rest = span_from(pointer, 1);
        span step = {rest.at, span_index(rest, '/')};
        value =
            value.kind == JSON_ARRAY ? step_into_array(value, step) : step_into_object(value, step);
        pointer = span_from(rest, step.len);
    }
    return value;
}
