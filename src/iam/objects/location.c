/* SPDX-License-Identifier: MIT */
#include "iam/objects/location.h"

enum { DEEPEST = JSON_DEPTH + 2 };

place place_root(const document *text)
{
    return (place){NULL, document_root(text), SPAN_NONE, 0};
}

place place_member(const place *up, span name)
{
    return (place){up, node_member(up->at, name), name, 0};
}

place place_first(const place *up)
{
    const node *first = node_first(up->at);
    return (place){up, first, node_name(first), 0};
}

place place_next(const place *here)
{
    const node *next = node_next(here->at);
    return (place){here->up, next, node_name(next), here->index + 1};
}

size_t place_count(const place *up)
{
    size_t count = 0;
    for (const node *n = node_first(up->at); n != NULL; n = node_next(n))
        count++;
    return count;
}

span place_kind(const place *here)
{
    switch (node_kind(here->at)) {
    case JSON_OBJECT:
        return SPAN("an object");
    case JSON_ARRAY:
        return SPAN("a list");
    case JSON_STRING:
        return SPAN("text");
    case JSON_NUMBER:
        return SPAN("a number");
    case JSON_TRUE:
    case JSON_FALSE:
        return SPAN("true or false");
    case JSON_NULL:
        return SPAN("null");
    default:
        return SPAN("absent");
    }
}

/* The chain from "from" (left out) down to "here". No value stands deeper than JSON_DEPTH. */
static size_t chain(const place *from, const place *here, const place *way[DEEPEST])
{
    size_t count = 0;
    for (const place *p = here; p != NULL && p != from && count < DEEPEST; p = p->up)
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

void place_pointer(buf *out, const place *here)
{
    const place *way[DEEPEST];
    for (size_t i = chain(NULL, here, way); i-- > 0;) {
        char room[NUMBER_SIZE];
        if (way[i]->up != NULL)
            pointer_step(out, way[i]->member.at != NULL ? way[i]->member : number_text((int64_t)way[i]->index, room));
    }
}

void place_words(buf *out, const place *from, const place *here)
{
    const place *way[DEEPEST];
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
