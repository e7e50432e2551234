/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_DEADLINES_H
#define FNTOKEN_LIB_HTTP_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

/* Connections and until when each may take: inactivity alone would let a byte a second hold one for
 * ever. A thread shuts down what is late; for any number of other threads. */

typedef struct deadlines deadlines;
typedef struct deadline deadline;

enum { DEADLINE_NEVER = -1 };

/* NULL: no thread. */
deadlines *deadlines_new(void);

/* A connection, seconds from now on; it must be removed before its descriptor is closed. The others
 * take NULL, and do nothing. */
deadline *deadlines_add(deadlines *all, int descriptor, int seconds);
void deadlines_set(deadlines *all, deadline *one, int seconds);
/* True: it was late, and had not been set anew. */
bool deadlines_remove(deadlines *all, deadline *one);
bool deadlines_is_late(deadlines *all, const deadline *one);

/* Ends the thread; nothing may be in it any more. */
void deadlines_free(deadlines *all);

#endif
