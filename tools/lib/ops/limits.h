/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_OPS_LIMITS_H
#define FNTOKEN_LIB_OPS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many a second for each key, with a burst (a token bucket); for any number of threads. Its
 * memory is bounded: a key that was not seen for as long as its bucket takes to fill is forgotten,
 * which changes nothing, and under a flood of keys the oldest are forgotten earlier. */

typedef struct limits limits;

/* per_second 0: no limit, and NULL is returned, which every function takes. */
limits *limits_new(unsigned per_second, unsigned burst);

/* Whether one more is allowed now, in milliseconds of any clock that does not go back; if not,
 * *wait: seconds until it is. */
bool limits_take(limits *l, const void *key, size_t len, int64_t now_ms, unsigned *wait);

/* Whether that key was refused FLOOD times more than it was allowed, since it was last heard of so
 * rarely that its bucket filled: no client that only asks a little too often. */
enum { LIMITS_FLOOD = 2000 };
bool limits_is_flood(limits *l, const void *key, size_t len);

void limits_free(limits *l);

#endif
