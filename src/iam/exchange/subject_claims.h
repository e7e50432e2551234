/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_SUBJECT_CLAIMS_H
#define FNT_IAM_EXCHANGE_SUBJECT_CLAIMS_H

#include "iam/rules/issuer.h"
#include "text/json_index.h"
#include "token/claims.h"

/* Same issuer, same keys, other purpose: was this token made to be exchanged here? */

/* The claims that say so, each found once. */
enum {
    SAID_ACT,
    SAID_MAY_ACT,
    SAID_AUTHORIZATION_DETAILS,
    SAID_STATUS,
    SAID_AZP,
    SAID_CLIENT_ID,
    SAID_LEGACY, /* of a Kubernetes service account token without exp */
    SAID
};
typedef struct {
    const claims *claims;
    token_marks marks;
    json_value said[SAID];
} subject_claims;

/* index: of c->all. */
void subject_claims_read(const claims *c, const json_index *index, subject_claims *out);

/* What no subject token may be, our own neither: one bound to a key (cnf, rule 31), one with a
 * claim whose meaning would be lost (rule 51), a logout or security event token, a refresh token
 * (rule 30). FNT_OK, FNT_REFUSED_BINDING, FNT_REFUSED_CLAIM, FNT_REFUSED_OTHER_TOKEN. */
fnt_status subject_claims_check(const subject_claims *s, fnt_report *report);

/* No legacy token of Kubernetes, which lives for ever (rule 28). FNT_OK, FNT_REFUSED_CLAIM. */
fnt_status subject_claims_check_legacy(const subject_claims *s, fnt_report *report);

/* An identity provider's token against its JwtIssuer: aud meets spec.aud (rule 28), or the opt-in
 * of rule 29 holds; an ID token with several audiences is for its azp (rule 30). FNT_OK,
 * FNT_REFUSED_AUDIENCE. */
fnt_status subject_claims_check_audience(const subject_claims *s, const issuer *from,
                                         fnt_report *report);

#endif
