/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_TIMES_H
#define FNTOKEN_LIB_BASE_TIMES_H

#include <stdint.h>

#include "lib/base/text.h"

/* Milliseconds of a clock that does not go back, for waits and limits; not the time of day. */
int64_t times_clock_ms(void);

/* ---- for people ---------------------------------------------------------- */

/* Seconds since 1970 as 2024-05-16T08:42:01Z; nothing where no calendar has the year. */
void times_utc(text *out, int64_t seconds);

/* How far that is from now: "3 h ago", "in 12 min", "now". */
void times_distance(text *out, int64_t seconds, int64_t now);

#endif
