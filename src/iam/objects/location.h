/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_LOCATION_H
#define FNT_IAM_OBJECTS_LOCATION_H

#include "base/buf.h"
#include "text/document.h"

/* A value of a document and the steps that lead to it, so that every mistake can be pointed at. The
 * steps are a chain of locations on the stack of whoever descends. at is NULL where there is no
 * such value: the location is absent then, and all that is asked about it is absent too. */
typedef struct location {
    const struct location *up; /* the object or array that it is in; NULL for the root */
    const node *at;
    span member;  /* its name in an object; absent in an array */
    size_t index; /* its index in an array or among the members, from 0 */
} location;

location location_root(const document *text);
location location_member(const location *up, span name);
location location_first(const location *up); /* of an object's members or an array's items */
location location_next(const location *here);

/* How many members or items there are. */
size_t location_count(const location *up);

/* The RFC 6901 pointer, for programs: "/3/spec/statement/0/effect". */
void location_pointer(buf *out, const location *here);

/* The steps down from another location, which is left out itself, for people:
 * "spec.statement[0].effect". */
void location_path(buf *out, const location *from, const location *here);

/* A name as a further step of a pointer: "/" and the name, escaped. */
void pointer_step(buf *out, span name);

#endif
