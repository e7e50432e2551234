/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_IAM_FILES_H
#define FNTOKEN_LIB_IAM_FILES_IAM_FILES_H

#include "lib/base/options.h"
#include "lib/iam_files/findings.h"

/* What --iam names: files, folders (their *.yaml, *.yml and *.json, by name, without sub-folders)
 * and standard input. */

/* Reads, loads and lints all of it as far as that goes. EXIT_YES, also where found holds errors;
 * EXIT_FAULT, told, where a file can't be read. */
int iam_lint(app *run, const option *paths, findings *found);

/* For commands that use the rules: reads and loads all or nothing. What is found goes to stderr,
 * one a line, then what failed. */
int iam_open(app *run, const option *paths, fnt_iam **out);

#endif
