/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_VERIFY_H
#define FNT_TOKEN_VERIFY_H

#include "token/token.h"

/* What a verifier demands of a token. */
typedef struct {
    span issuer, audience;
    int32_t algorithms;
    jwt_limits limits;
    time_limits times;
    bool any_kind; /* tokens without "function" too, and access tokens by their typ */
} validation_params;

/* The whole check of one token, each stage once, in order: header, signature, payload, claims,
 * issuer, audience, time, function. FNT_OK: *out is a token that holds; else *out is NULL and the
 * status is one of FNT_REFUSED_*, FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status verify(const validation_params *params, const fnt_keyset *keys, span token, int64_t now,
                  fnt_token **out, fnt_report *report);

/* The work of fnt_unverified_json and fnt_signature_only; see there. They yield text, never a
 * token. */
fnt_status unverified_json(span token, char **out, size_t *out_len, fnt_report *report);
fnt_status signature_only(const fnt_keyset *keys, span token, char **out, size_t *out_len,
                          fnt_report *report);

#endif
