/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_TREE_JSON_H
#define FNTOKEN_LIB_IAM_FILES_TREE_JSON_H

#include "lib/iam_files/tree.h"

/* A part of a tree as JSON, for what passed strict_check; and the way back. */

void tree_json(text *json, const tree *t, size_t root);

/* The line of what a JSON pointer (RFC 6901) names in a part, or of its nearest parent that exists.
 */
int tree_line(const tree *t, size_t root, const char *pointer);

#endif
