/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_VOCABULARY_H
#define FNT_IAM_OBJECTS_VOCABULARY_H

#include "base/span.h"

/* The operators of conditions.
 *
 *     OPERATOR = [ "ForAnyValue:" ] NAME
 *     NAME     = "StringEqual" / "StringEquals"   byte for byte
 *              / "StringEqualIgnoreCase"          A to Z are a to z; nothing beyond ASCII is folded
 *              / "StringLike"                     "*" is any run of bytes, see match/pattern.h
 */
typedef enum { COMPARE_EQUAL, COMPARE_FOLD, COMPARE_LIKE } comparison;

#define FOR_ANY_VALUE SPAN("ForAnyValue:")

extern const char *const operator_names[]; /* NULL-ended */

bool operator_is(span text);
span operator_name(span text);           /* without ForAnyValue: */
comparison operator_compares(span text); /* of an operator */

#endif
