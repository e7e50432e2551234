/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_IAM_FILES_FINDINGS_H
#define FNTOKEN_LIB_IAM_FILES_FINDINGS_H

#include <stdio.h>

#include "lib/base/text.h"

/* What is wrong with IAM files, and where: from reading, loading and linting, in one list. */

typedef struct {
    char *file, *sentence, *path, *rule; /* owned; path: JSON pointer in the object, or empty */
    const char *kind;                    /* "error", "warning", "note" */
    int line;
    size_t place; /* of the file among files, and ... */
    size_t order; /* ... of the finding among those of its line */
} finding;

typedef struct {
    finding *at;
    size_t count, capacity;
    size_t errors, warnings; /* those that are missing too: an exit status goes by them */
    size_t others;           /* kept, and no errors */
    size_t missing;          /* beyond FINDINGS_KEPT */
    char **files;            /* as they were read; owned */
    size_t file_count, file_capacity;
} findings;

/* As many as a report has. Errors are kept before others. */
enum { FINDINGS_KEPT = 1000 };

/* Texts are copied; path and rule may be NULL. */
void findings_add(findings *all, const char *kind, const char *file, int line, const char *sentence,
                  const char *path, const char *rule);
void findings_free(findings *all);

/* A file is about to be read. Sorting puts findings in the order of files, and of their lines. */
void findings_file(findings *all, const char *file);
void findings_sort(findings *all);

/* FILE:LINE: KIND: sentence [rule]; notes go to their own stream. That some are missing is a note
 * at the end, here and in the JSON. */
void findings_print(const findings *all, FILE *out, FILE *notes);
void findings_print_json(const findings *all, FILE *out);

#endif
