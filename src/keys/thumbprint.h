/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_THUMBPRINT_H
#define FNT_KEYS_THUMBPRINT_H

#include "keys/crypto/crypto.h"

enum { THUMBPRINT_SIZE = 43 }; /* 32 bytes as base64url */

/* The JWK thumbprint (RFC 7638) with SHA-256. That of a secret tells no more about it than any
 * token that it signed. FNT_OK, FNT_FAULT_MEMORY, FNT_FAULT_CRYPTO. */
fnt_status jwk_thumbprint(const crypto_key *key, char out[THUMBPRINT_SIZE]);

#endif
