/* SPDX-License-Identifier: MIT */
#include "text/json.h"

#include "base/utf8.h"
#include "text/json_scan.h"

/* A name of an object that is still open. Names are told apart by key; only where two keys are
 * equal, the names are compared. */
typedef struct {
    uint32_t at, len; /* in the text, between the quotes */
} open_name;

typedef struct {
    const char *start, *at, *end;
    const char *reason;
    uint32_t objects; /* bit n: the container at depth n is an object, not an array */
    size_t depth;
    size_t names;
    /* names that were open already when the container at that depth began */
    size_t outer[JSON_DEPTH];
    const json_name *wanted; /* of members at depth 1, and where their values go */
    json_value *values;
    size_t count;
    json_value *value; /* of the one that is being read; NULL: nobody wants it */
    const char *begin; /* its begin, or white space before it */
    bool escaped;      /* the last string has a backslash */
    uint64_t keys[JSON_NAMES];
    open_name open[JSON_NAMES];
} validator;

typedef enum { WRONG, VALUE_NEXT, VALUE_ENDED } step;

static bool wrong(validator *c, const char *at, const char *reason)
{
    c->at = at;
    c->reason = at == c->end ? "the text ends too early" : reason;
    return false;
}

static step refuse(validator *c, const char *reason)
{
    wrong(c, c->at, reason);
    return WRONG;
}

/* ---- strings ------------------------------------------------------------- */

static bool check_unicode_escape(validator *c)
{
    static const char unpaired[] = "half of a surrogate pair stands alone";
    const char *at = c->at;
    int32_t unit = c->end - at < 6 ? -1 : json_hex4(at + 2);
    if (unit < 0)
        return wrong(c, at, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return wrong(c, at, "\\u0000 is not accepted");
    c->at += 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    int32_t low = c->end - at < 12 || at[6] != '\\' || at[7] != 'u' ? -1 : json_hex4(at + 8);
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return wrong(c, at, unpaired);
    c->at += 6;
    return true;
}

static bool check_escape(validator *c)
{
    char kind = c->end - c->at < 2 ? '\0' : c->at[1];
    switch (kind) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        c->at += 2;
        return true;
    case 'u':
        return check_unicode_escape(c);
    default:
        return wrong(c, c->at, "a backslash escapes nothing that JSON knows");
    }
}

static bool check_utf8(validator *c)
{
    uint32_t point = 0;
    size_t len = utf8_next((span){c->at, (size_t)(c->end - c->at)}, &point);
    if (len == 0)
        return wrong(c, c->at, "a byte is not valid UTF-8");
    c->at += len;
    return true;
}

/* at: what cannot be passed over in a string, and is no quote. */
static bool check_special(validator *c)
{
    if (c->at == c->end)
        return wrong(c, c->end, NULL);
    if ((unsigned char)*c->at >= 0x80)
        return check_utf8(c);
    if (*c->at != '\\')
        return wrong(c, c->at, "a control character in a string must be escaped");
    c->escaped = true;
    return check_escape(c);
}

/* at: the opening quote; then behind the closing one. */
static bool check_string(validator *c)
{
    const char *at = json_plain(c->at + 1, c->end);
    c->escaped = false;
    while (at == c->end || *at != '"') {
        c->at = at;
        if (!check_special(c))
            return false;
        at = json_plain(c->at, c->end);
    }
    c->at = at + 1;
    return true;
}

/* ---- names --------------------------------------------------------------- */

static bool is_same_name(const validator *c, open_name open, json_value name)
{
    span raw = {c->start + open.at, open.len};
    bool escaped = memchr(raw.at, '\\', raw.len) != NULL;
    return json_strings_equal((json_value){JSON_STRING, raw, escaped}, name);
}

static bool remember_name(validator *c, const char *quote, json_value name)
{
    uint64_t key = json_key(name, c->end);
    for (size_t i = c->outer[c->depth - 1]; i < c->names; i++)
        if (c->keys[i] == key && is_same_name(c, c->open[i], name))
            return wrong(c, quote, "a name stands twice in one object");
    if (c->names == JSON_NAMES)
        return wrong(c, quote, "there are too many names");
    c->keys[c->names] = key;
    c->open[c->names++] = (open_name){(uint32_t)(name.raw.at - c->start), (uint32_t)name.raw.len};
    return true;
}

/* The value behind the colon is to be kept if somebody wants it. All names are compared, as which
 * one it is could not be foreseen; of up to eight bytes, the key is the name. */
static void want(validator *c, json_value name)
{
    uint64_t key = c->keys[c->names - 1];
    uint32_t equal = 0;
    c->begin = c->at;
    for (size_t i = 0; i < c->count; i++)
        equal |= (uint32_t)(word_load(c->wanted[i]) == key) << i;
    if (equal == 0)
        return;
    unsigned which = word_lowest(equal);
    if (name.raw.len <= 8 || json_string_equals(name, span_of(c->wanted[which])))
        c->value = &c->values[which];
}

/* A name and its colon. */
static step take_name(validator *c)
{
    const char *quote = c->at;
    if (quote == c->end || *quote != '"')
        return refuse(c, "a name in double quotes is expected");
    if (!check_string(c))
        return WRONG;
    json_value name = {JSON_STRING, {quote + 1, (size_t)(c->at - quote) - 2}, c->escaped};
    if (!remember_name(c, quote, name))
        return WRONG;
    c->at = json_skip_space(c->at, c->end);
    if (c->at == c->end || *c->at != ':')
        return refuse(c, "a colon is expected");
    c->at++;
    if (c->depth == 1)
        want(c, name);
    return VALUE_NEXT;
}

/* ---- values -------------------------------------------------------------- */

static step check_number(validator *c)
{
    const char *whole = c->at + (*c->at == '-' ? 1 : 0);
    const char *at = json_skip_digits(whole, c->end);
    c->at = at;
    if (at == whole)
        return refuse(c, "a digit is expected");
    if (*whole == '0' && at - whole > 1) {
        c->at = whole;
        return refuse(c, "a number begins with a zero too many");
    }
    if (at < c->end && *at == '.') {
        c->at = json_skip_digits(at + 1, c->end);
        if (c->at == at + 1)
            return refuse(c, "a digit is expected behind the decimal point");
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        c->at += c->at < c->end && (*c->at == '+' || *c->at == '-') ? 1 : 0;
        at = c->at;
        c->at = json_skip_digits(at, c->end);
        if (c->at == at)
            return refuse(c, "a digit is expected in the exponent");
    }
    return VALUE_ENDED;
}

static step check_word(validator *c, span word)
{
    if (!span_starts((span){c->at, (size_t)(c->end - c->at)}, word))
        return refuse(c, "true, false and null are the only words");
    c->at += word.len;
    return VALUE_ENDED;
}

/* at: a bracket that opens. */
static step open_container(validator *c)
{
    bool object = *c->at == '{';
    if (c->depth == JSON_DEPTH)
        return refuse(c, "it is nested too deeply");
    uint32_t bit = UINT32_C(1) << c->depth;
    c->objects = object ? c->objects | bit : c->objects & ~bit;
    c->outer[c->depth++] = c->names;
    c->at = json_skip_space(c->at + 1, c->end);
    if (c->at < c->end && *c->at == (object ? '}' : ']'))
        return VALUE_ENDED; /* of which after_value thinks that it was the last one */
    return object ? take_name(c) : VALUE_NEXT;
}

static step check_value(validator *c)
{
    c->at = json_skip_space(c->at, c->end);
    if (c->at == c->end)
        return refuse(c, NULL);
    switch (*c->at) {
    case '"':
        return check_string(c) ? VALUE_ENDED : WRONG;
    case '{':
    case '[':
        return open_container(c);
    case 't':
        return check_word(c, SPAN("true"));
    case 'f':
        return check_word(c, SPAN("false"));
    case 'n':
        return check_word(c, SPAN("null"));
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return check_number(c);
    default:
        return refuse(c, "a value is expected");
    }
}

/* Inside a container: its end, or a comma and what it leads to. */
static step after_value(validator *c)
{
    bool object = (c->objects >> (c->depth - 1) & 1) != 0;
    c->at = json_skip_space(c->at, c->end);
    if (c->at == c->end)
        return refuse(c, NULL);
    if (*c->at == (object ? '}' : ']')) {
        c->names = c->outer[--c->depth];
        c->at++;
        return VALUE_ENDED;
    }
    if (*c->at != ',')
        return refuse(c, object ? "a comma or } is expected" : "a comma or ] is expected");
    c->at = json_skip_space(c->at + 1, c->end);
    return object ? take_name(c) : VALUE_NEXT;
}

/* The value that ends at, and began at begin or behind white space there; of strings, the last one.
 */
static json_value value_from(const validator *c, const char *begin)
{
    json_kind kind;
    begin = json_skip_space(begin, c->at);
    kind = json_kind_of(*begin);
    if (kind == JSON_STRING)
        return (json_value){kind, {begin + 1, (size_t)(c->at - begin) - 2}, c->escaped};
    return (json_value){kind, {begin, (size_t)(c->at - begin)}, false};
}

static bool check_all(validator *c)
{
    step next = VALUE_NEXT;
    while (next == VALUE_NEXT || (next == VALUE_ENDED && c->depth > 0)) {
        next = next == VALUE_NEXT ? check_value(c) : after_value(c);
        if (next == VALUE_ENDED && c->depth == 1 && c->value != NULL) {
            *c->value = value_from(c, c->begin);
            c->value = NULL;
        }
    }
    return next == VALUE_ENDED;
}

/* ---- the whole text ------------------------------------------------------ */

static bool check_whole(validator *c, json_value *root)
{
    const char *begin = c->at;
    if (!check_all(c))
        return false;
    json_value value = value_from(c, begin);
    c->at = json_skip_space(c->at, c->end);
    if (c->at < c->end)
        return wrong(c, c->at, "something stands behind the end");
    *root = value;
    return true;
}

static fnt_status refused(size_t at, const char *reason, json_fault *fault)
{
    if (fault != NULL)
        *fault = (json_fault){at, reason};
    return FNT_REFUSED_MALFORMED;
}

static void none_found(const validator *c)
{
    for (size_t i = 0; i < c->count; i++)
        c->values[i] = (json_value){JSON_ABSENT, SPAN_NONE, false};
}

/* Of c, wanted, values and count are set. It has 17 KiB of which little is used: only what is
 * needed is. */
static fnt_status check_text(validator *c, span text, bool any, json_value *root, json_fault *fault)
{
    *root = (json_value){JSON_ABSENT, SPAN_NONE, false};
    none_found(c);
    if (text.len == 0)
        return refused(0, "it is empty", fault);
    if (text.len > JSON_SIZE)
        return refused(JSON_SIZE, "it is too long", fault);
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        return refused(0, "it begins with a byte order mark", fault);
    c->start = text.at;
    c->end = text.at + text.len;
    c->at = json_skip_space(c->start, c->end);
    c->depth = c->names = c->objects = 0;
    c->value = NULL;
    if (!any && c->at < c->end && *c->at != '{')
        return refused((size_t)(c->at - c->start), "an object is expected", fault);
    if (check_whole(c, root))
        return FNT_OK;
    none_found(c);
    return refused((size_t)(c->at - c->start), c->reason, fault);
}

fnt_status json_validate_value(span text, json_value *root, json_fault *fault)
{
    validator c;
    c.count = 0;
    return check_text(&c, text, true, root, fault);
}

fnt_status json_validate_pick(span text, const json_name *names, json_value *values, size_t count,
                              json_value *root, json_fault *fault)
{
    validator c;
    c.wanted = names;
    c.values = values;
    c.count = count;
    return check_text(&c, text, false, root, fault);
}

fnt_status json_validate(span text, json_value *root, json_fault *fault)
{
    return json_validate_pick(text, NULL, NULL, 0, root, fault);
}
