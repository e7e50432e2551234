/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_JSON_H
#define FNTOKEN_LIB_IAM_FILES_JSON_H

#include "lib/iam_files/mistake.h"
#include "lib/iam_files/tree.h"

/* A file that is one JSON object or array, as the same tree that YAML becomes. libyaml would do,
 * but for a surrogate pair ("\ud83d\ude00"), which it refuses. The tree is for line numbers and for
 * what is told by line; whether it is JSON that is accepted is for the library to say, as of all
 * that goes to it. False, with nothing in out: it is something else, YAML maybe; why says where and
 * by what it is no JSON. */
bool json_read(const text *file, tree *out, mistake *why);

/* Whether it begins as JSON that people write does: a brace or bracket, and then a quote or another
 * one. If it can't be read as YAML either, JSON's mistake is the one to tell. */
bool json_begins(const text *file);

#endif
