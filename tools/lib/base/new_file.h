/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_NEW_FILE_H
#define FNTOKEN_LIB_BASE_NEW_FILE_H

#include "lib/base/text.h"

/* A file that comes into being whole or not at all, and never takes the place of another unless
 * force. */
typedef struct {
    int descriptor;
    bool force;
    const char *path;
    text temporary; /* what is written to until it is moved to path, when force */
} new_file;

/* What answers int answers EXIT_YES, or what to exit with after the mistake was told. */
int new_file_begin(new_file *f, const char *path, unsigned mode, bool force);
int new_file_write(new_file *f, const char *bytes, size_t len);
int new_file_commit(new_file *f);
/* takes back what begin and write did; nothing after a commit */
void new_file_abandon(new_file *f);

#define NEW_FILE_NONE ((new_file){-1, false, NULL, {NULL, 0, 0}})

#endif
