/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_READ_FILE_H
#define FNTOKEN_LIB_BASE_READ_FILE_H

#include <sys/stat.h>

#include "lib/base/app.h"

/* Functions that return int return EXIT_YES, or what to exit with after a message. */

/* All bytes of path, or of standard input where path is "-", which works once in a run; up to 16
 * MiB. expected: what it should hold, for the sentence that it is empty; NULL where it may be.
 * Text in UTF-16 is refused. */
int read_file(app *run, const char *path, const char *expected, text *out);

/* The same for a name that was found in a folder: regular files alone, or links to one. */
int read_regular_file(const char *path, text *out);

/* The same as read_file for what may be a private key. *about is of the file that was read,
 * whatever has its name by then. */
int read_key_file(app *run, const char *path, text *out, struct stat *about);

#endif
