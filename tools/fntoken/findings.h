/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_FINDINGS_H
#define FNTOKEN_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

/* What is wrong with IAM files, and where: from reading, loading and linting, in one list. */

typedef struct {
    char *file, *sentence, *path, *rule; /* owned; path: JSON pointer in the object, or empty */
    const char *kind;                    /* "error", "warning", "note" */
    int line;
} finding;

typedef struct {
    finding *at;
    size_t count, size;
    size_t errors;
} findings;

/* Texts are copied; path and rule may be NULL. */
void findings_add(findings *all, const char *kind, const char *file, int line, const char *sentence, const char *path, const char *rule);
void findings_free(findings *all);

/* FILE:LINE: KIND: sentence [rule]; all of them, or notes alone, or all but notes. */
typedef enum { PRINT_ALL, PRINT_NOTES, PRINT_NO_NOTES } print_choice;
void findings_print(const findings *all, FILE *out, print_choice which);
void findings_print_json(const findings *all, FILE *out);

#endif
