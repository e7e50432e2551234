/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_EXPLAIN_H
#define FNTOKEN_EXPLAIN_H

#include <fntoken/fntoken.h>

#include <stdio.h>

#include "text.h"

/* A report for people: its sentence, then what it is about, then its entries, one fact a line, in columns. indent: blanks before
 * each line. */
void explain(FILE *out, const fnt_report *why, int indent);

/* Its JSON: the array that fnt_report_json writes. */
fnt_status explain_json(text *out, const fnt_report *why);

#endif
