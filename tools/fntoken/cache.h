/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_CACHE_H
#define FNTOKEN_CACHE_H

#include <stdint.h>

#include "lib/base/text.h"

/* Tokens on disk, in files of $XDG_CACHE_HOME/fntoken that nobody else can read (0600). What goes
 * wrong with one is told and stops nothing: the token is asked for as if there were none. */

typedef struct {
    text key;  /* what the token is for; files are named by a hash of it, and hold it whole */
    text path; /* empty: there is no folder for it */
    int lock;
} cache_entry;

#define CACHE_NONE ((cache_entry){TEXT_EMPTY, TEXT_EMPTY, -1})

/* Waits until no other process has the entry. */
void cache_open(cache_entry *entry, const char *key);

/* Whether there is a token that lives on for more than ten seconds. */
bool cache_read(const cache_entry *entry, int64_t now, text *token);

void cache_write(const cache_entry *entry, int64_t now, int64_t expires, const char *token);
void cache_close(cache_entry *entry);

#endif
