/* SPDX-License-Identifier: MIT */
#include "token/revoked_slot.h"

bool revoked_slot_init(revoked_slot *slot)
{
    slot->list = NULL;
    slot->unused = NULL;
    return pthread_mutex_init(&slot->lock, NULL) == 0;
}

void revoked_slot_clear(revoked_slot *slot)
{
    revoked_unref(slot->list);
    revoked_free_chain(slot->unused);
    pthread_mutex_destroy(&slot->lock);
}

bool revoked_slot_set(revoked_slot *slot, const fnt_revoked *list)
{
    (void)revoked_ref(list);
    pthread_mutex_lock(&slot->lock);
    const fnt_revoked *old = slot->list;
    fnt_revoked *unused = slot->unused;
    slot->list = list;
    slot->unused = NULL;
    pthread_mutex_unlock(&slot->lock);
    bool changed = old != list;
    revoked_free_chain(unused);
    revoked_unref(old);
    return changed;
}

const fnt_revoked *revoked_slot_take(revoked_slot *slot)
{
    pthread_mutex_lock(&slot->lock);
    const fnt_revoked *list = revoked_ref(slot->list);
    pthread_mutex_unlock(&slot->lock);
    return list;
}

void revoked_slot_give_back(revoked_slot *slot, const fnt_revoked *list)
{
    if (!revoked_release(list))
        return;
    pthread_mutex_lock(&slot->lock);
    slot->unused = revoked_chain(list, slot->unused);
    pthread_mutex_unlock(&slot->lock);
}
