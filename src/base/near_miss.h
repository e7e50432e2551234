/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_NEAR_MISS_H
#define FNT_BASE_NEAR_MISS_H

#include "base/buf.h"

/* Appends what two texts that must be equal differ by, where it is only what is easily overlooked:
 * "the slash at the end", "the scheme at the beginning, the case of letters". Nothing where they
 * are equal, or differ by more than such. Answers whether it appended something. */
bool near_miss(buf *out, span a, span b);

#endif
