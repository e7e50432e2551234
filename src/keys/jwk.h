/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_JWK_H
#define FNT_KEYS_JWK_H

#include "base/buf.h"
#include "keys/crypto/crypto.h"
#include "text/document.h"

enum { THUMBPRINT_SIZE = 43 };

/* A key with what a JWK says about it. */
typedef struct {
    crypto_key *key;
    char *kid; /* as the JWK says, or the thumbprint; owned, NUL-terminated */
    size_t kid_len;
    /* what it may be used for, as bits: its alg, or all that its kind and size allow */
    int32_t algorithms;
} named_key;

static inline span named_key_id(const named_key *k)
{
    return (span){k->kid, k->kid_len};
}

/* Reads one JWK (RFC 7517, 4). purpose: "verify" or "sign", what use and key_ops must allow. To
 * verify, the private half is not even looked at; to sign it must be there. FNT_OK; FNT_FAULT_KEY,
 * FNT_FAULT_UNSUPPORTED: this key can't be used, *reason (static) says why: an unknown kty, crv or
 * alg, use that is not sig, numbers that are missing or wrong, RSA of the ROCA kind;
 * FNT_FAULT_MEMORY, FNT_FAULT_RANDOM, FNT_FAULT_CRYPTO. */
fnt_status jwk_read(const node *object, const char *purpose, named_key *out, const char **reason);

/* The same from a bare key (out of PEM): kid is the thumbprint, algorithms all that fit. Takes key
 * over, also on failure. */
fnt_status named_key_of(crypto_key *key, named_key *out, const char **reason);

/* Whether a JWK is a shared secret ("oct"); whether it holds a private half, which a secret has
 * not. */
bool jwk_is_secret(const node *object);
bool jwk_is_private(const node *object);

/* Whether text looks like JSON: its first character that is no space is "{". */
bool jwk_looks_like_json(span text);
/* document_parse for it; what is malformed is FNT_FAULT_KEY, told in the summary. */
fnt_status jwk_document(span text, document **out, fnt_report *report);

/* Appends the public half as a JWK object with kty, its numbers, kid, use, and alg if there is
 * exactly one. A secret is FNT_FAULT_KEY. */
fnt_status jwk_write(const named_key *k, buf *out);

/* RFC 7638 thumbprint with SHA-256, base64url. That of a secret tells no more about it than any
 * token that it signed. */
fnt_status jwk_thumbprint(const crypto_key *key, char out[THUMBPRINT_SIZE]);

void named_key_clear(named_key *k);

#endif
