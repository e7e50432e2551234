/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_GATEWAY_WAITING_H
#define FNTOKEN_GATEWAY_WAITING_H

#include <stdint.h>

#include "lib/http/server.h"

/* Requests that wait for an issuer's keys, without a thread: a client never asks again, so a
 * request that meets a key too new for us gets it fetched (rule 40), within limits. */

enum { WAITING_OF_ONE_ISSUER = 64, WAITING_MS = 2000 };

typedef struct waiting waiting;

waiting *waiting_new(void);

/* Suspends the request until the issuer's fetch has ended or WAITING_MS since it came are over.
 * False: so many wait for that issuer that this one can't. came_ms: of a clock that does not go
 * back. */
bool waiting_add(waiting *w, http_request *request, const char *issuer, int64_t came_ms);

/* A fetch has ended. */
void waiting_settled(waiting *w, const char *issuer);
/* Those that have waited long enough go on. Returns in how many milliseconds the next have, or -1.
 */
int waiting_expire(waiting *w, int64_t now_ms);
/* All go on, and none is taken any more: the server ends. */
void waiting_release(waiting *w);

void waiting_free(waiting *w);

#endif
