/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_IAM_H
#define FNTOKEN_IAM_H

#include <fntoken/fntoken.h>

#include "findings.h"
#include "objects.h"
#include "options.h"

/* What --iam names: files, folders (their *.yaml, *.yml and *.json, by name, without sub-folders) and standard input. */

/* Reads all of it. EXIT_YES, also where found holds errors; EXIT_FAULT, told, where a file can't be read. */
int iam_read(app *run, const option *paths, objects *out, findings *found);

/* Puts a report's entries behind the summary into found, with file and line. */
void iam_findings(const objects *all, const fnt_report *why, findings *found);

/* All at once, for commands that use the rules: reads and compiles. Errors go to stderr, one a line, then what failed. */
int iam_open(app *run, const option *paths, fnt_iam **out);

#endif
