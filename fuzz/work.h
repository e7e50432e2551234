/* SPDX-License-Identifier: MIT */
#ifndef FNT_FUZZ_WORK_H
#define FNT_FUZZ_WORK_H

#include <stdbool.h>
#include <stddef.h>

/* The library's work, counted: every basic block that its code enters (its files are compiled once
 * more, with -fsanitize-coverage=trace-pc). What a crypto library does is not counted. Where
 * nothing counts, as in the replay of seeds, nothing is checked. */

/* What may read bytes of anybody's; work.c has what each may cost. */
typedef enum {
    WORK_BEARER,
    WORK_JWS,
    WORK_JSON,
    WORK_DOCUMENT,
    WORK_JWK,
    WORK_PEM,
    WORK_ASN1,
    WORK_FORM,
    WORK_IAM,
    WORK_LINT,
    WORK_PATH,
    WORK_PATTERN,
    WORK_COVERS,
    WORK_COMPILE,
    WORK_PATTERNS,
    WORK_REVOKED,
    WORK_DISCOVERY,
    WORK_TOKEN,
    WORK_READERS,
} work_reader;

/* Between them one reader is called, for so many bytes; ends the program if it did more than it
 * may. */
void work_begin(void);
void work_end(work_reader reader, size_t bytes);

/* Prints what each reader that was called did; whether there was anything that counts. */
bool work_was_counted(void);

#endif
