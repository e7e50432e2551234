/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_IAM_FILES_H
#define FNTOKEN_LIB_IAM_FILES_IAM_FILES_H

#include "lib/base/options.h"
#include "lib/iam_files/findings.h"

/* What --iam names: files, folders (their *.yaml, *.yml and *.json, by name, without sub-folders)
 * and standard input. */

/* The options of a command that reads them, in this order and one behind the other. The functions
 * below take the first of the three. */
enum { IAM_PATHS, IAM_NAMESPACES, IAM_ALL_NAMESPACES, IAM_OPTIONS };
#define IAM_OPTION_ROWS(first, are_required)                                                       \
    [(first) + IAM_PATHS] = {.name = "iam", .kind = OPT_MANY, .required = (are_required)},         \
               [(first) + IAM_NAMESPACES] = {.name = "namespace", .kind = OPT_MANY},               \
               [(first) + IAM_ALL_NAMESPACES] = {.name = "all-namespaces"}
#define IAM_USAGE                                                                                  \
    "  --namespace NS     load the objects of this namespace; may be repeated; openfaas when not " \
    "given\n"                                                                                      \
    "  --all-namespaces   load those of every namespace: whoever may write to one of them makes "  \
    "rules\n"

/* Reads, loads and lints all of it as far as that goes. EXIT_YES, also where found holds errors;
 * EXIT_FAULT, after a message, where a file can't be read. */
int iam_lint(app *run, const option *iam, findings *found);

/* For commands that use the rules: reads and loads all or nothing. What is found goes to stderr,
 * one a line, then what failed. */
int iam_open(app *run, const option *iam, fnt_iam **out);

/* The same, and then what is loaded: as the JSON array that fnt_iam_new takes; or KIND
 * NAMESPACE/NAME FILE:LINE, a line each, and the digest in the last one. */
int iam_print(app *run, const option *iam, bool json, text *out);

#endif
