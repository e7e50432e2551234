/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_LOCATION_H
#define FNT_IAM_OBJECTS_LOCATION_H

#include "base/buf.h"
#include "text/document.h"

/* A value of a document, and the way to it: a chain of places on the reader's stack, so that every
 * mistake can be pointed at. A place whose value is NULL is nowhere. */
typedef struct location {
    const struct location *up; /* the object or list that it stands in; NULL for the root */
    const node *at;
    span member;  /* its name, where that is an object */
    size_t index; /* its number, from 0 */
} location;

location location_root(const document *text);
location location_member(const location *up, span name);
location location_first(const location *up);  /* of an object's members or a list's items */
location location_next(const location *here); /* the one behind it */

/* How many members or items there are. */
size_t location_count(const location *up);

/* The RFC 6901 pointer, for programs: "/3/spec/statement/0/effect". */
void location_pointer(buf *out, const location *here);

/* The way from a place above, for people: "spec.statement[0].effect". Nothing for that place
 * itself. */
void location_path(buf *out, const location *from, const location *here);

/* One more step of a pointer that is text already. */
void pointer_step(buf *out, span name);

#endif
