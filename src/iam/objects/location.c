/* SPDX-License-Identifier: MIT */
#include "iam/objects/location.h"

#include <assert.h>

/* No value is deeper than JSON_DEPTH; the root and an absent member add a step each. */
enum { DEEPEST = JSON_DEPTH + 2 };

location location_root(const document *text)
{
    return (location){NULL, document_root(text), SPAN_NONE, 0};
}

location location_member(const location *up, span name)
{
    return (location){up, node_member(up->at, name), name, 0};
}

location location_first(const location *up)
{
    const node *first = node_first(up->at);
    return (location){up, first, node_name(first), 0};
}

location location_next(const location *here)
{
    const node *next = node_next(here->at);
    return (location){here->up, next, node_name(next), here->index + 1};
}

size_t location_count(const location *up)
{
    size_t count = 0;
    for (const node *n = node_first(up->at); n != NULL; n = node_next(n))
        count++;
    return count;
}

/* The steps from "from" (left out) to "here", the last one first. */
static size_t chain(const location *from, const location *here, const location *steps[DEEPEST])
{
    size_t count = 0;
    const location *l = here;
    for (; l != NULL && l != from && count < DEEPEST; l = l->up)
        steps[count++] = l;
    assert(l == NULL || l == from);
    return count;
}

void pointer_step(buf *out, span name)
{
    buf_byte(out, '/');
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '~')
            buf_add(out, SPAN("~0"));
        else if (name.at[i] == '/')
            buf_add(out, SPAN("~1"));
        else
            buf_byte(out, name.at[i]);
    }
}

void location_pointer(buf *out, const location *here)
{
    const location *steps[DEEPEST];
    for (size_t i = chain(NULL, here, steps); i-- > 0;) {
        char digits[INTEGER_SIZE];
        if (steps[i]->up != NULL)
            pointer_step(out, steps[i]->member.at != NULL
                                  ? steps[i]->member
                                  : integer_print((int64_t)steps[i]->index, digits));
    }
}

void location_path(buf *out, const location *from, const location *here)
{
    const location *steps[DEEPEST];
    size_t count = chain(from, here, steps);
    for (size_t i = count; i-- > 0;) {
        if (steps[i]->member.at == NULL) {
            buf_byte(out, '[');
            buf_integer(out, (int64_t)steps[i]->index);
            buf_byte(out, ']');
            continue;
        }
        if (i + 1 < count)
            buf_byte(out, '.');
        buf_add(out, steps[i]->member);
    }
}
