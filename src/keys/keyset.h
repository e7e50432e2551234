/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_KEYSET_H
#define FNT_KEYS_KEYSET_H

#include "base/report.h"
#include "keys/named_key.h"

/* fnt_keyset: public keys (and secrets where allowed), immutable once parsed, shared by reference
 * count. */

/* An issuer's set holds a handful of keys; these bound what a hostile or broken one costs to load
 * (KEYSET_KEYS_MAX counts the keys in the text, unusable ones too). */
enum { KEYSET_TEXT_MAX = 1024 * 1024, KEYSET_KEYS_MAX = 1000 };

/* The work of fnt_keyset_parse; see there. */
fnt_status keyset_parse(span text, int32_t flags, fnt_keyset **out, fnt_report *report);
fnt_status keyset_jwks(const fnt_keyset *keyset, char **out, size_t *out_len);

/* How keyset_parse builds a set. keyset_add takes *k over, also on failure. FNT_FAULT_KEY, with a
 * summary: a different key with the same kid may be used for the same algorithm (rule 10). A key
 * that is there already is dropped, with a note that names path. */
fnt_status keyset_new(fnt_keyset **out);
fnt_status keyset_add(fnt_keyset *keyset, named_key *k, span path, fnt_report *report);
size_t keyset_count(const fnt_keyset *keyset);

/* One reference more, one less. Sets never change, so both take const; NULL is fine. */
const fnt_keyset *keyset_ref(const fnt_keyset *keyset);
void keyset_unref(const fnt_keyset *keyset);

/* Rule 10. kid absent: the one key that fits alg, if there is exactly one. FNT_OK;
 * FNT_REFUSED_KEY_UNKNOWN: no such kid, or none given and not exactly one fits;
 * FNT_REFUSED_ALGORITHM: the kid is known, but none of its keys may do alg. */
fnt_status keyset_find(const fnt_keyset *keyset, span kid, const algorithm *alg,
                       const named_key **out, fnt_report *report);

/* Whether both verify exactly the same tokens: equal kids, algorithms and keys, in whatever order.
 */
bool keyset_equal(const fnt_keyset *a, const fnt_keyset *b);

#endif
