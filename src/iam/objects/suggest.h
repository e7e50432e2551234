/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_SUGGEST_H
#define FNT_IAM_OBJECTS_SUGGEST_H

#include "base/span.h"

/* "Did you mean ...?": the word of a NULL-ended list that was probably meant, by the Damerau-
 * Levenshtein distance in its restricted form (optimal string alignment), A to Z taken for a to z:
 * one byte more, less or other, or two neighbours swapped, cost 1 each. A word of up to four bytes
 * may be 1 away, a longer one 2. The first of the nearest; absent if none is near or if word is in
 * the list. */
span suggest_word(span word, const char *const *list);

#endif
