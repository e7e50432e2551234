/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_KEYS_KEY_FILE_H
#define FNTOKEN_LIB_KEYS_KEY_FILE_H

#include <sys/stat.h>

#include "lib/base/app.h"

/* Keys out of the text of a file, with what there is to say about it. Functions that return int
 * return EXIT_YES, or what to exit with after a message. */

/* A private key. algorithm: one bit, or 0 for the key's own. */
int key_file_parse(app *run, const char *path, const text *file, int32_t algorithm, fnt_key **out);

/* JWKS, one JWK or PEM; flags as of fnt_keyset_parse. What it says of single keys is in run->why.
 */
int key_file_parse_set(app *run, const char *path, const text *file, int32_t flags,
                       fnt_keyset **out);

/* A note where others can read or write the file of a private key; about: read_key_file's. */
void key_file_tell_open(const char *path, const struct stat *about);

/* A note for all that run->why says of single keys: those that were skipped, and why. */
void key_file_tell_entries(const app *run, const char *path);

#endif
