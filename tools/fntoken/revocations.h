/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_REVOCATIONS_H
#define FNTOKEN_REVOCATIONS_H

#include "lib/base/app.h"

/* A list of revocations being changed. Programs that change one list at the same time wait for each
 * other, by flock on the file; whoever reads it needs no lock, for an entry comes in one write and
 * a pruned list in one rename. What answers int answers EXIT_YES, or what to exit with after the
 * mistake was told; the file is then as it was. */

/* Appends a line, which ends in a line break, behind a last line that has none. The file is made
 * where there is none. */
int revocations_append(app *run, const char *path, const text *line);

/* Takes out the entries whose until is over, and blank lines. */
int revocations_prune(app *run, const char *path, int64_t now, size_t *kept, size_t *pruned);

#endif
