/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_ISSUER_KEYS_H
#define FNT_IAM_EXCHANGE_ISSUER_KEYS_H

#include "keys/keyset.h"

/* Which keys speak for which issuer. Any thread may ask while another replaces a set: an answer is a share of the whole set. */
typedef struct trust trust;

fnt_status trust_new(trust **out);
void trust_free(trust *t);

/* keyset NULL removes. FNT_OK, FNT_FAULT_MEMORY (nothing changed). */
fnt_status trust_set(trust *t, span issuer, const fnt_keyset *keyset);

/* A share for the caller to drop, or NULL. */
const fnt_keyset *trust_keys(trust *t, span issuer);

#endif
