/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_NAMES_H
#define FNT_IAM_RULES_NAMES_H

#include "base/span.h"

/* Names in order, to find one among thousands, and what stands twice, without comparing each with
 * each. Sorted and not hashed: nobody can choose names that make it slow. */

typedef struct {
    span first, second; /* compared in this order; second may be absent */
    size_t index;       /* of what has the name */
} name_entry;

/* By the names, equal ones by their index. */
void names_sort(name_entry *list, size_t count);

/* Of a sorted list the one with the least index that has these names, or NULL. */
const name_entry *names_find(const name_entry *list, size_t count, span first, span second);

/* Of a sorted list: whether list[i] has the names of the one before it. */
bool names_repeat(const name_entry *list, size_t i);

/* Bytes in order, shorter before longer. */
int names_compare(span a, span b);

#endif
