/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_EXPLAIN_H
#define FNTOKEN_LIB_BASE_EXPLAIN_H

#include <fntoken/fntoken.h>

#include <stdio.h>

#include "lib/base/text.h"

/* A report for people: its sentence, then what it is about, then its entries, one fact a line, in
 * columns. indent: blanks before each line. */
void explain(FILE *out, const fnt_report *why, int indent);

/* The sentence alone, and a line for each permission that was granted. */
void explain_briefly(FILE *out, const fnt_report *why, int indent);

/* An answer for programs: {"resource":...,"allowed":...,"status":...,"report":[...]}. resource may
 * be NULL. */
fnt_status answer_json(text *out, const char *resource, bool allowed, fnt_status decision,
                       const fnt_report *why);

#endif
