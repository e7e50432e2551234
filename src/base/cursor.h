/* SPDX-License-Identifier: MIT */
#ifndef FNT_BASE_CURSOR_H
#define FNT_BASE_CURSOR_H

#include <assert.h>
#include <stddef.h>

/* Memory that is written from front to back: what is left of it lies from next to end. Its users
 * work out beforehand that it suffices, and say why where they make it. */
typedef struct {
    char *next, *end;
} cursor;

static inline cursor cursor_of(char *at, size_t size)
{
    return (cursor){at, at + size};
}

/* The next len bytes are taken. */
static inline char *cursor_take(cursor *c, size_t len)
{
    assert(len <= (size_t)(c->end - c->next));
    char *at = c->next;
    c->next += len;
    return at;
}

#endif
