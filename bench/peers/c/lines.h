/* SPDX-License-Identifier: MIT */
#ifndef FNT_BENCH_LINES_H
#define FNT_BENCH_LINES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text file by lines, none of them with its line break. */
typedef struct {
    char **at;
    size_t *len;
    size_t count;
} lines;

/* FOLDER/NAME, as bench_work wrote it; ends the program if it cannot be read. */
lines lines_of(const char *folder, const char *name);
/* FOLDER/mix-COUNT.KIND */
lines lines_of_mix(const char *folder, size_t count, const char *kind);
/* The whole file as one text. */
char *read_lines_file(const char *folder, const char *name);

#ifdef __cplusplus
}
#endif

#endif
