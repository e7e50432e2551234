/* SPDX-License-Identifier: MIT */
#include "iam/exchange/issuer_keys.h"

#include <pthread.h>

#include "base/memory.h"

/* A handful of issuers: a list is enough. */
typedef struct entry {
    struct entry *next;
    const fnt_keyset *keyset;
    size_t issuer_len;
    char issuer[];
} entry;

struct issuer_keys {
    pthread_mutex_t lock; /* held for a look at the list, never while a token is verified */
    entry *first;
};

fnt_status issuer_keys_new(issuer_keys **out)
{
    issuer_keys *t = memory_alloc(sizeof *t);
    if (t == NULL || pthread_mutex_init(&t->lock, NULL) != 0) {
        memory_free(t);
        return FNT_FAULT_MEMORY;
    }
    *out = t;
    return FNT_OK;
}

static void entry_free(entry *e)
{
    if (e == NULL)
        return;
    keyset_unref(e->keyset);
    memory_free(e);
}

void issuer_keys_free(issuer_keys *t)
{
    if (t == NULL)
        return;
    for (entry *e = t->first, *next; e != NULL; e = next) {
        next = e->next;
        entry_free(e);
    }
    pthread_mutex_destroy(&t->lock);
    memory_free(t);
}

static entry *entry_new(span issuer, const fnt_keyset *keyset)
{
    entry *e = memory_alloc(sizeof *e + issuer.len);
    if (e == NULL)
        return NULL;
    memcpy(e->issuer, issuer.at, issuer.len);
    e->issuer_len = issuer.len;
    e->keyset = keyset_ref(keyset);
    return e;
}

/* The link to the entry of that issuer; the one at the end if there is none. */
static entry **link_to(issuer_keys *t, span issuer)
{
    entry **at = &t->first;
    while (*at != NULL && !span_equal((span){(*at)->issuer, (*at)->issuer_len}, issuer))
        at = &(*at)->next;
    return at;
}

fnt_status issuer_keys_set(issuer_keys *t, span issuer, const fnt_keyset *keyset)
{
    entry *fresh = keyset == NULL ? NULL : entry_new(issuer, keyset);
    if (keyset != NULL && fresh == NULL)
        return FNT_FAULT_MEMORY;
    pthread_mutex_lock(&t->lock);
    entry **at = link_to(t, issuer), *old = *at, *rest = old == NULL ? NULL : old->next;
    if (fresh != NULL)
        fresh->next = rest;
    *at = fresh != NULL ? fresh : rest;
    pthread_mutex_unlock(&t->lock);
    entry_free(old);
    return FNT_OK;
}

const fnt_keyset *issuer_keys_find(issuer_keys *t, span issuer)
{
    pthread_mutex_lock(&t->lock);
    entry *e = *link_to(t, issuer);
    const fnt_keyset *keyset = e == NULL ? NULL : keyset_ref(e->keyset);
    pthread_mutex_unlock(&t->lock);
    return keyset;
}
