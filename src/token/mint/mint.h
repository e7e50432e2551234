/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_MINT_MINT_H
#define FNT_TOKEN_MINT_MINT_H

#include "keys/signing_key.h"
#include "text/json_index.h"
#include "token/mint/builder.h"

/* What a token of ours says. */
typedef struct {
    span issuer, subject, fed_issuer; /* fed_issuer may be absent */
    spans audiences;                  /* none: the issuer */
    int64_t issued, expires;
    /* of "function"; permissions.count 0: no such object, an API token */
    spans permissions, audience;
    spans policies; /* of an API token */
    /* an API token's other claims: members of this object, but for those that mean something here
     * (rule 33) */
    const json_index *copied; /* NULL: none */
    size_t longest;           /* bytes that the token may have; 0: any number */
} mint_claims;

/* A token's jti, with a NUL behind it. */
enum { MINT_ID_SIZE = 23 };

/* Writes, with a fresh random jti (rule 27), which is id then, and signs as ES256 or whatever the
 * key is for. FNT_OK, FNT_REFUSED_SIZE, FNT_FAULT_MEMORY, FNT_FAULT_RANDOM, FNT_FAULT_CRYPTO. */
fnt_status mint_token(const fnt_key *key, const mint_claims *what, char id[MINT_ID_SIZE],
                      char **out, size_t *out_len);

/* Whose token was issued, its id and its key, in the summary's fields. */
void mint_report(const fnt_key *key, const mint_claims *what, const char id[MINT_ID_SIZE],
                 fnt_report *report);

/* The work of fnt_mint and fnt_sign; see there. */
fnt_status mint_built(const fnt_key *key, const fnt_claims *claims, int64_t now, int64_t ttl,
                      char **out, size_t *out_len, fnt_report *report);
fnt_status mint_sign(const fnt_key *key, span header_json, span claims_json, char **out,
                     size_t *out_len, fnt_report *report);

#endif
