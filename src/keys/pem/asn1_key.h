/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_PEM_ASN1_KEY_H
#define FNT_KEYS_PEM_ASN1_KEY_H

#include "keys/crypto/crypto.h"
#include "keys/pem/pem.h"

/* The key in a PEM block, by its label:
 *
 *     PUBLIC KEY        SubjectPublicKeyInfo (RFC 5480, 2)
 *     PRIVATE KEY       PrivateKeyInfo (RFC 5958, 2)
 *     EC PRIVATE KEY    ECPrivateKey (RFC 5915, 3)
 *     RSA PUBLIC KEY    RSAPublicKey (RFC 8017, A.1.1)
 *     RSA PRIVATE KEY   RSAPrivateKey (RFC 8017, A.1.2)
 *     CERTIFICATE       Certificate (RFC 5280, 4.1)
 *
 * Of a certificate only the key is read, not its dates, issuer and signature. A curve must be given
 * by its name, as explicit parameters may have a weakness of their author's choice; a point must
 * not be compressed.
 *
 * FNT_OK; FNT_FAULT_KEY, FNT_FAULT_UNSUPPORTED (Ed25519, Ed448, secp256k1): *reason, static, says
 * why; FNT_FAULT_MEMORY, FNT_FAULT_RANDOM, FNT_FAULT_CRYPTO. */
fnt_status asn1_key_read(const pem_block *block, crypto_key **out, const char **reason);

/* Its public half alone: of a private half only the form is looked at. *was_private: there was one.
 */
fnt_status asn1_key_read_public(const pem_block *block, crypto_key **out, bool *was_private,
                                const char **reason);

#endif
