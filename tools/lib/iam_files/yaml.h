/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_YAML_H
#define FNTOKEN_LIB_IAM_FILES_YAML_H

#include "lib/iam_files/mistake.h"
#include "lib/iam_files/tree.h"

/* Reads every document. False where the text is no YAML, or is nested too deeply; out holds then
 * the documents before the one where that is found. Release with tree_free in every case. */
bool yaml_read(const text *file, tree *out, mistake *why);

#endif
