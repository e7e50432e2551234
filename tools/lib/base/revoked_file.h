/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_REVOKED_FILE_H
#define FNTOKEN_LIB_BASE_REVOKED_FILE_H

#include "lib/base/app.h"

/* Files with revocations, as fnt_revoked_parse reads them. What answers int answers EXIT_YES, or
 * EXIT_FAULT after every mistake was told with its line. */

/* The list in a file; one without entries is told, as it may be the wrong file (rule 53). */
int revoked_load(app *run, const char *path, fnt_revoked **out);

/* The same of a text that path is named for. */
int revoked_read(app *run, const char *path, const text *list, fnt_revoked **out);

/* How many entries a list has that was read. */
size_t revoked_entries(const text *list);

#endif
