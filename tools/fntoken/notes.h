/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_NOTES_H
#define FNTOKEN_NOTES_H

#include <fntoken/fntoken.h>

#include "app.h"

/* A key that can't be used is skipped, which is no news while all goes well: most providers publish keys for encryption too. It may be
 * the answer when a token's key is not found. So such notes wait here for a failure. */

void note_later(app *run, const char *about, size_t len, const char *sentence);

/* Tells them if it was keys or issuers that status, or the report's precise one, is about. */
void notes_tell(const app *run, fnt_status status, const fnt_report *why);

#endif
