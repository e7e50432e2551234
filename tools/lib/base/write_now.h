/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_WRITE_NOW_H
#define FNTOKEN_LIB_BASE_WRITE_NOW_H

#include <stddef.h>

/* Writes what there is room for, without waiting for whoever reads a pipe. In one write, so that
 * lines of several writers don't mix, but for a pipe and more than PIPE_BUF bytes. Returns how many
 * bytes were written. */
size_t write_now(int descriptor, const char *bytes, size_t len);

#endif
