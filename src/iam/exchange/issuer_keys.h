/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_EXCHANGE_ISSUER_KEYS_H
#define FNT_IAM_EXCHANGE_ISSUER_KEYS_H

#include "keys/keyset.h"

/* The keys of each issuer. Any thread may look one up while another replaces a keyset: what is
 * found is a reference of the caller's own. */
typedef struct issuer_keys issuer_keys;

fnt_status issuer_keys_new(issuer_keys **out);
void issuer_keys_free(issuer_keys *t);

/* keyset NULL removes. FNT_OK, FNT_FAULT_MEMORY (nothing changed). */
fnt_status issuer_keys_set(issuer_keys *t, span issuer, const fnt_keyset *keyset);

/* For the caller to unref; NULL if that issuer has no keys. */
const fnt_keyset *issuer_keys_find(issuer_keys *t, span issuer);

#endif
