/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_OBJECTS_SUGGEST_H
#define FNT_IAM_OBJECTS_SUGGEST_H

#include "base/span.h"

/* "Did you mean ...?": the word of a NULL-ended list that somebody probably wanted to write. Equal
 * but for case, or one change away (two for words of five letters and more; a change is a letter
 * more, less or other, or two neighbours swapped). The first of the nearest; absent if none is
 * near, or if word is in the list. */
span suggest_word(span word, const char *const *list);

/* Whether word is in the list, byte for byte. */
bool words_contain(span word, const char *const *list);

#endif
