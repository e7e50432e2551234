/* SPDX-License-Identifier: MIT */
#include "iam/explain/claim_path.h"

#include "iam/objects/location.h"

/* ---- a path as others write it -------------------------------------------
 *
 *     PATH = [ "$" ] STEP *( STEP )
 *     STEP = [ "." / "/" / "[" ] [ quote ] NAME [ quote ] [ "]" ]
 *
 * A NAME is the longest one in the object that fits, as "kubernetes.io" has a dot of its own. */

static bool is_between(char c)
{
    return c == '.' || c == '/' || c == '[' || c == ']' || c == '\'' || c == '"' || c == '$';
}

static span skip_between(span path)
{
    while (path.len > 0 && is_between(path.at[0]))
        path = span_from(path, 1);
    return path;
}

static bool begins_with_step(span path, span name)
{
    return name.len > 0 && path.len >= name.len &&
           span_equal_fold((span){path.at, name.len}, name) &&
           (path.len == name.len || is_between(path.at[name.len]));
}

/* The step into an object: writes it behind out, and answers how many bytes of path it is. */
static size_t step_into(buf *out, json_value *object, span path, char *scratch)
{
    json_value name, value, inner = {JSON_ABSENT, SPAN_NONE, false};
    size_t longest = 0, before = out->len;
    for (json_iterator walk = json_members(*object); json_next_member(&walk, &name, &value);) {
        span text = json_unescape(name, scratch);
        if (text.len <= longest || !begins_with_step(path, text))
            continue;
        longest = text.len;
        inner = value;
        buf_cut(out, before);
        pointer_step(out, text);
    }
    *object = inner;
    return longest;
}

/* "0", as in groups[0], or "*": one item is no list, and the list is what a condition looks at. */
static bool is_index(span path)
{
    size_t digits = path.at[0] == '*';
    while (digits < path.len && path.at[digits] >= '0' && path.at[digits] <= '9')
        digits++;
    return digits > 0 && skip_between(span_from(path, digits)).len == 0;
}

static size_t follow(buf *out, json_value claims, span path, char *scratch)
{
    size_t steps = 0;
    for (path = skip_between(path); path.len > 0; steps++) {
        if (claims.kind == JSON_ARRAY && is_index(path))
            return steps;
        size_t taken = step_into(out, &claims, path, scratch);
        if (taken == 0)
            return 0;
        path = skip_between(span_from(path, taken));
    }
    return steps;
}

/* ---- a name inside another claim ----------------------------------------- */

static bool find_inside(buf *out, json_value claims, span written, char *scratch)
{
    json_value name, value;
    for (json_iterator walk = json_members(claims); json_next_member(&walk, &name, &value);) {
        if (json_member(value, written).kind == JSON_ABSENT)
            continue;
        pointer_step(out, json_unescape(name, scratch));
        pointer_step(out, written);
        return true;
    }
    return false;
}

bool claim_path_suggest(buf *out, json_value claims, span written, char *scratch)
{
    buf pointer = BUF_EMPTY;
    size_t steps = follow(&pointer, claims, written, scratch);
    if (steps == 0) {
        buf_cut(&pointer, 0);
        steps = find_inside(&pointer, claims, written, scratch) ? 2 : 0;
    }
    /* a claim at the top needs no pointer, unless its name would be read as one */
    span meant = buf_span(&pointer);
    if (steps == 1 && span_index(meant, '~') == meant.len)
        meant = span_from(meant, 1);
    bool found = steps > 0 && !span_equal(meant, written);
    if (found)
        buf_add(out, meant);
    buf_free(&pointer);
    return found;
}

void claim_path_inside(buf *out, json_value object, span claim, char *scratch)
{
    json_value name, value = object;
    if (claim.len > 0 && claim.at[0] == '/')
        buf_add(out, claim);
    else
        pointer_step(out, claim);
    while (value.kind == JSON_OBJECT) {
        json_iterator walk = json_members(value);
        if (!json_next_member(&walk, &name, &value))
            return;
        pointer_step(out, json_unescape(name, scratch));
    }
}
