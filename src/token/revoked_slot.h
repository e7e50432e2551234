/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_REVOKED_SLOT_H
#define FNT_TOKEN_REVOKED_SLOT_H

#include <pthread.h>

#include "token/revoked.h"

/* The list that is in force, which any thread may replace at any time. Neither side waits for work
 * that grows with a list: the lock is held to move pointers alone, and a request that turns out to
 * be the last holder of a replaced list leaves it to the next set, as wiping and freeing megabytes
 * is nothing for a request to do. */
typedef struct {
    pthread_mutex_t lock;
    const fnt_revoked *list;
    fnt_revoked *unused;
} revoked_slot;

bool revoked_slot_init(revoked_slot *slot); /* false: no memory */
void revoked_slot_clear(revoked_slot *slot);

/* NULL: nothing is revoked. False: it was that list before. */
bool revoked_slot_set(revoked_slot *slot, const fnt_revoked *list);

/* A request takes the list, which may be NULL, and gives it back. */
const fnt_revoked *revoked_slot_take(revoked_slot *slot);
void revoked_slot_give_back(revoked_slot *slot, const fnt_revoked *list);

#endif
