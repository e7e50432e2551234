/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_OPS_LINES_H
#define FNTOKEN_LIB_OPS_LINES_H

#include "lib/base/text.h"

/* A log of lines; for any number of threads. What can't be written is lost
 * and stops nothing. */

typedef struct lines lines;

/* path: NULL is standard error. NULL is returned where the file can't be opened (errno; ENXIO: it
 * is a FIFO that nobody reads). */
lines *lines_open(const char *path);

/* line: without its line break. False: it is lost. A pipe that is full is not waited for. */
bool lines_write(lines *log, const char *line, size_t len);

/* Opens the path anew, after it was moved away. False where that fails (errno): the old file goes
 * on. */
bool lines_reopen(lines *log);

void lines_close(lines *log);

#endif
