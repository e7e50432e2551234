/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_SUBJECT_H
#define FNT_IAM_EXCHANGE_SUBJECT_H

#include "iam/exchange/issuer_keys.h"
#include "iam/rules/rules.h"
#include "text/json_index.h"
#include "token/claims.h"
#include "token/jwt.h"
#include "token/revoked.h"

/* What a subject token is checked against. */
typedef struct {
    span own_issuer;
    const fnt_iam *iam;
    issuer_keys *issuer_keys;
    int32_t algorithms;
    jwt_limits limits;
    time_limits times;
    bool narrowing; /* whether a Function Token may be a subject */
    const fnt_revoked *revoked;
} subject_params;

/* A subject token (RFC 8693, 2.1) that holds. */
typedef struct {
    token_kind kind; /* decides only of a token of our own: TOKEN_API or TOKEN_FUNCTION */
    /* the JwtIssuer of its iss, or of the fed:iss of a token of our own */
    const issuer *issuer;
    claims claims;
    json_index *index; /* of claims.all */
    bool own;          /* made by this gateway */
    /* Both are set also when it is refused. Opened: it has a JWT's three parts. From the signature
     * on the caller may be told what is in their own token. */
    bool opened, signature_held;
    jwt jwt;                /* what claims points into */
    const fnt_keyset *keys; /* what jwt.key_id points into */
} subject;

/* FNT_OK, or the precise FNT_REFUSED_* or FNT_FAULT_*: rules 10, 11, 18, 28 to 32, 35, 51.
 * FNT_REFUSED_KEY_UNKNOWN comes only for an issuer that is trusted. Needs subject_clear whatever it
 * answers. */
fnt_status subject_verify(const subject_params *params, span token, int64_t now, subject *out,
                          fnt_report *report);

/* What subject_verify would say of claims for which there is no token, as far as they tell (rule
 * 55): not looked at are signature, times, and aud where it is missing. It knows no issuer of its
 * own; the JwtIssuer that the gateway has is refused. claims_json is what json_validate accepts. */
fnt_status subject_assume(const fnt_iam *iam, span claims_json, subject *out, fnt_report *report);

/* What it takes, of the price limit, to read the claims of one that holds, and to copy them. */
size_t subject_steps(const subject *s, bool copied);

void subject_clear(subject *s);

#endif
