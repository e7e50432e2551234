/* SPDX-License-Identifier: MIT */
#include "text/json.h"

#include <assert.h>

#include "text/json_index.h"
#include "text/json_names.h"
#include "text/json_scan.h"
#include "text/json_string.h"

_Static_assert(JSON_DEPTH <= 32, "each depth has a bit");

typedef struct {
    const char *start, *at, *end;
    const char *reason;
    fnt_status status; /* of a fault */
    uint32_t objects;  /* bit n: the container at depth n is an object, not an array */
    size_t depth;
    /* how many names there were when the container at that depth was opened */
    size_t outer[JSON_DEPTH];
    const json_name *wanted; /* names of members at depth 1; their values go to values */
    json_value *values;
    size_t count;
    size_t member_count;
    size_t value_count, max_values; /* at all depths, but for the root */
    json_value *members; /* where all members at depth 1 go, as they come; NULL: nowhere */
    json_value *value;   /* where the member that is being read goes; NULL: it is not wanted */
    const char *begin;   /* of its value, or of white space before it */
    bool escaped;        /* whether the last string has a backslash */
    json_names names;
} validator;

typedef enum { WRONG, VALUE_NEXT, VALUE_ENDED } step;

static bool wrong(validator *v, const char *at, const char *reason)
{
    v->at = at;
    v->reason = at == v->end ? "the text ends too early" : reason;
    return false;
}

static step refuse(validator *v, const char *reason)
{
    wrong(v, v->at, reason);
    return WRONG;
}

/* From the opening quote to after the closing one. */
static bool check_string(validator *v)
{
    const char *reason = NULL, *at = json_skip_plain(v->at + 1, v->end);
    if (at < v->end && *at == '"') { /* nearly all */
        v->escaped = false;
        v->at = at + 1;
        return true;
    }
    v->at = at;
    return json_check_string(&v->at, v->end, &v->escaped, &reason) || wrong(v, v->at, reason);
}

/* ---- names --------------------------------------------------------------- */

static bool remember_name(validator *v, const char *quote, json_value name)
{
    static const char *const reasons[] = {
        [NAME_TWICE] = "a name stands twice in one object",
        [NAMES_COLLIDE] = "too many of its names collide",
        [NAMES_FULL] = "there are too many names",
        [NAMES_BEYOND_LIMIT] = "there are too many names",
    };
    json_name_fault fault = json_names_add(&v->names, v->outer[v->depth - 1], name);
    if (fault == NAME_NEW)
        return true;
    v->status = fault == NAMES_BEYOND_LIMIT ? FNT_REFUSED_SIZE : FNT_REFUSED_MALFORMED;
    return wrong(v, quote, reasons[fault]);
}

/* If the caller asked for this member, note where its value goes. All wanted names are compared
 * without branching; a name of up to 8 bytes is its own key. */
static void note_wanted(validator *v, json_value name)
{
    uint64_t key = v->names.keys[v->names.count - 1];
    uint32_t equal = 0;
    assert(v->count <= 32);
    v->begin = v->at;
    for (size_t i = 0; i < v->count; i++)
        equal |= (uint32_t)(word_load(v->wanted[i]) == key) << i;
    if (equal == 0)
        return;
    unsigned which = word_lowest(equal);
    if (name.raw.len <= 8 || json_string_equals(name, span_of(v->wanted[which])))
        v->value = &v->values[which];
}

/* A name and its colon. */
static step take_name(validator *v)
{
    const char *quote = v->at;
    if (quote == v->end || *quote != '"')
        return refuse(v, "a name in double quotes is expected");
    if (!check_string(v))
        return WRONG;
    json_value name = {JSON_STRING, {quote + 1, (size_t)(v->at - quote) - 2}, v->escaped};
    if (!remember_name(v, quote, name))
        return WRONG;
    v->at = json_skip_space(v->at, v->end);
    if (v->at == v->end || *v->at != ':')
        return refuse(v, "a colon is expected");
    v->at++;
    if (v->depth == 1)
        note_wanted(v, name);
    return VALUE_NEXT;
}

/* ---- values -------------------------------------------------------------- */

static step check_number(validator *v)
{
    const char *whole = v->at + (*v->at == '-' ? 1 : 0);
    const char *at = json_skip_digits(whole, v->end);
    v->at = at;
    if (at == whole)
        return refuse(v, "a digit is expected");
    if (*whole == '0' && at - whole > 1) {
        v->at = whole;
        return refuse(v, "a number begins with a zero too many");
    }
    if (at < v->end && *at == '.') {
        v->at = json_skip_digits(at + 1, v->end);
        if (v->at == at + 1)
            return refuse(v, "a digit is expected behind the decimal point");
    }
    if (v->at < v->end && (*v->at == 'e' || *v->at == 'E')) {
        v->at++;
        v->at += v->at < v->end && (*v->at == '+' || *v->at == '-') ? 1 : 0;
        at = v->at;
        v->at = json_skip_digits(at, v->end);
        if (v->at == at)
            return refuse(v, "a digit is expected in the exponent");
    }
    return VALUE_ENDED;
}

static step check_word(validator *v, span word)
{
    if (!span_starts((span){v->at, (size_t)(v->end - v->at)}, word))
        return refuse(v, "true, false and null are the only words");
    v->at += word.len;
    return VALUE_ENDED;
}

static step refuse_values(validator *v)
{
    v->status = FNT_REFUSED_SIZE;
    return refuse(v, "there are too many values");
}

static bool in_object(const validator *v)
{
    return (v->objects >> (v->depth - 1) & 1) != 0;
}

/* A string; in an array those too that follow it without white space. */
static step check_strings(validator *v)
{
    if (!check_string(v))
        return WRONG;
    while (v->end - v->at > 1 && v->at[1] == '"' && v->at[0] == ',' && v->depth > 0 &&
           !in_object(v)) {
        v->at++;
        if (v->value_count++ > v->max_values)
            return refuse_values(v);
        if (!check_string(v))
            return WRONG;
    }
    return VALUE_ENDED;
}

/* At an opening bracket. */
static step open_container(validator *v)
{
    bool object = *v->at == '{';
    if (v->depth == JSON_DEPTH)
        return refuse(v, "it is nested too deeply");
    v->at = json_skip_space(v->at + 1, v->end);
    if (v->at < v->end && *v->at == (object ? '}' : ']')) {
        v->at++;
        return VALUE_ENDED;
    }
    uint32_t bit = UINT32_C(1) << v->depth;
    v->objects = object ? v->objects | bit : v->objects & ~bit;
    v->outer[v->depth++] = v->names.count;
    return object ? take_name(v) : VALUE_NEXT;
}

static step check_value(validator *v)
{
    v->at = json_skip_space(v->at, v->end);
    if (v->at == v->end)
        return refuse(v, NULL);
    if (v->value_count++ > v->max_values)
        return refuse_values(v);
    switch (*v->at) {
    case '"':
        return check_strings(v);
    case '{':
    case '[':
        return open_container(v);
    case 't':
        return check_word(v, SPAN("true"));
    case 'f':
        return check_word(v, SPAN("false"));
    case 'n':
        return check_word(v, SPAN("null"));
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
        return check_number(v);
    default:
        return refuse(v, "a value is expected");
    }
}

/* Inside a container: its end, or a comma and what it leads to. */
static step after_value(validator *v)
{
    bool object = in_object(v);
    v->at = json_skip_space(v->at, v->end);
    if (v->at == v->end)
        return refuse(v, NULL);
    if (*v->at == (object ? '}' : ']')) {
        json_names_close(&v->names, v->outer[--v->depth]);
        v->at++;
        return VALUE_ENDED;
    }
    if (*v->at != ',')
        return refuse(v, object ? "a comma or } is expected" : "a comma or ] is expected");
    v->at = json_skip_space(v->at + 1, v->end);
    return object ? take_name(v) : VALUE_NEXT;
}

/* The value that ends here and began at begin, or after white space there. A string has to be the
 * last one. */
static json_value value_from(const validator *v, const char *begin)
{
    json_kind kind;
    begin = json_skip_space(begin, v->at);
    kind = json_kind_of(*begin);
    if (kind == JSON_STRING)
        return (json_value){kind, {begin + 1, (size_t)(v->at - begin) - 2}, v->escaped};
    return (json_value){kind, {begin, (size_t)(v->at - begin)}, false};
}

static void keep_member(validator *v)
{
    if (v->members != NULL && v->names.count > 0) {
        v->members[v->names.count - 1] = value_from(v, v->begin);
        v->member_count = v->names.count;
    }
    if (v->value != NULL) {
        *v->value = value_from(v, v->begin);
        v->value = NULL;
    }
}

static bool check_all(validator *v)
{
    step next = VALUE_NEXT;
    while (next == VALUE_NEXT || (next == VALUE_ENDED && v->depth > 0)) {
        next = next == VALUE_NEXT ? check_value(v) : after_value(v);
        if (next == VALUE_ENDED && v->depth == 1)
            keep_member(v);
    }
    return next == VALUE_ENDED;
}

/* ---- the whole text ------------------------------------------------------ */

static bool check_whole(validator *v, json_value *root)
{
    const char *begin = v->at;
    if (!check_all(v))
        return false;
    json_value value = value_from(v, begin);
    v->at = json_skip_space(v->at, v->end);
    if (v->at < v->end)
        return wrong(v, v->at, "something stands behind the end");
    *root = value;
    return true;
}

static fnt_status malformed(size_t at, const char *reason, json_fault *fault)
{
    if (fault != NULL)
        *fault = (json_fault){at, reason};
    return FNT_REFUSED_MALFORMED;
}

static void clear_values(const validator *v)
{
    for (size_t i = 0; i < v->count; i++)
        v->values[i] = (json_value){JSON_ABSENT, SPAN_NONE, false};
}

/* wanted, values and count of v are set. Nothing else is: a validator has 21 KiB, of which a token
 * uses little. */
static fnt_status check_text(validator *v, span text, bool any, json_limits most, json_value *root,
                             json_fault *fault)
{
    *root = (json_value){JSON_ABSENT, SPAN_NONE, false};
    clear_values(v);
    if (text.len == 0)
        return malformed(0, "it is empty", fault);
    if (text.len > JSON_SIZE)
        return malformed(JSON_SIZE, "it is too long", fault);
    if (span_starts(text, SPAN("\xef\xbb\xbf")))
        return malformed(0, "it begins with a byte order mark", fault);
    v->start = text.at;
    v->end = text.at + text.len;
    v->at = json_skip_space(v->start, v->end);
    v->depth = v->objects = 0;
    v->value_count = 0;
    v->max_values = most.values;
    json_names_init(&v->names, text, most.names);
    v->value = NULL;
    v->status = FNT_REFUSED_MALFORMED;
    if (!any && v->at < v->end && *v->at != '{')
        return malformed((size_t)(v->at - v->start), "an object is expected", fault);
    if (check_whole(v, root))
        return FNT_OK;
    clear_values(v);
    (void)malformed((size_t)(v->at - v->start), v->reason, fault);
    return v->status;
}

fnt_status json_validate_value(span text, json_value *root, json_fault *fault)
{
    validator v;
    v.count = 0;
    v.members = NULL;
    return check_text(&v, text, true, JSON_NO_LIMITS, root, fault);
}

fnt_status json_validate_pick(span text, const json_name *names, json_value *values, size_t count,
                              size_t max_names, json_value *root, json_fault *fault)
{
    validator v;
    v.wanted = names;
    v.values = values;
    v.count = count;
    v.members = NULL;
    return check_text(&v, text, false, (json_limits){max_names, SIZE_MAX}, root, fault);
}

fnt_status json_validate_index(span text, const json_name *names, json_value *values, size_t count,
                               json_limits most, json_value *root, json_index **index,
                               json_fault *fault)
{
    validator v;
    json_value members[JSON_NAMES];
    v.wanted = names;
    v.values = values;
    v.count = count;
    v.members = members;
    v.member_count = 0;
    *index = NULL;
    fnt_status status = check_text(&v, text, false, most, root, fault);
    if (status == FNT_OK) {
        *index = json_index_of(*root, &v.names, members, v.member_count, most.names - v.names.left,
                               v.value_count - 1);
        status = *index == NULL ? FNT_FAULT_MEMORY : FNT_OK;
    }
    return status;
}

fnt_status json_validate(span text, json_value *root, json_fault *fault)
{
    return json_validate_pick(text, NULL, NULL, 0, SIZE_MAX, root, fault);
}
