/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_JWK_NUMBERS_H
#define FNT_KEYS_JWK_NUMBERS_H

#include "keys/jwk.h"

/* The key in a JWK, whose kind is known: its numbers (RFC 7518, 6) as crypto_import takes them.
 * found->reason says why not; found->remarks how they were written. The statuses of crypto_import.
 */
fnt_status jwk_import(const node *object, key_kind kind, key_purpose purpose, crypto_key **out,
                      jwk_findings *found);

/* Whether a JWK has a certificate (x5c) and no number that is public; its key, which must be of the
 * JWK's kty and, where it has one, crv. */
bool jwk_has_certificate_alone(const node *object);
fnt_status jwk_import_certificate(const node *object, crypto_key **out, jwk_findings *found);

#endif
