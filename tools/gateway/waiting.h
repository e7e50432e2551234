/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_WAITING_H
#define FNTOKEN_GATEWAY_WAITING_H

#include <stdint.h>

#include "lib/http/server.h"

/* Requests that wait, without a thread. Those for an issuer's keys: a client never asks again, so a
 * request that meets a key too new for us gets it fetched (rule 40), within limits. And those of an
 * address that floods, which are refused a while later: who has so many connections floods with so
 * many requests a second and no more, and the rest of the machine is for others (rule 42). */

enum { WAITING_OF_ONE_ISSUER = 64, WAITING_MS = 2000, HELD_MS = 1000 };

typedef struct waiting waiting;

/* For so many milliseconds, so many at most of one key: an issuer, or whatever they wait for. */
waiting *waiting_new(int64_t milliseconds, size_t most);

/* Suspends the request until waiting_settled for that key, or until its time since it came is over.
 * False: so many wait for it that this one can't. came_ms: of a clock that does not go back. */
bool waiting_add(waiting *w, http_request *request, const char *key, int64_t came_ms);

/* An issuer's fetch has ended. */
void waiting_settled(waiting *w, const char *key);
/* Those that have waited long enough go on. Returns in how many milliseconds the next have, or -1.
 */
int waiting_expire(waiting *w, int64_t now_ms);
/* All go on, and none is taken any more: the server ends. */
void waiting_release(waiting *w);

void waiting_free(waiting *w);

#endif
