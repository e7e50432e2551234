/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_JWK_WRITE_H
#define FNT_KEYS_JWK_WRITE_H

#include "base/buf.h"
#include "keys/named_key.h"

/* Appends the public half as a JWK object with kty, its numbers, kid, use, and alg if there is
 * exactly one. FNT_OK, FNT_FAULT_MEMORY; FNT_FAULT_KEY: a secret. */
fnt_status jwk_write(const named_key *k, buf *out);

/* Appends before, which ends with the opening quote of a string, and the number as base64url. */
void jwk_add_number(buf *out, const char *before, span number);

#endif
