/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_ISSUE_H
#define FNT_IAM_EXCHANGE_ISSUE_H

#include "iam/exchange/config.h"
#include "iam/exchange/rights.h"

typedef struct {
    char *token; /* owned: memory_free */
    size_t len;
    int64_t expires_in; /* seconds from now; above 0 (rule 37) */
} issued;

/* Makes the Function Token or API token that was asked for. Its id, key, issuer and subject stand
 * in the report's summary then. FNT_OK; FNT_REFUSED_EXPIRED: no second is left of the subject
 * token; FNT_OAUTH_REQUEST: too large for any verifier; FNT_FAULT_MEMORY, _RANDOM, _CRYPTO.
 * out->token needs memory_free whatever it answers. */
fnt_status issue_token(const exchange_config *config, const request *req, const subject *s,
                       const rights *r, int64_t now, issued *out, fnt_report *report);

#endif
