/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_KEYSET_H
#define FNT_KEYS_KEYSET_H

#include "base/report.h"
#include "keys/named_key.h"
#include "keys/skipped.h"

/* fnt_keyset: public keys (and secrets where allowed), immutable once parsed, shared by reference
 * count. */

/* An issuer's set holds a handful of keys; these bound what a hostile or broken one costs to load
 * (KEYSET_KEYS_MAX counts the keys in the text, unusable ones too). */
enum { KEYSET_TEXT_MAX = 1024 * 1024, KEYSET_KEYS_MAX = 1000 };

/* Rule 10: of the keys that came without a kid, so many are tried. */
enum { KEYS_TRIED = 4 };

/* The work of fnt_keyset_parse; see there. */
fnt_status keyset_parse(span text, int32_t flags, fnt_keyset **out, fnt_report *report);
fnt_status keyset_jwks(const fnt_keyset *keyset, char **out, size_t *out_len);

/* How keyset_parse builds a set. keyset_add takes *k over, also on failure. FNT_FAULT_KEY, with a
 * summary: a different key with the same kid may be used for the same algorithm (rule 10). A key
 * that is there already is dropped, with a note that names path. keyset_skip remembers one that
 * can't be used; keyset_complete, once all are there, refuses a set in which one of those may be a
 * twin of one that can, and notes which keys are never tried. */
fnt_status keyset_new(fnt_keyset **out);
fnt_status keyset_add(fnt_keyset *keyset, named_key *k, span path, fnt_report *report);
fnt_status keyset_skip(fnt_keyset *keyset, const skipped_key *k);
fnt_status keyset_complete(const fnt_keyset *keyset, fnt_report *report);
size_t keyset_count(const fnt_keyset *keyset);

/* One reference more, one less. Sets never change, so both take const; NULL is fine. */
const fnt_keyset *keyset_ref(const fnt_keyset *keyset);
void keyset_unref(const fnt_keyset *keyset);

/* The keys that may have signed a token: the one that it names, or, guessed, those that came
 * without a kid, of which one at most verifies it. */
typedef struct {
    const named_key *at[KEYS_TRIED];
    size_t count; /* 1 unless guessed */
    bool guessed;
} candidates;

/* Rule 10. FNT_OK: *out has one key or more. FNT_REFUSED_KEY_UNKNOWN: no such kid, or none given
 * and not exactly one fits, and none came without a kid; FNT_REFUSED_ALGORITHM: the kid is known,
 * but none of its keys may do alg, or this build can't. */
fnt_status keyset_find(const fnt_keyset *keyset, span kid, const algorithm *alg, candidates *out,
                       fnt_report *report);

/* Adds to what the last one said that no guessed key verified the token: FNT_REFUSED_KEY_UNKNOWN.
 */
fnt_status keyset_refuse_guess(const candidates *tried, span kid, const algorithm *alg,
                               fnt_report *report);

/* The key by whose id a token was verified, if it would be again; else NULL. */
const named_key *keyset_find_again(const fnt_keyset *keyset, span kid, const algorithm *alg,
                                   span key_id);

/* Whether both verify exactly the same tokens, and refuse the others for the same reasons: equal
 * kids, algorithms and keys, in whatever order; those without a kid in the same, as they are tried
 * in it. */
bool keyset_equal(const fnt_keyset *a, const fnt_keyset *b);

#endif
