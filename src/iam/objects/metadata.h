/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_METADATA_H
#define FNT_IAM_OBJECTS_METADATA_H

#include "iam/objects/reader.h"

/* What all Kubernetes objects have: apiVersion, kind, metadata, spec, status. */

/* RFC 1123: lower-case letters, digits and inner hyphens, at most 63. */
bool metadata_is_namespace(span name);

typedef enum { OBJECT_SKIP, OBJECT_ISSUER, OBJECT_POLICY, OBJECT_ROLE } object_kind;

/* Begins an object: fills *out and answers of which kind it is. OBJECT_SKIP: another program's or
 * of a namespace that does not count (a note says so), being deleted (a note), or so wrong that its kind is not known (an error), as is a
 * list where none is expected any more. */
object_kind metadata_read(loading *load, const location *at, object *out);

/* Whether it is a list of objects, as "kubectl get -o json" prints it: kind List or, of our group,
 * ...List, with items. *items is their list then. */
bool metadata_is_list(const location *at, location *items);

#endif
