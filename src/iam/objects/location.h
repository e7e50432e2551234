/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_LOCATION_H
#define FNT_IAM_OBJECTS_LOCATION_H

#include "base/buf.h"
#include "text/document.h"

/* A value of a document, and the way to it: a chain of places on the reader's stack, so that every mistake can be pointed at.
 * A place whose value is NULL is nowhere. */
typedef struct place {
    const struct place *up; /* the object or list that it stands in; NULL for the root */
    const node *at;
    span member;  /* its name, where that is an object */
    size_t index; /* its number, from 0 */
} place;

place place_root(const document *text);
place place_member(const place *up, span name);
place place_first(const place *up);  /* of an object's members or a list's items */
place place_next(const place *here); /* the one behind it */

/* How many members or items there are. */
size_t place_count(const place *up);

/* "text", "a list", ... for sentences. */
span place_kind(const place *here);

/* The RFC 6901 pointer, for programs: "/3/spec/statement/0/effect". */
void place_pointer(buf *out, const place *here);

/* The way from a place above, for people: "spec.statement[0].effect". Nothing for that place itself. */
void place_words(buf *out, const place *from, const place *here);

/* One more step of a pointer that is text already. */
void pointer_step(buf *out, span name);

#endif
