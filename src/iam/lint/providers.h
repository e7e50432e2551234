/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_LINT_PROVIDERS_H
#define FNT_IAM_LINT_PROVIDERS_H

#include <stdint.h>

#include "base/span.h"

/* What identity providers put into their tokens, from their own documents. Data alone: a row each.
 */

typedef enum {
    PROVIDER_OTHER, /* one of which nothing is known */
    PROVIDER_APPLE,
    PROVIDER_AUTH0,
    PROVIDER_AZURE_PIPELINES,
    PROVIDER_BITBUCKET,
    PROVIDER_BUILDKITE,
    PROVIDER_CIRCLECI,
    PROVIDER_COGNITO,
    PROVIDER_ENTRA,
    PROVIDER_FLY,
    PROVIDER_GITHUB,
    PROVIDER_GITLAB,
    PROVIDER_GOOGLE,
    PROVIDER_KUBERNETES,
    PROVIDER_OKTA,
    PROVIDER_SLACK,
    PROVIDER_TERRAFORM,
    PROVIDER_VERCEL
} provider;

/* Whose iss it is, by its host; *why is absent, or says what that provider's tokens have in its
 * place, for no token of it has this one. */
provider provider_of(span iss, span *why);

/* What an iss is that is no issuer's at all, whoever it is; absent: it may be one. */
span provider_mistaken_issuer(span iss);

/* Whom an audience belongs to, or absent. */
span provider_of_audience(span audience);

/* ---- issuers that tenants share (rule 57) -------------------------------- */

/* By index; absent where there are no more. At most 32. */
span shared_issuer(size_t index);

/* Whether the claim tells tenants of that issuer apart. */
bool shared_is_claim(size_t issuer, span claim);
/* Its value, a pattern, has no star in the tenant's part; a text that no token of that issuer has
 * lets none of its tenants in. */
bool shared_is_tenant(size_t issuer, span claim, span pattern);
/* The claims, for people. */
span shared_claims(size_t issuer);

/* Where a name in a pattern ends, whoever the issuer is: whether a star stands right beside it, so
 * that whoever can choose a longer one is in. */
bool provider_star_in_name(span claim, span pattern);

/* ---- shapes -------------------------------------------------------------- */

/* Whether that provider sends such a sub; in doubt it does. is_pattern: a star is a wildcard. */
bool provider_sends_sub(provider p, span sub, bool is_pattern);

typedef enum {
    CLAIM_UNKNOWN,
    CLAIM_TEXT,
    CLAIM_ARRAY,
    CLAIM_BOOLEAN,
    CLAIM_NUMBER,
    CLAIM_OBJECT
} claim_kind;
claim_kind provider_claim(provider p, span claim);

#endif
