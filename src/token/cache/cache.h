/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_CACHE_CACHE_H
#define FNT_TOKEN_CACHE_CACHE_H

#include "token/token.h"

/* Tokens that were verified, found again by their bytes. What it answers is what a full
 * verification would answer now (rule 24): an entry counts only from the second the token begins to
 * the second it ends, and only while the key that vouched for it is in force. Refusals are not
 * kept. Looking takes no lock and no memory; the tables are made at once and never grow.
 *
 * A set-associative table of WAYS entries a set, addressed by a keyed hash of the token's last
 * bytes (the signature: no two tokens share it); an entry is one immutable block. A token whose set
 * is full goes to a second one; when both are, the entry that has not been asked for since the last
 * time gives way. */
typedef struct cache cache;

/* entries: how many tokens at most, at least 1. bytes: of memory for entries; 0: 4 KiB for each of
 * entries. FNT_OK, FNT_FAULT_MEMORY, FNT_FAULT_RANDOM. */
fnt_status cache_new(size_t entries, size_t bytes, cache **out);
void cache_free(cache *c);

/* The hot path. True: *status is the decision about resource, which is a well-formed resource or
 * refused like any other; where token is not NULL and the status FNT_OK, *token is a share of the
 * verified token. False: not there. */
bool cache_authorize(cache *c, span text, span resource, int64_t now, fnt_token **token,
                     fnt_status *status);

/* A share of the verified token, or NULL. */
fnt_token *cache_find(cache *c, span text, int64_t now);

/* The number of the keyset in force: it goes up when keys change. Read it together with the keyset.
 */
uint64_t cache_generation(const cache *c);

/* Keeps a token that was verified by keyset, whose number was epoch, and what was decided about
 * resource (absent: nothing yet). Forgets it in silence where that is not possible: no memory, keys
 * changed since, larger than the whole bound. Takes shares of token and keyset. */
void cache_insert(cache *c, span text, fnt_token *token, const fnt_keyset *keyset,
                  uint64_t generation, span resource, fnt_status decision);

/* A new keyset is in force (NULL: none): from now on only entries count whose key it holds too,
 * under the same kid and algorithm. */
void cache_revalidate(cache *c, const fnt_keyset *fresh);

/* FNT_STAT_CACHE_*. */
int64_t cache_stat(cache *c, int32_t which);

#endif
