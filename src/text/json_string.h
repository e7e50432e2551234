/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JSON_STRING_H
#define FNT_TEXT_JSON_STRING_H

#include "base/span.h"

/* The rest of a string of JSON, for json_validate: *at goes from behind the opening quote, or a
 * later byte up to which all are plain, to behind the closing one.
 * escaped: whether it has a backslash. False: *at is the first byte that is wrong, *reason says
 * why, if it is not the end. */
bool json_check_string(const char **at, const char *end, bool *escaped, const char **reason);

#endif
