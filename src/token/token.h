/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_TOKEN_H
#define FNT_TOKEN_TOKEN_H

#include "base/refcount.h"
#include "match/patterns.h"
#include "token/claims.h"
#include "token/jwt.h"
#include "token/revoked.h"

/* fnt_token: what a verified token said; immutable, shared by reference count. token_make is the
 * only maker, and only verify.c calls it, after everything held. */
struct fnt_token {
    refcount refs;
    claims claims;
    token_kind kind;
    const algorithm *alg;
    span kid;                         /* of the header; may be absent */
    span key_id;                      /* of the key that verified it */
    patterns *permissions, *audience; /* of function; NULL in a token of another kind */
    time_limits limits;               /* for a second look at the time */
    char *memory;              /* of the jwt: the claims as they were signed, and unescaped */
    spans audiences, policies; /* aud, and policy of an API token, as lists */
    span texts[];              /* those of the lists; behind them the key's id */
};

/* Rule 19: at most this many permissions, and as many of an audience, each of at most so many
 * bytes. */
enum { TOKEN_PATTERNS = 4096, TOKEN_PATTERN_BYTES = 1024 };

/* Takes the memory out of e; texts is what claims_read left of it. any_kind: tokens without
 * "function" are made too, and never authorise. FNT_OK; FNT_REFUSED_CLAIM (the shape of function or
 * policy), FNT_REFUSED_API_TOKEN, FNT_REFUSED_OTHER_TOKEN, FNT_REFUSED_BINDING;
 * FNT_FAULT_MEMORY. */
fnt_status token_make(jwt *e, const claims *c, cursor texts, const time_limits *limits,
                      bool any_kind, fnt_token **out, fnt_report *report);
fnt_token *token_ref(fnt_token *token);
void token_free(fnt_token *token); /* one reference less; NULL is fine */

/* For a cache: how many bytes it holds, and the seconds in which its times hold: from <= now <
 * until. */
size_t token_bytes(const fnt_token *token);
void token_window(const fnt_token *token, int64_t *from, int64_t *until);

/* What the summary of a report says of a token that was judged. */
void token_report(const fnt_token *token, fnt_report *report);

/* The decision about a token whose times were checked a moment ago. FNT_OK; FNT_REFUSED_API_TOKEN,
 * FNT_REFUSED_OTHER_TOKEN; FNT_DENIED_PERMISSION, FNT_DENIED_AUDIENCE, FNT_DENIED_RESOURCE. */
fnt_status token_decide(const fnt_token *token, span resource, fnt_report *report);

/* The entry of a list that names the token, or NULL: see revoked_find. */
const revocation *token_revocation(const fnt_token *token, const fnt_revoked *list);

/* The work of fnt_token_authorize, fnt_token_text and fnt_token_time; see there. */
fnt_status token_authorize(const fnt_token *token, span resource, int64_t now, fnt_report *report);
span token_text(const fnt_token *token, int32_t claim, size_t index);
int64_t token_time(const fnt_token *token, int32_t claim, int64_t absent);

#endif
