/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_BASE_TEXT_H
#define FNTOKEN_LIB_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first), nonnull(at)))
#else
#define PRINTF_LIKE(at, first)
#endif

/* Bytes being written, with a NUL behind them. Start with TEXT_EMPTY. Whatever it held is wiped
 * before it is freed: a reader of files need not know which of them hold a key. Out of memory ends
 * the program with status 2. */
typedef struct {
    char *at;
    size_t len, size;
} text;

#define TEXT_EMPTY ((text){NULL, 0, 0})

void text_add(text *t, const char *bytes, size_t len);
void text_put(text *t, const char *string);
void text_byte(text *t, char c);
void text_print(text *t, const char *format, ...) PRINTF_LIKE(2, 3);
void text_print_list(text *t, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* As a JSON string with its quotes. */
void text_json(text *t, const char *bytes, size_t len);

/* A member of a JSON object, behind a comma unless it is the first. A value of NULL is null. */
void text_member(text *t, const char *name, const char *value);

/* Room for len more bytes, written by the caller behind at + len. */
void text_reserve(text *t, size_t len);
void text_free(text *t);

/* Zeroed memory for count things of that size; never NULL. Release with free, as what the others
 * return. */
void *new_array(size_t count, size_t size);
char *new_copy(const char *bytes, size_t len); /* with a NUL behind it */

/* The array with room for one more; *room is its size in things of that size. For what is no
 * secret: the old bytes are not wiped. */
void *grow(void *array, size_t count, size_t *capacity, size_t size);

#endif
