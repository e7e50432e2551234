/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_PLAIN_H
#define FNTOKEN_LIB_IAM_FILES_PLAIN_H

#include <regex.h>

#include "lib/iam_files/tree.h"

/* YAML 1.1 and 1.2 and their readers disagree about scalars without quotes. What any of them reads
 * as a number, a boolean, a date or null is recognised here, unless all of them agree. */

typedef struct {
    regex_t integer, word, ambiguous;
} plain_rules;

bool plain_begin(plain_rules *rules); /* false: out of memory */
plain_kind plain_meaning(const plain_rules *rules, const char *plain);
void plain_end(plain_rules *rules);

#endif
