/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_CACHE_CACHE_H
#define FNT_TOKEN_CACHE_CACHE_H

#include "token/token.h"

/* Verified tokens, found again by their bytes, so that the second request with a token costs no
 * signature check.
 *
 * The one promise (rule 24): an answer out of the cache is what a full verification would answer
 * now. What could make it another one:
 *
 *     time      an entry has a window, from <= now < until, in which the time claims hold; outside
 *               of it the entry is not found, and a full verification says why
 *     keys      every keyset that comes into force begins a generation. An entry counts in the
 *               generation for which it was last confirmed, and its first reader after that
 *               confirms it only if the keyset would verify the token by the same key
 *     revoked   a list of revocations begins a generation too; the same reader looks the token up,
 *               and so does every reader while an entry of the list names it
 *     options   are frozen at first use, and a cache belongs to one verifier
 *
 * Refusals are not stored: a later key could mend them, and a stranger could fill the table.
 *
 * How it is built:
 *
 *     table.h    the table: sets of eight slots, each token with two sets to choose from
 *     lookup.c   the readers, which every request goes through; without a lock or memory
 *     update.c   the writers, one at a time: a new token, an eviction; what comes into force
 *     cache.c    making and freeing it, and its statistics
 *     srcu.h     how a writer learns that no reader holds what it took out of the table
 *
 * The table is made once and never grows. An entry is one block; what readers see of it never
 * changes, but for two atomics. */
typedef struct cache cache;

/* entries: the most tokens, at least 1. bytes: the most memory that entries take; 0: 4 KiB for each
 * of entries. FNT_OK, FNT_FAULT_MEMORY, FNT_FAULT_RANDOM. */
fnt_status cache_new(size_t entries, size_t bytes, cache **out);
void cache_free(cache *c);

/* ---- lookup.c: any number of threads ------------------------------------- */

/* The hot path. True: the token is known, and *status is the decision about resource (which may be
 * any text: what is no resource is refused); on FNT_OK *token, where it is wanted, is a reference
 * to the verified token; FNT_REFUSED_REVOKED if it is revoked. False: not known. text is whatever
 * was sent instead of a token. */
bool cache_authorize(cache *c, span text, span resource, int64_t now, fnt_token **token,
                     fnt_status *status);

/* A reference to the verified token, or NULL: then *status is FNT_REFUSED_REVOKED if it is known
 * and revoked, and the report says by what. */
fnt_token *cache_find(cache *c, span text, int64_t now, fnt_status *status, fnt_report *report);

/* For the statistics: a token had to be verified. */
void cache_count_miss(cache *c);

/* The generation in force. Read it together with the keyset, under the lock that guards that, and
 * before the list of revocations: an older number is safe, a newer one is not. */
uint64_t cache_generation(const cache *c);

/* The same for a token that the list names, though it does not count now: never to be confirmed. */
uint64_t cache_unconfirmed(uint64_t generation);

/* ---- update.c: one writer at a time, by a lock of the cache -------------- */

/* Stores a token that keyset verified while generation was in force, with the decision about
 * resource (absent: none was made). Takes references to token and key. Does nothing where that
 * is not possible: no memory, larger than all of the cache may be. */
void cache_insert(cache *c, span text, fnt_token *token, const fnt_keyset *keyset,
                  uint64_t generation, span resource, fnt_status decision);

/* A new keyset is in force, or a new list of revocations, or none (NULL): a new generation begins.
 * In a few instructions, however many entries there are. For one thread at a time, by a lock of the
 * caller's, as they do not take that of the other writers: no request waits for them. Only after
 * cache_free_replaced has answered true. */
void cache_set_keyset(cache *c, const fnt_keyset *fresh);
void cache_set_revoked(cache *c, const fnt_revoked *list);

/* Frees what they replaced. False: a request that was being answered at that time may still be
 * looking at it; try again. For the same thread. */
bool cache_free_replaced(cache *c);

/* ---- cache.c ------------------------------------------------------------- */

/* FNT_STAT_CACHE_*; -1 for another number. */
int64_t cache_stat(cache *c, int32_t which);

#endif
