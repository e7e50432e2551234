/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_KEYS_TRUSTED_H
#define FNTOKEN_LIB_KEYS_TRUSTED_H

#include <fntoken/fntoken.h>

#include "lib/base/text.h"
#include "lib/http/client.h"

/* The keys of the issuers that the rules name, fetched and kept fresh. fnt_refresh says when,
 * fnt_discovery where; nothing is decided here. One issuer's trouble is no other's (rule 40). */

typedef struct trusted trusted;

typedef enum { TRUSTED_FETCHED, TRUSTED_FAILED, TRUSTED_TOO_OLD } trusted_outcome;

typedef struct {
    const char *issuer;
    trusted_outcome outcome;
    const char *url;      /* that was asked last; NULL where none was */
    const char *sentence; /* what is wrong; of TRUSTED_FETCHED NULL */
} trusted_news;

typedef struct {
    http_client *client;
    int64_t every, max_age; /* seconds, as fnt_refresh takes them */
    /* Whom never to fetch: NULL ends the list. The service's own issuer, and those with files. */
    const char *const *never;
    /* The first two are called one at a time, the third at any time; none may wait, or call
     * back. */
    void (*use)(void *to, const char *issuer, const fnt_keyset *keys); /* NULL: take them away */
    void (*tell)(void *to, const trusted_news *news);
    void (*settled)(void *to, const char *issuer); /* a fetch has ended, whatever came of it */
    void *to;
} trusted_options;

trusted *trusted_new(const trusted_options *options);

/* The issuers are those of the rules from now on: new ones are fetched, the keys of others are
 * taken away. */
void trusted_follow(trusted *t, const fnt_iam *iam, int64_t now);

/* Every second or so. */
void trusted_tick(trusted *t, int64_t now);

/* A key of that issuer is not known. True while its keys are being fetched: settled will follow.
 * *begun: the fetch begins now, so that it brings every key that there is. */
bool trusted_unknown(trusted *t, const char *issuer, int64_t now, bool *begun);

/* Whether its keys are being fetched. */
bool trusted_is_fetching(trusted *t, const char *issuer);
/* Whether the rules name it, and there are none: not yet, or none any more. */
bool trusted_lacks_keys(trusted *t, const char *issuer);

/* One after another, for metrics: false where there are no more. name lasts until the next call of
 * this or of trusted_follow; age: seconds since the keys were fetched, -1: there are none. */
bool trusted_at(trusted *t, size_t index, int64_t now, text *name, int64_t *age);

/* After the client's end. */
void trusted_free(trusted *t);

#endif
