/* SPDX-License-Identifier: MIT */
#include "keys/skipped.h"

#include "base/memory.h"

static bool copy(span text, span *out)
{
    if (text.at == NULL)
        return true;
    *out = (span){memory_strndup(text), text.len};
    return out->at != NULL;
}

fnt_status skipped_add(skipped_keys *list, const skipped_key *k)
{
    skipped_key *more = memory_grow_array(list->at, list->count, sizeof *more);
    if (more == NULL)
        return FNT_FAULT_MEMORY;
    list->at = more;
    skipped_key *added = &list->at[list->count++];
    *added = *k;
    added->kid = added->reason = SPAN_NONE;
    return copy(k->kid, &added->kid) && copy(k->reason, &added->reason) ? FNT_OK : FNT_FAULT_MEMORY;
}

void skipped_free(skipped_keys *list)
{
    for (size_t i = 0; i < list->count; i++) {
        memory_free((void *)list->at[i].kid.at);
        memory_free((void *)list->at[i].reason.at);
    }
    memory_free(list->at);
    *list = (skipped_keys){NULL, 0};
}

static bool is_meant(const skipped_key *k, span kid, int32_t alg_bit)
{
    if (k->kid.at != NULL && kid.at != NULL)
        return span_equal(k->kid, kid);
    return k->unsupported && (k->algorithms & alg_bit) != 0;
}

const skipped_key *skipped_find(const skipped_keys *list, span kid, int32_t alg_bit)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_meant(&list->at[i], kid, alg_bit))
            return &list->at[i];
    return NULL;
}

static bool same(const skipped_key *a, const skipped_key *b)
{
    return (a->kid.at == NULL) == (b->kid.at == NULL) && span_equal(a->kid, b->kid) &&
           span_equal(a->reason, b->reason) && a->algorithms == b->algorithms;
}

static bool holds(const skipped_keys *list, const skipped_key *k)
{
    for (size_t i = 0; i < list->count; i++)
        if (same(&list->at[i], k))
            return true;
    return false;
}

bool skipped_equal(const skipped_keys *a, const skipped_keys *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!holds(b, &a->at[i]) || !holds(a, &b->at[i]))
            return false;
    return true;
}
