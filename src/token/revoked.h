/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_REVOKED_H
#define FNT_TOKEN_REVOKED_H

#include "token/claims.h"

/* fnt_revoked: which genuine tokens are refused all the same (rules 27, 56). Immutable, shared by
 * reference count.
 *
 * A sorted array and binary search, not a hash table: what is looked up comes out of tokens, and
 * here no text is slower than another, without a random seed, which could fail. The largest list
 * takes 18 comparisons. */

enum { REVOKED_ENTRIES = 100000, REVOKED_BYTES = 16 * 1024 * 1024 };

typedef enum { REVOKED_BY_JTI, REVOKED_BY_KID, REVOKED_BY_SUBJECT } revoked_kind;

#define REVOKED_FOR_EVER INT64_MAX

typedef struct {
    revoked_kind kind;
    uint32_t line;  /* of the list */
    span value;     /* jti, kid, or the identity provider's sub; never empty */
    span issuer;    /* iss or fed_iss; absent: any */
    span why;       /* for the operator; absent where there is none */
    int64_t before; /* by subject: what was issued then or earlier; INT64_MAX: at any time */
    int64_t until;  /* the last second in which it counts */
} revocation;

/* The work of fnt_revoked_parse; see there. */
fnt_status revoked_parse(span text, fnt_revoked **out, fnt_report *report);

/* One more holder, one less; NULL is fine. */
const fnt_revoked *revoked_ref(const fnt_revoked *list);
void revoked_unref(const fnt_revoked *list);

/* The same in two steps: true if that was the last holder, who then owns the list and can chain it
 * to others before freeing all. */
bool revoked_release(const fnt_revoked *list);
fnt_revoked *revoked_chain(const fnt_revoked *list, fnt_revoked *next);
void revoked_free_chain(fnt_revoked *first);

/* What a genuine token is looked up by. */
typedef struct {
    span id, issuer;
    span kid;       /* in its header */
    span key_id;    /* of the key that verified it */
    span provider;  /* its user's identity provider; absent: not known, so any may be */
    span subject;   /* the user there, without "fed:" */
    int64_t issued; /* -1: not known, so it may have been at any time */
} revoked_query;

/* own: of the gateway itself, so that fed:iss names the provider. In a token of anybody else that
 * claim may be the user's own writing, and iss is the provider. */
revoked_query revoked_query_of(const claims *c, span kid, span key_id, bool own);

/* Of the entries that name the token, the one that counts longest; NULL: none names it. list may be
 * NULL. Does not depend on the time, so NULL holds for as long as the list is in force. */
const revocation *revoked_find(const fnt_revoked *list, const revoked_query *query);

/* The one that counts longer; each may be NULL. */
const revocation *revocation_longer(const revocation *a, const revocation *b);

static inline bool revocation_counts(const revocation *r, int64_t now)
{
    return r != NULL && now <= r->until;
}

/* Says which entry it was. FNT_REFUSED_REVOKED. */
fnt_status revocation_refuse(const revocation *r, fnt_report *report);

/* ---- making one, for revoked_parse --------------------------------------- */

/* For so many entries at most, and texts of so many bytes in all. FNT_OK, FNT_FAULT_MEMORY. */
fnt_status revoked_new(size_t entries, size_t bytes, fnt_revoked **out);
void revoked_add(fnt_revoked *list, const revocation *entry); /* copies its texts */
void revoked_index(fnt_revoked *list); /* once, behind the last; nothing is found before */

#endif
