/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_DURATION_PARSE_H
#define FNT_BASE_DURATION_PARSE_H

#include <stdint.h>

#include "base/span.h"

/* A length of time as Go writes it and the CRD allows it: "12h", "1h30m", "1.5h", "90s".
 *
 *     duration = 1*( 1*DIGIT [ "." 1*DIGIT ] unit )
 *     unit     = "h" / "m" / "s" / "ms" / "us" / "µs" / "ns"
 *
 * Whole seconds, rounded down; at the end of the range it stays there. False if it is none. */
bool duration_parse(span text, int64_t *seconds);

#endif
