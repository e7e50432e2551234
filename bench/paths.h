/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_PATHS_H
#define FNT_BENCH_PATHS_H

#include "keys/keyset.h"
#include "text/jws.h"
#include "work.h"

/* What happens to a new token, and parts of it, each as something that can be timed or counted.
 * Needs the library's objects. */
typedef struct {
    work work;
    fnt_verifier *plain, *cached;
    const crypto_key *key;
    const algorithm *alg;
    span signed_part;
    char signature[64];
    char *header_json, *claims_json; /* of the first token */
    fnt_revoked *revoked[2];         /* by paths_revoke */
} paths;

void paths_make(paths *p, int64_t now, size_t tokens);
void paths_free(paths *p);

/* Two lists of so many entries that name none of the tokens; the first comes into force. */
void paths_revoke(paths *p, size_t entries);

void path_uncached(void *p, size_t i); /* fnt_authorize without a cache, of the first token */
void path_bare(void *p, size_t i);     /* crypto_verify of the same bytes */
void path_cjson(void *p, size_t i);    /* cJSON parses and deletes its header and its payload */
void path_hot(void *p, size_t i);      /* fnt_authorize with a cache: always the first token */
void path_thousand(void *p, size_t i); /* all tokens */
void path_swap(void *p, size_t i);     /* the other list of the two, then the first token */
void path_changing(void *p, size_t i); /* the first, for another resource each time */

#endif
