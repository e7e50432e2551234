/* SPDX-License-Identifier: MIT */
/* The cache's table, for its two halves: lookup.c, which requests go through, and update.c,
 * which makes it, puts in and takes out. */
#ifndef FNT_TOKEN_CACHE_TABLE_H
#define FNT_TOKEN_CACHE_TABLE_H

#include "token/cache/cache.h"
#include "token/cache/srcu.h"

enum { WAYS = 8, CHOICES = 2, HASHED = 32 };

/* Fields are set before the entry is published; those marked (w) are the writers' own and guarded
 * by their lock. What a request needs stands together. */
typedef struct entry {
    uint64_t tag; /* cache_hash of text */
    size_t len;
    int64_t from, until;         /* seconds: counts while from <= now < until */
    _Atomic uint64_t generation; /* of the keys that vouch for it */
    _Atomic bool referenced;     /* since a writer last looked for one to give way */
    fnt_status decision;         /* about resource */
    span resource;               /* absent: none yet */
    fnt_token *token;
    const fnt_keyset *keyset; /* (w) */
    size_t bytes;             /* (w) */
    struct entry *next;       /* (w) among the retired */
    char text[];              /* the token, then the resource */
} entry;

typedef struct {
    entry *_Atomic at[WAYS];
} set;

struct cache {
    uint64_t key[4];
    uint64_t mask; /* of sets */
    set *sets;
    /* a word for each set, in it a byte for each way: the top of its entry's tag */
    _Atomic uint64_t *fingerprints;
    srcu_stripe *stripes;
    _Atomic uint64_t generation;

    pthread_mutex_t lock; /* among writers; readers never take it */
    size_t max_entries, max_bytes;
    size_t entries, bytes; /* bytes: the retired ones too */
    uint64_t evictions;
    uint64_t clock_hand;     /* where the search for one to give way goes on */
    entry *retired;          /* taken out, perhaps still read */
    uint64_t unseen_stripes; /* the stripes that must still be seen at rest */
    void *memory[3];         /* what sets, pins and hints lie in */
};

/* The set where a token stands, and another (where there are two) for when that one is full: or, as
 * chance will have it, one cache of a thousand tokens in twelve would have a set whose nine tokens
 * turn each other out for ever. */
static inline uint64_t cache_set_of(const cache *c, uint64_t tag, int choice)
{
    return (choice == 0 ? tag : tag ^ (tag >> 32 | 1)) & c->mask;
}

/* Of a token of at least HASHED bytes. Keyed, so that nobody can search for tokens that fall into
 * one set. */
uint64_t cache_hash(const cache *c, span text);

#endif
