/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_DURATION_H
#define FNT_BASE_DURATION_H

#include <stdint.h>

#include "base/buf.h"

/* Times are whole seconds since 1970. The library has no clock: "now" is the caller's and may be
 * nonsense. */

/* The latest time there is: above it is one in milliseconds, or in something finer. */
#define TIME_LATEST INT64_C(99999999999)

/* Whether now is a time of this millennium or so. 0 is a forgotten argument. */
static inline bool time_is_possible(int64_t now)
{
    return now >= 1 && now <= TIME_LATEST;
}

/* a - b and a + b, at the end of the range instead of over it. */
int64_t time_minus(int64_t a, int64_t b);
int64_t time_plus(int64_t a, int64_t b);

/* For people: "42 s", "5 min 3 s", "3 h 12 min", "2 d 4 h". seconds: 0 or more. */
void duration_print(buf *out, int64_t seconds);

/* As Go writes a duration and the CRD allows it: "12h", "1h30m", "1.5h", "90s".
 *
 *     duration = 1*( 1*DIGIT [ "." 1*DIGIT ] unit )
 *     unit     = "h" / "m" / "s" / "ms" / "us" / "µs" / "ns"
 *
 * Whole seconds, rounded down; about 31 years where it is longer. False if it is no duration. */
bool duration_parse(span text, int64_t *seconds);

#endif
