/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_VERIFIER_VERIFIER_H
#define FNT_TOKEN_VERIFIER_VERIFIER_H

#include "token/verify.h"

/* fnt_verifier: what is demanded of a token, fixed at first use, and the current keys and
 * revocations, which any thread may replace at any time. */

/* The work of the exported functions of these names; see there. */
fnt_status verifier_new(span issuer, span audience, const fnt_keyset *keyset, fnt_verifier **out);
fnt_status verifier_set(fnt_verifier *verifier, int32_t option, int64_t value);
int64_t verifier_get(const fnt_verifier *verifier, int32_t option);
fnt_status verifier_set_keyset(fnt_verifier *verifier, const fnt_keyset *keyset);
void verifier_set_revoked(fnt_verifier *verifier, const fnt_revoked *list);
void verifier_free(fnt_verifier *verifier);

/* FNT_FAULT_NOT_READY without keys, else what verify answers. A report says the same whether the
 * token was in the cache or not. */
fnt_status verifier_verify(fnt_verifier *verifier, span token, int64_t now, fnt_token **out,
                           fnt_report *report);

/* From a header's value to the decision. token may be NULL; it is set on FNT_OK alone. cached: out
 * of the cache or not at all (FNT_FAULT_NOT_CACHED). */
fnt_status verifier_authorize(fnt_verifier *verifier, span header, span resource, int64_t now,
                              fnt_token **token, fnt_report *report);
fnt_status verifier_authorize_cached(fnt_verifier *verifier, span header, span resource,
                                     int64_t now, fnt_token **token);

#endif
