/* SPDX-License-Identifier: MIT */
/* The table, for the readers (lookup.c), the writers (update.c) and what makes it (cache.c).
 *
 * A token's tag is a hash of 64 bits, keyed with random bytes, of the end of its text. The tag says
 * which two sets the token may stand in, and one byte of it, the fingerprint, is kept beside the
 * set:
 *
 *     tag ---> set  [ slot | slot | slot | slot | slot | slot | slot | slot ]   WAYS pointers
 *        \     word [  fp  |  fp  |  fp  |  fp  |  fp  |  fp  |  fp  |  fp  ]   a byte for each
 *         \                    |
 *          \                 entry: tag, window, generation, decision, token, text
 *           \
 *            -> the other set
 *
 * A lookup compares the eight fingerprints of a set at once and follows the pointers of those that
 * are equal, hardly ever more than one. */
#ifndef FNT_TOKEN_CACHE_TABLE_H
#define FNT_TOKEN_CACHE_TABLE_H

#include <assert.h>

#include "token/cache/cache.h"
#include "token/cache/srcu.h"

enum {
    WAYS = 8,               /* slots of a set */
    CHOICES = 2,            /* sets that a token may stand in */
    HASHED = 32,            /* characters of a token's end that the tag is made of */
    SHORTEST_SIGNATURE = 43 /* characters: the 32 bytes of HS256 in base64url */
};

_Static_assert(WAYS == sizeof(uint64_t), "a word holds a fingerprint byte for each way");

/* The end of a token is its signature in base64url, 6 bits a character; no two tokens share it. */
_Static_assert(HASHED <= SHORTEST_SIGNATURE, "the tag is made of nothing but the signature");
_Static_assert(6 * HASHED >= 128, "rule 24: who has the tag right holds the token");

/* What is in force, a keyset and a list of revocations, changes with the generation. An entry whose
 * generation is the cache's counts as it is. Of any other its first reader finds out whether it
 * still counts (confirm in lookup.c), and gives it the cache's generation: so a new keyset or list
 * costs its setter one addition, however many entries there are. */
enum { GENERATION_FIRST = 1 };      /* cache_unconfirmed takes one away */
#define GENERATION_NEVER UINT64_MAX /* of an entry whose key was gone when somebody looked */

/* Its fields are set before it is published, and only read then, but for the two atomics. (w): for
 * writers alone, guarded by their lock. */
typedef struct entry {
    uint64_t tag;                /* cache_tag of text */
    size_t len;                  /* of text */
    int64_t from, until;         /* the window: counts while from <= now < until */
    _Atomic uint64_t generation; /* the last one for which it was confirmed */
    _Atomic bool referenced;     /* found since the clock hand last passed: see update.c */
    fnt_status decision;         /* about resource */
    span resource;               /* the one of the first request; absent: none yet */
    fnt_token *token;
    crypto_key *key;    /* that verified it; its kid is the token's */
    size_t bytes;       /* (w) with all that it alone holds */
    struct entry *next; /* (w) of the retired */
    char text[];        /* the token's, then the resource's */
} entry;

typedef struct {
    entry *_Atomic at[WAYS];
} set;

struct cache {
    uint64_t key[4]; /* of the hash */
    uint64_t mask;   /* number of sets, a power of 2, minus 1 */
    set *sets;
    _Atomic uint64_t *fingerprints; /* a word for each set */
    srcu_stripe *stripes;
    _Atomic uint64_t generation;
    const fnt_keyset *_Atomic keyset;   /* for readers inside the read lock */
    const fnt_revoked *_Atomic revoked; /* likewise */

    /* those before, until every stripe was seen at zero since: of whoever sets another */
    const fnt_keyset *replaced_keyset;
    const fnt_revoked *replaced_list;
    uint64_t replaced_unseen_stripes;

    pthread_mutex_t lock; /* among writers; readers never take it */
    size_t max_entries, max_bytes;
    size_t entries, bytes; /* bytes: with the retired ones */
    uint64_t evictions;
    uint64_t clock_hand;
    /* taken out of the table, and not freed before every stripe was seen at zero since */
    entry *retired;
    uint64_t unseen_stripes; /* those that were not yet */
    void *memory[3];         /* the blocks that sets, stripes and fingerprints lie in */
};

/* With what it holds references to. */
void cache_entry_free(entry *e);

/* Of a text of at least HASHED bytes. Keyed, so that nobody can look for tokens that share a set.
 */
uint64_t cache_tag(const cache *c, span text);

/* Two-choice hashing: where a token's first set is full, it goes to the second. With one choice,
 * one cache of 1,000 tokens in 12 has a set with 9 live tokens for its 8 ways, which evict each
 * other for ever. (Exclusive or with another part of the tag, made odd, so that the two differ
 * wherever there are two sets.) */
static inline uint64_t cache_set_of(const cache *c, uint64_t tag, int choice)
{
    return (choice == 0 ? tag : tag ^ (tag >> 32 | 1)) & c->mask;
}

/* The byte of the tag that is kept beside the set: the top one, as sets are chosen by the low end.
 */
static inline unsigned char cache_fingerprint(uint64_t tag)
{
    return (unsigned char)(tag >> 56);
}

#endif
