/* SPDX-License-Identifier: MIT */
#ifndef FNT_TOKEN_JWT_H
#define FNT_TOKEN_JWT_H

#include "base/cursor.h"
#include "keys/keyset.h"
#include "text/json_index.h"
#include "text/jws.h"

/* The claims that decide something, or say what a token is (RFC 7519, 4.1, OpenFaaS's own, and
 * Keycloak's typ). */
enum {
    CLAIM_ISS,
    CLAIM_SUB,
    CLAIM_AUD,
    CLAIM_EXP,
    CLAIM_NBF,
    CLAIM_IAT,
    CLAIM_JTI,
    CLAIM_FED_ISS,
    CLAIM_FUNCTION,
    CLAIM_POLICY,
    CLAIM_TYP,
    CLAIM_CNF,
    CLAIMS
};
extern const json_name claim_names[CLAIMS];

/* What is read of a token before its signature held, when the caller has set no other limits. A
 * header has three or four names and hardly more than 100 bytes; x5c, which is passed over, makes
 * it some KiB. */
enum { JWT_HEADER_BYTES = 4096, JWT_HEADER_NAMES = 32, JWT_ISSUER_MAX = 2048 };

/* In the payload of a token that is exchanged, at any depth: a name costs as much as a hundred
 * bytes, a value as ten. Real ones have some 30 names, two more for each client of Keycloak's
 * resource_access, and a value for each group. Of an API token's names some are ours. */
enum { JWT_SUBJECT_NAMES = 416, JWT_OUR_NAMES = 16, JWT_SUBJECT_VALUES = 2048 };

typedef struct {
    size_t token;        /* bytes */
    size_t header_bytes; /* decoded */
    size_t header_names; /* at any depth */
} jwt_limits;

/* A signed token being opened, in the order in which it may be trusted (RFC 7515, 5.2):
 *
 *     jwt_open      size, three parts, the header: alg, kid, typ, crit; nothing about who wrote it
 *     jwt_verify    (kid, alg) -> key -> signature; from here on the bytes are the issuer's
 *     jwt_payload   the claims set as strict JSON
 *
 * What costs less than the signature is looked at before it, though not trusted: its length, and
 * whether the payload is base64url.
 *
 * A caller that must know the issuer first, to pick the keys, calls jwt_payload before jwt_verify
 * and trusts nothing but iss. */
typedef struct {
    jws parts;
    const algorithm *alg;
    span kid, typ;     /* unescaped, a NUL behind each; absent where the header has none */
    span key_id;       /* of the key that verified it, and as long as the keyset lives */
    span payload;      /* decoded, by jwt_verify or jwt_payload */
    json_value claims; /* a NUL behind it */
    json_value claim[CLAIMS];
    char *memory; /* all that the jwt owns */
    cursor texts; /* in it, for the unescaped claims: as many bytes as the payload has */
} jwt;

/* algorithms: bits that are let through; the key decides again.
 * FNT_OK; FNT_REFUSED_SIZE, _MALFORMED, _ALGORITHM, _CRITICAL, _TYPE (a typ that is no string);
 * FNT_FAULT_MEMORY. Needs jwt_close whatever it answers. token must outlive the jwt. */
fnt_status jwt_open(span token, const jwt_limits *limits, int32_t algorithms, jwt *out,
                    fnt_report *report);

/* Of the header as it stands in the token, before a byte of it is decoded. FNT_OK,
 * FNT_REFUSED_SIZE. */
fnt_status jwt_check_header_bytes(span text, const jwt_limits *limits, fnt_report *report);

/* FNT_OK; FNT_REFUSED_KEY_UNKNOWN, _ALGORITHM, _MALFORMED, _SIGNATURE; FNT_FAULT_MEMORY,
 * FNT_FAULT_CRYPTO. */
fnt_status jwt_verify(jwt *e, const fnt_keyset *keys, fnt_report *report);

/* index: NULL, or where the index of the claims goes, for the caller to free; then more than
 * JWT_SUBJECT_NAMES or _VALUES are refused. FNT_OK, FNT_REFUSED_MALFORMED, _SIZE (of these, or an
 * iss longer than JWT_ISSUER_MAX); FNT_FAULT_MEMORY. */
fnt_status jwt_payload(jwt *e, json_index **index, fnt_report *report);

/* Whether typ says that it is an access token of RFC 9068, which is no token of OpenFaaS's. */
bool jwt_is_access_token(const jwt *e);

/* Rule 11: whether typ, where there is one, is "JWT" or, if access_token, "at+jwt"; without case,
 * with or without "application/". FNT_OK, FNT_REFUSED_TYPE. */
fnt_status jwt_type(const jwt *e, bool access_token, fnt_report *report);

/* Unescapes string to *to, a NUL behind it. That takes string.raw.len + 1 bytes at most; the two
 * quotes in the source have paid for them. */
span jwt_unescape(json_value string, cursor *to);

/* The memory that claims, kid, typ and texts lie in, to keep them alive; the jwt is then closed. */
char *jwt_keep(jwt *e);
void jwt_close(jwt *e);

#endif
