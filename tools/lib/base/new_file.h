/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_NEW_FILE_H
#define FNTOKEN_LIB_BASE_NEW_FILE_H

#include "lib/base/text.h"

/* A file that is written in full or not at all, and replaces another only with force. */
typedef struct {
    int descriptor;
    bool force, pending; /* pending: made, but neither committed nor abandoned */
    const char *path;
    text target;    /* path, or with force what it leads to where it is a symbolic link */
    text temporary; /* what is written to until it is moved to target, when force */
} new_file;

/* Functions that return int return EXIT_YES, or what to exit with after a message. */
int new_file_begin(new_file *f, const char *path, unsigned mode, bool force);
int new_file_write(new_file *f, const char *bytes, size_t len);

/* All of it, to a file that is open; path is for the message. */
int write_fully(int descriptor, const char *path, const char *bytes, size_t len);

/* Brings all of it to the disk. What is left for commit is a rename with force, else nothing: of
 * several files, close all before the first commit, and none is there without the others. */
int new_file_close(new_file *f);
int new_file_commit(new_file *f);
/* undoes begin and write; does nothing after a commit */
void new_file_abandon(new_file *f);

#define NEW_FILE_NONE ((new_file){-1, false, false, NULL, {NULL, 0, 0}, {NULL, 0, 0}})

#endif
