/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_KEYS_KEY_FOLDER_H
#define FNTOKEN_LIB_KEYS_KEY_FOLDER_H

#include <stdint.h>

#include "lib/base/text.h"

/* The folder of an issuer's signing keys: current, and maybe next and previous, each as NAME.pem or
 * NAME.json (a JWK). A rotation copies current to previous before next takes its place, so there
 * are moments in which previous is the same key as current; and where the two forms differ, one in
 * which there are two files of current, and the one that is previous as well is left over. */

/* The file of a key, into an empty path, which stays empty where there is none. EXIT_YES, or what
 * to exit with after a message: two files of one key are a mistake. */
int key_folder_find(const char *folder, const char *name, text *path);

/* When a key came to its name, in seconds: the file's time, or that of the link that leads to it,
 * where it is later. False: there is none, and errno says why. */
bool key_folder_time(const char *path, int64_t *since);

/* A note where everybody can put keys of theirs into it. */
void key_folder_tell_open(const char *folder);

/* The file of current that a rotation left over, into an empty path; it stays empty mostly. */
void key_folder_left_over(const char *folder, text *path);

#endif
