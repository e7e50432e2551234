/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_SHAPE_H
#define FNT_IAM_LINT_SHAPE_H

#include "base/span.h"

/* Whether a value and a shape have a text in common. In a shape "*" is any run of characters and
 * "%" one without a colon; in the value "*" is any run where it is a pattern. A shape has at most
 * SHAPE_BYTES. */
enum { SHAPE_BYTES = 63 };
bool shape_meets(const char *shape, span value, bool is_pattern);

/* Whether text is of that form, to its end: "#" is a UUID in small letters, "%" one segment of a
 * path. */
bool shape_is_path(const char *form, span text);

#endif
