/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_WATCH_WATCH_H
#define FNTOKEN_LIB_WATCH_WATCH_H

#include <stdint.h>

#include "lib/base/text.h"

/* Whether files and folders have changed since they were last looked at: what stat says of a path,
 * and of each *.yaml, *.yml, *.json and *.pem in it where it is a folder, through symbolic links.
 * So a file that is replaced, a ConfigMap whose link is switched, a file that is gone or can't be
 * read any more are all seen, on every file system. inotify, where there is one, only says that
 * looking is worth while now. */

typedef struct watch watch;

/* paths are copied; NULL ends them. What is there now is where changes begin. */
watch *watch_new(const char *const *paths);

/* To poll for input, or -1: then look every second. */
int watch_descriptor(const watch *w);

/* Looks. True once something is otherwise than at the last change, and has been so for two looks in
 * a row: a file that is just being written is left alone, for a second at most. *pending: it is
 * being written, look again in a quarter of a second. now_ms: of a clock that does not go back. */
bool watch_changed(watch *w, int64_t now_ms, bool *pending);

void watch_free(watch *w);

#endif
