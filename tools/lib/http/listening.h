/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_LISTENING_H
#define FNTOKEN_LIB_HTTP_LISTENING_H

#include <stdbool.h>
#include <stddef.h>

/* Whether that is HOST:PORT, [IPv6]:PORT or unix:PATH; else a sentence is in why. */
bool listen_is_place(const char *where, char *why, size_t size);

/* A socket that listens there (unix: mode 0660; one that nobody listens on any more is replaced),
 * or -1 with a sentence in why. *loopback: only this machine reaches it. */
int listen_on(const char *where, bool *loopback, char *why, size_t size);

#endif
