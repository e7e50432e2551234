/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_METADATA_H
#define FNT_IAM_OBJECTS_METADATA_H

#include "iam/objects/reader.h"

/* What all Kubernetes objects have: apiVersion, kind, metadata, spec, status. */

typedef enum { ENVELOPE_SKIP, ENVELOPE_ISSUER, ENVELOPE_POLICY, ENVELOPE_ROLE } envelope_kind;

/* Begins an object: fills *out and answers of which kind it is. ENVELOPE_SKIP: another program's (a note says so), being
 * deleted (a note), or so wrong that its kind is not known (an error), as is a list where none is expected any more. */
envelope_kind envelope_open(loading *load, const place *at, object *out);

/* Whether it is a list of objects, as "kubectl get -o json" prints it: kind List or, of our group, ...List, with items.
 * *items is their list then. */
bool envelope_is_list(const place *at, place *items);

#endif
