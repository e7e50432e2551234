/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_STRICT_H
#define FNTOKEN_LIB_IAM_FILES_STRICT_H

#include "lib/iam_files/findings.h"
#include "lib/iam_files/tree.h"

/* What makes the meaning of an object of ours depend on the reader: duplicate keys, tags, anchors
 * and aliases, keys that are not strings, and values without quotes that some reader takes for a
 * number, a boolean or a date. True if nothing is reported. */
bool strict_check(const tree *t, size_t root, const char *file, findings *found);

/* The same for the keys, tag and anchor of one map or list alone; its values are not checked. */
bool strict_check_keys(const tree *t, size_t map, const char *file, findings *found);

#endif
