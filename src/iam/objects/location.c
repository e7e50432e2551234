/* SPDX-License-Identifier: MIT */
#include "iam/objects/location.h"

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

/* The chain from "from" (left out) down to "here". No value stands deeper than JSON_DEPTH. */
static size_t chain(const location *from, const location *here, const location *way[DEEPEST])
{
    size_t count = 0;
    for (const location *p = here; p != NULL && p != from && count < DEEPEST; p = p->up)
        way[count++] = p;
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
    const location *way[DEEPEST];
    for (size_t i = chain(NULL, here, way); i-- > 0;) {
        char digits[INTEGER_SIZE];
        if (way[i]->up != NULL)
            pointer_step(out, way[i]->member.at != NULL
                                  ? way[i]->member
                                  : integer_print((int64_t)way[i]->index, digits));
    }
}

void location_path(buf *out, const location *from, const location *here)
{
    const location *way[DEEPEST];
    size_t count = chain(from, here, way);
    for (size_t i = count; i-- > 0;) {
        if (way[i]->member.at == NULL) {
            buf_byte(out, '[');
            buf_integer(out, (int64_t)way[i]->index);
            buf_byte(out, ']');
            continue;
        }
        if (i + 1 < count)
            buf_byte(out, '.');
        buf_add(out, way[i]->member);
    }
}
