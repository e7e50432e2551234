/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_BUF_H
#define FNT_BASE_BUF_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* Text being written: append freely, the buffer remembers failure, check once at the end. Start
 * with BUF_EMPTY. */
typedef struct {
    char *at;
    size_t len, size;
    bool failed; /* out of memory: what follows is ignored */
} buf;

#define BUF_EMPTY ((buf){NULL, 0, 0, false})

void buf_add(buf *b, span text);
void buf_byte(buf *b, char c);
void buf_integer(buf *b, int64_t number);
void buf_count(buf *b, size_t count, const char *one, const char *many); /* "1 key", "2 keys" */

/* A list for people: buf_item for each item, after ", " unless the list, which began at start, has
 * none yet; buf_and_more for what was left out, " and 7 more", or nothing for 0. */
void buf_item(buf *b, size_t start, span item);
void buf_and_more(buf *b, size_t count);

/* A number as a span, in a buffer of the caller's. */
enum { INTEGER_SIZE = 21 };
span integer_print(int64_t number, char digits[INTEGER_SIZE]);

/* Reserves len more bytes and counts them as written; NULL on failure. The caller fills them. */
char *buf_extend(buf *b, size_t len);

/* Drops all but the first len bytes. */
void buf_cut(buf *b, size_t len);

/* What is written so far; a NUL follows it. Absent after a failure. */
span buf_span(const buf *b);

/* Gives the text away, to be released with memory_free (fnt_free outside); the buffer is empty
 * then. FNT_FAULT_MEMORY if anything failed: *out is NULL, *out_len 0, nothing is leaked. */
fnt_status buf_take(buf *b, char **out, size_t *out_len);

/* Wipes and releases; for buffers that are not taken. */
void buf_free(buf *b);

#endif
