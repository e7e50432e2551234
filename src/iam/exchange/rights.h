/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_RIGHTS_H
#define FNT_IAM_EXCHANGE_RIGHTS_H

#include "iam/exchange/request.h"
#include "iam/exchange/subject.h"
#include "iam/explain/grant.h"

/* What the subject of a token may. */
typedef struct {
    spans permissions; /* patterns of the functions that may be invoked */
    spans policies;    /* their names, for an API token */
    bool too_many;     /* there are more permissions, and no token holds them */
    size_t steps;      /* of the exchange that are left */
    size_t room;       /* bytes that a token's payload has at most */
    spans within;      /* a Function Token's own audience: it can only become narrower */
    grant grant;       /* what the spans above point into; of a Function Token: the next two */
    span *own;
    char *unescaped;
    subject_context who;
} rights;

/* By the roles that match an identity provider's token, by the policies that an API token names, or
 * what a Function Token holds. token_max: bytes of what is issued; steps: that the exchange may
 * take. Nothing is no refusal here. FNT_OK, FNT_REFUSED_CLAIM, FNT_OAUTH_REQUEST (of grant_find),
 * FNT_FAULT_MEMORY. Needs rights_clear whatever it answers; clearing zeroes is fine. */
fnt_status rights_find(const fnt_iam *iam, const subject *s, size_t token_max, size_t steps,
                       rights *out, fnt_report *report);

/* Whether they allow what is asked for: rules 19, 35, 36. FNT_OK, FNT_OAUTH_NO_ROLE,
 * FNT_OAUTH_REQUEST, FNT_OAUTH_TARGET, FNT_FAULT_MEMORY. */
fnt_status rights_check(const rights *r, const subject *s, const request *req, fnt_report *report);

/* After FNT_OAUTH_NO_ROLE: what came closest, for the operator. */
void rights_closest(const fnt_iam *iam, rights *r, buf *out);

void rights_clear(rights *r);

/* FNT_OAUTH_REQUEST: what would be issued no verifier takes. */
fnt_status rights_too_large(bool function, fnt_report *report);

#endif
