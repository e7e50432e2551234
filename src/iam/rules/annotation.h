/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_ANNOTATION_H
#define FNT_IAM_RULES_ANNOTATION_H

#include "iam/objects/reader.h"

/* Annotations by which an object opts in, and what lint calls a value that they can't have. */
#define AUTHORIZED_PARTY "authorized-party" /* of a JwtIssuer, rule 29 */
#define ANY_TENANT "any-tenant"             /* of a Role, rule 57 */

/* Whether metadata.annotations["fntoken/NAME"] is "true". A value that is neither that nor "false"
 * is an error, and so is a name that is nearly one of ours. */
bool annotation_is_set(const object *from, const char *name);

#endif
