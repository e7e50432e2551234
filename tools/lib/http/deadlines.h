/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_DEADLINES_H
#define FNTOKEN_LIB_HTTP_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/http/ip.h"

/* Connections, until when each may take, and how many one address may have: inactivity alone would
 * let a byte a second hold one for ever. A thread shuts down what is late; for any number of other
 * threads. */

typedef struct deadlines deadlines;
typedef struct deadline deadline;

enum { DEADLINE_NEVER = -1 };

/* most: connections of one address. NULL: no thread. */
deadlines *deadlines_new(size_t most);

/* A connection, seconds from now on; it must be removed before its descriptor is closed. of: whose
 * it is, and it is shut down where they have too many; NULL: not counted. The others take NULL, and
 * do nothing. */
deadline *deadlines_add(deadlines *all, int descriptor, int seconds, const ip_address *of);
void deadlines_set(deadlines *all, deadline *one, int seconds);
/* Why it was shut down: "connections", of one address, or "late", where it had not been set anew;
 * else NULL. */
const char *deadlines_remove(deadlines *all, deadline *one);
bool deadlines_is_late(deadlines *all, const deadline *one);

/* Ends the thread; nothing may be in it any more. */
void deadlines_free(deadlines *all);

#endif
