/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_MISTAKE_H
#define FNTOKEN_LIB_IAM_FILES_MISTAKE_H

#include <stdbool.h>

#include "lib/base/text.h"

/* Where a text can't be read, and by what. */
typedef struct {
    int line;
    const char *sentence; /* static: what was found, what was expected, what to do */
} mistake;

extern const char mistake_too_deep[], mistake_too_dense[];

/* A parser says where it gave up, which is not often what somebody did: a template, a merge that
 * was not finished, what kubectl said when it failed. Looks for those in the line of the mistake,
 * a few before it and the first one; else the sentence is the parser's, in our words where we have
 * some. json: it was read as such, where no indentation counts. */
mistake mistake_explained(const text *file, mistake of_parser, bool json);

/* The same for text that can be read, but is no object; false where nothing of that is known. */
bool mistake_pasted(const text *file, int line, mistake *out);

#endif
