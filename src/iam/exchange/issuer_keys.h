/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_ISSUER_KEYS_H
#define FNT_IAM_EXCHANGE_ISSUER_KEYS_H

#include "keys/keyset.h"

/* Which keys speak for which issuer. Any thread may ask while another replaces a set: an answer is
 * a share of the whole set. */
typedef struct issuer_keys issuer_keys;

fnt_status issuer_keys_new(issuer_keys **out);
void issuer_keys_free(issuer_keys *t);

/* keyset NULL removes. FNT_OK, FNT_FAULT_MEMORY (nothing changed). */
fnt_status issuer_keys_set(issuer_keys *t, span issuer, const fnt_keyset *keyset);

/* A share for the caller to drop, or NULL. */
const fnt_keyset *issuer_keys_find(issuer_keys *t, span issuer);

#endif
