/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_STS_H
#define FNT_IAM_EXCHANGE_STS_H

#include "iam/rules/rules.h"
#include "keys/signing_key.h"

/* fnt_sts: the signing key, the rules and the issuers' keys, each replaceable by any thread at any
 * time. A request takes references to those that are in force when it begins. */

/* The work of the exported functions of these names; see there. */
fnt_status sts_new(span iss, const fnt_key *key, fnt_sts **out);
fnt_status sts_set(fnt_sts *sts, int32_t option, int64_t value);
int64_t sts_get(const fnt_sts *sts, int32_t option);
void sts_set_key(fnt_sts *sts, const fnt_key *key);
void sts_set_iam(fnt_sts *sts, const fnt_iam *iam);
fnt_status sts_set_keyset(fnt_sts *sts, span iss, const fnt_keyset *keyset);
void sts_set_revoked(fnt_sts *sts, const fnt_revoked *list);
fnt_status sts_exchange(fnt_sts *sts, span form_text, int64_t now, char **body, size_t *body_len,
                        fnt_report *report);
void sts_free(fnt_sts *sts);

#endif
