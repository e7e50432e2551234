/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_YAML_H
#define FNTOKEN_LIB_IAM_FILES_YAML_H

#include "lib/iam_files/tree.h"

typedef struct {
    int line;
    const char *sentence; /* static, or as long as the parser's own texts: for ever */
} yaml_mistake;

/* Reads every document. False where the text is no YAML, or is nested too deeply; out holds then
 * the documents before the one where that is found. Release with tree_free in every case. */
bool yaml_read(const text *file, tree *out, yaml_mistake *why);

#endif
