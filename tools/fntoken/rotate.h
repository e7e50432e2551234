/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_ROTATE_H
#define FNTOKEN_ROTATE_H

#include "lib/base/app.h"

/* A step of the rotation of an issuer's signing keys (rule 43): where there is no next, makes one;
 * else current becomes previous, and next current. It may be killed at any moment: there is a
 * current then, every key whose tokens may live is in the folder, and another call goes on. */
typedef struct {
    const char *folder;
    int64_t published_for; /* seconds that next is published before it signs */
    int64_t longest_life;  /* of a token, in seconds: previous stays for as long */
    bool at_once;          /* without regard to both */
    bool json;             /* how the key that was made, or signs now, is printed */
} rotation;

/* EXIT_YES, or what to exit with after a message. */
int rotate(app *run, const rotation *how);

#endif
