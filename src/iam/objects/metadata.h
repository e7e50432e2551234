/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_METADATA_H
#define FNT_IAM_OBJECTS_METADATA_H

#include "iam/objects/reader.h"
#include "iam/objects/vocabulary.h"

/* What every Kubernetes object has: TypeMeta (apiVersion, kind) and ObjectMeta (metadata). */

/* RFC 1123: lower-case letters, digits and inner hyphens, at most 63. */
bool metadata_is_namespace(span name);

/* Begins an object: fills *out and returns its kind. OBJECT_OTHER: there is nothing to read, as it
 * is another program's or of a namespace that is not loaded (a note), is being deleted (a note),
 * has no kind that is known (an error), or is a List deeper than Lists may be nested (an error). */
object_kind metadata_read(loading *load, const location *at, object *out);

/* Whether it is a list of objects, as "kubectl get -o json" prints it: kind List, or ...List of our
 * group, with items. *items are these then. */
bool metadata_is_list(const location *at, location *items);

#endif
