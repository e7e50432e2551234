/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_CLAIMS_H
#define FNT_TOKEN_CLAIMS_H

#include "base/buf.h"
#include "token/jwt.h"

/* The claims that decide something (RFC 7519, 4.1, and OpenFaaS's own), read from the payload of a
 * jwt. A claim of the wrong type is not an absent one (rule 5): it makes the whole set refused. */
typedef struct {
    json_value all;
    /* absent where there is none; a NUL stands behind each */
    span issuer, subject, id, fed_issuer;
    json_value audience; /* JSON_ABSENT, a string, or an array of strings */
    /* of any type yet: an identity provider may mean something else by them */
    json_value function, policy, typ;
    bool bound; /* has cnf: to a key that its holder must prove to have (RFC 7800, 3.1) */
    bool has_expires, has_not_before, has_issued;
    int64_t expires;            /* rounded down */
    int64_t not_before, issued; /* rounded up: a fraction never makes a token live longer */
    /* iat rounded down, for the same reason: age and lifetime begin there */
    int64_t issued_at_least;
} claims;

/* What a genuine token turned out to be (rule 20). */
typedef enum {
    TOKEN_FUNCTION,
    TOKEN_API,
    TOKEN_ID,
    TOKEN_REFRESH,
    TOKEN_LOGOUT,
    TOKEN_ACCESS
} token_kind;

/* After jwt_payload. The texts are written to e->texts; *rest is what is left of it. It may be done
 * twice, to the same end. FNT_OK; FNT_REFUSED_CLAIM: the report names the claim, what it is and
 * what it should be. */
fnt_status claims_read(const jwt *e, cursor *rest, claims *out, fnt_report *report);

/* iss, sub and jti to the summary: whose token it is, or says it is. */
void claims_report(const claims *c, fnt_report *report);

/* What a token shows itself to be, whatever else is in it: typ as a claim is Keycloak's; events is
 * of security events (RFC 8417, 2.2); at_hash and nonce are OpenID Connect Core's (2, 3.1.3.6). */
typedef struct {
    bool event, refresh, id;
} token_marks;
token_marks claims_marks(const claims *c);

/* The same of claims that were found already: mark_names says which, in this order. */
enum { MARK_EVENTS, MARK_AT_HASH, MARK_NONCE, MARKS };
extern const span mark_names[MARKS];
token_marks claims_marks_by(const claims *c, const json_value found[MARKS]);

token_kind claims_kind(const claims *c);
token_kind claims_kind_by(const claims *c, token_marks marks); /* the same, marks known */
const char *token_kind_name(token_kind kind);                  /* "an ID token" */

/* Whether aud is, or holds, that audience. */
bool claims_for(const claims *c, span audience);

/* aud for people: ["a", "b"]; "absent" where there is none. Appended to out. */
void claims_print_audience(const claims *c, buf *out);

/* Whether one of aud was probably meant for that audience: near_miss. Looks at the first few
 * alone. */
bool claims_nearly_for(const claims *c, span audience, buf *differences);

/* An access token of Amazon Cognito, which never has an aud, and what to do about it. */
bool claims_are_cognito(const claims *c);
#define COGNITO_ADVICE                                                                             \
    "It is an access token of Amazon Cognito (token_use), which has a client_id in place of aud: " \
    "send the id_token, whose aud is the client's id."

/* Rule 18, in seconds. exp ends at exp + leeway, nbf and iat begin at nbf - early. */
typedef struct {
    int64_t leeway, early;
    /* since iat, from iat to exp; 0: any. With either set, iat is required */
    int64_t max_age, max_lifetime;
} time_limits;

/* FNT_OK, FNT_REFUSED_CLAIM (no exp, or no iat where it is required), FNT_REFUSED_EXPIRED,
 * FNT_REFUSED_NOT_YET, FNT_REFUSED_AGE; how far off is in the report. */
fnt_status claims_check_time(const claims *c, int64_t now, const time_limits *limits,
                             fnt_report *report);

/* The seconds in which claims_check_time answers FNT_OK: from <= now < until. */
void claims_window(const claims *c, const time_limits *limits, int64_t *from, int64_t *until);

#endif
