/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_FILES_H
#define FNTOKEN_LIB_BASE_FILES_H

#include "lib/base/app.h"

/* Files and streams. What answers int answers EXIT_YES, or what to exit with after the mistake was
 * told. */

/* All bytes of path, or of standard input where path is "-", which works once in a run; up to 16
 * MiB. */
int read_file(app *run, const char *path, text *out);

/* The same for what may be a private key; an empty file is refused. *open_mode: the mode of a file
 * that others can read or write, else 0. */
int read_key_file(app *run, const char *path, text *out, unsigned *open_mode);

/* The operand itself, or standard input where there is none or it is "-". One line break at the end
 * of standard input is dropped, and what is longer than any token is cut: to refuse it is the
 * library's work. */
int read_token(app *run, const operands *rest, text *out);

/* A file that comes into being whole or not at all, and never takes the place of another unless
 * force. */
typedef struct {
    int descriptor;
    bool force;
    const char *path;
    text temporary; /* what is written to until it is moved to path, when force */
} new_file;

int new_file_begin(new_file *f, const char *path, unsigned mode, bool force);
int new_file_write(new_file *f, const char *bytes, size_t len);
int new_file_commit(new_file *f);
/* takes back what begin and write did; nothing after a commit */
void new_file_abandon(new_file *f);

#define NEW_FILE_NONE ((new_file){-1, false, NULL, {NULL, 0, 0}})

#endif
