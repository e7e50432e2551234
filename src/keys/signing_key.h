/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_SIGNING_KEY_H
#define FNT_KEYS_SIGNING_KEY_H

#include "keys/crypto/crypto.h"

/* fnt_key: one private key or secret and the one algorithm that it signs with; immutable, shared by
 * reference count. */

/* The work of fnt_key_parse, fnt_key_generate, fnt_key_export; see there. */
fnt_status key_parse(span text, int32_t algorithm_bit, fnt_key **out, fnt_report *report);
fnt_status key_generate(int32_t algorithm_bit, fnt_key **out);
fnt_status key_export(const fnt_key *key, int32_t form, char **out, size_t *out_len);

span key_id(const fnt_key *key);
const algorithm *key_algorithm(const fnt_key *key);
fnt_status key_sign(const fnt_key *key, span signed_bytes, unsigned char *signature, size_t *len);

const fnt_key *key_ref(const fnt_key *key);
void key_unref(const fnt_key *key);

#endif
