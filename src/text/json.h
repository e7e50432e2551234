/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JSON_H
#define FNT_TEXT_JSON_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* The strict reader of rule 4, without a tree: json_validate reads the text once and says whether
 * it is a JSON object as RFC 8259 has it and we accept it; the iterators below then visit its
 * members in place, and rely on what was validated.
 *
 * Beyond RFC 8259: the text is one object; no \u0000 in any name or value, no duplicate names in
 * one object (compared as they read, "\u0061" is "a"), at most JSON_DEPTH deep, at most JSON_NAMES
 * names in the objects that are open at one time, at most JSON_SIZE bytes; and no flood of names
 * that collide in the hash by which names are told apart (nobody has them but on purpose). */
enum { JSON_DEPTH = 32, JSON_NAMES = 1024, JSON_SIZE = 0x7fffffff };

typedef enum {
    JSON_ABSENT,
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
} json_kind;

typedef struct {
    json_kind kind;
    /* the value as written; of a string what is between the quotes */
    span raw;
    bool escaped; /* a string with a backslash: json_unescape tells what it reads as */
} json_value;

typedef struct {
    size_t at;          /* the first byte that is wrong */
    const char *reason; /* static; "a name stands twice" */
} json_fault;

/* FNT_OK: *root is the object. FNT_REFUSED_MALFORMED: *fault says where and why (fault may be
 * NULL), *root is JSON_ABSENT. Needs no memory; no recursion; linear in text.len, whatever the
 * names are: a name's hash is compared with JSON_NAMES others at most, and in vain no more bytes of
 * names are compared than the text has. */
fnt_status json_validate(span text, json_value *root, json_fault *fault);

typedef char json_name[9]; /* a name to look for, of at most eight bytes; padded with zeros */

/* json_validate, and json_pick of the object on the way, which spares a second pass. At most 32
 * names. max_names: that the text may have, at any depth; beyond it FNT_REFUSED_SIZE. */
fnt_status json_validate_pick(span text, const json_name *names, json_value *values, size_t count,
                              size_t max_names, json_value *root, json_fault *fault);

/* json_validate for a text that may be any one value: document.c reads arrays too. */
fnt_status json_validate_value(span text, json_value *root, json_fault *fault);

/* ---- iterating over what json_validate accepted; of anything else (JSON_ABSENT, another kind)
 * there is nothing to find */

typedef struct {
    span rest;
} json_iterator;

json_iterator json_members(json_value object);
bool json_next_member(json_iterator *it, json_value *name, json_value *value);
json_iterator json_items(json_value array);
bool json_next_item(json_iterator *it, json_value *value);

/* Whether it is an array of strings and nothing else; an empty one is. */
bool json_is_string_array(json_value value);

/* The member of that name, byte for byte and with case; JSON_ABSENT if there is none. */
json_value json_member(json_value object, span name);

/* Several members in one pass: values[i] is the member that names[i] names, or JSON_ABSENT. */
void json_pick(json_value object, const span *names, json_value *values, size_t count);

/* What people call it: "a string", "an array", "missing". */
span json_kind_name(json_kind kind);

/* Whether each "~" of it is written "~0" or "~1", and it is empty or starts with a slash (RFC
 * 6901). */
bool json_is_pointer(span pointer);

/* Follows an RFC 6901 pointer ("/realm_access/roles", "/a~1b/0"); the empty one is value itself.
 * JSON_ABSENT if it resolves to nothing or is no pointer. */
json_value json_resolve_pointer(json_value value, span pointer);

/* Whether a string (or name) reads as text; two of them. Any other kind is equal to nothing. */
bool json_escaped_equals(json_value string, span text); /* of a string with escapes */

static inline bool json_string_equals(json_value string, span text)
{
    if (string.kind != JSON_STRING)
        return false;
    if (string.escaped)
        return json_escaped_equals(string, text);
    return span_equal(string.raw, text);
}

bool json_strings_equal(json_value a, json_value b);

/* Whether text is of visible ASCII, and stands for itself between quotes. */
bool json_is_plain(span text);

/* Writes what a string reads as to scratch, of at least raw.len bytes, and answers that span. A
 * string without escapes is answered in place, and scratch is not touched. Absent for any other
 * kind. */
span json_unescape(json_value string, char *scratch);

/* A NumericDate (RFC 7519, 2) as whole seconds; up: rounded up instead of down. False: no number,
 * negative, above 2^53. Exact: no floating point, no locale, whatever the exponent. */
bool json_seconds(json_value number, bool up, int64_t *seconds);

/* Whether a number is written as a plain decimal integer below 2^53, without a sign, fraction,
 * exponent or leading zero. */
bool json_is_plain_integer(json_value number);

#endif
