/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_SKIPPED_H
#define FNT_KEYS_SKIPPED_H

#include "keys/crypto/algorithm.h"

/* A key of a set that can't be used. What is kept of it tells, when a token names it, that it is
 * there and why it was skipped, and keeps the caller from fetching for ever what the build can't
 * verify. */
typedef struct {
    span kid;           /* owned; absent where it has none */
    span reason;        /* owned: ends a sentence */
    int32_t algorithms; /* that it says it is for, or that the build lacks for it */
    bool unsupported;   /* nothing is wrong with it but the build */
    bool may_be_twin;   /* it can't be read, and nobody knows whether it signs (rule 10) */
} skipped_key;

typedef struct {
    skipped_key *at;
    size_t count;
} skipped_keys;

/* Copies the texts of k. FNT_OK, FNT_FAULT_MEMORY. */
fnt_status skipped_add(skipped_keys *list, const skipped_key *k);
void skipped_free(skipped_keys *list);

/* The one that a token means: by its kid; else, where token or key has none, one for alg that the
 * build lacks. NULL: none. */
const skipped_key *skipped_find(const skipped_keys *list, span kid, int32_t alg_bit);

/* Whether both are the same keys, skipped for the same reasons, in whatever order. */
bool skipped_equal(const skipped_keys *a, const skipped_keys *b);

#endif
